"""Macros that stand behind what they are about, defined where nobody sees it: `int x __aligned(8);`, `enum { A DEPR }`.

Input: scanned code. Output: the same with these macros blanked, so that the name before them is the one that is
declared. SDKs and firmware put them behind variables, enumerators, aliases, namespaces, classes and whole types.

On purpose only names count that are spelled as macros, in capitals or with two underscores, and only where what stands
before them is a whole declaration without them.
"""

from __future__ import annotations

import re

from kgraph.extract.cpp.lexicon import NESTED_PARENS, WORD_BYTES, blank, byte_words

_NAME = rb"(?:__\w++|_*+[A-Z][A-Z0-9_]++(?![a-z]))"
_MACRO = _NAME + rb"(?:\s*+" + NESTED_PARENS + rb")?+"
_MACROS = rb"((?:\s++" + _MACRO + rb")++)"
_EQUALS, _BRACE, _BRACE_OR_COLON, _BEHIND_VARIABLE = ((b"=",), (b"{",), (b"{", b":"), (b";", b"="))
_CAPITALS = re.compile(rb"_*[A-Z][A-Z0-9_]*")
# Such a macro behind a blank. It begins with a letter and not with a look behind, so that the engine need not try every
# position; the patterns below begin with their words for the same reason.
_BEHIND_BLANK = (
    rb"[A-Z_](?<=\s.)(?:(?<=_)_\w++|(?<=_)_*+[A-Z][A-Z0-9_]++(?![a-z])|(?<=[A-Z])[A-Z0-9_]++(?![a-z]))"
    rb"(?:\s*+" + NESTED_PARENS + rb")?+"
)
_ANY = re.compile(_BEHIND_BLANK + rb"\s*+([;=:{])", re.DOTALL)
_BEHIND_NAME = re.compile(_BEHIND_BLANK + rb"(?=\s*+[;=])", re.DOTALL)
_NAME_ENDS = WORD_BYTES | {ord("]")}
# What begins behind a sign or the label of an access.
_TYPES = rb"((?:(?:\w|::)++(?:<[^;{}()]*+>)?+[\s*&]++)*)"
_BEFORE = re.compile(rb"(?:^|[;{}]|(?<!:):(?!:))\s*+" + _TYPES + rb"(\w++)\s*+(?:\[[^\]]*+\])*+\s*+\Z")
_MAX_MACROS = 4  # behind one name
_MAX_BEFORE = 300  # bytes of a declaration in front of a macro
_ALIAS = re.compile(rb"using(?<!\wusing)\s++[A-Za-z_]\w*+" + _MACROS + rb"(?=\s*+=)")
_NAMESPACE = re.compile(rb"namespace(?<!\wnamespace)\s++([A-Za-z_][\w:]*+)" + _MACROS + rb"(?=\s*+\{)")
_TYPE = re.compile(
    rb"(?:c(?<!\wc)lass|s(?<!\ws)truct|u(?<!\wu)nion|e(?<!\we)num(?:\s++(?:class|struct))?+)(?:\s*+\[\[[^\[\]]*+\]\])*+(?:\s++"
    + _MACRO
    + rb")*+\s++([A-Za-z_]\w*+)"
    + _MACROS
    + rb"(?=\s*+[:{])"
)
# Without parentheses or underscores it is rather the type of what comes after a function.
_TELLING = rb"(?:__\w++(?:\s*+" + NESTED_PARENS + rb")?+|" + _NAME + rb"\s*+" + NESTED_PARENS + rb")"
_BEHIND_BODY = re.compile(rb"\}\s*+(" + _TELLING + rb")(?=\s++\**+[A-Za-z_]\w*+\s*+[;,=\[])")
_ENUM = re.compile(rb"enum(?<!\wenum)\b[^;{}()]*+\{([^{}]*+)\}")
_ENUMERATOR = re.compile(
    rb"(?:\A|,)\s*+[A-Za-z_]\w*+((?:\s++[A-Za-z_]\w*+(?:\s*+" + NESTED_PARENS + rb")?+)++)(?=\s*+(?:[,=]|\Z))"
)
_NO_TYPES = byte_words(
    "const volatile static extern inline register struct class union enum typename typedef constexpr mutable"
)
_NO_NAMES = byte_words(
    "int char short long float double void bool unsigned signed auto const volatile static extern inline register "
    "struct class union enum typename typedef constexpr mutable return goto operator default delete override final "
    "noexcept"
)


def blank_trailing_macros(code: bytearray) -> None:
    """Blank them in place."""
    signs = frozenset(_ANY.findall(code))
    for pattern, behind in ((_ALIAS, _EQUALS), (_NAMESPACE, _BRACE), (_TYPE, _BRACE_OR_COLON)):
        for match in list(pattern.finditer(code)) if not signs.isdisjoint(behind) else ():
            named = match[1] if pattern is not _ALIAS else b""
            if not _CAPITALS.fullmatch(named):
                blank(code, *match.span(pattern.groups))
    for match in list(_BEHIND_BODY.finditer(code)):
        if not match[1].endswith(b"DECLARE"):
            blank(code, *match.span(1))
    for enum in list(_ENUM.finditer(code)):
        for item in list(_ENUMERATOR.finditer(enum[1])):
            blank(code, enum.start(1) + item.start(1), enum.start(1) + item.end(1))
    for _ in range(0 if signs.isdisjoint(_BEHIND_VARIABLE) else _MAX_MACROS):
        spans = [(start, m.end()) for m in _BEHIND_NAME.finditer(code) if (start := _end_of_name(code, m))]
        for start, end in spans:
            blank(code, start, end)
        if not spans:
            break


def _end_of_name(code: bytearray, macro: re.Match[bytes]) -> int:
    """Where the name ends that a macro is behind; 0 where that is behind no declared name."""
    at = macro.start()
    blanks = code[max(0, at - _MAX_BEFORE) : at]
    if blanks.isspace():
        blanks = code[:at]
    end = at - len(blanks) + len(blanks.rstrip())
    if code[end - 1] not in _NAME_ENDS:
        return 0
    before = _BEFORE.search(code, max(0, end - _MAX_BEFORE), end)
    return end if before is not None and _declares(before[1], before[2], macro[0]) else 0


def _declares(front: bytes, name: bytes, macro: bytes) -> bool:
    """Whether a type and a name stand in front of what looks like a macro."""
    words = re.findall(rb"[\w:]+|[*&]", re.sub(rb"<[^;{}()]*>", b"", front))
    if name in _NO_NAMES or name[:1].isdigit():
        return False
    if words[-1:] in ([b"*"], [b"&"]):
        return len(words) > 1
    types = [word for word in words if word not in _NO_TYPES]
    if not types or words[-1] in (b"struct", b"class", b"union", b"enum", b"typename"):
        return False
    # `EXPORT type NAME;`: which of the three is the macro, only its parentheses or underscores tell.
    is_plain = _CAPITALS.fullmatch(macro) is not None
    return not (is_plain and len(types) == 1 and _CAPITALS.fullmatch(types[0]) is not None)
