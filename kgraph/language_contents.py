"""Names that several languages share: which one a file is written in, by its first bytes.

Input: a path, and the first `CONTENT_READ` bytes of the file. Output: the name of a language.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kgraph.languages import detect_by_name

CONTENT_READ = 4096  # first bytes that tell
_QT_TRANSLATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!DOCTYPE\s+TS|TS)\b")
_OBJECTIVE_C = re.compile(
    rb"^[ \t]*(?:#[ \t]*(?:import|include|define|pragma|ifn?def|if|undef)\b|//|/\*|"
    rb"@(?:interface|implementation|protocol|class|import|end)\b)",
    re.MULTILINE,
)
_MERCURY = re.compile(rb"^:-[ \t]*module\b", re.MULTILINE)
_MATLAB = re.compile(
    rb"\A\s*(?:%|##?(?:[ \t#]|\n))|^[ \t]*(?:function\b|classdef\b|end(?:function)?[ \t]*;?[ \t]*(?:%[^\n]*)?$|"
    rb"(?:clc|clear|close[ \t]+all|hold[ \t]+on)\b)|^[ \t]*[\w.(),: ]+=[^=\n]*;?[ \t]*%",
    re.MULTILINE,
)
# Of `.inc` the first row that fits; what fits none is a part of a C++ source.
_INCLUDED = (
    ("reStructuredText", re.compile(rb"^\.\. (?:_[^:\n]+:|[\w-]+::)", re.MULTILINE)),
    ("PHP", re.compile(rb"<\?(?:php\b|=)", re.IGNORECASE)),
    ("C++", re.compile(rb"^[ \t]*(?:#[ \t]*(?:include|define|if|ifn?def|undef|pragma|endif)\b|//|/\*)", re.MULTILINE)),
    ("HTML", re.compile(rb"\A\s*<(?:!DOCTYPE[ \t]+html|html|div|head|table|!--)", re.IGNORECASE)),
    ("XML", re.compile(rb"\A\s*<\?xml\b")),
    (
        "Assembly",
        re.compile(rb"^[ \t]*(?:%(?:define|macro|include|ifdef|ifndef)\b|;[^\n]*\n[ \t]*[;%.\w])", re.MULTILINE),
    ),
    ("Pascal", re.compile(rb"\{\$\w|^[ \t]*(?:procedure|unit|implementation|begin)\b", re.IGNORECASE | re.MULTILINE)),
    ("POV-Ray SDL", re.compile(rb"^[ \t]*#(?:declare|macro|local|version)\b", re.MULTILINE)),
    (
        "BitBake",
        re.compile(
            rb"^(?:SUMMARY|DESCRIPTION|LICENSE|SRC_URI|DEPENDS|PACKAGES|IMAGE_\w+)\b|^(?:inherit|require)[ \t]+\S", re.M
        ),
    ),
    (
        "Makefile",
        re.compile(rb"\$\(\w|^(?:ifeq|ifneq|ifdef|ifndef|include|export)[ \t]|^[\w.-]+[ \t]*[:+?]=", re.MULTILINE),
    ),
    (
        "Fortran",
        re.compile(
            rb"^[ \t]*(?:implicit[ \t]+none|(?:integer|real|double precision|logical|common)\b[^;\n]*$)", re.I | re.M
        ),
    ),
    ("SQL", re.compile(rb"^[ \t]*(?:--|(?:create|select|insert|drop|let|set)\b[^;]*;)", re.IGNORECASE | re.MULTILINE)),
)


def is_ambiguous(path: str) -> bool:
    """Whether files of different languages are named like that; then their first bytes tell."""
    return path.endswith(_AMBIGUOUS)


def detect_by_content(path: str, start: bytes) -> str:
    """The language of a file that is ambiguously named, by its first bytes; else by its name alone."""
    tell = _BY_CONTENT.get(path.rpartition(".")[2])
    return (tell(start) if tell else "") or detect_by_name(path)


def _detect_ts(start: bytes) -> str:
    """Translations of Qt, which are XML, or TypeScript."""
    return "XML" if _QT_TRANSLATION.match(start) else ""


def _detect_m(start: bytes) -> str:
    if _MERCURY.search(start):
        return "Mercury"
    if start.lstrip().startswith(b"(*"):
        return "Mathematica"
    # A comment of MATLAB may hold anything, and no text of Objective-C begins with one.
    if start.lstrip().startswith(b"%") or not _OBJECTIVE_C.search(start):
        return "MATLAB" if _MATLAB.search(start) else ""
    return ""


def _detect_inc(start: bytes) -> str:
    return next((language for language, pattern in _INCLUDED if pattern.search(start)), "")


_BY_CONTENT: dict[str, Callable[[bytes], str]] = {"ts": _detect_ts, "m": _detect_m, "inc": _detect_inc}
_AMBIGUOUS = tuple(f".{extension}" for extension in _BY_CONTENT)
