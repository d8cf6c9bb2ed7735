"""Spellings of Kotlin that its grammar stumbles over, spelled in a way that it reads.

Input: the bytes of a file in which the grammar found errors. Output: the same bytes with some replaced by spaces or a
comma, which alters no declaration. No byte is at another place, so that lines and columns stay.
"""

from __future__ import annotations

import re

from kgraph.extract.treesitter.repair import blank_first, with_first

_PARENS = rb"\((?:[^()]|\([^()]*\))*\)"
_CONTEXT = re.compile(
    rb"^[ \t]*(context\s*" + _PARENS + rb")(?=\s*(?:@|(?:fun|val|var|class|private|public|internal|protected|override|"
    rb"suspend|inline|operator|infix|abstract|open)\b))",
    re.MULTILINE,
)
_GUARD = re.compile(rb"^[ \t]*(?:!?is\b|!?in\b|[\w.\"'])(?:(?!->)[^\n{}])*?\s(if)(?=\s[^\n{}]*->)", re.MULTILINE)
_SEVERAL_DOLLARS = re.compile(rb'\$\$(?=")("{3}.*?"{3}|"(?:[^"\\\n]|\\.)*")', re.DOTALL)
_DOLLARS = re.compile(rb"\$++")


def blank_contexts(content: bytes) -> bytes:
    """Context parameters: `context(session: Session) fun f()` reads `fun f()`."""
    return _CONTEXT.sub(blank_first, content)


def spell_guards(content: bytes) -> bytes:
    """Guards of branches: `is Circle if it.isRound ->` reads `is Circle , it.isRound ->`."""
    return _GUARD.sub(lambda match: with_first(match, b", "), content)


def spell_several_dollars(content: bytes) -> bytes:
    """Texts that two dollars open: `$$"costs $price or $$price"` reads `"costs  price or  $price"`."""
    return _SEVERAL_DOLLARS.sub(lambda match: b"  " + _DOLLARS.sub(_one_less, match[1]), content)


def _one_less(match: re.Match[bytes]) -> bytes:
    return b" $" if match[0] == b"$$" else b" " * len(match[0])


REPAIRS = (blank_contexts, spell_guards, spell_several_dollars)
