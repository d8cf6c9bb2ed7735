"""What is put into containers that are declared elsewhere, as `app.handlers.setdefault(key, []).append(f)` does.

Input: a container's expression, and what is put in. Output: what holds the container, and how many containers deep the
value lies in it. What a class puts into its own attributes, and a module into its own variables, is read with these
(see `values`). All else is passed on as calls pass arguments (see `assemble.python.flows`), under the name `$1` for an
element, `$2` for an element of an element. Under a key that is spelled out nothing is recorded: who reads another key
does not get it.
"""

from __future__ import annotations

import ast
from typing import NamedTuple, Protocol

from kgraph.extract.python.scope_values import PythonScope, Value, key_step

MAX_PUT_DEPTH = 3


class ContainerInsertion(NamedTuple):
    """A value that is put into what an expression holds."""

    holder: ast.expr
    depth: int  # 1 for an element
    value: Value


class ContainerPaths(Protocol):
    """What is asked of the evaluator here."""

    def value(self, node: ast.expr, scope: PythonScope) -> str | None: ...

    def find_bound(self, value: Value, scope: PythonScope, name: str = "") -> str | None: ...

    def holder(self, name: str, scope: PythonScope) -> PythonScope | None: ...


def put_into(container: ast.expr, value: Value) -> ContainerInsertion | None:
    """What holds the container; None where a key is spelled out, or nothing can be said."""
    depth = 1
    while depth <= MAX_PUT_DEPTH:
        match container:
            case ast.Name() | ast.Attribute():
                return ContainerInsertion(container, depth, value)
            case ast.Subscript(value=outer, slice=key) if key_step(key) == "$item":
                container = outer
            case ast.Call(func=ast.Attribute(value=outer, attr="setdefault"), args=[key, _]) if (
                key_step(key) == "$item"
            ):
                container = outer
            case _:
                return None
        depth += 1
    return None


def put_flow(evaluator: ContainerPaths, put: ContainerInsertion, scope: PythonScope) -> str | None:
    """The call that a put is like; None for what is read with the container, and what is a local variable's."""
    holder = put.holder
    if isinstance(holder, ast.Name):
        around = evaluator.holder(holder.id, scope)
        if around is None or around.kind == "function":
            return None
        if put.depth == 1 and not all(isinstance(value, str) for value in around.bound[holder.id]):
            return None
    elif put.depth == 1 and isinstance(holder, ast.Attribute) and _is_own(holder, scope):
        return None
    container = evaluator.value(holder, scope)
    path = evaluator.find_bound(put.value, scope)
    if not container or not path or path[-1] == ":" or path.startswith("builtins:"):
        return None
    return f"{container}\t${put.depth}={path}"


def _is_own(holder: ast.Attribute, scope: PythonScope) -> bool:
    """Whether something is an attribute of `self` that its class has itself."""
    if not (scope.of and isinstance(holder.value, ast.Name) and holder.value.id == scope.receiver):
        return False
    return holder.attr in scope.of.attributes or holder.attr in scope.of.bound
