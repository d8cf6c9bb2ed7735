"""Column tables into a new store of triples.

A whole graph is loaded by two threads at once, from N-Triples in memory: the engine lets go of the interpreter while it
loads. The lines wait nowhere else: no more of them are made than the loaders and one more shard hold, so that neither
memory nor disk grows with the graph. Apart from `rdf`, so that opening a store does not wait for polars.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pyoxigraph as ox

from kgraph.store.rdf import engine_path
from kgraph.vocab.triples import table_lines

_SHARD_LINES = 250_000  # about 40 MB of N-Triples: a loader needs some ten times that
_SHARD_BYTES = 100_000_000  # of lines that are longer
_LOADERS = 2
MAX_SHARDS = _LOADERS + 1  # at once


def load(
    path: Path, tables: Mapping[str, pl.DataFrame], base: str, advance: Callable[[int], object] = lambda _: None
) -> int:
    """Make a store of all triples of `tables` at `path`; returns how many there are.

    `advance` is called with how many more are loaded, in whichever thread.
    """
    count = 0
    with engine_path(path) as engine:
        store = ox.Store(engine)
        loads: list[Future[None]] = []
        places, failed = threading.Semaphore(MAX_SHARDS - 1), threading.Event()

        def ended(load: Future[None]) -> None:
            if load.exception():
                failed.set()
            places.release()

        with ThreadPoolExecutor(_LOADERS) as loaders:
            for lines in _shards(tables, base):
                places.acquire()
                if failed.is_set():
                    break
                count += len(lines)
                loads.append(loaders.submit(_load, store, _text(lines), len(lines), advance))
                loads[-1].add_done_callback(ended)
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
            step = _lines_per_shard(lines)
            for start in range(0, len(lines), step):
                part = lines.slice(start, step)
                waiting.append(part)
                size += len(part) * _SHARD_LINES // step
                if size >= _SHARD_LINES:
                    yield pl.concat(waiting)
                    waiting, size = [], 0
    if waiting:
        yield pl.concat(waiting)


def _lines_per_shard(lines: pl.Series) -> int:
    """How many lines of this length one shard may have."""
    mean = int(lines.str.len_bytes().mean() or 0) + 1  # type: ignore[arg-type]
    return max(1, min(_SHARD_LINES, _SHARD_BYTES // mean))


def _text(lines: pl.Series) -> bytes:
    stream = io.BytesIO()
    pl.DataFrame({"line": lines}).write_csv(stream, include_header=False, quote_style="never")
    return stream.getvalue()


def _load(store: ox.Store, text: bytes, count: int, advance: Callable[[int], object]) -> None:
    # Lenient: the ids are made of unreserved characters (see vocab.iri), and tests parse them strictly.
    store.bulk_load(input=text, format=ox.RdfFormat.N_TRIPLES, lenient=True)
    advance(count)
