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
    :f%x.push                   `x.push`, where x is a parameter of f
    :$3                         a cell: a value without a name (see `python.cells`)
    :f().$await.$item           what Python's protocols give: `(await f())[i]`; `$key_a` and `$key0` where it is spelled
    :Stack().$m__len__          the method that a protocol calls, looked up in the class alone
    :f.$made1                   f as its decorators left it, the nearest first

Names are looked up as Python does, so that a local variable hides a module's function. What is bound more than once is
what it was bound to last, where that is sure, and else one of several values, which is a cell. An unknown receiver
gives no path: such calls are left out rather than guessed.
"""

from __future__ import annotations

import ast
import sys
from array import array
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any

from kgraph.extract.python.annotations import parse_quoted
from kgraph.extract.python.bindings import Bindings
from kgraph.extract.python.implied import CALLED_BY, CALLS_METHOD, WATCHED, count_arguments, is_cross_file, manner
from kgraph.extract.python.library import join_steps
from kgraph.extract.python.operators import RECEIVERS
from kgraph.extract.python.puts import put_flow
from kgraph.extract.python.runtime_names import RuntimeNames
from kgraph.extract.python.scope_values import PythonScope, ScopePart
from kgraph.extract.python.scopes import Walker
from kgraph.extract.python.values import Evaluator
from kgraph.model import UNRESOLVED_BASE, IncludeFact, NameBindingFact, UseFacts, UseKind
from kgraph.name_facts import RuntimeNameFact

_CALL, _READ, _TYPE, _BASE = (str(kind) for kind in (UseKind.CALL, UseKind.READ, UseKind.TYPE, UseKind.BASE))
_MAX_ARGUMENTS = 2**15 - 1
_MAX_FLOWS = 12  # arguments of one call that are followed

_Use = tuple[str, str, int, int, int]  # kind, path, line, owner, number of arguments or -1


def uses(
    tree: ast.Module, symbols: Mapping[ast.AST, int], *, shared: bool = False
) -> tuple[UseFacts, tuple[NameBindingFact, ...], tuple[RuntimeNameFact, ...], tuple[IncludeFact, ...]]:
    """The uses of a file, its bindings, names that are looked up while it runs, and templates that it may name.

    `symbols` has the index of each class and function that is a symbol.

    Where names are `shared` with other files, as Cython's `include` does, one that the file does not bind is a path.
    """
    walker = Walker(symbols)
    walker.walk(tree)
    collector = _UseCollector(Evaluator(walker.scopes, walker.inner, shared=shared))
    found_uses: list[_Use] = []
    runtime_names = RuntimeNames(collector.evaluator)
    runtime_names.read_decorators(walker.scopes, symbols)
    for part in walker.parts:
        collector.collect(part, found_uses)
        runtime_names.calls(part)
    found_uses += [
        (_BASE, path, base.lineno, symbol, -1)
        for symbol, base, scope in walker.bases
        if (path := collector.base(base, scope))
    ]
    found_uses.sort(key=itemgetter(2))
    bindings = tuple(Bindings(collector.evaluator).collect(walker.scopes, collector.flows))
    # Values lead back to their scope: untied, all is freed at once, with the tree, and no collection need find it.
    collector.evaluator.release()
    for scope in walker.scopes:
        scope.untie()
    return _pack(found_uses, collector.unknown), bindings, tuple(runtime_names.facts), tuple(runtime_names.templates)


def _pack(uses_found: list[_Use], unknown: list[str]) -> UseFacts:
    if not uses_found:
        return UseFacts(unknown="\n".join(unknown))
    kinds, paths, lines, owners, arguments = zip(*uses_found, strict=True)
    return UseFacts(
        kinds="".join(kinds),
        names="\n".join(paths),
        lines=array("I", lines).tobytes(),
        owners=array("i", owners).tobytes(),
        arguments=array("h", [min(count, _MAX_ARGUMENTS) for count in arguments]).tobytes(),
        unknown="\n".join(unknown),
    )


class _UseCollector:
    """Collects what is used."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self._module = evaluator.module
        self.flows: dict[str, None] = {}  # what calls pass on
        self.unknown: list[str] = []  # names of what is called on something that may be anything

    def collect(self, part: ScopePart, found_uses: list[_Use]) -> None:
        """Add the uses of a part."""
        scope, symbol = part.scope, part.symbol
        value = self.evaluator.value
        for call in part.calls:
            applied = call.func.__class__ is ast.Call and self.evaluator.evaluate_application(call.func, scope)
            called = applied or value(call.func, scope)
            if called is None:
                if isinstance(call.func, ast.Attribute):
                    self.unknown.append(call.func.attr)
                continue
            if is_cross_file(called):
                if called == "functools:partial" and call.args and (called_later := value(call.args[0], scope)):
                    self._pass_on(ast.Call(call.func, call.args[1:], call.keywords), called_later, scope)
                elif (call.args or call.keywords) and (called[0] in ":." or not _is_of_library(called)):
                    self._pass_on(call, called, scope)
                if called.startswith(WATCHED):
                    called += manner(call, called)
                found_uses.append((_CALL, called, call.func.end_lineno or call.lineno, symbol, count_arguments(call)))
            else:
                self._collect_implied(call, called, part, found_uses)
        for put in part.puts:
            if (flow := put_flow(self.evaluator, put, scope)) is not None:
                self.flows[flow] = None
        self._reads(part, found_uses)
        for node, method in part.protocols:
            if (path := self._receiver(node, method, scope)) is not None:
                found_uses.append((_CALL, path, node.end_lineno or node.lineno, symbol, -1))
        for annotation in part.annotations:
            for path, line in self._find_annotated(annotation, scope):
                found_uses.append((_TYPE, path, line, symbol, -1))

    def _reads(self, part: ScopePart, found_uses: list[_Use]) -> None:
        scope, symbol = part.scope, part.symbol
        value = self.evaluator.value
        roots: dict[str, bool] = {}  # whether a name that is read leads somewhere
        for read in part.reads:
            root: Any = read
            while root.__class__ is ast.Attribute:
                root = root.value
            if root.__class__ is ast.Name:
                name = root.id
                if name not in roots:
                    roots[name] = self._is_shared(name, scope)
                is_shared = roots[name]
            else:
                is_shared = False
            if not is_shared and (read.__class__ is ast.Name or self._is_unknown(root, scope)):
                continue
            path = value(read, scope)
            if path and is_cross_file(path) and (is_shared or self._is_of_instance(read, path, scope)):
                found_uses.append((_READ, path, read.end_lineno or read.lineno, symbol, -1))
        for inner in part.inner_reads:
            path = value(inner, scope)
            if path and is_cross_file(path) and self._is_of_instance(inner, path, scope):
                found_uses.append((_READ, path, inner.end_lineno or inner.lineno, symbol, -1))

    def _is_unknown(self, root: ast.expr, scope: PythonScope) -> bool:
        """Whether nothing can be said of a name, nor of its attributes."""
        if root.__class__ is not ast.Name:
            return False
        name: str = root.id
        return name in scope.meanings and scope.meanings[name] is None and name not in scope.puts

    def _is_of_instance(self, read: ast.Name | ast.Attribute, path: str, scope: PythonScope) -> bool:
        """Whether an attribute is one of an instance, and may be more than a field of the class around it."""
        if not isinstance(read, ast.Attribute) or not _VALUE_MARKS.intersection(path) or read.attr == "__class__":
            return False  # which class that is, nobody names
        cls = scope.of
        if cls is None or not isinstance(read.value, ast.Name) or read.value.id != scope.receiver:
            return True
        values = cls.bound.get(read.attr, ())
        return not (read.attr in cls.attributes or values) or any(isinstance(each, str) for each in values)

    def _receiver(self, node: ast.expr, method: str, scope: PythonScope) -> str | None:
        """The path of the method that a protocol calls of a value."""
        if node.__class__ not in RECEIVERS or (method == "__bool__" and node.__class__ is ast.Call):
            return None
        path = self.evaluator.value(node, scope)
        if not path or path[-1] == ":" or path[:9] == "builtins:":
            return None
        if "%" in path and method not in _OF_PARAMETERS:  # nearly always numbers and texts
            return None
        if method == "$raise":
            return path if path[-1] not in ")@~^" else None
        if method[0] == "$":  # what the result of one method has
            front, _, name = method[1:].partition("__")
            return join_steps(path, f".$m__{front}__().$m__{name}")
        return join_steps(path, f".$m{method}")

    def _collect_implied(self, call: ast.Call, called: str, part: ScopePart, found_uses: list[_Use]) -> None:
        """What builtin functions call: methods of their arguments, and arguments themselves."""
        line = call.func.end_lineno or call.lineno
        if called in CALLED_BY:
            given = (*call.args, *(each.value for each in call.keywords if each.arg == "key"))
            paths = [self.evaluator.value(argument, part.scope) for argument in given]
            called_paths = [path for path in paths if path and is_cross_file(path) and path[-1] not in "@~"]
            found_uses += [(_CALL, path, line, part.symbol, -1) for path in called_paths]
        for method in CALLS_METHOD.get(called, ()):
            for argument in call.args:
                if (path := self._receiver(argument, method, part.scope)) is not None:
                    found_uses.append((_CALL, path, line, part.symbol, -1))
        if called in _BY_NAME and len(call.args) > 1 and isinstance(key := call.args[1], ast.Constant):
            of = self.evaluator.value(call.args[0], part.scope)
            if of and isinstance(key.value, str) and key.value.isidentifier():
                path = join_steps(of, f".{key.value}")
                if path and is_cross_file(path):
                    found_uses.append((_READ, path, line, part.symbol, -1))

    def _pass_on(self, call: ast.Call, called: str, scope: PythonScope) -> None:
        """What a call passes to the parameters of what it calls."""
        told = called
        left = _MAX_FLOWS
        value = self.evaluator.value
        number = -1
        for argument in call.args:
            number += 1
            if argument.__class__ is ast.Starred:
                break
            path = value(argument, scope)
            if path and path[-1] != ":" and path[:9] != "builtins:" and left:
                told += f"\t{number}={path}"
                left -= 1
        for keyword in call.keywords:
            if keyword.arg:
                path = value(keyword.value, scope)
                if path and path[-1] != ":" and path[:9] != "builtins:" and left:
                    told += f"\t{keyword.arg}={path}"
                    left -= 1
        if left < _MAX_FLOWS:
            self.flows[told] = None

    def base(self, base: ast.expr, scope: PythonScope) -> str:
        """The path of a base class."""
        path = self.evaluator.value(base, scope)
        if path and path[-1] not in ")@~^":
            return path
        if name := getattr(base, "attr", getattr(base, "id", "")):
            self.unknown.append(UNRESOLVED_BASE + name)
        return ""

    def _is_shared(self, name: str, scope: PythonScope) -> bool:
        """Whether a name means more than a local variable, and no instance."""
        evaluator = self.evaluator
        holder = evaluator.holder(name, scope)
        if holder is None:
            return False
        if holder is not self._module and not all(isinstance(value, str) for value in holder.bound[name]):
            return False
        path = evaluator.resolve_name(name, scope)
        return path is not None and not self._is_of_value(path)

    def _is_of_value(self, path: str) -> bool:
        """Whether a path leads through an instance or another value, rather than through names alone."""
        head, _, rest = path.partition(".")
        return bool(_VALUE_MARKS.intersection(rest if head in self.evaluator.cells.alternatives else path))

    def _find_annotated(self, annotation: ast.expr, scope: PythonScope) -> Iterator[tuple[str, int]]:
        """What an annotation names, in a string too."""
        pending: list[ast.AST] = [annotation]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Name | ast.Attribute):
                path = self.evaluator.value(node, scope)
                if path and is_cross_file(path) and not self._is_of_value(path):
                    yield path, annotation.lineno
            elif isinstance(node, ast.Constant):
                if parsed := parse_quoted(node):
                    pending.append(parsed)
            else:
                pending += ast.iter_child_nodes(node)


_VALUE_MARKS = frozenset(")@~^%$")
_OF_PARAMETERS = frozenset(
    f"__{name}__"
    for name in [
        "enter",
        "exit",
        "aenter",
        "aexit",
        "iter",
        "aiter",
        "next",
        "getitem",
        "setitem",
        "len",
        "await",
        "str",
        "repr",
    ]
) | {"$iter__next__", "$aiter__anext__", "$raise"}
_BY_NAME = frozenset({"builtins:getattr", "builtins:setattr", "builtins:hasattr", "builtins:delattr"})


def _is_of_library(path: str) -> bool:
    """Whether an absolute path begins with a module of the standard library."""
    return path[: path.index(":")].partition(".")[0] in sys.stdlib_module_names
