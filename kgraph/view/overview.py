"""The file graph in columns: what the map, the matrix's drill-down and the table are drawn from.

Input: a `ViewIndex`. Output: an object for JSON, small enough to be carried by a file (PyTorch: 1.1 MB, 0.25 MB
zipped).

    {"repository": {"name", "revision", "origin", "base"},
     "counts": {"files", "folders", "externals", "symbols", "edges": {kind: number}},     of the whole graph
     "level": "files" | "folders",
     "languages": ["C++", ...],
     "not_analysed": {"Java": "imports, uses", ...},                                      in any file of the language
     "folders": {"id": [...], "path": [...], "parent": [...]},                            parent: -1 for the root
     "files": {"id": [...], "name": [...], "folder": [...], "language": [...], "lines": [...], "count": [...],
               "commits": [...], "owner": [...], "people": [...], "rebuilds": [...],         as far as it is known
               "tests": [...], "vendored": [...]},                                           places, by path
     "externals": {"id": [...], "name": [...], "kind": [...]},
     "edges": {kind: {"degree": [...], "target": [...], "line": [...], "count": [...]}},
     "caps": ["sentences on what was left out"]}

Nodes are numbered files, externals, folders. `degree` says how many edges leave each file, in order; `target`, `line`
(if the kind has any) and `count` (if not all are one) go on from file to file. An id of a file or folder that is made
of its path by the usual encoding is left out: null. `language` is a place in `languages`, or -1; `owner` one in
`people`, who changed the file in the most commits. `rebuilds` counts the units that are compiled again if the file
changes.

Where a repository has more files or edges than a page can hold, each folder's own files are one entry of `files`, whose
`count` says how many they are; `level` is then "folders", and the caps say so.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from kgraph.coverage import PROGRAMMING, Aspect
from kgraph.relate.file_names import is_test, may_be_vendored
from kgraph.view.index import Edges, Ints, ViewIndex, place
from kgraph.vocab.iri import file_id

MAX_FILES = 40_000
MAX_EDGES = 400_000

Answer = dict[str, Any]


def overview(index: ViewIndex, *, most_files: int = MAX_FILES, most_edges: int = MAX_EDGES) -> Answer:
    """The whole file graph, or where it is larger than the limits that of the folders."""
    kinds = {kind: edges for kind, edges in index.edges.items() if kind not in ("contains",)}
    between = {kind: _between_files(index, edges) for kind, edges in kinds.items()}
    between = {kind: edges for kind, edges in between.items() if len(edges.source)}
    caps = []
    total = sum(len(edges.source) for edges in between.values())
    if total > most_edges and "related" in between:
        del between["related"]
        caps.append(
            f"Related files are left out: with them there are {total:,} edges, and a page holds {most_edges:,}."
        )
        total = sum(len(edges.source) for edges in between.values())
    by_folder = index.files.height > most_files or total > most_edges
    if by_folder:
        caps.append(
            f"Files are shown by folder: there are {index.files.height:,} files and {total:,} edges, and a page holds "
            f"{most_files:,} and {most_edges:,}."
        )
    return {
        "repository": {
            "name": index.repository.name,
            "revision": index.repository.revision,
            "origin": index.repository.origin,
            "base": index.repository.base,
        },
        "counts": counts(index),
        "level": "folders" if by_folder else "files",
        **_nodes(index, by_folder),
        "not_analysed": not_analysed_by_language(index),
        "edges": {kind: _columns(index, edges, by_folder) for kind, edges in between.items()},
        "caps": caps + unread_notes(index),
    }


def unread_notes(index: ViewIndex) -> list[str]:
    """A sentence for each kind of fact that was not looked for in all files of programming languages."""
    notes = (index.coverage.note(aspect) for aspect in Aspect)
    return [f"{note[:1].upper()}{note[1:]}." for note in notes if note]


def not_analysed_by_language(index: ViewIndex) -> dict[str, str]:
    """What was analysed in no file of a language: "imports, uses" by language."""
    found: dict[str, list[str]] = {}
    for aspect in Aspect:
        for gap in index.coverage.gaps(aspect, PROGRAMMING):
            if gap.files == gap.total:
                found.setdefault(gap.language, []).append(str(aspect))
    return {language: ", ".join(aspects) for language, aspects in sorted(found.items())}


def counts(index: ViewIndex) -> Answer:
    """How many nodes of each class and edges of each kind the graph has."""
    return {
        "files": index.files.height,
        "folders": index.folders.height,
        "externals": index.externals.height,
        "symbols": index.symbols.height,
        "edges": {kind: index.edge_counts[kind] for kind in sorted(index.edge_counts, key=place)},
    }


def _between_files(index: ViewIndex, edges: Edges) -> Edges:
    """The edges whose source is a file and whose target is no symbol. Edges of symbols are lifted to their files."""
    files, symbols = index.first["External"], index.first["Symbol"]
    source = np.where(edges.source < symbols, edges.source, index.home[edges.source])
    target = np.where(edges.target < symbols, edges.target, index.home[edges.target])
    keep = (source >= 0) & (source < files) & (target >= 0)
    # An edge from a symbol to one of the same file says nothing about files.
    keep &= (source != target) | (edges.source == source)
    order = np.flatnonzero(keep)
    order = order[np.lexsort((target[order], source[order]))]
    return Edges(source[order], target[order], edges.lines[order], order)


def _nodes(index: ViewIndex, by_folder: bool) -> Answer:
    folders, files = index.folders, index.files
    parents = index.parent_folders
    languages = sorted(files["language"].drop_nulls().unique().to_list())
    code = {name: at for at, name in enumerate(languages)}
    named = files.select(
        "id", "name", "path", folder=pl.Series(parents[: files.height]), lines=pl.col("lines").fill_null(0),
        language=pl.col("language").replace_strict(code, default=-1, return_dtype=pl.Int64),
    )  # fmt: skip
    own_id = [None if file_id(path) == node else node for node, path in zip(named["id"], named["path"], strict=True)]
    columns: Answer = {
        "id": own_id if any(own_id) else [],
        "name": named["name"].to_list(),
        "folder": named["folder"].to_list(),
        "language": named["language"].to_list(),
        "lines": named["lines"].to_list(),
    }
    if not by_folder:
        paths = named["path"].to_list()
        columns |= _measures(index)
        columns["tests"] = [at for at, path in enumerate(paths) if is_test(path)]
        columns["vendored"] = [at for at, path in enumerate(paths) if may_be_vendored(path)]
    if by_folder:
        groups = named.group_by("folder").agg(
            pl.len().alias("count"), pl.col("lines").sum(), pl.col("language").mode().min()
        )
        groups = groups.sort("folder")
        columns = {
            "id": [None] * groups.height,
            "name": [""] * groups.height,
            **{name: groups[name].to_list() for name in ("folder", "language", "lines", "count")},
        }
    return {
        "languages": languages,
        "folders": {
            "id": folders["id"].to_list(),
            "path": folders["path"].to_list(),
            "parent": parents[files.height :].tolist(),
        },
        "files": columns,
        "externals": {
            "id": index.externals["id"].to_list(),
            "name": index.externals["spelling"].to_list(),
            "kind": index.externals["kind"].to_list(),
        },
    }


def _measures(index: ViewIndex) -> Answer:
    """What circles are sized and coloured by beside lines: only what is known."""
    measures: Answer = {}
    if index.past.commits is not None:
        measures["commits"] = index.past.commits.tolist()
    if index.past.owners is not None:
        people = index.past.owners.value_counts(sort=True).drop_nulls().sort(-pl.col("count").cast(pl.Int64), "owner")
        place_of = {name: at for at, name in enumerate(people["owner"])}
        measures["people"] = people["owner"].to_list()
        measures["owner"] = [place_of.get(name, -1) for name in index.past.owners]
    if index.rebuilds.any():
        measures["rebuilds"] = index.rebuilds.tolist()
    return measures


def _columns(index: ViewIndex, edges: Edges, by_folder: bool) -> Answer:
    """The edges in columns, those of the same ends as one."""
    frame = pl.DataFrame({"source": edges.source, "target": edges.target, "line": edges.lines})
    sources = index.files.height
    if by_folder:
        group = _group_numbers(index)
        groups = int(group[:sources].max(initial=-1)) + 1
        shift = groups - sources
        renumbered = np.where(
            edges.target < sources, group[np.minimum(edges.target, sources - 1)], edges.target + shift
        )
        frame = pl.DataFrame({"source": group[edges.source], "target": renumbered, "line": 0})
        sources = groups
    merged = frame.group_by("source", "target").agg(pl.col("line").min(), pl.len().alias("count"))
    merged = merged.sort("source", "target")
    columns: Answer = {
        "degree": np.bincount(merged["source"].to_numpy(), minlength=sources).tolist(),
        "target": merged["target"].to_list(),
    }
    if merged["line"].max():
        columns["line"] = merged["line"].to_list()
    if merged["count"].max() != 1:
        columns["count"] = merged["count"].to_list()
    return columns


def _group_numbers(index: ViewIndex) -> Ints:
    """For each file the number of its folder among those that have files of their own."""
    folders = index.parent_folders[: index.files.height]
    _, numbers = np.unique(folders, return_inverse=True)
    return np.asarray(numbers, dtype=np.int64)
