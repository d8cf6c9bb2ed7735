"""What runs when something of Python is called, and what decorators make of a function.

Input: a meaning. Output: the functions that run, with the evidence where that is more than the name's.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.python.classes import Order
from kgraph.assemble.python.meanings import (
    CALLED,
    MAX_CALLABLES,
    TYPES,
    VALUES,
    External,
    Instance,
    Meaning,
    One,
    PythonDefinition,
    Undecorated,
    UnnamedValue,
    Values,
    ones,
    several,
)

_MAX_STEPS = 2 * MAX_CALLABLES  # things that lead to others
_PLAIN_BASES = (
    External("builtins.object"),
    External("typing.Generic"),
    External("abc.ABC"),
    External("typing.Protocol"),
)


class CallNames(Protocol):
    """What is asked of the resolver here."""

    def find_bound(self, symbol: PythonDefinition, name: str) -> Sequence[str]: ...

    def ask(self, question: Hashable, find: Callable[..., Any], *arguments: object) -> Any: ...

    def value(self, symbol: PythonDefinition) -> Meaning | None: ...

    def symbol(self, file: int, name: str) -> PythonDefinition | None: ...

    def attribute(self, of: Meaning | None, name: str) -> Meaning | None: ...

    def resolve_path(self, file: int, path: str) -> Meaning | None: ...

    def orders(self, cls: PythonDefinition) -> tuple[Order, ...]: ...

    def bases(self, cls: PythonDefinition) -> list[Meaning | None]: ...


class Runs:
    """Finds what runs."""

    def __init__(self, names: CallNames) -> None:
        self._names = names

    def resolve_decorated(self, function: PythonDefinition, count: int | None = None) -> Meaning:
        """What the nearest `count` decorators make of a function; all, if not said."""
        value: Meaning = Undecorated(function)
        for path in self._names.find_bound(function, "@")[:count]:
            if path != "?":
                made = self._names.ask(("@", function, path), self._resolve_decorator, function.file, path)
                value = value if made is None else several(value if one is None else one for one in made) or value
        return value

    def _resolve_decorator(self, file: int, path: str) -> list[One | None] | None:
        """What a decorator gives: its argument as it is (None), another function, an instance of a class."""
        told: list[One | None] = []
        for decorator in ones(self._names.resolve_path(file, path)):
            if isinstance(decorator, PythonDefinition) and decorator.kind in VALUES:
                decorator = self._names.value(decorator)  # type: ignore[assignment]
            match decorator:
                case PythonDefinition(kind=kind) if kind in CALLED:
                    own = f":{decorator.name}%"
                    for result in self._names.find_bound(decorator, "()"):
                        if result.startswith(own) and result.removeprefix(own).isidentifier():
                            told.append(None)
                        else:
                            told += [
                                one
                                for one in ones(self._names.resolve_path(decorator.file, result))
                                if _is_callable(one)
                            ]
                case PythonDefinition(kind=kind) if kind in TYPES:
                    instance = Instance(decorator)
                    told += [instance] if self._names.attribute(instance, "__call__") is not None else []
        return list(dict.fromkeys(told)) or None

    def callees(self, meaning: Meaning) -> list[tuple[PythonDefinition, str]]:
        """What is run when something is called, and the evidence where that is more than the name's: a function, the
        constructor of a class, or else the class."""
        found: dict[PythonDefinition, str] = {}
        pending: list[tuple[One, str]] = [(one, "") for one in ones(meaning)]
        for one, evidence in pending:
            if len(pending) > _MAX_STEPS:
                return []
            match one:
                case PythonDefinition(kind=kind) if kind in TYPES:
                    own = self._names.symbol(one.file, f"{one.name}.__init__")
                    found.setdefault(own or one, evidence)
                    if own is None:
                        for inherited, sure in self._constructors(one):
                            found.setdefault(inherited, sure)
                case PythonDefinition(kind=kind) if kind not in VALUES:
                    made = self.resolve_decorated(one) if self._names.find_bound(one, "@") else None
                    if made is None or Undecorated(one) in ones(made):
                        found.setdefault(one, evidence)
                    pending += [(each, PythonEvidence.CALL_RESULT) for each in ones(made) if each != Undecorated(one)]
                case PythonDefinition():
                    held = self._names.value(one)
                    weaker = held.via if isinstance(held, Values) else ""
                    pending += [(each, weaker or evidence) for each in ones(held)]
                case Undecorated():
                    found.setdefault(one.of, evidence)
                case Instance():
                    pending += [(each, evidence) for each in ones(self._names.attribute(one, "__call__"))]
        return list(found.items())

    def _constructors(self, cls: PythonDefinition) -> list[tuple[PythonDefinition, str]]:
        """The constructor that a class inherits, with the evidence: of several orders of its bases one each."""
        inherited = dict.fromkeys(map(self._constructor, self._names.orders(cls)))
        evidence = PythonEvidence.MRO if len(inherited) == 1 else PythonEvidence.ONE_OF_SEVERAL
        return [(one, evidence) for one in inherited if one is not None]

    def _constructor(self, order: Order) -> PythonDefinition | None:
        """The first constructor in an order, unless a base outside of the repository may have one before it."""
        for base in order:
            if (own := self._names.symbol(base.file, f"{base.name}.__init__")) is not None:
                return own
            if not self._has_own_bases(base):
                return None
        return None

    def is_whole(self, cls: PythonDefinition) -> bool:
        """Whether all bases of a class, and theirs, are of the repository."""
        return bool(self._names.ask(("whole", cls), self._is_whole, cls))

    def _has_own_bases(self, cls: PythonDefinition) -> bool:
        given = [one for base in self._names.bases(cls) for one in ones(base) or (None,)]
        return all(isinstance(one, PythonDefinition) or one in _PLAIN_BASES for one in given)

    def _is_whole(self, cls: PythonDefinition) -> bool:
        return all(self._has_own_bases(each) for order in self._names.orders(cls) for each in order)


def _is_callable(one: One) -> bool:
    return isinstance(one, UnnamedValue | Instance | Undecorated) or (
        isinstance(one, PythonDefinition) and one.kind in (*CALLED, *TYPES)
    )
