"""Conditions of `#if` that hold always or never: `0`, `(0)`, `0 && X`, `!1`, `0L`.

Input: a condition as spelled. Output: True, False, or None where it hangs on something that the file does not say.
"""

from __future__ import annotations

import re

_NOISE = re.compile(rb"/\*.*?(?:\*/|\Z)|//[^\n]*+|\\\r?\n", re.DOTALL)
_CALL = re.compile(rb"[A-Za-z_]\w*+\s*+\([^()]*+\)")
_NUMBER = rb"(?<![\w.])(?:0[xX][\da-fA-F']+|0[bB][01']+|\d[\d']*)[uUlLzZ]*(?![\w.])"
_OPERAND = re.compile(rb"(" + _NUMBER + rb")|(?<![\w.])(true|false)(?!\w)|[\w.']+")
_ARITHMETIC = re.compile(rb"[01?](?:(?:[=!<>]=|<<|>>|[<>+\-*/%^~]|(?<!&)&(?!&)|(?<!\|)\|(?!\|))+[01?])+")
_STEPS = (
    (re.compile(rb"!([01?])"), lambda m: {b"0": b"1", b"1": b"0"}.get(m[1], b"?")),
    (re.compile(rb"\(([01?])\)"), lambda m: m[1]),
    (re.compile(rb"(?<!!)([01?])&&([01?])"), lambda m: _and(m[1], m[2])),
    (re.compile(rb"(?<![!&])([01?])\|\|([01?])(?!&)"), lambda m: _or(m[1], m[2])),
)
_MAY_BE = re.compile(rb"(?<![\w.])\d|\b(?:true|false)\b")
_MAX_LENGTH = 400  # bytes of a condition that is looked at
_MAX_STEPS = 100


def constant(condition: bytes) -> bool | None:
    """Whether a condition always holds; None where that depends on macros."""
    text = _NOISE.sub(b" ", condition).strip()
    if len(text) > _MAX_LENGTH or not _MAY_BE.search(text):
        return None
    for _ in range(_MAX_STEPS):
        simpler = _CALL.sub(b" X ", text)
        if simpler == text:
            break
        text = simpler
    signs = b"".join(_OPERAND.sub(_sign, text).split())
    for _ in range(_MAX_STEPS):
        simpler = _ARITHMETIC.sub(b"?", signs)
        for pattern, value in _STEPS:
            simpler = pattern.sub(value, simpler, count=1) if pattern.search(simpler) else simpler
        if simpler == signs:
            break
        signs = simpler
    return {b"0": False, b"1": True}.get(signs)


def _sign(match: re.Match[bytes]) -> bytes:
    if match[2]:
        return b"1" if match[2] == b"true" else b"0"
    if not match[1]:
        return b"?"
    digits = match[1].rstrip(b"uUlLzZ").replace(b"'", b"").lower()
    return b"0" if not digits.removeprefix(b"0x").removeprefix(b"0b").strip(b"0") else b"1"


def _and(first: bytes, second: bytes) -> bytes:
    return b"0" if b"0" in (first, second) else b"1" if first == second == b"1" else b"?"


def _or(first: bytes, second: bytes) -> bytes:
    return b"1" if b"1" in (first, second) else b"0" if first == second == b"0" else b"?"
