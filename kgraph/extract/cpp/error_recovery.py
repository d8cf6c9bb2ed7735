"""A second and third try for code that the parser stumbles over.

Input: code whose tree has errors. Output: the best tree that could be had, and the pieces given up for it.

First the words that are surely too many are blanked (`macro_heuristics`). Then, if a broken declaration has torn up the
scopes around it, that declaration is given up: one loss is reported as a diagnostic, and thousands of lines keep their
namespaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tree_sitter import Node, Tree

from kgraph.extract.cpp.lexicon import blank, words
from kgraph.extract.cpp.macro_heuristics import blank_surplus_words

_ROUNDS = 4
_MAX_NODES = 200_000  # looked at in search of errors
_MAX_ERRORS = 200  # a text with more errors is no C or C++
_LABEL = re.compile(rb"\s*+(?:public|protected|private)\s*+:")
_BRACE = re.compile(rb"[{}]")
_EXPLAINED = words(
    """
    declaration field_declaration function_definition type_definition class_specifier struct_specifier union_specifier
    enum_specifier template_declaration namespace_definition linkage_specification friend_declaration alias_declaration
    concept_definition expression_statement access_specifier static_assert_declaration using_declaration
    namespace_alias_definition template_instantiation
    """
)


def errors(tree: Tree) -> list[Node]:
    """The nodes where the parser gave up or made something up, in order."""
    error_nodes: list[Node] = []
    cursor = tree.walk()
    for _ in range(_MAX_NODES):
        node = cursor.node
        if node is None:
            break
        if node.is_error or node.is_missing:
            error_nodes.append(node)
        if node.has_error and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return error_nodes
    return error_nodes


def repair(code: bytearray, tree: Tree, parse: Callable[[bytes], Tree]) -> tuple[Tree, list[tuple[int, int]]]:
    """The better tree, and the spans of code that were given up; `code` becomes what the tree was parsed from."""
    guessed = bytearray(code)
    if blank_surplus_words(guessed):
        again = parse(bytes(guessed))
        if count_error_bytes(again) <= count_error_bytes(tree):
            code[:] = guessed
            tree = again
    given_up: list[tuple[int, int]] = []
    for _ in range(_ROUNDS):
        if not _is_torn(tree):
            break
        spots = _spots(errors(tree))
        if not spots or len(spots) > _MAX_ERRORS:
            break
        spans = {span for spot in spots if (span := _declaration_at(code, spot))}
        if not spans:
            break
        for start, end in spans:
            blank(code, start, end)
        given_up += sorted(spans)
        tree = parse(bytes(code))
    return tree, given_up


def count_error_bytes(tree: Tree) -> int:
    """How many bytes stand in errors, without the declarations that were found inside of errors."""
    total = 0
    for node in errors(tree):
        total += 1
        if node.type == "ERROR":
            total += node.end_byte - node.start_byte
            total -= sum(child.end_byte - child.start_byte for child in node.named_children if child.type in _EXPLAINED)
    return total


def _is_torn(tree: Tree) -> bool:
    """Whether errors go beyond single declarations."""
    root = tree.root_node
    if not root.has_error:
        return False
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "ERROR" and (node.end_byte - node.start_byte > 400 or node.parent is None):
            return True
        pending += [
            child
            for child in node.named_children
            if child.has_error and (child.type in _SCOPES or child.type == "ERROR" or child.type in _EXPLAINED)
        ]
    return False


_SCOPES = frozenset(("declaration_list", "field_declaration_list"))


def _spots(nodes: list[Node]) -> list[int]:
    """Where the errors are that hold no smaller ones."""
    spots: list[int] = []
    for index, node in enumerate(nodes):
        following = nodes[index + 1] if index + 1 < len(nodes) else None
        if following is None or following.start_byte >= node.end_byte or node.end_byte - node.start_byte < 200:
            spots.append(node.start_byte)
    return spots


def _declaration_at(code: bytearray, spot: int) -> tuple[int, int] | None:
    """The declaration around an offset; of a scope with a body, what stands between its name and its brace."""
    start = max(code.rfind(b";", 0, spot), code.rfind(b"{", 0, spot), code.rfind(b"}", 0, spot)) + 1
    if label := _LABEL.match(code, start):
        start = label.end()
    semicolon = code.find(b";", max(spot, start))
    brace = _BRACE.search(code, max(spot, start))
    if brace is None or 0 <= semicolon < brace.start():
        end = semicolon + 1 if semicolon >= 0 else len(code)
    elif brace[0] == b"}":
        end = brace.start()
    else:
        closing = _BRACE.search(code, brace.end())
        if closing is None or closing[0] == b"{" or not code[brace.end() : closing.start()].isspace():
            return None
        end = closing.end()
    return (start, end) if code[start:end].strip() else None
