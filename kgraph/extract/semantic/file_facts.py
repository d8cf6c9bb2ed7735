"""What is gathered about files while a unit is walked.

Input: declarations and uses, one by one. Output: a `CompiledFile` of packed columns.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right

from kgraph.extract.semantic.cursors import KIND_NUMBERS, VARIABLES
from kgraph.model import CompiledFile, CompiledUse, Kind, MacroSymbol


class CompiledFileBuilder:
    """What is gathered about one file."""

    __slots__ = (
        *("extents", "includes", "lines", "macros", "made", "names", "path", "paths", "rows", "size"),
        *("target_names", "target_rows", "targets", "text", "uses", "usrs"),
    )

    def __init__(self, path: str, text: bytes) -> None:
        self.path = path
        self.text = text
        self.size = len(text)
        self.lines = array("I", [0])
        at = text.find(b"\n")
        while at >= 0:
            self.lines.append(at + 1)
            at = text.find(b"\n", at + 1)
        self.names: list[str] = []
        self.usrs: list[str] = []
        self.rows: list[tuple[int, ...]] = []
        self.extents: list[tuple[int, int, int]] = []  # first and last offset of declarations, and their rows
        self.made: dict[int, MacroSymbol] = {}
        self.paths: dict[str, int] = {}
        self.targets: dict[int, int] = {}  # key of a target of the unit -> its row here
        self.target_names: list[str] = []
        self.target_rows = array("i")
        self.uses: set[tuple[int, int, int, int, int]] = set()
        self.macros: list[tuple[int, int]] = []  # offset and row of the target
        self.includes: dict[int, str] = {}

    def line(self, offset: int) -> int:
        return bisect_right(self.lines, offset)

    def facts(self) -> CompiledFile:
        self._place_macros()
        return CompiledFile(
            tuple(self.names),
            tuple(self.usrs),
            array("i", [value for row in self.rows for value in row]).tobytes(),
            self.made,
            tuple(self.paths),
            tuple(self.target_names),
            self.target_rows.tobytes(),
            array("i", [value for use in sorted(self.uses) for value in use]).tobytes(),
            tuple(sorted(self.includes.items())),
        )

    def add(self, what: CompiledUse, target: Target, source: Source, line: int, roles: int = 0) -> None:
        """Note a use in this file; a declaration around it that stands in another file does not count."""
        row = self.row_of(target)
        self.uses.add((what, row, source[1] if source[0] is self else -1, line, roles))

    def add_macro(self, target: Target, offset: int) -> None:
        """Note the use of a macro; what is around it is found at the end."""
        self.macros.append((offset, self.row_of(target)))

    def row_of(self, target: Target) -> int:
        """The row of what is used among this file's targets."""
        row = self.targets.get(target.number)
        if row is None:
            row = self.targets[target.number] = len(self.target_names)
            path = self.paths.setdefault(target.path, len(self.paths))
            self.target_names.append(target.name)
            self.target_rows.extend((KIND_NUMBERS[target.kind], target.offset, target.line, path))
        return row

    def _place_macros(self) -> None:
        """Find the declaration around each use of a macro: the preprocessor tells them apart from all others."""
        extents = sorted(self.extents, key=lambda extent: (extent[0], -extent[1]))
        around: list[tuple[int, int, int]] = []
        at = 0
        for offset, target in sorted(self.macros):
            while at < len(extents) and extents[at][0] <= offset:
                around.append(extents[at])
                at += 1
            while around and around[-1][1] <= offset:
                around.pop()
            source = around[-1][2] if around else -1
            self.uses.add((CompiledUse.EXPANSION, target, source, self.line(offset), 0))


class Target:
    """A declaration that something refers to."""

    __slots__ = ("kind", "line", "name", "number", "offset", "path", "reads")

    def __init__(self, number: int, path: str, kind: Kind, offset: int, line: int, name: str) -> None:
        self.number = number
        self.path = path
        self.kind = kind
        self.offset = offset
        self.line = line
        self.name = name
        self.reads = kind in VARIABLES


Source = tuple[CompiledFileBuilder | None, int]  # the declaration around a use: its file and row; -1 for none
