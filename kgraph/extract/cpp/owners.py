"""Which symbol of a file is around an offset of its text.

Input: the symbols of a file and where they begin. Output: the index of the innermost around, for uses and mentions.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from kgraph.model import Kind, SymbolFact

_NO_OWNERS = frozenset({Kind.MACRO, Kind.ENUMERATOR})


class EnclosingSymbols:
    """Finds the innermost symbol around an offset."""

    def __init__(self, starts: Sequence[int], symbols: Sequence[SymbolFact], line_starts: list[int]) -> None:
        placed = sorted((start, index) for index, start in enumerate(starts) if symbols[index].kind not in _NO_OWNERS)
        self._offsets = [start for start, _ in placed]
        self._indexes = [index for _, index in placed]
        self.starts = starts
        self.symbols = symbols
        self._line_starts = line_starts

    def owner(self, offset: int) -> int:
        """The index of the symbol, or -1."""
        at = bisect_right(self._offsets, offset) - 1
        owner = self._indexes[at] if at >= 0 else -1
        line = bisect_right(self._line_starts, offset)
        while owner >= 0 and self.symbols[owner].end < line:
            owner = self.symbols[owner].parent
        return owner
