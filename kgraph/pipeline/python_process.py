"""The child process in which the uses of Python are resolved beside those of the C family.

Input: what they are resolved from, as soon as symbols are joined. Output: what `bridge.resolve_python` gives, with what
is to be kept of it for the next build.

It is a process of its own, because each of the two takes a processor and hundreds of megabytes for as long as the
other. Where the system ends it, the same is done in the build's own process, later. It knows nothing of earlier builds:
where there is one, few names are looked up, and that takes less time than to start a process.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import polars as pl

from kgraph import gc_control
from kgraph.assemble.bridge import PythonSources, ResolvedPython, resolve_python
from kgraph.assemble.fact_tables import CPP, PYTHON
from kgraph.assemble.python.modules import ModuleIndex
from kgraph.assemble.result_cache import ResultCache
from kgraph.languages import PYTHON_FAMILY
from kgraph.model import FileFacts, Skipped, SourceFile
from kgraph.processes import Executor, ProcessDiedError, StartError
from kgraph.spilled import Spilled, SpilledFrames, SpillFolder, spill

MIN_FILES_FOR_PROCESS = 300  # of Python: to start a process takes the time of resolving the uses of about so many
_ROWS = "rows"

_facts_decoder = msgspec.msgpack.Decoder(dict[int, FileFacts])


class _Packed(NamedTuple):
    """`PythonSources`, with as much of facts and symbols as is looked at."""

    facts: bytes  # by number of file, encoded
    file_ids: Sequence[str]
    symbols: SpilledFrames
    modules: ModuleIndex
    key: str
    external_uses: bool
    keeps: bool  # whether there is a next build

    def sources(self) -> PythonSources:
        known = _facts_decoder.decode(self.facts)
        nothing = Skipped("")
        facts = [known.get(number, nothing) for number in range(len(self.file_ids))]
        return PythonSources(facts, self.file_ids, self.symbols[_ROWS], self.modules, self.key)


class _Answer(NamedTuple):
    uses: SpilledFrames
    resolved: ResolvedPython  # without the uses
    kept: dict[str, bytes]
    asked: set[str]


class PythonProcess:
    """Resolves the uses of Python in a child process; what goes there and comes back waits in `scratch`."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._executor = Executor(1, _start)
        self._waiting: list[SpilledFrames] = []
        self._packed: Spilled | None = None
        self._future: Future[_Answer] | None = None
        self._executor.submit(_come_up)  # while symbols are joined

    def submit(self, sources: PythonSources, *, external_uses: bool, keeps: bool) -> None:
        """Begin; `keeps` says whether what a next build can take is wanted."""
        symbols = SpillFolder(self._scratch, min_rows=0).put({_ROWS: _looked_at(sources.symbols)})
        of = (sources.file_ids, symbols, sources.modules, sources.key)
        packed = _Packed(_encode(sources), *of, external_uses, keeps)
        self._waiting.append(symbols)
        self._packed = spill(packed, self._scratch)
        self._future = self._executor.submit(_resolve, self._packed, self._scratch)

    def result(self, cache: ResultCache | None) -> ResolvedPython:
        """What was resolved; `cache` is given what is to be kept. The process ends."""
        assert self._future and self._packed  # noqa: S101 - inputs were submitted
        try:
            answer = self._future.result()
        except (ProcessDiedError, StartError, MemoryError):  # the system took its memory, or someone ended it
            self.end()
            answer = _resolve(self._packed, self._scratch)
        self.end()
        self._waiting.append(answer.uses)
        if cache is not None:
            for key in sorted(answer.asked):
                cache.retain(key)
            for key, data in answer.kept.items():
                cache.put(key, data)
        return answer.resolved._replace(uses=answer.uses[_ROWS])

    def end(self) -> None:
        """End the process."""
        self._executor.shutdown()

    def discard(self) -> None:
        """End the process, and remove what waits."""
        self.end()
        for each in self._waiting:
            each.discard()
        if self._packed:
            self._packed.discard()


@contextmanager
def python_process(files: Sequence[SourceFile], scratch: Path | None) -> Iterator[PythonProcess | None]:
    """A process for the uses of the Python files among `files`; None where they are few, or nothing can wait."""
    count = sum(file.language in PYTHON_FAMILY for file in files)
    if scratch is None or count < MIN_FILES_FOR_PROCESS:
        yield None
        return
    process = PythonProcess(scratch)
    try:
        yield process
    finally:
        process.discard()


def _encode(sources: PythonSources) -> bytes:
    """The facts that are looked at: all that Python files use and bind; of others, what they bind for Python."""
    is_python = pl.col("family") == PYTHON
    users = {*sources.modules.users, *sources.symbols.filter(is_python)["file"].unique()}
    facts = {
        number: FileFacts(
            fact.lines,
            includes=fact.includes,
            uses=fact.uses if number in users else FileFacts(0).uses,
            bindings=fact.bindings,
            bound=fact.bound,
            build=fact.build,
            runtime_names=fact.runtime_names,
        )
        for number, fact in enumerate(sources.facts)
        if isinstance(fact, FileFacts) and (number in users or fact.bindings or fact.bound or fact.build.targets)
    }
    return msgspec.msgpack.encode(facts)


def _looked_at(symbols: pl.DataFrame) -> pl.DataFrame:
    """The symbols that are looked at: those of Python, and what may be behind a name that is bound for it."""
    columns = ("family", "row", "id", "kind", "group", "file", "name", "within", "qualified", "start", "end")
    return symbols.filter(pl.col("family").is_in([PYTHON, CPP])).select(*columns, "local", "definition")


# --- in the child -----------------------------------------------------------------------------------------------------


class _NothingKept:
    """The results of no earlier build; notes what was asked for, and what is to be kept."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.asked: set[str] = set()

    def get(self, key: str) -> bytes | None:
        self.asked.add(key)
        return self.kept.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data

    def retain(self, key: str) -> None:
        self.asked.add(key)


def _start() -> None:
    faulthandler.disable()  # its end is no trace on the terminal


def _come_up() -> None:
    """To import this module is all."""


def _resolve(spilled: Spilled, scratch: Path) -> _Answer:
    packed: _Packed = spilled.read()
    cache = _NothingKept()
    with gc_control.gc_paused():
        resolved = resolve_python(packed.sources(), cache if packed.keeps else None, external_uses=packed.external_uses)
    uses = SpillFolder(scratch, min_rows=0).put({_ROWS: resolved.uses})
    return _Answer(uses, resolved._replace(uses=resolved.uses.clear()), cache.kept, cache.asked)
