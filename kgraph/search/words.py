"""The words of names and questions.

Input: a name, or a column of names. Output: its words in lower case: `TensorImpl` is "tensor impl", `set_sizes` "set
sizes", `CUDACachingAllocator` "cuda caching allocator", `c10::Device` "c10 device".
"""

from __future__ import annotations

import re

import polars as pl

_STEPS = (
    (r"([A-Z]+)([A-Z][a-z])", "$1 $2"),  # CUDACaching
    (r"([a-z0-9])([A-Z])", "$1 $2"),
    (r"[^\p{L}\p{N}]+", " "),
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_SEPARATORS = re.compile(r"::|->|[/#\\]")


def split(text: str) -> list[str]:
    """The words of a text, in order."""
    return [part.lower() for word in _WORD.findall(text) for part in _CAMEL.split(word)]


def column(names: pl.Expr) -> pl.Expr:
    """The words of each name, each with a space before it."""
    for pattern, by in _STEPS:
        names = names.str.replace_all(pattern, by)
    return pl.lit(" ") + names.str.strip_chars().str.to_lowercase()


def steps(text: str) -> str:
    """A name or path with "." between its steps."""
    return _SEPARATORS.sub(".", text.strip().removesuffix("()")).strip(".")


def steps_column(names: pl.Expr) -> pl.Expr:
    """The same of each name."""
    return names.str.replace_all(r"::|/", ".").str.strip_chars(".")


def key(text: str) -> str:
    """Steps in lower case: by it names are compared."""
    return steps(text).lower()


def key_column(names: pl.Expr) -> pl.Expr:
    """The same of each name."""
    return steps_column(names).str.to_lowercase()
