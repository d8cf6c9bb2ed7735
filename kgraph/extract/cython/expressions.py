"""Expressions of Cython as Python: casts, addresses and C's ways to spell literals are left out.

Input: the code and mask of a logical line. Output: its code as Python, with as many line feeds.
"""

from __future__ import annotations

import re
from keyword import iskeyword

_TYPE = (
    r"[^\W\d][\w.]*(?:\s+[^\W\d]\w*){0,3}(?:\s*\[[^\[\]<>\"]*\])?(?:\s*(?:[*&]|const\b)){0,6}(?:\s*\[[^\[\]<>\"]*\])?"
)
_CAST = re.compile(rf"<\s*{_TYPE}\s*\??\s*>(?=\s*[\w(\[{{&\"<~\-+*])")
_FUNCTION_CAST = re.compile(r"<[^<>\"=(]*\(\s*\*\s*\)[^<>\"=]*>(?=\s*[\w(\[{&\"<])")
_ADDRESS = re.compile(r"&(?=\s*[\w(<])")
_NEW = re.compile(r"(?<![\w.])new(?=\s+(?!(?:in|is|and|or|if|not|for|else)\b)[^\W\d])")
_SIZE = re.compile(r"\bsizeof\s*\([^()\"]*\)")
_SUFFIX = re.compile(r"(?<![\w.])(0[xX][0-9a-fA-F]+|\d+)([uUlL]{1,3})\b")
_WORDS = re.compile(
    r"(?<![\w.])(?:unsigned|signed|long|short|const|struct|enum)\s+(?!(?:in|is|and|or|if|not|for|else)\b)(?=[^\W\d])"
)
_IN_BRACKETS = re.compile(r"(?<=[\w\]])\s*[*&]+(?=\s*[,\]])")
_FOR = re.compile(r"for\s+(\w+)\s+from\s+([^:]+):\s*$")
_BOUND = re.compile(r"[<>]=?|\bby\b")
_NOT_NEWLINE = re.compile(r"[^\n]")
_CONTEXT = 40  # characters in front of a sign that tell whether a value stands there


def as_python(code: str, mask: str) -> str:
    """A statement of Python with what Cython adds to its expressions left out."""
    text = mask
    if "<" in mask:
        if loop := _FOR.match(mask):
            bounds = [part.strip() for part in _BOUND.split(code[loop.start(2) : loop.end(2)])]
            ends = "\n" * mask.count("\n")
            return f"for {loop[1]} in ({', '.join(bounds)}):{ends}"
        if ">" in mask:
            text = _FUNCTION_CAST.sub(_without_value_before, _CAST.sub(_without_value_before, text))
    if "&" in text:
        text = _ADDRESS.sub(_without_value_before, text)
    if "new" in text:
        text = _NEW.sub(_blank, text)
    if "sizeof" in text:
        text = _SIZE.sub(lambda match: "0" + _blank(match)[1:], text)
    text = _SUFFIX.sub(lambda match: match[1] + " " * len(match[2]), text)
    if "[" in text:
        text = _IN_BRACKETS.sub(_blank, _WORDS.sub(_blank, text))
    if text == mask:
        return code
    return "".join(old if new == masked else new for old, masked, new in zip(code, mask, text, strict=True))


def _blank(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", match[0])


def _without_value_before(match: re.Match[str]) -> str:
    """Blank a sign that stands where a value begins; behind a value it is an operator."""
    before = match.string[max(0, match.start() - _CONTEXT) : match.start()].rstrip()
    if before.endswith((")", "]", "}", '"')):
        return match[0]
    word = re.search(r"\w+$", before)
    return match[0] if word and not iskeyword(word[0]) else _blank(match)
