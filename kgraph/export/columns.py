"""Columns of text to bytes: what the writers of property graphs share."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

ROWS = 50_000  # turned into text at a time
LINES = 8_192  # joined at a time: ten times faster than a hundred thousand, which fit no cache


def chunks(lines: pl.Series, separator: str = "\n") -> Iterator[bytes]:
    """Lines without their ends, as bytes with the separator between them and a line feed behind each chunk."""
    for part in lines.to_frame().iter_slices(LINES):
        text: str = part.to_series().str.join(separator).item()
        yield f"{text}\n".encode()


def as_json(name: str) -> pl.Expr:
    """A column's values as JSON; a null stays null."""
    value = pl.struct(pl.col(name).alias("v")).struct.json_encode()
    return pl.when(pl.col(name).is_not_null()).then(value.str.strip_prefix('{"v":').str.strip_suffix("}"))
