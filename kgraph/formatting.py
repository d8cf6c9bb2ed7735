"""Texts made of columns, whatever the layout of a frame in memory.

A column of polars lies in memory as chunks; `filter` leaves one empty where it takes all its rows. `pl.format` of
polars 2.1 panics where such a chunk stands between others, and a panic is no `Exception`. So texts are made by
`template`, which does without `pl.format` (ruff forbids it), and frames of unknown origin enter by `contiguous`.
"""

from __future__ import annotations

import polars as pl


def contiguous(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows in one chunk; costs nothing where they are."""
    return frame.rechunk()


def template(pattern: str, *values: pl.Expr | str) -> pl.Expr:
    """`pattern` with each `{}` filled with a value, an expression or the name of a column; null where one is null."""
    texts = pattern.split("{}")
    if len(texts) != len(values) + 1:
        raise ValueError(f"{pattern!r} has {len(texts) - 1} places for {len(values)} values")
    parts: list[pl.Expr] = [pl.lit(texts[0])] if texts[0] else []
    for value, text in zip(values, texts[1:], strict=True):
        parts.append(pl.col(value) if isinstance(value, str) else value)
        if text:
            parts.append(pl.lit(text))
    return pl.concat_str(parts)
