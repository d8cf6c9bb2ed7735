"""Which names stand in which lines, for all files at once.

Input: the answers of `pages/uses` and `pages/symbols`. Output: `Mentions`. A name that could be either of two symbols
in one line, which are no overloads of each other, is left out: a link to the wrong one would be worse than none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

_NAMING = ("Call", "Reference", "Inheritance", "Expansion", "TypeUse", "Specialization")  # whose lines hold the name
_IDENTIFIER = r"^[\p{L}_][\p{L}\p{N}_]*$"
_MAX_OVERLOADS = 4  # that a card lists

Mention = tuple[int, str, list[str], float | None, str | None]  # line, name, ids, confidence, evidence


@dataclass(slots=True)
class Mentions:
    """The names that sources mention."""

    by_file: Mapping[str, list[Mention]] = field(default_factory=dict)  # in the order of lines
    counts: Mapping[str, int] = field(default_factory=dict)  # lines in which a symbol is used, by its id

    def find_in_lines(self, file: str, first: int, last: int) -> Iterator[Mention]:
        """Those in some lines of a file."""
        return (each for each in self.by_file.get(file, ()) if first <= each[0] <= last)


def read(uses: pl.DataFrame, symbols: pl.DataFrame) -> Mentions:
    """The names in the lines of all files: one for each file, line and name."""
    if not len(uses) or not len(symbols):
        return Mentions()
    naming = uses.filter(pl.col("kind").is_in(_NAMING) & pl.col("used").str.starts_with("symbol/"))
    counts = naming.select("used", "file", "line").unique().group_by("used").agg(pl.len())
    is_constructor = pl.col("symbol_kind") == "Constructor"
    named = symbols.select("name", "qualified", used="symbol", symbol_kind="kind").unique("used", keep="first")
    rows = (
        naming.select("file", "line", "used", "confidence", "evidence")
        .join(named, on="used")
        .filter(pl.col("name").str.contains(_IDENTIFIER))
        # A class and its constructors have one name, and are one thing to whoever writes it.
        .with_columns(
            thing=pl.when(is_constructor)
            .then(pl.col("qualified").str.replace(r"(::|\.)[^:.]*$", ""))
            .otherwise(pl.col("qualified")),
            constructs=is_constructor,
        )
        .sort("file", "line", "name", pl.col("constructs").not_(), "used")
    )
    meant = rows.group_by("file", "line", "name", maintain_order=True).agg(
        pl.col("thing").n_unique().alias("things"),
        pl.col("used").unique(maintain_order=True),
        pl.when(pl.col("confidence").null_count() == 0).then(pl.col("confidence").min()).alias("confidence"),
        pl.col("evidence").drop_nulls().first(),
    )
    by_file = (
        meant.filter(pl.col("things") == 1)
        .with_columns(pl.col("used").list.head(_MAX_OVERLOADS))
        .group_by("file", maintain_order=True)
        .agg("line", "name", "used", "confidence", "evidence")
    )
    found = {file: list(zip(*columns, strict=True)) for file, *columns in by_file.iter_rows()}
    return Mentions(found, dict(counts.iter_rows()))
