"""How many arguments the calls of a function body have, by its parentheses and commas.

Input: the text of a body. Output: a number for each opening parenthesis.
"""

from __future__ import annotations

import re

_ANGLED = re.compile(rb"<(?<=\w<)[\w\s:*&,<>]*+")
_SPACES = b" \t\n\r\v\f"
_LEAVES = (b"()", b"(,)", b"(,,)", b"(,,,)")  # parentheses around 1, 2, ... arguments without brackets
_LEAF_SIGNS = bytes(range(len(_LEAVES) + 1))  # stand for parentheses around 0, 1, 2, ... arguments
_NO_SIGNS = bytes(set(range(256)) - set(b"()[]{}," + _LEAF_SIGNS))
_PAREN, _CLOSING_PAREN, _COMMA = b"(),"
_OPENING = b"([{"


def argument_counts(body: bytes) -> list[int]:
    """How many arguments stand in each pair of parentheses, in the order in which they open; -1 where none closes it.

    All but the brackets and commas is dropped first, and pairs without brackets inside are read as one sign.
    """
    if b"<" in body and b"," in body:
        body = _ANGLED.sub(_without_commas, body)
    signs = body.translate(None, _SPACES + _LEAF_SIGNS).replace(b"()", _LEAF_SIGNS[:1]).translate(None, _NO_SIGNS)
    signs = signs.replace(b"[]", b"").replace(b"{}", b"")
    for number, leaf in enumerate(_LEAVES, 1):
        signs = signs.replace(leaf, _LEAF_SIGNS[number : number + 1])
    counts: list[int] = []
    opened: list[int] = []  # the index among `counts` of each open bracket, -1 for one that is no parenthesis
    commas: list[int] = []
    for sign in signs:
        if sign < len(_LEAF_SIGNS):
            counts.append(sign)
        elif sign == _COMMA:
            if commas:
                commas[-1] += 1
        elif sign in _OPENING:
            opened.append(len(counts) if sign == _PAREN else -1)
            commas.append(0)
            if sign == _PAREN:
                counts.append(-1)
        elif opened:
            index, number = opened.pop(), commas.pop()
            if sign == _CLOSING_PAREN and index >= 0:
                counts[index] = number + 1
    return counts


def _without_commas(match: re.Match[bytes]) -> bytes:
    text = match[0]
    end = text.rfind(b">") + 1
    return text[:end].replace(b",", b" ") + text[end:]
