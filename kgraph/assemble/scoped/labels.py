"""Overloads by argument labels: which functions a call with labels can be a call of.

Input: the arguments of a call as `label=path`, with "_" for no label, and "{" in front of those of closures behind the
parentheses; parameters as `label=type`, with marks behind the label: "?" has a value without it, "*" takes several, "&"
is a closure. Output: what fits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from kgraph.assemble.scoped.argument_types import TYPE_PARAMETER, ArgumentTypes
from kgraph.assemble.scoped.program import ProgramDeclaration
from kgraph.scoped_languages import KEY_PATH

_LABEL = re.compile(r"[(,](\w+):")
_OPAQUE = re.compile(r"(?:some|any)[A-Z]")
_VALUES = frozenset({"Bool", "Data", "Date", "String", "URL"})  # types that take values of no other type
_MARKS = "?*&"
_AROUND = re.compile(r"^(?:any|some|inout|@\w+)(?=[A-Z(\[])|[?!]+$|\.\.\.$")  # of a type without its spaces


class Fit(NamedTuple):
    """A function that takes some arguments: the types of its parameters by argument, how many it gets none for, and
    whether what takes closures is declared to be a function."""

    function: ProgramDeclaration
    types: tuple[str, ...]
    left_out: int
    takes_closures: bool


def filter_by_labels(
    functions: Sequence[ProgramDeclaration],
    arguments: str,
    holdings: Mapping[tuple[int, str], str],
    types_of: Callable[[str], ArgumentTypes],
    has_member: Callable[[ProgramDeclaration, str, str], bool],
) -> list[ProgramDeclaration]:
    """The functions that take arguments with some labels.

    Of several, those whose parameters have the types of the arguments; where those are the same, what leaves out the
    fewest parameters, and a requirement of a protocol before what an extension gives. None where types that are not
    known would decide. `has_member` says whether a type has a member, as seen from a function.
    """
    given = arguments.split()
    fits = [
        Fit(each, *fit)
        for each in functions
        if (fit := _fit_labels(holdings.get((each.row, "labels"), "").split(), given)) is not None
    ]
    fits = [each for each in fits if each.takes_closures] or fits
    if len(fits) > 1:
        paths = [each.partition("=")[2] for each in given if not each.startswith("{")]
        types = [{path: 0} if path[:1] == "." else types_of(path).names for path in paths]
        known = [sorted(each, key=each.__getitem__) for each in types]
        scores = [_score(each, known, has_member) for each in fits]
        fits = [each for each, score in zip(fits, scores, strict=True) if score == max(scores)]
        fits = [each for each in fits if "disfavored" not in each.function.modifiers] or fits
        if len({each.types for each in fits}) > 1:
            return []
        least = min(each.left_out for each in fits)
        fits = [each for each in fits if each.left_out == least]
    required = [each.function for each in fits if "extension" not in each.function.modifiers]
    return required if len(required) == 1 else [each.function for each in fits]


def _fit_labels(parameters: Sequence[str], given: Sequence[str]) -> tuple[tuple[str, ...], int, bool] | None:
    at, left_out = 0, 0
    types: list[str] = []
    closures = [each[1:].partition("=")[0] for each in given if each.startswith("{")]
    for argument in given[: len(given) - len(closures)]:
        label = argument.partition("=")[0]
        while at < len(parameters) and not _takes(parameters[at], label):
            if not _can_be_left_out(parameters[at]):
                return None
            at += 1
            left_out += 1
        if at == len(parameters):
            return None
        types.append(parameters[at].partition("=")[2])
        at += "*" not in _parameter_flags(parameters[at])
    rest = parameters[at:]
    names = [_name(each) for each in rest]
    needed = sum(not _can_be_left_out(each) for each in rest)
    able = sum(_may_be_closure(each) for each in rest)
    declared = sum("&" in _parameter_flags(each) for each in rest)
    is_short = declared >= len(closures) and any(
        "&" not in _parameter_flags(each) and not _can_be_left_out(each) for each in rest
    )
    if (
        is_short
        or needed > len(closures)
        or able < len(closures)
        or any(each and each not in names for each in closures)
    ):
        return None
    return tuple(types), left_out + len(rest) - len(closures), declared >= len(closures)


def _score(fit: Fit, known: Sequence[Sequence[str]], has_member: Callable[[ProgramDeclaration, str, str], bool]) -> int:
    """How well the types of arguments fit those of parameters: twice for the type itself, or one that has what is
    spelled `.member`, and once for a base of it."""
    score = 0
    for of, names in zip(fit.types, known, strict=True):
        while (inner := _AROUND.sub("", of)) != of:
            of = inner
        simple = of.partition("<")[0].rpartition(".")[2]
        if names and names[0][0] == ".":
            is_other = simple.endswith(KEY_PATH) or "->" in of  # which have no members of that kind
            score += -1 if is_other else 2 * has_member(fit.function, of, names[0][1:])
        elif names and simple in _VALUES and simple not in names:
            score -= 2
        elif simple in names:
            score += 2 if names[0] == simple else 1
        elif names and names[0] == KEY_PATH:
            score += simple.endswith(KEY_PATH)
    return score


def _name(parameter: str) -> str:
    return parameter.partition("=")[0].rstrip(_MARKS)


def _parameter_flags(parameter: str) -> str:
    label = parameter.partition("=")[0]
    return label[len(label.rstrip(_MARKS)) :]


def _takes(parameter: str, label: str) -> bool:
    """Whether a parameter takes an argument with a label; further arguments of one that takes several have none."""
    return _name(parameter) == label or (label == "_" and "*" in _parameter_flags(parameter))


def _may_be_closure(parameter: str) -> bool:
    """Whether a closure behind the parentheses may be meant for a parameter: one of a function type, or a needed one
    of a type whose name may stand for such."""
    marks, of = _parameter_flags(parameter), parameter.partition("=")[2].rstrip("?!")
    is_named = of.replace(".", "").isidentifier() and not TYPE_PARAMETER.fullmatch(of)
    return "&" in marks or (is_named and not _can_be_left_out(parameter) and not _OPAQUE.match(of))


def _can_be_left_out(parameter: str) -> bool:
    marks = _parameter_flags(parameter)
    return "?" in marks or "*" in marks


def labels_of(key: str) -> list[str]:
    """The labels in the key of a function."""
    return _LABEL.findall(key)
