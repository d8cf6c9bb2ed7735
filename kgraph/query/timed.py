"""Questions with a time limit: each is asked in a process of its own, which is ended when the time is over.

Input: a generation of a graph, a query, seconds. Output: the whole answer, in memory.

The engine cannot be asked to stop, and a thread cannot be ended. So a process opens the same generation and answers one
question after the other, until one takes too long or breaks the engine; the next question then starts another one.
Starting it (about a second) and making the triple store do not count against the limit.
"""

from __future__ import annotations

import math
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import (
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from kgraph.coverage import Coverage
from kgraph.errors import QueryError, QueryTimeoutError
from kgraph.processes import Executor, ProcessDiedError
from kgraph.query.answering import answer_query
from kgraph.query.header import Query
from kgraph.query.rows import Answer, Rows, Triples
from kgraph.query.slices import StoreMissingError
from kgraph.store import folder, making

if TYPE_CHECKING:
    import polars as pl

Question = tuple[Query, Mapping[str, object], int | None]  # the values of its parameters, the most rows


class TimedQueries:
    """Asks one generation of a graph; safe to use from several threads, each of which has a process to itself."""

    def __init__(self, generation: folder.Generation, owner: object) -> None:
        """The processes end when the generation is closed, and when nobody has its `owner` any more."""
        self._generation = generation.path
        generation.held.callback(self.close)
        weakref.finalize(owner, self.close)
        self._lock = threading.Lock()
        self._idle: list[Executor] = []
        self._closed = False

    def ask(self, question: Question, seconds: float, make_store: Callable[[], object]) -> Answer:
        """The answer to a question; `make_store` is called where it needs the triple store and there is none.

        Raises `QueryTimeoutError` where there is no answer after so many seconds, `QueryError` where the query is wrong
        or breaks the engine.
        """
        if not (seconds > 0 and math.isfinite(seconds)):
            raise QueryError(f"timeout={seconds}: a time limit is a number of seconds above 0")
        with self._lock:
            executor = self._idle.pop() if self._idle else Executor(1, _open, (str(self._generation),))
        keep = False
        try:
            executor.submit(_is_open).result()
            try:
                sent = _result(executor, question, seconds)
            except StoreMissingError:
                make_store()
                executor.submit(_open_store).result()
                sent = _result(executor, question, seconds)
            keep = True
        except ProcessDiedError as error:
            raise QueryError(
                f"the query broke the engine: its process ended with code {error.code}", hint="ask more narrowly"
            ) from None
        except QueryTimeoutError:
            raise
        except Exception:
            keep = True  # the query is wrong, the process is as before
            raise
        finally:
            with self._lock:
                keep = keep and not self._closed
                if keep:
                    self._idle.append(executor)
            if not keep:
                executor.shutdown()
        return _receive(*sent)

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for executor in idle:
            executor.shutdown()


def _result(executor: Executor, question: Question, seconds: float) -> tuple[Any, ...]:
    future = executor.submit(_answer, *question)
    with suppress(TimeoutError):
        return tuple(future.result(seconds))
    raise QueryTimeoutError(
        f"given up after {seconds:g} s",
        where=question[0].where,
        hint="ask more narrowly (bind a path or a name, add a LIMIT, avoid patterns without a common variable), "
        "or give it more seconds with timeout=",
    )


def _receive(form: str, content: Any, base: str, notes: tuple[str, ...]) -> Answer:
    answer: Answer
    if form == "truth":
        return bool(content)
    if form == "rows":
        answer = Rows(_solutions(content), lambda: _solutions(content), base)
    else:
        answer = Triples(_triples(content), lambda: _triples(content))
    answer.find_notes = lambda: notes
    return answer


def _solutions(content: bytes) -> QuerySolutions:
    solutions = parse_query_results(content, QueryResultsFormat.JSON)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - what was sent as rows
    return solutions


def _triples(content: bytes) -> Iterator[Triple]:
    return (quad.triple for quad in parse(content, RdfFormat.N_TRIPLES))


# --- in the process ---


class _Opened:
    """A generation as questions need it."""

    def __init__(self, generation: folder.Generation) -> None:
        self.generation = generation
        self.base: str = generation.manifest["repository"]["base"]

    @cached_property
    def store(self) -> Store:
        return making.open_store(self.generation)

    @property
    def has_store(self) -> bool:
        return "store" in self.__dict__ or making.is_there(self.generation)

    def frame(self, table: str) -> pl.DataFrame:
        from kgraph.store.tables import read

        return read(self.generation.tables, table, self.generation.checksums)


_opened: list[_Opened] = []  # the one that is open


def _open(generation: str) -> None:
    _opened.append(_Opened(folder.open_generation(Path(generation))))
    if _opened[0].has_store:
        _open_store()


def _is_open() -> bool:
    return bool(_opened)


def _open_store() -> None:
    assert _opened[0].store is not None  # noqa: S101 - opens it


def _answer(query: Query, given: Mapping[str, object], limit: int | None) -> tuple[Any, ...]:
    """The form of an answer, its content, the graph's base, and notes."""
    graph = _opened[0]
    whole = Coverage.of_manifest(graph.generation.manifest)
    answer = answer_query(graph, query, given, limit, whole, make=False)
    match answer:
        case Rows():
            return "rows", answer.solutions().serialize(format=QueryResultsFormat.JSON), graph.base, answer.notes
        case Triples():
            return "triples", serialize(answer, format=RdfFormat.N_TRIPLES), graph.base, answer.notes
    return "truth", answer, graph.base, ()
