"""Assignments that declare something: members of functions, and in JavaScript exports, prototypes and fields."""

from __future__ import annotations

from tree_sitter import Node

from kgraph.extract.scoped.reader import field
from kgraph.extract.scoped.scopes import UNKNOWN, ExpressionValue, LexicalScope, ScopedPath
from kgraph.extract.scoped.typescript_declarations import FUNCTIONS, DeclarationReader
from kgraph.extract.scoped.typescript_modules import find_imported_module
from kgraph.extract.scoped.typescript_repairs import REPAIRS
from kgraph.model import Kind

_EXPORTS = frozenset({"exports", "module.exports"})


class AssignmentReader(DeclarationReader):
    """The part of a reader that is about assignments."""

    repairs = REPAIRS

    def _variable(self, node: Node, scope: LexicalScope, head: Node | None) -> None:
        """`var app = module.exports = {}` names what is exported."""
        name, value = field(node, "name"), field(node, "value")
        is_plain = not self.is_javascript or not self.is_top(scope)
        if name is None or value is None or is_plain or value.type != "assignment_expression":
            super()._variable(node, scope, head)
            return
        targets, last = _split_assignment(value)
        self.declare_top(self.text(name), node, last, scope)
        for each in targets:
            if self.text(each) == "module.exports":
                self.bind_export("=", f"|{self.text(name)}")

    def assignment(self, node: Node, scope: LexicalScope) -> None:
        """`a = b = value`."""
        targets, value = _split_assignment(node)
        is_noted = False
        for each in targets:
            self.is_assigned(each, ExpressionValue(value, scope), scope)
            owner, name = field(each, "object"), field(each, "property")
            if owner is None or name is None or each.type != "member_expression":
                self.walk([each], scope)
            elif self.is_javascript and self.is_top(scope) and self.text(each) == "module.exports":
                is_noted = self._export_all(node, value, scope) or is_noted
            elif self.is_javascript and self.is_top(scope) and self.text(owner) in _EXPORTS:
                self.export_value(self.text(name), node, value, scope)
                is_noted = True
            elif not is_noted:
                is_noted = self._member_of(owner, self.text(name), node, value, scope)
                self.walk([] if is_noted else [each], scope)
        if not is_noted:
            self.walk([value], scope)

    def read_augmented_assignment(self, node: Node, scope: LexicalScope) -> None:
        """`a ??= value`, and others that make another value."""
        left, right, operator = field(node, "left"), field(node, "right"), field(node, "operator")
        if left is not None and right is not None and operator is not None:
            keeps = operator.type in ("??=", "||=", "&&=")
            self.is_assigned(left, ExpressionValue(right, scope) if keeps else UNKNOWN, scope)
        self.walk(node.named_children, scope)

    def _export_all(self, node: Node, value: Node, scope: LexicalScope) -> bool:
        """`module.exports = ...`; of an object, each member is exported."""
        if value.type != "object":
            self.export_value("=", node, value, scope)
            return True
        for each in value.named_children:
            key, held = field(each, "key"), field(each, "value")
            if each.type == "shorthand_property_identifier":
                self.bind_export(self.text(each), f"|{self.text(each)}")
                self.walk([each], scope)
            elif each.type == "method_definition" and (name := field(each, "name")) is not None:
                self.declare_value(Kind.FUNCTION, self.text(name), each, each, scope)
            elif (
                each.type == "spread_element" and (spelling := find_imported_module(each.named_children[0])) is not None
            ):
                self.bind_export("*", f"{spelling}|")
                self.walk([each], scope)
            elif key is not None and held is not None and key.type == "property_identifier":
                self.export_value(self.text(key), each, held, scope)
            else:
                self.walk([each], scope)
        return True

    def _member_of(self, owner: Node, name: str, node: Node, value: Node, scope: LexicalScope) -> bool:
        """`X.prototype.m = function`, `X.m = function`, `this.x = value`; whether it declares something."""
        if owner.type == "this":
            return self.is_javascript and self._own_field(name, node, value, scope)
        above, last = field(owner, "object"), field(owner, "property")
        is_prototype = above is not None and last is not None and last.text == b"prototype"
        holder = above if is_prototype and above is not None else owner
        inside = self.tops.get(self.text(holder)) if holder.type == "identifier" else None
        is_function = value.type in FUNCTIONS or value.type == "class"
        if inside is None or not self.is_top(scope) or not (is_function or value.type == "identifier"):
            return False
        is_class = self.symbols[inside.symbol].kind == Kind.CLASS
        this = f"{inside.name}|@" if is_class else f"|{inside.name}~" if is_prototype else f"|{inside.name}"
        member = LexicalScope(scope, inside.symbol, inside.name, inside.type_name)
        member.bind("this", 0, ScopedPath(this))
        self.owners.setdefault(this, inside)
        if is_function:
            self.declare_value(Kind.METHOD, name, node, value, member)
        elif name not in self.members.setdefault(inside.name, set()):
            self.members[inside.name].add(name)
            self.hold_value(self.declare(Kind.FIELD, name, node, member), value, scope)
        return True

    def _own_field(self, name: str, node: Node, value: Node, scope: LexicalScope) -> bool:
        bound = scope.local("this", node.start_byte)
        this = bound.value.path if bound is not None and isinstance(bound.value, ScopedPath) else ""
        inside = self.owners.get(this)
        if inside is None or inside.symbol < 0:
            return False
        declared = self.members.setdefault(inside.name, set())
        if name in declared:
            return False
        declared.add(name)
        member = LexicalScope(scope, inside.symbol, inside.name, inside.type_name)
        if value.type in FUNCTIONS:
            self.declare_value(Kind.METHOD, name, node, value, member)
        else:
            self.hold_value(self.declare(Kind.FIELD, name, node, member), value, scope)
        return True


def _split_assignment(node: Node) -> tuple[list[Node], Node]:
    """What `a = b = value` assigns to, and the value."""
    targets: list[Node] = []
    while node.type == "assignment_expression":
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            break
        targets.append(left)
        node = right
    return targets, node
