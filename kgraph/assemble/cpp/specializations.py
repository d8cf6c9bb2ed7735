"""Specializations of class templates: which one the arguments of a template choose.

Input: a template, its specializations, and arguments as spelled. Output: the template itself, the specialization that
the arguments match, or None where that is not sure. Names are compared as they are spelled, and by the types that they
mean; of an alias or of something unknown it is not known whether it is the type of a specialization.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from kgraph.assemble.cpp import type_text
from kgraph.assemble.cpp.entities import Type, Types
from kgraph.assemble.cpp.include_closure import VisibleFiles

_BUILT_IN = frozenset(
    (
        *("void", "bool", "char", "short", "int", "long", "float", "double", "unsigned", "signed", "unsignedchar"),
        *("unsignedint", "unsignedlong", "unsignedshort", "longlong", "longdouble", "unsignedlonglong", "signedchar"),
        *("wchar_t", "char8_t", "char16_t", "char32_t", "nullptr_t", "true", "false"),
    )
)
_NUMBER = re.compile(r"-?\d[\w.']*")
_WORD = re.compile(r"[A-Za-z_]\w*")
_QUALIFIED = re.compile(r"\w+(?:::\w+)+")
_MAX_DEPTH = 6  # of arguments in arguments
_MAX_SPECIALIZATIONS = 200  # that are compared

Find = Callable[[str], "Type | str | None"]
PARAMETER = "parameter"
OUTSIDE = "outside"  # a class that another library declares


class _Named(NamedTuple):
    """A type by its name, and what that means."""

    text: str
    type: Type | str | None


def choose_specialization(
    template: Type, specialized: Sequence[Type], arguments: Sequence[str], find: Find, finder_in: Callable[[Type], Find]
) -> Type | None:
    """The template or the specialization of it that some arguments choose; None where it may be another.

    `find` gives the type that a name means where the arguments stand, `PARAMETER` for a parameter of a template around
    them, for which the template itself is chosen; `finder_in` does the same where a specialization stands.
    """
    if not arguments or not specialized:
        return template
    if len(specialized) > _MAX_SPECIALIZATIONS:
        return None
    fits: dict[str, Type] = {}
    partial: dict[str, Type] = {}
    is_sure = True
    for each in specialized:
        matches = _Comparison(finder_in(each), find).specialization(each, arguments)
        if matches:
            (partial if any(each.parameters) else fits)[each.id] = each
        is_sure &= matches is not None
    if fits:
        return next(iter(fits.values())) if len(fits) == 1 else None
    if not is_sure or len(partial) > 1:
        return None
    return next(iter(partial.values()), template)


def find_visible_specializations(types: Types, sees: VisibleFiles) -> list[Type]:
    """The specializations among types of one name that a file sees, then those that it may have by other ways."""
    special = [type_ for type_ in types if "<" in type_.name]
    near = [type_ for type_ in special if type_.files.is_seen(sees)]
    hidden = {type_.name for type_ in near}
    return [*near, *(type_ for type_ in special if not type_.is_local and type_.name not in hidden)]


class _Comparison:
    """Of the arguments of a specialization with those that are given: True, False, or None where it is not known."""

    def __init__(self, find_wanted: Find, find_given: Find) -> None:
        self._find_wanted = find_wanted
        self._find_given = find_given

    def specialization(self, specialized: Type, arguments: Sequence[str]) -> bool | None:
        wanted = type_text.split_type(specialized.name)[1]
        if any("..." in each for each in wanted) or len(wanted) != len(arguments):
            return None  # defaults of the template are not compared
        bound: dict[str, str] = {}
        parameters = frozenset(specialized.parameters)
        found = _all(
            self._matches(pattern, argument, parameters, bound, 0)
            for pattern, argument in zip(wanted, arguments, strict=True)
        )
        return None if found and "const" in _WORD.findall(specialized.name) else found

    def _matches(
        self, pattern: str, argument: str, parameters: frozenset[str], bound: dict[str, str], depth: int
    ) -> bool | None:
        if depth > _MAX_DEPTH:
            return None
        if pattern in parameters:
            known = bound.setdefault(pattern, argument)
            return True if known == argument else self._same(known, argument)
        if not parameters.intersection(_WORD.findall(pattern)) and pattern == argument:
            return True
        if pattern[-1:] in ("*", "&"):
            if argument[-1:] == pattern[-1]:
                return self._matches(pattern[:-1], argument[:-1], parameters, bound, depth + 1)
            return False if pattern[-1] == "&" or self._is_known(argument) else None
        if argument[-1:] in ("*", "&"):
            return None if parameters.intersection(_WORD.findall(pattern)) else False
        name, inner, _ = type_text.split_type(pattern)
        given_name, given, _ = type_text.split_type(argument)
        if not inner:
            return self._same(pattern, argument)
        if len(inner) != len(given):
            return False if self._is_known(argument) and not given else None
        return _all(
            [
                self._same(name, given_name),
                *(self._matches(a, b, parameters, bound, depth + 1) for a, b in zip(inner, given, strict=True)),
            ]
        )

    def _same(self, wanted: str, given: str) -> bool | None:
        """Whether two names mean the same."""
        if wanted == given:
            return True
        meant = self._find_given(given)
        if given.startswith("$") or meant == PARAMETER:
            return False
        found = [self._is_one(each, given, meant) for each in _behind_alias(wanted, self._find_wanted)]
        return found[0] if len(found) == 1 else False if all(each is False for each in found) else None

    def _is_one(self, wanted: _Named, given: str, meant: Type | str | None) -> bool | None:
        """Whether a type, behind its aliases, is what is given."""
        behind = _behind_alias(given, self._find_given)
        if len(behind) == 1:
            given, meant = behind[0]
        if _is_certain(wanted.text) and _is_certain(given):
            return wanted.text == given
        if wanted.type == OUTSIDE and (given in _BUILT_IN or (isinstance(meant, Type) and not meant.is_alias)):
            return False
        for name, type_ in (wanted, (given, meant)):
            if not _is_certain(name) and (not isinstance(type_, Type) or type_.is_alias):
                return None
        return wanted.type is meant and meant is not None

    def _is_known(self, argument: str) -> bool:
        """Whether it is known to be no alias of something else."""
        if _is_certain(argument) or argument.startswith("$"):
            return True
        type_ = self._find_given(type_text.split_type(argument)[0])
        return type_ == PARAMETER or (isinstance(type_, Type) and not type_.is_alias)


def _behind_alias(name: str, find: Find) -> list[_Named]:
    """What an alias may be an alias of, where that is spelled from the global namespace on: `::absl::string_view` is a
    class of another library if nobody here declares it, as names in `_t` are perhaps not."""
    type_ = find(name)
    targets = type_text.alias_targets(type_.signature) if isinstance(type_, Type) and type_.is_alias else []
    found = []
    for target in targets:
        bare = target.removeprefix("::")
        if not _is_certain(bare) and not (target.startswith("::") and _QUALIFIED.fullmatch(bare)):
            return [_Named(name, type_)]
        meant = find(bare)
        is_outside = meant is None and not _is_certain(bare) and not bare.endswith("_t") and "int" not in bare
        found.append(_Named(bare, OUTSIDE if is_outside else meant))
    return found or [_Named(name, type_)]


def _is_certain(text: str) -> bool:
    """Whether a name is that of no alias: a built-in type, a value, a class of the standard library."""
    return text in _BUILT_IN or _NUMBER.fullmatch(text) is not None or (text.startswith("std::") and text[-2:] != "_t")


def _all(answers: Iterable[bool | None]) -> bool | None:
    found: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        if answer is None:
            found = None
    return found
