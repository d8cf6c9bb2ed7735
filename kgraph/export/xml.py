"""Text as XML 1.0 can carry it, for columns of text."""

from __future__ import annotations

import polars as pl

REPLACED = "{} characters that XML cannot carry were replaced by U+FFFD"

# XML 1.0, production Char: what is missing there cannot be written even as a reference.
_UNFIT = [chr(code) for code in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF)]
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
_ATTRIBUTE_ESCAPES = _ESCAPES | {"\n": "&#10;", "\t": "&#9;"}  # a reader makes them spaces otherwise


def fit(text: pl.Expr) -> pl.Expr:
    """The text with U+FFFD for each character that XML cannot carry."""
    return text.str.replace_many(_UNFIT, ["\N{REPLACEMENT CHARACTER}"])


def unfit(text: pl.Expr) -> pl.Expr:
    """How many characters `fit` replaces."""
    return text.str.count_matches(r"[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]").sum()


def escaped(text: pl.Expr) -> pl.Expr:
    """The text between tags."""
    return text.str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))


def quoted(text: pl.Expr) -> pl.Expr:
    """The text as an attribute's value."""
    return text.str.replace_many(list(_ATTRIBUTE_ESCAPES), list(_ATTRIBUTE_ESCAPES.values()))
