"""The files of a repository read: facts, words and macros of each, from the cache where they are known.

Comes in: a scanned repository, a cache, workers. Goes out: what `extract.pool` makes of each file. Here too is how a
stage tells how far it is, for reading is what takes long enough to be watched.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain
from typing import Any, Protocol, TypeVar

from kgraph.extract import listed, pool
from kgraph.languages import C_FAMILY
from kgraph.model import Extracted, FileFacts, Skipped, SourceFile
from kgraph.scan import Scan
from kgraph.store.cache import Cache

log = logging.getLogger(__name__)

Decoded = TypeVar("Decoded")


class Ticker(Protocol):
    """Hears how far a stage is."""

    def advance(self, n: int = 1) -> object: ...


class Progress(Protocol):
    """Hears of stages: `with progress.stage("extract", 8231) as ticker: ticker.advance()`."""

    def stage(self, name: str, total: int | None) -> AbstractContextManager[Ticker]: ...


class Quiet:
    """Progress that nobody hears of."""

    def stage(self, name: str, total: int | None) -> AbstractContextManager[Ticker]:  # noqa: ARG002
        return nullcontext(self)

    def advance(self, n: int = 1) -> None:
        pass


class Reader:
    """Reads what the cache does not have."""

    def __init__(
        self, found: Scan, cache: Cache, workers: pool.Workers, *, force: bool, keep: Collection[str] = ()
    ) -> None:
        self._found = found
        self._cache = cache
        self._workers = workers
        self._force = force
        self._used: set[str] = set(keep)

    def macros(self, progress: Progress) -> frozenset[str]:
        """The repository's attribute macros: the C family is read with them as white space."""
        from kgraph.extract.cpp.macros import attribute_macros

        sources = [f for f in self._found.files if _is_parsed(f) and _may_define_macros(f)]
        jobs = [self._job(f, pool.macros_key(f.blob), what="macros") for f in sources]
        found = self._run(jobs, frozenset(), "macros", pool.decode_macros, progress)
        return attribute_macros(define for key in sorted(found) for define in found[key])

    def facts(self, macros: frozenset[str], progress: Progress, *, uses: bool) -> list[Extracted]:
        digest = pool.macros_digest(macros)
        keys: list[str] = []
        jobs: list[pool.Job] = []
        for file in self._found.files:
            key = ""
            if _is_readable(file):
                known = digest if file.language in C_FAMILY else ""
                key = pool.facts_key(file.blob, file.language, _is_parsed(file), known, uses)
                jobs.append(self._job(file, key, uses=uses))
            keys.append(key)
        found = self._run(jobs, macros, "extract", pool.decode_facts, progress)
        self._cache.prune(self._used)
        return [found[key] if key else _unread(file) for file, key in zip(self._found.files, keys, strict=True)]

    def words(self, progress: Progress) -> list[bytes]:
        """The words of each file, encoded; b"" where there are none."""
        files = [file if _is_readable(file) else None for file in self._found.files]
        jobs = [self._job(file, pool.words_key(file.blob), what="words") for file in files if file]
        found = self._run(jobs, frozenset(), "words", bytes, progress)
        return [found[pool.words_key(file.blob)] if file else b"" for file in files]

    def _job(self, file: SourceFile, key: str, **options: Any) -> pool.Job:
        return pool.Job(key, self._found.place(file), file.size, file.language, parse=_is_parsed(file), **options)

    def _run(
        self,
        jobs: Sequence[pool.Job],
        macros: frozenset[str],
        stage: str,
        decode: Callable[[bytes], Decoded],
        progress: Progress,
    ) -> dict[str, Decoded]:
        """The decoded results of jobs by their keys, from the cache or from the workers."""
        by_key = {job.key: job for job in jobs}  # files of equal content are read once
        self._used |= by_key.keys()
        cached = {} if self._force else self._cache.get(by_key)
        wanted = [job for key, job in by_key.items() if key not in cached]
        self._found.fetch(job.path for job in wanted)
        results = self._workers.read(wanted, pool.Task(macros))
        with progress.stage(stage, len(by_key)) as ticker:
            decoded = _decoded(cached, decode)  # while the workers read the others
            ticker.advance(len(decoded))
            damaged = [by_key[key] for key in cached if key not in decoded]
            for job, data in chain(results, self._workers.read(damaged, pool.Task(macros)) if damaged else ()):
                decoded[job.key] = decode(data)
                if not pool.is_passing(data):
                    self._cache.put(job.key, data)
                ticker.advance()
        return decoded


def _decoded(cached: Mapping[str, bytes], decode: Callable[[bytes], Decoded]) -> dict[str, Decoded]:
    """What can be decoded; what cannot is read again."""
    decoded: dict[str, Decoded] = {}
    for key, data in cached.items():
        try:
            decoded[key] = decode(data)
        except Exception as error:  # noqa: BLE001 - whatever it is that stands there
            log.info("%s: not to be decoded: %s", key, error)
    return decoded


def _is_readable(file: SourceFile) -> bool:
    return file.form == "file" and not file.unparsed.startswith("unreadable")


# Headers that are made by the build stand in the repository as templates, and export macros like to be made.
_TEMPLATES = (".h.in", ".in.h", ".hpp.in", ".h.cmake", ".h.cmake.in", ".inc")


def _may_define_macros(file: SourceFile) -> bool:
    return file.language in C_FAMILY or file.path.endswith(_TEMPLATES)


def _is_parsed(file: SourceFile) -> bool:
    return file.form == "file" and not file.unparsed


def _unread(file: SourceFile) -> Extracted:
    if file.unparsed.startswith("unreadable"):
        return Skipped(file.unparsed)
    return FileFacts(0) if file.form != "file" else listed(b"")


# --- how a build tells of itself --------------------------------------------------------------------------------------


class Described:
    """Progress by which an error that ends a stage tells which one it was."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[Ticker]:
        with self._progress.stage(name, total) as ticker:
            try:
                yield ticker
            except BaseException as error:
                error.add_note(f"{STAGE}{name}")
                raise


STAGE = "in stage "


def describe(error: BaseException) -> str:
    """An error in half a sentence: in which stage it came up, and what it says."""
    notes = getattr(error, "__notes__", ())
    stage = next((f"{note}: " for note in notes if str(note).startswith(STAGE)), "")
    words = " ".join(str(error).split())[:300]
    return f"{stage}{type(error).__name__}{f': {words}' if words else ''}"


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """End a stage: since the end of the one before."""
        now = time.perf_counter()
        self._laps[name] = now - self._last
        self._last = now

    def moment(self, name: str) -> None:
        """Note a moment, since the start."""
        self._laps[name] = time.perf_counter() - self._start

    def total(self) -> dict[str, float]:
        laps = {**self._laps, "total": time.perf_counter() - self._start}
        return {name: round(seconds, 3) for name, seconds in laps.items()}
