"""Patterns of paths, as in `.gitignore`: `/c10/` is a folder at the root, `*.cpp` any such file, `!` takes out again.

Input: patterns and the table of files. Output: the ids of the files that match. They are the patterns of `kgraph build
--exclude`, so that there is one language for naming files.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kgraph.errors import InputError
from kgraph.scan.gitignore import PathPatterns

Patterns = str | list[str]


def as_list(patterns: Patterns) -> list[str]:
    """One pattern or several."""
    return [patterns] if isinstance(patterns, str) else list(patterns)


class Files:
    """The files of a graph, by patterns."""

    def __init__(self, files: pl.DataFrame) -> None:
        self._ids: list[str] = files["id"].to_list()
        self._paths: list[str] = files["path"].to_list()
        self._known: dict[tuple[str, ...], pl.Series] = {}

    def matching(self, patterns: Patterns, *, where: str = "") -> pl.Series:
        """The ids of the files that match, in order; none match no pattern."""
        wanted = tuple(as_list(patterns))
        if wanted not in self._known:
            spec = compile_patterns(wanted, where)
            found = [node for node, path in zip(self._ids, self._paths, strict=True) if spec.match_file(path)]
            self._known[wanted] = pl.Series("id", found, dtype=pl.String())
        return self._known[wanted]


def compile_patterns(patterns: Sequence[str], where: str) -> PathPatterns:
    """Patterns ready to be matched; `where` is the rule that has them, for the error."""
    try:
        return PathPatterns(patterns)
    except ValueError as error:
        raise InputError(
            str(error), where=where, hint="patterns are written as in .gitignore: '/c10/', '*.cpp'"
        ) from error
