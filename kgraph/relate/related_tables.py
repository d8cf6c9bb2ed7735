"""What relating needs of a graph, and the graph with what it found.

Input: tables. Output: some of them, or a graph. Apart from `relations`, whose libraries are another process's to load.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from kgraph.model import Graph
from kgraph.relate.visibility import find_interface_members, find_internal, may_override
from kgraph.spilled import as_spilled
from kgraph.vocab.tables import EDGES, schema, sort_edges, with_columns_by_id

ACTIVITY_ID = "relating"
PLACES = ("declaration", "definition")  # kinds of edges
BETWEEN_FILES = ("includes", "imports", "links")


@dataclass(frozen=True, slots=True)
class RelateResult:
    """What relating finds."""

    relations: pl.DataFrame  # the table
    formula: str
    weights: Sequence[str]  # the signals that had a part in it, each with its weight
    revision: str | None  # up to which history was read
    mentions: pl.DataFrame  # id, mentions: how often the name of a function stands where it could be used


def select_needed(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """What of a graph's tables says which files are related."""
    return {
        "symbols": tables["symbols"].select("id", "kind", "name", "access"),
        "overriding": pl.concat(
            [may_override(tables["symbols"], tables[EDGES]), find_interface_members(tables["symbols"], tables[EDGES])]
        ).unique(maintain_order=True),
        "kept": find_internal(tables["symbols"], tables[EDGES]),
        EDGES: tables[EDGES].filter(pl.col("kind").is_in([*PLACES, *BETWEEN_FILES])),
    }


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
    changed = {
        "relations": related.relations,
        "activities": activities.sort("id"),
        EDGES: sort_edges(pl.concat([graph[EDGES], edges])),
    }
    mentions = partial(with_columns_by_id, columns={"mentions": related.mentions})
    return replace(graph, tables=as_spilled(graph.tables).with_frames(changed).change("symbols", mentions))
