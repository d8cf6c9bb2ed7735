"""Whether an expression is read, written, or has its address taken, by the expressions around it.

Input: cursors of expressions, outer ones before inner ones. Output: roles, as bits.
"""

from __future__ import annotations

from kgraph.extract.semantic.cursors import BITS, OPERATOR_ASSIGN, RECURSE, UNARY_ADDRESS, UNARY_STEPS
from kgraph.extract.semantic.libclang import CXCursor, Library


class Roles:
    """Told of operators on the way down, asked at names."""

    def __init__(self, lib: Library) -> None:
        self._lib = lib
        self._role = (0, 0)  # address of an expression, and the role that its first child has

    def roles_of_child(self, parent: CXCursor) -> int:
        """The roles of a name, by what it is a part of."""
        expression, role = self._role
        if role and expression == parent.data[1]:
            self._role = (0, 0)
            return role
        return BITS["read"] if parent.kind == 100 else 0  # a conversion from what is named to its value

    def parentheses(self, cursor: CXCursor, parent: CXCursor) -> int:
        expression, role = self._role
        if role and parent.data[1] == expression:
            self._role = (cursor.data[1], role)
        return RECURSE

    def unary(self, cursor: CXCursor, _parent: CXCursor) -> int:
        what = self._lib.getCursorUnaryOperatorKind(cursor)
        if what in UNARY_STEPS:
            self._role = (cursor.data[1], BITS["read"] | BITS["write"])
        elif what == UNARY_ADDRESS:
            self._role = (cursor.data[1], BITS["address"])
        return RECURSE

    def binary(self, cursor: CXCursor, _parent: CXCursor) -> int:
        if self._lib.getCursorBinaryOperatorKind(cursor) == OPERATOR_ASSIGN:
            self._role = (cursor.data[1], BITS["write"])
        return RECURSE

    def compound(self, cursor: CXCursor, _parent: CXCursor) -> int:
        self._role = (cursor.data[1], BITS["read"] | BITS["write"])
        return RECURSE
