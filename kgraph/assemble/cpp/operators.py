"""Operators, conversions and destructors of classes: which function `a == b`, `a[0]`, `if (a)` and `delete a` call.

Input: a use named `operator==`, `operator bool`, ..., or `~`, with its left operand as receiver. Output: the functions
among which the number of arguments chooses, none where a member and a function beside the class may both be meant.

An operator beside the class counts where its first parameter is the class itself, it stands in the namespace of the
class or around the use, and the file sees it. Of an enumeration it counts only if all its operands are of that: numbers
and enumerators have operators of the language, and of the right operand nothing is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Protocol

from kgraph.assemble.cpp import type_text
from kgraph.assemble.cpp.declarations import CONVERSION, DESTRUCTOR, NEGATION
from kgraph.assemble.cpp.entities import Function, Functions, Type
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.cpp.receiver_types import ReceiverTypes, ScopedType


class OperatorUse(Protocol):
    """A use of an operator."""

    @property
    def name(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def file(self) -> int: ...
    @property
    def arguments(self) -> int: ...  # besides the left operand


class Operators:
    """Finds the operators of classes, and remembers them."""

    def __init__(self, names: NameIndex, types: ReceiverTypes) -> None:
        self._names = names
        self._types = types
        self._beside: dict[str, defaultdict[str, list[Function]]] = {}  # by name, and by the class of the first operand

    def candidates(self, class_: Type, call: OperatorUse) -> tuple[Functions, int] | None:
        """The operators of a class and beside it that a use may call, and the number of arguments that they are called
        with; None where there are none, or where it is not known which are meant."""
        if call.name == CONVERSION and call.arguments < 0 and self._names.members.functions(class_, NEGATION)[1]:
            return None  # it is negated by an operator of its own
        members, holder = self._names.members.functions(class_, call.name)
        is_member = holder is not None and any(f.takes(call.arguments) for f in members)
        beside = self._group_free_operators(call.name).get(class_.within)
        if beside:
            around = {class_.scope, *self._names.outwards(call.scope)}
            fit = Functions(
                f
                for f in beside
                if f.scope in around
                and f.takes(call.arguments + 1)
                and (not _is_enum(class_) or self._is_of(f, class_))
            )
            if near := fit.near(self._names.visible(call.file)):
                return None if is_member else (near, call.arguments + 1)
        return (members, call.arguments) if is_member else None

    def destructor(self, class_: Type, name: str) -> Functions:
        """The destructor that a class declares, or, where it is called by its name, one of its bases."""
        own = f"~{class_.name.partition('<')[0]}"
        found, holder = self._names.members.functions(class_, own if name == DESTRUCTOR else name)
        return found if holder is class_ or name != DESTRUCTOR else Functions()

    def _group_free_operators(self, name: str) -> defaultdict[str, list[Function]]:
        known = self._beside.get(name)
        if known is None:
            known = self._beside[name] = defaultdict(list)
            for function in self._names.no_members(name):
                if class_ := self._first_operand(function):
                    known[class_.within].append(function)
        return known

    def _first_operand(self, function: Function) -> Type | None:
        """The class of the first parameter, if that is no pointer."""
        return next(iter(self._operands(function)), None)

    def _is_of(self, function: Function, class_: Type) -> bool:
        """Whether all parameters are of a type."""
        return all(operand is class_ for operand in self._operands(function))

    def _operands(self, function: Function) -> Iterator[Type | None]:
        """The classes of the parameters; None for a pointer, and for what is no class."""
        for parameter in type_text.arguments(function.key.removeprefix("(").rpartition(")")[0]):
            yield self._types.object_class(ScopedType(parameter, function.scope, function.files.first))


def _is_enum(type_: Type) -> bool:
    return type_.signature.startswith("enum")
