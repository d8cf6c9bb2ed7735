"""The declarations of a parsed C-family file.

Input: a tree, and the text that it was parsed from. Output: symbols in order of appearance, parents before their
children.

The walk keeps its own stack of open scopes, so that no depth of nesting is too deep for it, and it never enters
function bodies. A declaration begins at its `template` line and at the attributes in front of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from kgraph.extract.cpp.declarators import Access, access_of, bases, innermost
from kgraph.extract.cpp.normalize_names import flatten, tidy, without_arguments, without_own_parameters
from kgraph.extract.cpp.source_slicer import Pieces
from kgraph.extract.cpp.symbol_builder import DeclarationScope, FunctionNodes, Head, Symbols, TypeDraft
from kgraph.model import Kind, SymbolFact

_CLASSES = {"class_specifier": Kind.CLASS, "struct_specifier": Kind.STRUCT, "union_specifier": Kind.UNION}
_SCOPED_ENUM = re.compile(rb"enum\s+(?:class|struct)\b")

_Inside = list[tuple[Iterator[Node], DeclarationScope]]  # what to walk next

_SLOTS = re.compile(rb"\w+\s+(?:slots|Q_SLOTS)\b")  # of Qt, in front of a colon


def read_declarations(root: Node, cut: Pieces, *, is_c: bool) -> Symbols:
    """All symbols under the root of a tree."""
    return _Walk(cut, is_c=is_c).read(root)


class _Walk:
    def __init__(self, cut: Pieces, *, is_c: bool) -> None:
        self.cut = cut
        self.symbols = Symbols(cut, is_c=is_c)

    def read(self, root: Node) -> Symbols:
        stack: _Inside = [(iter(root.children), DeclarationScope())]
        while stack:
            nodes, scope = stack[-1]
            for node in nodes:
                kind = node.type
                if kind == "access_specifier":
                    scope.access = access_of(self.cut.code[node.start_byte : node.end_byte])
                    scope.has_slots = bool(_SLOTS.match(self.cut.content, node.start_byte))
                elif node.is_named:
                    inside = self.declaration(node, kind, scope, Head(self.cut.begin(node.start_byte)))
                    if inside:
                        stack += inside
                        break
            else:
                stack.pop()
        return self.symbols

    def declaration(self, node: Node, kind: str, scope: DeclarationScope, head: Head) -> _Inside:
        """Record a declaration; returns what to walk inside of it."""
        match kind:
            case "declaration" | "field_declaration" | "function_definition" | "type_definition":
                return self.read_typed(node, kind, scope, head)
            case "class_specifier" | "struct_specifier" | "union_specifier":
                return self.class_like(node, kind, scope, head)
            case "enum_specifier":
                return self.enum(node, scope, head)
            case "template_declaration":
                return self.template(node, scope, head)
            case "namespace_definition":
                return self.namespace(node, scope)
            case "linkage_specification":
                body = node.child_by_field_name("body")
                if body is None:
                    return []
                return [(iter(body.children if body.type == "declaration_list" else (body,)), scope)]
            case "friend_declaration":
                inner = node.named_children[-1] if node.named_children else None
                if inner is not None and inner.type in ("function_definition", "declaration"):
                    return self.read_typed(inner, inner.type, scope, replace(head, is_friend=True))
            case "alias_declaration" | "concept_definition":
                name = _name_of(node)
                if name is not None:
                    what = Kind.CONCEPT if kind == "concept_definition" else Kind.TYPE_ALIAS
                    self.symbols.add(what, node, scope, head, TypeDraft(self.cut.text(name), node.end_byte))
            case "ERROR" | "labeled_statement" | "declaration_list" | "field_declaration_list":
                return [(iter(node.children), scope)]
        return []

    # Scopes.

    def namespace(self, node: Node, scope: DeclarationScope) -> _Inside:
        """A namespace, or each of `a::b::c`."""
        body = node.child_by_field_name("body")
        if body is None:
            return []
        cut = self.cut
        start = node.start_byte
        name_node = node.child_by_field_name("name")
        macro, path = cut.scopes.get(start, ("", tidy(cut.text(name_node)) if name_node is not None else ""))
        names = path.split("::") if path else ["(anonymous namespace)"]
        local = scope.local or not path
        signature = macro or cut.signature(start, body.start_byte)
        doc = cut.doc_of_namespace(start)
        for spelled in names:
            name = spelled.removeprefix("inline ") or "(anonymous namespace)"
            inline = name != spelled or (name == names[0] and cut.code.startswith(b"inline", start))
            symbol = SymbolFact(
                Kind.NAMESPACE,
                name,
                cut.line(start),
                cut.end_line(node.end_byte),
                scope.name,
                parent=scope.parent,
                local=local,
                signature=signature,
                doc=doc,
                modifiers=("inline",) if inline else (),
                macro=macro,
            )
            qualified = scope.inner(name)
            scope = DeclarationScope(qualified, len(self.symbols.built), local=local, namespace=qualified)
            self.symbols.append(start, symbol)
            self.symbols.namespaces.add(name)
        return [(iter(body.children), scope)]

    def template(self, node: Node, scope: DeclarationScope, head: Head) -> _Inside:
        """What a template declares; templates of member templates stand inside of each other."""
        while node.type == "template_declaration":
            children = node.named_children
            if not children:
                return []
            first, inner = children[0], children[-1]
            if first.type == "template_parameter_list":
                own = self.cut.cut(first.start_byte + 1, first.end_byte - 1)
                head = Head(head.start, (*head.templates[-7:], own), True, head.is_friend)
            node = inner
        return self.declaration(node, node.type, scope, head)

    def class_like(
        self, node: Node, kind: str, scope: DeclarationScope, head: Head, *, alias: str = "", stands_alone: bool = True
    ) -> _Inside:
        """A class with its body, or the mere declaration `class A;` where it stands alone.

        `alias` names an unnamed class by the declarators behind it. The members of an anonymous union belong where it
        stands.
        """
        body = node.child_by_field_name("body")
        name_node = _name_of(node)
        if body is None and (not stands_alone or name_node is None):
            return []
        qualifier = key = macro = ""
        if name_node is not None:
            qualifier, name, macro = self.cut.name(name_node)
            qualifier = without_own_parameters(qualifier, head.templates)
        elif alias:
            name, _, key = alias.partition(" of ")
        else:
            return [(iter(body.children), replace(scope))] if body is not None else []
        bases_of: tuple[str, ...] = ()
        modifiers: tuple[str, ...] = ()
        for child in node.named_children:
            if child.type == "base_class_clause":
                bases_of = bases(self.cut.cut(child.start_byte, child.end_byte))
            elif child.type == "virtual_specifier":
                modifiers = ("final",)
        draft = TypeDraft.with_body(
            name, node, body, qualifier=qualifier, key=key, bases=bases_of, modifiers=modifiers, macro=macro
        )
        index = self.symbols.add(_CLASSES[kind], node, scope, head, draft)
        if body is None:
            return []
        access: Access = "private" if kind == "class_specifier" else "public"
        inside = scope.inner(_join_scope(qualifier, name))
        members = DeclarationScope(inside, index, without_arguments(name), access, scope.local, scope.namespace)
        return [(iter(body.children), members)]

    def enum(
        self, node: Node, scope: DeclarationScope, head: Head, *, alias: str = "", stands_alone: bool = True
    ) -> _Inside:
        """An enum and its enumerators, which C++ names as members of the scope around an unscoped enum."""
        cut = self.cut
        body = node.child_by_field_name("body")
        name_node = _name_of(node)
        if body is None and (not stands_alone or name_node is None):
            return []
        named = [
            (child, own)
            for child in (body.named_children if body is not None else ())
            if child.type == "enumerator" and (own := _name_of(child)) is not None
        ]
        qualifier = key = macro = ""
        if name_node is not None:
            qualifier, name, macro = cut.name(name_node)
        elif alias and not alias.startswith("("):
            name = alias
        else:
            name = "(anonymous enum)"
            key = cut.text(named[0][1]) if named else ""
        draft = TypeDraft.with_body(name, node, body, qualifier=qualifier, key=key, macro=macro)
        index = self.symbols.add(Kind.ENUM, node, scope, head, draft)
        inside = scope.name
        if _SCOPED_ENUM.match(cut.code, node.start_byte):
            inside = scope.inner(_join_scope(qualifier, name))
        elif qualifier:
            inside = scope.inner(qualifier.removeprefix("::"))
        for child, enumerator in named:
            start = child.start_byte
            symbol = SymbolFact(
                Kind.ENUMERATOR,
                cut.text(enumerator),
                cut.line(start),
                cut.end_line(child.end_byte),
                inside,
                parent=index,
                local=scope.local,
                signature=flatten(cut.cut(start, child.end_byte), 200),
                doc=cut.doc(start, child.end_byte),
            )
            self.symbols.append(start, symbol)
        return []

    # Declarations with a type and declarators.

    def read_typed(self, node: Node, kind: str, scope: DeclarationScope, head: Head) -> _Inside:
        """`struct A {...} a, *b();`: perhaps a type, and whatever the declarators declare."""
        declarators = node.children_by_field_name("declarator")
        type_node = node.child_by_field_name("type")
        inside: _Inside = []
        if type_node is not None:
            if declarators and b"," in self.cut.code[type_node.end_byte : declarators[0].start_byte]:
                return []  # the middle of a list, of which another file has the beginning
            type_kind = type_node.type
            if type_kind == "enum_specifier":
                alias = self.alias(kind, "enum", declarators)
                inside = self.enum(type_node, scope, head, alias=alias, stands_alone=not declarators)
            elif type_kind in _CLASSES:
                alias = self.alias(kind, type_kind.removesuffix("_specifier"), declarators)
                inside = self.class_like(type_node, type_kind, scope, head, alias=alias, stands_alone=not declarators)
            if declarators and (body := type_node.child_by_field_name("body")) is not None:
                self.symbols.in_front.leave_out(body.start_byte, body.end_byte)
        for declarator in declarators:
            name_node, function = innermost(declarator)
            if name_node is None or name_node.is_missing:
                continue
            if kind == "type_definition":
                draft = TypeDraft(self.cut.text(name_node), node.end_byte)
                self.symbols.add(Kind.TYPE_ALIAS, node, scope, head, draft)
            elif function is not None:
                nodes = FunctionNodes(node, declarator, name_node, function, type_node)
                self.symbols.function(nodes, scope, head)
            elif declarator.type == "parenthesized_declarator":
                continue  # the use of a macro: `MACRO(name);`
            elif type_node is not None or kind == "field_declaration":
                self.symbols.variables(node, declarator, name_node, scope, head)
        return inside

    def alias(self, kind: str, what: str, declarators: list[Node]) -> str:
        """What to call an unnamed type: as its typedef, else "(anonymous struct) of " and its first variable."""
        if not declarators:
            return ""
        first = declarators[0]
        if kind == "type_definition" and first.type in ("type_identifier", "primitive_type"):
            return self.cut.text(first)
        name, _ = innermost(first)
        return f"(anonymous {what}) of {self.cut.text(name) if name is not None else ''}"


def _name_of(node: Node) -> Node | None:
    """The node of a name, unless the parser made it up."""
    name = node.child_by_field_name("name")
    return None if name is None or name.is_missing else name


def _join_scope(qualifier: str, name: str) -> str:
    return f"{qualifier}::{name}".removeprefix("::").removeprefix("::") if qualifier else name
