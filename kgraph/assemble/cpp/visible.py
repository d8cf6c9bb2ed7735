"""Which files a file of the C family sees: itself, and all that it includes, directly or not.

Comes in: which file includes which. Goes out: sets of files as the bits of a number, the n-th for file n, for the files
that a large file sees are thousands, and two such sets are united or compared in a fraction of a microsecond.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import polars as pl


class Visible:
    """Asked for what a file sees."""

    def __init__(self, include_edges: pl.DataFrame) -> None:
        """`include_edges` has the columns `file` and `target`."""
        includes: defaultdict[int, list[int]] = defaultdict(list)
        for file, target in include_edges.sort("file", "target").iter_rows():
            includes[file].append(target)
        self._seen = _closures(includes)

    def __call__(self, file: int) -> int:
        """The bits of the files that a file sees."""
        return self._seen.get(file) or 1 << file


def bits(files: Iterable[int]) -> int:
    """A set of files."""
    found = 0
    for file in files:
        found |= 1 << file
    return found


def _closures(includes: Mapping[int, Sequence[int]]) -> dict[int, int]:
    order = _innermost_first(includes)
    seen = {file: 1 << file for file in order}
    changing = True
    while changing:  # a second time to see that it is done, more often where files include each other in circles
        changing = False
        for file in order:
            found = seen[file]
            for other in includes.get(file, ()):
                found |= seen[other]
            if found != seen[file]:
                seen[file] = found
                changing = True
    return seen


def _innermost_first(includes: Mapping[int, Sequence[int]]) -> list[int]:
    """All files, each behind those that it includes, except in circles."""
    order: list[int] = []
    begun: set[int] = set()
    for first in includes:
        if first in begun:
            continue
        begun.add(first)
        open_ = [(first, iter(includes[first]))]
        while open_:
            file, others = open_[-1]
            for other in others:
                if other not in begun:
                    begun.add(other)
                    open_.append((other, iter(includes.get(other, ()))))
                    break
            else:
                order.append(file)
                open_.pop()
    return order
