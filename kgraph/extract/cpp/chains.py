"""Receivers and types made plain: how an expression in front of `.` or `->` is written down, and what it is a part of.

Input: their text. Output: a *chain* such as `a.b()->c[]`: names, calls and subscripts without spaces and arguments, and
types without spaces and `const`. `(*p).` is written as `p->`, what else is dereferenced as its first element, which has
the same type, and a cast of C as one of C++ (`static_cast<~T*>()` for one to `const T*`), so that only chains need to
be followed. An expression of another form stays in its parentheses, of which nothing is known.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NESTED = rb"(?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\))*+"
_INNERMOST = re.compile(rb"\((?:[^()]|\(\))+\)")
_BRACES = re.compile(rb"\{[^{}]*+\}")
_SUBSCRIPT = re.compile(rb"\[[^\[\]]*+\]")
_CV = re.compile(
    rb"\b(?:const|volatile|struct|class|enum|union|typename|static|constexpr|inline|mutable|register|extern)\b"
)
# What begins with an expression in parentheses, perhaps behind a word that is no part of it.
_BEFORE = rb"\s*+(?:(?:return|else|throw|case|do|and|or|not|delete|co_await|co_return|co_yield)\s*+)?+"
_WRAPPED = re.compile(_BEFORE + rb"\((" + _NESTED + rb")\)(?=\s*+(?:\.|->|\[|\Z))")
_MAY_BE_WRAPPED = b"( \n\tretcadon"  # first bytes of these
_ANGLES = rb"<[^<>;{}()]*+(?:<[^<>;{}()]*+(?:<[^<>;{}()]*+>[^<>;{}()]*+)*+>[^<>;{}()]*+)*+>"
_CALLED_OR_INDEXED = rb"(?:\s*+\(" + _NESTED + rb"\)|\s*+\[[^\[\]]*+\])*+"
_PART = rb"[A-Za-z_]\w*+(?:\s*+::\s*+\w++)*+(?:" + _ANGLES + rb"(?=\s*+\())?+" + _CALLED_OR_INDEXED
_CHAIN = re.compile(_PART + rb"(?:\s*+(?:\.|->)\s*+" + _PART + rb")*+")
_TYPE = rb"(?:const\s++|struct\s++)*+(?:::\s*+)?+[A-Za-z_][\w:]*+(?:" + _ANGLES + rb")?+[\w\s]*+(?:[*&]\s*+)++"
_C_CAST = re.compile(rb"\(\s*+(" + _TYPE + rb")\)\s*+")
_TO_CONSTANT = re.compile(rb"_cast\s*+<\s*+(?:const\b|([\w:]++(?:<[^<>]*+>)?+)\s*+const\b)")
_BEGINS_OPERAND = re.compile(rb"[\w(*&:]")
_MAX_UNWRAPPED = 4  # parentheses within each other


@lru_cache(maxsize=1 << 12)
def plain_chain(text: bytes) -> bytes:
    """`a . b(x, y) -> c [ 1 ] .` as `a.b()->c[].`; `B{1}.` as `B().`, `(*p)->` as `p[]->`, `(*p).` as `p->`."""
    if text[:1] in _MAY_BE_WRAPPED and (match := _WRAPPED.match(text)):
        text = _unwrap(match[1], text[match.end() :], 0)
    if b"<" in text:
        text = _CV.sub(b" ", _TO_CONSTANT.sub(rb"_cast<~\1", text))
    if b"{" in text:
        text = _BRACES.sub(b"()", text)
    for _ in range(6 if b"(" in text else 0):
        stripped = _INNERMOST.sub(b"()", text)
        if stripped == text:
            break
        text = stripped
    if b"[" in text:
        text = _SUBSCRIPT.sub(b"[]", text)
    return b"".join(text.split()).removesuffix(b".")


def _unwrap(inside: bytes, behind: bytes, depth: int) -> bytes:
    """What stands in parentheses, with what follows them, as a chain; as it is where it is none."""
    inside = inside.strip()
    as_it_is = b"(" + inside + b")" + behind
    if depth > _MAX_UNWRAPPED:
        return as_it_is
    if inside == b"*this":
        return b"this" + behind if behind.lstrip()[:1] in (b".", b"[") else as_it_is
    if inside[:1] == b"*":
        operand, behind = _operand(inside[1:].lstrip(), depth), behind.lstrip()
        if not operand:
            return as_it_is
        return operand + (b"->" + behind[1:] if behind.startswith(b".") else b"[]" + behind)
    operand = _operand(inside, depth)
    return operand + behind if operand else as_it_is


def _operand(text: bytes, depth: int) -> bytes:
    """An operand as a chain; b"" for any other."""
    if _CHAIN.fullmatch(text):
        return text
    if cast := _C_CAST.match(text):
        behind = text[cast.end() :]
        is_operand = _BEGINS_OPERAND.match(behind) and (behind[:1] in b"*&" or _is_chain(behind, depth))
        return b"static_cast<" + cast[1] + b">()" if is_operand else b""
    if text[:1] == b"*":
        operand = _operand(text[1:].lstrip(), depth + 1) if depth < _MAX_UNWRAPPED else b""
        return operand + b"[]" if operand else b""
    if match := _WRAPPED.match(text):
        found = _unwrap(match[1], text[match.end() :], depth + 1)
        return found if _CHAIN.fullmatch(found) else b""
    return b""


def _is_chain(text: bytes, depth: int) -> bool:
    return bool(_operand(text, depth + 1)) if depth < _MAX_UNWRAPPED else False


@lru_cache(maxsize=1 << 12)
def plain_type(text: bytes) -> bytes:
    """A type as spelled without spaces, `const` and the like."""
    return b"".join(_CV.sub(b" ", text).split())
