"""What names and expressions of a Python file mean, as paths (see `python.uses`).

Input: scopes with their bindings. Output: a path for an expression as seen from its scope and place, None where nothing
can be said. What a path alone cannot say is a *cell*, a value without a name, whose parts are paths again: the several
values that a name may have, the elements of a list, what a lambda gives.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable
from typing import Any

from kgraph.extract.python.annotations import AnnotationReader, may_be_alias
from kgraph.extract.python.cells import Cells
from kgraph.extract.python.displays import SPELLED_OUT, elements, is_container
from kgraph.extract.python.expressions import VALUED
from kgraph.extract.python.library import LIBRARY, MAX_PATH, MAX_STEPS, SHORT, SPECIAL, find_known_result, join_steps
from kgraph.extract.python.reaching import position, reaching, reaching_end
from kgraph.extract.python.scope_values import (
    Annotated,
    BoundParameter,
    Derived,
    Narrowed,
    PythonScope,
    Store,
    Value,
    begin,
    key_step,
)
from kgraph.extract.python.targets import find_decorator_constant

BUILTINS = frozenset(dir(builtins))
_MAX_APPLIED = 3  # arguments of a call whose result is called
_MAX_STORES = 30  # elements that are put into one container


class Evaluator:
    """Says what names and expressions mean, once all bindings of the file are known."""

    def __init__(
        self, scopes: Iterable[PythonScope], inner: dict[ast.AST, PythonScope], *, shared: bool = False
    ) -> None:
        self.cells = Cells()
        self.parameters: dict[str, set[str]] = {}  # those that some path begins with, by function
        self.module = next(iter(scopes))
        self._annotations = AnnotationReader(self)
        self._inner = inner
        self._deep = 0
        self._shared = shared
        self._star = "*" in self.module.bound
        self._known: dict[ast.expr, str | None] = {}
        self._open: set[int] = set()  # values that are looked up
        self._flows: dict[tuple[int, str, tuple[int, ...]], str | None] = {}
        self._reaching: dict[tuple[PythonScope, str, int, int], tuple[list[tuple[Value, int]], bool] | None] = {}
        self._lambdas: dict[ast.AST, str] = {}
        self._counts: dict[str, int] = {}  # of lambdas, by the function that they stand in
        for scope in scopes:
            self._move_stores(scope)

    def release(self) -> None:
        vars(self).clear()  # which stands in a circle; nothing can be asked any more

    def _move_stores(self, scope: PythonScope) -> None:
        """What a function puts into a container of the scope around it."""
        for name in [name for name in scope.stores if name not in scope.bound and not name.startswith("self.")]:
            holder = self.holder(name, scope)
            stores = scope.stores.pop(name)
            if holder is not None:
                holder.stores.setdefault(name, []).extend(stores)

    # --- expressions --------------------------------------------------------------------------------------------------

    def value(self, node: ast.expr, scope: PythonScope) -> str | None:
        """The path of an expression, None where nothing can be said."""
        kind = node.__class__
        if kind is ast.Name:
            meanings, name = scope.meanings, node.id  # type: ignore[attr-defined]
            return meanings[name] if name in meanings else self._name(name, scope, node)
        if kind not in VALUED:
            return find_decorator_constant(node)
        if self._deep:
            return self._value(node, scope)
        known = self._known
        if node in known:
            return known[node]
        path = known[node] = self._value(node, scope)
        return path

    def _value(self, node: ast.expr, scope: PythonScope) -> str | None:
        steps = ""
        at: Any = node
        meanings, puts = scope.meanings, scope.puts
        while True:
            kind = at.__class__
            if kind is ast.Name:
                name = at.id
                path = meanings[name] if name in meanings else self._name(name, scope, at)
                if not path or not steps:
                    return path
                return path + steps if path[-1] != ":" and len(path) + len(steps) < SHORT else join_steps(path, steps)
            if kind is ast.Attribute:
                base = at.value
                if (
                    puts
                    and base.__class__ is ast.Name
                    and base.id in puts
                    and (put := self._put(f"{base.id}.{at.attr}", at, scope))
                ):
                    return join_steps(put, steps)
                steps = f".{at.attr}{steps}"
                at = base
            elif kind is ast.Call:
                function = at.func
                kind = function.__class__
                if (kind is ast.Attribute and function.attr in SPECIAL) or (
                    kind is ast.Name and function.id in SPECIAL
                ):
                    special = self._special(at, scope)
                    if special is not None:
                        return join_steps(special, steps) if special else None
                if steps[:2] == "()" and at.args and (given := self.evaluate_application(at, scope)):
                    return join_steps(given, steps)
                steps = f"(){steps}"
                at = function
            elif kind is ast.Subscript:
                step = key_step(at.slice)
                base = at.value
                if (
                    puts
                    and base.__class__ is ast.Name
                    and base.id in puts
                    and (put := self._put(f"{base.id}[{step}]", at, scope))
                ):
                    return join_steps(put, steps)
                steps = f".{step}{steps}"
                at = base
            elif kind is ast.Await:
                steps = f".$await{steps}"
                at = at.value
            else:
                path = self._other(at, scope)
                return join_steps(path, steps) if path and steps else path
            if len(steps) > MAX_PATH:
                return None

    def _other(self, node: ast.expr, scope: PythonScope) -> str | None:
        """The path of what is no name, attribute, element or call."""
        if node.__class__ not in VALUED or self._deep >= MAX_STEPS:
            return find_decorator_constant(node)
        self._deep += 1
        try:
            match node:
                case ast.IfExp():
                    return self._merge_values((node.body, node.orelse), scope)
                case ast.BoolOp():
                    return self._merge_values(node.values, scope)
                case ast.NamedExpr():
                    return self.value(node.value, scope)
                case ast.Lambda():
                    return self._lambda(node)
                case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
                    return self.cells.path(elements(self, node, scope))
                case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                    inner = self._inner[node]
                    element = node.value if isinstance(node, ast.DictComp) else node.elt
                    parts = [("$item", self.value(element, inner))]
                    if isinstance(node, ast.DictComp):
                        parts.append(("$keys", self.value(node.key, inner)))
                    return self.cells.path(parts)
                case ast.BinOp():
                    left = self.value(node.left, scope)
                    if left and isinstance(node.op, ast.Add | ast.BitOr) and left.startswith(":$"):
                        return self.cells.path([("|", left), ("|", self.value(node.right, scope))])
        finally:
            self._deep -= 1
        return None

    def _merge_values(self, nodes: Iterable[ast.expr], scope: PythonScope) -> str | None:
        return self._union([(self.value(node, scope), node) for node in nodes])

    def _union(self, values: Iterable[tuple[str | None, Value]]) -> str | None:
        """What may be each of several values; those that are None or another constant count for nothing."""
        told = [path for path, value in values if path or not isinstance(value, ast.Constant)]
        paths = list(dict.fromkeys(path for path in told if path))
        if len(paths) == 1 and None not in told:
            return paths[0]
        return self.cells.path([("|", path) for path in paths])

    def _lambda(self, node: ast.Lambda) -> str:
        if node not in self._lambdas:
            inner = self._inner[node]
            count = self._counts[inner.name] = self._counts.get(inner.name, 0) + 1
            self._lambdas[node] = name = self.cells.name(f"lambda {count} of {inner.name}")
            self.cells.add(name, "$()", self.value(node.body, self._inner[node]))
        return f":{self._lambdas[node]}"

    def lambda_name(self, node: ast.AST) -> str:
        """The cell of a lambda, "" if it was not asked for."""
        return self._lambdas.get(node, "")

    def evaluate_application(self, call: ast.Call, scope: PythonScope) -> str | None:
        """What a call gives that is called itself: where that may be an argument, the very one of this call."""
        if self._deep >= MAX_STEPS:
            return None
        self._deep += 1
        function = self.value(call.func, scope)
        given = [(f"${at}", self.value(each, scope)) for at, each in enumerate(call.args[:_MAX_APPLIED])]
        self._deep -= 1
        if not function or function[:9] == "builtins:" or not any(path for _, path in given):
            return None
        return self.cells.path([("$of", function), *given])

    # --- calls whose result is known ----------------------------------------------------------------------------------

    def _special(self, call: ast.Call, scope: PythonScope) -> str | None:
        """What some functions of Python and its library give; "" for nothing, None for other functions."""
        function = call.func
        name = function.attr if function.__class__ is ast.Attribute else getattr(function, "id", "")
        if name == "super":
            return self._super(call, scope)
        path = self.value(function, scope)
        if not path or path.partition(":")[0] not in LIBRARY or self._deep >= MAX_STEPS:
            return None
        self._deep += 1
        given = [self.value(each, scope) for each in call.args]
        self._deep -= 1
        if any(isinstance(each, ast.Starred) for each in call.args):
            return None
        return find_known_result(self, call, name, given, scope)

    def _super(self, call: ast.Call, scope: PythonScope) -> str | None:
        if not isinstance(call.func, ast.Name) or self.holder("super", scope):
            return None
        if not call.args:
            return f":{scope.of.name}^" if scope.of else ""
        behind = self.value(call.args[0], scope)
        if not behind or behind[-1] in ")@~^":
            return ""
        own = self.value(call.args[1], scope) if len(call.args) > 1 else None
        if own and scope.of and own == f":{scope.of.name}@" and behind != f":{scope.of.name}":
            return self.cells.path([("$self", own), ("$behind", behind)])
        return behind + "^"

    # --- names --------------------------------------------------------------------------------------------------------

    def holder(self, name: str, scope: PythonScope) -> PythonScope | None:
        """The scope that binds a name, as seen from another; None where it is a builtin, or unknown."""
        at: PythonScope | None = scope
        while at is not None:
            if name in at.elsewhere and at.outer is not None:
                at = at.elsewhere[name] or self.module
                continue
            if name in at.bound and (
                at.kind != "class" or at is scope or (scope.kind == "types" and at is scope.outer)
            ):
                return at
            at = at.outer
        return None

    def resolve_name(self, name: str, scope: PythonScope, node: ast.expr | None = None) -> str | None:
        """What a name means as seen from a scope, where a node stands."""
        return self._name(name, scope, node)

    def _name(self, name: str, scope: PythonScope, node: ast.expr | None) -> str | None:
        meanings = scope.meanings
        if name in meanings:
            return meanings[name]
        holder = self.holder(name, scope)
        path: str | None
        if holder is None:
            if self._star or (self._shared and name not in BUILTINS):
                path = f":{name}"
            else:
                path = f"builtins:{name}" if name in BUILTINS else None
        elif len(holder.bound[name]) > 1 and node is not None and self._same_run(scope, holder):
            return self._flowing(name, holder, begin(node))
        elif name in holder.meanings:
            path = holder.meanings[name]
        else:
            path = self._meaning(name, holder)
        if path and len(path) > MAX_PATH:
            path = None
        if path is not None or not self._deep:  # else perhaps only because it is looked up already
            meanings[name] = path
        return path

    def _same_run(self, scope: PythonScope, holder: PythonScope) -> bool:
        """Whether a scope runs where it stands in the text of another, as a comprehension does."""
        while scope is not holder and scope.kind == "inner" and scope.outer is not None:
            scope = scope.outer
        return scope is holder

    def _flowing(self, name: str, holder: PythonScope, at: int) -> str | None:
        """What a name that is bound more than once means at a place."""
        where = (holder, name, *position(holder, name, at))
        if where in self._reaching:
            found = self._reaching[where]
        else:
            found = self._reaching[where] = reaching(holder, name, at)
        if found is None:
            return None
        values = found[0]
        if not values:  # bound further down alone
            return self._meaning(name, holder)
        if all(isinstance(value, str) for value, _ in values):  # definitions and imports
            told: list[Any] = list(dict.fromkeys(value for value, _ in reversed(values)))
            return f":{name}" if len(told) > 1 and holder is self.module else self.cells.merge_paths(told)
        key = (id(holder), name, tuple(place for _, place in values))
        if key not in self._flows:
            self._flows[key] = self._union([(self.find_bound(each, holder, name), each) for each, _ in values[::-1]])
        return self._flows[key]

    def _meaning(self, name: str, holder: PythonScope) -> str | None:
        """What a name means in the scope that binds it, wherever it is used."""
        if self._deep >= MAX_STEPS:
            return None
        holder.meanings[name] = None  # while it is looked up: `x = x.y` says nothing of x
        self._deep += 1
        values = holder.bound[name]
        if len(values) == 1 and holder is not self.module:
            only = values[0]
            path: str | None = None if isinstance(only, Narrowed) else self.find_bound(only, holder, name)
        elif holder is self.module:
            # Imported from one place, it is that; what else a module binds is reported in its bindings, for others too.
            same = values[0] if values.count(values[0]) == len(values) else None
            path = same if isinstance(same, str) else f":{name}"
        elif all(isinstance(value, str) for value in values):
            path = self.cells.merge_paths(reaching_end(holder, name))  # type: ignore[arg-type]
        else:
            kept = [value for value in values if not isinstance(value, Narrowed)]
            path = self._union([(self.find_bound(value, holder, name), value) for value in kept])
        self._deep -= 1
        if len(values) == 1 or holder.kind != "function":
            holder.meanings[name] = path
        else:
            del holder.meanings[name]
        return path

    def _put(self, key: str, node: Any, scope: PythonScope) -> str | None:
        """What was assigned to an attribute or element of a variable before, in the same scope."""
        places = scope.places.get(key)
        if places is None or key.partition(".")[0] == scope.receiver:
            return None
        at, name = begin(node), node.value.id
        since = max((each for each in scope.places.get(name, ()) if each <= at), default=0)
        found = reaching(scope, key, at)
        if found is None:
            return None
        values = [(value, place) for value, place in found[0] if place >= since]
        if not values or not found[1]:
            return None
        return self._union([(self.find_bound(value, scope), value) for value, _ in values])

    def find_bound(self, value: Value, scope: PythonScope, name: str = "") -> str | None:
        """The path of what a name is bound to in a scope."""
        if value is None or isinstance(value, str):
            return value
        if id(value) in self._open or self._deep >= MAX_STEPS:
            return None
        self._open.add(id(value))
        self._deep += 1
        try:
            return self._find_bound(value, scope, name)
        finally:
            self._open.discard(id(value))
            self._deep -= 1

    def _find_bound(self, value: Value, scope: PythonScope, name: str) -> str | None:
        if isinstance(value, ast.expr):
            if (stores := scope.stores.get(name)) and is_container(value):
                return self.evaluate_container(value, stores, scope)
            return self.value(value, scope)
        if isinstance(value, BoundParameter):
            return self._parameter(value)
        if isinstance(value, Derived):
            path = self.find_bound(value.value, value.scope or scope)
            if value.steps == ".$all":
                return self.cells.path([("$item", path)])
            return join_steps(path, value.steps) if path else None
        if isinstance(value, Annotated):
            told = self._annotations.instance(value.annotation, scope)
            return told or (self._find_bound(value.value, scope, name) if value.value else None)
        return self._annotations.narrow(value.classes, scope) if isinstance(value, Narrowed) else None

    def evaluate_container(self, value: ast.expr, stores: list[Store], scope: PythonScope) -> str | None:
        """A container with all that is put into it."""
        parts = list(elements(self, value, scope)) if isinstance(value, SPELLED_OUT) else []
        if not isinstance(value, SPELLED_OUT):
            parts.append(("$add", self.value(value, scope)))
        parts += [(step, self.find_bound(stored, where)) for step, stored, where in stores[:_MAX_STORES]]
        return self.cells.path(parts)

    def _parameter(self, parameter: BoundParameter) -> str | None:
        told = self._annotations.instance(parameter.annotation, parameter.outer) if parameter.annotation else None
        if told and not may_be_alias(told):
            return told
        function = parameter.function
        if not function:
            if not isinstance(parameter.node, ast.Lambda):
                return None
            function = self._lambda(parameter.node)[1:]
        self.parameters.setdefault(function, set()).add(parameter.name)
        path = f":{function}%{parameter.name}"
        return self.cells.path([("?", told), ("?", path)]) if told else path

    def instance(self, annotation: ast.expr, scope: PythonScope) -> str | None:
        """What a value of an annotation is."""
        return self._annotations.instance(annotation, scope)
