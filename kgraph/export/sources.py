"""What can be exported: a whole graph, or the triples that a CONSTRUCT query answered.

Input: column tables, or the engine's triples. Output: N-Triples in chunks of whole lines, which the RDF formats read,
and a property graph, which the others read.

A whole graph is written from its column tables and never dumped from the store on disk, which takes several times as
long. Sorting goes bucket by bucket of subjects, so that memory does not grow with the graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import polars as pl

from kgraph.export import property_graph
from kgraph.export.columns import chunks
from kgraph.export.property_graph import PropertyGraph
from kgraph.model import Graph
from kgraph.vocab.tables import EDGES
from kgraph.vocab.triples import table_lines

if TYPE_CHECKING:
    from pyoxigraph import Triple

ROWS_A_CHUNK = 50_000  # of a table; some megabytes of lines
ROWS_A_BUCKET = 50_000  # what a sorted export holds at a time; some tens of megabytes of lines
ROWS_A_SAMPLE = 100  # for finding even buckets
TRIPLES_A_CHUNK = 10_000


class ExportSource(Protocol):
    """Triples that a writer can ask for, once."""

    @property
    def name(self) -> str:
        """What a reader calls it: the repository's name."""

    @property
    def base(self) -> str:
        """The IRI that the ids of its nodes begin with."""

    def ntriples(self, *, sort: bool = False) -> Iterator[bytes]:
        """The triples as chunks of whole N-Triples lines; sorted by their bytes, without duplicates, if asked."""

    def property_graph(self) -> PropertyGraph:
        """The triples as nodes with attributes, and edges."""


@dataclass(frozen=True, slots=True)
class WholeGraph:
    """All of a graph, read from its column tables."""

    graph: Graph
    root: Path | None = None  # the repository that it was made of, for formats that need its texts
    by: Literal["folder", "target"] = "folder"  # what the parts of a picture are

    @property
    def name(self) -> str:
        return self.graph.repository.name

    @property
    def base(self) -> str:
        return self.graph.repository.base

    def ntriples(self, *, sort: bool = False) -> Iterator[bytes]:
        if sort:
            yield from _sort_lines(self.graph.tables, self.base)
            return
        for table, frame in self.graph.tables.items():
            for rows in frame.iter_slices(ROWS_A_CHUNK):
                for lines in table_lines(table, rows, self.base):
                    yield from chunks(lines)

    def property_graph(self) -> PropertyGraph:
        return property_graph.from_tables(self.graph)


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """The triples that a CONSTRUCT or DESCRIBE query answered."""

    name: str
    base: str
    triples: Iterable[Triple]  # may be an iterator, hence: read once

    def ntriples(self, *, sort: bool = False) -> Iterator[bytes]:
        lines: Iterator[bytes] = (f"{triple} .\n".encode() for triple in self.triples)
        if sort:
            lines = iter(sorted(set(lines)))
        while chunk := b"".join(islice(lines, TRIPLES_A_CHUNK)):
            yield chunk

    def property_graph(self) -> PropertyGraph:
        return property_graph.from_triples(self.triples, self.name, self.base)


def _sort_lines(tables: Mapping[str, pl.DataFrame], base: str) -> Iterator[bytes]:
    bounds = _bounds(tables)
    places = {table: bounds.search_sorted(_subjects(table, frame), side="right") for table, frame in tables.items()}
    for bucket in range(len(bounds) + 1):
        parts: list[pl.Series] = []
        for table, frame in tables.items():
            parts += table_lines(table, frame.filter(places[table] == bucket), base)
        if parts:
            lines = pl.concat(parts).sort()
            yield from chunks(lines.filter(lines.ne_missing(lines.shift())))


def _subjects(table: str, frame: pl.DataFrame) -> pl.Series:
    # Lines are sorted by `<id>`, and ">" sorts behind "-", "." and "/", so ids alone would sort differently.
    return frame["source" if table == EDGES else "id"] + ">"


def _bounds(tables: Mapping[str, pl.DataFrame]) -> pl.Series:
    """Subjects that divide the rows of all tables about evenly; each begins a bucket."""
    count = -(-sum(map(len, tables.values())) // ROWS_A_BUCKET)
    sample = pl.concat([_subjects(table, frame.gather_every(ROWS_A_SAMPLE)) for table, frame in tables.items()]).sort()
    return pl.Series([sample[len(sample) * bucket // count] for bucket in range(1, count)], dtype=pl.String())
