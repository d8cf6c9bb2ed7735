"""Operators and destructors in function bodies of the C family: `a == b`, `a[0]`, `++a`, `if (a)`, `delete a`.

Input: a body, and the local types of its function. Output: rows as `uses` has them for calls, named `operator==`,
`operator[]`, ..., `~` for a destructor. The receiver is the left operand, where that is a variable or a chain of
members and surely the whole operand: what stands in front of it begins an expression. An operand gives no row whose
type is built in, a pointer, an array, or of the standard library; whether a class has the operator is for `assemble`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain as chain_of

from kgraph.extract.cpp.arguments import BEHIND_TYPE, right_operand
from kgraph.extract.cpp.chains import plain_chain
from kgraph.extract.cpp.lexicon import byte_words
from kgraph.extract.cpp.local_types import Locals

_CHAIN = rb"([A-Za-z_]\w*+(?:(?:\.|->)[A-Za-z_]\w*+){0,4}+)"
_SIGN = (  # behind which the next operand may begin
    rb"(?=[=!<>+*/%&|^[-])"
    rb"(?=(==|!=|<=>|<<=|>>=|<=|>=|<<|>>|\+\+|\+=|\+|--|-=|-(?!>)|\*=|\*|/=|/|%=|%"
    rb"|\|=|\|(?!\|)|&=|&(?!&)|\^=|\^|<|>|\[))"
)
# An operand and the sign behind it, or a sign in front of an operand, where an expression may begin.
_REST = (
    rb"(\s*+return\b)?+\s*+"
    rb"(?:" + _CHAIN + rb"\s*+" + _SIGN + rb"|(\+\+|--|[*~-])" + _CHAIN + rb"(?!\w|\.|->|\[|\(|::|\s*+[({]))"
)
_OPERATION, _FIRST_OPERATION = re.compile(rb"[;,({}?=:&|)+/%<-]" + _REST), re.compile(_REST)
# Behind a binary sign, the signs that bind tighter: `b` is all of the left operand of `*` in `a + b * c`.
_TIGHTER = {b"+": (b"*", b"/", b"%", b"["), b"/": (b"[",), b"<": (b"+", b"-", b"*", b"/", b"%", b"[")}
_TIGHTER |= {b"-": _TIGHTER[b"+"], b"%": _TIGHTER[b"/"]}
_LEFT_OPERAND = re.compile(rb"(?:(\w++)|[\])\"])$")
_CAST = re.compile(rb"\([\w:\s*&<>]+\)$")
_MAX_OPERAND = 60  # characters in front of a sign that are looked at
_BINARY = b"+-/%<"
_DOUBLED = b"&|"  # what begins an expression only if it stands twice
_OF_TYPES = frozenset((b"<", b">", b">>", b"*", b"&"))
_BEFORE_EQUALS = b"=!<>+-*/%&|^"  # with which a sign of equality is another operator
_CONDITION = re.compile(
    rb"\((?:(?<=\bif\()|(?<=\bif \()|(?<=\bwhile\()|(?<=\bwhile \())\s*+" + _CHAIN + rb"\s*+(?:\)|&&|\|\|)"
)
_NEGATION = re.compile(rb"!" + _CHAIN + rb"\s*+(?:[);,?:]|&&|\|\|)")
_DELETE = re.compile(rb"\bdelete\b\s*+(?:\[\s*+\]\s*+)?+" + _CHAIN + rb"\s*+;")
_BUILT_IN = byte_words(
    """
    int long short char bool float double void unsigned signed auto size_t ssize_t ptrdiff_t int8_t int16_t int32_t
    int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t wchar_t char8_t char16_t char32_t longlong longint
    unsignedint unsignedlong unsignedchar unsignedshort unsignedlonglong longdouble unsignedlongint unsignedlonglongint
    shortint signedchar u8 u16 u32 u64 s8 s16 s32 s64 FILE
    """
)
# Names that are declared as numbers: a loop's `int i` beside the `Index i` of a lambda.
_NUMBERS = re.compile(
    rb"[ilscbfdu](?<!\w.)(?:(?<=i)nt(?:(?:8|16|32|64)_t)?+|(?<=l)ong|(?<=s)hort|(?<=c)har|(?<=b)ool|(?<=f)loat|(?<=d)ouble"
    rb"|(?<=u)nsigned|(?<=s)ize_t|(?<=u)int(?:8|16|32|64)_t)\s++(?:const\s++)?+&?(\w++)\s*+[=;,:){]"
)
_TEMPLATE = re.compile(rb"[\w:,\s*&<>]*+(?<=>)\s*+(?:[({,;>)]|::)")  # behind `f<`: arguments, and what uses it
_NO_OPERANDS = byte_words("this return sizeof true false nullptr NULL delete new throw typename const else case")
_UNSEEN = (b"", b"")

_SHIFTS = (b"<<", b">>")
_MAX_SHIFTS = 50  # in one row
RETURNED = b"<<"  # the qualifier of an operator whose left operand is what one of its name returns
NEGATED = -1  # arguments of a conversion of what is negated: a class may have an operator for that

Row = tuple[int, bytes, bytes, bytes, bytes, int]  # offset, name, qualifier, receiver, its type, arguments


def read_operators(body: bytes, local_types: Locals) -> Iterator[Row]:
    """The operators that may be those of a class, in no order."""
    operands: dict[bytes, tuple[bytes, bytes] | None] = dict.fromkeys(_NUMBERS.findall(body))
    first = _FIRST_OPERATION.match(body)
    for match in chain_of((first,) if first else (), _OPERATION.finditer(body)):
        returned, chain, sign, prefix, behind = match.groups()
        name = chain or behind
        found = operands.get(name, _UNSEEN)
        if found is _UNSEEN:
            found = operands[name] = operand(name, local_types)
        if found is None or not (returned or match is first or _begins(body, match.start())):
            continue
        if body[match.start()] in _BINARY and match is not first and not _binds_tighter(body, match.start(), sign):
            continue
        if sign in _OF_TYPES and found == (name, b""):
            continue  # `T * x`, `f<x>`: only its declaration distinguishes the name of a variable from that of a type
        if sign == b"<" and _TEMPLATE.match(body, match.end(3)):
            continue
        if prefix:
            yield match.start(4), b"operator" + prefix, b"", *found, 0
        elif sign == b"[":
            yield match.start(3), b"operator[]", b"", *found, 1
        else:
            yield from _binary(body, match.start(3), sign, found, local_types)
    for pattern, arguments in ((_CONDITION, 0), (_NEGATION, NEGATED)):
        for match in pattern.finditer(body):
            if found := operand(match[1], local_types):
                yield match.start(1), b"operator bool", b"", *found, arguments
    if b"delete" in body:
        for match in _DELETE.finditer(body):
            yield match.start(1), b"~", b"", *local_types.resolve(plain_chain(match[1]) + b"->"), 0


def _binary(body: bytes, at: int, sign: bytes, left: tuple[bytes, bytes], local_types: Locals) -> Iterator[Row]:
    """An operator between two operands, and of `a << b << c` the others, which may have what the first returns."""
    receiver, type_ = left
    qualifier, name = b"", b"operator" + sign
    for _ in range(_MAX_SHIFTS if sign in _SHIFTS else 1):
        said, behind, end = right_operand(body, at + len(sign), local_types)
        yield at, name, qualifier, receiver, type_ + BEHIND_TYPE + said if said else type_, 1
        if behind != sign:
            break
        at, qualifier = end - len(sign), RETURNED


def _begins(body: bytes, at: int) -> bool:
    """Whether what stands behind the sign at an offset begins an expression whose first operand is whole."""
    sign = body[at]
    if sign in _DOUBLED:
        return body[at - 1] == sign
    if sign == ord("="):
        return body[at - 1] not in _BEFORE_EQUALS
    return sign != ord(")") and not (sign == ord(":") and body[at - 1] == sign)


def _binds_tighter(body: bytes, at: int, sign: bytes | None) -> bool:
    """Whether the sign at an offset is one between two operands, and the next one binds tighter."""
    before = body[max(0, at - _MAX_OPERAND) : at]
    if body[at : at + 1] == b"<":
        if before[-1:] != b"<" or before[-2:] == b"<<":
            return False  # a comparison, or template arguments; a kernel's launch
        before = before[:-1]
    left = _LEFT_OPERAND.search(before.rstrip())
    if left is None or left[1] in _NO_OPERANDS or _CAST.search(before.rstrip()):
        return False
    return sign in _TIGHTER[body[at : at + 1]]


def operand(chain: bytes, local_types: Locals) -> tuple[bytes, bytes] | None:
    """Receiver and declared type of an operand; None where its type is surely no class of a repository."""
    first = chain.partition(b".")[0].partition(b"->")[0]
    if first != chain:
        return local_types.resolve(chain) if first == b"this" or first not in _NO_OPERANDS else None
    known = local_types.find_declared(first)
    if known is None:
        return None if first in _NO_OPERANDS or first in _BUILT_IN or first.isupper() else (chain, b"")
    base = known[0].removeprefix(b"const ")
    if base in _BUILT_IN or base.endswith((b"*", b"*&")) or base.startswith(b"std::") or local_types.is_array(first):
        return None
    return local_types.resolve(chain)
