"""Other tries for a text that a grammar stumbles over.

Input: a parser, a text, and what spells the text in other ways. Output: the tree with the least of the text in errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tree_sitter import Node, Parser

Repair = Callable[[bytes], bytes]  # moves no byte
_NO_LINE_END = re.compile(rb"[^\n]")


def parse_best(by: Parser, repairs: Iterable[Repair], text: bytes) -> Node:
    """The root of the tree of a text, after those repairs that lessen its errors."""
    root = by.parse(text).root_node
    for repair in repairs:
        if root.has_error and (repaired := repair(text)) != text:
            again = by.parse(repaired).root_node
            if count_error_lines(again) < count_error_lines(root):
                root, text = again, repaired
    return root


def count_error_lines(root: Node) -> int:
    """How many lines the errors of a tree take, and one for each sign that the parser made up."""
    count = 0
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            count += 1 + node.end_point[0] - node.start_point[0]
        elif node.has_error:
            pending += node.children
    return count


def blank_first(match: re.Match[bytes]) -> bytes:
    """What was matched, with spaces in the place of the first group; lines stay."""
    return with_first(match, _NO_LINE_END.sub(b" ", match[1]))


def with_first(match: re.Match[bytes], text: bytes) -> bytes:
    """What was matched, with a text in the place of the first group."""
    start, end = match.start(1) - match.start(), match.end(1) - match.start()
    return match[0][:start] + text + match[0][end:]
