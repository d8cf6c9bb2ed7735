"""Declarations of C in Cython: types, declarators and parameters, as Python's annotations.

Input: pieces of `code` with their `mask` (see `logical_lines`). Output: text of Python with as many line feeds.

A type becomes an annotation where Python could spell it, without pointers and qualifiers; C's own types say nothing
about names and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_QUALIFIERS = re.compile(
    r"\b(?:const|volatile|unsigned|signed|struct|union|enum|public|readonly|api|inline|static|extern|packed|register)\b"
)
_C_TYPES = frozenset(
    {
        *("void", "int", "char", "short", "long", "float", "double", "bint", "size_t", "ssize_t", "Py_ssize_t", "bool"),
        *("object", "complex", "tuple", "list", "dict", "set", "str", "bytes", "unicode", "bytearray", "type", "slice"),
        *("frozenset", "Py_UCS4", "Py_UNICODE", "Py_hash_t", "ptrdiff_t"),
    }
)
_DECLARATOR = re.compile(r"(?s)(?P<type>.*?)(?P<name>[^\W\d]\w*)\s*(?P<array>(?:\[[^\[\]]*\]\s*)*)$")
_POINTED = re.compile(r"(?s)(?P<type>.*?)\(\s*\*+\s*(?P<name>[^\W\d]\w*)\s*(?:\[[^\]]*\]\s*)*\)\s*\(.*\)\s*(?:\w.*)?$")
_NONE = re.compile(r"\s+(?:not|or)\s+None\s*$")
_NAMED_TYPE = re.compile(r"(?s)[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*(?P<arguments>\s*\[.*\])?$")
_SIGNS = re.compile(r"[*&]")
_MAX_HEAD = 1_000  # characters of one declarator, without its value; longer ones are not matched
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_PYTHON_PARAMETER = re.compile(r"\s*(?:\*\*?\s*(?:[^\W\d]\w*)?|/)\s*$")


class Declarator(NamedTuple):
    """One name with its type as Python's annotation, "" for none, and what stands behind "=", "" for nothing."""

    name: str
    annotation: str
    value: str = ""


def split_at(code: str, mask: str, sign: str) -> Iterator[tuple[str, str]]:
    """The pieces of `code`, and those of `mask`, between signs that no bracket holds."""
    depth = start = 0
    for at, char in enumerate(mask):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == sign and depth == 0:
            yield code[start:at], mask[start:at]
            start = at + 1
    yield code[start:], mask[start:]


def closing(mask: str, start: int) -> int:
    """The offset of the bracket that closes the one at `start`, or -1."""
    depth = 0
    for at in range(start, len(mask)):
        if mask[at] in "([{":
            depth += 1
        elif mask[at] in ")]}":
            depth -= 1
            if depth == 0:
                return at
    return -1


def assignment(mask: str) -> int:
    """The offset of the "=" that a value stands behind, or -1."""
    depth = 0
    for at, char in enumerate(mask):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == "=" and depth == 0 and mask[at + 1 : at + 2] != "=" and mask[at - 1 : at] not in "=!<>":
            return at
    return -1


def annotation(spelled: str) -> str:
    """A type as Python could spell it; "" for C's own types, and for what Python could not."""
    text = " ".join(_SIGNS.sub(" ", _QUALIFIERS.sub(" ", spelled)).split())
    match = _NAMED_TYPE.fullmatch(text)
    if not match or text in _C_TYPES:
        return ""
    arguments = match["arguments"] or ""
    name = text[: len(text) - len(arguments)] if arguments else text
    if name in _C_TYPES:
        return ""
    plain = "=" not in arguments and '"' not in arguments and _is_subscript(arguments)
    return text if plain else name


def _is_subscript(arguments: str) -> bool:
    """Whether what stands in brackets could be Python's: no two words follow each other."""
    return not re.search(r"\w\s+\w", arguments) and not re.search(r"\[\s*\]|,\s*,", arguments)


def declarators(code: str, mask: str) -> list[Declarator]:
    """The names that `int *a, b = 3, c[10]` declares; none where it is no declaration."""
    found: list[Declarator] = []
    shared = ""
    for number, (piece, masked) in enumerate(split_at(code, mask, ",")):
        equals = assignment(masked)
        value = piece[equals + 1 :].strip() if equals >= 0 else ""
        head = masked[:equals] if equals >= 0 else masked
        head = head.rstrip().removesuffix(":")
        match = _match_declarator(head)
        if not match:
            return []
        if number == 0:
            shared = match["type"]
            if not shared.strip():
                return []
        found.append(Declarator(match["name"], annotation(shared), value))
    return found


def _match_declarator(head: str) -> re.Match[str] | None:
    head = head.strip()
    if len(head) > _MAX_HEAD:
        return None
    return _POINTED.match(head) or _DECLARATOR.match(head)


def parameters(code: str, mask: str) -> str:
    """What stands in the parentheses of a function's head, as Python spells it."""
    return ",".join(_parameter(*piece, number) for number, piece in enumerate(split_at(code, mask, ",")))


def _parameter(code: str, mask: str, number: int) -> str:
    if not mask.strip():
        return code
    equals = assignment(mask)
    value = code[equals + 1 :] if equals >= 0 else ""
    head = mask[:equals] if equals >= 0 else mask
    ends = "\n" * head.count("\n")
    if _PYTHON_PARAMETER.match(head):
        return head
    if head.strip() == "...":
        return f"{ends}*_"
    head = _NONE.sub("", head)
    colon = next((len(piece) for piece, _ in split_at(head, head, ":")), len(head))
    if colon < len(head) and _IDENTIFIER.fullmatch(head[:colon].strip().lstrip("*")):
        return code  # annotated as in Python
    match = _match_declarator(head)
    if not match or (match.re is _DECLARATOR and match["array"] and not match["type"].strip()):
        name, kind = f"_{number}", annotation(head)  # a type alone: `double[:]`
    else:
        name, kind = match["name"], annotation(match["type"])
        if name in _C_TYPES and match["type"].strip():  # `unsigned int`
            name, kind = f"_{number}", ""
    value = "..." if value.strip() in ("*", "?") else value
    text = f"{name}: {kind}" if kind else name
    return f"{ends}{text}{f' = {value.strip()}' if value.strip() else ''}"
