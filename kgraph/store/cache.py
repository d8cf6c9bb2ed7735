"""Facts by content, so that a file that did not change is not read again.

Comes in and goes out: keys and bytes; what they mean is the extractors' business. It is a cache: what is damaged in it
was never there, and when nothing can be read it is started again, so that a build only takes longer. An entry carries a
checksum, for a flipped bit may decode to facts that are wrong.

With an owner's mark (see `ownership`) a cache that another user made is started again, too.
"""

from __future__ import annotations

import glob
import os
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from kgraph import files

_BATCH = 500
_CHECKSUM_BYTES = 4
_COMPANIONS = ("-wal", "-shm", "-journal")  # SQLite's, beside the file

Result = TypeVar("Result")

# What the file is not to blame for: memory, disk, and others who use it.
_CONDITIONS = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_PERM,
    }
)


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is to blame."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)  # none where a text is no UTF-8
    return code == sqlite3.SQLITE_IOERR_SHORT_READ or code & 0xFF not in _CONDITIONS


class Cache:
    """Bytes by key in one SQLite file; what was put is there even if the process is killed later."""

    def __init__(self, path: Path, owner: str | None = None) -> None:
        """`owner` is the mark that the file must carry; None where it needs none."""
        self._path = path
        self._owner = owner
        self.begun_anew = ""  # why what was there is not used
        self._waiting: list[tuple[str, bytes]] = []
        for name in (path, *(path.with_name(path.name + ending) for ending in _COMPANIONS)):
            if name.is_symlink() or (name.exists() and not name.is_file()):
                files.discard(name)
                self.begun_anew = "is not a file"
        try:
            self._db = self._open()
        except sqlite3.Error as error:
            if path.exists() and not os.access(path, os.R_OK | os.W_OK):
                self._remove()
                self._db = self._open()
            else:
                self._begin_anew(error)
        if owner is not None and not self._is_owned(owner):
            self._db.close()
            self._remove()
            self.begun_anew = "was not made by this user"
            self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        new = not self._path.exists()
        db = sqlite3.connect(self._path, isolation_level=None)
        try:
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, data BLOB NOT NULL)")
            if new and self._owner is not None:
                db.execute("CREATE TABLE owner (mark TEXT)")
                db.execute("INSERT INTO owner VALUES (?)", (self._owner,))
        except BaseException:
            db.close()
            raise
        return db

    def _is_owned(self, owner: str) -> bool:
        try:
            return bool(owner) and self._db.execute("SELECT mark FROM owner").fetchall() == [(owner,)]
        except sqlite3.Error:
            return False

    def _begin_anew(self, error: sqlite3.Error) -> None:
        """Do without what is there; raises the error where that is not to blame."""
        if not is_damage(error):
            raise error
        self.begun_anew = f"is damaged: {error}"
        self._remove()
        self._db = self._open()

    def _remove(self) -> None:
        for file in self._path.parent.glob(glob.escape(self._path.name) + "*"):
            if file.name == self._path.name or file.name.endswith(_COMPANIONS):
                files.discard(file)

    def _try(self, work: Callable[[], Result], otherwise: Result) -> Result:
        """The result of `work`; where the file turns out to be damaged, it is started again."""
        try:
            return work()
        except sqlite3.Error as error:
            if not is_damage(error):
                raise
            self._db.close()
            self._begin_anew(error)
            return otherwise

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._write()
        finally:
            self.close()

    def close(self) -> None:
        """Close the file; what was put last is not kept, unless the context ends first."""
        self._db.close()

    def get(self, keys: Collection[str]) -> dict[str, bytes]:
        """The data of those keys that are there."""
        wanted = list(keys)
        if not {key for key, _ in self._waiting}.isdisjoint(wanted):
            self._write()
        data_by_key: dict[str, bytes] = {}

        def read() -> dict[str, bytes]:
            for start in range(0, len(wanted), _BATCH):
                part = wanted[start : start + _BATCH]
                marks = ",".join("?" * len(part))
                rows = self._db.execute(f"SELECT key, data FROM facts WHERE key IN ({marks})", part)  # noqa: S608
                data_by_key.update((key, data[_CHECKSUM_BYTES:]) for key, data in rows if _is_whole(key, data))
            return data_by_key

        return self._try(read, {})

    def items(self) -> Iterator[tuple[str, bytes]]:
        """All that is there, by key."""
        keys = sorted(self._keys())
        for start in range(0, len(keys), _BATCH):
            yield from sorted(self.get(keys[start : start + _BATCH]).items())

    def put(self, key: str, data: bytes) -> None:
        """Keep `data`; it reaches the disk with the next few hundred."""
        self._waiting.append((key, _checksum(key, data) + data))
        if len(self._waiting) >= _BATCH:
            self._write()

    def _write(self) -> None:
        def write() -> bool:
            with self._db:
                self._db.execute("BEGIN")
                self._db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", self._waiting)
            return True

        if self._waiting and not self._try(write, otherwise=False):
            write()
        self._waiting = []

    def prune(self, used: Collection[str]) -> None:
        """Forget the oldest of what is not used, when that is more than what is: other branches may come back."""
        self._write()
        total = self._try(lambda: int(self._db.execute("SELECT count(*) FROM facts").fetchone()[0]), 0)
        if total <= 2 * len(used) + 1000:
            return
        keep = set(used)
        unused = [key for key in self._keys() if key not in keep]
        self._delete([(key,) for key in unused[: len(unused) - len(used)]])
        self._try(lambda: self._db.execute("VACUUM"), None)

    def keep(self, used: Collection[str]) -> None:
        """Forget all others."""
        self._write()
        self._delete([(key,) for key in self._keys() if key not in used])

    def _keys(self) -> list[str]:
        return self._try(lambda: [key for (key,) in self._db.execute("SELECT key FROM facts ORDER BY rowid")], [])

    def _delete(self, keys: list[tuple[str]]) -> None:
        def delete() -> None:
            with self._db:
                self._db.execute("BEGIN")
                self._db.executemany("DELETE FROM facts WHERE key = ?", keys)

        self._try(delete, None)


def _checksum(key: str, data: bytes) -> bytes:
    return zlib.crc32(data, zlib.crc32(key.encode("utf-8", "surrogateescape"))).to_bytes(_CHECKSUM_BYTES, "big")


def _is_whole(key: object, data: object) -> bool:
    """Whether an entry is as it was put."""
    if not (isinstance(key, str) and isinstance(data, bytes)):
        return False
    return data[:_CHECKSUM_BYTES] == _checksum(key, data[_CHECKSUM_BYTES:])
