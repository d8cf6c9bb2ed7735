"""What changed between two graphs, as triples.

Input: the previous and the new tables. Output: N-Triples lines to remove and to add. Each triple comes from one row
(`vocab.tables`), so the triples of changed rows are all that can differ.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kgraph.vocab.triples import table_lines


def find_changed_lines(
    previous: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame], base: str, most: int
) -> tuple[list[str], list[str]] | None:
    """Lines that only `previous` has and lines that only `new` has; None where more than `most` rows differ."""
    removed: set[str] = set()
    added: set[str] = set()
    rows = 0
    for table in new:
        gone, come = _find_changed_rows(previous[table], new[table])
        rows += gone.height + come.height
        if rows > most:
            return None
        removed.update(line for lines in table_lines(table, gone, base) for line in lines)
        added.update(line for lines in table_lines(table, come, base) for line in lines)
    both = removed & added
    return sorted(removed - both), sorted(added - both)


def _find_changed_rows(previous: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that the other table does not have; at worst all."""
    if previous.equals(new):
        return previous.clear(), new.clear()
    previous_hashes, new_hashes = previous.hash_rows(), new.hash_rows()
    gone, come = ~previous_hashes.is_in(new_hashes.implode()), ~new_hashes.is_in(previous_hashes.implode())
    if not previous.filter(~gone).equals(new.filter(~come)):  # two rows with one hash of 64 bits
        return previous, new
    return previous.filter(gone), new.filter(come)
