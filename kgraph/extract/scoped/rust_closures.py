"""What functions of Rust hand to closures that they take, as the bounds of their parameters say: `F: Fn(&Scope)`."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from kgraph.extract.scoped.reader import ScopedReader, field
from kgraph.extract.scoped.scopes import LexicalScope, TypedValue
from kgraph.scoped_languages import ARGUMENT, MOST_HANDED

_MAX_AROUND = 6  # types around that of a function: `&mut dyn Fn(A)`


def note_handed(reader: ScopedReader, function: Node, inside: LexicalScope) -> None:
    """Note what a function, the symbol of a scope, hands to each of its arguments that is a function, by place."""
    parameters = field(function, "parameters")
    if parameters is None or b"Fn" not in (_head(function) or b""):
        return
    bounds = dict(_bounds(reader, function))
    given = [each for each in parameters.named_children if each.type == "parameter"]
    for place, each in enumerate(given[:MOST_HANDED]):
        of = field(each, "type")
        bound = bounds.get(reader.text(of)) if of is not None and of.type == "type_identifier" else _function_type(of)
        types = field(bound, "parameters") if bound is not None else None
        for at, handed in enumerate(types.named_children[:MOST_HANDED] if types is not None else ()):
            reader.gives(inside, TypedValue(handed, inside), ARGUMENT + MOST_HANDED * place + at)


def find_closure_step(closure: Node, arguments: Node, at: int) -> str:
    """The step from a function to what it hands to a closure among its arguments as a parameter; "" where that is not
    told."""
    place = next(number for number, each in enumerate(arguments.named_children) if each == closure)
    return f"(){ARGUMENT + MOST_HANDED * place + at}" if max(place, at) < MOST_HANDED else ""


def _head(function: Node) -> bytes | None:
    """The text of a function above its body."""
    body = field(function, "body")
    text = function.text
    return text if body is None or text is None else text[: body.start_byte - function.start_byte]


def _bounds(reader: ScopedReader, function: Node) -> Iterator[tuple[str, Node]]:
    """The type parameters that are functions, each with the type of that."""
    listed = field(function, "type_parameters")
    clauses = [each for each in function.named_children if each.type == "where_clause"]
    for each in (one for group in (listed, *clauses) if group is not None for one in group.named_children):
        name, bounds = field(each, "name") or field(each, "left"), field(each, "bounds")
        for bound in bounds.named_children if bounds is not None else ():
            if name is not None and (of := _function_type(bound)) is not None:
                yield reader.text(name), of


def _function_type(of: Node | None) -> Node | None:
    """The type of a function that a type is, or points to."""
    for _ in range(_MAX_AROUND):
        if of is None or of.type == "function_type":
            return of
        arguments = field(of, "type_arguments")
        of = arguments.named_children[-1] if arguments is not None else field(of, "trait") or field(of, "type")
    return None
