"""Which of the files of one spelling are nearest to the file that includes it.

Input: the places of the files that a spelling may mean. Output: those that share the most leading folders with the
asking one. They are found by the folders that they are below, since thousands may ask for thousands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kgraph.assemble.suffix_index import PathSuffixIndex
from kgraph.repository_paths import parent


@dataclass(slots=True)
class _Claims:
    """Of the places below a folder."""

    count: int = 0
    weight: int = -1  # of the best
    best: Sequence[int] = ()  # files, sorted


class Nearest:
    """The files of one spelling."""

    def __init__(self, paths: PathSuffixIndex, weights: Counter[str], spelling: str, candidates: Sequence[int]) -> None:
        """`candidates` are places; `weights` say how far the folders are trusted that the spelling starts from."""
        self._paths = paths
        self._weights = weights
        self._spelling = spelling
        self._candidates = candidates  # so that its identity stays its own
        self.places_of: dict[int, list[int]] = defaultdict(list)  # by file
        self._claims: dict[str, _Claims] = defaultdict(_Claims)
        best: dict[str, list[int]] = {}
        for candidate in candidates:
            file = paths.file(candidate)
            self.places_of[file].append(candidate)
            folder = root = self._root(candidate)
            weight = weights[root]
            while True:
                claims = self._claims[folder]
                claims.count += 1
                if weight > claims.weight:
                    claims.weight, best[folder] = weight, []
                if weight == claims.weight:
                    best[folder].append(file)
                if not folder:
                    break
                folder = parent(folder)
        for folder, files in best.items():
            self._claims[folder].best = tuple(sorted(set(files)))

    def _root(self, candidate: int) -> str:
        path = self._paths.places[candidate]
        return path[: len(path) - len(self._spelling)].rstrip("/")

    def find_around(self, folder: str, without: int | None = None) -> tuple[int, ...]:
        """The files nearest to a folder, of equally near ones the most trusted; one file left out, which is not the
        only one."""
        while True:
            claims = self._claims.get(folder)
            if claims is not None:
                if without is None or not is_among(without, claims.best):
                    return tuple(claims.best)
                if len(claims.best) > 1:
                    return tuple(file for file in claims.best if file != without)
                if claims.count > sum(self._is_below(place, folder) for place in self.places_of[without]):
                    return self._less_trusted(folder, without)  # which few have
            folder = parent(folder)

    def _is_below(self, candidate: int, folder: str) -> bool:
        return not folder or f"{self._root(candidate)}/".startswith(folder + "/")

    def _less_trusted(self, folder: str, without: int) -> tuple[int, ...]:
        others = [n for n in self._candidates if self._paths.file(n) != without and self._is_below(n, folder)]
        most = max(self._weights[self._root(n)] for n in others)
        return tuple(sorted({self._paths.file(n) for n in others if self._weights[self._root(n)] == most}))


def is_among(number: int, numbers: Sequence[int]) -> bool:
    """Whether a number is in a sorted sequence."""
    at = bisect_left(numbers, number)
    return at < len(numbers) and numbers[at] == number
