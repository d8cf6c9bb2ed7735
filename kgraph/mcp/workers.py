"""Worker processes: the part of the server that opens the graph, and that can be killed.

Comes in: the name of a tool and its arguments. Goes out: its answer cut to size, or an error in a sentence.

The engine hears no cancellation and a thread cannot be killed, so every question is asked in a process of its own,
which is ended when it takes too long or too much memory, and made anew. A worker serves one question at a time; it
looks at each whether a build has made a newer graph, and opens that one.
"""

from __future__ import annotations

import os
import queue
import resource
import signal
import sys
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph.errors import KgraphError
from kgraph.processes import Process

if TYPE_CHECKING:
    from kgraph.processes import Connection

_STARTING = 60.0  # seconds that a worker may take before its first question
_GRACE = 2.0  # seconds after which a worker ends by itself what the server should have ended


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may cost, and how long an answer may be."""

    seconds: float = 10.0
    memory: int = 2048  # megabytes beyond what an open graph takes
    characters: int = 12_000


class TooMuchError(KgraphError):
    """A question was given up because it took too long or too much memory."""


class Workers:
    """Some processes that answer questions; safe to ask from several threads."""

    def __init__(self, folder: Path, limits: Limits, count: int = 2) -> None:
        self._limits = limits
        self._free: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._all = [_Worker(folder, limits) for _ in range(count)]
        for worker in self._all:
            self._free.put(worker)
        self._all[-1].start()  # the first to be asked; others start when they are needed

    def ask(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of a tool; waits for a free worker. Raises `KgraphError`."""
        worker = self._free.get()
        try:
            return worker.ask(tool, dict(arguments))
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End all workers."""
        for worker in self._all:
            worker.stop()


class _Worker:
    """One process, made when it is first asked and again after it was ended."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._limits = limits
        self._process: Process | None = None
        self._ready = False

    def start(self) -> Connection:
        if self._process is not None and self._process.is_alive():
            return self._process.connection
        self.stop()
        self._process = Process(_work, str(self._folder), self._limits, talks=True)
        self._ready = False
        return self._process.connection

    def ask(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        connection = self.start()
        try:
            if not self._ready:
                self._receive(connection, _STARTING, "the graph took too long to open")
                self._ready = True
            connection.send((tool, arguments))
            narrower = "ask more narrowly: bind a path or a name, add LIMIT, avoid patterns without a common variable"
            kind, answer = self._receive(
                connection, self._limits.seconds, f"given up after {self._limits.seconds:g} s", narrower
            )
        except (EOFError, ConnectionError):
            self.stop()
            raise TooMuchError(
                f"the question was ended: it took more than {self._limits.memory:,} MB, or broke the engine",
                hint="ask more narrowly",
            ) from None
        if kind == "error":
            raise KgraphError(*answer[:1], where=answer[1], hint=answer[2])
        return dict(answer)

    def _receive(self, connection: Connection, seconds: float, late: str, hint: str = "") -> Any:
        if not connection.poll(seconds):
            self.stop()
            raise TooMuchError(late, hint=hint)
        return connection.recv()

    def stop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


# --- in the worker ---


def _work(connection: Connection, folder: str, limits: Limits) -> None:
    """Answer questions until the server goes away."""
    os.dup2(sys.stderr.fileno(), 1)  # standard output may be the protocol's
    opened = _Opened(Path(folder))
    with suppress(EOFError, ConnectionError, KeyboardInterrupt):
        opened.begin()
        _limit_memory(limits.memory)
        connection.send(("ready", None))
        while True:
            tool, arguments = connection.recv()
            # Should the server be gone when the time is over, the kernel ends this process in its place.
            signal.setitimer(signal.ITIMER_REAL, limits.seconds + _GRACE)
            answer = _answered(opened, tool, arguments, limits)
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.send(answer)


class _Opened:
    """The current graph, with what the tools have read of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link = ""
        self._reader: Any = None
        self._error: KgraphError | None = None

    def begin(self) -> None:
        """Open the graph; what is wrong with it is told to whoever asks."""
        with suppress(KgraphError):
            self.reader()

    def reader(self) -> Any:
        """The reader of the graph that is current now."""
        from kgraph.api import open as open_graph
        from kgraph.mcp.reader import Reader

        try:
            link = str((self._folder / "current").readlink())
        except OSError:
            link = ""
        if self._reader is None or link != self._link:
            if self._reader is not None:
                self._reader.graph.close()
                self._reader = None
            self._reader, self._link = Reader(open_graph(self._folder)), link
            self._reader.graph.store  # noqa: B018 - opened now, so that the memory limit is of what comes on top
        return self._reader


def _answered(opened: _Opened, tool: str, arguments: dict[str, Any], limits: Limits) -> tuple[str, Any]:
    from kgraph.mcp.answer import cut
    from kgraph.mcp.tools import TOOLS

    try:
        return "answer", cut(TOOLS[tool](opened.reader(), **arguments), limits.characters)
    except KgraphError as error:
        return "error", (error.what, error.where, error.hint)
    except MemoryError:
        return "error", (f"the question took more than {limits.memory:,} MB", "", "ask more narrowly")
    except Exception:  # noqa: BLE001 - a bug costs one answer; the log has the details
        traceback.print_exc()
        return "error", (f"{tool} failed: this is a bug in kgraph", "", "the server's log says where")


def _limit_memory(megabytes: int) -> None:
    """Let the process take so much more than it has now; the engine ends with it where it wants more."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0]) if Path("/proc/self/statm").exists() else 0
    limit = pages * resource.getpagesize() + (megabytes << 20)
    if pages:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
