"""What breaks if something changes, for the explorer: everything that a reader asks of one node in one answer.

Input: an open graph, its `ViewIndex`, and the id of a file, folder or symbol. Output: an object for JSON:

    {"id", "label", "class", "files": [path, ...],                               what is taken to change
     "units": {"count", "includers"} | null,        translation units to compile, files that include it; null: none does
     "tests": {"total", "of", "rows": [reached, ...]},                           of: tests that the graph has
     "dependents": {"total", "capped": bool, "rows": [reached, ...]},
     "parts": [{"path", "count", "certainty"}, ...],                             dependents by folder, two deep
     "together": [{"path", "id", "together", "commits"}, ...],                   what usually changes in the same commit
     "people": [{"name", "commits", "of", "last"}, ...],                         who changed it, the most commits first
     "sure": {"certain", "likely", "possible"},                                  dependents and tests by certainty
     "notes": ["what was not read, and may be affected", ...]}

    reached: {"name", "kind", "path", "id": of its file, "line", "certainty", "start",
              "steps": [{"node", "how", "path", "line"}]}

`steps` lead from what changes to what was reached: each depends on the one before, in the line that it names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from kgraph.errors import KgraphError
from kgraph.languages import UNITS
from kgraph.vocab.iri import file_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgraph.graph import KGraph
    from kgraph.impact import FileEdit, Impact, ReachedNode
    from kgraph.review.commits import EarlierCommits
    from kgraph.view.index import ViewIndex

CERTAIN = 0.9  # what is at least as sure is described as certain
LIKELY = 0.5
_MAX_FILES = 2_000  # of a folder that is taken to change
_ROWS = 30
_PARTS = 12
_TOGETHER = 10
_PEOPLE = 6

Answer = dict[str, Any]


@dataclass(slots=True)
class HistoryReader:
    """Reads the history of the repository around a graph, once."""

    graph: KGraph
    _read: EarlierCommits | None = None
    _notes: list[str] = field(default_factory=list)

    def read(self, paths: Sequence[str], here: Sequence[str]) -> tuple[list[Answer], list[Answer], list[str]]:
        """What changes together with some files, who changed them, and what could not be asked."""
        from kgraph.pipeline.kept_history import read_history
        from kgraph.pipeline.recorded import root_of
        from kgraph.review.commits import EarlierCommits
        from kgraph.scan.repository import repository_at

        revision = str(self.graph.manifest["repository"].get("revision") or "")
        try:
            root = root_of(self.graph.path)
            repository = repository_at(root) if revision else None
            if repository is None:
                return [], [], ["without git's history it is not known what changes together, and who changed it"]
            if self._read is None:
                self._read = EarlierCommits.of(read_history(root, revision, self.graph.path / "history.bin"), ())
            found = self._read.co_changes(paths, here, paths)
            owners, note = self._read.owners(paths, repository)
        except (KgraphError, OSError) as error:
            return [], [], [f"the history could not be read: {error}"]
        together = [
            {"path": each.path, "id": file_id(each.path), "together": each.together, "commits": each.commits}
            for each in found[:_TOGETHER]
        ]
        people = [
            {"name": each.name, "commits": each.commits, "of": each.of, "last": each.last} for each in owners[:_PEOPLE]
        ]
        notes = [f"the history is not complete: {self._read.lacks}"] if self._read.lacks else []
        return together, people, [*notes, *([note] if note else [])]


def impact(graph: KGraph, index: ViewIndex, past: HistoryReader, node_id: str, to: str = "") -> Answer:
    """What a change of a node may break; `to` keeps those dependents and tests whose name or path holds it."""
    from kgraph.view.data import card

    number = index.number(node_id)
    edits, notes = _edits(index, number)
    paths = [edit.path for edit in edits]
    found = graph.affected(edits)
    sought = to.casefold()
    shown = [
        [each for each in reached if sought in f"{each.name}\n{each.path}".casefold()]
        for reached in (found.tests, found.dependents)
    ]
    together, people, unknown = past.read(paths, index.files["path"].to_list())
    named = card(index, number)
    return {
        "id": named["id"],
        "label": named["label"],
        "class": named["class"],
        "files": paths[:_ROWS],
        "units": _units(index, paths),
        "tests": {
            "total": len(found.tests),
            "of": found.total_tests,
            "rows": [_describe_reached(each) for each in shown[0][:_ROWS]],
        },
        "dependents": {
            "total": len(found.dependents),
            "capped": len(found.dependents) >= _most(),
            "rows": [_describe_reached(each) for each in shown[1][:_ROWS]],
        },
        "parts": _parts(found),
        "together": together,
        "people": people,
        "sure": _sure(found),
        "notes": [*notes, *found.notes, *unknown],
    }


def _most() -> int:
    from kgraph.impact.affected import MAX_DEPENDENTS

    return MAX_DEPENDENTS


def _edits(index: ViewIndex, number: int) -> tuple[list[FileEdit], list[str]]:
    """The changes that stand for a change of a node, and what of it is left out."""
    from kgraph.impact import FileEdit

    of = index.class_of(number)
    paths = index.files["path"]
    if of == "File":
        return [FileEdit(paths[number], whole=True)], []
    if of == "Symbol":
        lines: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for _, file, start, end in index.places(number):
            lines[paths[file]].append((start, end))
        return [FileEdit(path, new=tuple(ranges)) for path, ranges in lines.items()], []
    if of == "Folder":
        inside = index.ids[number].removeprefix("folder/")
        prefix = f"file/{inside}/" if inside else "file/"
        below = index.files.filter(index.files["id"].str.starts_with(prefix))["path"].to_list()
        left = len(below) - _MAX_FILES
        notes = [f"{left:,} of its {len(below):,} files were left out"] if left > 0 else []
        return [FileEdit(path, whole=True) for path in below[:_MAX_FILES]], notes
    return [], ["what is outside of the repository is not known to change: its users are in the neighbourhood"]


def _units(index: ViewIndex, paths: Sequence[str]) -> Answer | None:
    """The translation units that include files, directly or through others."""
    edges = index.edges.get("includes")
    wanted = set(np.flatnonzero(index.files["path"].is_in(list(paths)).to_numpy()).tolist())
    if edges is None or not wanted:
        return None
    seen, waiting = set(wanted), sorted(wanted)
    while waiting:
        into = edges.source[edges.find_incoming(waiting.pop())].tolist()
        new = [each for each in into if each not in seen]
        seen.update(new)
        waiting += new
    is_unit = index.files["path"].str.contains(UNITS).to_numpy()
    count = int(is_unit[sorted(seen)].sum())
    return {"count": count, "includers": len(seen) - len(wanted)} if count else None


def _describe_reached(each: ReachedNode) -> Answer:
    steps = [{"node": step.node, "how": step.how, "path": step.path, "line": step.line or None} for step in each.steps]
    return {
        "name": each.name,
        "kind": each.kind,
        "path": each.path,
        "id": file_id(each.path) if each.path else "",
        "line": each.line or None,
        "certainty": each.certainty,
        "start": each.start,
        "steps": steps,
    }


def _parts(found: Impact) -> list[Answer]:
    """Files with dependents by folder, two deep, those with most first."""
    files: dict[str, dict[str, float]] = defaultdict(dict)
    for each in (*found.dependents, *found.tests):
        if each.path:
            part = "/".join(each.path.split("/")[:-1][:2]) or "."
            files[part][each.path] = max(files[part].get(each.path, 0.0), each.certainty)
    ranked = sorted(files.items(), key=lambda item: (-len(item[1]), item[0]))
    return [{"path": part, "count": len(own), "certainty": max(own.values())} for part, own in ranked[:_PARTS]]


def _sure(found: Impact) -> Answer:
    values = [each.certainty for each in (*found.dependents, *found.tests)]
    certain = sum(value >= CERTAIN for value in values)
    likely = sum(LIKELY <= value < CERTAIN for value in values)
    return {"certain": certain, "likely": likely, "possible": len(values) - certain - likely}
