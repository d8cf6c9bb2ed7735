"""Whether a graph at rest is as its build left it.

Input: the folder of one generation. Output: which of its files are missing or changed.

    seal.json      of each file its size, checksum and time of change, and the mark of its builder (see `ownership`)

Size and time are looked at first, and the content only of a file whose time is another one: a copy's are. Where the
content of a store must be read it is CRC-32, as the 690 MB of PyTorch's cost half a second; the engine has checksums of
its own for each block, so that what changes beneath all this is noticed when it is read. Tables carry SHA-256 in the
manifest, and are compared whenever one is read.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgraph import files
from kgraph.store import ownership

SEAL = "seal.json"
_VERSION = 1
_UNSEALED = frozenset({SEAL, "in-use", "store.lock"})
_ENGINE_LOGS = ("LOG", "LOCK")  # the engine writes them anew when a store is opened
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Seal:
    """What a build said of the files that it left."""

    files: dict[str, tuple[int, int, int]]  # by path in the generation: size, checksum, time of change
    is_ours: bool  # this user made it, here

    @classmethod
    def read(cls, generation: Path) -> Seal | None:
        """None where there is none that can be read."""
        try:
            data = json.loads((generation / SEAL).read_text("utf-8"))
            if data["version"] != _VERSION:
                return None
            listed = {str(name): (int(size), int(crc), int(time)) for name, (size, crc, time) in data["files"].items()}
            return cls(listed, ownership.is_marked(data["mark"], generation, _listing(listed)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def damage(self, generation: Path, part: str = "") -> str:
        """The first file below `part` that is not as it was, and how; "" where all are."""
        for name, (size, crc, time) in sorted(self.files.items()):
            if not name.startswith(part):
                continue
            path = generation / name
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

    def is_untouched(self, generation: Path) -> bool:
        """Whether no file was written since: contents are not compared, for whoever forges one can forge a checksum."""
        try:
            return all(
                (found := (generation / name).lstat()).st_size == size and found.st_mtime_ns == time
                for name, (size, _, time) in self.files.items()
            )
        except OSError:
            return False


def seal(generation: Path, previous_seal: Seal | None = None) -> None:
    """Write down how all files of a generation are, with this user's mark: all in it was built here.

    Files that `previous_seal` lists are not read again.
    """
    _write(generation, _listed(generation, "", previous_seal), is_ours=True)


def seal_again(generation: Path, part: str, previous_seal: Seal) -> None:
    """Write down how the files below `part` are now; all entries of others stay."""
    others = {name: entry for name, entry in previous_seal.files.items() if not name.startswith(part)}
    _write(generation, others | _listed(generation, part, None), is_ours=previous_seal.is_ours)


def _listed(generation: Path, part: str, previous_seal: Seal | None) -> dict[str, tuple[int, int, int]]:
    checksum_of = {
        (Path(name).name, size, time): crc
        for name, (size, crc, time) in (previous_seal.files if previous_seal else {}).items()
    }
    listed: dict[str, tuple[int, int, int]] = {}
    for name in sorted(_names(generation)):
        if name.startswith(part):
            path = generation / name
            status = path.stat()
            crc = checksum_of.get((path.name, status.st_size, status.st_mtime_ns))
            listed[name] = (status.st_size, checksum(path) if crc is None else crc, status.st_mtime_ns)
    return listed


def _write(generation: Path, listed: dict[str, tuple[int, int, int]], *, is_ours: bool) -> None:
    data: dict[str, Any] = {"version": _VERSION, "files": dict(sorted(listed.items()))}
    data["mark"] = ownership.mark(generation, _listing(listed)) if is_ours else ""
    files.put(generation / SEAL, json.dumps(data, indent=1) + "\n")


def _names(generation: Path) -> Iterator[str]:
    for folder, _, names in os.walk(generation):
        for name in names:
            path = (Path(folder) / name).relative_to(generation).as_posix()
            is_log = path.startswith("store/") and name.startswith(_ENGINE_LOGS)
            if path not in _UNSEALED and not name.endswith(".part") and not is_log:
                yield path


def _listing(listed: dict[str, tuple[int, int, int]]) -> bytes:
    return json.dumps(sorted(listed.items())).encode()


def checksum(path: Path) -> int:
    """CRC-32 of a file's content."""
    crc = 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            crc = zlib.crc32(piece, crc)
    return crc
