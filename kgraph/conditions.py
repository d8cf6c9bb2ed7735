"""What is wrong with the surroundings and not with kgraph: a full disk, too little memory, a limit, a right that lacks.

Input: any error. Output: the condition that it tells of, as an error that says what to do, or None. It is the one place
that knows how Python, polars, the RDF engine and SQLite say such things: by a number, by "(os error 28)", or by the
system's own words in a longer text.
"""

from __future__ import annotations

import errno
import os
import re
import sqlite3
from collections.abc import Iterator

from kgraph.errors import ConditionError

_SPACE = "free some space there, name another folder with -o, or another one for temporary files with TMPDIR"
_RIGHTS = "name a folder that you may write with -o, or see whose it is"
_FILES = "raise the limit of open files, `ulimit -n 4096`, or use fewer workers, -j 1"
_MEMORY = "use fewer workers (-j 1), raise the limit (`ulimit -v unlimited`), or use a machine with more memory"
_PROCESSES = "raise the limit (`ulimit -u`), or use fewer workers, -j 1"

# By number: what it is called here, and what to do about it.
_CONDITIONS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("no space left on the device", _SPACE),
    errno.EDQUOT: ("the disk quota is used up", _SPACE),
    errno.EFBIG: ("the file would be larger than files may be", "raise the limit, `ulimit -f unlimited`"),
    errno.EROFS: ("this file system can only be read", _RIGHTS),
    errno.EACCES: ("permission denied", _RIGHTS),
    errno.EPERM: ("operation not permitted", _RIGHTS),
    errno.EMFILE: ("too many open files", _FILES),
    errno.ENFILE: ("too many open files in the whole system", "end other programs, or raise fs.file-max"),
    errno.ENOMEM: ("out of memory", _MEMORY),
    errno.EAGAIN: ("no more processes or threads can be started", _PROCESSES),
    errno.EIO: ("the device cannot read or write it", "look at the system's log: the disk or the network may fail"),
    errno.ESTALE: ("the network file system has lost it", "mount it again"),
    errno.ENOSYS: ("this system has no shared memory for processes", "make /dev/shm available, or use -j 1"),
    errno.ENOTCONN: ("the file system is not connected any more", "mount it again"),
    errno.ENAMETOOLONG: ("the name is too long for this file system", "name a folder with a shorter path with -o"),
}

_SQLITE: dict[int, int] = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_NOMEM: errno.ENOMEM,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_PERM: errno.EACCES,
}
_SQLITE_OTHERS: dict[int, tuple[str, str]] = {
    sqlite3.SQLITE_IOERR: ("SQLite cannot write or read its file", "see whether the disk is full, or `ulimit -f`"),
    sqlite3.SQLITE_CANTOPEN: ("SQLite cannot open its file", "see who may write it, and `ulimit -n`"),
    sqlite3.SQLITE_BUSY: ("another program uses the file", "wait for it to end"),
    sqlite3.SQLITE_LOCKED: ("another program uses the file", "wait for it to end"),
}

_OS_ERROR = re.compile(r"\(os error (\d+)\)")
_TEXTS = {os.strerror(code): code for code in _CONDITIONS} | {"file descriptors when reserving": errno.EMFILE}


def condition_of(error: BaseException) -> ConditionError | None:
    """The condition that an error, or what caused it, tells of; None where it is a bug of ours, or of another's."""
    told = _condition_of(error)
    if told and not told.where:
        told.where = next((note for note in getattr(error, "__notes__", ()) if note.startswith("in stage ")), "")
    return told


def _condition_of(error: BaseException) -> ConditionError | None:
    for each in _chain(error):
        if isinstance(each, ConditionError):
            return each
        if isinstance(each, sqlite3.Error) and (told := _classify_sqlite_error(each)):
            return told
        if isinstance(each, FileNotFoundError) and "temporary directory" in str(each):
            return ConditionError("no folder for temporary files can be written", hint="name one with TMPDIR")
        if isinstance(each, RuntimeError) and "start new thread" in str(each):
            return _condition(errno.EAGAIN)
        if code := _code(each):
            return _condition(code, _describe_location(each))
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__cause__


def _condition(code: int, where: str = "") -> ConditionError:
    what, hint = _CONDITIONS[code]
    return ConditionError(what, where=where, hint=hint)


def _describe_location(error: BaseException) -> str:
    name = getattr(error, "filename", None)
    return os.fsdecode(name) if isinstance(name, str | bytes) else ""


def _code(error: BaseException) -> int:
    """The number of the condition; 0 where there is none."""
    if isinstance(error, MemoryError):
        return errno.ENOMEM
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno if error.errno in _CONDITIONS else 0
    if not isinstance(error, OSError) and type(error).__module__.partition(".")[0] not in _LIBRARIES:
        return 0
    text = str(error)
    if (found := _OS_ERROR.search(text)) and int(found[1]) in _CONDITIONS:
        return int(found[1])
    return next((code for words, code in _TEXTS.items() if words in text), 0)


_LIBRARIES = frozenset({"polars", "pyo3_runtime"})  # that tell what the system said in texts of their own


def _classify_sqlite_error(error: sqlite3.Error) -> ConditionError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _SQLITE:
        return _condition(_SQLITE[code])
    if code in _SQLITE_OTHERS:
        what, hint = _SQLITE_OTHERS[code]
        return ConditionError(what, hint=hint)
    return None
