"""All units of a compile database, read by worker processes or had from the cache.

Input: a database, and the files of the repository with their contents' ids. Output: a `Compiled`: for each file that a
compiler reached what it says, and for each unit how it was read.

What a unit says of a file is a fact of that unit alone. Of a header that many units read, the first of them in the
order of the database that was read completely tells; of one without an include guard all of them do. So the answer does
not depend on which worker read what, nor on which units came from the cache. A worker that dies costs the unit that
it had in hand.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from kgraph import contents, processes
from kgraph.extract.encoded import DecodeError, pack, unpack
from kgraph.extract.semantic.database import Database, Unit
from kgraph.extract.semantic.dispatch import read_units
from kgraph.extract.semantic.irregular import Overlay, make_overlay
from kgraph.extract.semantic.libclang import builtin_headers, version
from kgraph.extract.semantic.precompiled import MIN_UNITS, Headers, Precompiled, search_folders
from kgraph.extract.semantic.session import Reading, escape_invalid
from kgraph.extract.semantic.stall import REASON, SIGNAL
from kgraph.extract.semantic.worker import precompile_task, start
from kgraph.extract.work import MEMORY_BYTES
from kgraph.extract.worker_pool import cause_of_death
from kgraph.model import GUESSED_TARGET, Compiled, CompiledFile, CompiledUnit
from kgraph.regular_file import CHANGED, hash_name_of

VERSION = 7  # counts up whenever the same unit is reported in another way
CPU_SECONDS = 120.0  # for one unit; the largest take some ten
_MAX_NOTES = 5  # of one file


class UnitCache(Protocol):
    """Where readings are kept between builds."""

    def get(self, keys: Collection[str]) -> dict[str, bytes]: ...
    def put(self, key: str, data: bytes) -> None: ...


class _CachedUnit(msgspec.Struct, frozen=True, array_like=True):
    """A reading, and what it depends on."""

    reading: Reading
    blobs: dict[str, str]  # of the files of the repository that the unit reads
    outside: dict[str, tuple[int, int]]  # size and time of all others
    names: dict[str, int]  # how many files of the repository have the name of one that is included


_cached_unit_decoder = msgspec.msgpack.Decoder(_CachedUnit)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How units are read."""

    jobs: int
    force: bool = False  # take nothing from the cache
    seconds: float = CPU_SECONDS  # of the processor, for one unit
    memory: int = MEMORY_BYTES  # of one worker
    advance: Callable[[], object] = lambda: None  # called once for each unit
    scratch: Path | None = None  # the folder for what is needed in between


def read(database: Database, root: Path, blobs: Mapping[str, str], cache: UnitCache, options: ReadOptions) -> Compiled:
    """Read all units of a database; `blobs` gives the content's id of each file that may be reported on."""
    return _Reader(database, root, blobs, cache, options).compile_units()


def keys(database: Database, root: Path) -> list[str]:
    """What names the readings of the units in the cache."""
    return [_key(unit, str(root)) for unit in database.units]


def outside_state(paths: Collection[str]) -> str:
    """A name for the state of files outside the repository."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=os.fsencode):
        digest.update(repr((path, _state(path))).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


class _Reader:
    def __init__(
        self,
        database: Database,
        root: Path,
        blobs: Mapping[str, str],
        cache: UnitCache,
        options: ReadOptions,
    ) -> None:
        self._database = database
        self._units = database.units
        self._root = root
        self._blobs = blobs
        self._cache = cache
        self._options = options
        self._keys = keys(database, root)
        self._states: dict[str, tuple[int, int]] = {}
        self._names: dict[str, int] = {}
        for path in blobs:
            name = path.rpartition("/")[2]
            self._names[name] = self._names.get(name, 0) + 1
        self._overlay: Overlay | None = None
        self._precompiled: dict[int, Precompiled] = {}  # by unit
        self._idle: processes.Executor | None = None  # workers that have made them
        self._seen: dict[str, tuple[int, ...] | None] = {}  # files whose content is as it was scanned
        self.read_anew = 0

    def compile_units(self) -> Compiled:
        readings = {} if self._options.force else self._load_cached()
        for _ in readings:
            self._options.advance()
        with tempfile.TemporaryDirectory(prefix="headers-", dir=self._options.scratch) as folder:
            wanted = [n for n in range(len(self._units)) if n not in readings]
            headers = Headers(self._units, str(self._root), os.path.dirname(self._database.path))  # noqa: PTH120
            self._overlay = make_overlay([self._units[n] for n in wanted], headers, folder)
            self._precompile(wanted, headers, folder)
            self._read(wanted, readings, alone=False)
            deciding_units = _deciding_units(readings)
            again = sorted(
                {n for path, n in deciding_units.items() if path not in readings[n].files and _is_complete(readings[n])}
            )
            if again:  # a unit that reported a file before does not read it any more
                self._read(again, readings, alone=True)
        files: dict[str, list[CompiledFile]] = {}
        includes: dict[str, list[tuple[int, str]]] = {}
        for path in sorted(deciding_units, key=os.fsencode):
            first = readings[deciding_units[path]]
            parts = [first.files[path]] if path in first.files else []
            parts += [r.files[path] for r in readings.values() if r is not first and path in r.open and path in r.files]
            includes[path] = sorted({include for one in parts for include in one.includes})
            if parts and _is_complete(first):
                files[path] = parts
        units = [readings[n].unit for n in range(len(self._units))]
        account = {
            "entries": self._database.entries,
            "elsewhere": self._database.elsewhere,
            "repeated": self._database.repeated,
            "gone": list(self._database.gone),
            "compiler": version(),
        }
        outside = {path for reading in readings.values() for path in reading.outside}
        for number, reading in readings.items():
            outside.update(_candidates(self._units[number], {spelling for _, _, spelling in reading.unit.missing}))
        return Compiled(
            self._database.path,
            units,
            files,
            includes,
            deciding_units={path: readings[number].unit.path for path, number in deciding_units.items()},
            notes=_notes(units, files.keys()),
            account=account,
            outside=frozenset(outside),
        )

    def _read(self, numbers: Sequence[int], readings: dict[int, Reading], *, alone: bool) -> None:
        self.read_anew += len(numbers)
        for number, reading in self._run(numbers, alone=alone):
            if _is_complete(reading) and not all(map(self._is_as_scanned, reading.unit.reached)):
                reading = Reading(msgspec.structs.replace(reading.unit, outcome=CHANGED), outside=reading.outside)
            if alone and number in readings:  # it knows of more files now
                reading = msgspec.structs.replace(reading, files={**readings[number].files, **reading.files})
            readings[number] = reading
            self._options.advance()
            if _is_lasting(reading):
                self._cache.put(self._keys[number], pack(self._keep(reading)))
        for number in sorted(readings):  # in the order of the database, whoever was done first
            readings[number] = readings.pop(number)

    # --- the cache ---

    def _load_cached(self) -> dict[int, Reading]:
        cached_results = self._cache.get(set(self._keys))
        readings: dict[int, Reading] = {}
        for number, key in enumerate(self._keys):
            if key in cached_results:
                try:
                    cached = unpack(cached_results[key], _cached_unit_decoder)
                except DecodeError:
                    continue
                if self._holds(cached, self._units[number]):
                    readings[number] = cached.reading
        return readings

    def _keep(self, reading: Reading) -> _CachedUnit:
        names = {path.rpartition("/")[2] for path in (*reading.unit.reached, *reading.outside)}
        names |= {spelling.rpartition("/")[2] for _, _, spelling in reading.unit.missing}
        return _CachedUnit(
            reading,
            {path: self._blobs[path] for path in reading.unit.reached},
            {path: self._state(path) for path in reading.outside},
            {name: self._names.get(name, 0) for name in sorted(names)},
        )

    def _holds(self, cached: _CachedUnit, unit: Unit) -> bool:
        """Whether a unit would read the same again: the same files, and no new one that may stand in their way."""
        return (
            all(self._blobs.get(path) == blob for path, blob in cached.blobs.items())
            and all(self._names.get(name, 0) == count for name, count in cached.names.items())
            and all(self._state(path) == tuple(state) for path, state in cached.outside.items())
            and not any(
                self._state(path)[0] >= 0
                for path in _candidates(unit, {spelling for _, _, spelling in cached.reading.unit.missing})
            )
        )

    def _is_as_scanned(self, path: str) -> bool:
        """Whether a file of the repository has the content that its id says, and had it since this was last asked."""
        full = f"{self._root}/{path}"
        try:
            status = os.stat(full)  # noqa: PTH116 - keeps surrogate escapes
            state = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
            if path not in self._seen:
                hash_name = hash_name_of(self._blobs[path])
                same = contents.read(os.path.realpath(full), 0, hash_name).blob == self._blobs[path]
                self._seen[path] = state if same else None
        except OSError:
            return False
        return self._seen[path] == state

    def _state(self, path: str) -> tuple[int, int]:
        if path not in self._states:
            self._states[path] = _state(path)
        return self._states[path]

    # --- workers ---

    def _precompile(self, numbers: Sequence[int], headers: Headers, folder: str) -> None:
        """Make the headers that many of these units share; a failure costs time alone."""
        if len(numbers) < MIN_UNITS:
            return
        groups = headers.groups(numbers)
        if not groups:
            return
        local = self._local(self._options.jobs)
        made: dict[int, Precompiled | None] = {-1: None}  # by the number of the group
        try:
            while ready := [n for n, group in enumerate(groups) if n not in made and group.parent in made]:
                making = {
                    n: local.submit(
                        precompile_task, groups[n], f"{folder}/{n}", made[groups[n].parent], self._options.seconds
                    )
                    for n in ready
                    if groups[n].parent < 0 or made[groups[n].parent]
                }
                made.update({n: making[n].result() if n in making else None for n in ready})
            for number, group in enumerate(groups):
                if header := made[number]:
                    self._precompiled.update(dict.fromkeys(headers.find_unaffected(group, header), header))
            self._idle = local
        except BaseException as error:
            local.shutdown()
            if not isinstance(error, Exception):
                raise  # whatever else it was: the units are read without

    def _run(self, numbers: Sequence[int], *, alone: bool) -> Iterator[tuple[int, Reading]]:
        """The reading of each unit, as it is done; they are handed out in order, as sessions like to see them."""
        units = [(n, self._units[n], self._precompiled.get(n)) for n in numbers]
        with self._idle or self._local(min(self._options.jobs, len(units))) as local:
            self._idle = None
            for (number, unit, _), found in read_units(local, units, self._options.seconds, alone=alone):
                yield number, self._unread(unit, found) if isinstance(found, Exception) else found

    def _local(self, count: int) -> processes.Executor:
        return processes.Executor(
            count, start, (self._options.memory, str(self._root), tuple(self._blobs), self._overlay)
        )

    def _unread(self, unit: Unit, error: Exception) -> Reading:
        """What there is to say of a unit that ended its process, or could not be read for another reason."""
        path = os.path.relpath(os.path.realpath(unit.file), os.path.realpath(self._root))
        why = f"kgraph failed: {error}"[:300]
        if isinstance(error, processes.ProcessDiedError):
            why, _ = cause_of_death(error.code, self._options.seconds)
            why = REASON if error.code == -SIGNAL else why.replace("the parser", "the compiler")
        reached = (path,) if path in self._blobs else ()
        arguments, notes = (tuple(map(escape_invalid, words)) for words in (unit.arguments, unit.notes))
        return Reading(
            CompiledUnit(escape_invalid(path), why, arguments, escape_invalid(unit.source), notes, reached=reached)
        )


def _key(unit: Unit, root: str) -> str:
    parts = (VERSION, version(), builtin_headers(), root, unit.file, unit.folder, unit.arguments, unit.notes)
    digest = hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()
    return f"unit:{digest[:40]}"


def _state(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - keeps surrogate escapes
    except OSError:
        return (-1, 0)
    return (found.st_size, found.st_mtime_ns)


def _is_lasting(reading: Reading) -> bool:
    """Whether a unit failed, if it did, for a reason that lies in what it reads."""
    return not reading.unit.outcome or bool(reading.unit.missing or reading.unit.error_count)


def _candidates(unit: Unit, spellings: Collection[str]) -> Iterator[str]:
    """Where the compiler looked for headers that it did not find."""
    folders = (os.path.dirname(unit.file), *search_folders(unit)) if spellings else ()  # noqa: PTH120
    for folder in dict.fromkeys(folders):
        for spelling in spellings:
            yield os.path.normpath(os.path.join(folder, spelling))  # noqa: PTH118


def _is_complete(reading: Reading) -> bool:
    return not reading.unit.outcome


def _deciding_units(readings: Mapping[int, Reading]) -> dict[str, int]:
    """The unit that reports on each file: the one that compiles it, else the first; complete ones first."""
    deciding_units: dict[str, tuple[bool, bool, int]] = {}
    for number, reading in readings.items():
        for path in reading.unit.reached:
            claim = (bool(reading.unit.outcome), path != reading.unit.path, number)
            if path not in deciding_units or claim < deciding_units[path]:
                deciding_units[path] = claim
    return {path: number for path, (_, _, number) in deciding_units.items()}


def _notes(units: Sequence[CompiledUnit], compiled_paths: Collection[str]) -> dict[str, list[str]]:
    """What there is to say about files: why they were not read by the compiler, and errors that it found."""
    notes: dict[str, dict[str, None]] = {}

    def note(path: str, text: str) -> None:
        if len(texts := notes.setdefault(path, {})) < _MAX_NOTES:
            texts[text] = None

    for unit in units:
        if unit.outcome and unit.path not in compiled_paths:
            note(unit.path, f"not read by the compiler: {unit.outcome}")
        for text in unit.notes:
            if text.startswith(GUESSED_TARGET):
                note(unit.path, text)
        for path, line, spelling in unit.missing:
            note(path, f"line {line}: header not found: {spelling}")
        for path, line, text in unit.errors:
            note(path, f"line {line}: {text}")
    return {path: list(texts) for path, texts in sorted(notes.items())}
