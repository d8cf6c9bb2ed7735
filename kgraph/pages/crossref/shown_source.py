"""The source of a file with its cross-references, as the pages of a site show it.

Input: a file, what names its lines mention, where pages are. Output: a `SourceJob` for each file, of which a worker
makes the HTML of each part: lines, cards, and who uses what is defined there. What would be too large for a page is
shown without links, then without colours, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from kgraph.pages import source_parts
from kgraph.pages.crossref import cards, users
from kgraph.pages.crossref.linked_lines import (
    DefinedName,
    LineReferences,
    LinkedLine,
    NameUse,
    Piece,
    link_lines,
    plain,
)
from kgraph.pages.crossref.mentions import Mentions
from kgraph.pages.highlight import split_lines
from kgraph.pages.markdown import visible
from kgraph.pages.page_context import KIND_NAMES
from kgraph.pages.repository_model import PageFile, PageSymbol
from kgraph.pages.symbols.selection import principal_place

if TYPE_CHECKING:
    from kgraph.pages.page_context import PageContext

MAX_PAGE_BYTES = 300_000
MIN_CONFIDENCE = 0.95  # of a name whose link has no mark
_MAX_USERS_BYTES = 50_000  # of the list of users on one page
_MAX_FILES, _MAX_LINES = 10, 6  # of the uses of one symbol
CALLED = frozenset({"Function", "Method", "Constructor", "Destructor", "Conversion"})
UNNAMED = frozenset({"Heading", "Property", "Target", "BuildTest"})  # whose name need not stand in their first line
_NOT_USES = frozenset({"Override", "Test", "Binding"})


@dataclass(slots=True)
class SourcePart:
    """What is known of the lines on one page, whose first line is 1."""

    first: int = 1  # in the file
    count: int = 0  # lines
    references: LineReferences = field(default_factory=LineReferences)
    cards: list[str] = field(default_factory=list)
    users: str = ""


@dataclass(slots=True)
class SourceJob:
    """All that a worker needs to write a source."""

    language: str
    name: str
    text: str
    parts: list[SourcePart]


class CrossReferences:
    """Makes the jobs of all files."""

    def __init__(self, context: PageContext, mentions: Mentions) -> None:
        self._context = context
        self._mentions = mentions
        self._urls: dict[tuple[str, str], str] = {}

    def job(self, file: PageFile, text: str, *, is_current: bool) -> SourceJob:
        """The source of a file; where it is no longer what the graph was built of, without references."""
        firsts = self._context.source_parts.get(file.id, source_parts.WHOLE)
        total = text.count("\n") + 1
        ends = [*(first - 1 for first in firsts[1:]), total]
        parts = [SourcePart(first, end - first + 1) for first, end in zip(firsts, ends, strict=True)]
        if is_current:
            for part in parts:
                self._refer(file, part)
        return SourceJob(file.language, file.name, text, parts)

    def _refer(self, file: PageFile, part: SourcePart) -> None:
        """Fill in what is known of a part."""
        start = self._context.links.folder(file.id)
        last = part.first + part.count - 1
        seen: dict[tuple[tuple[str, ...], float | None], int] = {}
        uses: dict[int, list[NameUse]] = {}
        for line, name, ids, confidence, evidence in self._mentions.find_in_lines(file.id, part.first, last):
            url = self._url(start, ids[0])
            if not url:
                continue
            key = (tuple(ids), confidence)
            if key not in seen:
                seen[key] = len(part.cards)
                part.cards.append(self._card(start, ids, confidence, evidence or ""))
            is_guess = confidence is not None and confidence < MIN_CONFIDENCE
            uses.setdefault(line - part.first + 1, []).append(NameUse(name, url, seen[key], is_guess))
        defined, part.users = self._definitions(file, part, start)
        part.references = LineReferences(uses, defined, self._includes(file, part, start))

    def _url(self, start: str, id_: str) -> str:
        """Where a name leads: to the page of its symbol, or to the line of its definition."""
        if (start, id_) not in self._urls:
            if len(self._urls) > 200_000:
                self._urls.clear()
            url = self._context.symbols.link(start, id_)
            if not url and (place := self._principal(id_)):
                url = self._source(start, place.file, place.line) or self._context.symbol_url(start, place)
            self._urls[start, id_] = url
        return self._urls[start, id_]

    def _principal(self, id_: str) -> PageSymbol | None:
        places = self._context.model.places.get(id_)
        return principal_place(places) if places else None

    def _source(self, start: str, file: PageFile, line: int) -> str:
        return self._context.sources.link(start, file.id, line)

    def _card(self, start: str, ids: Sequence[str], confidence: float | None, evidence: str) -> str:
        described = []
        for id_ in ids:
            symbol = self._principal(id_)
            if symbol is None:
                continue
            places = [symbol] if symbol.kind == "Namespace" else self._context.model.places[id_]
            best = max(places, key=lambda place: len(place.documentation))
            kind = KIND_NAMES.get(symbol.kind, (symbol.kind.lower(), ""))[0]
            place = escape(visible(f"{symbol.file.path}:{symbol.line}"))
            url = self._source(start, symbol.file, symbol.line)
            where = f'<a href="{escape(url)}">{place}</a>' if url else place
            head = symbol.signature or symbol.qualified
            described.append((cards.description(head, best.documentation), f"{escape(kind)} in {where}"))
        return cards.card(described, cards.certainty(confidence, evidence))

    def _includes(self, file: PageFile, part: SourcePart, start: str) -> dict[int, tuple[str, str]]:
        """Includes and imports that mean one file of the repository."""
        included = {}
        for include in file.includes:
            targets = [each for each in include.targets if each in self._context.model.files]
            line = include.line - part.first + 1
            if len(targets) != 1 or not 1 <= line <= part.count or line in included:
                continue
            if url := self._context.links.link(start, targets[0]):
                included[line] = (include.spelling, url)
        return included

    def _definitions(self, file: PageFile, part: SourcePart, start: str) -> tuple[dict[int, list[DefinedName]], str]:
        defined: dict[int, list[DefinedName]] = {}
        items: list[str] = []
        size = 0
        anchors: dict[str, str] = {}  # by id: overloads in one language, and what is declared twice, are one symbol
        for symbol in file.symbols:
            line = symbol.line - part.first + 1
            if not (1 <= line <= part.count) or symbol.kind in UNNAMED or not symbol.name.isidentifier():
                continue
            page = self._context.symbols.link(start, symbol.id)
            url = page or self._context.links.link(start, file.id, "docs", symbol.anchor)
            count = self._mentions.counts.get(symbol.id, 0)
            to_users = page
            if symbol.id in anchors:
                to_users = "#" + anchors[symbol.id]
            elif count and size < _MAX_USERS_BYTES:
                anchor = anchors[symbol.id] = f"u-{symbol.line}-{len(items)}"
                items.append(self._users(start, symbol, count, anchor, page))
                size += len(items[-1])
                to_users = "#" + anchor
            name = DefinedName(symbol.name, symbol.end - part.first + 1, url, symbol.kind in CALLED, count, to_users)
            defined.setdefault(line, []).append(name)
        return defined, "".join(items)

    def _users(self, start: str, symbol: PageSymbol, count: int, anchor: str, page: str) -> str:
        """The lines that use a symbol, of which its own file's come first; then as `roles.user_rank` says."""
        found = [use for use in self._context.uses.users(symbol.id) if not _NOT_USES.issuperset(use.kinds)]
        found.sort(key=lambda use: (use.file is not symbol.file, use.file.user_rank))
        shown = [
            users.UserFile(
                use.file.path,
                self._context.links.link(start, use.file.id),
                [(line, self._source(start, use.file, line)) for line in use.lines[:_MAX_LINES]],
                len(use.lines) > _MAX_LINES,
            )
            for use in found[:_MAX_FILES]
        ]
        where = self._source(start, symbol.file, symbol.line)
        return users.item(users.UsedSymbol(anchor, symbol.name, where, count, len(found)), shown, page)


# --- in a worker ----------------------------------------------------------------------------------------------------


def write(job: SourceJob, rooms: Sequence[int]) -> list[str]:
    """The HTML of each part; `rooms` are the bytes that each page has left."""
    lines = split_lines(job.language, job.name, job.text)
    return [
        _part(lines[part.first - 1 : part.first - 1 + part.count], part, room)
        for part, room in zip(job.parts, rooms, strict=True)
    ]


def _part(lines: list[list[Piece]], part: SourcePart, room: int) -> str:
    """One part, as rich as fits."""
    shown = _frame(link_lines(lines, part.references), part)
    if part.users:
        shown += "\n" + users.section(part.users)
    if part.cards:
        shown += f'\n<template id="cards">{"".join(part.cards)}</template>'
    if len(shown.encode("utf-8", "replace")) <= room:
        return shown
    coloured = _frame([LinkedLine(plain(line)) for line in lines], part)
    if len(coloured.encode("utf-8", "replace")) <= room:
        return "<p>Names are not links here: the page would be too large.</p>\n" + coloured
    bare = _frame([LinkedLine(escape("".join(text for _, text, _ in line), quote=False)) for line in lines], part)
    return "<p>The source has no colours and no links here: the page would be too large.</p>\n" + bare


def _frame(lines: Sequence[LinkedLine], part: SourcePart) -> str:
    """The lines around which the page's style puts numbers: counted, or from an attribute where they begin later."""
    own = part.first > 1
    shown = (
        f'<span id="L{number}"{f" data-n={number}" if own else ""}>{line.margin}{line.html}</span>'
        for number, line in enumerate(lines, part.first)
    )
    return f'<pre class="source{" part" if own else ""}"><code>{chr(10).join(shown)}</code></pre>'
