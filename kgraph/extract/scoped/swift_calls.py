"""Calls and jumps of Swift, as nodes of tree-sitter's grammar: what is called, with which arguments and closures."""

from __future__ import annotations

from tree_sitter import Node

from kgraph.extract.scoped.reader import ScopedReader, field
from kgraph.extract.scoped.scopes import LexicalScope
from kgraph.extract.treesitter.nodes import text_of


def call_parts(call: Node) -> tuple[Node, list[Node]]:
    """What is called, and its arguments: those in parentheses and the closures behind them, of which the grammar may
    make a call of what the call gives."""
    callee, suffix = call.named_children[0], call.named_children[-1]
    if _has_closures_alone(suffix):
        while callee.type in ("await_expression", "try_expression") and callee.named_child_count:
            callee = callee.named_children[-1]
        inner = callee.named_children[-1] if callee.type == "call_expression" else suffix
        if inner is not suffix and not _has_closures_alone(inner) and not is_subscript(inner):
            return callee.named_children[0], [inner, suffix]
    return callee, [suffix]


def _has_closures_alone(suffix: Node) -> bool:
    return bool(suffix.named_children) and suffix.named_children[0].type == "lambda_literal"


def is_subscript(suffix: Node) -> bool:
    """Whether a call is one of brackets."""
    first = suffix.named_children[0] if suffix.named_children else None
    return first is not None and first.type == "value_arguments" and (first.text or b"")[:1] == b"["


def implicit_member(value: Node) -> str:
    """`.shared` of an expression that is no more than a member of a type that is not written, or a call of that."""
    callee = value.named_children[0] if value.type == "call_expression" and value.named_children else value
    name = field(callee, "target") if callee.type == "prefix_expression" else None
    is_member = name is not None and name.type == "simple_identifier" and text_of(callee).startswith(".")
    return f".{text_of(name)}" if name is not None and is_member else ""


def leave_label(reader: ScopedReader, node: Node, scope: LexicalScope) -> LexicalScope | None:
    """`return x` and `throw x`, or `break name` and `continue name`, whose name is that of a label."""
    return None if node.children[0].type in ("break", "continue") else scope
