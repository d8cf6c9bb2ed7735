"""Expressions and types of Rust, as paths."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.reader import Decomposed, ScopedReader, field
from kgraph.extract.scoped.rust_branches import take_branches
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope, ScopedPath, TypeAlias
from kgraph.scoped_languages import RUST, UNTYPED, VALUE_MARKS

# What stands for its first argument wherever a member is looked for.
_POINTERS = frozenset({"Box", "Rc", "Arc", "Cow", "Pin", "ManuallyDrop", "MaybeUninit"})
_OWNING = frozenset({"Box", "Rc", "Arc"})  # which implement traits of the standard library themselves
_LAST_ARGUMENT = frozenset({"HashMap", "BTreeMap"})
TUPLE = "t"  # behind the number of a value that only a tuple has, and no structure with numbered fields
_MAX_TUPLE = 12  # values
_SAME = frozenset({"clone", "to_owned", "by_ref"})  # methods that give what they are called on
NAMES = frozenset({"identifier", "type_identifier", "scoped_identifier", "scoped_type_identifier"})


def method_of(receiver: ScopedPath, name: str, scope: LexicalScope) -> ScopedPath:
    """The method of a value: of "_" where nothing is known of that, behind "&" where it is a constant."""
    if not receiver.path:
        return ScopedPath(f"{scope.type_name}|{UNTYPED}.{name}")
    is_marked = not VALUE_MARKS.isdisjoint(receiver.path.partition("|")[2])
    return ScopedPath(f"{receiver.path}{'' if is_marked else '&'}.{name}")


class RustExpressions(ScopedReader):
    """Takes expressions and types apart."""

    module = "tree_sitter_rust"
    language = RUST

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._content = content
        self.parameter_fields: dict[tuple[str, str], str] = {}  # type and field: the type parameter that it is of

    def is_macro(self, function: Node) -> bool:
        """Whether what looks like the function of a call is a macro, whose mark the grammar has not seen."""
        return self._content[function.end_byte : function.end_byte + 1] == b"!"

    def instance(self, of: ScopedPath) -> ScopedPath:
        if of.path.endswith("&"):  # a value behind a pointer
            return ScopedPath(f"{of.path[:-1]}~&", of.element)
        return super().instance(of)

    def step(self, place: ScopedPath, step: str) -> ScopedPath:
        if step.startswith("{"):  # something that holds it
            return ScopedPath(step[1:], place)
        if step == "~":
            return self.instance(place)
        if step == "&":
            return ScopedPath(f"{place.path}&", place.element) if place.path else place
        return super().step(place, step)

    def _take_name(self, node: Node, scope: LexicalScope) -> ScopedPath:
        name = self.text(node)
        return ScopedPath(f"{scope.type_name}|Self") if name == "Self" else self.name(name, node.start_byte, scope)

    def _take_prefix(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """The first name of a path, which is no variable."""
        name = self.text(node)
        bound = scope.local(name, node.start_byte)
        if name[:1].isupper() or (bound is not None and isinstance(bound.value, ScopedPath) and bound.value.path):
            return self._take_name(node, scope)
        return ScopedPath(f"{scope.type_name}|{name}")

    def _take_keyword(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """`crate`, `super`."""
        return ScopedPath(f"{scope.type_name}|{self.text(node)}")

    def _take_scoped(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        path, name = field(node, "path"), self.name_of(node)
        if path is None:
            return ScopedPath(f"{scope.type_name}|extern {name}")
        if path.type == "self":
            return ScopedPath(f"{scope.type_name}|self.{name}")
        if path.type == "identifier":
            place = self._take_prefix(path, scope)
            return ScopedPath(f"{place.path}.{name}") if place.path else UNKNOWN
        return Decomposed(path, (f".{name}",))

    def _take_member(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        value, name = field(node, "value"), field(node, "field")
        if value is None or name is None:
            return UNKNOWN
        if value.type == "self":
            parameter = self.parameter_fields.get((scope.type_name, self.text(name)))
            bound = scope.local(parameter, node.start_byte) if parameter is not None else None
            if bound is not None and isinstance(bound.value, TypeAlias):  # as the `impl` bounds it
                return self.instance(self.bound_path(bound))
        return Decomposed(value, (f".{self.text(name)}",))

    def member(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """The field that an expression names, rather than what is in it; a tuple has none that is declared."""
        value, name = field(node, "value"), field(node, "field")
        of = self.value(value, scope) if value is not None else UNKNOWN
        return UNKNOWN if name is None or of.parts else self.step(of, f".{self.text(name)}")

    def _take_call(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        function, arguments = field(node, "function"), field(node, "arguments")
        if function is not None and function.type == "generic_function":
            function = field(function, "function")
        if function is None or self.is_macro(function):
            return UNKNOWN
        if function.type == "field_expression":
            value, name = field(function, "value"), self.text(field(function, "field") or function)
            if value is None or name in _SAME:
                return Decomposed(value) if value is not None else UNKNOWN
            return Decomposed(value, ("()", f".{name}")[::-1])
        first = arguments.named_children[0] if arguments is not None and arguments.named_children else None
        words = re.sub(r"::<.*?>", "", self.text(function)[:200]).split("::")
        if words[-1] == "default" and (path := field(function, "path")) is not None:
            return Decomposed(path, ("~",))
        if first is not None and words[-1] in ("Some", "Ok"):
            return Decomposed(first, ("{|extern Option",))
        if first is not None and len(words) > 1 and words[-1] in ("new", "pin", "from"):
            if words[-2] in _POINTERS:
                return Decomposed(first, ("&",) if words[-2] in _OWNING else ())
            if words[-2] in RUST.holders and words[-1] == "new":
                return Decomposed(first, (f"{{{scope.type_name}|{words[-2]}",))
        return Decomposed(function, ("()",))

    def _take_unary(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        return Decomposed(node.named_children[-1]) if node.children[0].type == "*" else UNKNOWN

    def _take_try(self, node: Node, scope: LexicalScope) -> Decomposed:
        return Decomposed(node.named_children[0], ("[]",))

    def _take_index(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        children = node.named_children
        is_range = children[-1].type == "range_expression"
        return Decomposed(children[0], () if is_range else ("[]",))

    def _take_cast(self, node: Node, scope: LexicalScope) -> ScopedPath:
        return common.take_instance(self, node, scope)

    def _take_literal(self, node: Node, scope: LexicalScope) -> ScopedPath:
        name = field(node, "name")
        return self.instance(self.type(name, scope)) if name is not None else UNKNOWN

    def _take_array(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        return Decomposed(node.named_children[0], ("{|extern Vec",)) if node.named_children else UNKNOWN

    def _take_array_type(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        of = field(node, "element")
        return Decomposed(of, ("~", "{|extern Vec")) if of is not None else UNKNOWN

    def _take_generic(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        outer, arguments = field(node, "type"), field(node, "type_arguments")
        if outer is None:
            return UNKNOWN
        name = self.text(outer).rpartition("::")[2]
        types = [each for each in arguments.named_children if each.type != "lifetime"] if arguments is not None else []
        if types and name in _POINTERS:
            return Decomposed(types[0], ("&",) if name in _OWNING else ())
        if types and (name in RUST.holders or name.endswith("Result")):  # `type ParseResult<T> = Result<T, ParseError>`
            inner = types[-1] if name in _LAST_ARGUMENT else types[0]
            if inner.type == "type_binding":
                inner = field(inner, "type") or inner
            place = self.type(outer, scope) if outer.type == "type_identifier" else UNKNOWN
            return Decomposed(inner, ("~", f"{{{place.path or '|extern Option'}"))
        return Decomposed(outer)

    def _take_inner(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        """What is the same as what it is about: `&T`, `dyn T`, `impl T`, `for<'a> T`."""
        of = field(node, "type") or field(node, "trait") or field(node, "value")
        return Decomposed(of) if of is not None else UNKNOWN

    def _take_qualified(self, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
        of, trait = field(node, "type"), field(node, "alias")
        bound = scope.local(self.text(of), node.start_byte) if of is not None and of.type == "type_identifier" else None
        is_unknown = of is None or (bound is not None and bound.value == UNKNOWN)
        chosen = trait if is_unknown else of
        return Decomposed(chosen) if chosen is not None else UNKNOWN

    def _take_tuple(self, node: Node, scope: LexicalScope) -> ScopedPath:
        values = [self.value(each, scope) for each in node.named_children[:_MAX_TUPLE]]
        return _tuple_of(values)

    def _take_tuple_type(self, node: Node, scope: LexicalScope) -> ScopedPath:
        types = [each for each in node.named_children if each.type not in ("line_comment", "block_comment")]
        return _tuple_of([self.type_argument(each, scope) for each in types[:_MAX_TUPLE]])

    expressions: ClassVar[dict[str, Any]] = {
        "identifier": _take_name,
        "self": common.take_this,
        "crate": _take_keyword,
        "super": _take_keyword,
        "type_identifier": _take_name,
        "scoped_identifier": _take_scoped,
        "field_expression": _take_member,
        "call_expression": _take_call,
        "reference_expression": _take_inner,
        "unary_expression": _take_unary,
        "try_expression": _take_try,
        "await_expression": common.take_first,
        "index_expression": _take_index,
        "type_cast_expression": _take_cast,
        "struct_expression": _take_literal,
        "parenthesized_expression": common.take_last,
        "generic_type": _take_generic,
        "bracketed_type": common.take_first,
        "qualified_type": _take_qualified,
        "array_expression": _take_array,
        "tuple_expression": _take_tuple,
        **dict.fromkeys(("block", "if_expression", "match_expression", "unsafe_block"), take_branches),
    }
    types: ClassVar[dict[str, Any]] = {
        "identifier": _take_name,
        "type_identifier": _take_name,
        "crate": _take_keyword,
        "super": _take_keyword,
        "self": _take_keyword,
        "scoped_identifier": _take_scoped,
        "scoped_type_identifier": _take_scoped,
        "generic_type": _take_generic,
        "generic_type_with_turbofish": _take_generic,
        "array_type": _take_array_type,
        "tuple_type": _take_tuple_type,
        "reference_type": _take_inner,
        "pointer_type": _take_inner,
        "dynamic_type": _take_inner,
        "abstract_type": _take_inner,
        "higher_ranked_trait_bound": _take_inner,
        "bounded_type": common.take_first,
        "bracketed_type": common.take_first,
        "qualified_type": _take_qualified,
    }


def _tuple_of(values: list[ScopedPath]) -> ScopedPath:
    """A tuple, of which each value is had by its number, and by that and `TUPLE`."""
    known = [(f".{number}", each) for number, each in enumerate(values) if each.path or each.parts]
    return ScopedPath("", parts=tuple((f"{step}{mark}", each) for step, each in known for mark in ("", TUPLE)))
