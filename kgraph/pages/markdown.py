"""Texts of a repository as Markdown that cannot break out of its place.

Input: names, comments, file contents: whatever a repository holds. Output: `Markdown`, which shows exactly that text in
any CommonMark renderer, GitHub's too. A `Markdown` is a str that the templates print as it is; any other value that a
template prints is escaped by `print_value`, so that forgetting to escape is not possible.
"""

from __future__ import annotations

import re
from functools import lru_cache

# What no page should hold raw: control characters, and those that turn the direction of text around, which make a
# reader see another text than a machine does ("Trojan Source", CVE-2021-42574).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_SPECIAL = re.compile(r"[\\`*_\[\]<>|~&$]")
_BLOCK_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|[-=]+\s*$|:)")
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)")
_SPACE = re.compile(r"\s+")
_TICKS = re.compile(r"`+")
_CODE_SPAN = re.compile(r"(?<![\\`])(`+)(?!`)(.*?)(?<!`)\1(?!`)")


class Markdown(str):
    """A text that is Markdown already."""

    __slots__ = ()


def visible(value: str) -> str:
    r"""The text with what cannot be seen shown as an escape: `\u202e`."""
    if value.isascii() and value.isprintable():
        return value
    return _INVISIBLE.sub(lambda match: f"\\u{ord(match[0]):04x}", value)


def print_value(value: object) -> str:
    """What a template prints: Markdown as it is, numbers with separators, any other text escaped."""
    if isinstance(value, Markdown):
        return value
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    return text(str(value))


@lru_cache(maxsize=1 << 15)
def text(value: str) -> Markdown:
    """A text as one line of prose."""
    line = _SPACE.sub(" ", visible(_SPACE.sub(" ", value))).strip()
    return Markdown(_line(line))


def _line(line: str) -> str:
    line = _SPECIAL.sub(r"\\\g<0>", line)
    line = _BLOCK_START.sub(r"\1\\\2", line)
    return _NUMBERED.sub(r"\1\\\2", line)


@lru_cache(maxsize=1 << 16)
def code(value: str) -> Markdown:
    """A text as a code span, also inside a cell of a table."""
    value = visible(_SPACE.sub(" ", value)).strip()
    if not value:
        return Markdown("")
    if "`" in value:
        longest = max(len(run) for run in _TICKS.findall(value))
        ticks = "`" * (longest + 1)
        value = f"{ticks} {value} {ticks}"
    else:
        value = f"`{value}`"
    return Markdown(value)


def cell(value: str) -> Markdown:
    r"""Markdown inside a cell of a table, where even in a code span a pipe must be written `\|`.

    A table is cut into cells before anything else is read: at each pipe that has no backslash before it, of which one
    is taken away. In a text a pipe has one already.
    """
    if "|" not in value:
        return Markdown(value)
    return Markdown(_CODE_SPAN.sub(lambda span: span[0].replace("|", "\\|"), value))


def link(label: str, url: str) -> Markdown:
    """A link; the label is Markdown, the URL is percent-encoded. Without a URL the label stands alone."""
    return Markdown(f"[{label}]({url})" if url else label)


_BLANK_LINE = re.compile(r"\n\s*\n")


def paragraphs(value: str) -> list[str]:
    """The paragraphs of a comment, each on one line."""
    stripped = value.strip()
    if "\n" not in stripped:
        return [_SPACE.sub(" ", stripped)] if stripped else []
    parts = (_SPACE.sub(" ", part).strip() for part in _BLANK_LINE.split(stripped))
    return [part for part in parts if part]


_SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)([^`]+)(?<!`)\1(?!`)")


@lru_cache(maxsize=1 << 14)
def prose(value: str) -> Markdown:
    """A comment as one line of prose: what it writes between backticks is code."""
    if "`" not in value:
        return text(value)
    parts = _SPAN.split(_SPACE.sub(" ", value))  # text, ticks, code, text, ticks, code, ..., text
    pieces: list[str] = []
    for number in range(0, len(parts), 3):
        plain = parts[number]
        before = " " if plain[:1] == " " and pieces else ""
        after = " " if plain[-1:] == " " and plain.strip() and number + 2 < len(parts) else ""
        pieces.append(before + text(plain) + after)
        if number + 2 < len(parts):
            pieces.append(code(parts[number + 2]))
    return Markdown("".join(pieces))


_LAID_OUT = re.compile(r"\s|[-*+•]\s|\d+[.)]\s|[|+>@\\:]|={3}|-{3}")


def quote(value: str, indent: str = "") -> Markdown:
    """A comment as a block quote: prose flows, a paragraph that is laid out in lines (lists, code) keeps them."""
    parts: list[str] = []
    paragraph: list[str] = []
    for line in [*visible_lines(value.strip("\n")), ""]:
        if line.strip():
            paragraph.append(line.rstrip().expandtabs(4))
        elif paragraph:
            laid_out = any(_LAID_OUT.match(each) for each in paragraph)
            parts.append(fence("\n".join(paragraph), "text") if laid_out else prose(" ".join(paragraph)))
            paragraph = []
    body = "\n\n".join(parts)
    return Markdown("\n".join(f"{indent}> {line}".rstrip() for line in body.split("\n")) if body else "")


def visible_lines(value: str) -> list[str]:
    """The lines of a text, as CommonMark counts lines, with what cannot be seen made visible."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if value.isascii() and not _INVISIBLE.search(value):
        return lines
    return [
        visible(line.replace("\x0c", "")) if not line.isascii() or _INVISIBLE.search(line) else line for line in lines
    ]


def fence(content: str, language: str = "") -> Markdown:
    """A text as a fenced block, whose fence is longer than any run of backticks in it."""
    lines = visible_lines(content)
    if lines and not lines[-1]:
        lines.pop()
    body = "\n".join(lines)
    longest = max((len(run) for run in _TICKS.findall(body)), default=0) if "```" in body else 0
    ticks = "`" * max(3, longest + 1)
    return Markdown(f"{ticks}{language}\n{body}\n{ticks}" if lines else f"{ticks}{language}\n{ticks}")
