"""The current generation of a graph, held open by a process that answers many questions, and its triple store.

Input: a graph's folder. Output: the `KGraph` that is current now; another one as soon as a build has published it. The
store that SPARQL needs is made by a `StoreMaker`, outside of what a question may take.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph import api
from kgraph.errors import GraphError, KgraphError
from kgraph.graph import KGraph
from kgraph.processes import Process
from kgraph.progress import NullProgress, Progress
from kgraph.store import folder, making

if TYPE_CHECKING:
    from kgraph.processes import Connection

log = logging.getLogger(__name__)

_STEP_SECONDS = 0.1
_MAX_ATTEMPTS = 100  # a build may publish between any two lines


def open_store_if_there(graph: KGraph) -> None:
    """Open the triple store of a graph that has one."""
    if graph.store_state.is_there:
        assert graph.store is not None  # noqa: S101 - opens it


class CurrentGraph:
    """The current generation of the graph in a folder.

    `prepare` is called with each that is opened. With `needs_store`, a newer generation is opened once its triple store
    is there; until then the one that is open stays.
    """

    def __init__(
        self, graph_folder: Path, prepare: Callable[[KGraph], object] = lambda _: None, *, needs_store: bool = False
    ) -> None:
        self.generation = ""  # the token of the one that is open, see `folder.generation_token`
        self._folder = graph_folder
        self._prepare = prepare
        self._needs_store = needs_store
        self._graph: KGraph | None = None

    def graph(self) -> KGraph:
        """The graph as it is now. Raises `GraphError` where there is none any more."""
        for _ in range(_MAX_ATTEMPTS):
            token = folder.generation_token(self._folder)
            if self._graph is not None and token and (token == self.generation or self._waits()):
                return self._graph
            if self._graph is not None:
                self._graph.close()
                self._graph = None
            graph = api.open(self._folder)
            if folder.generation_token(self._folder) == token:
                self._prepare(graph)
                self._graph, self.generation = graph, token
                return graph
            graph.close()
        raise GraphError("the graph changes all the time", where=str(self._folder))

    def _waits(self) -> bool:
        return self._needs_store and not making.is_current_there(self._folder)


class StoreMaker:
    """Makes the triple store of the current generation in a process of its own, once for all who ask.

    Safe to ask from several threads.
    """

    def __init__(self, graph_folder: Path, progress: Progress | None = None) -> None:
        self._folder = graph_folder
        self._progress = progress or NullProgress()
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._failed = ""  # the token of the generation whose store could not be made

    def ensure(self, seconds: float | None = None) -> bool:
        """Have the store made if there is none; returns whether it is there, `seconds` after that began at the latest.

        Where it cannot be made, whoever asks for it hears why.
        """
        with self._lock:
            if making.is_current_there(self._folder):
                return True
            token = folder.generation_token(self._folder)
            if self._run is None or self._run.done.is_set():
                if token == self._failed:
                    return False
                self._run = _Run(token)
                threading.Thread(target=self._make, args=(self._run,), daemon=True).start()
            run = self._run
        while not run.done.wait(_STEP_SECONDS):  # not for ever: with polars imported, Ctrl-C wakes no thread that waits
            if seconds is not None and time.monotonic() > run.start + seconds:
                break
        return making.is_current_there(self._folder)

    @property
    def is_making(self) -> bool:
        """Whether a store is being made."""
        return self._run is not None and not self._run.done.is_set()

    def _make(self, run: _Run) -> None:
        try:
            with suppress(KgraphError):
                process = Process(_make_store, str(self._folder))
                try:
                    if made := _relay(process.connection, self._progress):
                        making.log_made(*made)
                finally:
                    process.end()
            if not making.is_current_there(self._folder):
                self._failed = run.token
        finally:
            run.done.set()


class _Run:
    """One making of a store."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.start = time.monotonic()
        self.done = threading.Event()


def _relay(connection: Connection, progress: Progress) -> tuple[int, float] | None:
    """Show the progress that a process reports, until it ends; returns what it made."""
    with suppress(EOFError, OSError):
        while True:
            match connection.recv():
                case "stage", name, total:
                    with progress.stage(name, total) as ticker:
                        while (message := connection.recv())[0] == "advance":
                            ticker.advance(message[1])
                case "made", count, seconds:
                    return count, seconds
                case "error", text:
                    log.warning("%s", text)
                    return None
    return None


# --- in the process that makes it ---


class _Reported:
    """Progress that is sent to another process."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    @contextmanager
    def stage(self, name: str, total: int | None) -> Iterator[_Reported]:
        self._send("stage", name, total)
        yield self
        self._send("end")

    def advance(self, n: int = 1) -> None:
        self._send("advance", n)

    def _send(self, *message: Any) -> None:
        with self._lock:
            self._connection.send(message)


def _make_store(connection: Connection, graph_folder: str) -> None:
    try:
        with folder.open_current(Path(graph_folder)) as generation:
            made = making.make(generation, progress=_Reported(connection))
    except KgraphError as error:
        connection.send(("error", str(error)))
    else:
        connection.send(("made", *made) if made else ("done",))
