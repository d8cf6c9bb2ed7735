"""One graph of all repositories of a fleet, at rest: what every command that opens a graph can read.

Input: a lake. Output: the folder of a graph, `.kgraph-fleet/merged`, made again when the lake holds something else. See
`merged_tables` for what its nodes are called.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from kgraph import files
from kgraph.assemble.statistics import counts
from kgraph.errors import GraphError
from kgraph.fleet.lake import Lake
from kgraph.fleet.merged_tables import merge_tables
from kgraph.progress import NullProgress, Progress
from kgraph.store import folder, tables
from kgraph.version import __version__
from kgraph.vocab import SCHEMA_VERSION, triples
from kgraph.vocab.iri import encode_segment

MERGED = "merged"  # the graph's folder, beside the lake
STORE_BYTES = 150  # of a triple store, for each triple; less where there are millions
_FORMAT = 2  # of what is made of a lake
_BASE = "https://w3id.org/kgraph/fleet/"


@dataclass(frozen=True, slots=True)
class MergedSize:
    """How large the merged graph will be, known before it is made."""

    repositories: int
    files: int
    triples: int

    @property
    def store_bytes(self) -> int:
        """About how much a triple store of it takes."""
        return self.triples * STORE_BYTES


def size_of(lake: Lake) -> MergedSize:
    """The size of a lake's merged graph, but for what its repositories share and for links."""
    found = [entry.current.counts for entry in lake.catalog.repositories]
    return MergedSize(len(found), *(sum(each.get(name, 0) for each in found) for name in ("files", "triples")))


def is_there(lake: Lake) -> bool:
    """Whether the merged graph of this state of the fleet is made."""
    return _has(lake.home / MERGED, _inputs(lake))


def _has(target: Path, inputs: str) -> bool:
    with suppress(GraphError), folder.open_current(target) as generation:
        return bool(generation.manifest.get("inputs") == inputs)
    return False


def merge(lake: Lake, progress: Progress | None = None) -> Path:
    """The folder of the merged graph, which is made if that of this lake is not there yet.

    Raises `GraphError` where the lake holds no repository, or a repository's graph is gone.
    """
    home = lake.home
    if not lake.catalog.repositories:
        raise GraphError("there is no repository to merge", where=str(home), hint="kgraph fleet build")
    target, inputs = home / MERGED, _inputs(lake)
    if _has(target, inputs):
        return target
    base = f"{_BASE}{encode_segment(lake.catalog.fleet)}/"
    with folder.building(target) as new, (progress or NullProgress()).stage("merging", None):
        waiting = new.tables.with_name("waiting")  # goes with the generation where the build ends here
        waiting.mkdir()
        checksums, number = {}, 0
        try:
            for name, ranges in merge_tables(lake, waiting):
                counted = _Counted(name, ranges)
                checksums[name] = tables.write_ranges(new.tables, name, counted, waiting)
                number += counted.triples
        except FileNotFoundError as error:
            raise GraphError("the fleet was built again meanwhile", where=str(home), hint="ask again") from error
        files.discard(waiting)
        written = {name: tables.scan(new.tables, name) for name in checksums}
        manifest = _manifest(lake, base, written, number)
        new.publish({**manifest, "checksums": checksums, "inputs": inputs})
    return target


class _Counted:
    """Ranges of a table's rows that are passed on, with the number of the triples that they are."""

    def __init__(self, table: str, ranges: Iterator[pl.DataFrame]) -> None:
        self._table, self._ranges = table, ranges
        self.triples = 0

    def __iter__(self) -> Iterator[pl.DataFrame]:
        for rows in self._ranges:
            self.triples += triples.count({self._table: rows})
            yield rows


def _inputs(lake: Lake) -> str:
    """A digest of all that the merged graph is made of."""
    revisions = [(entry.name, entry.current.rev) for entry in lake.catalog.repositories]
    head = json.dumps([_FORMAT, SCHEMA_VERSION, __version__, lake.catalog.fleet, revisions])
    hashed = hashlib.sha256(head.encode())
    for links in (lake.links().collect(), lake.use_links().collect()):
        if links.height:
            hashed.update(links.hash_rows(seed=1).to_numpy().tobytes())
    return hashed.hexdigest()


def _manifest(lake: Lake, base: str, written: Mapping[str, pl.LazyFrame], number_of_triples: int) -> dict[str, Any]:
    manifests = list(_manifests(lake))
    ledgers = [_inside(name, each["ledger"]) for name, each in manifests]
    is_import = pl.col("form").is_in(["import", "from"])
    ledger = _sum(ledgers)
    for kind, rows in (("includes", ~is_import), ("imports", is_import)):
        found = written["includes"].filter(rows).group_by("resolution").len()
        ledger[kind] = dict(found.sort("len", "resolution", descending=True).collect().iter_rows())
    return {
        "schema": SCHEMA_VERSION,
        "kgraph": __version__,
        "repository": {
            "name": lake.catalog.fleet,
            "base": base,
            "revision": "",
            "dirty": any(entry.current.dirty for entry in lake.catalog.repositories),
            "origin": "",
        },
        "options": _options([each["options"] for _, each in manifests]),
        "counts": {**counts(written), "triples": number_of_triples},
        "ledger": ledger,
    }


def _manifests(lake: Lake) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for entry in lake.catalog.repositories:
        with folder.open_current(lake.graph(entry.name)) as generation:
            yield entry.name, generation.manifest


def _options(all_options: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Of each option what holds of all repositories: a flag that all have, patterns that all have."""
    found: dict[str, Any] = {}
    for name, first in all_options[0].items():
        values = [options.get(name, first) for options in all_options]
        if isinstance(first, bool):
            found[name] = all(values)
        elif isinstance(first, list):
            found[name] = [each for each in first if all(each in value for value in values)]
        else:
            found[name] = first
    return found


def _inside(name: str, value: Any) -> Any:
    """A part of a ledger with the paths of the merged graph."""
    match value:
        case {"path": str(path), **rest}:
            return {"path": f"{name}/{path}", **rest}
        case Mapping():
            return {key: _inside(name, each) for key, each in value.items()}
        case list():
            return [_inside(name, each) for each in value]
    return value


def _sum(values: list[Any]) -> Any:
    """Ledgers as one: numbers are added, lists joined, and of texts the first stays."""
    first = values[0]
    if isinstance(first, Mapping):
        keys = dict.fromkeys(key for value in values if isinstance(value, Mapping) for key in value)
        of_key = {key: [value[key] for value in values if isinstance(value, Mapping) and key in value] for key in keys}
        return {key: _sum(each) for key, each in of_key.items()}
    if isinstance(first, list):
        return [each for value in values if isinstance(value, list) for each in value]
    if isinstance(first, int | float) and not isinstance(first, bool):
        return sum(value for value in values if isinstance(value, int | float))
    return first
