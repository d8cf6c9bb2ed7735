"""Items of Rust that stand among the arguments of macros: `cfg_rt! { mod handle; pub use handle::Handle; }`.

Input: the text of a file, and what parses a text. Output: the text with blanks for the heads and braces of macros whose
arguments are items and nothing else, so that the grammar reads these where they stand; and which macros they were. What
a macro makes of its arguments is not looked at: that it makes the items that it is given is what such macros are for
(`cfg_if!`, `lazy_static!`, `pin_project!`, those of a repository that add a `#[cfg]`), other than templates of code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from tree_sitter import Node

TEMPLATES = frozenset({"quote", "quote_spanned", "parse_quote"})  # of code that stands elsewhere
_ALTERNATIVES = "cfg_if"
_MAX_NESTED = 8  # macros in macros
_MAX_SKIPPED = 200  # comments and attributes in front of the first item

_INVOCATION = re.compile(rb"^[ \t]*(?P<name>(?:\w+::){0,8}[a-z_]\w*)![ \t]*\{", re.MULTILINE)  # at the start of a line
_ITEM = re.compile(
    rb"(?:pub|use|mod|fn|impl|struct|enum|union|trait|const|static|type|unsafe|async|extern|macro_rules)\b"
    rb"|if[ \t]*\#|[\w:]{1,200}![ \t]*\{"
)
_ALTERNATIVE = re.compile(rb"\s*(?:else\b\s*)?(?:if\s*\#\[[^{]*\]\s*)?\{")
# What is not closed goes on to the end of the file.
_TOKEN = re.compile(
    rb"""r(?P<hashes>\#*)"(?:.*?"(?P=hashes)|.*)|"(?:\\.|[^"\\])*"?|//[^\n]*|/\*(?:.*?\*/|.*)"""
    rb"""|'(?:\\[^\n]|[^\\'\n])[^'\n]{0,8}?'|[{}\[\]]""",
    re.DOTALL,
)
_COMMENT = re.compile(rb"//[^\n]*|/\*(?:.*?\*/|.*)", re.DOTALL)
_BLANKS = re.compile(rb"\s+")
_SEEN = re.compile(rb"[^\n]")
_BESIDE_ITEMS = frozenset({"use_declaration", "extern_crate_declaration", "macro_definition", "macro_invocation"})
_NO_ITEMS = frozenset({"line_comment", "block_comment", "attribute_item", "inner_attribute_item", "empty_statement"})


class UnwrappedMacro(NamedTuple):
    """A macro whose arguments are read as items."""

    line: int
    name: str
    last: int  # line


def unwrap_items(content: bytes, parse: Callable[[bytes], Node]) -> tuple[bytes, list[UnwrappedMacro]]:
    """The text of a file without the macros around items, line by line the same, and these macros."""
    if not _INVOCATION.search(content):
        return content, []
    unwrapping = _Unwrapping(content, parse)
    unwrapping.unwrap(0, len(content), 0)
    macros = []
    line, counted = 1, 0
    for at, name, close in sorted(unwrapping.macros):
        line, counted = line + content.count(b"\n", counted, at), at
        macros.append(UnwrappedMacro(line, name, line + content.count(b"\n", at, close)))
    return bytes(unwrapping.text), macros


def map_macro_lines(macros: Iterable[UnwrappedMacro]) -> dict[int, str]:
    """The macro around each line that is in one, the innermost: `cfg_rt!`."""
    found: dict[int, str] = {}
    for each in macros:  # outer ones come first
        found |= dict.fromkeys(range(each.line, each.last + 1), f"{each.name}!")
    return found


class _Unwrapping:
    """One file, whose text loses the macros around items."""

    def __init__(self, content: bytes, parse: Callable[[bytes], Node]) -> None:
        self.text = bytearray(content)
        self.macros: list[tuple[int, str, int]] = []  # by where they begin, with where they end
        self._content = content
        self._parse = parse
        self._closing = _closings(content)

    def unwrap(self, start: int, end: int, depth: int) -> None:
        """Unwrap the macros that stand in a part of the file, and in no other macro there."""
        content, at = self._content, start
        while match := _INVOCATION.search(content, at, end):
            opening = match.end() - 1
            close = self._closing.get(opening, -1)
            name = match["name"].decode("ascii", "replace").rpartition("::")[2]
            at = match.end()
            if not 0 <= close < end:
                continue
            at = close + 1
            if name not in TEMPLATES and depth < _MAX_NESTED and self._may_be_items(match.end(), close):
                self._try(name, match.start("name"), opening, close, depth)

    def _try(self, name: str, start: int, opening: int, close: int, depth: int) -> None:
        """Unwrap one macro, and those in it, if items are all that it has then."""
        before, known = self.text[start : close + 1], len(self.macros)
        if name == _ALTERNATIVES:
            self._open_alternatives(opening + 1, close)
        self.unwrap(opening + 1, close, depth + 1)
        if _are_items(self._parse(bytes(self.text[opening + 1 : close]))):
            self._blank(start, opening + 1)
            self._blank(close, close + 1)
            self.macros.append((start, name, close))
        else:
            self.text[start : close + 1] = before
            del self.macros[known:]

    def _may_be_items(self, at: int, end: int) -> bool:
        """Whether what follows, but for comments and attributes, may begin an item."""
        for _ in range(_MAX_SKIPPED):
            if blanks := _BLANKS.match(self._content, at):
                at = blanks.end()
            if comment := _COMMENT.match(self._content, at, end):
                at = comment.end()
            elif self._content[at : at + 1] == b"#" and at < end:
                opening = self._content.find(b"[", at, at + 3)
                at = self._closing.get(opening, end) + 1
            else:
                return _ITEM.match(self._content, at, end) is not None
        return False

    def _open_alternatives(self, at: int, end: int) -> None:
        """`if #[cfg(a)] { A } else { B }`: blank all that is around A and B."""
        while match := _ALTERNATIVE.match(self._content, at, end):
            close = self._closing.get(match.end() - 1, -1)
            if close < 0:
                return
            self._blank(at, match.end())
            self._blank(close, close + 1)
            at = close + 1

    def _blank(self, start: int, end: int) -> None:
        self.text[start:end] = _SEEN.sub(b" ", self.text[start:end])


def _closings(content: bytes) -> dict[int, int]:
    """Where each brace and bracket that opens is closed, by where it stands."""
    found: dict[int, int] = {}
    opened: dict[bytes, list[int]] = {b"}": [], b"]": []}
    closes = {b"{": b"}", b"[": b"]"}
    for token in _TOKEN.finditer(content):
        text = token[0]
        if text in closes:
            opened[closes[text]].append(token.start())
        elif opened.get(text):
            found[opened[text].pop()] = token.start()
    return found


def _are_items(root: Node) -> bool:
    kinds = {_kind(each) for each in root.named_children} - _NO_ITEMS
    return bool(kinds) and not root.has_error and all(each in _BESIDE_ITEMS or each.endswith("_item") for each in kinds)


def _kind(node: Node) -> str:
    """The type of a node; that of the macro that is a statement by itself."""
    inner = node.named_children
    return inner[0].type if node.type == "expression_statement" and len(inner) == 1 else node.type
