"""Extraction with a cache: facts, identifiers and macros of each file, from the cache where they are known.

Input: a `Scan`, where facts are kept, workers. Output: what `extract.worker_pool` makes of each file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from kgraph.extract import encoded, work, worker_pool
from kgraph.extract.dispatch import make_listed_facts
from kgraph.extract.manifests.names import manifest_of
from kgraph.languages import C_FAMILY
from kgraph.model import ExtractResult, FileFacts, Skipped, SourceFile
from kgraph.pipeline.resident import DecodedFacts
from kgraph.progress import Progress
from kgraph.regular_file import CHANGED
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
        self._files = {file.path: file for file in scan.files}
        self._cache = cache
        self._workers = workers
        self._force = force
        self._decoded = decoded or DecodedFacts(0)
        self._used: set[str] = set(keep)

    def macros(self, progress: Progress) -> frozenset[str]:
        """The repository's attribute macros: the C family is read with them as white space."""
        from kgraph.extract.cpp.macros import attribute_macros

        sources = [f for f in self._scan.files if _is_parsed(f) and _may_define_macros(f)]
        kind = _Kind(
            "macros",
            lambda _, blob: worker_pool.macros_key(blob),
            {"what": "macros"},
            lambda data, _: encoded.decode_macros(data),
        )
        defines = self._run(self._keys(kind, sources), kind, progress)
        return attribute_macros(define for path in sorted(defines) for define in defines[path])

    def facts(
        self, macros: frozenset[str], progress: Progress, *, uses: bool, references: bool = False
    ) -> list[ExtractResult]:
        """What each file says, in the order of the files."""
        digest = worker_pool.macros_digest(macros)

        def key(file: SourceFile, blob: str) -> str:
            language, manifest = file.language, manifest_of(file.path)
            is_c_family = language in C_FAMILY
            named = worker_pool.facts_key(
                blob, language, _is_parsed(file), digest if is_c_family else "", uses, manifest
            )
            return f"references:{named}" if references and is_c_family else named

        kind = _Kind("extract", key, {"uses": uses, "references": references}, _decode_facts)
        self._names = self._keys(kind, self._readable, (digest, uses, references))
        facts = self._run(self._names, kind, progress, macros)
        self._cache.prune(self._used)
        self._decoded.keep(self._used)
        return [facts[file.path] if file.is_readable else _unread(file) for file in self._scan.files]

    def names(self) -> list[str]:
        """What names the facts of each file: equal names, equal facts; "" for no name."""
        nameless = self._passing | self.changed.keys()
        return [
            "" if file.path in nameless else self._names.get(file.path, f"unread:{file.form}:{file.unparsed}")
            for file in self._scan.files
        ]

    def words(self, progress: Progress) -> list[bytes]:
        """The words of each file, encoded; b"" where there are none."""
        kind = _Kind(
            "words", lambda _, blob: worker_pool.words_key(blob), {"what": "words"}, lambda data, _: encoded.check(data)
        )
        words = self._run(self._keys(kind, self._readable), kind, progress)
        return [words.get(file.path, b"") for file in self._scan.files]

    def settle(self, facts: Sequence[ExtractResult], *, steady: bool) -> tuple[Scan, list[ExtractResult]]:
        """The files as they were read, and their facts.

        `steady`: that a file is not as listed is no change, but due to git, which lists what it would store of it, with
        other line ends for example. Of a file that does change all the time nothing can be said.
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
                facts[number] = Skipped(CHANGED, passing=True)
        return replace(self._scan, files=tuple(files)), facts

    @cached_property
    def _readable(self) -> list[SourceFile]:
        return [file for file in self._scan.files if file.is_readable]

    def _keys(
        self, kind: _Kind[Decoded], files: Iterable[SourceFile], depends: tuple[object, ...] = ()
    ) -> dict[str, str]:
        """What names the results of files as they were listed, by path; they may depend on other things, too."""
        inputs = {file.path: (file, *depends) for file in files}
        return self._decoded.names.each(kind.stage, inputs, lambda path: kind.key(file := self._files[path], file.blob))

    def _run(
        self,
        keys: Mapping[str, str],
        kind: _Kind[Decoded],
        progress: Progress,
        macros: frozenset[str] = frozenset(),
    ) -> dict[str, Decoded]:
        """The decoded results of files by their paths, from the cache or from the workers; `keys` names them."""
        waiting: dict[str, list[str]] = {}  # paths by key: files of equal content are read once
        for path, key in keys.items():
            waiting.setdefault(key, []).append(path)
        self._used |= waiting.keys()
        resident: dict[str, Decoded] = {} if self._force else self._decoded.get(waiting)
        cached = {} if self._force else self._cache.get(waiting.keys() - resident.keys())
        decoded: dict[str, Decoded] = {path: value for key, value in resident.items() for path in waiting[key]}
        unread = [key for key in waiting if key not in cached and key not in resident]
        results = self._read({key: waiting[key][0] for key in unread}, kind, macros)
        with progress.stage(kind.stage, len(waiting)) as ticker:
            unread = []
            ticker.advance(len(resident))
            for key, data in cached.items():  # while the workers read the others
                try:
                    value = kind.decode(data, self._files[waiting[key][0]])
                except encoded.DecodeError as error:
                    log.info("%s: read again, since what is kept is damaged: %s", key, error)
                    unread.append(key)
                    continue
                decoded.update((path, value) for path in waiting[key])
                self._decoded.put(key, value, len(data))
                ticker.advance()
            while True:
                for job, outcome in results:
                    path, *others = waiting[job.key]
                    value = kind.decode(outcome.data, self._files[path])
                    key = job.key if outcome.as_listed else kind.key(self._files[path], outcome.blob)
                    if outcome.lasting:
                        self._used.add(key)
                        self._cache.put(key, outcome.data)
                        self._decoded.put(key, value, len(outcome.data))
                    else:
                        self._passing.update(waiting[job.key])
                    if outcome.as_listed:
                        decoded.update((each, value) for each in waiting[key])
                    else:  # which says nothing of the others that were listed with the same content
                        decoded[path] = value
                        self.changed.setdefault(path, set()).add(outcome.blob)
                        if others:
                            waiting[job.key] = others
                            unread.append(job.key)
                            continue
                    ticker.advance()
                if not unread:
                    return decoded
                results = self._read({key: waiting[key][0] for key in unread}, kind, macros)
                unread = []

    def _read(
        self, paths: Mapping[str, str], kind: _Kind[Decoded], macros: frozenset[str]
    ) -> Iterator[tuple[work.Job, work.JobResult]]:
        """Have files read, whose `paths` are given by the keys of their results."""
        files = [(key, self._files[path]) for key, path in paths.items()]
        jobs = [kind.job(key, file, self._scan.place(file)) for key, file in files]
        self._scan.fetch(job.path for job in jobs)
        return self._workers.read(jobs, work.Task(macros))


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Decoded]):
    """A kind of result: the stage that it is read in, what names it in the cache, and how it is read and decoded."""

    stage: str
    key: Callable[[SourceFile, str], str]  # of a file, and the content that it has
    options: Mapping[str, Any]  # of jobs
    decode: Callable[[bytes, SourceFile], Decoded]

    def job(self, key: str, file: SourceFile, place: str) -> work.Job:
        """The reading of a file, which can be opened at `place`."""
        return work.Job(
            key,
            place,
            file.size,
            file.language,
            parse=_is_parsed(file),
            manifest=manifest_of(file.path),
            blob=file.blob,
            **self.options,
        )


def _decode_facts(data: bytes, file: SourceFile) -> ExtractResult:
    """The symbols of the C family, most of all, stay encoded until they become columns."""
    return encoded.decode_compact_facts(data) if file.language in C_FAMILY else encoded.decode_facts(data)


# Headers that are made by the build stand in the repository as templates, and export macros like to be made.
_TEMPLATES = (".h.in", ".in.h", ".hpp.in", ".h.cmake", ".h.cmake.in", ".inc")


def _may_define_macros(file: SourceFile) -> bool:
    return file.language in C_FAMILY or file.path.endswith(_TEMPLATES)


def _is_parsed(file: SourceFile) -> bool:
    return file.form == "file" and not file.unparsed


def _unread(file: SourceFile) -> ExtractResult:
    if file.form != "file":
        return FileFacts(0)
    return make_listed_facts(b"") if file.is_readable else Skipped(file.unparsed)
