"""What names, expressions and types of a file are, as paths (see `scopes`).

Input: nodes with the scopes that they stand in, and the tables of a language. Output: a `ScopedPath` for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from msgspec import Struct
from tree_sitter import Node

from kgraph.extract.scoped.kinds import GrammarKinds
from kgraph.extract.scoped.scopes import (
    MAX_PATH,
    MAX_STEPS,
    NOTHING,
    UNKNOWN,
    ArrayOf,
    AssignedValue,
    BoundName,
    BoundValue,
    DeferredValue,
    ElementOf,
    ExpressionValue,
    JoinedValue,
    LexicalScope,
    ScopedPath,
    StepOf,
    SteppedValue,
    TypeAlias,
    TypedValue,
)
from kgraph.extract.treesitter import nodes
from kgraph.scoped_languages import COUNT, ScopedLanguage

MAX_TAKEN = 100  # nodes that one expression is taken apart into
MAX_VALUES = 30  # variables that are followed for one name
MAX_NESTED = 60  # expressions that are looked at for one that they are parts of


class Decomposed(Struct, frozen=True, gc=False):
    """An expression or a type taken apart: what is inside of it, and what is done with that."""

    inner: Node
    steps: tuple[str, ...] = ()  # each is ".name", "()", "()1", "()#2", "[]", "[key]" or "!"


# What takes an expression or a type apart: a further node with a step, or what it is.
Taker = Callable[[Any, Node, LexicalScope], Decomposed | ScopedPath]


class PathEvaluator:
    """Evaluates the expressions and types of one file."""

    expressions: ClassVar[Mapping[str, Taker]]
    types: ClassVar[Mapping[str, Taker]]
    language: ClassVar[ScopedLanguage]
    each_step: ClassVar[str] = "[]"  # what leads from something to what a loop over it binds

    def __init__(self, kinds: GrammarKinds) -> None:
        self._kinds = kinds
        self._expression_takers = kinds.translate(self.expressions)
        self._type_takers = kinds.translate(self.types)
        self.text: Callable[[Node], str] = nodes.text_of  # of a node of the tree that is walked
        self.depth = 0  # of what is being evaluated
        self._taking = 0
        # What expressions are, by their nodes, once all names are bound: the arguments of a call are asked for their
        # types, and for what they use.
        self._values: dict[int, tuple[LexicalScope, ScopedPath]] | None = None

    def value(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """What an expression is."""
        known = self._values
        if known is None or self.depth or self._taking:
            return self._apply_taker(self._expression_takers, node, scope)
        found = known.get(node.id)
        if found is None or found[0] is not scope:
            known[node.id] = found = scope, self._apply_taker(self._expression_takers, node, scope)
        return found[1]

    def evaluate_step(self, taken: Decomposed, scope: LexicalScope) -> ScopedPath:
        """What an expression is that was taken apart once."""
        place = self.value(taken.inner, scope)
        for step in taken.steps:
            place = self.step(place, step)
        return place

    def type(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """What a type is: a class itself, not an instance of it."""
        return self._apply_taker(self._type_takers, node, scope)

    def name_of(self, node: Node) -> str:
        """The text of the field `name`; "" where there is none."""
        name = node.child_by_field_name("name")
        return self.text(name) if name is not None else ""

    def _apply_taker(self, takers: Mapping[int, Taker], node: Node, scope: LexicalScope) -> ScopedPath:
        take = takers.get(node.kind_id)
        if take is None or self._taking >= MAX_NESTED:
            return UNKNOWN
        self._taking += 1
        try:
            taken = take(self, node, scope)
            if isinstance(taken, Decomposed):
                taken = self._take_apart(takers, taken, scope)
            return taken if len(taken.path) <= MAX_PATH else UNKNOWN
        finally:
            self._taking -= 1

    def _take_apart(self, takers: Mapping[int, Taker], taken: Decomposed, scope: LexicalScope) -> ScopedPath:
        steps: list[str] = []  # from the outermost to the innermost
        for _ in range(MAX_TAKEN - 1):
            if taken.steps:
                steps += taken.steps[::-1]
                if len(steps) > MAX_STEPS:
                    break
            take = takers.get(taken.inner.kind_id)
            if take is None:
                break
            inner = take(self, taken.inner, scope)
            if isinstance(inner, ScopedPath):
                while steps:
                    inner = self.step(inner, steps.pop())
                return inner
            taken = inner
        return UNKNOWN

    def step(self, place: ScopedPath, step: str) -> ScopedPath:
        """What is had by a step from something."""
        element, whole = place.element, step
        if step[:2] == "()":
            step = step.partition(COUNT)[0]
        for part, what in place.parts:
            if part == step:
                return what
        if place.path[:1] == "=":
            place = ScopedPath("", element)
        if step in ("[]", "!"):
            if element is not None:
                return element
            return ScopedPath(f"{place.path}{step}") if place.path else UNKNOWN
        if step == "()" and place.gives_element:
            return element or UNKNOWN
        if element is not None and step[1:] in self.language.element_fields:
            return element
        if element is not None and self.language.keyed_by_names and step[0] == "." and self._is_keyed(place.path):
            return element
        if element is not None and step[1:] in self.language.same_methods:
            return ScopedPath(f"{place.path}{step}" if place.path else "", place, gives_element=True)
        if element is not None and step[1:] in self.language.element_methods:
            return ScopedPath(f"{place.path}{step}" if place.path else "", element, gives_element=True)
        if element is not None and (step[1:] in self.language.keeping_methods or place.keeps_element):
            path = f"{place.path}{whole}" if place.path else ""
            return ScopedPath(path, element, keeps_element=step != "()")
        return ScopedPath(f"{place.path}{whole}") if place.path else UNKNOWN

    def _is_keyed(self, path: str) -> bool:
        """Whether a path is of an instance of a type all of whose fields are elements."""
        return path[-1:] == "~" and path[:-1].rpartition("|")[2] in self.language.keyed_by_names

    def name(self, name: str, position: int, scope: LexicalScope) -> ScopedPath:
        """What a name means at a byte of the file."""
        bound = scope.local(name, position)
        if bound is None:
            return self.outer_name(name, scope)
        return bound.path or self.bound_path(bound)

    def outer_name(self, name: str, scope: LexicalScope) -> ScopedPath:
        """What a name means that is no local one."""
        return ScopedPath(f"{scope.type_name}|{name}")

    def bound_path(self, bound: BoundName) -> ScopedPath:
        """What a local name is."""
        if bound.path is not None:
            return bound.path
        if self.depth >= MAX_VALUES:
            return UNKNOWN
        self.depth += 1
        bound.path = UNKNOWN  # while it is looked up: `x = x.y` says nothing of x
        place = self.path_of_value(bound.value)
        self.depth -= 1
        bound.path = place
        return place

    def path_of_value(self, value: BoundValue) -> ScopedPath:
        """What is bound to a name, or held or given by a symbol."""
        match value:
            case TypedValue(node, scope):
                return self.instance(self.type(node, scope))
            case ExpressionValue(node, scope):
                return self.value(node, scope)
            case ElementOf(node, scope):
                return self.step(self.value(node, scope), self.each_step)
            case StepOf(node, scope, step):
                return self.step(self.value(node, scope), step)
            case DeferredValue(evaluate, node, scope):
                return evaluate(self, node, scope)
            case ArrayOf(node, scope):
                return self.array_of(node, scope)
            case TypeAlias(node, scope):
                return self.type(node, scope)
            case SteppedValue(inner, steps):
                place = self.path_of_value(inner)
                for step in steps:
                    place = self.step(place, step)
                return place
            case AssignedValue(values):
                return self._merge_values(values)
            case JoinedValue(inner, name, position, scope):
                before = scope.local(name, position)
                place = self.path_of_value(inner)
                return place if before is None else merge_paths(self.bound_path(before), place)
        return value

    def _merge_values(self, values: Sequence[BoundValue]) -> ScopedPath:
        """What is one of several things, where those are the same."""
        place = NOTHING
        for each in values[:MAX_VALUES]:
            place = merge_paths(place, self.path_of_value(each))
        return place if place != NOTHING and len(values) <= MAX_VALUES else UNKNOWN

    def array_of(self, of: Node, scope: LexicalScope) -> ScopedPath:
        """An array of values of a type."""
        return ScopedPath(f"={nodes.simple_name(self.text(of))}[]", self.type_argument(of, scope))

    def type_argument(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """An instance of a type that stands in another one, down to a depth at which nobody nests types."""
        if self.depth >= MAX_VALUES:
            return UNKNOWN
        self.depth += 1
        place = self.instance(self.type(node, scope))
        self.depth -= 1
        return place

    def instance(self, of: ScopedPath) -> ScopedPath:
        """A value of a type."""
        if of.path[:1] == "=":
            return of
        return ScopedPath(f"{of.path}~" if of.path else "", of.element, parts=of.parts)


def merge_paths(one: ScopedPath, other: ScopedPath) -> ScopedPath:
    """What is one of two things, where they are the same or one of them is nothing."""
    if other == NOTHING or one.path == other.path:
        return one
    return other if one == NOTHING else UNKNOWN
