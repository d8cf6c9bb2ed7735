"""How TypeScript and JavaScript look: uses, expressions and types as nodes of a grammar, and the tables of nodes."""

from __future__ import annotations

from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common, typescript_types
from kgraph.extract.scoped.bundler_aliases import bundler_aliases
from kgraph.extract.scoped.reader import CONSTRUCTOR, Decomposed, ScopedReader, field
from kgraph.extract.scoped.scopes import (
    MAX_STEPS,
    UNKNOWN,
    BoundValue,
    ElementOf,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    SteppedValue,
    TypedValue,
)
from kgraph.extract.scoped.typescript_assignments import AssignmentReader
from kgraph.extract.scoped.typescript_declarations import DeclarationReader
from kgraph.extract.scoped.typescript_hooks import take_hook
from kgraph.extract.scoped.typescript_patterns import bound_names, choices, is_alias, parts, step_of
from kgraph.extract.treesitter.nodes import text_of
from kgraph.scoped_languages import ALIAS, HAS_TYPE_OF, ONE_OF, SCRIPT

# Methods whose first argument is called with an element of what they are methods of.
_CALLBACKS = frozenset(
    {
        *("every", "filter", "find", "findIndex", "findLast", "findLastIndex", "flatMap", "forEach", "map", "some"),
        *("sort", "then", "toSorted"),
    }
)
# Types that have the members of their first argument.
_TRANSPARENT = frozenset(
    {
        *("Awaited", "DeepReadonly", "Exclude", "Extract", "Mutable", "NonNullable", "Omit", "Partial", "Pick"),
        *("Readonly", "Required"),
    }
)
_LEAVES = (  # nodes that neither declare nor use anything, nor have others inside that do
    *("comment", "escape_sequence", "false", "jsx_text", "null", "number", "predefined_type", "property_identifier"),
    *("private_property_identifier", "regex", "statement_identifier", "string", "string_fragment", "this", "true"),
)
_NOTHING = frozenset({"null", "undefined"})


class TypeScriptReader(AssignmentReader):
    """Reads one TypeScript file."""

    module = "tree_sitter_typescript"
    function = "language_typescript"
    language = SCRIPT

    def run(self, root: Node, *, is_only: bool = True) -> None:
        super().run(root, is_only=is_only)
        self.note_assignments()
        self.note_results()
        for name, path in bundler_aliases(self._source, root):
            self.bind_import(f"{ALIAS}{name}", path)

    # --- statements and uses ------------------------------------------------------------------------------------------

    def _for_in(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        left, right = field(node, "left"), field(node, "right")
        if left is not None and right is not None:
            is_of = any(each.type == "of" for each in node.children)
            element = ElementOf(right, scope) if is_of else UNKNOWN
            if field(node, "kind") is None:
                self.is_assigned(left, element, scope)
            for name, binding in bound_names(left, element) if field(node, "kind") is not None else ():
                inside.bind(name, 0, binding)
        self.walk_fields(node, ("right", "body"), inside)

    def _catch(self, node: Node, scope: LexicalScope) -> LexicalScope:
        inside = common.open_block(self, node, scope)
        if (parameter := field(node, "parameter")) is not None:
            for name, binding in bound_names(parameter, UNKNOWN):
                inside.bind(name, 0, binding)
        return inside

    def _call(self, node: Node, scope: LexicalScope) -> None:
        called, arguments = field(node, "function"), field(node, "arguments")
        if called is None or self.is_import(node, scope):
            return
        if called.type == "super":
            self.calls(TypeScriptReader._super_constructor, called, scope, arguments, called)
        elif called.type == "member_expression" and (name := field(called, "property")) is not None:
            self.calls(ScopedReader.value, called, scope, arguments, name)
            receiver = field(called, "object")
            if receiver is not None and arguments is not None and self.text(name) in _CALLBACKS:
                of = ExpressionValue(receiver, scope)
                step = "!" if name.text == b"then" else "[]"
                self.contexts |= {each.id: SteppedValue(of, (step,)) for each in arguments.named_children[:1]}
            self.walk_one(receiver, scope)
        elif called.type == "identifier":
            self.calls(TypeScriptReader._evaluate_name, called, scope, arguments, called)
        else:
            self.walk_one(called, scope)
        self.walk_one(arguments, scope)
        self.walk_one(field(node, "type_arguments"), scope)

    def _super_constructor(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return self.step(self.value(node, scope), f".{CONSTRUCTOR}")

    def _evaluate_name(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """What is called or read by a name; a local variable is not what it was made of, unless it is an alias."""
        name = self.text(node)
        bound = scope.local(name, node.start_byte)
        if bound is None:
            return ScopedPath(f"{scope.type_name}|{name}")
        return self.bound_path(bound) if is_alias(bound.value) else UNKNOWN

    def _evaluate_type_name(self, node: Node, scope: LexicalScope) -> ScopedPath:
        name = self.text(node)
        bound = scope.local(name, node.start_byte)
        if bound is None:
            return ScopedPath(f"{scope.type_name}|{name}")
        return bound.value if isinstance(bound.value, ScopedPath) else UNKNOWN

    def _new(self, node: Node, scope: LexicalScope) -> None:
        made, arguments = field(node, "constructor"), field(node, "arguments")
        if made is not None:
            self.constructs(made, scope, arguments)
            self.walk_one(field(made, "object"), scope)
        self.walk_one(arguments, scope)
        self.walk_one(field(node, "type_arguments"), scope)

    def _read(self, node: Node, scope: LexicalScope) -> None:
        bound = scope.local(self.text(node), node.start_byte)
        if bound is None or not isinstance(bound.value, ExpressionValue):
            self.reads(node, scope, TypeScriptReader._evaluate_name)

    def _read_type(self, node: Node, scope: LexicalScope) -> None:
        self.names_type(node, scope, TypeScriptReader._evaluate_type_name)

    def _member(self, node: Node, scope: LexicalScope) -> None:
        self.reads(node, scope)
        self.walk_one(field(node, "object"), scope)

    def _element(self, node: Node, scope: LexicalScope) -> None:
        """`<Name .../>` calls the component; names in lower case are elements of HTML."""
        name = field(node, "name")
        if name is not None and (name.type != "identifier" or not self.text(name)[:1].islower()):
            evaluate = TypeScriptReader._evaluate_name if name.type == "identifier" else ScopedReader.value
            self.calls(evaluate, name, scope, None, name)
        self.walk([each for each in node.named_children if each != name], scope)

    # --- expressions --------------------------------------------------------------------------------------------------

    def _take_bound(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """`this` and `super`, which are bound where they mean something."""
        bound = scope.local(self.text(node), node.start_byte)
        return self.bound_path(bound) if bound is not None else UNKNOWN

    def _take_call(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        called = field(node, "function")
        if called is None or called.type == "super":
            return UNKNOWN
        known = self.take_module(node) or take_hook(self, node, scope)
        return known if known is not None else Decomposed(called, ("()",))

    def _take_member(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        receiver, name = field(node, "object"), field(node, "property")
        step = step_of(self.text(name)) if name is not None else ""
        return Decomposed(receiver, (step,)) if receiver is not None and step else UNKNOWN

    def _take_index(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        array, index = field(node, "object"), field(node, "index")
        if array is None or index is None:
            return UNKNOWN
        step = step_of(self.text(index)[1:-1]) if index.type == "string" else "[]"
        return Decomposed(array, (step,)) if step else UNKNOWN

    def _take_new(self, node: Node, scope: LexicalScope) -> ScopedPath:
        made, arguments = field(node, "constructor"), field(node, "type_arguments")
        if made is None:
            return UNKNOWN
        place = self.type(made, scope)
        return self.instance(self._holding(place, made, arguments, scope))

    def _holding(self, place: ScopedPath, of: Node, arguments: Node | None, scope: LexicalScope) -> ScopedPath:
        """A type with what its instances hold, which is its last argument."""
        if arguments is not None and arguments.named_children and self.text(of) in SCRIPT.holders:
            return ScopedPath(place.path, self.instance(self.type(arguments.named_children[-1], scope)))
        return place

    def _take_cast(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        children = node.named_children
        if node.type == "type_assertion":
            children = children[::-1]
        if len(children) > 1:
            return self.path_of_value(TypedValue(children[1], scope))
        return Decomposed(children[0]) if children else UNKNOWN

    def _take_await(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        return Decomposed(node.named_children[0], ("!",)) if node.named_children else UNKNOWN

    def _take_binary(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        operator, left, right = field(node, "operator"), field(node, "left"), field(node, "right")
        if operator is None or left is None or right is None:
            return UNKNOWN
        if operator.type == "&&":
            return Decomposed(right)
        return Decomposed(left) if operator.type in ("||", "??") else UNKNOWN

    # --- types --------------------------------------------------------------------------------------------------------

    def path_of_value(self, value: BoundValue) -> ScopedPath:
        """What a value is; types may be spelled by values: `typeof x`, `T["x"]`, `ReturnType<typeof f>`."""
        steps: list[str] = []
        while isinstance(value, TypedValue) and (inner := _find_value_type(value.type)) is not None:
            node, kind = inner
            if kind == "lookup_type":
                steps.append(step_of(self.text(node.named_children[1])[1:-1]))
                value = TypedValue(node.named_children[0], value.scope)
            else:
                steps += {"ReturnType": ["()"], "InstanceType": ["()"]}.get(kind, [])
                value = ExpressionValue(node, value.scope)
        place = super().path_of_value(value)
        for step in reversed(steps):
            place = self.step(place, step) if step else UNKNOWN
        return place

    def holds(self, scope: LexicalScope, value: BoundValue) -> None:
        """A variable or field holds something; `const f = g as typeof h` may hold another function than `h`."""
        super().holds(scope, value)
        if _is_spelled_by_value(value):
            self.notes(scope, HAS_TYPE_OF, "1")
        if isinstance(value, ExpressionValue):
            for number, each in enumerate(choices(value.value)):
                self._held.append((scope.symbol, f"{ONE_OF}{number}", ExpressionValue(each, value.scope)))

    def _take_nested_type(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        outer, name = field(node, "module"), field(node, "name")
        return Decomposed(outer, (f".{self.text(name)}",)) if outer is not None and name is not None else UNKNOWN

    def _take_generic(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        of, arguments = field(node, "name"), field(node, "type_arguments")
        if of is None or arguments is None or not arguments.named_children:
            return UNKNOWN
        if self.text(of) in _TRANSPARENT:
            return Decomposed(arguments.named_children[0])
        return self._holding(self.type(of, scope), of, arguments, scope)

    def _take_array_type(self, node: Node, scope: LexicalScope) -> ScopedPath:
        if not node.named_children:
            return UNKNOWN
        return ScopedPath("|Array", self.instance(self.type(node.named_children[0], scope)))

    def _take_union(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        """A type that may be missing; a union of several others is unknown."""
        several = [each for each in parts(node, "union_type") if self.text(each) not in _NOTHING]
        return Decomposed(several[0]) if len(several) == 1 else UNKNOWN

    handlers: ClassVar[dict[str, Any]] = {
        "import_statement": DeclarationReader.import_statement,
        "export_statement": DeclarationReader.export_statement,
        "class_declaration": DeclarationReader.class_declaration,
        "abstract_class_declaration": DeclarationReader.class_declaration,
        "class": DeclarationReader.class_declaration,
        "interface_declaration": DeclarationReader.class_declaration,
        "enum_declaration": DeclarationReader.enum_declaration,
        "internal_module": DeclarationReader.namespace,
        "module": DeclarationReader.namespace,
        "ambient_declaration": DeclarationReader.ambient_declaration,
        "type_alias_declaration": DeclarationReader.alias_declaration,
        "function_declaration": DeclarationReader.function_declaration,
        "generator_function_declaration": DeclarationReader.function_declaration,
        "function_signature": DeclarationReader.function_declaration,
        "method_definition": DeclarationReader.method,
        "method_signature": DeclarationReader.method,
        "abstract_method_signature": DeclarationReader.method,
        "arrow_function": DeclarationReader.anonymous_function,
        "function_expression": DeclarationReader.anonymous_function,
        "generator_function": DeclarationReader.anonymous_function,
        "call_signature": DeclarationReader.call_signature,
        "return_statement": DeclarationReader.read_returned,
        "lexical_declaration": DeclarationReader.variables,
        "variable_declaration": DeclarationReader.variables,
        "public_field_definition": DeclarationReader.field_declaration,
        "field_definition": DeclarationReader.field_declaration,
        "property_signature": DeclarationReader.field_declaration,
        "statement_block": common.open_block,
        "for_statement": common.open_block,
        "switch_body": common.open_block,
        "class_static_block": common.open_block,
        "object_type": common.open_block,
        **typescript_types.HANDLERS,
        "assignment_expression": AssignmentReader.assignment,
        "augmented_assignment_expression": AssignmentReader.read_augmented_assignment,
        "for_in_statement": _for_in,
        "catch_clause": _catch,
        "call_expression": _call,
        "new_expression": _new,
        "member_expression": _member,
        "identifier": _read,
        "shorthand_property_identifier": _read,
        "type_identifier": _read_type,
        "nested_type_identifier": common.name_type,
        "jsx_opening_element": _element,
        "jsx_self_closing_element": _element,
        "jsx_closing_element": common.skip,
        **dict.fromkeys(_LEAVES, common.skip),
    }
    expressions: ClassVar[dict[str, Any]] = {
        "identifier": common.take_name,
        "shorthand_property_identifier": common.take_name,
        "this": _take_bound,
        "super": _take_bound,
        "call_expression": _take_call,
        "member_expression": _take_member,
        "subscript_expression": _take_index,
        "new_expression": _take_new,
        "as_expression": _take_cast,
        "type_assertion": _take_cast,
        "satisfies_expression": common.take_first,
        "non_null_expression": common.take_first,
        "parenthesized_expression": common.take_first,
        "assignment_expression": common.take_last,
        "await_expression": _take_await,
        "ternary_expression": common.take_choice,
        "binary_expression": _take_binary,
    }
    types: ClassVar[dict[str, Any]] = {
        "identifier": common.take_name,
        "type_identifier": common.take_name,
        "member_expression": _take_member,
        "nested_type_identifier": _take_nested_type,
        "nested_identifier": _take_nested_type,
        "generic_type": _take_generic,
        "array_type": _take_array_type,
        "union_type": _take_union,
        "type_annotation": common.take_first,
        "parenthesized_type": common.take_first,
        "readonly_type": common.take_last,
    }


class JavaScriptReader(TypeScriptReader):
    """Reads one JavaScript file, with JSX or without."""

    module = "tree_sitter_javascript"
    function = "language"
    is_javascript = True
    handlers: ClassVar[dict[str, Any]] = TypeScriptReader.handlers | {"comment": DeclarationReader.read_imports}


class TsxReader(TypeScriptReader):
    """Reads one file of TypeScript with JSX."""

    function = "language_tsx"


def _find_value_type(of: Node) -> tuple[Node, str] | None:
    """The node of a type that is spelled by a value, and how; for `T["x"]` that of the whole."""
    for _ in range(MAX_STEPS):
        if of.type not in _SPELLING:
            return None
        children = [each for each in of.named_children if text_of(each) not in _NOTHING]
        if of.type in ("type_annotation", "parenthesized_type", "union_type", "readonly_type") and len(children) == 1:
            of = children[0]
        elif of.type == "type_query" and children:
            return children[0], of.type
        elif of.type == "lookup_type":
            return (of, of.type) if len(children) > 1 and text_of(children[1])[:1] in "\"'" else None
        elif of.type == "generic_type" and (name := text_of(children[0])) in ("ReturnType", "InstanceType"):
            query = children[1].named_children[0] if len(children) > 1 and children[1].named_children else of
            return (query.named_children[0], name) if query.type == "type_query" and query.named_children else None
        else:
            return None
    return None


def _is_spelled_by_value(value: BoundValue) -> bool:
    """Whether all that is said of a value is that it has the type of another one: `typeof other`, not of itself."""
    held = None
    if isinstance(value, ExpressionValue):
        node = value.value
        while node.type in ("parenthesized_expression", "satisfies_expression") and node.named_children:
            node = node.named_children[0]
        if node.type not in ("as_expression", "type_assertion") or len(node.named_children) < 2:
            return False
        is_cast = node.type == "as_expression"
        held, of = node.named_children[not is_cast], node.named_children[is_cast]
    elif isinstance(value, TypedValue):
        of = value.type
        held = field(of.parent, "value") if of.parent is not None else None
    else:
        return False
    spelled = _find_value_type(of)
    return spelled is not None and spelled[1] == "type_query" and (not held or text_of(held) != text_of(spelled[0]))


_SPELLING = frozenset(
    (
        *("type_annotation", "parenthesized_type", "union_type", "readonly_type"),
        *("type_query", "lookup_type", "generic_type"),
    )
)
