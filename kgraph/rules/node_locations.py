"""Where a node of the graph stands.

Input: the id of a node of whatever class. Output: the id of its file, the file's path and a line.
"""

from __future__ import annotations

import re
from functools import cached_property

from kgraph.rules.violations import RuleSource
from kgraph.symbol_places import symbol_places
from kgraph.vocab.iri import decode_path, display_path
from kgraph.vocab.tables import EDGES

_LOCATION = re.compile(r"(file/.*)#L(\d+)-L\d+")


class NodeLocations:
    """Finds files and lines; tables are read when the first node needs them."""

    def __init__(self, source: RuleSource) -> None:
        self._source = source

    def find(self, node: str) -> tuple[str, str, int]:
        """Id and path of the file that a node is or stands in, and its line; nothing where it stands in none."""
        if located := _LOCATION.fullmatch(node):
            return located[1], _path(located[1]), int(located[2])
        if node.startswith("file/"):
            return node, _path(node), 1
        file, line = self._symbols.get(node) or self._includes.get(node) or ("", 0)
        return file, _path(file), line

    def file(self, path: str) -> str:
        """The id of the file at a path; "" where there is none."""
        return self._files.get(path, "")

    @cached_property
    def _files(self) -> dict[str, str]:
        files = self._source.frame("files")
        return dict(zip(files["path"], files["id"], strict=True))

    @cached_property
    def _includes(self) -> dict[str, tuple[str, int]]:
        return {row[0]: (row[1], row[2]) for row in self._source.frame("includes")["id", "file", "start_line"].rows()}

    @cached_property
    def _symbols(self) -> dict[str, tuple[str, int]]:
        """Where symbols are defined, or else declared."""
        places = symbol_places(self._source.frame(EDGES), self._source.frame("locations"))
        places = places.sort("role", "file", "start_line", descending=[False, True, True])  # the last one stays
        return {symbol: (file, line) for symbol, file, line in places["symbol", "file", "start_line"].iter_rows()}


def _path(file: str) -> str:
    return display_path(decode_path(file.removeprefix("file/"))) if file else ""
