"""What receives the progress of long work: how far each stage of it is.

Input: stages as they begin, advance and end. Output: nothing here; whoever shows progress implements `Progress`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Ticker(Protocol):
    """Counts what a stage has done."""

    def advance(self, n: int = 1) -> object: ...


class Progress(Protocol):
    """Receives the progress of stages: `with progress.stage("extract", 8231) as ticker: ticker.advance()`."""

    def stage(self, name: str, total: int | None) -> AbstractContextManager[Ticker]: ...


class NullProgress:
    """A `Progress` that shows nothing."""

    def stage(self, name: str, total: int | None) -> AbstractContextManager[Ticker]:  # noqa: ARG002
        return nullcontext(self)

    def advance(self, n: int = 1) -> None:
        pass
