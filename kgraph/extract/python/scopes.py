"""The scopes of a Python file: what each binds, calls and reads.

Input: a syntax tree. Output: its scopes (module, classes, functions, lambdas and comprehensions) with the names that
each binds, and its parts (what stands in a scope's body, or in front of it), outer ones first, each with the
expressions that it uses. What the names mean is found by `python.uses`, once all bindings are known: a name may be
bound below its use.

Every node of the tree passes through one loop, `Walker._read`, whose first branches are for the kinds that make up most
of a tree; the others have a row in a table.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kgraph.extract.python.source import Function, called

_OF_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_WITH_METACLASS = "with_metaclass"


@dataclass(slots=True, eq=False)
class PythonScope:
    """A module, class or function, a lambda or a comprehension, and what is bound in it."""

    kind: str  # "module", "class", "function", "inner" (a lambda or comprehension)
    outer: PythonScope | None
    symbol: int
    name: str = ""  # "Stack", "f.<locals>"
    of: PythonScope | None = None  # the class of a method, and of the functions inside of it
    receiver: str = ""  # in a method and inside of it: what the first parameter is called
    bound: dict[str, list[Value]] = field(default_factory=dict)
    elsewhere: dict[str, PythonScope | None] = field(default_factory=dict)  # global and nonlocal names
    attributes: dict[str, list[tuple[Value, PythonScope]]] = field(default_factory=dict)  # `self.x = ...`, of a class
    result: ast.expr | None = None  # a function's, as annotated
    returns: list[ast.expr | None] = field(default_factory=list)
    plain: bool = True  # no generator and no coroutine, whose result is not what `return` tells
    meanings: dict[str, str | None] = field(default_factory=dict)  # of names as seen from here, as far as asked for


@dataclass(slots=True, eq=False)
class ScopePart:
    """Statements or expressions whose names are looked up in one scope, with what they use."""

    scope: PythonScope
    symbol: int
    nodes: list[Any]  # emptied when they are read
    calls: list[ast.Call] = field(default_factory=list)
    reads: list[ast.Name | ast.Attribute] = field(default_factory=list)
    annotations: list[ast.expr] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Annotated:
    """What is annotated, as a parameter is."""

    annotation: ast.expr


@dataclass(frozen=True, slots=True)
class Entered:
    """What `with manager as x` binds."""

    manager: ast.expr


# What a name is bound to: a path, an expression of that scope, or None where nothing can be said.
Value = str | ast.expr | Annotated | Entered | None


class Walker:
    """Finds the scopes of a file with what is bound in each, and its parts with what they use."""

    def __init__(self, symbols: Mapping[ast.AST, int]) -> None:
        self.scopes: list[PythonScope] = []
        self.parts: list[ScopePart] = []
        self.bases: list[tuple[int, ast.expr, PythonScope]] = []
        self._symbols = symbols

    def walk(self, tree: ast.Module) -> None:
        self._open(PythonScope("module", None, -1), tree.body.copy())
        for part in self.parts:  # grows while it is walked: outer scopes before inner ones
            self._read(part)

    def _open(self, scope: PythonScope, nodes: list[Any]) -> None:
        self.scopes.append(scope)
        self.parts.append(ScopePart(scope, scope.symbol, nodes))

    def _read(self, part: ScopePart) -> None:
        stack = part.nodes
        bound, calls, reads = part.scope.bound, part.calls, part.reads
        pop, push = stack.pop, stack.append
        while stack:
            node = pop()
            kind = node.__class__
            if kind is ast.Name:
                if node.ctx.__class__ is ast.Load:
                    reads.append(node)
                else:
                    bound.setdefault(node.id, []).append(None)
            elif kind is ast.Attribute:
                base = node.value
                while base.__class__ is ast.Attribute:
                    base = base.value
                if base.__class__ is not ast.Name:
                    push(base)
                elif node.ctx.__class__ is ast.Load:
                    reads.append(node)
            elif kind is ast.Call:
                base = node.func
                while base.__class__ is ast.Attribute:
                    base = base.value
                if base.__class__ is ast.Name:
                    calls.append(node)
                else:
                    push(base)
                    if base.__class__ is ast.Call:  # what else may be called has no name
                        calls.append(node)
                stack += node.args
                for keyword in node.keywords:
                    push(keyword.value)
            elif kind is ast.Constant:
                continue
            elif kind is ast.Expr:
                push(node.value)
            elif kind is ast.Tuple or kind is ast.List:
                stack += node.elts
            elif kind in _SPECIAL:
                _SPECIAL[kind](self, node, part)
            else:
                for name in _CHILDREN[kind] if kind in _CHILDREN else _children(kind):
                    child = getattr(node, name)
                    if child.__class__ is list:
                        stack += child
                    else:
                        push(child)

    # --- nodes that bind names or open scopes -------------------------------------------------------------------------

    def _assign(self, node: ast.Assign, part: ScopePart) -> None:
        value = node.value
        for target in node.targets:
            if target.__class__ is ast.Name:
                part.scope.bound.setdefault(target.id, []).append(value)
            else:
                _bind(target, value, part.scope, part)
        part.nodes.append(value)

    def _annotated_assign(self, node: ast.AnnAssign, part: ScopePart) -> None:
        _bind(node.target, Annotated(node.annotation), part.scope, part)
        part.annotations.append(node.annotation)
        if node.value:
            part.nodes.append(node.value)

    def _named_expression(self, node: ast.NamedExpr, part: ScopePart) -> None:
        holder = part.scope
        while holder.kind == "inner" and holder.outer:
            holder = holder.outer
        _bind(node.target, node.value if holder is part.scope else None, holder, part)
        part.nodes.append(node.value)

    def _with_item(self, node: ast.withitem, part: ScopePart) -> None:
        part.nodes.append(node.context_expr)
        if node.optional_vars:
            _bind(node.optional_vars, Entered(node.context_expr), part.scope, part)

    def _import(self, node: ast.Import, part: ScopePart) -> None:
        for alias in node.names:
            path = f"{alias.name}:" if alias.asname else f"{alias.name.partition('.')[0]}:"
            part.scope.bound.setdefault(alias.asname or alias.name.partition(".")[0], []).append(path)

    def _import_from(self, node: ast.ImportFrom, part: ScopePart) -> None:
        module = "." * node.level + (node.module or "")
        if module != "__future__":
            for alias in node.names:
                part.scope.bound.setdefault(alias.asname or alias.name, []).append(f"{module}:{alias.name}")

    def _global(self, node: ast.Global, part: ScopePart) -> None:
        part.scope.elsewhere.update(dict.fromkeys(node.names))

    def _nonlocal(self, node: ast.Nonlocal, part: ScopePart) -> None:
        part.scope.elsewhere.update(dict.fromkeys(node.names, part.scope.outer))

    def _return(self, node: ast.Return, part: ScopePart) -> None:
        part.scope.returns.append(node.value)
        if node.value:
            part.nodes.append(node.value)

    def _yield(self, node: ast.Yield | ast.YieldFrom, part: ScopePart) -> None:
        part.scope.plain = False
        if node.value:
            part.nodes.append(node.value)

    def _except(self, node: ast.ExceptHandler, part: ScopePart) -> None:
        if node.name:
            part.scope.bound.setdefault(node.name, []).append(None)
        if node.type:
            part.nodes.append(node.type)
        part.nodes += node.body

    def _match_as(self, node: ast.MatchAs, part: ScopePart) -> None:
        if node.name:
            part.scope.bound.setdefault(node.name, []).append(None)
        if node.pattern:
            part.nodes.append(node.pattern)

    def _match_star(self, node: ast.MatchStar, part: ScopePart) -> None:
        if node.name:
            part.scope.bound.setdefault(node.name, []).append(None)

    def _match_mapping(self, node: ast.MatchMapping, part: ScopePart) -> None:
        if node.rest:
            part.scope.bound.setdefault(node.rest, []).append(None)
        part.nodes += node.keys
        part.nodes += node.patterns

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, part: ScopePart) -> None:
        self._open(_inner(part), [*node.generators, node.elt])

    def _dict_comprehension(self, node: ast.DictComp, part: ScopePart) -> None:
        self._open(_inner(part), [*node.generators, node.key, node.value])

    def _lambda(self, node: ast.Lambda, part: ScopePart) -> None:
        inner = _inner(part)
        _parameters(node.args, inner, part)
        self._open(inner, [node.body])

    def _function(self, node: Function, part: ScopePart) -> None:
        scope = part.scope
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        known = node in self._symbols
        scope.bound.setdefault(node.name, []).append(f":{name}" if known else None)
        inner = PythonScope("function", scope, self._symbols.get(node, part.symbol), f"{name}.<locals>")
        inner.plain = known and node.__class__ is ast.FunctionDef
        inner.of = scope if scope.kind == "class" else scope.of
        inner.receiver = scope.receiver
        # Decorators, defaults and annotations are looked up outside, and are the function's own uses all the same.
        head = ScopePart(scope, inner.symbol, node.decorator_list.copy())
        _parameters(node.args, inner, head)
        if scope.kind == "class":
            _receive(node, inner, scope)
        if node.returns:
            head.annotations.append(node.returns)
            inner.result = node.returns
        if head.nodes or head.annotations:
            self.parts.append(head)
        self._open(inner, node.body.copy())

    def _class(self, node: ast.ClassDef, part: ScopePart) -> None:
        scope = part.scope
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        is_symbol = node in self._symbols
        scope.bound.setdefault(node.name, []).append(f":{name}" if is_symbol else None)
        symbol = self._symbols.get(node, part.symbol)
        head = ScopePart(scope, symbol, [*node.decorator_list, *(keyword.value for keyword in node.keywords)])
        for base in node.bases:
            if isinstance(base, ast.Name | ast.Attribute) and is_symbol:
                self.bases.append((symbol, base, scope))
            elif isinstance(base, ast.Subscript) and is_symbol:
                self.bases.append((symbol, base.value, scope))
                head.nodes.append(base.slice)
            elif isinstance(base, ast.Call) and called(base) == _WITH_METACLASS and is_symbol:
                self.bases += [(symbol, each, scope) for each in base.args[1:]]
                head.nodes.append(base)
            else:
                head.nodes.append(base)
        if head.nodes:
            self.parts.append(head)
        self._open(PythonScope("class", scope, symbol, name), node.body.copy())


_SPECIAL: dict[type[ast.AST], Callable[[Walker, Any, ScopePart], None]] = {
    ast.Assign: Walker._assign,
    ast.AnnAssign: Walker._annotated_assign,
    ast.NamedExpr: Walker._named_expression,
    ast.withitem: Walker._with_item,
    ast.Import: Walker._import,
    ast.ImportFrom: Walker._import_from,
    ast.Global: Walker._global,
    ast.Nonlocal: Walker._nonlocal,
    ast.Return: Walker._return,
    ast.Yield: Walker._yield,
    ast.YieldFrom: Walker._yield,
    ast.ExceptHandler: Walker._except,
    ast.MatchAs: Walker._match_as,
    ast.MatchStar: Walker._match_star,
    ast.MatchMapping: Walker._match_mapping,
    ast.ListComp: Walker._comprehension,
    ast.SetComp: Walker._comprehension,
    ast.GeneratorExp: Walker._comprehension,
    ast.DictComp: Walker._dict_comprehension,
    ast.Lambda: Walker._lambda,
    ast.FunctionDef: Walker._function,
    ast.AsyncFunctionDef: Walker._function,
    ast.ClassDef: Walker._class,
}

# The fields of each kind of node that may hold expressions or statements.
_NO_CHILDREN = frozenset({"ctx", "op", "ops", "kind", "type_comment", "type_ignores", "conversion", "is_async"})
_CHILDREN: dict[type, tuple[str, ...]] = {}


def _children(kind: type) -> tuple[str, ...]:
    """As `_CHILDREN` has them from then on; none for the texts and None among the children of nodes."""
    _CHILDREN[kind] = tuple(name for name in getattr(kind, "_fields", ()) if name not in _NO_CHILDREN)
    return _CHILDREN[kind]


def _bind(target: ast.expr, value: Value, scope: PythonScope, part: ScopePart) -> None:
    match target:
        case ast.Name():
            scope.bound.setdefault(target.id, []).append(value)
        case ast.Attribute(value=ast.Name(id=receiver)) if scope.of and receiver == scope.receiver:
            scope.of.attributes.setdefault(target.attr, []).append((value, scope))
        case ast.Tuple() | ast.List() if (
            isinstance(value, ast.Tuple | ast.List)
            and len(value.elts) == len(target.elts)
            and not any(isinstance(each, ast.Starred) for each in (*value.elts, *target.elts))
        ):
            for each, one in zip(target.elts, value.elts, strict=True):
                _bind(each, one, scope, part)
        case ast.Tuple() | ast.List():
            for each in target.elts:
                _bind(each, None, scope, part)
        case ast.Starred():
            _bind(target.value, None, scope, part)
        case _:
            part.nodes.append(target)


def _parameters(arguments: ast.arguments, inner: PythonScope, part: ScopePart) -> None:
    """Bind parameters in `inner`; their defaults and annotations belong to what stands around."""
    part.nodes += arguments.defaults
    part.nodes += [default for default in arguments.kw_defaults if default]
    for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        inner.bound.setdefault(one.arg, []).append(Annotated(one.annotation) if one.annotation else None)
        if one.annotation:
            part.annotations.append(one.annotation)
    for many in (arguments.vararg, arguments.kwarg):
        if many:
            inner.bound.setdefault(many.arg, []).append(None)
            if many.annotation:
                part.annotations.append(many.annotation)


def _receive(node: Function, inner: PythonScope, scope: PythonScope) -> None:
    """Bind the first parameter of a method: an instance of its class, or the class."""
    decorators = {getattr(each, "id", "") for each in node.decorator_list}
    positional = [*node.args.posonlyargs, *node.args.args]
    if positional and "staticmethod" not in decorators:
        of_class = "classmethod" in decorators or node.name in _OF_CLASS
        inner.receiver = positional[0].arg
        inner.bound[inner.receiver] = [f":{scope.name}" if of_class else f":{scope.name}@"]


def _inner(part: ScopePart) -> PythonScope:
    scope = part.scope
    return PythonScope("inner", scope, part.symbol, scope.name, scope.of, scope.receiver)
