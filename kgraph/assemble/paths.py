"""Which files end in a given spelling: the index that includes and imports are looked up in.

Every suffix of every path that somebody spells is a key, so that a spelling is one look-up however large the
repository is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence


class Paths:
    """The paths of a repository, found by suffix. Files are named by their number, folders by their path."""

    def __init__(self, paths: Sequence[str]) -> None:
        self.paths = paths
        self.number: dict[str, int] = {path: number for number, path in enumerate(paths)}
        self.folders: set[str] = {""}
        for path in paths:
            folder = parent(path)
            while folder not in self.folders:
                self.folders.add(folder)
                folder = parent(folder)

    def ending_in(self, spellings: Iterable[str]) -> Mapping[str, list[int]]:
        """For each spelling the files whose path is it, or ends in "/" and it; absent where there are none."""
        wanted = _Suffixes(spellings)
        found: dict[str, list[int]] = {}
        for number, path in enumerate(self.paths):
            for suffix in wanted.of(path):
                found.setdefault(suffix, []).append(number)
        return found

    def folders_ending_in(self, spellings: Iterable[str]) -> Mapping[str, list[str]]:
        """The same for folders."""
        wanted = _Suffixes(spellings)
        found: dict[str, list[str]] = {}
        for folder in sorted(self.folders):
            for suffix in wanted.of(folder):
                found.setdefault(suffix, []).append(folder)
        return found


class _Suffixes:
    """What paths may end in. A suffix is cut out only if it has the length of one of these: a path may be deep."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = set(wanted)
        self._lengths = {len(each) for each in self._wanted}
        self._longest = max(self._lengths, default=-1)

    def of(self, path: str) -> Iterator[str]:
        """Those of the wanted that are a path, or stand behind a "/" in it, the shortest first."""
        size = at = len(path)
        while at >= 0:
            at = path.rfind("/", 0, at)
            if (length := size - at - 1) > self._longest:
                break
            if length in self._lengths and (suffix := path[at + 1 :]) in self._wanted:
                yield suffix


def parent(path: str) -> str:
    """The folder of a path; "" for the root's."""
    return path.rpartition("/")[0]


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


def shared(one: str, other: str) -> int:
    """How many leading folders two folders share."""
    count = 0
    for a, b in zip(one.split("/"), other.split("/"), strict=False):
        if a != b or not a:
            break
        count += 1
    return count
