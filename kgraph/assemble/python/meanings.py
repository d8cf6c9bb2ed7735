"""What a path of Python may mean: modules, definitions, instances, containers, and several of these at once.

Output: the values that `python.resolver` hands about, and the union of several.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from kgraph.assemble.evidence import PythonEvidence
from kgraph.assemble.python.stars import Module

# Kinds of symbols: those that are called to make instances, those that run, those that hold something.
TYPES = frozenset({"Class"})
CALLED = frozenset({"Function", "Method", "Constructor"})
VALUES = frozenset({"Variable", "Field", "Property", "TypeAlias", "Enumerator"})

MAX_VALUES = 8  # that one thing may have; of more, nothing is said but which functions are among them
MAX_CALLABLES = 600  # functions and classes that may run at one place; of more, nothing is said
_RANKS = ("", PythonEvidence.ELEMENT, PythonEvidence.ONE_OF_SEVERAL, PythonEvidence.ARGUMENT)


class PythonDefinition(NamedTuple):
    """A definition, by the file that has it and its qualified name in there."""

    file: int
    name: str
    kind: str


class Instance(NamedTuple):
    """Something of a class; with `above`, seen as `super()` of that class sees it."""

    of: PythonDefinition
    above: PythonDefinition | None = None


class External(NamedTuple):
    """What is not in the repository, by its dotted name."""

    name: str


class Undecorated(NamedTuple):
    """A function without what its decorators make of it."""

    of: PythonDefinition


class UnnamedValue(NamedTuple):
    """A value without a name: a container, a lambda, what a generator gives (see `extract.python.cells`)."""

    file: int
    name: str


class ContainerView(NamedTuple):
    """Some of a container: "values", "keys", "items", one "pair" of these, or a "slice"; or a "method" of it."""

    of: UnnamedValue
    how: str
    name: str = ""  # of the method
    first: int = 0  # of a slice
    last: int = 1 << 30  # not included


class Values(NamedTuple):
    """What may be each of several things, or is known by weaker evidence than a name."""

    of: tuple[One, ...]
    via: str
    is_open: bool = False  # whether it depends on what is passed to parameters


One = Module | PythonDefinition | Instance | External | Undecorated | UnnamedValue | ContainerView
Meaning = One | Values


def several(found: Iterable[Meaning | None], via: str = "") -> Meaning | None:
    """All that is meant, by the weakest evidence among them; no more than so many."""
    given = [one for one in found if one is not None]
    if not given:
        return None
    if len(given) == 1:
        only = given[0]
        if not via or (only.__class__ is Values and only.via == via):
            return only
    of: dict[One, None] = {}
    is_open = False
    rank = _RANKS.index(via)
    for each in given:
        if isinstance(each, Values):
            of.update(dict.fromkeys(each.of))
            is_open = is_open or each.is_open
            rank = max(rank, _RANKS.index(each.via))
        else:
            of[each] = None
    if len(of) > MAX_VALUES:
        of = {one: None for one in of if is_callable(one)}
        of = of if len(of) <= MAX_CALLABLES else {}
    if not of and not is_open:
        return None
    if len(of) == 1 and not rank and not is_open:
        return next(iter(of))
    return Values(tuple(of), _RANKS[max(rank, 2 if len(of) > 1 and rank < 1 else rank)], is_open)


def is_callable(one: One) -> bool:
    """Whether something is a function or class of the repository: it runs when it is called, whatever else it is."""
    return isinstance(one, Undecorated) or (isinstance(one, PythonDefinition) and one.kind in (*CALLED, *TYPES))


def few(meaning: Meaning | None) -> Meaning | None:
    """What is meant, if that is not very much: of what anybody passes, who gets a result or an attribute has one."""
    if isinstance(meaning, Values) and len(meaning.of) > MAX_VALUES:
        return Values((), meaning.via, True) if meaning.is_open else None
    return meaning


def map_values(meaning: Values, of: Callable[[One], Meaning | None]) -> Meaning | None:
    """What comes of each of several things; of very many, as a registry has, nothing but that they may be called."""
    found = several(map(of, meaning.of), meaning.via) if len(meaning.of) <= MAX_VALUES else None
    if not meaning.is_open:
        return found
    if isinstance(found, Values):
        return found._replace(is_open=True)
    return Values(() if found is None else (found,), meaning.via, True)


def ones(meaning: Meaning | None) -> tuple[One, ...]:
    """All that is meant."""
    if meaning is None:
        return ()
    return meaning.of if isinstance(meaning, Values) else (meaning,)


def has_value(meaning: Meaning | None) -> bool:
    """Whether something holds something else, as a variable does."""
    return isinstance(meaning, PythonDefinition) and meaning.kind in VALUES


def is_open(meaning: object) -> bool:
    """Whether something may be more once more is known of parameters."""
    return isinstance(meaning, Values) and meaning.is_open
