"""What git's index holds, and whether the working tree is still the revision that it came from.

Input: a repository, the files that the scan found. Output: the paths that git tracks, and what has changed.

Git itself is not asked what has changed. It would run the filters that the tree's own configuration names, and would
believe marks that say "assume that this has not changed". The index says in which state a file was when its content
was the one that is stored; whatever is in another state is compared by content.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kgraph.errors import InputError
from kgraph.git import GitRepository
from kgraph.model import SourceFile
from kgraph.regular_file import blob_id, hash_name_of, read_small
from kgraph.scan.entries import Entry

_MAX_CONVERTED = 64 << 20  # bytes of a file whose line ends are looked at
_ENTRY = re.compile(
    rb"(?P<mode>\d{6}) (?P<blob>[0-9a-f]{40,64}) (?P<stage>\d)\t(?P<path>[^\0]+)\0"
    rb"(?:  ctime: (?P<ctime>\d+:\d+)\n  mtime: (?P<mtime>\d+:\d+)\n  dev: \d+\tino: (?P<inode>\d+)\n"
    rb"  uid: \d+\tgid: \d+\n  size: (?P<size>\d+)\tflags: (?P<flags>[0-9a-f]+)\n)?"
)
_SUBMODULE = "160000"
_LINK = "120000"
_SKIP_WORKTREE = 1 << 30


class IndexEntry(NamedTuple):
    """One file that git tracks, below the folder that is scanned."""

    path: str
    mode: str
    blob: str
    state: tuple[bytes, ...]  # ctime, mtime, inode and size, as git noted them
    unmerged: bool = False
    skipped: bool = False  # a sparse checkout leaves it out


class GitIndex:
    """The index below one folder."""

    def __init__(self, repository: GitRepository) -> None:
        """Raises `InputError` where git refuses to list it."""
        self._repository = repository
        self.written = _modification_time(repository.git_dir / "index")
        self.outside: list[str] = []  # paths that lie in no working tree
        self.by_path: dict[str, IndexEntry] = {}
        for entry in self._list_entries():
            if not _is_inside(entry.path):
                self.outside.append(entry.path)
            else:
                self.by_path.setdefault(entry.path, entry)  # a merge conflict has up to three stages

    def _list_entries(self) -> Iterator[IndexEntry]:
        # The states come in a form that "may change at any time"; without them contents are compared.
        listed = self._repository.ask("ls-files", "--stage", "--debug", "-z", *self._repository.within)
        position = 0
        prefix = len(os.fsencode(self._repository.prefix))
        while position < len(listed):
            match = _ENTRY.match(listed, position)
            if match is None:
                raise InputError("git ls-files: its answer cannot be read", where=str(self._repository.top))
            position = match.end()
            mode, blob, stage, path, *state, flags = match.groups()
            skipped = flags not in (b"0", None) and bool(int(flags, 16) & _SKIP_WORKTREE)
            name = os.fsdecode(path[prefix:])
            yield IndexEntry(name, mode.decode(), blob.decode(), tuple(state), stage != b"0", skipped)

    def entries(self) -> list[Entry]:
        """All that is tracked."""
        return [Entry(e.path, e.blob if e.mode == _SUBMODULE else "") for e in self.by_path.values()]

    def submodules(self) -> list[str]:
        return [entry.path for entry in self.by_path.values() if entry.mode == _SUBMODULE]

    def differs_from(self, revision: str) -> bool:
        """Whether something is staged; only git's own objects are looked at."""
        within = self._repository.within
        return not self._repository.run("diff-index", "--cached", "--quiet", revision, *within).ok


class IndexComparison:
    """The working tree beside the index."""

    def __init__(self, repository: GitRepository, index: GitIndex, states: Mapping[str, os.stat_result]) -> None:
        self._repository = repository
        self._index = index
        self._states = states
        self.converted: dict[str, str] = {}  # git's ids of files that a checkout made other bytes of

    @cached_property
    def _root(self) -> str:
        return os.path.join(self._repository.top, self._repository.prefix)  # noqa: PTH118

    @cached_property
    def _has_executable_bits(self) -> bool:
        return self._repository.config().get("core.filemode", "true").lower() not in ("false", "no", "off", "0")

    def has_changed(self, files: Iterable[SourceFile]) -> bool:
        """Whether any file is not what the index says; all are looked at, to know those that are only converted."""
        entries = dict(self._index.by_path)
        dirty = False
        for file in files:
            entry = entries.pop(file.path, None)
            if entry is None:
                dirty = True
            elif file.form != "submodule":
                dirty |= self._is_changed(entry, file)
        # What is left was not asked for, or is not there.
        return dirty or any(not entry.skipped and not self._is_there(entry.path) for entry in entries.values())

    def _is_there(self, path: str) -> bool:
        return os.path.lexists(os.path.join(self._root, path))  # noqa: PTH118

    def _is_changed(self, entry: IndexEntry, file: SourceFile) -> bool:
        status = self._states.get(entry.path)
        if status is None:
            return not entry.skipped
        if entry.unmerged or (file.form == "symlink") != (entry.mode == _LINK):
            return True
        if file.blob != entry.blob:
            if file.form == "symlink" or not (self._is_untouched(entry, status) or self._is_converted(entry)):
                return True
            self.converted[entry.path] = entry.blob
        executable = bool(status.st_mode & stat.S_IXUSR)
        return file.form == "file" and executable != (entry.mode == "100755") and self._has_executable_bits

    def _is_untouched(self, entry: IndexEntry, status: os.stat_result) -> bool:
        """Whether a file is in the state in which git knew its content, and was before the index was written.

        Git's index has 32 bits for each number.
        """
        state = (
            _time(status.st_ctime_ns),
            _time(status.st_mtime_ns),
            b"%d" % (status.st_ino & 0xFFFFFFFF),
            b"%d" % (status.st_size & 0xFFFFFFFF),
        )
        return entry.state == state and max(status.st_mtime_ns, status.st_ctime_ns) < self._index.written

    def _is_converted(self, entry: IndexEntry) -> bool:
        """Whether a file differs from what git stores by line ends alone, or git stores a pointer of LFS to it."""
        path = os.path.join(self._root, entry.path)  # noqa: PTH118
        if differs_by_line_ends(path, entry.blob):
            return True
        try:
            content = read_small(path, _MAX_CONVERTED)
        except OSError:
            return False
        hash_name = "sha256" if self._repository.sha256 else "sha1"
        pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n" % (
            hashlib.sha256(content).hexdigest().encode(),
            len(content),
        )
        return blob_id(pointer, hash_name) == entry.blob


def differs_by_line_ends(path: str, blob: str) -> bool:
    """Whether a file has the content of a blob but for its ends of lines."""
    try:
        content = read_small(path, _MAX_CONVERTED)
    except OSError:
        return False
    return blob_id(content.replace(b"\r\n", b"\n"), hash_name_of(blob)) == blob


def _modification_time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _time(nanoseconds: int) -> bytes:
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return b"%d:%d" % (seconds & 0xFFFFFFFF, rest)


_OUTSIDE = re.compile(r"(?:.*/)?(?:|\.\.?|\.git)(?:/.*)?", re.DOTALL | re.IGNORECASE)


def _is_inside(path: str) -> bool:
    """Whether a path stays in the working tree: an index that somebody made by hand may name any."""
    return _OUTSIDE.fullmatch(path) is None
