"""What `if`, `match` and blocks of Rust give: `let canvas = match c { 'x' => Canvas::new(), _ => unreachable!() };`.

Input: the node of such an expression. Output: the path of what all of its branches end in, unknown where they differ. A
branch that leaves does not count. A name that a branch ends in is one that its own block binds by `let`, or unknown: it
may be bound by a pattern.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from kgraph.extract.scoped.reader import ScopedReader, field
from kgraph.extract.scoped.scopes import UNKNOWN, BoundValue, ExpressionValue, LexicalScope, ScopedPath, TypedValue

_MAX_BRANCHES = 60
_LEAVES = frozenset({"return_expression", "break_expression", "continue_expression"})
_LEAVING_MACROS = frozenset({"panic", "unreachable", "todo", "unimplemented"})
_COMMENTS = frozenset({"line_comment", "block_comment"})


def take_branches(reader: ScopedReader, node: Node, scope: LexicalScope) -> ScopedPath:
    """What an `if`, a `match` or a block is."""
    found: list[ScopedPath] = []
    for number, end in enumerate(_ends(reader, node, scope)):
        if end is None or number >= _MAX_BRANCHES:
            return UNKNOWN
        place = reader.path_of_value(end)
        if place == UNKNOWN or (found and place != found[0]):
            return UNKNOWN
        found.append(place)
    return found[0] if found else UNKNOWN


def _ends(reader: ScopedReader, node: Node, scope: LexicalScope) -> Iterator[BoundValue | None]:
    """What each branch ends in; None for one that ends in nothing, or in what is not known."""
    pending: list[Node | None] = [node]
    while pending:
        here = pending.pop()
        if here is None or here.type == "identifier":
            yield None
            continue
        match here.type:
            case "if_expression":
                otherwise = field(here, "alternative")  # an `else_clause`
                pending += [otherwise.named_children[-1] if otherwise is not None else None, field(here, "consequence")]
            case "match_expression":
                body = field(here, "body")
                arms = [each for each in body.named_children if each.type == "match_arm"] if body is not None else []
                pending += [field(each, "value") for each in reversed(arms)] or [None]
            case "block":
                tail = _tail(here)
                if tail is not None and tail.type == "identifier":
                    yield _find_bound(reader, here, reader.text(tail), scope)
                else:
                    pending.append(tail)
            case "unsafe_block":
                pending.append(here.named_children[-1] if here.named_children else None)
            case _ if not _leaves(reader, here):
                yield ExpressionValue(here, scope)


def _tail(block: Node) -> Node | None:
    """The expression that a block ends in, without a semicolon."""
    last = next((each for each in reversed(block.named_children) if each.type not in _COMMENTS), None)
    if last is None or last.type in ("let_declaration", "empty_statement") or last.type.endswith("_item"):
        return None
    if last.type == "expression_statement":
        inner = last.named_children[0] if last.named_children else None
        ends_here = inner is not None and inner.end_byte == last.end_byte
        return inner if ends_here or (inner is not None and inner.type in _LEAVES) else None
    return last


def _find_bound(reader: ScopedReader, block: Node, name: str, scope: LexicalScope) -> BoundValue | None:
    """What a block's own `let` gives to a name."""
    for each in reversed(block.named_children):
        pattern = field(each, "pattern") if each.type == "let_declaration" else None
        if pattern is not None and pattern.type == "identifier" and reader.text(pattern) == name:
            of, value = field(each, "type"), field(each, "value")
            if of is not None:
                return TypedValue(of, scope)
            return None if value is None or value.type == "identifier" else ExpressionValue(value, scope)
    return None


def _leaves(reader: ScopedReader, node: Node) -> bool:
    """Whether an expression gives nothing, for what follows it does not run."""
    if node.type in _LEAVES:
        return True
    is_call = node.type == "call_expression"
    name = field(node, "function" if is_call else "macro")
    arguments = field(node, "arguments") if is_call else None
    if name is None or (arguments is not None and arguments.start_byte == name.end_byte):  # no blank for a "!"
        return False
    return reader.text(name).rpartition("::")[2] in _LEAVING_MACROS
