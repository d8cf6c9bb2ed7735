"""Column tables on disk: one Parquet file per table, the canonical form of a graph.

Files are opened here and polars is given their contents: a path it would take for a pattern, `g[12]/` for `g1/`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from kgraph import files
from kgraph.errors import GraphError
from kgraph.vocab.tables import EDGES, TABLES, schema

_ROW_GROUP = 1 << 18  # rows
_MAGIC = b"PAR1"  # at both ends of a Parquet file
_LEVEL = 1  # zstd: a higher level saves a tenth of the size and costs twice the time


def write(folder: Path, tables: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Write every table as `<name>.parquet`, and return the SHA-256 of each file; equal tables give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    # By name, for those that wait on disk are read one after the other, and none beside another.
    names = (name for name in (*TABLES, EDGES) if name in tables)
    return {name: _write_table(folder / f"{name}.parquet", tables[name]) for name in names}


def _write_table(path: Path, frame: pl.DataFrame) -> str:
    with files.create(path) as stream:
        frame.write_parquet(stream, compression="zstd", compression_level=_LEVEL)
    return _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_ranges(folder: Path, name: str, ranges: Iterable[pl.DataFrame], waiting: Path) -> str:
    """The same of one table whose rows come in ranges, in their order; not all of them are in memory at a time.

    `waiting` is a folder for what is written before the end is known. The bytes depend on the rows alone, not on how
    they come, as long as there are several ranges; of one range they are those of `write`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts: list[Path] = []
    first: pl.DataFrame | None = None
    for rows in ranges:
        if first is None and not parts:
            first = rows
            continue
        for each in [rows] if first is None else [first, rows]:
            parts.append(waiting / f"{name}-{len(parts):06}.parquet")
            each.write_parquet(parts[-1], compression="lz4")
        first = None
    path = folder / f"{name}.parquet"
    if not parts:
        return _write_table(path, pl.DataFrame(schema=schema(name)) if first is None else first)
    with files.create(path) as stream:
        pl.concat(map(scan_file, parts)).sink_parquet(
            stream, compression="zstd", compression_level=_LEVEL, maintain_order=True, row_group_size=_ROW_GROUP
        )
    for part in parts:
        files.discard(part)
    return _sha256(path)


def scan_file(path: Path) -> pl.LazyFrame:
    """A Parquet file, not in memory; nothing is checked."""
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def scan(folder: Path, name: str) -> pl.LazyFrame:
    """A table that was just written, not in memory; nothing is checked."""
    return scan_file(folder / f"{name}.parquet")


def read(folder: Path, name: str, checksums: Mapping[str, str] | None = None) -> pl.DataFrame:
    """One table of a graph at rest; `checksums` are those that `write` returned, by name.

    Raises `GraphError` where its file is missing or damaged.
    """
    if name not in TABLES and name != EDGES:
        raise GraphError(f"there is no table {name!r}", hint="tables: " + ", ".join([*TABLES, EDGES]))
    path = folder / f"{name}.parquet"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GraphError(
            f"cannot be read: {error.strerror or error}", where=str(path), hint="build the graph again"
        ) from error
    if checksums and checksums.get(name) != hashlib.sha256(content).hexdigest():
        raise GraphError(
            "is damaged: its content is not what the build wrote", where=str(path), hint="build the graph again"
        )
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except BaseException as error:
        if not isinstance(error, pl.exceptions.PolarsError) and not is_panic(error):
            raise
        raise GraphError(f"cannot be read: {error}", where=str(path), hint="build the graph again") from error
    if dict(frame.schema) != schema(name):
        raise GraphError("has other columns than this kgraph writes", where=str(path), hint="build the graph again")
    return frame


def is_whole(path: Path) -> bool:
    """Whether a file begins and ends as Parquet does: one that was cut off does not. Raises `OSError` without it."""
    with path.open("rb") as stream:
        begins = stream.read(len(_MAGIC)) == _MAGIC
        size = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, size - len(_MAGIC)))
        return begins and size > len(_MAGIC) and stream.read() == _MAGIC


def is_unreadable(error: BaseException) -> bool:
    """Whether an error may be that the content of a table is damaged."""
    return isinstance(error, pl.exceptions.ComputeError) or is_panic(error)


def is_panic(error: BaseException) -> bool:
    """Whether a library of ours met a bug of its own, or what it was given is damaged: this is no `Exception`."""
    return type(error).__name__ == "PanicException"


def read_all(folder: Path, checksums: Mapping[str, str] | None = None) -> dict[str, pl.DataFrame]:
    """All tables of a graph at rest."""
    return {name: read(folder, name, checksums) for name in (*TABLES, EDGES)}
