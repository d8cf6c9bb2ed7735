"""Types of TypeScript and JavaScript: classes, interfaces, enumerations, aliases, and namespaces."""

from __future__ import annotations

from typing import Any

from tree_sitter import Node

from kgraph.extract.scoped.reader import field
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope, ScopedPath, TypeAlias, TypedValue
from kgraph.extract.scoped.typescript_modules import ModuleReader
from kgraph.extract.scoped.typescript_patterns import (
    bases_of,
    function_type,
    list_parameter_types,
    parameter_step,
    parts,
)
from kgraph.extract.scoped.typescript_types import open_signature
from kgraph.extract.treesitter import nodes
from kgraph.model import Kind

_MODIFIERS = frozenset({"abstract", "accessor", "async", "declare", "override", "readonly", "static"})


class ClassReader(ModuleReader):
    """The part of a reader that is about types."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.members: dict[str, set[str]] = {}  # names that a class declares, by its own name
        self.owners: dict[str, LexicalScope] = {}  # inside of what `this` is of, by its path

    def arity(self, parameters: Node) -> int:
        return -1  # a call may leave arguments out, and have more

    def modifiers(self, head: Node) -> list[str]:
        words, declaration = nodes.modifiers(head), head
        if head.type == "export_statement":
            words += [each.type for each in head.children if each.type in ("export", "default")]
            declaration = field(head, "declaration") or head
            words += nodes.modifiers(declaration)
        return words + [each.type for each in declaration.children if each.type in _MODIFIERS]

    def access(self, name: str, words: list[str], scope: LexicalScope) -> Any:
        return "private" if name.startswith("#") else super().access(name, words, scope)

    def own_name(self, node: Node, scope: LexicalScope) -> str:
        """The name of a declaration; "default" for one of the top level that has none."""
        return self.name_of(node) or ("default" if self.is_top(scope) else "")

    # --- types ------------------------------------------------------------------------------------------------------

    def class_declaration(self, node: Node, scope: LexicalScope) -> None:
        """A class or an interface."""
        self.class_of(self.own_name(node, scope), node, scope, self.heads.get(node.id))

    def class_of(self, name: str, node: Node, scope: LexicalScope, head: Node | None = None) -> None:
        """A class under a name, which may be that of the variable that holds it."""
        heritage = [each for each in node.named_children if each.type in ("class_heritage", "extends_type_clause")]
        bases = [base for each in heritage for base in bases_of(each)]
        inside = self.declare(Kind.CLASS, name, node, scope, head=head, bases=tuple(self.text(each) for each in bases))
        if node.type == "interface_declaration":
            self.add_modifier("interface")
        inside.is_hoisted = True
        self.type_parameters(node, inside)
        for base in bases:
            self.inherits(base, inside, inside)
        body = field(node, "body")
        if inside.symbol != scope.symbol:
            self.own(f"{inside.name}|@", inside)
            inside.bind("super", 0, ScopedPath(f"{inside.name}|^"))
            named = (
                [field(each, "name") or field(each, "property") for each in body.named_children]
                if body is not None
                else []
            )
            self.members[inside.name] = {self.text(each) for each in named if each is not None}
        if self.is_top(scope):
            self.tops.setdefault(name, inside)
        self.walk([each for each in node.named_children if each.type == "decorator"], scope)
        self.walk([each for clause in heritage for each in clause.named_children], inside)
        if body is not None:
            self.walk(body.named_children, inside)

    def own(self, this: str, inside: LexicalScope) -> None:
        """Inside of a scope, `this` is an instance of what the scope is of, by its path."""
        inside.bind("this", 0, ScopedPath(this))
        self.owners[this] = inside

    def enum_declaration(self, node: Node, scope: LexicalScope) -> None:
        """An enumeration, whose members see each other."""
        inside = self.declare(Kind.ENUM, self.name_of(node), node, scope, head=self.heads.get(node.id))
        body = field(node, "body")
        for each in body.named_children if body is not None else ():
            name = field(each, "name") if each.type == "enum_assignment" else each
            if name is not None and name.type in ("property_identifier", "string"):
                self.declare(Kind.ENUMERATOR, self.text(name).strip("\"'"), each, inside)
                self.walk_fields(each, ("value",), inside)

    def namespace(self, node: Node, scope: LexicalScope) -> None:
        """`namespace N {}`, `declare module "n" {}`."""
        name = self.name_of(node).strip("\"'")
        inside = self.declare(Kind.NAMESPACE, name, node, scope, head=self.heads.get(node.id))
        inside.is_hoisted = True
        if (body := field(node, "body")) is not None:
            self.walk(body.named_children, inside)

    def ambient_declaration(self, node: Node, scope: LexicalScope) -> None:
        """`declare ...`; what `declare global` declares is as if it stood at the top level."""
        for each in node.named_children:
            if each.type == "statement_block":
                for inner in each.named_children:
                    if name := self.name_of(field(inner, "declaration") or inner):
                        self.bind_export(f"global {name}", f"|{name}")
                self.walk(each.named_children, scope)
            else:
                self.heads[each.id] = self.heads.get(node.id) or node
                self.walk([each], scope)

    def alias_declaration(self, node: Node, scope: LexicalScope) -> None:
        """A name for a type; where that is an object, its members are those of the alias."""
        inside = self.declare(Kind.TYPE_ALIAS, self.name_of(node), node, scope, head=self.heads.get(node.id))
        inside.is_hoisted = True
        self.type_parameters(node, inside)
        value = field(node, "value")
        if value is None:
            return
        several = parts(value, "intersection_type")
        for each in several:
            if each.type == "object_type":
                self.walk(each.named_children, inside)
            elif len(several) > 1:
                self.inherits(each, inside, inside)
        if len(several) == 1 and several[0].type != "object_type":
            self.holds(inside, TypeAlias(value, inside))
        self.gives_result(inside, function_type(value), inside)
        self._takes(inside, function_type(value), inside)
        self.walk([each for each in several if each.type != "object_type"], inside)

    def call_signature(self, node: Node, scope: LexicalScope) -> LexicalScope:
        """`(x: A): B` in an interface, whose instances can be called."""
        if scope.symbol >= 0:
            self.gives_result(scope, node, scope)
            self._takes(scope, node, scope)
        return open_signature(self, node, scope)

    def gives_result(self, inside: LexicalScope, function: Node | None, scope: LexicalScope) -> None:
        """What a function of a spelled out type gives."""
        result = field(function, "return_type") if function is not None else None
        if result is not None:
            self.gives(inside, TypedValue(result, scope))

    def _takes(self, inside: LexicalScope, function: Node | None, scope: LexicalScope) -> None:
        """What a function of a type that has a name takes: what is declared with that name need not say it."""
        for number, of in list_parameter_types(function) if function is not None else ():
            self._held.append((inside.symbol, f"={parameter_step(number)}", TypedValue(of, scope)))

    def type_parameters(self, node: Node, inside: LexicalScope) -> None:
        """Bind the type parameters of a declaration, each as its bound."""
        parameters = field(node, "type_parameters")
        for each in parameters.named_children if parameters is not None else ():
            bound = field(each, "constraint")
            first = bound.named_children[0] if bound is not None and bound.named_children else None
            inside.bind(self.name_of(each), 0, UNKNOWN if first is None else TypeAlias(first, inside))
            self.walk(each.named_children[1:], inside)
