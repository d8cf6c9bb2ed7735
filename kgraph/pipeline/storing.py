"""The store stage: the tables of a new generation, and its manifest.

Input: a `Graph`. Output: files in the new generation, which nobody reads before it is published, and its manifest. The
triple store is no part of it: that is made when it is first asked for (`store.making`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kgraph import files
from kgraph.model import Graph
from kgraph.pipeline import semantic_stage
from kgraph.pipeline.context import BuildContext
from kgraph.pipeline.extraction import Extraction
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.previous import USE_PARTS
from kgraph.relate import history
from kgraph.spilled import as_spilled
from kgraph.store import folder
from kgraph.version import __version__
from kgraph.vocab import SCHEMA_VERSION

if TYPE_CHECKING:
    import polars as pl


def store_graph(run: BuildContext, graph: Graph, extraction: Extraction, new: folder.Building) -> dict[str, Any]:
    """Write the tables of a new generation; returns its manifest, but for the fingerprint."""
    from kgraph.store import tables

    with run.progress.stage("tables", None):
        checksums = tables.write(new.tables, graph.tables)
        if graph.use_parts:
            files.write(new.path / USE_PARTS, json.dumps(dict(graph.use_parts)))
        manifest = make_manifest(graph, _scan_tables(graph, new), extraction, run.options)
    run.timer.lap("write")
    run.timer.record("tables")
    return {**manifest, "checksums": checksums}


def _scan_tables(graph: Graph, new: folder.Building) -> dict[str, pl.DataFrame | pl.LazyFrame]:
    """The tables of a graph; those that are not in memory are read from where they were written."""
    from kgraph.store import tables

    frames = as_spilled(graph.tables)
    return {name: tables.scan(new.tables, name) if frames.is_on_disk(name) else graph[name] for name in frames}


def make_manifest(
    graph: Graph,
    frames: Mapping[str, pl.DataFrame | pl.LazyFrame],
    extraction: Extraction,
    options: BuildOptions,
) -> dict[str, Any]:
    """What a generation states of itself: versions, repository, options, counts, and what could not be read.

    `frames` are the tables of the graph, those that are not in memory as they were written.
    """
    from kgraph.assemble.statistics import counts, ledger
    from kgraph.vocab import triples

    repository = graph.repository
    return {
        "schema": SCHEMA_VERSION,
        "kgraph": __version__,
        "repository": {
            "name": repository.name,
            "base": repository.base,
            "revision": repository.revision,
            "dirty": repository.dirty,
            "origin": repository.origin,
        },
        "options": options.record(),
        "counts": {**counts({name: frame.lazy() for name, frame in frames.items()}), "triples": triples.count(frames)},
        "ledger": {
            **ledger(graph, extraction.scan.files, extraction.facts),
            "scan": extraction.scan.omissions.describe(),
            **({"history": history.account(extraction.history)} if options.related else {}),
            **({"compiler": semantic_stage.statistics(extraction.compiled)} if extraction.compiled else {}),
            **({"indexes": [asdict(report) for report in extraction.indexes]} if extraction.indexes else {}),
        },
    }
