"""CMake's variables: scopes, and the values of arguments.

Input: arguments as spelled. Output: lists of texts. A text that holds `UNKNOWN` depends on a variable that is not
known. Paths of the source tree begin with `SOURCE`, those of the build tree with `BINARY`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

UNKNOWN = "\x00"
SOURCE = "\x01"
BINARY = "\x02"

_REFERENCE = re.compile(r"\$(ENV|CACHE)?\{([^${}]*)\}")
_MAX_NESTED = 6  # `${${${x}}}`
_MAX_TEXT = 200_000  # characters of one argument
_MAX_ITEMS = 20_000  # of one list
_BRACKET = re.compile(r"\[(=*)\[\n?(.*?)(?:\]\1\]|\Z)", re.DOTALL)
_GENERATOR = re.compile(r"\$<([^<>]*)>")
_DROPPED = ("INSTALL_INTERFACE", "TARGET_PROPERTY", "INSTALL_PREFIX")
_ESCAPE = re.compile(r"\\([^A-Za-z0-9;])")

Value = tuple[str, ...]


# The branches around a command, outermost first: each is a block that was run, and the number of its branch.
Branches = tuple[tuple[int, int, int], ...]


class _PossibleValues(NamedTuple):
    """The values that a variable may have."""

    own: Value  # that it has if no branch inside is taken
    inside: Mapping[tuple[int, int, int], _PossibleValues]  # that branches give it
    all: Value  # what any of them has


def _with_value(known: _PossibleValues | None, value: Value, branches: Branches) -> _PossibleValues:
    """The same once a command in some branches sets another value, in place of all that was set in these."""
    if not branches:
        return _PossibleValues(value, {}, value)
    known = known or _PossibleValues((), {}, ())
    first, *others = branches
    before = known.inside.get(first)
    inside = {**known.inside, first: _with_value(before, value, tuple(others))}
    every = [known.all, inside[first].all] if before is None else [known.own, *map(itemgetter(2), inside.values())]
    return _PossibleValues(known.own, inside, tuple(dict.fromkeys(chain.from_iterable(every))))


def _values_in(known: _PossibleValues, branches: Branches) -> Value:
    """What a variable may have for a command in some branches: nothing that another branch of these blocks gives it."""
    if not branches:
        return known.all
    first, *others = branches
    here = known.inside.get(first)
    if here is not None and here.own:
        return _values_in(here, tuple(others))
    outside = (each.all for key, each in known.inside.items() if key[:2] != first[:2])
    here_inside = () if here is None else _values_in(here, tuple(others))
    return tuple(dict.fromkeys(chain(known.own, chain.from_iterable(outside), here_inside)))


class Scope:
    """The variables of a directory or a function, in front of those around it."""

    def __init__(self, outer: Scope | None = None, own: Mapping[str, Value] | None = None) -> None:
        self.outer = outer
        self._own: dict[str, _PossibleValues | None] = {}
        for name, value in (own or {}).items():
            self.set(name, value)
        self.depth: int = outer.depth + 1 if outer else 0
        self.branches: Branches = ()  # around the command whose arguments are read

    def get(self, name: str) -> Value | None:
        """The value of a variable; None where it is not known."""
        known = self._find_value(name)
        return None if known is None else _values_in(known, self.branches)

    def _find_value(self, name: str) -> _PossibleValues | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope._own:
                return scope._own[name]
            scope = scope.outer
        return None

    def set(self, name: str, value: Value | None, branches: Branches = ()) -> None:
        """Give a variable a value in some branches, beside those that it has otherwise, or forget it."""
        if value is None:
            self._own[name] = None
            return
        known = _with_value(self._find_value(name) if branches else None, value, branches)
        self._own[name] = known if len(known.all) <= _MAX_ITEMS else None


def expand(arguments: Iterable[str], scope: Scope) -> list[str]:
    """The values of a command's arguments, lists in them spread out."""
    values: list[str] = []
    for argument in arguments:
        if bracket := _BRACKET.fullmatch(argument):
            values.append(bracket[2])
        elif argument.startswith('"'):
            values.append(_text(argument.removeprefix('"').removesuffix('"'), scope))
        elif "$" not in argument:
            values += filter(None, _split(_ESCAPE.sub(r"\1", argument) if "\\" in argument else argument))
        else:
            items = _list_named(argument, scope)
            values += filter(None, _split(_text(argument, scope)) if items is None else items)
        if len(values) > _MAX_ITEMS:
            return [UNKNOWN]
    return values


def _list_named(argument: str, scope: Scope) -> Value | None:
    """The items of a list whose variable is the whole argument, which then need not be joined and split again."""
    reference = _REFERENCE.fullmatch(argument)
    items = scope.get(reference[2]) if reference and not reference[1] else None
    if items is None:
        return None
    text = ";".join(items)
    is_plain = (
        len(text) <= _MAX_TEXT
        and text.count(";") == len(items) - 1
        and not ("{" in text and _REFERENCE.search(text))
        and not (
            "$<" in text
            and any(item.count("$<") > item.count(">") for item in [each for each in items if "$<" in each])
        )
    )
    return items if is_plain else None


def spread(values: Sequence[str]) -> Value:
    """Values as one list: what a quoted argument joins with ";" is as many items."""
    if ";" not in "".join(values):
        return tuple(filter(None, values))
    return tuple(item for value in values for item in _split(value) if item)


def _split(text: str) -> list[str]:
    """The items of a list; within a generator expression, ";" separates nothing."""
    if ";" not in text:
        return [text]
    if "$<" not in text:
        return text.split(";")
    items: list[str] = []
    pieces: list[str] = []
    depth = 0
    for piece in text.split(";"):
        pieces.append(piece)
        depth = max(0, depth + piece.count("$<") - piece.count(">"))
        if not depth:
            items.append(";".join(pieces))
            pieces = []
    return [*items, *pieces]


def _text(text: str, scope: Scope) -> str:
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)

    def value(match: re.Match[str]) -> str:
        known = None if match[1] else scope.get(match[2])
        return UNKNOWN + match[2] + UNKNOWN if known is None else ";".join(known)

    for _ in range(_MAX_NESTED):
        if "$" not in text:
            return text
        text, count = _REFERENCE.subn(value, text)
        if not count:
            return text
        if len(text) > _MAX_TEXT:
            return UNKNOWN
    return text


def unknown_names(text: str) -> str:
    """The variables that a text depends on and that are not known, as they are spelled: "${A}, ${B}"."""
    names = text.split(UNKNOWN)[1::2]
    return ", ".join(f"${{{name}}}" for name in dict.fromkeys(names) if name) or "a variable"


def without_generators(text: str) -> list[str]:
    """The items that generator expressions stand for, whatever their conditions: a and b of `$<X:a;b>`."""
    for _ in range(_MAX_NESTED):
        if "$<" not in text:
            break
        text = _GENERATOR.sub(_evaluate_generator, text)
    return [item for item in text.split(";") if item and "$<" not in item]


_UNDECIDED = re.compile(r"\$<(?:TARGET_PROPERTY|TARGET_GENEX_EVAL|GENEX_EVAL|FILTER|LIST|PATH|JOIN)\b[^<>]*>?")


def find_undecided_generator(text: str) -> str:
    """The first generator expression of a text whose value is not known; "" where there is none."""
    match = _UNDECIDED.search(text) if "$<" in text else None
    return match[0].replace(UNKNOWN, "")[:80] if match else ""


def _evaluate_generator(match: re.Match[str]) -> str:
    head, colon, rest = match[1].partition(":")
    if head in _DROPPED or not colon:
        return ""
    return rest


def keyword_arguments(
    values: Sequence[str], options: Iterable[str], single: Iterable[str], several: Iterable[str]
) -> dict[str, Value]:
    """What `cmake_parse_arguments` makes of arguments; what has no keyword is in "UNPARSED_ARGUMENTS"."""
    single, several = set(single), set(several)
    parsed: dict[str, list[str]] = {"UNPARSED_ARGUMENTS": []}
    options = set(options)
    for each in options:
        parsed[each] = ["FALSE"]
    current = "UNPARSED_ARGUMENTS"
    for value in values:
        if value in options:
            parsed[value], current = ["TRUE"], "UNPARSED_ARGUMENTS"
        elif value in single or value in several:
            current = value
            parsed.setdefault(value, [])
        elif current in single:
            parsed[current], current = [value], "UNPARSED_ARGUMENTS"
        else:
            parsed[current].append(value)
    for each in single | several:
        parsed.setdefault(each, [])
    return {name: tuple(found) for name, found in parsed.items()}
