"""Routes of web applications: which of all patterns an address fits.

Input: patterns as frameworks spell them (`/users/<int:id>`, `/users/{id}`, `/files/{path:path}`), with the methods that
they answer to, and addresses. Output: what the pattern leads to. Of several that fit, the one that spells most out is
meant, as frameworks choose; two that spell out as much give nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

_PARAMETER = re.compile(r"<[^<>]*>|\{[^{}]*\}")
_EXPRESSION = re.compile(r"[\\^$()*+?|\[\]]")  # of a pattern that is a regular expression
_MAX_MOUNTS = 4  # prefixes of one route


@dataclass(frozen=True, slots=True)
class _Route:
    segments: tuple[str, ...]  # a parameter is "", one that takes the rest of the address `_REST`
    methods: frozenset[str]
    target: int | None  # None for what is registered and not known
    file: int  # that registers it


@dataclass(slots=True)
class Routes:
    """All routes of a repository."""

    _raw: list[tuple[str, str, int | None, int | None, int]] = field(default_factory=list)
    _mounts: dict[int, list[tuple[str, int | None]]] = field(default_factory=lambda: defaultdict(list))
    _made: dict[int, list[_Route]] | None = None  # by number of segments; those that take the rest by `_ANY`

    def add(self, pattern: str, methods: str, target: int | None, within: int | None, file: int) -> None:
        """Register a pattern that stands in a file; methods have a space between, "" for any."""
        self._raw.append((pattern, methods, target, within, file))

    def mount(self, prefix: str, what: int, within: int | None) -> None:
        """Give the routes of one object a prefix."""
        self._mounts[what].append((prefix, within))

    def find(self, address: str, method: str, visible: Callable[[Iterable[int]], set[int]]) -> set[int]:
        """What the pattern leads to that an address fits, of the patterns in files that are `visible`.

        Several where as much is spelled out in each; nothing where one of these is not known.
        """
        segments = _segments(address)
        routes = self._group_by_length()
        fitting = [
            (spelled, route)
            for route in [*routes.get(len(segments), ()), *routes.get(_ANY, ())]
            if not (method and route.methods and method not in route.methods)
            and (spelled := _fit(route.segments, segments)) >= 0
        ]
        seen = visible({route.file for _, route in fitting})
        found: dict[int, set[int | None]] = defaultdict(set)
        for spelled, route in fitting:
            if route.file in seen:
                found[spelled].add(route.target)
        best = found[max(found)] if found else set()
        is_root = not any(segments)
        if None in best or not found or (max(found) == 0 and not is_root):
            return set()
        return {target for target in best if target is not None}

    def _group_by_length(self) -> dict[int, list[_Route]]:
        if self._made is None:
            self._made = defaultdict(list)
            for pattern, methods, target, within, file in self._raw:
                for prefix in self._prefixes(within, 0):
                    whole = prefix + pattern
                    if _EXPRESSION.search(_PARAMETER.sub("", whole)):
                        continue
                    route = _Route(_pattern(whole), frozenset(methods.split()), target, file)
                    self._made[_ANY if _REST in route.segments else len(route.segments)].append(route)
        return self._made

    def _prefixes(self, within: int | None, depth: int) -> Iterator[str]:
        """What stands in front of the patterns of an object."""
        mounts = self._mounts.get(within, ()) if within is not None and depth < _MAX_MOUNTS else ()
        if not mounts:
            yield ""
        for prefix, outer in mounts:
            for before in self._prefixes(outer if outer != within else None, depth + 1):
                yield before + prefix


_ANY = -1
_REST = "\0"


def _segments(address: str) -> tuple[str, ...]:
    """The parts between slashes; a slash at the end counts for nothing."""
    return tuple(address.strip("/").split("/"))


def _pattern(pattern: str) -> tuple[str, ...]:
    found = []
    for segment in _segments(pattern):
        if not _PARAMETER.search(segment):
            found.append(segment)
        elif re.search(r"<path:|:path\}", segment):
            found.append(_REST)
        else:
            found.append("")
    return tuple(found)


def _fit(pattern: tuple[str, ...], address: tuple[str, ...]) -> int:
    """How many segments both spell out alike; -1 where they do not fit."""
    spelled = 0
    for place, segment in enumerate(pattern):
        if segment == _REST:
            return spelled if place < len(address) else -1
        if place >= len(address):
            return -1
        given = address[place]
        if segment and segment == given:
            spelled += 1
        elif segment or (not given and pattern != ("",)):
            return -1
    if len(pattern) != len(address) or (pattern == ("",) and address != ("",)):
        return -1
    return spelled
