"""Types of arguments and parameters by their names, which tell overloads apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kgraph.scoped_languages import CSHARP


class ArgumentTypes(NamedTuple):
    """The simple names of the types that an argument fits, each with its place, the best one first, and whether it fits
    no other."""

    names: Mapping[str, int]
    is_known: bool
    parameters: int = -1  # of a function without a name, where that is known

    @classmethod
    def of(cls, names: Sequence[str], *, is_known: bool) -> ArgumentTypes:
        """Those of some names, of which the first counts where one is there twice."""
        return cls({name: at for at, name in reversed([*enumerate(names)])}, is_known)


# Types of parameters that take a literal, the best one first.
LITERALS: dict[str, tuple[str, ...]] = {
    "String": ("String", "CharSequence", "Object", "Comparable", "Serializable", "Any"),
    "Int": ("Int", "int", "Number", "Any", "Object", "Comparable"),
    "Long": ("Long", "long", "Number", "Any", "Object", "Comparable"),
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
    "anonymous": ("object", "dynamic"),  # a type without a name
    "null": (),
}
# Types of .NET and of Java that take a function without a name.
DELEGATES = frozenset(
    {
        "Action",
        "BiConsumer",
        "BiFunction",
        "BiPredicate",
        "BinaryOperator",
        "Callable",
        "Comparator",
        "Comparison",
        "Consumer",
        "Converter",
        "Delegate",
        "EventHandler",
        "Expression",
        "Func",
        "Function",
        "MulticastDelegate",
        "Predicate",
        "Runnable",
        "Supplier",
        "UnaryOperator",
    }
)
_BUILTIN = re.compile(
    r"(s?byte|u?short|u?int|u?long|float|double|boolean|bool|char|decimal|String|string|anonymous)(\[\])*"
)
TYPE_PARAMETER = re.compile(r"[A-Z]\d?|T[A-Z]\w*")
_CONVERSION = re.compile(r"[tT]o([A-Z]\w+)")
_FACTORIES = frozenset({"getInstance", "of", "valueOf"})  # functions of a type that give an instance of it
NOTHING_KNOWN = ArgumentTypes({}, is_known=False)
_TYPE_ARGUMENTS = re.compile(r"<[^<>]*>")


def types_of_builtin(name: str) -> ArgumentTypes:
    """What takes a value of a type that is not of the repository; all of that is known where it is of the language."""
    if name.endswith("[]") and not _BUILTIN.fullmatch(name):
        return ArgumentTypes.of((name, "T[]", "E[]", "Object[]", "Object", "object"), is_known=False)
    names = LITERALS.get(name, (name, *likely_bases(name), "Object", "object"))
    return ArgumentTypes.of(names, is_known=bool(_BUILTIN.fullmatch(name)))


def types_of_result(call: str) -> ArgumentTypes:
    """What a function of a library gives, as its name says: a path of `toPath()`, an integer of `Integer.valueOf()`."""
    outer, _, function = call.removesuffix("()").rpartition(".")
    if match := _CONVERSION.fullmatch(function):
        name = match[1]
    else:
        name = outer.rpartition(".")[2] if function in _FACTORIES else "" if outer else function
    if name == "String":
        return ArgumentTypes.of(("string", *LITERALS["String"]), is_known=False)
    return (
        types_of_builtin(name)._replace(is_known=False) if name[:1].isupper() and name.isidentifier() else NOTHING_KNOWN
    )


def likely_bases(name: str) -> list[str]:
    """The names that the name of a type of a library ends with, which its bases have as a rule: an `OutputStream` is
    what a `BufferedOutputStream` is."""
    return [name[at:] for at in range(1, len(name)) if name[at].isupper() and name[at - 1].islower()]


def parameter_types(key: str) -> list[str]:
    """The simple names of the types in the key of a function: "(java.util.List<T>,int)" has "List" and "int"."""
    text = key.strip("()")
    while (shorter := _TYPE_ARGUMENTS.sub("", text)) != text:
        text = shorter
    types = [each.strip().rpartition(".")[2] for each in text.split(",")] if text else []
    return [each if each[:-1] in CSHARP.value_types else each.removesuffix("?") for each in types]
