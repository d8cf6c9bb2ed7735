"""Facts of many files, read by worker processes.

Input: files to read. Output: encoded facts, as each is done. Whatever a file does to its worker, it costs that file
alone: the operating system ends a worker that takes too long or too much memory, the other workers go on, and the file
that the worker had in hand is read once more by a process that has done nothing else, to be sure that it was the cause.
"""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any

from kgraph import processes
from kgraph.extract.dispatch import has_uses
from kgraph.extract.versions import WORDS_VERSION, readers
from kgraph.extract.work import (
    MEMORY_BYTES,
    Job,
    JobResult,
    Task,
    fail_job,
    has_less_memory,
    nothing,
    read_alone,
    read_chunk,
    read_chunk_at_once,
    start_worker,
)
from kgraph.model import READER_FAILED

_CHUNK_BYTES = 400_000
_CHUNK_FILES = 64
_WORTH_A_WORKER = 200_000  # bytes to read for which another process pays


# --- names in the cache ----------------------------------------------------------------------------------------------


def facts_key(blob: str, language: str, parse: bool, macros: str, uses: bool, manifest: str = "") -> str:
    """Names the facts of a content: all that they depend on. `macros` is the digest of the attribute macros."""
    lacks = "" if uses or not (parse and has_uses(language)) else "no uses:"
    return (
        f"{readers()}:{lacks}{f'{manifest}:' if manifest and parse else ''}{language if parse else '-'}:{macros}:{blob}"
    )


def macros_key(blob: str) -> str:
    """Names the macro definitions of a content."""
    return f"{readers()}:macros:{blob}"


def words_key(blob: str) -> str:
    """Names the words of a content; no parser has a part in them."""
    return f"words{WORDS_VERSION}:{blob}"


# --- in the parent ---------------------------------------------------------------------------------------------------
_Function = Callable[[Sequence[Job], Task], Any]


class ExtractionWorkers:
    """Worker processes that read files, started when there is work and ended with the context.

    `executor` may be any `concurrent.futures.Executor` to use instead; then only a file that it fails with is read by a
    process of this machine. Local processes alone are held to a task's seconds and to `memory` bytes.
    """

    def __init__(self, count: int, executor: Executor | None = None, memory: int = MEMORY_BYTES) -> None:
        self._count = count
        self._executor = executor
        self._memory = memory
        self._local: processes.Executor | None = None

    def __enter__(self) -> ExtractionWorkers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._local:
            self._local.shutdown()

    def read(self, jobs: Sequence[Job], task: Task) -> Iterator[tuple[Job, JobResult]]:
        """Each job with its outcome, in the order in which they are done; the work begins with the call.

        Raises `StartError` where no worker can be started.
        """
        handed = _Dispatched(task)
        submit: Callable[..., Future[Any]]
        function: _Function
        if self._executor:
            submit, function = self._executor.submit, read_chunk_at_once
        elif jobs:
            count = min(self._count, 1 + sum(job.size for job in jobs) // _WORTH_A_WORKER)
            submit, function = self._local_executor(count).submit, read_chunk
        for chunk in _chunks(jobs):
            handed.over(submit, function, chunk)
        return self._outcomes(handed, task)

    def _outcomes(self, handed: _Dispatched, task: Task) -> Iterator[tuple[Job, JobResult]]:
        while handed.out:
            function, jobs, results, error = handed.back()
            if isinstance(error, processes.StartError):
                raise error
            if function is read_alone:
                yield jobs[0], _outcome_alone(jobs[0], results, error, task, self._memory)
                continue
            yield from ((job, outcome) for job, outcome in zip(jobs, results, strict=False) if outcome)
            suspects = [job for job, outcome in zip(jobs, results, strict=False) if outcome is None]
            rest = jobs[len(results) :]
            if not (suspects or rest):
                continue
            here = self._local_executor(self._count if rest and self._executor else 1)
            if isinstance(error, processes.ProcessDiedError) and rest:
                suspects.append(rest.pop(0))  # which the worker had in hand
            elif function is read_chunk:
                suspects += rest
                rest = []
            if rest:
                handed.over(here.submit_first, read_chunk, rest)
            for job in suspects:
                handed.over(here.submit_fresh, read_alone, [job])

    def _local_executor(self, count: int) -> processes.Executor:
        """Processes of this machine: at least so many, if they can be started."""
        if self._local is None:
            self._local = processes.Executor(count, start_worker, (self._memory,))
        self._local.count = max(self._local.count, count)
        return self._local


class _Dispatched:
    """Jobs that are handed out, and wait to come back."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._back: SimpleQueue[tuple[_Function, list[Job], Future[Any]]] = SimpleQueue()
        self.out = 0

    def over(self, submit: Callable[..., Future[Any]], function: _Function, jobs: list[Job]) -> None:
        """Have a function of this module do jobs."""
        try:
            future = submit(function, jobs, self._task)
        except RuntimeError as error:  # broken while we still hand out work: what is done counts
            future = Future()
            future.set_exception(error)
        self.out += 1
        future.add_done_callback(lambda future: self._back.put((function, jobs, future)))

    def back(self) -> tuple[_Function, list[Job], list[Any], Exception | None]:
        """What was done next, what came of it, and what went wrong."""
        function, jobs, future = self._back.get()
        self.out -= 1
        try:
            return function, jobs, future.result(), None
        except Exception as error:  # noqa: BLE001 - whatever broke the executor, the caller reads these files again
            return function, jobs, getattr(error, "items", []), error


def _chunks(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Jobs in chunks of about equal work; the largest files first, so that none is left to the end."""
    chunk: list[Job] = []
    total = 0
    for job in sorted(jobs, key=lambda job: (-job.size, job.key)):
        chunk.append(job)
        total += job.size
        if total >= _CHUNK_BYTES or len(chunk) >= _CHUNK_FILES:
            yield chunk
            chunk, total = [], 0
    if chunk:
        yield chunk


def _outcome_alone(job: Job, results: list[Any], error: Exception | None, task: Task, memory: int) -> JobResult:
    """What came of a job that a process did by itself, or why it ended that process."""
    if results and isinstance(results[-1], JobResult):
        return results[-1]
    if not isinstance(error, processes.ProcessDiedError):
        return nothing(job, f"{READER_FAILED}{error}"[:300])
    why, is_own = cause_of_death(error.code, task.seconds)
    # A process that could not do anything before proves nothing, nor does one that has not all that it needs.
    if is_own and len(results) > 1 and not has_less_memory(memory):
        return fail_job(job, why, results[1])
    return nothing(job, why)


_CRASHES = (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGTRAP)


def cause_of_death(code: int, seconds: float) -> tuple[str, bool]:
    """Why a worker died, from how it ended, and whether what it did is the cause; otherwise it was somebody else."""
    match -code:
        case signal.SIGPROF:
            return f"took longer than {seconds:g} s of processor time", True
        case signal.SIGALRM:
            return f"took longer than {10 * seconds:g} s", False
        case number if number in _CRASHES:
            return f"the parser crashed ({signal.Signals(number).name})", True
        case number if number > 0:
            return f"its process was ended ({signal.Signals(number).name})", False
    return f"its process ended (exit code {code})", False


def macros_digest(macros: frozenset[str]) -> str:
    """A short name for a set of macros."""
    return hashlib.sha256("\0".join(sorted(macros)).encode("utf-8", "surrogatepass")).hexdigest()[:12]
