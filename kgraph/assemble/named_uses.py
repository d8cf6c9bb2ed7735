"""GraphQL, SQL and Terraform: what a name means that is declared once and used by that name alone.

Input: the uses of such files, and the joined symbols. Output: rows of `use_tables.RESOLVED`.

A name is looked for among what the file itself declares, then in its folder, then in the folders nearest to it. Where
several files of one folder declare a name, as migrations do one after the other, the last one before the file is meant;
elsewhere of two neither is. Terraform sees its own folder alone, and that of a module which a block calls.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import polars as pl

from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.suffix_index import join
from kgraph.assemble.use_tables import RESOLVED, make_spelled_uses
from kgraph.model import Kind, UseKind
from kgraph.repository_paths import parent

_MAX_KEPT = 8  # declarations of one name that are looked at
_MAX_FOLDERS = 100  # around a file
_MAX_STEPS = 50  # of a selection
_KINDS = {UseKind.CALL.value: "Call", UseKind.BASE.value: "Inheritance"}
_ANY_TYPE = frozenset({Kind.CLASS, Kind.STRUCT, Kind.ENUM, Kind.UNION, Kind.TYPE_ALIAS})
# What each sort of use may mean, by kind of symbol: "column" is the type of one.
_SORTS: Mapping[str, frozenset[str]] = {
    "table": frozenset({Kind.STRUCT, Kind.CLASS}),
    "column": frozenset({Kind.ENUM, Kind.TYPE_ALIAS}),
    "function": frozenset({Kind.FUNCTION}),
    "type": _ANY_TYPE,
    "directive": frozenset({Kind.MACRO}),
    "fragment": frozenset({Kind.FUNCTION}),
    "field": frozenset({Kind.FIELD}),
    "": frozenset({Kind.VARIABLE, Kind.PROPERTY}),  # of Terraform
}
_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
_NUMBER = re.compile(r"(\d+)")


class _Place(NamedTuple):
    """A declaration of a name."""

    id: str
    number: int  # of the file
    line: int
    scope: str


class _Use(NamedTuple):
    number: int  # of the file
    line: int
    name: str
    sort: str


class _Rules(Protocol):
    """How a language looks names up."""

    def find(self, use: _Use) -> _Place | None:
        """The declaration that a use means; None where that is not sure."""


def resolve_named_uses(index: FileIndex, first_rows: Sequence[int], symbols: pl.DataFrame) -> pl.DataFrame:
    """The resolved uses of all files of these languages; `symbols` are the joined symbol facts."""
    rows: list[tuple[object, ...]] = []
    for language, make_rules in _LANGUAGES.items():
        numbers = [number for number, file in enumerate(index.files) if file.language == language]
        uses = make_spelled_uses(index.facts, numbers, first_rows, ("kind", "name", "qualifier"))
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
    """Declarations by name, sort and place: each key is looked up in time that does not grow with its namesakes."""

    def __init__(self, index: FileIndex, symbols: pl.DataFrame, *, ignores_case: bool) -> None:
        self._paths = [file.path for file in index.files]
        self._ignores_case = ignores_case
        self._in_file: dict[tuple[int, str, str], list[_Place]] = defaultdict(list)
        self._in_folder: dict[tuple[str, str, str], list[_Place]] = defaultdict(list)
        self._in_order: set[tuple[str, str, str]] = set()  # of these, which are sorted
        self._below: dict[tuple[str, str, str], list[_Place]] = defaultdict(list)  # so many as tell one from several
        columns = ("name", "id", "kind", "file", "start", "scope", "modifiers")
        places = []
        for name, id_, kind, number, line, scope, modifiers in (
            symbols.select(columns).sort("file", "start").iter_rows()
        ):
            key = self.key(f"{scope}.{name}" if kind == Kind.FIELD else name)
            place = _Place(id_, number, line, self.key(scope.rpartition(".")[2]))
            is_added = "extend" in (modifiers or ())  # to what another declares
            places += [(is_added, sort, key, place) for sort, kinds in _SORTS.items() if kind in kinds]
        declared = {(sort, key) for is_added, sort, key, _ in places if not is_added}
        for is_added, sort, key, place in places:
            if not is_added or (sort, key) not in declared:
                self._add(sort, key, place)

    def _add(self, sort: str, key: str, place: _Place) -> None:
        folder = self.folder(place.number)
        self._in_file[place.number, sort, key].append(place)
        self._in_folder[folder, sort, key].append(place)
        for _ in range(_MAX_FOLDERS):
            below = self._below[folder, sort, key]
            if len(below) < _MAX_KEPT:
                below.append(place)
            if not folder:
                return
            folder = parent(folder)

    def key(self, name: str) -> str:
        """A name as it is compared."""
        return name.lower() if self._ignores_case else name

    def folder(self, number: int) -> str:
        """The folder of a file."""
        return parent(self._paths[number])

    def find_in_folder(self, folder: str, name: str) -> _Place | None:
        """The only declaration of a name in a folder."""
        return _only(self._in_folder.get((folder, "", name), ())[:_MAX_KEPT])

    def nearest(self, use: _Use, name: str, scope: str = "") -> _Place | None:
        """The declaration of a name that a use means; None where that is not sure. Where `scope` and that of a
        declaration are both known, they must be the same."""
        key, folder = self.key(name), self.folder(use.number)
        own = self._in_file.get((use.number, use.sort, key), ())
        if (
            found := _last(_select_before(own, bisect_right(own, use.line, key=lambda place: place.line)), scope)
        ) is not None:
            return found
        beside = self._sort_declarations(folder, use.sort, key)
        if beside:
            order = _natural(self._paths[use.number])
            at = bisect_left(beside, order, key=lambda place: _natural(self._paths[place.number]))
            found = _last(_select_before(beside, at), scope) or _last(own[:1], scope)
            return found or _only(_filter_by_scope(beside[:_MAX_KEPT], scope))
        for _ in range(_MAX_FOLDERS):
            if below := self._below.get((folder, use.sort, key)):
                return _only(_filter_by_scope(below, scope)) if len(below) < _MAX_KEPT else None
            if not folder:
                return None
            folder = parent(folder)
        return None

    def _sort_declarations(self, folder: str, sort: str, key: str) -> list[_Place]:
        """The declarations of a name in a folder, in the order of the files by name and number."""
        places = self._in_folder.get((folder, sort, key), [])
        if (folder, sort, key) not in self._in_order:
            places.sort(key=lambda place: _natural(self._paths[place.number]))
            self._in_order.add((folder, sort, key))
        return places


def _select_before(places: Sequence[_Place], at: int) -> Sequence[_Place]:
    return places[max(at - _MAX_KEPT, 0) : at]


def _filter_by_scope(places: Sequence[_Place], scope: str) -> list[_Place]:
    return [place for place in places if not scope or not place.scope or place.scope == scope]


def _last(places: Sequence[_Place], scope: str) -> _Place | None:
    return next(iter(reversed(_filter_by_scope(places, scope))), None)


def _only(places: Sequence[_Place]) -> _Place | None:
    return places[0] if len({place.id for place in places}) == 1 else None


@lru_cache(4096)
def _natural(path: str) -> tuple[tuple[int, str], ...]:
    """What paths are sorted by so that "9_x" stands before "10_x"."""
    return tuple((int(each[:18]), "") if each.isdigit() else (-1, each) for each in _NUMBER.split(path))


class _Sql:
    """Tables, types and functions, of a schema where both say which."""

    def __init__(self, _: FileIndex, lookup: _Lookup) -> None:
        self._lookup = lookup

    def find(self, use: _Use) -> _Place | None:
        schema, _, last = use.name.rpartition(".")
        return self._lookup.nearest(use, last, self._lookup.key(schema.rpartition(".")[2]))


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
            return self._lookup.nearest(use, use.name)
        first, *steps = use.name.split(".")[:_MAX_STEPS]
        of, found = self._roots.get(first, first), None
        for step in steps:
            found = self._lookup.nearest(use, f"{of}.{step}")
            if found is None:
                return None
            of = self._types.get((found.number, found.line), "")
        return found


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
            return self._lookup.find_in_folder(folder, use.name)
        source = self._sources.get((folder, block))
        return self._lookup.find_in_folder(source, inner) if source is not None else None


_LANGUAGES: Mapping[str, Callable[[FileIndex, _Lookup], _Rules]] = {
    "GraphQL": _GraphQL,
    "HCL": _Terraform,
    "SQL": _Sql,
}
