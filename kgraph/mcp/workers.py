"""Worker processes: the part of the server that opens the graph, and that can be killed.

Input: the name of a tool and its arguments. Output: its answer cut to size, or an error in a sentence.

The engine hears no cancellation and a thread cannot be killed, so every question is asked in a process of its own,
which is ended when it takes too long or too much memory, and replaced. A worker serves one question at a time; it
looks at each whether a build has made a newer graph, and opens that one. Questions wait in the order of `turns`: one
worker is kept for those that take a moment, and only so many wait at all.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from kgraph.errors import KgraphError
from kgraph.limits import limit_address_space, mapped_bytes
from kgraph.processes import Process
from kgraph.query.slices import StoreMissingError
from kgraph.session import StoreMaker
from kgraph.turns import MOMENT, QuestionQueue, QueuedQuestion, QueueFullError

if TYPE_CHECKING:
    from kgraph.mcp.answer import ToolAnswer
    from kgraph.processes import Connection

What = Literal["graph", "fleet"]  # is asked
_STARTING = 60.0  # seconds that a worker may take before its first question
_GRACE = 2.0  # seconds after which a worker ends by itself what the server should have ended


@dataclass(frozen=True, slots=True)
class QuestionLimits:
    """What one question may cost, and how long an answer may be."""

    seconds: float = 10.0
    memory: int = 2048  # megabytes beyond what an open graph takes
    characters: int = 12_000
    queue: int = 32  # questions that wait


RESERVED_WORKERS = 2  # workers beside those for long questions
MAX_STORE_SECONDS = 30.0  # for which a question waits while the triple store is made
MAX_WAIT = 10.0  # seconds before a question that is not known to be long finds a worker


class LimitExceededError(KgraphError):
    """A question was given up because it took too long or too much memory."""


class BusyError(KgraphError):
    """A question would wait too long, for others or for the triple store."""

    def __init__(
        self, what: str = "too many questions wait for an answer", hint: str = "ask again in some seconds"
    ) -> None:
        super().__init__(what, hint=hint)


class _NoStoreError(Exception):
    """A question needs the triple store of the graph in `folder`, and there is none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


class _OverrunError(Exception):
    """A question has had its moment, and starts again when it is its turn."""


class QuestionWorkers:
    """Some processes that answer questions; safe to ask from several threads.

    `count` long questions run at once, and two more workers answer those that take a moment: where one has to be made
    anew, the other is there. All but one are made when they are first needed. What is in `folder` is a graph, or the
    data of a fleet.
    """

    def __init__(self, folder: Path, limits: QuestionLimits, count: int = 2, what: What = "graph") -> None:
        self._limits = limits
        self._makers: dict[Path, StoreMaker] = {}
        self._all = [_Worker(folder, limits, what) for _ in range(count + RESERVED_WORKERS)]
        self._free = list(self._all)
        self._turns = QuestionQueue(count, limits.queue)
        self._lock = threading.Lock()
        self.most = count + RESERVED_WORKERS + limits.queue  # questions that are here at once
        self._closed = False
        self._all[-1].start()  # the first to be asked; others start when they are needed

    def ask(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of a tool; waits for a free worker. Raises `KgraphError`.

        Where it needs the triple store and there is none, that is made first, outside of what a question may cost.
        """
        try:
            return self._ask(tool, arguments, makes_store=False)
        except _NoStoreError as missing:
            maker = self.store_maker(missing.folder)
            if not maker.ensure(MAX_STORE_SECONDS) and maker.is_making:
                raise BusyError("the triple store is being made", "ask again later; other tools need none") from None
        return self._ask(tool, arguments, makes_store=True)  # which says why, if it could not be made

    def store_maker(self, folder: Path) -> StoreMaker:
        """What makes the triple store of the graph in a folder."""
        with self._lock:
            return self._makers.setdefault(folder, StoreMaker(folder))

    def _ask(self, tool: str, arguments: Mapping[str, Any], *, makes_store: bool) -> dict[str, Any]:
        turn = self._join(json.dumps([tool, arguments], sort_keys=True, default=str))
        try:
            while True:
                worker = self._worker(turn)
                try:
                    return worker.ask((tool, dict(arguments), makes_store), lambda: self._overruns(turn))
                except _OverrunError:
                    with self._lock:
                        turn.waiter = _Waiter()
                        self._turns.rejoin(turn)
                finally:
                    with self._lock:
                        self._free.append(worker)
                        self._serve()
        finally:
            with self._lock:
                self._turns.leave(turn)
                self._serve()

    def close(self) -> None:
        """End all workers, and send away whoever waits."""
        with self._lock:
            self._closed = True
            for turn in self._turns.waiting():
                turn.waiter.event.set()
        for worker in self._all:
            worker.is_closed = True
            worker.stop()

    def _join(self, subject: str) -> QueuedQuestion:
        with self._lock:
            if self._closed:
                raise BusyError
            try:
                turn, leaving = self._turns.join("", subject, len(self._free))
            except QueueFullError:
                raise BusyError from None
            turn.waiter = _Waiter()
            if leaving:
                leaving.waiter.event.set()  # without a worker
            self._serve()
            return turn

    def _worker(self, turn: QueuedQuestion) -> _Worker:
        """A worker for a question, when it is its turn."""
        waiter: _Waiter = turn.waiter
        waiter.event.wait(self._limits.seconds if turn.is_long else MAX_WAIT)
        with self._lock:
            if waiter.worker is None:
                raise BusyError
            return waiter.worker

    def _serve(self) -> None:
        """Give workers that are free to those whose turn it is."""
        while not self._closed and self._free and (turn := self._turns.next()):
            turn.waiter.worker = self._next_free()
            turn.waiter.event.set()

    def _next_free(self) -> _Worker:
        """One that is ready, the last that was asked; else the one whose start was longest ago."""
        ready = [worker for worker in self._free if worker.is_ready]
        worker = ready[-1] if ready else next((each for each in self._free if each.is_started), self._free[0])
        self._free.remove(worker)
        return worker

    def _overruns(self, turn: QueuedQuestion) -> bool:
        with self._lock:
            return self._turns.overruns(turn)


class _Waiter:
    """How a thread is woken, and the worker that it then has; none where it was sent away."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.worker: _Worker | None = None


class _Worker:
    """One process, made when it is first asked and again after it was ended."""

    def __init__(self, folder: Path, limits: QuestionLimits, what: What) -> None:
        self._folder = folder
        self._limits = limits
        self._what = what
        self._process: Process | None = None
        self._ready = False
        self.is_closed = False

    @property
    def is_started(self) -> bool:
        return self._process is not None

    @property
    def is_ready(self) -> bool:
        return self._ready and self._process is not None

    def start(self) -> Connection:
        if self._process is not None and self._process.is_alive():
            return self._process.connection
        self.stop()
        self._process = process = Process(_work, str(self._folder), self._limits, self._what, talks=True)
        self._ready = False
        if self.is_closed:  # meanwhile, by another thread
            self.stop()
            raise BusyError
        return process.connection

    def ask(self, question: tuple[str, dict[str, Any], bool], overruns: Callable[[], bool]) -> dict[str, Any]:
        """The answer to a question: a tool, its arguments, whether the triple store may be made for it.

        `overruns` says after a moment whether it may go on.
        """
        if self.is_closed:
            raise BusyError
        connection = self.start()
        try:
            if not self._ready:
                self._receive(connection, _STARTING, "the graph took too long to open")
                self._ready = True
            connection.send(question)
            moment = min(MOMENT, self._limits.seconds)
            if not connection.poll(moment) and not overruns():
                self.stop()
                if not self.is_closed:
                    self.start()  # for whose turn it is next
                raise _OverrunError
            narrower = "ask more narrowly: bind a path or a name, add LIMIT, avoid patterns without a common variable"
            kind, answer = self._receive(
                connection, self._limits.seconds - moment, f"given up after {self._limits.seconds:g} s", narrower
            )
        except (EOFError, OSError):
            if self.is_closed:
                raise BusyError from None
            self.stop()
            raise LimitExceededError(
                f"the question was ended: it took more than {self._limits.memory:,} MB, or broke the engine",
                hint="ask more narrowly",
            ) from None
        if kind == "no store":
            raise _NoStoreError(Path(answer))
        if kind == "error":
            raise KgraphError(*answer[:1], where=answer[1], hint=answer[2])
        return dict(answer)

    def _receive(self, connection: Connection, seconds: float, late: str, hint: str = "") -> Any:
        if not connection.poll(seconds):
            self.stop()
            raise LimitExceededError(late, hint=hint)
        return connection.recv()

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()


# --- in the worker ---


def _work(connection: Connection, folder: str, limits: QuestionLimits, what: What) -> None:
    """Answer questions until the server goes away."""
    os.dup2(sys.stderr.fileno(), 1)  # standard output may be the protocol's
    with suppress(EOFError, ConnectionError, KeyboardInterrupt):
        current = _current(Path(folder), what)
        with suppress(KgraphError):  # what is wrong is reported to the caller
            current.prepare()
        _limit_memory(limits.memory)
        connection.send(("ready", None))
        while True:
            question = connection.recv()
            # Should the server be gone when the time is over, the kernel ends this process in its place.
            signal.setitimer(signal.ITIMER_REAL, limits.seconds + _GRACE)
            answer = _answer(current, question, limits)
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.send(answer)


class _Current(Protocol):
    """What is asked, as it is now."""

    tools: Mapping[str, Callable[..., ToolAnswer]]

    def prepare(self) -> None:
        """Open it before memory is limited, so that the limit is of what a question takes on top."""

    def index(self) -> Any:
        """What the tools take first."""

    @property
    def asked(self) -> Path:
        """The graph that the last question was about."""


def _current(folder: Path, what: What) -> _Current:
    if what == "fleet":
        from kgraph.mcp.current_fleet import CurrentFleet

        return CurrentFleet(folder)
    return _CurrentIndex(folder)


class _CurrentIndex:
    """The index of the graph that is current."""

    def __init__(self, graph_folder: Path) -> None:
        from kgraph.mcp.tools import TOOLS
        from kgraph.session import CurrentGraph, open_store_if_there

        self.tools: Mapping[str, Callable[..., ToolAnswer]] = TOOLS
        self.asked = graph_folder
        self._current = CurrentGraph(graph_folder, open_store_if_there)
        self._index: Any = None

    def prepare(self) -> None:
        """Open the graph; libraries are loaded and their threads started."""
        self.index().graph.frame("folders")

    def index(self) -> Any:
        """The `GraphIndex` of the graph that is current now."""
        from kgraph.mcp.graph_index import GraphIndex

        graph = self._current.graph()
        if self._index is None or self._index.graph is not graph:
            self._index = GraphIndex(graph)
        return self._index


def _answer(current: _Current, question: tuple[str, dict[str, Any], bool], limits: QuestionLimits) -> tuple[str, Any]:
    from kgraph.mcp.answer import cut

    tool, arguments, makes_store = question
    try:
        index = current.index()
        index.makes_store = makes_store
        return "answer", cut(current.tools[tool](index, **arguments), limits.characters)
    except StoreMissingError:
        return "no store", str(current.asked)
    except KgraphError as error:
        return "error", (error.what, error.where, error.hint)
    except MemoryError:
        return "error", (f"the question took more than {limits.memory:,} MB", "", "ask more narrowly")
    except Exception:  # noqa: BLE001 - a bug costs one answer; the log has the details
        traceback.print_exc()
        return "error", (f"{tool} failed: this is a bug in kgraph", "", "the server's log says where")


def _limit_memory(megabytes: int) -> None:
    """Let the process take so much more than it has now; the engine ends with it where it wants more."""
    if now := mapped_bytes():
        limit_address_space(now + (megabytes << 20))
