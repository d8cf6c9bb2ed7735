"""Workers, and the queue before them.

Input: tasks by name, each with its time limit. Output: answers that are whole. Tasks wait in a queue of limited length,
in the order that `turns` finds fair; one that takes too long or too much memory is ended with its worker, and another
worker takes the place. Nothing here knows what a task does.

There is one process per worker and one task at a time, because that is what the operating system can limit and end.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from kgraph.errors import KgraphError
from kgraph.processes import Process, StartError
from kgraph.serve.protocol import ServerAddress
from kgraph.serve.worker import main
from kgraph.store import folder
from kgraph.turns import MOMENT, QuestionQueue, QueuedQuestion, QueueFullError

MAX_STORE_SECONDS = 10  # for which questions wait for the store of a new generation; then the old one answers
MAX_WAIT = 10  # seconds before a question that is not known to be long finds a worker
_START_SECONDS = 300  # to import libraries and to open a graph: seconds, even of a large one on a busy machine
_RETRY_SECONDS = 0.5  # before a worker is started again that could not be
_MAX_FAILURES = 5  # workers in a row that end before they begin


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """What a pool's workers may do."""

    workers: int = 2  # long tasks that run at once
    express: int = 0  # more workers, which only tasks of a moment have
    queue: int = 64  # tasks that wait while all workers are busy
    seconds: int = 30  # for one task
    memory: int = 2 << 30  # bytes that a worker may take for its tasks
    answer: int = 200_000_000  # bytes of one answer


@dataclass(frozen=True, slots=True)
class WorkerAnswer:
    """What a worker answered, whole."""

    status: int
    media: str
    body: BinaryIO  # at its start; whoever has the answer closes it
    size: int
    mark: str = ""  # the generation of the graph that it is of
    headers: Mapping[str, str] = field(default_factory=dict)


class FailedError(Exception):
    """The task was ended; `status` is the HTTP status that says so."""

    def __init__(self, status: int, what: str) -> None:
        super().__init__(what)
        self.status = status


class WorkerError(KgraphError):
    """Workers do not start."""


class Pool:
    """Workers that answer tasks about the graph in a folder; `lane` is what they are warmed for (`tasks.WARM`).

    Before a worker opens another generation, `prepare` is waited for. With a `server`, that is asked in place of the
    graph.
    """

    def __init__(
        self,
        lane: str,
        graph: Path,
        limits: WorkerLimits,
        prepare: Callable[[], Awaitable[object]] | None = None,
        server: ServerAddress | None = None,
    ) -> None:
        self.limits = limits
        self._lane = lane
        self._folder = graph
        self._prepare = prepare
        self._server = server
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._turns = QuestionQueue(limits.workers, limits.queue)
        self._starting: set[asyncio.Task[None]] = set()
        self._ending: set[asyncio.Task[int]] = set()
        self._failures = 0
        self._why = ""
        self._stopped = False

    async def start(self) -> None:
        """Start all workers, and wait for the first. Raises `WorkerError` where they end at once."""
        self._start_missing()
        while self._starting and not self._workers:
            await asyncio.wait(self._starting, return_when=asyncio.FIRST_COMPLETED)
        if not self._workers:
            raise WorkerError(f"the workers do not start: {self._why}")

    async def stop(self) -> None:
        """End all workers, whatever they do: clients that wait for an answer are informed."""
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
            await asyncio.wait(self._ending)  # which goes on, should the client that waits be asked to wait no longer

    async def ask(
        self, task: str, values: Mapping[str, Any], client: str = "", seconds: int | None = None
    ) -> WorkerAnswer:
        """The answer to a task of a client. A caller who is cancelled ends the task.

        Raises `QueueFullError` where too many wait, `FailedError` where the task was ended or ended its worker.
        """
        turn = self._join(client, hashlib.sha256(json.dumps([task, values], sort_keys=True).encode()).hexdigest())
        try:
            while True:
                worker = await self._worker(turn)
                try:
                    return await self._answer(worker, turn, task, values, seconds or self.limits.seconds)
                except _OverrunError:
                    self._turns.rejoin(turn)
        finally:
            self._turns.leave(turn)
            self._serve()

    async def _answer(
        self, worker: _Worker, turn: QueuedQuestion, task: str, values: Mapping[str, Any], limit: int
    ) -> WorkerAnswer:
        try:
            body = tempfile.TemporaryFile()  # noqa: SIM115 - whoever has the answer closes it
        except OSError as error:
            self._put(worker)
            raise FailedError(503, f"there is no place for an answer: {error.strerror}") from None
        try:
            if (
                not self._server and folder.generation_token(self._folder) != worker.mark
            ):  # opening another one is not the task's time
                if self._prepare:
                    await self._prepare()
                await self._finish_task(worker, body, "refresh", {}, _START_SECONDS)
            reply = await self._finish_task(worker, body, task, values, limit, turn)
        except BaseException as error:
            body.close()
            self._replace(worker)
            match error:
                case TimeoutError():
                    raise FailedError(503, f"it took longer than {limit} s, and was ended") from None
                case OSError():
                    raise FailedError(503, f"there is no place for an answer: {error.strerror}") from None
                case _WorkerEndedError():
                    raise FailedError(*self._cause(await worker.wait(), worker.said)) from None
            raise
        if reply.get("last"):
            self._replace(worker)
        else:
            self._put(worker)
        if traceback := reply.get("traceback"):
            print(traceback, file=sys.stderr)
        body.seek(0)
        size = os.fstat(body.fileno()).st_size
        return WorkerAnswer(
            reply["status"], reply["media"], body, size, reply.get("mark", ""), reply.get("headers", {})
        )

    async def _finish_task(
        self,
        worker: _Worker,
        body: BinaryIO,
        task: str,
        values: Mapping[str, Any],
        seconds: int,
        turn: QueuedQuestion | None = None,
    ) -> dict[str, Any]:
        """What a worker says of a task when it is done; the file then holds the answer in the place of the task.

        Raises `_OverrunError` where the moment of its turn is over, and others are to have the worker.
        """
        body.seek(0)
        body.truncate()
        body.write(json.dumps({"task": task, **values}).encode())
        body.flush()
        asking = asyncio.ensure_future(worker.answer(body.fileno(), seconds, self.limits.answer))
        try:
            if turn and task != "refresh":
                done, _ = await asyncio.wait({asking}, timeout=MOMENT)
                if not done and not self._turns.overruns(turn):
                    raise _OverrunError
            return await asking
        finally:
            asking.cancel()

    async def refresh(self) -> None:
        """Let workers that have nothing to do open the current generation, one after the other."""
        for _ in range(len(self._idle)):
            if self._idle:
                # The one that has waited longest; it comes back as the one that waits shortest.
                self._idle.append(self._idle.pop(0))
                with contextlib.suppress(FailedError, QueueFullError):
                    (await self.ask("refresh", {})).body.close()

    # --- who is free ---

    def _join(self, client: str, subject: str) -> QueuedQuestion:
        if self._stopped:
            raise QueueFullError
        if not self._starting:
            self._failures = 0
        self._start_missing()
        turn, leaving = self._turns.join(client, subject, len(self._idle))
        if leaving and not leaving.waiter.done():
            leaving.waiter.set_exception(QueueFullError())
        return turn

    async def _worker(self, turn: QueuedQuestion) -> _Worker:
        """A worker for a question, when it is its turn."""
        waiter: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        turn.waiter = waiter
        self._serve()
        try:
            async with asyncio.timeout(self.limits.seconds if turn.is_long else min(MAX_WAIT, self.limits.seconds)):
                return await waiter
        except BaseException as error:
            if waiter.done() and not waiter.cancelled() and not waiter.exception():
                self._put(waiter.result())
            if isinstance(error, TimeoutError):
                raise QueueFullError from None
            raise

    def _serve(self) -> None:
        """Give workers that are free to those whose turn it is."""
        while self._idle and (turn := self._turns.next()):
            if turn.waiter.done():  # it has gone away
                self._turns.leave(turn)
            else:
                turn.waiter.set_result(self._idle.pop())

    def _put(self, worker: _Worker) -> None:
        self._idle.append(worker)
        self._serve()

    def _replace(self, worker: _Worker) -> None:
        self._drop(worker)
        self._failures = 0
        self._start_missing()

    def _drop(self, worker: _Worker) -> None:
        """End a worker; it takes the operating system a while to take back a few gigabytes."""
        worker.kill()
        self._workers.discard(worker)
        task = asyncio.get_running_loop().create_task(worker.wait())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    def _start_missing(self) -> None:
        wanted = self.limits.workers + self.limits.express
        while not self._stopped and len(self._workers) + len(self._starting) < wanted:
            task = asyncio.get_running_loop().create_task(self._start_one())
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _start_one(self) -> None:
        while self._failures < _MAX_FAILURES:
            try:
                worker = _Worker(self._lane, self._folder, self.limits.memory, self._server)
            except StartError as error:  # no handles, no processes, no memory: it may pass
                self._failures += 1
                self._why = str(error)
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            try:
                await worker.ready()
            except (TimeoutError, _WorkerEndedError):
                self._failures += 1
                self._drop(worker)
                await worker.wait()
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
        """Inform all clients that wait that there will be no answer."""
        for turn in self._turns.waiting():
            if not turn.waiter.done():
                turn.waiter.set_exception(FailedError(503, why))
            self._turns.leave(turn)

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


class _OverrunError(Exception):
    """The task has had its moment, and starts again when it is its turn."""


class _WorkerEndedError(Exception):
    """The worker's process ended."""


class _Worker:
    """One process, and the socket to it."""

    def __init__(self, lane: str, graph: Path, memory: int, server: ServerAddress | None) -> None:
        self._process = Process(main, lane, str(graph), memory, server)
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
            raise _WorkerEndedError from None
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
                raise _WorkerEndedError
            self._read += data
        line, _, self._read = self._read.partition(b"\n")
        return line

    def kill(self) -> None:
        """Have it end: who waits for its answer hears of that."""
        self._process.kill()

    async def wait(self) -> int:
        """Wait until it has ended; returns how."""
        code = await asyncio.to_thread(self._process.wait)
        self._channel.close()
        return code or 0

    @property
    def said(self) -> str:
        """The last that it wrote on standard error, once it has ended."""
        return self._process.said
