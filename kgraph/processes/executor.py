"""Some processes that call functions for us, as an executor of the standard library's kind.

Each process is served by a thread of its own, which starts it, hands it one call after the other, and makes another one
where it dies. So a call that kills its process costs nothing but that process: the others go on.

(The pools of `concurrent.futures`, `multiprocessing` and loky end all of their processes when one dies, need semaphores
and a process that watches these, and start processes that look for modules in the current folder.)
"""

from __future__ import annotations

import contextlib
import inspect
import logging
import pickle
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from kgraph.processes.start import Process, StartError

log = logging.getLogger(__name__)

_START_SECONDS = 120.0  # for Python to come up and for the initializer: one, on a machine that is not in distress

_HEARD_SECONDS = 0.2  # until Ctrl-C is heard, at most

_END_SECONDS = 5.0  # for a process to end that has closed its connection


def as_completed(waiting: Iterable[futures.Future[Any]]) -> Iterator[futures.Future[Any]]:
    """Futures in the order in which they are done, as `concurrent.futures.as_completed`; but Ctrl-C is heard meanwhile:
    with polars imported, it wakes no thread that waits for ever."""
    left = set(waiting)
    while left:
        done, left = futures.wait(left, _HEARD_SECONDS, futures.FIRST_COMPLETED)
        yield from done


class ProcessDiedError(Exception):
    """The process died before a call was done.

    `code` is how, as `subprocess.Popen.returncode` tells it; `items` are what the call had yielded, if it was one of a
    generator.
    """

    def __init__(self, code: int, items: list[Any]) -> None:
        super().__init__(f"the process ended with code {code}")
        self.code = code
        self.items = items


@dataclass(slots=True)
class _Call:
    future: futures.Future[Any]
    message: memoryview  # pickled
    fresh: bool
    begun: bool = False


class Executor(futures.Executor):
    """Calls functions of modules in `count` processes at most, each of which begins with `start(*arguments)`.

    The result of a generator function is the list of what it yields. A future's exception is `ProcessDiedError` if the
    process died, and `StartError` where none could be started. Where some can be started the work goes on with these;
    `lacks` then says why there are not more. The end of the context ends the processes, at once.
    """

    def __init__(self, count: int, start: Callable[..., object] | None = None, arguments: tuple[Any, ...] = ()) -> None:
        self.count = count
        self.lacks: StartError | None = None
        self._begin = (start, arguments)
        self._calls: deque[_Call] = deque()
        self._changed = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._serving = 0  # threads that have a process, or may still get one
        self._processes: set[Process] = set()
        self._stopped = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> futures.Future[Any]:
        return self._submit(_Call(futures.Future(), ForkingPickler.dumps((fn, args, kwargs)), fresh=False))

    def submit_first(self, fn: Callable[..., Any], /, *args: Any) -> futures.Future[Any]:
        """Call it before all that waits."""
        return self._submit(_Call(futures.Future(), ForkingPickler.dumps((fn, args, {})), fresh=False), first=True)

    def submit_fresh(self, fn: Callable[..., Any], /, *args: Any) -> futures.Future[Any]:
        """Call it before all that waits, in a process that has not done anything yet."""
        return self._submit(_Call(futures.Future(), ForkingPickler.dumps((fn, args, {})), fresh=True), first=True)

    def _submit(self, call: _Call, *, first: bool = False) -> futures.Future[Any]:
        with self._changed:
            if self._stopped:
                raise RuntimeError("cannot schedule new futures after shutdown")
            if first:
                self._calls.appendleft(call)
            else:
                self._calls.append(call)
            if self._idle < len(self._calls) and self._serving < self.count and (not self.lacks or not self._serving):
                self._serve_more()
            self._changed.notify()
        return call.future

    def _serve_more(self) -> None:
        thread = threading.Thread(target=self._serve, daemon=True, name="kgraph worker")
        try:
            thread.start()
        except RuntimeError as error:  # no more threads
            self._lack(StartError.of(OSError(11, str(error))))
        else:
            self._serving += 1
            self._threads.append(thread)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """End the processes, whatever they do. What is not done is cancelled."""
        with self._changed:
            self._stopped = True
            waiting, self._calls = list(self._calls), deque()
            for process in self._processes:
                process.kill()
            self._changed.notify_all()
        for call in waiting:
            call.future.cancel()
        if wait:
            for thread in self._threads:
                thread.join()

    # --- in a process's thread ---

    def _serve(self) -> None:
        process: Process | None = None
        used = False
        try:
            while call := self._next():
                if process and call.fresh and used:
                    self._end(process)
                    process = None
                if process is None:
                    try:
                        process = self._start()
                    except Exception as error:  # noqa: BLE001 - whoever waits must be informed
                        self._give_back(call, error)
                        return
                used = True
                if not self._run(call, process):
                    process = None
                    used = False
        finally:
            if process:
                self._end(process)

    def _next(self) -> _Call | None:
        with self._changed:
            self._idle += 1
            try:
                self._changed.wait_for(lambda: self._calls or self._stopped)
            finally:
                self._idle -= 1
            if self._stopped:
                return None
            return self._calls.popleft()

    def _start(self) -> Process:
        """A process that has come up, and is ready."""
        process = Process(serve)
        with self._changed:
            self._processes.add(process)
            if self._stopped:
                process.kill()
        try:
            self._receive_in_time(process)
            process.connection.send(self._begin)
            self._receive_in_time(process)
        except (OSError, EOFError) as error:
            self._end(process)
            raise StartError(f"a process does not start: {_explain(process, error)}") from error
        except BaseException:
            self._end(process)
            raise
        return process

    def _receive_in_time(self, process: Process) -> None:
        if not process.connection.poll(_START_SECONDS):
            raise TimeoutError(f"it says nothing for {_START_SECONDS:g} s")
        kind, value = process.connection.recv()
        if kind == "error":
            raise OSError(str(value) or type(value).__name__)

    def _give_back(self, call: _Call, error: Exception) -> None:
        """This thread has no process: others do its work, if there are any."""
        if not isinstance(error, StartError):
            error = StartError(f"a process does not start: {type(error).__name__}: {error}")
        with self._changed:
            self._serving -= 1
            if self._stopped:
                call.future.cancel()
                return
            self._calls.appendleft(call)
            self._lack(error)
            self._changed.notify()

    def _lack(self, error: StartError) -> None:
        if self._serving:
            if not self.lacks:
                log.warning("the work goes on with fewer processes than asked for: %s", error.what)
            self.lacks = error
            return
        self.lacks = error
        waiting, self._calls = list(self._calls), deque()
        for call in waiting:
            if call.begun or call.future.set_running_or_notify_cancel():
                call.future.set_exception(error)

    def _run(self, call: _Call, process: Process) -> bool:
        """Have a call done; whether the process is still there."""
        if not call.begun and not call.future.set_running_or_notify_cancel():
            return True
        call.begun = True
        items: list[Any] = []
        try:
            process.connection.send_bytes(call.message)
            while True:
                kind, value = process.connection.recv()
                if kind != "item":
                    break
                items.append(value)
        except Exception:  # noqa: BLE001 - the process died, perhaps in the middle of a message
            process.wait(_END_SECONDS)
            call.future.set_exception(ProcessDiedError(self._end(process), items))
            return False
        if kind == "error":
            call.future.set_exception(value)
        else:
            call.future.set_result(items if kind == "items" else value)
        return True

    def _end(self, process: Process) -> int:
        with self._changed:
            self._processes.discard(process)
        return process.end()


def _explain(process: Process, error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return str(error)
    last = process.said.splitlines()[-1:]
    ended = f"it ended with code {process.code}"
    return ": ".join([str(error) or ended, *last])


# --- in the process ---


def serve(connection: Connection) -> None:
    """Do calls until nobody is left to ask."""
    with contextlib.suppress(EOFError, ConnectionError):
        connection.send(("here", None))
        start, arguments = connection.recv()
        try:
            if start:
                start(*arguments)
        except Exception as error:  # noqa: BLE001 - reported to the caller that wants the process
            connection.send(("error", f"{type(error).__name__}: {error}"))
            return
        connection.send(("ready", None))
        while True:
            _call(connection, *connection.recv())


def _call(
    connection: Connection, function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]
) -> None:
    for message in _messages(function, arguments, options):
        try:
            data = ForkingPickler.dumps(message)
        except Exception as error:  # noqa: BLE001 - what was returned cannot be sent
            data = ForkingPickler.dumps(("error", picklable(error)))
        connection.send_bytes(data)


def _messages(
    function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    try:
        value = function(*arguments, **options)
        if inspect.isgenerator(value):
            for item in value:
                yield "item", item
            yield "items", None
        else:
            yield "value", value
    except Exception as error:  # noqa: BLE001 - the caller's to handle
        yield "error", picklable(error)


def picklable(error: Exception) -> Exception:
    """An error that can be sent to another process: the same, or one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
