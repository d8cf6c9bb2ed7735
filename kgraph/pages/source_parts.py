"""Long sources in parts, so that no page of a site becomes too large.

Input: the text of a file. Output: the first line of each part. What a source becomes with colours and links is four to
six times as large as its text, and a page has at most 300 kB.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

PART_BYTES = 40_000  # of text on one page
PART_LINES = 1_500
WHOLE = (1,)


def first_lines(text: str) -> tuple[int, ...]:
    """The first line of each part, counted from 1."""
    if len(text) <= PART_LINES:  # of one character each
        return WHOLE
    if text.count("\n") < PART_LINES and len(text.encode("utf-8", "replace")) < PART_BYTES:
        return WHOLE
    firsts, size = [1], 0
    for number, line in enumerate(text.split("\n"), 1):
        own = len(line.encode("utf-8", "replace")) + 1
        if size and (size + own > PART_BYTES or number - firsts[-1] >= PART_LINES):
            firsts.append(number)
            size = 0
        size += own
    return tuple(firsts)


def part_of(firsts: Sequence[int], line: int) -> int:
    """The part that shows a line, from 0."""
    return max(0, bisect_right(firsts, line) - 1)


def kind(part: int) -> str:
    """The kind of page that shows a part, as `PageLinks` calls it."""
    return f"docs-{part + 1}" if part else "docs"


def lines(text: str, firsts: Sequence[int], part: int) -> str:
    """The text of a part."""
    if len(firsts) == 1:
        return text
    last = firsts[part + 1] - 1 if part + 1 < len(firsts) else None
    return "\n".join(text.split("\n")[firsts[part] - 1 : last])
