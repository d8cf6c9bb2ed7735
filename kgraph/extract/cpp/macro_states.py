"""Which macros a file leaves defined, and whether that hangs on a condition.

Input: the directives of a file, one after the other. Output: for each name what holds behind the last directive, and
for an offset whether the name has been undefined before it.

A name that each branch of an #if with an #else defines is defined; so is one that `#ifndef NAME` defines where it is
not, and all that stands in an include guard.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

CONDITIONAL = "conditional"  # modifiers of a macro: only some builds, or some includers, have it
UNDEFINED = "undefined"  # the file undefines it again


@dataclass(slots=True)
class _Frame:
    """An open #if."""

    unless: str = ""  # NAME of `#ifndef NAME`
    is_guard: bool = False  # it defines NAME as nothing
    has_else: bool = False
    sure: set[str] = field(default_factory=set)  # what the branch that is read surely defines
    branches: list[set[str]] = field(default_factory=list)

    def end_branch(self) -> None:
        self.branches.append(self.sure)
        self.sure = set()


class MacroStates:
    """Told of the directives in order."""

    def __init__(self) -> None:
        self._frames = [_Frame()]
        self._ends: set[str] = set()  # what the last directive about a name undefines
        self._events: defaultdict[str, list[tuple[int, bool]]] = defaultdict(list)  # offset, whether it is defined

    def open(self, unless: str) -> None:
        """An #if; `unless` is the NAME of `#ifndef NAME`."""
        self._frames.append(_Frame(unless))

    def begin_branch(self, *, is_else: bool) -> None:
        """An #elif or #else."""
        if len(self._frames) > 1:
            self._frames[-1].end_branch()
            self._frames[-1].has_else |= is_else

    def close(self) -> None:
        """An #endif."""
        if len(self._frames) == 1:
            return
        frame = self._frames.pop()
        frame.end_branch()
        first = frame.branches[0]
        sure = set.intersection(*frame.branches) if frame.has_else else set()
        if frame.is_guard and len(frame.branches) == 1:
            sure = first
        elif frame.unless in first:
            sure.add(frame.unless)
        self._frames[-1].sure |= sure

    def define(self, name: str, at: int, *, is_empty: bool) -> None:
        """A #define."""
        frame = self._frames[-1]
        frame.is_guard |= is_empty and name == frame.unless and not frame.branches
        frame.sure.add(name)
        self._ends.discard(name)
        self._events[name].append((at, True))

    def undefine(self, name: str, at: int) -> None:
        """An #undef."""
        for frame in self._frames:
            frame.sure.discard(name)
        self._ends.add(name)
        self._events[name].append((at, False))

    def modifiers(self, name: str) -> tuple[str, ...]:
        """What is to be said of a macro of this file."""
        if name in self._ends:
            return (UNDEFINED,)
        return () if name in self._frames[0].sure else (CONDITIONAL,)

    def is_undefined(self, name: str, at: int) -> bool:
        """Whether the last directive about a name before an offset undefines it."""
        events = self._events.get(name, ())
        before = bisect_left(events, (at, False))
        return before > 0 and not events[before - 1][1]

    @property
    def undefined(self) -> frozenset[bytes]:
        """The names that some #undef of the file is about."""
        return frozenset(name.encode() for name, events in self._events.items() if not all(on for _, on in events))
