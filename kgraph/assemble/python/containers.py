"""What comes out of containers and other values without a name, and what Python's protocols give of instances.

Input: a meaning and a step of a path, such as `$iter` of a loop. Output: what that gives.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any, Protocol

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.python.meanings import (
    ContainerView,
    External,
    Instance,
    Meaning,
    One,
    PythonDefinition,
    UnnamedValue,
    ones,
    several,
)

_MAX_DEPTH = 4  # containers that hold all that others do
# What is called where a class does not define the method of a protocol.
_INSTEAD = {
    "__bool__": ("__len__",),
    "__str__": ("__repr__",),
    "__format__": ("__str__", "__repr__"),
    "__contains__": ("__iter__",),
    "__ne__": ("__eq__",),
    "__iter__": ("__getitem__",),
    "__int__": ("__index__",),
    "__float__": ("__index__",),
    "__bytes__": (),
    "__iadd__": ("__add__",),
    "__isub__": ("__sub__",),
    "__imul__": ("__mul__",),
    "__imatmul__": ("__matmul__",),
    "__itruediv__": ("__truediv__",),
    "__ifloordiv__": ("__floordiv__",),
    "__imod__": ("__mod__",),
    "__ipow__": ("__pow__",),
    "__ilshift__": ("__lshift__",),
    "__irshift__": ("__rshift__",),
    "__ior__": ("__or__",),
    "__ixor__": ("__xor__",),
    "__iand__": ("__and__",),
}
_ELEMENT_OF = frozenset({"get", "pop", "setdefault", "popleft", "__getitem__"})
_VIEWS = {"values": "values", "keys": "keys", "items": "items", "popitem": "pair"}
_METHODS = _ELEMENT_OF | frozenset(_VIEWS) | {"copy", "send", "__next__", "__iter__", "throw"}


PUTS = "$puts"  # the container of what other classes and modules put into one; see `extract.python.puts`
_PUT_DEPTHS = ("$1", "$2", "$3")


def put_parts(name: str) -> list[tuple[str, str]]:
    """The parts of such a container, by its name, as `Stack.items.$puts1`."""
    symbol, depth = name[: -len(PUTS) - 2], int(name[-1])
    deeper = [("$item", f":{symbol}.{PUTS}{depth + 1}")] if depth < len(_PUT_DEPTHS) else []
    return [("$item", f":{symbol}%${depth}"), *deeper]


class ContainerLookup(Protocol):
    """What is asked of the resolver here."""

    def is_whole(self, cls: PythonDefinition) -> bool: ...

    def parts(self, cell: UnnamedValue) -> Sequence[tuple[str, str]]: ...

    def resolve_path(self, file: int, path: str) -> Meaning | None: ...

    def resolve_anywhere(self, file: int, path: str) -> Meaning | None: ...

    def attribute(self, of: Meaning | None, name: str) -> Meaning | None: ...

    def resolve_call(self, meaning: Meaning | None, receiver: Meaning | None = None) -> Meaning | None: ...

    def find_bound(self, symbol: PythonDefinition, name: str) -> Sequence[str]: ...

    def ask(self, question: Hashable, find: Callable[..., Any], *arguments: object) -> Any: ...

    def put(self, symbol: PythonDefinition, depth: str) -> Meaning | None: ...


class Containers:
    """Takes steps of protocols."""

    def __init__(self, lookup: ContainerLookup) -> None:
        self._lookup = lookup

    def step(self, meaning: One, step: str) -> Meaning | None:
        """What a step such as `$iter` gives."""
        if step.startswith("$m"):
            return self._special_method(meaning, step[2:])
        match meaning:
            case UnnamedValue():
                return self._step_into_cell(meaning, step)
            case ContainerView():
                return self._step_into_view(meaning, step)
            case Instance():
                return self._step_into_instance(meaning, step)
            case PythonDefinition(kind="Class") if step.startswith(("$item", "$key", "$slice")):
                return meaning  # with type arguments
        return None

    def put_into(self, symbol: PythonDefinition, values: Sequence[Meaning]) -> UnnamedValue | None:
        """The container of what others put into what a variable or attribute holds; None where that is nothing."""
        may_be_container = not values or any(isinstance(one, UnnamedValue) for each in values for one in ones(each))
        if may_be_container and any(self._lookup.put(symbol, depth) is not None for depth in _PUT_DEPTHS):
            return UnnamedValue(symbol.file, f"{symbol.name}.{PUTS}1")
        return None

    def resolve_unnamed(self, cell: UnnamedValue) -> Meaning | None:
        """A cell, or what it stands for: one of several values, `super` of a class further up."""
        parts = self._lookup.parts(cell)
        if parts and parts[0][0] == "|":
            found = (self._lookup.resolve_path(cell.file, path) for _, path in parts)
            return several(found, PythonEvidence.ONE_OF_SEVERAL)
        if parts and parts[0][0] == "import":  # or a definition: those of the repository, else the first
            imported = [self._lookup.resolve_anywhere(cell.file, path) for _, path in parts]
            inside = several(one for one in imported if not isinstance(one, External))
            return inside or next((one for one in imported if one is not None), None)
        if parts and parts[0][0] == "?":  # an annotation, which is perhaps no class, and what is known without it
            meant = (self._lookup.resolve_path(cell.file, path) for _, path in parts)
            return next((one for one in meant if one is not None), None)
        if parts and parts[0][0] == "$of":
            return self._lookup.ask(("of", cell), self._resolve_application, cell, parts)  # type: ignore[no-any-return]
        if parts and parts[0][0] == "$self":
            own, above = (
                (self._lookup.resolve_path(cell.file, path) for _, path in parts[:2])
                if len(parts) > 1
                else (None, None)
            )
            if isinstance(own, Instance) and isinstance(above, PythonDefinition):
                return Instance(own.of, above)
            return None
        return cell if parts else None

    def _resolve_application(self, cell: UnnamedValue, parts: Sequence[tuple[str, str]]) -> Meaning | None:
        """What a call gives that is spelled with its arguments: of a parameter that is returned, what was passed."""
        lookup = self._lookup
        given = {step[1:]: path for step, path in parts[1:]}
        found: list[Meaning | None] = []
        is_known = False
        for function in ones(lookup.resolve_path(cell.file, parts[0][1])):
            if not isinstance(function, PythonDefinition) or lookup.find_bound(function, "@"):
                continue
            results = lookup.find_bound(function, "()")
            returned = [_own_parameter(function, result) for result in results]
            if not any(returned):
                continue
            is_known = True
            manner, *pairs = next(iter(lookup.find_bound(function, "%")), "f").split(" ")
            places = {name: int(at) - (manner != "f") for at, _, name in (pair.partition(":") for pair in pairs) if at}
            for result, name in zip(results, returned, strict=True):
                path = given.get(str(places.get(name))) if name else None
                if path is not None:
                    found.append(lookup.resolve_path(cell.file, path))
                elif not name:
                    found.append(lookup.resolve_path(function.file, result))
        return several(found) if is_known else lookup.resolve_path(cell.file, f"{parts[0][1]}()")

    def method(self, cell: UnnamedValue | ContainerView, name: str) -> Meaning | None:
        """A method of a container."""
        if isinstance(cell, UnnamedValue) and name in _METHODS and self._lookup.parts(cell):
            return ContainerView(cell, "method", name)
        return None

    def resolve_method_call(self, view: ContainerView) -> Meaning | None:
        """What a method of a container gives."""
        if view.how != "method":
            return None
        if view.name in _VIEWS:
            return ContainerView(view.of, _VIEWS[view.name])
        if view.name in ("copy", "__iter__"):
            return view.of
        return self._step_into_cell(view.of, "$item" if view.name in _ELEMENT_OF else "$next")

    # --- one kind of value each -------------------------------------------------------------------------------------

    def _step_into_cell(self, cell: UnnamedValue, step: str) -> Meaning | None:
        parts = self._lookup.parts(cell)
        if step.startswith("$slice"):
            first, _, last = step[6:].partition("_")
            return (
                ContainerView(cell, "slice", "", int(first), int(last) if last else 1 << 30)
                if first.isdigit()
                else ContainerView(cell, "values")
            )
        if step.startswith("$key"):
            return None if PUTS in cell.name else self._element(cell, step, 0)
        if step == "$item":
            counted = {path for part, path in parts if part[4:].isdigit() and part.startswith("$key")}
            if len(counted) > 1 and not any(part.startswith("$key_") for part, _ in parts):
                return None  # one of a list, not known which
            return self._all(cell, 0)
        if step in ("$iter", "$next", "$aiter"):
            if any(part == "$keys" for part, _ in parts):
                return self._select_parts(cell, "$keys")
            return None if any(part.startswith("$key_") for part, _ in parts) else self._all(cell, 0)
        if step in ("$enter", "$aenter"):
            return self._select_parts(cell, "$enter") or self._select_parts(
                cell, "$item"
            )  # of a generator: `contextmanager`
        return self._select_parts(cell, step)

    def _select_parts(self, cell: UnnamedValue, step: str) -> Meaning | None:
        """The parts of a cell that a step leads to, as sure as these are."""
        found = (self._lookup.resolve_path(cell.file, path) for part, path in self._lookup.parts(cell) if part == step)
        return several(found)

    def _element(self, cell: UnnamedValue, step: str, depth: int) -> Meaning | None:
        """The element under a key that is spelled out; else one of those that may be."""
        exact = self._select_parts(cell, step)
        if exact is not None or depth > _MAX_DEPTH:
            return several([exact], PythonEvidence.ELEMENT)
        found = []
        for part, path in self._lookup.parts(cell):
            if part == "$item":
                found.append(self._lookup.resolve_path(cell.file, path))
            elif part == "$add":
                inner = self._lookup.resolve_path(cell.file, path)
                found.append(self._element(inner, step, depth + 1) if isinstance(inner, UnnamedValue) else None)
        return several(found, PythonEvidence.ELEMENT)

    def _all(self, cell: UnnamedValue, depth: int) -> Meaning | None:
        return several(self._iterate_values(cell, depth), PythonEvidence.ELEMENT)

    def _iterate_values(self, cell: UnnamedValue, depth: int) -> Iterator[Meaning | None]:
        for part, path in self._lookup.parts(cell):
            if part == "$item" or (part.startswith("$key") and part != "$keys"):
                yield self._lookup.resolve_path(cell.file, path)
            elif part == "$add" and depth < _MAX_DEPTH:
                inner = self._lookup.resolve_path(cell.file, path)
                yield self._all(inner, depth + 1) if isinstance(inner, UnnamedValue) else None

    def _step_into_view(self, view: ContainerView, step: str) -> Meaning | None:
        loop = step in ("$iter", "$next", "$item")
        match view.how:
            case "items" if loop:
                return ContainerView(view.of, "pair")
            case "pair" if step == "$key0":
                return self._select_parts(view.of, "$keys")
            case "pair" if step == "$key1":
                return self._all(view.of, 0)
            case "values" if loop:
                return self._all(view.of, 0)
            case "keys" if loop:
                return self._select_parts(view.of, "$keys")
            case "slice" if step.startswith("$key") and step[4:].isdigit():
                return self._element(view.of, f"$key{int(step[4:]) + view.first}", 0)
            case "slice" if loop:
                number_of = (int(part[4:]) for part, _ in self._lookup.parts(view.of) if part[4:].isdigit())
                numbers = [number for number in number_of if view.first <= number < view.last]
                found = (self._element(view.of, f"$key{number}", 0) for number in numbers)
                return several(found, PythonEvidence.ELEMENT) if numbers else self._all(view.of, 0)
        return None

    def _step_into_instance(self, instance: Instance, step: str) -> Meaning | None:
        if step == "$class":
            return instance.of
        if step in ("$item", "$slices") or step.startswith(("$key", "$slice")):
            return self._result(instance, "__getitem__")
        match step:
            case "$enter":
                return self._result(instance, "__enter__")
            case "$aenter":
                return self._resolve_await(self._result(instance, "__aenter__"))
            case "$next":
                return self._result(instance, "__next__")
            case "$iter":
                iterator = self._result(instance, "__iter__")
                match iterator:
                    case None:
                        return self._result(instance, "__getitem__")
                    case Instance():
                        return self._result(iterator, "__next__")
                    case UnnamedValue() | ContainerView():
                        return self.step(iterator, "$iter")
            case "$aiter":
                iterator = self._result(instance, "__aiter__")
                if isinstance(iterator, Instance):
                    return self._resolve_await(self._result(iterator, "__anext__"))
                return self.step(iterator, "$iter") if isinstance(iterator, UnnamedValue | ContainerView) else None
        return None

    def _resolve_await(self, meaning: Meaning | None) -> Meaning | None:
        return self._step_into_cell(meaning, "$await") if isinstance(meaning, UnnamedValue) else None

    def _result(self, instance: Instance, method: str) -> Meaning | None:
        return self._lookup.resolve_call(self._lookup.attribute(instance, method), instance)

    def _special_method(self, meaning: One, name: str) -> Meaning | None:
        """A method that a protocol looks up in the class of a value, or the one that stands in for it."""
        if isinstance(meaning, Instance):
            # A base outside of the repository, as `Mapping` is, may have the method that was asked for.
            instead = _INSTEAD.get(name, ()) if self._lookup.is_whole(meaning.of) else ()
            for each in (name, *instead):
                found = self._lookup.attribute(meaning, each)
                if isinstance(found, PythonDefinition) and found.kind in ("Method", "Function", "Property"):
                    return found
        return None


def _own_parameter(function: PythonDefinition, result: str) -> str:
    """The parameter that a function returns as it is, "" if it returns something else."""
    name = result.removeprefix(f":{function.name}%")
    return name if name != result and name.isidentifier() else ""
