"""What changed between two graphs, as triples.

Comes in: the former and the new tables. Goes out: N-Triples lines to remove and to add. Each triple comes from one row
(`vocab.tables`), so the triples of changed rows are all that can differ.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kgraph.vocab.tables import EDGE_COLUMNS, EDGES
from kgraph.vocab.triples import table_lines


def changed_lines(
    former: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame], base: str, most: int
) -> tuple[list[str], list[str]] | None:
    """Lines that only `former` has and lines that only `new` has; None where more than `most` rows differ."""
    removed: set[str] = set()
    added: set[str] = set()
    rows = 0
    for table in new:
        gone, come = _changed_rows(table, former[table], new[table])
        rows += gone.height + come.height
        if rows > most:
            return None
        removed.update(line for lines in table_lines(table, gone, base) for line in lines)
        added.update(line for lines in table_lines(table, come, base) for line in lines)
    both = removed & added
    return sorted(removed - both), sorted(added - both)


def _changed_rows(table: str, former: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that the other table does not have."""
    if former.equals(new):
        return former.clear(), new.clear()
    key = list(EDGE_COLUMNS) if table == EDGES else ["id"]
    gone = former.join(new.select(key), on=key, how="anti")
    come = new.join(former.select(key), on=key, how="anti")
    if table == EDGES:
        return gone, come
    # Rows of both tables stand in the same order: they are sorted by id.
    kept_former = former.join(new.select(key), on=key, how="semi", maintain_order="left")
    kept_new = new.join(former.select(key), on=key, how="semi", maintain_order="left")
    differs = pl.Series([False] * kept_new.height, dtype=pl.Boolean)
    for column in new.columns:
        differs = differs | kept_former[column].ne_missing(kept_new[column])
    return pl.concat([gone, kept_former.filter(differs)]), pl.concat([come, kept_new.filter(differs)])
