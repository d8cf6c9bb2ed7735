"""What most languages have in common: handlers of nodes, and what takes expressions apart, as tables name them."""

from __future__ import annotations

from tree_sitter import Node

from kgraph.extract.scoped.reader import Decomposed, ScopedReader, field
from kgraph.extract.scoped.reader import skip as skip
from kgraph.extract.scoped.scopes import NOTHING, UNKNOWN, LexicalScope, ScopedPath

# --- handlers -------------------------------------------------------------------------------------------------------


def open_block(reader: ScopedReader, node: Node, scope: LexicalScope) -> LexicalScope:
    """A block, whose names are its own."""
    return LexicalScope(scope, scope.symbol, scope.name, scope.type_name)


def read_name(reader: ScopedReader, node: Node, scope: LexicalScope) -> None:
    """An expression that is a name, or ends in one, and has nothing else in it; that of a local variable is no use of
    what the variable holds."""
    if not is_variable(reader.text(node), node, scope):
        reader.reads(node, scope)


def is_variable(name: str, node: Node, scope: LexicalScope) -> bool:
    """Whether a name means a local variable where a node begins, and nothing local that is declared."""
    bound = scope.local(name, node.start_byte)
    return bound is not None and not isinstance(bound.value, ScopedPath)


def name_type(reader: ScopedReader, node: Node, scope: LexicalScope) -> None:
    """The name of a type."""
    reader.names_type(node, scope)


def walk_behind_first(reader: ScopedReader, node: Node, scope: LexicalScope) -> None:
    """A statement that begins with a label."""
    reader.walk(node.named_children[1:], scope)


def walk_value(reader: ScopedReader, node: Node, scope: LexicalScope) -> None:
    """A pair of a key and a value, of which only the value is an expression."""
    reader.walk_fields(node, ("value",), scope)


# --- expressions and types --------------------------------------------------------------------------------------------


def take_name(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """A name by itself."""
    return reader.name(reader.text(node), node.start_byte, scope)


def take_this(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """The instance that a method was called on."""
    return ScopedPath(f"{scope.type_name}|@")


def take_super(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """The same, seen as its base."""
    return ScopedPath(f"{scope.type_name}|^")


def take_last(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    """What is the same as its last part: an expression in parentheses, an assignment."""
    return Decomposed(node.named_children[-1]) if node.named_children else UNKNOWN


def take_right(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    """What is the same as its right side: an assignment."""
    right = field(node, "right")
    return Decomposed(right) if right is not None else UNKNOWN


def take_nothing(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """What gives no value of a type: `null`, `nil`, `throw`."""
    return NOTHING


def take_first(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    """What is the same as its first part: `x!`, `x as const`."""
    return Decomposed(node.named_children[0]) if node.named_children else UNKNOWN


def take_instance(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """A value of the type in the field `type`: a cast, a construction."""
    of = field(node, "type")
    return reader.instance(reader.type(of, scope)) if of is not None else UNKNOWN


def take_array_of(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """Something that holds values of the type in the field `type` or `element`."""
    of = field(node, "type") or field(node, "element")
    return reader.array_of(of, scope) if of is not None else UNKNOWN


def take_builtin(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """A type that is part of the language: `int`."""
    return ScopedPath(f"={reader.text(node)}")


def take_choice(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """One of two values, where they are the same."""
    one, other = field(node, "consequence"), field(node, "alternative")
    if one is None or other is None:
        return UNKNOWN
    first = reader.value(one, scope)
    return first if first == reader.value(other, scope) else UNKNOWN
