"""Candidates of name lookup: the declarations of one name, filtered by which the asking file sees.

Input: what declares files, see `include_closure`. Output: the part of it that a file sees, or that is declared in a
file. Where a repository has one `main` or `init` for each of its files, all of them ask: so many are found by file, and
not gone through for each question.
"""

from __future__ import annotations

from typing import Generic, Protocol, Self, TypeVar

from kgraph.assemble.cpp.include_closure import FileSet, VisibleFiles, bits, files_of

_MAX_LINEAR_SEARCH = 16  # are looked at one by one
_MAX_CACHED_SETS = 8  # sets of files that asked last, for a file has many questions, one after the other


class Declared(Protocol):
    """What files declare."""

    files: FileSet
    is_local: bool


Item = TypeVar("Item", bound=Declared)


class Candidates(list[Item], Generic[Item]):
    """In their order. What was found out is kept until another one is added."""

    # Most lists are made for one question and never asked for more: what they find out is set when it is.
    _by_file: dict[int, list[int]] | None = None  # places in the list
    _bits = 0  # of all files
    _near: dict[int, Self] | None = None  # by the files in question
    _shared: Self | None = None

    def forget(self) -> None:
        """Something was added."""
        self.__dict__.clear()

    @property
    def shared(self) -> Self:
        """Those that are no matter of one file alone."""
        if self._shared is None:
            own = [each for each in self if not each.is_local]
            self._shared = self._make(own)
        return self._shared

    def near(self, sees: VisibleFiles) -> Self:
        """Those that are declared in a file that is seen."""
        if len(self) <= _MAX_LINEAR_SEARCH:
            return self._make([each for each in self if each.files.is_seen(sees)])
        by_file = self._files()
        common = sees.bits & self._bits
        if self._near is None:
            self._near = {}
        nearby = self._near.get(common)
        if nearby is None:
            if len(self._near) >= _MAX_CACHED_SETS:
                del self._near[next(iter(self._near))]
            places = {place for file in files_of(common) for place in by_file[file]}
            nearby = self._near[common] = self._make([self[place] for place in sorted(places)])
        return nearby

    def select_file(self, file: int) -> Self:
        """Those that are declared in a file."""
        if len(self) <= _MAX_LINEAR_SEARCH:
            return self._make([each for each in self if file in each.files])
        return self._make([self[place] for place in self._files().get(file, ())])

    def _make(self, found: list[Item]) -> Self:
        return self if len(found) == len(self) else type(self)(found)

    def _files(self) -> dict[int, list[int]]:
        if self._by_file is None:
            self._by_file = {}
            for place, each in enumerate(self):
                for file in each.files.files:
                    self._by_file.setdefault(file, []).append(place)
            self._bits = bits(sorted(self._by_file))
        return self._by_file
