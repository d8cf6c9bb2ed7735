"""Targets of a Python file: what assignments, loops and parameters bind, and what is put into containers.

Input: a target, and what it is bound to. Output: bindings and stores of its scope.
"""

from __future__ import annotations

import ast
from typing import Any

from kgraph.extract.python.puts import put_into
from kgraph.extract.python.scope_values import (
    Annotated,
    BoundParameter,
    Derived,
    Narrowed,
    PythonScope,
    ScopePart,
    Value,
    begin,
    key_step,
)
from kgraph.extract.python.source import Function, called_name

OF_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
# How methods of containers put their last argument in: as one of the elements, or with all that it holds.
_PUTTING = {
    "append": "$item",
    "add": "$item",
    "appendleft": "$item",
    "insert": "$item",
    "setdefault": "$item",
    "__setitem__": "$item",
    "extend": "$add",
    "update": "$add",
}


def as_read(target: ast.expr) -> ast.expr:
    """A target as an expression that is read."""
    return ast.copy_location(ast.Name(target.id, ast.Load()), target) if isinstance(target, ast.Name) else target


def leaves_block(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)


def loop_element(node: ast.For | ast.AsyncFor | ast.comprehension, part: ScopePart) -> Derived:
    """What a loop binds."""
    if node.__class__ is ast.AsyncFor or bool(getattr(node, "is_async", 0)):
        part.protocols += ((node.iter, "__aiter__"), (node.iter, "$aiter__anext__"))
        return Derived(node.iter, ".$aiter", part.scope)
    part.protocols += ((node.iter, "__iter__"), (node.iter, "$iter__next__"))
    return Derived(node.iter, ".$iter", part.scope)


def container_of(node: ast.expr, scope: PythonScope) -> tuple[PythonScope, str] | None:
    """Where the stores of a container are kept, that a name or an attribute of `self` holds."""
    match node:
        case ast.Name(id=name):
            return scope, name
        case ast.Attribute(value=ast.Name(id=receiver), attr=name) if scope.of and receiver == scope.receiver:
            return scope.of, f"self.{name}"
    return None


def bind_target(target: ast.expr, value: Value, part: ScopePart, at: int) -> None:
    scope = part.scope
    match target:
        case ast.Name():
            scope.bind(target.id, value, at)
        case ast.Attribute(value=ast.Name(id=receiver)) if scope.of and receiver == scope.receiver:
            scope.of.attributes.setdefault(target.attr, []).append((value, scope))
            part.reads.append(target)
        case ast.Tuple() | ast.List():
            for each, one in _unpack(target.elts, value):
                bind_target(each, one, part, at)
        case ast.Starred():
            bind_target(target.value, value, part, at)
        case ast.Subscript(value=container, slice=key):
            if (holder := container_of(container, scope)) is not None:
                step = key_step(key)
                holder[0].stores.setdefault(holder[1], []).append((step, value, scope))
                if step.startswith("$key"):
                    holder[0].bind(f"{holder[1]}[{step}]", value, at)
            if key_step(key) == "$item" and (into := put_into(container, value)) is not None:
                part.puts.append(into)
            part.nodes.append(target)
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            scope.bind(f"{name}.{attribute}", value, at)
            part.nodes.append(target)
        case _:
            part.nodes.append(target)


def put(node: ast.Call, method: ast.Attribute, part: ScopePart) -> None:
    """`x.append(y)` and the like, which put something into a container."""
    how = _PUTTING.get(method.attr)
    if how == "$item" and method.attr not in ("setdefault", "__setitem__"):
        into = put_into(method.value, node.args[-1])
        part.puts += [] if into is None else [into]
    key = container_of(method.value, part.scope) if how is not None else None
    if how is not None and key is not None:
        step = key_step(node.args[0]) if method.attr in ("setdefault", "__setitem__") else how
        key[0].stores.setdefault(key[1], []).append((step, node.args[-1], part.scope))


def _unpack(targets: list[ast.expr], value: Value) -> list[tuple[ast.expr, Value]]:
    """What each of several targets is bound to."""
    starred = next((at for at, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    spelled = isinstance(value, ast.Tuple | ast.List) and not any(isinstance(each, ast.Starred) for each in value.elts)
    if spelled and starred is None and len(value.elts) == len(targets):  # type: ignore[union-attr]
        return list(zip(targets, value.elts, strict=True))  # type: ignore[union-attr]
    if spelled and starred is not None and len(value.elts) >= len(targets) - 1:  # type: ignore[union-attr]
        values = value.elts  # type: ignore[union-attr]
        after = len(targets) - starred - 1
        middle = ast.List(values[starred : len(values) - after], ast.Load())
        return list(zip(targets, (*values[:starred], middle, *values[len(values) - after :]), strict=True))
    if value is None or starred is not None:
        return [(each, None) for each in targets]
    return [(each, Derived(value, f".$key{at}")) for at, each in enumerate(targets)]


class Decorated(str):
    """The path of what a decorator is called with, in the place of an argument."""

    __slots__ = ()


def find_decorator_constant(node: ast.expr) -> str | None:
    """What stands in the place of an argument of a decorator."""
    value = node.value if node.__class__ is ast.Constant else None
    return str(value) if value.__class__ is Decorated else None


def bind_parameters(
    node: Function | ast.Lambda, inner: PythonScope, part: ScopePart, name: str, around: PythonScope
) -> None:
    """Bind parameters in `inner`; their defaults belong to what stands around, and annotations to `around`."""
    arguments = node.args
    part.nodes += arguments.defaults
    part.nodes += [default for default in arguments.kw_defaults if default]
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += [*arguments.defaults, *arguments.kw_defaults]
    at = begin(node)
    for one, default in zip((*positional, *arguments.kwonlyargs), defaults, strict=True):
        inner.bind(one.arg, BoundParameter(name, one.arg, one.annotation, default, around, node), at)
    if arguments.vararg:
        inner.bind(arguments.vararg.arg, _many(arguments.vararg, "$all", around), at)
    if arguments.kwarg:
        inner.bind(arguments.kwarg.arg, _many(arguments.kwarg, "$all", around), at)


def _many(argument: ast.arg, step: str, scope: PythonScope) -> Value:
    return Derived(Annotated(argument.annotation), f".{step}", scope) if argument.annotation else None


def bind_receiver(node: Function, inner: PythonScope, scope: PythonScope) -> None:
    """Bind the first parameter of a method: an instance of its class, or the class."""
    decorators = {getattr(each, "id", "") for each in node.decorator_list}
    positional = [*node.args.posonlyargs, *node.args.args]
    if positional and "staticmethod" not in decorators:
        of_class = "classmethod" in decorators or node.name in OF_CLASS
        inner.receiver = positional[0].arg
        inner.bound[inner.receiver] = [f":{scope.name}" if of_class else f":{scope.name}@"]
        # One place, too: of a prototype of Cython's, `int f(int, int)`, several parameters have a name.
        inner.places[inner.receiver] = inner.places[inner.receiver][:1]


def inner_scope(node: ast.AST, part: ScopePart) -> PythonScope:
    scope = part.scope
    return PythonScope("inner", scope, part.symbol, scope.name, scope.of, scope.receiver, node)


def narrow(test: ast.expr, part: ScopePart, where: tuple[int, int, int], *, leaves: bool) -> None:
    """What an `isinstance` says of a name, in the branch where it holds."""
    pending, at = [test], where[0]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            pending += node.values
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and leaves:
            pending.append(node.operand)
            at = where[2]
            leaves = False
        elif isinstance(node, ast.Call) and called_name(node) == "isinstance" and len(node.args) == 2:
            narrow_to(node.args[0], node.args[1], part, at)


def narrow_to(name: ast.expr, classes: ast.expr, part: ScopePart, at: int) -> None:
    """Bind a name to what it was found to be, from a place on."""
    if isinstance(name, ast.Name) and part.scope.kind == "function":
        part.scope.bind(name.id, Narrowed(classes), at)


def decorate(decorator: ast.expr, decorated: str, part: ScopePart) -> None:
    """`@decorator` calls it with what stands below, of which the path is given."""
    call = ast.Call(decorator, [ast.Constant(Decorated(decorated))], [])
    call.lineno = call.end_lineno = decorator.end_lineno or decorator.lineno
    call.col_offset = call.end_col_offset = decorator.end_col_offset or 0
    part.nodes.append(call)


def type_parameters(node: Any, part: ScopePart) -> tuple[PythonScope, ScopePart | None]:
    """The scope of type parameters, in which the head and all inside of a definition is, and the part of their bounds;
    without any, the scope around it."""
    scope = part.scope
    parameters = getattr(node, "type_params", None)  # from Python 3.12 on
    if not parameters:
        return scope, None
    around = PythonScope("types", scope, part.symbol, scope.name, scope.of, scope.receiver, node)
    head = ScopePart(around, part.symbol, [])
    for each in parameters:
        around.bind(each.name, None, begin(node))
        told = (getattr(each, "bound", None), getattr(each, "default_value", None))
        head.annotations += [one for one in told if one is not None]
    return around, head
