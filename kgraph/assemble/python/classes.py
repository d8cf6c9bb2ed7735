"""Classes of Python: their bases, and the order in which names are looked up in these.

Input: a class. Output: what its bases are, and its order by C3 (see `python.c3`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

from kgraph.assemble.python.c3 import c3_merge
from kgraph.assemble.python.meanings import TYPES, VALUES, Meaning, PythonDefinition


class ClassLookup(Protocol):
    """What is asked of the resolver here."""

    def paths_of_bases(self, cls: PythonDefinition) -> Sequence[str]: ...

    def base(self, file: int, path: str) -> Meaning | None: ...

    def ask(self, question: Hashable, find: Callable[..., Any], *arguments: object) -> Any: ...

    def value(self, symbol: PythonDefinition) -> Meaning | None: ...


class Classes:
    """Finds bases and orders."""

    def __init__(self, lookup: ClassLookup) -> None:
        self._lookup = lookup

    def bases(self, cls: PythonDefinition) -> list[Meaning | None]:
        """What each base of a class is."""
        found = (self._lookup.base(cls.file, path) for path in self._lookup.paths_of_bases(cls))
        return [self._class(base) if base else None for base in found]

    def _class(self, meaning: Meaning) -> Meaning | None:
        """The class that a base is, if it is a variable that holds one."""
        if isinstance(meaning, PythonDefinition) and meaning.kind in VALUES:
            value = self._lookup.value(meaning)
            return value if isinstance(value, PythonDefinition) and value.kind in TYPES else meaning
        return meaning

    def order(self, cls: PythonDefinition) -> tuple[PythonDefinition, ...]:
        """The classes that a name is looked up in, by C3; classes outside the repository are left out."""
        return self._lookup.ask(cls, self._ordered, cls) or (cls,)  # none if it inherits from itself: not Python

    def _ordered(self, cls: PythonDefinition) -> tuple[PythonDefinition, ...]:
        bases = [base for base in self.bases(cls) if isinstance(base, PythonDefinition) and base.kind in TYPES]
        return (cls, *c3_merge([*(self.order(base) for base in bases), tuple(bases)]))
