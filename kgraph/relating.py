"""Related files, found by a process of its own while the rest of the build goes on.

Input: what files, words, history and tables say, each as soon as it is there. Output: the relations.

On purpose the process is one beside those that read files: its work begins when the words are known and goes on while
the graph is assembled, when the readers have nothing to do. Where a second process is not wanted, or was ended by the
system, the same is done here, later.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kgraph.extract import encoded
from kgraph.model import SourceFile
from kgraph.processes import DiedError, Executor, StartError
from kgraph.relate.history import History

if TYPE_CHECKING:
    import polars as pl

    from kgraph.relate.related_tables import Related
    from kgraph.relate.relations import Relating

WORTH_A_PROCESS = 1_000  # files: a process needs the time of about so many to start


class Beside:
    """Relates files in another process, or with `beside` false in this one when `relations` is called.

    The steps must be told in their order: `words`, `history`, `tables`. Each returns at once.
    """

    def __init__(self, *, beside: bool) -> None:
        self._told: list[tuple[str, tuple[Any, ...]]] = []
        self._done: list[Future[Any]] = []
        self._executor = Executor(1, _start) if beside else None

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor:
            self._executor.shutdown()

    def words(self, files: Sequence[SourceFile], words: Sequence[bytes]) -> None:
        """`words[i]` are those of `files[i]`, encoded; b"" where there are none."""
        self._tell("words", files, words)

    def history(self, past: History) -> None:
        """What changed together."""
        self._tell("history", past)

    def tables(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Those that `related_tables.needed` names."""
        self._tell("tables", tables)

    def relations(self) -> Related:
        """What was found."""
        if self._executor:
            try:
                results = [future.result() for future in self._done]
            except (DiedError, StartError, MemoryError):  # the system took its memory, or somebody ended it
                pass
            else:
                return results[-1]  # type: ignore[no-any-return]
        steps = _Steps()
        return [getattr(steps, step)(*arguments) for step, arguments in self._told][-1]  # type: ignore[no-any-return]

    def _tell(self, step: str, *arguments: Any) -> None:
        self._told.append((step, arguments))
        if self._executor:
            self._done.append(self._executor.submit(_do, step, *arguments))


class _Steps:
    """The steps, wherever they are done."""

    def __init__(self) -> None:
        self._relating: Relating | None = None

    def words(self, files: Sequence[SourceFile], words: Sequence[bytes]) -> None:
        from kgraph.relate.relations import Relating

        self._relating = Relating(files, [encoded.decode_words(data) for data in words])

    def history(self, past: History) -> None:
        self._told.remember(past)

    def tables(self, tables: Mapping[str, pl.DataFrame]) -> Related:
        return self._told.relations(tables)

    @property
    def _told(self) -> Relating:
        if self._relating is None:
            raise ValueError("words come first")
        return self._relating


_steps = _Steps()  # of the other process, which has this work alone


def _start() -> None:
    faulthandler.disable()  # its end is no trace on the terminal


def _do(step: str, *arguments: Any) -> Any:
    return getattr(_steps, step)(*arguments)
