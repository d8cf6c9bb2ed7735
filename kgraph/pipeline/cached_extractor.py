"""Extraction with a cache: facts, identifiers and macros of each file, from the cache where they are known.

Input: a `Scan`, where facts are kept, workers. Output: what `extract.worker_pool` makes of each file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from kgraph.extract import encoded, work, worker_pool
from kgraph.extract.dispatch import listed
from kgraph.extract.manifests.names import manifest_of
from kgraph.languages import C_FAMILY
from kgraph.model import ExtractResult, FileFacts, Skipped, SourceFile
from kgraph.pipeline.resident import DecodedFacts
from kgraph.progress import Progress
from kgraph.scan import Scan

log = logging.getLogger(__name__)

Decoded = TypeVar("Decoded")


class FactsStore(Protocol):
    """Where facts are kept between builds."""

    def get(self, keys: Collection[str]) -> dict[str, bytes]: ...
    def put(self, key: str, data: bytes) -> None: ...
    def prune(self, used: Collection[str]) -> None: ...


class CachedExtractor:
    """Extracts what the cache does not have.

    A file may change between the scan and its extraction. What was extracted is cached under the id of the content that
    was read; `changed` names the files that were not as listed, so that they can be listed again.
    """

    def __init__(
        self,
        scan: Scan,
        cache: FactsStore,
        workers: worker_pool.ExtractionWorkers,
        *,
        force: bool,
        keep: Collection[str] = (),
        decoded: DecodedFacts | None = None,
    ) -> None:
        """`decoded` holds what an earlier build of this process decoded."""
        self.changed: dict[str, set[str]] = {}  # by path: the ids of what was read; "" where nothing could be
        self._names: dict[str, str] = {}  # of facts, by path
        self._passing: set[str] = set()  # files that may be read otherwise the next time
        self._scan = scan
        self._cache = cache
        self._workers = workers
        self._force = force
        self._decoded = decoded or DecodedFacts(0)
        self._used: set[str] = set(keep)

    def macros(self, progress: Progress) -> frozenset[str]:
        """The repository's attribute macros: the C family is read with them as white space."""
        from kgraph.extract.cpp.macros import attribute_macros

        sources = [f for f in self._scan.files if _is_parsed(f) and _may_define_macros(f)]
        jobs = {f.path: self._job(f, what="macros") for f in sources}
        kind = _Kind("macros", lambda _, blob: worker_pool.macros_key(blob), encoded.decode_macros)
        defines = self._run(jobs, kind, progress)
        return attribute_macros(define for path in sorted(defines) for define in defines[path])

    def facts(
        self, macros: frozenset[str], progress: Progress, *, uses: bool, references: bool = False
    ) -> list[ExtractResult]:
        """What each file says, in the order of the files."""
        digest = worker_pool.macros_digest(macros)

        def key(job: work.Job, blob: str) -> str:
            macros = digest if job.language in C_FAMILY else ""
            named = worker_pool.facts_key(blob, job.language, job.parse, macros, uses, job.manifest)
            return f"references:{named}" if job.references and job.language in C_FAMILY else named

        kind = _Kind("extract", key, encoded.decode_facts)
        jobs = {f.path: self._job(f, uses=uses, references=references) for f in self._scan.files if f.is_readable}
        facts = self._run(jobs, kind, progress, macros)
        self._names = {path: key(job, job.blob) for path, job in jobs.items()}
        self._cache.prune(self._used)
        self._decoded.keep(self._used)
        return [facts[file.path] if file.path in jobs else _unread(file) for file in self._scan.files]

    def names(self) -> list[str]:
        """What names the facts of each file: equal names, equal facts; "" for no name."""
        nameless = self._passing | self.changed.keys()
        return [
            "" if file.path in nameless else self._names.get(file.path, f"unread:{file.form}:{file.unparsed}")
            for file in self._scan.files
        ]

    def words(self, progress: Progress) -> list[bytes]:
        """The words of each file, encoded; b"" where there are none."""
        jobs = {f.path: self._job(f, what="words") for f in self._scan.files if f.is_readable}
        kind = _Kind("words", lambda _, blob: worker_pool.words_key(blob), encoded.check)
        words = self._run(jobs, kind, progress)
        return [words.get(file.path, b"") for file in self._scan.files]

    def settled(self, facts: Sequence[ExtractResult], *, steady: bool) -> tuple[Scan, list[ExtractResult]]:
        """The files as they were read, and their facts.

        `steady`: that a file is not as listed is no change, but due to git, which lists what it would store of it, with
        other line ends for example. Of a file that does change all the time nothing can be told.
        """
        facts = list(facts)
        if not self.changed:
            return self._scan, facts
        files = list(self._scan.files)
        for number, file in enumerate(files):
            ids = self.changed.get(file.path, set())
            if steady and len(ids) == 1 and "" not in ids:
                files[number] = msgspec.structs.replace(file, blob=next(iter(ids)))
            elif ids and not (steady and ids == {""}):
                facts[number] = Skipped(work.CHANGED, passing=True)
        return replace(self._scan, files=tuple(files)), facts

    def _job(self, file: SourceFile, **options: Any) -> work.Job:
        path = self._scan.place(file)
        parse, manifest = _is_parsed(file), manifest_of(file.path)
        return work.Job("", path, file.size, file.language, parse=parse, manifest=manifest, blob=file.blob, **options)

    def _run(
        self,
        jobs: Mapping[str, work.Job],
        kind: _Kind[Decoded],
        progress: Progress,
        macros: frozenset[str] = frozenset(),
    ) -> dict[str, Decoded]:
        """The decoded results of jobs by the paths of their files, from the cache or from the workers."""
        waiting: dict[str, list[tuple[str, work.Job]]] = {}  # by key: files of equal content are read once
        for path, job in jobs.items():
            key = kind.key(job, job.blob)
            waiting.setdefault(key, []).append((path, replace(job, key=key)))
        self._used |= waiting.keys()
        resident: dict[str, Decoded] = {} if self._force else self._decoded.get(waiting)
        cached = {} if self._force else self._cache.get(waiting.keys() - resident.keys())
        decoded: dict[str, Decoded] = {path: value for key, value in resident.items() for path, _ in waiting[key]}
        unread = [key for key in waiting if key not in cached and key not in resident]
        results = self._read([waiting[key][0][1] for key in unread], macros)
        with progress.stage(kind.stage, len(waiting)) as ticker:
            unread = []
            ticker.advance(len(resident))
            for key, data in cached.items():  # while the workers read the others
                try:
                    value = kind.decode(data)
                except encoded.DecodeError as error:
                    log.info("%s: read again, since what is kept is damaged: %s", key, error)
                    unread.append(key)
                    continue
                decoded.update((path, value) for path, _ in waiting[key])
                self._decoded.put(key, value, len(data))
                ticker.advance()
            while True:
                for job, outcome in results:
                    value = kind.decode(outcome.data)
                    key = job.key if outcome.as_listed else kind.key(job, outcome.blob)
                    if outcome.lasting:
                        self._used.add(key)
                        self._cache.put(key, outcome.data)
                        self._decoded.put(key, value, len(outcome.data))
                    else:
                        self._passing.update(path for path, _ in waiting[job.key])
                    if outcome.as_listed:
                        decoded.update((path, value) for path, _ in waiting[key])
                    else:  # which says nothing of the others that were listed with the same content
                        (path, _), *others = waiting[job.key]
                        decoded[path] = value
                        self.changed.setdefault(path, set()).add(outcome.blob)
                        if others:
                            waiting[job.key] = others
                            unread.append(job.key)
                            continue
                    ticker.advance()
                if not unread:
                    return decoded
                results = self._read([waiting[key][0][1] for key in unread], macros)
                unread = []

    def _read(self, jobs: Sequence[work.Job], macros: frozenset[str]) -> Iterator[tuple[work.Job, work.JobResult]]:
        self._scan.fetch(job.path for job in jobs)
        return self._workers.read(jobs, work.Task(macros))


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Decoded]):
    """A kind of result: the stage that it is read in, what names it in the cache, and how it is decoded."""

    stage: str
    key: Callable[[work.Job, str], str]
    decode: Callable[[bytes], Decoded]


# Headers that are made by the build stand in the repository as templates, and export macros like to be made.
_TEMPLATES = (".h.in", ".in.h", ".hpp.in", ".h.cmake", ".h.cmake.in", ".inc")


def _may_define_macros(file: SourceFile) -> bool:
    return file.language in C_FAMILY or file.path.endswith(_TEMPLATES)


def _is_parsed(file: SourceFile) -> bool:
    return file.form == "file" and not file.unparsed


def _unread(file: SourceFile) -> ExtractResult:
    if file.form != "file":
        return FileFacts(0)
    return listed(b"") if file.is_readable else Skipped(file.unparsed)
