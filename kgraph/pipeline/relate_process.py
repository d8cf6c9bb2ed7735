"""The child process in which the relate stage runs while the graph is assembled.

Input: identifiers of files, history and tables, each as soon as it is there. Output: the relations.

It is a process beside the extraction workers: its work begins when all identifiers are known and goes on while the
graph is assembled, when those workers are idle. Where a child process is not wanted, or the system ended it, the same
is done in the build's own process, later.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kgraph import allocators, files
from kgraph.extract import encoded
from kgraph.model import FileIdentifiers, SourceFile
from kgraph.processes import Executor, ProcessDiedError, StartError
from kgraph.relate.history import History
from kgraph.spilled import Spilled, SpilledFrames, SpillFolder, spill
from kgraph.store import ownership

if TYPE_CHECKING:
    import polars as pl

    from kgraph.relate.kept_relations import KeptRelations
    from kgraph.relate.related_tables import RelateResult
    from kgraph.relate.relations import RelationBuild

MAX_KEPT_BYTES = 256 << 20  # of what lasts from build to build: three times what PyTorch takes
MIN_FILES_FOR_PROCESS = 1_000  # to start one takes the time of relating about so many


class ChildStateLostError(Exception):
    """The child is not the one that was given what the step needs."""


class RelateWorker:
    """Who relates: a child process once that is wanted, or this one; a context manager that ends it.

    One that lasts from build to build has what is kept of the last, and makes again what an edit alters.
    """

    def __init__(self, *, lasts: bool = False) -> None:
        self.steps = _Steps(keeps=lasts)  # for builds that want no child
        self._lasts = lasts
        self.history: History | None = None  # what the child is known to have
        self._executor: Executor | None = None

    def __enter__(self) -> RelateWorker:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def submit(self, step: str, value: Any) -> Future[Any]:
        """Have the child do a step."""
        if not self._executor:
            self._executor = Executor(1, _start, (self._lasts,))
        return self._executor.submit(_run, step, value)

    def end(self, *, wait: bool = True) -> None:
        """End the child, with all that it knows."""
        self.history = None
        if self._executor:
            self._executor.shutdown(wait)
        if wait:
            self._executor = None


class RelateProcess:
    """Relates files in a child process, or without a folder `scratch` in this one when `result` is called.

    The inputs must be submitted in their order: words, history, tables. Each submission returns at once. What goes to
    the child waits in `scratch`, so that it takes no memory of this process, and can be had again if the child dies.
    """

    def __init__(
        self, scratch: Path | None, lasting: RelateWorker | None = None, kept: Path | None = None, *, takes: bool = True
    ) -> None:
        """`lasting` is who relates from build to build. `kept` is the file in which a child leaves what it knows for a
        build in another process, who `takes` it."""
        self._inputs: list[tuple[str, Any]] = []  # steps, and what each is given
        self._futures: list[Future[Any]] = []
        self._scratch = scratch
        self._lasting = lasting
        self._worker = lasting or RelateWorker()
        self._history: History | None = None
        self._kept = kept
        self._takes = takes

    def __enter__(self) -> RelateProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None or not self._lasting:
            self._worker.end()
        for _, value in self._inputs:
            if isinstance(value, Spilled | SpilledFrames):
                value.discard()

    def submit_words(self, read: Sequence[SourceFile], words: Sequence[bytes]) -> None:
        """`words[i]` are those of `read[i]`, encoded; b"" where there are none."""
        if self._scratch and self._kept and not self._futures:
            takes = self._takes and ownership.is_sealed(self._kept)
            paths = _StateFiles(self._kept if takes else None, self._scratch / self._kept.name)
            self._futures.append(self._worker.submit("use_files", paths))
        self._submit("add_words", (read, words))

    def submit_history(self, history: History) -> None:
        """The commits from which co-change follows."""
        self._history = history
        if self._scratch and self._worker.history == history:
            self._futures.append(self._worker.submit("add_same_history", None))
            self._inputs.append(("add_history", history))
        else:
            self._submit("add_history", history)

    def submit_tables(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Those that `related_tables.select_needed` names."""
        self._submit("relate", tables)
        if self._futures and not self._lasting:  # what the child knows is large, and of no use once it has answered
            self._futures[-1].add_done_callback(lambda _: self._worker.end(wait=False))

    def result(self) -> RelateResult:
        """The relations. A child that does not last ends; where the system ended it before, the same is done in this
        process."""
        try:
            if self._futures:
                related = [future.result() for future in self._futures][-1]
                self._worker.history = self._history
                self._keep()
                return related  # type: ignore[no-any-return]
        except (
            ProcessDiedError,
            StartError,
            ChildStateLostError,
            MemoryError,
        ):  # the system took its memory, or someone ended it
            self._worker.end()
        finally:
            if not self._lasting:
                self._worker.end()
        steps = _Steps() if self._futures else self._worker.steps
        return [_run(step, value, steps) for step, value in self._inputs][-1]  # type: ignore[no-any-return]

    def _keep(self) -> None:
        """Have what the child left where the next build takes it from."""
        if self._kept and self._scratch and (left := self._scratch / self._kept.name).exists():
            files.discard(self._kept)
            left.replace(self._kept)
            ownership.seal(self._kept)

    def _submit(self, step: str, value: Any) -> None:
        if self._scratch:
            is_frames = isinstance(value, Mapping)
            value = SpillFolder(self._scratch, min_rows=0).put(value) if is_frames else spill(value, self._scratch)
            self._futures.append(self._worker.submit(step, value))
        self._inputs.append((step, value))


@dataclass(frozen=True, slots=True)
class _StateFiles:
    """The files of what is known: the one of the last build, if it may be taken, and a new one."""

    former: Path | None
    new: Path


class _Steps:
    """The steps, in whichever process they run, and what the last build left for the next."""

    def __init__(self, *, keeps: bool = False) -> None:
        self.keeps = keeps
        self._decoded: dict[bytes, FileIdentifiers] = {}
        self._history: History | None = None
        self._kept: KeptRelations | None = None
        self._begun: RelationBuild | None = None
        self._paths: _StateFiles | None = None

    def use_files(self, paths: _StateFiles) -> None:
        """Take what the last build left, if this process knows nothing, and leave what it then knows."""
        from kgraph.relate import relations_file

        self._paths = None
        if self._kept is None:
            self._paths = paths
            self._kept = relations_file.load(paths.former) if paths.former else None

    def add_words(self, words: tuple[Sequence[SourceFile], Sequence[bytes]]) -> None:
        from kgraph.relate.relations import RelationBuild

        read, encoded_words = words
        known = self._decoded
        decoded = [known[data] if data in known else encoded.decode_words(data) for data in encoded_words]
        self._begun = None  # which takes memory
        self._begun = RelationBuild(read, decoded, self._kept)
        if self.keeps:
            self._decoded = dict(zip(encoded_words, decoded, strict=True))

    def add_history(self, history: History) -> None:
        self._relating.remember(history)
        self._history = history if self.keeps else None

    def add_same_history(self, _: None) -> None:
        if self._history is None:
            raise ChildStateLostError("the history was sent to another process")
        self._relating.remember(self._history)

    def relate(self, tables: Mapping[str, pl.DataFrame]) -> RelateResult:
        relating, self._begun, self._kept = self._relating, None, None
        related = relating.relations(tables)
        is_small = relating.kept.bytes() <= MAX_KEPT_BYTES
        if self._paths and is_small:
            _save(relating.kept, self._paths.new)
        self._kept, self._decoded = (relating.kept, self._decoded) if self.keeps and is_small else (None, {})
        del relating
        allocators.trim()
        return related

    @property
    def _relating(self) -> RelationBuild:
        if self._begun is None:
            raise ValueError("words come first")
        return self._begun


def _save(kept: KeptRelations, path: Path) -> None:
    """Only for the next build, so a failure to write it is none."""
    from kgraph.relate import relations_file

    try:
        relations_file.save(kept, path)
    except OSError:
        files.discard(path)


_steps = _Steps()  # of the child process, which has no other work


def _start(keeps: bool) -> None:
    _steps.keeps = keeps
    faulthandler.disable()  # its end is no trace on the terminal


def _run(step: str, value: Any, steps: _Steps = _steps) -> Any:
    return getattr(steps, step)(value.read() if isinstance(value, Spilled) else value)
