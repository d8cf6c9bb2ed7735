"""Imports and exports of JavaScript's modules: ES modules, and CommonJS as far as the text tells.

A name that is imported is bound to the path of what it means; `require("./x")` and `import("./x")` inside of an
expression are bound to names that no source can spell, one for each module.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from kgraph.extract.scoped.reader import ScopedReader, field
from kgraph.extract.scoped.scopes import ExpressionValue, LexicalScope, ScopedPath, SteppedValue
from kgraph.extract.scoped.typescript_patterns import bound_names
from kgraph.extract.treesitter.nodes import text_of
from kgraph.model import Kind

_ANONYMOUS = "<anonymous>"  # the scope of what is declared in functions without a name
_MAX_NAMES = 5  # behind one `require("x")`
_NAME = re.compile(r"[\w$]+")


class ModuleReader(ScopedReader):
    """The part of a reader that is about modules."""

    repeated = frozenset({"decorator"})

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._aliases: dict[str, str] = {}  # names of modules inside of expressions, by spelling
        self._required: set[int] = set()  # nodes of imports in expressions that are noted already
        self.heads: dict[int, Node] = {}  # the statement that carries a declaration, by the node of that
        self.tops: dict[str, LexicalScope] = {}  # inside of variables, functions and classes of the top level

    def is_top(self, scope: LexicalScope) -> bool:
        """Whether names of a scope can be seen from elsewhere: that of a file or namespace."""
        if scope.outer is None:
            return True
        is_own = scope.symbol >= 0 and scope.symbol != scope.outer.symbol
        return is_own and self.symbols[scope.symbol].kind == Kind.NAMESPACE

    def declare(
        self,
        kind: Kind,
        name: str,
        node: Node,
        scope: LexicalScope,
        *,
        head: Node | None = None,
        bases: tuple[str, ...] = (),
    ) -> LexicalScope:
        if scope.symbol >= 0 or self.is_top(scope):
            return super().declare(kind, name, node, scope, head=head, bases=bases)
        # Inside of a function that has no name, at the top level: no name that others see.
        inner = LexicalScope(scope, -1, _ANONYMOUS, _ANONYMOUS)
        scope.bind(name, 0, ScopedPath(f"{_ANONYMOUS}|{name}"))
        return super().declare(kind, name, node, inner, head=head, bases=bases)

    # --- ES modules ---------------------------------------------------------------------------------------------------

    def import_statement(self, node: Node, scope: LexicalScope) -> None:
        """`import a, { b as c } from "d"`, `import * as a from "b"`, `import "a"`, `import a = require("b")`."""
        clause = next((each for each in node.named_children if each.type.startswith("import_")), None)
        source = field(node, "source")
        if source is None and clause is not None:
            source = field(clause, "source")
        if source is None:
            return
        spelling = string_of(source)
        names: list[str] = []
        for each in clause.named_children if clause is not None else ():
            if each.type == "identifier":
                names.append("*" if clause is not None and clause.type == "import_require_clause" else "default")
                self.bind_import(self.text(each), f"{spelling}|{names[-1].strip('*')}")
            elif each.type == "namespace_import":
                names.append("*")
                self.bind_import(self.text(each.named_children[-1]), f"{spelling}|")
            elif each.type == "named_imports":
                for name, alias in _specifiers(each):
                    names.append(name)
                    self.bind_import(alias, f"{spelling}|{name}")
        self.imports(spelling, node, tuple(names))

    def export_statement(self, node: Node, scope: LexicalScope) -> None:
        """`export` of a declaration, a value, names, or what another module exports."""
        source, declaration, value = field(node, "source"), field(node, "declaration"), field(node, "value")
        words = {each.type for each in node.children}
        if source is not None:
            self._reexport(node, string_of(source), words)
            return
        if declaration is not None:
            self.heads[declaration.id] = node
            if "default" in words and (named := field(declaration, "name")) is not None:
                self.bind_export("default", f"|{self.text(named)}")
            self.walk([each for each in node.named_children if each.type == "decorator"], scope)
            self.walk([declaration], scope)
        elif value is not None:
            self.export_value("default", node, value, scope)
        elif "=" in words and node.named_children:
            self.export_value("=", node, node.named_children[-1], scope)
        for each in node.named_children:
            if each.type == "export_clause":
                for name, alias in _specifiers(each):
                    self.bind_export(alias, f"|{name}")

    def _reexport(self, node: Node, spelling: str, words: set[str]) -> None:
        clauses = {each.type: each for each in node.named_children}
        names: list[str] = []
        if "export_clause" in clauses:
            for name, alias in _specifiers(clauses["export_clause"]):
                names.append(name)
                self.bind_export(alias, f"{spelling}|{name}")
        elif "namespace_export" in clauses:
            self.bind_export(string_of(clauses["namespace_export"].named_children[-1]), f"{spelling}|")
        elif "*" in words:
            names = ["*"]
            self.bind_export("*", f"{spelling}|")
        self.imports(spelling, node, tuple(names))

    def export_value(self, name: str, node: Node, value: Node, scope: LexicalScope) -> None:
        """An expression is exported; one that has no name of its own is a symbol by the name "default"."""
        if value.type == "identifier":
            self.bind_export(name, f"|{self.text(value)}")
            self.reads(value, scope)
        elif (path := self._module_path(value)) is not None:
            self.bind_export(name, path)
            self.walk([value], scope)
        else:
            own = field(value, "name")
            short = self.text(own) if own is not None and value.type != "call_expression" else name
            short = short if _NAME.fullmatch(short) else "default"
            self.bind_export(name, f"|{short}")
            self.declare_top(short, node, value, scope)

    def declare_top(self, name: str, node: Node, value: Node, scope: LexicalScope) -> None:
        """Declare what a value is exported as."""
        raise NotImplementedError

    # --- CommonJS -----------------------------------------------------------------------------------------------------

    def module_alias(self, spelling: str) -> str:
        """The name that a module has inside of expressions."""
        if spelling not in self._aliases:
            self._aliases[spelling] = f"#{len(self._aliases)}"
            self.bind_import(self._aliases[spelling], f"{spelling}|")
        return self._aliases[spelling]

    def is_import(self, node: Node, scope: LexicalScope) -> bool:
        """Whether a call is `require("x")` or `import("x")`, which it notes."""
        spelling = find_imported_module(node)
        if spelling is None or scope.local("require", 0) is not None:
            return False
        if node.id not in self._required:
            self.module_alias(spelling)
            self.imports(spelling, node)
        return True

    def is_require(self, pattern: Node, value: Node, scope: LexicalScope) -> bool:
        """Whether a variable of the top level is but a name for a module or what it exports; it notes that."""
        path = self._module_path(value)
        if path is None or not self.is_top(scope) or scope.symbol >= 0:
            return False
        names = []
        for name, binding in bound_names(pattern, ExpressionValue(value, scope)):
            steps: tuple[str, ...] = ()
            while isinstance(binding, SteppedValue):
                steps, binding = (*binding.steps, *steps), binding.value
            front = path if path.endswith("|") or not steps else f"{path}."
            self.bind_import(name, f"{front}{''.join(steps).lstrip('.')}")
            names += [steps[0].lstrip(".")] if steps else []
        call: Node = value
        while call.type == "member_expression":
            inner = field(call, "object")
            call = inner if inner is not None else call.named_children[0]
        self._required.add(call.id)
        self.imports(path.partition("|")[0], value, tuple(names))
        return True

    def _module_path(self, value: Node) -> str | None:
        """The path of `require("x").a.b`; None for another expression."""
        names: list[str] = []
        while value.type == "member_expression":
            inner, name = field(value, "object"), field(value, "property")
            if inner is None or name is None or len(names) > _MAX_NAMES:
                return None
            names.append(self.text(name))
            value = inner
        spelling = find_imported_module(value)
        if spelling is None or self.text(value).startswith("import"):
            return None
        return f"{spelling}|{'.'.join(reversed(names))}"

    def take_module(self, node: Node) -> ScopedPath | None:
        """What `require("x")` gives in an expression."""
        spelling = find_imported_module(node)
        return ScopedPath(f"|{self.module_alias(spelling)}") if spelling is not None else None


def find_imported_module(node: Node) -> str | None:
    """The module that a call of `require` or `import` names; None for another node."""
    called = field(node, "function") if node.type == "call_expression" else None
    if called is None or called.type not in _IMPORTERS:
        return None
    arguments = field(node, "arguments")
    if arguments is None or (called.type == "identifier" and called.text != b"require"):
        return None
    first = next((each for each in arguments.named_children if each.type != "comment"), None)
    is_plain = first is not None and first.type in ("string", "template_string") and b"${" not in (first.text or b"")
    return string_of(first) if first is not None and is_plain else None


_IMPORTERS = frozenset({"identifier", "import"})


def string_of(node: Node) -> str:
    """The text of a string without its quotes; that of a name."""
    text = text_of(node)
    return text[1:-1] if text[:1] in ("'", '"', "`") else text


def _specifiers(clause: Node) -> list[tuple[str, str]]:
    """The names and aliases in braces."""
    found = []
    for each in clause.named_children:
        name, alias = field(each, "name"), field(each, "alias")
        if name is not None:
            found.append((string_of(name), string_of(alias if alias is not None else name)))
    return found
