"""Lines of a source as HTML, in which the names that the graph knows are links.

Input: the coloured pieces of each line, and what is known of it: the names that are used, defined or included there.
Output: HTML of each line. The graph knows in which line a name is used, not where in it; so a name is a link only where
it cannot mean two things: it stands there once, or each time in the same way, like `f` in `f(f(x))`, and not like
`size` in `a.size() + b.size()`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

Piece = tuple[str, str, bool]  # class of its colour, text, whether names in it are code: no comment, no string
_Span = tuple[int, int, str]  # from, to, and the tag that opens the link

_WORD = re.compile(r"[^\W\d]\w*")
_CALLED = re.compile(r"\s*(?:::)?[(<{!]")
_QUALIFIER = re.compile(r"(?:[\w\])>]\s*(?:\.|->|::)\s*|~)$")
_CHAIN = re.compile(r"[\w.:>()\[\]-]*$")
_MAX_LINES_TO_NAME = 12  # between the first line of a definition, which may be a decorator's, and its name
_ATTRIBUTE = re.compile(r"\s*(?:@|#!?\[|\[\[)")  # a decorator or an attribute, in which a name is no definition


@dataclass(frozen=True, slots=True)
class NameUse:
    """A name that is used in a line."""

    name: str
    url: str
    card: int = -1  # which card tells of it; none is -1
    is_guess: bool = False  # inferred, and not surely


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name that is defined or declared from a line on."""

    name: str
    end: int  # last line of the definition
    url: str
    is_called: bool  # a function or a macro, whose name a parenthesis follows
    count: int = 0  # lines in which it is used
    users: str = ""  # where these are listed


@dataclass(slots=True)
class LineReferences:
    """What is known of the lines of a file, each counted from 1."""

    uses: Mapping[int, Sequence[NameUse]] = field(default_factory=dict)
    defined: Mapping[int, Sequence[DefinedName]] = field(default_factory=dict)
    included: Mapping[int, tuple[str, str]] = field(default_factory=dict)  # the spelling, and where it leads


@dataclass(frozen=True, slots=True)
class LinkedLine:
    """A line as HTML, and the mark in its margin."""

    html: str
    margin: str = ""


def link_lines(lines: Sequence[Sequence[Piece]], references: LineReferences) -> list[LinkedLine]:
    """Each line as HTML, with links."""
    spans: dict[int, list[_Span]] = {}
    margins: dict[int, str] = {}
    for first, names in references.defined.items():
        for defined in names:
            _define(lines, first, defined, spans, margins)
    for number, uses in references.uses.items():
        if number <= len(lines):
            taken = spans.setdefault(number, [])
            for use in uses:
                _use(lines[number - 1], use, taken)
    for number, (spelling, url) in references.included.items():
        if number <= len(lines) and (start := _text(lines[number - 1]).find(spelling)) >= 0:
            span = (start, start + len(spelling), f'<a href="{escape(url)}">')
            kept = [each for each in spans.get(number, ()) if each[1] <= start or each[0] >= span[1]]
            spans[number] = [*kept, span]
    return [
        LinkedLine(_with_links(pieces, spans[number]) if spans.get(number) else plain(pieces), margins.get(number, ""))
        for number, pieces in enumerate(lines, 1)
    ]


def plain(pieces: Sequence[Piece]) -> str:
    """A line as HTML without links."""
    return "".join([_render_piece(style, text) for style, text, _ in pieces])


def _render_piece(style: str, text: str) -> str:
    if "<" in text or ">" in text or "&" in text:
        text = escape(text, quote=False)
    return f'<span class="{style}">{text}</span>' if style else text


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(text for _, text, _ in pieces)


def _places(pieces: Sequence[Piece], name: str) -> list[int]:
    """Where a name stands as a whole word of code."""
    found, start = [], 0
    for _, text, is_code in pieces:
        if is_code and name in text:
            found += [start + word.start() for word in _WORD.finditer(text) if word[0] == name]
        start += len(text)
    return found


def _use(pieces: Sequence[Piece], use: NameUse, taken: list[_Span]) -> None:
    places = [start for start in _places(pieces, use.name) if not any(low <= start < high for low, high, _ in taken)]
    if len(places) > 1:
        line = _text(pieces)
        ways = {(_find_receiver(line, start), bool(_CALLED.match(line, start + len(use.name)))) for start in places}
        if len(ways) > 1:
            return
    certainty = " class=g" if use.is_guess else ""
    card = f" data-c={use.card}" if use.card >= 0 else ""
    tag = f'<a href="{escape(use.url)}"{certainty}{card}>'
    taken += [(start, start + len(use.name), tag) for start in places]


def _find_receiver(line: str, start: int) -> str:
    """What a name is asked of: "a." of the last word of "f(a.size"."""
    chain = _CHAIN.search(line, 0, start)
    return chain[0] if chain and _QUALIFIER.search(chain[0]) else ""


def _define(
    lines: Sequence[Sequence[Piece]],
    first: int,
    defined: DefinedName,
    spans: dict[int, list[_Span]],
    margins: dict[int, str],
) -> None:
    """Find the name of a definition in its first lines, and link it and its margin."""
    last = min(defined.end, first + _MAX_LINES_TO_NAME, len(lines))
    found = [
        (number, start, bool(_CALLED.match(line, start + len(defined.name))))
        for number in range(max(first, 1), last + 1)
        if not _ATTRIBUTE.match(line := _text(lines[number - 1]))
        for start in _places(lines[number - 1], defined.name)
        if not any(low <= start < high for low, high, _ in spans.get(number, ()))
    ]
    if not found:
        return
    number, start, _ = next((each for each in found if each[2]), found[0]) if defined.is_called else found[0]
    if defined.url:
        tag = f'<a class=d href="{escape(defined.url)}">'
        spans.setdefault(number, []).append((start, start + len(defined.name), tag))
    if defined.count and number not in margins:
        what = f"{defined.count:,} {'line uses' if defined.count == 1 else 'lines use'} {defined.name}"
        if defined.users:
            margin = f'<a class=u href="{escape(defined.users)}" aria-label="{escape(what)}">{defined.count:,}</a>'
        else:
            margin = f'<span class=u title="{escape(what)}">{defined.count:,}</span>'
        margins[number] = margin


def _with_links(pieces: Sequence[Piece], spans: list[_Span]) -> str:
    """A line whose links are whole, whatever pieces they lie across."""
    out: list[str] = []
    waiting = iter(sorted(spans))
    span = next(waiting, None)
    start = 0
    for style, text, _ in pieces:
        end, at = start + len(text), start
        while span is not None and span[0] < end:
            low, high, tag = span
            if low >= at:
                if low > at:
                    out.append(_render_piece(style, text[at - start : low - start]))
                out.append(tag)
                at = low
            cut = min(high, end)
            out.append(_render_piece(style, text[at - start : cut - start]))
            at = cut
            if high > end:
                break
            out.append("</a>")
            span = next(waiting, None)
        if at < end:
            out.append(_render_piece(style, text[at - start :]))
        start = end
    return "".join(out)
