"""The cells of a Jupyter notebook, each line with the line of the file that holds it.

Input: the text of an `.ipynb` file. Output: a `Notebook`, or `json.JSONDecodeError` where the text is no JSON.

The standard decoder checks the text and steps over what is not asked for, such as outputs; the positions of the rest
are found by stepping into the few objects that hold it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError, JSONDecoder
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
_decode = JSONDecoder(strict=False).raw_decode


@dataclass(slots=True)
class Cell:
    """One cell; `lines[i]` stands at the line `at[i]` of the file."""

    number: int  # among all cells, from 1
    kind: str = ""  # "code", "markdown", "raw", "heading"
    language: str = ""  # before nbformat 4, of the cell, in lower case; "" where the kernel tells
    lines: list[str] = field(default_factory=list)  # without their ends
    at: list[int] = field(default_factory=list)  # from 1
    is_open: bool = False  # whether the next piece of the source continues the last line

    def add(self, piece: str, line: int) -> None:
        """Add a piece of the source, which stands at one line of the file and may hold several lines."""
        pieces = piece.split("\n")
        if self.is_open:
            self.lines[-1] += pieces.pop(0)
        self.is_open = not piece.endswith("\n")
        if not self.is_open and pieces:
            pieces.pop()  # what follows the last line feed: nothing
        self.lines += pieces
        self.at += [line] * len(pieces)


@dataclass(slots=True)
class Notebook:
    """What is read of a notebook."""

    language: str  # of the kernel, in lower case; "" where no kernel is named
    cells: list[Cell]


def read_notebook(text: str) -> Notebook:
    """The cells of a notebook of any format; raises `JSONDecodeError`, and `RecursionError` for what is too deep."""
    start = _skip_space(text, 0)
    value, end = _decode(text, start)
    if not isinstance(value, dict):
        raise JSONDecodeError("a notebook must be an object", text, start)
    if (end := _skip_space(text, end)) < len(text):
        raise JSONDecodeError("Extra data", text, end)
    return Notebook(_kernel_language(value), list(_cells(text, start)))


def _kernel_language(notebook: dict[str, Any]) -> str:
    for section, name in (("language_info", "name"), ("kernelspec", "language"), ("kernelspec", "name")):
        at: Any = notebook
        for key in ("metadata", section, name):
            at = at.get(key) if isinstance(at, dict) else None
        if at and isinstance(at, str):
            return at.lower()
    return ""


def _cells(text: str, start: int) -> Iterator[Cell]:
    lines = _LineCounter(text)
    number = 0
    for array in _cell_arrays(text, start):
        for place in _items(text, array):
            number += 1
            cell = Cell(number)
            for key, at in _members(text, place):
                match key:
                    case "cell_type":
                        cell.kind = str(_decode(text, at)[0])
                    case "language":
                        cell.language = str(_decode(text, at)[0]).lower()
                    case "source" | "input":
                        for piece in _items(text, at) if text[at] == "[" else [at]:
                            if text[piece] == '"':
                                cell.add(_decode(text, piece)[0], lines.line(piece))
            yield cell


def _cell_arrays(text: str, start: int) -> Iterator[int]:
    """Where the arrays of cells begin: one, or in nbformat 3 one for each worksheet."""
    for key, at in _members(text, start):
        if key == "cells":
            yield at
        elif key == "worksheets":
            for sheet in _items(text, at):
                yield from (inner for name, inner in _members(text, sheet) if name == "cells")


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """The keys of an object that is known to be valid, and where their values begin; none of what is no object."""
    if text[at] != "{":
        return
    at = _skip_space(text, at + 1)
    while text[at] == '"':
        key, at = _decode(text, at)
        at = _skip_space(text, _skip_space(text, at) + 1)
        yield key, at
        at = _next(text, _decode(text, at)[1])


def _items(text: str, at: int) -> Iterator[int]:
    """Where the items of an array begin that is known to be valid; none of what is no array."""
    if text[at] != "[":
        return
    at = _skip_space(text, at + 1)
    while text[at] != "]":
        yield at
        at = _next(text, _decode(text, at)[1])


def _next(text: str, at: int) -> int:
    """Where the next member begins, or the bracket that closes all."""
    at = _skip_space(text, at)
    return _skip_space(text, at + 1) if text[at] == "," else at


def _skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


class _LineCounter:
    """Lines of offsets that are asked for in their order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line = 1
        self._counted = 0

    def line(self, offset: int) -> int:
        self._line += self._text.count("\n", self._counted, offset)
        self._counted = offset
        return self._line
