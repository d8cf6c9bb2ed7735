"""Whose turn it is: a fair order of questions that wait for a worker.

Input: who asks, and what. Output: who is served next. Nothing waits here and nothing runs: `kgraph serve` waits with
coroutines, `kgraph mcp` with threads, and both hold `QuestionQueue`.

Nobody can tell from a question how long it takes, so each is given a moment on any worker. One that takes longer is
long. Only so many long ones run at once, and there is a worker more than that: so one always serves short questions,
however many endless ones wait. A long one that finds all places taken is ended and waits for one of them, where it
starts again; a question that was long before waits for one from the start.

Clients (addresses) take turns. Of the questions of one client the oldest and the newest take turns: a client may be
many people behind one address, and who has just come should not wait until all before have had their moment. When too
many wait, one of the client that has most goes: a long one before a short one, the newest first.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass
from typing import Any

MOMENT = 1.0  # seconds that a question may take before it is long
MAX_KNOWN = 1000  # questions that are remembered as long


class QueueFullError(Exception):
    """So many wait that another one would wait too long."""


@dataclass(eq=False, slots=True)
class QueuedQuestion:
    """One question, from when it comes until it is answered."""

    client: str
    subject: str  # the same for the same question
    number: int
    is_long: bool = False
    is_running: bool = False
    waiter: Any = None  # how its owner is woken


class QuestionQueue:
    """The questions that wait, and how many long ones run."""

    def __init__(self, long: int, queue: int) -> None:
        self._max_long = long  # that run at once
        self._max_waiting = queue
        self._waiting: list[QueuedQuestion] = []
        self._long_running = 0
        self._long_subjects: OrderedDict[str, None] = OrderedDict()
        self._served: Counter[str] = Counter()  # when each client was last served, as a number
        self._number = 0
        self._newest_next = False

    def waiting(self) -> list[QueuedQuestion]:
        """The questions that wait, those that came first before others."""
        return list(self._waiting)

    def join(self, client: str, subject: str, free: int = 0) -> tuple[QueuedQuestion, QueuedQuestion | None]:
        """A turn for a question while so many workers are free; and the one that has to go for it, if any.

        Raises `QueueFullError` where it is this one.
        """
        self._number += 1
        turn = QueuedQuestion(client, subject, self._number, is_long=subject in self._long_subjects)
        self._waiting.append(turn)
        if len(self._waiting) <= self._max_waiting + free:
            return turn, None
        counts = Counter(each.client for each in self._waiting)
        leaving = max(self._waiting, key=lambda each: (counts[each.client], each.is_long, each.number))
        self._waiting.remove(leaving)
        if leaving is turn:
            raise QueueFullError
        return turn, leaving

    def next(self) -> QueuedQuestion | None:
        """Whose turn it is on a worker that is free; that question then runs."""
        ready = [each for each in self._waiting if each.is_long] if self._long_running < self._max_long else []
        ready = ready or [each for each in self._waiting if not each.is_long]
        if not ready:
            return None
        client = min({each.client for each in ready}, key=lambda each: (self._served[each], each))
        own = [each for each in ready if each.client == client]
        turn = own[-1 if self._newest_next and not own[0].is_long else 0]
        self._newest_next = not self._newest_next
        self._waiting.remove(turn)
        self._start(turn)
        return turn

    def overruns(self, turn: QueuedQuestion) -> bool:
        """Have it that a question has had its moment; whether it may go on. If not, its worker is to be ended, and
        `rejoin` is the owner's next call."""
        if turn.is_long:
            return True
        self._long_subjects[turn.subject] = None
        self._long_subjects.move_to_end(turn.subject)
        while len(self._long_subjects) > MAX_KNOWN:
            self._long_subjects.popitem(last=False)
        turn.is_long = True
        self._long_running += 1
        return self._long_running <= self._max_long

    def rejoin(self, turn: QueuedQuestion) -> None:
        """Let a question that was ended for others wait for its next turn."""
        self.leave(turn)
        self._waiting.append(turn)
        self._waiting.sort(key=lambda each: each.number)

    def leave(self, turn: QueuedQuestion) -> None:
        """Forget a question: it is answered, or nobody waits for it any more."""
        if turn in self._waiting:
            self._waiting.remove(turn)
        if turn.is_running:
            turn.is_running = False
            self._long_running -= turn.is_long

    def _start(self, turn: QueuedQuestion) -> None:
        turn.is_running = True
        self._long_running += turn.is_long
        self._served[turn.client] = self._number
        self._number += 1
        if len(self._served) > MAX_KNOWN:
            for client, _ in self._served.most_common()[MAX_KNOWN // 2 :]:
                del self._served[client]
