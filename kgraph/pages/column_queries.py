"""The answers to the pages' queries, each for all files at once.

Input: the store, or the column tables. Output: a frame for each query of `queries/pages/`, with the query's columns.

Asked of the store, the queries take minutes on a large repository, for each value is fetched alone. The columns hold
the same values side by side. So pages are made from the columns, by the twin of each query that stands here; a test
holds each twin to the answer of its query, and `from_store` makes the same pages by asking.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from kgraph.digraph import Condensation
from kgraph.languages import UNITS
from kgraph.query import load_shipped
from kgraph.symbol_places import symbol_places
from kgraph.vocab import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

Answers = Mapping[str, pl.DataFrame]

_INTEGERS = {"line", "end", "size", "lines", "files", "units", "rank"}
_DECIMALS = {"score", "confidence"}
# Columns that hold nodes: the base of their IRIs is left out, as it is in the column tables.
_NODES = {"file", "folder", "symbol", "parent", "include", "other", "target", "document", "user", "used"}


def from_store(store: pyoxigraph.Store, base: str) -> dict[str, pl.DataFrame]:
    """Ask each query of the store."""
    import pyoxigraph as ox

    answers = {}
    for name in TWINS:
        solutions = store.query(load_shipped(f"pages/{name}").text, prefixes=PREFIXES)
        assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - it is a SELECT
        # The engine writes a million rows as text in the time in which Python takes a tenth of them one by one.
        data = solutions.serialize(format=ox.QueryResultsFormat.CSV)
        frame = pl.read_csv(io.BytesIO(data or b""), infer_schema=False)
        answers[name] = _sort_rows(frame.with_columns(_with_type(column, base) for column in frame.columns))
    return answers


def _with_type(column: str, base: str) -> pl.Expr:
    value = pl.col(column)
    if column in _INTEGERS:
        return value.cast(pl.Int64)
    if column in _DECIMALS:
        return value.cast(pl.Float64)
    return value.str.strip_prefix(base) if column in _NODES else value


def from_columns(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The same answers from the column tables."""
    return {name: _sort_rows(twin(tables).select(columns(name))) for name, twin in TWINS.items()}


def columns(name: str) -> list[str]:
    """The columns of a query's answer."""
    return [column.name for column in load_shipped(f"pages/{name}").columns]


def _sort_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """In an order of its own: the queries' is by Unicode, which tells nobody how to break ties."""
    return frame.sort(frame.columns, nulls_last=False)


# --- the twins, one for each query ----------------------------------------------------------------------------------

Tables = Mapping[str, pl.DataFrame]


def _paths(tables: Tables) -> pl.DataFrame:
    return tables["files"].select(file="id", path="path")


def _files(tables: Tables) -> pl.DataFrame:
    files = tables["files"].rename({"id": "file", "read_as": "readAs"})
    analysed = pl.col("analysed").list.join(" ")
    return files.with_columns(analysed=pl.when(analysed != "").then(analysed))


def _folders(tables: Tables) -> pl.DataFrame:
    return tables["folders"].rename({"id": "folder"})


def _remarks(tables: Tables) -> pl.DataFrame:
    return (
        tables["files"]
        .select("path", file="id", remark="diagnostics")
        .explode("remark", empty_as_null=False)
        .drop_nulls("remark")
        .unique()
    )


def _symbols(tables: Tables) -> pl.DataFrame:
    edges = tables["edges"]
    parents = edges.filter((pl.col("kind") == "contains") & pl.col("source").str.starts_with("symbol/")).select(
        symbol="target", parent="source"
    )
    return (
        symbol_places(edges, tables["locations"])
        .rename({"start_line": "line", "end_line": "end"})
        .join(_paths(tables), on="file")
        .join(
            tables["symbols"].select(
                "kind", "name", "signature", "access", "documentation", "macro", symbol="id", qualified="qualified_name"
            ),
            on="symbol",
        )
        .join(parents, on="symbol", how="left")
    )


def _traits(tables: Tables) -> pl.DataFrame:
    stands = symbol_places(tables["edges"], tables["locations"]).select("symbol", "file")
    lists = [
        tables["symbols"]
        .select(pl.lit(trait).alias("trait"), symbol="id", value=column)
        .explode("value", empty_as_null=False)
        .drop_nulls("value")
        for trait, column in (("modifier", "modifiers"), ("base", "bases"))
    ]
    return pl.concat(lists).join(stands, on="symbol").join(_paths(tables), on="file").select(columns("traits")).unique()


def _includes(tables: Tables) -> pl.DataFrame:
    roles = {"targets": "target", "candidates": "candidate", "templates": "template"}
    includes = tables["includes"].rename({"id": "include", "start_line": "line"})
    others = [
        includes.select("include", pl.lit(role).alias("role"), other=column)
        .explode("other", empty_as_null=False)
        .drop_nulls("other")
        .unique()
        for column, role in roles.items()
    ]
    return includes.join(pl.concat(others), on="include", how="left").join(_paths(tables), on="file")


def _list_imported_names(tables: Tables) -> pl.DataFrame:
    named = (
        tables["includes"]
        .select("file", include="id", name="names")
        .explode("name", empty_as_null=False)
        .drop_nulls("name")
    )
    return named.unique().join(_paths(tables), on="file")


def _links(tables: Tables) -> pl.DataFrame:
    paths = pl.concat([tables[table].select("path", target="id") for table in ("files", "folders")])
    edges = tables["edges"].filter(pl.col("kind") == "links").select(document="source", target="target")
    return edges.join(paths, on="target")


def _list_related(tables: Tables) -> pl.DataFrame:
    relations = tables["relations"].select("rank", "score", file="from", other="to", reason="reasons")
    return relations.explode("reason", empty_as_null=False).drop_nulls("reason").join(_paths(tables), on="file")


def dependency_edges(tables: Tables) -> pl.DataFrame:
    """Who includes or imports whom, or uses it without that, among files: columns `source`, `target`."""
    return tables["edges"].filter(
        pl.col("kind").is_in(["includes", "imports", "needs"]) & pl.col("target").str.starts_with("file/")
    )


def _condense(tables: Tables) -> Condensation:
    number = tables["files"].select(pl.col("id"), pl.int_range(pl.len(), dtype=pl.Int64).alias("number"))
    edges = (
        dependency_edges(tables)
        .join(number.rename({"id": "source", "number": "from"}), on="source")
        .join(number.rename({"id": "target", "number": "to"}), on="target")
    )
    return Condensation.of(len(number), edges["from"].to_numpy(), edges["to"].to_numpy())


def _weights(tables: Tables) -> pl.DataFrame:
    files = tables["files"].select("path", file="id", own=pl.col("lines").fill_null(0))
    counts, lines = _condense(tables).reach(np.ones(len(files), dtype=np.int64), files["own"].to_numpy())
    return files.with_columns(files=pl.Series(counts), lines=pl.Series(lines)).filter(pl.col("files") > 0)


def _dependents(tables: Tables) -> pl.DataFrame:
    files = tables["files"].select("path", file="id", unit=pl.col("path").str.contains(UNITS).cast(pl.Int64))
    ones = np.ones(len(files), dtype=np.int64)
    counts, units = _condense(tables).reverse().reach(ones, files["unit"].to_numpy())
    return files.with_columns(files=pl.Series(counts), units=pl.Series(units)).filter(pl.col("files") > 0)


def _uses(tables: Tables) -> pl.DataFrame:
    uses = tables["uses"].select("kind", "confidence", "evidence", "file", user="from", used="to", line="at_lines")
    return uses.explode("line", empty_as_null=False).drop_nulls("line").unique().join(_paths(tables), on="file")


def _list_known_functions(tables: Tables) -> pl.DataFrame:
    externals = tables["externals"].filter(pl.col("kind") == "ExternalSymbol")
    return externals.select(
        "category", "description", "authority", used="id", name="spelling", weakness="weaknesses"
    ).explode("weakness", empty_as_null=True)


def _builds(tables: Tables) -> pl.DataFrame:
    edges = tables["edges"].filter(
        pl.col("kind").is_in(["builds", "linksAgainst", "buildsAfter", "runs"])
        & pl.col("source").str.starts_with("symbol/")
    )
    defined = symbol_places(tables["edges"], tables["locations"]).filter(pl.col("role") == "definition")
    return (
        edges.select(symbol="source", relation="kind", other="target")
        .join(defined.select("symbol", "file").unique(), on="symbol")
        .join(_paths(tables), on="file")
    )


TWINS: dict[str, Callable[[Tables], pl.DataFrame]] = {
    "files": _files,
    "folders": _folders,
    "remarks": _remarks,
    "symbols": _symbols,
    "traits": _traits,
    "includes": _includes,
    "imported-names": _list_imported_names,
    "links": _links,
    "related": _list_related,
    "weights": _weights,
    "dependents": _dependents,
    "uses": _uses,
    "known-functions": _list_known_functions,
    "builds": _builds,
}


def names() -> list[Any]:
    """The names of the queries."""
    return list(TWINS)
