"""Nodes of newer Pythons' syntax trees, for Pythons that have none of their kind, and how they are put into a tree.

Input: a tree of a rewritten source (see `newer_syntax`), and what stands where in the original. Output: the tree that a
newer Python would have made, as far as readers ask for it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Place = tuple[int, int]  # a line, from 1, and a column, in bytes of UTF-8: where a node begins


class _TypeAlias(ast.stmt):
    _fields = ("name", "type_params", "value")


class TypeParameter(ast.expr):
    """A parameter of a type: of Python 3.12 a `TypeVar`, `TypeVarTuple` or `ParamSpec`."""

    _fields = ("name", "bound", "default_value")
    name: str
    bound: ast.expr | None
    default_value: ast.expr | None


class TemplateString(ast.expr):
    """The template of Python 3.14, `t"..."`."""

    _fields = ("values",)


_GENERIC = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
TYPE_ALIAS: Any = getattr(ast, "TypeAlias", _TypeAlias)  # `type X = ...`, from Python 3.12 on


@dataclass(slots=True)
class NewerNodes:
    """What stands where in a source, of what was rewritten."""

    # Of each function, class and alias, by where it begins.
    type_parameters: dict[Place, list[TypeParameter]] = field(default_factory=dict)
    aliases: dict[Place, Place] = field(default_factory=dict)  # of each `type`, where the name is
    caught: dict[Place, int] = field(default_factory=dict)  # the number of commas in `except A, B`
    strings: dict[Place, Callable[..., ast.expr]] = field(default_factory=dict)
    conversions: dict[Place, int] = field(default_factory=dict)  # of what stands in a string: the letter behind "!"

    def put_into(self, tree: ast.Module) -> None:
        """Change a tree of the rewritten source."""
        pending: list[ast.AST] = [tree]
        while pending:
            node = pending.pop()
            for name, value in ast.iter_fields(node):
                if isinstance(value, list):
                    if self.aliases and value and isinstance(value[0], ast.stmt):
                        value[:] = self._with_aliases(value)
                    value[:] = [self._change(each) for each in value]
                    pending += (each for each in value if isinstance(each, ast.AST))
                elif isinstance(value, ast.AST):
                    changed = self._change(value)
                    if changed is not value:
                        setattr(node, name, changed)
                    pending.append(changed)

    def _with_aliases(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Statements in which `0; X = Y` is `type X = Y` again."""
        kept: list[Any] = []
        for each in statements:
            before = kept[-1] if kept else None
            if (
                isinstance(each, ast.Assign)
                and isinstance(before, ast.Expr)
                and self.aliases.get(_place(before)) == _place(each.targets[0])
            ):
                parameters = self.type_parameters.get(_place(before), [])
                alias = TYPE_ALIAS(name=each.targets[0], type_params=parameters, value=each.value)
                kept[-1] = ast.copy_location(alias, each)  # but for where it begins
                alias.lineno, alias.col_offset = _place(before)
            else:
                kept.append(each)
        return kept

    def _change(self, node: Any) -> Any:
        if isinstance(node, ast.Tuple):
            kind = self.strings.get(_place(node))
            return self._string(node, kind) if kind is not None else node
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.BinOp):
            node.type = _make_tuple(node.type, self.caught.get(_place(node.type), 0))
        elif type(node) in _GENERIC and (parameters := self.type_parameters.get(_place(node))):
            node.type_params = parameters
        return node

    def _string(self, node: ast.Tuple, kind: Callable[..., ast.expr]) -> ast.expr:
        values: list[Any] = node.elts
        if kind is ast.JoinedStr:
            values = [
                ast.copy_location(ast.FormattedValue(each, self.conversions.get(_place(each), -1)), each)
                for each in values
            ]
        return ast.copy_location(kind(values=values), node)


def _place(node: Any) -> Place:
    return node.lineno, node.col_offset


def _make_tuple(node: ast.BinOp, commas: int) -> ast.expr:
    """The tuple that `A | B` stands for."""
    parts: list[ast.expr] = []
    at: ast.expr = node
    while commas and isinstance(at, ast.BinOp):
        parts.append(at.right)
        at = at.left
        commas -= 1
    return ast.copy_location(ast.Tuple([at, *reversed(parts)], ast.Load()), node) if parts else node
