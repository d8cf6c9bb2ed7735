"""One side of a change: its symbols by where they stand, who uses them, and which are meant for others.

Input: the tables of a graph. Output: rows by id. What a language does not tell is not guessed: `is_public` is None.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from kgraph.impact import dependences
from kgraph.impact.dependences import Nodes
from kgraph.languages import C_FAMILY, PYTHON_FAMILY
from kgraph.model import Graph
from kgraph.relate.file_names import is_header, is_test
from kgraph.review.report import SymbolUse, UnreadUses
from kgraph.symbol_places import symbol_places
from kgraph.vocab.iri import display_name

_DETAIL = re.compile(r"(?:^|::)(?:\(anonymous[^:]*|detail|details|internal|impl|_[^:]*)(?:::|$)")
_MARKED = frozenset({"JavaScript", "TypeScript", "Vue", "Svelte"})  # what is public says `export`
_STATED = frozenset({"C#", "Go", "Java", "Kotlin", "PHP", "Rust", "Swift"})  # or follows from its access
FUNCTIONS = frozenset(map(str, dependences.FUNCTIONS))
_OUTSIDE = frozenset({"Module", "Namespace", "Package"})
MAX_USES = 3  # places that an entry names


@dataclass(frozen=True, slots=True)
class PlacedSymbol:
    """A symbol, where it stands first."""

    id: str
    kind: str
    name: str  # qualified
    path: str
    line: int
    end: int


class ReviewSide:
    """One graph, made ready to be asked about symbols."""

    def __init__(self, graph: Graph, *, references: bool = False) -> None:
        """`references` says whether mentions of fields, variables and types of C and C++ were read."""
        self.graph = graph
        self._references = references
        self._symbols = graph["symbols"].select("id", "kind", "name", "qualified_name", "access", "modifiers")

    @cached_property
    def nodes(self) -> Nodes:
        return Nodes(self.graph.__getitem__)

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """Paths of files by id."""
        return dict(self.graph["files"].select("id", "path").iter_rows())

    @cached_property
    def languages(self) -> Mapping[str, str]:
        """Languages of files by path."""
        return dict(self.graph["files"].filter(pl.col("language").is_not_null()).select("path", "language").iter_rows())

    @cached_property
    def _rows(self) -> pl.DataFrame:
        """Symbols with each place."""
        places = symbol_places(self.graph["edges"], self.graph["locations"])
        return places.rename({"symbol": "id", "start_line": "line", "end_line": "end"}).join(self._symbols, on="id")

    def symbols_in(self, paths: Collection[str]) -> list[PlacedSymbol]:
        """All symbols that stand in some files, each place once."""
        ids = [id_ for id_, path in self.paths.items() if path in paths]
        rows = self._rows.filter(pl.col("file").is_in(ids)).sort("file", "line", "id")
        return [
            PlacedSymbol(id_, kind, name, self.paths[file], line, end)
            for id_, kind, name, file, line, end in rows.select(
                "id", "kind", "qualified_name", "file", "line", "end"
            ).iter_rows()
        ]

    def index_by_place(self, paths: Collection[str]) -> dict[tuple[str, str, int], str]:
        """Ids by qualified name, path and line."""
        return {(each.name, each.path, each.line): each.id for each in self.symbols_in(paths)}

    @cached_property
    def _owner(self) -> Mapping[str, str]:
        contains = self.graph["edges"].filter(pl.col("kind") == "contains").select("target", "source")
        owners = contains.filter(pl.col("source").str.starts_with("symbol/")).sort("target", "source")
        return dict(owners.iter_rows())

    @cached_property
    def _by_id(self) -> Mapping[str, tuple[str, str, str, str | None, list[str]]]:
        return {row[0]: row[1:] for row in self._symbols.iter_rows()}

    def members(self, ids: Iterable[str]) -> set[str]:
        """Symbols, and all that is in them."""
        found, waiting = set(ids), list(ids)
        while waiting:
            for inner in self._members.get(waiting.pop(), ()):
                if inner not in found:
                    found.add(inner)
                    waiting.append(inner)
        return found

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        members: dict[str, list[str]] = {}
        for inner, outer in self._owner.items():
            members.setdefault(outer, []).append(inner)
        return members

    def is_member_of(self, id_: str, others: Collection[str]) -> bool:
        """Whether a symbol is a member of one of others, modules and namespaces apart."""
        owner = self._owner.get(id_, "")
        return owner in others and self._by_id[owner][0] not in _OUTSIDE

    def is_local(self, id_: str) -> bool:
        """Whether a symbol stands inside of a function."""
        seen: set[str] = set()
        while (id_ := self._owner.get(id_, "")) and id_ not in seen:
            seen.add(id_)
            if self._by_id[id_][0] in FUNCTIONS:
                return True
        return False

    def is_public(self, id_: str, path: str) -> bool | None:
        """Whether a symbol is meant for others than its file or its package; None where its language does not tell."""
        if is_test(path):
            return False
        language = self.languages.get(path, "")
        kind, _, qualified, _, _ = self._by_id[id_]
        if kind in _OUTSIDE or self.is_local(id_):
            return False
        if language in PYTHON_FAMILY:
            steps = qualified.split(".")
            return "<locals>" not in steps and not any(
                step.startswith("_") and not (step.startswith("__") and step.endswith("__")) for step in steps
            )
        if language in C_FAMILY:
            return id_ in self._in_headers and not _DETAIL.search(qualified) and self._accessible(id_, {"static"})
        if language in _STATED or language in _MARKED:
            return self._accessible(id_, set()) and self._is_stated(id_, marked=language in _MARKED)
        return None

    @cached_property
    def _in_headers(self) -> frozenset[str]:
        headers = [id_ for id_, path in self.paths.items() if is_header(path)]
        return frozenset(self._rows.filter(pl.col("file").is_in(headers))["id"].to_list())

    def _list_enclosing(self, id_: str) -> Iterable[tuple[str, str | None, list[str]]]:
        """Kind, access and modifiers of a symbol, and of what it is in."""
        seen: set[str] = set()
        while id_ and id_ not in seen:
            seen.add(id_)
            kind, _, _, access, modifiers = self._by_id[id_]
            yield kind, access, modifiers
            id_ = self._owner.get(id_, "")

    def _accessible(self, id_: str, hidden: set[str]) -> bool:
        first = True
        for kind, access, modifiers in self._list_enclosing(id_):
            if access in ("private", "protected") or (first and kind == "Function" and hidden & set(modifiers)):
                return False
            first = False
        return True

    def _is_stated(self, id_: str, *, marked: bool) -> bool:
        for kind, access, modifiers in self._list_enclosing(id_):
            if kind in _OUTSIDE:
                continue
            if any(each in ("internal", "fileprivate") or each.startswith("pub(") for each in modifiers):
                return False
            if marked and {"export", "default"} & set(modifiers):
                return True
            if not marked and access is None and kind not in ("Enumerator",):
                return False
        return not marked

    # --- uses ---

    @cached_property
    def _uses(self) -> pl.DataFrame:
        return self.graph["uses"].select("kind", "from", "to", "file", "at_lines", "confidence")

    def users(
        self, ids: Collection[str], touched: Collection[str], *, without: Collection[str] = (), calls: bool = False
    ) -> list[SymbolUse]:
        """The places that use any of some symbols, those in untouched files first, then by certainty and place.

        Args:
            ids: Of symbols.
            touched: Paths of the files that the change touches, on this side.
            without: Leave out uses that stand in these symbols.
            calls: Only calls.
        """
        rows = self._uses.filter(pl.col("to").is_in(list(ids)) & ~pl.col("from").is_in([*ids, *without]))
        rows = rows.filter(pl.col("kind") == "Call" if calls else pl.col("kind") != "Override")
        found: dict[tuple[str, str, int], SymbolUse] = {}
        for user, used, file, lines, confidence in rows.select(
            "from", "to", "file", "at_lines", "confidence"
        ).iter_rows():
            path = self.paths.get(file, "")
            sure = 1.0 if confidence is None else float(confidence)
            for line in lines:
                name = self._by_id[user][2] if user in self._by_id else display_name(user)
                use = SymbolUse(name, path, line, sure, path in touched, self._by_id[used][1])
                known = found.get((user, path, line))
                if known is None or known.certainty < sure:
                    found[user, path, line] = use
        return sorted(found.values(), key=_use_order)

    def unread_uses(self, id_: str, path: str) -> UnreadUses:
        """Where uses of such a symbol were not looked for."""
        kind, language = self._by_id[id_][0], self.languages.get(path, "")
        if language in PYTHON_FAMILY:
            return "all" if kind == "Field" else "own file" if kind == "Variable" else ""
        unread = kind in ("Field", "Variable", "Enumerator", "TypeAlias") and not self._references
        return "all" if unread and language in C_FAMILY else ""

    def count_unresolved_calls(self, id_: str) -> int:
        """How many calls of the name of a function lead to nothing known, and so may mean it."""
        return self._unresolved.get(id_, 0)

    @cached_property
    def _unresolved(self) -> Mapping[str, int]:
        counted = self.graph["symbols"].select("id", "unresolved_calls").drop_nulls()
        return dict(counted.iter_rows())

    def leads_on(self, places: Collection[tuple[str, int]], name: str) -> set[tuple[str, int]]:
        """Those of some places, path and line, that use a symbol of a simple name."""
        files = {path for path, _ in places}
        named = self._symbols.filter(pl.col("name") == name)["id"]
        ids = [id_ for id_, path in self.paths.items() if path in files]
        rows = self._uses.filter(pl.col("to").is_in(named.implode()) & pl.col("file").is_in(ids))
        lines = {(self.paths[file], line) for file, at in rows.select("file", "at_lines").iter_rows() for line in at}
        return lines & set(places)

    def find_kinds(self, qualified: str) -> list[str]:
        """The kinds of all symbols of a qualified name."""
        return self._kinds.get(qualified, [])

    @cached_property
    def _kinds(self) -> Mapping[str, list[str]]:
        kinds: dict[str, list[str]] = {}
        for kind, name in self._symbols.select("kind", "qualified_name").iter_rows():
            kinds.setdefault(name, []).append(kind)
        return kinds

    def owner_has_bases(self, qualified: str) -> bool:
        """Whether there is a class around a qualified name, and it has bases."""
        outer = max(qualified.rpartition("::")[0], qualified.rpartition(".")[0], key=len)
        return outer in self._with_bases

    @cached_property
    def _with_bases(self) -> frozenset[str]:
        rows = self.graph["symbols"].filter(pl.col("bases").list.len() > 0)
        return frozenset(rows["qualified_name"].to_list())

    def may_be_made(self, qualified: str) -> bool:
        """Whether the module or class around a qualified name of Python has a `__getattr__`, which may give it."""
        return f"{qualified.rpartition('.')[0]}.__getattr__" in self._kinds

    def row(self, id_: str) -> tuple[str, str, str, str | None, list[str]]:
        """Kind, name, qualified name, access and modifiers of a symbol."""
        return self._by_id[id_]


def _use_order(use: SymbolUse) -> tuple[bool, float, bool, str, int, str]:
    return use.touched, -use.certainty, is_test(use.path), use.path, use.line, use.user
