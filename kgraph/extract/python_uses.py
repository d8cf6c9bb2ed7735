"""What a Python file uses: calls, references, base classes, and what its names are bound to.

Comes in: a syntax tree, and which symbol each definition in it is. Goes out: uses and bindings, each with a *path*: what a
name or expression means as far as this file alone can tell. `assemble.python_uses` follows paths through other files.

    torch.nn:functional.relu    attribute of attribute of what `import torch.nn` gives
    ..util:helper               `from ..util import helper`
    :Stack.push                 of this module; `:f.<locals>.Inner` as in `__qualname__`
    :Stack().push               what calling gives: an instance of a class, or what a function returns
    :Stack@.push                `self.push` inside of Stack
    :Stack~.push                `stack.push`, where `stack: Stack` is annotated
    :Stack^.push                `super().push`

Names are looked up as Python does, so that a local variable hides a module's function. What is bound twice to different
things is unknown, and an unknown receiver gives no path: such calls are left out rather than guessed. One walk over the
tree collects each scope's bindings and uses; paths are made afterwards, since a name may be bound below its use.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kgraph.extract.python_source import Function

_BUILTINS = frozenset(dir(builtins))
_DEEPEST = 30  # steps of one path, and variables followed for one name
_LONGEST = 300  # characters of a path
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*", re.ASCII)
_OPTIONAL = frozenset({"typing:Optional", "typing:Annotated", "typing:Final", "typing:ClassVar", "typing:Required"})
_TYPES = frozenset({"typing:Type", "builtins:type"})
_OF_CLASS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_WITH_METACLASS = "with_metaclass"


@dataclass(frozen=True, slots=True)
class PathUse:
    """One use of what a path means."""

    kind: str  # "Call", "Reference" or "Inheritance"
    path: str
    line: int
    symbol: int  # index of the innermost enclosing symbol, or -1
    arguments: int = -1  # of a call; -1 where their number is not known


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name of a module, an attribute of a class's instances, or a function's result is."""

    symbol: int  # of the class or function; -1 for the module
    name: str  # "()" for a function's result, "*" for `from x import *`, "__all__" for that (path: the names)
    path: str


@dataclass(slots=True, eq=False)
class _Scope:
    """A module, class or function body, a lambda or a comprehension, and what is bound in it."""

    kind: str  # "module", "class", "function", "inner" (a lambda or comprehension)
    outer: _Scope | None
    symbol: int
    name: str = ""  # "Stack", "f.<locals>"
    of: _Scope | None = None  # the class of a method, and of the functions inside of it
    bound: dict[str, list[_Value]] = field(default_factory=dict)
    elsewhere: dict[str, _Scope | None] = field(default_factory=dict)  # global and nonlocal names
    attributes: dict[str, list[tuple[_Value, _Scope]]] = field(default_factory=dict)  # `self.x = ...`, of a class
    returns: list[ast.expr | None] = field(default_factory=list)
    plain: bool = True  # no generator and no coroutine, whose result is not what `return` tells
    calls: list[ast.Call] = field(default_factory=list)
    reads: list[ast.expr] = field(default_factory=list)
    annotations: list[ast.expr] = field(default_factory=list)
    known: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Annotated:
    annotation: ast.expr


@dataclass(frozen=True, slots=True)
class _Entered:
    """What `with manager as x` binds."""

    manager: ast.expr


# What a name is bound to: a path, an expression of that scope, or None where nothing can be said.
_Value = str | ast.expr | _Annotated | _Entered | None


def uses(tree: ast.Module, symbols: Mapping[ast.AST, int]) -> tuple[list[PathUse], list[Binding]]:
    """The uses of a file in the order of its lines, and its bindings; `symbols` has the index of each class and
    function that is a symbol."""
    walker = _Walker(symbols)
    walker.walk(tree)
    teller = _Teller(walker.scopes[0])
    found = [use for scope in walker.scopes for use in teller.uses(scope)]
    found += [
        PathUse("Inheritance", path, base.lineno, symbol)
        for symbol, base, scope in walker.bases
        if (path := teller.base(base, scope))
    ]
    order = {use: None for use in found}  # `x.a, x.a` of one line is one use
    return sorted(order, key=lambda use: use.line), list(teller.bindings(walker.scopes))


# --- the walk -------------------------------------------------------------------------------------------------------

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


class _Walker:
    """Finds the scopes of a file with what is bound and used in each."""

    def __init__(self, symbols: Mapping[ast.AST, int]) -> None:
        self.scopes: list[_Scope] = []
        self.bases: list[tuple[int, ast.expr, _Scope]] = []
        self._symbols = symbols
        self._pending: list[tuple[_Scope, list[ast.AST]]] = []

    def walk(self, tree: ast.Module) -> None:
        self._open(_Scope("module", None, -1), tree.body)
        for scope, nodes in self._pending:  # grows while it is walked: outer scopes before inner ones
            self.scopes.append(scope)
            self._read(scope, nodes)

    def _open(self, scope: _Scope, nodes: Iterable[ast.AST | None]) -> None:
        self._pending.append((scope, [node for node in nodes if node is not None]))

    def _read(self, scope: _Scope, stack: list[ast.AST]) -> None:
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
                base = _root(node)
                if base.__class__ is not ast.Name:
                    stack.append(base)
            elif kind is ast.Call:
                calls.append(node)  # type: ignore[arg-type]
                base = _root(node.func)  # type: ignore[attr-defined]
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

    def _special(self, node: ast.AST, scope: _Scope, stack: list[ast.AST]) -> bool:
        """Read a node that binds names or opens a scope; False where it is like any other."""
        match node:
            case ast.Assign():
                for target in node.targets:
                    self._bind(target, node.value, scope, stack)
                stack.append(node.value)
            case ast.AnnAssign():
                self._bind(node.target, _Annotated(node.annotation), scope, stack)
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
                self._function(node, scope, stack)
            case ast.Lambda():
                self._lambda(node, scope, stack)
            case ast.ClassDef():
                self._class(node, scope, stack)
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
                    self._bind(node.optional_vars, _Entered(node.context_expr), scope, stack)
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

    def _bind(self, target: ast.expr, value: _Value, scope: _Scope, stack: list[ast.AST]) -> None:
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

    def _function(self, node: Function, scope: _Scope, stack: list[ast.AST]) -> None:
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        known = node in self._symbols
        scope.bound.setdefault(node.name, []).append(f":{name}" if known else None)
        inner = _Scope("function", scope, self._symbols.get(node, scope.symbol), f"{name}.<locals>")
        inner.plain = known and isinstance(node, ast.FunctionDef)
        inner.of = scope if scope.kind == "class" else scope.of
        stack += node.decorator_list
        self._parameters(node.args, inner, scope, stack)
        if scope.kind == "class":
            self._receive(node, inner, scope)
        if node.returns:
            scope.annotations.append(node.returns)
            inner.bound["()"] = [_Annotated(node.returns)]
        self._open(inner, node.body)

    def _receive(self, node: Function, inner: _Scope, scope: _Scope) -> None:
        """Bind the first parameter of a method: an instance of its class, or the class."""
        decorators = {getattr(each, "id", "") for each in node.decorator_list}
        positional = [*node.args.posonlyargs, *node.args.args]
        if positional and "staticmethod" not in decorators:
            of_class = "classmethod" in decorators or node.name in _OF_CLASS
            inner.bound[positional[0].arg] = [f":{scope.name}" if of_class else f":{scope.name}@"]
            inner.bound["<receiver>"] = [positional[0].arg]

    def _lambda(self, node: ast.Lambda, scope: _Scope, stack: list[ast.AST]) -> None:
        inner = _inner(scope)
        self._parameters(node.args, inner, scope, stack)
        self._open(inner, [node.body])

    def _parameters(self, arguments: ast.arguments, inner: _Scope, scope: _Scope, stack: list[ast.AST]) -> None:
        stack += arguments.defaults
        stack += [default for default in arguments.kw_defaults if default]
        for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            inner.bound.setdefault(one.arg, []).append(_Annotated(one.annotation) if one.annotation else None)
            if one.annotation:
                scope.annotations.append(one.annotation)
        for many in (arguments.vararg, arguments.kwarg):
            if many:
                inner.bound.setdefault(many.arg, []).append(None)
                if many.annotation:
                    scope.annotations.append(many.annotation)

    def _class(self, node: ast.ClassDef, scope: _Scope, stack: list[ast.AST]) -> None:
        name = f"{scope.name}.{node.name}" if scope.name else node.name
        symbol = self._symbols.get(node, -1)
        scope.bound.setdefault(node.name, []).append(f":{name}" if symbol >= 0 else None)
        stack += node.decorator_list
        stack += [keyword.value for keyword in node.keywords]
        for base in node.bases:
            if isinstance(base, ast.Name | ast.Attribute) and symbol >= 0:
                self.bases.append((symbol, base, scope))
            elif isinstance(base, ast.Subscript) and symbol >= 0:
                self.bases.append((symbol, base.value, scope))
                stack.append(base.slice)
            elif isinstance(base, ast.Call) and _called(base) == _WITH_METACLASS and symbol >= 0:
                self.bases += [(symbol, each, scope) for each in base.args[1:]]
                stack.append(base)
            else:
                stack.append(base)
        self._open(_Scope("class", scope, symbol if symbol >= 0 else scope.symbol, name), node.body)

    def _import_from(self, node: ast.ImportFrom, scope: _Scope) -> None:
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            if module != "__future__":
                scope.bound.setdefault(alias.asname or alias.name, []).append(f"{module}:{alias.name}")


def _inner(scope: _Scope) -> _Scope:
    return _Scope("inner", scope, scope.symbol, scope.name, scope.of)


def _receiver(scope: _Scope) -> str:
    """What the nearest method around calls its instance."""
    at: _Scope | None = scope
    while at is not None and at.kind != "class":
        match at.bound.get("<receiver>"):
            case [str(name)]:
                return name
        at = at.outer
    return ""


def _root(node: ast.AST) -> ast.AST:
    while node.__class__ is ast.Attribute:
        node = node.value  # type: ignore[attr-defined]
    return node


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


# --- paths ----------------------------------------------------------------------------------------------------------


class _Teller:
    """Says what names and expressions mean, once all bindings of the file are known."""

    def __init__(self, module: _Scope) -> None:
        self._module = module
        self._deep = 0
        self._star = "*" in module.bound

    def uses(self, scope: _Scope) -> Iterator[PathUse]:
        for call in scope.calls:
            path = self.value(call.func, scope)
            if path and _is_telling(path):
                count = -1
                if not any(isinstance(each, ast.Starred) for each in call.args) and all(k.arg for k in call.keywords):
                    count = len(call.args) + len(call.keywords)
                yield PathUse("Call", path + _manner(call, path), call.func.end_lineno or call.lineno, scope.symbol, count)
        for read in scope.reads:
            path = self._read(read, scope)
            if path:
                yield PathUse("Reference", path, read.end_lineno or read.lineno, scope.symbol)
        for annotation in scope.annotations:
            for path, line in self._annotated(annotation, scope):
                yield PathUse("Reference", path, line, scope.symbol)

    def base(self, base: ast.expr, scope: _Scope) -> str:
        path = self.value(base, scope)
        return path if path and path[-1] not in ")@~^" else ""

    def bindings(self, scopes: Iterable[_Scope]) -> Iterator[Binding]:
        module = self._module
        yield from self._exports(module.bound.get("__all__", ()))
        for name, values in module.bound.items():
            paths = [self._bound(value, module) for value in values]
            for path in dict.fromkeys(path for path in paths if path and path != f":{name}"):
                yield Binding(-1, name, path)
        for scope in scopes:
            if scope.kind == "class" and scope.symbol >= 0:
                attributes = [
                    *((name, [(value, scope) for value in values]) for name, values in scope.bound.items()),
                    *scope.attributes.items(),
                ]
                for name, places in attributes:
                    path = self._same(places)
                    if path and path != f":{scope.name}.{name}":
                        yield Binding(scope.symbol, name, path)
            elif scope.kind == "function" and scope.plain:
                path = self._result(scope)
                if path:
                    yield Binding(scope.symbol, "()", path)

    def _exports(self, values: Iterable[_Value]) -> Iterator[Binding]:
        names: list[str] = []
        for value in values:
            if not isinstance(value, ast.List | ast.Tuple):
                return  # made by a program: not known
            names += [each.value for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if names:
            yield Binding(-1, "__all__", " ".join(name for name in names if name.isidentifier()))

    def _result(self, scope: _Scope) -> str | None:
        if "()" in scope.bound:
            told = self._bound(scope.bound["()"][0], scope.outer or scope)
            if told:
                return told
        return self._same([(value, scope) for value in scope.returns]) if scope.returns else None

    def _same(self, places: Iterable[tuple[_Value, _Scope]]) -> str | None:
        """The one path of all values that are not None; no path where one is unknown or two differ."""
        paths = {self._bound(value, scope) for value, scope in places if not _is_none(value)}
        return paths.pop() if len(paths) == 1 else None

    def _read(self, node: ast.expr, scope: _Scope) -> str | None:
        """The path of what is read; none for local variables and for what an instance holds."""
        root = _root(node)
        if not isinstance(root, ast.Name):
            return None
        holder = self._holder(root.id, scope)
        values = holder.bound.get(root.id, ()) if holder else ()
        if holder is not self._module and not (values and all(isinstance(value, str) for value in values)):
            return None
        path = self.value(node, scope)
        return path if path and _is_telling(path) and not _INSTANCE.search(path) else None

    def _annotated(self, annotation: ast.expr, scope: _Scope) -> Iterator[tuple[str, int]]:
        """What an annotation names, in a string too."""
        pending: list[ast.AST] = [annotation]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Name | ast.Attribute):
                path = self.value(node, scope)
                if path and _is_telling(path) and not _INSTANCE.search(path):
                    yield path, annotation.lineno
            elif isinstance(node, ast.Constant):
                if parsed := _quoted(node):
                    pending.append(parsed)
            else:
                pending += ast.iter_child_nodes(node)

    def value(self, node: ast.expr, scope: _Scope) -> str | None:
        """The path of an expression, None where nothing can be said."""
        steps: list[str] = []
        while True:
            kind = node.__class__
            if kind is ast.Attribute:
                steps.append("." + node.attr)  # type: ignore[attr-defined]
                node = node.value  # type: ignore[attr-defined]
            elif kind is ast.Call:
                if (above := self._super(node, scope)) is not None:  # type: ignore[arg-type]
                    return _joined(above, steps)
                steps.append("()")
                node = node.func  # type: ignore[attr-defined]
            elif kind is ast.Name:
                path = self._name(node.id, scope)  # type: ignore[attr-defined]
                return _joined(path, steps) if path else None
            else:
                return None
            if len(steps) > _DEEPEST:
                return None

    def _super(self, call: ast.Call, scope: _Scope) -> str | None:
        if not (isinstance(call.func, ast.Name) and call.func.id == "super") or self._holder("super", scope):
            return None
        if call.args:
            path = self.value(call.args[0], scope)
            return path + "^" if path and path[-1] not in ")@~^" else None
        return f":{scope.of.name}^" if scope.of else None

    def _name(self, name: str, scope: _Scope) -> str | None:
        holder = self._holder(name, scope)
        if holder is None:
            if self._star:
                return f":{name}"
            return f"builtins:{name}" if name in _BUILTINS else None
        if name in holder.known:
            return holder.known[name]
        if self._deep >= _DEEPEST:
            return None
        holder.known[name] = None  # while it is looked up: `x = x.y` says nothing of x
        self._deep += 1
        if holder is self._module:
            values = holder.bound[name]
            # Imported once, it is that; what else a module binds is told in its bindings, for other modules too.
            one = values[0] if len(values) == 1 else None
            path: str | None = one if isinstance(one, str) else f":{name}"
        else:
            values = holder.bound[name]
            if all(isinstance(value, str) for value in values):
                path = self._bound(values[0], holder)  # of several imports or definitions, the first
            else:
                path = self._same([(value, holder) for value in values])
        self._deep -= 1
        holder.known[name] = path
        return path

    def _holder(self, name: str, scope: _Scope) -> _Scope | None:
        """The scope that binds a name, as seen from another; None where it is a builtin, or unknown."""
        at: _Scope | None = scope
        while at is not None:
            if name in at.elsewhere and at.outer is not None:
                at = at.elsewhere[name] or self._module
                continue
            if name in at.bound and (at.kind != "class" or at is scope):
                return at
            at = at.outer
        return None

    def _bound(self, value: _Value, scope: _Scope) -> str | None:
        match value:
            case None:
                return None
            case str():
                return value
            case _Annotated(annotation):
                return self._instance(annotation, scope)
            case _Entered(manager):
                path = self.value(manager, scope)
                return f"{path}.__enter__()" if path else None
            case _:
                return self.value(value, scope)

    def _instance(self, annotation: ast.expr, scope: _Scope) -> str | None:
        """What a value of an annotation is: an instance of the one class that it names."""
        match annotation:
            case ast.Name() | ast.Attribute():
                path = self.value(annotation, scope)
                return path + "~" if path and path[-1] not in ")@~^" else None
            case ast.Constant():
                parsed = _quoted(annotation)
                return self._instance(parsed, scope) if parsed else None
            case ast.Subscript(value=outer, slice=inner):
                path = self.value(outer, scope)
                if path in _OPTIONAL:
                    return self._instance(inner, scope)
                if path in _TYPES:
                    told = self._instance(inner, scope)
                    return told[:-1] if told else None
                return None
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                if _is_none(right):
                    return self._instance(left, scope)
                return self._instance(right, scope) if _is_none(left) else None
        return None


_INSTANCE = re.compile(r"[)@~^]")


def _joined(path: str, steps: list[str]) -> str | None:
    for step in reversed(steps):
        path += step if path[-1] != ":" else step.removeprefix(".")
    return path if len(path) <= _LONGEST and not path.endswith(":()") else None


def _is_telling(path: str) -> bool:
    """Whether other files may say what a path is: not for a module itself, and not for most builtins."""
    return path[-1] != ":" and (not path.startswith("builtins:") or path in TOLD_BUILTINS)


# Builtins whose calls are told, because to call them is a risk.
TOLD_BUILTINS = frozenset({"builtins:eval", "builtins:exec", "builtins:compile", "builtins:__import__"})


def _manner(call: ast.Call, path: str) -> str:
    """What arguments make a call risky that is none without them."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if path.startswith("subprocess:"):
        shell = given.get("shell")
        return "!shell" if isinstance(shell, ast.Constant) and shell.value is True else ""
    if path == "yaml:load":
        loader = given.get("Loader") or (call.args[1] if len(call.args) > 1 else None)
        name = loader.attr if isinstance(loader, ast.Attribute) else getattr(loader, "id", "")
        return "" if "Safe" in name else "!unsafe"
    return ""


def _is_none(value: object) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def _quoted(node: ast.Constant) -> ast.expr | None:
    """The expression that an annotation in quotes holds."""
    text = node.value
    if not isinstance(text, str) or len(text) > _LONGEST or not text.isprintable():
        return None
    if not (_DOTTED.fullmatch(text) or "[" in text or "|" in text):
        return None
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
