"""How PHP looks: its statements, expressions and types as nodes of tree-sitter's grammar."""

from __future__ import annotations

from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common, php_expressions
from kgraph.extract.scoped.php_declarations import NAMES, PhpDeclarations
from kgraph.extract.scoped.php_names import OWN, VARIABLE, PhpScope
from kgraph.extract.scoped.reader import Decomposed, field
from kgraph.extract.scoped.scopes import UNKNOWN, ElementOf, ExpressionValue, LexicalScope, ScopedPath, TypedValue
from kgraph.model import Kind

_LEAVING = frozenset(
    {"return_statement", "break_statement", "continue_statement", "throw_expression", "exit_statement"}
)
_MAX_CONDITIONS = 20  # of one `if`


class PhpReader(PhpDeclarations):
    """Reads one PHP file."""

    # --- statements -------------------------------------------------------------------------------------------------

    def _block(self, node: Node, scope: PhpScope) -> LexicalScope:
        return scope.inside(scope, (node.start_byte, node.end_byte), block=True)

    def _conditional(self, node: Node, scope: PhpScope) -> None:
        """A statement with a condition; what it holds for its body is known of variables there, or behind it."""
        condition, body = field(node, "condition"), field(node, "body")
        rest = [each for each in node.named_children if each != body]
        if body is not None:
            inside = scope.inside(scope, (body.start_byte, body.end_byte), block=True)
            if condition is not None:
                self._narrow(condition, inside, inside.start, holds=True)
                last = body.named_children[-1] if body.type == "compound_statement" and body.named_children else body
                last = last.named_children[0] if last.type == "expression_statement" and last.named_children else last
                if last.type in _LEAVING and node.type == "if_statement" and field(node, "alternative") is None:
                    self._narrow(condition, scope, node.end_byte, holds=False)
            self.walk([body], inside)
        self.walk(rest, scope)

    def _narrow(self, condition: Node, scope: PhpScope, start: int, *, holds: bool) -> None:
        """What variables are where a condition holds, or does not."""
        pending = [(condition, holds)]
        for _ in range(_MAX_CONDITIONS):
            if not pending:
                return
            node, is_so = pending.pop()
            left, right, operator = (field(node, each) for each in ("left", "right", "operator"))
            if node.type == "parenthesized_expression":
                pending += [(each, is_so) for each in node.named_children]
            elif node.type == "unary_op_expression" and (inner := field(node, "argument")) is not None:
                if self.text(node)[:1] == "!":
                    pending.append((inner, not is_so))
            elif left is None or right is None or operator is None:
                continue
            elif operator.type in (("&&", "and") if is_so else ("||", "or")):
                pending += [(left, is_so), (right, is_so)]
            elif operator.type == "instanceof" and is_so and left.type == "variable_name" and right.type in NAMES:
                scope.bind(self.text(left), start, TypedValue(right, scope))

    def _foreach(self, node: Node, scope: PhpScope) -> None:
        body = field(node, "body")
        parts = [each for each in node.named_children if each != body and each.type != "comment"]
        inside = scope
        if body is not None:
            inside = scope.inside(scope, (body.start_byte, body.end_byte), block=True)
            self.walk([body], inside)
        if len(parts) == 2:
            target = parts[1]
            if target.type == "pair" and len(target.named_children) == 2:
                self._bind(target.named_children[0], inside, inside.start, UNKNOWN)
                target = target.named_children[1]
            self._bind(target, inside, inside.start, ElementOf(parts[0], scope))
        self.walk(parts[:1], scope)

    def _bind(self, target: Node, scope: PhpScope, start: int, value: Any) -> None:
        """A variable is given a value, or several are given parts of it."""
        row, name, noted = self.noted
        if target.type == "variable_name":
            text = self.text(target)
            is_noted = row + 1 >= target.start_point[0] >= row >= 0 and name in ("", text)
            scope.assign(text, start, noted if is_noted else value)
        elif target.type in ("list_literal", "array_creation_expression", "by_ref"):
            pending = [target]
            while pending:
                at = pending.pop()
                if at.type == "variable_name":
                    scope.assign(self.text(at), start, UNKNOWN)
                elif at.type not in ("member_access_expression", "subscript_expression"):
                    pending += at.named_children

    def _assign(self, node: Node, scope: PhpScope) -> None:
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            return
        value: Any = ExpressionValue(right, scope) if node.type == "assignment_expression" else UNKNOWN
        operator = field(node, "operator")
        if operator is not None and self.text(operator) == "??=":
            value = ExpressionValue(node, scope)
        self._bind(left, scope, node.end_byte, value)
        if left.type != "variable_name":
            self.walk([left], scope)
        self.walk([right], scope)

    def _unknown(self, node: Node, scope: PhpScope) -> None:
        """Variables that hold what is written elsewhere: `global $x; static $y = 1; unset($z);`."""
        for each in node.named_children:
            variable = field(each, "name") or each
            if variable.type == "variable_name":
                scope.assign(self.text(variable), node.end_byte, UNKNOWN)
            self.walk_fields(each, ("value",), scope)

    def _catch(self, node: Node, scope: PhpScope) -> None:
        name, of, body = field(node, "name"), field(node, "type"), field(node, "body")
        if body is not None:
            inside = scope.inside(scope, (body.start_byte, body.end_byte), block=True)
            if name is not None and of is not None:
                single = of.named_children[0] if len(of.named_children) == 1 else None
                inside.assign(self.text(name), 0, UNKNOWN if single is None else TypedValue(single, scope))
            self.walk(body.named_children, inside)
        self.walk([of] if of is not None else [], scope)

    def _comment(self, node: Node, scope: PhpScope) -> None:
        if b"@var" in (node.text or b"") and (match := VARIABLE.search(self.text(node))) is not None:
            stated = scope.names.read_documented(match[1], self.instance(scope.own_type()))
            self.noted = (node.end_point[0], match[2] or "", stated)
            if match[2] and stated.path:
                scope.assign(match[2], node.end_byte, stated)

    # --- uses -------------------------------------------------------------------------------------------------------

    def _type_name(self, node: Node, scope: PhpScope) -> None:
        for each in node.named_children:
            if each.type in NAMES and self.text(each).lower() not in OWN:
                self.names_type(each, scope)

    def _binary(self, node: Node, scope: PhpScope) -> None:
        left, right, operator = field(node, "left"), field(node, "right"), field(node, "operator")
        if left is None or right is None or operator is None:
            return
        if operator.type == "instanceof" and right.type in NAMES:
            self.names_type(right, scope)
            self.walk([left], scope)
        elif operator.type in ("&&", "and", "||", "or"):
            inside = scope.inside(scope, (right.start_byte, right.end_byte), block=True)
            self._narrow(left, inside, inside.start, holds=operator.type in ("&&", "and"))
            self.walk([right], inside)
            self.walk([left], scope)
        else:
            self.walk([left, right], scope)

    def _find_called(self, node: Node, scope: PhpScope) -> ScopedPath:
        """What a call calls, or what its place names."""
        taken = self.expressions[node.type](self, node, scope)
        if isinstance(taken, ScopedPath):
            return ScopedPath(taken.path.removesuffix("()"))
        return self.evaluate_step(Decomposed(taken.inner, taken.steps[:-1]), scope)

    def _call(self, node: Node, scope: PhpScope) -> None:
        name, arguments = field(node, "name") or field(node, "function"), field(node, "arguments")
        first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
        if name is not None and name.type in NAMES:
            if first is not None and first.type == "variadic_placeholder":
                self.reads(node, scope, PhpReader._find_called)
            else:
                self.calls(PhpReader._find_called, node, scope, None, name)
            if node.type == "function_call_expression" and first is not None and first.named_children:
                self._special(self.text(name).lower(), first.named_children[0], node, scope)
        else:
            self.walk([name] if name is not None else [], scope)
        if (of := field(node, "scope")) is not None and of.type in NAMES:
            self.names_type(of, scope)
        self.walk([each for each in (field(node, "object"), of, arguments) if each is not None], scope)

    def _special(self, name: str, argument: Node, node: Node, scope: PhpScope) -> None:
        if name == "assert":
            self._narrow(argument, scope, node.end_byte, holds=True)
        elif name == "define" and argument.type in ("string", "encapsed_string"):
            text = "".join(self.text(each) for each in argument.named_children).strip("\\")
            if text.isidentifier() and not scope.names.space:
                self.declare(Kind.VARIABLE, text, node, scope.top)
                self.add_modifier("const")

    def _new(self, node: Node, scope: PhpScope) -> None:
        for each in node.named_children:
            if each.type in NAMES:
                self.constructs(each, scope, None)
            else:
                self.walk([each], scope)

    def _member(self, node: Node, scope: PhpScope) -> None:
        name = field(node, "name") or node.named_children[-1]
        of = field(node, "object") or field(node, "scope") or node.named_children[0]
        if of.type in NAMES:
            self.names_type(of, scope)
        if (
            node.type in ("scoped_property_access_expression", "class_constant_access_expression")
            or name.type == "name"
        ):
            self.reads(node, scope)
        else:
            self.walk([name], scope)
        self.walk([of] if of.type not in NAMES else [], scope)

    def _array(self, node: Node, scope: PhpScope) -> LexicalScope:
        """`[$this, 'run']` and `[Stack::class, 'run']` name a method."""
        elements = [each.named_children[-1] for each in node.named_children if each.named_children]
        if len(elements) == 2 and elements[1].type in ("string", "encapsed_string"):
            self.reads(node, scope, PhpReader._method_of)
        return scope

    def _method_of(self, node: Node, scope: PhpScope) -> ScopedPath:
        of, name = (each.named_children[-1] for each in node.named_children if each.named_children)
        if of.type == "class_constant_access_expression" and self.text(of.named_children[-1]) == "class":
            place = self.type(of.named_children[0], scope)
        elif self.text(of) == "$this":
            place = self.value(of, scope)
        else:
            return UNKNOWN
        text = "".join(self.text(each) for each in name.named_children)
        return self.step(place, f".{text}") if text.isidentifier() else UNKNOWN

    def _require(self, node: Node, scope: PhpScope) -> LexicalScope:
        path = php_expressions.constant_path(node.named_children[-1]) if node.named_children else ""
        if path:
            self.imports(path, node)
        return scope

    def _argument(self, node: Node, scope: PhpScope) -> None:
        self.walk(node.named_children[-1:], scope)

    def _attribute(self, node: Node, scope: PhpScope) -> None:
        self._type_name(node, scope)
        self.walk_fields(node, ("parameters",), scope)

    handlers: ClassVar[dict[str, Any]] = {
        "program": PhpDeclarations.program,
        "namespace_use_declaration": PhpDeclarations.use,
        **dict.fromkeys(
            ("class_declaration", "interface_declaration", "trait_declaration", "enum_declaration", "anonymous_class"),
            PhpDeclarations.type_declaration,
        ),
        **dict.fromkeys(("method_declaration", "function_definition"), PhpDeclarations.function_declaration),
        **dict.fromkeys(("anonymous_function", "arrow_function"), PhpDeclarations.closure),
        "property_declaration": PhpDeclarations.properties,
        "const_declaration": PhpDeclarations.constants,
        "enum_case": PhpDeclarations.case,
        **dict.fromkeys(
            ("compound_statement", "else_clause", "case_statement", "default_statement", "colon_block"), _block
        ),
        **dict.fromkeys(
            ("if_statement", "else_if_clause", "while_statement", "do_statement", "for_statement"), _conditional
        ),
        "match_conditional_expression": _block,
        "foreach_statement": _foreach,
        **dict.fromkeys(
            ("assignment_expression", "augmented_assignment_expression", "reference_assignment_expression"), _assign
        ),
        **dict.fromkeys(("function_static_declaration", "global_declaration", "unset_statement"), _unknown),
        "catch_clause": _catch,
        "comment": _comment,
        "name": common.read_name,
        "qualified_name": common.read_name,
        "relative_name": common.read_name,
        "named_type": _type_name,
        "attribute": _attribute,
        "binary_expression": _binary,
        **dict.fromkeys(
            (
                *("function_call_expression", "member_call_expression", "nullsafe_member_call_expression"),
                "scoped_call_expression",
            ),
            _call,
        ),
        "object_creation_expression": _new,
        **dict.fromkeys(
            (
                *("member_access_expression", "nullsafe_member_access_expression"),
                *("scoped_property_access_expression", "class_constant_access_expression"),
            ),
            _member,
        ),
        "argument": _argument,
        "array_creation_expression": _array,
        **dict.fromkeys(
            ("require_expression", "require_once_expression", "include_expression", "include_once_expression"), _require
        ),
        **dict.fromkeys(
            (
                *(
                    "variable_name",
                    "string",
                    "integer",
                    "float",
                    "boolean",
                    "null",
                    "text",
                    "php_tag",
                    "use_declaration",
                ),
                *("goto_statement", "named_label_statement", "relative_scope", "primitive_type", "visibility_modifier"),
            ),
            common.skip,
        ),
    }
    expressions: ClassVar[dict[str, Any]] = php_expressions.EXPRESSIONS
    types: ClassVar[dict[str, Any]] = php_expressions.TYPES
