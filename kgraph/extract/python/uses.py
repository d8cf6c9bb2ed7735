"""What a Python file uses: calls, references, base classes, and what its names are bound to.

Input: a syntax tree, and which symbol each definition in it is. Output: uses and bindings, each with a *path*: what a
name or expression means as far as this file alone can tell. `assemble.python.resolver` follows it through others.

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
from operator import itemgetter
from typing import Any

from kgraph.extract.python.scopes import Annotated, Entered, PythonScope, ScopePart, Value, Walker
from kgraph.model import NameBindingFact, UseFacts, UseKind

_BUILTINS = frozenset(dir(builtins))
_MAX_STEPS = 30  # steps of one path, and variables followed for one name
_MAX_PATH = 300  # characters of a path
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*", re.ASCII)
_OPTIONAL = frozenset({"typing:Optional", "typing:Annotated", "typing:Final", "typing:ClassVar", "typing:Required"})
_TYPES = frozenset({"typing:Type", "builtins:type"})
_CALL, _READ, _TYPE, _BASE = (str(kind) for kind in (UseKind.CALL, UseKind.READ, UseKind.TYPE, UseKind.BASE))
_MAX_ARGUMENTS = 2**15 - 1

_Use = tuple[str, str, int, int, int]  # kind, path, line, owner, number of arguments or -1


def uses(
    tree: ast.Module, symbols: Mapping[ast.AST, int], *, shared: bool = False
) -> tuple[UseFacts, tuple[NameBindingFact, ...]]:
    """The uses of a file and its bindings; `symbols` has the index of each class and function that is a symbol.

    Where names are `shared` with other files, as Cython's `include` does, one that the file does not bind is a path.
    """
    walker = Walker(symbols)
    walker.walk(tree)
    collector = _UseCollector(walker.scopes[0], shared=shared)
    found_uses: list[_Use] = []
    for part in walker.parts:
        collector.collect(part, found_uses)
    found_uses += [
        (_BASE, path, base.lineno, symbol, -1)
        for symbol, base, scope in walker.bases
        if (path := collector.base(base, scope))
    ]
    found_uses.sort(key=itemgetter(2))
    bindings = tuple(collector.bindings(walker.scopes))
    for scope in walker.scopes:  # attributes lead back to their class: untied, all is freed at once
        scope.attributes.clear()
    return _packed(found_uses), bindings


def _packed(uses_found: list[_Use]) -> UseFacts:
    if not uses_found:
        return UseFacts()
    kinds, paths, lines, owners, arguments = zip(*uses_found, strict=True)
    return UseFacts(
        kinds="".join(kinds),
        names="\n".join(paths),
        lines=array("I", lines).tobytes(),
        owners=array("i", owners).tobytes(),
        arguments=array("h", [min(count, _MAX_ARGUMENTS) for count in arguments]).tobytes(),
    )


class _UseCollector:
    """Says what names and expressions mean, once all bindings of the file are known."""

    def __init__(self, module: PythonScope, *, shared: bool = False) -> None:
        self._module = module
        self._deep = 0
        self._shared = shared
        self._star = "*" in module.bound

    def collect(self, part: ScopePart, found_uses: list[_Use]) -> None:
        """Add the uses of a part."""
        scope, symbol = part.scope, part.symbol
        for call in part.calls:
            called = self.value(call.func, scope)
            if called and _is_cross_file(called):
                if called.startswith(_WATCHED):
                    called += _manner(call, called)
                found_uses.append((_CALL, called, call.func.end_lineno or call.lineno, symbol, _count(call)))
        roots: dict[str, bool] = {}  # whether a name that is read leads somewhere
        for read in part.reads:
            root: ast.expr = read
            while root.__class__ is ast.Attribute:
                root = root.value
            name: str = root.id  # type: ignore[attr-defined]
            if name not in roots:
                roots[name] = self._is_shared(name, scope)
            if roots[name] and (path := self.value(read, scope)) and _is_cross_file(path):
                found_uses.append((_READ, path, read.end_lineno or read.lineno, symbol, -1))
        for annotation in part.annotations:
            for path, line in self._annotated(annotation, scope):
                found_uses.append((_TYPE, path, line, symbol, -1))

    def base(self, base: ast.expr, scope: PythonScope) -> str:
        path = self.value(base, scope)
        return path if path and path[-1] not in ")@~^" else ""

    def bindings(self, scopes: Iterable[PythonScope]) -> Iterator[NameBindingFact]:
        module = self._module
        yield from self._exports(module.bound.get("__all__", ()))
        for name, values in module.bound.items():
            paths = [(value, self._bound(value, module)) for value in values]
            told = [path if isinstance(value, str) else f"={path}" for value, path in paths if path]
            for path in dict.fromkeys(path for path in told if path != f":{name}"):
                yield NameBindingFact(-1, name, path)
        for scope in scopes:
            if scope.kind == "class" and scope.symbol >= 0:
                attributes = [
                    *((name, [(value, scope) for value in values]) for name, values in scope.bound.items()),
                    *scope.attributes.items(),
                ]
                for name, places in attributes:
                    held = self._same(places)
                    if held and held != f":{scope.name}.{name}":
                        yield NameBindingFact(scope.symbol, name, held)
            elif scope.kind == "function" and scope.plain and (result := self._result(scope)):
                yield NameBindingFact(scope.symbol, "()", result)

    def _exports(self, values: Iterable[Value]) -> Iterator[NameBindingFact]:
        names: list[str] = []
        for value in values:
            if not isinstance(value, ast.List | ast.Tuple):
                return  # made by a program: not known
            names += [
                each.value for each in value.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
        if names:
            yield NameBindingFact(-1, "__all__", " ".join(name for name in names if name.isidentifier()))

    def _result(self, scope: PythonScope) -> str | None:
        if scope.result and (told := self._instance(scope.result, scope.outer or scope)):
            return told
        return self._same([(value, scope) for value in scope.returns]) if scope.returns else None

    def _same(self, values: Iterable[tuple[Value, PythonScope]]) -> str | None:
        """The one path of all values that are not None; no path where one is unknown or two differ."""
        paths = {self._bound(value, scope) for value, scope in values if not _is_none(value)}
        return paths.pop() if len(paths) == 1 else None

    def _is_shared(self, name: str, scope: PythonScope) -> bool:
        """Whether a name means more than a local variable, and no instance."""
        holder = self._holder(name, scope)
        if holder is None:
            return False
        if holder is not self._module and not all(isinstance(value, str) for value in holder.bound[name]):
            return False
        path = self._name(name, scope)
        return path is not None and not _INSTANCE.search(path)

    def _annotated(self, annotation: ast.expr, scope: PythonScope) -> Iterator[tuple[str, int]]:
        """What an annotation names, in a string too."""
        pending: list[ast.AST] = [annotation]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Name | ast.Attribute):
                path = self.value(node, scope)
                if path and _is_cross_file(path) and not _INSTANCE.search(path):
                    yield path, annotation.lineno
            elif isinstance(node, ast.Constant):
                if parsed := _quoted(node):
                    pending.append(parsed)
            else:
                pending += ast.iter_child_nodes(node)

    def value(self, node: ast.expr, scope: PythonScope) -> str | None:
        """The path of an expression, None where nothing can be said."""
        steps = ""
        at: Any = node
        while True:
            kind = at.__class__
            if kind is ast.Name:
                name, meanings = at.id, scope.meanings
                path = meanings[name] if name in meanings else self._name(name, scope)
                return _joined(path, steps) if path and steps else path
            if kind is ast.Attribute:
                steps = f".{at.attr}{steps}"
                at = at.value
            elif kind is ast.Call:
                if (above := self._super(at, scope)) is not None:
                    return _joined(above, steps)
                steps = f"(){steps}"
                at = at.func
            else:
                return None
            if len(steps) > _MAX_PATH:
                return None

    def _super(self, call: ast.Call, scope: PythonScope) -> str | None:
        called: Any = call.func
        if called.__class__ is not ast.Name or called.id != "super" or self._holder("super", scope):
            return None
        if call.args:
            path = self.value(call.args[0], scope)
            return path + "^" if path and path[-1] not in ")@~^" else None
        return f":{scope.of.name}^" if scope.of else None

    def _name(self, name: str, scope: PythonScope) -> str | None:
        """What a name means as seen from a scope."""
        holder = self._holder(name, scope)
        path: str | None
        if holder is None:
            if self._star or (self._shared and name not in _BUILTINS):
                path = f":{name}"
            else:
                path = f"builtins:{name}" if name in _BUILTINS else None
        elif name in holder.meanings:
            path = holder.meanings[name]
        else:
            path = self._meaning(name, holder)
        if path and len(path) > _MAX_PATH:
            path = None
        if path is not None or not self._deep:  # else perhaps only because it is looked up already
            scope.meanings[name] = path
        return path

    def _meaning(self, name: str, holder: PythonScope) -> str | None:
        """What a name means in the scope that binds it."""
        if self._deep >= _MAX_STEPS:
            return None
        holder.meanings[name] = None  # while it is looked up: `x = x.y` says nothing of x
        self._deep += 1
        values = holder.bound[name]
        if holder is self._module:
            # Imported from one place, it is that; what else a module binds is reported in its bindings, for others too.
            same = values[0] if values.count(values[0]) == len(values) else None
            path: str | None = same if isinstance(same, str) else f":{name}"
        elif all(isinstance(value, str) for value in values):
            path = self._bound(values[0], holder)  # of several imports or definitions, the first
        else:
            path = self._same([(value, holder) for value in values])
        self._deep -= 1
        holder.meanings[name] = path
        return path

    def _holder(self, name: str, scope: PythonScope) -> PythonScope | None:
        """The scope that binds a name, as seen from another; None where it is a builtin, or unknown."""
        at: PythonScope | None = scope
        while at is not None:
            if name in at.elsewhere and at.outer is not None:
                at = at.elsewhere[name] or self._module
                continue
            if name in at.bound and (at.kind != "class" or at is scope):
                return at
            at = at.outer
        return None

    def _bound(self, value: Value, scope: PythonScope) -> str | None:
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, Annotated):
            return self._instance(value.annotation, scope)
        if isinstance(value, Entered):
            path = self.value(value.manager, scope)
            return f"{path}.__enter__()" if path else None
        return self.value(value, scope)

    def _instance(self, annotation: ast.expr, scope: PythonScope) -> str | None:
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


def _joined(path: str, steps: str) -> str | None:
    """A path with steps behind it; None where it is too long, or calls a module."""
    path += steps.removeprefix(".") if path[-1] == ":" else steps
    if len(path) > 2 * _MAX_STEPS and (len(path) > _MAX_PATH or steps.count(".") + steps.count("(") > _MAX_STEPS):
        return None
    return path if path[-3:] != ":()" else None


def _is_cross_file(path: str) -> bool:
    """Whether other files may say what a path is: not for a module itself, and not for most builtins."""
    return path[-1] != ":" and (not path.startswith("builtins:") or path in REPORTED_BUILTINS)


# Builtins whose calls are reported, because to call them is a risk.
REPORTED_BUILTINS = frozenset({"builtins:eval", "builtins:exec", "builtins:compile", "builtins:__import__"})


def _count(call: ast.Call) -> int:
    """How many arguments a call has; -1 where that is not known before it runs."""
    for argument in call.args:
        if argument.__class__ is ast.Starred:
            return -1
    for keyword in call.keywords:
        if keyword.arg is None:
            return -1
    return len(call.args) + len(call.keywords)


# Calls that arguments make a risk, or none.
_WATCHED = ("subprocess:", "yaml:load")


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
    if not isinstance(text, str) or len(text) > _MAX_PATH or not text.isprintable():
        return None
    if not (_DOTTED.fullmatch(text) or "[" in text or "|" in text):
        return None
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
