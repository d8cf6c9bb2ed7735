"""What takes expressions and types of PHP apart, as the tables of its reader name them."""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import normpath
from typing import Any

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.evaluation import merge_paths
from kgraph.extract.scoped.php_declarations import NAMES, PhpDeclarations
from kgraph.extract.scoped.php_names import OWN, PhpScope
from kgraph.extract.scoped.reader import CONSTRUCTOR, Decomposed, field
from kgraph.extract.scoped.scopes import UNKNOWN, ScopedPath
from kgraph.extract.treesitter.nodes import text_of

_FOLDER = re.compile(r"__DIR__|dirname\((?:__FILE__|__DIR__(?:, *(\d))?)\)")
_MAX_PARTS = 20  # of a path


def _variable(reader: PhpDeclarations, node: Node, scope: PhpScope) -> ScopedPath:
    name = reader.text(node)
    if name == "$this":
        return common.take_this(reader, node, scope)
    bound = scope.local(name, node.start_byte)
    return reader.bound_path(bound) if bound is not None else UNKNOWN


def _call(reader: PhpDeclarations, node: Node, scope: PhpScope) -> Decomposed | ScopedPath:
    name, of = field(node, "name"), field(node, "object") or field(node, "scope")
    if name is None or of is None or name.type != "name":
        return UNKNOWN
    text = reader.text(name)
    steps = (f".{CONSTRUCTOR if text == '__construct' else text}", "()")
    return Decomposed(of, steps) if field(node, "object") else _find_in_type(reader, of, scope, steps)


def _function(reader: PhpDeclarations, node: Node, scope: PhpScope) -> ScopedPath:
    name = field(node, "function")
    if name is None or name.type not in NAMES:
        return UNKNOWN
    return reader.step(scope.names.value(reader.text(name), "function"), "()")


def _find_in_type(
    reader: PhpDeclarations, of: Node, scope: PhpScope, steps: tuple[str, ...]
) -> Decomposed | ScopedPath:
    """What is had of a type that is named, or of a value in its place."""
    if of.type not in (*NAMES, "relative_scope"):
        return Decomposed(of, steps)
    place = reader.type(of, scope)
    for step in steps:
        place = reader.step(place, step)
    return place


def _member(reader: PhpDeclarations, node: Node, scope: PhpScope) -> Decomposed | ScopedPath:
    name, of = field(node, "name"), field(node, "object")
    return (
        Decomposed(of, (f".${reader.text(name)}",))
        if name is not None and of is not None and name.type == "name"
        else UNKNOWN
    )


def _static_member(reader: PhpDeclarations, node: Node, scope: PhpScope) -> Decomposed | ScopedPath:
    of, name = node.named_children[0], node.named_children[-1]
    if reader.text(name) == "class" or name.type not in ("name", "variable_name"):
        return ScopedPath("=string")
    return _find_in_type(reader, of, scope, (f".{reader.text(name)}",))


def _new(reader: PhpDeclarations, node: Node, scope: PhpScope) -> ScopedPath:
    named = next((each for each in node.named_children if each.type in NAMES), None)
    return reader.instance(reader.type(named, scope)) if named is not None else UNKNOWN


def _constant(reader: PhpDeclarations, node: Node, scope: PhpScope) -> ScopedPath:
    return scope.names.value(reader.text(node), "const")


def _make_either(one: str, other: str) -> Callable[[PhpDeclarations, Node, PhpScope], ScopedPath]:
    """One of two values, by their fields."""

    def take(reader: PhpDeclarations, node: Node, scope: PhpScope) -> ScopedPath:
        first, second = field(node, one) or field(node, "condition"), field(node, other)
        operator = field(node, "operator")
        if first is None or second is None or (operator is not None and reader.text(operator).rstrip("=") != "??"):
            return UNKNOWN
        return merge_paths(reader.value(first, scope), reader.value(second, scope))

    return take


def _index(reader: PhpDeclarations, node: Node, scope: PhpScope) -> Decomposed | ScopedPath:
    return Decomposed(node.named_children[0], ("[]",)) if node.named_children else UNKNOWN


EXPRESSIONS: dict[str, Any] = {
    "variable_name": _variable,
    "name": _constant,
    "qualified_name": _constant,
    "relative_name": _constant,
    "function_call_expression": _function,
    "member_call_expression": _call,
    "nullsafe_member_call_expression": _call,
    "scoped_call_expression": _call,
    "member_access_expression": _member,
    "nullsafe_member_access_expression": _member,
    "scoped_property_access_expression": _static_member,
    "class_constant_access_expression": _static_member,
    "object_creation_expression": _new,
    "parenthesized_expression": common.take_last,
    "clone_expression": common.take_last,
    "assignment_expression": common.take_right,
    "augmented_assignment_expression": _make_either("left", "right"),
    "binary_expression": _make_either("left", "right"),
    "conditional_expression": _make_either("body", "alternative"),
    "subscript_expression": _index,
    "null": common.take_nothing,
    "throw_expression": common.take_nothing,
}


def _type_name(reader: PhpDeclarations, node: Node, scope: PhpScope) -> ScopedPath:
    text = reader.text(node)
    return scope.own_type() if text.lower() in OWN else scope.names.type(text)


def _relative(reader: PhpDeclarations, node: Node, scope: PhpScope) -> ScopedPath:
    """`self` and `static`, or `parent`."""
    is_above = reader.text(node).lower() == "parent"
    return common.take_super(reader, node, scope) if is_above else common.take_this(reader, node, scope)


def _union(reader: PhpDeclarations, node: Node, scope: PhpScope) -> Decomposed | ScopedPath:
    parts = [each for each in node.named_children if reader.text(each).lower() != "null"]
    return Decomposed(parts[0]) if len(parts) == 1 else UNKNOWN


TYPES: dict[str, Any] = {
    **dict.fromkeys(NAMES, _type_name),
    "relative_scope": _relative,
    "named_type": common.take_last,
    "optional_type": common.take_last,
    "union_type": _union,
    "primitive_type": common.take_builtin,
}


def constant_path(node: Node) -> str:
    """A path that is spelled out, "" where it is not; it begins with a dot where it is relative to the file."""
    parts: list[str] = []
    pending = [node]
    while pending:
        at = pending.pop()
        if at.type == "parenthesized_expression" and at.named_children:
            pending.append(at.named_children[-1])
        elif at.type == "binary_expression" and (operator := field(at, "operator")) and operator.type == ".":
            pending += reversed(at.named_children)
        elif at.type in ("string", "encapsed_string") and all(e.type == "string_content" for e in at.named_children):
            parts.append("".join(text_of(each) for each in at.named_children))
        elif not parts and (folder := _FOLDER.fullmatch(text_of(at))):
            parts.append("/".join([".."] * int(folder[1] or "1")) if "dirname(__D" in folder[0] else ".")
        else:
            return ""
        if len(parts) > _MAX_PARTS:
            return ""
    text = "".join(parts)
    path = normpath(text) if text.startswith(".") else text
    return path if path == text or path.startswith("..") else f"./{path}"
