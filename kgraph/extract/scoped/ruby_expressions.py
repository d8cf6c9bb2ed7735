"""What takes expressions of Ruby apart, as the tables of its reader name them."""

from __future__ import annotations

from typing import Any

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.reader import Decomposed, field
from kgraph.extract.scoped.ruby_declarations import RubyDeclarations
from kgraph.extract.scoped.ruby_names import RubyScope, member_step
from kgraph.extract.scoped.scopes import UNKNOWN, ScopedPath

CONSTANTS = frozenset({"constant", "scope_resolution"})
_SAME = frozenset({"clone", "dup", "freeze", "itself", "tap"})  # methods that give what they are called on


def _constant(reader: RubyDeclarations, node: Node, scope: RubyScope) -> Decomposed | ScopedPath:
    if node.type == "constant":
        return ScopedPath(f"{scope.type_name}|{reader.text(node)}")
    outer, name = field(node, "scope"), field(node, "name")
    if name is None or name.type != "constant":
        return UNKNOWN
    if outer is None:
        return ScopedPath(f"|{reader.text(name)}")
    return Decomposed(outer, (f".{reader.text(name)}",)) if outer.type in CONSTANTS else UNKNOWN


def _own_method(reader: RubyDeclarations, name: str, scope: RubyScope) -> ScopedPath:
    """The path of a method that is called without a receiver."""
    step = member_step(name)
    if not step:
        return UNKNOWN
    if name in reader.top_functions or not scope.type_name:
        return ScopedPath(f"|{step[1:]}")
    return reader.step(scope.own_self(), step)


def find_called(reader: RubyDeclarations, node: Node, scope: RubyScope) -> ScopedPath:
    """What a call calls."""
    if node.type != "call":
        return _own_method(reader, reader.text(node), scope)
    method, receiver = field(node, "method"), field(node, "receiver")
    name = reader.text(method) if method is not None else ""
    if receiver is None:
        return _own_method(reader, name, scope)
    return reader.step(reader.value(receiver, scope), step) if (step := member_step(name)) else UNKNOWN


def setter(reader: RubyDeclarations, node: Node, scope: RubyScope) -> ScopedPath:
    """What `x.name = y` calls."""
    place = find_called(reader, node, scope)
    return ScopedPath(f"{place.path}=") if place.path else UNKNOWN


def find_inherited(reader: RubyDeclarations, node: Node, scope: Any) -> ScopedPath:
    """What `super` calls."""
    if not scope.type_name or scope.is_static or not (step := member_step(scope.method)):
        return UNKNOWN
    return ScopedPath(f"{scope.type_name}|^{'.<init>' if scope.method == 'initialize' else step}")


def find_own_instance(reader: RubyDeclarations, node: Node, scope: Any) -> ScopedPath:
    """The class of which `new` without another receiver makes an instance."""
    is_of_class = field(node, "receiver") is None or reader.text(field(node, "receiver") or node) == "self"
    return UNKNOWN if is_of_class and not scope.is_static else scope.own_type()


def find_held_class(reader: RubyDeclarations, node: Node, scope: Any) -> ScopedPath:
    """The class that a local variable holds."""
    value = reader.class_held_by(node, scope)
    return reader.type(value.value, value.scope) if value is not None else UNKNOWN


def _call(reader: RubyDeclarations, node: Node, scope: RubyScope) -> Decomposed | ScopedPath:
    method, receiver = field(node, "method"), field(node, "receiver")
    name = reader.text(method) if method is not None else ""
    if name == "new":
        if receiver is None or receiver.type == "self" or reader.is_own_class(receiver):
            return reader.instance(find_own_instance(reader, node, scope))
        of = reader.type(receiver, scope) if receiver.type in CONSTANTS else find_held_class(reader, receiver, scope)
        return reader.instance(of)
    if receiver is not None and name in _SAME:
        return Decomposed(receiver)
    if reader.is_own_class(node):
        return scope.own_type()
    place = find_called(reader, node, scope)
    return reader.step(place, "()")


def _name(reader: RubyDeclarations, node: Node, scope: RubyScope) -> ScopedPath:
    name = reader.text(node)
    bound = scope.local(name, node.start_byte)
    return reader.bound_path(bound) if bound is not None else reader.step(_own_method(reader, name, scope), "()")


def _self(reader: RubyDeclarations, node: Node, scope: RubyScope) -> ScopedPath:
    return scope.own_self()


def _instance_variable(reader: RubyDeclarations, node: Node, scope: RubyScope) -> ScopedPath:
    return reader.find_held(reader.text(node), scope)


EXPRESSIONS: dict[str, Any] = {
    "constant": _constant,
    "scope_resolution": _constant,
    "call": _call,
    "identifier": _name,
    "self": _self,
    "instance_variable": _instance_variable,
    "parenthesized_statements": common.take_last,
    "assignment": common.take_right,
    "operator_assignment": common.take_right,
    "nil": common.take_nothing,
}
TYPES: dict[str, Any] = {"constant": _constant, "scope_resolution": _constant}
