"""What depends on what: a graph that grows from what is read to what is made of it.

Input: leaves, and nodes with the numbers of what each depends on, which are there before it. Output: all that depends
on some of it, and all that some of it depends on. A node keeps only what it was made of itself; the rest is found by
walking.

At rest and while walking, a graph is two columns: how many members each number has, and the members of one behind those
of the other.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]
NOTHING = 0  # a leaf that stands for no dependency


class DependencyGraph:
    """Numbers what is added, from 1 on."""

    def __init__(self) -> None:
        self._ends = array("I", [0])
        self._members = array("I")

    def __len__(self) -> int:
        return len(self._ends)

    def leaf(self) -> int:
        """A new number that depends on nothing."""
        self._ends.append(len(self._members))
        return len(self._ends) - 1

    def node(self, members: Iterable[int]) -> int:
        """The number of what depends on these; where they are one, that itself."""
        once = set(members)
        once.discard(NOTHING)
        if len(once) < 2:
            return once.pop() if once else NOTHING
        self._members.extend(once)
        self._ends.append(len(self._members))
        return len(self._ends) - 1

    def columns(self) -> tuple[Numbers, Numbers]:
        """Lengths and members of all."""
        ends = np.array(self._ends, dtype=np.int64)
        return np.diff(ends, prepend=0), np.array(self._members, dtype=np.int64)


def dependents(lengths: Numbers, members: Numbers, of: Mask) -> Mask:
    """Those that `of` marks, and all that depend on any of them."""
    if not of.any():
        return of.copy()
    order = np.argsort(members, kind="stable")
    owners = np.repeat(np.arange(len(lengths)), lengths)[order]
    return find_reachable(np.bincount(members, minlength=len(lengths)), owners, np.flatnonzero(of))


def find_reachable(lengths: Numbers, members: Numbers, start: Numbers) -> Mask:
    """Those of `start`, and all that they depend on."""
    starts = np.cumsum(lengths) - lengths
    is_reached: Mask = np.zeros(len(lengths), dtype=np.bool_)
    is_reached[start] = True
    while len(start):
        following = gather(lengths, members, start, starts)
        start = np.unique(following[~is_reached[following]])
        is_reached[start] = True
    return is_reached


def gather(lengths: Numbers, members: Numbers, of: Numbers, starts: Numbers | None = None) -> Numbers:
    """The members of some, one behind the other; `starts` says where those of each begin, if that is known."""
    starts = np.cumsum(lengths) - lengths if starts is None else starts
    some = lengths[of]
    at = np.repeat(starts[of] - (np.cumsum(some) - some), some)
    gathered: Numbers = members[at + np.arange(len(at))]
    return gathered
