"""The scopes of a Python file: what each binds, calls and reads.

Comes in: a syntax tree. Goes out: its module, classes, functions, lambdas and comprehensions, outer ones first, each
with the names that it binds and the expressions that it uses. What the names mean is told by `python_uses`, once all
bindings are known: a name may be bound below its use.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kgraph.extract.python_source import Function

_OF_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_WITH_METACLASS = "with_metaclass"
RECEIVER = "<receiver>"  # the names under which a method's scope keeps
RESULT = "()"  # what its first parameter is called, and its annotated result


@dataclass(slots=True, eq=False)
class Scope:
    """A module, class or function body, a lambda or a comprehension, and what is bound in it."""

    kind: str  # "module", "class", "function", "inner" (a lambda or comprehension), "head" (what stands before a body)
    outer: Scope | None
    symbol: int
    name: str = ""  # "Stack", "f.<locals>"
    of: Scope | None = None  # the class of a method, and of the functions inside of it
    bound: dict[str, list[Value]] = field(default_factory=dict)
    elsewhere: dict[str, Scope | None] = field(default_factory=dict)  # global and nonlocal names
    attributes: dict[str, list[tuple[Value, Scope]]] = field(default_factory=dict)  # `self.x = ...`, of a class
    returns: list[ast.expr | None] = field(default_factory=list)
    plain: bool = True  # no generator and no coroutine, whose result is not what `return` tells
    calls: list[ast.Call] = field(default_factory=list)
    reads: list[ast.expr] = field(default_factory=list)
    annotations: list[ast.expr] = field(default_factory=list)
    known: dict[str, str | None] = field(default_factory=dict)


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


_SKIPPED = frozenset({"ctx", "op", "ops", "kind", "type_comment", "type_ignores"})
_CHILDREN: dict[type, tuple[str, ...]] = {}
_SPECIAL = frozenset(
    {
        *(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef),
        *(ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp, ast.Import, ast.ImportFrom, ast.withitem),
        *(ast.Global, ast.Nonlocal, ast.Return, ast.Yield, ast.YieldFrom, ast.ExceptHandler),
        *(ast.MatchAs, ast.MatchStar, ast.MatchMapping),
    }
)


def _children(kind: type[ast.AST]) -> tuple[str, ...]:
    if kind not in _CHILDREN:
        _CHILDREN[kind] = tuple(name for name in kind._fields if name not in _SKIPPED)
    return _CHILDREN[kind]


class Walker:
    """Finds the scopes of a file with what is bound and used in each."""

    def __init__(self, symbols: Mapping[ast.AST, int]) -> None:
        self.scopes: list[Scope] = []
        self.bases: list[tuple[int, ast.expr, Scope]] = []
        self._symbols = symbols
        self._pending: list[tuple[Scope, list[ast.AST]]] = []

    def walk(self, tree: ast.Module) -> None:
        self._open(Scope("module", None, -1), tree.body)
        for scope, nodes in self._pending:  # grows while it is walked: outer scopes before inner ones
            self.scopes.append(scope)
            self._read(scope, nodes)

    def _open(self, scope: Scope, nodes: Iterable[ast.AST | None]) -> None:
        self._pending.append((scope, [node for node in nodes if node is not None]))

    def _read(self, scope: Scope, stack: list[ast.AST]) -> None:
        calls, reads = scope.calls, scope.reads
        while stack:
            node = stack.pop()
            kind = node.__class__
            if kind is ast.Name:
                if node.ctx.__class__ is ast.Load:  # type: ignore[attr-defined]
                    reads.append(node)  # type: ignore[arg-type]
                else:
                    scope.bound.setdefault(node.id, []).append(None)  # type: ignore[attr-defined]
            elif kind is ast.Attribute:
                if node.ctx.__class__ is ast.Load:  # type: ignore[attr-defined]
                    reads.append(node)  # type: ignore[arg-type]
                base = root_of(node)
                if base.__class__ is not ast.Name:
                    stack.append(base)
            elif kind is ast.Call:
                calls.append(node)  # type: ignore[arg-type]
                base = root_of(node.func)  # type: ignore[attr-defined]
                if base.__class__ is not ast.Name:
                    stack.append(base)
                stack += node.args  # type: ignore[attr-defined]
                stack += [keyword.value for keyword in node.keywords]  # type: ignore[attr-defined]
            elif kind is not ast.Constant and not (kind in _SPECIAL and self._special(node, scope, stack)):
                for name in _children(kind):
                    value = getattr(node, name, None)
                    if value.__class__ is list:
                        stack += [each for each in value if isinstance(each, ast.AST)]
                    elif isinstance(value, ast.AST):
                        stack.append(value)

    def _special(self, node: ast.AST, scope: Scope, stack: list[ast.AST]) -> bool:
        """Read a node that binds names or opens a scope; False where it is like any other."""
        match node:
            case ast.Assign():
                for target in node.targets:
                    self._bind(target, node.value, scope, stack)
                stack.append(node.value)
            case ast.AnnAssign():
                self._bind(node.target, Annotated(node.annotation), scope, stack)
                scope.annotations.append(node.annotation)
                if node.value:
                    stack.append(node.value)
            case ast.NamedExpr():
                holder = scope
                while holder.kind == "inner" and holder.outer:
                    holder = holder.outer
                self._bind(node.target, node.value if holder is scope else None, holder, stack)
                stack.append(node.value)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, scope)
            case ast.Lambda():
                self._lambda(node, scope, stack)
            case ast.ClassDef():
                self._class(node, scope)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                self._open(_inner(scope), [*node.generators, node.elt])
            case ast.DictComp():
                self._open(_inner(scope), [*node.generators, node.key, node.value])
            case ast.Import():
                for alias in node.names:
                    path = f"{alias.name}:" if alias.asname else f"{alias.name.partition('.')[0]}:"
                    scope.bound.setdefault(alias.asname or alias.name.partition(".")[0], []).append(path)
            case ast.ImportFrom():
                self._import_from(node, scope)
            case ast.withitem():
                stack.append(node.context_expr)
                if node.optional_vars:
                    self._bind(node.optional_vars, Entered(node.context_expr), scope, stack)
            case ast.Global():
                scope.elsewhere.update(dict.fromkeys(node.names))
            case ast.Nonlocal():
                scope.elsewhere.update(dict.fromkeys(node.names, scope.outer))
            case ast.Return():
                scope.returns.append(node.value)
                if node.value:
                    stack.append(node.value)
            case ast.Yield() | ast.YieldFrom():
                scope.plain = False
                return False
            case ast.ExceptHandler() | ast.MatchAs() | ast.MatchStar() if node.name:
                scope.bound.setdefault(node.name, []).append(None)
                return False
            case ast.MatchMapping() if node.rest:
                scope.bound.setdefault(node.rest, []).append(None)
                return False
            case _:
                return False
        return True

    def _bind(self, target: ast.expr, value: Value, scope: Scope, stack: list[ast.AST]) -> None:
        match target:
            case ast.Name():
                scope.bound.setdefault(target.id, []).append(value)
            case ast.Attribute(value=ast.Name(id=receiver)) if scope.of and receiver == _receiver(scope):
                scope.of.attributes.setdefault(target.attr, []).append((value, scope))
            case ast.Tuple() | ast.List() if (
                isinstance(value, ast.Tuple | ast.List)
                and len(value.elts) == len(target.elts)
                and not any(isinstance(each, ast.Starred) for each in (*value.elts, *target.elts))
            ):
                for part, one in zip(target.elts, value.elts, strict=True):
                    self._bind(part, one, scope, stack)
            case ast.Tuple() | ast.List():
                for part in target.elts:
                    self._bind(part, None, scope, stack)
            case ast.Starred():
                self._bind(target.value, None, scope, stack)
            case _:
                stack.append(target)

    def _function(self, node: Function, scope: Scope) -> None:
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        known = node in self._symbols
        scope.bound.setdefault(node.name, []).append(f":{name}" if known else None)
        inner = Scope("function", scope, self._symbols.get(node, scope.symbol), f"{name}.<locals>")
        inner.plain = known and isinstance(node, ast.FunctionDef)
        inner.of = scope if scope.kind == "class" else scope.of
        # Decorators, defaults and annotations are looked up outside, and are the function's own uses all the same.
        head = Scope("head", scope, inner.symbol, scope.name, scope.of)
        heads: list[ast.AST] = [*node.decorator_list]
        self._parameters(node.args, inner, head, heads)
        if scope.kind == "class":
            self._receive(node, inner, scope)
        if node.returns:
            head.annotations.append(node.returns)
            inner.bound[RESULT] = [Annotated(node.returns)]
        self._open(head, heads)
        self._open(inner, node.body)

    def _receive(self, node: Function, inner: Scope, scope: Scope) -> None:
        """Bind the first parameter of a method: an instance of its class, or the class."""
        decorators = {getattr(each, "id", "") for each in node.decorator_list}
        positional = [*node.args.posonlyargs, *node.args.args]
        if positional and "staticmethod" not in decorators:
            of_class = "classmethod" in decorators or node.name in _OF_CLASS
            inner.bound[positional[0].arg] = [f":{scope.name}" if of_class else f":{scope.name}@"]
            inner.bound[RECEIVER] = [positional[0].arg]

    def _lambda(self, node: ast.Lambda, scope: Scope, stack: list[ast.AST]) -> None:
        inner = _inner(scope)
        self._parameters(node.args, inner, scope, stack)
        self._open(inner, [node.body])

    def _parameters(self, arguments: ast.arguments, inner: Scope, scope: Scope, stack: list[ast.AST]) -> None:
        stack += arguments.defaults
        stack += [default for default in arguments.kw_defaults if default]
        for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            inner.bound.setdefault(one.arg, []).append(Annotated(one.annotation) if one.annotation else None)
            if one.annotation:
                scope.annotations.append(one.annotation)
        for many in (arguments.vararg, arguments.kwarg):
            if many:
                inner.bound.setdefault(many.arg, []).append(None)
                if many.annotation:
                    scope.annotations.append(many.annotation)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        symbol = self._symbols.get(node, -1)
        scope.bound.setdefault(node.name, []).append(f":{name}" if symbol >= 0 else None)
        head = Scope("head", scope, symbol if symbol >= 0 else scope.symbol, scope.name, scope.of)
        heads: list[ast.AST] = [*node.decorator_list, *(keyword.value for keyword in node.keywords)]
        for base in node.bases:
            if isinstance(base, ast.Name | ast.Attribute) and symbol >= 0:
                self.bases.append((symbol, base, scope))
            elif isinstance(base, ast.Subscript) and symbol >= 0:
                self.bases.append((symbol, base.value, scope))
                heads.append(base.slice)
            elif isinstance(base, ast.Call) and _called(base) == _WITH_METACLASS and symbol >= 0:
                self.bases += [(symbol, each, scope) for each in base.args[1:]]
                heads.append(base)
            else:
                heads.append(base)
        self._open(head, heads)
        self._open(Scope("class", scope, symbol if symbol >= 0 else scope.symbol, name), node.body)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if module != "__future__":
                scope.bound.setdefault(alias.asname or alias.name, []).append(f"{module}:{alias.name}")


def _inner(scope: Scope) -> Scope:
    return Scope("inner", scope, scope.symbol, scope.name, scope.of)


def _receiver(scope: Scope) -> str:
    """What the nearest method around calls its instance."""
    at: Scope | None = scope
    while at is not None and at.kind != "class":
        match at.bound.get(RECEIVER):
            case [str(name)]:
                return name
        at = at.outer
    return ""


def root_of(node: ast.AST) -> ast.AST:
    while node.__class__ is ast.Attribute:
        node = node.value
    return node


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
