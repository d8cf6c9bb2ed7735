"""Pieces of symbols, cut from the original text by offset.

Input: the scanned source, where attribute macros were blanked and where macros open namespaces. Output: names,
signatures, keys, lines, comments.

The tree was parsed from blanked code; what people read is cut from what people wrote.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

from tree_sitter import Node

from kgraph.extract.cpp.comments import Comments
from kgraph.extract.cpp.declarators import closing_paren
from kgraph.extract.cpp.normalize_names import flatten, parameters, split_name, tidy
from kgraph.extract.cpp.scanner import CppSource
from kgraph.extract.text import clean

_NO_SPACE = re.compile(rb"\S")
_INITIALISERS = re.compile(rb"(?:[^:{]|::)*?\s*+((?<!:):(?!:))")


class Pieces:
    """Cuts what a symbol says out of one file."""

    def __init__(
        self,
        source: CppSource,
        attributes: list[tuple[int, int]],
        comments: Comments,
        scopes: Mapping[int, tuple[str, str]],
    ) -> None:
        self.content = source.content
        self.code = bytes(source.code)
        self.line = source.line
        self.is_ascii = source.content.isascii()
        self.scopes = scopes  # macro and path of the namespaces that macros open
        self._last_line = max(1, source.lines)
        self._attributes = attributes
        self._attribute_starts = [start for start, _ in attributes]
        self._comments = comments
        # The last answer: each name of a declaration of many asks for the same.
        self._signature = (-1, -1, "")
        self._variable_signature = (-1, -1, "")

    def cut(self, start: int, end: int) -> str:
        return self.content[start:end].decode("utf-8", "replace")

    def text(self, node: Node) -> str:
        return self.content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def name(self, node: Node) -> tuple[str, str, str]:
        """Qualifier, name, and the macro that makes it if there is one: `class NAME(Conv) {`."""
        qualifier, name = split_name(self.text(node))
        end = node.end_byte
        if self.is_made(end):
            return qualifier, tidy(name + self.cut(end, closing_paren(self.content, end))), name
        return qualifier, name, ""

    def is_made(self, end: int) -> bool:
        """Whether a name goes on with arguments that the parser did not see."""
        return self.content[end : end + 1] == b"(" and self.code[end : end + 1] == b" "

    def begin(self, start: int) -> int:
        """A declaration begins at the attribute macros in front of it, which the parser did not see."""
        if not self._attributes:
            return start
        index = bisect_right(self._attribute_starts, start) - 1
        while index >= 0:
            first, last = self._attributes[index]
            if last > start or _NO_SPACE.search(self.code, last, start):
                break
            start = first
            index -= 1
        return start

    def end_line(self, end: int) -> int:
        return min(self.line(max(0, end - 1)), self._last_line)

    def signature(self, start: int, end: int) -> str:
        if self._signature[:2] != (start, end):
            line = flatten(self.cut(start, end)).rstrip("; ")
            line = clean(line[:-1].rstrip() if line.endswith("=") and not line.endswith("operator=") else line)
            self._signature = start, end, line
        return self._signature[2]

    def variable_signature(self, start: int, end: int) -> str:
        """Without the braces of an initialiser or of an unnamed type."""
        if self._variable_signature[:2] != (start, end):
            brace = self.content.find(b"{", start, end)
            line = self.signature(start, brace if brace >= 0 else end).rstrip("( ")
            self._variable_signature = start, end, line
        return self._variable_signature[2]

    def without_initialisers(self, start: int, end: int) -> int:
        """Where the head of a constructor ends, whose parameters end at `start`: before `: member(1)`."""
        match = _INITIALISERS.match(self.content, start, end)
        return match.start(1) if match else end

    def key(self, start: int, end: int) -> tuple[str, int]:
        """Key and arity of the parameter list between two offsets, its parentheses included."""
        text = self.code[start + 1 : end - 1]
        original = self.content[start + 1 : end - 1]
        if not self.is_ascii or text.isspace() or b"(" in original:
            text = original
        return parameters(text.decode("utf-8", "replace"))

    def doc(self, start: int, end: int) -> str:
        comments = self._comments
        return comments.find_above(start) or comments.find_behind(end) or comments.find_apart(start)

    def doc_of_namespace(self, start: int) -> str:
        """A comment that stands apart above a namespace is more often about what follows in it."""
        return self._comments.find_above(start)
