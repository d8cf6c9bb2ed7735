"""Whether the code of a function differs, or only what is said about it.

Input: contents of files, and ranges of lines. Output: the code without comments, documentation strings and layout, by
Pygments. Where indentation means something, it stays.
"""

from __future__ import annotations

import re
import textwrap
from functools import cache
from typing import Any

from pygments.lexers import get_lexer_for_filename
from pygments.token import Comment, String
from pygments.util import ClassNotFound

from kgraph.languages import PYTHON_FAMILY

MAX_CODE = 200_000  # characters of a function that are compared without comments
_LONG_LINE = 5_000  # characters; what is longer is data, on which a lexer may spend minutes
_DIRECTIVES = (Comment.Preproc, Comment.PreprocFile, Comment.Hashbang)


def lines_of(content: bytes, first: int, last: int) -> str:
    """Some lines of a content, counted from 1."""
    return "\n".join(content.decode("utf-8", "replace").split("\n")[first - 1 : last])


def same_code(before: str, after: str, path: str, language: str) -> bool:
    """Whether two texts of a function are the same but for comments and layout."""
    if before == after:
        return True
    lexer = _lexer(path)
    if lexer is None or max(len(before), len(after)) > MAX_CODE:
        return False
    if any(len(line) > _LONG_LINE for text in (before, after) for line in text.split("\n")):
        return False
    return _bare(before, lexer, language) == _bare(after, lexer, language)


def bare(text: str, path: str, language: str) -> str:
    """A text of a function or class without comments and layout; as it is where that cannot be told."""
    lexer = _lexer(path)
    if lexer is None or len(text) > MAX_CODE or any(len(line) > _LONG_LINE for line in text.split("\n")):
        return text
    return "\n".join(_bare(text, lexer, language))


@cache
def _lexer(path: str) -> Any:
    try:
        return get_lexer_for_filename(path.rpartition("/")[2], stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _bare(text: str, lexer: Any, language: str) -> list[str]:
    python = language in PYTHON_FAMILY
    pieces = []
    for kind, value in lexer.get_tokens(textwrap.dedent(text)):
        if kind in Comment and not any(kind in each for each in _DIRECTIVES):
            continue
        if python and kind in String.Doc:
            continue
        pieces.append(value if kind not in String else value.replace("\n", "\0"))
    lines = "".join(pieces).split("\n")
    if python:
        return [line.rstrip() for line in lines if line.strip()]
    return re.sub(r"[^\S\0]+", " ", " ".join(lines)).split()
