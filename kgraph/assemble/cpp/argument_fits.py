"""Which of several overloads an argument fits best, where that is sure by what is known of it.

Input: functions that take as many arguments, and what one argument is, as `extract.cpp.arguments` says it. Output: the
functions that it means, which differ at most in `const`; none where others may be meant. Conversions are known as far
as they rule a parameter out: no string is a number, nothing but an enumerator is an enumeration, and a value binds to
no reference that may change it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from kgraph.assemble.cpp import library_types, type_text
from kgraph.assemble.cpp.entities import Function, Type
from kgraph.assemble.cpp.members import levels
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.cpp.receiver_types import ReceiverTypes, ScopedType


class ArgumentFit(IntEnum):
    """How an argument fits a parameter."""

    NONE = 0
    UNKNOWN = 1  # perhaps over a conversion
    BASE = 2  # the parameter is a base of it
    EXACT = 3


class PassedValue(NamedTuple):
    """What is known of an argument."""

    text: str  # its type without `const` and references
    class_: Type | None
    is_literal: bool
    is_value: bool  # which no reference binds to but one to what is constant


_LITERALS = {'"': "char*", "'": "char", "0": "int", "0!": "int", "0u": "unsigned", "0.": "double", "0f": "float"}
_LITERALS["true"] = "bool"
_NUMBERS = frozenset(
    {
        *("int", "long", "short", "char", "float", "double", "unsigned", "signed", "size_t", "longlong"),
        *("unsignedint", "unsignedlong", "unsignedlonglong", "unsignedchar", "unsignedshort", "signedchar", "longint"),
        *("int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "ptrdiff_t"),
        *("longdouble", "wchar_t"),
    }
)
_TEXTS = frozenset({"string", "string_view"})
_TEXT = re.compile(r"(?i)(?P<wide>wchar_t|char\d+_t|wstring|u\d+string)|string")  # in a parameter
_STD = re.compile(r"\bstd::")  # which keys of functions do without
_WORDS = re.compile(r"\w+")


class OverloadChooser:
    """Chooses among overloads."""

    def __init__(self, names: NameIndex, types: ReceiverTypes) -> None:
        self._names = names
        self._types = types

    def choose(self, fit: Sequence[Function], place: int, said: str, scope: str, file: int) -> list[Function]:
        """Those that are meant, of functions that take as many arguments; `said` is of the argument at a place."""
        passed = self._find_passed_value(said, scope, file)
        if passed is None:
            return []
        forms: dict[str, list[Function]] = {}
        for function in fit:
            forms.setdefault(function.key.removesuffix(" const"), []).append(function)
        parameters = {form: _parameters(form) for form in forms}
        if any(place >= len(each) or "..." in form for form, each in parameters.items()):
            return []
        fits = {form: self._fit(passed, each[place], forms[form][0]) for form, each in parameters.items()}
        left = [form for form, how in fits.items() if how is not ArgumentFit.NONE]
        if len(left) == 1:
            return forms[left[0]]
        others = {tuple(each[:place] + each[place + 1 :]) for form, each in parameters.items() if form in left}
        exact = [form for form in left if fits[form] is ArgumentFit.EXACT]
        if len(exact) != 1 or (len(others) > 1 and place == 0):
            return []
        chosen = exact[0]
        by_value = "&" not in parameters[chosen][place] or passed.is_literal
        templates = [parameters[form][place] for form in left if forms[form][0].signature.startswith("template")]
        if not by_value and any("&" in each and not each.startswith("const ") for each in templates):
            return []  # a template may fit better, which binds to what may be changed
        return forms[chosen]

    def likeliest(self, fit: Sequence[Function], place: int, said: str, scope: str, file: int) -> Function:
        """The one that the argument at a place speaks for most; else no template, and the fewest parameters."""
        passed = self._find_passed_value(said, scope, file) if said else None

        def rank(function: Function) -> tuple[float, bool, bool, int, str]:
            parameters = _parameters(function.key)
            is_template = function.signature.startswith("template")
            how: float = ArgumentFit.UNKNOWN
            if passed is not None and place < len(parameters):
                how = self._fit(passed, parameters[place], function)
                if is_template and how == ArgumentFit.UNKNOWN:  # for which no conversion is needed, nor `const`
                    forwards = parameters[place].endswith("&&") and not passed.is_value
                    how = ArgumentFit.EXACT + 0.5 if forwards else how + 0.5
                if passed.is_literal and passed.text == "char*" and (said_of := _TEXT.search(parameters[place])):
                    how = ArgumentFit.NONE if said_of["wide"] else max(how, ArgumentFit.BASE)
            return -how, "..." in function.key, is_template, max(function.arity, 0), function.id

        return min(fit, key=rank)

    def _find_passed_value(self, said: str, scope: str, file: int) -> PassedValue | None:
        if said in _LITERALS:
            return PassedValue(_LITERALS[said], None, is_literal=True, is_value=True)
        if "$" in said:
            return None
        if said.startswith("="):
            typed: ScopedType | None = ScopedType(said[1:], scope, file)
            is_value = False
        else:
            is_value = said.endswith("()")
            typed = None if is_value else self._find_enumeration(said, scope, file)
            if typed is None:
                typed = self._types.chain(file, scope, said, "")
        if typed is None or not typed.text or "$" in typed.text or typed.text == "auto":
            return None
        class_ = self._types.object_class(typed)
        if typed.text.rstrip().endswith("&"):
            is_value = False
        text = _STD.sub("", type_text.plain(typed.text)).rstrip("&")
        return PassedValue(text, class_, is_literal=False, is_value=is_value)

    def _find_enumeration(self, said: str, scope: str, file: int) -> ScopedType | None:
        """The enumeration that the name of an enumerator is of, where one alone is seen there."""
        qualifier, _, name = said.rpartition("::")
        held = self._names.enumerators.get(name)
        if not held or name in self._names.variables:
            return None
        for outer in self._names.outwards(scope):
            place = "::".join(part for part in (outer, qualifier) if part)
            if found := held.get(place):
                return ScopedType(found[0], place, file) if len(found) == 1 else None
        return None

    def _fit(self, passed: PassedValue, parameter: str, function: Function) -> ArgumentFit:
        text = _STD.sub("", type_text.plain(parameter))
        plain = text.rstrip("&")
        is_constant = parameter.lstrip().startswith("const ")
        named = type_text.template_parameters(function.signature)
        if named and set(named) & set(_WORDS.findall(parameter)):
            holds = "<" in parameter and "..." not in parameter  # `const std::vector<T>&`, and no `format_string<T...>`
            is_plain = passed.is_literal or passed.text in _NUMBERS or passed.text in _TEXTS or _is_enum(passed.class_)
            is_number = passed.text in _NUMBERS or passed.text == "bool"  # of which no pointer is deduced
            cannot_be = (holds and is_plain) or ("*" in parameter and is_number)
            return ArgumentFit.NONE if cannot_be else ArgumentFit.UNKNOWN
        if text.endswith("&") and not text.endswith("&&") and not is_constant and passed.is_value:
            return ArgumentFit.NONE
        class_ = self._types.object_class(ScopedType(parameter, function.scope, function.files.first))
        if passed.class_ is not None and class_ is not None:
            return _fit_classes(passed.class_, class_)
        if passed.is_literal and passed.text == "char*":
            return self._fit_string(plain, class_, is_constant)
        if class_ is not None:
            of_number = passed.text in _NUMBERS or passed.text == "bool" or passed.text in _TEXTS
            return ArgumentFit.NONE if _is_enum(class_) and of_number else ArgumentFit.UNKNOWN
        if passed.class_ is not None:
            return ArgumentFit.NONE if _is_enum(passed.class_) and plain in _TEXTS else ArgumentFit.UNKNOWN
        return _fit_texts(passed, plain)

    def _fit_string(self, plain: str, class_: Type | None, is_constant: bool) -> ArgumentFit:
        if plain == "char*":
            return ArgumentFit.EXACT if is_constant else ArgumentFit.NONE
        if plain.endswith("*"):
            return ArgumentFit.UNKNOWN if plain == "void*" else ArgumentFit.NONE
        return ArgumentFit.NONE if plain in _NUMBERS or _is_enum(class_) else ArgumentFit.UNKNOWN


def _parameters(form: str) -> list[str]:
    return type_text.arguments(form.removeprefix("(").rpartition(")")[0])


def _is_enum(class_: Type | None) -> bool:
    return class_ is not None and class_.signature.startswith("enum")


def _fit_classes(passed: Type, parameter: Type) -> ArgumentFit:
    if passed is parameter:
        return ArgumentFit.EXACT
    if _is_enum(parameter):
        return ArgumentFit.NONE
    above = any(parameter in level for level in levels(passed))
    return ArgumentFit.BASE if above else ArgumentFit.UNKNOWN


def _fit_texts(passed: PassedValue, plain: str) -> ArgumentFit:
    """How what is no class of the repository fits what is none."""
    text = passed.text
    if text == plain:
        return ArgumentFit.EXACT
    if plain in library_types.bases(text):
        return ArgumentFit.BASE
    if library_types.bases(text) and (plain in _TEXTS or plain.endswith("*") or plain in _NUMBERS):
        return ArgumentFit.NONE
    is_number, is_text = text in _NUMBERS or text == "bool", text in _TEXTS
    if is_number and (plain in _TEXTS or (plain.endswith("*") and not passed.is_literal)):
        return ArgumentFit.NONE
    if is_text and (plain.endswith("*") or plain in _NUMBERS or plain == "bool"):
        return ArgumentFit.NONE
    return ArgumentFit.UNKNOWN
