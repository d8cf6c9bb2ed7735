"""How Ruby looks: its declarations, calls and constants as nodes of tree-sitter's grammar.

What a value is, Ruby's text says only of constants, `self`, and what `new` gives; calls of anything else are noted as
calls of something unknown. A module that has methods is a type with the modifier `module`, any other a namespace.
"""

from __future__ import annotations

from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common, ruby_expressions
from kgraph.extract.scoped.reader import CALL, CONSTRUCT, field
from kgraph.extract.scoped.ruby_declarations import RubyDeclarations
from kgraph.extract.scoped.ruby_expressions import CONSTANTS, find_called, find_own_instance
from kgraph.extract.scoped.ruby_names import RubyScope
from kgraph.extract.scoped.scopes import UNKNOWN, BoundValue, ExpressionValue, TypedValue
from kgraph.scoped_languages import TEST_HELPERS

_DESCRIBES = frozenset({"context", "describe"})
_LETS = frozenset({"let", "let!", "subject", "subject!"})  # what RSpec and Minitest name what a block gives with
_HELPING = frozenset({"include", "extend"})  # what a test configuration gives its tests by
_PARAMETERS = frozenset({"method_parameters", "block_parameters", "lambda_parameters"})


class RubyReader(RubyDeclarations):
    """Reads one Ruby file."""

    # --- variables --------------------------------------------------------------------------------------------------

    def bind_all(self, node: Node, scope: RubyScope, start: int) -> None:
        """Local variables that hold what is not known: those of a pattern, or of several that are assigned at once."""
        pending = [node]
        while pending:
            at = pending.pop()
            if at.type == "identifier":
                scope.variable(self.text(at), start, UNKNOWN)
            elif at.type == "keyword_pattern" and (key := field(at, "key")) is not None and field(at, "value") is None:
                scope.variable(self.text(key), start, UNKNOWN)
            elif at.type in CONSTANTS:
                self.reads(at, scope)
            elif at.type not in ("call", "element_reference"):
                pending += at.named_children

    def _assignment(self, node: Node, scope: RubyScope) -> None:
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        is_plain = node.type == "assignment"
        if left.type == "identifier":
            scope.variable(self.text(left), node.end_byte, ExpressionValue(right, scope) if is_plain else UNKNOWN)
            self.walk([right], scope)
        elif left.type == "instance_variable":
            self.instance_variable(self.text(left), ExpressionValue(right, scope), scope)
            self.walk([right], scope)
        elif left.type in CONSTANTS:
            self.constant(left, right, node, scope)
        elif left.type == "call":
            name, receiver = field(left, "method"), field(left, "receiver")
            if name is not None:
                self.calls(ruby_expressions.setter, left, scope, None, name)
            self.walk([each for each in (receiver, right) if each is not None], scope)
        else:
            if left.type != "element_reference":
                self.bind_all(left, scope, node.start_byte)
            others = [left] if left.type in ("element_reference", "left_assignment_list") else []
            self.walk([*others, right], scope)

    def _rescue(self, node: Node, scope: RubyScope) -> None:
        exceptions, variable = field(node, "exceptions"), field(node, "variable")
        named = exceptions.named_children if exceptions is not None else []
        if variable is not None and variable.named_children and variable.named_children[0].type == "identifier":
            value: BoundValue = (
                TypedValue(named[0], scope) if len(named) == 1 and named[0].type in CONSTANTS else UNKNOWN
            )
            scope.variable(self.text(variable.named_children[0]), variable.start_byte, value)
        self.walk_fields(node, ("exceptions", "body"), scope)

    def _for(self, node: Node, scope: RubyScope) -> None:
        pattern = field(node, "pattern")
        if pattern is not None:
            self.bind_all(pattern, scope, node.start_byte)
        self.walk_fields(node, ("value", "body"), scope)

    def _pattern(self, node: Node, scope: RubyScope) -> None:
        """A branch of `case ... in`, or what stands behind `=>` and `in`."""
        pattern = field(node, "pattern")
        if pattern is not None:
            self.bind_all(pattern, scope, node.start_byte)
        self.walk([each for each in node.named_children if each != pattern], scope)

    # --- uses -------------------------------------------------------------------------------------------------------

    def _block(self, node: Node, scope: RubyScope) -> None:
        self._block_in(node, scope.block())

    def _block_in(self, node: Node, inside: RubyScope) -> None:
        children = [each for each in node.named_children if each.type not in _PARAMETERS]
        for each in node.named_children:
            if each.type in _PARAMETERS:
                self.parameters(each, inside)
        self.walk(children, inside)

    def _identifier(self, node: Node, scope: RubyScope) -> None:
        name = self.text(node)
        if scope.local(name, node.start_byte) is not None or self.visibility(name, None, scope):
            return
        self.calls(find_called, node, scope, None, node)

    def _call(self, node: Node, scope: RubyScope) -> None:
        method, receiver, arguments = (field(node, each) for each in ("method", "receiver", "arguments"))
        if method is None:
            self.walk(node.named_children, scope)
            return
        name = self.text(method)
        if receiver is None and self.declares_by_call(name, node, arguments, scope):
            return
        if name == "new" and receiver is not None and receiver.type in CONSTANTS:
            self.constructs(receiver, scope, arguments)
            receiver = None
        elif name == "new" and receiver is not None and self.class_held_by(receiver, scope) is not None:
            line = method.start_point[0] + 1
            self.uses_later(
                (line, CONSTRUCT, scope.symbol, arguments, ruby_expressions.find_held_class, receiver, scope)
            )
        elif name == "new" and (receiver is None or receiver.type == "self" or self.is_own_class(receiver)):
            line = method.start_point[0] + 1
            self.uses_later((line, CONSTRUCT, scope.symbol, arguments, find_own_instance, node, scope))
        elif method.type == "super":
            self._super(node, scope)
        else:
            self.calls(find_called, node, scope, arguments, method)
        self.names_methods(name, arguments, scope)
        if name == "extend" and receiver is not None and arguments is not None:
            self.extends_others(receiver, arguments, scope)
        if name in _HELPING and arguments is not None and _configures_tests(node):
            helpers = [each for each in arguments.named_children if each.type in CONSTANTS]
            self._held += [(-1, TEST_HELPERS, ExpressionValue(each, scope)) for each in helpers]
        block = field(node, "block")
        self.walk([each for each in (receiver, arguments) if each is not None], scope)
        if block is not None:
            is_own = receiver is None or self.text(receiver) == "RSpec"
            self._block_of(name if is_own else "", arguments, block, scope)

    def _block_of(self, name: str, arguments: Node | None, block: Node, scope: RubyScope) -> None:
        """The block of a call: of `let`, which names what it gives, of `describe`, or of `class_methods`."""
        first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
        body = field(block, "body")
        if name == "class_methods" and scope.type_name and not scope.method and body is not None:
            inside = RubyScope(scope)
            inside.is_static = True
            self.walk(body.named_children, inside)
            return
        inside = scope.block()
        if name in _DESCRIBES and first is not None and first.type in CONSTANTS:
            inside.bind("described_class", 0, ExpressionValue(first, scope))
        elif name in _LETS and (first is None or first.type == "simple_symbol") and body is not None:
            value: BoundValue = ExpressionValue(body.named_children[-1], inside) if body.named_children else UNKNOWN
            names = {"subject"} if name.startswith("subject") else set()
            for each in names if first is None else names | {self.text(first).lstrip(":")}:
                scope.bind(each, 0, value)
        self._block_in(block, inside)

    def _super(self, node: Node, scope: RubyScope) -> None:
        line = node.start_point[0] + 1
        self.uses_later((line, CALL, scope.symbol, None, ruby_expressions.find_inherited, node, scope))

    def _return(self, node: Node, scope: RubyScope) -> RubyScope:
        self.returning.add(scope.symbol)
        return scope

    def _constant(self, node: Node, scope: RubyScope) -> None:
        self.reads(node, scope)
        at = node
        while at.type == "scope_resolution" and (outer := field(at, "scope")) is not None:
            if outer.type not in CONSTANTS:
                self.walk([outer], scope)
                break
            self.reads(outer, scope)
            at = outer

    def _alias(self, node: Node, scope: RubyScope) -> None:
        name, of = field(node, "name"), field(node, "alias")
        if name is not None and of is not None:
            self.names_method(of, scope)

    handlers: ClassVar[dict[str, Any]] = {
        "class": RubyDeclarations.type_declaration,
        "module": RubyDeclarations.type_declaration,
        "singleton_class": RubyDeclarations.singleton_class,
        "method": RubyDeclarations.method_declaration,
        "singleton_method": RubyDeclarations.method_declaration,
        **dict.fromkeys(("assignment", "operator_assignment"), _assignment),
        **dict.fromkeys(("block", "do_block", "lambda"), _block),
        "identifier": _identifier,
        "call": _call,
        "super": _super,
        "return": _return,
        "constant": _constant,
        "scope_resolution": _constant,
        "alias": _alias,
        "rescue": _rescue,
        "for": _for,
        **dict.fromkeys(("in_clause", "match_pattern", "test_pattern"), _pattern),
        **dict.fromkeys(
            (
                *("comment", "string_content", "simple_symbol", "integer", "float", "nil", "true", "false", "self"),
                *("instance_variable", "global_variable", "class_variable", "hash_key_symbol", "escape_sequence"),
                *("undef", "character", "heredoc_beginning", "uninterpreted", "string_array", "symbol_array"),
            ),
            common.skip,
        ),
    }
    expressions: ClassVar[dict[str, Any]] = ruby_expressions.EXPRESSIONS
    types: ClassVar[dict[str, Any]] = ruby_expressions.TYPES


def _configures_tests(node: Node) -> bool:
    """Whether a call stands in the block of `RSpec.configure`, and is one of what that is given."""
    receiver, at = field(node, "receiver"), node.parent
    while at is not None and (at.type != "call" or field(at, "receiver") is None or field(at, "block") is None):
        at = at.parent
    if at is None or receiver is None or receiver.type != "identifier":
        return False
    of, method = field(at, "receiver"), field(at, "method")
    return of is not None and of.text == b"RSpec" and method is not None and method.text == b"configure"
