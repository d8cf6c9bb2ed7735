"""How C# looks: its declarations and uses as nodes of tree-sitter's grammar; `csharp_paths` takes expressions apart.

A namespace is a symbol that others have as their scope, so that qualified names hold it. The branches of conditional
compilation are all read (`csharp_conditions`), and so are blocks of extension members (`csharp_extensions`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common, csharp_comments, csharp_conditions, csharp_extensions, csharp_paths
from kgraph.extract.scoped.csharp_extensions import ExtensionScope
from kgraph.extract.scoped.csharp_paths import TYPE_PARAMETER, simple_name
from kgraph.extract.scoped.csharp_statements import (
    CSharpParameter,
    CSharpStatements,
    child_of,
    parameters_of,
    value_of,
)
from kgraph.extract.scoped.reader import CONSTRUCTOR, TYPE, field, name_of
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope, ScopedPath, TypeAlias, TypedValue
from kgraph.extract.scoped.type_arguments import note_given_type, note_type_parameters, note_types_of_base
from kgraph.extract.text import flatten
from kgraph.extract.treesitter.nodes import line_of, text_of
from kgraph.model import Kind
from kgraph.scoped_languages import CSHARP, LAMBDA, PARAMETER_NAMES, RELATIVE, STATIC_EXTENSION

_TYPE_KINDS = {"struct_declaration": Kind.STRUCT, "enum_declaration": Kind.ENUM}


class CSharpReader(CSharpStatements):
    """Reads one C# file."""

    module = "tree_sitter_c_sharp"
    language = CSHARP
    each_step = ".Current"
    literals: ClassVar[dict[str, str]] = {
        "string_literal": "string",
        "verbatim_string_literal": "string",
        "raw_string_literal": "string",
        "interpolated_string_expression": "string",
        "integer_literal": "int",
        "real_literal": "double",
        "boolean_literal": "bool",
        "is_pattern_expression": "bool",
        "character_literal": "char",
        "null_literal": "null",
        "typeof_expression": "Class",
        "lambda_expression": LAMBDA,
        "anonymous_method_expression": LAMBDA,
        "anonymous_object_creation_expression": "anonymous",
    }

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._receiver: CSharpParameter | None = None  # of the extension method that is declared
        self._is_public = False  # whether what is declared is so without a word

    @classmethod
    def prepare(cls, content: bytes) -> bytes:
        return csharp_extensions.prepare(content)

    def trees(self, content: bytes, parse: Callable[[bytes], Node]) -> list[tuple[Node, frozenset[int] | None]]:
        return csharp_conditions.trees(content, parse)

    def key(self, parameters: Node) -> str:
        types = (flatten(self.text(each.type)) for each in self._parameters(parameters) if each.type is not None)
        return flatten(f"({','.join(types)})", 300)

    def arity(self, parameters: Node) -> int:
        return len(self._parameters(parameters))

    def access(self, name: str, words: list[str], scope: LexicalScope) -> Any:
        """Members of classes and structures are private where nothing else is said."""
        said = super().access(name, words, scope)
        if said or self._is_public or "internal" in words or scope.symbol < 0 or name.startswith(("operator", "~")):
            return said
        around = self.symbols[scope.symbol]
        is_type = around.kind in (Kind.CLASS, Kind.STRUCT) and "interface" not in around.modifiers
        is_hook = name == around.name and "static" in words  # what .NET calls
        return "private" if is_type and not is_hook else said

    def _parameters(self, parameters: Node) -> list[CSharpParameter]:
        """The parameters of what is declared, what an extension method is called on included."""
        return [*([self._receiver] if self._receiver is not None else ()), *parameters_of(parameters)]

    def argument_count(self, arguments: Node) -> int:
        return 0 if arguments.type == "initializer_expression" else super().argument_count(arguments)

    def arguments(self, node: Node) -> list[Node]:
        return [each.children[-1] for each in node.named_children if each.type == "argument" and each.children]

    def argument_names(self, node: Node) -> list[str]:
        if b":" not in (node.text or b""):
            return []
        given = [each for each in node.named_children if each.type == "argument" and each.children]
        return [self.text(name) if (name := field(each, "name")) is not None else "" for each in given]

    def step(self, place: ScopedPath, step: str) -> ScopedPath:
        if place.path.endswith("?~") and step in (".Value", ".GetValueOrDefault"):
            value = ScopedPath(f"{place.path[:-2]}~")
            return value if step == ".Value" else ScopedPath("", value, gives_element=True)
        return super().step(place, step)

    def documentation(self, head: Node) -> str:
        return csharp_comments.with_commands(super().documentation(head)).strip()

    # --- files and types ---------------------------------------------------------------------------------------------

    def _file(self, node: Node, scope: LexicalScope) -> None:
        """What stands behind `namespace A;` is inside of it."""
        at = scope
        pairs = []
        for each in node.named_children:
            if each.type == "file_scoped_namespace_declaration":
                at = self.declare(Kind.NAMESPACE, _plain(self.name_of(each)), each, scope)
            else:
                pairs.append((each, at))
        self.walk_each(pairs)

    def _namespace(self, node: Node, scope: LexicalScope) -> None:
        inside = self.declare(Kind.NAMESPACE, _plain(self.name_of(node)), node, scope)
        if (body := field(node, "body")) is not None:
            self.walk(body.named_children, inside)

    def _using(self, node: Node, scope: LexicalScope) -> None:
        alias = field(node, "name")
        named = [each for each in node.named_children if each != alias]
        words = {each.type for each in node.children}
        if not named or named[-1].type in ("tuple_type", "predefined_type", "array_type", "pointer_type"):
            return
        spelling = re.sub(r"<.*", "", _plain(self.text(named[-1])).removeprefix("global::"))
        name = self.text(alias) if alias is not None else "*"
        self.imports(spelling, node, (name,) if alias is not None or "static" in words else ())
        if scope.name:
            self.bind_import(RELATIVE, spelling)
        self.bind_import(f"global {name}" if "global" in words else name, f"{spelling}|")

    def _type(self, node: Node, scope: LexicalScope) -> None:
        if csharp_extensions.is_block(node, self._lines):
            self._extension(node, scope)
            return
        kind = _TYPE_KINDS.get(node.type, Kind.CLASS)
        is_record = node.type == "record_declaration"
        if is_record and any(each.type == "struct" for each in node.children):
            kind = Kind.STRUCT
        listed = child_of(node, "base_list")
        parts = listed.named_children if listed is not None else []
        bases = [each for each in parts if each.type != "argument_list" and "preproc" not in each.type]
        named = [(field(each, "type") or each) if "primary" in each.type else each for each in bases]
        inside = self.declare(
            kind, self.name_of(node), node, scope, bases=tuple(flatten(self.text(each)) for each in named)
        )
        for word in ("interface", "record"):
            if node.type == f"{word}_declaration" and self.only_lines is None:
                self.add_modifier(word)
        inside.is_hoisted = True
        for base in named:
            self.inherits(base, inside, inside)
            self.names(base, inside)
        for each in (*parts, *(part for base in parts if "primary" in base.type for part in base.named_children)):
            if each.type == "argument_list":
                self.calls(CSharpReader._base_constructor, each, inside, each, each)
                self.walk(each.named_children, inside)
        own = self._type_parameters(node, inside)
        note_type_parameters(self, inside, own)
        for base in named:
            last = field(base, "name") if base.type == "qualified_name" else base
            if last is not None and last.type == "generic_name":
                given = last.named_children[-1].named_children
                note_types_of_base(self, inside, simple_name(self, last), given, {*own})
        if (parameters := child_of(node, "parameter_list")) is not None:
            self._primary(parameters, inside, is_record=is_record)
        if (body := field(node, "body")) is not None:
            self.walk(body.named_children, inside)
        self.attributes(node, inside)

    def _extension(self, node: Node, scope: LexicalScope) -> None:
        """A block of extension members."""
        receiver = csharp_extensions.receiver_of(node)
        inside = ExtensionScope(scope, receiver)
        self._type_parameters(node, inside)
        if receiver is not None and receiver.name is None:
            self.names(receiver.type, inside)
        elif (parameters := child_of(node, "parameter_list")) is not None:
            self.bind_parameters(parameters, inside)
        if (body := field(node, "body")) is not None:
            self.walk(body.named_children, inside)

    def _primary(self, parameters: Node, inside: LexicalScope, *, is_record: bool) -> None:
        """The parameters of a type: properties of a record, else names that are seen inside."""
        self.bind_parameters(parameters, inside, bind=not is_record)
        found = parameters_of(parameters)
        self.takes(inside, sum(each.default is None for each in found), len(found))
        for each, node in zip(found, parameters.named_children, strict=False):
            if is_record and each.name is not None and each.type is not None:
                self._is_public = True
                self.holds(
                    self.declare(Kind.PROPERTY, self.text(each.name), node, inside), TypedValue(each.type, inside)
                )
                self._is_public = False

    def _base_constructor(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return ScopedPath(f"{scope.type_name}|^.{CONSTRUCTOR}")

    def _type_parameters(self, node: Node, inside: LexicalScope) -> list[str]:
        """Bind the type parameters of a type or method; gives their names."""
        bounds: dict[str, Node] = {}
        for clause in node.named_children:
            if clause.type == "type_parameter_constraints_clause":
                for each in clause.named_children[1:]:
                    if (bound := field(each, "type")) is not None:
                        bounds.setdefault(self.text(clause.named_children[0]), bound)
                        self.names(bound, inside)
        listed = child_of(node, "type_parameter_list")
        names = [self.name_of(each) for each in (listed.named_children if listed is not None else ())]
        for name in names:
            inside.bind(TYPE_PARAMETER + name, 0, TypeAlias(bounds[name], inside) if name in bounds else UNKNOWN)
        return names

    def _attribute(self, node: Node, scope: LexicalScope) -> None:
        if (name := field(node, "name")) is not None:
            self.uses_later((line_of(name), TYPE, scope.symbol, None, CSharpReader._attribute_type, name, scope))
        for each in node.named_children[1:]:
            for argument in each.named_children:
                self.walk(argument.named_children[-1:], scope)

    def _attribute_type(self, node: Node, scope: LexicalScope) -> ScopedPath:
        place = self.type(node, scope)
        is_whole = not place.path or place.path.endswith("Attribute")
        return place if is_whole else ScopedPath(f"{place.path}Attribute")

    # --- members -----------------------------------------------------------------------------------------------------

    def _method(self, node: Node, scope: LexicalScope) -> None:
        kind, name = _callable(node)
        receiver = scope.receiver if isinstance(scope, ExtensionScope) else None
        is_static = receiver is not None and "static" in self.modifiers(node)
        self._receiver = None if is_static else receiver
        inside = self._declare_member(kind, name, node, scope)
        self.attributes(node, inside)
        own = self._type_parameters(node, inside)
        if (types := child_of(node, "type_parameter_list")) is not None:
            self.is_generic(inside, len([each for each in types.named_children if each.type == "type_parameter"]))
        result = field(node, "returns") or field(node, "type")
        if result is not None:
            self.gives(inside, TypedValue(result, inside))
            self.names(result, inside)
            if (given := self.text(result)) not in own and TYPE_PARAMETER + given in scope.bound:
                note_given_type(self, inside, given)
        if (parameters := field(node, "parameters")) is not None:
            found = self._parameters(parameters)
            least = sum(each.default is None and each.modifier != "params" for each in found)
            is_open = any(each.modifier == "params" for each in found)
            if is_open or least < len(found):
                self.takes(inside, least, None if is_open else len(found))
                names = [self.text(each.name) for each in found if each.name is not None]
                self.notes(inside, PARAMETER_NAMES, " ".join(names))
            if receiver is None and found and found[0].modifier.startswith("this"):
                receiver = found[0]
            self.bind_parameters(parameters, inside)
        self._receiver = None
        self._extends(receiver, inside, is_static=is_static)
        last = [each for each in node.named_children if each.type in ("constructor_initializer", "block")]
        self.walk([*last, *(each for each in node.children_by_field_name("body") if each not in last)], inside)

    def _extends(self, receiver: CSharpParameter | None, inside: LexicalScope, *, is_static: bool = False) -> None:
        """A member is an extension of a type; "?" where only some configurations have it."""
        if receiver is None or (of := receiver.type) is None:
            return
        is_conditional = self._is_conditional[line_of(of) - 1]
        if is_static and is_conditional:
            return  # what the type may have of its own in others
        place = self.instance(self.type(of, inside))
        step = STATIC_EXTENSION if is_static else "this?" if is_conditional else "this"
        self._held.append((inside.symbol, step, place if place.path else ScopedPath("|:object~")))

    @cached_property
    def _is_conditional(self) -> list[bool]:
        return csharp_conditions.conditional_lines(self._lines)

    def _declare_member(self, kind: Kind, name: str, node: Node, scope: LexicalScope) -> LexicalScope:
        """Declare a member, which may implement one of an interface, and is no member of the type itself then."""
        of = child_of(node, "explicit_interface_specifier")
        self._is_public = of is not None
        inside = self.declare(kind, name, node, scope)
        self._is_public = False
        if of is not None:
            if self.only_lines is None:
                self.add_modifier("explicit")
            self.names(of.named_children[0], scope)
        return inside

    def _initializer(self, node: Node, scope: LexicalScope) -> None:
        """`: base(...)` and `: this(...)`."""
        which, arguments = node.children[1], child_of(node, "argument_list")
        self.calls(CSharpReader._constructor, which, scope, arguments, which)
        self.walk([arguments] if arguments is not None else [], scope)

    def _constructor(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return ScopedPath(f"{scope.type_name}|{'@' if node.type == 'this' else '^'}.{CONSTRUCTOR}")

    def _property(self, node: Node, scope: LexicalScope) -> None:
        """A property, an indexer, or an event with accessors."""
        kind = Kind.FIELD if node.type == "event_declaration" else Kind.PROPERTY
        name = "this[]" if node.type == "indexer_declaration" else self.name_of(node)
        inside = self._declare_member(kind, name, node, scope)
        if isinstance(scope, ExtensionScope):
            self._extends(scope.receiver, inside, is_static="static" in self.modifiers(node))
        self.attributes(node, inside)
        if (of := field(node, "type")) is not None:
            self.holds(inside, TypedValue(of, scope))
            self.names(of, scope)
            inside.bind("value", 0, TypedValue(of, scope))
        if (parameters := field(node, "parameters")) is not None:
            self.bind_parameters(parameters, inside)
        self.set_to(field(node, "value"), of, inside)
        self.walk([each for each in node.named_children if each.type == "accessor_list"], inside)

    def _accessor(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        self.walk([each for each in node.named_children if each.type != "modifier"], inside)

    def _field(self, node: Node, scope: LexicalScope) -> None:
        declared = child_of(node, "variable_declaration")
        of = field(declared, "type") if declared is not None else None
        for each in declared.named_children if declared is not None else ():
            if each.type == "variable_declarator":
                inside = self.declare(Kind.FIELD, self.name_of(each), each, scope, head=node)
                if of is not None:
                    self.holds(inside, TypedValue(of, scope))
                self.set_to(value_of(each), of, inside)
        self.names(of, scope)
        self.attributes(node, scope)

    def _constant(self, node: Node, scope: LexicalScope) -> None:
        inside = self.declare(Kind.ENUMERATOR, self.name_of(node), node, scope)
        self.holds(inside, ScopedPath(f"{scope.type_name}|@"))
        self.attributes(node, inside)
        self.walk_fields(node, ("value",), inside)

    handlers: ClassVar[dict[str, Any]] = {
        **CSharpStatements.handlers,
        "compilation_unit": _file,
        "namespace_declaration": _namespace,
        "using_directive": _using,
        **dict.fromkeys(
            (f"{each}_declaration" for each in ("class", "interface", "record", "struct", "enum")),
            _type,
        ),
        **dict.fromkeys(
            (
                f"{each}_declaration"
                for each in ("method", "constructor", "destructor", "operator", "conversion_operator", "delegate")
            ),
            _method,
        ),
        "local_function_statement": _method,
        "property_declaration": _property,
        "indexer_declaration": _property,
        "event_declaration": _property,
        "accessor_declaration": _accessor,
        "field_declaration": _field,
        "event_field_declaration": _field,
        "enum_member_declaration": _constant,
        "constructor_initializer": _initializer,
        "attribute": _attribute,
    }
    expressions = csharp_paths.EXPRESSIONS
    types = csharp_paths.TYPES


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", name)


def _callable(node: Node) -> tuple[Kind, str]:
    """The kind and the name of what can be called."""
    match node.type:
        case "constructor_declaration":
            return Kind.CONSTRUCTOR, name_of(node)
        case "destructor_declaration":
            return Kind.DESTRUCTOR, f"~{name_of(node)}"
        case "delegate_declaration":
            return Kind.TYPE_ALIAS, name_of(node)
        case "operator_declaration":
            operator = field(node, "operator")
            return Kind.METHOD, f"operator {text_of(operator) if operator is not None else ''}".strip()
        case "conversion_operator_declaration":
            to = field(node, "type")
            return Kind.CONVERSION, f"operator {flatten(text_of(to)) if to is not None else ''}"
        case "local_function_statement":
            return Kind.FUNCTION, name_of(node)
    return Kind.METHOD, name_of(node)
