"""Facts by content, so that a file that did not change is not read again.

Comes in and goes out: keys and bytes; what they mean is the extractors' business. It is a cache: when the file is
damaged, it is begun anew, and a build only takes longer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path
from types import TracebackType

_BATCH = 500


class Cache:
    """Bytes by key in one SQLite file; what was put is there even if the process is killed later."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._db = self._open()
        except sqlite3.DatabaseError:
            for file in path.parent.glob(path.name + "*"):
                file.unlink()
            self._db = self._open()
        self._waiting: list[tuple[str, bytes]] = []

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("CREATE TABLE IF NOT EXISTS facts (key TEXT PRIMARY KEY, data BLOB NOT NULL)")
        return db

    def __enter__(self) -> Cache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write()
        self._db.close()

    def get(self, keys: Collection[str]) -> dict[str, bytes]:
        """The data of those keys that are there."""
        wanted = list(keys)
        found: dict[str, bytes] = {}
        try:
            for start in range(0, len(wanted), _BATCH):
                part = wanted[start : start + _BATCH]
                marks = ",".join("?" * len(part))
                found.update(self._db.execute(f"SELECT key, data FROM facts WHERE key IN ({marks})", part))  # noqa: S608
        except sqlite3.DatabaseError:
            self.__init__(self._path)  # type: ignore[misc]  # damaged further in: begin anew
            return {}
        return found

    def put(self, key: str, data: bytes) -> None:
        """Keep `data`; it reaches the disk with the next few hundred."""
        self._waiting.append((key, data))
        if len(self._waiting) >= _BATCH:
            self._write()

    def _write(self) -> None:
        if self._waiting:
            with self._db:
                self._db.execute("BEGIN")
                self._db.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", self._waiting)
            self._waiting = []

    def prune(self, used: Collection[str]) -> None:
        """Forget the oldest of what is not used, when that is more than what is: other branches may come back."""
        self._write()
        (total,) = self._db.execute("SELECT count(*) FROM facts").fetchone()
        if total <= 2 * len(used) + 1000:
            return
        keep = set(used)
        unused = [key for (key,) in self._db.execute("SELECT key FROM facts ORDER BY rowid") if key not in keep]
        with self._db:
            self._db.execute("BEGIN")
            self._db.executemany(
                "DELETE FROM facts WHERE key = ?", ((key,) for key in unused[: len(unused) - len(used)])
            )
        self._db.execute("VACUUM")

    def keep(self, used: Collection[str]) -> None:
        """Forget all others."""
        self._write()
        others = [(key,) for (key,) in self._db.execute("SELECT key FROM facts") if key not in used]
        self._db.executemany("DELETE FROM facts WHERE key = ?", others)
