"""What readers of annotations and of calls ask about expressions.

Output: the protocol that `values.Evaluator` fulfils.
"""

from __future__ import annotations

import ast
from typing import Protocol

from kgraph.extract.python.cells import Cells
from kgraph.extract.python.scope_values import PythonScope


class ExpressionPaths(Protocol):
    """Says what expressions mean."""

    cells: Cells
    module: PythonScope

    def value(self, node: ast.expr, scope: PythonScope) -> str | None:
        """The path of an expression, None where nothing can be said."""

    def instance(self, annotation: ast.expr, scope: PythonScope) -> str | None:
        """What a value of an annotation is."""
