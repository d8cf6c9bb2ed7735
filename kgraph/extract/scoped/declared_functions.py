"""What a lambda of Java or C# is given where the type is declared of what it is put into, or returned as.

Input: the node of a lambda. Output: the path of its parameter at a place. That a lambda is an argument of a call is
another matter: what it is given is then said by what is called.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from kgraph.extract.scoped.reader import ScopedReader, field
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope, ScopedPath
from kgraph.scoped_languages import FUNC, FUNCTION_TYPE, FUNCTION_TYPES

_PASSED = frozenset({"parenthesized_expression", "ternary_expression", "conditional_expression"})
_GENERIC = frozenset({"generic_type", "generic_name"})
_INFERRED = frozenset({"var", "implicit_type"})
# What returns something, and the fields that say of which type.
_RETURNING = frozenset(
    {"method_declaration", "local_function_statement", "property_declaration", "indexer_declaration"}
)
_ENDS = frozenset({"lambda_expression", "anonymous_method_expression", "constructor_declaration", "class_body"})


def find_lambda_parameter(reader: ScopedReader, function: Node, scope: LexicalScope, at: int) -> ScopedPath:
    """What a lambda is given as its parameter at a place; unknown where no type is declared."""
    of = _find_declared_type(function)
    if of is None or reader.text(of) == "var":
        return UNKNOWN
    while of.type in ("nullable_type", "annotated_type") and of.named_children:
        of = field(of, "type") or of.named_children[-1]
    if of.type not in _GENERIC or len(of.named_children) < 2:
        return reader.find_handed(reader.type(of, scope), FUNCTION_TYPE, at, 0)
    name, arguments = reader.text(of.named_children[0]).rpartition(".")[2], of.named_children[-1].named_children
    if name == "Expression" and len(arguments) == 1 and arguments[0].type in _GENERIC:
        of = arguments[0]
        name, arguments = reader.text(of.named_children[0]), of.named_children[-1].named_children
    places = range(len(arguments) - 1) if name == FUNC else FUNCTION_TYPES.get(name)
    if places is None:
        return reader.find_handed(reader.type(of, scope), FUNCTION_TYPE, at, 0)
    if at >= len(places) or places[at] >= len(arguments):
        return UNKNOWN
    given = arguments[places[at]]
    if given.type == "wildcard":
        if not given.named_children:
            return UNKNOWN
        given = given.named_children[-1]
    return reader.type_argument(given, scope)


def _find_declared_type(function: Node) -> Node | None:
    """The node of the type that a lambda is declared to have by what is around it."""
    node = function.parent
    while node is not None and node.type in _PASSED:
        node = node.parent
    if node is None:
        return None
    match node.type:
        case "variable_declarator":
            return field(node.parent, "type") if node.parent is not None else None
        case "cast_expression" | "property_declaration":
            return field(node, "type")
        case "return_statement" | "arrow_expression_clause":
            returning = next(_find_enclosing(node), None)
            return field(returning, "returns") or field(returning, "type") if returning is not None else None
    return None


def _find_enclosing(node: Node) -> Iterator[Node]:
    """The function or property that a statement gives the result of."""
    at = node.parent
    while at is not None and at.type not in _ENDS:
        if at.type in _RETURNING:
            yield at
        at = at.parent
