"""Modules of C++20: `export module a.b;`, `import a.c;`, `export { ... }`.

Input: scanned code. Output: the same without what a parser of declarations takes for declarations of its own, and
header units (`import <vector>;`) as includes. Which file a module is, is not followed.
"""

from __future__ import annotations

import re

from kgraph.extract.cpp.lexicon import blank
from kgraph.extract.cpp.scanner import CppSource
from kgraph.extract.text import clean
from kgraph.model import IncludeFact

_MODULE = rb"module\b[ \t]*+[\w.]*+(?:[ \t]*+:[ \t]*+[\w.]++)?+"
_IMPORT = rb"import\b[ \t]*+(?:[\w.:]++|<[^<>\n]*+>|\"[^\"\n]*+\")"
_DECLARATION = re.compile(rb"^[ \t]*+(?:export\s++)?+(?:" + _MODULE + rb"|" + _IMPORT + rb")[ \t]*+;", re.MULTILINE)
_EXPORT = re.compile(rb"\bexport\b(?=\s*+(\{)?+)")
_HEADER_UNIT = re.compile(rb"""^[ \t]*+(?:export\s++)?+(import)\s*+(?:<([^<>\n]++)>|"([^"\n]++)")\s*+;""", re.MULTILINE)
_BRACE = re.compile(rb"[{}]")


def header_units(source: CppSource) -> list[IncludeFact]:
    """Headers that are imported, `import "shape.h";`, as they are included."""
    if b"import" not in source.code:
        return []
    return [
        IncludeFact(
            clean((match[2] or match[3]).decode("utf-8", "replace")),
            source.line(match.start(1)),
            "angled" if match[2] else "quoted",
        )
        for match in _HEADER_UNIT.finditer(source.content)
        if source.code[match.start(1) : match.end(1)] == b"import"
    ]


def blank_modules(code: bytearray) -> None:
    """Blank the directives of modules and the word `export`, with the braces of its blocks, in place."""
    if b"module" not in code and b"import" not in code and b"export" not in code:
        return
    for match in list(_DECLARATION.finditer(code)):
        blank(code, *match.span())
    closing: dict[int, int] | None = None
    for match in list(_EXPORT.finditer(code)):
        blank(code, *match.span(0))
        if match[1]:
            closing = closing or _closing_braces(code)
            for at in (match.start(1), closing.get(match.start(1), -1)):
                if at >= 0:
                    blank(code, at, at + 1)


def _closing_braces(code: bytearray) -> dict[int, int]:
    """Where each brace that opens is closed."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACE.finditer(code):
        if match[0] == b"{":
            opened.append(match.start())
        elif opened:
            closing[opened.pop()] = match.start()
    return closing
