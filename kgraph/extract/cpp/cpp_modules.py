"""Modules of C++20: `export module a.b;`, `import a.c;`, `export { ... }`.

Input: scanned code. Output: the same without what a parser of declarations takes for declarations of its own; header
units (`import <vector>;`) as includes; the name that other units import a file by, and the modules that it imports.
"""

from __future__ import annotations

import re

from kgraph.extract.cpp.lexicon import blank
from kgraph.extract.cpp.preprocessor import conditions
from kgraph.extract.cpp.scanner import CppSource
from kgraph.extract.text import clean
from kgraph.model import IncludeFact

_MODULE = rb"module\b[ \t]*+[\w.]*+(?:[ \t]*+:[ \t]*+[\w.]++)?+"
_ATTRIBUTES = rb"(?:\s*+\[\[[^\[\];]*+\]\])*+"
_IMPORT = rb"import\b[ \t]*+(?:[\w.:]++|<[^<>\n]*+>|\"[^\"\n]*+\")"
_DECLARATION = re.compile(
    rb"^[ \t]*+(?:export\s++)?+(?:" + _MODULE + rb"|" + _IMPORT + rb")" + _ATTRIBUTES + rb"[ \t]*+;", re.MULTILINE
)
_UNIT = re.compile(
    rb"^[ \t]*+(export\s++)?+(module|import)\b[ \t]*+([\w.]*+)[ \t]*+(?::[ \t]*+([\w.]++))?+"
    + _ATTRIBUTES
    + rb"[ \t]*+;",
    re.MULTILINE,
)
_EXPORT = re.compile(rb"\bexport\b(?=\s*+(\{)?+)")
_HEADER_UNIT = re.compile(rb"""^[ \t]*+(?:export\s++)?+(import)\s*+(?:<([^<>\n]++)>|"([^"\n]++)")\s*+;""", re.MULTILINE)
_BRACE = re.compile(rb"[{}]")


def header_units(source: CppSource) -> list[IncludeFact]:
    """Headers that are imported, `import "shape.h";`, as they are included."""
    if b"import" not in source.code:
        return []
    held = conditions(source)
    return [
        IncludeFact(
            clean((match[2] or match[3]).decode("utf-8", "replace")),
            source.line(match.start(1)),
            "angled" if match[2] else "quoted",
            held(match.start(1)),
        )
        for match in _HEADER_UNIT.finditer(source.content)
        if source.code[match.start(1) : match.end(1)] == b"import"
    ]


def module_unit(source: CppSource) -> tuple[str, list[IncludeFact]]:
    """The name that other units import a file by, and the modules that it imports; parts of a module as `module:part`.

    What implements a module (`module a.b;`) imports its interface without a word.
    """
    if b"module" not in source.code and b"import" not in source.code:
        return "", []
    own = name = ""
    imports: list[IncludeFact] = []
    held = conditions(source) if b"import" in source.code else None
    for match in _UNIT.finditer(source.code):
        whole, part = match[3].decode("ascii", "replace"), (match[4] or b"").decode("ascii", "replace")
        line = source.line(match.start(2))
        if match[2] == b"import":
            if (whole and part) or not (whole or (own and part)):
                continue  # no name of a module
            condition = held(match.start(2)) if held else ""
            imports.append(IncludeFact(whole or f"{own}:{part}", line, "import", condition))
        elif whole:
            own = whole
            name = f"{whole}:{part}" if part else whole if match[1] else ""
            if not name:
                imports.append(IncludeFact(whole, line, "import"))
    return name, imports


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
