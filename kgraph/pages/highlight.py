"""Sources in coloured pieces, as the grammar of their language tells them apart, or else Pygments.

Input: text and language. Output: the pieces of each line. Either way each piece has a kind of token of Pygments. Its
lexers read half a megabyte in a second, so this is work for several processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from pygments.token import STANDARD_TYPES, Token
from pygments.util import ClassNotFound

from kgraph.pages import grammar_colours
from kgraph.pages.crossref.linked_lines import Piece

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


def prepare(files: Iterable[tuple[str, str]]) -> None:
    """Load what files of some languages and names are coloured by, so that copies of this process need not."""
    for language, name in files:
        if not grammar_colours.is_known(language):
            _lexer(language, name)


def _lexer(language: str, name: str) -> Any:
    return _lexer_of_language(language) or _lexer_of_name(name)


@cache
def _lexer_of_language(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name  # slow to come, and rarely needed

    try:
        return get_lexer_by_name(_LEXERS.get(language, language.lower()), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@cache
def _lexer_of_name(name: str) -> Any:
    from pygments.lexers import get_lexer_for_filename

    try:
        return get_lexer_for_filename(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


# The kinds of tokens that are coloured, by the short class that Pygments gives them; others look like plain text.
_COLOURED = frozenset(["k", "c", "s", "m", "n", "o", "g", "e"])


@cache
def colour_class(kind: Any) -> str:
    """The class by which a site colours a kind of token, "" for none."""
    if kind in Token.Name and kind not in (Token.Name.Function, Token.Name.Class, Token.Name.Decorator):
        return ""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    short = STANDARD_TYPES[kind]
    if short in ("nf", "nc", "nd"):
        return "n"
    return short[0] if short and short[0] in _COLOURED and short[0] not in "no" else ""


@cache
def pygments_class(kind: Any) -> str:
    """The class that the style sheets of Pygments give a kind of token."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    short: str = STANDARD_TYPES[kind]
    return short


def split_lines(language: str, name: str, text: str, style: Callable[[Any], str] = colour_class) -> list[list[Piece]]:
    """The coloured pieces of each line of a file of a language and a name; `style` is the class of a token's kind."""
    lines: list[list[Piece]] = [[]]
    kinds: dict[Any, tuple[str, bool]] = {}
    line = lines[0]
    for kind, value in _tokens(language, name, text):
        found = kinds.get(kind)
        if found is None:
            found = kinds[kind] = style(kind), _is_code(kind)
        shown, is_code = found
        first, *others = value.split("\n") if "\n" in value else (value,)
        if first:
            _append(line, shown, first, is_code)
        for part in others:
            line = [(shown, part, is_code)] if part else []
            lines.append(line)
    return lines


def _append(line: list[Piece], shown: str, text: str, is_code: bool) -> None:
    """Add a piece to a line; what looks the same is one piece."""
    if line and line[-1][0] == shown and line[-1][2] is is_code:
        line[-1] = (shown, line[-1][1] + text, is_code)
    else:
        line.append((shown, text, is_code))


def _tokens(language: str, name: str, text: str) -> Iterable[tuple[Any, str]]:
    if not text or max(map(len, text.split("\n"))) >= _LONG:
        return [(Token.Text, text)]
    if (found := grammar_colours.colour(language, text)) is not None:
        return found
    lexer = _lexer(language, name)
    return [(Token.Text, text)] if lexer is None else lexer.get_tokens(text)


@cache
def _is_code(kind: Any) -> bool:
    """Whether a name in such a token can be one that the graph knows."""
    if kind in Token.Comment:
        return kind in Token.Comment.Preproc
    return kind not in Token.Literal
