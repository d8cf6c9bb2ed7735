"""One walk over the trees of every tree-sitter grammar.

Input: the bytes of a file, and how declarations look in its language. Output: the file's facts.

Grammars agree enough on the fields `name`, `body` and `parameters` that one walk serves all. It goes through the nodes
that it is asked to enter, and never into function bodies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from tree_sitter import Language, Node, Parser

from kgraph.extract.config.named_uses import NamedUse, pack
from kgraph.extract.text import count_lines, flatten
from kgraph.extract.treesitter.nodes import (
    ACCESS,
    arity,
    diagnostics,
    documentation,
    last_line_of,
    line_of,
    modifiers,
    signature,
    text_of,
)
from kgraph.model import FileFacts, Kind, LinkFact, NameBindingFact, SymbolFact

_RECIPE = "recipe"  # of a target of make: what is run for it
_LONG_SCOPE = 2000  # characters; what is nested deeper is no source that people wrote
_TYPES = frozenset({Kind.CLASS, Kind.STRUCT, Kind.UNION, Kind.ENUM})
_CALLABLE = frozenset({Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR})
_MEMBERS = {Kind.FUNCTION: Kind.METHOD, Kind.VARIABLE: Kind.FIELD}
# Statements that declare several names: what is said about each stands in front of the first.
_CARRIERS = frozenset({"property_declaration"})


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the declarations of one language look."""

    module: str
    kinds: Mapping[str, Kind]  # node type -> what it declares, by the name in its field `name`
    enter: frozenset[str]  # node types that hold declarations and are none
    function: str = "language"
    comment: bytes = b"//"  # what starts a comment that ends with its line
    special: Callable[[TreeWalk, Node, EnclosingNode], bool] | None = None  # true where it has dealt with a node
    finish: Callable[[TreeWalk, Node, bytes], None] | None = None  # once all declarations of a file are known
    prepare: Callable[[bytes], bytes] | None = None  # blanks what the grammar does not know; no byte moves


@dataclass(frozen=True, slots=True)
class EnclosingNode:
    """What encloses the nodes that are walked."""

    scope: str = ""
    symbol: int = -1
    kind: Kind | None = None


@cache
def parser(module: str, function: str = "language") -> Parser | None:
    """A parser of an installed grammar; None where it is not installed."""
    try:
        return Parser(Language(getattr(import_module(module), function)()))
    except (ImportError, AttributeError, ValueError):  # not there, or made for another tree-sitter
        return None


class TreeWalk:
    """One walk over one file."""

    def __init__(self, grammar: Grammar, content: bytes) -> None:
        self._grammar = grammar
        self._lines = content.split(b"\n")
        self._head: Node | None = None  # the statement that carries the node in hand
        self._first_symbols: dict[tuple[str, str], int] = {}  # first symbol of a scope and name
        self.symbols: list[SymbolFact] = []
        self.links: list[LinkFact] = []
        self.uses: list[NamedUse] = []
        self.holdings: list[NameBindingFact] = []

    def run(self, root: Node) -> None:
        # Parents and siblings are passed down: tree-sitter finds them again from the root each time they are asked for.
        pending: list[tuple[Node, EnclosingNode, Node | None]] = [(root, EnclosingNode(), None)]
        while pending:
            node, enclosing, head = pending.pop()
            if node.type == "ERROR" or node is root or node.type in self._grammar.enter:
                inner: EnclosingNode | None = enclosing
            else:
                self._head = head
                inner = self._declaration(node, enclosing)
            if inner is not None:
                carrier = (head or node) if node.type in _CARRIERS else None
                pending.extend((child, inner, carrier) for child in reversed(node.named_children))

    def find(self, scope: str, name: str) -> int:
        """The symbol of that name, or -1."""
        return self._first_symbols.get((scope, name), -1)

    def begins_line(self, node: Node) -> bool:
        """Whether nothing stands in front of a node on its line."""
        row, column = node.start_point
        return not self._lines[row][:column].strip()

    def _declaration(self, node: Node, enclosing: EnclosingNode) -> EnclosingNode | None:
        """The place inside of a node, or None where there is nothing to look for."""
        grammar = self._grammar
        if grammar.special and grammar.special(self, node, enclosing):
            return None
        kind = grammar.kinds.get(node.type)
        if kind is None:
            return None
        inner = None
        for name in node.children_by_field_name("name"):
            if name.is_named:
                inner = self.add(kind, text_of(name), node, enclosing)
        return None if kind in _CALLABLE else inner

    def add(self, kind: Kind, name: str, node: Node, enclosing: EnclosingNode) -> EnclosingNode | None:
        """Note a declaration; gives the place inside of it."""
        name = flatten(name, 200)
        if enclosing.kind in _TYPES:
            kind = _MEMBERS.get(kind, kind)
        if not name or (kind == Kind.VARIABLE and self.find(enclosing.scope, name) >= 0):
            return None
        self._first_symbols.setdefault((enclosing.scope, name), len(self.symbols))
        head = self._head or node
        body = node.child_by_field_name("body") or next((n for n in node.named_children if n.type == _RECIPE), None)
        parameters = node.child_by_field_name("parameters")
        words = modifiers(head)
        self.symbols.append(
            SymbolFact(
                kind,
                name,
                line_of(node),
                last_line_of(node),
                scope=enclosing.scope,
                parent=enclosing.symbol,
                arity=arity(parameters) if parameters is not None else -1,
                local=True,
                access=next((ACCESS[word] for word in words if word in ACCESS), ""),
                signature=signature(head, body),
                doc=documentation(self._lines, line_of(head), self._grammar.comment),
                modifiers=tuple(word for word in words if word not in ACCESS),
            )
        )
        scope = f"{enclosing.scope}.{name}" if enclosing.scope else name
        if len(scope) > _LONG_SCOPE:
            return None
        return EnclosingNode(scope, len(self.symbols) - 1, kind)


def read(grammar: Grammar, content: bytes) -> FileFacts | None:
    parse = parser(grammar.module, grammar.function)
    if parse is None:
        return None
    root = parse.parse(grammar.prepare(content) if grammar.prepare else content).root_node
    walk = TreeWalk(grammar, content)
    walk.run(root)
    if grammar.finish:
        grammar.finish(walk, root, content)
    return FileFacts(
        count_lines(content),
        "syntax",
        symbols=tuple(walk.symbols),
        links=tuple(walk.links),
        diagnostics=diagnostics(root),
        uses=pack(sorted(walk.uses, key=lambda use: use.line)),
        holdings=tuple(walk.holdings),
    )
