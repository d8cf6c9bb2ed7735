"""Copies of this process, which know all that it knows: what they work with need not be sent to them, nor read again.

Input: a function, also an inner one, and items. Output: its results, in the order of the items.

A copy is made by `fork`, so its memory is this process's until one of the two writes to it. Of the threads only that
which forks is in the copy, and what another one holds locked stays locked there. Therefore

- copies are made by the only thread of Python (`can_copy`), so that no lock of Python's is held;
- what is called in a copy must not use a library that works with threads of its own (Polars): they are not there. What
  does all the same, and waits for one, is ended after ten minutes.

Like any process of ours, a copy leaves Ctrl-C to its parent, and ends when that ends.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import signal
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.reduction import ForkingPickler
from typing import Any, NoReturn, TypeVar

from kgraph.processes.child import end_with_parent
from kgraph.processes.executor import ProcessDiedError, picklable
from kgraph.processes.start import StartError

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")

_ASKED = 2  # items that a copy has got: the next one is there when it is done with one
_END_SECONDS = 5.0  # for a copy to do what it is doing
_MAX_SECONDS = 600  # for one item; a copy that waits for a lock that no thread of it holds would wait for ever
_AHEAD = 64  # items for each copy that may be done before one that others wait for


def can_copy() -> bool:
    """Whether copies of this process can be made, and will work."""
    return sys.platform == "linux" and threading.active_count() == 1


class Copy:
    """A copy of this process that calls a function with one item after the other.

    `others` are the copies that there are. Raises `StartError`.
    """

    def __init__(self, function: Callable[[Any], Any], others: Iterable[Copy] = ()) -> None:
        self.asked: deque[int] = deque()  # numbers of the items that it has not answered yet
        self.calls = 0
        self._lifeline = -1
        try:
            with contextlib.ExitStack() as theirs:
                self.connection, end = Pipe()
                theirs.callback(end.close)
                lifeline, self._lifeline = os.pipe()
                theirs.callback(os.close, lifeline)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", DeprecationWarning)  # that there are threads: none of Python's
                    self.pid = os.fork()
                if self.pid == 0:
                    _work(function, end, lifeline, (self, *others))
        except OSError as error:
            self._close()
            raise StartError.of(error) from error

    def ask(self, number: int, item: Any) -> None:
        """Have it call the function with an item."""
        with contextlib.suppress(OSError):  # it died: `answer` tells
            self.connection.send(item)
        self.asked.append(number)
        self.calls += 1

    def answer(self) -> tuple[int, str, Any]:
        """The number of the item that was asked first, "value" or "error", and which; `ProcessDiedError` if it died."""
        try:
            kind, value = self.connection.recv()
        except (OSError, EOFError):
            raise ProcessDiedError(self.end(), []) from None
        return self.asked.popleft(), kind, value

    def result(self) -> Any:
        """The value of the item that was asked first; raises what the function raised."""
        _, kind, value = self.answer()
        if kind == "error":
            raise value
        return value

    def dismiss(self) -> None:
        """Have it end when it has done what it is doing: a file that it writes is whole."""
        self.connection.close()

    def end(self) -> int:
        """End it, at once if it does not do so soon; returns how it ended."""
        self.dismiss()
        code = self._wait(_END_SECONDS)
        if code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            code = self._wait(math.inf)
        self._close()
        return -signal.SIGKILL if code is None else code

    def _wait(self, seconds: float) -> int | None:
        """How it ended, None where it still goes on after some time."""
        limit = time.monotonic() + seconds
        while True:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG if seconds < math.inf else 0)
            except ChildProcessError:  # whoever called us lets the system wait for its children
                return 0
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > limit:
                return None
            time.sleep(0.002)

    def _close(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()
        if self._lifeline >= 0:
            os.close(self._lifeline)
        self._lifeline = -1

    def forget(self) -> None:
        """In another copy: leave its connection and its lifeline to the parent."""
        self._close()


def map_in_copies(
    function: Callable[[Item], Result], items: Sequence[Item], count: int, *, calls_each: int
) -> Iterator[Result]:
    """The results of a function, from `count` copies of this process at most.

    A copy does `calls_each` items and is then replaced by a fresh one. Raises what the function raised, as soon as all
    results before it are taken; `ProcessDiedError` where a copy died, `StartError` where none could be made.
    """
    crew = _CopyPool(function, items, count, calls_each)
    try:
        for number in range(len(items)):
            while number not in crew.done:
                crew.work(number)
            kind, value = crew.done.pop(number)
            if kind == "error":
                raise value
            yield value
    finally:
        crew.end()


class _CopyPool:
    """The copies that work on some items."""

    def __init__(self, function: Callable[[Any], Any], items: Sequence[Any], count: int, calls_each: int) -> None:
        self.done: dict[int, tuple[str, Any]] = {}
        self._function, self._items, self._calls_each = function, items, calls_each
        self._count = min(count, len(items))
        self._copies: list[Copy] = []
        self._given = 0  # the first items

    def work(self, wanted: int) -> None:
        """Hand out items up to some after the `wanted` one, and wait until something is done."""
        self._replace()
        for _ in range(_ASKED):  # to each one item before anybody gets a second one
            for copy in self._copies:
                last = min(len(self._items), wanted + _AHEAD * self._count)
                if self._given < last and len(copy.asked) < _ASKED and copy.calls < self._calls_each:
                    copy.ask(self._given, self._items[self._given])
                    self._given += 1
        ready = wait([copy.connection for copy in self._copies if copy.asked])
        for copy in self._copies:
            if copy.connection in ready:
                number, *answer = copy.answer()
                self.done[number] = (answer[0], answer[1])

    def _replace(self) -> None:
        for copy in [each for each in self._copies if each.calls >= self._calls_each and not each.asked]:
            self._copies.remove(copy)
            copy.end()
        while len(self._copies) < self._count and self._given < len(self._items):
            try:
                self._copies.append(Copy(self._function, self._copies))
            except StartError as error:
                if not self._copies:
                    raise
                log.warning("the work goes on with fewer processes than asked for: %s", error.what)
                self._count = len(self._copies)

    def end(self) -> None:
        """End the copies."""
        for copy in self._copies:
            copy.dismiss()
        for copy in self._copies:
            copy.end()


# --- in the copy ---


def _work(function: Callable[[Any], Any], connection: Connection, lifeline: int, ours: Iterable[Copy]) -> NoReturn:
    """Answer until nobody asks any more. A copy never returns to what its parent was about to do."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        for copy in ours:
            copy.forget()
        end_with_parent(lifeline)
        with contextlib.suppress(EOFError, OSError):
            while True:
                item = connection.recv()
                signal.alarm(_MAX_SECONDS)
                answer = _answer(function, item)
                signal.alarm(0)
                connection.send_bytes(answer)
        code = 0
    finally:
        os._exit(code)  # what is to be done at the end of a process is the parent's to do


def _answer(function: Callable[[Any], Any], item: Any) -> memoryview:
    try:
        return ForkingPickler.dumps(("value", function(item)))
    except Exception as error:  # noqa: BLE001 - the caller's to handle
        return ForkingPickler.dumps(("error", picklable(error)))
