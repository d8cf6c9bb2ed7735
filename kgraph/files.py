"""Writing files: whole or not at all, and never through a link.

Input: a path and what to write. Output: a file that appears complete, or the one that was there before.

What is written stands beside its place until it is complete. Its name there is drawn by lot and made exclusively, so
that no link can be put in its way: what writes to `x.part` overwrites whatever a repository makes `x.part` lead to.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from typing import BinaryIO

StrPath = str | PathLike[str]

_EXCLUSIVE = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextmanager
def replacing(path: StrPath) -> Iterator[BinaryIO]:
    """A stream to what takes the place of `path` when the context ends well; a link there is replaced, not followed."""
    partial = random_name_beside(path)
    try:
        with os.fdopen(os.open(partial, _EXCLUSIVE, 0o666), "wb") as stream:
            yield stream
        os.replace(partial, path)  # noqa: PTH105 - keeps bytes that are no UTF-8
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(partial)  # noqa: PTH108
        raise


def write(path: StrPath, data: bytes | str) -> None:
    """Put `data`, a text as UTF-8, in the place of `path`."""
    with replacing(path) as stream:
        stream.write(data.encode() if isinstance(data, str) else data)


def put(path: StrPath, data: bytes | str) -> None:
    """The same in a folder that is ours: a folder that stands in the way is removed."""
    if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
        discard(path)
    write(path, data)


def create(path: StrPath) -> BinaryIO:
    """A stream to a new file, in a folder that is being filled; `FileExistsError` where there is something."""
    return os.fdopen(os.open(path, _EXCLUSIVE, 0o666), "wb")


def random_name_beside(path: StrPath) -> str:
    """A name in the folder of `path` that cannot be predicted."""
    # Of fixed length: a long file name with an ending would be too long for the file system.
    return os.path.join(os.path.dirname(os.fspath(path)), f".kgraph-{secrets.token_hex(8)}.part")  # noqa: PTH118, PTH120


def discard(path: StrPath) -> None:
    """Remove what stands at `path`: a file, a link but not what it leads to, a folder with all in it, or nothing."""
    try:
        is_folder = stat.S_ISDIR(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return
    if is_folder:
        remove_tree(path)
    else:
        os.unlink(path)  # noqa: PTH108


def remove_tree(path: StrPath) -> None:
    """Remove a folder with all in it, however deep it is; `OSError` where that cannot be done."""
    try:
        shutil.rmtree(path)
    except RecursionError:
        _flatten(path)
        shutil.rmtree(path)


def _flatten(path: StrPath) -> None:
    """Move all folders below a folder right into it."""
    top = os.open(path, _FOLDER)
    try:
        waiting = [entry for entry in os.listdir(top) if _is_folder(entry, top)]  # noqa: PTH208
        while waiting:
            folder = os.open(waiting.pop(), _FOLDER, dir_fd=top)
            try:
                for entry in os.listdir(folder):  # noqa: PTH208
                    if _is_folder(entry, folder):
                        waiting.append(secrets.token_hex(16))
                        os.rename(entry, waiting[-1], src_dir_fd=folder, dst_dir_fd=top)
            finally:
                os.close(folder)
    finally:
        os.close(top)


def _is_folder(name: str, folder: int) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)


def is_regular(path: StrPath) -> bool:
    """Whether `path` itself is a file: no link, no folder, no pipe."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def make_folder(path: StrPath) -> None:
    """Make sure of a folder inside one that is ours: what else stands at `path`, a link above all, is removed."""
    try:
        if stat.S_ISDIR(os.lstat(path).st_mode):
            return
        discard(path)
    except FileNotFoundError:
        pass
    with contextlib.suppress(FileExistsError):
        os.mkdir(path)  # noqa: PTH102
