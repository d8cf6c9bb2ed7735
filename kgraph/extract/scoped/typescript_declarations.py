"""Declarations of TypeScript and JavaScript: functions, variables and objects with functions in them.

What `this` and `super` are is bound as local names are, in the scopes of classes and functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace
from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.javascript_types import DocumentedTypeReader
from kgraph.extract.scoped.reader import field
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    AssignedValue,
    BoundValue,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    SteppedValue,
    TypedValue,
)
from kgraph.extract.scoped.typescript_patterns import (
    NOTHING_TYPES,
    bound_names,
    function_type,
    list_parameter_types,
    parameter_step,
)
from kgraph.extract.treesitter import nodes
from kgraph.model import Kind
from kgraph.scoped_languages import ALTERNATIVE, MAX_CHOICES

FUNCTIONS = frozenset({"arrow_function", "function_expression", "generator_function"})
_AROUND_OBJECT = frozenset({"as_expression", "parenthesized_expression"})
_FIELDS = frozenset({"field_definition", "pair", "public_field_definition"})
_LEXICAL_THIS = frozenset({"abstract_method_signature", "arrow_function", "method_definition", "method_signature"})
_CALLABLE = frozenset({Kind.CONSTRUCTOR, Kind.FUNCTION, Kind.METHOD, Kind.PROPERTY})
_MAX_OBJECT = 500  # members of an object that are symbols


class DeclarationReader(DocumentedTypeReader):
    """The part of a reader that is about declarations."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.contexts: dict[int, BoundValue] = {}  # what functions are called with first, by their nodes
        self._declared_types: dict[int, tuple[Node, LexicalScope]] = {}  # of what holds a function, by its node
        # By id, the scopes inside of functions; None for one whose result is declared, or nobody's.
        # Whether the result of a function is inferred, by its scope: `id(scope)` may be that of another one later.
        self._functions: dict[LexicalScope, bool] = {}
        self.returned_functions: dict[int, tuple[str, LexicalScope]] = {}  # in objects, by their nodes
        self._later: dict[str, AssignedValue] = {}  # variables of the top level that are set to nothing, by their name
        self._assignments: list[tuple[str, int, LexicalScope, BoundValue]] = []  # name, byte, scope, value
        self._results: dict[LexicalScope, list[BoundValue]] = {}  # by the same: what they return

    # --- functions --------------------------------------------------------------------------------------------------

    def function_declaration(self, node: Node, scope: LexicalScope) -> None:
        """A function, or one of its overload signatures."""
        name = self.own_name(node, scope)
        inside = self.declare(Kind.FUNCTION, name, node, scope, head=self.heads.get(node.id))
        if self.is_top(scope) and name:
            self.tops.setdefault(name, inside)
            self.own(f"|{inside.name}~", inside)
        self.inside_function(node, inside)

    def method(self, node: Node, scope: LexicalScope) -> None:
        """A method or accessor of a class, interface or object; a constructor."""
        named = field(node, "name")
        name = self.text(named).strip("\"'") if named is not None else ""
        words = {each.type for each in node.children}
        kind = Kind.PROPERTY if words & {"get", "set"} else Kind.METHOD
        if node.id in self.returned_functions:
            function = self.returned_functions[node.id][1]
            scope = LexicalScope(scope, function.symbol, function.name, function.type_name)
            scope.bind("this", 0, UNKNOWN)
        elif named is None or named.type == "computed_property_name" or not self._has_members(scope):
            self.inside_function(node, common.open_block(self, node, scope))
            return
        if name == "constructor" and scope.name in self.members:
            kind = Kind.CONSTRUCTOR
        inside = self.declare(kind, name, node, scope)
        if "static" in words:
            inside.bind("this", 0, ScopedPath(f"|{scope.name}"))
            inside.bind("super", 0, UNKNOWN)
        result = field(node, "return_type")
        if kind == Kind.PROPERTY and result is not None:
            self.holds(inside, TypedValue(result, inside))
        self.inside_function(node, inside)
        parameters = field(node, "parameters")
        for each in parameters.named_children if parameters is not None and kind == Kind.CONSTRUCTOR else ():
            pattern = field(each, "pattern")  # `constructor(private x: T)` declares a field
            is_field = any(part.type in ("accessibility_modifier", "readonly") for part in each.children)
            if is_field and pattern is not None and pattern.type == "identifier":
                self.holds(self.declare(Kind.FIELD, self.text(pattern), each, scope), ExpressionValue(pattern, inside))

    def _has_members(self, scope: LexicalScope) -> bool:
        """Whether a scope is that of a class, an interface or an object that has a name."""
        is_own = scope.symbol >= 0 and scope.outer is not None and scope.outer.symbol != scope.symbol
        return is_own and self.symbols[scope.symbol].kind not in _CALLABLE

    def inside_function(self, node: Node, inside: LexicalScope) -> None:
        """What stands inside of a function: `inside` is a scope of its own."""
        if node.type not in _LEXICAL_THIS and "this" not in inside.bound:
            inside.bind("this", 0, UNKNOWN)
        if node.type == "function_expression" and (own := self.name_of(node)):
            inside.bind(own, 0, ScopedPath(f"|{inside.name}") if inside.name.endswith(own) else UNKNOWN)
        self.type_parameters(node, inside)
        result, body = field(node, "return_type"), field(node, "body")
        is_symbol = inside.outer is not None and inside.outer.symbol != inside.symbol
        documented = self.jsdoc(node)
        given = self.read_value_type(documented.result, node, inside)
        self._functions[inside] = is_symbol and result is None and given == UNKNOWN and "generator" not in node.type
        if is_symbol and result is not None:
            self.gives(inside, self.read_annotation(result, inside))
        elif is_symbol and given != UNKNOWN:
            self.gives(inside, given)
        elif is_symbol and body is not None and body.type != "statement_block":
            self.gives(inside, self._result(body, inside))
        context = self.contexts.pop(node.id, UNKNOWN)
        parameters = field(node, "parameters")
        listed = parameters.named_children if parameters is not None else node.children_by_field_name("parameter")
        declared = self._declared_types.pop(node.id, None)
        takes = _takes(*declared) if declared is not None else None
        for number, each in enumerate(listed):
            if takes is not None:
                context = takes(number)
            self._parameter(each, inside, context, documented.parameters)
            context = UNKNOWN
        self.walk_fields(node, ("decorator", "return_type", "parameters", "body"), inside)

    def read_returned(self, node: Node, scope: LexicalScope) -> LexicalScope:
        """Note what a function returns whose result is not declared."""
        at: LexicalScope | None = scope
        while at is not None and at not in self._functions:
            at = at.outer
        if at is not None and self._functions[at]:
            values = node.named_children
            self._results.setdefault(at, []).append(self._result(values[0], scope, at) if values else UNKNOWN)
        return scope

    def _result(self, value: Node, scope: LexicalScope, function: LexicalScope | None = None) -> BoundValue:
        """What is returned; an object has the functions of its function, and those in it are members of that."""
        function = function or scope
        while value.type in _AROUND_OBJECT and value.named_child_count == 1:  # of `x as const`, too
            value = value.named_children[0]
        if value.type != "object":
            return ExpressionValue(value, scope)
        for each in value.named_children[:_MAX_OBJECT]:
            key, held = field(each, "key"), field(each, "value")
            if held is not None and held.type in FUNCTIONS and key is not None and key.type == "property_identifier":
                self.returned_functions[held.id] = (self.text(key), function)
            elif each.type == "method_definition":
                self.returned_functions[each.id] = (self.name_of(each), function)
            elif each.type == "shorthand_property_identifier":
                self.gives_member(function, self.text(each), ExpressionValue(each, scope))
            elif held is not None and key is not None and key.type == "property_identifier":
                self.gives_member(function, self.text(key), ExpressionValue(held, scope))
        return ScopedPath(f"{function.outer.name}|{function.name.rpartition('.')[2]}") if function.outer else UNKNOWN

    def find_later_assignment(self, inside: LexicalScope) -> BoundValue:
        """What a variable of the top level, the symbol of a scope, is that its declaration sets to nothing."""
        return self._later.setdefault(inside.name, AssignedValue([]))

    def is_assigned(self, to: Node, value: BoundValue, scope: LexicalScope) -> None:
        """A variable, or those of a pattern, are set to a value."""
        if to.type in ("identifier", "object_pattern", "array_pattern"):
            for name, part in bound_names(to, value):
                self._assignments.append((name, to.start_byte, scope, part))

    def note_assignments(self) -> None:
        """Of variables that their declarations set to nothing, what the file sets them to."""
        for name, position, scope, value in self._assignments:
            bound = scope.local(name, position)
            known = bound.value if bound is not None else self._later.get(name)
            is_nothing = isinstance(value, ExpressionValue) and value.value.type in NOTHING_TYPES
            if isinstance(known, AssignedValue) and not is_nothing:
                known.values.append(value)

    def note_results(self) -> None:
        """What functions give; of a function of TypeScript that returns at several places, each."""
        for inside, values in self._results.items():
            if len(values) == 1:
                self.gives(inside, values[0])
            elif not self.is_javascript and len(values) <= MAX_CHOICES:
                paths = (self.path_of_value(each).path for each in values)
                self.gives(inside, ScopedPath(ALTERNATIVE.join(dict.fromkeys(filter(None, paths)))))

    def read_annotation(self, of: Node, scope: LexicalScope) -> BoundValue:
        """What a type annotation says of a value; `this` is what it is in the scope."""
        inner = of.named_children[0] if of.type == "type_annotation" and of.named_children else of
        if inner.type == "this_type":
            bound = scope.local("this", 0)
            return bound.value if bound is not None else UNKNOWN
        return TypedValue(of, scope)

    def _parameter(self, node: Node, inside: LexicalScope, context: BoundValue, documented: Mapping[str, str]) -> None:
        pattern, of, value = field(node, "pattern"), field(node, "type"), field(node, "value")
        if node.type == "assignment_pattern":
            value = field(node, "right")
        pattern = pattern or node
        if pattern.type == "rest_pattern":
            pattern = pattern.named_children[0] if pattern.named_children else pattern
        bound = self.read_annotation(of, inside) if of is not None else context
        if of is None and value is not None and context == UNKNOWN:
            bound = ExpressionValue(value, inside)
        if pattern.type == "this" and of is not None:
            inside.bind("this", 0, bound)
        if pattern.type == "identifier" and (text := documented.get(self.text(pattern))):
            declared = self.read_value_type(text, node, inside)
            bound = declared if declared != UNKNOWN and node.type != "rest_pattern" else bound
        for name, binding in bound_names(pattern, bound):
            inside.bind(name, 0, binding)

    def anonymous_function(self, node: Node, scope: LexicalScope) -> None:
        """A function that is a value."""
        if node.id in self.returned_functions:
            name, function = self.returned_functions[node.id]
            member = LexicalScope(scope, function.symbol, function.name, function.type_name)
            self.declare_value(Kind.METHOD, name, node, node, member)
            return
        self.inside_function(node, common.open_block(self, node, scope))

    # --- variables, fields and objects ------------------------------------------------------------------------------

    def variables(self, node: Node, scope: LexicalScope) -> None:
        """`const a = 1, b = 2`."""
        head: Node | None = self.heads.get(node.id, node)
        for each in node.named_children:
            if each.type == "variable_declarator":
                self._variable(each, scope, head)
                head = None

    def _variable(self, node: Node, scope: LexicalScope, head: Node | None) -> None:
        pattern, of, value = field(node, "name"), field(node, "type"), field(node, "value")
        if pattern is None or (value is not None and self.is_require(pattern, value, scope)):
            return
        is_top = self.is_top(scope)
        if pattern.type == "identifier":
            name = self.text(pattern)
            if value is not None and (value.type in FUNCTIONS or value.type == "class"):
                if of is not None:
                    self._declared_types[value.id] = of, scope
                self.declare_value(Kind.FUNCTION, name, node, value, scope, head)
                return
            if is_top:
                self.hold(self.declare_once(name, node, scope, head), node, scope)
                return
        bound: BoundValue = self.read_value_type(self.jsdoc(node).type, node, scope)
        if bound == UNKNOWN and value is not None and value.type not in NOTHING_TYPES:
            bound = ExpressionValue(value, scope)
        elif bound == UNKNOWN and pattern.type == "identifier":
            bound = AssignedValue([])
        for name, binding in bound_names(pattern, bound if of is None else self.read_annotation(of, scope)):
            if is_top:
                self.holds(self.declare_once(name, node, scope, head), binding)
            else:
                scope.bind(name, 0, UNKNOWN if name in scope.bound else binding)
        self.walk(node.named_children if pattern.type != "identifier" else node.named_children[1:], scope)

    def declare_value(
        self, kind: Kind, name: str, node: Node, value: Node, scope: LexicalScope, head: Node | None = None
    ) -> None:
        """A function or class under the name of what holds it; `node` is the declaration around it."""
        if value.type == "class":
            self.class_of(name, value, scope, head)
            return
        inside = self.declare(kind, name, node, scope, head=head)
        if inside.symbol != scope.symbol:
            signature = nodes.signature(head or node, field(value, "body"))
            self.symbols[-1] = replace(self.symbols[-1], signature=signature)
        this = scope.local("this", 0)
        if kind == Kind.METHOD and this is not None and value.type != "arrow_function":
            inside.bind("this", 0, this.value)
        if self.is_top(scope):
            self.tops.setdefault(name, inside)
            if value.type == "function_expression":
                self.own(f"|{inside.name}~", inside)
        self.inside_function(value, inside)
        self.walk([each for each in node.named_children if each.type in ("type_annotation", "decorator")], scope)

    def declare_once(self, name: str, node: Node, scope: LexicalScope, head: Node | None = None) -> LexicalScope:
        """A variable of the top level; one of a name that is taken is no further symbol."""
        key = f"{scope.name}.{name}" if scope.name else name
        if key not in self.tops:
            self.tops[key] = self.declare(Kind.VARIABLE, name, node, scope, head=head)
        return self.tops[key]

    def declare_top(self, name: str, node: Node, value: Node, scope: LexicalScope) -> None:
        if value.type in FUNCTIONS or value.type == "class":
            self.declare_value(Kind.FUNCTION, name, node, value, scope)
        else:
            self.hold_value(self.declare_once(name, node, scope), value, scope)

    def hold(self, inside: LexicalScope, node: Node, scope: LexicalScope) -> None:
        """What the symbol of `inside` holds, by the type or value of a declaration, as seen from `scope`."""
        of, value = field(node, "type"), field(node, "value")
        if of is not None:
            self.holds(inside, self.read_annotation(of, scope))
            self.gives_result(inside, function_type(of), scope)
            self.walk([of], scope)
        if value is not None and (of is not None or value.type not in NOTHING_TYPES):
            self.hold_value(inside, value, scope, is_typed=of is not None)
        elif of is None:
            declared = self.read_value_type(self.jsdoc(node).type, node, scope)
            self.holds(inside, self.find_later_assignment(inside) if declared == UNKNOWN else declared)

    def hold_value(self, inside: LexicalScope, value: Node, scope: LexicalScope, *, is_typed: bool = False) -> None:
        """The symbol of `inside` holds a value; functions of an object are its members."""
        if value.type == "object" and inside.symbol >= 0:
            self._object(value, inside)
        else:
            if not is_typed:
                declared = self.read_value_type(self.jsdoc(value).type, value, scope)
                self.holds(inside, declared if declared != UNKNOWN else ExpressionValue(value, scope))
            self.walk([value], inside)

    def _object(self, node: Node, inside: LexicalScope) -> None:
        self.own(f"|{inside.name}", inside)
        for each in node.named_children[:_MAX_OBJECT]:
            key, value = field(each, "key"), field(each, "value")
            named = key is not None and key.type in ("property_identifier", "string")
            name = self.text(key).strip("\"'") if key is not None and named else ""
            if each.type == "shorthand_property_identifier":
                self.holds(self.declare(Kind.FIELD, self.text(each), each, inside), ExpressionValue(each, inside))
                self.walk([each], inside)
            elif value is None or not name:
                self.walk([each], inside)
            elif value.type in FUNCTIONS:
                self.declare_value(Kind.METHOD, name, each, value, inside)
            elif value.type == "identifier" or (value.type == "object" and _has_functions(value)):
                self.hold_value(self.declare(Kind.FIELD, name, each, inside), value, inside)
            else:
                self.walk([value], inside)
        self.walk(node.named_children[_MAX_OBJECT:], inside)

    def field_declaration(self, node: Node, scope: LexicalScope) -> None:
        """A field of a class or interface; one that holds a function is a method."""
        named = field(node, "name") or field(node, "property")
        value = field(node, "value")
        if named is None or named.type == "computed_property_name":
            self.walk(node.named_children, scope)
            return
        name = self.text(named).strip("\"'")
        if value is not None and value.type in FUNCTIONS:
            if (of := field(node, "type")) is not None:
                self._declared_types[value.id] = of, scope
            self.declare_value(Kind.METHOD, name, node, value, scope)
            return
        inside = self.declare(Kind.FIELD, name, node, scope)
        if any(each.type == "static" for each in node.children):
            inside.bind("this", 0, ScopedPath(f"|{scope.name}"))
        self.hold(inside, node, LexicalScope(inside, inside.symbol, inside.name, inside.type_name))
        self.walk([each for each in node.named_children if each.type == "decorator"], scope)


def _has_functions(node: Node) -> bool:
    kinds = FUNCTIONS | {"method_definition", "shorthand_property_identifier"}
    return any((field(each, "value") or each).type in kinds for each in node.named_children[:_MAX_OBJECT])


def _takes(of: Node, scope: LexicalScope) -> Callable[[int], BoundValue]:
    """What a function of a declared type takes, by place."""
    function = function_type(of)
    if function is None:
        return lambda number: SteppedValue(TypedValue(of, scope), (parameter_step(number),))
    types: dict[int, BoundValue] = {number: TypedValue(each, scope) for number, each in list_parameter_types(function)}
    return lambda number: types.get(number, UNKNOWN)
