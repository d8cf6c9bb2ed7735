"""Facts by content that all graphs of one user share: worktrees, clones, branches.

Input: names and bytes. Output: the bytes of those names that are there. It is a cache in one SQLite file, `facts-1.db`
in a folder of the user's, bounded in bytes; what was not used for longest goes first. Several processes may read and
write at once (SQLite's write-ahead log); the process that has to start the file again does that under a lock of the
kernel.

Nothing here is an error of who builds: a folder that cannot be used is a `SharedCacheError` with the reason, a disk
that is full or a file that cannot be written ends the writing and leaves a sentence in `trouble`. Each entry carries a
keyed digest (BLAKE2b with a key that follows from this user's own, see `ownership`) of its name and its content, so
that one that is damaged, or that somebody else put there, is as good as not there.

We considered `diskcache`: it has the same engine, but it reads and writes an entry at a time (24,000 for a repository
of 8,000 files), unpickles, and has had no release since 2023. One file for each entry would be as many files to open.
"""

from __future__ import annotations

import fcntl
import glob
import hashlib
import hmac
import os
import sqlite3
import stat
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from kgraph import files
from kgraph.store import ownership
from kgraph.store.cache import is_damage

NAME = "facts-1.db"  # the number counts up with the layout of the file
DEFAULT_MEGABYTES = 2000
FOLDER_VARIABLE = "KGRAPH_CACHE"
SIZE_VARIABLE = "KGRAPH_CACHE_MB"
_LOCK = "lock"
_BATCH = 500
_NAME_BYTES = 24
_DIGEST_BYTES = 16
_KEPT_PERCENT = 80  # of the limit, after what was used longest ago is gone
_TOUCHED_HOURS = 12  # after which an entry that is read counts as used again
_MAX_WAIT_SECONDS = 10.0  # for another process that writes
_COMPANIONS = ("", "-wal", "-shm", "-journal")  # SQLite's endings

Result = TypeVar("Result")


class SharedCacheError(Exception):
    """The cache cannot be used; the text is the reason."""


def default_folder() -> Path | None:
    """Where the environment, or else XDG's rules, put the cache; None where it is turned off.

    Raises `SharedCacheError` where the user has no home.
    """
    if (configured := os.environ.get(FOLDER_VARIABLE)) is not None:
        return Path(configured).expanduser() if configured else None
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "kgraph"
    except RuntimeError as error:
        raise SharedCacheError(str(error)) from error


def limit_bytes() -> int:
    """How large the cache may grow. Raises `SharedCacheError` where the environment does not say a number."""
    configured = os.environ.get(SIZE_VARIABLE, "")
    if not configured:
        return DEFAULT_MEGABYTES * 1_000_000
    if not (configured.isascii() and configured.isdigit() and int(configured)):
        raise SharedCacheError(f"{SIZE_VARIABLE} is {configured!r}, and no number of megabytes")
    return int(configured) * 1_000_000


class SharedCache:
    """The cache in one folder, open. A context manager; what was put is there even if the process is killed."""

    def __init__(self, folder: Path, limit: int) -> None:
        """Open the cache in `folder`, which is made if need be, to hold at most `limit` bytes.

        Raises `SharedCacheError`.
        """
        self.trouble = ""  # why nothing more can be written
        self.discarded = 0  # entries that were damaged, or somebody else's
        self.folder = folder
        self._path = folder / NAME
        self._limit = limit
        self._hour = int(time.time()) // 3600
        self._stale: list[bytes] = []  # names of entries whose last use is long ago
        self._key = ownership.derive_key(b"facts")
        if not self._key:
            raise SharedCacheError(f"entries cannot be marked as this user's: {ownership.lacks()}")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_owner(folder)
            self._db = self._open()
        except (OSError, sqlite3.Error) as error:
            raise SharedCacheError(getattr(error, "strerror", None) or str(error)) from error

    def _open(self) -> sqlite3.Connection:
        try:
            lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if not self._path.exists():
                raise
            self.trouble = f"cannot be written: {error.strerror}"
            return self._open_to_read()
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._check_files()
            try:
                return self._open_to_write()
            except sqlite3.Error as error:
                if is_damage(error):
                    self._remove()
                    return self._open_to_write()
                if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL):
                    raise
                self.trouble = f"cannot be written: {error}"
                return self._open_to_read()
        finally:
            os.close(lock)

    def _check_files(self) -> None:
        for ending in _COMPANIONS:
            with suppress(FileNotFoundError):
                found = self._path.with_name(NAME + ending).lstat()
                if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
                    files.discard(self._path.with_name(NAME + ending))

    def _open_to_write(self) -> sqlite3.Connection:
        is_new = not self._path.exists()
        db = sqlite3.connect(self._path, timeout=_MAX_WAIT_SECONDS, isolation_level=None)
        try:
            if is_new:
                self._path.chmod(0o600)
                db.execute("PRAGMA auto_vacuum = INCREMENTAL")
            db.execute("PRAGMA trusted_schema = OFF")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA journal_size_limit = 8000000")
            db.execute(
                "CREATE TABLE IF NOT EXISTS entries (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE,"
                " used INTEGER NOT NULL, data BLOB NOT NULL)"
            )
            db.execute("SELECT name, used, data FROM entries LIMIT 1").fetchone()
        except BaseException:
            db.close()
            raise
        return db

    def _open_to_read(self) -> sqlite3.Connection:
        _check_owner(self._path)
        db = sqlite3.connect(f"{self._path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
        db.execute("PRAGMA trusted_schema = OFF")
        return db

    def _remove(self) -> None:
        for file in self.folder.glob(glob.escape(NAME) + "*"):
            if file.name.removeprefix(NAME) in _COMPANIONS:
                files.discard(file)

    def __enter__(self) -> SharedCache:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.tidy()
        finally:
            self.close()

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._db.close()

    def get(self, names: Collection[bytes]) -> dict[bytes, bytes]:
        """The content of those names (see `name_of`) that are there and whole."""
        wanted = list(names)
        found: dict[bytes, bytes] = {}
        with self._noting_trouble():
            for part in _parts(wanted):
                marks = ",".join("?" * len(part))
                for name, used, data in self._db.execute(
                    f"SELECT name, used, data FROM entries WHERE name IN ({marks})",  # noqa: S608
                    part,
                ):
                    if not (isinstance(data, bytes) and isinstance(used, int) and self._is_ours(name, data)):
                        self.discarded += 1
                        continue
                    found[name] = data[_DIGEST_BYTES:]
                    if used < self._hour - _TOUCHED_HOURS:
                        self._stale.append(name)
        return found

    def put(self, entries: Mapping[bytes, bytes]) -> bool:
        """Keep contents by name; False where they could not be written, which `trouble` explains."""
        rows = [
            (name, self._hour, self._digest(name, data) + data)
            for name, data in entries.items()
            if len(data) < self._limit // 8
        ]
        if rows and not self.trouble:
            with self._noting_trouble():
                self._transaction("INSERT OR REPLACE INTO entries (name, used, data) VALUES (?, ?, ?)", rows)
        return not self.trouble

    def tidy(self) -> None:
        """Note what was used, and keep the file within its limit."""
        with self._noting_trouble():
            if self._stale and not self.trouble:
                touched = [(self._hour, name) for name in self._stale]
                self._transaction("UPDATE entries SET used = ? WHERE name = ?", touched)
                self._stale = []
            if not self.trouble and self.size() > self._limit:
                self._evict()

    def size(self) -> int:
        """Bytes of the file that hold something."""
        pages, free, size = (
            int(self._db.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    def _evict(self) -> None:
        used = self.size()
        total = int(self._db.execute("SELECT sum(length(data)) FROM entries").fetchone()[0] or 1)
        excess = used - self._limit * _KEPT_PERCENT // 100
        gone = []
        entries = self._db.execute("SELECT id, length(data) FROM entries ORDER BY used, id")
        for id_, size in entries:
            gone.append((id_,))
            excess -= size * used // total  # with its share of what the engine needs besides
            if excess <= 0:
                break
        entries.close()  # or else the pages would still be read by somebody
        self._transaction("DELETE FROM entries WHERE id = ?", gone)
        self._db.executescript("PRAGMA incremental_vacuum")  # `execute` would free one page

    def _transaction(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(statement, rows)

    @contextmanager
    def _noting_trouble(self) -> Iterator[None]:
        """What goes wrong with the file ends the writing; what is damaged goes, for the next process."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            self.trouble = self.trouble or str(error)
            if isinstance(error, sqlite3.Error) and is_damage(error):
                self.trouble = f"is damaged, and is rebuilt: {error}"
                with suppress(OSError):
                    self._discard_damaged()

    def _discard_damaged(self) -> None:
        lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_damaged(self._path):  # no other process started it again meanwhile
                self._remove()
        finally:
            os.close(lock)

    def _digest(self, name: bytes, data: bytes) -> bytes:
        return hashlib.blake2b(name + data, digest_size=_DIGEST_BYTES, key=self._key).digest()

    def _is_ours(self, name: object, data: bytes) -> bool:
        return isinstance(name, bytes) and hmac.compare_digest(
            data[:_DIGEST_BYTES], self._digest(name, data[_DIGEST_BYTES:])
        )


def name_of(code: str, key: str) -> bytes:
    """The name of what `code`, the fingerprint of the readers' code, finds under `key`."""
    return hashlib.blake2b(f"{code}\0{key}".encode("utf-8", "surrogateescape"), digest_size=_NAME_BYTES).digest()


def _parts(names: list[bytes]) -> Iterator[list[bytes]]:
    return (names[start : start + _BATCH] for start in range(0, len(names), _BATCH))


def _check_owner(path: Path) -> None:
    """Raises `SharedCacheError` where another user owns a file or folder, or may write there."""
    found = path.stat()
    if found.st_uid != os.geteuid():
        raise SharedCacheError(f"{path} belongs to another user")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise SharedCacheError(f"others may write to {path}; `chmod go-w` it")


def _is_damaged(path: Path) -> bool:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        return bool(db.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)])
    except sqlite3.Error as error:
        return is_damage(error)
    finally:
        db.close()
