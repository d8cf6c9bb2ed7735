"""What a worker process does with a file.

Input: a job. Output: its outcome. What comes of a file is a fact of its content only where it follows from the content
that was read, which the outcome names. What the machine, its limits or another program did is reported, but not
lasting, and so not kept.
"""

from __future__ import annotations

import faulthandler
import gc
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kgraph import contents, limits
from kgraph.contents import FileContent
from kgraph.coverage import Aspect, aspects_of
from kgraph.extract.cpp.macros import harvest
from kgraph.extract.dispatch import decode, extract, make_listed_facts
from kgraph.extract.encoded import Result, encode
from kgraph.extract.identifiers import words
from kgraph.extract.text import is_binary
from kgraph.model import READER_FAILED, FileFacts, FileIdentifiers, Skipped
from kgraph.regular_file import CHANGED, FileChangedError, hash_name_of

CPU_SECONDS = 10.0  # for one file; the largest that people write take one
MEMORY_BYTES = 3 << 30  # address space of one worker, its libraries included
MAX_HELD = 16_000_000  # bytes of a file; of a larger one, which is not parsed, only lines are counted
_BYTES_PER_SECOND = 50e6  # that are read and hashed


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read; `what` is "facts", "macros" for its macro definitions alone, or "words" for its words."""

    key: str  # names the result in the cache
    path: str  # where the file can be opened; surrogate escapes stand for bytes that are no UTF-8
    size: int  # bytes
    language: str
    what: Literal["facts", "macros", "words"] = "facts"
    parse: bool = True
    uses: bool = True  # report what the file uses, too
    references: bool = False  # report what it mentions, too
    manifest: str = ""  # the format of a manifest or lock file
    blob: str = ""  # the content that it was listed with, by git's id; "" for whatever is there


class JobResult(NamedTuple):
    """What came of a job."""

    data: bytes  # the result, encoded
    blob: str = ""  # of the content that was read, by git's id; "" where none was
    lasting: bool = False  # whether it follows from that content; otherwise it may be different the next time
    as_listed: bool = True  # False where the file is not what it was listed as


def read_content(content: FileContent, job: Job, macros: frozenset[str]) -> Result:
    """What a job asks of a content."""
    data = decode(content.data, job.language)
    if job.what != "facts" and is_binary(data):
        return NOTHING[job.what]
    match job.what:
        case "macros":
            return harvest(data)
        case "words":
            is_code = Aspect.USES in aspects_of(job.language)
            return words(_strip_outputs(data, job.language), is_code=is_code)
    if not content.is_whole:
        return FileFacts(lines=0 if is_binary(content.data) else content.lines)
    if not job.parse:
        return make_listed_facts(data)
    return extract(
        data, job.language, macros, with_uses=job.uses, with_references=job.references, manifest=job.manifest
    )


def _strip_outputs(data: bytes, language: str) -> bytes:
    """What people wrote of a content: of a notebook, its cells without their outputs."""
    if language != "Jupyter Notebook":
        return data
    from kgraph.extract.notebook.reader import sources

    return sources(data)


# What comes of a job that could not be done, where that is no fact of its own.
NOTHING: dict[str, Result] = {"macros": (), "words": FileIdentifiers()}


@dataclass(frozen=True, slots=True)
class Task:
    """What workers do with each job, and how long they may."""

    macros: frozenset[str] = frozenset()
    seconds: float = CPU_SECONDS  # of processor time for one job
    read: Callable[[FileContent, Job, frozenset[str]], Result] = read_content


# --- a process that may be ended ------------------------------------------------------------------------------------


def start_worker(memory: int) -> None:
    """Make this process one that may be ended at any time: no trace, no core, no more than its memory."""
    global _is_worker, _has_less_memory
    gc.set_threshold(200_000)  # trees and facts have no cycles to find, and a parse makes millions of objects
    faulthandler.disable()  # a worker's death is reported as a fact, not as a trace on the terminal
    limits.no_core_dumps()
    _has_less_memory = has_less_memory(memory)
    if not _has_less_memory:
        limits.limit_address_space(memory)
    # The default action ends the process, even inside a C call that no Python signal handler could interrupt.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _is_worker = True


_is_worker = False  # whether this process may be ended, or is somebody's own
_has_less_memory = False


def has_less_memory(memory: int) -> bool:
    """Whether the system lets us, and the processes that we start, have less address space than that."""
    limit = limits.lower_limit(resource.RLIMIT_AS)
    return limit is not None and limit < memory


def allow(seconds: float) -> None:
    """End this worker if what it does now takes longer; 0 for no limit."""
    if _is_worker:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        signal.setitimer(signal.ITIMER_REAL, 10 * seconds)  # what waits takes no processor time


# --- jobs -----------------------------------------------------------------------------------------------------------


def read_chunk(jobs: Sequence[Job], task: Task) -> Iterator[JobResult | None]:
    """The outcome of each job; None where it did not find enough memory, which others may have taken."""
    for job in jobs:
        try:
            outcome = _read(job, task)
        except MemoryError:
            outcome = None
        allow(0)
        yield outcome


def read_chunk_at_once(jobs: Sequence[Job], task: Task) -> list[JobResult | None]:
    """The same for an executor of the user's own, which may know no generators."""
    return list(read_chunk(jobs, task))


def read_alone(jobs: Sequence[Job], task: Task) -> Iterator[str | JobResult]:
    """A job that has brought down a worker: first a proof that this one works, then the id of the content, if it comes
    that far, and then the outcome."""
    (job,) = jobs
    allow(task.seconds)
    if job.parse and job.what == "facts":
        extract(b"\n", job.language, with_uses=job.uses)
    yield ""
    try:
        content = _content(job)
        yield content.blob
        try:
            yield _outcome(content, job, task)
        except MemoryError:
            why = "needs too much memory"
            yield nothing(job, why, content) if _has_less_memory else fail_job(job, why, content.blob)
    except OSError as error:
        yield _unread(job, error)
    allow(0)


def _read(job: Job, task: Task) -> JobResult:
    try:
        content = _content(job)
    except OSError as error:
        return _unread(job, error)
    return _outcome(content, job, task)


def _content(job: Job) -> FileContent:
    allow(CPU_SECONDS + job.size / _BYTES_PER_SECOND)
    return contents.read(job.path, MAX_HELD, hash_name_of(job.blob), job.size)


def _outcome(content: FileContent, job: Job, task: Task) -> JobResult:
    allow(task.seconds)
    try:
        data = encode(task.read(content, job, task.macros))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - one file must not cost the others; the reason is kept
        why = f"{READER_FAILED}{type(error).__name__}: {error}"[:300]
        # What the machine lacks may be there the next time; a reader that fails does so again, until it is another one.
        return nothing(job, why, content, passing=isinstance(error, (OSError, ImportError)))
    return JobResult(data, content.blob, lasting=True, as_listed=content.blob == (job.blob or content.blob))


def fail_job(job: Job, why: str, blob: str) -> JobResult:
    """The outcome of a job that ends every process for what stands in its content."""
    return JobResult(
        encode(NOTHING.get(job.what, Skipped(why))), blob, lasting=True, as_listed=blob == (job.blob or blob)
    )


def nothing(job: Job, reason: str, content: FileContent | None = None, *, passing: bool = True) -> JobResult:
    """The outcome of a job that cannot be done now, which no cache keeps; `passing` as of `Skipped`."""
    result = NOTHING.get(job.what, Skipped(reason, lines=content.lines if content else 0, passing=passing))
    return JobResult(encode(result), content.blob if content else "")


def _unread(job: Job, error: OSError) -> JobResult:
    """The outcome of a job whose file cannot be read now."""
    reason = CHANGED if isinstance(error, FileChangedError) else f"cannot be opened: {error.strerror}"
    return nothing(job, reason)._replace(as_listed=False)
