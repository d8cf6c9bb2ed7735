"""Workers, and the queue before them.

Comes in: tasks by name, each with its time limit. Goes out: answers that are whole. Tasks wait in a queue of limited
length; one that takes too long or too much memory is ended with its worker, and another worker takes the place. Nothing
here knows what a task does.

There is one process per worker and one task at a time, because that is what the operating system can limit and end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import sys
import tempfile
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from kgraph.errors import KgraphError
from kgraph.processes import Process, StartError
from kgraph.serve.worker import main
from kgraph.store import folder

_START_SECONDS = 300  # to import libraries and to open a graph: seconds, even of a large one on a busy machine
_MOST_FAILURES = 5  # workers in a row that end before they begin


@dataclass(frozen=True, slots=True)
class Limits:
    """What a pool's workers may do."""

    workers: int = 2
    queue: int = 64  # tasks that wait while all workers are busy
    seconds: int = 30  # for one task
    memory: int = 2 << 30  # bytes that a worker may take for its tasks
    answer: int = 200_000_000  # bytes of one answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker answered, whole."""

    status: int
    media: str
    body: BinaryIO  # at its start; whoever has the answer closes it
    size: int
    mark: str = ""  # the generation of the graph that it is of
    headers: Mapping[str, str] = field(default_factory=dict)


class FullError(Exception):
    """So many tasks wait that another one would wait too long."""


class FailedError(Exception):
    """The task was ended; `status` is the HTTP status that says so."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status


class WorkerError(KgraphError):
    """Workers do not start."""


class Pool:
    """Workers that answer tasks about the graph in a folder; `lane` is what they are warmed for (`tasks.WARM`)."""

    def __init__(self, lane: str, graph: Path, limits: Limits) -> None:
        self.limits = limits
        self._lane = lane
        self._folder = graph
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._waiting: deque[asyncio.Future[_Worker]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[int]] = set()
        self._failures = 0
        self._why = ""
        self._stopped = False

    async def start(self) -> None:
        """Start all workers, and wait for the first. Raises `WorkerError` where they end at once."""
        for _ in range(self.limits.workers):
            self._start_later()
        while self._starting and not self._workers:
            await asyncio.wait(self._starting, return_when=asyncio.FIRST_COMPLETED)
        if not self._workers:
            raise WorkerError(f"the workers do not start: {self._why}")

    async def stop(self) -> None:
        """End all workers, whatever they do: who waits for an answer is told."""
        self._stopped = True
        self._give_up("the server stops")
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for worker in self._idle:
            self._drop(worker)
        self._idle.clear()
        for worker in self._workers:
            worker.kill()
        while self._workers:  # whoever waits for their answers lets go of them
            await asyncio.sleep(0.01)
        if self._ending:
            await asyncio.wait(self._ending)  # which goes on, should who waits be told to wait no longer

    async def ask(self, task: str, values: Mapping[str, Any], seconds: int | None = None) -> Answer:
        """The answer to a task. A caller who is cancelled ends the task.

        Raises `FullError` where too many wait, `FailedError` where the task was ended or ended its worker.
        """
        limit = seconds or self.limits.seconds
        try:
            async with asyncio.timeout(self.limits.seconds):
                worker = await self._take()
        except TimeoutError:
            raise FullError from None
        body = tempfile.TemporaryFile()  # noqa: SIM115 - whoever has the answer closes it
        try:
            if folder.mark(self._folder) != worker.mark:  # opening another generation is not the task's time
                await self._done(worker, body, "refresh", {}, _START_SECONDS)
            reply = await self._done(worker, body, task, values, limit)
        except BaseException as error:
            body.close()
            self._replace(worker)
            match error:
                case TimeoutError():
                    raise FailedError(503, f"it took longer than {limit} s, and was ended") from None
                case _EndedError():
                    raise FailedError(*self._cause(await worker.ended(), worker.said)) from None
            raise
        if reply.get("last"):
            self._replace(worker)
        else:
            self._put(worker)
        if traceback := reply.get("traceback"):
            print(traceback, file=sys.stderr)
        body.seek(0)
        size = os.fstat(body.fileno()).st_size
        return Answer(reply["status"], reply["media"], body, size, reply.get("mark", ""), reply.get("headers", {}))

    async def _done(
        self, worker: _Worker, body: BinaryIO, task: str, values: Mapping[str, Any], seconds: int
    ) -> dict[str, Any]:
        """What a worker says of a task when it is done; the file then holds the answer in the place of the task."""
        body.seek(0)
        body.truncate()
        body.write(json.dumps({"task": task, **values}).encode())
        body.flush()
        return await worker.answer(body.fileno(), seconds, self.limits.answer)

    async def refresh(self) -> None:
        """Let workers that have nothing to do open the current generation, one after the other."""
        for _ in range(len(self._idle)):
            if self._idle:
                # The one that has waited longest; it comes back as the one that waits shortest.
                self._idle.append(self._idle.pop(0))
                with contextlib.suppress(FailedError, FullError):
                    (await self.ask("refresh", {})).body.close()

    # --- who is free ---

    async def _take(self) -> _Worker:
        if self._idle:
            return self._idle.pop()
        if len(self._waiting) >= self.limits.queue or self._stopped:
            raise FullError
        if not self._workers and not self._starting:
            self._failures = 0
            self._start_later()
        turn: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._put(turn.result())
            else:
                with contextlib.suppress(ValueError):  # `_put` has passed it over
                    self._waiting.remove(turn)
            raise

    def _put(self, worker: _Worker) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def _replace(self, worker: _Worker) -> None:
        self._drop(worker)
        self._failures = 0
        self._start_later()

    def _drop(self, worker: _Worker) -> None:
        """End a worker; it takes the operating system a while to take back a few gigabytes."""
        worker.kill()
        self._workers.discard(worker)
        task = asyncio.get_running_loop().create_task(worker.ended())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _start_later(self) -> None:
        if not self._stopped:
            task = asyncio.get_running_loop().create_task(self._start_one())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _start_one(self) -> None:
        while self._failures < _MOST_FAILURES:
            try:
                worker = _Worker(self._lane, self._folder, self.limits.memory)
            except StartError as error:
                self._failures += 1
                self._why = str(error)
                continue
            try:
                await worker.ready()
            except (TimeoutError, _EndedError):
                self._failures += 1
                self._drop(worker)
                await worker.ended()
                self._why = worker.said or "they say nothing"
                continue
            except BaseException:
                self._drop(worker)
                raise
            self._failures = 0
            self._workers.add(worker)
            self._put(worker)
            return
        if not self._workers:
            self._give_up(f"the workers do not start: {self._why}")

    def _give_up(self, why: str) -> None:
        """Tell all who wait that nobody will answer."""
        for turn in self._waiting:
            if not turn.done():
                turn.set_exception(FailedError(503, why))
        self._waiting.clear()

    def _cause(self, code: int, said: str) -> tuple[int, str]:
        """Why a worker ended in the middle of its task, from how it ended and what it said."""
        if self._stopped:
            return 503, "the server stops"
        if re.search("memory allocation|MemoryError|bad_alloc", said) or code == -signal.SIGKILL:
            return 503, f"it took more than {self.limits.memory >> 20:,} MB of memory, and was ended"
        if code == -signal.SIGALRM:
            return 503, "it took too long, and was ended"
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return 500, f"it brought the engine down ({name})"


class _EndedError(Exception):
    """The worker's process ended."""


class _Worker:
    """One process, and the socket to it."""

    def __init__(self, lane: str, graph: Path, memory: int) -> None:
        self._process = Process(main, lane, str(graph), memory)
        self._channel = socket.socket(fileno=os.dup(self._process.connection.fileno()))
        self._channel.setblocking(False)
        self._read = b""
        self.mark = ""  # of the generation that it has open

    async def ready(self) -> None:
        async with asyncio.timeout(_START_SECONDS):
            self.mark = json.loads(await self._line())["mark"]

    async def answer(self, file: int, seconds: int, most: int) -> dict[str, Any]:
        """Hand over a task; it is done when this returns."""
        try:
            socket.send_fds(self._channel, [b"%d %d\n" % (seconds, most)], [file])
        except OSError:
            raise _EndedError from None
        async with asyncio.timeout(seconds):
            reply: dict[str, Any] = json.loads(await self._line())
        self.mark = reply.get("mark", self.mark)
        return reply

    async def _line(self) -> bytes:
        loop = asyncio.get_running_loop()
        while b"\n" not in self._read:
            try:
                data = await loop.sock_recv(self._channel, 1 << 16)
            except OSError:
                data = b""
            if not data:
                raise _EndedError
            self._read += data
        line, _, self._read = self._read.partition(b"\n")
        return line

    def kill(self) -> None:
        """Have it end: who waits for its answer hears of that."""
        self._process.kill()

    async def ended(self) -> int:
        """Wait until it has ended; returns how."""
        code = await asyncio.to_thread(self._process.wait)
        self._channel.close()
        return code or 0

    @property
    def said(self) -> str:
        """The last that it wrote on standard error, once it has ended."""
        return self._process.said
