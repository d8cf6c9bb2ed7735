"""Spans that hold each other or stand apart, as functions and namespaces do.

Input: spans with what they stand for. Output: those around an offset. A span knows the next one around it, so that
looking for an offset's takes the time of what is found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

Value = TypeVar("Value")
Folded = TypeVar("Folded")


class Nested(Generic[Value]):
    """Finds the spans around an offset."""

    def __init__(self, spans: Sequence[tuple[int, int, Value]]) -> None:
        """Start and end of each with its value; an outer one before its inner ones, in order of their starts."""
        self._values = [value for _, _, value in spans]
        self._outer: list[int] = []  # of each span: the index of the next one around it, or -1
        self._boundaries: list[int] = []  # where a span begins or ends, and the innermost one from there on
        self._innermost: list[int] = []
        open_: list[int] = []

        def close(until: int) -> None:
            while open_ and spans[open_[-1]][1] <= until:
                self._boundaries.append(spans[open_.pop()][1])
                self._innermost.append(open_[-1] if open_ else -1)

        for index, (start, _, _) in enumerate(spans):
            close(start)
            self._outer.append(open_[-1] if open_ else -1)
            open_.append(index)
            self._boundaries.append(start)
            self._innermost.append(index)
        close(max((end for _, end, _ in spans), default=0))

    def innermost(self, offset: int) -> int:
        """The index of the innermost span around an offset, or -1."""
        at = bisect_right(self._boundaries, offset) - 1
        return self._innermost[at] if at >= 0 else -1

    def fold(self, index: int, known: dict[int, Folded], fold: Callable[[Folded, Value], Folded]) -> Folded:
        """What comes of the values from the outermost span in to one, each folded into what came of those around it.

        `known` has what came of the spans that were asked before, and of -1, which is around all.
        """
        inner: list[int] = []
        while index not in known:
            inner.append(index)
            index = self._outer[index]
        found = known[index]
        for each in reversed(inner):
            found = known[each] = fold(found, self._values[each])
        return found

    def find_around(self, offset: int) -> Iterator[Value]:
        """The values of the spans around an offset, the innermost first."""
        index = self.innermost(offset)
        while index >= 0:
            yield self._values[index]
            index = self._outer[index]
