"""Graphs of git revisions, without checking them out.

Comes in: a repository's root and the name of a revision. Goes out: the column tables of its graph, exactly those that a
build of a clean checkout would write. Contents come from git's store, facts from the cache of the graph that is there;
so a second revision costs reading what differs, and assembling.

    .kgraph/revisions/<digest of all inputs>/   the tables of one revision; the last few are kept

No store of triples is made: a comparison is done on columns.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from msgspec import structs

from kgraph import collector
from kgraph.diff.options import options_of
from kgraph.errors import GraphError
from kgraph.model import GRAPH_FOLDER, Graph, SourceFile
from kgraph.pipeline import Clock, Options, Reading, assembled, inputs_digest, read, relating
from kgraph.reading import Progress, Quiet
from kgraph.relate import history
from kgraph.relate.merged import ACTIVITY_ID
from kgraph.scan import Scan, scan
from kgraph.scan.tree import scan_revision
from kgraph.store import folder, tables
from kgraph.vocab.iri import file_id
from kgraph.vocab.tables import EDGES

KEPT = 4  # revisions; about 20 MB each for a repository of 8,000 files
_REVISIONS = "revisions"


@dataclass(frozen=True, slots=True)
class Where:
    """A repository, and the folder of its graph, where facts and earlier results are."""

    root: Path
    graph: Path

    @classmethod
    def of(cls, root: Path, graph: Path | None = None) -> Where:
        """By default a repository's graph lies in it."""
        root = root.resolve()
        return cls(root, graph.resolve() if graph else root / GRAPH_FOLDER)


def graph_of(revision: str, where: Where, options: Options, progress: Progress | None = None) -> Graph:
    """The graph of a revision: the current one if that is of it, one that was kept, or a new one.

    Raises `InputError` where there is no such revision, `GraphError` where the graph's folder cannot be used.
    """
    progress = progress or Quiet()
    with scan_revision(
        where.root, revision, base=options.base, exclude=options.exclude, vendored=options.vendored
    ) as found:
        digest = inputs_digest(found, options)
        current = _current(found, where, options)
        if current is not None:
            return current
        try:
            with folder.claimed(where.graph):
                return _kept_or_new(found, where.graph, digest, options, progress)
        except OSError as error:
            raise GraphError(
                f"cannot keep facts there: {error.strerror or error}",
                where=str(where.graph),
                hint="give -g a folder that can be written",
            ) from error


def _kept_or_new(found: Scan, graph: Path, digest: str, options: Options, progress: Progress) -> Graph:
    place = graph / _REVISIONS / digest
    if place.is_dir():
        os.utime(place)
        return Graph(found.repository, tables.read_all(place))
    new = _read(found, graph, options, progress)
    _keep(new, place)
    return new


def _current(found: Scan, where: Where, options: Options) -> Graph | None:
    """The graph that is there, if it is of this revision.

    A checkout may have changed the ends of lines, and with them sizes; those of git's store are put in their place.
    What it tells of related files is left out if it was not asked for.
    """
    try:
        generation = folder.open_current(where.graph)
    except GraphError:
        return None
    try:
        if generation.manifest["repository"]["revision"] != found.repository.revision:
            return None
        built = options_of(generation.manifest, where.root)
        asked = replace(options, jobs=built.jobs, force=built.force)
        if asked not in (built, replace(built, related=False)):
            return None
        here = scan(where.root, base=options.base, exclude=options.exclude, vendored=options.vendored)
        if generation.manifest.get("inputs") != inputs_digest(here, built) or not _same(here, found):
            return None
        current = tables.read_all(generation.tables)
    finally:
        generation.close()
    sizes = {file_id(file.path): file.size for file in found.files if file.form != "submodule"}
    size = pl.col("id").replace_strict(sizes, return_dtype=pl.Int64())
    current["files"] = current["files"].with_columns(size=size)
    if built.related and not options.related:
        current = _unrelated(current, options)
    return Graph(found.repository, current)


def _unrelated(current: dict[str, pl.DataFrame], options: Options) -> dict[str, pl.DataFrame]:
    """The tables that a build would have written that was not told to relate files."""
    activities = current["activities"].filter(pl.col("id") != ACTIVITY_ID)
    described = pl.Series("options", [options.described()] * activities.height, dtype=pl.List(pl.String()))
    return current | {
        "relations": current["relations"].clear(),
        "activities": activities.with_columns(described),
        EDGES: current[EDGES].filter(pl.col("kind") != "related"),
    }


def _same(here: Scan, found: Scan) -> bool:
    def unsized(file: SourceFile) -> SourceFile:
        return structs.replace(file, size=0)

    return here.repository == found.repository and list(map(unsized, here.files)) == list(map(unsized, found.files))


def _read(found: Scan, graph: Path, options: Options, progress: Progress) -> Graph:
    kept = graph / _REVISIONS
    kept.mkdir(exist_ok=True)
    with collector.paused(), relating(found, options) as related:
        _, _, facts, _ = read(found, graph / "facts.sqlite", options, progress, related=related)
        past = history.History(lacks="not asked for")
        if options.related and options.history:
            past = history.read(found.root, found.repository.revision, kept / "history.bin")
        return assembled(found, Reading(facts, past), options, progress, Clock(), related)


def _keep(graph: Graph, place: Path) -> None:
    """Write the tables whole or not at all, and forget the oldest of others."""
    with tempfile.TemporaryDirectory(prefix="new-", dir=place.parent) as new:
        tables.write(Path(new) / "tables", graph.tables)
        (Path(new) / "tables").replace(place)
    others = sorted((each for each in place.parent.iterdir() if each.is_dir()), key=lambda each: each.stat().st_mtime)
    for each in others[:-KEPT]:
        shutil.rmtree(each, ignore_errors=True)
