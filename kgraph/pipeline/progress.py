"""Progress and times of a build's stages.

Input: stages as they begin and end. Output: to a `Progress`, how far each is; in an error that ends one, a note that
names it; the seconds of each.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from kgraph.progress import Progress, Ticker

_STAGE_NOTE = "in stage "


class AnnotatingProgress:
    """A `Progress` that adds a note to an error that ends a stage: which stage it was. See `describe_error`."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[Ticker]:
        with self._progress.stage(name, total) as ticker:
            try:
                yield ticker
            except BaseException as error:
                error.add_note(f"{_STAGE_NOTE}{name}")
                raise


def describe_error(error: BaseException) -> str:
    """An error in half a sentence: in which stage it was raised, its type and its message."""
    notes = getattr(error, "__notes__", ())
    stage = next((f"{note}: " for note in notes if str(note).startswith(_STAGE_NOTE)), "")
    words = " ".join(str(error).split())[:300]
    return f"{stage}{type(error).__name__}{f': {words}' if words else ''}"


class StageTimer:
    """Seconds by stage."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._seconds: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """End a stage: its time is that since the end of the stage before."""
        now = time.perf_counter()
        self._seconds[name] = now - self._last
        self._last = now

    def record(self, name: str) -> None:
        """Note the seconds since the start under `name`."""
        self._seconds[name] = time.perf_counter() - self._start

    def total(self) -> dict[str, float]:
        """All of them, and "total", rounded to milliseconds."""
        seconds = {**self._seconds, "total": time.perf_counter() - self._start}
        return {name: round(value, 3) for name, value in seconds.items()}
