"""What a scope has besides its own: by using declarations and directives, aliases of namespaces, inline namespaces.

Comes in: usings as spelled, and which names are declared. Goes out: for a spelled name in a scope, the qualified names
that it may mean there. A using in a function counts for the whole scope around it, in its file and those that see it.

Inline namespaces are transparent: a qualified name is told without them, as it is most often spelled.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from kgraph.assemble.cpp.visible import Visible
from kgraph.model import UseKind

OUTSIDE = ""  # the meaning of what is brought in from outside of the repository


class Using(NamedTuple):
    """One using declaration or directive or alias of a namespace, as in `UseKind`."""

    file: int
    scope: str
    kind: str
    name: str
    qualifier: str


class Inline:
    """Makes inline and anonymous namespaces transparent."""

    def __init__(self, inline: Iterable[str]) -> None:
        """`inline` are qualified names."""
        self.names = tuple(sorted(inline, key=lambda name: (-len(name), name)))
        self._begins = re.compile(f"(?:{'|'.join(map(re.escape, self.names))})(?![^:])")

    def transparent(self, name: str) -> str:
        """A qualified name without the inline namespaces in it."""
        if not self.names or not self._begins.match(name):
            return name
        for inline in self.names:
            if name.startswith(inline) and name[len(inline) :][:2] in ("", "::"):
                outer = inline.rpartition("::")[0]
                rest = name[len(inline) + 2 :]
                name = f"{outer}::{rest}" if outer and rest else outer or rest
        return name


class Brought:
    """The usings of all scopes."""

    def __init__(self, inline: Inline, visible: Visible) -> None:
        self._inline = inline
        self._visible = visible
        # By scope and first name of a path ("*": all names): the file that says so, and what it means.
        self._found: defaultdict[str, defaultdict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
        self._seen: dict[tuple[str, str, int], list[str]] = {}
        self.file_matters = False  # true once a meaning was asked for that is not the same in all files

    def resolve(
        self, usings: Sequence[Using], known: Callable[[str], bool], namespaces: set[str], classes: Iterable[str]
    ) -> None:
        """Find out what the usings bring in; `known` says whether anything has a qualified name."""
        roots = {name.partition("::")[0] for name in namespaces} | {name.rpartition("::")[2] for name in namespaces}
        roots.update(classes)
        roots.discard("std")
        ordered = sorted(usings, key=lambda using: (using.kind != UseKind.ALIAS, using.name != "*", using))
        for using in ordered:
            is_space = using.kind == UseKind.ALIAS or using.name == "*"
            path = using.qualifier if is_space else f"{using.qualifier.removesuffix('::')}::{using.name}"
            meaning = self._meaning(using, path, namespaces.__contains__ if is_space else known)
            if meaning is None and not is_space and path.removeprefix("::").partition("::")[0] not in roots:
                meaning = OUTSIDE
            if meaning is not None and meaning != using.scope:
                self._found[using.scope][using.name].append((using.file, meaning))
                self._seen.clear()

    def _meaning(self, using: Using, path: str, known: Callable[[str], bool]) -> str | None:
        for outer in outwards(using.scope) if not path.startswith("::") else ("",):
            for place in self.meanings(outer, path.removeprefix("::"), using.file):
                if place and place != joined(using.scope, using.name) and known(place):
                    return place
        return None

    def meanings(self, scope: str, path: str, file: int) -> list[str]:
        """The qualified names that a path may mean in a scope, but not in those around it; `OUTSIDE` is one."""
        places = [self._inline.transparent(joined(scope, path))]
        if not self._found:
            return places
        if scope in self._found:
            first = path.partition("::")[0]
            rest = path[len(first) + 2 :]
            places += [joined(place, rest) if place else OUTSIDE for place in self._in(scope, first, file)]
            places += [joined(place, path) for place in self._in(scope, "*", file)]
        if "::" in path:
            for place in tuple(places):
                inside, _, last = place.rpartition("::")
                if inside in self._found:
                    places += self._in(inside, last, file)
                    places += [joined(space, last) for space in self._in(inside, "*", file)]
        return places if len(places) == 1 else list(dict.fromkeys(places))

    def _in(self, scope: str, name: str, file: int) -> list[str]:
        found = self._found[scope].get(name)
        if not found:
            return []
        self.file_matters = True
        key = (scope, name, file)
        seen = self._seen.get(key)
        if seen is None:
            sees = self._visible(file)
            seen = self._seen[key] = list(dict.fromkeys(place for from_, place in found if sees >> from_ & 1))
        return seen


def joined(scope: str, name: str) -> str:
    """Two parts of a qualified name, each of which may be empty."""
    return f"{scope}::{name}" if scope and name else scope or name


def outwards(scope: str) -> Iterable[str]:
    """`a::b::c`, `a::b`, `a`, ``."""
    while scope:
        yield scope
        scope = scope.rpartition("::")[0]
    yield ""
