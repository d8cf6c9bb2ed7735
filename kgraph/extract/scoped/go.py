"""How Go looks: its statements, expressions and uses as nodes of tree-sitter's grammar."""

from __future__ import annotations

from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.go_declarations import GoDeclarations, expressions_in, value_at
from kgraph.extract.scoped.go_types import BUILTIN_TYPES, TYPES
from kgraph.extract.scoped.reader import CALL, READ, TYPE, Decomposed, ScopedReader, field
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    StepOf,
    TypedValue,
)

_LEAF_TYPES = """
comment false field_identifier float_literal imaginary_literal int_literal interpreted_string_literal iota label_name
nil package_identifier raw_string_literal rune_literal true
"""
_LEAVES = frozenset(_LEAF_TYPES.split())
_MAKES = frozenset({"make", "new"})
_BUILTINS = BUILTIN_TYPES | frozenset({"append", "cap", "delete", "len", "make", "new", "panic", "recover"})


class GoReader(GoDeclarations):
    """Reads one Go file."""

    # --- statements -------------------------------------------------------------------------------------------------

    def _short_variables(self, node: Node, scope: LexicalScope) -> None:
        given = expressions_in(field(node, "right"))
        self._bind_names(expressions_in(field(node, "left")), given, node.end_byte, scope)
        self.walk(given, scope)

    def _bind_names(self, names: list[Node], given: list[Node], start: int, scope: LexicalScope) -> None:
        for at, name in enumerate(names):
            # One that the scope has already is assigned to, and keeps its type.
            if name.type == "identifier" and (text := self.text(name)) != "_" and text not in scope.bound:
                scope.bind(text, start, value_at(given, at, len(names), scope))

    def _range(self, node: Node, scope: LexicalScope) -> None:
        names, right = expressions_in(field(node, "left")), field(node, "right")
        if right is not None and any(each.type == ":=" for each in node.children):
            for name, step in zip(names, ("[key]", "[]"), strict=False):
                if name.type == "identifier":
                    scope.bind(self.text(name), node.end_byte, StepOf(right, scope, step))
        else:
            self.walk(names, scope)
        self.walk_one(right, scope)

    def _received(self, node: Node, scope: LexicalScope) -> None:
        names, given = expressions_in(field(node, "left")), expressions_in(field(node, "right"))
        if any(each.type == ":=" for each in node.children):
            self._bind_names(names, given, node.end_byte, scope)
            names = []
        self.walk([*names, *given], scope)

    def _type_switch(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        alias, value = expressions_in(field(node, "alias")), field(node, "value")
        cases = []
        for case in node.named_children:
            if case.type not in ("type_case", "default_case"):
                continue
            block = LexicalScope(inside, inside.symbol, inside.name, "")
            types = case.children_by_field_name("type")
            if alias and value is not None:
                of = TypedValue(types[0], block) if len(types) == 1 and types[0].type != "nil" else None
                block.bind(self.text(alias[0]), case.start_byte, of or ExpressionValue(value, inside))
            cases.append((block, case.named_children))
        for block, children in reversed(cases):
            self.walk(children, block)
        self.walk_fields(node, ("initializer", "value"), inside)  # first, for cases see what it binds

    # --- uses -------------------------------------------------------------------------------------------------------

    def _identifier(self, node: Node, scope: LexicalScope) -> None:
        name = self.text(node)
        if name != "_" and name not in self._packages and (path := self._symbol(name, node, scope)):
            self.uses(READ, path, node, scope)

    def _symbol(self, name: str, node: Node, scope: LexicalScope) -> str:
        """The path of a name that is no local variable; "" where it is one. A local type is a symbol."""
        bound = scope.local(name, node.start_byte)
        if bound is None:
            return f"|{name}"
        return bound.value.path if isinstance(bound.value, ScopedPath) else ""

    def _type_name(self, node: Node, scope: LexicalScope) -> None:
        name = self.text(node)
        if name not in BUILTIN_TYPES and (path := self._symbol(name, node, scope)):
            self.uses(TYPE, path, node, scope)

    def _qualified_type(self, node: Node, scope: LexicalScope) -> None:
        self.uses(TYPE, f"|{self.text(node)}", node, scope)

    def _call(self, node: Node, scope: LexicalScope) -> None:
        callee = field(node, "function")
        of = callee
        while of is not None and of.type in ("index_expression", "type_instantiation_expression"):
            self.walk(of.named_children[1:], scope)
            of = of.named_children[0]
        if of is not None and of.type == "identifier":
            name = self.text(of)
            if name not in _BUILTINS and (path := self._symbol(name, of, scope)):
                self.uses(CALL, path, of, scope)
        elif of is not None and of.type == "selector_expression":
            self.calls(ScopedReader.value, of, scope, None, field(of, "field") or of)
            self.walk_one(field(of, "operand"), scope)
        else:
            self.walk_one(of, scope)
        self.walk_one(field(node, "type_arguments"), scope)
        self.walk_one(field(node, "arguments"), scope)

    def _conversion(self, node: Node, scope: LexicalScope) -> None:
        """A conversion, or a call of a function with type arguments, which looks the same: `New[T](x)`."""
        of = field(node, "type")
        if of is not None and of.type == "generic_type" and (name := field(of, "type")) is not None:
            self.calls(ScopedReader.type, name, scope, None, name)
            self.walk_fields(of, ("type_arguments",), scope)
        else:
            self.walk_one(of, scope)
        self.walk_fields(node, ("operand",), scope)

    def _selector(self, node: Node, scope: LexicalScope) -> None:
        self.reads(node, scope)
        self.walk_one(field(node, "operand"), scope)

    def _composite(self, node: Node, scope: LexicalScope) -> None:
        of, body = field(node, "type"), field(node, "body")
        if of is None or body is None:
            return
        self.walk([of], scope)
        pending = [(body, self.instance(self.type(of, scope)))]
        while pending:
            literal, place = pending.pop()
            for each in literal.named_children:
                is_value = each.type == "literal_element"
                key, value = (None, each) if is_value else (field(each, "key"), field(each, "value"))
                for part, step in ((key, "[key]"), (value, "[]")):
                    inner = part.named_children[0] if part is not None and part.named_children else None
                    if inner is None:
                        continue
                    if inner.type == "literal_value":
                        pending.append((inner, self.step(place, step)))
                    elif part is key and inner.type == "identifier" and place.path:
                        self.uses(READ, f"{place.path}.{self.text(inner)}", inner, scope)
                    elif inner.type in _LEAVES:
                        continue
                    elif part is not key or not any(name.startswith(".") for name, _ in place.parts):
                        self.walk([inner], scope)

    # --- expressions ------------------------------------------------------------------------------------------------

    def _take_call(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        callee, arguments = field(node, "function"), field(node, "arguments")
        if callee is None:
            return UNKNOWN
        if callee.type == "identifier" and arguments is not None and arguments.named_children:
            name = self.text(callee)
            if name in _MAKES:
                return self.instance(self.type(arguments.named_children[0], scope))
            if name == "append":
                return Decomposed(arguments.named_children[0])
        return Decomposed(callee, ("()",))

    def _take_selector(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        operand, name = field(node, "operand"), field(node, "field")
        if operand is None or name is None:
            return UNKNOWN
        return Decomposed(operand, (f".{self.text(name)}",))

    def _take_unary(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        operator, operand = field(node, "operator"), field(node, "operand")
        if operand is None or operator is None:
            return UNKNOWN
        if operator.type == "<-":
            return Decomposed(operand, ("[]",))
        return Decomposed(operand) if operator.type in "&*" else UNKNOWN

    def _take_index(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        operand = field(node, "operand")
        return Decomposed(operand, ("[]",)) if operand is not None else UNKNOWN

    def _take_conversion(self, node: Node, scope: LexicalScope) -> ScopedPath:
        of = field(node, "type")
        if of is None:
            return UNKNOWN
        place = self.type(of, scope)
        return self.step(place, "()") if of.type == "generic_type" else self.instance(place)

    def _take_function(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return self.type(node, scope)

    handlers: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(_LEAVES, common.skip),
        **GoDeclarations.declarations,
        "short_var_declaration": _short_variables,
        "range_clause": _range,
        "receive_statement": _received,
        "type_switch_statement": _type_switch,
        "block": common.open_block,
        "if_statement": common.open_block,
        "for_statement": common.open_block,
        "expression_switch_statement": common.open_block,
        "expression_case": common.open_block,
        "default_case": common.open_block,
        "communication_case": common.open_block,
        "identifier": _identifier,
        "type_identifier": _type_name,
        "qualified_type": _qualified_type,
        "call_expression": _call,
        "type_conversion_expression": _conversion,
        "selector_expression": _selector,
        "composite_literal": _composite,
    }
    expressions: ClassVar[dict[str, Any]] = {
        "identifier": common.take_name,
        "call_expression": _take_call,
        "selector_expression": _take_selector,
        "unary_expression": _take_unary,
        "index_expression": _take_index,
        "type_instantiation_expression": common.take_first,
        "slice_expression": common.take_first,
        "parenthesized_expression": common.take_last,
        "type_assertion_expression": common.take_instance,
        "type_conversion_expression": _take_conversion,
        "composite_literal": common.take_instance,
        "func_literal": _take_function,
    }
    types = TYPES
