"""Questions whose answers lead to other questions, perhaps back to themselves.

Comes in: questions, and who answers them. Goes out: answers, each found once. A question that is asked while it is
being answered has no answer there: such a cut ends every circle.

An answer depends on the question alone, never on what was asked before it. One that was found without a cut is the same
wherever it is asked, so it is kept. One with a cut depends on the questions around it: it holds until the outermost
of them is answered, and no longer. What leads too deep is not answered at all, for where to stop would depend on where
one began; that is known of a kept answer, too, by how deep it led.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class _TooDeepError(Exception):
    pass


class Recursion:
    """Answers questions; at most `deepest` of them are open at a time."""

    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self._kept: dict[Hashable, tuple[Any, int]] = {}  # with how deep it led
        self._open: set[Hashable] = set()
        self._passing: dict[Hashable, Any] = {}  # answers with a cut, while the outermost question is open
        self._cuts = 0
        self._reached = 0  # how many questions were open at most, while the innermost was

    def answer(self, question: Hashable, find: Callable[..., Answer], *arguments: object) -> Answer | None:
        """What `find` says of the arguments; None where the question leads back to itself, or too deep."""
        known = self._kept.get(question)
        if known is not None:
            answer: Answer = known[0]
            if self._open:
                self._reach(len(self._open) + known[1])
            return answer
        if self._open:
            return self._inner(question, find, arguments)
        try:
            return self._inner(question, find, arguments)
        except _TooDeepError:
            self._open.clear()
            return None
        finally:
            self._passing.clear()

    def _inner(self, question: Hashable, find: Callable[..., Answer], arguments: tuple[object, ...]) -> Answer | None:
        if question in self._open:
            self._cuts += 1
            return None
        if question in self._passing:
            self._cuts += 1
            passing: Answer = self._passing[question]
            return passing
        depth, cuts, reached = len(self._open), self._cuts, self._reached
        if depth >= self._deepest:
            raise _TooDeepError
        self._reached = depth + 1
        self._open.add(question)
        answer = find(*arguments)
        self._open.discard(question)
        if self._cuts == cuts:
            self._kept[question] = (answer, self._reached - depth)
        else:
            self._passing[question] = answer
        if reached > self._reached:
            self._reached = reached
        return answer

    def _reach(self, depth: int) -> None:
        if depth > self._reached:
            if depth > self._deepest:
                raise _TooDeepError
            self._reached = depth
