"""Lexical scopes of a file, and what its names and expressions are as far as the file alone shows.

A *path* is how a name or an expression is written down for `assemble.scoped.resolver`, which follows it through other
files. It begins with where its first name is looked up, and has a step for each thing that is done with that:

    Stack|limit             the name `limit`, as seen from inside of `Stack`
    |Stack.push             `push` of the `Stack` that the top level of the file sees
    |Stack()                what calling it gives: an instance of a class, the result of a function
    |Stack~.push            `push` of something that is declared to be a `Stack`
    Stack|@.push            `this.push` inside of `Stack`
    Stack|^.push            `super.push`
    |stacks[]               an element of what the name holds
    |load()1                the second of its results, where a function has several: "()" is the first one
    |stacks[key]            a key of what the name holds
    |load()#2               what calling it with two arguments gives, in languages where others may have that name
    |run()110#2             what `run`, called with two arguments, hands to the second of them, a function, as its first
    |load()!                what is inside of a promise, a result or an option, else the thing itself

    |Stack~.to<()           what calling `to` with types gives, in languages where other functions may have that name
    |:Stack                 the type `Stack`, in languages where a variable may have that name, too

    |List~<TAB>|Stack~      a list, and behind a tab character what it holds; in the notes of elements alone

    =int[]                  a type that has no members of the repository: nothing can follow

In the path of an import, the spelling of a module stands in front: `com.example.Stack|`, `./stack|push`.
"""

from __future__ import annotations

from bisect import bisect_right, insort_right
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from msgspec import Struct
from tree_sitter import Node

from kgraph.scoped_languages import INSIDE

GENERIC = "<"  # behind the name of a function that is called with types
MAX_STEPS = 80  # steps of one path
MAX_PATH = 1_000  # characters of one path
_MAX_NESTED_ELEMENTS = 4  # collections in collections
_MAX_PARTS = 60  # of one type without a name, each by at most so many steps
_MAX_PART_STEPS = 6
MAX_SCOPES = 100  # around a name; what is nested deeper is no source that people wrote


class ScopedPath(Struct, frozen=True, gc=False):
    """What an expression is: its path, "" where that is unknown, and what it holds where that is declared.

    Where its type has no name of its own, `parts` are what is had of it by a step: ("[]", elements) of a list, ("()",
    results) of a function, (".name", fields) of a structure.
    """

    path: str
    element: ScopedPath | None = None
    gives_element: bool = False  # whether calling it gives its element: `unwrap` of an option
    parts: tuple[tuple[str, ScopedPath], ...] = ()
    keeps_element: bool = False  # whether calling it gives what holds the same: `filter` of an array


UNKNOWN = ScopedPath("")


def name_parts(place: ScopedPath) -> list[tuple[str, str]]:
    """The path of something, and of what it holds and what is had of it as far as that has no name of its own: each by
    the steps that lead there, "" for the thing itself."""
    found = [("", place.path)] if place.path else []
    if place.element is not None and place.element.path:
        found.append(("[]", _with_elements(place.element)))
    pending = [("", place, 0)]
    while pending and len(found) < _MAX_PARTS:
        steps, at, deep = pending.pop()
        for step, part in at.parts:
            if part.path:
                found.append((f"{steps}{step}", part.path))
            elif deep < _MAX_PART_STEPS:
                pending.append((f"{steps}{step}", part, deep + 1))
    return found


def _with_elements(place: ScopedPath) -> str:
    """A path and behind it that of what it holds, and of what that holds: `Option<Vec<T>>` has all three."""
    paths = [place.path]
    while (inner := place.element) is not None and inner.path and len(paths) < _MAX_NESTED_ELEMENTS:
        paths.append(inner.path)
        place = inner
    return INSIDE.join(paths)


class TypedValue(Struct, frozen=True):
    """A value that is declared to be of a type."""

    type: Node
    scope: LexicalScope


class ExpressionValue(Struct, frozen=True):
    """A value that an expression gives."""

    value: Node
    scope: LexicalScope


class ElementOf(Struct, frozen=True):
    """An element of what an expression gives, as a loop binds it."""

    value: Node
    scope: LexicalScope


class ArrayOf(Struct, frozen=True):
    """Something that holds values of a type."""

    type: Node
    scope: LexicalScope


class StepOf(Struct, frozen=True):
    """What a step gives of an expression: the second result of a function, the keys of a map."""

    value: Node
    scope: LexicalScope
    step: str


class DeferredValue(Struct, frozen=True):
    """What a function of the reader makes of a node once all names are bound."""

    evaluate: Callable[[Any, Node, LexicalScope], ScopedPath]
    node: Node
    scope: LexicalScope


class TypeAlias(Struct, frozen=True):
    """The name of a type that stands for another one, as a type parameter does for its bound."""

    type: Node
    scope: LexicalScope


class SteppedValue(Struct, frozen=True):
    """What is had from something by steps, each as `evaluation.Decomposed` has them."""

    value: BoundValue
    steps: tuple[str, ...]


class JoinedValue(Struct, frozen=True):
    """What a variable is behind a block that may have been passed by: `value` at the end of it, and what the name means
    at a byte before it. Where the two differ, it is unknown."""

    value: BoundValue
    name: str
    position: int
    scope: LexicalScope


class AssignedValue(Struct):
    """What a variable is that its declaration sets to nothing: all that the file assigns to it."""

    values: list[BoundValue]


BoundValue = (
    TypedValue
    | ExpressionValue
    | ElementOf
    | ArrayOf
    | StepOf
    | DeferredValue
    | TypeAlias
    | SteppedValue
    | JoinedValue
    | AssignedValue
    | ScopedPath
)
NOTHING = ScopedPath("=null")  # what joins anything


class BoundName:
    """One binding of a local name."""

    __slots__ = ("path", "start", "value")

    def __init__(self, start: int, value: BoundValue) -> None:
        self.start = start  # the byte from which it is seen
        self.value = value
        self.path: ScopedPath | None = value if isinstance(value, ScopedPath) else None  # of the value, once known


_start = attrgetter("start")
_UNKNOWN_NAME = BoundName(0, UNKNOWN)


class LexicalScope:
    """A file, namespace, type, function or block, and the names that it binds for what is inside of it.

    Names of files, namespaces and types are bound by their symbols, which other files may add to; those are no local
    names.
    """

    __slots__ = ("bound", "depth", "is_hoisted", "local_names", "name", "outer", "symbol", "type_name")

    def __init__(self, outer: LexicalScope | None, symbol: int, name: str, type_name: str) -> None:
        self.outer = outer
        self.symbol = symbol  # index of the innermost symbol around, or -1
        self.name = name  # qualified name of that symbol in the file
        self.type_name = type_name  # that of the innermost type or namespace
        self.bound: dict[str, list[BoundName]] = {}
        self.is_hoisted = False  # whether its names are seen before they are bound
        # Of all scopes that have the outermost one in common: most names are in none of them.
        self.local_names: set[str] = outer.local_names if outer is not None else set()
        self.depth: int = outer.depth + 1 if outer is not None else 1

    def bind(self, name: str, start: int, value: BoundValue) -> None:
        """Bind a local name, which is seen from a byte on."""
        bindings = self.bound.get(name)
        if bindings is None:
            self.bound[name] = [BoundName(start, value)]
            self.local_names.add(name)
        elif bindings and bindings[-1].start > start:
            insort_right(bindings, BoundName(start, value), key=_start)
        else:
            bindings.append(BoundName(start, value))

    def local(self, name: str, position: int) -> BoundName | None:
        """The binding that a name has at a byte of the file; None where no local name is meant."""
        if name not in self.local_names and self.depth < MAX_SCOPES:
            return None
        at: LexicalScope | None = self
        for _ in range(MAX_SCOPES):
            if at is None:
                return None
            bindings = at.bound.get(name)
            if bindings:
                if at.is_hoisted or (len(bindings) == 1 and bindings[0].start <= position):
                    return bindings[-1]
                seen = bisect_right(bindings, position, key=_start)
                if seen:
                    return bindings[seen - 1]
            at = at.outer
        return _UNKNOWN_NAME


def untie(scopes: Iterable[LexicalScope]) -> None:
    """Drop what scopes bind, and those around them: values lead back to their scope, and hold the tree of the file
    until a collection finds them."""
    done: set[LexicalScope] = set()
    for scope in scopes:
        at: LexicalScope | None = scope
        while at is not None and at not in done:
            done.add(at)
            at.bound.clear()
            at = at.outer
