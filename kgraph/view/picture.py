"""A small graph with places: what pyvis draws, and what a notebook shows as SVG.

Input: a neighbourhood, a matrix, or the triples of a query's answer. Output: a `Picture`, whose nodes have places in
pixels, so that nothing has to settle: physics takes minutes where five hundred places take no time.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kgraph.vocab import PREFIXES
from kgraph.vocab.iri import readable_id

MAX_NODES = 500
MAX_EDGES = 150  # of a matrix: its strongest
ROW, COLUMN, GAP = 30, 230, 70  # pixels
ROWS = 30  # of a column; longer ones are broken


@dataclass(frozen=True, slots=True)
class PositionedNode:
    """A node of a picture, and its place."""

    id: str
    label: str
    kind: str  # a language, the class of a symbol, ...
    title: str  # more about it, in lines
    x: float
    y: float
    size: float = 8
    centre: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Nodes at places, and edges (source id, target id, kind, weight)."""

    name: str
    spots: tuple[PositionedNode, ...]
    edges: tuple[tuple[str, str, str, int], ...]
    told: tuple[str, ...] = field(default=())  # what was left out, in sentences
    columns: bool = False  # names stand in columns, so that they fit into boxes


_RANKS = {"owner": 0, "member": 2}  # above and below the centre


def draw_neighbourhood(answer: Mapping[str, Any], name: str) -> Picture:
    """Users on the left, what is used on the right, a column or more for each step."""
    nodes = answer["nodes"]
    spots: list[PositionedNode] = []
    x = 0.0
    for step in sorted({node["step"] for node in nodes}):
        column = [node for node in nodes if node["step"] == step]
        column.sort(key=lambda node: (_RANKS.get(node.get("part", ""), 1), node["path"] or node["label"], node["id"]))
        places, width = _column(len(column), x)
        for node, place in zip(column, places, strict=True):
            title = "\n".join(filter(None, (node["label"], node["kind"], _place(node))))
            is_centre = node["id"] == answer["centre"]
            size = 11 if is_centre else 7
            spots.append(PositionedNode(node["id"], node["label"], node["kind"], title, *place, size, is_centre))
        x += width
    edges = tuple((nodes[e["source"]]["id"], nodes[e["target"]]["id"], e["kind"], 1) for e in answer["edges"])
    told: tuple[str, ...] = ()
    if answer["omitted"]:
        told = (f"The nearest and most connected {len(nodes):,} of {answer['total']:,} nodes are shown.",)
    return Picture(name, tuple(spots), edges, told, columns=True)


def _place(node: Mapping[str, Any]) -> str:
    return f"{node['path']}:{node['line']}" if node["path"] and node["line"] else node["path"] or ""


def draw_matrix(answer: Mapping[str, Any], name: str) -> Picture:
    """The parts of a repository on a circle, in the order of the matrix's layers."""
    groups = answer["groups"]
    radius = max(220.0, 26.0 * len(groups) / math.pi * 1.6)
    spots = []
    for at, group in enumerate(groups):
        angle = 2 * math.pi * at / max(1, len(groups)) - math.pi / 2
        title = f"{group['path']}\n{group['files']:,} files\n{group['within']:,} dependencies within"
        place = (radius * math.cos(angle), radius * math.sin(angle))
        spots.append(
            PositionedNode(group["id"], group["label"], "Folder", title, *place, 5 + 0.9 * math.sqrt(group["files"]))
        )
    ids = [group["id"] for group in groups]
    kind = ", ".join(answer["kinds"])
    cells = sorted(answer["cells"], key=lambda cell: -cell[2])
    edges = tuple((ids[row], ids[column], kind, number) for row, column, number in cells[:MAX_EDGES])
    told = (f"The {MAX_EDGES} strongest of {len(cells):,} edges are drawn.",) if len(cells) > MAX_EDGES else ()
    return Picture(name, tuple(spots), edges, told)


def draw_triples(triples: Iterable[Any], base: str, name: str, most: int = MAX_NODES) -> Picture:
    """The nodes of a query's answer and the edges between them; with labels, classes and paths of the nodes."""
    from pyoxigraph import Literal

    labels: dict[str, str] = {}
    kinds: dict[str, str] = {}
    facts: dict[str, list[str]] = {}
    nodes: dict[str, None] = {}  # in the order in which they come
    edges: list[tuple[str, str, str, int]] = []
    for triple in triples:
        subject, predicate = triple.subject.value, triple.predicate.value
        nodes.setdefault(subject)
        if predicate == PREFIXES["rdf"] + "type":
            kinds[subject] = _short(triple.object.value, base)
        elif isinstance(triple.object, Literal):
            if predicate == PREFIXES["rdfs"] + "label":
                labels[subject] = triple.object.value
            facts.setdefault(subject, []).append(f"{_short(predicate, base)}: {triple.object.value[:200]}")
        else:
            nodes.setdefault(triple.object.value)
            edges.append((subject, triple.object.value, _short(predicate, base), 1))
    connected = {end for edge in edges for end in edge[:2]}
    drawn = sorted(nodes, key=lambda node: node not in connected)[:most]
    chosen = set(drawn)
    edges = [edge for edge in edges if edge[0] in chosen and edge[1] in chosen]
    places = _layer(drawn, edges)
    spots = [
        PositionedNode(node, labels.get(node) or _short(node, base), kinds.get(node, ""),
             "\n".join([_short(node, base), *facts.get(node, ())]), *places[node])
        for node in drawn
    ]  # fmt: skip
    left = len(nodes) - len(drawn)
    told = (f"{left:,} of {len(nodes):,} nodes are left out.",) if left else ()
    return Picture(name, tuple(spots), tuple(edges), told, columns=True)


def _layer(nodes: Sequence[str], edges: Sequence[tuple[str, str, str, int]]) -> dict[str, tuple[float, float]]:
    """Places for a graph of which nothing is known: edges lead to the right, but for those of cycles.

    A node stands one column behind the last of those that lead to it; in a column, nodes are near what leads to them.
    """
    import networkx

    graph: Any = networkx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((source, target) for source, target, _, _ in edges if source != target)
    whole = networkx.condensation(graph)  # the members of a cycle share a column
    column: dict[str, int] = {}
    for number, parts in enumerate(networkx.topological_generations(whole)):
        column.update((node, number) for part in parts for node in whole.nodes[part]["members"])
    order = {node: at for at, node in enumerate(nodes)}
    positions: dict[str, tuple[float, float]] = {}
    x = 0.0
    for number in range(max(column.values(), default=-1) + 1):
        members = [node for node in nodes if column[node] == number]
        above = {
            node: [positions[source][1] for source in graph.predecessors(node) if source in positions]
            for node in members
        }
        members.sort(key=lambda node: (sum(above[node]) / len(above[node]) if above[node] else 0.0, order[node]))
        spots, width = _column(len(members), x)
        positions.update(zip(members, spots, strict=True))
        x += width
    return positions


def _column(count: int, x: float) -> tuple[list[tuple[float, float]], float]:
    """Places for the nodes of one column, broken where it is long, and how wide it is."""
    parts = max(1, math.ceil(count / ROWS))
    high = math.ceil(count / parts)
    spots = []
    for at in range(count):
        part, row = divmod(at, high)
        spots.append((x + part * COLUMN, (row - (high - 1) / 2) * ROW + (part % 2) * ROW / 2))
    return spots, parts * COLUMN + GAP


def _short(iri: str, base: str) -> str:
    if base and iri.startswith(base):
        return readable_id(iri[len(base) :])
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return iri[len(namespace) :] if prefix in ("kg", "rdfs") else f"{prefix}:{iri[len(namespace) :]}"
    return iri
