"""Macros that stand in for attributes, and how they are taken out of a parser's way.

Input: the `#define`s of a repository and the code of a file. Output: the names of the macros that a reader may skip
without losing a declaration (`class TORCH_API Tensor`), and the code with them blanked, length unchanged.

A macro counts by what it expands to, not by how it is spelled: all its non-empty definitions in the repository must
hold attributes, storage and inline keywords or other such macros, and nothing else. Macros of other projects, whose
definitions nobody has seen, are recognized by their place: two words between `class` and a brace are a macro and a
name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import msgspec

from kgraph.extract.cpp.lexicon import (
    AFTER_PARAMETERS,
    FOREIGN_ATTRIBUTES,
    KEYWORDS,
    NESTED_PARENS,
    NOT_A_MACRO,
    SKIPPED,
    TYPE_WORDS,
    blank,
    is_word_start,
)
from kgraph.extract.cpp.scope_macros import MAY_OPEN, scope_macros, scopes_of

_DEFINE = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^()\n]*\))?((?:[^\\\n]|\\\r?\n|\\.)*+)", re.MULTILINE)
_NOISE = re.compile(rb"//.*|/\*.*?(?:\*/|\Z)|\\\r?\n", re.DOTALL)
_ATTRIBUTE = re.compile(
    rb"\b(?:__attribute__|__attribute|__declspec|alignas|_Alignas|__asm__|__asm|asm|_Pragma|__pragma|__launch_bounds__)\s*"
    + NESTED_PARENS
    + rb"|\[\[.*?\]\]|\bextern\s*\"C(?:\+\+)?\"(?!\s*\{)"
)
_CALL = re.compile(rb"(\w)\s*+" + NESTED_PARENS)
_TOKEN = re.compile(rb"\w+|\S")

_HEAD_WORDS = frozenset((b"class", b"struct", b"union", b"enum", b"namespace"))
_STANDARD_ATTRIBUTE = re.compile(rb"\[\[[^\[\]]*+\]\]")
_LINKAGE = re.compile(rb"extern\s*+\"[^\"]*+\"(?!\s*+\{)")
_CLASS_HEAD = re.compile(
    rb"((?:class|struct|union|enum(?:\s++(?:class|struct)\b)?+|namespace)\s++)"
    rb"((?:(?!final\b|class\b|struct\b)[A-Za-z_]\w*+(?:\s*+" + NESTED_PARENS + rb")?+\s++)+)"
    rb"(?!final\b)[A-Za-z_][\w:]*+\s*+(?:<[^;{}]{0,2000}>)?\s*(?:final\s*+)?([{;]|:(?!:))"
)
_USE_NAME = rb"\s*+([A-Za-z_]\w*+)[ \t]*+(\(|\r?\n|\Z)"
_USE = re.compile(rb"[;{}](?:\s*+(?:typedef\b|(?:public|protected|private)\s*+:))*+" + _USE_NAME)
_NEXT_USE = re.compile(rb"(?:\s*+(?:typedef\b|(?:public|protected|private)\s*+:))*+" + _USE_NAME)
_ARGUMENTS = re.compile(NESTED_PARENS)
_ARGUMENTS_BEHIND = re.compile(rb"\s*+" + NESTED_PARENS)
_IDENTIFIER = re.compile(rb"\w++")
_MAX_NAMES_PER_PATTERN = 40  # names that one pattern looks for: it tries them one after the other
_AFTER_USE = re.compile(rb"(\s*+)(\w++|\W)")
_TRAILING_WORDS = frozenset((b"const", b"volatile", b"operator"))
_ENUM_HEAD = re.compile(rb"\benum\b[^;{}()]*+\Z")
_ASSERTIONS = frozenset((b"static_assert", b"_Static_assert"))
_PURE = re.compile(rb"\s*+=\s*+(?:default|delete)\b")
_DECLARATOR = re.compile(rb"[\w:~]++(?:<[^;{}()]*>)?\s*+[(;=\[{]")


class MacroDefine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One `#define`, as far as it matters for telling attribute macros."""

    name: str
    function_like: bool
    # Identifiers that the body holds besides attributes and skipped words, each another macro perhaps; ("?",) where the
    # body holds anything else.
    rest: tuple[str, ...] = ()
    empty: bool = False
    scopes: tuple[str, ...] = ()  # that it opens or closes, see `scope_macros.scopes_of`


def harvest(content: bytes) -> tuple[MacroDefine, ...]:
    """The macros that a file defines and that may be attributes, and its other definitions of the same names."""
    if b"define" not in content:
        return ()
    return tuple(dict.fromkeys(_read_define(match) for match in _DEFINE.finditer(content)))


def _read_define(match: re.Match[bytes]) -> MacroDefine:
    name, parameters, body = match.groups()
    macro = name.decode("utf-8", "replace")
    if b"/" in body or b"\\" in body:
        body = _NOISE.sub(b" ", body)
    body = body.strip()
    if not body:
        return MacroDefine(macro, parameters is not None, (), True)
    if body.startswith(MAY_OPEN) and (scopes := scopes_of(_ATTRIBUTE.sub(b" ", body), parameters)):
        return MacroDefine(macro, parameters is not None, ("?",), scopes=scopes)
    if len(body) > 300:
        return MacroDefine(macro, parameters is not None, ("?",))
    if b"(" in body or b"[" in body or b'"' in body:
        body = _ATTRIBUTE.sub(b" ", body)
        body = _CALL.sub(rb"\1", body)
    rest: list[str] = []
    for word in _TOKEN.findall(body):
        token = word.decode("utf-8", "replace")
        if token in SKIPPED:
            continue
        if not (token[0].isalpha() or token[0] == "_") or len(rest) == 6:
            return MacroDefine(macro, parameters is not None, ("?",))
        rest.append(token)
    return MacroDefine(macro, parameters is not None, tuple(rest))


def attribute_macros(defines: Iterable[MacroDefine]) -> frozenset[str]:
    """The names that may be skipped; "NAME()" where their arguments go too. With them, those of `scope_macros`."""
    defines = list(defines)
    bodies: dict[str, list[MacroDefine]] = {}
    for define in defines:
        bodies.setdefault(define.name, []).append(define)
    candidates = {
        name: {word for define in group for word in define.rest}
        for name, group in bodies.items()
        if name not in KEYWORDS and not _is_plain_word(name, group)
    }
    candidates = {name: words for name, words in candidates.items() if "?" not in words}
    known = _close(candidates, {name.removesuffix("()") for name in FOREIGN_ATTRIBUTES})
    skipped = {
        f"{name}()" if any(define.function_like for define in group) else name
        for name, group in bodies.items()
        if name in known
    }
    return frozenset(skipped | scope_macros((define.name, define.scopes, define.empty) for define in defines))


def _close(candidates: Mapping[str, set[str]], known_names: set[str]) -> set[str]:
    """What is known, and the candidates that hold nothing but known names, themselves known for others."""
    known_names = set(known_names)
    missing = {name: len(words - known_names) for name, words in candidates.items()}
    holders: dict[str, list[str]] = {}
    for name, words in candidates.items():
        for word in words - known_names:
            holders.setdefault(word, []).append(name)
    ready = [name for name, count in missing.items() if not count]
    while ready:
        name = ready.pop()
        if name not in known_names:
            known_names.add(name)
            for holder in holders.get(name, ()):
                missing[holder] -= 1
                if not missing[holder]:
                    ready.append(holder)
    return known_names


def _is_plain_word(name: str, defines: list[MacroDefine]) -> bool:
    """Names like `log` that one platform defines as nothing are functions and types everywhere else."""
    return name.islower() and name[0] != "_" and all(define.empty for define in defines)


def blank_attributes(code: bytearray, words: frozenset[bytes], macros: frozenset[str]) -> list[tuple[int, int]]:
    """Make attributes and attribute macros spaces; returns where they stood, in order. `words`: those of the code."""
    names, calls = _group_by_form(macros)
    present, called = words & names, words & calls
    spans: list[tuple[int, int]] = []
    if present or called:
        spans += _spans(code, present, called)
    if b"[[" in code:
        spans += [match.span() for match in _STANDARD_ATTRIBUTE.finditer(code)]
    if b"extern" in words:
        spans += [match.span() for match in _LINKAGE.finditer(code)]
    for start, end in spans:
        blank(code, start, end)
    if not words.isdisjoint(_HEAD_WORDS):
        found = _CLASS_HEAD.finditer(code)
        heads = [m.span(2) for m in found if is_word_start(code, m.start()) and _is_macro_in_head(m)]
        for start, end in heads:
            blank(code, start, end)
        spans += heads
    spans.sort()
    return spans


def _spans(code: bytearray, names: frozenset[bytes], calls: frozenset[bytes]) -> list[tuple[int, int]]:
    """Where names stand, with the arguments of those that are called."""
    if len(names) + len(calls) <= _MAX_NAMES_PER_PATTERN:
        found = _names_pattern(names, calls).finditer(code)
        return [match.span() for match in found if is_word_start(code, match.start())]
    spans: list[tuple[int, int]] = []
    done = 0
    for match in _IDENTIFIER.finditer(code):
        start, end = match.span()
        word = match[0]
        if start < done or (word not in names and word not in calls):
            continue
        if word not in names:
            arguments = _ARGUMENTS_BEHIND.match(code, end)
            if arguments is None:
                continue
            end = arguments.end()
        spans.append((start, end))
        done = end
    return spans


def _is_macro_in_head(match: re.Match[bytes]) -> bool:
    # `struct tag name;` and `enum mode field : 3;` declare what they seem to.
    if match[3] == b"{" or (match[3] == b":" and not match[1].startswith(b"enum")):
        return True
    return match[2].isupper() and (match[3] == b":" or match[1].startswith(b"class"))


@lru_cache(maxsize=8)
def _group_by_form(macros: frozenset[str]) -> tuple[frozenset[bytes], frozenset[bytes]]:
    encoded = [name.encode() for name in macros | FOREIGN_ATTRIBUTES if "{" not in name and "}" not in name]
    return (
        frozenset(name for name in encoded if not name.endswith(b"()")),
        frozenset(name[:-2] for name in encoded if name.endswith(b"()")),
    )


@lru_cache(maxsize=2048)
def _names_pattern(names: frozenset[bytes], calls: frozenset[bytes]) -> re.Pattern[bytes]:
    alternatives = [name + rb"\b" for name in sorted(names)]
    alternatives += [name + rb"\s*+" + NESTED_PARENS for name in sorted(calls)]
    return re.compile(b"|".join(alternatives))


def blank_uses(code: bytearray, *, old_style: bool) -> None:
    """Blank the macro uses that stand between declarations without a semicolon (`Q_OBJECT`, `FMT_BEGIN_NAMESPACE`).

    The arguments of those that have a body or a semicolon (`TEST_CASE("...") {`) are blanked too: they are no
    parameters, and whoever wants them cuts them from the text. `old_style` is for C, where `f(a) int a; {}` is a
    function.
    """
    position = 0
    match = _NEXT_USE.match(code)
    while match := match or _USE.search(code, position):
        end = _blank_use(code, match, old_style)
        # Another use may follow one that has just become spaces.
        while end and (again := _NEXT_USE.match(code, end)):
            end = _blank_use(code, again, old_style)
        position = end or match.end() - 1
        match = None


def _blank_use(code: bytearray, match: re.Match[bytes], old_style: bool) -> int:
    """Where the use ended if all of it was blanked, else 0."""
    start, end = match.span(1)
    name = match[1]
    has_arguments = match[2] == b"("
    if has_arguments:
        arguments = _ARGUMENTS.match(code, match.start(2))
        if arguments is None:
            return 0
        end = arguments.end()
    elif name.decode() in KEYWORDS:
        return 0
    after = _AFTER_USE.match(code, end)
    follower = after[2] if after else b""
    if name in NOT_A_MACRO:
        return 0
    if name in _ASSERTIONS or (follower == b"=" and has_arguments and not _PURE.match(code, end)):
        stop = code.find(b";", end)
        if stop > 0:
            blank(code, start, stop)
            return stop
    if has_arguments and follower in (b"{", b";"):
        inside = match.start(2) + 1
        blank(code, inside, end - 1)
        return 0
    if follower[:1].isalpha() or follower[:1] == b"_":
        if follower in AFTER_PARAMETERS:
            return 0
        declarator = _DECLARATOR.match(code, after.start(2)) if after else None
        if not has_arguments and (follower in _TRAILING_WORDS or (not name.isupper() and declarator)):
            return 0
        if declarator and follower not in TYPE_WORDS and not follower.isupper():
            if not has_arguments:
                return 0
            if after and b"\n" not in after[1]:
                # `PUBLIC(int) f();`: the macro's name can pass for the type.
                blank(code, match.start(2), end)
                return 0
        if old_style and not name.isupper():
            return 0
    elif follower not in (b"}", b"", b"@", b"~"):
        return 0
    elif (
        match[0][:1] == b"{"
        and not has_arguments
        and _ENUM_HEAD.search(code, max(0, match.start() - 200), match.start())
    ):
        return 0  # the only enumerator of an enum
    blank(code, start, end)
    return end
