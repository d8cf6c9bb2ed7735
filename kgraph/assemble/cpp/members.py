"""Member lookup of the C family: what a class has by its own declarations or by those of its bases.

Input: functions and variables by name and scope. Output: the members of a name that a class has, and the class that
declares them. Results are memoized.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kgraph.assemble.cpp import type_text
from kgraph.assemble.cpp.entities import Functions, Type

PROPERTY = "@property"
MAX_LEVELS = 12  # of bases
_CONSTANT = re.compile(r"\s*(?:(?:static|mutable|inline)\s+)*const(?:expr)?\b")

Variables = Mapping[str, Mapping[str, list[tuple[str, int, str]]]]  # by name and scope: signature, first file, id


class Members:
    """The index."""

    def __init__(self, functions: Mapping[str, Mapping[str, Functions]], variables: Variables) -> None:
        """Both by name and scope."""
        self._functions = functions
        self._variables = variables
        self._functions_of: dict[tuple[Type, str], tuple[Functions, Type | None]] = {}
        self._fields: dict[tuple[Type, str], tuple[str, Type] | None] = {}
        self._ranks: dict[Type, dict[str, tuple[int, int, Type]]] = {}  # how far which base is, and in which order

    def functions(self, type_: Type, name: str) -> tuple[Functions, Type | None]:
        """The functions of that name in a class, or in the nearest of its bases, and the class that has them."""
        key = (type_, name)
        found = self._functions_of.get(key)
        if found is None:
            found = self._functions_of[key] = self._find_functions(type_, name)
        return found

    def find_in_bases(self, type_: Type, name: str) -> tuple[Functions, Type | None]:
        """The same, in the first base of a class."""
        return self.functions(type_.bases[0][0], name) if type_.bases else (Functions(), None)

    def _find_functions(self, type_: Type, name: str) -> tuple[Functions, Type | None]:
        by_scope = self._functions.get(name)
        if by_scope is None:
            return Functions(), None
        if own := by_scope.get(type_.within):
            return _filter_by_class(own, type_), type_
        holders = self._nearest_holders(type_, by_scope) if type_.bases else []
        if len(holders) != 1:
            return Functions(), None
        return _filter_by_class(by_scope[holders[0].within], holders[0]), holders[0]

    def _nearest_holders(self, type_: Type, held: Mapping[str, object]) -> list[Type]:
        """The nearest of the bases of a class, itself among them, of which `held` has something."""
        ranks = self._ranks.get(type_)
        if ranks is None:
            above = [(rank, base) for rank, level in enumerate(levels(type_)) for base in level]
            ranks = self._ranks[type_] = {}
            for order, (rank, base) in enumerate(above):
                ranks.setdefault(base.within, (rank, order, base))
        if len(held) < len(ranks):
            holders = sorted((ranks[within] for within in held if within in ranks), key=lambda of: of[1])
        else:
            holders = [of for within, of in ranks.items() if within in held]
        return [base for rank, _, base in holders if rank == holders[0][0]]

    def holders(self, type_: Type, held: Mapping[str, object]) -> list[Type]:
        """The class itself if `held` has something of its scope, else the nearest of its bases that are so."""
        return [type_] if type_.within in held else self._nearest_holders(type_, held) if type_.bases else []

    def field_type(self, type_: Type, name: str) -> tuple[str, Type] | None:
        """The type of a data member of a class or of one of its bases, and the class that has it."""
        key = (type_, name)
        if key not in self._fields:
            self._fields[key] = self._find_field(type_, name)
        return self._fields[key]

    def _find_field(self, type_: Type, name: str) -> tuple[str, Type] | None:
        by_scope = self._variables.get(name)
        if by_scope is None:
            return None
        holders = [type_] if type_.within in by_scope else self._nearest_holders(type_, by_scope)
        if not holders:
            return None
        return type_text.variable_type(by_scope[holders[0].within][0][0], name), holders[0]

    def property(self, type_: Type, selector: str) -> str | None:
        """The property of a class of Objective-C, or of a base, that a message reads or sets: its id."""
        name = property_of(selector)
        found = self.field_type(type_, name)
        declared = self._variables[name][found[1].within] if found else ()
        return next((id_ for text, _, id_ in declared if text.startswith(PROPERTY)), None)

    def is_constant(self, type_: Type, name: str) -> bool:
        """Whether a data member is declared `const`, or a pointer to such."""
        found = self.field_type(type_, name)
        return found is not None and any(_CONSTANT.match(text) for text, *_ in self._variables[name][found[1].within])


def property_of(selector: str) -> str:
    """The name of the property that an accessor is of by its name: `setWidth:` sets `width`."""
    is_setter = selector.startswith("set") and selector.endswith(":") and len(selector) > len("set:")
    return selector[3].lower() + selector[4:-1] if is_setter else selector


def _filter_by_class(functions: Functions, type_: Type) -> Functions:
    """Those of the class itself, where other files have local classes of its name."""
    if not type_.is_local:
        return functions
    return Functions(f for f in functions if not f.is_local or any(file in type_.files for file in f.files.files))


def levels(type_: Type) -> Iterator[list[Type]]:
    """A class, its bases, theirs, and so on, each name once."""
    level, seen = [type_], {type_.within}
    for _ in range(MAX_LEVELS):
        if not level:
            break
        yield level
        level = list(dict.fromkeys(base for one in level for base, _ in one.bases if base.within not in seen))
        seen.update(one.within for one in level)
