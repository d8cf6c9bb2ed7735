"""From changed lines to what stands there: symbols, or the code of the file around them.

Input: changes of files, and where symbols stand. Output: what changed, how sure that is, and what could not be found.

A graph may be of the old side of a change or of the new one; the ids of contents tell which, and lines of that side are
looked up. Where it is of neither, or nothing tells, those of the new side are, and the answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from kgraph.impact.dependences import DATA, FUNCTIONS, TYPES, Nodes
from kgraph.impact.diffs import FileEdit
from kgraph.model import Kind
from kgraph.vocab.iri import display_path

_CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*")
MEMBER = 0.8  # how sure it is that a change of a class's own lines shows in a method of it
VALUE_OF_MODULE = 0.3  # that one of a module's variable shows where nothing refers to it by name
VALUE_OF_CLASS = 0.3  # and one of a class's constant, as `LIMIT = 3`, of which uses in methods are not known
DIRECTIVE = 0.3  # that one of an import or include shows in the code around, which is the same but for what it names
MAX_LINES = 2_000_000  # of a file in which lines are looked up


@dataclass(frozen=True, slots=True)
class ChangedNode:
    """Something that changed."""

    node: int
    certainty: float
    line: int  # the first changed one in it; 0 where it is the file as a whole


@dataclass(slots=True)
class ChangeSet:
    """All that changed, and what could not be looked up."""

    nodes: dict[int, ChangedNode] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)  # paths that the graph does not have
    other: list[str] = field(default_factory=list)  # paths whose content is neither side's
    files: list[int] = field(default_factory=list)  # files that the graph has

    def add(self, node: int, certainty: float, line: int) -> None:
        """Note a change, if none that is as sure is there."""
        known = self.nodes.get(node)
        if known is None or known.certainty < certainty:
            self.nodes[node] = ChangedNode(node, certainty, line)


def find(nodes: Nodes, changes: Sequence[FileEdit]) -> ChangeSet:
    """What changed."""
    changed = ChangeSet()
    blobs = nodes.file_rows["blob"].to_list()
    wanted = [(change, *_side(nodes, blobs, change)) for change in changes]
    files = sorted({number for _, number, _ in wanted if number >= 0})
    places = nodes.places.filter(pl.col("file").is_in(files)).partition_by("file", as_dict=True)
    for change, number, side in wanted:
        if number < 0:
            if display_path(change.path) not in changed.unknown:
                changed.unknown.append(display_path(change.path))
            continue
        changed.files.append(number)
        if side == "other":
            changed.other.append(nodes.paths[number])
        rows = places.get((number,))
        here = _Places(nodes, number, [] if rows is None else list(rows.select("first", "last", "id").iter_rows()))
        lines = change.old if side == "old" else change.new
        if change.whole or change.deleted or (change.added and side == "old") or not (lines or change.former):
            here.whole(changed)
        for first, last in lines if not change.whole else ():
            here.lines(first, last, changed)
        if change.former:
            changed.add(number, 1.0, 0)
    return changed


def _side(nodes: Nodes, blobs: Sequence[str], change: FileEdit) -> tuple[int, str]:
    """The file of the graph that a change is of, and the side of the change that it has."""
    now = nodes.by_path.get(display_path(change.path), -1)
    before = nodes.by_path.get(display_path(change.former or change.path), -1)
    if now >= 0 and change.new_blob and blobs[now].startswith(change.new_blob):
        return now, "new"
    if before >= 0 and change.old_blob and blobs[before].startswith(change.old_blob):
        return before, "old"
    if change.deleted:
        return before, "old"
    if now < 0:
        return before, "old" if not change.old_blob else "other"
    return now, "other" if change.new_blob.strip("0") else "new"


class _Places:
    """The symbols of one file by line."""

    def __init__(self, nodes: Nodes, file: int, rows: list[tuple[int, int, int]]) -> None:
        self._nodes = nodes
        self._file = file
        self._rows = rows
        kinds = nodes.kinds
        self._functions = [node for _, _, node in rows if kinds[node] in FUNCTIONS]
        self._data = [row for row in rows if kinds[row[2]] in DATA]
        self._directives = nodes.directives.get(file, frozenset())
        around = [row for row in rows if kinds[row[2]] not in (*DATA, Kind.MODULE, Kind.NAMESPACE)]
        size = min(max((row[1] for row in around), default=0), MAX_LINES) + 2
        self._innermost = np.full(size, -1, dtype=np.int64)
        for first, last, node in sorted(around, key=lambda row: (row[0] - row[1], row[2])):
            self._innermost[first : last + 1] = node

    def whole(self, changed: ChangeSet) -> None:
        """All of the file."""
        for _, _, node in self._rows:
            if self._nodes.kinds[node] not in (Kind.MODULE, Kind.NAMESPACE):  # which stand in other files too
                changed.add(node, 1.0, 0)
        changed.add(self._file, 1.0, 0)

    def lines(self, first: int, last: int, changed: ChangeSet) -> None:
        """A range of changed lines; `diffs.FileEdit` says how a place between two lines is given."""
        inside = self._innermost[max(first, 0) : last + 1]
        found = list(dict.fromkeys(inside.tolist()))
        if len(inside) < last + 1 - max(first, 0):
            found.append(-1)
        module = -1 in found
        held = [(start, node) for start, end, node in self._data if start <= last and end >= first]
        for start, node in held:
            changed.add(node, 1.0, max(first, start))
        for node in found:
            if node >= 0:
                numbers = (np.flatnonzero(inside == node) + max(first, 0)).tolist()
                self._symbol(node, max(first, 1), changed, only_constants=self._are_constants(numbers))
        if module:
            only_data = bool(held) and all(node < 0 for node in found)
            only_directives = last >= first and self._directives.issuperset(range(first, last + 1))
            sure = DIRECTIVE if only_directives else VALUE_OF_MODULE if only_data else 1.0
            changed.add(self._file, sure, max(first, 1))
            if (only_data or only_directives) and self._nodes.is_python[self._file]:
                for node in self._functions:  # which may name it, and no edge says so within a file
                    changed.add(node, VALUE_OF_MODULE, max(first, 1))

    def _are_constants(self, lines: Sequence[int]) -> bool:
        """Whether all of some lines of a class of Python are those of constants, by their names."""
        constants = [
            (first, last)
            for first, last, node in self._data
            if self._nodes.kinds[node] == Kind.FIELD and _CONSTANT.fullmatch(str(self._nodes.names[node]))
        ]
        here = bool(lines) and bool(self._nodes.is_python[self._file])
        return here and all(any(first <= line <= last for first, last in constants) for line in lines)

    def _symbol(self, node: int, line: int, changed: ChangeSet, *, only_constants: bool) -> None:
        kind = self._nodes.kinds[node]
        if kind not in TYPES:
            changed.add(node, 1.0, line)
            return
        changed.add(node, VALUE_OF_CLASS if only_constants else 1.0, line)
        for member in self._nodes.members(node):
            if self._nodes.kinds[member] in (*FUNCTIONS, Kind.PROPERTY):
                changed.add(member, VALUE_OF_CLASS if only_constants else MEMBER, line)
