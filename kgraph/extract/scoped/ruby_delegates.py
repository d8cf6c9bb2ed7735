"""Methods of Ruby that a class hands on to something else: `delegate :name, to: :owner` of Rails, and Forwardable's.

Input: the arguments of such a call. Output: which methods it declares, and what each of them calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from tree_sitter import Node

from kgraph.extract.scoped.reader import field
from kgraph.extract.scoped.ruby_names import RubyScope, member_step
from kgraph.extract.scoped.scopes import UNKNOWN, ScopedPath
from kgraph.extract.treesitter.nodes import text_of

DELEGATING = frozenset(
    {"delegate", "def_delegators", "def_instance_delegators", "def_delegator", "def_instance_delegator"}
)
_SELF = frozenset({"class", "self"})


class ValueReader(Protocol):
    """What tells of a value, and of an instance variable, what it is."""

    def value(self, node: Node, scope: RubyScope) -> ScopedPath: ...

    def step(self, place: ScopedPath, step: str) -> ScopedPath: ...

    def find_held(self, name: str, scope: RubyScope) -> ScopedPath: ...


def find_delegated(name: str, given: list[Node]) -> Iterator[tuple[Node, str, str, Node]]:
    """Of each method that a call declares the node and the name, that of the method that it calls, and the node of what
    that is called on."""
    listed = [each for each in given if each.type == "simple_symbol"]
    if name == "delegate":
        options = {text_of(each.named_children[0]).rstrip(":"): each for each in given if each.type == "pair"}
        to = field(options["to"], "value") if "to" in options else None
        if to is not None and "prefix" not in options:
            for each in listed:
                yield each, _plain(each), _plain(each), to
    elif given and given[0].type in ("simple_symbol", "constant", "scope_resolution"):
        methods = listed[1:] if given[0].type == "simple_symbol" else listed
        if name.endswith("delegators"):
            for each in methods:
                yield each, _plain(each), _plain(each), given[0]
        elif methods:
            yield methods[-1], _plain(methods[-1]), _plain(methods[0]), given[0]


def hands_on(reader: ValueReader, of: Node, scope: RubyScope, method: str) -> ScopedPath:
    """The path of what a method is handed on to: of a constant, an instance variable, or what another method gives."""
    step = member_step(method)
    if not step:
        return UNKNOWN
    if of.type != "simple_symbol":
        return reader.step(reader.value(of, scope), step)
    name = _plain(of)
    if name in _SELF:
        return reader.step(scope.own_type(), step) if name == "class" else UNKNOWN
    if name.startswith("@"):
        return reader.step(reader.find_held(name, scope), step)
    owner = reader.step(scope.own_self(), member_step(name)) if member_step(name) else UNKNOWN
    return reader.step(reader.step(owner, "()"), step)


def _plain(symbol: Node) -> str:
    return text_of(symbol).lstrip(":").strip('"')
