"""One SPARQL query, asked of every repository of a fleet.

Input: a lake and a query. Output: the rows of all as one frame, with the repository in front, and the notes of each.
The graphs are asked one by one, so that no store of all is needed.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kgraph import api
from kgraph.errors import GraphError, QueryError, QueryWarning
from kgraph.fleet.lake import Lake
from kgraph.progress import Progress
from kgraph.query import Answer, Rows

REPOSITORY = "repo"


@dataclass(frozen=True, slots=True)
class FleetAnswer:
    """The rows of all repositories, as text, and what has to be said of them."""

    rows: pl.DataFrame
    notes: tuple[str, ...]


def ask(
    lake: Lake,
    query: str,
    parameters: Mapping[str, object],
    *,
    only: Collection[str] = (),
    limit: int | None = None,
    progress: Progress | None = None,
) -> FleetAnswer:
    """Ask a SELECT query of all repositories, or of some; `limit` is for each.

    A repository that has nothing of the name that a parameter gives says so in a note. Raises `QueryError` where the
    query is wrong, or nothing in any of them is meant.
    """
    frames, notes, refusals = [], [], []
    for name, path in _graphs(lake, only):
        try:
            with api.open(path, progress=progress) as graph, warnings.catch_warnings():
                warnings.simplefilter("ignore", QueryWarning)  # its notes say the same
                answer = _rows(graph.execute(query, limit=limit, timeout=None, **parameters))
                frames.append(_frame(name, answer))
                notes += [f"{name}: {note}" for note in answer.notes]
        except QueryError as error:
            refusals.append((name, error))
        except GraphError as error:
            notes.append(f"{name}: not asked: {error.what}")
    if refusals and not frames:
        raise refusals[0][1]
    notes += [f"{name}: {error.what}" for name, error in refusals]
    rows = pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema={REPOSITORY: pl.String})
    return FleetAnswer(rows, tuple(notes))


def _rows(answer: Answer) -> Rows:
    if not isinstance(answer, Rows):
        raise QueryError("this query is not a SELECT", hint="ask one repository with `kgraph query`")
    return answer


def _graphs(lake: Lake, only: Collection[str]) -> Iterator[tuple[str, Path]]:
    lake.require(only)
    for name in lake.catalog.names:
        if not only or name in only:
            yield name, lake.graph(name)


def _frame(name: str, answer: Rows) -> pl.DataFrame:
    columns = {column: [_text(cell) for cell in cells] for column, cells in answer.lists().items()}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(answer.columns, pl.String))
    return frame.select(pl.lit(name).alias(REPOSITORY), pl.all())


def _text(cell: object) -> str | None:
    return None if cell is None else str(cell)
