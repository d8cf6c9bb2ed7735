"""The part of a graph that a shipped query asks about, as a store in memory: what needs no triple store on disk.

Input: a shipped query, the values of its parameters, tables. Output: a store that holds every triple on which its
answer depends, so that the engine gives the same answer as on the whole graph; None where that part is large, or the
query is none of those here.

Two kinds of parts. A query about one thing is asked of the rows around it (`_Around`): its own, those that refer to it
or that it refers to, where all these stand, and the rows of whatever they name. A query about all files is asked of the
properties that its text mentions. A test holds each to the answer of the whole store.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pyoxigraph import Literal, RdfFormat, Store

from kgraph.errors import GraphError, QueryError
from kgraph.query import hints
from kgraph.query.execution import execute
from kgraph.query.header import Query
from kgraph.query.library import load_shipped, names
from kgraph.query.parameters import terms
from kgraph.query.symbol_names import with_qualified_names

if TYPE_CHECKING:
    import polars as pl

MAX_TRIPLES = 300_000  # of a part: a second and a half, as the whole store of a small graph
_USES = ("calls", "references", "inherits", "overrides", "specializes", "expands", "typeOf", "binds")


@dataclass(frozen=True, slots=True)
class _Around:
    """How to find the rows that a query is about: by the value of a parameter in columns of a table, and from there
    along edges of some kinds as far as they lead."""

    parameter: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]
    closure: tuple[str, ...] = ()
    forward: bool = True  # along the edges
    backward: bool = True


_SYMBOL = _Around("name", ("symbols",), ("qualified_name",))
_PATH = _Around("path", ("files", "folders"), ("path",))


def _make_reach(kinds: tuple[str, ...], *, forward: bool = True, backward: bool = True) -> _Around:
    return _Around("name", ("symbols",), ("qualified_name",), kinds, forward, backward)


AROUND: dict[str, _Around] = {
    **dict.fromkeys(("callees", "callers", "class-members", "symbol-locations", "uses-of"), _SYMBOL),
    "symbol-by-name": _Around("name", ("symbols",), ("qualified_name", "name")),
    **dict.fromkeys(
        (
            *("cross-references", "file-neighbours", "includers", "includes", "related-files", "symbols-of-file"),
            "targets-of-file",
        ),
        _PATH,
    ),
    "external-users": _Around("name", ("externals",), ("spelling",)),
    "callees-transitive": _make_reach(("calls",), backward=False),
    "callers-transitive": _make_reach(("calls",), forward=False),
    "implementers": _make_reach(("inherits",), forward=False),
    "overrides": _make_reach(("overrides",)),
    "impact": _make_reach(_USES, forward=False),
}
# Queries whose text names every property that they ask for, and the tables whose rows can be meant.
BY_PROPERTY: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("coverage", "diagnostics", "heaviest-includes", "import-cycles", "include-cycles", "largest-files"), ("files",)
    ),
    "same-names": ("files",),
    **dict.fromkeys(
        ("include-chain", "includers-transitive", "includes-transitive", "most-included"), ("files", "folders")
    ),
    "external-dependencies": ("externals",),
    "packages": ("packages", "requirements", "files"),
    "package-users": ("packages", "externals", "includes", "files"),
    "unresolved-includes": ("includes", "files", "folders"),
}


class QueriedGraph(Protocol):
    """What a question needs of an open graph."""

    @property
    def base(self) -> str: ...
    @property
    def store(self) -> Store: ...
    @property
    def has_store(self) -> bool: ...
    def frame(self, table: str) -> Any: ...


class StoreMissingError(GraphError):
    """A question needs the triple store, and whoever asks does not want it made for that."""

    def __init__(self) -> None:
        super().__init__("there is no triple store yet", hint="`kgraph build --store` makes it")


def store_for(graph: QueriedGraph, query: Query, given: Mapping[str, object], *, make: bool = True) -> Store:
    """The store to ask a query of: the graph's, if it is there; else one of the part that the query asks about.

    Else the graph's is made; with `make` False, `StoreMissingError` is raised instead.
    """
    if graph.has_store:
        return graph.store
    _refuse_early(query, given, graph.base)
    if (part := slice_store(graph.frame, query, given, graph.base)) is not None:
        return part
    if not make:
        raise StoreMissingError
    return graph.store


def _refuse_early(query: Query, given: Mapping[str, object], base: str) -> None:
    """Raise what is wrong with a question before a store is made for it."""
    if query.name in names():
        terms(query, given, base)
    else:
        execute(Store(), query, given, base=base)


def slice_store(
    table: Callable[[str], pl.DataFrame], query: Query, given: Mapping[str, object], base: str
) -> Store | None:
    """A store of the part that a query with these values asks about; None where there is none that is small."""
    if query.name not in AROUND and query.name not in BY_PROPERTY:
        return None
    if query.text != load_shipped(query.name).text:
        return None
    part = _Part(table)
    part.add_what_notes_ask(query, given)
    store = part.store(base)
    if store is None:
        return None
    try:
        meant, _ = with_qualified_names(store, query, given)
        bound = terms(query, meant, base)
    except QueryError:  # which the question itself raises
        return store
    if query.name in AROUND:
        how = AROUND[query.name]
        value = bound.get(how.parameter)
        if not isinstance(value, Literal):
            return None
        part.add_around(how, value.value)
        part.add_what_hints_ask(query, value.value)
    else:
        part.add_properties(query.text, BY_PROPERTY[query.name])
    return part.store(base)


class _Part:
    """Rows of tables, to be made a store."""

    def __init__(self, table: Callable[[str], pl.DataFrame]) -> None:
        from functools import cache

        self._table = cache(table)
        self._frames: dict[str, list[pl.DataFrame]] = {}

    def _add(self, name: str, rows: pl.DataFrame) -> None:
        if rows.height:
            self._frames.setdefault(name, []).append(rows)

    def store(self, base: str) -> Store | None:
        """A store in memory of all that was added; None where that is too much."""
        import polars as pl

        from kgraph.vocab.triples import count, lines

        tables = {name: pl.concat(frames) for name, frames in self._frames.items()}
        if count(tables) > MAX_TRIPLES:
            return None
        store = Store()
        text = "\n".join(line for part in lines(tables, base) for line in part)
        store.bulk_load(input=text.encode(), format=RdfFormat.N_TRIPLES, lenient=True)
        return store

    # --- what is said beside an answer ---

    def add_what_notes_ask(self, query: Query, given: Mapping[str, object]) -> None:
        """Rows by which names are understood, and by which `diagnose_answer` says what is missing."""
        import polars as pl

        from kgraph.query.symbol_names import default_export, ends_with, labels_of, normalize
        from kgraph.vocab.tables import schema

        files = self._table("files")
        kept = ("id", "path", "name", "language", "read_as", "analysed", "diagnostics")
        nothing = [
            pl.lit(None, kind).alias(name) if name not in kept else pl.col(name)
            for name, kind in schema("files").items()
        ]
        self._add("files", files.select(nothing))
        self._add("folders", self._table("folders"))
        self._add("activities", self._table("activities"))
        names = [str(given[each.name]) for each in query.parameters if each.type == "symbol" and given.get(each.name)]
        if names:
            wanted = {each for name in names for each in (name, name.removeprefix("::"), normalize(name))}
            last = {label for name in wanted for label in labels_of(name)}
            symbols = self._table("symbols")
            qualified = pl.col("qualified_name")
            by_default = pl.any_horizontal(qualified.str.ends_with(default_export(name)) for name in wanted)
            found = symbols.filter(qualified.is_in(wanted) | pl.col("name").is_in(wanted | last) | by_default)
            self._add_rows_and_places(found["id"])
            if not any(ends_with(each, name) for each in found["qualified_name"] for name in wanted):
                self._add_bases(names, found)

    def _add_bases(self, names: Iterable[str], members: pl.DataFrame) -> None:
        """The bases of the classes that names begin with, by which members are found that they inherit."""
        import polars as pl

        from kgraph.query.symbol_names import last_part, normalize

        wanted = [normalize(name) for name in names]
        owners = {last_part(name[: -len(last_part(name))].rstrip(":.#\\")) for name in wanted}
        symbols, edges = self._table("symbols"), self._table("edges")
        ids = symbols.filter(pl.col("name").is_in(owners))["id"]
        ids = self._close(ids, _make_reach(("inherits",), backward=False))
        is_member = pl.col("source").is_in(ids.implode()) & pl.col("target").is_in(members["id"].implode())
        self._add("edges", edges.filter((pl.col("kind") == "contains") & is_member))
        self._add_rows_and_places(ids)

    def add_what_hints_ask(self, query: Query, name: str) -> None:
        """Rows by which `hints` finds what the answer of a query about a name leaves out."""
        import polars as pl

        if query.name == "external-users":
            spelling = pl.col("spelling")
            begins = pl.any_horizontal(spelling.str.starts_with(name + each) for each in hints.SEPARATORS)
            self._add("externals", self._table("externals").filter(begins))
            self._add("packages", self._table("packages").filter(pl.col("name") == name))
        elif query.name in ("callers", "callers-transitive", "uses-of"):
            symbols, edges, uses = (self._table(each) for each in ("symbols", "edges", "uses"))
            ids = symbols.filter(pl.col("qualified_name") == name)["id"]
            inside = edges.filter((pl.col("kind") == "contains") & pl.col("source").is_in(ids.implode()))["target"]
            made = symbols.filter(pl.col("id").is_in(inside.implode()) & (pl.col("kind") == "Constructor"))
            self._add("symbols", made)
            self._add("uses", uses.filter(pl.col("to").is_in(made["id"].implode()) & (pl.col("kind") == "Call")))

    # --- around one thing ---

    def add_around(self, how: _Around, value: str) -> None:
        """The rows around whatever has a value in one of some columns."""
        import polars as pl

        found = [
            frame.filter(pl.any_horizontal(pl.col(column) == value for column in how.columns))["id"]
            for frame in map(self._table, how.tables)
        ]
        ids = pl.concat(found).unique()
        if how.closure:
            ids = self._close(ids, how)
        named = [ids]
        edges = self._table("edges")
        touching = edges.filter(pl.col("source").is_in(ids.implode()) | pl.col("target").is_in(ids.implode()))
        self._add("edges", touching)
        named += [touching["source"], touching["target"]]
        for name, columns in _references().items():
            frame = self._table(name)
            is_about = pl.any_horizontal(_names_one(column, many, ids) for column, many in columns)
            rows = frame.filter(is_about)
            self._add(name, rows)
            named += [rows["id"], *_list_named(rows, columns)]
        self._add_rows_and_places(pl.concat(named).unique())

    def _close(self, ids: pl.Series, how: _Around) -> pl.Series:
        """All that edges lead to or come from, and the edges themselves."""
        import polars as pl

        edges = self._table("edges").filter(pl.col("kind").is_in(how.closure))
        reached = []
        for wanted, one, other in ((how.forward, "source", "target"), (how.backward, "target", "source")):
            seen = new = ids
            while wanted and len(new):
                found = edges.filter(pl.col(one).is_in(new.implode()))
                self._add("edges", found)
                new = found[other].unique()
                new = new.filter(~new.is_in(seen.implode()))
                seen = pl.concat([seen, new])
            reached.append(seen)
        return pl.concat(reached).unique().sort()

    def _add_rows_and_places(self, ids: pl.Series) -> None:
        """The rows of nodes, where they stand, and the rows of whatever these name."""
        import polars as pl

        from kgraph.vocab.tables import TABLES

        places = self._table("edges").filter(
            pl.col("kind").is_in(["declaration", "definition"])
            & (pl.col("source").is_in(ids.implode()) | pl.col("target").is_in(ids.implode()))
        )
        self._add("edges", places)
        ids = pl.concat([ids, places["source"], places["target"]]).unique()
        for _ in range(2):
            named = []
            for name in TABLES:
                rows = self._table(name).filter(pl.col("id").is_in(ids.implode()))
                self._add(name, rows)
                named += _list_named(rows, _references().get(name, ()))
            ids = pl.concat([pl.Series([], dtype=pl.String), *named]).unique()

    # --- by property ---

    def add_properties(self, text: str, tables: tuple[str, ...]) -> None:
        """All triples of the properties that a text mentions, and the classes, of the rows of some tables."""
        import polars as pl

        from kgraph.vocab.tables import EDGE_KINDS, TABLES, schema

        mentioned = set(re.findall(r"\b(?:kg|rdfs|dcterms|schema|prov|rdf):\w+", text))
        for name in tables:
            kept = {each.name for each in TABLES[name].columns if each.property in mentioned or not each.property}
            kept |= {each.name for each in TABLES[name].columns if each.holds == "class"}
            cells = [
                pl.col(column) if column in kept else pl.lit(None, kind).alias(column)
                for column, kind in schema(name).items()
            ]
            self._add(name, self._table(name).select(cells))
        kinds = [kind for kind in EDGE_KINDS if f"kg:{kind}" in mentioned]
        self._add("edges", self._table("edges").filter(pl.col("kind").is_in(kinds)))


def _references() -> dict[str, tuple[tuple[str, bool], ...]]:
    """The columns of each table that name nodes, and whether they name many."""
    from kgraph.vocab.tables import TABLES

    return {
        name: columns
        for name, table in TABLES.items()
        if (columns := tuple((each.name, each.holds == "nodes") for each in table.columns if each.holds in _NODES))
    }


_NODES = ("node", "nodes")


def _names_one(column: str, many: bool, ids: pl.Series) -> pl.Expr:
    import polars as pl

    if many:
        return pl.col(column).list.eval(pl.element().is_in(ids.implode())).list.any().fill_null(value=False)
    return pl.col(column).is_in(ids.implode())


def _list_named(rows: pl.DataFrame, columns: tuple[tuple[str, bool], ...]) -> list[pl.Series]:
    return [rows[column].explode().drop_nulls() if many else rows[column].drop_nulls() for column, many in columns]
