"""Overloads by argument labels: which functions a call with labels can be a call of.

Input: the labels of a call's arguments, "_" for none and "{" before those of closures behind the parentheses; the
labels of parameters with their marks, as `swift_declarations` notes them. Output: what fits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kgraph.assemble.scoped.program import ProgramDeclaration

_LABEL = re.compile(r"[(,](\w+):")
_MARKS = "?*&"


def by_labels(
    declarations: Sequence[ProgramDeclaration], types: str, holdings: Mapping[tuple[int, str], str]
) -> list[ProgramDeclaration]:
    """The functions that take arguments with some labels; of several those that leave out the fewest parameters, and of
    these a requirement of a protocol before what an extension gives."""
    given = types.split()
    costs = [(missing(holdings.get((each.row, "labels"), "").split(), given), each) for each in declarations]
    least = min((cost for cost, _ in costs if cost is not None), default=None)
    best = [each for cost, each in costs if cost is not None and cost == least]
    required = [each for each in best if "extension" not in each.modifiers]
    return required if len(required) == 1 else best


def missing(parameters: Sequence[str], given: Sequence[str]) -> int | None:
    """How many parameters with these labels are left out of a call; None where it cannot be a call of them."""
    at, left = 0, 0
    closures = [each[1:] for each in given if each.startswith("{")]
    for label in given[: len(given) - len(closures)]:
        while at < len(parameters) and not _takes(parameters[at], label):
            if not _can_be_left_out(parameters[at]):
                return None
            at += 1
            left += 1
        if at == len(parameters):
            return None
        at += "*" not in parameters[at]
    rest = parameters[at:]
    names = [each.rstrip(_MARKS) for each in rest]
    needed = sum(not _can_be_left_out(each) for each in rest)
    able = sum("&" in each or not _can_be_left_out(each) for each in rest)
    if needed > len(closures) or able < len(closures) or any(each and each not in names for each in closures):
        return None
    return left + len(rest) - len(closures)


def _takes(parameter: str, label: str) -> bool:
    """Whether a parameter takes an argument with a label; further arguments of one that takes several have none."""
    return parameter.rstrip(_MARKS) == label or ("*" in parameter and label == "_")


def _can_be_left_out(parameter: str) -> bool:
    return "?" in parameter or "*" in parameter


def labels_of(key: str) -> list[str]:
    """The labels in the key of a function."""
    return _LABEL.findall(key)
