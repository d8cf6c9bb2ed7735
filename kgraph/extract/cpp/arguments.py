"""What the argument of a call is, as far as that determines its type: it distinguishes overloads.

Input: a body, and where an argument begins. Output: `"` for a string, `'` for a character, `0`, `0u`, `0.` and `0f` for
numbers, `0!` for the number zero, `true` for a truth value; "=" and a type for a local variable of it; a name or
`name()` for what is declared elsewhere; "" where nothing of that kind stands there. Of several arguments only a first
one that is a literal, or a value made without arguments, as the tag in `step(day_tag{}, n)`, is looked at: names are
looked up in the function, which takes time.
"""

from __future__ import annotations

import re

from kgraph.extract.cpp.lexicon import byte_words
from kgraph.extract.cpp.local_types import Locals

BEHIND_TYPE = b"\t"  # stands between the type of a use and its argument, in one column
_TEXT = rb"((?:R?+\"[^\"]{0,2000}+\"\s*+)++)"
_EXPONENT = rb"[eE][-+]?+\d++"
_NUMBER = rb"-?(\d++(?:\.\d*+(?:" + _EXPONENT + rb")?+|" + _EXPONENT + rb")|[1-9]\d{0,8}+u?+|0)(f?+)(?![\w.])"
_NAME = rb"((?:::)?+[A-Za-z_]\w*+(?:::\w++){0,4}+)(\((?:[^()]|\((?:[^()]|\([^()]{0,200}+\)){0,200}+\)){0,300}+\))?+"
_VALUE = rb"\s*+(?:" + _TEXT + rb"|('[^'\n]{0,8}+')|" + _NUMBER + rb"|" + _NAME + rb")\s*+"
_ONLY = re.compile(_VALUE + rb"(\))")
_TAG = rb"((?:::)?+[A-Za-z_]\w*+(?:::\w++){0,4}+)(\{\})"
_FIRST = re.compile(rb"\s*+(?:" + _TEXT + rb"|('[^'\n]{0,8}+')|" + _NUMBER + rb"|" + _TAG + rb")\s*+(,)")
_OPERAND = re.compile(_VALUE + rb"(<<|>>|[;,)}]|\Z)")
_TRUTH = byte_words("true false")
_UNKNOWN = byte_words("nullptr NULL this sizeof new return not")


def first_argument(body: bytes, at: int, count: int, local_types: Locals) -> bytes:
    """The first of so many arguments, which begins at an offset."""
    match = (_ONLY if count == 1 else _FIRST).match(body, at)
    return _describe_argument(match, local_types) if match else b""


def right_operand(body: bytes, at: int, local_types: Locals) -> tuple[bytes, bytes, int]:
    """What stands behind a sign, the sign behind that, and where that ends; nothing of what is longer."""
    match = _OPERAND.match(body, at)
    return (_describe_argument(match, local_types), match[7], match.end()) if match else (b"", b"", at)


def _describe_argument(match: re.Match[bytes], local_types: Locals) -> bytes:
    text, char, number, single, name, called, _ = match.groups()
    if text:
        return b'"'
    if char:
        return b"'"
    if number:
        if b"." in number or b"e" in number.lower():
            return b"0f" if single else b"0."
        return b"" if single else b"0!" if number == b"0" else b"0u" if number.endswith(b"u") else b"0"
    if name in _TRUTH:
        return b"true"
    if name in _UNKNOWN:
        return b""
    if called or b"::" in name:
        return name + b"()" if called else name
    if (known := local_types.find_declared(name)) is None:
        return name
    if known[0] in (b"", b"auto") or local_types.is_array(name):
        return b""
    return b"=" + known[0]
