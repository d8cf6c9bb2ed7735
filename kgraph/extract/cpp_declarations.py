"""The declarations of a parsed C-family file.

Comes in: the scanned source and its tree. Goes out: symbols in order of appearance, parents before their children.

The walk keeps its own stack of open scopes, so that no depth of nesting is too deep for it, and it never enters
function bodies. Names, signatures and parameter types are cut from the text by offset, not rebuilt from the tree: what
the parser did not understand inside of them does no harm.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from tree_sitter import Node

from kgraph.extract.cpp_docs import Comments
from kgraph.extract.cpp_names import (
    one_line,
    parameters,
    split_name,
    tidy,
    without_arguments,
    without_own_parameters,
)
from kgraph.extract.cpp_scanner import Source
from kgraph.extract.cpp_words import KEYWORDS, words
from kgraph.extract.text import clean
from kgraph.model import Kind, SymbolFact

_Access = Literal["", "public", "protected", "private"]

_NAMES = words(
    """
    identifier field_identifier type_identifier qualified_identifier destructor_name operator_name operator_cast
    template_function template_method template_type namespace_identifier primitive_type structured_binding_declarator
    sized_type_specifier dependent_name
    """
)
_CLASSES = {"class_specifier": Kind.CLASS, "struct_specifier": Kind.STRUCT, "union_specifier": Kind.UNION}
_POINTERS = frozenset(("pointer_declarator", "reference_declarator", "array_declarator", "pointer_type_declarator"))

_MODIFIER = re.compile(
    rb"\b(?:static|virtual|inline|constexpr|consteval|constinit|explicit|friend|extern|mutable|thread_local|typedef|"
    rb"__global__|__device__|__host__|__shared__|__constant__|_Thread_local|__thread|__inline|__inline__|"
    rb"__forceinline|__forceinline__|_Noreturn)\b"
)
_SAME_MODIFIER = {"_Thread_local": "thread_local", "__thread": "thread_local", "typedef": ""} | dict.fromkeys(
    ("__inline", "__inline__", "__forceinline", "__forceinline__"), "inline"
)
_QUALIFIERS = re.compile(rb"\s*((?:\bconst\b|\bvolatile\b|&&?|\s)*)")
_TAIL = re.compile(rb"\b(override|final|noexcept)\b|=\s*(default|delete|0)\b")
_CONVERSION = re.compile(rb"\boperator\b[^(]*+(?=\()")
_TOP_CONST = re.compile(rb"\bconst\b")
_WORDS = re.compile(rb"\w+")


@dataclass(slots=True)
class _Scope:
    """Where a declaration stands."""

    name: str = ""  # qualified
    parent: int = -1
    kind: Kind | None = None  # NAMESPACE, a class kind, or None for the file
    class_name: str = ""
    access: _Access = ""
    local: bool = False
    namespace: str = ""  # the nearest namespace: where friends belong

    def inner(self, name: str) -> str:
        return f"{self.name}::{name}" if self.name else name


@dataclass(slots=True)
class _Head:
    """What surrounds a declaration: where it really begins, and the templates in front of it."""

    start: int
    templates: tuple[str, ...] = ()
    is_template: bool = False
    friend: bool = False


class Declarations:
    """Collects the symbols of one file."""

    def __init__(self, source: Source, language: str, attributes: list[tuple[int, int]], comments: Comments) -> None:
        self.source = source
        self.content = source.content
        self.code = bytes(source.code)
        self.is_c = language == "C"
        self.attribute_starts = [start for start, _ in attributes]
        self.attributes = attributes
        self.comments = comments
        self.symbols: list[SymbolFact] = []
        self.starts: list[int] = []  # offsets, beside `symbols`
        self.last_line = max(1, source.lines)

    # The walk.

    def read(self, root: Node) -> None:
        top = _Scope()
        stack: list[tuple[Iterator[Node], _Scope]] = [(iter(root.children), top)]
        while stack:
            nodes, scope = stack[-1]
            for node in nodes:
                kind = node.type
                if kind == "access_specifier":
                    scope.access = _access_of(self.code[node.start_byte : node.end_byte])
                    continue
                if not node.is_named:
                    continue
                opened = self.declaration(node, kind, scope, _Head(node.start_byte))
                if opened:
                    stack.extend(reversed(opened))
                    break
            else:
                stack.pop()

    def declaration(self, node: Node, kind: str, scope: _Scope, head: _Head) -> list[tuple[Iterator[Node], _Scope]]:
        """Record a declaration; returns what to walk next inside of it."""
        match kind:
            case "declaration" | "field_declaration" | "function_definition" | "type_definition":
                return self.typed(node, kind, scope, head)
            case "class_specifier" | "struct_specifier" | "union_specifier":
                return self.a_class(node, kind, scope, head, declares=True)
            case "enum_specifier":
                return self.enum(node, scope, head, declares=True)
            case "template_declaration":
                return self.template(node, scope, head)
            case "namespace_definition":
                return self.namespace(node, scope)
            case "linkage_specification":
                body = node.child_by_field_name("body")
                if body is None:
                    return []
                if body.type == "declaration_list":
                    return [(iter(body.children), scope)]
                return self.declaration(body, body.type, scope, head)
            case "friend_declaration":
                inner = node.named_children[-1] if node.named_children else None
                if inner is None or inner.type not in ("function_definition", "declaration"):
                    return []
                head.friend = True
                return self.typed(inner, inner.type, scope, head)
            case "alias_declaration":
                name = node.child_by_field_name("name")
                if name is not None:
                    self.add(Kind.TYPE_ALIAS, self.text(name), node, scope, head, self.signature(head, node.end_byte))
            case "concept_definition":
                name = node.child_by_field_name("name")
                if name is not None:
                    self.add(Kind.CONCEPT, self.text(name), node, scope, head, self.signature(head, node.end_byte))
            case "ERROR" | "labeled_statement" | "declaration_list" | "field_declaration_list":
                return [(iter(node.children), scope)]
        return []

    # Scopes.

    def namespace(self, node: Node, scope: _Scope) -> list[tuple[Iterator[Node], _Scope]]:
        body = node.child_by_field_name("body")
        if body is None:
            return []
        name_node = node.child_by_field_name("name")
        names = tidy(self.text(name_node)).split("::") if name_node is not None else ["(anonymous namespace)"]
        inline = ("inline",) if self.code.startswith(b"inline", node.start_byte) else ()
        signature = self.signature(_Head(node.start_byte), body.start_byte)
        doc = self.doc(node.start_byte, node.start_byte)
        for name in names:
            local = scope.local or name_node is None
            parent = len(self.symbols)
            self.append(
                node.start_byte,
                SymbolFact(
                    Kind.NAMESPACE,
                    name.removeprefix("inline "),
                    self.source.line(node.start_byte),
                    self.end_line(node.end_byte),
                    scope.name,
                    parent=scope.parent,
                    local=local,
                    signature=signature,
                    doc=doc,
                    modifiers=inline,
                ),
            )
            inner = scope.inner(name.removeprefix("inline "))
            scope = _Scope(inner, parent, Kind.NAMESPACE, local=local, namespace=inner)
        return [(iter(body.children), scope)]

    def template(self, node: Node, scope: _Scope, head: _Head) -> list[tuple[Iterator[Node], _Scope]]:
        children = node.named_children
        if not children:
            return []
        inner = children[-1]
        first = children[0]
        if first.type == "template_parameter_list":
            own = self.decoded(first.start_byte + 1, first.end_byte - 1)
            head = _Head(head.start, (*head.templates, own), True, head.friend)
        return self.declaration(inner, inner.type, scope, head)

    def a_class(
        self, node: Node, kind: str, scope: _Scope, head: _Head, *, declares: bool, alias: str = ""
    ) -> list[tuple[Iterator[Node], _Scope]]:
        """A class with its body, or the mere declaration `class A;` where it stands alone."""
        body = node.child_by_field_name("body")
        name_node = node.child_by_field_name("name")
        if body is None and (not declares or name_node is None):
            return []
        if name_node is None and not alias and declares:
            # An anonymous union: its members belong where it stands.
            return [(iter(body.children), replace(scope))] if body is not None else []
        qualifier, name, macro = self.named(name_node)
        key = ""
        if name_node is None:
            name = alias
            if alias.startswith("("):
                name, _, key = alias.partition(" of ")
        qualifier = without_own_parameters(qualifier, head.templates)
        access = scope.access
        symbol_kind = _CLASSES[kind]
        index = len(self.symbols)
        modifiers = ("template",) if head.is_template else ()
        bases: tuple[str, ...] = ()
        for child in node.named_children:
            if child.type == "base_class_clause":
                bases = _bases(self.decoded(child.start_byte, child.end_byte))
            elif child.type == "virtual_specifier":
                modifiers += ("final",)
        end = body.start_byte if body is not None else node.end_byte
        self.add(
            symbol_kind,
            name,
            node,
            scope,
            head,
            self.signature(head, end),
            qualifier=qualifier,
            key=key,
            definition=body is not None,
            bases=bases,
            modifiers=modifiers,
            macro=macro,
        )
        if body is None:
            return []
        inner = scope.inner(f"{qualifier}::{name}".removeprefix("::") if qualifier else name)
        access = "private" if symbol_kind is Kind.CLASS else "public"
        class_name = without_arguments(name)
        return [
            (
                iter(body.children),
                _Scope(inner, index, symbol_kind, class_name, access, scope.local, scope.namespace),
            )
        ]

    def enum(
        self, node: Node, scope: _Scope, head: _Head, *, declares: bool, alias: str = ""
    ) -> list[tuple[Iterator[Node], _Scope]]:
        """An enum and its enumerators, which C++ names as members of the scope around an unscoped enum."""
        body = node.child_by_field_name("body")
        name_node = node.child_by_field_name("name")
        if body is None and (not declares or name_node is None):
            return []
        qualifier, name, macro = self.named(name_node)
        enumerators = [child for child in body.named_children if child.type == "enumerator"] if body else []
        names = [child.child_by_field_name("name") for child in enumerators]
        key = ""
        if name_node is None:
            name = alias if alias and not alias.startswith("(") else "(anonymous enum)"
            key = self.text(names[0]) if name[0] == "(" and names and names[0] else ""
        is_scoped = bool(_SCOPED_ENUM.match(self.code, node.start_byte))
        end = body.start_byte if body is not None else node.end_byte
        index = len(self.symbols)
        self.add(
            Kind.ENUM,
            name,
            node,
            scope,
            head,
            self.signature(head, end),
            qualifier=qualifier,
            key=key,
            definition=body is not None,
            macro=macro,
        )
        inner = scope.name
        if is_scoped:
            inner = scope.inner(f"{qualifier}::{name}".removeprefix("::") if qualifier else name)
        elif qualifier:
            inner = scope.inner(qualifier.removeprefix("::"))
        for child, name_of in zip(enumerators, names, strict=True):
            if name_of is None:
                continue
            start = child.start_byte
            self.append(
                start,
                SymbolFact(
                    Kind.ENUMERATOR,
                    self.text(name_of),
                    self.source.line(start),
                    self.end_line(child.end_byte),
                    inner,
                    parent=index,
                    local=scope.local,
                    signature=one_line(self.decoded(start, child.end_byte), 200),
                    doc=self.doc(start, child.end_byte),
                ),
            )
        return []

    # Declarations with a type and declarators.

    def typed(self, node: Node, kind: str, scope: _Scope, head: _Head) -> list[tuple[Iterator[Node], _Scope]]:
        head.start = self.true_start(head.start)
        kept = node.children_by_field_name("declarator")
        type_node = node.child_by_field_name("type")
        opened: list[tuple[Iterator[Node], _Scope]] = []
        if type_node is not None:
            type_kind = type_node.type
            if type_kind in _CLASSES or type_kind == "enum_specifier":
                alias = self.alias(kind, type_kind, kept)
                declares = not kept
                if type_kind == "enum_specifier":
                    opened = self.enum(type_node, scope, head, declares=declares, alias=alias)
                else:
                    opened = self.a_class(type_node, type_kind, scope, head, declares=declares, alias=alias)
        if kept and type_node is not None and b"," in self.code[type_node.end_byte : kept[0].start_byte]:
            return opened  # the middle of a list, of which another file has the beginning
        for declarator in kept:
            self.declarator(node, kind, declarator, type_node, scope, head)
        return opened

    def alias(self, kind: str, type_kind: str, declarators: list[Node]) -> str:
        """What to call an unnamed type by the declarators behind it."""
        if not declarators:
            return ""
        first = declarators[0]
        if kind == "type_definition" and first.type in ("type_identifier", "primitive_type"):
            return self.text(first)
        name, _ = _innermost(first)
        what = type_kind.removesuffix("_specifier")
        return f"(anonymous {what}) of {self.text(name) if name is not None else ''}"

    def declarator(
        self,
        node: Node,
        kind: str,
        declarator: Node,
        type_node: Node | None,
        scope: _Scope,
        head: _Head,
    ) -> None:
        name_node, function = _innermost(declarator)
        if name_node is None:
            return
        if kind == "type_definition":
            self.add(Kind.TYPE_ALIAS, self.text(name_node), node, scope, head, self.signature(head, node.end_byte))
        elif function is not None or name_node.type == "operator_cast" or _is_conversion(name_node):
            self.function(node, kind, name_node, function, type_node, scope, head)
        elif type_node is not None or kind == "field_declaration":
            if declarator.type == "parenthesized_declarator":
                return  # `MACRO(name);`
            self.variable(node, declarator, name_node, scope, head)

    def function(
        self,
        node: Node,
        kind: str,
        name_node: Node,
        function: Node | None,
        type_node: Node | None,
        scope: _Scope,
        head: _Head,
    ) -> None:
        code = self.code
        start, end = name_node.start_byte, name_node.end_byte
        body = node.child_by_field_name("body") if kind == "function_definition" else None
        stop = body.start_byte if body is not None else node.end_byte
        macro = ""
        if function is None:
            # A conversion: the tree holds its parameters inside of the name.
            match = _CONVERSION.search(code, start, end)
            if match is None:
                return
            list_start, list_end = _parens(code, match.end())
            end = match.end()
        else:
            list_node = function.child_by_field_name("parameters")
            if list_node is None:
                return
            list_start, list_end = list_node.start_byte, list_node.end_byte
        qualifier, name = split_name(self.decoded(start, end).strip())
        if self.content[end : end + 1] == b"(" and code[end : end + 1] == b" ":
            macro = name
            name = tidy(f"{name}{self.decoded(end, list_start).strip()}")
        qualifier = without_own_parameters(qualifier, head.templates)
        symbol_kind = self.function_kind(name, qualifier, scope, head, name_node)
        local = scope.local
        if type_node is None and symbol_kind in (Kind.FUNCTION, Kind.METHOD) and not name.startswith("operator"):
            if kind != "function_definition":
                return  # `MACRO(name);`, or a deduction guide
            if not (qualifier or name == "main" or (self.is_c and not name.isupper())):
                macro, name = macro or name, name if macro else tidy(self.decoded(start, list_end))
                symbol_kind = Kind.FUNCTION
                local = True
        if body is not None:
            stop = self.head_end(list_end, stop)
        modifiers, tail = _modifiers(self.content[head.start : start]), _read_tail(self.content[list_end:stop])
        if head.is_template:
            modifiers = ("template", *modifiers)
        if head.friend and "friend" not in modifiers:
            modifiers = ("friend", *modifiers)
        definition = body is not None or tail.definition
        if head.friend and not definition and qualifier:
            return  # grants access to a function that is declared elsewhere
        if macro and symbol_kind is Kind.FUNCTION and name.endswith(")") and type_node is None:
            key, arity = "", -1
        else:
            key, arity = self.key(list_start, list_end)
            key += tail.qualifiers
        owner = scope.name
        access: _Access = scope.access
        if head.friend:
            owner, access = scope.namespace, ""
        elif scope.kind in (None, Kind.NAMESPACE):
            local = local or ("static" in modifiers and not qualifier) or (name == "main" and not scope.name)
        self.append(
            head.start,
            SymbolFact(
                symbol_kind,
                clean(name),
                self.source.line(head.start),
                self.end_line(node.end_byte),
                owner,
                qualifier,
                scope.parent,
                key,
                arity,
                definition,
                local,
                access,
                self.signature(head, stop),
                self.doc(head.start, node.end_byte),
                (),
                modifiers + tail.modifiers,
                macro,
            ),
        )

    def function_kind(self, name: str, qualifier: str, scope: _Scope, head: _Head, name_node: Node) -> Kind:
        owner = "" if head.friend else scope.class_name
        if qualifier and not head.friend:
            owner = without_arguments(split_name(qualifier)[1])
        if not owner:
            return Kind.FUNCTION
        if name[0] == "~":
            return Kind.DESTRUCTOR
        if without_arguments(name) == owner:
            return Kind.CONSTRUCTOR
        if name_node.type == "operator_cast" or _is_conversion(name_node):
            return Kind.CONVERSION
        return Kind.METHOD

    def variable(self, node: Node, declarator: Node, name_node: Node, scope: _Scope, head: _Head) -> None:
        code = self.code
        prefix = code[head.start : name_node.start_byte]
        modifiers = _modifiers(self.content[head.start : name_node.start_byte])
        if head.is_template:
            modifiers = ("template", *modifiers)
        signature = self.signature(head, node.end_byte, variable=True)
        in_class = scope.class_name != ""
        if name_node.type == "structured_binding_declarator":
            names = [("", self.text(child)) for child in name_node.named_children]
        else:
            names = [split_name(self.text(name_node))]
        has_value = declarator.type == "init_declarator" or node.child_by_field_name("default_value") is not None
        for qualifier, name in names:
            if not name or name in KEYWORDS:
                continue
            qualifier = without_own_parameters(qualifier, head.templates)
            kind = Kind.FIELD if in_class or qualifier else Kind.VARIABLE
            if in_class:
                definition = "static" not in modifiers or "inline" in modifiers or "constexpr" in modifiers
            else:
                definition = has_value or "extern" not in modifiers
            local = scope.local
            if not in_class and not qualifier and "extern" not in modifiers:
                constant = "constexpr" in modifiers or (not self.is_c and _is_constant(prefix))
                local = (
                    local or "static" in modifiers or (constant and "inline" not in modifiers and not head.is_template)
                )
            self.append(
                head.start,
                SymbolFact(
                    kind,
                    clean(name),
                    self.source.line(head.start),
                    self.end_line(node.end_byte),
                    scope.name,
                    qualifier,
                    scope.parent,
                    definition=definition,
                    local=local,
                    access=scope.access,
                    signature=signature,
                    doc=self.doc(head.start, node.end_byte),
                    modifiers=modifiers,
                ),
            )

    # Pieces of symbols.

    def add(
        self,
        kind: Kind,
        name: str,
        node: Node,
        scope: _Scope,
        head: _Head,
        signature: str,
        *,
        qualifier: str = "",
        key: str = "",
        definition: bool = True,
        bases: tuple[str, ...] = (),
        modifiers: tuple[str, ...] | None = None,
        macro: str = "",
    ) -> None:
        if modifiers is None:
            modifiers = ("template",) if head.is_template else ()
        self.append(
            head.start,
            SymbolFact(
                kind,
                clean(name),
                self.source.line(head.start),
                self.end_line(max(node.end_byte, head.start + 1)),
                scope.name,
                qualifier,
                scope.parent,
                key=key,
                definition=definition,
                local=scope.local,
                access=scope.access,
                signature=signature,
                doc=self.doc(head.start, node.end_byte),
                bases=bases,
                modifiers=modifiers,
                macro=macro,
            ),
        )

    def append(self, start: int, symbol: SymbolFact) -> None:
        self.starts.append(start)
        self.symbols.append(symbol)

    def decoded(self, start: int, end: int) -> str:
        return self.content[start:end].decode("utf-8", "replace")

    def text(self, node: Node) -> str:
        return self.content[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def named(self, node: Node | None) -> tuple[str, str, str]:
        """Qualifier, name and macro of a class or enum."""
        if node is None:
            return "", "", ""
        qualifier, name = split_name(self.text(node))
        end = node.end_byte
        if self.content[end : end + 1] == b"(" and self.code[end : end + 1] == b" ":
            _, close = _parens(self.content, end)
            return qualifier, tidy(name + self.decoded(end, close)), name
        return qualifier, name, ""

    def key(self, start: int, end: int) -> tuple[str, int]:
        """Key and arity of the parameter list between two offsets, its parentheses included."""
        text = self.code[start + 1 : end - 1]
        original = self.content[start + 1 : end - 1]
        if text.isspace() or b"(" in original or not original.isascii():
            text = original
        return parameters(text.decode("utf-8", "replace"))

    def head_end(self, list_end: int, stop: int) -> int:
        """Where the signature of a constructor ends: before its member initialisers."""
        match = _INITIALISERS.match(self.content, list_end, stop)
        return match.start(1) if match else stop

    def signature(self, head: _Head, end: int, *, variable: bool = False) -> str:
        start = self.true_start(head.start)
        text = self.content[start:end]
        if variable:
            brace = text.find(b"{")
            if brace >= 0:
                text = text[:brace]
        line = one_line(text.decode("utf-8", "replace")).rstrip("; ")
        return clean(line[:-1].rstrip() if line.endswith("=") and not line.endswith("operator=") else line)

    def true_start(self, start: int) -> int:
        """A declaration begins at the attribute macros in front of it, which the parser did not see."""
        if not self.attributes:
            return start
        index = bisect_right(self.attribute_starts, start) - 1
        while index >= 0:
            first, last = self.attributes[index]
            if last > start or self.code[last:start].strip():
                break
            start = first
            index -= 1
        return start

    def end_line(self, end: int) -> int:
        return min(self.source.line(max(0, end - 1)), self.last_line)

    def doc(self, start: int, end: int) -> str:
        return self.comments.above(self.true_start(start)) or self.comments.behind(end)


@dataclass(frozen=True, slots=True)
class _Tail:
    qualifiers: str  # " const &&"
    modifiers: tuple[str, ...]
    definition: bool


@lru_cache(maxsize=4096)
def _read_tail(text: bytes) -> _Tail:
    match = _QUALIFIERS.match(text)
    words = match[1].split() if match else []
    qualifiers = "".join(f" {word.decode()}" for word in words)
    modifiers: list[str] = []
    definition = False
    for found in _TAIL.finditer(text):
        word = (found[1] or found[2]).decode()
        definition = definition or word in ("default", "delete")
        modifiers.append("pure" if word == "0" else word)
    return _Tail(qualifiers, tuple(dict.fromkeys(modifiers)), definition)


@lru_cache(maxsize=8192)
def _modifiers(prefix: bytes) -> tuple[str, ...]:
    found = [match.decode() for match in _MODIFIER.findall(prefix)]
    names = [_SAME_MODIFIER.get(name, name) for name in found]
    return tuple(name for name in dict.fromkeys(names) if name)


_INITIALISERS = re.compile(rb"(?:[^:{]|::)*?\s*+((?<!:):(?!:))")
_SCOPED_ENUM = re.compile(rb"enum\s+(?:class|struct)\b")


def _is_conversion(node: Node) -> bool:
    """Whether a name is `A::operator int`."""
    while node.type == "qualified_identifier":
        inner = node.child_by_field_name("name")
        if inner is None:
            return False
        node = inner
    return node.type == "operator_cast"


def _innermost(declarator: Node) -> tuple[Node | None, Node | None]:
    """The name that a declarator declares, and the function declarator around it if it declares a function."""
    node: Node | None = declarator
    function: Node | None = None
    while node is not None:
        kind = node.type
        if kind in _NAMES:
            return node, function
        if kind == "function_declarator":
            function = node
        elif kind in _POINTERS:
            function = None
        inner = node.child_by_field_name("declarator")
        if inner is None:
            children = node.named_children
            inner = children[-1] if children and kind != "parameter_list" else None
        node = inner
    return None, None


def _is_constant(prefix: bytes) -> bool:
    """Whether the words in front of a variable's name make it const: a pointer must be const itself."""
    star = max(prefix.rfind(b"*"), prefix.rfind(b"&"))
    return _TOP_CONST.search(prefix, star + 1 if star >= 0 else 0) is not None


def _access_of(text: bytes) -> _Access:
    for access in ("public", "protected", "private"):
        if text.startswith(access.encode()):
            return access  # type: ignore[return-value]
    return "public"


def _bases(clause: str) -> tuple[str, ...]:
    """The bases of `: public A, B<C, D>`."""
    bases: list[str] = []
    depth = 0
    piece = ""
    for char in one_line(clause, 4000).removeprefix(":"):
        if char == "," and depth == 0:
            bases.append(piece)
            piece = ""
            continue
        depth += (char in "<(") - (char in ">)")
        piece += char
    bases.append(piece)
    return tuple(clean(base.strip()) for base in bases if base.strip())


def _parens(code: bytes, start: int) -> tuple[int, int]:
    """From a `(` to behind its `)`."""
    depth = 0
    for match in _PAREN.finditer(code, start):
        depth += 1 if match[0] == b"(" else -1
        if depth == 0:
            return start, match.end()
    return start, len(code)


_PAREN = re.compile(rb"[()]")
