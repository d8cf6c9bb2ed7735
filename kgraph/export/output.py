"""Where an export goes: a stream or a folder that appears whole or not at all.

Input: a path, or "-" for standard output. Output: an open binary stream, or an empty folder to fill.

What is written stands beside its place under another name until it is complete, and is then renamed; on any error,
an interrupt too, it is removed and what was there before stays. Only standard output and what is no regular file (a
pipe, a device) are written directly, because nothing can be renamed there.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kgraph import files
from kgraph.conditions import condition_of
from kgraph.errors import ExportError

STDOUT = "-"
_STANDARD_OUTPUT = "standard output"


@contextmanager
def open_output(target: str | Path) -> Iterator[BinaryIO]:
    """A binary stream to `target`, whose folders are made; "-" is standard output."""
    if target == STDOUT:
        with as_export_error(_STANDARD_OUTPUT):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    path = Path(target).resolve()  # a symlink stays one: the file behind it is replaced
    if path.is_dir():
        raise ExportError("is a folder, and this format is one file", where=str(target))
    with as_export_error(target):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            with path.open("wb") as direct:
                yield direct
            return
        with files.replacing(path) as stream:
            yield stream


@contextmanager
def open_folder(target: str | Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """An empty folder to fill, which then takes the place of `target`.

    A folder that stands there is replaced only if it is empty or `ours` knows it as an earlier export.
    """
    if target == STDOUT:
        raise ExportError("this format is a folder, which standard output cannot take", hint="add -o FOLDER")
    path = Path(target).resolve()
    if path.exists() and not (path.is_dir() and (not any(path.iterdir()) or ours(path))):
        raise ExportError("is in the way, and no export of kgraph", where=str(target), hint="name another folder")
    with as_export_error(target):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(files.random_name_beside(path))
        partial.mkdir()
        try:
            yield partial
            _swap(partial, path)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise


def _swap(new: Path, target: Path) -> None:
    if not target.exists():
        new.rename(target)
        return
    old = Path(files.random_name_beside(target))
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def as_export_error(target: str | Path) -> Iterator[None]:
    """What the file system refuses is the user's to mend, so it gets a `where` instead of a traceback."""
    try:
        yield
    except BrokenPipeError:
        raise  # the reader has had enough; that is no error of the target's
    except OSError as error:
        if condition := condition_of(error):
            raise ExportError(condition.what, where=str(target), hint=condition.hint) from error
        hint = "write to a file with -o" if target == _STANDARD_OUTPUT else ""
        raise ExportError(error.strerror or str(error), where=str(target), hint=hint) from error
