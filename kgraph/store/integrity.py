"""Whether what lies at rest is as its maker left it.

Input: a folder: a generation, its store, an earlier store that is kept (see `base`). Output: which of its files are
missing or changed.

    seal.json      of each file its size, checksum and time of change, and the mark of its maker (see `ownership`)

The seal of a generation is of what its build wrote; a store, which is made later, has a seal of its own. Size and time
are looked at first, and the content only of a file whose time is another one: a copy's are. Where the content of a
store must be read it is CRC-32, as the 690 MB of PyTorch's cost half a second; the engine has checksums of its own for
each block, so that what changes beneath all this is noticed when it is read. Tables carry SHA-256 in the manifest, and
are compared whenever one is read.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgraph import files
from kgraph.store import ownership

SEAL = "seal.json"
_VERSION = 2  # 1: a generation's seal was of its store, too
_UNSEALED = frozenset({SEAL, "in-use", "store.lock"})
_UNSEALED_FOLDERS = frozenset({"store", "base"})  # which have seals of their own
_ENGINE_LOGS = ("LOG", "LOCK")  # the engine rewrites them when a store is opened
_PIECE = 1 << 20

FileState = tuple[int, int, int]  # size in bytes, CRC-32, time of change in nanoseconds


@dataclass(frozen=True, slots=True)
class IntegrityRecord:
    """What the maker of a folder said of the files in it."""

    files: dict[str, FileState]  # by path in the folder
    is_ours: bool  # this user made it, here
    about: dict[str, Any] = field(default_factory=dict)  # what else it said

    @classmethod
    def read(cls, folder: Path) -> IntegrityRecord | None:
        """None where there is none that can be read."""
        try:
            data = json.loads((folder / SEAL).read_text("utf-8"))
            if data["version"] != _VERSION:
                return None
            listed = {str(name): (int(size), int(crc), int(time)) for name, (size, crc, time) in data["files"].items()}
            about = dict(data["about"])
            return cls(listed, ownership.is_marked(data["mark"], folder, _content(listed, about)), about)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(size for size, _, _ in self.files.values())

    def damage(self, folder: Path) -> str:
        """The first file that is not as it was, and how; "" where all are."""
        for name, (size, crc, time) in sorted(self.files.items()):
            path = folder / name
            try:
                found = path.lstat()
                if found.st_size != size:
                    return f"{name} has {found.st_size:,} bytes instead of {size:,}"
                if not files.is_regular(path) or (found.st_mtime_ns != time and checksum(path) != crc):
                    return f"{name} was changed"
            except FileNotFoundError:
                return f"{name} is missing"
            except OSError as error:
                return f"{name}: {error.strerror or error}"
        return ""

    def is_untouched(self, folder: Path) -> bool:
        """Whether no file was written since: contents are not compared, for whoever forges one can forge a checksum."""
        try:
            return all(
                (found := (folder / name).lstat()).st_size == size and found.st_mtime_ns == time
                for name, (size, _, time) in self.files.items()
            )
        except OSError:
            return False


def seal(folder: Path, about: Mapping[str, Any] | None = None, *, at: Path | None = None, is_ours: bool = True) -> None:
    """Write down how all files of a folder are, and what to say `about` it, with this user's mark.

    `at` is where the folder is about to be moved; with `is_ours` False it gets no mark.
    """
    write(folder, IntegrityRecord(_list_states(folder), is_ours, dict(about or {})), at=at)


def write(folder: Path, contents: IntegrityRecord, *, at: Path | None = None) -> None:
    """Write a seal into a folder, with this user's mark if `contents` is ours."""
    data: dict[str, Any] = {
        "version": _VERSION,
        "about": contents.about,
        "files": dict(sorted(contents.files.items())),
    }
    content = _content(contents.files, contents.about)
    data["mark"] = ownership.make_mark(at or folder, content) if contents.is_ours else ""
    files.put(folder / SEAL, json.dumps(data, indent=1) + "\n")


def _list_states(folder: Path) -> dict[str, FileState]:
    listed: dict[str, FileState] = {}
    for name in sorted(_names(folder)):
        status = (folder / name).stat()
        listed[name] = (status.st_size, checksum(folder / name), status.st_mtime_ns)
    return listed


def _names(top: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(top):
        if Path(folder) == top:
            folders[:] = [name for name in folders if name not in _UNSEALED_FOLDERS and not name.endswith(".part")]
        for name in names:
            path = (Path(folder) / name).relative_to(top).as_posix()
            if path not in _UNSEALED and not name.endswith(".part") and not name.startswith(_ENGINE_LOGS):
                yield path


def _content(listed: Mapping[str, FileState], about: Mapping[str, Any]) -> bytes:
    return json.dumps([sorted(listed.items()), sorted(about.items())]).encode()


def checksum(path: Path) -> int:
    """CRC-32 of a file's content."""
    crc = 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            crc = zlib.crc32(piece, crc)
    return crc
