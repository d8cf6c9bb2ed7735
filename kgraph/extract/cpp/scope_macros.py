"""Macros that open and close namespaces: `LIB_BEGIN_NAMESPACE`, defined as `namespace lib { inline namespace v1 {`.

Input: the bodies of a repository's `#define`s, and the code of a file. Output: the code with such uses spelled as
`namespace{` and `}`, length unchanged, and what each of them is really called.

On purpose a use counts only where it has a partner: of macros that open and close, a file must close what it opens.
Where a macro is defined more than once, it opens what all its definitions agree on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from kgraph.extract.cpp.lexicon import SKIPPED, blank, words_in

_OPENING = re.compile(
    rb"(?:(inline\s++)?+namespace((?:\s++(?:::)?[\w:]++)++)(\s*+\([^()]*+\))?+|extern\s*+\"C(?:\+\+)?\""
    rb"|\w++(?:\s*+\([^()]*+\))?+)\s*+\{\s*+"
)
_CLOSING = re.compile(rb"(?:\}\s*+;?+\s*+)++")
MAY_OPEN = (b"inline", b"namespace", b"extern", b"export", b"}")  # how the body of such a macro begins
_SPELLED = b"namespace{"
_WORD = re.compile(rb"\w++")
_BEHIND = re.compile(rb"(?:[ \t]*+\(([^();{}]*+)\))?+;?+")
_MAX_SINGLE_SEARCHES = 40  # names that are looked for one by one
_CLOSE = "}"
_INLINE = "inline "


def scopes_of(body: bytes, parameters: bytes | None) -> tuple[str, ...]:
    """What a macro opens: "$0" for its first argument, "" for what has no name; or "}" for each that it closes.

    The body is without comments and attributes.
    """
    if _CLOSING.fullmatch(body):
        return (_CLOSE,) * body.count(b"}")
    names = [word.strip() for word in (parameters or b"()")[1:-1].split(b",")]
    scopes: list[str] = []
    at = 0
    while at < len(body):
        match = _OPENING.match(body, at)
        if match is None:
            return ()
        at = match.end()
        if match[3] and match[1]:
            scopes.append("")
            continue
        words = [word for word in (match[2] or b"").split() if word.decode("utf-8", "replace") not in SKIPPED]
        word = next((word for word in words if not word.isupper()), words[-1] if words else b"")
        name = f"${names.index(word)}" if word and word in names else word.decode("utf-8", "replace")
        scopes.append(_INLINE + name if match[1] and name else name)
    return tuple(scopes)


def scope_macros(defines: Iterable[tuple[str, tuple[str, ...], bool]]) -> set[str]:
    """`NAME{a::inline b` and `NAME}`, by definitions: name, what it opens or closes, whether it is empty."""
    scopes: dict[str, list[tuple[str, ...]]] = {}
    others: set[str] = set()
    for name, opened, empty in defines:
        if opened or empty:
            scopes.setdefault(name, []).append(opened)
        else:
            others.add(name)
    result = set()
    for name, several in scopes.items():
        if name in others or not any(several):
            continue
        if all(_CLOSE in each for each in several if each):
            result.add(f"{name}{_CLOSE}")
        elif not any(_CLOSE in each for each in several):
            paths = [[part for part in each if not _is_made(part)] for each in several]
            agreed = takewhile(lambda parts: len(set(parts)) == 1, zip(*paths, strict=False))
            result.add(f"{name}{{{'::'.join(parts[0] for parts in agreed)}")
    return result


def _is_made(part: str) -> bool:
    """Whether nobody can tell what a namespace is called: it has no name, or a macro makes that of an inline one."""
    return not part or (part.startswith(_INLINE) and part.removeprefix(_INLINE).isupper())


def spell_scopes(code: bytearray, macros: frozenset[str]) -> dict[int, tuple[str, str]]:
    """Edit in place; the macro, and the path of the namespaces, by the offset of each use that opens some."""
    openers, closers = _group_by_form(macros)
    if not _holds_any(code, openers):
        return {}
    waiting: list[_Use] = []
    pairs: list[tuple[_Use, _Use]] = []
    for use in _uses(code, openers.keys() | closers):
        if use.name in openers:
            waiting.append(use)
        elif waiting:
            pairs.append((waiting.pop(), use))
        else:
            return {}
    if waiting:
        return {}
    spelled: dict[int, tuple[str, str]] = {}
    for opening, closing in pairs:
        path = _path(openers[opening.name], opening.arguments)
        if path and code[opening.end : opening.start + len(_SPELLED)].strip() == b"":
            for use, spelling in ((opening, _SPELLED), (closing, b"}")):
                blank(code, use.start, use.end)
                code[use.start : use.start + len(spelling)] = spelling
            spelled[opening.start] = (opening.name.decode(), path)
    return spelled


class _Use(NamedTuple):
    """The use of a macro."""

    start: int
    end: int
    name: bytes
    arguments: bytes


def _holds_any(code: bytearray, names: Collection[bytes]) -> bool:
    if len(names) > _MAX_SINGLE_SEARCHES:
        return not words_in(code).isdisjoint(names)
    return any(name in code for name in names)


def _uses(code: bytearray, names: Collection[bytes]) -> Iterator[_Use]:
    """Where the names stand, each with what stands in parentheses behind it."""
    done = 0
    for word in _WORD.finditer(bytes(code)):
        if word[0] in names and word.start() >= done and (behind := _BEHIND.match(code, word.end())):
            done = behind.end()
            yield _Use(word.start(), done, word[0], behind[1] or b"")


def _path(path: str, arguments: bytes) -> str:
    values = [value.strip().decode("utf-8", "replace") for value in arguments.split(b",")]
    for index, value in enumerate(values):
        path = path.replace(f"${index}", value)
    return "" if "$" in path else path


@lru_cache(maxsize=8)
def _group_by_form(macros: frozenset[str]) -> tuple[dict[bytes, str], frozenset[bytes]]:
    opening = (name.partition("{") for name in macros if "{" in name)
    return (
        {name.encode(): path for name, _, path in opening},
        frozenset(name[:-1].encode() for name in macros if name.endswith(_CLOSE)),
    )
