"""The parser of the C family, which skips the ranges where there is nothing to read.

Input: prepared code. Output: its tree, the same as from parsing all of the code.

Most of what is left of a file is spaces (see `scanner`), and the lexer takes as long for a space as for a letter. Wide
blanks are therefore left out of the ranges that the parser includes; offsets and lines stay those of the code, since
the parser weighs errors by how many lines they span.
"""

from __future__ import annotations

import re
from functools import cache
from heapq import nlargest

import tree_sitter_cpp
from tree_sitter import Language, Parser, Range, Tree

# A range costs as much as some tens of spaces. One space of a blank stays at each end of it, to keep words apart.
_WIDE_BLANK = re.compile(b" " * 48 + rb"\s*+")
_MAX_BLANKS = 2_000  # the lexer finds a place by walking over the ranges


def parse(code: bytes) -> Tree:
    """The tree of a code."""
    parser = _parser()
    parser.included_ranges = _without_wide_blanks(code)
    return parser.parse(code)


def _without_wide_blanks(code: bytes) -> list[Range]:
    blanks = [match.span() for match in _WIDE_BLANK.finditer(code)]
    if len(blanks) > _MAX_BLANKS:
        blanks = sorted(nlargest(_MAX_BLANKS, blanks, key=lambda blank: blank[1] - blank[0]))
    ranges: list[Range] = []
    start, point = 0, (0, 0)
    for opening, closing in [*blanks, (len(code) - 1, len(code) + 1)]:
        end, following = opening + 1, closing - 1
        end_point = _advance_point(code, point, start, end)
        ranges.append(Range(point, end_point, start, end))
        start, point = following, _advance_point(code, end_point, end, following)
    return ranges


def _advance_point(code: bytes, point: tuple[int, int], start: int, end: int) -> tuple[int, int]:
    """The row and column of `end`, where `point` is that of `start`."""
    row, column = point
    rows = code.count(b"\n", start, end)
    return (row + rows, end - code.rfind(b"\n", start, end) - 1) if rows else (row, column + end - start)


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_cpp.language()))
