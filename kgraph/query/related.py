"""The related files of one file, from the tables.

Input: tables and a path. Output: the files that belong with it, the nearest first: the rows of the shipped query
`related-files`, with its reasons as a list, in the order in which the build gave them. A test compares.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from kgraph.errors import QueryError
from kgraph.query.parameters import term
from kgraph.vocab.tables import DECIMAL_DIGITS


@dataclass(frozen=True, slots=True)
class RelatedFile:
    """One file that belongs with another."""

    path: str
    rank: int  # from 1
    score: float  # greater is nearer
    reasons: tuple[str, ...]  # up to three


def find_related(table: Callable[[str], pl.DataFrame], path: str, limit: int = 10) -> list[RelatedFile]:
    """At most `limit` files that belong with the one at `path`, the nearest first; `table` gives a table by its name.

    Raises `QueryError` where the graph has no such file.
    """
    files = table("files").select("id", "path")
    wanted = getattr(term("path", path), "value", path)
    node = files.filter(pl.col("path") == wanted)["id"]
    if not len(node):
        raise QueryError(f"the graph has no file {path!r}", hint="a path is relative to the root of the repository")
    rows = (
        table("relations")
        .filter(pl.col("from") == node[0])
        .join(files, left_on="to", right_on="id")
        .sort("rank", "path")
        .select("path", "rank", "score", "reasons")
    )
    return [
        RelatedFile(other, rank, round(score, DECIMAL_DIGITS), tuple(reasons))
        for other, rank, score, reasons in rows.head(limit).iter_rows()
    ]
