"""Graphs of git revisions, without checking them out.

Input: a repository's root and the name of a revision. Output: the column tables of its graph, exactly those that a
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

from kgraph import files, gc_control
from kgraph.errors import GraphError
from kgraph.model import GRAPH_FOLDER, Graph, SourceFile
from kgraph.pipeline.assembly import assemble_graph, read_history, relate_process
from kgraph.pipeline.context import BuildContext, scan_files
from kgraph.pipeline.extraction import extract
from kgraph.pipeline.facts_cache import FactsCache, open_shared
from kgraph.pipeline.fingerprint import build_fingerprint
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.previous import FACTS, HISTORY, PreviousBuild, load_trusted_cache, load_trusted_hashes
from kgraph.pipeline.progress import StageTimer
from kgraph.pipeline.recorded import load_recorded_options
from kgraph.progress import NullProgress, Progress
from kgraph.relate.related_tables import ACTIVITY_ID
from kgraph.scan import Scan
from kgraph.scan.git_index import differs_by_line_ends
from kgraph.scan.revision import scan_revision
from kgraph.scratch import scratch_folder
from kgraph.store import folder, integrity, tables
from kgraph.vocab.iri import file_id
from kgraph.vocab.tables import EDGES

KEPT = 4  # revisions; about 20 MB each for a repository of 8,000 files
_REVISIONS = "revisions"


@dataclass(frozen=True, slots=True)
class RevisionContext:
    """A repository, and the folder of its graph, where facts and earlier results are."""

    root: Path
    graph: Path

    @classmethod
    def of(cls, root: Path, graph: Path | None = None) -> RevisionContext:
        """By default a repository's graph lies in it."""
        root = root.resolve()
        return cls(root, graph.resolve() if graph else root / GRAPH_FOLDER)


def graph_of(
    revision: str, repository: RevisionContext, options: BuildOptions, progress: Progress | None = None
) -> Graph:
    """The graph of a revision: the current one if that is of it, one that was kept, or a new one.

    Raises `InputError` where there is no such revision, `GraphError` where the graph's folder cannot be used.
    """
    progress = progress or NullProgress()
    with scan_revision(
        repository.root, revision, base=options.base, exclude=options.exclude, vendored=options.vendored
    ) as scan:
        digest = build_fingerprint(scan, options)
        previous = PreviousBuild(repository.root, repository.graph, force=False)
        try:
            current = _current(scan, previous.generation, repository, options)
            if current is not None:
                return current
            with folder.claim(repository.graph):
                previous.claim()
                return _load_or_build(scan, repository.graph, digest, options, progress)
        except OSError as error:
            raise GraphError(
                f"cannot keep facts there: {error.strerror or error}",
                where=str(repository.graph),
                hint="give -g a folder that can be written",
            ) from error
        finally:
            previous.close()


def is_kept(revision: str, repository: RevisionContext, options: BuildOptions) -> bool:
    """Whether `graph_of` would only have to read what was kept of a revision."""
    with scan_revision(
        repository.root, revision, base=options.base, exclude=options.exclude, vendored=options.vendored
    ) as scan:
        return _is_complete(repository.graph / _REVISIONS / build_fingerprint(scan, options))


def _is_complete(folder_of_tables: Path) -> bool:
    seal = integrity.IntegrityRecord.read(folder_of_tables)
    return bool(seal and seal.is_ours and seal.is_untouched(folder_of_tables))


def _load_or_build(scan: Scan, graph: Path, digest: str, options: BuildOptions, progress: Progress) -> Graph:
    folder_of_tables = graph / _REVISIONS / digest
    if _is_complete(folder_of_tables):
        os.utime(folder_of_tables)
        return Graph(scan.repository, tables.read_all(folder_of_tables))
    files.make_folder(graph / _REVISIONS)
    files.discard(folder_of_tables)
    new = _read(scan, graph, options, progress)
    _keep(new, folder_of_tables)
    return new


def _current(
    scan: Scan, generation: folder.Generation | None, repository: RevisionContext, options: BuildOptions
) -> Graph | None:
    """The graph that is there, if it is of this revision.

    A checkout may have changed the ends of lines, and with them sizes and ids; those of git's store are put in their
    place.
    What it tells of related files is left out if it was not asked for.
    """
    if generation is None or generation.manifest["repository"]["revision"] != scan.repository.revision:
        return None
    built = load_recorded_options(generation.manifest, repository.root)
    asked = replace(options, jobs=built.jobs, force=built.force)
    if asked not in (built, replace(built, related=False)):
        return None
    here = scan_files(repository.root, built, load_trusted_hashes(repository.graph))
    if generation.manifest.get("inputs") != build_fingerprint(here, built) or not _same(here, scan):
        return None
    current = tables.read_all(generation.tables, generation.checksums)
    files = {file_id(file.path): file for file in scan.files if file.form != "submodule"}
    current["files"] = current["files"].with_columns(
        size=pl.col("id").replace_strict({id_: file.size for id_, file in files.items()}, return_dtype=pl.Int64()),
        blob=pl.col("id").replace_strict({id_: file.blob for id_, file in files.items()}, return_dtype=pl.String()),
    )
    if built.related and not options.related:
        current = _drop_relations(current, options)
    return Graph(scan.repository, current)


def _drop_relations(current: dict[str, pl.DataFrame], options: BuildOptions) -> dict[str, pl.DataFrame]:
    """The tables that a build would have written without related files."""
    activities = current["activities"].filter(pl.col("id") != ACTIVITY_ID)
    described = pl.Series("options", [options.describe()] * activities.height, dtype=pl.List(pl.String()))
    return current | {
        "relations": current["relations"].clear(),
        "symbols": current["symbols"].with_columns(mentions=pl.lit(None, pl.Int64)),
        "activities": activities.with_columns(described),
        EDGES: current[EDGES].filter(pl.col("kind") != "related"),
    }


def _same(here: Scan, scan: Scan) -> bool:
    def is_same(file: SourceFile, stored: SourceFile) -> bool:
        if file == stored:
            return True
        of_git = structs.replace(file, size=stored.size, blob=stored.blob)
        return of_git == stored and differs_by_line_ends(here.place(file), stored.blob)

    return (
        here.repository == scan.repository
        and len(here.files) == len(scan.files)
        and all(map(is_same, here.files, scan.files))
    )


def _read(scan: Scan, graph: Path, options: BuildOptions, progress: Progress) -> Graph:
    run = BuildContext(scan.root, graph, options, progress, StageTimer())
    with (
        gc_control.gc_paused(),
        scratch_folder() as scratch,
        relate_process(scan, options, Path(scratch)) as relater,
    ):
        facts = FactsCache(graph, open_shared(options, graph), lambda: load_trusted_cache(graph / FACTS))
        extraction = extract(run, scan, facts, relater=relater)
        commits = read_history(scan, graph / _REVISIONS / HISTORY, options)
        return assemble_graph(run, replace(extraction, history=commits), relater)


def _keep(graph: Graph, target: Path) -> None:
    """Write the tables whole or not at all, and forget the oldest of others."""
    with tempfile.TemporaryDirectory(prefix="new-", dir=target.parent) as new:
        tables.write(Path(new) / "tables", graph.tables)
        (Path(new) / "tables").replace(target)
    integrity.seal(target)
    others = sorted((each for each in target.parent.iterdir() if each.is_dir()), key=lambda each: each.stat().st_mtime)
    for each in others[:-KEPT]:
        shutil.rmtree(each, ignore_errors=True)
