"""How Swift looks: its statements, expressions and types as nodes of tree-sitter's grammar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.evaluation import merge_paths
from kgraph.extract.scoped.reader import CONSTRUCTOR, Decomposed, field
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    BoundValue,
    ElementOf,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    StepOf,
    TypedValue,
)
from kgraph.extract.scoped.swift_calls import call_parts, implicit_member, is_subscript, leave_label
from kgraph.extract.scoped.swift_declarations import SwiftDeclarations, types_of, with_fields
from kgraph.scoped_languages import HANDED, KEY_PATH, SWIFT

_NAMELESS = 3  # parameters of closures without a name: `$0`


class SwiftReader(SwiftDeclarations):
    """Reads one Swift file."""

    literals: ClassVar[dict[str, str]] = {
        "line_string_literal": "String",
        "multi_line_string_literal": "String",
        "integer_literal": "Int",
        "real_literal": "Double",
        "boolean_literal": "Bool",
    }

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._handed: dict[int, Callable[[int], BoundValue]] = {}  # what closures are handed, by node and place

    def labels(self, arguments: Node, scope: LexicalScope) -> str:
        """The arguments of a call, as `assemble.scoped.labels` has them."""
        labels: list[str] = []
        name = ""
        suffixes = call_parts(arguments)[1] if arguments.type == "call_expression" else [arguments]
        for each in (one for suffix in suffixes for one in suffix.named_children):
            if each.type == "value_arguments":
                given = [one for one in each.named_children if one.type == "value_argument"]
                labels += [self._read_label(one, scope) for one in given]
            elif each.type == "simple_identifier":
                name = self.text(each)
            elif each.type == "lambda_literal":
                labels.append("{" + name)
        return " ".join(labels)

    def _read_label(self, argument: Node, scope: LexicalScope) -> str:
        label, value = field(argument, "name"), field(argument, "value")
        literal = self.literals.get(value.type) if value is not None else None
        path = f"={literal}" if literal else self.value(value, scope).path if value is not None else ""
        if value is not None and not path:
            path = f"={KEY_PATH}" if (value.text or b"")[:1] == b"\\" else implicit_member(value)
        return f"{self.text(label) if label is not None else '_'}={path if ' ' not in path else ''}"

    # --- statements -------------------------------------------------------------------------------------------------

    def _conditions(self, node: Node, scope: LexicalScope) -> None:
        """`if let`, `guard let` and `while let`: what is bound is seen behind `guard`, else in the statements."""
        inside = scope if node.type == "guard_statement" else common.open_block(self, node, scope)
        name: Node | None = None
        of: Node | None = None
        at = inside
        pending: list[tuple[Node, LexicalScope]] = []
        for each, part in with_fields(node):
            if each.type == "simple_identifier" and part == "bound_identifier":
                self._shorthand(name, inside)
                name, of = each, None
            elif each.type == "type_annotation":
                of = each.named_children[0] if each.named_children else None
            elif each.type == "pattern":
                self.bind_pattern(each, inside, each.end_byte, UNKNOWN)
            elif each.type in ("value_binding_pattern", "statements", "else", "if_statement"):
                self._shorthand(name, inside)
                name = None
                at = scope if each.type == "else" else at
                pending.append((each, common.open_block(self, each, at) if each.type == "statements" else at))
            else:
                if name is not None:
                    value: Any = TypedValue(of, inside) if of is not None else ExpressionValue(each, inside)
                    inside.bind(self.text(name), each.end_byte, value)
                    name = None
                pending.append((each, at))
        self._shorthand(name, inside)
        self.walk_each(pending)

    def _shorthand(self, name: Node | None, scope: LexicalScope) -> None:
        """`if let x`, which is the same as before."""
        if name is not None:
            scope.bind(self.text(name), name.end_byte, ExpressionValue(name, scope))

    def _for(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        item, collection = field(node, "item"), field(node, "collection")
        if item is not None and collection is not None:
            self.bind_pattern(item, inside, 0, ElementOf(collection, scope))
            self.walk([each for each in node.named_children if each not in (item, collection)], inside)
            self.walk([collection], scope)

    def _patterns(self, node: Node, scope: LexicalScope) -> LexicalScope:
        """An entry of `switch`, and `catch`: the names that its patterns bind."""
        inside = common.open_block(self, node, scope)
        if node.type == "catch_block":
            inside.bind("error", 0, UNKNOWN)
        for each in node.named_children:
            patterns = each.named_children if each.type == "switch_pattern" else [each]
            for pattern in patterns:
                if pattern.type == "pattern":
                    self._bind_pattern(pattern, inside)
        return inside

    def _bind_pattern(self, pattern: Node, scope: LexicalScope) -> None:
        inner = pattern.named_children[0] if pattern.named_children else pattern
        name, types = field(inner, "bound_identifier"), types_of(pattern)
        self.walk(types, scope)
        if name is not None and types:
            scope.bind(self.text(name), 0, TypedValue(types[0], scope))
        elif "let " in self.text(pattern) or "var " in self.text(pattern):
            self.bind_pattern(pattern, scope, 0, UNKNOWN)

    def _lambda(self, node: Node, scope: LexicalScope) -> LexicalScope:
        inside = common.open_block(self, node, scope)
        handed = self._handed.get(node.id, _nothing)
        if (of := field(node, "type")) is not None:
            for each in of.named_children:
                listed = each.named_children if each.type == "lambda_function_type_parameters" else ()
                for at, one in enumerate(listed):
                    names = one.children_by_field_name("name")
                    types = [part for part in names if part.type != "simple_identifier"]
                    if names:
                        inside.bind(self.text(names[0]), 0, TypedValue(types[0], scope) if types else handed(at))
        else:
            for at in range(_NAMELESS):
                inside.bind(f"${at}", 0, handed(at))
        return inside

    # --- uses -------------------------------------------------------------------------------------------------------

    def _call(self, node: Node, scope: LexicalScope) -> None:
        if len(node.named_children) < 2:
            return
        callee, suffixes = call_parts(node)
        if is_subscript(suffixes[-1]):
            self.walk(node.named_children, scope)
            return
        name = callee
        if callee.type == "navigation_expression" and (part := field(callee, "suffix")) is not None:
            name = field(part, "suffix") or callee
        if callee.type in ("simple_identifier", "navigation_expression"):
            self.calls(SwiftReader._callee, callee, scope, node, name)
        given = [each for suffix in suffixes for each in suffix.named_children]
        closures = [each for each in given if each.type == "lambda_literal"]
        if len(closures) == 1 and callee.type in ("simple_identifier", "navigation_expression"):
            self._handed[closures[0].id] = lambda at: StepOf(callee, scope, f"(){HANDED + at}")
        if callee.type == "navigation_expression":
            target = field(callee, "target")
            if target is not None and self.text(name) in SWIFT.element_functions:
                for each in closures:
                    self._handed[each.id] = lambda at: UNKNOWN if at else ElementOf(target, scope)
            self.walk([target] if target is not None else [], scope)
        elif callee.type != "simple_identifier":
            self.walk([callee], scope)
        self.walk(given, scope)

    def _callee(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return self.value(node, scope)

    def _construct(self, node: Node, scope: LexicalScope) -> None:
        of = field(node, "constructed_type")
        if of is not None:
            self.constructs_with(of, node.named_children[-1], scope)
        self.walk(node.named_children, scope)

    def constructs_with(self, of: Node, suffix: Node, scope: LexicalScope) -> None:
        """An instance is made of a type."""
        self.calls(SwiftReader.type, of, scope, suffix, of)

    def _suffix(self, node: Node, scope: LexicalScope) -> None:
        """The arguments of a call, of which the labels are no names."""
        for each in node.named_children:
            if each.type != "simple_identifier":
                self.walk([each], scope)

    def _member(self, node: Node, scope: LexicalScope) -> None:
        self.reads(node, scope)
        self.walk_fields(node, ("target",), scope)

    def implicit(self, value: Node, of: Node, scope: LexicalScope) -> None:
        """`let x: Stack = .shared` and `= .init(1)` name members of the declared type."""
        member = value.named_children[0] if value.type == "call_expression" and value.named_children else value
        name = field(member, "target") if implicit_member(value) else None
        if name is None:
            return

        def evaluate(reader: SwiftReader, node: Node, inside: LexicalScope) -> ScopedPath:
            return reader.step(reader.type(of, inside), f".{_member_name(reader.text(node))}")

        if member is value:
            self.reads(name, scope, evaluate)
        else:
            self.calls(evaluate, name, scope, value.named_children[-1], name)

    def _prefix(self, node: Node, scope: LexicalScope) -> LexicalScope | None:
        """`.shared`, of a type that is not written, and `-x`."""
        return None if self.text(node).startswith(".") else scope

    def _argument(self, node: Node, scope: LexicalScope) -> None:
        self.walk_fields(node, ("value",), scope)

    def _attribute(self, node: Node, scope: LexicalScope) -> None:
        for each in node.named_children:
            if each.type == "user_type":
                self.names_type(each, scope)
            elif each.type != "simple_identifier":
                self.walk([each], scope)

    def _read_named(self, node: Node, scope: LexicalScope) -> None:
        self.names_type(node, scope)
        self.walk([each for each in node.named_children if each.type == "type_arguments"], scope)

    # --- expressions and types ----------------------------------------------------------------------------------------

    def _take_name(self, node: Node, scope: LexicalScope) -> ScopedPath:
        name = self.text(node).strip("`")
        if name == "Self":
            return _own(scope)
        return self.name(name, node.start_byte, scope)

    def _take_member(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        target, suffix = field(node, "target"), field(node, "suffix")
        name = field(suffix, "suffix") if suffix is not None else None
        if target is None or name is None:
            return UNKNOWN
        if target.type in ("user_type", "array_type", "dictionary_type"):
            return self.step(self.type(target, scope), f".{_member_name(self.text(name))}")
        if self.text(name) == "self":
            return Decomposed(target)
        return Decomposed(target, (f".{_member_name(self.text(name))}",))

    def _take_call(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        callee, suffixes = call_parts(node)
        if callee.type == "array_literal":
            elements = callee.named_children
            inner = self.instance(self.value(elements[0], scope)) if len(elements) == 1 else UNKNOWN
            return ScopedPath("|Array~", inner)
        return Decomposed(callee, ("[]",) if is_subscript(suffixes[-1]) else ("()",))

    def _take_constructed(self, node: Node, scope: LexicalScope) -> ScopedPath:
        of = field(node, "constructed_type")
        return self.instance(self.type(of, scope)) if of is not None else UNKNOWN

    def _take_optional(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        target = field(node, "target")
        return Decomposed(target) if target is not None and self.text(node)[-1:] in "!?" else UNKNOWN

    def _take_cast(self, node: Node, scope: LexicalScope) -> ScopedPath:
        of = field(node, "name")
        return self.instance(self.type(of, scope)) if of is not None else UNKNOWN

    def _take_default(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """`one ?? other`, which have one type: that of the first, which only the optional is wider than."""
        one = field(node, "value")
        return self.value(one, scope) if one is not None else UNKNOWN

    def _take_choice(self, node: Node, scope: LexicalScope) -> ScopedPath:
        one, other = field(node, "if_true"), field(node, "if_false")
        return merge_paths(self.value(one, scope), self.value(other, scope)) if one and other else UNKNOWN

    def _take_array(self, node: Node, scope: LexicalScope) -> ScopedPath:
        values = [self.value(each, scope) for each in node.named_children[:2]]
        is_known = bool(values) and values[0].path != "" and values[0] == values[-1]
        return ScopedPath("|Array~", values[0] if is_known else None)

    def _take_text(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return ScopedPath("|String~")

    def _take_tuple(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        return Decomposed(node.named_children[0]) if len(node.named_children) == 1 else UNKNOWN

    def _take_user_type(self, node: Node, scope: LexicalScope) -> ScopedPath:
        names = [each for each in node.named_children if each.type == "type_identifier"]
        if not names:
            return UNKNOWN
        place = self._take_name(names[0], scope)
        for each in names[1:]:
            place = self.step(place, f".{self.text(each)}")
        arguments = next((each for each in node.named_children if each.type == "type_arguments"), None)
        if self.text(names[-1]) in SWIFT.holders and arguments is not None and len(arguments.named_children) == 1:
            inner = self.type_argument(arguments.named_children[0], scope)
            return inner if self.text(names[-1]) == "Optional" else ScopedPath(f"|{self.text(names[-1])}", inner)
        return place

    def _take_array_type(self, node: Node, scope: LexicalScope) -> ScopedPath:
        inner = node.named_children
        return ScopedPath("|Array", self.type_argument(inner[-1], scope)) if inner else UNKNOWN

    def _take_function_type(self, node: Node, scope: LexicalScope) -> ScopedPath:
        names = node.children_by_field_name("name")
        given = self.type_argument(names[-1], scope) if names else UNKNOWN
        return ScopedPath("=Function", parts=(("()", given),)) if given.path else UNKNOWN

    handlers: ClassVar[dict[str, Any]] = {
        "import_declaration": SwiftDeclarations.read_import,
        "class_declaration": SwiftDeclarations.type_declaration,
        "protocol_declaration": SwiftDeclarations.type_declaration,
        **dict.fromkeys(("typealias_declaration", "associatedtype_declaration"), SwiftDeclarations.alias),
        **dict.fromkeys(
            (
                *("function_declaration", "protocol_function_declaration", "init_declaration", "deinit_declaration"),
                "subscript_declaration",
            ),
            SwiftDeclarations.function_declaration,
        ),
        **dict.fromkeys(("property_declaration", "protocol_property_declaration"), SwiftDeclarations.properties),
        "enum_entry": SwiftDeclarations.cases,
        **dict.fromkeys(("if_statement", "guard_statement", "while_statement"), _conditions),
        "for_statement": _for,
        **dict.fromkeys(("switch_entry", "catch_block"), _patterns),
        **dict.fromkeys(
            ("do_statement", "repeat_while_statement", "computed_getter", "computed_setter"), common.open_block
        ),
        "lambda_literal": _lambda,
        "call_expression": _call,
        "control_transfer_statement": leave_label,
        "call_suffix": _suffix,
        "constructor_suffix": _suffix,
        "constructor_expression": _construct,
        "navigation_expression": _member,
        "prefix_expression": _prefix,
        "value_argument": _argument,
        "attribute": _attribute,
        "user_type": _read_named,
        "simple_identifier": common.read_name,
        **dict.fromkeys(
            (
                *("comment", "multiline_comment", "integer_literal", "real_literal", "boolean_literal"),
                *("line_str_text", "pattern", "switch_pattern", "value_binding_pattern", "lambda_function_type"),
                *("capture_list", "directive", "statement_label"),
                *("operator_declaration", "type_parameters", "precedence_group_declaration", "availability_condition"),
                *("identifier", "getter_specifier", "setter_specifier", "visibility_modifier", "key_path_expression"),
            ),
            common.skip,
        ),
    }
    expressions: ClassVar[dict[str, Any]] = {
        "simple_identifier": _take_name,
        "navigation_expression": _take_member,
        "call_expression": _take_call,
        "constructor_expression": _take_constructed,
        "self_expression": common.take_this,
        "super_expression": common.take_super,
        "postfix_expression": _take_optional,
        "optional_chaining_marker": common.take_first,
        "as_expression": _take_cast,
        "nil_coalescing_expression": _take_default,
        "ternary_expression": _take_choice,
        "array_literal": _take_array,
        **dict.fromkeys(("line_string_literal", "multi_line_string_literal"), _take_text),
        "tuple_expression": _take_tuple,
        **dict.fromkeys(("try_expression", "await_expression"), common.take_last),
    }
    types: ClassVar[dict[str, Any]] = {
        "user_type": _take_user_type,
        "type_identifier": _take_name,
        "simple_identifier": _take_name,
        "array_type": _take_array_type,
        "function_type": _take_function_type,
        **dict.fromkeys(
            ("optional_type", "opaque_type", "existential_type", "implicitly_unwrapped_type", "type_annotation"),
            common.take_last,
        ),
    }


def _own(scope: LexicalScope) -> ScopedPath:
    """The path of the type around."""
    outer, _, last = scope.type_name.rpartition(".")
    return ScopedPath(f"{outer}|{last}") if last else UNKNOWN


def _member_name(name: str) -> str:
    return CONSTRUCTOR if name == "init" else name.strip("`")


def _nothing(_: int) -> BoundValue:
    return UNKNOWN
