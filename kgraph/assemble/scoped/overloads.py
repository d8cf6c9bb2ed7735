"""Overloads by the types of arguments: how well a value of some type fits a parameter.

Input: what is known of the types of the arguments of a call, and the parameters of a function as spelled. Output: a
number, the larger the better.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kgraph.assemble.scoped.program import ProgramDeclaration
from kgraph.scoped_languages import CSHARP


class CallSite(NamedTuple):
    """Where something is called, with how many arguments (-1 where that is not known), and what is known of them."""

    file: int
    arguments: int
    types: str
    is_generic: bool = False  # whether it is given types


class ArgumentTypes(NamedTuple):
    """The simple names of the types that an argument fits, the best one first, and whether it fits no other."""

    names: tuple[str, ...]
    is_known: bool


def fit(key: str, types: Sequence[ArgumentTypes], *, is_open: bool) -> int:
    """How well arguments fit the types of parameters by name, a nearer one more; -1 where one cannot.

    `key` is that of the function; `is_open`: its last parameter takes all further arguments. A type parameter is as
    good as the type itself, but for one that spells it.
    """
    score = 0
    parameters = parameter_types(key)
    if parameters and is_open:
        rest = parameters[-1].removesuffix("[]")
        arrays = [*(parameters[-1] if rest not in each.names else rest for each in types[len(parameters) - 1 :])]
        parameters = [*parameters[:-1], *arrays]
    for parameter, argument in zip(parameters, types, strict=False):
        if parameter in argument.names:
            at = argument.names.index(parameter)
            score += 100 if at == 0 else 99 - min(at, 98)
        elif parameter.removesuffix("?") in argument.names:
            score += 98 - min(argument.names.index(parameter.removesuffix("?")), 97)
        elif argument.names and _TYPE_PARAMETER.fullmatch(parameter):
            score += 99
        elif argument.is_known and not _TYPE_PARAMETER.fullmatch(parameter):
            return -1
    return score


# Types of parameters that take a literal, the best one first.
_LITERALS: dict[str, tuple[str, ...]] = {
    "String": ("String", "CharSequence", "Object", "Comparable", "Serializable"),
    "string": ("string", "object", "IEnumerable", "IComparable"),
    "byte": ("byte", "short", "int", "long", "float", "double", "Byte", "Number", "Object", "object", "ushort", "uint"),
    "sbyte": ("sbyte", "short", "int", "long", "float", "double", "decimal", "object"),
    "ushort": ("ushort", "int", "uint", "long", "ulong", "float", "double", "decimal", "object"),
    "uint": ("uint", "long", "ulong", "float", "double", "decimal", "object"),
    "ulong": ("ulong", "float", "double", "decimal", "object"),
    "short": ("short", "int", "long", "float", "double", "Short", "Number", "Object", "object"),
    "char": ("char", "int", "long", "float", "double", "Character", "Object", "object"),
    "int": ("int", "long", "float", "double", "Integer", "Number", "Object", "object", "uint", "ulong", "decimal"),
    "long": ("long", "float", "double", "Long", "Number", "Object", "object", "decimal"),
    "float": ("float", "double", "Float", "Number", "Object", "object"),
    "double": ("double", "Double", "Number", "Object", "object", "decimal"),
    "boolean": ("boolean", "Boolean", "Object"),
    "bool": ("bool", "object"),
    "Class": ("Class", "Type", "Object", "GenericDeclaration"),
    "null": (),
}
_BUILTIN = re.compile(r"(s?byte|u?short|u?int|u?long|float|double|boolean|bool|char|decimal|String|string)(\[\])*")
_TYPE_PARAMETER = re.compile(r"[A-Z]\d?|T[A-Z]\w*")
_TYPE_ARGUMENTS = re.compile(r"<[^<>]*>")


def of_builtin(name: str) -> ArgumentTypes:
    """What takes a value of a type that is not of the repository; all of that is known where it is of the language."""
    if name.endswith("[]") and not _BUILTIN.fullmatch(name):
        return ArgumentTypes((name, "T[]", "E[]", "Object[]", "Object", "object"), is_known=False)
    return ArgumentTypes(_LITERALS.get(name, (name, "Object", "object")), is_known=bool(_BUILTIN.fullmatch(name)))


def parameter_types(key: str) -> list[str]:
    """The simple names of the types in the key of a function: "(java.util.List<T>,int)" has "List" and "int"."""
    text = key.strip("()")
    while (shorter := _TYPE_ARGUMENTS.sub("", text)) != text:
        text = shorter
    types = [each.strip().rpartition(".")[2] for each in text.split(",")] if text else []
    return [each if each[:-1] in CSHARP.value_types else each.removesuffix("?") for each in types]


def can_override(own: ProgramDeclaration, inherited: ProgramDeclaration) -> bool:
    """Whether a method overrides another one that has its name."""
    return (
        inherited.kind == "Method"
        and own.arity == inherited.arity
        and "static" not in own.modifiers
        and "static" not in inherited.modifiers
        and "private" not in inherited.modifiers
    )
