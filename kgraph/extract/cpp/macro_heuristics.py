"""Guesses about macros that nobody defined where we could see it.

Input: code that the parser stumbled over. Output: the code with the words blanked that are one too many to be a type
and a name: `PROTOC_EXPORT std::string Strip(...)`, `Chunk* PROTOBUF_NULLABLE head`, `int n GUARDED_BY(mutex)`.

On purpose this is for files with errors only. A guess may be wrong; the caller parses again and keeps the better tree.
"""

from __future__ import annotations

import re

from kgraph.extract.cpp.lexicon import BUILTIN_TYPES, KEYWORDS, NESTED_ANGLES, NESTED_PARENS, blank, byte_words

_UPPER = rb"(?:[A-Z_][A-Z0-9_]{2,}+\b|__[a-z]\w*+)"  # or underlined, as compilers' own attributes are
_QUALIFIER = rb"(?:\b(?:const|noexcept|override|final|volatile)\b|&&?|\s)*+"

_BEHIND_PARAMETERS = re.compile(
    rb"\)"
    + _QUALIFIER
    + rb"((?:"
    + _UPPER
    + rb"(?:\s*+"
    + NESTED_PARENS
    + rb")?+\s*+)++)(?:(?="
    + _QUALIFIER
    + rb"([;{=:]|->))|)"
)
_BEHIND_POINTER = re.compile(
    rb"[*&]\s*+("
    + _UPPER
    + rb"(?:\s*+"
    + NESTED_PARENS
    + rb")?+(?:\s++"
    + _UPPER
    + rb"(?:\s*+"
    + NESTED_PARENS
    + rb")?+)*)"
    rb"(?=\s++[A-Za-z_:]|\s*+[*&,)>])"
)
_BEHIND_ARRAY = re.compile(rb"\]\s*+(" + _UPPER + rb"(?:\s*+" + NESTED_PARENS + rb")?+)(?=\s*+[;={,)])")
_RUN = re.compile(rb"(?:\A|[;{}(),<>*&:])\s*+([A-Za-z_]\w*+(?:\s++[A-Za-z_]\w*+)*+)\s*+(?=(\W\W?|\Z))")
_WORD = re.compile(rb"[A-Za-z_]\w*+")
_BALANCED = re.compile(rb"\s*+" + NESTED_PARENS + rb"\s*+(?=[;={,]|\Z|[A-Za-z_]\w*+\s*+[(;=])")
_QUALIFIED = re.compile(
    rb"(?:\s*+(?:" + NESTED_ANGLES + rb")?+\s*+::\s*+~?\w*+)*+(?:\s*+" + NESTED_ANGLES + rb")?+\s*+([^\s])"
)
_BEHIND_NAME = frozenset((b"(", b";", b"=", b"[", b"{", b","))
_MAX_QUALIFIER = 1000  # bytes behind a word, for each may begin what others end
_CALL = re.compile(rb"[A-Za-z_]\w*+\s*+\(")
_EMPTY_TEMPLATE = re.compile(rb"template\s*+<\s*+$")

_TYPES = frozenset(word.encode() for word in BUILTIN_TYPES)
_ELABORATING = byte_words("class struct union enum typename")
_NOT_TYPES = frozenset(word.encode() for word in KEYWORDS) - _TYPES
_STOPPERS = byte_words("return using namespace goto case default new delete throw template typedef")


def blank_surplus_words(code: bytearray) -> bool:
    """Blank in place; says whether anything changed."""
    original = bytes(code)
    for match in _BEHIND_PARAMETERS.finditer(original):
        start, end = match.span(1)
        if match[2] is not None:
            blank(code, start, end)
        elif original[start:end].rstrip().endswith(b")") and not _CALL.match(original, end):
            # A macro for the body: `auto f() RETURNS(1 + 1)`.
            blank(code, start, end)
            code[start] = 59
    for pattern in (_BEHIND_POINTER, _BEHIND_ARRAY):
        for match in pattern.finditer(original):
            blank(code, *match.span(1))
    snapshot = bytes(code)
    for match in _RUN.finditer(snapshot):
        if match.end(1) - match.start(1) > 400:
            continue
        for start, end in _surplus(snapshot, match):
            blank(code, start, end)
    return code != original


def _surplus(code: bytes, match: re.Match[bytes]) -> list[tuple[int, int]]:
    """The words of a run that cannot all be a type and a name."""
    words = list(_WORD.finditer(code, match.start(1), match.end(1)))
    follower = match[2]
    if any(word[0] in _STOPPERS for word in words):
        return []
    opener = code[match.start() : match.start() + 1]
    has_type = opener in (b">", b"*", b"&") and not _EMPTY_TEMPLATE.search(
        code[max(0, match.start() - 400) : match.start()]
    )
    plain: list[re.Match[bytes]] = []
    elaborated = False
    for word in words:
        if elaborated:
            elaborated = False
        elif word[0] in _TYPES:
            has_type = True
        elif word[0] in _ELABORATING:
            has_type = elaborated = True
        elif word[0] not in _NOT_TYPES:
            plain.append(word)
    names_type = follower[:1] in (b"*", b"&")
    if follower[:2] == b"::" or follower[:1] == b"<":
        # `EXPORT std::string f()` has a type here, `int Context::count = 0` a name.
        behind = _QUALIFIED.match(code, match.end(1), match.end(1) + _MAX_QUALIFIER)
        names_type = behind is None or behind[1] not in _BEHIND_NAME
    is_bare = follower[:1] == b"~"
    allowed = 0 if is_bare else (0 if has_type else 1) + (0 if names_type else 1)
    if names_type and has_type:
        allowed = 0 if follower[:1] in (b"*", b"&") else 1
    if names_type and follower[:2] == b"::" and (not plain or plain[-1].end() != match.end(1)):
        allowed = 0  # `MACRO const ::type name`
    surplus = len(plain) - allowed
    if surplus <= 0:
        return []
    spans: list[tuple[int, int]] = []
    last = plain[-1]
    if follower[:1] == b"(" and last[0].isupper() and sum(not word[0].isupper() for word in plain) + has_type >= 2:
        behind = _BALANCED.match(code, match.end(1))
        if behind:
            spans.append((last.start(), behind.end()))
            plain.pop()
            surplus -= 1
    if surplus and last[0].startswith(b"__") and follower[:1] in (b";", b"=", b","):
        spans.append(last.span())  # `int jiffies __read_mostly;`
        plain.pop()
        surplus -= 1
    candidates = plain if is_bare or not allowed else plain[:-1]
    ranked = sorted(candidates, key=lambda word: (not word[0].isupper(), not _looks_made(word[0]), word.start()))
    return spans + [word.span() for word in ranked[:surplus]]


def _looks_made(word: bytes) -> bool:
    return b"_" in word and not word.islower()
