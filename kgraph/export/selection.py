"""What of a graph can be drawn: the choice that the writers of drawings share.

Input: a source. Output: a few hundred nodes with labels, edges between them, and sentences on what was left out.

A drawing of everything shows nothing. Of a whole graph the files are drawn, with the includes, imports and links among
them; of a query's answer all that it holds. Where that is more than a reader or the drawing program can take, the nodes
with the most edges are kept, and the caller is informed.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

import polars as pl

from kgraph.export.property_graph import PropertyGraph, classes, label
from kgraph.export.sources import ExportSource, WholeGraph

MAX_LABEL_LENGTH = 100  # characters of a label
_DRAWN = ("includes", "imports", "links")
_EDGES = {"source": pl.String(), "kind": pl.String(), "target": pl.String()}


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """One node to draw."""

    id: str
    shape: str  # "folder", "file", "external", "symbol" or "" for anything else
    label: str


@dataclass(frozen=True, slots=True)
class Edge:
    """One arrow to draw, for all edges between two nodes."""

    source: str
    target: str
    label: str  # the kinds of its edges; "" where all edges of the drawing are of one kind


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, in an order that depends on the graph alone."""

    name: str
    nodes: tuple[DrawnNode, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...]


def drawing(source: ExportSource, *, max_nodes: int, max_edges: int) -> Drawing:
    """The drawing of a source."""
    graph, notes = source.property_graph(), []
    if isinstance(source, WholeGraph):
        graph = graph.restricted({"File"}, _DRAWN, external=False)
        notes.append("of a whole graph the files are drawn, with the includes, imports and links among them")
    nodes, edges = _flat(graph)
    drawn_nodes = _best(nodes, edges, max_nodes)
    drawn_edges = edges.join(drawn_nodes.select(source="id"), on="source", how="semi", maintain_order="left")
    drawn_edges = drawn_edges.join(
        drawn_nodes.select(target="id"), on="target", how="semi", maintain_order="left"
    ).head(max_edges)
    if len(drawn_nodes) < len(nodes) or len(drawn_edges) < len(edges):
        notes.append(
            f"drawn are {len(drawn_nodes):,} of {len(nodes):,} nodes, those with the most edges, and "
            f"{len(drawn_edges):,} of "
            f"{len(edges):,} arrows; --query draws a part"
        )
    title = (
        graph.name if len(drawn_nodes) == len(nodes) and len(drawn_edges) == len(edges) else f"{graph.name} (a part)"
    )
    return Drawing(
        title,
        tuple(
            DrawnNode(node, _shape(kind or ""), _short(text if text != node else _name_anonymous(node)))
            for node, kind, text in drawn_nodes.iter_rows()
        ),
        tuple(Edge(source, target, kinds) for source, target, kinds in drawn_edges.iter_rows()),
        tuple(notes),
    )


def _flat(graph: PropertyGraph) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All nodes with their labels, and one row for all edges between two nodes."""
    empty = pl.DataFrame(schema={"id": pl.String(), "kind": pl.String(), "label": pl.String()})
    nodes = pl.concat([empty, *(frame.select("id", "kind", label(frame).alias("label")) for frame in graph.nodes)])
    edges = pl.concat([pl.DataFrame(schema=_EDGES), *graph.edges])
    kinds = pl.col("kind").unique().sort().str.join(", ") if edges["kind"].n_unique() > 1 else pl.lit("").first()
    return nodes.sort("id"), edges.group_by("source", "target").agg(kinds.alias("label")).sort("source", "target")


def _best(nodes: pl.DataFrame, edges: pl.DataFrame, most: int) -> pl.DataFrame:
    if len(nodes) <= most:
        return nodes
    ends = pl.concat([edges.select(id="source"), edges.select(id="target")]).group_by("id").len("degree")
    ranked = nodes.join(ends, on="id", how="left").with_columns(pl.col("degree").fill_null(0))
    return ranked.sort(["degree", "id"], descending=[True, False]).head(most).drop("degree").sort("id")


_SHAPES = {"Folder": "folder", "File": "file", "External": "external", "Symbol": "symbol"}


def _shape(kind: str) -> str:
    return next((_SHAPES[name] for name in classes(kind) if name in _SHAPES), "")


def _name_anonymous(node: str) -> str:
    """What a node without any name is called: the end of its id."""
    if node.startswith(("http://", "https://")):
        rest = node.rstrip("/#").replace("#", "/").rpartition("/")[2]
    else:
        kind, _, rest = node.partition("/")
        rest = rest.partition("/")[2] if kind in ("symbol", "external") else rest
    return unquote(rest, errors="replace") or node


def _short(text: str) -> str:
    """A label on one line that fits: of a path or name the end tells more than the beginning."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_LABEL_LENGTH else "…" + line[1 - MAX_LABEL_LENGTH :]
