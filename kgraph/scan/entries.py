"""One file: what it is, how large, of which language, and the id of its content.

Input: a path that git or a walk gave. Output: a `SourceFile`. A file that cannot be read stays one, with the reason,
for a gap that is reported is better than one that is silent.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from kgraph.language_contents import CONTENT_READ, detect_by_content, is_ambiguous
from kgraph.languages import detect_by_name, detect_by_shebang
from kgraph.model import UNREADABLE, SourceFile
from kgraph.regular_file import blob_id, hash_file, read_start
from kgraph.scan.hash_cache import HashCache

MAX_PARSED = 4_000_000  # bytes; larger files are data, and a parser may need a thousand times their size
_LONG_SHEBANG = 256  # bytes
NOT_THERE = UNREADABLE + "not in the working tree"


@dataclass(frozen=True, slots=True)
class Entry:
    """A path to look at."""

    path: str
    commit: str = ""  # of a submodule


class EntryReader:
    """Looks at the files of one tree; what a symbolic link leads to is another tree."""

    def __init__(self, root: str, hash_name: str, hashes: HashCache) -> None:
        self._root = root
        self._hash_name = hash_name
        self._hashes = hashes
        self._folders = {"": True}
        self.states: dict[str, os.stat_result] = {}  # of the files that are there

    def source_file(self, entry: Entry, unparsed: str) -> SourceFile:
        """What stands at a path; `unparsed` says why it should not be parsed."""
        path = entry.path
        if entry.commit:
            return SourceFile(path, 0, entry.commit, form="submodule")
        full = os.path.join(self._root, path)  # noqa: PTH118 - a str keeps surrogate escapes, and is three times faster
        try:
            if not self._is_folder(path.rpartition("/")[0]):
                return self._unreadable(path, NOT_THERE)
            status = os.lstat(full)
            self.states[path] = status
            if stat.S_ISLNK(status.st_mode):
                target = os.fsencode(os.readlink(full))  # noqa: PTH115
                blob = blob_id(target, self._hash_name)
                return SourceFile(path, len(target), blob, form="symlink", target=os.fsdecode(target))
            if not stat.S_ISREG(status.st_mode):
                return self._unreadable(path, UNREADABLE + "not a regular file", "")
            language = detect_by_name(path)
            if not language or is_ambiguous(path):
                language = content_language(path, read_start(full, CONTENT_READ))
            blob = self._hashes.get(path, status)
            if not blob:
                blob, status = hash_file(full, self._hash_name)
                self.states[path] = status
                self._hashes.put(path, status, blob)
        except (FileNotFoundError, NotADirectoryError):
            self.states.pop(path, None)
            return self._unreadable(path, NOT_THERE)
        except OSError as error:
            return self._unreadable(path, f"{UNREADABLE}{error.strerror}")
        return SourceFile(path, status.st_size, blob, language, unparsed=parse_refusal(status.st_size, unparsed))

    def _unreadable(self, path: str, why: str, language: str | None = None) -> SourceFile:
        known = detect_by_name(path) if language is None else language
        return SourceFile(path, 0, blob_id(b"", self._hash_name), known, unparsed=why)

    def _is_folder(self, folder: str) -> bool:
        """Whether a folder of the tree is one, and all that it lies in: behind a link there is another tree."""
        unknown = []
        while folder not in self._folders:
            unknown.append(folder)
            folder = folder.rpartition("/")[0]
        is_folder = self._folders[folder]
        for each in reversed(unknown):
            full = os.path.join(self._root, each)  # noqa: PTH118
            is_folder = is_folder and stat.S_ISDIR(os.lstat(full).st_mode)
            self._folders[each] = is_folder
        return is_folder


def parse_refusal(size: int, unparsed: str = "") -> str:
    """Why a file must not be parsed; "" where it may."""
    if size > MAX_PARSED and not unparsed:
        return f"larger than {MAX_PARSED // 1_000_000} MB"
    return unparsed


def content_language(path: str, start: bytes) -> str:
    """The language of a file whose name does not tell, or tells several, by its first `CONTENT_READ` bytes; "" where it
    is unknown."""
    if is_ambiguous(path):
        return detect_by_content(path, start)
    return detect_by_shebang(start[:_LONG_SHEBANG].partition(b"\n")[0]) if start.startswith(b"#!") else ""
