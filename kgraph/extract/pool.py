"""Facts of many files, read by worker processes.

Comes in: files to read. Goes out: encoded facts, as each is done. Whatever a file does to its worker, it costs that
file alone: the operating system ends a worker that takes too long or too much memory, and the file that the worker
had in hand is then read once more by itself, to be sure that it was the cause.

Workers are loky's, not the standard library's: a loky worker starts from a clean process and does not import the
caller's `__main__` again, so that `kgraph.build` works at the top level of a script or a notebook, beside threads of
others.
"""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import hashlib
import os
import resource
import shutil
import signal
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import loky
import msgspec

from kgraph.extract import decoded, extract, has_uses, listed, readers
from kgraph.extract.cpp.macros import MacroDefine, harvest
from kgraph.extract.text import count_lines, is_binary
from kgraph.extract.words import words
from kgraph.model import Extracted, FileFacts, FileWords, Skipped

CPU_SECONDS = 10.0  # for one file; the largest that people write take one
MEMORY_BYTES = 3 << 30  # address space of one worker, its libraries included
WORDS_VERSION = 2  # counts up whenever `words` gives something else for the same content
_CHUNK_BYTES = 400_000
_CHUNK_FILES = 64
_WORTH_A_WORKER = 200_000  # bytes to read for which another process pays


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read; `what` is "facts", "macros" for its macro definitions alone, or "words" for its words."""

    key: str  # names the result in the cache
    path: str  # where the file can be opened; surrogate escapes stand for bytes that are no UTF-8
    size: int  # bytes
    language: str
    what: Literal["facts", "macros", "words"] = "facts"
    parse: bool = True
    uses: bool = True  # tell what the file uses, too


# --- encoding -------------------------------------------------------------------------------------------------------

Result = Extracted | tuple[MacroDefine, ...] | FileWords

_encoder = msgspec.msgpack.Encoder()
_facts_decoder: msgspec.msgpack.Decoder[Extracted] = msgspec.msgpack.Decoder(FileFacts | Skipped)
_macros_decoder = msgspec.msgpack.Decoder(tuple[MacroDefine, ...])
_words_decoder = msgspec.msgpack.Decoder(FileWords)


def encode(facts: Result) -> bytes:
    """Facts as bytes, compressed: they cross from worker to parent and rest in the cache in this form."""
    return zlib.compress(_encoder.encode(facts), 1)


def decode_facts(data: bytes) -> Extracted:
    """What `encode` was given."""
    return _facts_decoder.decode(zlib.decompress(data))


def decode_macros(data: bytes) -> tuple[MacroDefine, ...]:
    """What `encode` was given."""
    return _macros_decoder.decode(zlib.decompress(data))


def decode_words(data: bytes) -> FileWords:
    """What `encode` was given; no words for a file that could not be opened, or has none (b"")."""
    return FileWords() if not data or is_passing(data) else _words_decoder.decode(zlib.decompress(data))


def is_passing(data: bytes) -> bool:
    """Whether encoded facts tell of a failure that has nothing to do with the content, and must not be cached."""
    if len(data) > 1000:  # facts, not a reason
        return False
    facts = msgspec.msgpack.decode(zlib.decompress(data))
    return isinstance(facts, dict) and is_passing_reason(facts.get("reason", ""))


def is_passing_reason(reason: str) -> bool:
    """Whether a file was skipped for a reason that may be gone the next time."""
    return reason.startswith(("cannot be opened", "kgraph failed"))


def facts_key(blob: str, language: str, parse: bool, macros: str, uses: bool) -> str:
    """Names the facts of a content: all that they depend on. `macros` is the digest of the attribute macros."""
    lacks = "" if uses or not (parse and has_uses(language)) else "no uses:"
    return f"{readers()}:{lacks}{language if parse else '-'}:{macros}:{blob}"


def macros_key(blob: str) -> str:
    """Names the macro definitions of a content."""
    return f"{readers()}:macros:{blob}"


def words_key(blob: str) -> str:
    """Names the words of a content; no parser has a part in them."""
    return f"words{WORDS_VERSION}:{blob}"


# --- in the worker --------------------------------------------------------------------------------------------------


def start_worker(marks: str, memory: int) -> None:
    """Make this process one that may be ended at any time: no trace, no core, no more than its memory."""
    global _marks
    gc.set_threshold(200_000)  # trees and facts have no cycles to find, and a parse makes millions of objects
    faulthandler.disable()  # a worker's death is told as a fact, not as a trace on the terminal
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # a lower limit of the system's own stands
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The default action ends the process, even inside a C call that no Python signal handler could interrupt.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _marks = os.open(os.path.join(marks, str(os.getpid())), os.O_CREAT | os.O_WRONLY)  # noqa: PTH118


_marks = -1  # where this worker notes the file that it has in hand


def take_in_hand(number: int, index: int, seconds: float) -> None:
    """Note what this worker does now, and how long it may: it is ended if it takes longer."""
    if _marks >= 0:
        os.pwrite(_marks, struct.pack("<qq", number, index), 0)
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, 10 * seconds)  # what waits takes no processor time


def let_go() -> None:
    """Note that this worker has nothing in hand."""
    if _marks >= 0:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        os.pwrite(_marks, struct.pack("<qq", -1, -1), 0)


def _read_chunk(number: int, jobs: Sequence[Job], task: Task) -> list[bytes]:
    results = []
    for index, job in enumerate(jobs):
        take_in_hand(number, index, task.seconds)
        try:
            results.append(encode(task.read(job, task.macros)))
        except MemoryError:
            results.append(encode(Skipped("needs too much memory")))
    let_go()
    return results


def read_job(job: Job, macros: frozenset[str]) -> Result:
    try:
        content = _content(job.path)
    except OSError as error:
        return () if job.what == "macros" else Skipped(f"cannot be opened: {error.strerror}")
    content = decoded(content, job.language)
    if job.what != "facts" and is_binary(content):
        return _NOTHING[job.what]
    match job.what:
        case "macros":
            return harvest(content)
        case "words":
            return words(content)
    if not job.parse:
        return listed(content)
    try:
        return extract(content, job.language, macros, with_uses=job.uses)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one file must not cost the others; the reason is kept
        return Skipped(f"kgraph failed: {type(error).__name__}: {error}"[:300], lines=count_lines(content))


# What comes of a job that could not be done, where that is no fact of its own.
_NOTHING: dict[str, Result] = {"macros": (), "words": FileWords()}


@dataclass(frozen=True, slots=True)
class Task:
    """What workers do with each job, and how long they may."""

    macros: frozenset[str] = frozenset()
    seconds: float = CPU_SECONDS  # of processor time for one job
    read: Callable[[Job, frozenset[str]], Result] = read_job


def _content(path: str) -> bytes:
    # Not blocking: a file that has become a FIFO since the scan must not hold the worker.
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(file, "rb") as stream:
        return stream.read()


# --- in the parent --------------------------------------------------------------------------------------------------


class Workers:
    """Worker processes that read files, started when there is work and ended with the context.

    `executor` may be any `concurrent.futures.Executor` to use instead; then only a file that it fails with is read by a
    process of this machine. Local processes alone are held to a task's seconds and to `memory` bytes.
    """

    def __init__(self, count: int, executor: Executor | None = None, memory: int = MEMORY_BYTES) -> None:
        self._count = count
        self._executor = executor
        self._memory = memory
        self._local: Local | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        if self._local:
            self._local.end()

    def read(self, jobs: Sequence[Job], task: Task) -> Iterator[tuple[Job, bytes]]:
        """Each job with its encoded result, in the order in which they are done; the work begins with the call."""
        pending = dict(enumerate(_chunks(jobs)))
        if not pending:
            return iter(())
        if self._executor is None:
            count = min(self._count, 1 + sum(job.size for job in jobs) // _WORTH_A_WORKER)
            if self._local is None or self._local.count < count:
                self._start(count)
        return self._results(_submit(self._executor or self._here().executor, pending, task), pending, task)

    def _results(self, futures: _Futures, pending: dict[int, list[Job]], task: Task) -> Iterator[tuple[Job, bytes]]:
        yield from _collect(futures, pending)
        while self._executor is None and any(pending.values()):  # a worker died, and took the pool with it
            suspects = self._here().in_hand()
            self._start(self._here().count)
            if not suspects:  # nor could another pool do better
                break
            for number, index in suspects:
                if number in pending:
                    job = pending[number].pop(index)
                    yield job, _alone(job, task, self._memory)
            yield from _collect(_submit(self._here().executor, pending, task), pending)
        for chunk in pending.values():
            for job in chunk:
                yield job, _alone(job, task, self._memory)

    def _here(self) -> Local:
        assert self._local is not None  # noqa: S101 - `read` has started it
        return self._local

    def _start(self, count: int) -> None:
        if self._local:
            self._local.end()
        self._local = Local(count, self._memory)


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


_Futures = dict[Future[list[bytes]], int]  # each with the number of its chunk


def _submit(executor: Executor, pending: Mapping[int, list[Job]], task: Task) -> _Futures:
    futures: _Futures = {}
    with contextlib.suppress(RuntimeError):  # broken while we still hand out work: what is done counts
        for number, chunk in pending.items():
            futures[executor.submit(_read_chunk, number, chunk, task)] = number
    return futures


def _collect(futures: _Futures, pending: dict[int, list[Job]]) -> Iterator[tuple[Job, bytes]]:
    """Results of the chunks that come back; those that do not stay in `pending`."""
    for future in as_completed(futures):
        try:
            results = future.result()
        except Exception:  # noqa: BLE001, S112 - whatever broke the executor, the caller reads these files again
            continue
        yield from zip(pending.pop(futures[future]), results, strict=True)


def _alone(job: Job, task: Task, memory: int) -> bytes:
    """The result of one job in a process of its own, or why there is none."""
    local = Local(1, memory)
    try:
        results: list[bytes] = local.executor.submit(_read_chunk, 0, [job], task).result()
        return results[0]
    except Exception as error:  # noqa: BLE001 - the pool tells the death of its worker as it likes
        if job.what in _NOTHING:
            return encode(_NOTHING[job.what])
        return encode(Skipped(cause_of_death(str(error), task.seconds)))
    finally:
        local.end()


def cause_of_death(message: str, seconds: float) -> str:
    """Why a worker died, from the exit codes in loky's message."""
    if "SIGPROF" in message:
        return f"took longer than {seconds:g} s of processor time"
    if "SIGALRM" in message:
        return f"took longer than {10 * seconds:g} s"
    for name in ("SIGSEGV", "SIGABRT", "SIGKILL", "SIGBUS", "SIGILL", "SIGFPE"):
        if name in message:
            return f"the parser crashed ({name})"
    return "the parser crashed"


class Local:
    """Worker processes of this machine, and a folder in which each notes the file that it has in hand."""

    def __init__(
        self, count: int, memory: int, start: Callable[..., None] = start_worker, arguments: tuple[Any, ...] = ()
    ) -> None:
        """Each begins with `start(folder, memory, *arguments)`, which calls `start_worker` first."""
        self.count = count
        self._folder = Path(tempfile.mkdtemp(prefix="kgraph-"))
        self.executor = loky.ProcessPoolExecutor(
            count, timeout=None, initializer=start, initargs=(str(self._folder), memory, *arguments)
        )

    def end(self) -> None:
        """End the processes, at once."""
        self.executor.shutdown(wait=True, kill_workers=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def in_hand(self) -> list[tuple[int, int]]:
        """Chunk and index of the files that workers were reading when they ended."""
        marks = [struct.unpack("<qq", mark.read_bytes()) for mark in self._folder.iterdir() if mark.stat().st_size]
        return sorted((number, index) for number, index in marks if number >= 0)


def macros_digest(macros: frozenset[str]) -> str:
    """A short name for a set of macros."""
    return hashlib.sha256("\0".join(sorted(macros)).encode("utf-8", "surrogatepass")).hexdigest()[:12]
