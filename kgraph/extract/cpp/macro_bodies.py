"""What macros use: the calls and constructions in their replacement texts.

Input: the definitions of a file and its text. Output: rows of uses whose owner is the macro. A macro is looked up where
it is defined, though its names mean what they mean where it is expanded; parameters and names that `##` makes are none.
What is called on a name that the text itself does not declare, `x.div(y)`, may be anything, and is none either.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from kgraph.extract.cpp.arguments import BEHIND_TYPE
from kgraph.extract.cpp.local_types import Locals
from kgraph.extract.cpp.preprocessor import DefinedMacro
from kgraph.extract.cpp.scanner import NON_ASCII_TO_WORD, CppSource
from kgraph.extract.cpp.uses import Row, body_uses
from kgraph.model import Kind, SymbolFact

_HEAD = re.compile(rb"\s*+#\s*+define\s++\w++(\([^()]*+\))?+")
_BLANKED = re.compile(
    rb'"(?:\\.|[^"\\\n])*+"|'
    rb"'(?:\\.|[^'\\\n])*+'|"
    rb"/\*.*?(?:\*/|\Z)|//(?:\\\n|[^\n])*+|\\\r?\n|##?\s*+\w*+",
    re.DOTALL,
)
_PASTED = re.compile(rb"\b\w++(?:\s*+##\s*+\w*+)++|(?:##\s*+\w*+)++")
_WORD = re.compile(rb"\w+")
_MAX_BODY = 4_000  # bytes of one macro


def uses_of_macros(
    text: bytes,
    source: CppSource,
    defines: Sequence[DefinedMacro],
    starts: Sequence[int],
    symbols: Sequence[SymbolFact],
    *,
    with_operators: bool,
) -> Iterator[Row]:
    """The uses in the bodies of macros; `starts` and `symbols` are those of the file, `text` its code as it is read."""
    content = source.content if source.content.isascii() else source.content.translate(NON_ASCII_TO_WORD)
    whole = bytearray(text)
    placed = []
    for define in defines:
        head = _HEAD.match(content, define.start, define.end)
        if head is None or not 0 < define.end - head.end() <= _MAX_BODY or b"(" not in content[head.end() : define.end]:
            continue
        at = bisect_left(starts, define.start)
        if at < len(starts) and symbols[at].kind is Kind.MACRO and starts[at] == define.start:
            body = _BLANKED.sub(_spaces, _PASTED.sub(_spaces, content[head.end() : define.end]))
            whole[head.end() : define.end] = body
            parameters = frozenset(_WORD.findall(head[1] or b"")) | {b"__VA_ARGS__"}
            placed.append((head.end(), define.end, at, parameters))
    if not placed:
        return
    code = bytes(whole)
    for start, end, owner, parameters in placed:
        local_types = Locals(code, start, end)
        for row in body_uses(code[start:end], start, owner, local_types, with_operators=with_operators):
            if _is_told(row, parameters):
                yield row


def _is_told(row: Row, parameters: frozenset[bytes]) -> bool:
    """Whether the text of the macro says by itself what is used."""
    _, _, name, qualifier, receiver, type_, _, _ = row
    front = _WORD.search(receiver or qualifier or name)
    if front is None or front[0] in parameters:
        return False
    return not receiver or b"(" in receiver or type_.partition(BEHIND_TYPE)[0] != b""


def _spaces(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])
