"""How Java looks: its declarations, expressions and types as nodes of tree-sitter's grammar."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.declared_functions import find_lambda_parameter
from kgraph.extract.scoped.java_expressions import JavaExpressions
from kgraph.extract.scoped.reader import CONSTRUCTOR, field, name_of
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    ArrayOf,
    DeferredValue,
    ElementOf,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    TypeAlias,
    TypedValue,
)
from kgraph.extract.scoped.type_arguments import note_given_type, note_type_parameters, note_types_of_base
from kgraph.extract.treesitter import nodes
from kgraph.model import Kind
from kgraph.scoped_languages import JAVA

_MAX_GAP = 3  # empty lines below a comment; javadoc reads what stands above, whatever the distance


class JavaReader(JavaExpressions):
    """Reads one Java file."""

    def documentation(self, head: Node) -> str:
        return nodes.documentation(self._lines, nodes.line_of(head), self.comment, _MAX_GAP)

    def key(self, parameters: Node) -> str:
        return nodes.parameter_types(parameters)

    # --- declarations -----------------------------------------------------------------------------------------------

    def _package(self, node: Node, scope: LexicalScope) -> None:
        self.package = self.text(node.named_children[-1]).replace(" ", "")
        self.walk(node.named_children[:-1], scope)  # annotations

    def _import(self, node: Node, scope: LexicalScope) -> None:
        names = [each for each in node.named_children if each.type in ("identifier", "scoped_identifier")]
        if not names:
            return
        spelling = self.text(names[0]).replace(" ", "")
        is_star = any(each.type == "asterisk" for each in node.named_children)
        is_static = any(each.type == "static" for each in node.children)
        last = spelling.rpartition(".")[2]
        self.imports(spelling, node, ("*",) if is_star else (last,) if is_static else ())
        if is_star:
            self.bind_import("*", f"{spelling}|")
        elif is_static:
            self.bind_import(last, f"{spelling.rpartition('.')[0]}|{last}")
        else:
            self.bind_import(last, f"{spelling}|")

    def _type(self, node: Node, scope: LexicalScope) -> None:
        kind = Kind.ENUM if node.type == "enum_declaration" else Kind.CLASS
        bases = [each for part in ("superclass", "interfaces") if (each := field(node, part)) is not None]
        bases += [each for each in node.named_children if each.type == "extends_interfaces"]
        named = [each for base in bases for each in _types_of(base)]
        inside = self.declare(kind, self.name_of(node), node, scope, bases=tuple(self.text(each) for each in named))
        if node.type in ("interface_declaration", "annotation_type_declaration"):
            self.add_modifier("interface")
        inside.is_hoisted = True
        for base in named:
            self.inherits(base, inside, inside)  # a type may be bounded by its own parameters
        self.walk(named, inside)
        own = self._type_parameters(node, inside)
        note_type_parameters(self, inside, own)
        for base in named:
            if base.type == "generic_type":
                name, given = self.text(base.named_children[0]).rpartition(".")[2], base.named_children[-1]
                note_types_of_base(self, inside, name, given.named_children, {*own})
        if (parameters := field(node, "parameters")) is not None:  # of a record
            for each in parameters.named_children:
                if each.type == "formal_parameter":
                    self._holder(Kind.FIELD, each, field(each, "type"), None, inside, each)
        if (body := field(node, "body")) is not None:
            self.walk(body.named_children, inside)
        self._annotations(node, inside)

    def _type_parameters(self, node: Node, inside: LexicalScope) -> list[str]:
        """Bind the type parameters of a type or method, whose names are given."""
        names: list[str] = []
        parameters = field(node, "type_parameters")
        for each in parameters.named_children if parameters is not None else ():
            if each.type != "type_parameter":
                continue
            name = next((part for part in each.named_children if part.type in ("type_identifier", "identifier")), None)
            bound = next((part for part in each.named_children if part.type == "type_bound"), None)
            first = bound.named_children[0] if bound is not None and bound.named_children else None
            if name is not None:
                names.append(self.text(name))
                inside.bind(names[-1], 0, UNKNOWN if first is None else TypeAlias(first, inside))
            if bound is not None:
                self.walk(bound.named_children, inside)
        return names

    def _annotations(self, node: Node, scope: LexicalScope) -> None:
        for each in node.named_children:
            if each.type == "modifiers":
                self.walk(each.named_children, scope)

    def _annotation(self, node: Node, scope: LexicalScope) -> LexicalScope:
        if (name := field(node, "name")) is not None:
            self.names_type(name, scope)
        return scope

    def _method(self, node: Node, scope: LexicalScope) -> None:
        named = field(node, "name")
        is_constructor = node.type in ("constructor_declaration", "compact_constructor_declaration")
        inside = self.declare(
            Kind.CONSTRUCTOR if is_constructor else Kind.METHOD,
            self.text(named) if named is not None else "",
            node,
            scope,
        )
        parameters = field(node, "parameters")
        if parameters is not None and any(each.type == "spread_parameter" for each in parameters.named_children):
            self.takes(inside, nodes.arity(parameters) - 1, None)
        self._annotations(node, inside)
        own = self._type_parameters(node, inside)
        if (result := field(node, "type")) is not None:
            self.gives(inside, TypedValue(result, inside))
            if (name := self.text(result)) in scope.bound and name not in own:
                note_given_type(self, inside, name)
        self.walk_fields(node, ("type", "parameters", "body"), inside)

    def _field(self, node: Node, scope: LexicalScope) -> None:
        of = field(node, "type")
        for each in node.children_by_field_name("declarator"):
            self._holder(Kind.FIELD, each, of, field(each, "value"), scope, node)
        if of is not None:
            self.walk([of], scope)
        self._annotations(node, scope)

    def _holder(
        self, kind: Kind, declarator: Node, of: Node | None, value: Node | None, scope: LexicalScope, head: Node
    ) -> None:
        inside = self.declare(kind, name_of(declarator), declarator, scope, head=head)
        if of is not None:
            self.holds(inside, TypedValue(of, scope))
        if value is not None:
            self.walk([value], inside)

    def _constant(self, node: Node, scope: LexicalScope) -> None:
        """A constant of an enumeration, which may have a body of its own."""
        inside = self.declare(Kind.ENUMERATOR, self.name_of(node), node, scope)
        self.holds(inside, ScopedPath(f"{scope.type_name}|@"))
        self.walk_fields(node, ("arguments", "body"), inside)

    def _parameter(self, node: Node, scope: LexicalScope) -> LexicalScope:
        name, of = field(node, "name"), field(node, "type")
        if node.type == "spread_parameter":
            children = node.named_children
            of = next((each for each in children if each.type not in ("modifiers", "variable_declarator")), None)
            name = next((field(each, "name") for each in children if each.type == "variable_declarator"), None)
        if name is not None and of is not None:
            value: Any = TypedValue(of, scope)
            if node.type == "spread_parameter":
                value = ArrayOf(of, scope)
            elif of.type == "catch_type" or node.type == "catch_formal_parameter":
                value = TypedValue(of.named_children[0], scope) if len(of.named_children) == 1 else UNKNOWN
            scope.bind(self.text(name), 0, value)
        return scope

    def _catch(self, node: Node, scope: LexicalScope) -> LexicalScope:
        inside = LexicalScope(scope, scope.symbol, scope.name, scope.type_name)
        for each in node.named_children:
            if each.type == "catch_formal_parameter":
                caught = [part for part in each.named_children if part.type == "catch_type"]
                types = caught[0].named_children if caught else []
                value = TypedValue(types[0], inside) if len(types) == 1 else UNKNOWN
                inside.bind(self.name_of(each), 0, value)
        return inside

    def _local(self, node: Node, scope: LexicalScope) -> None:
        of = field(node, "type")
        is_inferred = of is not None and self.text(of) == "var"
        for each in node.children_by_field_name("declarator"):
            name, value = field(each, "name"), field(each, "value")
            if name is None:
                continue
            if is_inferred or of is None:
                scope.bind(self.text(name), each.end_byte, UNKNOWN if value is None else ExpressionValue(value, scope))
            else:
                is_array = field(each, "dimensions") is not None
                scope.bind(self.text(name), each.start_byte, ArrayOf(of, scope) if is_array else TypedValue(of, scope))
            if value is not None:
                self.walk([value], scope)
        if of is not None and not is_inferred:
            self.walk([of], scope)

    def _for_each(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        of, name, value = field(node, "type"), field(node, "name"), field(node, "value")
        if name is not None and of is not None and value is not None:
            is_inferred = self.text(of) == "var"
            inside.bind(self.text(name), 0, ElementOf(value, scope) if is_inferred else TypedValue(of, scope))
        self.walk_fields(node, ("type", "value", "body"), inside)

    def _resource(self, node: Node, scope: LexicalScope) -> None:
        of, name, value = field(node, "type"), field(node, "name"), field(node, "value")
        if name is not None and of is not None and value is not None:
            is_inferred = self.text(of) == "var"
            scope.bind(self.text(name), 0, ExpressionValue(value, scope) if is_inferred else TypedValue(of, scope))
            self.walk_fields(node, ("type", "value"), scope)
        else:
            self.walk(node.named_children, scope)

    def _lambda(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        parameters, body = field(node, "parameters"), field(node, "body")
        if parameters is not None:
            names = [parameters] if parameters.type == "identifier" else parameters.named_children
            for at, each in enumerate(names):
                if each.type == "identifier":
                    inside.bind(self.text(each), 0, DeferredValue(partial(JavaReader._find_handed, at=at), node, scope))
            if parameters.type == "formal_parameters":
                self.walk([parameters], inside)
        if body is not None:
            self.walk([body], inside)

    def _find_handed(self, node: Node, scope: LexicalScope, at: int) -> ScopedPath:
        """What a lambda is given, as its parameter at a place, by the function that it is an argument of."""
        arguments = node.parent
        call = arguments.parent if arguments is not None and arguments.type == "argument_list" else None
        if arguments is None or call is None:
            return find_lambda_parameter(self, node, scope, at)
        given = [each for each in arguments.named_children if "comment" not in each.type]
        if call.type == "method_invocation":
            on = field(call, "object")
            parameters = field(node, "parameters")  # of which a map hands a key and a value
            is_first = at == 0 and (parameters is None or parameters.named_child_count < 2)
            is_element = is_first and on is not None and self.name_of(call) in JAVA.element_functions
            element = self.value(on, scope).element if on is not None and is_element else None
            if element is not None:
                return element
            callee = self._callee(call, scope)
        elif call.type == "object_creation_expression" and (of := field(call, "type")) is not None:
            callee = self.type(of, scope)
        else:
            return UNKNOWN
        return self.find_handed(callee, given.index(node), at, len(given))

    def _instance_of(self, node: Node, scope: LexicalScope) -> None:
        of, name = field(node, "right"), field(node, "name")
        if of is not None and name is not None:
            # It is in scope where the test holds, which may be behind the statement: `if (!(x instanceof T t)) return`.
            scope.bind(self.text(name), name.start_byte, TypedValue(of, scope))
        self.walk([each for each in node.named_children if each != name], scope)

    def _switch(self, node: Node, scope: LexicalScope) -> None:
        """What stands behind `case` is a constant of the type of what is switched over, or seen from here."""
        condition, body = field(node, "condition"), field(node, "body")
        if condition is None or body is None:
            return

        def constant(file: JavaReader, label: Node, scope: LexicalScope) -> ScopedPath:
            return file.step(file.value(condition, scope), f".{self.text(label)}")

        self.walk([condition, body], scope)
        for group in body.named_children:
            labels = (each for each in group.named_children if each.type == "switch_label")
            for each in (part for label in labels for part in label.named_children if part.type == "identifier"):
                self.reads(each, scope, constant)

    def _pattern(self, node: Node, scope: LexicalScope) -> None:
        children = node.named_children
        if len(children) == 2 and children[1].type == "identifier":
            scope.bind(self.text(children[1]), children[1].start_byte, TypedValue(children[0], scope))
            children = children[:1]
        self.walk(children, scope)

    # --- uses -------------------------------------------------------------------------------------------------------

    def _callee(self, node: Node, scope: LexicalScope) -> ScopedPath:
        receiver, name = field(node, "object"), self.name_of(node)
        if receiver is None:
            return ScopedPath(f"{scope.type_name}|{name}")
        return self.step(self.value(receiver, scope), f".{name}")

    def _call(self, node: Node, scope: LexicalScope) -> None:
        arguments = field(node, "arguments")
        self.calls(JavaReader._callee, node, scope, arguments, field(node, "name") or node)
        self.walk_one(arguments, scope)
        self.walk_one(field(node, "type_arguments"), scope)
        self.walk_one(field(node, "object"), scope)

    def parts(self, node: Node) -> tuple[Node | None, Node | None]:
        if node.type == "object_creation_expression":  # `new Runnable() { ... }`
            return next((each for each in node.named_children if each.type == "class_body"), None), None
        return super().parts(node)

    def _new(self, node: Node, scope: LexicalScope) -> None:
        of, arguments = field(node, "type"), field(node, "arguments")
        body = next((each for each in node.named_children if each.type == "class_body"), None)
        if of is not None:
            self.constructs(of, scope, arguments)
        if body is not None:
            name = re.sub(r"<.*", "", self.text(of), flags=re.S) if of is not None else "class"
            inside = self.declare(Kind.CLASS, f"(anonymous {name})", node, scope)
            inside.is_hoisted = True
            if of is not None:
                self.inherits(of, scope, inside)
            self.walk(body.named_children, inside)
        self.walk([each for each in node.named_children if each != body], scope)

    def _explicit_constructor(self, node: Node, scope: LexicalScope) -> None:
        which, arguments = field(node, "constructor"), field(node, "arguments")
        if which is not None and which.type in ("this", "super"):
            self.calls(JavaReader._constructor, which, scope, arguments, which)
        self.walk_fields(node, ("object", "arguments"), scope)

    def _constructor(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return ScopedPath(f"{scope.type_name}|{'@' if node.type == 'this' else '^'}.{CONSTRUCTOR}")

    def _member(self, node: Node, scope: LexicalScope) -> None:
        self.reads(node, scope)
        self.walk_one(field(node, "object"), scope)

    def _method_reference(self, node: Node, scope: LexicalScope) -> None:
        self.reads(node, scope)
        self.walk(node.named_children[:1], scope)

    handlers: ClassVar[dict[str, Any]] = {
        "package_declaration": _package,
        "import_declaration": _import,
        "class_declaration": _type,
        "interface_declaration": _type,
        "enum_declaration": _type,
        "record_declaration": _type,
        "annotation_type_declaration": _type,
        "method_declaration": _method,
        "annotation_type_element_declaration": _method,
        "constructor_declaration": _method,
        "compact_constructor_declaration": _method,
        "field_declaration": _field,
        "constant_declaration": _field,
        "enum_constant": _constant,
        "formal_parameter": _parameter,
        "spread_parameter": _parameter,
        "catch_clause": _catch,
        "local_variable_declaration": _local,
        "block": common.open_block,
        "for_statement": common.open_block,
        "switch_block_statement_group": common.open_block,
        "switch_rule": common.open_block,
        "try_with_resources_statement": common.open_block,
        "switch_expression": _switch,
        "enhanced_for_statement": _for_each,
        "resource": _resource,
        "lambda_expression": _lambda,
        "instanceof_expression": _instance_of,
        "type_pattern": _pattern,
        "record_pattern_component": _pattern,
        "method_invocation": _call,
        "object_creation_expression": _new,
        "explicit_constructor_invocation": _explicit_constructor,
        "field_access": _member,
        "identifier": common.read_name,
        "type_identifier": common.name_type,
        "scoped_type_identifier": common.name_type,
        "method_reference": _method_reference,
        "annotation": _annotation,
        "marker_annotation": _annotation,
        "labeled_statement": common.walk_behind_first,
        "break_statement": common.walk_behind_first,
        "continue_statement": common.walk_behind_first,
        "element_value_pair": common.walk_value,
    }


def _types_of(node: Node) -> list[Node]:
    """The types that a clause such as `implements A, B<C>` names."""
    named = []
    for each in node.named_children:
        named += each.named_children if each.type in ("type_list", "interface_type_list") else [each]
    return [each for each in named if "comment" not in each.type]
