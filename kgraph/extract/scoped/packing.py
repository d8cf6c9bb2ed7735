"""The uses of a file, evaluated and packed.

Input: a reader that has walked its file, and the uses that it noted. Output: `UseFacts`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any, ClassVar, Protocol

from tree_sitter import Node

from kgraph.extract.scoped.scopes import LexicalScope, ScopedPath
from kgraph.model import UseFacts, UseKind
from kgraph.scoped_languages import LAMBDA, SPACE_INSIDE, ScopedLanguage

_MAX_ARGUMENTS = 2**15 - 1
_TYPE = UseKind.TYPE.value
_TYPE_KINDS = frozenset({_TYPE, UseKind.BASE.value, UseKind.CONSTRUCT.value})
_CALL = UseKind.CALL.value
_NAMING_FIELDS = ("name", "field", "property", "suffix")
_MAX_NAMED = 4  # nodes around a name
_MAX_TYPED = 8  # arguments of a call whose types are looked at


class ExpressionReader(Protocol):
    """What evaluates expressions."""

    language: ClassVar[ScopedLanguage]
    literals: ClassVar[Mapping[str, str]]
    text: Callable[[Node], str]

    def value(self, node: Node, scope: LexicalScope) -> ScopedPath:
        """What an expression is."""

    def labels(self, arguments: Node, scope: LexicalScope) -> str:
        """The labels and paths of the arguments of a call, with a space between."""

    def arguments(self, node: Node) -> list[Node]:
        """The expressions of a list of arguments, in the order of the parameters as far as that is known."""

    def argument_names(self, node: Node) -> list[str]:
        """The names of parameters that the expressions of a list of arguments are given for, "" where none is said; no
        list where none has one."""

    def argument_count(self, arguments: Node) -> int:
        """How many arguments a list of them has; -1 where that is not known."""


# A use that is evaluated when all names of the file are bound: line, kind, symbol, arguments of a call, what evaluates
# it, of which node and in which scope.
PendingUse = tuple[int, str, int, Node | None, Callable[[Any, Node, LexicalScope], ScopedPath], Node, LexicalScope]

PackedUse = tuple[int, str, int, int, str, str]  # line, kind, symbol, number of arguments, path, types of arguments


def pack_uses(reader: ExpressionReader, uses: Iterable[PendingUse], evaluated: Iterable[PackedUse] = ()) -> UseFacts:
    """Evaluate the uses of a file, whose names are bound by now, and pack those that may mean something."""
    packed = list(evaluated)
    unknown: list[str] = []
    for line, kind, symbol, arguments, evaluate, node, scope in uses:
        path = evaluate(reader, node, scope).path
        if path and path[-1] not in "~@^" and path[0] != "=":
            count, types = (-1, "") if arguments is None else _arguments(reader, arguments, scope)
            packed.append((line, kind, symbol, count, path, types))
            if kind in _TYPE_KINDS and "." in path:
                packed += [(line, _TYPE, symbol, -1, each, "") for each in _outer_types(path)]
        elif not path and kind == _CALL and (name := _find_called_name(reader, node)):
            unknown.append(name)
    unknown_names = "\n".join(unknown)
    if not packed:
        return UseFacts(unknown=unknown_names)
    packed.sort(key=itemgetter(0))
    lines, kinds, owners, counts, paths, types_ = zip(*packed, strict=True)
    return UseFacts(
        kinds="".join(kinds),
        names="\n".join(paths),
        lines=array("I", lines).tobytes(),
        owners=array("i", owners).tobytes(),
        arguments=array("h", counts).tobytes(),
        types="\n".join(types_),
        unknown=unknown_names,
    )


def _find_called_name(reader: ExpressionReader, node: Node) -> str:
    """The name of a member that is called, by the node of what is called; "" where it is no member."""
    at = _member_name(node) or (node.named_children[-1] if node.named_child_count > 1 else None)
    for _ in range(_MAX_NAMED):
        if at is None or not at.named_child_count:
            break
        at = _member_name(at) or at.named_children[-1]
    name = reader.text(at) if at is not None and not at.named_child_count else ""
    return name if name.isidentifier() else ""


def _member_name(node: Node) -> Node | None:
    """The child that names the member of a node."""
    return next((child for each in _NAMING_FIELDS if (child := node.child_by_field_name(each)) is not None), None)


def _outer_types(path: str) -> list[str]:
    """The paths of the types that one inside of them is named by: `Map` of `Map.Entry`; packages have lower case."""
    scope, _, rest = path.partition("|")
    names = rest.split(".")
    if not all(each.removeprefix(":").isidentifier() for each in names):
        return []
    ends = (at for at in range(1, len(names)) if names[at - 1].removeprefix(":")[:1].isupper())
    return [f"{scope}|{'.'.join(names[:end])}" for end in ends]


def _arguments(reader: ExpressionReader, arguments: Node, scope: LexicalScope) -> tuple[int, str]:
    """How many arguments a call has, and their types; instead of both their labels where those tell overloads apart."""
    if reader.language.has_labels:
        return -1, reader.labels(arguments, scope)
    count = min(reader.argument_count(arguments), _MAX_ARGUMENTS)
    return count, _argument_types(reader, arguments, scope) if count > 0 else ""


def _argument_types(reader: ExpressionReader, arguments: Node, scope: LexicalScope) -> str:
    """What each argument is, with a space between: the path of an expression, or "=" and the type of a literal."""
    if not reader.language.has_overloads:
        return ""
    types = []
    names = reader.argument_names(arguments)
    for at, each in enumerate(reader.arguments(arguments)[:_MAX_TYPED]):
        literal = reader.literals.get(each.type)
        path = "" if literal else reader.value(each, scope).path
        if literal == LAMBDA:
            literal = f"{LAMBDA}{_count_parameters(each)}"
        spelled = f"={literal}" if literal else path.replace(" ", SPACE_INSIDE)  # of an anonymous class
        types.append(f"{names[at]}:{spelled}" if names and names[at] else spelled)
    return " ".join(types)


def _count_parameters(function: Node) -> str:
    """How many parameters a function without a name has; "" where it says nothing of them."""
    listed = function.child_by_field_name("parameters")
    if listed is None:
        return ""
    return str(listed.named_child_count if listed.child_count else 1)  # a name without brackets has no children
