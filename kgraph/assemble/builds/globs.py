"""Patterns of files, matched against the files of the repository.

Input: a folder and a glob. Output: numbers of files. `*` and `?` stay within a folder, `**` does not.

All patterns together may look at a bounded number of paths, so that a repository of many patterns and many files does
not take their product.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import lru_cache

from kgraph.assemble.suffix_index import PathSuffixIndex, join
from kgraph.repository_paths import parent

MIN_COMPARISONS = 2_000_000
COMPARISONS_PER_FILE = 200
_MAX_PATTERN = 500  # characters
_MAX_STARS = 6  # each of which doubles the ways to match
_SPECIAL = re.compile(r"[*?\[{]")


class FileGlobs:
    """Finds the files of a repository by path or pattern."""

    def __init__(self, paths: PathSuffixIndex) -> None:
        self._paths = paths
        self._sorted = sorted(paths.number)
        self._by_folder: dict[str, list[str]] = {}
        for path in self._sorted:
            self._by_folder.setdefault(parent(path), []).append(path)
        self._left = MIN_COMPARISONS + COMPARISONS_PER_FILE * len(self._sorted)

    def file(self, folder: str, path: str) -> int | None:
        """The number of a file, by its path from a folder; None where there is none."""
        whole = join("" if path.startswith("/") else folder, path)
        return None if whole is None else self._paths.find(whole)

    def is_folder(self, folder: str, path: str) -> bool:
        """Whether a path from a folder is a folder."""
        whole = join(folder, path)
        return whole is not None and whole in self._paths.folders

    def folders_with(self, names: Collection[str]) -> set[str]:
        """The folders that hold a file of one of these names."""
        return {parent(path) for path in self._sorted if path.rpartition("/")[2] in names}

    def path(self, number: int) -> str:
        """The path of a file."""
        return self._paths.paths[number]

    def matching(self, folder: str, pattern: str, exclude: Sequence[str] = (), *, recurse: bool = False) -> list[int]:
        """The files that match a pattern from a folder, and none of the patterns to exclude.

        With `recurse`, the last part of the pattern is looked for in all folders below (CMake's `GLOB_RECURSE`).
        """
        special = _SPECIAL.search(pattern)
        if special is None and not recurse:
            number = self.file(folder, pattern)
            return [] if number is None else [number]
        fixed, _, rest = pattern[: special.start() if special else None].rpartition("/")
        rest = pattern[len(fixed) + 1 :] if fixed or pattern.startswith("/") else pattern
        start = join("" if pattern.startswith("/") else folder, fixed)
        if start is None or not rest:
            return []
        if recurse:
            rest = "**/" + rest
        matches = _matcher(rest)
        refused = [_matcher(each) for each in exclude]
        if matches is None:
            return []
        cut, base = (len(start) + 1 if start else 0), (len(folder) + 1 if folder else 0)
        found = []
        for path in self._candidates(start, is_flat="/" not in rest and "**" not in rest):
            self._left -= 1
            if self._left < 0:
                return []
            if matches.fullmatch(path, cut) and not any(each and each.fullmatch(path, base) for each in refused):
                found.append(self._paths.number[path])
        return found

    @property
    def is_exhausted(self) -> bool:
        """Whether patterns have looked at as many paths as they may; they then match nothing."""
        return self._left < 0

    def _candidates(self, folder: str, *, is_flat: bool) -> Sequence[str]:
        if is_flat:
            return self._by_folder.get(folder, ())
        if not folder:
            return self._sorted
        first, last = (
            bisect_left(self._sorted, folder + "/"),
            bisect_left(self._sorted, folder + "0"),
        )  # "0" follows "/"
        return self._sorted[first:last]


@lru_cache(maxsize=4096)
def _matcher(pattern: str) -> re.Pattern[str] | None:
    """A glob as a regular expression; None where it is none that people write."""
    if len(pattern) > _MAX_PATTERN or pattern.count("*") > _MAX_STARS:
        return None
    pieces = []
    position = 0
    while position < len(pattern):
        if pattern.startswith("**/", position):
            pieces.append("(?:.*/)?")
            position += 3
        elif pattern.startswith("**", position):
            pieces.append(".*")
            position += 2
        else:
            character = pattern[position]
            position += 1
            if character == "*":
                pieces.append("[^/]*")
            elif character == "?":
                pieces.append("[^/]")
            elif character == "[" and (end := pattern.find("]", position + 1)) > 0:
                inside = pattern[position:end].replace("\\", "").replace("[", "\\[")
                pieces.append(f"[{'^' + inside[1:] if inside.startswith('!') else inside}]")
                position = end + 1
            else:
                pieces.append(re.escape(character))
    try:
        return re.compile("".join(pieces), re.DOTALL)
    except re.error:
        return None
