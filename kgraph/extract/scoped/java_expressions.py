"""Expressions and types of Java, as paths."""

from __future__ import annotations

from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.reader import Decomposed, ScopedReader, field
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope, ScopedPath
from kgraph.scoped_languages import JAVA, LAMBDA


class JavaExpressions(ScopedReader):
    """Takes expressions and types apart."""

    module = "tree_sitter_java"
    language = JAVA
    literals: ClassVar[dict[str, str]] = {
        "string_literal": "String",
        "decimal_integer_literal": "int",
        "hex_integer_literal": "int",
        "decimal_floating_point_literal": "double",
        "true": "boolean",
        "false": "boolean",
        "character_literal": "char",
        "null_literal": "null",
        "class_literal": "Class",
        "instanceof_expression": "boolean",
        "lambda_expression": LAMBDA,
    }

    def _take_call(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        receiver, name = field(node, "object"), self.name_of(node)
        result = self.call_step(field(node, "arguments"))
        if receiver is None:
            return ScopedPath(f"{scope.type_name}|{name}{result}")
        return Decomposed(receiver, (f".{name}", result))

    def _take_member(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        receiver, name = field(node, "object"), field(node, "field")
        if receiver is None or name is None:
            return UNKNOWN
        if name.type == "this":
            place = self.value(receiver, scope)
            return ScopedPath(f"{place.path}~") if place.path else UNKNOWN
        return Decomposed(receiver, (f".{self.text(name)}",))

    def _take_index(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        array = field(node, "array")
        return Decomposed(array, ("[]",)) if array is not None else UNKNOWN

    def _take_reference(self, node: Node, scope: LexicalScope) -> ScopedPath:
        children = node.named_children
        if len(children) < 2:
            return UNKNOWN
        is_type = children[0].type in self.types and children[0].type != "identifier"
        of = (self.type if is_type else self.value)(children[0], scope)
        return self.step(of, f".{self.text(children[-1])}")

    def _take_scoped_type(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        parts = [each for each in node.named_children if each.type not in ("annotation", "marker_annotation")]
        if len(parts) < 2:
            return UNKNOWN
        return Decomposed(parts[0], (f".{self.text(parts[-1])}",))

    def _take_generic(self, node: Node, scope: LexicalScope) -> ScopedPath:
        outer = node.named_children[0]
        arguments = node.named_children[-1]
        place = self.type(outer, scope)
        name = self.text(outer).rpartition(".")[2]
        if name in JAVA.holders and arguments.type == "type_arguments" and arguments.named_children:
            last = arguments.named_children[-1]
            return ScopedPath(place.path, self.instance(self.type(last, scope)))
        return place

    def _take_wildcard(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        children = [each for each in node.named_children if each.type != "super"]
        return Decomposed(children[-1]) if children else UNKNOWN

    expressions: ClassVar[dict[str, Any]] = {
        "identifier": common.take_name,
        "method_invocation": _take_call,
        "field_access": _take_member,
        "object_creation_expression": common.take_instance,
        "this": common.take_this,
        "super": common.take_super,
        "parenthesized_expression": common.take_last,
        "assignment_expression": common.take_last,
        "cast_expression": common.take_instance,
        "array_access": _take_index,
        "array_creation_expression": common.take_array_of,
        "method_reference": _take_reference,
        "ternary_expression": common.take_choice,
    }
    types: ClassVar[dict[str, Any]] = {
        "type_identifier": common.take_name,
        "identifier": common.take_name,
        "scoped_identifier": _take_scoped_type,
        "scoped_type_identifier": _take_scoped_type,
        "generic_type": _take_generic,
        "array_type": common.take_array_of,
        "annotated_type": common.take_last,
        "wildcard": _take_wildcard,
        "integral_type": common.take_builtin,
        "floating_point_type": common.take_builtin,
        "boolean_type": common.take_builtin,
    }
