"""Objects that function bodies of C++ make without parentheses: `Type name;`, `Type name{1};`, `return Type{1};`.

Input: a body. Output: the class as spelled, and how many arguments its constructor is called with. What is built in, or
of the standard library, is left out; whether the rest names a class is for `assemble`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from kgraph.extract.cpp.argument_counts import argument_counts
from kgraph.extract.cpp.chains import plain_type
from kgraph.extract.cpp.lexicon import byte_words

_ANGLES = rb"<(?:[^<>;{}()]|<(?:[^<>;{}()]|<[^<>;{}()]{0,80}+>){0,80}+>){0,120}+>"
_TYPE = rb"((?:::)?+(?:\w++::){0,6}+)([A-Za-z_]\w*+)(" + _ANGLES + rb")?+"
_OBJECT = rb"\s*+(?:(?:const|static|thread_local)\s++){0,3}+" + _TYPE + rb"\s++(\w++)\s*+(?=[;,{\[])"
_FIRST_DECLARED, _DECLARED = re.compile(_OBJECT), re.compile(rb"[;{}]" + _OBJECT)
_BRACES = re.compile(rb"\{(?<=[\w>]\{)")
_MADE = re.compile(rb"(?:\breturn\b|\bthrow\b|[=(,])\s*+" + _TYPE + rb"\Z")
_NO_TYPES = byte_words(
    """
    return delete goto break continue else do case default throw new using namespace typename struct class enum union
    typedef friend public private protected template extern register auto void bool char short int long float double
    unsigned signed wchar_t char8_t char16_t char32_t size_t ssize_t ptrdiff_t int8_t int16_t int32_t int64_t uint8_t
    uint16_t uint32_t uint64_t intptr_t uintptr_t FILE co_return co_await co_yield const static volatile inline and or
    not if while for switch try catch operator sizeof
    """
)
_MAX_BRACES = 2_000  # bytes of arguments in braces; of more, how many there are is unknown
_MAX_ARGUMENTS = 80  # bytes of template arguments
_MAX_TYPE = 120  # bytes in front of a brace that are looked at

Row = tuple[int, bytes, bytes, bytes, int]  # offset, name, qualifier, template arguments, arguments; -1 is unknown


def read_constructions(body: bytes) -> Iterator[Row]:
    """The objects that are made, in no order."""
    first = _FIRST_DECLARED.match(body)
    for match in chain((first,) if first else (), _DECLARED.finditer(body)):
        scope, name, given, variable = match.groups()
        if name not in _NO_TYPES and variable not in _NO_TYPES and not _is_outside(scope):
            count = _count_braced(body, match.end()) if body[match.end()] == ord("{") else 0
            yield match.start(2), name, scope.removesuffix(b"::"), _count_arguments(given), count
    for brace in _BRACES.finditer(body) if b"{" in body else ():
        begin = max(0, brace.start() - _MAX_TYPE)
        if made := _MADE.search(body, begin, brace.start()):
            scope, name, given = made.groups()
            if name not in _NO_TYPES and not _is_outside(scope):
                yield (
                    made.start(2),
                    name,
                    scope.removesuffix(b"::"),
                    _count_arguments(given),
                    _count_braced(body, brace.start()),
                )


def _is_outside(scope: bytes) -> bool:
    return scope.removeprefix(b"::").startswith(b"std::")


def _count_arguments(arguments: bytes | None) -> bytes:
    return plain_type(arguments) if arguments and len(arguments) <= _MAX_ARGUMENTS else b""


def _count_braced(body: bytes, at: int) -> int:
    """How many arguments stand in the braces that open at an offset."""
    end, depth = at, 0
    for end in range(at, min(len(body), at + _MAX_BRACES)):
        depth += (body[end] == ord("{")) - (body[end] == ord("}"))
        if depth == 0:
            break
    else:
        return -1
    counts = argument_counts(b"(" + body[at + 1 : end] + b")")
    return counts[0] if counts else -1
