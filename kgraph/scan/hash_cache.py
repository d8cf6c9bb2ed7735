"""The blob ids of files that have not been touched since they were hashed.

Input: a file beside the graph, the states of files. Output: the ids of those whose state is the one that they were
hashed in. Git's index knows ids too, but of what filters and line ends make of a file, and only as long as nobody told
it to assume that a file has not changed; ours are of the bytes that stand there.

A state is size, times and number of the inode, as git compares them; the time of the last change of an inode cannot be
set by anybody. What changed just before it was hashed is not kept, for it may have changed again within the same tick
of the file system's clock.
"""

from __future__ import annotations

import os
import time
import zlib
from pathlib import Path

import msgspec

from kgraph import files
from kgraph.compression import decompress
from kgraph.regular_file import read_small

NAME = "hashes.bin"  # in the graph's folder
_VERSION = 1
_MAX_BYTES = 512 << 20
_MIN_AGE_NS = 2_000_000_000  # the coarsest clocks of file systems tick every two seconds

State = tuple[int, int, int, int]  # size, mtime and ctime in nanoseconds, inode


class _CachedHashes(msgspec.Struct, array_like=True):
    version: int
    hash_name: str
    files: dict[bytes, tuple[int, int, int, int, bytes]]


class HashCache:
    """Blob ids by path and state; used by one scan."""

    def __init__(self, path: Path | None = None) -> None:
        """What the file at `path` holds, if there is one that can be read."""
        self._hash_name, self._previous = _load(path)
        self._now: dict[bytes, tuple[State, bytes]] = {}
        self._started = time.time_ns()
        self.is_new = False  # it has learnt what is worth keeping

    def use(self, hash_name: str) -> None:
        """Say what ids are made with."""
        if hash_name != self._hash_name:
            self._hash_name, self._previous = hash_name, {}

    def get(self, path: str, status: os.stat_result) -> str:
        """The id of a file in that state; "" where it is not known."""
        name = os.fsencode(path)
        size, mtime, ctime, inode, blob = self._previous.get(name) or (-1, 0, 0, 0, b"")
        state = _state(status)
        if (size, mtime, ctime, inode) != state:
            return ""
        self._now[name] = (state, blob)
        return blob.hex()

    def put(self, path: str, status: os.stat_result, blob: str) -> None:
        """Note the id that a file has in a state."""
        state = _state(status)
        if max(state[1], state[2]) < self._started - _MIN_AGE_NS:
            self._now[os.fsencode(path)] = (state, bytes.fromhex(blob))
            self.is_new = True

    def save(self, path: Path) -> bool:
        """Keep what this scan knew, if it is news, and say so; only a cache, so a failure to write it is none."""
        if not self.is_new:
            return False
        known = {name: (*state, blob) for name, (state, blob) in self._now.items()}
        data = zlib.compress(msgspec.msgpack.encode(_CachedHashes(_VERSION, self._hash_name, known)), 1)
        try:
            files.write(path, data)
        except OSError:
            return False
        self.is_new = False
        return True


def _state(status: os.stat_result) -> State:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _load(path: Path | None) -> tuple[str, dict[bytes, tuple[int, int, int, int, bytes]]]:
    if path is None:
        return "", {}
    try:
        data = decompress(read_small(os.fspath(path), _MAX_BYTES), _MAX_BYTES)
        cached = msgspec.msgpack.decode(data, type=_CachedHashes)
    except (OSError, ValueError, msgspec.MsgspecError, MemoryError):
        return "", {}
    size = {"sha1": 20, "sha256": 32}.get(cached.hash_name)
    if cached.version != _VERSION or any(len(state[4]) != size for state in cached.files.values()):
        return "", {}
    return cached.hash_name, cached.files
