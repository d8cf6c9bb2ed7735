"""Two graphs, compared: what came, went, moved, was renamed or declared otherwise.

Input: two graphs' column tables and, if git was asked, which files it holds for renamed. Output: a `Difference`.

Ids hold paths, so the older tables are first rewritten as if renamed files had had their new names all along; then rows
are joined by id. What a rename explains is no change of its own. All is done on columns until few rows are left.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from kgraph.diff import symbols
from kgraph.diff.changes import Difference, EdgeChange, FileChange, FileLine, IncludeChange, Side
from kgraph.diff.renames import RenameMap, rename_ids
from kgraph.model import Graph
from kgraph.scan.revision import GitDiffEntry
from kgraph.vocab.iri import decode_path, display_name, display_path, file_id
from kgraph.vocab.tables import EDGES

# Told otherwise: `contains` by folders and files, places by symbols, includes by directives.
_TOLD = ("contains", "declaration", "definition", "includes", "imports")
_ORDER = {"added": 0, "removed": 1, "modified": 2, "renamed": 3, "mode": 4}


def compare(old: Graph, new: Graph, names: tuple[str, str], by_git: Sequence[GitDiffEntry] | None = None) -> Difference:
    """What differs from `old` to `new`; `names` are what the two are called."""
    files = _files(old, new, by_git)
    renames = {file_id(each.former): file_id(each.path) for each in files if each.status == "renamed"}
    moved = rename_ids(old, renames)
    whole = RenameMap(
        frozenset(file_id(each.path) for each in files if each.status == "added"),
        frozenset(file_id(each.path) for each in files if each.status == "removed"),
        renames,
    )
    symbol_changes = symbols.compare(moved, rename_ids(new, {}), whole)
    with_file: dict[str, int] = defaultdict(int)
    for change in symbol_changes:
        place = change.place or change.former_place
        if change.with_file and place:
            with_file[place.path] += 1
    return Difference(
        Side(names[0], old.repository),
        Side(names[1], new.repository),
        tuple(_limit_changes(each, with_file) for each in files),
        tuple(symbol_changes),
        tuple(_includes(moved, new, whole)),
        tuple(_edges(moved, new, whole)),
    )


# --- files ----------------------------------------------------------------------------------------------------------


def _files(old: Graph, new: Graph, by_git: Sequence[GitDiffEntry] | None) -> list[FileChange]:
    """The files that differ; their paths may still hold bytes that are no Unicode."""
    old_files, new_files = _contents(old), _contents(new)
    gone = [path for path in old_files if path not in new_files]
    come = [path for path in new_files if path not in old_files]
    if by_git is None:
        pairs = _same_content(old_files, new_files, gone, come)
    else:
        pairs = {
            change.path: (change.former, change.similarity)
            for change in by_git
            if change.status == "R" and change.former in old_files and change.path in new_files
        }
    formers = {former for former, _ in pairs.values()}
    changes = [
        FileChange("renamed", path, former, new_files[path][1], old_files[former][1], similarity)
        for path, (former, similarity) in pairs.items()
    ]
    changes += [FileChange("added", path, "", new_files[path][1], None) for path in come if path not in pairs]
    changes += [FileChange("removed", path, path, None, old_files[path][1]) for path in gone if path not in formers]
    changes += [
        FileChange("modified", path, path, new_files[path][1], old_files[path][1])
        for path in new_files.keys() & old_files.keys() - formers - pairs.keys()
        if old_files[path][0] != new_files[path][0]
    ]
    changes += [
        FileChange("mode", change.path, change.path, new_files[change.path][1], new_files[change.path][1])
        for change in by_git or ()
        if change.mode_only and change.status in "MT" and change.path in new_files
    ]
    return sorted(changes, key=lambda each: (_ORDER[each.status], each.path))


def _contents(graph: Graph) -> dict[str, tuple[str, int | None]]:
    """What files and submodules hold, and the number of lines, by path."""
    files = graph["files"].select("id", "blob", "lines").rows()
    modules = graph["folders"].filter(pl.col("submodule").is_not_null())["id", "submodule"].rows()
    found: dict[str, tuple[str, int | None]] = {
        decode_path(node.removeprefix("file/")): (blob, lines) for node, blob, lines in files
    }
    found.update((decode_path(node.removeprefix("folder/")), (commit, None)) for node, commit in modules)
    return found


def _same_content(
    old_files: Mapping[str, tuple[str, int | None]],
    new_files: Mapping[str, tuple[str, int | None]],
    gone: Sequence[str],
    come: Sequence[str],
) -> dict[str, tuple[str, int]]:
    """What went and came with the same content was renamed; of several, those of the same name first."""
    by_blob: dict[str, list[str]] = defaultdict(list)
    for path in sorted(gone):
        if old_files[path][1]:  # empty files are all alike
            by_blob[old_files[path][0]].append(path)
    pairs: dict[str, tuple[str, int]] = {}
    for like_name in (True, False):
        for path in sorted(come):
            formers = by_blob.get(new_files[path][0], ())
            for former in formers:
                same = former.rpartition("/")[2] == path.rpartition("/")[2]
                if path not in pairs and (same or not like_name):
                    pairs[path] = (former, 100)
                    by_blob[new_files[path][0]].remove(former)
                    break
    return pairs


def _limit_changes(change: FileChange, with_file: Mapping[str, int]) -> FileChange:
    path = display_path(change.path)
    return replace(change, path=path, former=display_path(change.former), symbols=with_file.get(path, 0))


# --- includes -------------------------------------------------------------------------------------------------------


def _includes(moved: Mapping[str, pl.DataFrame], new: Graph, whole: RenameMap) -> list[IncludeChange]:
    old_includes = moved["includes"]
    new_includes = new["includes"]
    changes: list[IncludeChange] = []
    columns = ("file", "start_line", "spelling", "form", "resolution", "targets")
    gone = old_includes.join(new_includes.select("id"), on="id", how="anti")
    come = new_includes.join(old_includes.select("id"), on="id", how="anti")
    for file, line, spelling, form, resolution, targets in come.select(columns).rows():
        to = tuple(map(display_name, targets))
        changes.append(
            IncludeChange(
                "added",
                FileLine(display_name(file), line),
                spelling,
                form,
                resolution,
                to,
                with_file=file in whole.added,
            )
        )
    for file, line, spelling, form, resolution, targets in gone.select("was", *columns[1:]).rows():
        to = tuple(map(display_name, targets))
        location = FileLine(display_name(file), line)
        changes.append(
            IncludeChange("removed", location, spelling, form, "", (), resolution, to, with_file=file in whole.removed)
        )
    both = new_includes.join(old_includes.select("id", was="resolution", led="targets"), on="id")
    both = both.filter((pl.col("was") != pl.col("resolution")) | (pl.col("led") != pl.col("targets")))
    for *_, file, line, spelling, form, resolution, targets, was, led in both.select(*columns, "was", "led").rows():
        location, to, former = (
            FileLine(display_name(file), line),
            tuple(map(display_name, targets)),
            tuple(map(display_name, led)),
        )
        changes.append(IncludeChange("changed", location, spelling, form, resolution, to, was, former))
    return sorted(changes, key=lambda each: (each.what, each.place.path, each.place.line, each.spelling))


# --- edges ----------------------------------------------------------------------------------------------------------


def _edges(moved: Mapping[str, pl.DataFrame], new: Graph, whole: RenameMap) -> list[EdgeChange]:
    old_edges, new_edges = (edges.filter(~pl.col("kind").is_in(_TOLD)) for edges in (moved[EDGES], new[EDGES]))
    key = ["source", "kind", "target"]
    old_symbols, new_symbols = moved["symbols"].select("id"), new["symbols"].select("id")
    changes: list[EdgeChange] = []
    for what, rows, files, own in (
        (
            "added",
            new_edges.join(old_edges, on=key, how="anti"),
            whole.added,
            new_symbols.join(old_symbols, on="id", how="anti"),
        ),
        (
            "removed",
            old_edges.join(new_edges, on=key, how="anti"),
            whole.removed,
            old_symbols.join(new_symbols, on="id", how="anti"),
        ),
    ):
        ends = files | set(own["id"])
        for source, kind, target in rows.select(key).rows():
            changes.append(EdgeChange(what, kind, display_name(source), display_name(target), source in ends))  # type: ignore[arg-type]
    return sorted(changes, key=lambda each: (each.kind, each.what, each.source, each.target))
