"""Interfaces of repositories at rest: each made once, by the process that builds its repository, and read by joins.

Input: the tables of a graph. Output: folders `REPOSITORY/KEY` of small tables (see `interfaces`), where the key names
all that they follow from: what the graph was built from, and the code that reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import polars as pl

from kgraph import files
from kgraph.assemble.result_cache import resolver
from kgraph.code_digest import code_digest
from kgraph.fleet.interfaces import TABLES, interface
from kgraph.store.tables import is_unreadable, is_whole, scan_file
from kgraph.vocab.tables import EDGES
from kgraph.vocab.tables import TABLES as GRAPH_TABLES

FOLDER = "interfaces"  # of a fleet's data


class InterfaceStore:
    """Interfaces of some repositories, by their keys; `home` is the folder of the fleet's data."""

    def __init__(self, home: Path, keys: Mapping[str, str]) -> None:
        self.home, self.keys = home, keys

    @property
    def names(self) -> Sequence[str]:
        """Of the repositories."""
        return tuple(self.keys)

    def table(self, name: str, table: str) -> pl.LazyFrame:
        """A table of one repository."""
        return scan_file(_folder(self.home, name, self.keys[name]) / f"{table}.parquet")

    def scan(self, table: str) -> pl.LazyFrame:
        """A table of all repositories, with the column `repo`."""
        return pl.concat([self.table(name, table).with_columns(repo=pl.lit(name, pl.String)) for name in self.keys])


def has_interface(home: Path, name: str, key: str) -> bool:
    """Whether the interface of a repository is there, and no table of it cut off."""
    try:
        return all(is_whole(_folder(home, name, key) / f"{table}.parquet") for table in TABLES)
    except OSError:
        return False


def discard_damaged(home: Path) -> int:
    """Remove the interfaces that cannot be read; returns how many there were. All are read for that."""
    removed = 0
    for folder in (home / FOLDER).glob("*/*/"):
        try:
            for table in TABLES:
                scan_file(folder / f"{table}.parquet").collect(engine="streaming")
        except BaseException as error:
            if not isinstance(error, OSError) and not is_unreadable(error):
                raise
            files.discard(folder)
            removed += 1
    return removed


def make_interface(home: Path, name: str, rev: str, package: str | None, scan: Callable[[str], pl.LazyFrame]) -> str:
    """Make the interface of a repository where it is not there, and return its key.

    `rev` names the content of the graph, `package` is its name where it came from an index of Python packages, and
    `scan` gives a table of the graph.
    """
    key = hashlib.sha256(f"{_code()} {rev} {package}".encode()).hexdigest()[:16]
    if has_interface(home, name, key):
        return key
    target = _folder(home, name, key)
    files.discard(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    begun = Path(files.random_name_beside(target))
    begun.mkdir()
    for table, frame in interface({each: scan(each) for each in (*GRAPH_TABLES, EDGES)}, package).items():
        with files.replacing(begun / f"{table}.parquet") as out:
            frame.write_parquet(out, compression="lz4")
    begun.rename(target)
    return key


def _folder(home: Path, name: str, key: str) -> Path:
    return home / FOLDER / name / key


@cache
def _code() -> str:
    """The fingerprint of the code that links."""
    return code_digest(["kgraph.fleet"], about=resolver())
