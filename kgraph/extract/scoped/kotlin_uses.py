"""What Kotlin uses: calls, operators, names, and what a lambda is handed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.kotlin_expressions import (
    OPERATORS,
    TYPES,
    WORDS,
    ConditionScope,
    KotlinExpressions,
    block,
    call_parts,
    child,
    condition,
    find_children,
    inner,
)
from kgraph.extract.scoped.reader import CONSTRUCTOR
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    BoundValue,
    ElementOf,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    StepOf,
    TypeAlias,
    TypedValue,
)
from kgraph.scoped_languages import HANDED, KOTLIN, LAST_TYPE, RECEIVER

# Functions of the standard library that hand what they are called on to their lambda as `this`, and those that hand it
# over as an argument.
_OWN = frozenset({"apply", "run"})
# Those that hand over something of their own, as `this`.
_BUILDERS = {
    "buildList": "MutableList",
    "buildMap": "MutableMap",
    "buildSet": "MutableSet",
    "buildString": "StringBuilder",
    "sequence": "SequenceScope",
}
_SAME = frozenset({"also", "let", "takeIf", "takeUnless", "use"})


class KotlinUses(KotlinExpressions):
    """Reads the uses of one Kotlin file."""

    _asked: tuple[Node | None, list[Node]] = (None, [])  # the call whose arguments were asked for last

    # --- lambdas ----------------------------------------------------------------------------------------------------

    def _lambda(self, node: Node, scope: LexicalScope) -> None:
        inside = inner(LexicalScope, scope)
        self._bind_lambda(node, inside, self._find_given_by_type(node, inside, scope))

    def _find_given_by_type(self, node: Node, inside: LexicalScope, scope: LexicalScope) -> Callable[[int], BoundValue]:
        """What a lambda is given by the type that is declared of what it is put into, by place."""
        of = _find_function_type(node)
        listed = child(of, "function_type_parameters") if of else None
        if of is None or listed is None:
            return lambda _: UNKNOWN
        receiver = next((each for each in find_children(of, *TYPES) if each.start_byte < listed.start_byte), None)
        if receiver:
            self.opens_receiver(inside, TypedValue(receiver, scope))
        types = [child(each, *TYPES) if each.type == "parameter" else each for each in find_children(listed)]
        given = [UNKNOWN if each is None else TypedValue(each, scope) for each in types]
        return lambda at: given[at] if at < len(given) else UNKNOWN

    def _open_lambda(self, node: Node, scope: LexicalScope, callee: Node | None, arguments: Node | None) -> None:
        inside = inner(LexicalScope, scope)
        self._bind_lambda(node, inside, self._find_handed(inside, scope, callee, arguments))

    def _bind_lambda(self, node: Node, inside: LexicalScope, handed: Callable[[int], BoundValue]) -> None:
        scope = inside.outer or inside
        named = child(node, "lambda_parameters")
        if named is None:
            inside.bind("it", 0, handed(0))
        for at, each in enumerate(find_children(named)):
            of = child(each, *TYPES)
            for name in (each, *find_children(each, "variable_declaration")):
                if found := child(name, "identifier"):
                    value = TypedValue(of, scope) if of else handed(at) if name == each else UNKNOWN
                    inside.bind(self.text(found), 0, value)
            self.walk(find_children(each, *TYPES), inside)
        self.walk([each for each in node.named_children if each != named], inside)

    def _find_handed(
        self, inside: LexicalScope, scope: LexicalScope, callee: Node | None, arguments: Node | None
    ) -> Any:
        """What a lambda is given by the function that it is handed to, by place."""
        on = callee.named_children[0] if callee and callee.type == "navigation_expression" else None
        name = self.text(callee.named_children[-1] if on and callee else callee) if callee else ""
        if callee is None or callee.type not in ("identifier", "navigation_expression"):
            return lambda _: UNKNOWN
        if name == "with" and on is None:
            if given := find_children(child(arguments, "value_argument")):
                self.opens_receiver(inside, ExpressionValue(given[0], scope))
            return lambda _: UNKNOWN
        if on and name in _OWN:
            self.opens_receiver(inside, ExpressionValue(on, scope))
            return lambda _: UNKNOWN
        if on and name in _SAME:
            return lambda _: ExpressionValue(on, scope)
        if on and name in KOTLIN.element_functions:
            return lambda _: ElementOf(on, scope)
        if on is None and name in _BUILDERS and scope.local(name, callee.start_byte) is None:
            self.opens_receiver(inside, ScopedPath(f"|{_BUILDERS[name]}~"))
            return lambda _: UNKNOWN
        self.opens_receiver(inside, StepOf(callee, scope, f"(){RECEIVER}"))
        return lambda at: StepOf(callee, scope, f"(){HANDED + at}")

    # --- uses -------------------------------------------------------------------------------------------------------

    def arguments(self, node: Node) -> list[Node]:
        """Of a call as a whole: a name before an argument leaves its place open."""
        if self._asked[0] is not node:
            self._asked = node, self._arguments(node)
        return self._asked[1]

    def _arguments(self, node: Node) -> list[Node]:
        if node.type in ("infix_expression", "binary_expression"):
            return node.named_children[-1:]
        if node.type == "value_arguments":
            return find_children(node, "value_argument")
        _, _, given, function = call_parts(node)
        given = given or child(node, "value_arguments")
        found = []
        for each in find_children(given, "value_argument"):
            parts = each.named_children
            found.append(parts[0] if len(parts) == 1 else each)
        return [*found, function] if function else found

    def argument_count(self, arguments: Node) -> int:
        given = self.arguments(arguments)
        return -1 if any(each.type == "spread_expression" for each in given) else len(given)

    def _callee(self, node: Node, scope: LexicalScope) -> ScopedPath:
        if node.type == "infix_expression":
            return self.step(self.value(node.named_children[0], scope), f".{self.text(node.named_children[1])}")
        return self.value(node, scope)

    def _call(self, node: Node, scope: LexicalScope) -> None:
        callee, types, arguments, function = call_parts(node)
        if callee is None:
            return
        is_member = callee.type == "navigation_expression"
        if is_member or callee.type == "identifier":
            named = callee.named_children[-1] if is_member else callee
            self.calls(KotlinUses._callee, callee, scope, node, named)
        if function is not None:
            self._open_lambda(function, scope, callee, arguments)
        self.walk([each for each in (types, arguments) if each], scope)
        if is_member:
            self.walk(callee.named_children[:1], scope)
        elif callee.type != "identifier":
            self.walk([callee], scope)

    def _infix(self, node: Node, scope: LexicalScope) -> None:
        named = node.named_children
        if len(named) == 3:
            self.calls(KotlinUses._callee, node, scope, node, named[1])
            named = [named[0], named[2]]
        self.walk(named, scope)

    def _binary(self, node: Node, scope: LexicalScope) -> None:
        operator = node.child_by_field_name("operator")
        word = operator.type if operator else ""
        if word in OPERATORS and operator:
            self.calls(KotlinUses._evaluate_operation, node, scope, node, operator)
        own = scope
        if word == "&&" and not isinstance(scope, ConditionScope):
            own = condition(scope)
        elif word == "||":
            own = block(self, node, scope)
        self.walk(node.named_children, own)

    def _evaluate_operation(self, node: Node, scope: LexicalScope) -> ScopedPath:
        operator, left = node.child_by_field_name("operator"), node.named_children[0]
        place = self.value(left, scope)
        return self.step(place, f".{OPERATORS[operator.type]}") if operator and place.path else UNKNOWN

    def _unary(self, node: Node, scope: LexicalScope) -> LexicalScope:
        return block(self, node, scope) if node.children[0].type == "!" else scope

    def _is(self, node: Node, scope: LexicalScope) -> None:
        children = node.named_children
        is_not = any(each.type == "!is" for each in node.children)
        if len(children) == 2 and children[0].type == "identifier" and isinstance(scope, ConditionScope):
            # Behind `if (x !is Foo) return` it is one.
            seen = scope.outer if is_not and scope.outer is not None else scope
            seen.bind(self.text(children[0]), node.end_byte, TypedValue(children[1], scope))
        self.walk(children, scope)

    def _delegation(self, node: Node, scope: LexicalScope) -> None:
        which = node.children[0]
        self.calls(KotlinUses._constructor, which, scope, node, which)
        self.walk(node.named_children, scope)

    def _constructor(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return ScopedPath(f"{scope.type_name}|{'@' if node.type == 'this' else '^'}.{CONSTRUCTOR}")

    def _navigation(self, node: Node, scope: LexicalScope) -> None:
        self.reads(node, scope)
        self.walk(node.named_children[:-1], scope)

    def _reference(self, node: Node, scope: LexicalScope) -> None:
        self.reads(node, scope)

    def _name(self, node: Node, scope: LexicalScope) -> None:
        if self.text(node) not in WORDS:
            common.read_name(self, node, scope)

    def _argument(self, node: Node, scope: LexicalScope) -> None:
        self.walk(node.named_children[-1:], scope)

    def _string(self, node: Node, scope: LexicalScope) -> None:
        """A text; the grammar has `$name` as two pieces of it."""
        children = node.named_children
        for at, each in enumerate(children[1:], 1):
            if each.type == "string_content" and self.text(children[at - 1]) == "$":
                self.reads(each, scope, KotlinUses._evaluate_spliced)
        self.walk(find_children(node, "interpolation"), scope)

    def _evaluate_spliced(self, node: Node, scope: LexicalScope) -> ScopedPath:
        text = self.text(node)
        end = next((at for at, each in enumerate(text) if not (each.isalnum() or each == "_")), len(text))
        name = text[:end]
        return self.name(name, node.start_byte, scope) if end and not common.is_variable(name, node, scope) else UNKNOWN

    def _type_name(self, node: Node, scope: LexicalScope) -> None:
        self.names_type(node, scope)
        self.walk(find_children(node, "type_arguments"), scope)

    # --- what declarations hand over ---------------------------------------------------------------------------------

    def hands(self, last: Node | None, inside: LexicalScope) -> None:
        """What a function, the symbol of a scope, hands to the function that is its last argument."""
        while last is not None and last.type in ("nullable_type", "parenthesized_type"):
            last = child(last, *TYPES)
        if last is None or last.type != "function_type":
            if last is not None:
                self.gives(inside, TypeAlias(last, inside), LAST_TYPE)
            return
        self.gives(inside, ScopedPath("=Function"), LAST_TYPE)
        receiver, parameters = last.named_children[0], child(last, "function_type_parameters")
        if receiver.type in TYPES:
            self.gives(inside, TypedValue(receiver, inside), RECEIVER)
        for at, each in enumerate(find_children(parameters)):
            if (of := each if each.type in TYPES else child(each, *TYPES)) is not None:
                self.gives(inside, TypedValue(of, inside), HANDED + at)

    def find_delegated(self, delegate: Node, scope: LexicalScope) -> BoundValue:
        """What a property holds that `lazy` makes."""
        made = child(delegate, "call_expression")
        callee, _, _, function = call_parts(made) if made else (None,) * 4
        if callee is None or self.text(callee) != "lazy" or function is None or not function.named_children:
            return UNKNOWN
        return ExpressionValue(function.named_children[-1], scope)

    def type_parameters(self, node: Node, inside: LexicalScope) -> list[str]:
        """Bind the names that stand for types inside of a declaration; gives them."""
        names: list[str] = []
        for each in find_children(child(node, "type_parameters"), "type_parameter"):
            name, bound = child(each, "identifier"), child(each, *TYPES)
            if name:
                names.append(self.text(name))
                inside.bind(names[-1], 0, TypeAlias(bound, inside) if bound else UNKNOWN)
            if bound:
                self.walk([bound], inside)
        return names

    handlers: ClassVar[dict[str, Any]] = {
        "call_expression": _call,
        "infix_expression": _infix,
        "binary_expression": _binary,
        "unary_expression": _unary,
        "is_expression": _is,
        "lambda_literal": _lambda,
        "anonymous_function": block,
        "constructor_delegation_call": _delegation,
        "navigation_expression": _navigation,
        "callable_reference": _reference,
        "identifier": _name,
        "value_argument": _argument,
        "string_literal": _string,
        "multiline_string_literal": _string,
        "user_type": _type_name,
        **dict.fromkeys(("this_expression", "super_expression", "number_literal", "string_content"), common.skip),
        **dict.fromkeys(("line_comment", "block_comment", "character_literal", "float_literal"), common.skip),
    }


def _find_function_type(node: Node) -> Node | None:
    """The type of functions that a property or function has, whose value is a lambda."""
    around = node.parent
    if around is not None and around.type == "function_body":
        around = around.parent
    if around is None or around.type not in ("property_declaration", "function_declaration"):
        return None
    return child(child(around, "variable_declaration") or around, "function_type")
