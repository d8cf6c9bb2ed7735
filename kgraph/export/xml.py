"""Text as XML 1.0 can carry it: whole columns, and single texts."""

from __future__ import annotations

import polars as pl

REPLACED = "{} characters that XML cannot carry were replaced by U+FFFD"

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
_QUOTED = _ESCAPES | {"\n": "&#10;", "\t": "&#9;"}  # in an attribute a reader makes them spaces otherwise
# XML 1.0, production Char: what is missing there cannot be written even as a reference.
_UNFIT = {chr(code): "\ufffd" for code in (*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF)}
_TRANSLATION = {ord(character): instead for character, instead in (_QUOTED | _UNFIT).items()}


def escape(text: pl.Expr) -> pl.Expr:
    """The text between tags."""
    return text.str.replace_many(_ESCAPES | _UNFIT)


def quote_attribute(text: pl.Expr) -> pl.Expr:
    """The text as an attribute's value."""
    return text.str.replace_many(_QUOTED | _UNFIT)


def quote(text: str) -> str:
    """One text, as an attribute's value or between tags."""
    return text.translate(_TRANSLATION)


def unfit(text: pl.Expr) -> pl.Expr:
    """How many characters the others replace because XML cannot carry them."""
    return text.str.count_matches(r"[\x00-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]").sum()


def unfit_in(frame: pl.DataFrame) -> int:
    """How many such characters the texts of a table hold."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String()]
    return sum(frame.select(unfit(pl.col(name)) for name in texts).row(0))


def attribute_type(dtype: pl.DataType) -> str:
    """What GraphML and GEXF call the type of a column; what they have no type for is a string."""
    if dtype.is_integer():
        return "long"
    if dtype.is_float():
        return "double"
    return "boolean" if dtype == pl.Boolean() else "string"
