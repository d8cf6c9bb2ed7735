"""What names of a Python file are bound to: of its module, attributes of classes, results and parameters of functions.

Input: scopes, and what calls pass on. Output: bindings, each with a path (see `python.uses`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from kgraph.extract.python.annotations import may_be_alias
from kgraph.extract.python.displays import is_container
from kgraph.extract.python.reaching import reaching_end
from kgraph.extract.python.scope_values import Annotated, Narrowed, PythonScope, Value
from kgraph.extract.python.values import Evaluator
from kgraph.model import NameBindingFact

_MAX_VALUES = 6  # of one attribute, or results of one function
_FIXTURES = frozenset({"pytest:fixture", "pytest:fixture()", "pytest_asyncio:fixture", "pytest_asyncio:fixture()"})
# Modules whose decorators leave a function what it is, as far as its callers are concerned.
_TRANSPARENT = frozenset(
    ["builtins", "functools", "abc", "typing", "typing_extensions", "contextlib", "dataclasses", "pytest"]
)


class Bindings:
    """Collects what names are bound to."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._module = evaluator.module

    def collect(self, scopes: Sequence[PythonScope], flows: Iterable[str]) -> Iterator[NameBindingFact]:
        """What names of the module, attributes of classes and results of functions are; what calls pass on.

        Where one overload of a function gives what is not known, a call of it may give that, whatever others give.
        """
        module, evaluator = self._module, self._evaluator
        yield from self._exports()
        for name, bound in module.bound.items():
            if not (name.isidentifier() or name == "*"):
                continue
            is_imported = len(bound) > 1 and name != "*" and all(isinstance(value, str) for value in bound)
            values = reaching_end(module, name) if is_imported else bound
            paths = [(value, evaluator.find_bound(value, module, name)) for value in values]
            told = [path if isinstance(value, str) else f"={path}" for value, path in paths if path]
            for path in list(dict.fromkeys(path for path in told if path != f":{name}"))[: 2 * _MAX_VALUES]:
                yield NameBindingFact(-1, name, path)
        overloads = {scope: self._results(scope) for scope in scopes if _is_overload(scope)}
        unknown = {scope.name for scope, found in overloads.items() if not (found or _is_nothing(scope.result))}
        for scope in scopes:
            if scope.kind == "class" and scope.symbol >= 0:
                yield from self._attributes(scope)
            elif scope.kind == "function":
                results = overloads[scope] if scope in overloads else self._results(scope)
                if scope in overloads and scope.name in unknown:
                    results = []
                for result in results:
                    yield NameBindingFact(scope.symbol, "()", result)
                yield from self._decorators(scope)
        for scope in scopes:  # once all paths have been made
            yield from self._parameters(scope)
        for flow in flows:
            yield NameBindingFact(-1, "$call", flow)
        yield from evaluator.cells.bindings()

    def _attributes(self, scope: PythonScope) -> Iterator[NameBindingFact]:
        attributes: dict[str, list[tuple[Value, PythonScope]]] = {
            name: [(value, scope) for value in values] for name, values in scope.bound.items() if name.isidentifier()
        }
        for name, places in scope.attributes.items():
            if name in attributes and any(isinstance(value, Annotated | str) for value, _ in attributes[name]):
                continue  # declared, or a property
            attributes[name] = [*attributes.get(name, ()), *places]
        for name, places in attributes.items():
            declared = [each for each in places if isinstance(each[0], Annotated)]
            held = self._attribute(name, scope, declared or places)
            if len(held) <= _MAX_VALUES:
                for path in held:
                    if path != f":{scope.name}.{name}":
                        yield NameBindingFact(scope.symbol, name, path)

    def _attribute(self, name: str, cls: PythonScope, values: Iterable[tuple[Value, PythonScope]]) -> list[str]:
        """What an attribute of a class or its instances may be; nothing where it may be anything else."""
        stores = cls.stores.get(f"self.{name}") or cls.stores.get(name)
        bound = self._evaluator.find_bound
        told: list[str | None] = []
        for value, scope in values:
            made = value.value if isinstance(value, Annotated) and not bound(value, scope) else value
            if stores and isinstance(made, ast.expr) and is_container(made):
                told.append(self._evaluator.evaluate_container(made, stores, scope))
            elif not isinstance(value, ast.Constant):
                told.append(bound(value, scope))
        return list(dict.fromkeys(path for path in told if path)) if told else []

    def _exports(self) -> Iterator[NameBindingFact]:
        names: list[str] = []
        values: list[Value] = [*self._module.bound.get("__all__", ())]
        values += [value for _, value, _ in self._module.stores.get("__all__", ())]
        for value in values:
            match value:
                case ast.List() | ast.Tuple():
                    told = value.elts
                case ast.Constant(value=str()):
                    told = [value]
                case _:
                    return  # made by a program: not known
            names += [each.value for each in told if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if names:
            yield NameBindingFact(-1, "__all__", " ".join(name for name in names if name.isidentifier()))

    def _results(self, scope: PythonScope) -> list[str]:
        evaluator, cells = self._evaluator, self._evaluator.cells
        is_async = isinstance(scope.node, ast.AsyncFunctionDef)
        declared = evaluator.instance(scope.result, scope.outer or scope) if scope.result else None
        if scope.yields:
            if not declared or "~" in declared[-1]:
                yielded = [("$item", evaluator.find_bound(value, scope)) for value in scope.yields]
                declared = cells.path(yielded)
            return [declared] if declared else []
        if declared and not may_be_alias(declared):
            told = [declared]
        else:
            values = [value for value in scope.returns if not _is_nothing(value)]
            paths = list(dict.fromkeys(evaluator.find_bound(value, scope) for value in values))
            if len(paths) > _MAX_VALUES:
                return []
            told = [path for path in paths if path]
            if None in paths:
                told = [cell for path in told if (cell := cells.path([("|", path)]))]
            if declared:
                inferred = cells.path([("|", path) for path in told])
                told = [cell] if (cell := cells.path([("?", declared), ("?", inferred)])) else []
        if is_async:
            awaited = cells.path([("$await", path) for path in told])
            return [awaited] if awaited else []
        return told

    def _decorators(self, scope: PythonScope) -> Iterator[NameBindingFact]:
        decorators = getattr(scope.node, "decorator_list", None)
        if decorators and scope.outer is not None:
            paths = [self._evaluator.value(each, scope.outer) for each in decorators]
            if any(path in _FIXTURES for path in paths):
                yield NameBindingFact(scope.symbol, "@fixture", "")
            known = [path if path and path.partition(":")[0] not in _TRANSPARENT else "?" for path in paths]
            if any(path != "?" for path in known):
                for path in reversed(known):  # the nearest first
                    yield NameBindingFact(scope.symbol, "@", path)

    def _parameters(self, scope: PythonScope) -> Iterator[NameBindingFact]:
        """The parameters that paths begin with: how many stand in front of each, and their defaults."""
        node = scope.node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return
        evaluator = self._evaluator
        function = scope.name.removesuffix(".<locals>") if scope.kind == "function" else evaluator.lambda_name(node)
        is_abstract = _is_abstract(node, scope)
        own = [name for name in scope.bound if name != scope.receiver]
        tracked = own if is_abstract else evaluator.parameters.get(function, ())
        named = sorted(name for name in tracked if name in scope.bound)
        if not named:  # or of another function of that name
            return
        places = {each.arg: place for place, each in enumerate((*node.args.posonlyargs, *node.args.args))}
        told = [f"{places.get(name, '')}:{name}" for name in named]
        owner, name = (scope.symbol, "%") if scope.kind == "function" else (-1, function)
        front = "" if scope.kind == "function" else "% "
        yield NameBindingFact(owner, name, front + " ".join(("a" if is_abstract else _manner_of(node, scope), *told)))
        if scope.kind == "function":
            for parameter in named:
                value = scope.bound[parameter][0]
                default = getattr(value, "default", None)
                told_default = isinstance(default, ast.expr) and evaluator.value(default, scope.outer or scope)
                if told_default:
                    yield NameBindingFact(scope.symbol, f"%{parameter}", told_default)


def _is_overload(scope: PythonScope) -> bool:
    """Whether a function is marked by `@overload`, as one of the ways to call it."""
    decorators = getattr(scope.node, "decorator_list", ()) if scope.kind == "function" else ()
    return any("overload" in (getattr(each, "id", ""), getattr(each, "attr", "")) for each in decorators)


def _manner_of(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: PythonScope) -> str:
    """Whether a function is a (m)ethod of instances, a (c)lass method, or a plain (f)unction."""
    outer = scope.outer.outer if scope.outer is not None and scope.outer.kind == "types" else scope.outer
    if isinstance(node, ast.Lambda) or outer is None or outer.kind != "class":
        return "f"
    decorators = {getattr(each, "id", "") for each in node.decorator_list}
    if "staticmethod" in decorators:
        return "f"
    return "c" if "classmethod" in decorators or node.name in ("__new__", "__init_subclass__") else "m"


def _is_abstract(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: PythonScope) -> bool:
    """Whether a method does nothing, so that those are meant which override it: what it gets, they get."""
    if isinstance(node, ast.Lambda) or _manner_of(node, scope) != "m":
        return False
    return all(
        isinstance(each, ast.Pass | ast.Raise) or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in node.body
    )


def _is_nothing(value: Value) -> bool:
    return value is None or isinstance(value, ast.Constant | Narrowed)
