"""The statements, patterns and expressions of C#: the names that they bind, and what they use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, ClassVar, NamedTuple

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.csharp_paths import TYPE_PARAMETER, callee, find_type_names, simple_name
from kgraph.extract.scoped.declared_functions import find_lambda_parameter
from kgraph.extract.scoped.reader import READ, Decomposed, ScopedReader, field
from kgraph.extract.scoped.scopes import (
    UNKNOWN,
    BoundValue,
    DeferredValue,
    ElementOf,
    ExpressionValue,
    LexicalScope,
    ScopedPath,
    TypedValue,
)
from kgraph.extract.treesitter.nodes import line_of, text_of
from kgraph.scoped_languages import CSHARP

Handed = Callable[[int], BoundValue]  # what a lambda is given, by the places of its parameters
_NEW = "implicit_object_creation_expression"


class CSharpParameter(NamedTuple):
    type: Node | None
    name: Node | None
    default: Node | None = None
    modifier: str = ""  # "this", "params", "out", ...


def parameters_of(of: Node) -> list[CSharpParameter]:
    """The parameters of a list; the nodes of one with `params` stand in the list itself."""
    found = []
    for each in of.named_children:
        if each.type == "parameter":
            of_type, name = field(each, "type"), field(each, "name")
            words = " ".join(text_of(part) for part in each.named_children if part.type == "modifier")
            last = each.named_children[-1]
            is_default = last not in (of_type, name) and any(part.type == "=" for part in each.children)
            found.append(CSharpParameter(of_type, name, last if is_default else None, words))
        elif each.type == "implicit_parameter":
            found.append(CSharpParameter(None, each))
    if any(each.type == "params" for each in of.children):
        found.append(CSharpParameter(field(of, "type"), field(of, "name"), modifier="params"))
    return found


def child_of(of: Node, kind: str) -> Node | None:
    return next((each for each in of.named_children if each.type == kind), None)


def value_of(declarator: Node) -> Node | None:
    """What a variable is declared to be: the last part, behind its name and the length of a buffer."""
    if not any(each.type == "=" for each in declarator.children):
        return None
    return declarator.named_children[-1]


class CSharpStatements(ScopedReader):
    """Reads what stands inside of members."""

    def names(self, of: Node | None, scope: LexicalScope) -> None:
        """All types that are named in a type."""
        for each in find_type_names(of) if of is not None else ():
            if each.type != "identifier" or scope.local(TYPE_PARAMETER + self.text(each), each.start_byte) is None:
                self.names_type(each, scope)

    def attributes(self, node: Node, scope: LexicalScope) -> None:
        self.walk([each for each in node.named_children if each.type == "attribute_list"], scope)

    def bind_parameters(
        self, parameters: Node, scope: LexicalScope, *, bind: bool = True, handed: Handed | None = None
    ) -> None:
        """Bind the names of parameters; `handed` says what those are that have no type, by their places."""
        for at, each in enumerate(parameters_of(parameters)):
            self.names(each.type, scope)
            if each.default is not None:
                self.walk([each.default], scope)
            if bind and each.name is not None:
                untyped = UNKNOWN if handed is None else handed(at)
                scope.bind(self.text(each.name), 0, untyped if each.type is None else TypedValue(each.type, scope))
        for node in parameters.named_children:
            self.attributes(node, scope)

    def set_to(self, value: Node | None, of: Node | None, scope: LexicalScope) -> None:
        """What something of a type is set to, which may be `new()`."""
        if value is None:
            return
        if value.type == _NEW and of is not None:
            self.constructs(of, scope, child_of(value, "argument_list") or child_of(value, "initializer_expression"))
        self.walk([value], scope)

    # --- statements and patterns -------------------------------------------------------------------------------------

    def _variables(self, node: Node, scope: LexicalScope) -> None:
        of = field(node, "type")
        is_inferred = of is not None and of.type == "implicit_type"
        for each in node.named_children:
            if each.type != "variable_declarator":
                continue
            name, value = field(each, "name"), value_of(each)
            if name is None:
                self._bind_names(each, scope)
            elif is_inferred or of is None:
                scope.bind(self.text(name), each.end_byte, UNKNOWN if value is None else ExpressionValue(value, scope))
            else:
                scope.bind(self.text(name), each.start_byte, TypedValue(of, scope))
            self.set_to(value, of, scope)
        self.names(of, scope)

    def _bind_names(self, node: Node, scope: LexicalScope) -> None:
        """The names in `var (a, b)`, of which nothing is known."""
        pending = [each for each in node.named_children if each.type == "tuple_pattern"]
        while pending:
            for each in pending.pop().named_children:
                if each.type == "tuple_pattern":
                    pending.append(each)
                else:
                    scope.bind(self.text(each), each.start_byte, UNKNOWN)

    def _for_each(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        of, name, value = field(node, "type"), field(node, "left"), field(node, "right")
        if name is not None and name.type == "tuple_pattern":
            self._bind_names(node, inside)
        elif name is not None and value is not None:
            is_inferred = of is None or of.type == "implicit_type"
            inside.bind(
                self.text(name), 0, ElementOf(value, scope) if of is None or is_inferred else TypedValue(of, scope)
            )
        self.names(of, scope)
        self.walk([value] if value is not None else [], scope)
        self.walk_fields(node, ("body",), inside)

    def _binding(self, node: Node, scope: LexicalScope) -> None:
        """A name with a type: in a pattern, a `catch`, an `out` argument."""
        of, name = field(node, "type"), field(node, "name")
        if name is not None:
            is_typed = of is not None and of.type != "implicit_type"
            value: Any = TypedValue(of, scope) if of is not None and is_typed else UNKNOWN
            scope.bind(self.text(name), name.start_byte, value)
        self.names(of, scope)
        self.walk([each for each in node.named_children if each not in (of, name)], scope)

    def _lambda(self, node: Node, scope: LexicalScope) -> None:
        inside = common.open_block(self, node, scope)
        parameters = field(node, "parameters")
        if parameters is not None and parameters.type == "parameter_list":
            self.bind_parameters(parameters, inside, handed=partial(self._lambda_parameter, node, scope))
        elif parameters is not None:
            inside.bind(self.text(parameters), 0, self._lambda_parameter(node, scope, 0))
        self.names(field(node, "type"), scope)
        self.walk(node.named_children[-1:], inside)

    def _lambda_parameter(self, node: Node, scope: LexicalScope, at: int) -> BoundValue:
        """What a lambda is given, as its parameter at a place, by the function that it is an argument of."""
        argument = node.parent
        made = argument.parent if argument is not None and argument.type == "initializer_expression" else None
        if made is not None and made.type == "object_creation_expression":
            return DeferredValue(partial(_find_added, at), made, scope)
        listed = argument.parent if argument is not None and argument.type == "argument" else None
        call = listed.parent if listed is not None else None
        if (
            argument is None
            or listed is None
            or call is None
            or call.type not in ("invocation_expression", "object_creation_expression")
        ):
            return DeferredValue(partial(_find_declared_parameter, at), node, scope)
        given = [each for each in listed.named_children if each.type == "argument"]
        if any(field(each, "name") is not None for each in given):
            return UNKNOWN
        return DeferredValue(partial(_find_handed, given.index(argument), at, len(given)), call, scope)

    def _from(self, node: Node, scope: LexicalScope) -> None:
        """A clause of a query that binds a name."""
        children = node.named_children
        of, name = field(node, "type"), field(node, "name") or next(iter(children), None)
        if name is not None and len(children) > 1:
            value: Any = ElementOf(children[-1], scope) if node.type == "from_clause" else UNKNOWN
            value = ExpressionValue(children[-1], scope) if node.type == "let_clause" else value
            scope.bind(self.text(name), 0, value if of is None else TypedValue(of, scope))
        self.names(of, scope)
        self.walk([each for each in children if each not in (of, name)], scope)

    # --- uses --------------------------------------------------------------------------------------------------------

    def _read(self, node: Node, scope: LexicalScope) -> None:
        """A name by itself; that of a variable leads nowhere else."""
        name = simple_name(self, node)
        bound = scope.local(name, node.start_byte)
        if bound is None or (bound.path is not None and bound.path.path.startswith("|") and bound.path.path[-1] != "~"):
            self.reads(node, scope)
        for each in node.named_children[1:]:  # of a generic name
            self.names(each, scope)

    def _member(self, node: Node, scope: LexicalScope) -> None:
        self.reads(node, scope)
        self._read_around_call(node, scope)

    def _read_around_call(self, node: Node, scope: LexicalScope) -> None:
        """What stands in front of a member, and the types that it is given."""
        name = field(node, "name")
        receiver = field(node, "expression") or field(node, "condition")
        if name is not None and name.type == "generic_name":
            self.names(name.named_children[-1], scope)
        last = node.named_children[-1]
        if last.type == "member_binding_expression" and (inner := field(last, "name")) is not None:
            self.names(inner.named_children[-1] if inner.type == "generic_name" else None, scope)
        elif last.type == "element_binding_expression":
            self.walk(last.named_children, scope)
        self.walk([receiver] if receiver is not None else [], scope)

    def _call(self, node: Node, scope: LexicalScope) -> None:
        function, arguments = field(node, "function"), field(node, "arguments")
        if function is None:
            return
        walked = [arguments] if arguments is not None else []
        if function.type in ("identifier", "generic_name"):
            if self.text(function) != "nameof":
                self.calls(CSharpStatements.callee, function, scope, arguments, function)
            self.names(function.named_children[-1] if function.type == "generic_name" else None, scope)
            self.walk(walked, scope)
        elif function.type in ("member_access_expression", "conditional_access_expression"):
            self.calls(CSharpStatements.callee, function, scope, arguments, last_of(function))
            self.walk(walked, scope)
            self._read_around_call(function, scope)
        else:
            self.walk([function, *walked], scope)

    def callee(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """What is called, from the node of a function."""
        called = callee(self, node, scope)
        return self.evaluate_step(called, scope) if isinstance(called, Decomposed) else called

    def _new(self, node: Node, scope: LexicalScope) -> None:
        of, arguments, initializer = field(node, "type"), field(node, "arguments"), field(node, "initializer")
        if of is not None:
            self.constructs(of, scope, arguments if arguments is not None else initializer)
            for each in list(find_type_names(of))[1:]:
                self.names(each, scope)
            for name in _set_members(initializer):
                evaluate = partial(_member_of, of)
                self.uses_later((line_of(name), READ, scope.symbol, None, evaluate, name, scope))
        self.walk([each for each in (arguments, initializer) if each is not None], scope)

    def _list(self, node: Node, scope: LexicalScope) -> None:
        """What an initializer lists, of `A = x` only x: A is a member of what is made."""
        for each in reversed(node.named_children):
            left = field(each, "left") if each.type == "assignment_expression" else None
            self.walk([last_of(each)] if left is not None and left.type == "identifier" else [each], scope)

    def _read_named_values(self, node: Node, scope: LexicalScope) -> None:
        """`A = x` in `new { ... }` or `with { ... }`, without the names."""
        children = node.children
        behind = [children[at + 1].type if at + 1 < len(children) else "" for at in range(len(children))]
        kept = [each for each, after in zip(children, behind, strict=True) if each.is_named and after != "="]
        self.walk(kept, scope)

    def _walk_last(self, node: Node, scope: LexicalScope) -> None:
        """An argument or a part of a pattern, which may begin with a name."""
        self.walk(node.named_children[-1:], scope)

    def _read_typed(self, node: Node, scope: LexicalScope) -> None:
        """An expression with a type: a cast, `as`, `typeof`, the making of an array."""
        of = field(node, "right") if node.type == "as_expression" else field(node, "type")
        self.names(of, scope)
        self.walk([each for each in node.named_children if each != of], scope)

    def _conditional(self, node: Node, scope: LexicalScope) -> None:
        condition = field(node, "condition")
        self.walk([each for each in node.named_children if each != condition], scope)

    handlers: ClassVar[dict[str, Any]] = {
        "extern_alias_directive": common.skip,
        "variable_declaration": _variables,
        "foreach_statement": _for_each,
        **dict.fromkeys(
            (
                "block",
                "for_statement",
                "using_statement",
                "fixed_statement",
                "switch_section",
                "switch_expression_arm",
                "catch_clause",
                "query_expression",
            ),
            common.open_block,
        ),
        **dict.fromkeys(
            (
                *("comment", "modifier", "predefined_type", "implicit_type", "integer_literal", "real_literal"),
                *("boolean_literal", "character_literal", "null_literal", "string_literal", "verbatim_string_literal"),
                *("raw_string_literal", "string_content", "interpolation_start", "interpolation_brace", "discard"),
            ),
            common.skip,
        ),
        "declaration_pattern": _binding,
        "recursive_pattern": _binding,
        "var_pattern": _binding,
        "list_pattern": _binding,
        "type_pattern": _binding,
        "catch_declaration": _binding,
        "declaration_expression": _binding,
        "subpattern": _walk_last,
        "argument": _walk_last,
        "from_clause": _from,
        "let_clause": _from,
        "join_clause": _from,
        "lambda_expression": _lambda,
        "anonymous_method_expression": _lambda,
        "invocation_expression": _call,
        "object_creation_expression": _new,
        "initializer_expression": _list,
        "anonymous_object_creation_expression": _read_named_values,
        "with_initializer": _read_named_values,
        "member_access_expression": _member,
        "conditional_access_expression": _member,
        "alias_qualified_name": common.read_name,
        "identifier": _read,
        "generic_name": _read,
        "cast_expression": _read_typed,
        "as_expression": _read_typed,
        "typeof_expression": _read_typed,
        "sizeof_expression": _read_typed,
        "default_expression": _read_typed,
        "array_creation_expression": _read_typed,
        "stackalloc_expression": _read_typed,
        "labeled_statement": common.walk_behind_first,
        "goto_statement": common.skip,
        "implicit_parameter": common.skip,
        "preproc_if": _conditional,
        "preproc_elif": _conditional,
        **dict.fromkeys(
            (
                f"preproc_{each}"
                for each in ("define", "undef", "region", "endregion", "pragma", "line", "nullable", "error", "warning")
            ),
            common.skip,
        ),
    }


def last_of(node: Node) -> Node:
    return node.named_children[-1] if node.named_children else node


def _set_members(initializer: Node | None) -> Iterator[Node]:
    """The names of the members that an initializer sets."""
    for each in initializer.named_children if initializer is not None else ():
        left = field(each, "left") if each.type == "assignment_expression" else None
        if left is not None and left.type == "identifier":
            yield left


def _find_declared_parameter(at: int, reader: CSharpStatements, function: Node, scope: LexicalScope) -> ScopedPath:
    return find_lambda_parameter(reader, function, scope, at)


def _find_added(at: int, reader: CSharpStatements, made: Node, scope: LexicalScope) -> ScopedPath:
    """What `Add` hands to a function that stands in the initializer of a collection, which is made."""
    of = field(made, "type")
    if of is None:
        return UNKNOWN
    return reader.find_handed(reader.step(reader.instance(reader.type(of, scope)), ".Add"), 0, at, 1)


def _member_of(of: Node, reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    return reader.step(reader.instance(reader.type(of, scope)), f".{reader.text(node)}")


def _find_handed(
    argument: int, at: int, arguments: int, reader: CSharpStatements, call: Node, scope: LexicalScope
) -> ScopedPath:
    """What a call hands to the function that is one of its arguments: an element where it is a method of a collection,
    else what the type of the parameter says."""
    function, of = field(call, "function"), field(call, "type")
    if function is None:
        return reader.find_handed(reader.type(of, scope), argument, at, arguments) if of is not None else UNKNOWN
    receiver = field(function, "expression") or field(function, "condition")
    if receiver is not None and at == 0:
        name = last_of(function)
        name = last_of(name) if name.type == "member_binding_expression" else name
        place = reader.value(receiver, scope)
        if place.element is not None and simple_name(reader, name) in CSHARP.element_functions:
            return reader.step(place, reader.each_step)
    return reader.find_handed(reader.callee(function, scope), argument, at, arguments)
