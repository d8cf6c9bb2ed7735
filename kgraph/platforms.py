"""On which platforms an include directive holds, as far as its condition says, and what a change rebuilds on each.

Input: conditions as the table `includes` has them, "!(defined(_WIN32)) && defined(HAVE_ZLIB)".
Output: for each platform whether a condition may hold there; numbers of translation units. Only macros that compilers
define by themselves are known: of all else a condition may hold anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kgraph.digraph import Condensation

Numbers = NDArray[np.int64]

# What a compiler defines on each platform, and what it may define there; elsewhere it defines none of them.
_ALWAYS = {
    "Linux": frozenset({"__linux__", "__linux", "__gnu_linux__", "__unix__", "__unix"}),
    "macOS": frozenset({"__APPLE__", "__MACH__"}),
    "Windows": frozenset({"_WIN32"}),
}
_SOMETIMES = {
    "Linux": frozenset({"linux", "unix"}),
    "macOS": frozenset({"TARGET_OS_MAC", "TARGET_OS_OSX"}),
    "Windows": frozenset({"WIN32", "__WIN32__", "_WIN64", "WIN64", "_MSC_VER", "__MINGW32__", "_WINDOWS"}),
}
_ELSEWHERE = frozenset(
    """__ANDROID__ ANDROID __CYGWIN__ __FreeBSD__ __NetBSD__ __OpenBSD__ __DragonFly__ __HAIKU__ __BEOS__ __sun __sun__
    __SVR4 _AIX __hpux __hpux__ __VMS __MSDOS__ MSDOS DJGPP __DJGPP__ __OS2__ AMIGA __amigaos__ __EMSCRIPTEN__ __wasi__
    __Fuchsia__ __QNX__ _WIN32_WCE UNDER_CE macintosh __riscos__""".split()  # noqa: SIM905
)
PLATFORMS = tuple(_ALWAYS)
_KNOWN = _ELSEWHERE.union(*_ALWAYS.values(), *_SOMETIMES.values())
_TOKEN = re.compile(r"\s*(defined\s*\(\s*\w+\s*\)|&&|\|\||!(?!=)|[()]|[^\s()&|!]+|[&|!]=?)")
_DEFINED = re.compile(r"defined\s*\(\s*(\w+)\s*\)")


@lru_cache(maxsize=1 << 12)
def where_possible(condition: str) -> tuple[bool, ...]:
    """For each of `PLATFORMS` whether a condition may hold there."""
    if not any(name in condition for name in _KNOWN):
        return (True,) * len(PLATFORMS)
    tokens = _TOKEN.findall(condition)
    return tuple(_Condition(tokens, platform).value() is not False for platform in PLATFORMS)


class _Condition:
    """A condition on one platform: true, false, or None where that is not known."""

    def __init__(self, tokens: Sequence[str], platform: str) -> None:
        self._tokens, self._platform = tokens, platform
        self._at = 0

    def value(self) -> bool | None:
        """What it comes to; None of what is not read to its end."""
        found = self._any()
        return found if self._at == len(self._tokens) else None

    def _any(self) -> bool | None:
        found = self._all()
        while self._takes("||"):
            other = self._all()
            found = True if found or other else None if found is None or other is None else False
        return found

    def _all(self) -> bool | None:
        found = self._one()
        while self._takes("&&"):
            other = self._one()
            found = False if found is False or other is False else None if found is None or other is None else True
        return found

    def _one(self) -> bool | None:
        if self._takes("!"):
            found = self._one()
            return None if found is None else not found
        if self._takes("("):
            found = self._any()
            while self._at < len(self._tokens) and not self._takes(")"):  # a comparison
                found, self._at = None, self._at + 1
            return found
        if self._at == len(self._tokens):
            return None
        token = self._tokens[self._at]
        self._at += 1
        defined = _DEFINED.fullmatch(token)
        found = self._is_defined(defined[1] if defined else token)
        while self._at < len(self._tokens) and self._tokens[self._at] not in ("&&", "||", ")"):
            found, self._at = None, self._at + 1
        return found

    def _is_defined(self, name: str) -> bool | None:
        if name in _ALWAYS[self._platform]:
            return True
        return False if name in _KNOWN and name not in _SOMETIMES[self._platform] else None

    def _takes(self, token: str) -> bool:
        is_next = self._at < len(self._tokens) and self._tokens[self._at] == token
        self._at += is_next
        return is_next


def count_units(
    edges: tuple[Numbers, Numbers], conditions: Mapping[tuple[int, int], Sequence[str]], units: Numbers
) -> dict[str, Numbers]:
    """How many translation units a change of each file rebuilds on each platform, itself not counted; nothing where all
    are alike.

    `edges` are the sources and targets of includes; `conditions` has those of an edge that holds nowhere without one;
    `units` is 1 for each file that is compiled, else 0.
    """
    sources, targets = edges
    possible = np.ones((len(PLATFORMS), len(sources)), dtype=np.bool_)
    if conditions:
        places = {pair: at for at, pair in enumerate(zip(sources.tolist(), targets.tolist(), strict=True))}
        for pair, said in conditions.items():
            if pair in places:
                possible[:, places[pair]] = np.any([where_possible(each) for each in said], axis=0)
    if possible.all():
        return {}
    return {
        platform: Condensation.of(len(units), targets[holds], sources[holds]).reach(units)[0]
        for platform, holds in zip(PLATFORMS, possible, strict=True)
    }
