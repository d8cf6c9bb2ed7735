"""Containers of Python that are spelled out: `[a, b]`, `{"key": c}`.

Input: a display, and the scope that it stands in. Output: steps and paths of its elements (see `python.cells`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kgraph.extract.python.expressions import ExpressionPaths
from kgraph.extract.python.scope_values import PythonScope, key_step

_MAX_ELEMENTS = 60  # of one display
SPELLED_OUT = (ast.List, ast.Dict, ast.Set, ast.Tuple)
DISPLAYS = (*SPELLED_OUT, ast.ListComp, ast.DictComp, ast.SetComp)
_CONTAINERS = frozenset({"dict", "list", "set", "defaultdict", "OrderedDict", "deque"})


def elements(
    evaluator: ExpressionPaths, node: ast.List | ast.Tuple | ast.Set | ast.Dict, scope: PythonScope
) -> Iterator[tuple[str, str | None]]:
    """The parts of a display, each with the step that leads to it."""
    if isinstance(node, ast.Dict):
        for key, one in list(zip(node.keys, node.values, strict=True))[:_MAX_ELEMENTS]:
            if key is None:
                yield "$add", evaluator.value(one, scope)
                continue
            yield key_step(key), evaluator.value(one, scope)
            if not isinstance(key, ast.Constant):
                yield "$keys", evaluator.value(key, scope)
        return
    counted = True
    for number, one in enumerate(node.elts[:_MAX_ELEMENTS]):
        if isinstance(one, ast.Starred):
            counted = False
            yield "$add", evaluator.value(one.value, scope)
        else:
            yield f"$key{number}" if counted else "$item", evaluator.value(one, scope)


def is_container(value: ast.expr) -> bool:
    """Whether an expression makes a new container."""
    if isinstance(value, DISPLAYS):
        return True
    function = value.func if isinstance(value, ast.Call) else None
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in _CONTAINERS
