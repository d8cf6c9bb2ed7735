"""Files whose names come from input: read if they are regular and not too large, and never waited for."""

from __future__ import annotations

import os
import stat


def read_regular(path: str, limit: int) -> bytes:
    """The content of a file of at most `limit` bytes.

    Raises `OSError` where there is none, where it is a device, a pipe or a folder, or where it is larger.
    """
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(file, "rb") as stream:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "not a regular file", path)
        data = stream.read(limit + 1) if status.st_size <= limit else b""
        if status.st_size > limit or len(data) > limit:
            raise OSError(0, f"larger than {limit // 1_000_000} MB", path)
        return data
