"""The headings of a document as a tree of sections.

Input: headings in the order of the document, each with its level, text and line. Output: a symbol for each.

A section ends where the next heading of its level or a higher one starts. Its qualified name is the path of its
headings, "Install/From source". What tells apart equal headings is the counter that GitHub appends to their anchors:
an anchor is unique in its document, and people know it from links.
"""

from __future__ import annotations

import re

from kgraph.extract.text import flatten
from kgraph.model import Kind, SymbolFact

_LONG_HEADING = 200  # characters
LONG_PARAGRAPH = 500

_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


def anchor(heading: str) -> str:
    """The anchor that GitHub gives a heading, before a counter is appended."""
    return _NOT_IN_ANCHORS.sub("", heading.lower()).replace(" ", "-")


class Outline:
    """Collects headings, and gives their symbols when the last one is known."""

    def __init__(self) -> None:
        self._headings: list[tuple[int, str, int]] = []

    def add(self, level: int, name: str, line: int) -> None:
        """The next heading; 1 is the highest level. One without text has no name to be found by, and is left out."""
        if name := flatten(name, _LONG_HEADING):
            self._headings.append((level, name, line))

    def symbols(self, lines: int) -> tuple[SymbolFact, ...]:
        """The symbols of all headings, in a document of so many lines."""
        symbols: list[SymbolFact] = []
        counters: dict[str, int] = {}
        enclosing: list[tuple[int, int]] = []  # level and index of the headings above the current one
        ends = self._ends(lines)
        for index, ((level, name, line), end) in enumerate(zip(self._headings, ends, strict=True)):
            while enclosing and enclosing[-1][0] >= level:
                enclosing.pop()
            parent = enclosing[-1][1] if enclosing else -1
            above = symbols[parent] if parent >= 0 else None
            scope = f"{above.scope}/{above.name}".lstrip("/") if above else ""
            key = _count_suffix(anchor(name), counters)
            symbols.append(SymbolFact(Kind.HEADING, name, line, end, scope=scope, parent=parent, key=key, local=True))
            enclosing.append((level, index))
        return tuple(symbols)

    def _ends(self, lines: int) -> list[int]:
        ends = [lines] * len(self._headings)
        open_: list[int] = []
        for index, (level, _, line) in enumerate(self._headings):
            while open_ and self._headings[open_[-1]][0] >= level:
                closed = open_.pop()
                ends[closed] = max(line - 1, self._headings[closed][2])
            open_.append(index)
        return ends


def _count_suffix(slug: str, counters: dict[str, int]) -> str:
    """What GitHub appends to an anchor so that it is the only one: "", "-1", "-2"."""
    result = slug
    while result in counters:
        counters[slug] += 1
        result = f"{slug}-{counters[slug]}"
    counters[result] = 0
    return result[len(slug) :]
