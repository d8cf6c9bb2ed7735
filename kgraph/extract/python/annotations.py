"""What a value of an annotated type is, as a path: an instance of a class, a container of some, a function's result.

Input: an annotation, and the scope that it stands in. Output: a path, None where nothing can be said.
"""

from __future__ import annotations

import ast
import re

from kgraph.extract.python.expressions import ExpressionPaths
from kgraph.extract.python.scope_values import PythonScope

_MAX_TEXT = 300  # characters of an annotation in quotes
_MAX_DEPTH = 12  # types inside of types
_DOTTED = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*", re.ASCII)
_MODULES = frozenset(
    {
        "typing",
        "typing_extensions",
        "collections.abc",
        "collections",
        "contextlib",
        "builtins",
        "contextvars",
        "weakref",
    }
)
_SAME = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})
_ELEMENTS = frozenset(
    [
        "list",
        "List",
        "Sequence",
        "MutableSequence",
        "Iterable",
        "Iterator",
        "Collection",
        "Container",
        "set",
        "Set",
        "MutableSet",
        "AbstractSet",
        "frozenset",
        "FrozenSet",
        "deque",
        "Deque",
        "Generator",
        "AsyncIterator",
        "AsyncIterable",
        "AsyncGenerator",
        "Reversible",
        "KeysView",
        "ValuesView",
        "ContextVar",  # what `get` gives
    ]
)
_MAPPINGS = frozenset(
    ["dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict", "ChainMap", "ItemsView"]
)
_MANAGERS = frozenset(
    ["ContextManager", "AbstractContextManager", "AsyncContextManager", "AbstractAsyncContextManager"]
)
_AWAITED = frozenset({"Awaitable", "Coroutine", "Future", "Task"})
_INSTANCES = frozenset(")@~^")


# What people call aliases of function types: of what is annotated so, the arguments tell more.
_CALLABLE_ALIAS = re.compile(r"(?:Callable|Callback|Function|Func|Fn|Handler|Hook|Factory)s?~$", re.IGNORECASE)


class AnnotationReader:
    """Reads annotations with what names mean."""

    def __init__(self, evaluator: ExpressionPaths) -> None:
        self._evaluator = evaluator

    def instance(self, annotation: ast.expr, scope: PythonScope, depth: int = 0) -> str | None:
        """What a value of an annotation is."""
        if depth > _MAX_DEPTH:
            return None
        match annotation:
            case ast.Name() | ast.Attribute():
                return self._plain(annotation, scope)
            case ast.Constant():
                parsed = parse_quoted(annotation)
                return self.instance(parsed, scope, depth + 1) if parsed else None
            case ast.Subscript(value=outer, slice=inner):
                path = self._evaluator.value(outer, scope)
                inside = [*inner.elts] if isinstance(inner, ast.Tuple) else [inner]
                return self._generic(path, inside, scope, depth + 1) if path else None
            case ast.BinOp(op=ast.BitOr()):
                return self._union(_alternatives(annotation), scope, depth + 1)
        return None

    def narrow(self, classes: ast.expr, scope: PythonScope) -> str | None:
        """What `isinstance(x, classes)` makes of x."""
        return self._union(classes.elts if isinstance(classes, ast.Tuple) else _alternatives(classes), scope, 1)

    def _plain(self, annotation: ast.expr, scope: PythonScope) -> str | None:
        path = self._evaluator.value(annotation, scope)
        if not path or path[-1] in _INSTANCES or "$" in path or "%" in path:
            return None
        module, _, name = path.partition(":")
        if module in ("typing", "typing_extensions"):
            return f":{scope.of.name}@" if name == "Self" and scope.of else self._find_in_class(name, scope)
        if path == "builtins:object" or (not module and self._is_type_variable(name)):
            return None
        return path + "~"

    def _find_in_class(self, name: str, scope: PythonScope) -> str | None:
        return f":{scope.name}@" if name == "Self" and scope.kind == "class" else None

    def _is_type_variable(self, name: str) -> bool:
        values = self._evaluator.module.bound.get(name, ())
        function = values[0].func if len(values) == 1 and isinstance(values[0], ast.Call) else None
        made = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return made in ("TypeVar", "ParamSpec")

    def _union(self, parts: list[ast.expr], scope: PythonScope, depth: int) -> str | None:
        told = [self.instance(part, scope, depth) for part in parts if not _is_none(part)]
        paths = [path for path in told if path]
        if len(told) == 1:
            return told[0]
        return self._evaluator.cells.path([("|", path) for path in paths if not path.startswith("builtins:")])

    def _generic(self, path: str, inside: list[ast.expr], scope: PythonScope, depth: int) -> str | None:
        module, _, name = path.partition(":")
        cells = self._evaluator.cells
        if module not in _MODULES:
            return path + "~" if path[-1] not in _INSTANCES and "$" not in path and "%" not in path else None
        if not inside:  # `tuple[()]`
            return None
        if name in _SAME:
            return self.instance(inside[0], scope, depth)
        if name == "Union":
            return self._union(inside, scope, depth)
        if name in ("Type", "type"):
            told = self.instance(inside[0], scope, depth)
            return told[:-1] if told and told[-1] in "~@" else None
        last = self.instance(inside[-1], scope, depth)
        if name in ("tuple", "Tuple"):
            if isinstance(inside[-1], ast.Constant) and inside[-1].value is Ellipsis:
                return cells.path([("$item", self.instance(inside[0], scope, depth))])
            return cells.path([(f"$key{at}", self.instance(each, scope, depth)) for at, each in enumerate(inside)])
        if name in _ELEMENTS:
            return cells.path([("$item", self.instance(inside[0], scope, depth))])
        if name in _MAPPINGS:
            return cells.path([("$item", last), ("$keys", self.instance(inside[0], scope, depth))])
        if name in _AWAITED:
            return cells.path([("$await", last)])
        if name in _MANAGERS:
            return cells.path([("$enter", self.instance(inside[0], scope, depth))])
        if name == "Callable" or (module == "weakref" and name in ("ref", "ReferenceType")):
            return cells.path([("$()", last)])
        return None


def _alternatives(annotation: ast.expr) -> list[ast.expr]:
    """The parts of `A | B | C`."""
    parts: list[ast.expr] = []
    node = annotation
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and len(parts) < _MAX_DEPTH:
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


def _is_none(value: object) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def parse_quoted(node: ast.Constant) -> ast.expr | None:
    """The expression that an annotation in quotes holds."""
    text = node.value
    if not isinstance(text, str) or len(text) > _MAX_TEXT or not text.isprintable():
        return None
    if not (_DOTTED.fullmatch(text) or "[" in text or "|" in text):
        return None
    try:
        parsed = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for each in ast.walk(parsed):
        if isinstance(each, ast.expr):
            ast.copy_location(each, node)
    return parsed


def may_be_alias(path: str) -> bool:
    """Whether an annotation's name sounds like that of a function type, which is no class."""
    return path[-1] == "~" and _CALLABLE_ALIAS.search(path) is not None
