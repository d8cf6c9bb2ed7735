"""What the words around a declared name say.

Input: declarator nodes, and the code in front of and behind a name. Output: which node holds the name, whether it is a
function, and the modifiers, qualifiers and bases that were spelled.

On purpose modifiers are read from text, not from nodes: `__global__` and the like were blanked before the parse, and
most heads of a code base are spelled alike, so that a cache answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tree_sitter import Node

from kgraph.extract.cpp.lexicon import words
from kgraph.extract.cpp.normalize_names import flatten
from kgraph.extract.text import clean

Access = Literal["", "public", "protected", "private"]

_NAMES = words(
    """
    identifier field_identifier type_identifier qualified_identifier destructor_name
    template_function template_method template_type namespace_identifier primitive_type structured_binding_declarator
    sized_type_specifier dependent_name
    """
)
_OPERATOR_WORDS = words("new delete co_await")
_POINTERS = words("pointer_declarator reference_declarator array_declarator pointer_type_declarator")

_MODIFIER = re.compile(
    rb"\b(?:static|virtual|inline|constexpr|consteval|constinit|explicit|friend|extern|mutable|thread_local|"
    rb"__global__|__device__|__host__|__shared__|__constant__|_Thread_local|__thread|__inline|__inline__|"
    rb"__forceinline|__forceinline__)\b"
)
_SAME_MODIFIER = {
    "_Thread_local": "thread_local",
    "__thread": "thread_local",
    "__inline": "inline",
    "__inline__": "inline",
    "__forceinline": "inline",
    "__forceinline__": "inline",
}
_QUALIFIERS = re.compile(rb"\s*+((?:\bconst\b|\bvolatile\b|&&?|\s)*+)")
_TAIL = re.compile(rb"\b(override|final|noexcept)\b|=\s*+(default|delete|0)\b")
_CONST = re.compile(rb"\bconst\b")
_PAREN = re.compile(rb"[()]")


@dataclass(frozen=True, slots=True)
class FunctionSuffix:
    """What stands behind the parameters of a function."""

    qualifiers: str  # " const &&"
    modifiers: tuple[str, ...]
    definition: bool  # `= default` and `= delete` define


@lru_cache(maxsize=4096)
def read_tail(text: bytes) -> FunctionSuffix:
    match = _QUALIFIERS.match(text)
    qualifiers = "".join(f" {word.decode()}" for word in match[1].split()) if match else ""
    modifiers: list[str] = []
    for found in _TAIL.finditer(text):
        word = (found[1] or found[2]).decode()
        modifiers.append("pure" if word == "0" else word)
    return FunctionSuffix(qualifiers, tuple(dict.fromkeys(modifiers)), "default" in modifiers or "delete" in modifiers)


@lru_cache(maxsize=8192)
def read_modifiers(head: bytes, is_template: bool, is_friend: bool) -> tuple[str, ...]:
    """The modifiers in front of a name, each once, in order."""
    found = [match.decode() for match in _MODIFIER.findall(head)]
    names = ["template"] if is_template else []
    if is_friend:
        names.append("friend")
    names += [_SAME_MODIFIER.get(name, name) for name in found]
    return tuple(dict.fromkeys(names))


class DeclarationPrefixes:
    """What stands in front of each name of a declaration. The names of one are asked for in order, and what is known of
    one holds for the next: between them, each text is read once."""

    def __init__(self, content: bytes, code: bytes) -> None:
        self._content = content
        self._code = code
        self._modifiers: tuple[object, int, tuple[str, ...]] = (None, 0, ())
        self._constant = (-1, 0, False)
        self._body = (0, 0)

    def leave_out(self, start: int, end: int) -> None:
        """The body of a type that a declaration defines: `struct { static int a; } b;` makes no static `b`."""
        self._body = start, end

    def _text(self, content: bytes, start: int, name: int) -> bytes:
        begin, end = self._body
        if start <= begin and end <= name:
            return content[start:begin] + content[end:name]
        return content[start:name]

    def modifiers(self, start: int, name: int, *, is_template: bool, is_friend: bool) -> tuple[str, ...]:
        """The modifiers between the start of a declaration and a name, each once, in order."""
        declaration = (start, is_template, is_friend)
        previous, end, modifiers = self._modifiers
        if previous == declaration and end <= name:
            if more := read_modifiers(self._content[end:name], False, False):
                modifiers = tuple(dict.fromkeys((*modifiers, *more)))
        else:
            modifiers = read_modifiers(self._text(self._content, start, name), is_template, is_friend)
        self._modifiers = declaration, name, modifiers
        return modifiers

    def is_constant(self, start: int, name: int) -> bool:
        """Whether these words make the name const."""
        previous, end, is_const = self._constant
        if previous == start and end <= name:
            between = self._code[end:name]
            is_const = is_constant(between) or (is_const and b"*" not in between and b"&" not in between)
        else:
            is_const = is_constant(self._text(self._code, start, name))
        self._constant = start, name, is_const
        return is_const


def innermost(declarator: Node) -> tuple[Node | None, Node | None]:
    """The name that a declarator declares, and the function declarator around it if it declares a function."""
    node: Node | None = declarator
    function: Node | None = None
    while node is not None:
        kind = node.type
        if kind in _NAMES:
            return node, function
        if kind == "function_declarator":
            function = node
        elif kind in _POINTERS:
            function = None
        inner = node.child_by_field_name("declarator")
        if inner is None:
            children = node.named_children
            inner = children[-1] if children and kind != "parameter_list" else None
        node = inner
    return None, None


def is_conversion(name: str) -> bool:
    """Whether a name is `operator int`, and not `operator new`."""
    return name.startswith("operator ") and name.removeprefix("operator ").partition("[")[0] not in _OPERATOR_WORDS


def is_constant(head: bytes) -> bool:
    """Whether the words in front of a variable's name make it const: a pointer must be const itself."""
    star = max(head.rfind(b"*"), head.rfind(b"&"))
    return _CONST.search(head, star + 1 if star >= 0 else 0) is not None


def access_of(label: bytes) -> Access:
    if label.startswith(b"private"):
        return "private"
    return "protected" if label.startswith(b"protected") else "public"


def bases(clause: str) -> tuple[str, ...]:
    """The bases of `: public A, B<C, D>`."""
    pieces: list[str] = []
    depth = 0
    piece = ""
    for char in flatten(clause, 4000).removeprefix(":"):
        if char == "," and depth == 0:
            pieces.append(piece)
            piece = ""
            continue
        depth += (char in "<(") - (char in ">)")
        piece += char
    pieces.append(piece)
    return tuple(clean(base.strip()) for base in pieces if base.strip())


def closing_paren(code: bytes, start: int) -> int:
    """Behind the `)` that closes the `(` at an offset."""
    depth = 0
    for match in _PAREN.finditer(code, start):
        depth += 1 if match[0] == b"(" else -1
        if depth == 0:
            return match.end()
    return len(code)
