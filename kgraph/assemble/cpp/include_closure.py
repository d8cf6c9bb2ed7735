"""Include closure of the C family: which files a file sees, itself and all that it includes transitively.

Input: which file includes which. Output: sets of files as the bits of a number, the n-th for file n, for the files that
a large file sees are thousands, and two such sets are united or compared in a fraction of a microsecond. Files that
include each other in a circle see the same, and share one number.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import polars as pl

from kgraph.digraph import Condensation

_MAX_LINEAR_SEARCH = 4  # files
_MAX_CACHED_CLOSURES = 64  # sights


class IncludeClosure:
    """Asked for what a file sees."""

    def __init__(self, include_edges: pl.DataFrame, likely_edges: pl.DataFrame | None = None) -> None:
        """Both have the columns `file` and `target`; of the second, the file did not find a header that the target may
        be."""
        likely = include_edges.clear() if likely_edges is None else likely_edges
        self._unfound = dict(likely.group_by("target", maintain_order=True).agg("file").iter_rows())
        files = pl.concat([include_edges["file"], include_edges["target"]]).unique().sort()
        self._position_of = dict(zip(files.to_list(), range(len(files)), strict=True))
        sources, targets = (files.search_sorted(include_edges[name]).to_numpy() for name in ("file", "target"))
        graph = Condensation.of(len(files), sources.astype("int64"), targets.astype("int64"))
        self._component: list[int] = graph.component.tolist()
        self._seen = _closures(graph, files.to_list())
        self._last_asked = -1, VisibleFiles(0)
        self._last: dict[
            int, VisibleFiles
        ] = {}  # what was asked last, by component; a file has many questions in a row

    def __call__(self, file: int) -> VisibleFiles:
        """The files that a file sees."""
        if file == self._last_asked[0]:
            return self._last_asked[1]
        position = self._position_of.get(file)
        key = -1 - file if position is None else self._component[position]
        sight = self._last.get(key)
        if sight is None:
            if len(self._last) >= _MAX_CACHED_CLOSURES:
                self._last.clear()
            sight = self._last[key] = VisibleFiles(1 << file if position is None else self._seen[key])
        self._last_asked = file, sight
        return sight

    def may_see(self, file: int, places: FileSet) -> bool:
        """Whether a file sees one of some files, or a file that did not find a header which one of them may be."""
        sight = self(file)
        return places.is_seen(sight) or any(sight.has_any(self._unfound.get(place, ())) for place in places.files)


class VisibleFiles:
    """The files that a file sees: as bits, and as the same in bytes, where one file is looked up without making a
    number of all bits before it."""

    __slots__ = ("bits", "row")

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.row = bits.to_bytes((bits.bit_length() + 7) // 8, "little")

    def has_any(self, files: Sequence[int]) -> bool:
        """Whether one of some files is seen."""
        row = self.row
        for file in files:
            at = file >> 3
            if at < len(row) and row[at] >> (file & 7) & 1:
                return True
        return False


class FileSet:
    """The files that declare something, in order; most often a few."""

    __slots__ = ("_bits", "files")

    def __init__(self, files: Sequence[int]) -> None:
        self.files = files
        self._bits = 0

    def __contains__(self, file: int) -> bool:
        at = bisect_left(self.files, file)
        return at < len(self.files) and self.files[at] == file

    @property
    def first(self) -> int:
        return self.files[0]

    def is_seen(self, sees: VisibleFiles) -> bool:
        """Whether one of them is. Few are looked up one by one each time: a number of a bit for each file of a
        repository, kept for each of its symbols, would take the square of its size."""
        if len(self.files) <= _MAX_LINEAR_SEARCH:
            return sees.has_any(self.files)
        if not self._bits:
            self._bits = bits(self.files)
        return sees.bits & self._bits != 0


def bits(files: Sequence[int]) -> int:
    """A set of files."""
    if len(files) <= _MAX_LINEAR_SEARCH:
        found = 0
        for file in files:
            found |= 1 << file
        return found
    row = bytearray(max(files) // 8 + 1)  # one byte is changed for each, not a whole number made
    for file in files:
        row[file >> 3] |= 1 << (file & 7)
    return int.from_bytes(row, "little")


def files_of(files: int) -> Iterator[int]:
    """The files of a set, in order."""
    digits = bin(files)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def _closures(graph: Condensation, files: list[int]) -> list[int]:
    """What each component sees; `files` are the numbers of the graph's nodes, in order."""
    members: list[list[int]] = [[] for _ in range(graph.components)]
    for file, component in zip(files, graph.component.tolist(), strict=True):
        members[component].append(file)
    seen = [bits(each) for each in members]
    for source, target in zip(*(array.tolist() for array in graph.find_edges()), strict=True):
        seen[source] |= seen[target]  # what is included comes first
    return seen
