"""How Rust looks: its declarations, imports and modules as nodes of tree-sitter's grammar.

Besides what every language has, `FileFacts.holdings` has for the file (owner -1): "mod a::x" for the statement `mod x;`
in a module a of the file, with the path of its attribute; "a::x", "a::*" and "a::_" for what is imported there, the
last one for what has no name in the module: imported as `_`, or inside of a function; "use N x" for the path of an
import on line N that is not at the top level; "for N" and "impl N" for the type, if it has a name, and the trait of the
`impl` on line N, "all N" for the trait where that is for whatever has its bounds;
"Self S" for what `Self` is inside of S. Members of an `impl` have "impl" and "trait" for the same; a struct or variant
".0" for its first field without a name.

Arguments of macros are tokens to the grammar. Those of `assert_eq!`, `format!` and the like are expressions, so the
grammar is given a blank for the "!"; and blanks for the macros around items (see `rust_item_macros`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common, rust_macros
from kgraph.extract.scoped.reader import CALL, field
from kgraph.extract.scoped.rust_closures import note_handed
from kgraph.extract.scoped.rust_expressions import NAMES
from kgraph.extract.scoped.rust_item_macros import map_macro_lines, unwrap_items
from kgraph.extract.scoped.rust_macros import note_body
from kgraph.extract.scoped.rust_uses import RustUses
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope, ScopedPath, TypeAlias, TypedValue
from kgraph.extract.treesitter.nodes import line_of, text_of
from kgraph.model import IncludeFact, Kind, NameBindingFact
from kgraph.scoped_languages import NAMELESS

# Bounds whose methods are none of a repository.
_PLAIN_BOUNDS = (
    *("Sized", "Send", "Sync", "Clone", "Copy", "Debug", "Display", "Default", "PartialEq", "Eq", "Hash"),
    *("PartialOrd", "Ord", "Unpin", "UnwindSafe", "RefUnwindSafe"),
)


class RustReader(RustUses):
    """Reads one Rust file."""

    @classmethod
    def prepare(cls, content: bytes) -> bytes:
        return rust_macros.prepare(content)

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._modules: set[str] = set()  # qualified names of those that the file has bodies of
        self._owners: dict[str, int] = {}  # the symbol of each type
        self._impls: dict[LexicalScope, tuple[Node, Node | None]] = {}  # the type and the trait of each scope
        self._traits: dict[tuple[str, str], str] = {}  # scope and name: the trait whose method that is, as spelled
        self._key = ""
        self._macros: dict[int, str] = {}  # around items, by the lines that they go over

    def trees(self, content: bytes, parse: Callable[[bytes], Node]) -> list[tuple[Node, frozenset[int] | None]]:
        text, macros = unwrap_items(content, parse)
        self._evaluated += [(each.line, CALL, -1, -1, f"|macro {each.name}", "") for each in macros]
        self._macros = map_macro_lines(macros)
        return [(parse(text), None)]

    def key(self, parameters: Node) -> str:
        return self._key

    def modifiers(self, head: Node) -> list[str]:
        words: list[str] = []
        for child in head.children:
            if child.type == "visibility_modifier":
                words.append("".join(self.text(child).split()))
            elif child.type == "function_modifiers":
                words += [word for word in self.text(child).split() if word.isalpha()]
            elif child.type in ("mutable_specifier", "unsafe"):
                words.append(self.text(child))
        if head.type == "function_item" and (macro := self._macros.get(line_of(head))):
            words.append(macro)  # which may do with a function what it likes
        return [*("public" if word == "pub" else word for word in words), *self.attributes_of(head)]

    def access(self, name: str, words: list[str], scope: LexicalScope) -> Any:
        """Without `pub` a symbol is private, other than what a trait or an enum has; `pub(crate)` is a modifier."""
        if "public" in words:
            return "public"
        if any(word.startswith("pub(") for word in words):
            return ""
        kind = self.symbols[scope.symbol].kind if scope.symbol >= 0 else None
        impl = self._impls.get(scope)
        is_open = impl[1] is not None if impl is not None else kind in (Kind.CLASS, Kind.ENUM, Kind.ENUMERATOR)
        return "public" if is_open else "private"

    # --- modules and imports ----------------------------------------------------------------------------------------

    def module_of(self, scope: LexicalScope) -> str:
        """The module of the file that a scope is in: "" for the file itself."""
        name = scope.name
        while name and name not in self._modules:
            name = name.rpartition("::")[0]
        return name

    def _mod(self, node: Node, scope: LexicalScope) -> None:
        name, body = self.name_of(node), field(node, "body")
        inside = self.declare(Kind.NAMESPACE, name, node, scope)
        if body is not None:
            self._modules.add(inside.name)
            self.walk(body.named_children, LexicalScope(None, inside.symbol, inside.name, inside.name))
            return
        around = self.module_of(scope)
        self._imported.append(NameBindingFact(-1, f"mod {_join_path(around, name)}", self._path_attribute(node)))
        self._use(f"self::{name}", node, scope)

    def _path_attribute(self, node: Node) -> str:
        """The file that `#[path = "x.rs"]` above a node names."""
        above = node.prev_named_sibling
        while above is not None and above.type in ("attribute_item", "line_comment"):
            if match := re.match(r'#\[\s*path\s*=\s*"([^"]*)"', self.text(above)):
                return match[1]
            above = above.prev_named_sibling
        return ""

    def _use(self, spelling: str, node: Node, scope: LexicalScope) -> None:
        names = ("*",) if spelling.endswith("::*") else ()
        self.includes.append(IncludeFact(spelling, line_of(node), "from" if names else "import", names=names))
        if scope.type_name:
            path = f"{scope.type_name}|{_steps(spelling.removesuffix('::*'))}"
            self._imported.append(NameBindingFact(-1, f"use {line_of(node)} {spelling}", path))

    def _imports(self, node: Node, scope: LexicalScope) -> None:
        argument = field(node, "argument")
        around = self.module_of(scope)
        for spelling, alias, at in _leaves(argument) if argument is not None else ():
            self._use(spelling, at, scope)
            path = f"{scope.type_name}|{_steps(spelling.removesuffix('::*'))}"
            if spelling.endswith("*"):
                self.bind_import(_join_path(around, "*"), path)
            elif alias != "_" and scope.name == around:
                self.bind_import(_join_path(around, alias), path)
            else:
                self.bind_import(_join_path(around, NAMELESS), path)
                if alias != "_":
                    scope.bind(alias, 0, ScopedPath(path))

    def _extern_crate(self, node: Node, scope: LexicalScope) -> None:
        name, alias = self.name_of(node), field(node, "alias")
        self._use(name, node, scope)
        if name != "self" or alias is not None:
            bound = self.text(alias) if alias is not None else name
            self.bind_import(_join_path(self.module_of(scope), bound), f"{scope.type_name}|extern {name}")

    # --- types ------------------------------------------------------------------------------------------------------

    def _type(self, node: Node, scope: LexicalScope) -> None:
        kinds = {"struct_item": Kind.STRUCT, "union_item": Kind.UNION, "enum_item": Kind.ENUM, "trait_item": Kind.CLASS}
        bounds = field(node, "bounds")
        bases = [each for each in bounds.named_children if each.type != "lifetime"] if bounds is not None else []
        kind = kinds[node.type]
        inside = self.declare(kind, self.name_of(node), node, scope, bases=tuple(self.text(each) for each in bases))
        self._owners.setdefault(inside.name, inside.symbol)
        if kind == Kind.CLASS:
            self.add_modifier("trait")
        inside.is_hoisted = True
        for base in bases:
            self.inherits(base, inside, inside)
        self._generics(node, inside)
        self._body(node, inside)

    def _body(self, node: Node, inside: LexicalScope) -> None:
        body = field(node, "body")
        if body is not None and body.type == "ordered_field_declaration_list":
            fields = body.children_by_field_name("type")
            for number, each in enumerate(fields):
                self._held.append((inside.symbol, f".{number}", TypedValue(each, inside)))
            self.walk(fields, inside)
        elif body is not None:
            self.walk(body.named_children, inside)

    def _variant(self, node: Node, scope: LexicalScope) -> None:
        inside = self.declare(Kind.ENUMERATOR, self.name_of(node), node, scope)
        self.holds(inside, ScopedPath(f"{scope.type_name}|@"))
        self._body(node, inside)

    def _holder(self, node: Node, scope: LexicalScope) -> None:
        """A field, a constant, a static."""
        kind = Kind.FIELD if node.type == "field_declaration" else Kind.VARIABLE
        inside = self.declare(kind, self.name_of(node), node, scope)
        if kind == Kind.VARIABLE and scope.name and scope.name != scope.type_name:  # inside of a function
            scope.bind(self.name_of(node), 0, ScopedPath(f"{scope.name}|{self.name_of(node)}"))
        if (of := field(node, "type")) is not None:
            self.holds(inside, TypedValue(of, scope))
            if of.type == "type_identifier" and self.text(of) in scope.bound:
                self.parameter_fields[scope.type_name, self.name_of(node)] = self.text(of)
        self._note_impl(inside, scope)
        self.walk_fields(node, ("type", "value"), inside)

    def _alias(self, node: Node, scope: LexicalScope) -> None:
        inside = self.declare(Kind.TYPE_ALIAS, self.name_of(node), node, scope)
        self._generics(node, inside)
        bounds = field(node, "bounds")
        of = field(node, "type") or (_main_bound(bounds) if bounds is not None else None)
        if of is not None:
            self.holds(inside, TypeAlias(of, inside))
        self._note_impl(inside, scope)
        self.walk_fields(node, ("type", "bounds"), inside)

    def _generics(self, node: Node, inside: LexicalScope) -> None:
        """Type parameters, each standing for its first bound that has methods of interest."""
        bounds: dict[str, Node | None] = {}
        parameters = field(node, "type_parameters")
        for each in parameters.named_children if parameters is not None else ():
            if each.type == "type_parameter":
                of = field(each, "bounds")
                bounds[self.name_of(each)] = _main_bound(of) if of is not None else None
                self.walk([part for part in (of, field(each, "default_type")) if part is not None], inside)
        for clause in [each for each in node.named_children if each.type == "where_clause"]:
            for each in clause.named_children:
                left, of = field(each, "left"), field(each, "bounds")
                if left is None or of is None:
                    continue
                name = self.text(left)
                if left.type == "type_identifier" and (name in bounds or name != "Self") and not bounds.get(name):
                    bounds[name] = _main_bound(of)
                self.walk([left, of], inside)
        for name, bound in bounds.items():
            inside.bind(name, 0, UNKNOWN if bound is None else TypeAlias(bound, inside))

    def _impl(self, node: Node, scope: LexicalScope) -> None:
        of, trait, body = field(node, "type"), field(node, "trait"), field(node, "body")
        if of is None:
            return
        base = _base_type(of)
        is_named = base.type in NAMES
        name = self.text(base).rpartition("::")[2] if is_named else " ".join(self.text(of).split())[:80]
        bound = scope.local(name, node.start_byte)
        local = bound.path.path.partition("|")[2] if bound is not None and bound.path is not None else ""
        qualified = local or _join_path(self.module_of(scope), name)
        inside = LexicalScope(scope, self._owners.get(qualified, -1), qualified, qualified)
        inside.is_hoisted = True
        self._generics(node, inside)
        if is_named:
            self._held.append((-1, f"Self {qualified}", TypeAlias(of, inside)))
        if name in inside.bound or not is_named:  # for whatever has the bounds, or for what no file declares
            self._impls[inside] = (node, trait)
            if trait is not None:
                word = "all" if name in inside.bound else "impl"
                self._held.append((-1, f"{word} {line_of(node)}", TypeAlias(trait, inside)))
        else:
            self._impls[inside] = (of, trait)
            if trait is not None:
                self._held.append((-1, f"for {line_of(node)}", TypeAlias(of, inside)))
                self._held.append((-1, f"impl {line_of(node)}", TypeAlias(trait, inside)))
        self.walk([each for each in (trait, of, body) if each is not None], inside)

    def _note_impl(self, inside: LexicalScope, scope: LexicalScope) -> None:
        """Note the type and the trait of a member of an `impl`."""
        of, trait = self._impls.get(scope, (None, None))
        if of is not None and of.type != "impl_item":
            self._held.append((inside.symbol, "impl", TypeAlias(of, scope)))
        if trait is not None:
            self._held.append((inside.symbol, "trait", TypeAlias(trait, scope)))

    # --- functions --------------------------------------------------------------------------------------------------

    def _function(self, node: Node, scope: LexicalScope) -> None:
        name, impl = self.name_of(node), self._impls.get(scope)
        if impl is not None:  # traits of one type may have methods of one name
            trait = " ".join(self.text(impl[1]).split()) if impl[1] is not None else ""
            first = self._traits.setdefault((scope.name, name), trait)
            self._key = f"<{trait}>" if trait and trait != first else ""
        inside = self.declare(Kind.METHOD if impl is not None else Kind.FUNCTION, name, node, scope)
        self._key = ""
        inside.is_hoisted = False
        self._note_impl(inside, scope)
        self._generics(node, inside)
        if (result := field(node, "return_type")) is not None:
            self.gives(inside, TypedValue(result, inside))
        note_handed(self, node, inside)
        self.walk_fields(node, ("return_type", "parameters", "body"), inside)

    def _macro_definition(self, node: Node, scope: LexicalScope) -> None:
        note_body(self, node, self.declare(Kind.MACRO, self.name_of(node), node, scope))
        above = node.prev_named_sibling
        while above is not None and above.type in ("attribute_item", "line_comment"):
            if self.text(above).startswith("#[macro_export"):
                self.add_modifier("exported")
            above = above.prev_named_sibling

    handlers: ClassVar[dict[str, Any]] = {
        "mod_item": _mod,
        "use_declaration": _imports,
        "extern_crate_declaration": _extern_crate,
        "struct_item": _type,
        "union_item": _type,
        "enum_item": _type,
        "trait_item": _type,
        "enum_variant": _variant,
        "field_declaration": _holder,
        "const_item": _holder,
        "static_item": _holder,
        "type_item": _alias,
        "associated_type": _alias,
        "impl_item": _impl,
        "function_item": _function,
        "function_signature_item": _function,
        "parameter": RustUses._parameter,
        "macro_definition": _macro_definition,
        "closure_expression": RustUses._closure,
        "block": common.open_block,
        "let_declaration": RustUses._let,
        "let_condition": RustUses._let_condition,
        "if_expression": RustUses._if,
        "while_expression": common.open_block,
        "match_expression": RustUses._match,
        "for_expression": RustUses._for,
        "call_expression": RustUses._call,
        "macro_invocation": RustUses._macro_call,
        "field_expression": RustUses._member,
        "struct_expression": RustUses._struct_literal,
        "field_initializer": RustUses._initializer,
        "identifier": common.read_name,
        "scoped_identifier": RustUses._path,
        "type_identifier": RustUses._type_name,
        "scoped_type_identifier": common.name_type,
        "attribute_item": RustUses._attribute,
        "inner_attribute_item": common.skip,
        "token_tree": common.skip,
        "lifetime": common.skip,
        "lifetime_parameter": common.skip,
        "label": common.skip,
        "type_parameters": common.skip,
    }


def _join_path(around: str, name: str) -> str:
    return f"{around}::{name}" if around else name


def _steps(spelling: str) -> str:
    """The path of a spelled one: "crate::a::B" is "crate.a.B"."""
    if spelling.startswith("::"):
        return f"extern {spelling[2:]}".replace("::", ".")
    return spelling.replace("r#", "").replace("::", ".")


def _main_bound(bounds: Node) -> Node | None:
    """The first of some bounds whose methods are of interest."""
    traits = [each for each in bounds.named_children if each.type not in ("lifetime", "removed_trait_bound")]
    named = [each for each in traits if text_of(each).rpartition("::")[2] not in _PLAIN_BOUNDS]
    return named[0] if named else None


def _base_type(of: Node) -> Node:
    """The name in a type: `Stack` of `&mut Stack<T>`."""
    while of.type in ("reference_type", "generic_type", "dynamic_type", "pointer_type"):
        inner = field(of, "type") or field(of, "trait")
        if inner is None:
            break
        of = inner
    return of


def _leaves(argument: Node) -> Iterator[tuple[str, str, Node]]:
    """What a `use` imports: each path as spelled, the name that it is bound to, and its node."""
    pending: list[tuple[Node, str]] = [(argument, "")]
    while pending:
        node, before = pending.pop()
        match node.type:
            case "use_list":
                pending += [(each, before) for each in reversed(node.named_children)]
            case "scoped_use_list":
                path, inner = field(node, "path"), field(node, "list")
                if inner is not None:
                    pending.append((inner, _join_path(before, _spell(path) if path is not None else "")))
            case "use_wildcard":
                children: Sequence[Node] = node.named_children
                yield _join_path(_join_path(before, _spell(children[0])) if children else before, "*"), "*", node
            case "use_as_clause":
                path, alias = field(node, "path"), field(node, "alias")
                if path is not None and alias is not None:
                    spelled = before if path.type == "self" and before else _join_path(before, _spell(path))
                    yield spelled, text_of(alias).removeprefix("r#"), node
            case "self" if before:
                yield before, before.rpartition("::")[2], node
            case "identifier" | "scoped_identifier" | "crate" | "self" | "super":
                spelled = _join_path(before, _spell(node))
                yield spelled, spelled.rpartition("::")[2].removeprefix("r#"), node


def _spell(path: Node) -> str:
    return "".join(text_of(path).split())
