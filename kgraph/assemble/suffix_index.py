"""Path suffix index: which files end in a given spelling, looked up for includes and imports.

Every suffix of every path that somebody spells is a key, so that a spelling is one look-up however large the
repository is.

A path that leads through symbolic links is one more place of the file that it leads to, as it is for a compiler. Paths
are compared as texts of files spell them: bytes that are no UTF-8 are U+FFFD in both.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kgraph.repository_paths import folders_of, parent

MAX_HOPS = 40  # links on one way, as Linux counts them
MAX_PLACES = 1_000_000  # of files below linked folders: a hundred links to the root of a large repository
_STEPS = frozenset({"", ".", ".."})  # parts of a path that are no names
_HAS_STEPS = re.compile(r"(?:^|/)\.{0,2}(?:/|$)")  # one of them
_RING = "/"  # no path from the root


class PathSuffixIndex:
    """The paths of a repository, found by suffix. Files are named by their number, folders by their path.

    `links` gives for each symbolic link, by its path, what stands in it.
    """

    def __init__(self, paths: Sequence[str], links: Mapping[str, str] | None = None) -> None:
        self.paths = paths
        self.number: dict[str, int] = {path: number for number, path in enumerate(paths)}
        # All places where files are: their own paths, then those below linked folders.
        self.places: list[str] = [searchable(path) for path in paths]
        self._numbers = _unique(self.places)
        self._links = {searchable(link): searchable(target) for link, target in (links or {}).items()}
        self.folders = frozenset(folders_of(self.places))
        self._files = list(range(len(paths)))  # by place: the number of the file that is there
        self._ends: dict[str, tuple[str | None, str | None]] = {}  # of folders: see `_resolve_links`
        self.has_linked_folders = False  # whether a path may lead through a symbolic link to a folder of the repository
        if self._links:
            self._follow_links()

    def _follow_links(self) -> None:
        by_folder: dict[str, list[int]] = defaultdict(list)
        ends: dict[str, str] = {}  # folder that each link leads to
        for link in sorted(self._links):
            end = self.resolve(link)
            if end is None or end == link:
                continue
            if (number := self._numbers.get(end)) is not None:
                self._files[self._numbers.get(link, number)] = number
            elif end in self.folders:
                ends[link] = end
        self.has_linked_folders = bool(ends)
        wanted = set(ends.values())
        for number, place in enumerate(self.places):
            folder = parent(place)
            while True:
                if folder in wanted:
                    by_folder[folder].append(number)
                if not folder:
                    break
                folder = parent(folder)
        for link, end in ends.items():
            inside = by_folder[end]
            if len(self.places) + len(inside) > MAX_PLACES:
                break
            cut = len(end) + 1 if end else 0
            self.places += [f"{link}/{self.places[number][cut:]}" for number in inside]
            self._files += [self._files[number] for number in inside]

    def file(self, place: int) -> int:
        """The number of the file at a place, links followed."""
        return self._files[place]

    def find_exact(self, path: str) -> int | None:
        """The place of a path, no link followed."""
        return self._numbers.get(path)

    def find(self, path: str) -> int | None:
        """The number of the file that a path from the root leads to."""
        number = self._numbers.get(path)
        if number is None:
            if path not in self._links:
                folder, _, name = path.rpartition("/")
                if folder and folder in self.folders and name not in _STEPS:
                    return None  # there is no other way to read it (but "/x" is "x")
                if not self.has_linked_folders and not _HAS_STEPS.search(path):
                    return None
            end, plain = self._resolve_links(path)
            number = self._numbers.get(end or "")
            if number is None and self._links and end != plain and end not in self.folders:  # a link that leads nowhere
                number = self._numbers.get(plain or "")
        return None if number is None else self._files[number]

    def _resolve_links(self, path: str) -> tuple[str | None, str | None]:
        """What `resolve` says of a path, and the same with no link followed; each folder is asked for once."""
        folder, _, name = path.rpartition("/")
        if name in _STEPS:
            return self.resolve(path), join("", path)
        ends = self._ends.get(folder)
        if ends is None:
            ends = self._ends[folder] = self.resolve(folder), join("", folder)
        end, plain = (each if each is None else f"{each}/{name}" if each else name for each in ends)
        return self.resolve(path) if end in self._links else end, plain

    def leaves(self, path: str) -> bool:
        """Whether a path from the root leads out of the repository."""
        return self._walk(path) is None

    def find_folder(self, path: str) -> str | None:
        """The folder that a path from the root leads to."""
        end = self.resolve(path)
        return end if end in self.folders else None

    def resolve(self, path: str) -> str | None:
        """A path without links, "." and ".."; None where it leaves the repository, or goes round in a ring."""
        if not self._links:  # the same in one go
            plain = posixpath.normpath(path.lstrip("/")) if path else ""
            return None if plain == ".." or plain.startswith("../") else "" if plain == "." else plain
        end = self._walk(path)
        return None if end == _RING else end

    def _walk(self, path: str) -> str | None:
        done: list[str] = []
        waiting = path.split("/")[::-1]
        hops = 0
        while waiting:
            part = waiting.pop()
            if part == "..":
                if not done:
                    return None
                done.pop()
            elif part not in ("", "."):
                done.append(part)
                target = self._links.get("/".join(done)) if self._links else None
                if target is not None:
                    hops += 1
                    if hops > MAX_HOPS:
                        return _RING
                    if target.startswith("/"):
                        return None
                    done.pop()
                    waiting += target.split("/")[::-1]
        return "/".join(done)

    def ending_in(self, spellings: Iterable[str]) -> Mapping[str, list[int]]:
        """For each spelling the places whose path is it, or ends in "/" and it; absent where there are none."""
        wanted = _Suffixes(spellings)
        found: dict[str, list[int]] = {}
        for number, path in enumerate(self.places):
            for suffix in wanted.find(path):
                found.setdefault(suffix, []).append(number)
        return found

    def folders_ending_in(self, spellings: Iterable[str]) -> Mapping[str, list[str]]:
        """The same for folders."""
        wanted = _Suffixes(spellings)
        found: dict[str, list[str]] = {}
        for folder in sorted(self.folders):
            for suffix in wanted.find(folder):
                found.setdefault(suffix, []).append(folder)
        return found


class _Suffixes:
    """What paths may end in. A suffix is cut out only if it has the length of one of these: a path may be deep."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = set(wanted)
        self._lengths = {len(each) for each in self._wanted}
        self._longest = max(self._lengths, default=-1)

    def find(self, path: str) -> Iterator[str]:
        """Those of the wanted that are a path, or stand behind a "/" in it, the shortest first."""
        size = at = len(path)
        while at >= 0:
            at = path.rfind("/", 0, at)
            if (length := size - at - 1) > self._longest:
                break
            if length in self._lengths and (suffix := path[at + 1 :]) in self._wanted:
                yield suffix


def searchable(path: str) -> str:
    """A path as the texts of files spell it, whatever the locale."""
    if path.isascii():
        return path
    try:
        return os.fsencode(path).decode("utf-8", "replace")
    except UnicodeEncodeError:  # the locale has no such characters: it is no path of the system's, but a text's
        return path


def _unique(places: Sequence[str]) -> dict[str, int]:
    """Places by path, but for those of which two are spelled alike."""
    numbers: dict[str, int] = {}
    twice: set[str] = set()
    for number, place in enumerate(places):
        if numbers.setdefault(place, number) != number:
            twice.add(place)
    for place in twice:
        del numbers[place]
    return numbers


def join(folder: str, relative: str) -> str | None:
    """`relative` seen from `folder`, with "." and ".." gone; None where it leaves the repository."""
    parts = folder.split("/") if folder else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def count_shared_folders(one: str, other: str) -> int:
    """How many leading folders two folders share."""
    count = 0
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b or not a:
            break
        count += 1
    return count
