"""What relating needs of a graph, and the graph with what it found.

Input: tables. Output: some of them, or a graph. Apart from `relations`, whose libraries are another process's to load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from kgraph.model import Graph
from kgraph.vocab.tables import EDGES, schema, sorted_edges

ACTIVITY_ID = "relating"
PLACES = ("declaration", "definition")  # kinds of edges
BETWEEN_FILES = ("includes", "imports", "links")
_MAX_BASES = 30  # above each other


@dataclass(frozen=True, slots=True)
class RelateResult:
    """What relating finds."""

    relations: pl.DataFrame  # the table
    formula: str
    weights: Sequence[str]  # the signals that had a part in it, each with its weight
    revision: str | None  # up to which history was read
    mentions: pl.DataFrame  # id, mentions: how often the name of a function stands where it could be used


def needed(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What of a graph's tables says which files are related."""
    return {
        "symbols": tables["symbols"].select("id", "kind", "name", "access"),
        "overriding": _may_override(tables["symbols"], tables[EDGES]),
        EDGES: tables[EDGES].filter(pl.col("kind").is_in([*PLACES, *BETWEEN_FILES])),
    }


def _may_override(symbols: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """The `id` of each member of a C++ class that has a base, or one above it, that the repository does not define.

    Bases are known by their short names: where one of that name is defined, the base is taken for it.
    """
    types = symbols.filter(pl.col("id").str.starts_with("symbol/cpp/type/")).select("id", "name", "bases")
    spelled = pl.col("bases").str.replace(r"<.*", "").str.extract(r"(\w+)\W*$")
    inherits = types.explode("bases").drop_nulls("bases").select("id", "name", base=spelled)
    defined = types.join(edges.filter(pl.col("kind") == "definition"), left_on="id", right_on="source", how="semi")
    of = inherits.join(defined, left_on="base", right_on="name", how="anti")
    reached = of.select("id", "name").unique()
    for _ in range(_MAX_BASES):
        of = inherits.join(of, left_on="base", right_on="name", how="semi").join(reached, on="id", how="anti")
        if of.is_empty():
            break
        reached = pl.concat([reached, of.select("id", "name").unique()])
    members = edges.filter(pl.col("kind") == "contains").join(reached, left_on="source", right_on="id", how="semi")
    return members.select(id="target").unique().sort("id")


def with_relations(graph: Graph, related: RelateResult, *, agent: str) -> Graph:
    """The graph with what relating found; `agent` names the version of kgraph."""
    edges = related.relations.select(source="from", kind=pl.lit("related"), target="to").cast(schema(EDGES))  # type: ignore[arg-type]
    activity = {
        "id": [ACTIVITY_ID],
        "agent": [agent],
        "options": [[]],
        "formula": [related.formula],
        "weights": [sorted(related.weights)],
        "revision": [related.revision],
    }
    activities = pl.concat([graph["activities"], pl.DataFrame(activity, schema=schema("activities"))])
    symbols = graph["symbols"].drop("mentions").join(related.mentions, on="id", how="left", maintain_order="left")
    changed = {
        "symbols": symbols.select(graph["symbols"].columns),
        "relations": related.relations,
        "activities": activities.sort("id"),
        EDGES: sorted_edges(pl.concat([graph[EDGES], edges])),
    }
    return replace(graph, tables={name: changed.get(name, graph[name]) for name in graph})
