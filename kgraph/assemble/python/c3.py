"""The order in which Python looks names up in the bases of a class (C3).

Input: the orders of the bases, and the bases themselves. Output: the merged order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from heapq import heappop, heappush
from typing import Generic, TypeVar

Class = TypeVar("Class", bound=Hashable)


def c3_merge(orders: Iterable[tuple[Class, ...]]) -> list[Class]:
    """C3: the first head that is in no tail, over and over; where there is none, which Python refuses, the first."""
    return list(_Merge([list(dict.fromkeys(order)) for order in orders if order]))


class _Merge(Generic[Class]):
    """Each class is looked at as often as it stands in a list: a class may have thousands of bases."""

    def __init__(self, lists: list[list[Class]]) -> None:
        self._lists = lists
        self._at = [0] * len(lists)  # the place of each head
        self._headed: dict[Class, list[int]] = {}  # the lists that a class is the head of
        self._tails = Counter(one for each in lists for one in each[1:])
        self._ready: list[int] = []  # lists whose head may be in no tail, a heap
        self._done: set[Class] = set()
        for number, each in enumerate(lists):
            self._begin(number, each[0])

    def __iter__(self) -> Iterator[Class]:
        first = 0
        while True:
            while first < len(self._lists) and self._at[first] >= len(self._lists[first]):
                first += 1
            if first == len(self._lists):
                return
            head = self._next(first)
            yield head
            self._done.add(head)
            for number in self._headed.pop(head):
                self._advance(number)

    def _begin(self, number: int, head: Class) -> None:
        self._headed.setdefault(head, []).append(number)
        if not self._tails[head]:
            heappush(self._ready, number)

    def _next(self, first: int) -> Class:
        while self._ready:
            number = heappop(self._ready)
            if self._at[number] < len(self._lists[number]):
                head = self._lists[number][self._at[number]]
                if not self._tails[head]:
                    return head
        return self._lists[first][self._at[first]]

    def _advance(self, number: int) -> None:
        """The head of a list is done, and perhaps what stands behind it."""
        each = self._lists[number]
        self._at[number] += 1
        while self._at[number] < len(each):
            head = each[self._at[number]]
            self._tails[head] -= 1
            if head not in self._done:
                if not self._tails[head]:
                    for other in self._headed.get(head, ()):
                        heappush(self._ready, other)
                self._begin(number, head)
                break
            self._at[number] += 1
