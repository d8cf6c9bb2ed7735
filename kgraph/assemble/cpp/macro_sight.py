"""Where macros are defined: in the files that see a definition, and in those that are included behind one.

Input: which file includes which. Output: whether a macro may be defined where a file is read, and whether it must be.

A file that does not see a definition itself may be included behind one. That counts where all that include it, up to
the sources that nobody includes, have the definition: what only some includers define is no matter of the file's text.
"""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from kgraph.assemble.cpp.entities import Macro, Type
from kgraph.assemble.cpp.include_closure import FileSet, IncludeClosure


class MacroSight:
    """Asked for macros by file; what was found out is kept."""

    def __init__(self, include_edges: pl.DataFrame, visible: IncludeClosure) -> None:
        """`include_edges` has the columns `file` and `target`."""
        self._visible = visible
        self._includers: defaultdict[int, list[int]] = defaultdict(list)
        for file, target in include_edges.select("file", "target").iter_rows():
            self._includers[target].append(file)
        self._known: dict[tuple[str, int], bool] = {}  # by what is declared, and file

    def is_defined(self, macro: Macro, file: int) -> bool:
        """Whether a macro may be defined where a file uses it."""
        return self._has(macro.id, macro.files, macro.left, file)

    def is_declared(self, type_: Type, file: int) -> bool:
        """The same of a type."""
        return self._has(type_.id, type_.files, type_.files, file)

    def _has(self, id_: str, files: FileSet, left: FileSet, file: int) -> bool:
        if file in files or left.is_seen(self._visible(file)):
            return True
        found = self._known.get((id_, file))
        if found is None:
            found = self._known[id_, file] = self._is_visible_from_includers(id_, files, left, file)
        return found

    def is_certain(self, macro: Macro, file: int) -> bool:
        """Whether it must be, if it may: some definition that the file sees hangs on no condition."""
        if not macro.conditional:
            return True
        sees = self._visible(file)
        return any(sees.has_any((each,)) for each in macro.files.files if each not in macro.conditional)

    def _is_visible_from_includers(self, id_: str, files: FileSet, left: FileSet, file: int) -> bool:
        came_from = {file: file}
        pending = [file]
        has_definition = False
        while pending:
            at = pending.pop()
            includers = self._includers.get(at, ())
            if not includers:
                self._note(id_, at, came_from)
                return False
            for up in includers:
                if up in came_from:
                    continue
                came_from[up] = at
                known = self._known.get((id_, up))
                if known or up in files or left.is_seen(self._visible(up)):
                    has_definition = True
                elif known is False:
                    self._note(id_, at, came_from)
                    return False
                else:
                    pending.append(up)
        return has_definition

    def _note(self, id_: str, at: int, came_from: dict[int, int]) -> None:
        """Keep that a file does not have a definition, and none of those on the way to it."""
        while True:
            self._known[id_, at] = False
            if came_from[at] == at:
                break
            at = came_from[at]
