"""The tables of a graph while an index is made of them: a dozen functions take columns of the same few.

Input: how to read a table. Output: the same.
"""

from __future__ import annotations

import polars as pl

from kgraph.impact.dependences import Table

_OFTEN = frozenset({"edges", "includes", "uses"})  # the others are read by one function


class TablesReadOnce:
    """Tables of a graph; those that several functions read are read once, until all are forgotten."""

    def __init__(self, table: Table) -> None:
        self._read = table
        self._known: dict[str, pl.DataFrame] = {}

    def __call__(self, name: str) -> pl.DataFrame:
        if name not in _OFTEN:
            return self._read(name)
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def forget(self) -> None:
        """Give the memory of all tables back; one that is asked for again is read again."""
        self._known.clear()
