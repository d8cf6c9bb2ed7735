"""What the hooks of React and Preact give: a state, a memoized value, a reference, a context.

Input: the node of a call, and the reader of its file. Output: what it gives; None where it is no such hook.
"""

from __future__ import annotations

from tree_sitter import Node

from kgraph.extract.scoped.javascript_types import DocumentedTypeReader
from kgraph.extract.scoped.reader import field
from kgraph.extract.scoped.scopes import UNKNOWN, LexicalScope, ScopedPath

_MODULES = frozenset({"preact", "preact/compat", "preact/hooks", "react"})
_HOOKS = frozenset({"createContext", "useContext", "useMemo", "useRef", "useState"})
_MADE = frozenset({"call_expression", "new_expression"})


def take_hook(reader: DocumentedTypeReader, node: Node, scope: LexicalScope) -> ScopedPath | None:
    """What a call of a hook gives."""
    called, arguments = field(node, "function"), field(node, "arguments")
    if called is None or arguments is None:
        return None
    name = field(called, "property") if called.type == "member_expression" else called
    hook = reader.text(name) if name is not None else ""
    if hook not in _HOOKS or not _is_of_react(reader, called, scope):
        return None
    given = arguments.named_children[0] if arguments.named_children else None
    if hook == "useContext":
        return reader.step(reader.value(given, scope), "[]") if given is not None else UNKNOWN
    inner = _find_declared(reader, node, scope)
    if inner is None:
        inner = UNKNOWN if given is None or hook == "createContext" else _find_made(reader, given, scope)
    if hook == "useMemo" or not inner.path:
        return inner if hook == "useMemo" else UNKNOWN
    return ScopedPath("", parts=((".current", inner),)) if hook == "useRef" else ScopedPath("", inner)


def _is_of_react(reader: DocumentedTypeReader, called: Node, scope: LexicalScope) -> bool:
    """Whether the name that a call begins with is imported from React."""
    first = field(called, "object") if called.type == "member_expression" else called
    if first is None or first.type != "identifier":
        return False
    name = reader.text(first)
    return scope.local(name, first.start_byte) is None and reader.module_imported_as(name) in _MODULES


def _find_declared(reader: DocumentedTypeReader, node: Node, scope: LexicalScope) -> ScopedPath | None:
    """An instance of the type that a hook is given: `T` of `useState<T | undefined>()`."""
    types = field(node, "type_arguments")
    if types is None or len(types.named_children) != 1:
        return None
    return reader.instance(reader.type(types.named_children[0], scope))


def _find_made(reader: DocumentedTypeReader, given: Node, scope: LexicalScope) -> ScopedPath:
    """What a hook is given first: a value, or a function that makes it and takes nothing."""
    if given.type != "arrow_function":
        return reader.value(given, scope)
    body, parameters = field(given, "body"), field(given, "parameters")
    if body is not None and body.type == "statement_block" and len(body.named_children) == 1:
        statement = body.named_children[0]
        is_return = statement.type == "return_statement" and statement.named_children
        body = statement.named_children[0] if is_return else None
    is_made = body is not None and body.type in _MADE and parameters is not None and not parameters.named_children
    return reader.value(body, scope) if body is not None and is_made else UNKNOWN
