"""Where names occur in a line of text, each place once.

Input: a line, and names one after the other. Output: columns. A line may be a megabyte long with a name in every other
column, so that it is taken apart once and not looked through for each name.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_CALLED = re.compile(r"\s*(?:<[^()]{0,200}>\s*)?\(|\{")
_BRACKET = re.compile(r"[(\[{)\]}]")

Span = tuple[int, int]  # columns of the first character and behind the last


class _Free(NamedTuple):
    """The occurrences of a name that were not given yet, in order."""

    called: deque[Span]
    others: deque[Span]

    def first(self) -> deque[Span]:
        """Those of which the next is the first of all."""
        if self.called and self.others:
            return min(self.called, self.others, key=lambda spans: spans[0])
        return self.called or self.others


class SourceLine:
    """One line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._free: dict[str, _Free] = {}

    def take(self, names: Iterable[str], *, is_call: bool | None = None) -> Span | None:
        """The next place of one of the names, rather of a call, or of none, where that is asked for."""
        free = [self._find_free(name) for name in names]
        wanted = [] if is_call is None else [each.called if is_call else each.others for each in free]
        for spans in (*wanted, *(each.first() for each in free)):
            if spans:
                return spans.popleft()
        return None

    def end_of_call(self, at: int) -> int:
        """The column behind the parenthesis that closes a call, or behind the line if it is not on it."""
        opening = next(self._brackets_from(at), None)
        if opening is None:
            return max(len(self.text), at)
        if self.text[opening] in ")]}":
            return opening
        return self._closed.get(opening, len(self.text) - 1) + 1

    def _brackets_from(self, at: int) -> Iterator[int]:
        return (match.start() for match in _BRACKET.finditer(self.text, at))

    @cached_property
    def _closed(self) -> dict[int, int]:
        """Where each bracket is closed; of what kind they are is no matter."""
        closed: dict[int, int] = {}
        opened: list[int] = []
        for match in _BRACKET.finditer(self.text):
            if match[0] in "([{":
                opened.append(match.start())
            elif opened:
                closed[opened.pop()] = match.start()
        return closed

    @cached_property
    def _words(self) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for match in _WORD.finditer(self.text):
            found.setdefault(match[0], []).append(match.span())
        return found

    def _find_free(self, name: str) -> _Free:
        free = self._free.get(name)
        if free is None:
            spans = self._words.get(name, ()) if _is_word(name) else _find_spans(name, self.text)
            free = self._free[name] = _Free(deque(), deque())
            for span in spans:
                (free.called if _CALLED.match(self.text, span[1]) else free.others).append(span)
        return free


def _is_word(name: str) -> bool:
    last = name[-1:]
    return name[:1].isidentifier() and (last.isidentifier() or last.isdigit()) and _WORD.fullmatch(name) is not None


def _find_spans(name: str, text: str) -> Iterator[Span]:
    """Where a name stands that is no word: an operator, or one with blanks in it."""
    front = r"(?<!\w)" if name[:1].isidentifier() else ""
    back = r"(?!\w)" if name[-1:].isidentifier() or name[-1:].isdigit() else ""
    return (match.span() for match in re.finditer(front + re.escape(name) + back, text))
