"""Where in the files a word or a quoted text stands: what makes a reason that can be looked up.

Input: the files of a graph in the working tree. Output: lines. A file is read again at each answer, and only if it
still has the contents that the graph is of, so that no reason names a line where nothing of the kind stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgraph.locate.text_index import TextIndex
from kgraph.locate.tree_words import content_of

_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_STEPS = (r"([a-z0-9])([A-Z])", r"([A-Z])([A-Z][a-z])", r"([A-Za-z])([0-9])")
_HUMPS = tuple([re.compile(step) for step in _STEPS])
_VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`|\b0x[0-9a-fA-F]+\b|\d+|%\w|\{[^}]*\}")
_MIN_PIECE_WORDS = 3
_MAX_TRIED = 4  # pieces of a quoted text


def split_identifier(identifier: str) -> list[str]:
    """The parts of an identifier, as `relate.term_matrix.parts` has them."""
    for step in _HUMPS:
        identifier = step.sub(r"\1_\2", identifier)
    return [each for each in identifier.lower().split("_") if len(each) > 1 and not each[0].isdigit()]


def fragments(quote: str) -> Iterator[str]:
    """A quoted text, and then what stands between its numbers and names, the longest first: they vary."""
    yield quote
    parts = {part.strip(" :.,") for part in _VARIABLE.split(quote)} - {quote}
    usable = [part for part in parts if len(part.split()) >= _MIN_PIECE_WORDS]
    yield from sorted(usable, key=lambda part: (-len(part), part))[:_MAX_TRIED]


class SourceEvidence:
    """The files of a graph, each read at most once for one answer."""

    def __init__(self, index: TextIndex) -> None:
        self._index = index
        self._texts: dict[int, str | None] = {}
        self._split: dict[int, list[str]] = {}

    def text(self, row: int) -> str | None:
        """What a file holds; None where it is not at hand as the graph has it."""
        if row not in self._texts:
            index = self._index
            content = None
            if index.tree.root is not None:
                node, blob = index.files["id"][row], index.files["blob"][row]
                content = content_of(index.tree.root, node, blob)
            self._texts[row] = None if content is None else content.decode("utf-8", "replace")
        return self._texts[row]

    def words(self, row: int, terms: list[str]) -> dict[str, tuple[str, int]]:
        """For each word the first identifier with it in a file, and its line; nothing for one that is not there."""
        text = self.text(row)
        found: dict[str, tuple[str, int]] = {}
        if text is None:
            return found
        lower = text.translate(_LOWER)  # of ASCII alone: str.lower changes the length of some texts
        for term in terms:
            start = 0
            while (place := lower.find(term, start)) >= 0:
                first, last = place, place + len(term)
                while first and _is_word(text[first - 1]):
                    first -= 1
                while last < len(text) and _is_word(text[last]):
                    last += 1
                start = last
                if last - first > 100:
                    continue
                identifier = text[first:last].lstrip("0123456789")
                if term in split_identifier(identifier):
                    found[term] = identifier, _line(text, place)
                    break
        return found

    def name_line(self, row: int, name: str, first: int, last: int) -> int:
        """The first of some lines of a file on which a name stands; 0 where none does, or the file is not at hand."""
        lines = self._lines(row)
        return next((number for number in range(first, min(last, len(lines)) + 1) if name in lines[number - 1]), 0)

    def _lines(self, row: int) -> list[str]:
        if row not in self._split:
            self._split[row] = (self.text(row) or "").split("\n")
        return self._split[row]

    def quote(self, row: int, quote: str) -> int:
        """The line where a text stands in a file, letter by letter; 0 where it does not."""
        text = self.text(row)
        place = text.find(quote) if text else -1
        return _line(text, place) if text and place >= 0 else 0


def _is_word(char: str) -> bool:
    return char == "_" or (char.isascii() and char.isalnum())


def _line(text: str, place: int) -> int:
    """The number of a line, counted as git and editors do."""
    return text.count("\n", 0, place) + 1
