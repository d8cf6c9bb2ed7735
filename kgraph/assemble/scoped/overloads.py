"""Overloads by the types of arguments: how well a value of some type fits a parameter.

Input: what is known of the types of the arguments of a call, and the parameters of a function as spelled. Output: a
number, the larger the better.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from kgraph.assemble.scoped.argument_types import TYPE_PARAMETER, ArgumentTypes, parameter_types
from kgraph.assemble.scoped.handed import count_lambda_parameters, split_parameter_types
from kgraph.assemble.scoped.labels import labels_of
from kgraph.assemble.scoped.program import ProgramDeclaration


class CallSite(NamedTuple):
    """Where something is called, with how many arguments (-1 where that is not known), and what is known of them."""

    file: int
    arguments: int
    types: str
    given: int = 0  # how many types it is given


def fit(key: str, types: Sequence[ArgumentTypes], *, is_open: bool) -> int:
    """How well arguments fit the types of parameters by name, a nearer one more; -1 where one cannot.

    `key` is that of the function; `is_open`: its last parameter takes all further arguments. A type parameter is as
    good as the type itself, but for one that spells it.
    """
    score = 0
    parameters = parameter_types(key)
    if any(each.parameters >= 0 for each in types) and not _take_lambdas(split_parameter_types(key), types):
        return -1
    if parameters and is_open:
        rest = parameters[-1].removesuffix("[]")
        arrays = [*(parameters[-1] if rest not in each.names else rest for each in types[len(parameters) - 1 :])]
        parameters = [*parameters[:-1], *arrays]
    for parameter, argument in zip(parameters, types, strict=False):
        if parameter in argument.names:
            at = argument.names[parameter]
            score += 100 if at == 0 else 99 - min(at, 98)
        elif parameter.removesuffix("?") in argument.names:
            score += 98 - min(argument.names[parameter.removesuffix("?")], 97)
        elif argument.names and TYPE_PARAMETER.fullmatch(parameter):
            score += 99
        elif argument.is_known and not TYPE_PARAMETER.fullmatch(parameter):
            return -1
    return score


def _take_lambdas(parameters: Sequence[str], types: Sequence[ArgumentTypes]) -> bool:
    """Whether functions without a name have as many parameters as those that the types of parameters take."""
    counts = [(count_lambda_parameters(each), of.parameters) for each, of in zip(parameters, types, strict=False)]
    return all(taken == given or min(taken, given) < 0 for taken, given in counts)


def prefer_exact_arity(overloads: list[ProgramDeclaration], arguments: int) -> list[ProgramDeclaration]:
    """Of overloads that fit equally well the one that takes just so many arguments, where the others have the same
    types of parameters for these, and values by default or a list of any length behind them; else all.

    "Better function member" in C#'s specification, phases of "Identify Potentially Applicable Methods" in Java's.
    """
    exact = [each for each in overloads if each.arity == arguments]
    if len(exact) != 1 or len(overloads) == 1:
        return overloads
    types = parameter_types(exact[0].key)[:arguments]
    return exact if all(parameter_types(each.key)[:arguments] == types for each in overloads) else overloads


class OverridableMethods:
    """The methods of one name of a type, of which methods of other types may override one each."""

    def __init__(self, declarations: Sequence[ProgramDeclaration], generic: Set[int] = frozenset()) -> None:
        """`generic` has the rows of methods with type parameters, in languages where that tells them apart."""
        self._generic = generic
        self._by_labels: dict[tuple[int | str, ...], list[ProgramDeclaration]] = {}
        self._by_key: dict[tuple[int, str], list[ProgramDeclaration]] = {}
        for each in declarations:
            if each.kind == "Method" and "static" not in each.modifiers and "private" not in each.modifiers:
                self._by_labels.setdefault((each.arity, *labels_of(each.key)), []).append(each)
                self._by_key.setdefault((each.arity, each.key), []).append(each)

    def find_overridden(self, own: ProgramDeclaration) -> ProgramDeclaration | None:
        """The one that a method of the same name overrides: with its parameters, else with as many, labelled alike."""
        if "static" in own.modifiers:
            return None
        by_key = self._alike(own, self._by_key.get((own.arity, own.key), []))
        found = by_key or self._alike(own, self._by_labels.get((own.arity, *labels_of(own.key)), []))
        return found[0] if len(found) == 1 else None

    def _alike(self, own: ProgramDeclaration, methods: Sequence[ProgramDeclaration]) -> Sequence[ProgramDeclaration]:
        return [each for each in methods if (each.row in self._generic) == (own.row in self._generic)]
