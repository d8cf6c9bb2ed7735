"""What a view asks of a graph, answered as plain objects for JSON: one function per address of the explorer's API.

Input: a `ViewIndex` (make one per generation of a graph, `ViewIndex(graph.tables)`, `warm` it, and keep it) and what is
asked. Output: dicts of texts, numbers and lists. The file that `kgraph view` writes carries some of the answers;
`kgraph serve` gives each when it is asked. Functions only read the index, so that many threads may ask at once.

    GET /api/overview                               overview(index)     see `overview`
    GET /api/matrix?folder=ID&size=                 matrix(index, folder)    see `matrix`
    GET /api/node?id=ID&offset=&limit=&kind=&direction=    node(index, id)
    GET /api/neighbours?id=ID&depth=&kinds=a,b&limit=      neighbours(index, id)
    GET /api/children?id=ID&limit=                  children(index, id)
    GET /api/search?q=TEXT&limit=                   search(index, q)
    GET /api/impact?id=ID&to=TEXT                   what breaks if it changes, see `kgraph.serve.impact`
    GET /api/table?kind=KIND&offset=&limit=&sort=   table(index, kind)    see `table`
    GET /api/source?path=&from=&to=                 no matter of the graph:
        {"path", "from", "to", "total", "changed": bool, "lines": ["text", ...]}

An id is that of the tables, `file/src/shape.h`, or the whole IRI. What is unknown raises `QueryError`. A node in a
list, a *card*:

    {"id", "class": "File" | "Folder" | "External" | "Symbol", "kind": "C++" | "Method" | ..., "label", "path", "line"}

`label` is the short name, qualified for symbols; `path` and `line` say where it stands, where it stands somewhere.

node:        {**card, "iri", "name", "facts": [[name, value], ...], "documentation", "parents": [card, ...],
              "places": [{"role", "path", "line", "end"}], "counts": [{"kind", "direction": "out"|"in", "count"}],
              "edges": {"total", "offset", "rows": [{"kind", "direction", "other": card, "path", "line", "note"}]}}
             An edge's path and line say where it is written.
neighbours:  {"centre": id, "depth", "kinds": [...], "nodes": [{**card, "step": -1 | 0 | 1 ...}], "edges":
              [{"source": place in nodes, "target": place, "kind", "line"}], "total", "omitted"}
             `step` counts edges from the centre, negative where they lead to it. All edges among the nodes are given.
             What a symbol or folder holds, and what it stands in, are apart: their step is 0, and "part" is "member"
             or "owner". Who uses a member is a user, and what it uses is used.
             The nearest and most connected come first; `omitted` says how many the limit left out.
children:    {"id", "nodes": [{**card, "files", "children": number}], "edges": [{"source": id, "target": id, "kind",
              "path": of the source's file, "target_path"}], "total", "omitted"}
             What a folder, file or symbol contains, and the dependencies of symbols among it.
search:      {"query", "total", "rows": [{**card, "match": "exact" | "prefix" | "part", "overloads"}]}
             Exact names first, then those that begin so, then those that hold it; folders and files before symbols.

Positions are the front end's: it packs circles (d3-hierarchy) by the numbers of files, which gives the same picture
from the file and from the server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from kgraph.coverage import PROGRAMMING, Aspect, not_analysed, users_of
from kgraph.errors import QueryError
from kgraph.search.ranking import BEGINNING, EXACT
from kgraph.view.index import STRUCTURE, Edges, ViewIndex
from kgraph.view.matrix import matrix
from kgraph.view.overview import counts as overview_counts
from kgraph.view.overview import overview
from kgraph.view.table import table

__all__ = ["card", "children", "matrix", "neighbours", "node", "overview", "overview_counts", "search", "table"]

Answer = dict[str, Any]

MAX_EDGES = 100
MAX_NEIGHBOURS = 150
MAX_CHILDREN = 2000
MAX_FOUND = 30
MAX_DEPTH = 10


def card(index: ViewIndex, number: int) -> Answer:
    """A node as it stands in a list."""
    row, of = index.row(number), index.class_of(number)
    match of:
        case "File":
            what = {"kind": row["language"] or "", "label": row["name"], "path": row["path"], "line": None}
        case "Folder":
            what = {"kind": "Folder", "label": row["name"], "path": row["path"], "line": None}
        case "External":
            what = {"kind": row["kind"], "label": row["spelling"], "path": None, "line": None}
        case _:
            places = index.places(number)
            path = index.files["path"][places[0][1]] if places else None
            line = places[0][2] if places else None
            what = {"kind": row["kind"], "label": row["qualified_name"], "path": path, "line": line}
    return {"id": row["id"], "class": of, **what}


_FACTS = {
    "File": ("language", "lines", "size", "read_as", "diagnostics", "blob"),
    "Folder": ("submodule",),
    "External": ("kind",),
    "Symbol": ("kind", "signature", "access", "modifiers", "bases", "macro"),
}


def node(
    index: ViewIndex,
    node_id: str,
    *,
    offset: int = 0,
    limit: int = MAX_EDGES,
    kind: str = "",
    direction: str = "",
) -> Answer:
    """All about one node: facts, places, and its edges, page by page, if asked only of one kind or direction."""
    number = index.number(node_id)
    row, of = index.row(number), index.class_of(number)
    facts = [[name.replace("_", " "), row[name]] for name in _FACTS[of] if row.get(name) not in (None, "", [])]
    facts += _count(index, number) + _unread(index, number, row)
    locations = [
        {
            "role": "definition" if defines else "declaration",
            "path": index.files["path"][file],
            "line": start,
            "end": end,
        }
        for defines, file, start, end in index.places(number)
    ]
    groups = [(each, direction_of, at) for each, direction_of, at in _edges_of(index, number) if len(at)]
    listed = [group for group in groups if kind in ("", group[0]) and direction in ("", group[1])]
    return {
        **card(index, number),
        "iri": index.repository.base + row["id"],
        "name": row.get("name") or row.get("spelling"),
        "facts": facts,
        "documentation": row.get("documentation"),
        "parents": [card(index, each) for each in index.parents(number)],
        "places": locations,
        "counts": [{"kind": each, "direction": direction_of, "count": len(at)} for each, direction_of, at in groups],
        "edges": {
            "total": sum(len(at) for _, _, at in listed),
            "offset": offset,
            "rows": _edge_rows(index, listed, offset, limit),
        },
    }


def _unread(index: ViewIndex, number: int, row: Mapping[str, Any]) -> list[list[Any]]:
    """What was not analysed of a file, and of the files that may use it or what it declares."""
    of = index.class_of(number)
    if of not in ("File", "Symbol"):
        return []
    homes = [number] if of == "File" else [file for _, file, _, _ in index.places(number)]
    languages = [language for each in homes if (language := index.files["language"][each])]
    facts: list[list[Any]] = []
    if of == "File" and row["language"] in PROGRAMMING:
        missing = [str(aspect) for aspect in Aspect if aspect not in row["analysed"]]
        facts += [["not analysed", missing]] if missing else []
    for aspect in (Aspect.IMPORTS, Aspect.USES) if of == "File" else (Aspect.USES,):
        if gaps := index.coverage.gaps(aspect, users_of(languages)):
            facts.append(["users", not_analysed(aspect, gaps)])
    return facts


def _count(index: ViewIndex, number: int) -> list[list[Any]]:
    """What a folder holds, in numbers."""
    if index.class_of(number) != "Folder":
        return []
    prefix = index.ids[number].rstrip("/") + "/"
    inside = index.files["id"].str.starts_with("file/" + prefix.removeprefix("folder/"))
    return [["files", int(inside.sum())], ["lines", int(index.files["lines"].filter(inside).sum())]]


def _edges_of(index: ViewIndex, number: int) -> list[tuple[str, str, Any]]:
    """The edges of a node: kind, direction, and their positions."""
    kinds = [kind for kind in index.edges if kind != "contains"] + ["contains"] * ("contains" in index.edges)
    groups: list[tuple[str, str, Any]] = []
    for kind in kinds:
        edges = index.edges[kind]
        at = edges.out_of(number)
        groups.append((kind, "out", np.arange(at.start, at.stop)))
        groups.append((kind, "in", edges.find_incoming(number)))
    return groups


def _edge_rows(index: ViewIndex, groups: Sequence[tuple[str, str, Any]], offset: int, limit: int) -> list[Answer]:
    rows: list[Answer] = []
    for kind, way, at in groups:
        skipped, offset = min(offset, len(at)), max(0, offset - len(at))
        rows += (_edge_row(index, kind, way, int(each)) for each in at[skipped : skipped + limit - len(rows)])
        if len(rows) >= limit:
            break
    return rows


def _edge_row(index: ViewIndex, kind: str, direction: str, at: int) -> Answer:
    edges = index.edges[kind]
    source, target, line = int(edges.source[at]), int(edges.target[at]), int(edges.lines[at])
    other = card(index, target if direction == "out" else source)
    if kind == "contains":
        path, line = other["path"], other["line"] or 0
    else:
        home = int(index.home[source])
        path = index.files["path"][home] if home >= 0 else None
    note = "; ".join(_reasons(index, source, target)) if kind == "related" else ""
    return {"kind": kind, "direction": direction, "other": other, "path": path, "line": line or None, "note": note}


def _reasons(index: ViewIndex, source: int, target: int) -> list[str]:
    relations = index.relations
    low, high = relations["from"].search_sorted(index.ids[source]), relations["from"].search_sorted(
        index.ids[source], side="right"
    )  # fmt: skip
    found = relations[low:high].filter(pl.col("to") == index.ids[target])
    return list(found["reasons"][0]) if found.height else []


def neighbours(
    index: ViewIndex,
    node_id: str,
    *,
    depth: int = 1,
    kinds: Sequence[str] = (),
    limit: int = MAX_NEIGHBOURS,
) -> Answer:
    """The nodes that the edges from a node lead to, up to `depth` of them on, and those from which edges lead to it.

    Unless kinds are named, all are followed but `related`, and `contains` only where the node is a symbol or a folder:
    its members and its owner are no users of it and not what it uses.
    """
    centre = index.number(node_id)
    depth = max(0, min(depth, MAX_DEPTH))
    followed = _follow(index, centre, kinds)
    members, owners = _parts(index, followed, centre)
    uses = {kind: edges for kind, edges in followed.items() if kind != "contains"}
    within = [centre, *members]
    out, into = (_cone(index, uses, within, owners, sign, depth) for sign in (1, -1))
    used = {each for each, _ in out}
    into = [
        neighbour for neighbour in into if neighbour[0] not in used
    ]  # what is on both sides is shown among what is used
    # Members have at most a third of the room; each side has half of the rest, and what the other leaves.
    room = max(0, limit - 1)
    shown_members = members[: max(room // 3, room - len(owners) - len(out) - len(into))]
    steps = dict.fromkeys([centre, *owners[:room], *shown_members[: max(0, room - len(owners))]], 0)
    room = max(0, limit - len(steps))
    most_out = max(room // 2, room - len(into))
    steps.update(out[:most_out])
    steps.update(into[: room - min(most_out, len(out))])
    omitted = {*members, *owners, *(each for each, _ in (*out, *into))} - steps.keys()
    chosen = list(steps)
    place = {each: at for at, each in enumerate(chosen)}
    edges = [
        {"source": place[source], "target": place[target], "kind": kind, "line": line or None}
        for kind, neighbour in followed.items()
        for source, target, line in _among(neighbour, chosen)
    ]
    part = {each: {"part": "member"} for each in members} | {each: {"part": "owner"} for each in owners}
    return {
        "centre": index.ids[centre],
        "depth": depth,
        "kinds": list(followed),
        "nodes": [{**card(index, each), "step": step, **part.get(each, {})} for each, step in steps.items()],
        "edges": edges,
        "total": len(steps) + len(omitted),
        "omitted": len(omitted),
    }


def _parts(index: ViewIndex, followed: dict[str, Edges], centre: int) -> tuple[list[int], list[int]]:
    """What a symbol or folder holds, the most connected first, and what it stands in; nothing of a file."""
    contains = followed.get("contains")
    if contains is None or index.class_of(centre) not in ("Symbol", "Folder"):
        return [], []
    members = contains.target[contains.out_of(centre)].tolist()
    owners = contains.source[contains.find_incoming(centre)].tolist()
    return sorted(set(members), key=lambda each: (-int(index.degree[each]), each)), sorted(set(owners))


def _cone(
    index: ViewIndex, followed: dict[str, Edges], within: Sequence[int], beside: Sequence[int], sign: int, depth: int
) -> list[tuple[int, int]]:
    """What edges lead to from some nodes (with sign -1: where they come from) and in how many steps, the nearest first;
    without these nodes and those beside them."""
    seen, ring = {*within, *beside}, list(within)
    cone: list[tuple[int, int]] = []
    for step in range(1, depth + 1):
        found = {each for member in ring for each in _next(followed, member, sign)} - seen
        ring = sorted(found, key=lambda each: (-int(index.degree[each]), each))
        seen.update(ring)
        cone += ((each, sign * step) for each in ring)
    return cone


def _follow(index: ViewIndex, centre: int, kinds: Sequence[str]) -> dict[str, Edges]:
    known = (*index.edges, *STRUCTURE)
    if unknown := [kind for kind in kinds if kind not in known]:
        raise QueryError(f"the graph has no edges of kind {unknown[0]!r}", hint="kinds: " + ", ".join(index.edges))
    default = [kind for kind in index.edges if kind not in ("related", "contains")]
    if index.class_of(centre) in ("Symbol", "Folder"):
        default.append("contains")
    return {kind: edges for kind, edges in index.edges.items() if kind in (kinds or default)}


def _next(followed: dict[str, Edges], number: int, sign: int) -> set[int]:
    numbers: set[int] = set()
    for edges in followed.values():
        if sign > 0:
            numbers.update(edges.target[edges.out_of(number)].tolist())
        else:
            numbers.update(edges.source[edges.find_incoming(number)].tolist())
    return numbers


def _among(edges: Edges, chosen: Sequence[int]) -> list[tuple[int, int, int]]:
    """The edges of a kind between chosen nodes."""
    wanted = set(chosen)
    rows = []
    for source in chosen:
        at = edges.out_of(source)
        for target, line in zip(edges.target[at].tolist(), edges.lines[at].tolist(), strict=True):
            if target in wanted:
                rows.append((source, target, line))
    return rows


def children(index: ViewIndex, node_id: str, *, limit: int = MAX_CHILDREN) -> Answer:
    """What a folder, file or symbol contains, by name, and the edges between the symbols among it and others."""
    number = index.number(node_id)
    contains = index.edges.get("contains")
    inside = [] if contains is None else contains.target[contains.out_of(number)].tolist()
    listed = inside[:limit]
    nodes = [{**card(index, each), **_inside(index, each)} for each in listed]
    edges: list[Answer] = []
    for kind, found in index.edges.items():
        if kind in STRUCTURE or index.class_of(number) == "Folder":
            continue
        for each in listed:
            at = [*range(*found.out_of(each).indices(len(found.source))), *found.find_incoming(each).tolist()]
            edges += (_lift(index, kind, found, position) for position in at[: limit - len(edges)])
    return {
        "id": index.ids[number],
        "nodes": nodes,
        "edges": edges,
        "total": len(inside),
        "omitted": len(inside) - len(listed),
    }


def _inside(index: ViewIndex, number: int) -> Answer:
    contains = index.edges["contains"]
    at = contains.out_of(number)
    if index.class_of(number) == "Folder":
        return {"files": dict(_count(index, number))["files"], "children": at.stop - at.start}
    return {"files": 1 if index.class_of(number) == "File" else 0, "children": at.stop - at.start}


def _lift(index: ViewIndex, kind: str, edges: Edges, at: int) -> Answer:
    source, target = int(edges.source[at]), int(edges.target[at])
    paths = [index.files["path"][int(home)] if (home := index.home[each]) >= 0 else None for each in (source, target)]
    return {
        "source": index.ids[source],
        "target": index.ids[target],
        "kind": kind,
        "path": paths[0],
        "target_path": paths[1],
    }


def search(index: ViewIndex, query: str, *, limit: int = MAX_FOUND) -> Answer:
    """Nodes by name, by words, and by their documentation (see `search.ranking`); the best first."""
    found = index.searched.find(query)
    rows = []
    for id_, tier, count in found.select("id", "tier", "count").head(limit).iter_rows():
        match = "exact" if tier <= EXACT else "prefix" if tier <= BEGINNING else "part"
        rows.append({**card(index, index.numbers[id_]), "match": match, "overloads": count})
    return {"query": query, "total": found.height, "rows": rows}
