"""Aliases of modules that the configuration of a bundler states: `resolve.alias` of Vite, `kit.alias` of SvelteKit.

Input: the tree of a file of JavaScript or TypeScript. Output: names with the paths that they stand for, from the folder
of the file, as far as these are spelled: strings, `path.resolve(__dirname, "src")` and
`fileURLToPath(new URL("./src", import.meta.url))`. Others are left out. Both forms of Vite are read, an object and an
array of `{ find, replacement }`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import join

from tree_sitter import Node

from kgraph.extract.treesitter.nodes import text_of

_WORD = re.compile(rb"\balias\s*:")
_OWNERS = frozenset({"kit", "resolve"})
_IN_PATH = frozenset(
    (
        *("URL", "__dirname", "dirname", "fileURLToPath", "import", "join", "meta", "node", "normalizePath", "path"),
        *("pathname", "resolve", "url"),
    )
)
_MAX_NODES = 20_000  # of a file


def bundler_aliases(content: bytes, root: Node) -> Iterator[tuple[str, str]]:
    """The aliases of a file, each with its path; none of a file that is no configuration."""
    if _WORD.search(content) is None:
        return
    pending, seen = [root], 0
    while pending and seen < _MAX_NODES:
        node = pending.pop()
        seen += 1
        value = node.child_by_field_name("value")
        if node.type == "pair" and value is not None and _key(node) == "alias" and _owner(node) in _OWNERS:
            yield from _aliases(value)
        else:
            pending += node.named_children


def _aliases(value: Node) -> Iterator[tuple[str, str]]:
    for each in value.named_children if value.type in ("array", "object") else ():
        if each.type == "object":
            parts = {_key(part): part.child_by_field_name("value") for part in each.named_children}
            find, target = parts.get("find"), parts.get("replacement")
            name = _string(find) if find is not None else ""
        else:
            name, target = _key(each), each.child_by_field_name("value")
        path = _path(target) if target is not None else ""
        if name and path:
            yield name, path


def _path(value: Node) -> str:
    """The path that an expression spells; "" where that is not known."""
    if value.type == "string":
        text = _string(value)
        return f".{text}" if text.startswith("/") else text
    parts: list[str] = []
    pending = [value]
    while pending:
        node = pending.pop()
        is_name = node.type in ("identifier", "property_identifier")
        if node.type in ("binary_expression", "ternary_expression") or (is_name and text_of(node) not in _IN_PATH):
            return ""
        if node.type == "string":
            parts.append(_string(node))
        elif node.type == "string_fragment" and node.parent is not None and node.parent.type == "template_string":
            parts.append(text_of(node).strip("/"))
        pending += reversed(node.named_children)
    return join(".", *parts) if parts and not any(part.startswith("/") for part in parts) else ""


def _key(pair: Node) -> str:
    key = pair.child_by_field_name("key")
    return _string(key) if key is not None else ""


def _string(node: Node) -> str:
    return text_of(node).strip("\"'") if node.type in ("property_identifier", "string") else ""


def _owner(pair: Node) -> str:
    """The key of the object that a pair stands in."""
    around = pair.parent.parent if pair.parent is not None else None
    return _key(around) if around is not None and around.type == "pair" else ""
