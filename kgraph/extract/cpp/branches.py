"""Which lines of function bodies of the C family run only in some runs of these.

Input: the text with its bodies, and where these are. Output: ranges of lines, as `extract.python.branches` has them:
the statements behind `if (...)` and `catch (...)`, the cases of a `switch`, and a line that throws, where that is not
all that the body does. What follows an `else` is no branch, nor is the body of a loop; nor what stands behind
`if (status.ok())`, for that is so in most runs. Of a line that a condition and its statement share nothing is said.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence

_WORDS = ("if", "switch", "catch", "constexpr")
_BEHIND_WORD = b"|".join(rb"(?<=\b%b%b\()" % (word.encode(), space) for word in _WORDS for space in (b"", b" "))
_HEAD = re.compile(
    rb"\((?:"
    + _BEHIND_WORD
    + rb")(?:[^()]|\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]{0,200}+\)){0,200}+\)){0,300}+\)){0,400}+\))"
    rb"{0,600}+\)\s*+"
)
_SUCCESS = re.compile(rb"\(\s*+[\w.>:-]{1,60}?(?:\.|->)ok\(\)\s*+\)\s*+")
_THROW = re.compile(rb"\n([ \t]*+)throw\b")
_BRACE = re.compile(rb"[{}]")
_SIGN = re.compile(rb"[;(){}]")
_MAX_STATEMENT = 2_000  # bytes of one without braces


def read_branches(text: bytes, bodies: Sequence[tuple[int, int]], line_starts: list[int]) -> bytes:
    """First and last lines of all ranges, in order, none next to another: 32-bit numbers, two for each."""
    found = array("I")
    for first, last in sorted(
        (bisect_right(line_starts, first), bisect_right(line_starts, last))
        for start, end in bodies
        for head, first, last in _branches(text, start, end)
        if text.find(b"\n", head, first) >= 0
    ):
        if found and first <= found[-1] + 1:
            found[-1] = max(found[-1], last)
        else:
            found.extend((first, last))
    return found.tobytes()


def _branches(text: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Where what decides ends, and the first and last characters of what it decides about."""
    heads = [match.end() for match in _HEAD.finditer(text, start, end) if not _SUCCESS.fullmatch(match[0])]
    for match in _THROW.finditer(text, start, end) if text.find(b"throw", start, end) >= 0 else ():
        if (last := _end_of_statement(text, match.end(), end)) and text[start : match.start()].strip():
            yield match.start(), match.end(1), last
    if not heads:
        return
    closing = _closing(text, start, end)
    for at in heads:
        if text[at : at + 1] == b"{":
            last = closing.get(at, end)
            first = at + 1
            while first < last and text[first] in b" \t\r\n":
                first += 1
            while last > first and text[last - 1] in b" \t\r\n":
                last -= 1
            if first < last:
                yield at, first, last - 1
        elif (last := _end_of_statement(text, at, end)) > at:
            head = at
            while head > start and text[head - 1] in b" \t\r\n":
                head -= 1
            yield head, at, last


def _closing(text: bytes, start: int, end: int) -> dict[int, int]:
    """Where each brace closes, by where it opens."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACE.finditer(text, start, end):
        if match[0] == b"{":
            opened.append(match.start())
        elif opened:
            found[opened.pop()] = match.start()
    return found


def _end_of_statement(text: bytes, at: int, end: int) -> int:
    """The semicolon that ends a simple statement; 0 where it is none."""
    depth = 0
    for match in _SIGN.finditer(text, at, min(end, at + _MAX_STATEMENT)):
        sign = match[0]
        if sign in b"({":
            depth += 1
        elif sign in b")}":
            depth -= 1
        elif depth == 0:
            return match.start()
        if depth < 0:
            return 0
    return 0
