"""Column tables into a new store of triples.

A whole graph is loaded from N-Triples files by two threads at once: the engine lets go of the interpreter while it
loads. Apart from `rdf`, so that opening a store does not wait for polars.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from kgraph import files
from kgraph.store.rdf import engine_path
from kgraph.vocab.triples import table_lines

_SHARD_LINES = 250_000  # about 40 MB of N-Triples: a loader needs some ten times that
_LOADERS = 2


def load(path: Path, tables: Mapping[str, pl.DataFrame], base: str) -> int:
    """Make a store of all triples of `tables` at `path`; returns how many there are."""
    count = 0
    with (
        engine_path(path) as engine,
        tempfile.TemporaryDirectory(prefix="load-", dir=path.parent) as folder,
        engine_path(Path(folder)) as shards,
    ):
        store = ox.Store(engine)
        loads: list[Future[None]] = []
        with ThreadPoolExecutor(_LOADERS) as loaders:
            for number, lines in enumerate(_shards(tables, base)):
                with files.create(Path(folder) / f"{number}.nt") as stream:
                    pl.DataFrame({"line": lines}).write_csv(stream, include_header=False, quote_style="never")
                count += len(lines)
                loads.append(loaders.submit(_load_file, store, f"{shards}/{number}.nt"))
        for done in loads:
            done.result()
        store.optimize()
        store.flush()
        del store  # closed while its path holds
    return count


def _shards(tables: Mapping[str, pl.DataFrame], base: str) -> Iterator[pl.Series]:
    waiting: list[pl.Series] = []
    size = 0
    for name in sorted(tables, key=lambda name: -tables[name].height):
        for lines in table_lines(name, tables[name], base):
            for start in range(0, len(lines), _SHARD_LINES):
                part = lines.slice(start, _SHARD_LINES)
                waiting.append(part)
                size += len(part)
                if size >= _SHARD_LINES:
                    yield pl.concat(waiting)
                    waiting, size = [], 0
    if waiting:
        yield pl.concat(waiting)


def _load_file(store: ox.Store, file: str) -> None:
    # Lenient: the ids are made of unreserved characters (see vocab.iri), and tests parse them strictly.
    store.bulk_load(path=file, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    Path(file).unlink()
