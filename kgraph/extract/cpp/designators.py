"""Designated initialisers of the C family: of what the fields are that `{.open = f, .flags = {.ready = 1}}` names.

Input: the text of a file. Output: for an offset inside of braces a receiver as `local_types` has them, and the type of
its first name: `x.flags.`, `struct file`. Braces are read once from the front, and each is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgraph.extract.cpp.chains import plain_type
from kgraph.extract.cpp.lexicon import byte_words

_BRACE = re.compile(rb"[{}]")
_MAX_HEAD = 300  # bytes in front of a brace
_MAX_DEPTH = 8
_MAX_RECEIVER = 200  # bytes
_TYPE = rb"([A-Za-z_][\w:]*+(?:<[^<>;{}()]*+>)?+)"
_DIMENSIONS = rb"((?:\[[^\[\]]*+\]\s*+)*+)"
_DESIGNATOR = re.compile(rb"\.\s*+(\w++)\s*+" + _DIMENSIONS + rb"=?\s*+\Z")
_INDEXED = re.compile(rb"[{,]\s*+\[[^\[\]]*+\]\s*+=\s*+\Z")
_VARIABLE = re.compile(_TYPE + rb"\s++[A-Za-z_]\w*+\s*+" + _DIMENSIONS + rb"=?\s*+\Z")
_CAST = re.compile(rb"\(\s*+(?:(?:const|struct|union|volatile)\s++)*+" + _TYPE + rb"\s*+" + _DIMENSIONS + rb"\)\s*+\Z")
_MADE = re.compile(rb"(?<![\w.])" + _TYPE + rb"\s*+\Z")
_NO_TYPES = byte_words("return else do case new throw const struct union class enum static in namespace extern")

_Place = tuple[bytes, bytes]  # a receiver without its last dot, and the type of its first name
_NOTHING: _Place = (b"", b"")


class Initialisers:
    """Asked for offsets in ascending order."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._braces: Iterator[re.Match[bytes]] = _BRACE.finditer(text)
        self._next: re.Match[bytes] | None = None
        self._open: list[int] = []
        self._known: dict[int, _Place] = {}  # by the offset of a brace

    def receiver(self, at: int) -> _Place:
        """What a designator at an offset is a member of; nothing where that is not known."""
        self._advance(at)
        if not self._open or self._text.endswith(b"...", max(0, at - 3), at) or not self._begins(at):
            return _NOTHING
        receiver, type_ = self._place(len(self._open) - 1, 0)
        return (receiver + b".", type_) if receiver else _NOTHING

    def _begins(self, at: int) -> bool:
        front = self._text[max(0, at - 40) : at].rstrip().removesuffix(b".").rstrip()
        return front.endswith((b"{", b","))

    def _advance(self, at: int) -> None:
        while True:
            brace = self._next or next(self._braces, None)
            if brace is None or brace.start() >= at:
                self._next = brace
                return
            self._next = None
            if brace[0] == b"{":
                self._open.append(brace.start())
            elif self._open:
                self._open.pop()

    def _place(self, level: int, depth: int) -> _Place:
        """What the braces at a level initialise."""
        at = self._open[level]
        if at not in self._known:
            found = self._find(level, at, depth) if depth < _MAX_DEPTH else _NOTHING
            self._known[at] = found if len(found[0]) < _MAX_RECEIVER else _NOTHING
        return self._known[at]

    def _find(self, level: int, at: int, depth: int) -> _Place:
        front = self._text[max(0, at - _MAX_HEAD) : at]
        if designator := _DESIGNATOR.search(front):
            outer, type_ = self._place(level - 1, depth + 1) if level else _NOTHING
            elements = b"[]" * designator[2].count(b"[")
            return (outer + b"." + designator[1] + elements, type_) if outer else _NOTHING
        if front.rstrip().endswith((b"{", b",")) or _INDEXED.search(front):
            outer, type_ = self._place(level - 1, depth + 1) if level else _NOTHING
            return (outer + b"[]", type_) if outer else _NOTHING
        found = _VARIABLE.search(front) or _CAST.search(front)
        if found is None or found[1] in _NO_TYPES:
            made = _MADE.search(front)
            return (b"x", plain_type(made[1])) if made and made[1] not in _NO_TYPES else _NOTHING
        return b"x", plain_type(found[1]) + b"*" * found[2].count(b"[")
