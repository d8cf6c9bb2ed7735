"""The content of one file, read so that no file can hurt.

Input: a path, and how much to hold. Output: the first bytes, and of the whole its size, lines and id. What a path leads
to may have become something else since it was looked at: a link, a device, a pipe, a file of many gigabytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from kgraph.regular_file import FileChangedError, blob_digest, open_regular, stable_pieces


@dataclass(frozen=True, slots=True)
class FileContent:
    """What was read of a file at one moment."""

    data: bytes  # the first of it
    size: int  # of the whole
    blob: str  # git's id of the whole
    lines: int  # of the whole

    @property
    def is_whole(self) -> bool:
        """Whether all of it was held."""
        return len(self.data) == self.size


def read(path: str, most: int, hash_name: str = "sha1", size: int | None = None) -> FileContent:
    """The content of a regular file; of a larger one than `most` bytes the first of these.

    Raises `OSError` where it cannot be opened or is no regular file, and `FileChangedError` where it changes meanwhile
    or has not the `size` that is expected.
    """
    with open_regular(path) as (file, status):
        if size is not None and status.st_size != size:
            raise FileChangedError(path)
        digest = blob_digest(status.st_size, hash_name)
        held: list[bytes] = []
        lines = _Lines()
        done = 0
        for piece in stable_pieces(path, file, status):
            if done < most:
                held.append(piece[: most - done])
            digest.update(piece)
            lines.add(piece)
            done += len(piece)
        return FileContent(b"".join(held), done, digest.hexdigest(), lines.total())


class _Lines:
    """Counts lines piece by piece; "\\n", "\\r\\n" and "\\r" end one, and the last one may lack its end."""

    def __init__(self) -> None:
        self._ended = 0
        self._last = b""

    def add(self, piece: bytes) -> None:
        self._ended += piece.count(b"\n")
        if b"\r" in piece:
            self._ended += piece.count(b"\r") - piece.count(b"\r\n")
        if self._last == b"\r" and piece.startswith(b"\n"):
            self._ended -= 1
        self._last = piece[-1:]

    def total(self) -> int:
        return self._ended + (self._last not in (b"", b"\n", b"\r"))
