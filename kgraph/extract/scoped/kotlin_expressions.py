"""Expressions and types of Kotlin, as nodes of tree-sitter's grammar.

What a lambda has for `this` is only known of functions that say so. A name in one is therefore looked up in *receivers*
first: paths that stand in the imports of the file under a number, which is part of the scope of the name's path, as in
`Stack@3|push`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.reader import Decomposed, ScopedReader
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    BoundName,
    BoundValue,
    LexicalScope,
    ScopedPath,
    TypeAlias,
)
from kgraph.scoped_languages import KOTLIN

TYPES = ("user_type", "nullable_type", "function_type", "parenthesized_type", "non_nullable_type")
_MAX_RECEIVERS = 6  # of a name
_GIVEN_BACK = frozenset(
    {"also", "apply", "takeIf", "takeUnless"}
)  # functions of the standard library that give what they are called on
_CLASSES = frozenset({"java", "javaObjectType", "javaPrimitiveType"})  # properties of `KClass` that are classes of Java
WORDS = {"true": "|Boolean~", "false": "|Boolean~", "null": ""}
OPERATORS = {"+": "plus", "-": "minus", "*": "times", "/": "div", "%": "rem", "..": "rangeTo", "+=": "plusAssign"}


class ConditionScope(LexicalScope):
    """What sees the type that a condition has tested for."""

    __slots__ = ()


def child(node: Node | None, *types: str) -> Node | None:
    """The first named child of one of some types."""
    if node is not None:
        for each in node.named_children:  # a loop takes half of the time that a generator does
            if each.type in types:
                return each
    return None


def find_children(node: Node | None, *types: str) -> list[Node]:
    """The named children of some types; all where none are given."""
    return [each for each in node.named_children if not types or each.type in types] if node else []


def inner(of: type[LexicalScope], scope: LexicalScope) -> LexicalScope:
    """A scope inside of another one, whose declarations are local ones."""
    name = scope.name
    if name == scope.type_name:
        name = f"{name}.<init>" if name else "<init>"
    return of(scope, scope.symbol, name, scope.type_name)


def block(reader: ScopedReader, node: Node, scope: LexicalScope) -> LexicalScope:
    """A block, whose names are its own."""
    return inner(LexicalScope, scope)


def condition(scope: LexicalScope) -> LexicalScope:
    """A condition and what is only reached where it holds."""
    return inner(ConditionScope, scope)


def call_parts(node: Node) -> tuple[Node | None, Node | None, Node | None, Node | None]:
    """What is called, the types and arguments that it is given, and the lambda behind them."""
    callee = node.named_children[0] if node.named_children else None
    trailing, arguments = child(node, "annotated_lambda"), child(node, "value_arguments")
    types = child(node, "type_arguments")
    if trailing is not None and arguments is None and callee is not None and callee.type == "call_expression":
        arguments, types = child(callee, "value_arguments"), child(callee, "type_arguments")
        if child(callee, "annotated_lambda") is None:
            callee = callee.named_children[0]
    return callee, types, arguments, child(trailing, "lambda_literal")


class KotlinExpressions(ScopedReader):
    """Reads the expressions of one Kotlin file."""

    module = "tree_sitter_kotlin"
    language = KOTLIN
    literals: ClassVar[dict[str, str]] = {
        **dict.fromkeys(("string_literal", "multiline_string_literal"), "String"),
        **dict.fromkeys(("lambda_literal", "annotated_lambda", "anonymous_function"), "Function"),
        "character_literal": "Char",
    }

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.receiver: Node | None = None  # of the function that is being declared
        self._receivers: dict[BoundName, tuple[str, list[BoundValue]]] = {}  # by what `this` is bound to

    # --- receivers --------------------------------------------------------------------------------------------------

    def opens_receiver(self, inside: LexicalScope, value: BoundValue) -> None:
        """Names inside of a scope may be members of something."""
        outer = inside.outer.local("this", 0) if inside.outer is not None else None
        _, around = self._receivers.get(outer, ("", [])) if outer is not None else ("", [])
        values = [value, *around][:_MAX_RECEIVERS]
        inside.bind("this", 0, UNKNOWN)
        mark = f"@{len(self._receivers)}"
        self._receivers[inside.bound["this"][0]] = mark, values
        self._held += [(-1, mark, each) for each in values]

    def outer_name(self, name: str, scope: LexicalScope) -> ScopedPath:
        bound = scope.local("this", 0)
        mark = self._receivers[bound][0] if bound in self._receivers else ""
        return ScopedPath(f"{scope.type_name}{mark}|{name}")

    # --- expressions and types ----------------------------------------------------------------------------------------

    def _take_name(self, node: Node, scope: LexicalScope) -> ScopedPath:
        name = self.text(node)
        return ScopedPath(WORDS[name]) if name in WORDS else self.name(name.strip("`"), node.start_byte, scope)

    def _take_this(self, node: Node, scope: LexicalScope) -> ScopedPath:
        label = child(node, "identifier")
        if label is None:
            return self.outer_name("this", scope)
        parts = scope.type_name.split(".")
        named = self.text(label)
        at = len(parts) - parts[::-1].index(named) if named in parts else 0
        return ScopedPath(f"{'.'.join(parts[:at])}|@") if at else UNKNOWN

    def _take_super(self, node: Node, scope: LexicalScope) -> ScopedPath:
        of = child(node, "user_type")
        return self.instance(self.type(of, scope)) if of else common.take_super(self, node, scope)

    def _take_navigation(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        children = node.named_children
        if len(children) != 2:
            return UNKNOWN
        name = self.text(children[1])
        if name == "class":  # `Stack::class`
            return ScopedPath("|KClass~")
        if name in _CLASSES and self.text(children[0]).endswith("::class"):
            return ScopedPath("|Class~")
        return Decomposed(children[0], (f".{name.strip('`')}",))

    def _take_call(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        callee, types, _, function = call_parts(node)
        if callee is None:
            return UNKNOWN
        is_member = callee.type == "navigation_expression"
        name = self.text(callee.named_children[-1] if is_member else callee)
        if function and is_member and name in _GIVEN_BACK:
            return Decomposed(callee.named_children[0])
        if function and not is_member and name in _GIVEN_BACK and scope.local(name, node.start_byte) is None:
            return self.outer_name("this", scope)  # `fun add() = apply { ... }`
        if types and types.named_children and not is_member and (name in KOTLIN.holders or name.endswith("Of")):
            last = child(types.named_children[-1], *TYPES)
            return ScopedPath("|List~", self.type_argument(last, scope)) if last else UNKNOWN
        return Decomposed(callee, ("()",))

    def _take_infix(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        named = node.named_children
        return Decomposed(named[0], (f".{self.text(named[1])}", "()")) if len(named) == 3 else UNKNOWN

    def _take_unary(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        is_same = node.children[-1].type in ("!!", "++", "--")
        return Decomposed(node.named_children[0]) if is_same and node.named_children else UNKNOWN

    def _take_binary(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        operator = node.child_by_field_name("operator")
        children = node.named_children
        if operator is None or len(children) != 2:
            return UNKNOWN
        if operator.type == "?:":
            is_left = children[1].type in ("return_expression", "throw_expression", "labeled_expression")
            return (
                Decomposed(children[0]) if is_left or self.text(children[1]) == "null" else self._same(children, scope)
            )
        name = OPERATORS.get(operator.type)
        return Decomposed(children[0], (f".{name}", "()")) if name else UNKNOWN

    def _take_if(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return self._same(node.named_children[1:], scope) if len(node.named_children) == 3 else UNKNOWN

    def _same(self, values: list[Node], scope: LexicalScope) -> ScopedPath:
        first, other = (self.value(each, scope) for each in values)
        return first if first == other else UNKNOWN

    def _take_block(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        return Decomposed(node.named_children[0]) if len(node.named_children) == 1 else UNKNOWN

    def _take_cast(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return self.instance(self.type(node.named_children[-1], scope))

    def _take_index(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        return Decomposed(node.named_children[0], ("[]",)) if len(node.named_children) == 2 else UNKNOWN

    def _take_object(self, node: Node, scope: LexicalScope) -> ScopedPath:
        bases = find_children(child(node, "delegation_specifiers"), "delegation_specifier")
        first = bases[0].named_children[0] if len(bases) == 1 else None
        of = first if first is None or first.type == "user_type" else child(first, "user_type")
        return self.instance(self.type(of, scope)) if of else UNKNOWN

    def _take_reference(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        return Decomposed(node.named_children[-1])

    def _take_literal(self, node: Node, scope: LexicalScope) -> ScopedPath:
        text = self.text(node)
        return ScopedPath("|Long~" if text[-1:] in "lL" else "|Int~" if node.type == "number_literal" else "|Double~")

    def _take_string(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return ScopedPath("|String~")

    def _take_user_type(self, node: Node, scope: LexicalScope) -> ScopedPath:
        names = [self.text(each) for each in find_children(node, "identifier")]
        if not names:
            return UNKNOWN
        bound = scope.local(names[0], node.start_byte)
        is_parameter = bound is not None and (bound.value is UNKNOWN or isinstance(bound.value, TypeAlias))
        is_local = bound is not None and isinstance(bound.value, ScopedPath)
        place = self.bound_path(bound) if bound and (is_parameter or is_local) else None
        if place is None:
            place = ScopedPath(f"{scope.type_name}|{names[0]}")
        for name in names[1:]:
            place = self.step(place, f".{name}")
        arguments = child(node, "type_arguments")
        if arguments and names[-1] in KOTLIN.holders and (of := child(arguments.named_children[-1], *TYPES)):
            return ScopedPath(place.path, self.type_argument(of, scope))
        return place

    def _take_function_type(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return ScopedPath("", parts=(("()", self.type_argument(node.named_children[-1], scope)),))

    def _take_inner_type(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        of = child(node, *TYPES)
        return Decomposed(of) if of else UNKNOWN

    expressions: ClassVar[dict[str, Any]] = {
        "identifier": _take_name,
        "call_expression": _take_call,
        "navigation_expression": _take_navigation,
        "infix_expression": _take_infix,
        "binary_expression": _take_binary,
        "unary_expression": _take_unary,
        "this_expression": _take_this,
        "super_expression": _take_super,
        "parenthesized_expression": common.take_last,
        "assignment": common.take_last,
        "block": _take_block,
        "if_expression": _take_if,
        "as_expression": _take_cast,
        "index_expression": _take_index,
        "object_literal": _take_object,
        "callable_reference": _take_reference,
        "string_literal": _take_string,
        "multiline_string_literal": _take_string,
        "number_literal": _take_literal,
        "float_literal": _take_literal,
    }
    types: ClassVar[dict[str, Any]] = {
        "user_type": _take_user_type,
        "function_type": _take_function_type,
        **dict.fromkeys(("nullable_type", "parenthesized_type", "non_nullable_type"), _take_inner_type),
    }
