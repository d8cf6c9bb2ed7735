"""Folders for temporary files, which nobody keeps: what a killed process left, the next one removes.

A folder is held by a lock of the kernel's (flock), which no dead process holds. Only our own user's folders are
removed, and no link is followed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def scratch_folder() -> Iterator[str]:
    """A new folder among the system's temporary files, removed with the context."""
    _sweep()
    while True:
        path = tempfile.mkdtemp(prefix=_prefix())
        if (lock := _lock(path)) is not None:
            break  # otherwise another process took it for left behind, in the moment before it was locked
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _prefix() -> str:
    return f"kgraph-{os.getuid()}-"


def _lock(path: str) -> int | None:
    """The right to a folder, until the descriptor is closed; None where another process has it, or it is gone."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held, there = os.fstat(lock), os.lstat(path)
        if held.st_uid == os.getuid() and (held.st_dev, held.st_ino) == (there.st_dev, there.st_ino):
            return lock
    except OSError:
        pass
    os.close(lock)
    return None


def _sweep() -> None:
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if entry.name.startswith(_prefix()) and (lock := _lock(entry.path)) is not None:
                shutil.rmtree(entry.path, ignore_errors=True)
                os.close(lock)
