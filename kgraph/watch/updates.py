"""A process that brings a graph up to date whenever its files change.

Input: a repository and the options that its graph was built with. Output: a new generation after each change, and an
`Update` that says so. Whoever reads the graph sees the old generation until the new one is whole. An update that fails
leaves the old one, and the next change is another try.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgraph.pipeline.build import build
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.progress import describe_error
from kgraph.pipeline.resident import Resident
from kgraph.store import folder
from kgraph.watch.events import Changes, batches
from kgraph.watch.relevance import Relevance

MAX_GIT_SECONDS = 10.0  # to wait for git to be done; an index.lock that stays longer was left behind
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Update:
    """What became of one change, or of the start."""

    event: str  # "started", "updated", "unchanged", "failed"
    seconds: float
    changed: tuple[str, ...] = ()  # paths, in order; none where git alone has moved on
    generation: str = ""  # that is current now
    error: str = ""
    counts: dict[str, int] = field(default_factory=dict)


class _StoppedError(SystemExit):
    """The process was asked to end."""


def watch(
    root: Path,
    output: Path | None,
    options: BuildOptions,
    told: Callable[[Update], object],
    *,
    polls: bool = False,
    is_wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Build the graph of `root`, and again after each change, until SIGTERM or SIGINT, or until it is not wanted.

    `told` is called after each; with `polls` files are looked at instead of waiting for events.

    Raises `KgraphError` where the first build fails.
    """
    root = root.resolve()
    # While events are waited for, a signal comes as KeyboardInterrupt, whichever it was.
    with _stopping(), Resident(options) as resident, contextlib.suppress(_StoppedError, KeyboardInterrupt):
        watcher = _Watcher(root, output, options, resident)
        waiting = batches(root, polls=polls)
        next(waiting)  # from here on nothing is missed
        told(watcher.start())
        pending: Changes = set()
        since = 0.0  # when something of what is pending happened first
        for batch in waiting:
            if not is_wanted():
                return
            pending |= watcher.relevance.among(batch)
            moved = watcher.git_moved()
            if not (pending or moved):
                continue
            since = since or time.monotonic()
            if watcher.relevance.is_git_busy() and time.monotonic() < since + MAX_GIT_SECONDS:
                continue
            told(watcher.update(tuple(sorted(pending, key=os.fsencode))))
            pending, since = set(), 0.0


class _Watcher:
    def __init__(self, root: Path, output: Path | None, options: BuildOptions, resident: Resident) -> None:
        self._root = root
        self._output = output
        self._options = options
        self._resident = resident
        graph = (output or root / ".kgraph").resolve()
        self.relevance = Relevance(root, graph, ignore=options.ignore)
        self._moved = False

    def git_moved(self) -> bool:
        """Whether git has moved on since the last update."""
        self._moved |= self.relevance.git_state_changed()
        return self._moved

    def start(self) -> Update:
        self.relevance.git_state_changed()
        began = time.monotonic()
        return self._build("started", began, ())

    def update(self, changed: tuple[str, ...]) -> Update:
        began = time.monotonic()
        self._moved = False
        try:
            return self._build("updated", began, changed)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it was, the old generation stands, and the next change is another try
            told = str(error).replace("\n", ";") or describe_error(error)
            return Update("failed", time.monotonic() - began, changed, error=told)

    def _build(self, event: str, began: float, changed: tuple[str, ...]) -> Update:
        result = build(self._root, self._output, self._options, resident=self._resident)
        if self._resident.scan:
            self.relevance.learn(self._resident.scan)
        if event == "updated" and not result.changed:
            event = "unchanged"
        seconds = time.monotonic() - began
        gc.collect()
        gc.freeze()  # what stays in memory is not looked through again after each update
        generation = os.fspath((result.folder / folder.CURRENT).readlink())
        return Update(event, seconds, changed, generation, counts=dict(result.manifest["counts"]))


@contextlib.contextmanager
def _stopping() -> Iterator[None]:
    """Signals end what runs in order: what an update has begun is removed."""

    def stop(*_: Any) -> None:
        raise _StoppedError(0)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.signal(number, stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
