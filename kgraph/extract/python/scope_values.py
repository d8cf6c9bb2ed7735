"""Scopes of a Python file, and what names in them are bound to, before anything is looked up.

Output: the values that `scopes.Walker` collects and `values.Evaluator` reads. Nobody changes them, but
frozen dataclasses take three times as long to make, and a file has thousands.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class PythonScope:
    """A module, class or function, a lambda or a comprehension, and what is bound in it."""

    kind: str  # "module", "class", "function", "inner" (a lambda or comprehension), "types" (type parameters)
    outer: PythonScope | None
    symbol: int
    name: str = ""  # "Stack", "f.<locals>"
    of: PythonScope | None = None  # the class of a method, and of the functions inside of it
    receiver: str = ""  # in a method and inside of it: what the first parameter is called
    node: ast.AST | None = None  # what opens it
    bound: dict[str, list[Value]] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)  # from where each of `bound` holds, see `place`
    puts: set[str] = field(default_factory=set)  # names of which `bound` has attributes or elements: "x.y", "x[$key0]"
    elsewhere: dict[str, PythonScope | None] = field(default_factory=dict)  # global and nonlocal names
    attributes: dict[str, list[tuple[Value, PythonScope]]] = field(default_factory=dict)  # `self.x = ...`, of a class
    # What is put into the container that a name is bound to, or an attribute of the class ("self.x").
    stores: dict[str, list[Store]] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)  # statements that may not run, or more than once
    tried: list[tuple[int, int]] = field(default_factory=list)  # bodies of `try` after whose failure the code goes on
    block_starts: list[int] = field(default_factory=list)
    block_parents: list[int] = field(default_factory=list)  # the block that each stands in, -1 for none
    result: ast.expr | None = None  # a function's, as annotated
    returns: list[ast.expr | None] = field(default_factory=list)
    yields: list[Value] = field(default_factory=list)
    meanings: dict[str, str | None] = field(default_factory=dict)  # of names as seen from here, as far as asked for

    def bind(self, name: str, value: Value, at: int) -> None:
        """Add what a name is bound to, from a place on."""
        self.bound.setdefault(name, []).append(value)
        self.places.setdefault(name, []).append(at)

    def untie(self) -> None:
        """Drop what leads back to this scope, so that it is freed, and the tree with it, once it is not needed any
        more."""
        for tied in (self.bound, self.elsewhere, self.attributes, self.stores, self.returns, self.yields):
            tied.clear()


@dataclass(slots=True, eq=False)
class ScopePart:
    """Statements or expressions whose names are looked up in one scope, with what they use."""

    scope: PythonScope
    symbol: int
    nodes: list[Any]  # emptied when they are read
    calls: list[ast.Call] = field(default_factory=list)
    reads: list[ast.Name | ast.Attribute] = field(default_factory=list)
    inner_reads: list[ast.Attribute] = field(default_factory=list)  # what stands in front of another attribute
    protocols: list[tuple[ast.expr, str]] = field(default_factory=list)  # receivers, and the method that is implied
    annotations: list[ast.expr] = field(default_factory=list)
    texts: list[ast.Constant] = field(default_factory=list)  # with a dot inside
    puts: list[Any] = field(default_factory=list)  # what is put into containers, see `puts.ContainerInsertion`


@dataclass(slots=True, eq=False)
class Annotated:
    """What is annotated, and perhaps assigned too."""

    annotation: ast.expr
    value: ast.expr | None = None


@dataclass(slots=True, eq=False)
class Derived:
    """What comes out of a value by steps of a path: what a loop binds, or `with`, or the second of a tuple."""

    value: Value
    steps: str
    scope: PythonScope | None = None  # where the value stands, if elsewhere


@dataclass(slots=True, eq=False)
class BoundParameter:
    """A parameter; its annotation and default are of the scope around the function."""

    function: str  # its name in the file, "" of a lambda
    name: str
    annotation: ast.expr | None
    default: ast.expr | None
    outer: PythonScope
    node: ast.AST


@dataclass(slots=True, eq=False)
class Narrowed:
    """What `isinstance` found something to be: that holds in the block where it was asked."""

    classes: ast.expr


# What a name is bound to: a path, an expression of that scope, or None where nothing can be said.
Value = str | ast.expr | Annotated | Derived | BoundParameter | Narrowed | None
Store = tuple[str, Value, "PythonScope"]  # the step that reads it ("$item" for any), what is stored, and by whom
Block = tuple[int, int, int]  # where it begins and ends, and the statement that it is a branch of (0: a loop)


def place(line: int, column: int) -> int:
    """A place in a file as one number, which grows along the text."""
    return line << 12 | (column if column < 4096 else 4095)


def begin(node: Any) -> int:
    """Where a node begins."""
    column = node.col_offset
    return node.lineno << 12 | (column if column < 4096 else 4095)  # type: ignore[no-any-return]


def end(node: Any) -> int:
    """Where a node ends."""
    column = node.end_col_offset
    return node.end_lineno << 12 | (column if column < 4096 else 4095)  # type: ignore[no-any-return]


def key_step(node: ast.expr) -> str:
    """The step of a path that takes an element: of a key that is spelled out, or of any."""
    match node:
        case ast.Constant(value=bool()):
            return "$item"
        case ast.Constant(value=int(number)) if 0 <= number < 10_000:
            return f"$key{number}"
        case ast.Constant(value=str(text)) if len(text) <= 40 and text.replace("-", "_").isidentifier():
            return f"$key_{text}"
        case ast.Slice(step=None, lower=lower, upper=upper):
            first = 0 if lower is None else _number(lower)
            last = -1 if upper is None else _number(upper)
            if first is not None and last is not None:
                return f"$slice{first}_{'' if last < 0 else last}"
            return "$slices"
    return "$item"


def _number(node: ast.expr) -> int | None:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1000 else None
