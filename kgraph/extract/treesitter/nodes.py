"""What is read off single nodes of a syntax tree, whatever the grammar.

Input: a node, or the lines of its file. Output: texts, lines, and the parts of a symbol that every language has:
signature, documentation, modifiers, parameters.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from tree_sitter import Node

from kgraph.extract.text import clean, flatten
from kgraph.extract.tool_notes import is_tool_note
from kgraph.model import Diagnostic

MAX_SIGNATURE = 400  # characters
_MAX_TYPE = 60  # characters
_TYPE_ARGUMENTS = re.compile(r"<.*>", re.DOTALL)
_MAX_COMMENT = 1000  # lines
_MAX_ATTRIBUTES = 300  # lines
_MODIFIERS = frozenset({"modifiers", "modifier", "accessibility_modifier", "visibility_modifier"})
ACCESS: Mapping[str, Literal["public", "protected", "private"]] = {
    "public": "public",
    "protected": "protected",
    "private": "private",
}
_OPENING_MARKER = re.compile(r"[ \t]*(?:/\*+!?|\*+/|\*|//+!?|#+!?) ?")  # a tab behind it may begin code, as in Go
_COMMENT = re.compile(
    r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|//[^\n]*|/\*.*?(?:\*/|\Z)""", re.DOTALL
)
_CLOSING_MARKER = re.compile(r"[ \t]*\*+/[ \t]*\Z")


def text_of(node: Node) -> str:
    """The source text of a node; bytes that are no UTF-8 are replaced."""
    return (node.text or b"").decode("utf-8", "replace")


def texts(source: bytes) -> Callable[[Node], str]:
    """The same as `text_of`, for the nodes of one tree and its whole source, at a quarter of the cost."""
    if source.isascii():
        text = source.decode()
        return lambda node: text[node.start_byte : node.end_byte]
    return lambda node: source[node.start_byte : node.end_byte].decode("utf-8", "replace")


def simple_name(spelled: str) -> str:
    """The name of a type without its package and its type arguments: "Map" of `java.util.Map<K, V>`."""
    text = _TYPE_ARGUMENTS.sub("", "".join(spelled.split()))
    return re.split(r"[.:]", text)[-1][:_MAX_TYPE]


def line_of(node: Node) -> int:
    """The first line of a node, from 1."""
    return node.start_point[0] + 1


def last_line_of(node: Node) -> int:
    """The last line of a node: one that ends with a line end ends before the first column of the next line."""
    row, column = node.end_point
    return max(row + (column > 0), line_of(node))


def diagnostics(root: Node) -> tuple[Diagnostic, ...]:
    """Where the parser was first at a loss."""
    if not root.has_error:
        return ()
    node: Node | None = root
    damaged = root
    while node is not None:
        damaged = node
        if node.is_error or node.is_missing:
            break
        node = next((child for child in node.children if child.has_error or child.is_missing), None)
    return (Diagnostic(min(line_of(damaged), last_line_of(root)), "syntax error"),)


def documentation(lines: Sequence[bytes], line: int, mark: bytes, max_gap: int = 0) -> str:
    """The comment that ends on the line above `line`, attributes apart; `mark` begins a comment of one line.

    With `max_gap`, so many empty lines may part a comment `/** ... */` from what it documents.
    """
    last = line - 2
    above = max(last - _MAX_ATTRIBUTES, -1)
    while last > above and (lines[last].lstrip().startswith((b"#[", b"@")) or _is_for_tools(lines[last], mark)):
        last -= 1
    if max_gap and last >= 0 and not lines[last].strip():
        last = _skip_gap(lines, last, max_gap)
    first = last + 1
    if last >= 0 and lines[last].rstrip().endswith(b"*/"):
        for first in range(last, max(last - _MAX_COMMENT, -1), -1):
            if b"/*" in lines[first] and not lines[first].lstrip().startswith(b"*"):  # as in `app.use('/api/*')`
                break
        if not lines[first].lstrip().startswith(b"/*"):
            return ""  # behind something else
    else:
        while first > 0 and lines[first - 1].lstrip().startswith(mark):
            first -= 1
    if first > last:
        return ""
    text = b"\n".join(lines[first : last + 1]).decode("utf-8", "replace")
    said = map(_without_markers, text.split("\n"))
    return clean(textwrap.dedent("\n".join(line for line in said if not is_tool_note(line)))).strip()


def _skip_gap(lines: Sequence[bytes], last: int, most: int) -> int:
    """The last line of the comment `/** ... */` above empty lines, below some code; else the same line again."""
    above = last
    while above > max(0, last - most) and not lines[above].strip():
        above -= 1
    if not lines[above].rstrip().endswith(b"*/"):
        return last
    for first in range(above, max(above - _MAX_COMMENT, -1), -1):
        if b"/*" in lines[first]:
            is_below_code = any(line.strip() for line in lines[max(0, first - most) : first])
            return above if is_below_code and lines[first].lstrip().startswith(b"/**") else last
    return last


def _is_for_tools(line: bytes, mark: bytes) -> bool:
    """Whether a line is a comment of its own, and a note to a tool."""
    spelled = line.strip()
    if not (spelled.startswith(mark) or (spelled.startswith(b"/*") and spelled.endswith(b"*/"))):
        return False
    return is_tool_note(_without_markers(spelled.decode("utf-8", "replace")))


def _without_markers(line: str) -> str:
    if opening := _OPENING_MARKER.match(line):
        line = line[opening.end() :]
    if "*/" in line:
        line = _CLOSING_MARKER.sub("", line)
    return line.rstrip()


def arity(parameters: Node) -> int:
    """The number of parameters in a list of them."""
    children = parameters.named_children
    return len(children) - sum(["comment" in child.type for child in children]) if children else 0


def parameter_types(parameters: Node) -> str:
    """The types of parameters as spelled, which tell overloads apart: "(int,String[])" of `(int a, String... b)`."""
    types = [flatten(spelled) for child in parameters.named_children if (spelled := _spell_type(child))]
    return flatten(f"({','.join(types)})", 300)


def _spell_type(parameter: Node) -> str:
    if parameter.type == "spread_parameter":
        of = next((each for each in parameter.named_children if each.type != "modifiers"), None)
        return f"{text_of(of)}[]" if of is not None else ""
    of = parameter.child_by_field_name("type")
    return text_of(of) if of is not None else ""


def modifiers(node: Node) -> list[str]:
    """The modifiers in front of a declaration, access included."""
    words: list[str] = []
    for child in node.named_children:
        if child.type in _MODIFIERS:
            words += [word for word in text_of(child).split() if word.isalpha()]
    return words


def signature(node: Node, body: Node | None) -> str:
    """A declaration on one line, without its body."""
    text = node.text or b""
    if body is not None:
        text = text[: body.start_byte - node.start_byte]
    return signature_of(text[: 4 * MAX_SIGNATURE])


def without_hash_comments(text: bytes, head: Node) -> bytes:
    """The beginning of the text of a node, with spaces for comments that begin with "#"."""
    if b"#" not in text:
        return text
    pending, start = [head], head.start_byte
    while pending:
        for child in pending.pop().children:
            first, last = child.start_byte - start, child.end_byte - start
            if first >= len(text):
                break
            if child.type != "comment":
                pending.append(child)
            elif text.startswith(b"#", first):
                text = text[:first] + b" " * (min(last, len(text)) - first) + text[last:]
    return text


def signature_of(head: bytes) -> str:
    """The beginning of a declaration on one line, without the comments in it."""
    text = head.decode("utf-8", "replace")
    if "//" in text or "/*" in text:
        text = _COMMENT.sub(lambda found: found[1] or " ", text)
    return flatten(text, MAX_SIGNATURE).removesuffix("=>").rstrip(" {;=")
