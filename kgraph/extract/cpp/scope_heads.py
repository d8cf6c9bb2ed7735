"""What a brace opens, by the text in front of it.

Input: the code between the last boundary and a brace. Output: whether the brace opens a scope with declarations in it;
all others (bodies, initialisers) are skipped.
"""

from __future__ import annotations

import re

_SCOPE_WORD = re.compile(
    rb"\b(?:class|struct|union|enum|namespace)\b|\bextern\s*\"[^\"]*\"\s*$|\bexport\s*$|"
    rb"\btypedef\s+\w+_(?:ENUM|OPTIONS)\s*\([^()]*\)\s*$"
)
_PARENS = re.compile(rb"\([^()]*\)")
_COMPARISONS = re.compile(rb"<<|[<>]=|->")
_ANGLES = re.compile(rb"<[^<>]*>")
_AFTER_PARAMETERS = re.compile(rb"\)\s*(?:(?:const|volatile|noexcept|override|final|try|&|\*|->.*)\s*)*$", re.DOTALL)
_FUNCTION_OF_TYPE = re.compile(rb"\s*[\w:]+[\s*&]+(?:[\w:~]+|operator\W+)\s*\(")
_BASE_COLON = re.compile(rb"(?<!:):(?!:)")


def opens_scope(head: bytearray) -> bool:
    """Whether the text between the last boundary and a brace is the head of a class, enum or namespace."""
    match = _SCOPE_WORD.search(head)
    if match is None:
        return False
    if match[0][:2] in (b"ex", b"ty"):
        return True  # `extern "C"`, `export`, Objective-C's `typedef NS_ENUM(...)`
    if b"(" in head:
        head = _strip(_PARENS, head, b"@")
        if b"(" in head or b")" in head:
            return False
        head = head.replace(b"@", b"()")
    if b"<" in head:
        head = _strip(_ANGLES, bytearray(_COMPARISONS.sub(b"", head)), b"")
    if b"=" in head and b"operator" not in head:
        return False
    match = _SCOPE_WORD.search(head)
    if match is None:
        return False
    tail = head[match.end() :]
    if match[0] == b"namespace" or _BASE_COLON.search(tail):
        return True
    return not (b"(" in tail and (_AFTER_PARAMETERS.search(tail) or _FUNCTION_OF_TYPE.match(tail)))


def is_unfinished(head: bytearray) -> bool:
    """Whether a brace stands inside of parentheses or template parameters, so that what follows belongs to the head."""
    if head.count(b"(") > head.count(b")"):
        return True
    template = head.rfind(b"template")
    if template < 0 or b"<" not in head:
        return False
    inside = _COMPARISONS.sub(b"", _PARENS.sub(b"", head[template:]))
    return inside.count(b"<") > inside.count(b">")


def _strip(pattern: re.Pattern[bytes], text: bytearray, replacement: bytes) -> bytearray:
    for _ in range(20):
        stripped = bytearray(pattern.sub(replacement, text))
        if len(stripped) == len(text):
            break
        text = stripped
    return text
