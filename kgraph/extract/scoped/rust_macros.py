"""Uses among the arguments of macros, which are tokens to the grammar: `matches!(kind, Kind::Piped)`.

Input: the node of a macro's invocation. Output: uses noted by the reader. A path names the same whether it stands in a
pattern or in an expression. A name by itself is looked up only where it is called or begins with a capital: all others
may be words of the macro's own, or names that it binds.

Arguments of `assert_eq!`, `format!` and the like are expressions, so the grammar is given a blank for the "!".

Of the body of a macro, which is code that stands elsewhere, only the methods are noted that it calls on whatever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from kgraph.extract.scoped.reader import CALL, READ, TYPE, Callee, ScopedReader
from kgraph.extract.scoped.rust_expressions import method_of
from kgraph.extract.scoped.rust_item_macros import TEMPLATES
from kgraph.extract.scoped.scopes import MAX_STEPS, UNKNOWN, LexicalScope, ScopedPath
from kgraph.extract.treesitter.nodes import line_of

_NAMES = frozenset({"identifier", "self", "super", "crate"})
_JOINS = (".", "::")
# What stands before a name that is declared, is part of something else, or is no name of Rust's.
_BEFORE = frozenset(
    {*_JOINS, "$", "#", "'", "@", "const", "enum", "fn", "let", "mod", "mut", "ref", "static", "struct"}
)
_TREES = ("token_tree", "token_repetition")
_MAX_TOKENS = 20_000  # of one macro

_MACRO_MARK = re.compile(rb"!(?=\s?[(\[])")
_EXPRESSION_MACROS = frozenset(
    (
        *(b"assert", b"assert_eq", b"assert_ne", b"debug_assert", b"debug_assert_eq", b"debug_assert_ne", b"print"),
        *(b"println", b"eprint", b"eprintln", b"format", b"format_args", b"write", b"writeln", b"panic", b"todo"),
        *(b"unreachable", b"unimplemented", b"trace", b"debug", b"info", b"warn", b"error", b"bail", b"ensure"),
        *(b"anyhow", b"dbg"),
    )
)
# What no expression begins with: `error!(target: "x", ...)`, `info!(%name)`.
_NO_EXPRESSION = re.compile(rb"!\s?\(\s*(?:\w+\s*:[^:]|[%?])")
_WORD_BEFORE = re.compile(rb"\w*\Z")
_MAX_MACRO = 16  # characters of a name

_Chain = list[tuple[str, Node]]  # names and what joins them, each with its node: "" of the first, ".", "::", "()"


def prepare(content: bytes) -> bytes:
    """The file with blanks for the marks of macros whose arguments are expressions."""
    text = bytearray(content)
    for mark in _MACRO_MARK.finditer(content):
        at = mark.start()
        word = _WORD_BEFORE.search(content[max(at - _MAX_MACRO, 0) : at])
        name = word[0] if word is not None else b""
        if name == b"vec" and content[at + 1 : at + 3].lstrip()[:1] == b"[":
            text[at - 3 : at + 1] = b"    "
        elif name in _EXPRESSION_MACROS and content[at + 1 : at + 3].lstrip()[:1] == b"(":
            if _NO_EXPRESSION.match(content, at):
                continue
            text[at : at + 1] = b" "
    return bytes(text)


def note_tokens(reader: ScopedReader, invocation: Node, name: str, scope: LexicalScope) -> None:
    """Note what the arguments of a macro use."""
    pending = [] if name in TEMPLATES else [each for each in invocation.children if each.type == "token_tree"]
    seen = 0
    while pending and seen < _MAX_TOKENS:
        tokens = pending.pop().children
        seen += len(tokens)
        pending += [each for each in tokens if each.type == "token_tree"]
        for chain in _chains(tokens):
            _note(reader, chain, scope)
        _note_methods(reader, tokens, scope)


def note_body(reader: ScopedReader, definition: Node, scope: LexicalScope) -> None:
    """Note the methods that the body of a macro calls."""
    rules = [each for each in definition.named_children if each.type == "macro_rule"]
    pending = [right for each in rules if (right := each.child_by_field_name("right")) is not None]
    seen = 0
    while pending and seen < _MAX_TOKENS:
        tokens = pending.pop().children
        seen += len(tokens)
        pending += [each for each in tokens if each.type in _TREES]
        _note_methods(reader, tokens, scope, before=(*_TREES, *_NAMES, "metavariable", "await", "?"))


def _note_methods(
    reader: ScopedReader, tokens: list[Node], scope: LexicalScope, before: tuple[str, ...] = _TREES
) -> None:
    """Methods that are called on what some sorts of tokens end: `(a, b).method()`."""
    for of, dot, name, arguments in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        if dot.type == "." and name.type == "identifier" and of.type in before and _is_list(arguments):
            use = (line_of(name), CALL, scope.symbol, None, _find_untyped_method, name, scope)
            reader.uses_later(use)


def _find_untyped_method(reader: ScopedReader, name: Node, scope: LexicalScope) -> ScopedPath:
    return method_of(UNKNOWN, reader.text(name), scope)


def _is_list(token: Node) -> bool:
    return token.type == "token_tree" and token.children[0].type == "("


def _chains(tokens: list[Node]) -> Iterator[_Chain]:
    kinds = [token.type for token in tokens]
    at = 0
    while at < len(tokens):
        if kinds[at] not in _NAMES or (at and kinds[at - 1] in _BEFORE):
            at += 1
            continue
        chain: _Chain = [("", tokens[at])]
        at += 1
        while at < len(tokens) and len(chain) < MAX_STEPS:
            if _is_list(tokens[at]):
                chain.append(("()", tokens[at]))
                at += 1
            elif kinds[at] in _JOINS and kinds[at + 1 : at + 2] == ["identifier"]:
                chain.append((kinds[at], tokens[at + 1]))
                at += 2
            else:
                break
        if kinds[at : at + 1] == ["->"] and chain[-1][0] == "()":  # `recv(r) -> x` of `select!`, no call
            chain.pop()
        if kinds[at : at + 1] != ["!"]:  # a macro in a macro
            yield chain


def _note(reader: ScopedReader, chain: _Chain, scope: LexicalScope) -> None:
    for at, (joined, node) in enumerate(chain):
        behind = chain[at + 1][0] if at + 1 < len(chain) else ""
        is_type = reader.text(node)[:1].isupper()
        if joined == "()" or node.type != "identifier":
            continue
        if behind == "::" and is_type:
            kind = TYPE
        elif behind == "()" and not is_type:
            kind = CALL
        elif behind != "::" and (joined or is_type):
            kind = READ
        else:
            continue
        use = (line_of(node), kind, scope.symbol, None, _evaluate_to(chain[: at + 1], kind), node, scope)
        reader.uses_later(use)


def _evaluate_to(chain: _Chain, kind: str) -> Callee:
    def evaluate(reader: ScopedReader, _: Node, scope: LexicalScope) -> ScopedPath:
        first, *others = chain
        is_path = bool(others) and others[0][0] == "::"
        place = _first(reader, first[1], scope, is_path=is_path)
        for joined, node in others:
            if not place.path and joined == "." and node == others[-1][1] and kind == CALL:
                return method_of(place, reader.text(node), scope)
            place = reader.step(place, "()" if joined == "()" else f".{reader.text(node)}")
        return place

    return evaluate


def _first(reader: ScopedReader, node: Node, scope: LexicalScope, *, is_path: bool) -> ScopedPath:
    name = reader.text(node)
    if name == "self" and not is_path:
        return ScopedPath(f"{scope.type_name}|@")
    if node.type != "identifier" or name == "Self":
        return ScopedPath(f"{scope.type_name}|{name}")
    bound = scope.local(name, node.start_byte)
    if is_path and not name[:1].isupper() and not (bound is not None and isinstance(bound.value, ScopedPath)):
        return ScopedPath(f"{scope.type_name}|{name}")  # a module, not a variable of that name
    return reader.name(name, node.start_byte, scope)
