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
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kgraph.extract import encoded
from kgraph.model import SourceFile
from kgraph.processes import DiedError, Executor, StartError
from kgraph.relate.history import History
from kgraph.spilled import Shelf, Spilled, SpilledFrames, spill

if TYPE_CHECKING:
    import polars as pl

    from kgraph.relate.related_tables import RelateResult
    from kgraph.relate.relations import Relating

MIN_FILES_FOR_PROCESS = 1_000  # to start one takes the time of relating about so many


class RelateProcess:
    """Relates files in a child process, or without a folder `scratch` in this one when `result` is called.

    The inputs must be submitted in their order: words, history, tables. Each submission returns at once. What goes to
    the child waits in `scratch`, so that it takes no memory of this process, and can be had again if the child dies.
    """

    def __init__(self, scratch: Path | None) -> None:
        self._inputs: list[tuple[str, Any]] = []  # steps, and what each is given
        self._futures: list[Future[Any]] = []
        self._scratch = scratch
        self._executor = Executor(1, _start) if scratch else None

    def __enter__(self) -> RelateProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        for _, value in self._inputs:
            if isinstance(value, Spilled | SpilledFrames):
                value.discard()

    def submit_words(self, files: Sequence[SourceFile], words: Sequence[bytes]) -> None:
        """`words[i]` are those of `files[i]`, encoded; b"" where there are none."""
        self._submit("add_words", (files, words))

    def submit_history(self, history: History) -> None:
        """The commits from which co-change follows."""
        self._submit("add_history", history)

    def submit_tables(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Those that `related_tables.needed` names."""
        self._submit("relate", tables)
        if self._executor:  # what the child knows is large, and of no use once it has answered
            self._futures[-1].add_done_callback(lambda _: self._end(wait=False))

    def result(self) -> RelateResult:
        """The relations; the child process ends. Where the system ended it before, the same is done in this process."""
        try:
            if self._executor:
                return [future.result() for future in self._futures][-1]  # type: ignore[no-any-return]
        except (DiedError, StartError, MemoryError):  # the system took its memory, or someone ended it
            pass
        finally:
            self._end()
        steps = _Steps()
        return [_run(step, value, steps) for step, value in self._inputs][-1]  # type: ignore[no-any-return]

    def _submit(self, step: str, value: Any) -> None:
        if self._executor and self._scratch:
            is_frames = isinstance(value, Mapping)
            value = Shelf(self._scratch, min_rows=0).put(value) if is_frames else spill(value, self._scratch)
            self._futures.append(self._executor.submit(_run, step, value))
        self._inputs.append((step, value))

    def _end(self, *, wait: bool = True) -> None:
        if self._executor:
            self._executor.shutdown(wait)


class _Steps:
    """The steps, in whichever process they run."""

    def __init__(self) -> None:
        self._words: Relating | None = None

    def add_words(self, words: tuple[Sequence[SourceFile], Sequence[bytes]]) -> None:
        from kgraph.relate.relations import Relating

        files, encoded_words = words
        self._words = Relating(files, [encoded.decode_words(data) for data in encoded_words])

    def add_history(self, history: History) -> None:
        self._relating.remember(history)

    def relate(self, tables: Mapping[str, pl.DataFrame]) -> RelateResult:
        return self._relating.relations(tables)

    @property
    def _relating(self) -> Relating:
        if self._words is None:
            raise ValueError("words come first")
        return self._words


_steps = _Steps()  # of the child process, which has no other work


def _start() -> None:
    faulthandler.disable()  # its end is no trace on the terminal


def _run(step: str, value: Any, steps: _Steps = _steps) -> Any:
    return getattr(steps, step)(value.read() if isinstance(value, Spilled) else value)
