"""The values of a YAML file with the keys that lead to them.

Input: the bytes of a file. Output: `YamlEntry`s, a mapping or list before what is in it. Anchors and tags are passed
over; what is nested more deeply than `MAX_KEYS` is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node

from kgraph.extract.treesitter.nodes import line_of, text_of
from kgraph.extract.treesitter.walk import parser

MAX_KEYS = 12
MAX_BYTES = 500_000
_WRAPPERS = frozenset({"stream", "document", "block_node", "flow_node"})
_MAPPINGS = frozenset({"block_mapping", "flow_mapping"})
_PAIRS = frozenset({"block_mapping_pair", "flow_pair"})
_LISTS = frozenset({"block_sequence", "flow_sequence"})
_SCALARS = frozenset({"plain_scalar", "single_quote_scalar", "double_quote_scalar", "block_scalar"})
# The YAML grammar's scanner keeps four bytes for each open block in a kilobyte, and crashes when that is full.
_YAML_DEPTH = 200
_YAML_INDICATOR = re.compile(rb"[-?:](?=\s|$)")


def too_deep(content: bytes) -> int:
    """The first line that may open more blocks than the grammar can hold; 0 where there is none.

    A block that opens is indented more than those around it, or is opened by an indicator of the same line.
    """
    for number, line in enumerate(content.split(b"\n"), start=1):
        if len(line) > _YAML_DEPTH:
            indent = len(line) - len(line.lstrip())
            if indent + len(_YAML_INDICATOR.findall(line)) > _YAML_DEPTH:
                return number
    return 0


@dataclass(frozen=True, slots=True)
class YamlEntry:
    """A value: a text, or None for a mapping or list."""

    keys: tuple[str, ...]  # from the top; an item of a list has its number
    text: str | None
    line: int  # of the key, or of an item


@lru_cache(maxsize=1)
def yaml_root(content: bytes) -> Node | None:
    """The tree of a file that is not `too_deep`, parsed once for all who ask in turn; None without the grammar."""
    parse = parser("tree_sitter_yaml")
    return parse.parse(content).root_node if parse is not None else None


def yaml_entries(content: bytes, is_wanted: Callable[[tuple[str, ...], str], bool]) -> Iterator[YamlEntry]:
    """The values of a file, in order. `is_wanted` is asked of each key with the keys that lead to it."""
    root = yaml_root(content) if len(content) <= MAX_BYTES and not too_deep(content) else None
    if root is None:
        return
    pending: list[tuple[Node, tuple[str, ...], int]] = [(root, (), 1)]
    while pending:
        node, keys, line = pending.pop()
        if len(keys) > MAX_KEYS:
            continue
        children = node.named_children
        if node.type in _WRAPPERS:
            pending += [(child, keys, line) for child in reversed(children)]
        elif node.type in _SCALARS:
            yield YamlEntry(keys, _text(node), line)
        elif node.type in _MAPPINGS:
            yield YamlEntry(keys, None, line)
            for pair in reversed(children):
                parts = pair.named_children
                if pair.type not in _PAIRS or len(parts) < 2:
                    continue
                name = _text(parts[0])
                if is_wanted(keys, name):
                    pending.append((parts[-1], (*keys, name), line_of(parts[0])))
        elif node.type in _LISTS:
            yield YamlEntry(keys, None, line)
            items = [item for item in children if item.type != "comment"]
            for number in range(len(items) - 1, -1, -1):
                pending.append((items[number], (*keys, str(number)), line_of(items[number])))
        elif node.type == "block_sequence_item":
            pending += [(child, keys, line) for child in reversed(children)]


def _text(node: Node) -> str:
    """A scalar without its quotes; of a block, its lines without the indicator."""
    text = text_of(node).strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text.partition("\n")[2] if text[:1] in ("|", ">") else text
