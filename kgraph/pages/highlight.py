"""Sources as HTML: coloured by Pygments, a span for each line that a link can lead to.

Input: text and language. Output: HTML. Pygments reads half a megabyte in a second, so this is work for several
processes.
"""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import STANDARD_TYPES, Token
from pygments.util import ClassNotFound

_LONG = 5_000  # characters of a line; what is longer is data, on which a lexer may spend minutes
_LEXERS = {
    "C++": "cpp",
    "CUDA": "cuda",
    "C": "c",
    "Python": "python",
    "Shell": "bash",
    "Starlark": "python",
    "Objective-C++": "objective-c++",
}


@cache
def _lexer(language: str, name: str) -> Any:
    try:
        return get_lexer_by_name(_LEXERS.get(language, language.lower()), stripnl=False, ensurenl=False)
    except ClassNotFound:
        pass
    try:
        return get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


# The kinds of tokens that are coloured, by the short class that Pygments gives them; others look like plain text.
_COLOURED = frozenset(["k", "c", "s", "m", "n", "o", "g", "e"])


@cache
def _class(kind: Any) -> str:
    if kind in Token.Name and kind not in (Token.Name.Function, Token.Name.Class, Token.Name.Decorator):
        return ""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    short = STANDARD_TYPES[kind]
    if short in ("nf", "nc", "nd"):
        return "n"
    return short[0] if short and short[0] in _COLOURED and short[0] not in "no" else ""


def highlight(source: tuple[str, str, str]) -> str:
    """Language, name and text of a file, as the inside of a `pre`."""
    language, name, text = source
    lexer = _lexer(language, name) if max(map(len, text.split("\n"))) < _LONG else None
    pieces = lexer.get_tokens(text) if lexer is not None and text else [(Token.Text, text)]
    lines: list[str] = []
    line: list[str] = []
    for kind, value in pieces:
        style = _class(kind)
        first, *others = value.split("\n")
        _add(line, style, first)
        for other in others:
            lines.append("".join(line))
            line = []
            _add(line, style, other)
    lines.append("".join(line))
    return "\n".join(f'<span id="L{number}">{content}</span>' for number, content in enumerate(lines, 1))


def _add(line: list[str], style: str, text: str) -> None:
    if text:
        shown = escape(text, quote=False)
        line.append(f'<span class="{style}">{shown}</span>' if style else shown)
