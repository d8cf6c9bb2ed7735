"""Blocks of extension members of C# 14, which the grammar does not know: `extension(Shape shape) { ... }`.

Input: the bytes of a file. Output: the same bytes, in which such a block is a class inside of its class, whose head has
the receiver as the parameter of its constructor. No byte is at another place, so that lines and columns stay.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from kgraph.extract.scoped.csharp_statements import CSharpParameter, child_of, parameters_of
from kgraph.extract.scoped.scopes import LexicalScope

_WORD = b"extension"
_CLASS = b"class ext"  # as many bytes
# Behind the head comes a body. A call ends with ";", and no type may have that name.
_BLOCK = re.compile(
    rb"(?:^|(?<=[{};]))([ \t]*)extension(?=\s*(?:<[^<>(){};]*>)?\s*\([^{};]*?\)\s*(?:where\s[^{};]*)?\{)", re.MULTILINE
)


class ExtensionScope(LexicalScope):
    """The inside of a block. Its members are those of the class around it."""

    __slots__ = ("receiver",)

    def __init__(self, outer: LexicalScope, receiver: CSharpParameter | None) -> None:
        super().__init__(outer, outer.symbol, outer.name, outer.type_name)
        self.receiver = receiver


def prepare(content: bytes) -> bytes:
    """The content, with a class for each block."""
    return _BLOCK.sub(rb"\1" + _CLASS, content) if _WORD in content else content


def is_block(node: Node, lines: list[bytes]) -> bool:
    """Whether a class is a block in the lines of its file."""
    row, column = node.start_point
    return node.type == "class_declaration" and lines[row].startswith(_WORD, column)


def receiver_of(block: Node) -> CSharpParameter | None:
    """What the members of a block are called on; without a name where all of them are static."""
    listed = child_of(block, "parameter_list")
    if listed is None or not listed.named_children:
        return None
    found = next(iter(parameters_of(listed)), None)
    if found is not None:
        return CSharpParameter(found.name, None) if found.type is None else found
    broken = listed.named_children[0]
    return CSharpParameter(broken.named_children[0], None) if broken.named_children else None
