"""What a file says of itself: the comment at its top, without what says nothing of the file.

Input: comments without their markers, or the text of a file whose reader finds no comment of the file. Output: the
paragraphs that describe it. Licences, banners drawn with letters, keywords of version control, mode lines of editors,
placeholders of templates and notes of what is left to do are no description.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from functools import lru_cache

from kgraph.extract.text import clean
from kgraph.extract.tool_notes import is_tool_note
from kgraph.languages import PYTHON_FAMILY

_MAX_DESCRIPTION = 4000  # characters
_MAX_LINES = 400  # of comments at the top; who writes more wrote no comments
_LICENCE = re.compile(
    r"copyright|licen[sc]e|redistribut|warrant|permission is hereby|all rights reserved|[\"'`]as[- ]is|endorse|SPDX|"
    r"merchantab|liab(?:le|ility)|in no event|apache\.org|this software|\(c\)|copies of the software|public domain|"
    r"altered source versions|from any source\s+distribution|"
    r"^see (?:the )?(?:AUTHORS|COPYING|NOTICE)\b",
    re.IGNORECASE,
)
_MODE_LINE = re.compile(r"\s*-+\*-.*?-\*-+|^(?:vim?|ex):.*$|\s*[-=*]{3,}\s*(?:/+)?$|^[-=*]{3,}\s*")
_SAYS_NOTHING = re.compile(
    r"(?:[$@{]+[\w.: ]*[$@}]+|%\w+%)$"  # `${generated_comment}`, `@PACKAGE_INIT@`, `@generated`, `$Id$`
    r"|\$(?:Id|Revision|Date|Header|Author|RCSfile|Source)\b.*\$$"
    r"|@generated\b.{0,20}$"
    r"|(?:TODO|FIXME|XXX|HACK)\b"
    r"|(?:[@\\]?file(?:name)?:?\s+)?[\w./+-]+\.\w{1,5}$"  # the file's own name
    r"|(?:[@\\]?authors?|[@\\]date|[@\\]since|[@\\]version|created|created (?:by|on)|written by|modified)\b.{0,80}$"
    r"|[\w:.]+\(\)$"  # a function's name
    r"|[@\\]file$|</?\w+>$",
    re.IGNORECASE,
)
_MIN_LICENCE = 4  # different words of licences in a docstring that is one
_MIN_WORDS = 0.5  # share of letters and digits among what a line of words prints


@lru_cache(maxsize=256)  # the files of a repository have the same few licences at their top
def describing(text: str) -> str:
    """A comment without the paragraphs that say nothing of the file; empty where none is left."""
    return "\n\n".join(_paragraphs(text))


def has_licence(text: str) -> bool:
    """Whether a comment holds words that licences have."""
    return _LICENCE.search(text) is not None


def without_licence(docstring: str) -> str:
    """A docstring without the licence that it holds; one that is about licences is no licence."""
    words = {word.lower() for word in _LICENCE.findall(docstring)}
    return describing(docstring) if len(words) >= _MIN_LICENCE else docstring


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in _split(text):
        if "```" in paragraph:  # an example, of which no line may be missing
            if not _LICENCE.search(paragraph):
                yield paragraph
            continue
        lines = [line for line in (_MODE_LINE.sub("", line).rstrip() for line in paragraph.split("\n")) if line.strip()]
        lines = [line for line in lines if not is_tool_note(line)]
        drawn = sum(not _has_words(line) for line in lines)
        if drawn and 2 * drawn >= len(lines) - 1:  # letters drawn with signs; what stands among them is part of it
            continue
        while lines and _SAYS_NOTHING.match(lines[0].strip()):
            del lines[0]
        paragraph = "\n".join(lines)
        if paragraph and not _LICENCE.search(paragraph):
            yield paragraph


def _split(text: str) -> Iterator[str]:
    """The paragraphs; an example between fences is part of one, with its empty lines."""
    if "```" not in text:
        yield from re.split(r"\n\s*\n", text)
        return
    lines: list[str] = []
    is_fenced = False
    for line in text.split("\n"):
        is_fenced ^= line.lstrip().startswith("```")
        if line.strip() or is_fenced:
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines = []
    if lines:
        yield "\n".join(lines)


def _has_words(line: str) -> bool:
    printed = "".join(line.split())
    return sum(map(str.isalnum, printed)) >= _MIN_WORDS * len(printed)


_HASH = ("#", None, None)
_SLASHES = ("//", "/*", "*/")
_MARKERS = {
    **dict.fromkeys(
        ("CMake", "Shell", "YAML", "TOML", "Makefile", "Dockerfile", "Starlark", "Perl", "Ruby", "R", "Meson", "Tcl"),
        _HASH,
    ),
    **dict.fromkeys(("Julia", "Elixir", "Nix", "Awk", "PowerShell", "Just", "GraphQL", "HCL", *PYTHON_FAMILY), _HASH),
    **dict.fromkeys(("Go", "Rust", "Java", "C#", "Kotlin", "Swift", "PHP", "JavaScript", "TypeScript"), _SLASHES),
    **dict.fromkeys(("TSX", "Scala", "Dart", "Groovy", "Protocol Buffer", "GLSL", "SCSS", "Zig", "V"), _SLASHES),
    **dict.fromkeys(("SQL", "Lua", "Haskell", "Ada", "VHDL", "Elm"), ("--", None, None)),
    **dict.fromkeys(("MATLAB", "Erlang", "TeX"), ("%", None, None)),
    **dict.fromkeys(("Assembly", "INI", "Common Lisp", "Scheme", "Emacs Lisp", "Clojure"), (";", None, None)),
}
# What may stand directly below the comment of a file: a declaration has a comment of its own.
_OPENER = re.compile(
    r"(?:package|import|from|use|using|require|include|cmake_minimum_required|project|set\s+-|syntax|module|load)\b"
    r"|#!\[|---|<\?php|\"use strict\"|'use strict'"
)
_ANNOTATED = re.compile(r"^@[\w.]+(?:\([^()]*\))?\s+(?:@[\w.]+\s+)*package\s", re.MULTILINE)  # `package-info.java`
_SCRIPT = re.compile(r"# /// [\w-]+$")
_BEFORE = re.compile(r"#!\[|[\"']use \w+[\"'];?$|@file:")  # what stands above the comment of a file in some languages
_LINE_MARKER = re.compile(r"(?://+|#+|--+|%+|;+)!? ?")
_BLOCK_MARKER = re.compile(r"(?:/\*+!?|\*+(?!/))[ \t]?")
_RULE = re.compile(r"^(?:[-=~;%*]{2,}|/{3,})(?=\s|$)\s*|\s+[*/#=;%~-]+$|^[-\s*/#;%=!~]+$")  # drawn around words


def leading_comment(text: str, language: str) -> str:
    """What the comment at the top of a file says of it; empty where there is none, or it is that of a declaration.

    For languages whose readers find no comment of the file. A comment is the file's where an empty line follows, or
    what opens a file: a package clause, imports.
    """
    markers = _MARKERS.get(language)
    if markers is None:
        return ""
    for comment, below in _blocks(text, *markers):
        if below and not _OPENER.match(below) and not (below[0] == "@" and _ANNOTATED.search(text)):
            return ""
        if found := describing(comment):
            return clean(found[:_MAX_DESCRIPTION])
    return ""


def _first_lines(text: str) -> Iterator[str]:
    start = 0
    for _ in range(_MAX_LINES):
        end = text.find("\n", start)
        yield text[start:] if end < 0 else text[start:end]
        if end < 0:
            return
        start = end + 1


def _blocks(text: str, line_marker: str, opening: str | None, closing: str | None) -> Iterator[tuple[str, str]]:
    """The comments at the top, each with the line of code directly below it, if any, up to the first line of code."""
    block: list[str] = []
    inside = is_metadata = is_attribute = False
    for number, spelled in enumerate(_first_lines(text[: _MAX_LINES * 200])):
        line = spelled.strip("\ufeff \t\r")
        if number == 0 and (line.startswith("#!") or line.lower() == "<?php"):
            continue
        if is_metadata or _SCRIPT.match(line):
            is_metadata = line != "# ///"  # what a script needs, by PEP 723
        elif inside or (opening and line.startswith(opening)):
            words = (spelled.rstrip() if inside else line).partition(closing or "\0")[0].rstrip(" \t*")
            is_starred = not inside or words.lstrip().startswith("*")
            inside = closing is not None and closing not in line
            block.append(_RULE.sub("", _BLOCK_MARKER.sub("", words.lstrip(), count=1) if is_starred else words))
        elif is_attribute or (not block and _BEFORE.match(line)):
            is_attribute = line.startswith("#![") and not line.endswith("]") if not is_attribute else line != ")]"
        elif line.startswith(line_marker):
            block.append(_RULE.sub("", _LINE_MARKER.sub("", line, count=1)))
        elif block:
            yield _dedent(block), line
            if line and not _BEFORE.match(line):
                return
            block = []
        elif line:
            return
    if block and not inside:
        yield _dedent(block), ""


def _dedent(lines: list[str]) -> str:
    """The lines of a comment; what stands below its opening may all be indented, to the words of the first."""
    first, *rest = lines
    return "\n".join([first.strip(), textwrap.dedent("\n".join(rest))]) if rest else first.strip()
