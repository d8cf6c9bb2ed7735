"""What a Python file uses: calls, references, base classes, and what its names are bound to.

Comes in: a syntax tree, and which symbol each definition in it is. Goes out: uses and bindings, each with a *path*:
what a name or expression means as far as this file alone can tell. `assemble.python_names` follows it through others.

    torch.nn:functional.relu    attribute of attribute of what `import torch.nn` gives
    ..util:helper               `from ..util import helper`
    :Stack.push                 of this module; `:f.<locals>.Inner` as in `__qualname__`
    :Stack().push               what calling gives: an instance of a class, or what a function returns
    :Stack@.push                `self.push` inside of Stack
    :Stack~.push                `stack.push`, where `stack: Stack` is annotated
    :Stack^.push                `super().push`

Names are looked up as Python does, so that a local variable hides a module's function. What is bound twice to different
things is unknown, and an unknown receiver gives no path: such calls are left out rather than guessed.
"""

from __future__ import annotations

import ast
import builtins
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping

from kgraph.extract.python_scopes import RESULT, Annotated, Entered, Scope, Value, Walker, root_of
from kgraph.model import BindingFact, UseFacts, UseKind

_BUILTINS = frozenset(dir(builtins))
_DEEPEST = 30  # steps of one path, and variables followed for one name
_LONGEST = 300  # characters of a path
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*", re.ASCII)
_OPTIONAL = frozenset({"typing:Optional", "typing:Annotated", "typing:Final", "typing:ClassVar", "typing:Required"})
_TYPES = frozenset({"typing:Type", "builtins:type"})
_CALL, _READ, _TYPE, _BASE = (str(kind) for kind in (UseKind.CALL, UseKind.READ, UseKind.TYPE, UseKind.BASE))
_MOST_ARGUMENTS = 2**15 - 1

_Use = tuple[str, str, int, int, int]  # kind, path, line, owner, number of arguments or -1


def uses(tree: ast.Module, symbols: Mapping[ast.AST, int]) -> tuple[UseFacts, tuple[BindingFact, ...]]:
    """The uses of a file and its bindings; `symbols` has the index of each class and function that is a symbol."""
    walker = Walker(symbols)
    walker.walk(tree)
    teller = _Teller(walker.scopes[0])
    found = [use for scope in walker.scopes for use in teller.uses(scope)]
    found += [
        (_BASE, path, base.lineno, symbol, -1)
        for symbol, base, scope in walker.bases
        if (path := teller.base(base, scope))
    ]
    found.sort(key=lambda use: use[2])
    return _packed(found), tuple(teller.bindings(walker.scopes))


def _packed(found: list[_Use]) -> UseFacts:
    if not found:
        return UseFacts()
    kinds, paths, lines, owners, arguments = zip(*found, strict=True)
    return UseFacts(
        kinds="".join(kinds),
        names="\n".join(paths),
        lines=array("I", lines).tobytes(),
        owners=array("i", owners).tobytes(),
        arguments=array("h", [min(count, _MOST_ARGUMENTS) for count in arguments]).tobytes(),
    )


class _Teller:
    """Says what names and expressions mean, once all bindings of the file are known."""

    def __init__(self, module: Scope) -> None:
        self._module = module
        self._deep = 0
        self._star = "*" in module.bound

    def uses(self, scope: Scope) -> Iterator[_Use]:
        for call in scope.calls:
            called = self.value(call.func, scope)
            if called and _is_telling(called):
                count = -1
                if not any(isinstance(each, ast.Starred) for each in call.args) and all(k.arg for k in call.keywords):
                    count = len(call.args) + len(call.keywords)
                line = call.func.end_lineno or call.lineno
                yield _CALL, called + _manner(call, called), line, scope.symbol, count
        for read in scope.reads:
            if (what := self._read(read, scope)) is not None:
                yield _READ, what, read.end_lineno or read.lineno, scope.symbol, -1
        for annotation in scope.annotations:
            for what, line in self._annotated(annotation, scope):
                yield _TYPE, what, line, scope.symbol, -1

    def base(self, base: ast.expr, scope: Scope) -> str:
        path = self.value(base, scope)
        return path if path and path[-1] not in ")@~^" else ""

    def bindings(self, scopes: Iterable[Scope]) -> Iterator[BindingFact]:
        module = self._module
        yield from self._exports(module.bound.get("__all__", ()))
        for name, values in module.bound.items():
            paths = [(value, self._bound(value, module)) for value in values]
            told = [path if isinstance(value, str) else f"={path}" for value, path in paths if path]
            for path in dict.fromkeys(path for path in told if path != f":{name}"):
                yield BindingFact(-1, name, path)
        for scope in scopes:
            if scope.kind == "class" and scope.symbol >= 0:
                attributes = [
                    *((name, [(value, scope) for value in values]) for name, values in scope.bound.items()),
                    *scope.attributes.items(),
                ]
                for name, places in attributes:
                    held = self._same(places)
                    if held and held != f":{scope.name}.{name}":
                        yield BindingFact(scope.symbol, name, held)
            elif scope.kind == "function" and scope.plain and (result := self._result(scope)):
                yield BindingFact(scope.symbol, RESULT, result)

    def _exports(self, values: Iterable[Value]) -> Iterator[BindingFact]:
        names: list[str] = []
        for value in values:
            if not isinstance(value, ast.List | ast.Tuple):
                return  # made by a program: not known
            names += [
                each.value for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
        if names:
            yield BindingFact(-1, "__all__", " ".join(name for name in names if name.isidentifier()))

    def _result(self, scope: Scope) -> str | None:
        if RESULT in scope.bound:
            told = self._bound(scope.bound[RESULT][0], scope.outer or scope)
            if told:
                return told
        return self._same([(value, scope) for value in scope.returns]) if scope.returns else None

    def _same(self, places: Iterable[tuple[Value, Scope]]) -> str | None:
        """The one path of all values that are not None; no path where one is unknown or two differ."""
        paths = {self._bound(value, scope) for value, scope in places if not _is_none(value)}
        return paths.pop() if len(paths) == 1 else None

    def _read(self, node: ast.expr, scope: Scope) -> str | None:
        """The path of what is read; none for local variables and for what an instance holds."""
        root = root_of(node)
        if not isinstance(root, ast.Name):
            return None
        holder = self._holder(root.id, scope)
        values = holder.bound.get(root.id, ()) if holder else ()
        if holder is not self._module and not (values and all(isinstance(value, str) for value in values)):
            return None
        path = self.value(node, scope)
        return path if path and _is_telling(path) and not _INSTANCE.search(path) else None

    def _annotated(self, annotation: ast.expr, scope: Scope) -> Iterator[tuple[str, int]]:
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

    def value(self, node: ast.expr, scope: Scope) -> str | None:
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

    def _super(self, call: ast.Call, scope: Scope) -> str | None:
        if not (isinstance(call.func, ast.Name) and call.func.id == "super") or self._holder("super", scope):
            return None
        if call.args:
            path = self.value(call.args[0], scope)
            return path + "^" if path and path[-1] not in ")@~^" else None
        return f":{scope.of.name}^" if scope.of else None

    def _name(self, name: str, scope: Scope) -> str | None:
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
            # Imported from one place, it is that; what else a module binds is told in its bindings, for others too.
            same = values[0] if values.count(values[0]) == len(values) else None
            path: str | None = same if isinstance(same, str) else f":{name}"
        else:
            values = holder.bound[name]
            if all(isinstance(value, str) for value in values):
                path = self._bound(values[0], holder)  # of several imports or definitions, the first
            else:
                path = self._same([(value, holder) for value in values])
        self._deep -= 1
        holder.known[name] = path
        return path

    def _holder(self, name: str, scope: Scope) -> Scope | None:
        """The scope that binds a name, as seen from another; None where it is a builtin, or unknown."""
        start = scope.outer if scope.kind == "head" else scope
        at = start
        while at is not None:
            if name in at.elsewhere and at.outer is not None:
                at = at.elsewhere[name] or self._module
                continue
            if name in at.bound and (at.kind != "class" or at is start):
                return at
            at = at.outer
        return None

    def _bound(self, value: Value, scope: Scope) -> str | None:
        match value:
            case None:
                return None
            case str():
                return value
            case Annotated(annotation):
                return self._instance(annotation, scope)
            case Entered(manager):
                path = self.value(manager, scope)
                return f"{path}.__enter__()" if path else None
            case _:
                return self.value(value, scope)

    def _instance(self, annotation: ast.expr, scope: Scope) -> str | None:
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
