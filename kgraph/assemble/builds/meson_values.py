"""The values of Meson's expressions, and what branches of an `if` make of them.

Texts are `str`, lists `tuple`, dictionaries `dict`, truth `bool`. A path of the source tree begins with `SOURCE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kgraph.assemble.builds.made import Key

SOURCE = "\x01"
MAX_ITEMS = 20_000
MAX_TEXT = 10_000  # characters

Value = object  # str, bool, tuple of values, dict of text to value, or one of the classes below


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """What is not known, and how it is spelled."""

    spelled: str


UNDECIDED = UnknownValue("a condition")
_SEVERAL = UnknownValue("one of several values")
_TOO_LONG = UnknownValue("a value that is too large")


@dataclass(frozen=True, slots=True)
class RepositoryFile:
    """A file of the repository, by number."""

    number: int


@dataclass(frozen=True, slots=True)
class ExternalValue:
    """What is made or found when the build runs, and is no file of the repository."""


@dataclass(frozen=True, slots=True)
class NeededTargets:
    """A target, or a dependency: what is linked, and the files that it adds to who uses it."""

    links: tuple[Key, ...] = ()
    files: tuple[int, ...] = ()
    is_generated: bool = False  # what a custom target makes: who uses it is built after, and not linked


@dataclass(slots=True)
class SourceSet:
    """A set of the `sourceset` module, which files are added to."""

    items: list[Value] = field(default_factory=list)
    needs: list[Value] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SubprojectValue:
    """What `subproject` gives: the variables of it."""

    names: MesonNames


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """What `import` gives, `meson` itself, or a compiler."""

    name: str


_ATOMS = (str, RepositoryFile, NeededTargets, ExternalValue, UnknownValue)
_KNOWN = (NeededTargets, RepositoryFile, SourceSet)


class MesonNames:
    """Variables: those that a branch sets, in front of those around it."""

    def __init__(self, outer: MesonNames | None = None) -> None:
        self.outer = outer
        self.own: dict[str, Value] = {}

    def get(self, name: str) -> Value:
        """The value of a variable."""
        value = self.find(name)
        return UnknownValue(name) if value is None else value

    def find(self, name: str) -> Value | None:
        """The value of a variable; None where none was given to it."""
        names: MesonNames | None = self
        while names is not None:
            if name in names.own:
                return names.own[name]
            names = names.outer
        return None

    def join(self, branches: Sequence[MesonNames], *, is_one_taken: bool) -> None:
        """Give each variable that some branch sets what any of them may have set it to.

        With `is_one_taken`, one of the branches is carried out, so that a variable which all of them set has lost the
        value that it had before.
        """
        touched = dict.fromkeys(name for branch in branches for name in branch.own)
        for name in touched:
            values = [branch.own[name] for branch in branches if name in branch.own]
            if len(values) < len(branches) or not is_one_taken:
                before = self.find(name)
                if before is not None:
                    values.insert(0, before)
            joined = values[0]
            for value in values[1:]:
                joined = merge_alternatives(joined, value)
            self.own[name] = UnknownValue(name) if joined == _SEVERAL else joined


def merge_alternatives(one: Value, other: Value) -> Value:
    """What holds of a value that is one of two: of lists, all items; of texts that differ, nothing is known."""
    if one == other:
        return one
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _unite(one, other)
    if isinstance(one, tuple) or isinstance(other, tuple):
        return merge_alternatives(
            one if isinstance(one, tuple) else (one,), other if isinstance(other, tuple) else (other,)
        )
    if isinstance(one, NeededTargets) and isinstance(other, NeededTargets):
        return join_needs((one, other))
    for this, that in ((one, other), (other, one)):
        if isinstance(that, ExternalValue | UnknownValue) and isinstance(this, _KNOWN):
            return this
    if isinstance(one, dict) and isinstance(other, dict):
        return {
            **one,
            **{key: merge_alternatives(one[key], value) if key in one else value for key, value in other.items()},
        }
    if isinstance(one, NeededTargets | RepositoryFile) and isinstance(other, NeededTargets | RepositoryFile):
        return (one, other)
    return next((each for each in (one, other) if isinstance(each, UnknownValue)), _SEVERAL)


def _unite(one: tuple[Value, ...], other: tuple[Value, ...]) -> tuple[Value, ...]:
    """The items of two lists, those of both once."""
    if len(one) > len(other):
        one, other = other, one
    if other[: len(one)] == one:  # to which a branch has added something
        return other
    known = {each for each in one if isinstance(each, _ATOMS)}
    return (*one, *(each for each in other if not (isinstance(each, _ATOMS) and each in known)))


def join_needs(needs: Sequence[NeededTargets]) -> NeededTargets:
    """What several of them need."""
    return NeededTargets(
        tuple(dict.fromkeys(link for each in needs for link in each.links)),
        tuple(dict.fromkeys(number for each in needs for number in each.files)),
        all(each.is_generated for each in needs),
    )


def add_values(values: Sequence[Value]) -> Value:
    """The sum of values: texts are joined, lists take in what is added, dictionaries keep the last value of a key."""
    if all(isinstance(each, str) for each in values):
        text = "".join(each for each in values if isinstance(each, str))
        return text if len(text) <= MAX_TEXT else UnknownValue("a text")
    if all(type(each) is int for each in values):
        return sum(each for each in values if isinstance(each, int))
    if all(isinstance(each, dict) for each in values):
        whole: dict[str, Value] = {}
        for each in values:
            whole |= each if isinstance(each, dict) else {}
        return bound_size(whole)
    if any(isinstance(each, tuple) for each in values):
        items = tuple(item for each in values for item in (each if isinstance(each, tuple) else (each,)))
        return bound_size(items)
    return next((each for each in values if isinstance(each, UnknownValue)), UnknownValue("a sum"))


def bound_size(value: Value) -> Value:
    """The value, if it is no list or dictionary that doubles itself until it fills the memory."""
    left = MAX_ITEMS
    pending = [value]
    while pending:
        each = pending.pop()
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, tuple) else ()
        left -= 1 + len(inner)
        if left < 0:
            return _TOO_LONG
        pending += [item for item in inner if isinstance(item, tuple | dict)]
    return value


def flat(value: Value) -> Iterator[Value]:
    """The items of a list and of the lists in it; a value that is none is its only item."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, tuple):
            pending.extend(reversed(each))
        else:
            yield each


def join_path(values: Sequence[Value]) -> Value:
    """The path of parts, the last absolute one first."""
    parts: list[str] = []
    for each in values:
        if not isinstance(each, str):
            return each if isinstance(each, UnknownValue) else UnknownValue("a path")
        parts = [each] if each.startswith(("/", SOURCE)) else [*parts, each]
    text = "/".join(part.rstrip("/") for part in parts if part)
    return text if len(text) <= MAX_TEXT else UnknownValue("a path")


def texts(values: Mapping[str, Value], name: str) -> list[str]:
    """The texts of a keyword argument."""
    return [each for each in flat(values.get(name, ())) if isinstance(each, str)]
