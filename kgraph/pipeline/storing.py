"""The store stage: the tables and triples of a new generation, and its manifest.

Input: a `Graph`, and the tables and store of the previous generation where there is one. Output: files in the new
generation, which nobody reads before it is published, and its manifest.
"""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kgraph.errors import GraphError
from kgraph.model import Graph
from kgraph.pipeline import semantic_stage
from kgraph.pipeline.context import BuildContext
from kgraph.pipeline.extraction import Extraction
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.previous import PreviousTables
from kgraph.pipeline.progress import StageTimer
from kgraph.relate import history
from kgraph.store import folder
from kgraph.version import __version__
from kgraph.vocab import SCHEMA_VERSION

# More changed rows than this are loaded faster than they are changed one by one.
_MAX_CHANGED_ROWS = 30_000


def store_graph(
    run: BuildContext, graph: Graph, extraction: Extraction, new: folder.Building, previous: PreviousTables | None
) -> dict[str, Any]:
    """Write the tables and triples of a new generation; returns its manifest, but for the fingerprint."""
    # The tables are compressed while the triples of what changed are found, or the first of them loaded.
    with ThreadPoolExecutor(1) as thread, run.progress.stage("store", None):
        writing = thread.submit(_write_tables, new.tables, graph, run.timer)
        triples = _write_triples(graph, new, previous)
        checksums = writing.result()
    run.timer.lap("store")
    return {**make_manifest(graph, extraction, run.options, triples), "checksums": checksums}


def _write_tables(path: Path, graph: Graph, timer: StageTimer) -> dict[str, str]:
    from kgraph.store import tables

    checksums = tables.write(path, graph.tables)
    timer.mark("tables")
    return checksums


def _write_triples(graph: Graph, new: folder.Building, previous: PreviousTables | None) -> int:
    """Write the triples, as a change of the previous store where little changed; returns how many there are."""
    from kgraph.store import load, rdf, triple_delta

    base = graph.repository.base
    changed = triple_delta.changed_lines(previous.tables, graph.tables, base, _MAX_CHANGED_ROWS) if previous else None
    if previous and changed:
        removed, added = changed
        try:
            rdf.copy_and_change(previous.generation.store, new.store, removed, added)
        except GraphError:  # the previous store cannot be read, and need not be
            shutil.rmtree(new.store, ignore_errors=True)
        else:
            return int(previous.generation.manifest["counts"]["triples"]) - len(removed) + len(added)
    return load.load(new.store, graph.tables, base)


def make_manifest(graph: Graph, extraction: Extraction, options: BuildOptions, triples: int) -> dict[str, Any]:
    """What a generation states of itself: versions, repository, options, counts, and what could not be read."""
    from kgraph.assemble.statistics import counts, ledger

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
        "counts": {**counts(graph), "triples": triples},
        "ledger": {
            **ledger(graph, extraction.scan.files, extraction.facts),
            "scan": extraction.scan.omissions.described(),
            **({"history": history.account(extraction.history)} if options.related else {}),
            **({"compiler": semantic_stage.statistics(extraction.compiled)} if extraction.compiled else {}),
            **({"indexes": [asdict(report) for report in extraction.indexes]} if extraction.indexes else {}),
        },
    }
