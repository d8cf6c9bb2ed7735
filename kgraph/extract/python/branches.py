"""Which lines of a Python file run only in some runs of what they stand in.

Input: the branches and the bodies of functions, outer ones in front of what is in them. Output: ranges of lines.

The body of an `if` or `elif`, of an `except` and of a `case` is a branch. What follows an `else` is none: one of both
runs, and more often that one. Neither is the body of a loop, nor what stands behind an early `return`. A function in
a branch begins anew: whoever calls it runs its body.
"""

from __future__ import annotations

import ast
from array import array


class Branches:
    """The lines of branches."""

    def __init__(self) -> None:
        self._ranges: list[tuple[int, int, bool]] = []  # first and last line, and whether it is a branch

    def note(self, statement: ast.stmt) -> None:
        """Note the branches of a statement, or the body of a function."""
        match statement:
            case ast.If():
                self._add(statement.test, statement.body)
            case ast.Match():
                for case in statement.cases:
                    self._add(case.guard or case.pattern, case.body)
            case ast.Try() | ast.TryStar():
                for handler in statement.handlers:
                    self._add(handler.type, handler.body)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._add(None, statement.body, is_branch=False)

    def _add(self, head: ast.AST | None, body: list[ast.stmt], *, is_branch: bool = True) -> None:
        """A body, with what decides whether it runs; of a line that both share, nothing is said."""
        first = body[0].lineno
        if first > (getattr(head, "end_lineno", None) or 0):
            self._ranges.append((first, body[-1].end_lineno or first, is_branch))

    def pack(self) -> bytes:
        """First and last lines of all ranges, in order, none next to another: 32-bit numbers, two for each."""
        if not any(is_branch for _, _, is_branch in self._ranges):
            return b""
        lines = bytearray(max(last for _, last, _ in self._ranges) + 2)
        for first, last, is_branch in self._ranges:
            lines[first : last + 1] = (b"\1" if is_branch else b"\0") * (last + 1 - first)
        found, place = array("I"), lines.find(1)
        while place >= 0:
            end = lines.find(0, place)
            found.extend((place, end - 1))
            place = lines.find(1, end)
        return found.tobytes()
