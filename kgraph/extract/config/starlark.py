"""Starlark's statements: what a Bazel or Buck file says of targets.

Input: the bytes of a file. Output: `StatementFact`s; what their values are is for assembly, which sees all files.

Starlark's grammar is a part of Python's, so that the standard parser reads it. What has no place in a build file
(classes, lambdas) is `unknown`.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence

from kgraph.build_facts import MAX_EXPRESSION_DEPTH, Expression, StatementFact
from kgraph.extract.text import clean

_UNKNOWN = Expression("unknown")
_MAX_BLOCKS = 16  # of `if`, `for` and `def` in each other


def statements(content: bytes) -> tuple[StatementFact, ...] | None:
    """The statements of a file; None where it cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content.decode("utf-8-sig", "replace"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tuple(_statements(tree.body, 0))


def _statements(body: Sequence[ast.stmt], depth: int) -> Iterator[StatementFact]:
    if depth > _MAX_BLOCKS:
        return
    for node in body:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="load")) as call):
                yield from _loads(call)
            case ast.Expr(value=(ast.Call() | ast.ListComp()) as value):
                yield StatementFact("call", value=_expression(value, 0))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield StatementFact("assign", name, _expression(value, 0))
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                yield StatementFact("append", name, _expression(value, 0))
            case ast.FunctionDef(name=name, args=parameters):
                yield StatementFact(
                    "function",
                    name,
                    _list([_expression(each, 0) for each in _defaults(parameters)]),
                    tuple(_statements(node.body, depth + 1)),
                    _parameters(parameters),
                )
            case ast.For(target=target, iter=iterable):
                inner = tuple(_statements(node.body, depth + 1))
                yield StatementFact("for", value=_expression(iterable, 0), body=inner, parameters=_names(target))
            case ast.If():
                yield StatementFact("block", body=tuple(_statements(node.body, depth + 1)))
                if node.orelse:
                    yield StatementFact("block", body=tuple(_statements(node.orelse, depth + 1)))
            case ast.Return(value=ast.expr() as value):
                yield StatementFact("return", value=_expression(value, 0))


def _loads(call: ast.Call) -> Iterator[StatementFact]:
    match call.args:
        case [ast.Constant(value=str() as label), *names]:
            value = Expression("text", clean(label))
            for each in names:
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield StatementFact("load", clean(each.value), value, other=clean(each.value))
            for keyword in call.keywords:
                if keyword.arg and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
                    yield StatementFact("load", keyword.arg, value, other=clean(keyword.value.value))


def _parameters(parameters: ast.arguments) -> tuple[str, ...]:
    names = [each.arg for each in (*parameters.posonlyargs, *parameters.args)]
    names += ["*" + parameters.vararg.arg] if parameters.vararg else []
    names += [each.arg for each in parameters.kwonlyargs]
    names += ["**" + parameters.kwarg.arg] if parameters.kwarg else []
    return tuple(names)


def _defaults(parameters: ast.arguments) -> Iterator[ast.expr | None]:
    """A default for each name of `_parameters`."""
    positional = len(parameters.posonlyargs) + len(parameters.args)
    yield from [None] * (positional - len(parameters.defaults))
    yield from parameters.defaults
    yield from [None] * bool(parameters.vararg)
    yield from parameters.kw_defaults
    yield from [None] * bool(parameters.kwarg)


def _names(target: ast.expr) -> tuple[str, ...]:
    nodes = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    return tuple(node.id if isinstance(node, ast.Name) else "_" for node in nodes)


def _list(items: Sequence[Expression]) -> Expression:
    return Expression("list", items=tuple(items))


def _expression(node: ast.expr | None, depth: int) -> Expression:
    if depth >= MAX_EXPRESSION_DEPTH or node is None:
        return _UNKNOWN
    inner = depth + 1
    match node:
        case ast.Constant(value=str() as text):
            return Expression("text", clean(text), line=node.lineno)
        case ast.Constant(value=None):
            return _list(())
        case ast.Name(id=name):
            return Expression("name", name)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return _list([_expression(each, inner) for each in items])
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return Expression("dict", items=tuple(_expression(each, inner) for pair in pairs for each in pair))
        case ast.BinOp(op=ast.Add()):
            sides: list[ast.expr] = []
            left: ast.expr = node
            while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):  # a + b + c leans to the left
                sides.append(left.right)
                left = left.left
            return Expression("join", items=tuple(_expression(each, inner) for each in (left, *reversed(sides))))
        case ast.BinOp(op=ast.Mod(), left=template, right=right):
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            return Expression("format", items=tuple(_expression(each, inner) for each in (template, *values)))
        case ast.Attribute(value=value, attr=name):
            return Expression("attribute", name, (_expression(value, inner),))
        case ast.IfExp(body=one, orelse=other):
            return Expression("select", items=(_expression(one, inner), _expression(other, inner)))
        case ast.Call():
            return _call(node, inner)
        case ast.ListComp(elt=element, generators=[ast.comprehension(target=target, iter=iterable)]):
            items_ = (_expression(element, inner), _expression(iterable, inner))
            return Expression("each", items=items_, names=_names(target))
    return _UNKNOWN


def _call(node: ast.Call, depth: int) -> Expression:
    items = [_expression(node.func, depth)]
    names = []
    for argument in node.args:
        starred = isinstance(argument, ast.Starred)
        items.append(_expression(argument.value if isinstance(argument, ast.Starred) else argument, depth))
        names.append("*" if starred else "")
    for keyword in node.keywords:
        items.append(_expression(keyword.value, depth))
        names.append(keyword.arg or "**")
    match node.func:
        case ast.Name(id="select") if len(node.args) == 1 and isinstance(node.args[0], ast.Dict):
            return Expression("select", items=tuple(_expression(each, depth) for each in node.args[0].values))
        case ast.Attribute(value=template, attr="format") if not node.keywords:
            return Expression("format", items=(_expression(template, depth), *items[1:]))
    return Expression("call", "", tuple(items), tuple(names), node.lineno, node.end_lineno or node.lineno)
