"""Where the C family calls something: the text of function bodies, and what stands outside of them.

Input: scanned code, bodies blanked. Output: the code with its bodies; the spans of initialisers, of default arguments,
of `decltype(...)`, `static_assert(...)` and calls in template arguments, and of uses of macros that stand like
declarations (`REGISTER(name, make());`).

On purpose only macros in capitals count: whatever else looks so is more often a declaration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgraph.extract.cpp.lexicon import blank, is_word_start
from kgraph.extract.cpp.scanner import NON_ASCII_TO_WORD, CppSource

_INITIALISER = re.compile(rb"=(?!=)[^;{}(]*+\([^;{}]*+")
_NO_INITIALISER = b"=!<>+-*/%&|^"
_OPERATOR_BEFORE = re.compile(rb"operator\s*+\Z")
_ASKING = re.compile(rb"(?:decltype|static_assert)\s*+(?=\()")
_TEMPLATE_ARGUMENTS = re.compile(rb"<(?<=\w<)(?:[^<>;{}()]|<[^<>;{}()]{0,60}+>){1,120}+(?<=\w)\(")
_MACRO = re.compile(rb"[A-Z](?<!\w.)[A-Z0-9_]{2,}+[ \t]*+(?=\()")
_BEFORE_MACRO = (b"", b";", b"{", b"}", b":", b">", b"\n")
_INDENT = 80  # bytes in front of a macro, which are rarely all blank
_BLANKS = b" \t\r"
_PAREN = re.compile(rb"[()]")
_ANGLE_OR_PAREN = re.compile(rb"[<>()]")
_MAX_LENGTH = 4000
_MAX_HEAD = 1000  # bytes of the parameters of a template


def body_text(source: CppSource) -> bytes:
    """The code with its bodies in it, at the same offsets; to be asked for before anyone edits the code."""
    text = source.content
    if not text.isascii():
        text = text.translate(NON_ASCII_TO_WORD)
    whole = bytearray(source.code)
    for start, end in source.bodies:
        whole[start:end] = text[start:end]
    for start, end in source.noise:
        if end - start > 1 and whole[start] in b"\"'":
            start, end = start + 1, end - 1
        blank(whole, start, end)
    return bytes(whole)


def with_braces(text: bytes, source: CppSource) -> bytes:
    """That text with the braces around its bodies, where the scan put something else for the parser."""
    whole, content = bytearray(text), source.content
    for start, end in source.bodies:
        if content[start - 1 : start] == b"{":
            whole[start - 1 : start] = b"{"
        if content[end : end + 1] == b"}":
            whole[end : end + 1] = b"}"
    return bytes(whole)


def outside_spans(code: bytes) -> list[tuple[int, int]]:
    """The spans in order; they may overlap."""
    if b"(" not in code:
        return []
    return sorted([*_initialisers(code), *_asking(code), *_macros(code), *_template_arguments(code)])


def _initialisers(code: bytes) -> Iterator[tuple[int, int]]:
    if b"=" not in code:
        return
    position = 0
    while match := _INITIALISER.search(code, position):
        start, position = match.start(), match.end()
        if code[start - 1] not in _NO_INITIALISER and not _OPERATOR_BEFORE.search(code, max(0, start - 12), start):
            end = _closing(code, start, 1, match.end())
            if closing := _end_of_template_head(code, start):
                end = position = min(end, closing)
            if code.find(b"(", start, end) >= 0:
                yield start + 1, end


def _end_of_template_head(code: bytes, at: int) -> int:
    """Where the parameters of a template end that an offset is among; 0 where it is among none."""
    head = code.rfind(b"template", max(0, at - _MAX_HEAD), at)
    between = code[head:at] if head >= 0 else b";"
    angles, parens = between.count(b"<") - between.count(b">"), 0
    if angles < 1 or b";" in between or b"{" in between or b"}" in between:
        return 0
    for match in _ANGLE_OR_PAREN.finditer(code, at, at + _MAX_LENGTH):
        sign = match[0]
        if sign in b"()":
            parens += 1 if sign == b"(" else -1
        elif not parens:
            angles += 1 if sign == b"<" else -1
        if angles == 0:
            return match.start()
    return 0


def _asking(code: bytes) -> Iterator[tuple[int, int]]:
    if b"decltype" in code or b"static_assert" in code:
        for match in _ASKING.finditer(code):
            if is_word_start(code, match.start()):
                yield match.end() + 1, _closing(code, match.end(), 0, len(code))


def _template_arguments(code: bytes) -> Iterator[tuple[int, int]]:
    """From the name of a template to the parenthesis in its arguments that closes first: `Array<int, size()>`."""
    if b"<" in code:
        for match in _TEMPLATE_ARGUMENTS.finditer(code):
            yield match.start() - 1, _closing(code, match.end() - 1, 0, len(code)) + 1


def _macros(code: bytes) -> Iterator[tuple[int, int]]:
    for match in _MACRO.finditer(code):
        start = match.start()
        before = code[max(0, start - _INDENT) : start].rstrip(_BLANKS) or code[:start].rstrip(_BLANKS)
        if before[-1:] in _BEFORE_MACRO:
            yield start, _closing(code, match.end(), 0, len(code)) + 1


def _closing(code: bytes, start: int, depth: int, end: int) -> int:
    """Where the parenthesis closes that opens at a start, or before it at depth 1; else the end."""
    end = min(end, start + _MAX_LENGTH)
    for match in _PAREN.finditer(code, start, end):
        depth += 1 if match[0] == b"(" else -1
        if depth == 0:
            return match.start()
    return end
