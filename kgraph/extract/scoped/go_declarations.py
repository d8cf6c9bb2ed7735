"""The declarations of Go, as nodes of tree-sitter's grammar.

What `assemble.scoped.go` wants beside this stands among the holdings of a file: "go:build" is the constraint on the
builds that it is part of, "" an import under the package's own name, "for N" and "impl N" a type and the interface that
line N says it implements; a method has its "signature" (see `go_types`).
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from msgspec.structs import replace
from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.go_types import result_types, signature_of
from kgraph.extract.scoped.reader import ScopedReader, field
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    ArrayOf,
    BoundValue,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    StepOf,
    TypeAlias,
    TypedValue,
)
from kgraph.extract.text import flatten
from kgraph.extract.treesitter import nodes
from kgraph.extract.treesitter.nodes import line_of, text_of
from kgraph.model import Kind
from kgraph.scoped_languages import GO

_BUILD = re.compile(rb"^//go:build[ \t]+(.+?)[ \t\r]*$", re.MULTILINE)
_OLD_BUILD = re.compile(rb"^//[ \t]*\+build[ \t]+(.+?)[ \t\r]*$", re.MULTILINE)
_PACKAGE_CLAUSE = re.compile(rb"^package\b", re.MULTILINE)
_MAX_CONSTRAINT = 300  # characters


class GoDeclarations(ScopedReader):
    """Declares what a Go file does."""

    module = "tree_sitter_go"
    language = GO

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        clause = _PACKAGE_CLAUSE.search(content)
        self._constraint = _constraint(content[: clause.start()] if clause else b"")
        if self._constraint:
            self.bind_import("go:build", self._constraint)
        self._types: dict[str, int] = {}  # symbols of the file's types
        self._packages: set[str] = set()  # what imported packages are called, as far as their paths tell

    def arity(self, parameters: Node) -> int:
        return sum(max(1, len(each.children_by_field_name("name"))) for each in parameters_in(parameters))

    def access(self, name: str, words: list[str], scope: LexicalScope) -> Any:
        return "public" if name[:1].isupper() else "private"

    def outer_name(self, name: str, scope: LexicalScope) -> ScopedPath:
        return ScopedPath(f"|{name}")  # never a member of the type around it

    # --- declarations -----------------------------------------------------------------------------------------------

    def _package(self, node: Node, scope: LexicalScope) -> None:
        self.package = self.text(node.named_children[0]) if node.named_children else ""

    def _import(self, node: Node, scope: LexicalScope) -> None:
        path = field(node, "path")
        spelling = self.text(path)[1:-1] if path is not None else ""
        if not spelling:
            return
        alias = self.name_of(node)
        self.imports(spelling, node, ("*",) if alias == "." else ())
        self.includes[-1] = replace(self.includes[-1], condition=self._constraint)
        self._packages |= {alias} if alias else {spelling.rpartition("/")[2]}
        if alias != "_":
            self.bind_import("*" if alias == "." else alias, f"{spelling}|")

    def _constants(self, node: Node, scope: LexicalScope) -> None:
        """A group of constants, in which one without a type or value repeats those of the one before."""
        of = values = None
        for spec in node.named_children:
            if spec.type != "const_spec":
                continue
            value = field(spec, "value")
            if value is not None:
                of, values = field(spec, "type"), value
                self.walk_one(of, scope)
            inside = self._variables(spec, scope, of, expressions_in(values))
            for each in inside:
                self._mark(each, scope, "const")
            self._walk_values(expressions_in(value), inside)

    def _variable(self, node: Node, scope: LexicalScope) -> None:
        of = field(node, "type")
        self.walk_one(of, scope)
        given = expressions_in(field(node, "value"))
        if of is not None and scope.symbol < 0 and len(given) == 1 and self.name_of(node) == "_":
            self._asserts(_instance_of(given[0]), of, scope)
        self._walk_values(given, self._variables(node, scope, of, given))

    def _asserts(self, made: Node | None, interface: Node, scope: LexicalScope) -> None:
        """`var _ Interface = &Type{}` compiles where the type implements the interface."""
        if made is not None and interface.type in ("type_identifier", "qualified_type"):
            line = line_of(made)
            self._held.append((-1, f"for {line}", TypeAlias(made, scope)))
            self._held.append((-1, f"impl {line}", TypeAlias(interface, scope)))

    def _walk_values(self, values: list[Node], scopes: list[LexicalScope]) -> None:
        for at, value in reversed(list(enumerate(values))):
            self.walk([value], scopes[min(at, len(scopes) - 1)])

    def _mark(self, inside: LexicalScope, scope: LexicalScope, modifier: str) -> None:
        if inside.symbol != scope.symbol:
            declared = self.symbols[inside.symbol]
            self.symbols[inside.symbol] = replace(declared, modifiers=(*declared.modifiers, modifier))

    def _variables(self, spec: Node, scope: LexicalScope, of: Node | None, given: list[Node]) -> list[LexicalScope]:
        """Declare or bind the names of some variables; gives the scope of each, in which its value is walked."""
        names = [each for each in spec.children_by_field_name("name") if each.is_named]
        scopes = []
        for at, name in enumerate(names):
            value: BoundValue = UNKNOWN
            if of is not None:
                value = TypedValue(of, scope)
            elif given:
                value = value_at(given, at, len(names), scope)
            inside = scope
            if scope.symbol < 0 and (text := self.text(name)) != "_":
                inside = self.declare(Kind.VARIABLE, text, spec, scope)
                if inside.symbol != scope.symbol:
                    word = "const" if spec.type == "const_spec" else "var"
                    self._begins(word, inside, self.symbols[inside.symbol].signature)
                self.holds(inside, value)
            elif scope.symbol >= 0:
                scope.bind(self.text(name), spec.end_byte, value)
            scopes.append(inside)
        return scopes or [scope]

    def _begins(self, word: str, inside: LexicalScope, signature: str) -> None:
        """The signature of a symbol, with the word that one declaration has, and a group has once for all."""
        whole = signature if signature.startswith(f"{word} ") else f"{word} {signature}"
        self.symbols[inside.symbol] = replace(self.symbols[inside.symbol], signature=whole)

    def _type(self, node: Node, scope: LexicalScope) -> None:
        name, of = self.name_of(node), field(node, "type")
        what = of.type if of is not None else ""
        kind = {"struct_type": Kind.STRUCT, "interface_type": Kind.CLASS}.get(what, Kind.TYPE_ALIAS)
        parts = _members(of)
        embedded = [each for each in map(_find_embedded, parts) if each is not None]
        inside = self.declare(kind, name, node, scope, bases=tuple(flatten(self.text(each), 200) for each in embedded))
        if inside.symbol == scope.symbol or of is None:
            return
        if scope.symbol < 0:
            self._types.setdefault(name, inside.symbol)
        short = self.symbols[inside.symbol].signature
        if parts:  # without what is inside
            text = (node.text or b"")[: of.start_byte - node.start_byte] + what.partition("_")[0].encode()
            short = flatten(text.decode("utf-8", "replace"), nodes.MAX_SIGNATURE)
        self._begins("type", inside, short)
        if what == "interface_type":
            self._mark(inside, scope, "interface")
            if any(_is_constraint(each) for each in parts):
                self._mark(inside, scope, "constraint")
        self._type_parameters(node, inside)
        if kind is Kind.TYPE_ALIAS:
            place = self.type(of, inside)
            is_alias = node.type == "type_alias"
            self.holds(inside, place if is_alias else ScopedPath("", parts=place.parts))
            self.walk([of], inside)
        for each in embedded:
            self.inherits(each, inside, inside)
        for each in parts:
            self._member(each, inside)

    def _member(self, node: Node, inside: LexicalScope) -> None:
        """A field of a structure, or a method or an embedded type of an interface."""
        if node.type == "method_elem":
            self._function(node, inside)
            return
        of = field(node, "type")
        if node.type == "field_declaration" and of is not None:
            names = node.children_by_field_name("name")
            embedded = _find_embedded(node)
            for name in names or ([embedded] if embedded is not None else []):
                short = (
                    self.text(name) if names else re.sub(r"\[.*", "", self.text(name), flags=re.S).rpartition(".")[2]
                )
                held = self.declare(Kind.FIELD, short.strip(), node, inside)
                self.holds(held, TypedValue(of, inside))
                if not names:
                    self._mark(held, inside, "embedded")
        self.walk([each for each in node.named_children if "identifier" not in each.type or each == of], inside)

    def _field_type(self, node: Node, scope: LexicalScope) -> None:
        """A field of a structure without a name, which is no symbol."""
        self.walk_fields(node, ("type",), scope)

    def _type_parameters(self, node: Node, inside: LexicalScope) -> None:
        parameters = field(node, "type_parameters")
        for each in parameters.named_children if parameters is not None else ():
            bound = field(each, "type")
            for name in each.children_by_field_name("name"):
                inside.bind(self.text(name), 0, UNKNOWN if bound is None else TypeAlias(bound, inside))
            self.walk_one(bound, inside)

    def _method(self, node: Node, scope: LexicalScope) -> None:
        receiver = field(node, "receiver")
        declared = parameters_in(receiver)
        of = field(declared[0], "type") if declared else None
        scope = LexicalScope(scope, scope.symbol, "", "")
        while of is not None and of.type in ("pointer_type", "parenthesized_type", "generic_type"):
            if of.type == "generic_type":
                for name in re.findall(r"\w+", self.text(of.named_children[-1])):
                    scope.bind(name, 0, UNKNOWN)  # whatever the parameters of the type stand for
            of = field(of, "type") or (of.named_children[-1] if of.named_children else None)
        owner = flatten(self.text(of), 200) if of is not None else ""
        self._function(node, LexicalScope(scope, self._types.get(owner, -1), owner, owner), receiver)

    def _function(self, node: Node, scope: LexicalScope, receiver: Node | None = None) -> None:
        kind = Kind.FUNCTION if node.type == "function_declaration" else Kind.METHOD
        inside = self.declare(kind, self.name_of(node), node, scope)
        self._type_parameters(node, inside)
        body = common.open_block(self, node, inside)  # types of parameters are not named by other parameters
        for each in (receiver, field(node, "parameters")):
            self._bind_parameters(each, inside, body)
        results = result_types(field(node, "result"))
        if inside.symbol != scope.symbol:
            for number, of in enumerate(results):
                self.gives(inside, TypedValue(of, inside), number)
            if kind is Kind.METHOD and (spelled := signature_of(node, inside)):
                self.notes(inside, "signature", spelled)
        self._body(node, inside, body)

    def _body(self, node: Node, scope: LexicalScope, body: LexicalScope) -> None:
        result, block = field(node, "result"), field(node, "body")
        if result is not None and result.type == "parameter_list":
            self._bind_parameters(result, scope, body)
        else:
            self.walk_one(result, scope)
        if block is not None:
            self.walk(block.named_children, body)  # a block of its own would have names that parameters have not

    def _bind_parameters(self, parameters: Node | None, scope: LexicalScope, body: LexicalScope) -> None:
        for each in parameters_in(parameters):
            if (of := field(each, "type")) is None:
                continue
            is_variadic = each.type == "variadic_parameter_declaration"
            for name in each.children_by_field_name("name"):
                body.bind(self.text(name), 0, ArrayOf(of, scope) if is_variadic else TypedValue(of, scope))
            self.walk([of], scope)

    def _literal_function(self, node: Node, scope: LexicalScope) -> None:
        body = common.open_block(self, node, scope)
        self._bind_parameters(field(node, "parameters"), scope, body)
        self._body(node, scope, body)

    def _function_type(self, node: Node, scope: LexicalScope) -> None:
        """A type of functions, of whose parameters only the types mean anything."""
        for part in (field(node, "parameters"), field(node, "result")):
            if part is not None:
                types = [field(each, "type") for each in parameters_in(part)]
                is_list = part.type == "parameter_list"
                self.walk([each for each in types if each is not None] if is_list else [part], scope)

    declarations: ClassVar[dict[str, Any]] = {
        "package_clause": _package,
        "import_spec": _import,
        "const_declaration": _constants,
        "var_spec": _variable,
        "type_spec": _type,
        "type_alias": _type,
        "function_declaration": _function,
        "method_declaration": _method,
        "func_literal": _literal_function,
        "function_type": _function_type,
        "field_declaration": _field_type,
        "method_elem": _function_type,
    }


def _constraint(head: bytes) -> str:
    """The constraint on the builds that a file is part of, by what stands above its package clause."""
    if build := _BUILD.search(head):
        return flatten(build[1].decode("utf-8", "replace"), _MAX_CONSTRAINT)
    lines = (line.decode("utf-8", "replace").split() for line in _OLD_BUILD.findall(head))
    choices = (" || ".join(f"({word.replace(',', ' && ')})" for word in words) for words in lines)
    return flatten(" && ".join(f"({choice})" for choice in choices), _MAX_CONSTRAINT)


def parameters_in(parameters: Node | None) -> list[Node]:
    """The declarations in a list of parameters."""
    return [each for each in parameters.named_children if "declaration" in each.type] if parameters is not None else []


def expressions_in(node: Node | None) -> list[Node]:
    if node is None:
        return []
    children = node.named_children if node.type == "expression_list" else [node]
    return [each for each in children if each.type != "comment"]


def value_at(given: list[Node], at: int, names: int, scope: LexicalScope) -> BoundValue:
    """What the name at a place gets: the expression there, or one of several results of the only expression."""
    if len(given) == names:
        return ExpressionValue(given[at], scope)
    if len(given) != 1:
        return UNKNOWN
    if at == 0:
        return ExpressionValue(given[0], scope)
    callee = field(given[0], "function") if given[0].type == "call_expression" else None
    return StepOf(callee, scope, f"(){at}") if callee is not None else UNKNOWN


def _members(of: Node | None) -> list[Node]:
    """The fields of a structure, or the elements of an interface."""
    if of is None or of.type not in ("struct_type", "interface_type"):
        return []
    inside = [each for each in of.named_children if each.type == "field_declaration_list"]
    children = inside[0].named_children if inside else of.named_children
    return [each for each in children if each.type in ("field_declaration", "method_elem", "type_elem")]


def _find_embedded(member: Node) -> Node | None:
    """The type that a structure or an interface embeds by one of its members."""
    if member.type == "type_elem":
        types = member.named_children
        return types[0] if len(types) == 1 and types[0].type in _NAMED else None
    of = field(member, "type")
    if member.type != "field_declaration" or of is None or field(member, "name") is not None:
        return None
    return of if of.type in _NAMED else None


_NAMED = frozenset({"type_identifier", "qualified_type", "generic_type"})


def _is_constraint(element: Node) -> bool:
    return element.type == "type_elem" and _find_embedded(element) is None


def _instance_of(value: Node) -> Node | None:
    """The type of which a value is spelled as an instance: `T{}`, `&T{}`, `(*T)(nil)`, `new(T)`."""
    if value.type == "unary_expression":
        value = field(value, "operand") or value
    if value.type == "composite_literal":
        of = field(value, "type")
    elif value.type == "call_expression":
        called, arguments = field(value, "function"), field(value, "arguments")
        of = _find_pointee(called) if called is not None and called.type == "parenthesized_expression" else None
        if called is not None and text_of(called) == "new" and arguments is not None and arguments.named_children:
            of = arguments.named_children[0]
    else:
        return None
    return of if of is not None and of.type in ("type_identifier", "identifier", "qualified_type") else None


def _find_pointee(parenthesized: Node) -> Node | None:
    """`T` of `(*T)`."""
    inner = parenthesized.named_children[:1]
    return field(inner[0], "operand") if inner and inner[0].type == "unary_expression" else None
