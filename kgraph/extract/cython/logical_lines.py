"""Logical lines of Cython: statements with their indentation, comments and strings out of the way.

Input: the text of a file. Output: `LogicalLine`s. Python's own tokenizer refuses half of Cython's (`c'x'`, `0xFFUL`),
and what is needed is little: where strings, comments and brackets are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)"
    r"|(?P<string>(?<![\w.])(?P<prefix>[A-Za-z]{0,2})(?P<quote>'''|\"\"\"|'|\"))"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<escape>\\\n)|(?P<end>\n)"
)
_REST = {
    "'": re.compile(r"(?:[^'\\\n]|\\.)*+'?", re.DOTALL),
    '"': re.compile(r'(?:[^"\\\n]|\\.)*+"?', re.DOTALL),
    "'''": re.compile(r"(?:[^'\\]|\\.|'(?!''))*+(?:''')?", re.DOTALL),
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*+(?:""")?', re.DOTALL),
}
_NOT_NEWLINE = re.compile(r"[^\n]")
_CAST = re.compile(r"(?<=[{(])<[\w.*& ]+>(?=\w)")  # in an f-string
_PYTHON_PREFIXES = frozenset({"", "r", "b", "u", "f", "br", "rb", "fr", "rf"})


@dataclass(slots=True)
class LogicalLine:
    """One statement, or several with ";" between; its lines end with the text, without a line feed.

    `code` and `mask` are as long as the source; comments are blank in both, in `mask` strings are a row of `"`, so that
    it can be searched.
    """

    first: int  # line, from 1
    indent: int  # columns, tabs up to the next eighth
    space: str  # the indentation as spelled
    code: str  # without the indentation
    mask: str


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """The statements of a source; blank lines are part of the one above."""
    pieces: list[str] = []
    masks: list[str] = []
    depth = 0
    first = line = 1
    at = 0
    while match := _TOKEN.search(text, at):
        plain = text[at : match.start()]
        pieces.append(plain)
        masks.append(plain)
        at = match.end()
        match match.lastgroup:
            case "comment":
                pieces.append(" " * len(match[0]))
                masks.append(" " * len(match[0]))
            case "quote" | "prefix" | "string":
                rest = _REST[match["quote"]].match(text, at)
                at = rest.end() if rest else at
                string = text[match.start() : at]
                prefix = match["prefix"]
                kept = prefix if prefix.lower() in _PYTHON_PREFIXES else " " * len(prefix)
                if "f" in prefix.lower() and "<" in string:
                    string = _CAST.sub(_blank, string)
                pieces.append(kept + string[len(prefix) :])
                masks.append(_NOT_NEWLINE.sub('"', string))
                line += string.count("\n")
            case "open":
                depth += 1
            case "close":
                depth = max(depth - 1, 0)
            case "escape":
                line += 1
            case "end":
                line += 1
        if match.lastgroup in ("open", "close", "escape"):
            pieces.append(match[0])
            masks.append(match[0])
        elif match.lastgroup == "end":
            if depth and not _starts_statement(text, at):
                pieces.append("\n")
                masks.append("\n")
                continue
            depth = 0
            yield _line(first, pieces, masks)
            first, pieces, masks = line, [], []
    pieces.append(text[at:])
    masks.append(text[at:])
    yield _line(first, pieces, masks)


_STATEMENT = re.compile(r"(?:def|cdef|cpdef|class|ctypedef)[ \t]+\w")


def _starts_statement(text: str, at: int) -> bool:
    """Whether a line in open brackets cannot be the rest of an expression: nobody closed them."""
    return text.startswith(("d", "c"), at) and _STATEMENT.match(text, at) is not None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _line(first: int, pieces: list[str], masks: list[str]) -> LogicalLine:
    code, mask = "".join(pieces), "".join(masks)
    stripped = mask.lstrip(" \t\f")
    cut = len(mask) - len(stripped)
    space = code[:cut].replace("\f", "")
    stripped = stripped.rstrip(" \t\f")  # the blanks of a string that nothing ends are part of it
    return LogicalLine(first, len(space.expandtabs()), space, code[cut : cut + len(stripped)], stripped)
