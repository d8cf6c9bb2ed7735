"""Symbols kept in memory from one build to the next: an edit makes the rows of the files that it changed, and of what
these have in common with others.

Input: what names the symbols of each file. Output: where the last build has the rows of a file whose symbols are the
same, and what joining found out of them. A process that builds once keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

MAX_KEPT_ROWS = 1 << 20  # as a repository of six times PyTorch's size has; a row takes half a kilobyte

Key = tuple[str, str, str | None]  # what names the facts of a file, its language, and the module that it is


@dataclass(frozen=True, slots=True)
class LastBuild:
    """The symbols of the last build."""

    places: Mapping[str, tuple[Key, int, int]]  # by id of a file: its key, its first row, and how many it has
    spelled: pl.DataFrame  # `FactTables.symbols`
    joined: pl.DataFrame  # the same rows, as `join_symbols` gives them
    symbols: pl.DataFrame  # the tables
    locations: pl.DataFrame


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Rows of the last build that are rows of this one."""

    last: LastBuild
    at: Mapping[int, tuple[int, int]]  # by number of a file: the first row in the last build, and how many

    def map_rows(self, counts: Mapping[int, int]) -> NDArray[np.int64]:
        """For each row of this build the one of the last, or -1; `counts` has the files with rows, in their order."""
        starts = np.array([self.at[number][0] if number in self.at else -1 for number in counts], dtype=np.int64)
        each = np.fromiter(counts.values(), dtype=np.int64, count=len(counts))
        begins = np.cumsum(each) - each
        rows = np.arange(int(each.sum())) + np.repeat(starts - begins, each)
        return np.where(np.repeat(starts < 0, each), -1, rows)


class KeptSymbols:
    """The symbols of the last build, if it was not too large."""

    def __init__(self) -> None:
        self._last: LastBuild | None = None

    def rows(self, ids: Sequence[str], keys: Sequence[Key]) -> KeptRows | None:
        """The rows of the files whose key is the same, which are forgotten here; `ids` and `keys` are by number."""
        last, self._last = self._last, None
        if last is None:
            return None
        at = {}
        for number, (file, key) in enumerate(zip(ids, keys, strict=True)):
            if key[0] and (place := last.places.get(file)) and place[0] == key:
                at[number] = place[1:]
        return KeptRows(last, at)

    def keep(
        self,
        ids: Sequence[str],
        keys: Sequence[Key],
        counts: Mapping[int, int],
        spelled: pl.DataFrame,
        joined: Mapping[str, pl.DataFrame],
    ) -> None:
        """Keep the symbols of a build: `counts` are how many rows files have, by number, in their order."""
        if spelled.height > MAX_KEPT_ROWS:
            return
        places: dict[str, tuple[Key, int, int]] = {}
        start = 0
        for number, count in counts.items():
            places[ids[number]] = keys[number], start, count
            start += count
        self._last = LastBuild(places, spelled, joined["facts"], joined["symbols"], joined["locations"])
