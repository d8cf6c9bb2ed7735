"""Inline markup of reStructuredText in time that grows as the text does.

Input: a paragraph. Output: its inline nodes, the same that docutils' own inliner gives.

docutils copies all that is left of a paragraph for each piece of markup, looks for the end of each through all of it,
and takes one level of recursion for each address: a paragraph of a megabyte, as a list of names may be, would take
hours. Here the same methods of docutils get a window of the paragraph, which ends behind a word and grows where the end
of a piece of markup is known to be further on. A word of more than `MAX_WORD` characters is text and nothing else, for
docutils' patterns try each place of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from docutils.parsers.rst import states
from docutils.utils import escape2null

MAX_WORD = 1_000  # characters
_WINDOW = 4_000
_LONG_WORD = re.compile(rf"\S{{{MAX_WORD + 1},}}+")

Parsed = tuple[list[nodes.Node], list[nodes.Node]]  # nodes and system messages


class LinearInliner(states.Inliner):  # type: ignore[misc] # docutils has no types
    """docutils' inliner, for paragraphs of any length."""

    def __init__(self) -> None:
        super().__init__()
        self.long_words: list[int] = []  # lines of the paragraphs with words that were not looked into

    def __init_subclass__(cls) -> None:
        """docutils builds its patterns from the attributes of the inliner's own class, inherited ones left out."""
        super().__init_subclass__()
        for name, value in vars(states.Inliner).items():
            if isinstance(value, str) and not name.startswith("__"):
                setattr(cls, name, value)

    def parse(self, text: str, lineno: int, memo: Any, parent: nodes.Element) -> Parsed:
        if len(text) <= MAX_WORD:
            parsed: Parsed = super().parse(text, lineno, memo, parent)
            return parsed
        self.document, self.language, self.reporter = memo.document, memo.language, memo.document.reporter
        self.parent = parent
        parsed_nodes: list[nodes.Node] = []
        messages: list[nodes.Node] = []
        for piece, is_word in _long_words(text):
            if is_word:
                self.long_words.append(lineno)
                parsed_nodes.append(nodes.Text(escape2null(piece)))
            else:
                self._parse_piece(escape2null(piece), lineno, parsed_nodes, messages)
        return parsed_nodes, messages

    def _parse_piece(self, text: str, lineno: int, parsed_nodes: list[nodes.Node], messages: list[nodes.Node]) -> None:
        ends = _Ends(self.patterns, text)
        plain: list[str] = []
        at = least = 0
        while at < len(text):
            window = _window(text, at, least)
            match = self.patterns.initial.search(window)
            if match is None:
                plain.append(window)
                at += len(window)
                least = 0
                continue
            groups = match.groupdict()
            sign = groups["start"] or groups["backquote"] or groups["refend"] or groups["fnend"]
            if least := ends.find_behind(sign, at, match.end(), len(window)):
                continue  # it ends behind the window
            before, inline, rest, new_messages = self.dispatch[sign](self, match, lineno)
            plain.append(before)
            messages += new_messages
            if inline:
                parsed_nodes += self.implicit_inline("".join(plain), lineno)
                parsed_nodes += inline
                plain = []
            at += len(window) - len(rest)
        parsed_nodes += self.implicit_inline("".join(plain), lineno)

    def implicit_inline(self, text: str, lineno: int) -> list[nodes.Node]:
        """The addresses in a text, and what stands between them."""
        if len(text) <= MAX_WORD:
            within: list[nodes.Node] = super().implicit_inline(text, lineno)
            return within
        parsed_nodes: list[nodes.Node] = []
        plain: list[str] = []
        at = 0
        while at < len(text):
            window = _window(text, at)
            match = self.patterns.uri.search(window)
            if match is None:
                plain.append(window)
                at += len(window)
                continue
            try:
                address = self.standalone_uri(match, lineno)
            except states.MarkupMismatch:  # docutils looks no further then
                plain.append(text[at:])
                break
            plain.append(window[: match.start()])
            parsed_nodes += _texts(plain)
            parsed_nodes += address
            plain = []
            at += match.end()
        return parsed_nodes + _texts(plain)


class _Ends:
    """Where the pieces of markup of a text end, as far as was asked."""

    def __init__(self, patterns: Any, text: str) -> None:
        self._text = text
        self._patterns = {
            "*": patterns.emphasis,
            "**": patterns.strong,
            "``": patterns.literal,
            "_`": patterns.target,
            "|": patterns.substitution_ref,
            "`": patterns.interpreted_or_phrase_ref,
        }
        self._next: dict[
            str, int
        ] = {}  # by the sign that begins them: where the next one ends, beyond the text if none

    def find_behind(self, sign: str, at: int, start: int, size: int) -> int:
        """How long the window at an offset must be for what begins with a sign at `start` of it; 0 where it is."""
        pattern = self._patterns.get(sign)
        if pattern is None or at + size >= len(self._text):
            return 0
        end = self._next.get(sign, -1)
        if end <= at + start:
            match = pattern.search(self._text, at + start)
            # What ends at its very beginning is no markup, and docutils looks for no other end.
            end = self._next[sign] = match.end() if match else len(self._text) + 1
        return end - at + 1 if at + size < end <= len(self._text) else 0


def _window(text: str, at: int, least: int = 0) -> str:
    """What stands at an offset, up to the end of a word, and at least so much."""
    end = at + max(_WINDOW, least)
    if end >= len(text):
        return text[at:]
    for place in range(end - 1, at + max(_WINDOW // 2, least), -1):
        if _ends_word(text, place):
            return text[at : place + 1]
    while end < len(text) and not _ends_word(text, end - 1):
        end += 1
    return text[at:end]


def _ends_word(text: str, offset: int) -> bool:
    """Whether a space stands there that no backslash makes a part of a word."""
    return text[offset].isspace() and text[offset - 1] != "\0"


def _long_words(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and whether each is a word that is too long."""
    done = 0
    for match in _LONG_WORD.finditer(text):
        if match.start() > done:
            yield text[done : match.start()], False
        yield match[0], True
        done = match.end()
    if done < len(text):
        yield text[done:], False


def _texts(plain: list[str]) -> list[nodes.Node]:
    text = "".join(plain)
    return [nodes.Text(text)] if text else []
