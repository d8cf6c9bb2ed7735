"""What the names in patterns of JavaScript are bound to, and the parts of TypeScript's types."""

from __future__ import annotations

import re

from tree_sitter import Node

from kgraph.extract.scoped.reader import field
from kgraph.extract.scoped.scopes import (
    MAX_STEPS,
    UNKNOWN,
    BoundValue,
    ExpressionValue,
    ScopedPath,
    SteppedValue,
    TypedValue,
)
from kgraph.extract.treesitter.nodes import text_of
from kgraph.scoped_languages import MAX_CHOICES

_NAME = re.compile(r"#?[\w$]+")
NOTHING_TYPES = frozenset({"null", "undefined"})  # nodes of values that say nothing of a variable
_MAX_NAMES = 1000
# What may stand around a value without changing it.
_AROUND = frozenset({"parenthesized_expression", "as_expression", "satisfies_expression", "type_assertion"})


def step_of(name: str) -> str:
    """The step to a member; "" for a name that no path can hold."""
    return f".{name}" if _NAME.fullmatch(name) else ""


def bound_names(pattern: Node, value: BoundValue) -> list[tuple[str, BoundValue]]:
    """The names that a pattern binds, each with its part of the value that it takes apart."""
    found: list[tuple[str, BoundValue]] = []
    pending = [(pattern, value)]
    while pending and len(found) < _MAX_NAMES:
        node, bound = pending.pop()
        match node.type:
            case "identifier":
                found.append((text_of(node), bound))
            case "shorthand_property_identifier_pattern":
                found.append((text_of(node), _member(bound, text_of(node))))
            case "object_pattern":
                pending += [(each, bound) for each in reversed(node.named_children)]
            case "object_assignment_pattern" | "assignment_pattern":
                left = field(node, "left")
                pending += [(left, bound)] if left is not None else []
            case "pair_pattern":
                key, inner = field(node, "key"), field(node, "value")
                if key is not None and inner is not None:
                    pending.append((inner, _member(bound, text_of(key).strip("\"'"))))
            case "array_pattern":
                pending += [(each, _add_step(bound, "[]")) for each in reversed(node.named_children)]
            case "rest_pattern":
                pending += [(each, UNKNOWN) for each in node.named_children]
    return found


def _member(bound: BoundValue, name: str) -> BoundValue:
    """A property of a value, whose type may be spelled out as `{ a: A }`."""
    if isinstance(bound, TypedValue):
        of = bound.type.named_children[0] if bound.type.type == "type_annotation" else bound.type
        if of.type == "object_type":
            for each in of.named_children:
                named, inner = field(each, "name"), field(each, "type")
                if named is not None and inner is not None and text_of(named) == name:
                    return TypedValue(inner, bound.scope)
            return UNKNOWN
    step = step_of(name)
    return _add_step(bound, step) if step else UNKNOWN


def _add_step(bound: BoundValue, step: str) -> BoundValue:
    if isinstance(bound, SteppedValue):
        return SteppedValue(bound.value, (*bound.steps, step)) if len(bound.steps) < MAX_STEPS else UNKNOWN
    return SteppedValue(bound, (step,))


def parts(node: Node, kind: str) -> list[Node]:
    """The parts of a union or an intersection, from left to right."""
    found, pending = [], [node]
    while pending:
        each = pending.pop()
        if each.type in (kind, "parenthesized_type", "type_annotation"):
            pending.extend(reversed(each.named_children))
        else:
            found.append(each)
    return found


def bases_of(heritage: Node) -> list[Node]:
    """The types that `extends A<B> implements C, D` names."""
    found = []
    for each in heritage.named_children:
        if each.type == "extends_clause":
            found += each.children_by_field_name("value")
        elif each.type == "implements_clause":
            found += each.named_children
        elif each.type not in ("type_arguments", "comment"):
            found.append(each)
    return found


def function_type(of: Node | None) -> Node | None:
    """The function type that an annotation spells out."""
    while of is not None and of.type in ("type_annotation", "parenthesized_type") and of.named_children:
        of = of.named_children[0]
    return of if of is not None and of.type == "function_type" else None


def parameter_step(number: int) -> str:
    """The step from a type of functions to what they take at a place."""
    return f"[taken{number}]"


def list_parameter_types(function: Node) -> list[tuple[int, Node]]:
    """The types of the parameters of a function type, each with its place; of a rest parameter none."""
    parameters = field(function, "parameters")
    found = []
    for number, each in enumerate(parameters.named_children if parameters is not None else ()):
        pattern, of = field(each, "pattern"), field(each, "type")
        if of is not None and (pattern is None or pattern.type != "rest_pattern"):
            found.append((number, of))
    return found


def choices(node: Node) -> list[Node]:
    """The values that one with a condition may be; none where it has no condition."""
    found: list[Node] = []
    pending, is_choice = [node], False
    while pending and len(found) < MAX_CHOICES:
        node = pending.pop()
        if node.type in _AROUND and node.named_children:
            pending.append(node.named_children[node.type == "type_assertion"])
        elif node.type == "ternary_expression":
            is_choice = True
            pending += filter(None, [field(node, "alternative"), field(node, "consequence")])
        else:
            found.append(node)
    return found if is_choice else []


def is_alias(value: BoundValue) -> bool:
    """Whether a local variable is but another name for something: `const run = api.run`."""
    if isinstance(value, SteppedValue):
        value = value.value
    is_name = isinstance(value, ExpressionValue) and value.value.type in ("identifier", "member_expression", "this")
    return is_name or isinstance(value, ScopedPath)
