"""What Swift declares: types and their extensions, functions with argument labels, properties, cases, and targets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace
from tree_sitter import Node

from kgraph.extract.scoped.reader import ScopedReader, field
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    ArrayOf,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    TypeAlias,
    TypedValue,
)
from kgraph.extract.text import flatten
from kgraph.extract.treesitter.nodes import line_of
from kgraph.model import Kind
from kgraph.scoped_languages import HANDED, SWIFT

_KINDS = {"class": Kind.CLASS, "actor": Kind.CLASS, "struct": Kind.STRUCT, "enum": Kind.ENUM}
_FUNCTIONS = {
    "init_declaration": (Kind.CONSTRUCTOR, "init"),
    "deinit_declaration": (Kind.DESTRUCTOR, "deinit"),
    "subscript_declaration": (Kind.METHOD, "subscript"),
}
_ACCESS = {"open": "public", "public": "public", "private": "private", "fileprivate": "private"}
_DISFAVORED = ("_disfavoredOverload", "unavailable", "deprecated")  # in attributes of what others go before
_MAX_KEY = 300  # characters
_MAX_TYPE = 60
_NO_TYPES = frozenset({"simple_identifier", "type_identifier", "parameter_modifiers", "attribute", "comment"})


class SwiftDeclarations(ScopedReader):
    """Reads the declarations of one Swift file."""

    module = "tree_sitter_swift"
    language = SWIFT
    repeated = frozenset({"target", "value"})

    def access(self, name: str, words: list[str], scope: LexicalScope) -> Any:
        return next((_ACCESS[word] for word in words if word in _ACCESS), "")

    def modifiers(self, head: Node) -> list[str]:
        return [_ACCESS.get(word, word) for word in super().modifiers(head)]

    def is_member(self, scope: LexicalScope) -> bool:
        """Whether a scope is that of a type or an extension, rather than of code in it."""
        return bool(scope.name) and scope.name == scope.type_name

    def read_import(self, node: Node, scope: LexicalScope) -> None:
        """`import Core`, and `import class Core.Widget`."""
        names = next((each for each in node.named_children if each.type == "identifier"), None)
        if names is not None:
            spelling = ".".join(self.text(each) for each in names.named_children)
            is_one = any(
                each.type in _KINDS or each.type in ("func", "protocol", "var", "let") for each in node.children
            )
            self.imports(spelling, node)
            if is_one:
                self.bind_import(spelling.rpartition(".")[2], f"{spelling}|")
            else:
                self.bind_import("*", f"{spelling}|")
        self.attributes(node, scope)

    def attributes(self, node: Node, scope: LexicalScope) -> None:
        """What the attributes of a declaration name."""
        for each in node.named_children:
            if each.type == "modifiers":
                self.walk([one for one in each.named_children if one.type == "attribute"], scope)

    def type_declaration(self, node: Node, scope: LexicalScope) -> None:
        """A class, a structure, an enumeration, an actor, a protocol, or an extension of one."""
        word = self.text(kind) if (kind := field(node, "declaration_kind")) is not None else "class"
        bases = [
            base
            for each in node.named_children
            if each.type == "inheritance_specifier" and (base := field(each, "inherits_from")) is not None
        ]
        if word == "extension":
            inside = self._extension(node, bases, scope)
        else:
            spelled = tuple(self.text(each) for each in bases)
            inside = self.declare(_KINDS.get(word, Kind.CLASS), self.name_of(node), node, scope, bases=spelled)
            if node.type == "protocol_declaration":
                self.add_modifier("interface")
            inside.is_hoisted = True
            for base in bases:
                self.inherits(base, inside, inside)
        self.attributes(node, inside)
        self.type_parameters(node, inside)
        self.walk(bases, inside)
        if (body := field(node, "body")) is not None:
            self.walk(body.named_children, inside)

    def _extension(self, node: Node, bases: list[Node], scope: LexicalScope) -> LexicalScope:
        of = field(node, "name")
        names = (
            [self.text(each) for each in of.named_children if each.type == "type_identifier"] if of is not None else []
        )
        name = ".".join(names)
        for number, base in enumerate(bases):
            self._held.append((-1, f"conforms {line_of(node)} {number} {name}", TypeAlias(base, scope)))
        if of is not None:
            self.walk([of], scope)
        return LexicalScope(scope, -1, name, name)

    def type_parameters(self, node: Node, inside: LexicalScope) -> None:
        """Type parameters stand for what they are bounded by."""
        parameters = next((each for each in node.named_children if each.type == "type_parameters"), None)
        for each in parameters.named_children if parameters is not None else ():
            if each.type == "type_parameter" and each.named_children:
                bound = field(each, "name")
                value = UNKNOWN if bound is None else TypeAlias(bound, inside)
                inside.bind(self.text(each.named_children[0]), 0, value)
                self.walk([bound] if bound is not None else [], inside)

    def alias(self, node: Node, scope: LexicalScope) -> None:
        """`typealias` and `associatedtype`."""
        inside = self.declare(Kind.TYPE_ALIAS, self.name_of(node), node, scope)
        types = types_of(node)
        if types:
            self.holds(inside, TypeAlias(types[0], scope))
        self.walk(types, scope)

    def function_declaration(self, node: Node, scope: LexicalScope) -> None:
        """A function, an initialiser, a subscript; its key has argument labels and types."""
        kind, name = _FUNCTIONS.get(node.type, (Kind.FUNCTION, self.name_of(node).strip("`")))
        if kind == Kind.FUNCTION and self.is_member(scope):
            kind = Kind.METHOD
        declared = len(self.symbols)
        inside = self.declare(kind, name, node, scope)
        self._signature(
            node, inside, is_new=len(self.symbols) > declared, is_extended=scope.symbol < 0 < len(scope.name)
        )
        self.attributes(node, inside)
        self.type_parameters(node, inside)
        results = types_of(node)
        if results:
            self.gives(inside, TypedValue(results[0], inside))
            if self.text(results[0]).rstrip("?!") == "Self":
                self.gives_own(inside)
        body = [each for each in node.named_children if each.type in ("function_body", "computed_property")]
        self.walk([*results, *body], inside)

    def _signature(self, node: Node, inside: LexicalScope, *, is_new: bool, is_extended: bool) -> None:
        """Bind the parameters, and note them as `assemble.scoped.labels` has them."""
        keys: list[str] = []
        labels: list[str] = []
        last_type: Node | None = None  # of the last parameter
        for each, part in with_fields(node):
            if part == "default_value" and labels:
                labels[-1] = labels[-1].replace("=", "?=", 1)
                self.walk([each], inside)
            if each.type != "parameter":
                continue
            name, label = field(each, "name"), field(each, "external_name")
            types = types_of(each)
            if name is None or not types:
                continue
            spelled = self.text(label or name) if node.type != "subscript_declaration" else "_"
            is_several = self.text(each).endswith("...")
            words = [self.text(word) for word in each.named_children if word.type == "parameter_modifiers"]
            spelled_type = "".join((*words, *self.text(types[0]).split()))
            is_closure = _is_function(types[0]) or "@escaping" in spelled_type
            is_closure = is_closure and "@autoclosure" not in spelled_type
            labels.append(f"{spelled}{'*' if is_several else ''}{'&' if is_closure else ''}={spelled_type[:_MAX_TYPE]}")
            keys.append(f"{spelled}:{flatten(' '.join((*words, self.text(types[0]))), _MAX_TYPE)}")
            last_type = types[0]
            inside.bind(self.text(name), 0, ArrayOf(last_type, inside) if is_several else TypedValue(last_type, inside))
            self.walk(types, inside)
        for at, of in enumerate(_list_parameter_types(last_type)):
            self.gives(inside, TypedValue(of, inside), HANDED + at)
        if is_new:
            key = flatten(f"({','.join(keys)})", _MAX_KEY)
            last = self.symbols[-1]
            words = [*last.modifiers, *(["extension"] if is_extended else [])]
            attributes = "".join(self.text(each) for each in node.named_children if each.type == "modifiers")
            if any(word in attributes for word in _DISFAVORED):
                words.append("disfavored")
            self.symbols[-1] = replace(last, key=key, arity=len(keys), modifiers=tuple(words))
            if labels:
                self.notes(inside, "labels", " ".join(labels))

    def properties(self, node: Node, scope: LexicalScope) -> None:
        """Properties and variables, each with its type, its value or the code that gives it."""
        parts: list[tuple[Node, Node | None, Node | None, list[Node]]] = []
        for each, part in with_fields(node):
            if each.type == "pattern" and part == "name":
                parts.append((each, None, None, []))
            elif parts and each.type == "type_annotation":
                types = types_of(each)
                parts[-1] = (parts[-1][0], types[0] if types else None, *parts[-1][2:])
            elif parts and part == "value":
                parts[-1] = (*parts[-1][:2], each, parts[-1][3])
            elif parts and each.type != "comment":
                parts[-1][3].append(each)
        is_declared = self.is_member(scope) or scope is self.file_scope
        for name, of, value, rest in parts:
            inside = self._declare_property(node, name, scope, is_computed=bool(rest)) if is_declared else scope
            held: Any = (
                TypedValue(of, scope)
                if of is not None
                else ExpressionValue(value, scope)
                if value is not None
                else UNKNOWN
            )
            if is_declared:
                self.holds(inside, held)
            else:
                self.bind_pattern(name, scope, node.end_byte if value is not None else node.start_byte, held)
            self.walk([each for each in (of, value, *rest) if each is not None], inside)
            if of is not None and value is not None:
                self.implicit(value, of, inside)
        self.attributes(node, scope)

    def _declare_property(self, node: Node, pattern: Node, scope: LexicalScope, *, is_computed: bool) -> LexicalScope:
        name = field(pattern, "bound_identifier")
        kind = Kind.FIELD if self.is_member(scope) else Kind.VARIABLE
        kind = Kind.PROPERTY if kind == Kind.FIELD and is_computed else kind
        return self.declare(kind, self.text(name).strip("`") if name is not None else "", pattern, scope, head=node)

    def bind_pattern(self, pattern: Node, scope: LexicalScope, start: int, value: Any) -> None:
        """Bind a name to a value, or the names of a tuple to what is not known of it."""
        name = field(pattern, "bound_identifier")
        if name is not None and not any(each.type == "pattern" for each in pattern.named_children):
            scope.bind(self.text(name), start, value)
            return
        pending = [pattern]
        while pending:
            at = pending.pop()
            if at.type == "simple_identifier":
                scope.bind(self.text(at), start, UNKNOWN)
            pending += at.named_children

    def implicit(self, value: Node, of: Node, scope: LexicalScope) -> None:
        """`.shared` where a type is declared."""

    def gives_own(self, inside: LexicalScope) -> None:
        """A function gives an instance of what it was called on."""
        self.notes(inside, "()@", "")

    def cases(self, node: Node, scope: LexicalScope) -> None:
        """The cases of an enumeration, and the types of what they carry."""
        inside = scope
        for each, part in with_fields(node):
            if each.type == "simple_identifier" and part == "name":
                inside = self.declare(Kind.ENUMERATOR, self.text(each).strip("`"), each, scope, head=node)
                self.holds(inside, ScopedPath(f"{scope.type_name}|@"))
                self.gives(inside, ScopedPath(f"{scope.type_name}|@"))
            elif each.type == "enum_type_parameters":
                self.walk(types_of(each), inside)
            elif each.type != "modifiers":
                self.walk([each], inside)


def with_fields(node: Node) -> Iterator[tuple[Node, str]]:
    """The named children of a node, each with the name of the field that it is in."""
    cursor = node.walk()
    is_there = cursor.goto_first_child()
    while is_there:
        if (child := cursor.node) is not None and child.is_named:
            yield child, cursor.field_name or ""
        is_there = cursor.goto_next_sibling()


def _is_function(of: Node) -> bool:
    """Whether a type is that of a function, in parentheses and optional maybe."""
    while of.type != "function_type" and of.named_child_count == 1:
        of = of.named_children[0]
    return of.type == "function_type"


def _list_parameter_types(of: Node | None) -> list[Node]:
    """The types of what a function is given that is of a type."""
    while of is not None and of.type != "function_type":
        of = of.named_children[0] if of.named_child_count == 1 else None
    listed = field(of, "params") if of is not None else None
    items = listed.named_children if listed is not None else []
    types = [types_of(each) for each in items if each.type == "tuple_type_item"]
    return [each[0] for each in types] if all(types) else []


def types_of(node: Node) -> list[Node]:
    """The types in a declaration, whose field `name` has its name and its types."""
    return [each for each in node.children_by_field_name("name") if each.is_named and each.type not in _NO_TYPES]
