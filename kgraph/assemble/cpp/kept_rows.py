"""Uses of the C family, file by file, from one build of a process to the next.

Input: what uses of all files follow from, and names for what each file spells. Output: the files whose uses may be
others than they were, and the uses of all, of which those of the other files are the last build's.

A use follows from what its own file spells, and from declarations, using-directives and includes of all files; lines
are its file's own. So an edit inside a body alters the uses of one file. Where anything else is another, all are
resolved; of that, most answers hold (see `call_cache`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kgraph.assemble.cpp.declarations import FACTS
from kgraph.assemble.fact_tables import CPP

MAX_KEPT_ROWS = 1 << 20  # of uses, at a hundred bytes each
_MAX_SHARE = 0.1  # of files, and one: where more are others, all are resolved
_PLACES = ("row", "parent")  # which move with what stands in other files
_LISTS = ("bases", "modifiers")


@dataclass(frozen=True, slots=True, eq=False)
class CppState:
    """All that the uses of a file follow from, but for what it spells."""

    layout: object  # the same one as long as no file comes or goes
    frames: Sequence[pl.DataFrame]

    @classmethod
    def of(cls, layout: object, symbols: pl.DataFrame, others: Sequence[pl.DataFrame]) -> CppState:
        """`symbols` is the joined frame of symbol facts; of these a number of 64 bits each is held."""
        facts = symbols.filter(pl.col("family") == CPP).select(
            *(name for name in FACTS if name not in (*_PLACES, *_LISTS)),
            *(pl.col(name).list.join("\n") for name in _LISTS),
            inside=pl.col("row") - pl.col("parent"),
        )
        return cls(layout, [facts.hash_rows().to_frame("facts"), *others])

    def is_same(self, other: CppState) -> bool:
        """Whether a file that spells the same uses the same."""
        pairs = zip(self.frames, other.frames, strict=True)
        return self.layout is other.layout and all(one.equals(another) for one, another in pairs)


@dataclass(frozen=True, slots=True)
class _Last:
    state: CppState
    names: Mapping[int, str]
    rows: pl.DataFrame
    calls: pl.DataFrame


class KeptCppRows:
    """The uses of the last build, if they were not too many."""

    def __init__(self) -> None:
        self._last: _Last | None = None

    def find_changed(self, state: CppState, names: Mapping[int, str]) -> list[int] | None:
        """The numbers of the files whose uses may be others; None where all may be. `names` are those of what each file
        spells, by number, "" for none."""
        last = self._last
        if last is None or last.names.keys() != names.keys() or not last.state.is_same(state):
            self._last = None
            return None
        changed = [number for number, name in names.items() if not name or last.names[number] != name]
        return changed if len(changed) <= 1 + _MAX_SHARE * len(names) else None

    def join_rows(
        self, changed: Sequence[int], ids: Sequence[str], rows: pl.DataFrame, calls: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The uses of all files, and their counted calls, of which those of the `changed` ones are given."""
        if (last := self._last) is None:
            raise ValueError("nothing is kept")
        files = pl.Series([ids[number] for number in changed], dtype=pl.String).implode()
        is_changed = pl.col("file").is_in(files)
        is_counted = pl.col("file").is_in(list(changed))
        return (
            pl.concat([last.rows.filter(~is_changed), rows.filter(is_changed)]),
            pl.concat([last.calls.filter(~is_counted), calls]),
        )

    def keep(self, state: CppState, names: Mapping[int, str], rows: pl.DataFrame, calls: pl.DataFrame) -> None:
        """Keep the uses of all files, and their counted calls, which have a column `file`."""
        self._last = _Last(state, names, rows, calls) if rows.height <= MAX_KEPT_ROWS else None
