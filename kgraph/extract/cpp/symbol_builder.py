"""Symbols of single declarations of the C family.

Input: the nodes of one declaration, and the scope and head that it stands in. Output: symbols, collected in order of
appearance.

A member that is defined outside of its class keeps two names: `scope` is where the definition stands, `qualifier` what
it spells in front of the name. Which class that is, only `assemble` can tell; whether it is a class at all is guessed
here (a namespace that the file opens makes a function, all else a method).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from tree_sitter import Node

from kgraph.extract.cpp.declarators import (
    Access,
    DeclarationPrefixes,
    is_conversion,
    read_tail,
)
from kgraph.extract.cpp.lexicon import KEYWORDS
from kgraph.extract.cpp.normalize_names import split_name, tidy, without_arguments, without_own_parameters
from kgraph.extract.cpp.source_slicer import Pieces
from kgraph.extract.text import clean
from kgraph.model import Kind, SymbolFact

MAX_SCOPE = 4_000  # characters; names of symbols in longer ones are left out by `extract`


@dataclass(slots=True)
class DeclarationScope:
    """Where a declaration stands."""

    name: str = ""  # qualified
    parent: int = -1
    class_name: str = ""  # "" outside of classes
    access: Access = ""
    local: bool = False
    namespace: str = ""  # the nearest namespace: where friends belong
    has_slots: bool = False  # whether Qt calls its functions by name

    def inner(self, name: str) -> str:
        if len(self.name) > MAX_SCOPE:
            return self.name  # what is in it is left out anyway: thousands of such names would fill the memory
        return f"{self.name}::{name}" if self.name else name


@dataclass(slots=True)
class Head:
    """What stands in front of a declaration: where it really begins, its templates, and whether it is a friend."""

    start: int
    templates: tuple[str, ...] = ()
    is_template: bool = False
    is_friend: bool = False


class TypeDraft(NamedTuple):
    """What is known of a type, an alias or a concept before its place in the file is."""

    name: str
    signature_end: int  # offset
    qualifier: str = ""
    key: str = ""
    definition: bool = True
    bases: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    macro: str = ""

    @classmethod
    def with_body(cls, name: str, node: Node, body: Node | None, **rest: Any) -> TypeDraft:
        """The draft of what is defined where it has a body, at which its signature ends."""
        end = node.end_byte if body is None else body.start_byte
        return cls(name, end, definition=body is not None, **rest)


class FunctionNodes(NamedTuple):
    """The nodes of a function: its declaration, the declarator in there, in that the function and its name."""

    declaration: Node
    declarator: Node
    name: Node
    function: Node
    type: Node | None


class _FunctionDraft(NamedTuple):
    kind: Kind
    name: str
    qualifier: str
    macro: str  # that made the name
    is_invocation: bool  # of a macro that defines a function: `TEST(Suite, Name) {`


class Symbols:
    """Makes and collects the symbols of one file."""

    def __init__(self, cut: Pieces, *, is_c: bool) -> None:
        self.cut = cut
        self.in_front = DeclarationPrefixes(cut.content, cut.code)
        self.is_c = is_c
        self.built: list[SymbolFact] = []
        self.starts: list[int] = []  # offsets, beside `built`
        self.namespaces: set[str] = set()  # the short names of those that the file opens

    def append(self, start: int, symbol: SymbolFact) -> None:
        self.starts.append(start)
        self.built.append(symbol)

    def add(self, kind: Kind, node: Node, scope: DeclarationScope, head: Head, draft: TypeDraft) -> int:
        """Record a type, an alias or a concept; returns its index."""
        cut = self.cut
        self.append(
            head.start,
            SymbolFact(
                kind,
                clean(draft.name) or f"(anonymous {kind.value.lower()})",  # `class A:: {`
                cut.line(head.start),
                cut.end_line(max(node.end_byte, head.start + 1)),
                scope.name,
                draft.qualifier,
                scope.parent,
                key=draft.key,
                definition=draft.definition,
                local=scope.local,
                access=scope.access,
                signature=cut.signature(head.start, draft.signature_end),
                doc=cut.doc(head.start, node.end_byte),
                bases=draft.bases,
                modifiers=("template", *draft.modifiers) if head.is_template else draft.modifiers,
                macro=draft.macro,
            ),
        )
        return len(self.built) - 1

    def function(self, nodes: FunctionNodes, scope: DeclarationScope, head: Head) -> None:
        """Record a function, unless it is the use of a macro that only looks like one."""
        cut = self.cut
        parameters = nodes.function.child_by_field_name("parameters")
        if parameters is None:
            return
        draft = self._function_draft(nodes, parameters, scope, head)
        if draft is None:
            return
        stop = nodes.declaration.end_byte
        body = _body(nodes.declaration, nodes.declarator)
        if body is not None:
            stop = cut.without_initialisers(parameters.end_byte, body.start_byte)
        tail = read_tail(cut.content[parameters.end_byte : stop])
        definition = body is not None or tail.definition
        if head.is_friend and draft.qualifier and not definition:
            return  # grants access to a function that is declared elsewhere
        key, arity = ("", -1) if draft.is_invocation else cut.key(parameters.start_byte, parameters.end_byte)
        modifiers = self._modifiers(head, nodes.name.start_byte)
        owner, access = scope.name, scope.access
        local = scope.local or draft.is_invocation
        if head.is_friend:
            owner, access = scope.namespace, ""
        elif not scope.class_name:
            is_static = "static" in modifiers and not draft.qualifier
            local = local or is_static or (draft.name == "main" and not scope.name)
        self.append(
            head.start,
            SymbolFact(
                draft.kind,
                clean(draft.name),
                cut.line(head.start),
                cut.end_line(nodes.declaration.end_byte),
                owner,
                draft.qualifier,
                scope.parent,
                key="" if draft.is_invocation else key + tail.qualifiers,
                arity=arity,
                definition=definition,
                local=local,
                access=access,
                signature=cut.signature(head.start, stop),
                doc=cut.doc(head.start, nodes.declaration.end_byte),
                modifiers=modifiers + tail.modifiers + (("slot",) if scope.has_slots else ()),
                macro=draft.macro,
            ),
        )

    def _function_draft(
        self, nodes: FunctionNodes, parameters: Node, scope: DeclarationScope, head: Head
    ) -> _FunctionDraft | None:
        """What a function is and is called; None for what is none: `A::(int)`, `MACRO(name);`, a deduction guide."""
        cut = self.cut
        start, end = nodes.name.start_byte, nodes.name.end_byte
        qualifier, name = split_name(cut.cut(start, end).strip())
        if not name:
            return None
        qualifier = without_own_parameters(qualifier, head.templates)
        macro = ""
        if cut.is_made(end):
            macro, name = name, tidy(f"{name}{cut.cut(end, parameters.start_byte).strip()}")
        kind = self._function_kind(name, qualifier, scope, head)
        is_invocation = False
        if nodes.type is None and kind in (Kind.FUNCTION, Kind.METHOD) and not name.startswith("operator"):
            if nodes.declaration.type != "function_definition":
                return None
            if not (qualifier or name == "main" or (self.is_c and not name.isupper())):
                is_invocation = True
                kind = Kind.FUNCTION
                if not macro:
                    macro, name = name, tidy(cut.cut(start, parameters.end_byte))
        return _FunctionDraft(kind, name, qualifier, macro, is_invocation)

    def _function_kind(self, name: str, qualifier: str, scope: DeclarationScope, head: Head) -> Kind:
        owner = scope.class_name
        if head.is_friend:
            owner = ""
        elif qualifier:
            owner = without_arguments(split_name(qualifier)[1])
        if not owner:
            return Kind.FUNCTION
        if name[0] == "~":
            return Kind.DESTRUCTOR
        if without_arguments(name) == owner:
            return Kind.CONSTRUCTOR
        if is_conversion(name):
            return Kind.CONVERSION
        return Kind.FUNCTION if qualifier and owner in self.namespaces else Kind.METHOD

    def variables(self, node: Node, declarator: Node, name_node: Node, scope: DeclarationScope, head: Head) -> None:
        """Record what one declarator declares: a variable or field, or the names of a structured binding."""
        cut = self.cut
        modifiers = self._modifiers(head, name_node.start_byte)
        if name_node.type == "structured_binding_declarator":
            names = [("", cut.text(child)) for child in name_node.named_children]
        else:
            names = [split_name(cut.text(name_node))]
        for qualifier, name in names:
            if not name or cut.code[name_node.start_byte : name_node.end_byte].decode() in KEYWORDS:
                continue
            if scope.class_name:
                definition = "static" not in modifiers or "inline" in modifiers or "constexpr" in modifiers
            else:
                definition = "extern" not in modifiers or declarator.type == "init_declarator"
            local = scope.local or (
                not scope.class_name
                and not qualifier
                and self._is_internal(modifiers, head.start, name_node.start_byte)
            )
            self.append(
                head.start,
                SymbolFact(
                    Kind.FIELD if scope.class_name or self._names_class(qualifier) else Kind.VARIABLE,
                    clean(name),
                    cut.line(head.start),
                    cut.end_line(node.end_byte),
                    scope.name,
                    without_own_parameters(qualifier, head.templates),
                    scope.parent,
                    definition=definition,
                    local=local,
                    access=scope.access,
                    signature=cut.variable_signature(head.start, node.end_byte),
                    doc=cut.doc(head.start, node.end_byte),
                    modifiers=modifiers,
                ),
            )

    def _names_class(self, qualifier: str) -> bool:
        return qualifier != "" and without_arguments(split_name(qualifier)[1]) not in self.namespaces

    def _is_internal(self, modifiers: tuple[str, ...], start: int, name: int) -> bool:
        """Whether a variable of a namespace has internal linkage: static, or in C++ a constant that nothing exports."""
        if "static" in modifiers:
            return True
        if self.is_c or not {"extern", "inline", "template"}.isdisjoint(modifiers):
            return False
        return "constexpr" in modifiers or self.in_front.is_constant(start, name)

    def _modifiers(self, head: Head, name: int) -> tuple[str, ...]:
        return self.in_front.modifiers(head.start, name, is_template=head.is_template, is_friend=head.is_friend)


def _body(node: Node, declarator: Node) -> Node | None:
    """The body of a function. An empty one with a semicolon behind it passes for an initialiser: `void f() {};`."""
    if node.type == "function_definition":
        return node.child_by_field_name("body")
    value = declarator.child_by_field_name("value") or node.child_by_field_name("default_value")
    return value if value is not None and value.type == "initializer_list" else None
