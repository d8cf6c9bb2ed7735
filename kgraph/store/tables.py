"""Column tables on disk: one Parquet file per table, the canonical form of a graph."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from kgraph.errors import GraphError
from kgraph.vocab.tables import EDGES, TABLES, schema

_LEVEL = 1  # zstd: a higher level saves a tenth of the size and costs twice the time


def write(folder: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write every table as `<name>.parquet`; equal tables give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        frame.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=_LEVEL)


def read(folder: Path, name: str) -> pl.DataFrame:
    """One table of a graph at rest.

    Raises `GraphError` where its file is missing or damaged.
    """
    if name not in TABLES and name != EDGES:
        raise GraphError(f"there is no table {name!r}", hint="tables: " + ", ".join([*TABLES, EDGES]))
    path = folder / f"{name}.parquet"
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise GraphError(f"cannot be read: {error}", where=str(path), hint="build the graph again") from error
    if dict(frame.schema) != schema(name):
        raise GraphError("has other columns than this kgraph writes", where=str(path), hint="build the graph again")
    return frame


def read_all(folder: Path) -> dict[str, pl.DataFrame]:
    """All tables of a graph at rest."""
    return {name: read(folder, name) for name in (*TABLES, EDGES)}
