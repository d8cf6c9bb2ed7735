"""Items of Rust that stand among the arguments of macros: `cfg_rt! { mod handle; pub use handle::Handle; }`.

Input: the text of a file, and what parses a text. Output: the text with blanks for the heads and braces of macros whose
arguments are items and nothing else, so that the grammar reads these where they stand; and which macros they were. What
a macro makes of its arguments is not looked at: that it makes the items that it is given is what such macros are for
(`cfg_if!`, `lazy_static!`, `pin_project!`, those of a repository that add a `#[cfg]`), other than templates of code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from tree_sitter import Node

TEMPLATES = frozenset({"quote", "quote_spanned", "parse_quote"})  # of code that stands elsewhere
_ALTERNATIVES = "cfg_if"
_MAX_NESTED = 8  # macros in macros

# An invocation at the beginning of a line whose braces begin with what may be an item.
_INVOCATION = re.compile(
    rb"""^[ \t]*(?P<name>(?:\w+::)*[a-z_]\w*)![ \t]*\{
    (?=\s*(?:(?://[^\n]*\n|/\*.*?\*/|\#!?\[[^\n]*\])\s*)*
      (?:(?:pub|use|mod|fn|impl|struct|enum|union|trait|const|static|type|unsafe|async|extern|macro_rules)\b
        |if[ \t]*\#|[\w:]+![ \t]*\{))""",
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
_ALTERNATIVE = re.compile(rb"\s*(?:else\b\s*)?(?:if\s*\#\[[^{]*\]\s*)?\{")
_TOKEN = re.compile(
    rb"""r(?P<hashes>\#*)".*?"(?P=hashes)|"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/|'(?:\\[^\n]|[^\\'\n])[^'\n]{0,8}?'|[{}]""",
    re.DOTALL,
)
_SEEN = re.compile(rb"[^\n]")
_BESIDE_ITEMS = frozenset({"use_declaration", "extern_crate_declaration", "macro_definition", "macro_invocation"})
_NO_ITEMS = frozenset({"line_comment", "block_comment", "attribute_item", "inner_attribute_item", "empty_statement"})


class UnwrappedMacro(NamedTuple):
    """A macro whose arguments are read as items."""

    line: int
    name: str


def unwrap_items(content: bytes, parse: Callable[[bytes], Node]) -> tuple[bytes, list[UnwrappedMacro]]:
    """The text of a file without the macros around items, line by line the same, and these macros."""
    if not _INVOCATION.search(content):
        return content, []
    macros: list[UnwrappedMacro] = []
    return _unwrapped(content, parse, 1, 0, macros), macros


def _unwrapped(
    content: bytes, parse: Callable[[bytes], Node], line: int, depth: int, macros: list[UnwrappedMacro]
) -> bytes:
    text, at = bytearray(content), 0
    while match := _INVOCATION.search(content, at):
        close = _closing(content, match.end())
        name = match["name"].decode("ascii", "replace").rpartition("::")[2]
        at = match.end() if close < 0 else close + 1
        if close < 0 or name in TEMPLATES or depth >= _MAX_NESTED:
            continue
        nested: list[UnwrappedMacro] = []
        inner = content[match.end() : close]
        if name == _ALTERNATIVES:
            inner = _alternatives(inner)
        first = line + content.count(b"\n", 0, match.start("name"))
        inner = _unwrapped(inner, parse, first + match[0].count(b"\n"), depth + 1, nested)
        if _are_items(parse(inner)):
            text[match.start("name") : at] = _blank(match[0][match.start("name") - match.start() :]) + inner + b" "
            macros += [UnwrappedMacro(first, name), *nested]
    return bytes(text)


def _alternatives(inner: bytes) -> bytes:
    """`if #[cfg(a)] { A } else { B }` without anything around A and B; as it is where it has another form."""
    text, at = bytearray(inner), 0
    while match := _ALTERNATIVE.match(inner, at):
        close = _closing(inner, match.end())
        if close < 0:
            return inner
        text[at : match.end()] = _blank(match[0])
        text[close : close + 1] = b" "
        at = close + 1
    return bytes(text)


def _closing(content: bytes, start: int) -> int:
    """Where the brace closes that opened before `start`; -1 where it does not."""
    depth = 1
    for token in _TOKEN.finditer(content, start):
        if token[0] == b"{":
            depth += 1
        elif token[0] == b"}":
            depth -= 1
            if not depth:
                return token.start()
    return -1


def _are_items(root: Node) -> bool:
    kinds = {_kind(each) for each in root.named_children} - _NO_ITEMS
    return bool(kinds) and not root.has_error and all(each in _BESIDE_ITEMS or each.endswith("_item") for each in kinds)


def _kind(node: Node) -> str:
    """The type of a node; that of the macro that is a statement by itself."""
    inner = node.named_children
    return inner[0].type if node.type == "expression_statement" and len(inner) == 1 else node.type


def _blank(text: bytes) -> bytes:
    return _SEEN.sub(b" ", text)
