"""Python of a newer syntax than that of the Python that runs.

Input: a source that `ast.parse` refuses. Output: its syntax tree all the same. A grammar shows where newer syntax is;
there the source is rewritten at equal length, so that all lines and columns stay, and parsed by `ast` again, which
remains the judge of everything else. The nodes that a newer Python makes are put in afterwards.

    def f[T](x: T): ...       def f(   x: T): ...         3.12; with defaults of type parameters, 3.13
    type X = int              0;   X = int                3.12
    f"{x["key"]} of {y}"      ( x["key"],    y,)          3.12
    except A, B:              except A| B:                3.14
    t"{x}"                    ( x,)                       3.14
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from kgraph.extract.python.newer_nodes import NewerNodes, TemplateString, TypeParameter
from kgraph.extract.python.source import parse
from kgraph.extract.treesitter.walk import parser

# Without any of these there is nothing newer in a source. Each begins with what is rare, and looks at one line.
_NEWER = re.compile(
    r"\b(?:def|class)[ \t]+\w+[ \t]*\[|\btype[ \t\\]+\w|\bexcept\b[^:\n]*,|(?<!\w)(?:[fFtT][rR]?|[rR][fFtT])[\"']"
)
_STRING = rb"\"(?:[^\"\\\n]|\\.)*+\"|'(?:[^'\\\n]|\\.)*+'"
_PARTS = re.compile(rb"[(\[{]|[)\]}]|,|" + _STRING, re.DOTALL)
_STRINGS_AND_COMMENTS = re.compile(_STRING + rb"|#[^\n]*", re.DOTALL)
_STARRED_DEFAULT = re.compile(rb"^(\w+\s*=\s*)\*")
_OPENING, _CLOSING = (b"(", b"[", b"{"), (b")", b"]", b"}")
_PARAMETER = b"def _("
_OPERATIONS = frozenset(
    {
        *("binary_operator", "boolean_operator", "comparison_operator", "conditional_expression", "lambda"),
        *("named_expression", "not_operator", "as_pattern", "list_splat"),
    }
)
_NOT_NEWLINE = re.compile(rb"[^\n]")
_MAX_TRIED = 4  # times the length of a source, of f-strings that are tried alone


@dataclass(frozen=True, slots=True)
class ReadSource:
    """A syntax tree, and what was found out on the way."""

    tree: ast.Module
    line: int = 0  # of the first that is newer than the running Python; 0 if there is none
    version: tuple[int, int] = (0, 0)  # of the Python that has all that was rewritten


def parse_any(source: str) -> ReadSource:
    """The syntax tree of a source, of a newer syntax too; raises what Python's parser raises of the source as it is."""
    try:
        return ReadSource(parse(source))
    except SyntaxError as error:
        refused = error
    if not _NEWER.search(source) or "\0" in source:
        raise refused
    rewriting = rewrite(source)
    if rewriting is None or not rewriting.first_line:
        raise refused
    try:
        tree = parse(rewriting.text())
    except SyntaxError as error:
        needed = "{}.{}".format(*rewriting.version)
        message = f"{error.msg}; other lines are of Python {needed} or newer, and {_running()} reads the file"
        raise SyntaxError(message, ("", error.lineno, error.offset, error.text)) from refused
    rewriting.nodes.put_into(tree)
    return ReadSource(tree, rewriting.first_line, rewriting.version)


def note(read: ReadSource) -> str:
    """The diagnostics of a file that was read so."""
    return f"syntax of Python {read.version[0]}.{read.version[1]}, read with a grammar by {_running()}"


def _running() -> str:
    return f"Python {sys.version_info[0]}.{sys.version_info[1]}"


def rewrite(source: str) -> Rewriting | None:
    """A source in which newer syntax is rewritten; None where there is no grammar."""
    grammar = parser("tree_sitter_python")
    if grammar is None:
        return None
    content = source.encode("utf-8", "replace")
    rewriting = Rewriting(content)
    rewriting.read(grammar.parse(content).root_node)
    return rewriting


class Rewriting:
    """Rewrites one source."""

    def __init__(self, content: bytes) -> None:
        self.nodes = NewerNodes()
        self.first_line = 0
        self.version = (0, 0)
        self._content = content
        self._rewritten = bytearray(content)
        self._left_to_try = _MAX_TRIED * len(content)

    def text(self) -> str:
        """The rewritten source."""
        return self._rewritten.decode("utf-8", "replace")

    def read(self, root: Node) -> None:
        """Find and rewrite all that is newer."""
        pending = [root]
        while pending:
            node = pending.pop()
            handler = _HANDLERS.get(node.type)
            if handler is None:
                pending += node.children
            else:
                pending += handler(self, node)

    def _record(self, node: Node, minor: int) -> None:
        line = node.start_point[0] + 1
        self.first_line = min(self.first_line, line) if self.first_line else line
        self.version = max(self.version, (3, minor))

    def _blank(self, start: int, end: int) -> None:
        self._rewritten[start:end] = _NOT_NEWLINE.sub(b" ", self._content[start:end])

    def _definition(self, node: Node) -> list[Node]:
        """`def f[T]` and `class C[T]`."""
        parameters = node.child_by_field_name("type_parameters")
        if parameters is not None and self._type_parameters(node, parameters):
            # Lines end in parentheses alone: what comes next opens them sooner, if there is something.
            opening = node.child_by_field_name("parameters") or node.child_by_field_name("superclasses")
            self._rewritten[parameters.start_byte] = ord("(")
            closing = parameters.end_byte - 1 if opening is None else opening.start_byte
            self._rewritten[closing] = ord(")" if opening is None else " ")
        return [each for each in node.children if each != parameters]

    def _type_parameters(self, of: Node, node: Node) -> bool:
        """Blank type parameters in brackets; whether they are some."""
        try:
            found = list(_parameters(self._content, node))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            found = []  # and so the source remains one that Python refuses
        if found:
            self.nodes.type_parameters[_place(of)] = found
            self._record(node, 13 if any(each.default_value for each in found) else 12)
            self._blank(node.start_byte, node.end_byte)
        return bool(found)

    def _alias(self, node: Node) -> list[Node]:
        """`type X[T] = ...`."""
        name, value = node.child_by_field_name("left"), node.child_by_field_name("right")
        parameters = None
        while name is not None and name.type in ("type", "generic_type"):
            parameters = name.children[1] if name.child_count > 1 else parameters
            name = name.children[0] if name.children else None
        if name is None or name.type != "identifier" or value is None or node.children[0].type != "type":
            return node.children
        self._record(node, 12)
        self.nodes.aliases[_place(node)] = _place(name)
        self._rewritten[node.start_byte : node.start_byte + 4] = b"0;  "
        if parameters is not None and self._type_parameters(node, parameters):
            self._rewritten[name.start_byte - 1] = ord("(")  # for the ends of lines
            self._rewritten[parameters.end_byte - 1] = ord(")")
        return [value]

    def _except(self, node: Node) -> list[Node]:
        """`except A, B:`, without parentheses."""
        caught = node.children_by_field_name("value")
        commas = [each for each in node.children if each.type == ","]
        if commas and len(caught) == len(commas) + 1 and not any(each.type in _OPERATIONS for each in caught):
            self._record(node, 14)
            self.nodes.caught[_place(caught[0])] = len(commas)
            for comma in commas:
                self._rewritten[comma.start_byte : comma.end_byte] = b"|"
        return node.children

    def _string(self, node: Node) -> list[Node]:
        """f-strings that this Python refuses, and t-strings."""
        strings = [each for each in node.children if each.type == "string"] if node.type[0] == "c" else [node]
        prefixes = [_prefix(each) for each in strings]
        is_template = any("t" in prefix for prefix in prefixes)
        if not is_template and not any("f" in prefix for prefix in prefixes):
            return []
        if (is_template and sys.version_info >= (3, 14)) or not (is_template or self._is_refused(node)):
            return []
        self._record(node, 14 if is_template else 12)
        self.nodes.strings[_place(node)] = TemplateString if is_template else ast.JoinedStr
        self._blank(node.start_byte, node.end_byte)
        self._rewritten[node.start_byte] = ord("(")
        self._rewritten[node.end_byte - 1] = ord(")")
        return [kept for each in strings for kept in self._interpolations(each)]

    def _is_refused(self, node: Node) -> bool:
        text = self._content[node.start_byte : node.end_byte]
        self._left_to_try -= len(text)
        if self._left_to_try < 0:
            return False
        try:
            parse(f"({text.decode('utf-8', 'replace')}\n)")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return True
        return False

    def _interpolations(self, string: Node) -> Iterator[Node]:
        """What stands in the braces of a string, put back with a comma behind each."""
        pending = [*reversed(string.children)]
        while pending:
            node = pending.pop()
            if node.type not in ("interpolation", "format_expression"):
                pending += reversed(node.children)
                continue
            inside = node.child_by_field_name("expression")
            if inside is None:
                continue
            start, end = inside.start_byte, inside.end_byte
            self._rewritten[start:end] = self._content[start:end]
            while self._content[end] == ord("\n"):
                end += 1
            self._rewritten[end] = ord(",")
            conversion = node.child_by_field_name("type_conversion")
            specifier = node.child_by_field_name("format_specifier")
            if conversion is not None:
                self.nodes.conversions[_place(inside)] = self._content[conversion.end_byte - 1]
            elif specifier is None and any(each.type == "=" for each in node.children):
                self.nodes.conversions[_place(inside)] = ord("r")
            if specifier is not None:
                pending.append(specifier)
            yield inside


_HANDLERS: dict[str, Callable[[Rewriting, Node], list[Node]]] = {
    "function_definition": Rewriting._definition,
    "class_definition": Rewriting._definition,
    "type_alias_statement": Rewriting._alias,
    "except_clause": Rewriting._except,
    "string": Rewriting._string,
    "concatenated_string": Rewriting._string,
}


def _place(node: Node) -> tuple[int, int]:
    return node.start_point[0] + 1, node.start_point[1]


def _prefix(string: Node) -> str:
    """The letters in front of a string, in lower case."""
    start = string.children[0] if string.children else None
    text = start.text if start is not None and start.type == "string_start" else None
    return (text or b"").decode("ascii", "replace").strip("\"'").lower()


def _parameters(content: bytes, node: Node) -> Iterator[TypeParameter]:
    """The type parameters in brackets, each parsed as the parameter of a function."""
    text = _STRINGS_AND_COMMENTS.sub(_without_comment, content[node.start_byte : node.end_byte])
    if text[:1] != b"[" or text[-1:] != b"]":
        raise SyntaxError("no brackets")
    (row, column), last = node.start_point, len(text) - 1
    depth, at, counted = 0, 1, 0
    for match in (*_PARTS.finditer(text, 1, last), None):
        mark = b"," if match is None else match[0]
        depth += (mark in _OPENING) - (mark in _CLOSING)
        if mark == b"," and not depth:
            stop = last if match is None else match.start()
            piece = text[at:stop]
            if match is None and not piece.strip():  # behind a comma
                return
            at += len(piece) - len(piece.lstrip())
            row += text.count(b"\n", counted, at)
            counted = at
            line = text.rfind(b"\n", 0, at)
            yield _parameter(piece.strip(), row, at + column if line < 0 else at - line - 1)
            at = stop + 1


def _without_comment(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0]) if match[0][:1] == b"#" else match[0]


def _parameter(text: bytes, row: int, column: int) -> TypeParameter:
    """A type parameter that begins in a row and column, both from 0."""
    stars = len(text) - len(text.lstrip(b"*"))
    text = _STARRED_DEFAULT.sub(rb"\1 ", text[stars:])
    function = parse((_PARAMETER + text + b"): 0").decode("utf-8", "replace")).body[0]
    arguments = function.args if isinstance(function, ast.FunctionDef) else None
    if stars > 2 or arguments is None or len(arguments.args) != 1 or len(list(ast.iter_child_nodes(arguments))) > 2:
        raise SyntaxError("no type parameter")
    for each in ast.walk(arguments):
        if isinstance(each, ast.expr | ast.arg):
            _move(each, row, column + stars - len(_PARAMETER))
    named = arguments.args[0]
    parameter = TypeParameter()
    parameter.name, parameter.bound = named.arg, named.annotation
    parameter.default_value = arguments.defaults[0] if arguments.defaults else None
    last = parameter.default_value or named
    parameter.lineno, parameter.col_offset = named.lineno, named.col_offset - stars
    parameter.end_lineno, parameter.end_col_offset = last.end_lineno, last.end_col_offset
    return parameter


def _move(node: ast.expr | ast.arg, rows: int, columns: int) -> None:
    """A node to where its text stands: what is on the first line, to the right."""
    if node.lineno == 1:
        node.col_offset += columns
    if node.end_lineno == 1 and node.end_col_offset is not None:
        node.end_col_offset += columns
    node.lineno += rows
    node.end_lineno = (node.end_lineno or 1) + rows
