"""What readers of annotations and of calls ask about expressions, and which of these have a path.

Output: the protocol that `values.Evaluator` fulfils.
"""

from __future__ import annotations

import ast
from typing import Protocol

from kgraph.extract.python.cells import Cells
from kgraph.extract.python.scope_values import PythonScope

# Expressions of other kinds, as comparisons and f-strings, have no path.
VALUED = frozenset(
    [
        ast.List,
        ast.Dict,
        ast.Set,
        ast.Tuple,
        ast.ListComp,
        ast.DictComp,
        ast.SetComp,
        ast.Name,
        ast.Attribute,
        ast.Call,
        ast.Subscript,
        ast.Await,
        ast.IfExp,
        ast.BoolOp,
        ast.NamedExpr,
        ast.Lambda,
        ast.GeneratorExp,
        ast.BinOp,
    ]
)


class ExpressionPaths(Protocol):
    """Says what expressions mean."""

    cells: Cells
    module: PythonScope

    def value(self, node: ast.expr, scope: PythonScope) -> str | None:
        """The path of an expression, None where nothing can be said."""

    def instance(self, annotation: ast.expr, scope: PythonScope) -> str | None:
        """What a value of an annotation is."""
