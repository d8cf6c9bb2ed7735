"""Long outlines and long lists of keywords in parts, so that no page of a site becomes too large.

Input: a file of the model. Output: at which symbol each part of its outline begins, how many pages its keywords have.
Both are decided before anything is written, for links lead to the part that has a symbol; so sizes are estimates, well
below what a page may have.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from kgraph.pages.repository_model import PageFile, PageSymbol

OUTLINE_BYTES = 170_000  # of the outline on one page, as HTML
KEYWORD_BYTES = 200_000
_ENTRY = 420  # bytes of an entry beside what its symbol says
_PLACE = 130  # of a link to another place
_MAX_PLACES = 10
_USED = 600  # of who uses a function
CALLED = frozenset({"Function", "Macro"})  # of which an outline says that
_MAX_SIGNATURE = 600
_MAX_COMMENT = 400

Places = Mapping[str, Sequence[PageSymbol]]


def outline(file: PageFile, places: Places) -> tuple[int, ...]:
    """The place in `file.symbols` of the first symbol of each part."""
    firsts, size = [0], 0
    for number, symbol in enumerate(file.symbols):
        own = _size(symbol, places)
        own += 2 * min(len(symbol.signature), _MAX_SIGNATURE) + 2 * min(len(symbol.documentation), _MAX_COMMENT)
        own += _USED * (symbol.kind in CALLED)
        if size and size + own > OUTLINE_BYTES:
            firsts.append(number)
            size = 0
        size += own
    return tuple(firsts)


def keywords(file: PageFile, places: Places) -> int:
    """How many pages the keywords of a file have."""
    size = sum(_size(symbol, places) + 3 * _PLACE for symbol in file.symbols)
    size += sum(_ENTRY + len(include.names) * _PLACE for include in file.includes)
    return 1 + size // KEYWORD_BYTES


def _size(symbol: PageSymbol, places: Places) -> int:
    elsewhere = min(len(places.get(symbol.id, ())) - 1, _MAX_PLACES) if symbol.kind != "Namespace" else 0
    return _ENTRY + 2 * len(symbol.anchor) + len(symbol.qualified) + elsewhere * _PLACE


def part_of(firsts: Sequence[int], number: int) -> int:
    """The part of an outline that has a symbol, from 0."""
    return bisect_right(firsts, number) - 1


def outline_kind(part: int) -> str:
    """The kind of page that has a part of an outline, as `PageLinks` calls it."""
    return f"outline-{part + 1}" if part else "docs"


def keyword_kind(part: int) -> str:
    """The kind of page that has a part of the keywords of a file."""
    return f"kw-{part + 1}" if part else "kw"


def divide(lines: Sequence[str], parts: int) -> list[list[str]]:
    """Lines in so many parts of about the same size."""
    total = sum(map(len, lines)) or 1
    found: list[list[str]] = [[] for _ in range(parts)]
    size = 0
    for line in lines:
        found[min(parts - 1, size * parts // total)].append(line)
        size += len(line)
    return found
