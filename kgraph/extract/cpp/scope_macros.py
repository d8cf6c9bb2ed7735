"""Macros that open and close namespaces: `LIB_BEGIN_NAMESPACE`, defined as `namespace lib { inline namespace v1 {`.

Comes in: the bodies of a repository's `#define`s, and the code of a file. Goes out: the code with such uses spelled as
`namespace{` and `}`, length unchanged, and what each of them is really called.

On purpose a use counts only where it has a partner: of macros that open and close, a file must close what it opens.
Where a macro is defined more than once, it opens what all its definitions agree on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import takewhile

from kgraph.extract.cpp.words import SKIPPED, blank, stands_apart

_OPENING = re.compile(
    rb"(?:(inline\s++)?+namespace((?:\s++(?:::)?[\w:]++)++)(\s*+\([^()]*+\))?+|extern\s*+\"C(?:\+\+)?\""
    rb"|\w++(?:\s*+\([^()]*+\))?+)\s*+\{\s*+"
)
_CLOSING = re.compile(rb"(?:\}\s*+;?+\s*+)++")
MAY_OPEN = (b"inline", b"namespace", b"extern", b"export", b"}")  # how the body of such a macro begins
_SPELLED = b"namespace{"
_CLOSE = "}"
_INLINE = "inline "


def scopes_of(body: bytes, parameters: bytes | None) -> tuple[str, ...]:
    """What a macro opens: "$0" for its first argument, "" for what has no name; or "}" for each that it closes.

    The body is without comments and attributes.
    """
    if _CLOSING.fullmatch(body):
        return (_CLOSE,) * body.count(b"}")
    names = [word.strip() for word in (parameters or b"()")[1:-1].split(b",")]
    found: list[str] = []
    at = 0
    while at < len(body):
        match = _OPENING.match(body, at)
        if match is None:
            return ()
        at = match.end()
        if match[3] and match[1]:
            found.append("")
            continue
        words = [word for word in (match[2] or b"").split() if word.decode("utf-8", "replace") not in SKIPPED]
        word = next((word for word in words if not word.isupper()), words[-1] if words else b"")
        name = f"${names.index(word)}" if word and word in names else word.decode("utf-8", "replace")
        found.append(_INLINE + name if match[1] and name else name)
    return tuple(found)


def scope_macros(defines: Iterable[tuple[str, tuple[str, ...], bool]]) -> set[str]:
    """`NAME{a::inline b` and `NAME}`, by definitions: name, what it opens or closes, whether it is empty."""
    scopes: dict[str, list[tuple[str, ...]]] = {}
    others: set[str] = set()
    for name, opened, empty in defines:
        if opened or empty:
            scopes.setdefault(name, []).append(opened)
        else:
            others.add(name)
    found = set()
    for name, several in scopes.items():
        if name in others or not any(several):
            continue
        if all(_CLOSE in one for one in several if one):
            found.add(f"{name}{_CLOSE}")
        elif not any(_CLOSE in one for one in several):
            paths = [[part for part in one if not _is_made(part)] for one in several]
            agreed = takewhile(lambda parts: len(set(parts)) == 1, zip(*paths, strict=False))
            found.add(f"{name}{{{'::'.join(parts[0] for parts in agreed)}")
    return found


def _is_made(part: str) -> bool:
    """Whether nobody can tell what a namespace is called: it has no name, or a macro makes that of an inline one."""
    return not part or (part.startswith(_INLINE) and part.removeprefix(_INLINE).isupper())


def spell_scopes(code: bytearray, macros: frozenset[str]) -> dict[int, tuple[str, str]]:
    """Edit in place; the macro, and the path of the namespaces, by the offset of each use that opens some."""
    openers, closers = _by_form(macros)
    present: list[bytes] = [name for name in openers if name in code]
    if not present:
        return {}
    present += [name for name in closers if name in code]
    names = b"|".join(sorted(present, key=lambda name: (-len(bytes(name)), name)))
    waiting: list[re.Match[bytes]] = []
    pairs: list[tuple[re.Match[bytes], re.Match[bytes]]] = []
    for match in re.finditer(rb"(?:" + names + rb")\b(?:[ \t]*+\(([^();{}]*+)\))?+;?+", bytes(code)):
        name = _name(match)
        if not stands_apart(code, match.start()):
            continue
        if name in openers:
            waiting.append(match)
        elif waiting:
            pairs.append((waiting.pop(), match))
        else:
            return {}
    if waiting:
        return {}
    spelled: dict[int, tuple[str, str]] = {}
    for opening, closing in pairs:
        path = _path(openers[_name(opening)], opening[1] or b"")
        if path and code[opening.end() : opening.start() + len(_SPELLED)].strip() == b"":
            for use, spelling in ((opening, _SPELLED), (closing, b"}")):
                blank(code, *use.span())
                code[use.start() : use.start() + len(spelling)] = spelling
            spelled[opening.start()] = (_name(opening).decode(), path)
    return spelled


def _name(match: re.Match[bytes]) -> bytes:
    return re.split(rb"\W", match[0], maxsplit=1)[0]


def _path(path: str, arguments: bytes) -> str:
    values = [value.strip().decode("utf-8", "replace") for value in arguments.split(b",")]
    for index, value in enumerate(values):
        path = path.replace(f"${index}", value)
    return "" if "$" in path else path


@lru_cache(maxsize=8)
def _by_form(macros: frozenset[str]) -> tuple[dict[bytes, str], frozenset[bytes]]:
    opening = (name.partition("{") for name in macros if "{" in name)
    return (
        {name.encode(): path for name, _, path in opening},
        frozenset(name[:-1].encode() for name in macros if name.endswith(_CLOSE)),
    )
