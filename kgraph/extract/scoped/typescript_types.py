"""Types of TypeScript that name something of their own: parameters, keys, elements, and what a condition infers.

Such names are none of the file's, though a variable or type of the file may have them.
"""

from __future__ import annotations

from typing import Any

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.reader import ScopedReader, field
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope
from kgraph.extract.scoped.typescript_patterns import bound_names

_MAX_INFERRED = 200  # nodes of a condition in which names are looked for


def open_signature(reader: ScopedReader, node: Node, scope: LexicalScope) -> LexicalScope:
    """`<T>(x: A) => B`: the names of its parameters are its own."""
    inside = common.open_block(reader, node, scope)
    parameters, types = field(node, "parameters"), field(node, "type_parameters")
    for each in types.named_children if types is not None else ():
        inside.bind(reader.name_of(each), 0, UNKNOWN)
    _bind(parameters, inside)
    return inside


def open_tuple(reader: ScopedReader, node: Node, scope: LexicalScope) -> LexicalScope:
    """`[first: A, second?: B]`: elements may have names."""
    inside = common.open_block(reader, node, scope)
    _bind(node, inside)
    return inside


def open_index(reader: ScopedReader, node: Node, scope: LexicalScope) -> LexicalScope:
    """`[key: string]: A`, or `[K in Keys]: A`, in which the name stands in front."""
    inside = common.open_block(reader, node, scope)
    clause = next((each for each in node.named_children if each.type == "mapped_type_clause"), node)
    if name := reader.name_of(clause):
        inside.bind(name, 0, UNKNOWN)
    return inside


def open_condition(reader: ScopedReader, node: Node, scope: LexicalScope) -> LexicalScope:
    """`A extends B<infer C> ? C : D`."""
    inside = common.open_block(reader, node, scope)
    pending = [each for each in [field(node, "right")] if each is not None]
    for _ in range(_MAX_INFERRED):
        if not pending:
            break
        at = pending.pop()
        if at.type == "infer_type" and at.named_children:
            inside.bind(reader.text(at.named_children[0]), 0, UNKNOWN)
        pending += at.named_children
    return inside


def _bind(parameters: Node | None, inside: LexicalScope) -> None:
    for each in parameters.named_children if parameters is not None else ():
        pattern = field(each, "pattern") or field(each, "name")
        for name, _ in bound_names(pattern, UNKNOWN) if pattern is not None else ():
            inside.bind(name, 0, UNKNOWN)


HANDLERS: dict[str, Any] = {
    **dict.fromkeys(("function_type", "constructor_type", "construct_signature"), open_signature),
    "tuple_type": open_tuple,
    "index_signature": open_index,
    "conditional_type": open_condition,
}
