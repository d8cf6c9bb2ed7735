"""The related files of one file, from the store.

Input: a store and a path. Output: the files that belong with it, the nearest first. It is the shipped query
`related-files` with its reasons as a list, in the order in which the build gave them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kgraph.errors import QueryError
from kgraph.query.execution import execute
from kgraph.query.library import shipped
from kgraph.query.rows import Rows


@dataclass(frozen=True, slots=True)
class RelatedFile:
    """One file that belongs with another."""

    path: str
    rank: int  # from 1
    score: float  # greater is nearer
    reasons: tuple[str, ...]  # up to three


def related(store: Any, path: str, limit: int = 10, *, base: str) -> list[RelatedFile]:
    """At most `limit` files that belong with the one at `path`, the nearest first.

    Raises `QueryError` where the graph has no such file.
    """
    answer = execute(store, shipped("related-files"), {"path": path}, base=base)
    assert isinstance(answer, Rows)  # noqa: S101 - it is a SELECT
    rows = [
        RelatedFile(
            str(row["file"]), int(str(row["rank"])), float(str(row["score"])), tuple(str(row["reasons"]).split("; "))
        )
        for row in answer.dicts()
    ]
    if not rows and not _is_file(store, path, base):
        raise QueryError(f"the graph has no file {path!r}", hint="a path is relative to the root of the repository")
    return rows[:limit]


def _is_file(store: Any, path: str, base: str) -> bool:
    from kgraph.query.header import parse

    query = parse("SELECT ?path WHERE { ?file a kg:File ; kg:path ?path } LIMIT 1")
    answer = execute(store, query, {"path": path}, base=base)
    return isinstance(answer, Rows) and bool(list(answer.dicts()))
