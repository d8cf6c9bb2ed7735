"""Classes of Python: their bases, and the order in which names are looked up in these.

Input: a class. Output: what its bases are, and its order by C3 (see `python.c3`). A base that is one of several
classes, as one is that is imported in two ways, gives an order for each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import islice, product
from typing import Any, Protocol

from kgraph.assemble.python.c3 import c3_merge
from kgraph.assemble.python.meanings import TYPES, VALUES, External, Meaning, PythonDefinition, ones, several

Order = tuple[PythonDefinition, ...]
_MAX_ORDERS = 8  # of one class


class ClassLookup(Protocol):
    """What is asked of the resolver here."""

    def paths_of_bases(self, cls: PythonDefinition) -> Sequence[str]: ...

    def resolve_anywhere(self, file: int, path: str) -> Meaning | None: ...

    def ask(self, question: Hashable, find: Callable[..., Any], *arguments: object) -> Any: ...

    def value(self, symbol: PythonDefinition) -> Meaning | None: ...

    def symbol(self, file: int, name: str) -> PythonDefinition | None: ...

    def name_in_stub(self, file: int, name: str) -> str | None: ...

    def other_parts(self, file: int, of_stub: bool) -> Sequence[int]: ...


class Classes:
    """Finds bases, orders and members."""

    def __init__(self, lookup: ClassLookup) -> None:
        self._lookup = lookup

    def bases(self, cls: PythonDefinition) -> list[Meaning | None]:
        """What each base of a class is."""
        found = (self._lookup.resolve_anywhere(cls.file, path) for path in self._lookup.paths_of_bases(cls))
        return [self._class(base) if base else None for base in found]

    def _class(self, meaning: Meaning) -> Meaning | None:
        """The class that a base is, if it is a variable that holds one."""
        if isinstance(meaning, PythonDefinition) and meaning.kind in VALUES:
            value = self._lookup.value(meaning)
            return value if isinstance(value, PythonDefinition) and value.kind in TYPES else meaning
        return meaning

    def order(self, cls: PythonDefinition) -> Order:
        """The classes that a name is looked up in, by C3; classes outside the repository are left out. The first
        of several orders."""
        return self.orders(cls)[0]

    def orders(self, cls: PythonDefinition) -> tuple[Order, ...]:
        """The orders that a class may have, at most eight."""
        return self._lookup.ask(cls, self._make_orders, cls) or ((cls,),)  # none if it inherits from itself: not Python

    def find_member(self, orders: Sequence[Order], name: str) -> Meaning | None:
        """What classes have under a name, one in each order. What a class of a stub does not declare, compiled code may
        have: it is known by its name alone."""
        if (found := several(self._find_in_order(order, name) for order in orders)) is not None:
            return found
        if (found := several(self._find_declared(order, name) for order in orders)) is not None:
            return found
        cls = next((order[0] for order in orders if order), None)
        spelled = self._lookup.name_in_stub(cls.file, f"{cls.name}.{name}") if cls else None
        return External(spelled) if spelled else None

    def _find_in_order(self, order: Order, name: str) -> PythonDefinition | None:
        found = (self._lookup.symbol(cls.file, f"{cls.name}.{name}") for cls in order)
        return next((symbol for symbol in found if symbol is not None), None)

    def _find_declared(self, order: Order, name: str) -> PythonDefinition | None:
        """A member that Cython's `.pxd` file declares, as fields are."""
        places = ((number, cls) for cls in order for number in self._lookup.other_parts(cls.file, False))
        found = (self._lookup.symbol(number, f"{cls.name}.{name}") for number, cls in places)
        return next((symbol for symbol in found if symbol is not None), None)

    def _make_orders(self, cls: PythonDefinition) -> tuple[Order, ...]:
        given = [[one for one in ones(base) if _is_class(one)] for base in self.bases(cls)]
        choices = [[order for one in each for order in self.orders(one)] for each in given if each]  # type: ignore[arg-type]
        merged = [
            (cls, *c3_merge([*chosen, tuple(order[0] for order in chosen)]))
            for chosen in islice(product(*choices), _MAX_ORDERS)
        ]
        return tuple(dict.fromkeys(merged))


def _is_class(one: object) -> bool:
    return isinstance(one, PythonDefinition) and one.kind in TYPES
