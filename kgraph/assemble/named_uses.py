"""GraphQL, SQL and Terraform: what a name means that is declared once and used by that name alone.

Input: the uses of such files, and the joined symbols. Output: rows of `use_tables.RESOLVED`.

A name is looked for among what the file itself declares, then in its folder, then in the folders nearest to it. Where
several files of one folder declare a name, as migrations do one after the other, the last one before the file is meant;
elsewhere of two neither is. Terraform sees its own folder alone, and that of a module which a block calls.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import polars as pl

from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.suffix_index import join
from kgraph.assemble.use_tables import RESOLVED, spelled_uses
from kgraph.model import Kind, UseKind
from kgraph.repository_paths import parent

_MAX_NAMESAKES = 200  # places that declare one name, each of which may be asked for
_MAX_STEPS = 50  # of a selection
_KINDS = {UseKind.CALL.value: "Call", UseKind.BASE.value: "Inheritance"}
# What each sort of use may mean, by kind of symbol.
_SORTS: Mapping[str, frozenset[str]] = {
    "table": frozenset({Kind.STRUCT, Kind.CLASS}),
    "function": frozenset({Kind.FUNCTION}),
    "type": frozenset({Kind.CLASS, Kind.STRUCT, Kind.ENUM, Kind.UNION, Kind.TYPE_ALIAS}),
    "directive": frozenset({Kind.MACRO}),
    "fragment": frozenset({Kind.FUNCTION}),
}
_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
_NUMBER = re.compile(r"(\d+)")


class _Place(NamedTuple):
    """A declaration of a name."""

    id: str
    kind: str
    number: int  # of the file
    line: int
    scope: str
    is_added: bool  # to what another declares: `extend type`


class _Use(NamedTuple):
    number: int  # of the file
    line: int
    name: str
    sort: str


class _Rules(Protocol):
    """How a language looks names up."""

    def find(self, use: _Use) -> _Place | None:
        """The declaration that a use means; None where that is not sure."""


def named_uses(index: FileIndex, first_rows: Sequence[int], symbols: pl.DataFrame) -> pl.DataFrame:
    """The resolved uses of all files of these languages; `symbols` are the joined symbol facts."""
    rows: list[tuple[object, ...]] = []
    for language, make_rules in _LANGUAGES.items():
        numbers = [number for number, file in enumerate(index.files) if file.language == language]
        uses = spelled_uses(index.facts, numbers, first_rows, ("kind", "name", "qualifier"))
        if uses.is_empty():
            continue
        own = symbols.filter(pl.col("file").is_in(numbers))
        rules = make_rules(index, _Lookup(index, own, ignores_case=language == "SQL"))
        owners = {row: (id_, kind) for row, id_, kind in own.select("row", "id", "kind").iter_rows()}
        columns = ("file", "owner", "kind", "name", "qualifier", "line")
        for number, owner, kind, name, sort, line in uses.select(columns).iter_rows():
            source, of = owners.get(owner, (index.ids[number], ""))
            found = rules.find(_Use(number, line, name, sort))
            if found is not None and found.id != source:
                use = "Reference" if of == Kind.FIELD else _KINDS.get(kind, "Reference")
                rows.append((use, source, found.id, index.ids[number], line, None, None, None))
    return pl.DataFrame(rows, schema=RESOLVED, orient="row")


class _Lookup:
    """Declarations by name and place."""

    def __init__(self, index: FileIndex, symbols: pl.DataFrame, *, ignores_case: bool) -> None:
        self._paths = [file.path for file in index.files]
        self._ignores_case = ignores_case
        self._everywhere: dict[str, list[_Place]] = defaultdict(list)
        self._in_folder: dict[tuple[str, str], list[_Place]] = defaultdict(list)
        self._in_file: dict[tuple[int, str], list[_Place]] = defaultdict(list)
        columns = ("name", "id", "kind", "file", "start", "scope", "modifiers")
        for name, id_, kind, number, line, scope, modifiers in symbols.select(columns).iter_rows():
            place = _Place(id_, kind, number, line, scope, "extend" in (modifiers or ()))
            key = self.key(f"{scope}.{name}" if kind == Kind.FIELD else name)
            self._everywhere[key].append(place)
            self._in_folder[self.folder(number), key].append(place)
            self._in_file[number, key].append(place)

    def key(self, name: str) -> str:
        """A name as it is compared."""
        return name.lower() if self._ignores_case else name

    def folder(self, number: int) -> str:
        """The folder of a file."""
        return parent(self._paths[number])

    def in_folder(self, folder: str, name: str) -> _Place | None:
        """The only declaration of a name in a folder."""
        return _only(self._in_folder.get((folder, name), ()))

    def nearest(self, use: _Use, name: str, fits: Callable[[_Place], bool]) -> _Place | None:
        """The declaration of a name, among those that fit, that a use means; None where that is not sure."""
        key, folder = self.key(name), self.folder(use.number)
        own = _fitting(self._in_file.get((use.number, key), ()), fits)
        if before := [place for place in own if place.line <= use.line]:
            return before[-1]
        if beside := _fitting(self._in_folder.get((folder, key), ()), fits):
            here = _natural(self._paths[use.number])
            beside.sort(key=lambda place: _natural(self._paths[place.number]))
            at = bisect_left([_natural(self._paths[place.number]) for place in beside], here) - 1
            return beside[at] if at >= 0 else own[0] if own else _only(beside)
        places = _fitting(self._everywhere.get(key, ()), fits)
        shared = [_shared(folder, self.folder(place.number)) for place in places]
        return _only([place for place, depth in zip(places, shared, strict=True) if depth == max(shared)])


def _only(places: Sequence[_Place]) -> _Place | None:
    return places[0] if len({place.id for place in places}) == 1 else None


def _fitting(places: Sequence[_Place], fits: Callable[[_Place], bool]) -> list[_Place]:
    """Those that fit, without those that add to another; none where they are too many."""
    found = [place for place in places if fits(place)] if len(places) <= _MAX_NAMESAKES else []
    return [place for place in found if not place.is_added] or found


@lru_cache(4096)
def _natural(path: str) -> tuple[tuple[int, str], ...]:
    """What paths are sorted by so that "9_x" stands before "10_x"."""
    return tuple((int(each[:18]), "") if each.isdigit() else (-1, each) for each in _NUMBER.split(path))


def _shared(one: str, other: str) -> int:
    """How many folders two paths have in common."""
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    count = 0
    for a, b in pairs:
        if a != b:
            break
        count += 1
    return count


class _Sql:
    """Tables, types and functions, of a schema where both say which."""

    def __init__(self, _: FileIndex, lookup: _Lookup) -> None:
        self._lookup = lookup

    def find(self, use: _Use) -> _Place | None:
        scope, _, last = use.name.rpartition(".")
        kinds = _SORTS[use.sort] - ({Kind.CLASS, Kind.STRUCT} if use.sort == "type" else set())
        schema = self._lookup.key(scope.rpartition(".")[2])

        def fits(place: _Place) -> bool:
            own = self._lookup.key(place.scope.rpartition(".")[2])
            return place.kind in kinds and (not schema or not own or own == schema)

        return self._lookup.nearest(use, last, fits)


class _GraphQL:
    """Types and fields; what an operation selects is followed from the root type."""

    def __init__(self, index: FileIndex, lookup: _Lookup) -> None:
        self._lookup = lookup
        self._roots = dict(_ROOTS)
        self._types: dict[tuple[int, int], str] = {}  # of fields, by file and line
        for number, fact in index.facts_in("GraphQL"):
            for each in fact.holdings:
                if each.owner < 0:
                    self._roots[each.name] = each.path
                else:
                    self._types[number, fact.symbols[each.owner].start] = each.path

    def find(self, use: _Use) -> _Place | None:
        if use.sort != "field":
            kinds = _SORTS[use.sort]
            return self._lookup.nearest(use, use.name, lambda place: place.kind in kinds)
        first, *steps = use.name.split(".")[:_MAX_STEPS]
        of, found = self._roots.get(first, first), None
        for step in steps:
            found = self._field(use, of, step)
            if found is None:
                return None
            of = self._types.get((found.number, found.line), "")
        return found

    def _field(self, use: _Use, of: str, name: str) -> _Place | None:
        return self._lookup.nearest(use, f"{of}.{name}", lambda place: place.kind == Kind.FIELD)


class _Terraform:
    """Blocks of the same folder, and variables and outputs of the module that a block calls."""

    def __init__(self, index: FileIndex, lookup: _Lookup) -> None:
        self._lookup = lookup
        self._sources: dict[tuple[str, str], str] = {}  # folder of a module, by that of the block and its name
        for number, fact in index.facts_in("HCL"):
            folder = lookup.folder(number)
            for each in fact.holdings:
                if (target := join(folder, each.path)) is not None:
                    self._sources[folder, fact.symbols[each.owner].name] = target

    def find(self, use: _Use) -> _Place | None:
        folder = self._lookup.folder(use.number)
        block, slash, inner = use.name.partition("/")
        if not slash:
            return self._lookup.in_folder(folder, use.name)
        source = self._sources.get((folder, block))
        return self._lookup.in_folder(source, inner) if source is not None else None


_LANGUAGES: Mapping[str, Callable[[FileIndex, _Lookup], _Rules]] = {
    "GraphQL": _GraphQL,
    "HCL": _Terraform,
    "SQL": _Sql,
}
