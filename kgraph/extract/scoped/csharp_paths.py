"""What expressions and types of C# are: how each node is taken apart, as `ScopedReader` names such functions.

A type is spelled with a colon in paths, `N.A|:Colour`, for a property may have the name of its type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from kgraph.extract.scoped import common
from kgraph.extract.scoped.reader import Decomposed, ScopedReader, Taker, field
from kgraph.extract.scoped.scopes import GENERIC, UNKNOWN, LexicalScope, ScopedPath
from kgraph.scoped_languages import CSHARP

TYPE_PARAMETER = "`"  # what stands before the name of a type parameter among the names of a scope
_MAX_GIVEN = 9  # types that a function is given
# Types of .NET, and those of their members that are of the type itself.
_OWN_VALUED = CSHARP.value_types | {"string"}
_OWN_VALUES = frozenset({"Empty", "MaxValue", "MinValue", "Now", "Today", "UnixEpoch", "UtcNow", "Zero"})
_GIVES_TEXT = {"ToString": 2, "Substring": 2, "ToLower": 0, "ToLowerInvariant": 0, "ToUpper": 0, "ToUpperInvariant": 0}
_OWN_RESULT = re.compile(r"From\w+|Parse(Exact)?|New\w+|Concat|Format|Join")
_NESTED_TYPES = frozenset(
    {
        *("array_type", "nullable_type", "pointer_type", "ref_type", "scoped_type", "tuple_type", "type_argument_list"),
        *("function_pointer_type", "function_pointer_parameter", "array_rank_specifier"),
    }
)


def simple_name(reader: ScopedReader, node: Node) -> str:
    """The name in `Foo` or `Foo<T>`."""
    return reader.text(node.named_children[0] if node.type == "generic_name" and node.named_children else node)


def member_step(reader: ScopedReader, name: Node) -> str:
    """The step to a member, with "<" behind it for each type that it is given: `.Get<` of `x.Get<T>()`."""
    return f".{simple_name(reader, name)}{_find_given(name)}"


def _find_given(name: Node) -> str:
    if name.type != "generic_name":
        return ""
    return GENERIC * min(max(name.named_children[-1].named_child_count, 1), _MAX_GIVEN)


def find_type_names(of: Node) -> Iterator[Node]:
    """The nodes of all names of types in a type, its arguments included, in their order."""
    pending = [of]
    while pending:
        node = pending.pop()
        match node.type:
            case "identifier" | "alias_qualified_name":
                yield node
            case "generic_name":
                yield node
                pending.extend(reversed(node.named_children[1:]))
            case "qualified_name":
                yield node
                inner: Node | None = node
                while inner is not None and inner.type == "qualified_name":
                    name, inner = field(inner, "name"), field(inner, "qualifier")
                    if name is not None and name.type == "generic_name":
                        pending.extend(reversed(name.named_children[1:]))
                if inner is not None and inner.type == "generic_name":
                    pending.extend(reversed(inner.named_children[1:]))
            case "tuple_element":
                pending.extend(each for each in [field(node, "type")] if each is not None)
            case nested if nested in _NESTED_TYPES:
                pending.extend(reversed(node.named_children))


# Functions of .NET and of containers of services that give what their one type argument says.
_GIVERS = frozenset(
    (
        *("CreateInstance", "Deserialize", "DeserializeObject", "GetCustomAttribute", "GetInstance", "GetKeyedService"),
        *("GetRequiredKeyedService", "GetRequiredService", "GetService", "Resolve"),
    )
)


_REALS = {"f": "float", "m": "decimal"}
_INTEGERS = {"l": "long", "u": "uint", "ul": "ulong", "lu": "ulong"}


# --- expressions ------------------------------------------------------------------------------------------------------


def _generic(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    return reader.name(simple_name(reader, node), node.start_byte, scope)


def _member(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    receiver, name = field(node, "expression"), field(node, "name")
    if receiver is None or name is None:
        return UNKNOWN
    own = _own_valued(reader, receiver, scope) if reader.text(name) in _OWN_VALUES else None
    return own or Decomposed(receiver, (f".{simple_name(reader, name)}",))


def _own_valued(reader: ScopedReader, receiver: Node, scope: LexicalScope) -> ScopedPath | None:
    """An instance of a type of .NET, by the node of its name: of `TimeSpan` in `TimeSpan.Zero`."""
    name = reader.text(receiver)
    if receiver.type == "predefined_type" and name in _OWN_VALUED:
        return ScopedPath(f"|:{name}~")
    is_type = receiver.type == "identifier" and name in _OWN_VALUED and scope.local(name, receiver.start_byte) is None
    return ScopedPath(f"{scope.type_name}|:{name}~") if is_type else None


def _number(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """A number, whose type its suffix says."""
    text = reader.text(node).lower()
    if node.type == "real_literal":
        return ScopedPath(f"|:{_REALS.get(text[-1], 'double')}~")
    if text[:2] == "0b" or text[:2] == "0x":
        text = text[2:].lstrip("abcdef0123456789_")
    return ScopedPath(f"|:{_INTEGERS.get(text.lstrip('0123456789_'), 'int')}~")


def _conditional_access(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    """`x?.a` and `x?[0]`; calls and further members stand around it."""
    receiver, last = field(node, "condition"), node.named_children[-1]
    if receiver is None:
        return UNKNOWN
    if last.type == "element_binding_expression":
        return Decomposed(receiver, ("[]",))
    name = field(last, "name")
    if last.type != "member_binding_expression" or name is None:
        return UNKNOWN
    return Decomposed(receiver, (f".{simple_name(reader, name)}",))


def _call(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    function = field(node, "function")
    if function is not None and (of := _find_given_type(reader, function)) is not None:
        return reader.instance(reader.type(of, scope))
    if function is not None and (own := _own_result(reader, function, scope)) is not None:
        return own
    if function is not None and _gives_text(reader, function, field(node, "arguments")):
        return ScopedPath("|:string~")
    called = UNKNOWN if function is None else callee(reader, function, scope)
    result = reader.call_step(field(node, "arguments"))
    if isinstance(called, Decomposed):
        return Decomposed(called.inner, (*called.steps, result))
    return reader.step(called, result)


def _own_result(reader: ScopedReader, function: Node, scope: LexicalScope) -> ScopedPath | None:
    """What a function of a type of .NET gives that makes such: `TimeSpan.FromHours(1)`."""
    if function.type != "member_access_expression":
        return None
    receiver, name = field(function, "expression"), field(function, "name")
    if receiver is None or name is None or _OWN_RESULT.fullmatch(reader.text(name)) is None:
        return None
    return _own_valued(reader, receiver, scope)


def _gives_text(reader: ScopedReader, function: Node, arguments: Node | None) -> bool:
    """Whether a method gives a string, whatever it is called on: one of `object`, or of strings alone, with at most so
    many arguments."""
    name = field(function, "name") if function.type == "member_access_expression" else None
    if name is None and function.type == "conditional_access_expression":
        name = field(function.named_children[-1], "name")
    most = _GIVES_TEXT.get(reader.text(name), -1) if name is not None else -1
    return arguments is not None and 0 <= reader.argument_count(arguments) <= most


def _find_given_type(reader: ScopedReader, function: Node) -> Node | None:
    """The type of what a function of a library gives that is given its type: `services.GetService<T>()`."""
    last = function.named_children[-1] if function.type == "member_access_expression" else function
    if last.type != "generic_name" or simple_name(reader, last) not in _GIVERS:
        return None
    types = last.named_children[-1].named_children
    return types[0] if len(types) == 1 else None


def callee(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    """What is called, from the node of a function."""
    if node.type == "generic_name":
        name = simple_name(reader, node)
        if scope.local(name, node.start_byte) is not None:
            return reader.name(name, node.start_byte, scope)
        return ScopedPath(f"{scope.type_name}|{name}{_find_given(node)}")
    last = node.named_children[-1] if node.named_children else node
    if node.type == "member_access_expression" and last.type == "generic_name":
        receiver = field(node, "expression")
        return Decomposed(receiver, (member_step(reader, last),)) if receiver is not None else UNKNOWN
    if node.type == "conditional_access_expression" and last.type == "member_binding_expression":
        receiver, name_ = field(node, "condition"), field(last, "name")
        return (
            Decomposed(receiver, (member_step(reader, name_),))
            if receiver is not None and name_ is not None
            else UNKNOWN
        )
    return Decomposed(node)


def _element(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    array = field(node, "expression")
    return Decomposed(array, ("[]",)) if array is not None else UNKNOWN


def _await(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    return Decomposed(node.named_children[-1], ("!",)) if node.named_children else UNKNOWN


def _as(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    of = field(node, "right")
    return reader.instance(reader.type(of, scope)) if of is not None else UNKNOWN


def _binary(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    """`x ?? y` is what x is."""
    left = field(node, "left")
    return Decomposed(left) if left is not None and any(each.type == "??" for each in node.children) else UNKNOWN


def _global_name(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """`global::A`, and `x::A` of an alias."""
    alias, name = field(node, "alias"), field(node, "name")
    if alias is None or name is None:
        return UNKNOWN
    first = reader.text(alias)
    return ScopedPath(
        f"|:{simple_name(reader, name)}" if first == "global" else f"|:{first}.:{simple_name(reader, name)}"
    )


def _text(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    return ScopedPath("|:string~")


def _predefined_expression(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    return ScopedPath(f"|:{reader.text(node)}")


def _type_of(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    return ScopedPath("|:Type~")


# --- types ------------------------------------------------------------------------------------------------------------


def _type_name(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    name = simple_name(reader, node)
    if (parameter := scope.local(TYPE_PARAMETER + name, node.start_byte)) is not None:
        return reader.bound_path(parameter)
    if name == "dynamic":  # whose members are looked up while the program runs, extension methods never
        return UNKNOWN
    path = f"{scope.type_name}|:{name}"
    if node.type == "generic_name" and name in CSHARP.holders:
        return ScopedPath(path, _last_argument(reader, node, scope))
    return ScopedPath(path)


def _last_argument(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath | None:
    arguments = node.named_children[-1].named_children
    return reader.type_argument(arguments[-1], scope) if arguments else None


def _qualified(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    outer, name = field(node, "qualifier"), field(node, "name")
    if outer is None or name is None:
        return UNKNOWN
    if name.type == "generic_name" and simple_name(reader, name) in CSHARP.holders:
        place = reader.type(outer, scope)
        return ScopedPath(f"{place.path}.:{simple_name(reader, name)}", _last_argument(reader, name, scope))
    return Decomposed(outer, (f".:{simple_name(reader, name)}",))


def _predefined(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    return ScopedPath(f"|:{reader.text(node)}")


def _nullable(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    """`int?` is another type than `int`, whereas `string?` is the same as `string`."""
    of = field(node, "type")
    if of is None or simple_name(reader, of) not in CSHARP.value_types:
        return Decomposed(of) if of is not None else UNKNOWN
    place = reader.type(of, scope)
    return ScopedPath(f"{place.path}?")


def _inner_type(reader: ScopedReader, node: Node, scope: LexicalScope) -> Decomposed | ScopedPath:
    of = field(node, "type")
    return Decomposed(of) if of is not None else UNKNOWN


EXPRESSIONS: Mapping[str, Taker] = {
    "identifier": common.take_name,
    "generic_name": _generic,
    "member_access_expression": _member,
    "conditional_access_expression": _conditional_access,
    "invocation_expression": _call,
    "element_access_expression": _element,
    "object_creation_expression": common.take_instance,
    "array_creation_expression": common.take_instance,
    "default_expression": common.take_instance,
    "cast_expression": common.take_instance,
    "as_expression": _as,
    "await_expression": _await,
    "binary_expression": _binary,
    "conditional_expression": common.take_choice,
    "this": common.take_this,
    "base": common.take_super,
    "parenthesized_expression": common.take_last,
    "assignment_expression": common.take_last,
    "checked_expression": common.take_last,
    "ref_expression": common.take_last,
    "argument": common.take_last,
    "postfix_unary_expression": common.take_first,
    "with_expression": common.take_first,
    "alias_qualified_name": _global_name,
    "predefined_type": _predefined_expression,
    "integer_literal": _number,
    "real_literal": _number,
    "string_literal": _text,
    "verbatim_string_literal": _text,
    "raw_string_literal": _text,
    "interpolated_string_expression": _text,
    "typeof_expression": _type_of,
}
TYPES: Mapping[str, Taker] = {
    "identifier": _type_name,
    "generic_name": _type_name,
    "qualified_name": _qualified,
    "alias_qualified_name": _global_name,
    "predefined_type": _predefined,
    "nullable_type": _nullable,
    "ref_type": _inner_type,
    "scoped_type": _inner_type,
    "array_type": common.take_array_of,
}
