"""Template parameters in scope: names that mean nothing outside of the template that declares them.

Input: the symbols of a file, with their signatures. Output: for the body of a symbol the names of the parameters of its
own template heads and of those around it. A use of such a name is a use of whatever the template is instantiated with,
never of a global symbol of the same name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kgraph.model import SymbolFact

UNKNOWN = b"$"  # in front of a template parameter in a type, a qualifier or a receiver: nothing is called so

_WORD = re.compile(rb"(?<![\w$])[A-Za-z_]\w*+")
_HEAD = re.compile(rb"\btemplate\s*+<")
_LAMBDA = re.compile(rb"\]\s*+<(?=\s*+(?:typename|class|auto|int|bool|size_t|std::)\b)")
_PARAMETER = re.compile(rb"(\w++)\s*+(?:\.\.\.)?\s*+(?:=.*+)?\Z", re.DOTALL)
_MAX_HEAD = 2_000  # bytes of one list of parameters
_NO_NAMES = frozenset((b"typename", b"class", b"auto", b"int", b"bool", b"unsigned", b"char", b"long"))
_NONE: frozenset[bytes] = frozenset()


class TemplateNames:
    """Asked for the template parameters that the body of a symbol sees."""

    def __init__(self, symbols: Sequence[SymbolFact]) -> None:
        self._symbols = symbols
        self._seen: dict[int, frozenset[bytes]] = {-1: _NONE}  # by a symbol: what its body sees of template heads

    def find_names(self, owner: int, body: bytes) -> frozenset[bytes]:
        """The names that the body of a symbol sees, its index or -1; those of generic lambdas too."""
        inner: list[int] = []
        while owner not in self._seen:
            inner.append(owner)
            owner = self._symbols[owner].parent
        found = self._seen[owner]
        for each in reversed(inner):
            signature = self._symbols[each].signature
            if signature.startswith("template"):
                found = found.union(_find_declared(_HEAD, signature.encode()))
            self._seen[each] = found
        if b"]<" in body or b"] <" in body:
            found |= frozenset(_find_declared(_LAMBDA, body))
        return found


def mark_names(text: bytes, names: frozenset[bytes]) -> bytes:
    """A spelled type or path, `UNKNOWN` in front of each of some names that no `::` precedes."""
    return _WORD.sub(
        lambda match: (
            UNKNOWN + match[0] if match[0] in names and not text.endswith(b"::", 0, match.start()) else match[0]
        ),
        text,
    )


def root_marked(chain: bytes, names: frozenset[bytes]) -> bytes:
    """A chain such as `T::make().`, `UNKNOWN` in front of its first name where that is one of some names."""
    root = _WORD.match(chain)
    return UNKNOWN + chain if root and root[0] in names else chain


def _find_declared(pattern: re.Pattern[bytes], text: bytes) -> Iterator[bytes]:
    """The names of all parameters in the lists that a pattern finds the beginnings of."""
    for head in pattern.finditer(text):
        start, depth = head.end(), 0
        for at in range(start, min(len(text), start + _MAX_HEAD)):
            char = text[at : at + 1]
            if char in b"<([{":
                depth += 1
            elif char in b")]}" or (char == b">" and text[at - 1 : at] != b"-"):
                depth -= 1
            if depth < 0 or (char == b"," and not depth):
                name = _PARAMETER.search(text[start:at].strip())
                if name and name[1] not in _NO_NAMES:
                    yield name[1]
                start = at + 1
            if depth < 0:
                break
