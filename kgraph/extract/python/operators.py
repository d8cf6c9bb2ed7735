"""Operators and other expressions of Python that call methods.

Input: a node, and the part of a scope that it stands in. Output: in that part, the receivers with the methods that are
implied, and the nodes that are left to be read.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from kgraph.extract.python.scope_values import ScopePart

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.MatMult: "__matmul__",
    ast.Div: "__truediv__",
    ast.FloorDiv: "__floordiv__",
    ast.Mod: "__mod__",
    ast.Pow: "__pow__",
    ast.LShift: "__lshift__",
    ast.RShift: "__rshift__",
    ast.BitOr: "__or__",
    ast.BitXor: "__xor__",
    ast.BitAnd: "__and__",
}
_UNARY: dict[type[ast.unaryop], str] = {
    ast.Not: "__bool__",
    ast.Invert: "__invert__",
    ast.USub: "__neg__",
    ast.UAdd: "__pos__",
}
_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Eq: "__eq__",
    ast.NotEq: "__ne__",
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
}
RECEIVERS = frozenset({ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.Await, ast.BoolOp, ast.IfExp})
_SUBSCRIPTS: dict[type[ast.expr_context], str] = {
    ast.Load: "__getitem__",
    ast.Store: "__setitem__",
    ast.Del: "__delitem__",
}


def implies(node: ast.expr, method: str, part: ScopePart) -> None:
    """Add that a method of a value is called, where its expression may have a path."""
    if node.__class__ in RECEIVERS:
        part.protocols.append((node, method))


def _binary(node: ast.BinOp, part: ScopePart) -> None:
    """All of a chain at once: its depth has no bound."""
    implies(node.left, OPERATORS[node.op.__class__], part)
    part.nodes += (node.left, node.right)


def _unary(node: ast.UnaryOp, part: ScopePart) -> None:
    implies(node.operand, _UNARY[node.op.__class__], part)
    part.nodes.append(node.operand)


def _boolean(node: ast.BoolOp, part: ScopePart) -> None:
    for value in node.values[:-1]:
        implies(value, "__bool__", part)
    part.nodes += node.values


def _conditional(node: ast.IfExp, part: ScopePart) -> None:
    implies(node.test, "__bool__", part)
    part.nodes += (node.test, node.body, node.orelse)


def _compare(node: ast.Compare, part: ScopePart) -> None:
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(operator, ast.In | ast.NotIn):
            implies(right, "__contains__", part)
        elif (method := _COMPARED.get(operator.__class__)) is not None:
            implies(left, method, part)
        left = right
    part.nodes += (node.left, *node.comparators)


def _subscript(node: ast.Subscript, part: ScopePart) -> None:
    implies(node.value, _SUBSCRIPTS[node.ctx.__class__], part)
    part.nodes += (node.value, node.slice)


def _await(node: ast.Await, part: ScopePart) -> None:
    part.protocols.append((node.value, "__await__"))
    part.nodes.append(node.value)


def _read_formatted(node: ast.FormattedValue, part: ScopePart) -> None:
    implies(node.value, "__repr__" if node.conversion == ord("r") else "__format__", part)
    part.nodes.append(node.value)
    if node.format_spec:
        part.nodes.append(node.format_spec)


def _raise(node: ast.Raise, part: ScopePart) -> None:
    if isinstance(node.exc, ast.Name | ast.Attribute):
        part.protocols.append((node.exc, "$raise"))
    part.nodes += (each for each in (node.exc, node.cause) if each)


OPERATIONS: dict[type[ast.AST], Callable[[Any, ScopePart], None]] = {
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.IfExp: _conditional,
    ast.Compare: _compare,
    ast.Subscript: _subscript,
    ast.Await: _await,
    ast.FormattedValue: _read_formatted,
    ast.Raise: _raise,
}

# The fields of each kind of node that may hold expressions or statements.
_NO_CHILDREN = frozenset({"ctx", "op", "ops", "kind", "type_comment", "type_ignores", "conversion", "is_async"})
CHILDREN: dict[type, tuple[str, ...]] = {}


def child_fields(kind: type) -> tuple[str, ...]:
    """As `CHILDREN` has them from then on; none for the texts and None among the children of nodes."""
    CHILDREN[kind] = tuple(name for name in getattr(kind, "_fields", ()) if name not in _NO_CHILDREN)
    return CHILDREN[kind]
