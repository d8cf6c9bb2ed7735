"""Memoized recursion with cycle cut: questions whose answers lead to other questions, perhaps back to themselves.

Input: questions, and the function that answers them. Output: answers, each found once. A question that is asked while
it is being answered has no answer there: such a cut ends every circle.

An answer depends on the question alone, never on what was asked before it. One that was found without a cut is the same
wherever it is asked, so it is kept. One with a cut depends on the questions around it: it holds until the outermost
of them is answered, and no longer. What leads too deep is not answered at all, for where to stop would depend on where
one began; that is known of a kept answer, too, by how deep it led.

Who answers may note by number what is read for it (`read`). Each answer is a node of a graph: it depends on what was
read for it itself, and on the answers that it is made of (see `assemble.dependencies`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import numpy as np

from kgraph.assemble.dependencies import DependencyGraph, dependents

Answer = TypeVar("Answer")
Read = int  # the number of what an answer depends on


class _TooDeepError(Exception):
    pass


class CycleSafeMemo:
    """Answers questions; at most `deepest` of them are open at a time."""

    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self.dependencies = DependencyGraph()
        self.anything = self.dependencies.leaf()  # stands for what is not known
        self.read: list[Read] = []  # for the innermost question that is open; some perhaps twice
        self._results: dict[Hashable, tuple[Any, int, Read]] = {}  # with how deep it led, and what was read
        self._open: set[Hashable] = set()
        self._passing: dict[Hashable, tuple[Any, Read]] = {}  # with a cut, while the outermost question is open
        self._ends: dict[Hashable, tuple[Any, int, Read]] = {}  # where chains lead, with the same
        self._cuts = 0
        self._given_up = 0  # questions that led too deep
        # Those of them that were asked first. From inside of another question they may lead less deep, for what is open
        # ends a way.
        self._too_deep: set[Hashable] = set()
        self._reached = 0  # how many questions were open at most, while the innermost was

    def answer(self, question: Hashable, find: Callable[..., Answer], *arguments: object) -> Answer | None:
        """What `find` says of the arguments; None where the question leads back to itself, or too deep."""
        known = self._results.get(question)
        if known is not None:
            answer: Answer = known[0]
            self.read.append(known[2])
            if self._open and (depth := len(self._open) + known[1]) > self._reached:
                self._reach(depth)
            return answer
        if self._open:
            return self._inner(question, find, arguments)
        if question in self._too_deep:
            self._given_up += 1
            self.read.append(self.anything)
            return None
        outer = self.read
        try:
            return self._inner(question, find, arguments)
        except (_TooDeepError, RecursionError):  # the latter from a way that asks no questions
            self._given_up += 1
            self._too_deep.add(question)
            self._open.clear()
            self.read = outer
            outer.append(self.anything)  # the numbers on the way are not known any more
            return None
        finally:
            self._passing.clear()

    def reading(self, find: Callable[..., Answer], *arguments: object) -> tuple[Answer, Read]:
        """What `find` says of the arguments, and what is read for it."""
        outer, self.read = self.read, []
        answer = find(*arguments)
        read = self.dependencies.node(self.read)
        outer.append(read)
        self.read = outer
        return answer, read

    def note(self, read: Read) -> None:
        """Note what was read for an answer that is used once more."""
        self.read.append(read)

    def drop(self, questions: Iterable[Hashable]) -> None:
        """Drop the answers to some questions, to have the memory; asked again, they are found again."""
        for question in questions:
            self._results.pop(question, None)

    def forget(self, outdated: Iterable[int]) -> None:
        """Drop all answers that depend on any of these numbers, or on what is not known."""
        is_outdated = np.zeros(len(self.dependencies), dtype=np.bool_)
        is_outdated[[self.anything, *outdated]] = True
        drop = dependents(*self.dependencies.columns(), is_outdated).tolist()
        self._results = {question: told for question, told in self._results.items() if not drop[told[2]]}
        self._ends = {start: told for start, told in self._ends.items() if not drop[told[2]]}
        self._too_deep.clear()

    def chain(self, start: Hashable, step: Callable[[Any], Any], goes_on: Callable[[Any], bool]) -> Any:
        """Where steps lead, from one thing to the next for as long as it `goes_on`; None where they lead back.

        A step asks questions. The end of a chain is kept for all that is on the way to it, as an answer is.
        """
        depth, cuts, given_up, reached = len(self._open), self._cuts, self._given_up, self._reached
        depths: dict[Hashable, int] = {}  # with how deep each step led
        end, rest = None, 0
        at = start
        outer, self.read = self.read, []
        while True:
            if (cached := self._ends.get(at)) is not None:
                end, rest, read = cached
                self.read.append(read)
                if self._open:
                    self._reach(depth + rest)
                break
            if at in depths:  # all of a ring led as deep as the deepest of it
                rest = max(list(depths.values())[list(depths).index(at) :])
                break
            self._reached = depth
            following = step(at)
            depths[at] = self._reached - depth
            at = following
            if not goes_on(at):
                end = at
                break
        self._reached = max(reached, depth + max(rest, *depths.values(), 0))
        read = self.dependencies.node(self.read)
        outer.append(read)
        self.read = outer
        if (self._cuts, self._given_up) == (cuts, given_up):
            for each, led in reversed(depths.items()):
                rest = max(rest, led)
                self._ends[each] = (end, rest, read)
        return end

    def _inner(self, question: Hashable, find: Callable[..., Answer], arguments: tuple[object, ...]) -> Answer | None:
        if question in self._open:
            self._cuts += 1
            return None
        if question in self._passing:
            self._cuts += 1
            passing: Answer = self._passing[question][0]
            self.read.append(self._passing[question][1])
            return passing
        depth, cuts, reached = len(self._open), self._cuts, self._reached
        if depth >= self._deepest:
            raise _TooDeepError
        self._reached = depth + 1
        self._open.add(question)
        outer, self.read = self.read, []
        answer = find(*arguments)
        read = self.dependencies.node(self.read)
        outer.append(read)
        self.read = outer
        self._open.discard(question)
        if self._cuts == cuts:
            self._results[question] = (answer, self._reached - depth, read)
        else:
            self._passing[question] = (answer, read)
        if reached > self._reached:
            self._reached = reached
        return answer

    def _reach(self, depth: int) -> None:
        if depth > self._reached:
            if depth > self._deepest:
                raise _TooDeepError
            self._reached = depth
