"""A worker: a process that answers one task at a time and may be killed at any moment.

Comes in, over a socket: a line with a time limit, and with it a file that holds the task as JSON. Output: the answer
in that file, and then a line that says what it is (`Reply`); an answer without that line is none. All that can crash,
hang or grow happens here: the engine has no time limit, a query cannot be cancelled, and some bring it down.

Before each task the worker looks whether another generation of the graph has become current, and opens that. So an
answer is of one generation, which it names.
"""

from __future__ import annotations

import contextlib
import faulthandler
import io
import json
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kgraph.errors import GraphError, KgraphError, QueryTimeoutError
from kgraph.limits import limit_address_space, mapped_bytes, no_core_dumps
from kgraph.serve.protocol import RefusedError

if TYPE_CHECKING:
    from kgraph.processes import Connection
    from kgraph.serve.protocol import ServerAddress

_GRACE = 5  # seconds after which a worker ends itself, should nobody be left to do it
_STACK = 64 << 20  # bytes; eight times the usual
_MAPPED = 1 << 30  # bytes of address space that a process with all libraries has, where nobody knows it


Functions = Mapping[str, Any]  # that do tasks, by the names of these


class Current(Protocol):
    """What is asked, as it is now."""

    generation: str  # of the graph; "" where it has none

    def graph(self) -> Any:
        """What tasks take first."""


class AnswerStream(io.RawIOBase):
    """The file that takes an answer, up to a size."""

    def __init__(self, file: int, most: int) -> None:
        self._file = file
        self._left = most
        self._given_up = False

    def give_up(self) -> None:
        """Take no more of it: an error is reported in its place, and what is still buffered belongs nowhere."""
        self._given_up = True

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        view = memoryview(data).cast("B")
        if self._given_up:
            return len(view)
        self._left -= len(view)
        if self._left < 0:
            raise TooLargeError
        done = 0
        while done < len(view):
            done += os.write(self._file, view[done:])
        return len(view)


class TooLargeError(Exception):
    """The answer is larger than may be sent."""


def main(connection: Connection, lane: str, folder: str, memory: int, server: ServerAddress | None = None) -> None:
    """Answer what is asked over a connection, until nobody is left to ask; with a `server`, by asking that."""
    os.environ.setdefault("POLARS_MAX_THREADS", "2")
    channel = socket.socket(fileno=os.dup(connection.fileno()))
    from kgraph.serve import tasks

    tasks.load(lane)
    current, functions = _connect_server(server) if server else _open_graph(lane, folder)
    most_resident = _prepare(current, memory)
    _send(channel, {"mark": current.generation})
    while True:
        line, files, _, _ = socket.recv_fds(channel, 64, 1)
        if not line:
            return  # nobody is left to ask
        seconds, most = map(int, line.split())
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
        reply = _answer(current, functions, files[0], most)
        signal.setitimer(signal.ITIMER_REAL, 0)
        os.close(files[0])
        full = _resident() > most_resident
        _send(channel, {**reply, "last": full})
        if full:
            return  # what the engine has once taken it keeps


def _open_graph(lane: str, folder: str) -> tuple[Current, Functions]:
    from kgraph.serve import tasks
    from kgraph.session import CurrentGraph

    return CurrentGraph(Path(folder), tasks.WARM[lane], needs_store=lane in tasks.NEED_STORE), tasks.TASKS


def _connect_server(server: ServerAddress) -> tuple[Current, Functions]:
    from kgraph.serve import remote_tasks

    return remote_tasks.CurrentServer(server), remote_tasks.TASKS


def _prepare(current: Current, memory: int) -> int:
    """Have the operating system hold us to our memory.

    Returns the bytes after which another worker should take our place.
    """
    faulthandler.disable()
    no_core_dumps()
    with contextlib.suppress(ValueError, OSError):  # the engine reads and plans queries by recursion
        resource.setrlimit(resource.RLIMIT_STACK, (_STACK, resource.getrlimit(resource.RLIMIT_STACK)[1]))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, in whatever call it is
    # What every task needs comes before the memory is counted that tasks may take.
    with contextlib.suppress(KgraphError):  # each task says so
        current.graph()
    with contextlib.suppress(ValueError, OSError):  # a lower limit of the system's own stands
        limit_address_space((mapped_bytes() or _MAPPED) + memory)
    return _resident() + memory // 2


def _resident() -> int:
    """The most memory that this process has had so far, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _send(channel: socket.socket, message: dict[str, Any]) -> None:
    channel.sendall(json.dumps(message).encode() + b"\n")


def _answer(current: Current, functions: Functions, file: int, most: int) -> dict[str, Any]:
    """Do the task that the file holds, and leave the answer there instead."""
    task = json.loads(os.pread(file, os.fstat(file).st_size, 0))
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)  # the parent's, too: it is the same open file
    answer = AnswerStream(file, most)
    try:
        return _run_task(current, functions, task, answer)
    except Exception as error:  # noqa: BLE001 - the worker lives on
        answer.give_up()
        status, what = _refusal(error, most)
        os.ftruncate(file, 0)
        os.pwrite(file, what.encode("utf-8", "backslashreplace") + b"\n", 0)
        reply = {"status": status, "media": "text/plain; charset=utf-8", "last": isinstance(error, MemoryError)}
        if what.startswith(_BUG):
            reply["traceback"] = traceback.format_exc()[-4000:]
        return reply


def _run_task(current: Current, functions: Functions, task: dict[str, Any], answer: AnswerStream) -> dict[str, Any]:
    graph = current.graph()
    out = io.BufferedWriter(answer, 1 << 18)
    name = task.pop("task")
    if name not in functions:
        raise RefusedError(404, "there is no graph on this machine to browse: start `kgraph serve` with -g, too")
    reply = functions[name](graph, task, out)
    out.flush()
    return {"status": 200, "mark": current.generation, **reply}


_BUG = "a bug in kgraph: "


def _refusal(error: Exception, most: int) -> tuple[int, str]:
    """An error as a status and what to say."""
    from kgraph.query.endpoint import EndpointError

    match error:
        case RefusedError():
            return error.status, error.what
        case EndpointError():
            return 502, str(error)
        case QueryTimeoutError():
            return 504, str(error)
        case TooLargeError():
            return 503, f"the answer is larger than {most / 1e6:,.0f} MB: ask for less, or LIMIT it"
        case MemoryError():
            return 503, "it needs too much memory"
        case GraphError():
            return 503, str(error)
        case KgraphError():
            return 400, str(error)
        case _:
            return 500, f"{_BUG}{type(error).__name__}: {error}"
