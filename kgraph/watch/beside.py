"""The same in a process of its own, beside a server.

Input: a graph's folder. Output: lines on what became of each change, as log records. The process ends with the server,
however that ends; where it dies, another one takes its place.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph.errors import KgraphError
from kgraph.pipeline.recorded import load_options
from kgraph.processes import Process, StartError
from kgraph.watch.updates import Update, watch

if TYPE_CHECKING:
    from kgraph.processes import Connection

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 10.0  # before a process that died is restarted


class WatchProcess:
    """A process that keeps a graph up to date; a context manager."""

    def __init__(self, graph: Path, root: Path) -> None:
        self._graph = graph
        self._root = root
        self._process: Process | None = None
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> WatchProcess:
        threading.Thread(target=self._run, daemon=True, name="kgraph watch").start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with self._lock:
            if self._process:
                self._process.end()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with self._lock:
                    if self._ended.is_set():
                        return
                    self._process = process = Process(_watch, str(self._graph), str(self._root))
                with suppress(EOFError, OSError):
                    while True:
                        _relay(process.connection.recv())
                code = process.wait()
                reason = process.said.rpartition("\n")[2] or f"exit code {code}"
            except StartError as error:
                reason = str(error)
            if not self._ended.is_set():
                log.warning("watch: the process ended (%s); files are watched again in 10 s", reason)
            self._ended.wait(_PAUSE_SECONDS)


def _relay(message: dict[str, Any] | str) -> None:
    if isinstance(message, str):
        log.warning("%s", message)
        return
    update = Update(**message)
    if update.event != "unchanged":
        log.log(logging.WARNING if update.event == "failed" else logging.INFO, "%s", line_of(update))


# --- in the process ---


class _Sent(logging.Handler):
    """Log records that are sent to the server."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(logging.WARNING)
        self._connection = connection

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):
            self._connection.send(record.getMessage())


def _watch(connection: Connection, graph: str, root: str) -> None:
    options = load_options(Path(graph), Path(root))
    logging.getLogger("kgraph").addHandler(_Sent(connection))

    def told(update: Update) -> None:
        connection.send(asdict(update))

    try:
        watch(Path(root), Path(graph), options, told)
    except KgraphError as error:
        connection.send(asdict(Update("failed", 0.0, error=str(error).replace("\n", ";"))))
        time.sleep(1)  # for it to be read
        raise


def line_of(update: Update) -> str:
    """An update in one line."""
    shown = ", ".join(update.changed[:3])
    more = f" and {len(update.changed) - 3:,} more" if len(update.changed) > 3 else ""
    what = f"{shown}{more}" if shown else "the files as they are" if update.event == "started" else "git's state"
    if update.event == "failed":
        return f"{what}: not updated, the graph before stays: {update.error}; tried again at the next change"
    if update.event == "unchanged":
        return f"{what}: nothing changed in the graph, {update.seconds:.2f} s"
    return f"{what}: {update.generation} after {update.seconds:.2f} s"
