"""Reading files of a tree that anybody may have written: never a pipe or a device, and no link unless it is asked for.

Input: a path. Output: contents, no more than were asked for. What stands at a path may be another thing by the time
that it is opened, so it is the opened file that is looked at.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

MAX_HASHED_BYTES = 8 << 30  # a file without contents may claim to be any size
_PIECE_BYTES = 1 << 20


class NotRegularError(OSError):
    """What stands there is no regular file."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EINVAL, "not a regular file", path)


CHANGED = "changed while it was read"  # why such a file has no facts


class FileChangedError(OSError):
    """A file did not stay the same while it was read."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EAGAIN, "it changes while it is read", path)


@contextmanager
def open_regular(path: str, *, follow: bool = False) -> Iterator[tuple[int, os.stat_result]]:
    """The descriptor of a regular file, and its state; `OSError` where there is none to be read.

    With `follow` a link leads to what it names.
    """
    # Not blocking: opening a pipe would wait for its writer.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    descriptor = os.open(path, flags if follow else flags | os.O_NOFOLLOW)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotRegularError(path)
        yield descriptor, status
    finally:
        os.close(descriptor)


def read_start(path: str, size: int) -> bytes:
    """The first bytes of a regular file, at most `size`."""
    with open_regular(path) as (descriptor, _):
        return os.read(descriptor, size)


def read_small(path: str, most: int, *, follow: bool = False) -> bytes:
    """The content of a regular file that should be small; `OSError` where it has more than `most` bytes."""
    with open_regular(path, follow=follow) as (descriptor, _):
        pieces = []
        left = most + 1
        while left and (piece := os.read(descriptor, min(left, _PIECE_BYTES))):
            pieces.append(piece)
            left -= len(piece)
        if not left:
            raise OSError(errno.EFBIG, f"larger than {most // 1_000_000} MB", path)
        return b"".join(pieces)


def blob_id(content: bytes, hash_name: str = "sha1") -> str:
    """The id that git gives a content: the hash of "blob <size>\\0" and the bytes (git-hash-object)."""
    digest = blob_digest(len(content), hash_name)
    digest.update(content)
    return digest.hexdigest()


def blob_digest(size: int, hash_name: str) -> hashlib._Hash:
    """What a content of `size` bytes is put into, to get its blob id."""
    return hashlib.new(hash_name, b"blob %d\0" % size, usedforsecurity=False)


def hash_name_of(blob: str) -> str:
    """What a blob id was made with."""
    return "sha256" if len(blob) == 64 else "sha1"


def read_blob(path: str, blob: str, most: int) -> bytes | None:
    """The content of a regular file if it is the one that git calls `blob`; None where it has another one, more than
    `most` bytes, or cannot be read."""
    try:
        content = read_small(path, most)
    except (OSError, ValueError):
        return None
    return content if blob_id(content, hash_name_of(blob)) == blob else None


def hash_file(path: str, hash_name: str) -> tuple[str, os.stat_result]:
    """The blob id of a regular file's content, and the state in which it has it; read in pieces.

    Raises `FileChangedError` where its size is another one at the end.
    """
    with open_regular(path) as (descriptor, status):
        if status.st_size > MAX_HASHED_BYTES:
            raise OSError(errno.EFBIG, f"larger than {MAX_HASHED_BYTES >> 30} GB", path)
        digest = blob_digest(status.st_size, hash_name)
        for piece in stable_pieces(path, descriptor, status):
            digest.update(piece)
        return digest.hexdigest(), status


def stable_pieces(path: str, descriptor: int, status: os.stat_result) -> Iterator[bytes]:
    """The content of an opened file, piece by piece.

    Raises `FileChangedError` at the end where the file is then not in the state in which it was opened.
    """
    left = status.st_size
    while left and (piece := os.read(descriptor, min(left, _PIECE_BYTES))):
        yield piece
        left -= len(piece)
    after = os.fstat(descriptor)
    if left or (after.st_size, after.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
        raise FileChangedError(path)
