"""Cache of resolution results from one build to the next: its protocol, fingerprints and serialization.

Input: all that a set of answers depends on. Output: its digest, under which the answers are kept; equal digest, equal
answers. What may have changed is asked again, never patched, so that the graph is the one that a build from nothing
makes.
"""

from __future__ import annotations

import hashlib
import io
import sys
from functools import cache
from typing import Protocol

import polars as pl

from kgraph.code_digest import code_digest


class ResultCache(Protocol):
    """Bytes by key, those that the former builds put there."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...

    def retain(self, key: str) -> None:
        """Keep what is there for the next build, though this one does not ask for it."""


class RecordedCache:
    """The results of earlier builds; notes which were asked for."""

    def __init__(self, cache: ResultCache) -> None:
        self._cache = cache
        self.keys: set[str] = set()

    def get(self, key: str) -> bytes | None:
        self.keys.add(key)
        return self._cache.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.keys.add(key)
        self._cache.put(key, data)

    def retain(self, key: str) -> None:
        self.keys.add(key)
        self._cache.retain(key)


def digest(*parts: pl.DataFrame | str) -> str:
    """A name for data: equal tables (values, order, names and types of columns) and texts, equal name."""
    named = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else _plain(part)
        named.update(b"%d:" % len(data))
        named.update(data)
    return named.hexdigest()


def _plain(frame: pl.DataFrame) -> bytes:
    # As text: how chunks, views and what lies behind nulls are laid out in memory is another at each run.
    stream = io.BytesIO()
    stream.write(f"{frame.schema}\n".encode())
    frame.write_ndjson(stream)
    return stream.getvalue()


def to_ipc(frame: pl.DataFrame) -> bytes:
    """A frame as bytes."""
    stream = io.BytesIO()
    frame.write_ipc(stream, compression="zstd")
    return stream.getvalue()


def from_ipc(data: bytes) -> pl.DataFrame:
    """The frame that `to_ipc` was given."""
    return pl.read_ipc(io.BytesIO(data))


# All that assembly imports of kgraph.
PACKAGES = ("kgraph.assemble", "kgraph.scip", "kgraph.vocab")
MODULES = (
    *("kgraph.allocators", "kgraph.build_facts", "kgraph.code_digest"),
    *("kgraph.coverage", "kgraph.digraph", "kgraph.distribution", "kgraph.errors", "kgraph.escape", "kgraph.files"),
    *("kgraph.formatting", "kgraph.gc_control", "kgraph.kept_values", "kgraph.languages", "kgraph.model"),
    *("kgraph.name_facts", "kgraph.regular_file", "kgraph.repository_paths", "kgraph.scoped_languages"),
    "kgraph.spilled",
    "kgraph.test_words",
)


@cache
def resolver() -> str:
    """The fingerprint of the code that resolves names and makes ids, and of what runs it: no result outlives them."""
    return code_digest(PACKAGES, MODULES, f"{pl.__version__} {sys.version}")[:16]
