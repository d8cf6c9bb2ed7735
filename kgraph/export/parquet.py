"""The column tables as a folder of Parquet files, for polars, pandas, DuckDB and Spark.

Input: a whole graph. Output: a folder with `<table>.parquet` for each table and `graph.json`, which says what the ids
are relative to. `kgraph.vocab.tables` and the ontology's page say what the columns hold.

An answer of a query has no tables: its rows are better taken as CSV, or as a frame in Python.
"""

from __future__ import annotations

import json
from pathlib import Path

from kgraph import files
from kgraph.errors import ExportError
from kgraph.export.sources import ExportSource, WholeGraph
from kgraph.vocab import SCHEMA_VERSION

ABOUT = "graph.json"


def write(source: ExportSource, folder: Path) -> None:
    """Fill an empty folder."""
    if not isinstance(source, WholeGraph):
        raise ExportError("a query's answer has no column tables", hint="export it as nt, ttl, graphml or nodelink")
    for table in source.graph:
        with files.create(folder / f"{table}.parquet") as stream:
            source.graph[table].write_parquet(stream, compression="zstd")
    about = {"schema": SCHEMA_VERSION, "name": source.name, "base": source.base, "tables": list(source.graph)}
    files.write(folder / ABOUT, json.dumps(about, indent=2, ensure_ascii=False) + "\n")


def is_export(folder: Path) -> bool:
    """Whether a folder holds such an export and nothing else."""
    if not files.is_regular(folder / ABOUT):
        return False
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        tables = {ABOUT, *(f"{table}.parquet" for table in about["tables"])}
        is_ours = {"schema", "name", "base"} <= about.keys()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return is_ours and all(entry.name in tables and files.is_regular(entry) for entry in folder.iterdir())
