"""The assembly stage: facts become a graph, with related files where they are asked for.

Input: an `Extraction`. Output: a `Graph`. The relate stage runs beside assembly; see `relate_process`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph import files
from kgraph.model import Graph
from kgraph.pipeline import semantic_stage
from kgraph.pipeline.context import BuildContext
from kgraph.pipeline.extraction import Extraction
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.relate_process import MIN_FILES_FOR_PROCESS, RelateProcess
from kgraph.pipeline.resident import Resident
from kgraph.relate import history
from kgraph.scan import Scan
from kgraph.spilled import MIN_ROWS, MIN_ROWS_FROM_NOTHING, SpillFolder
from kgraph.store import ownership
from kgraph.version import __version__

if TYPE_CHECKING:
    import polars as pl

    from kgraph.assemble.kept_uses import PreviousUses
    from kgraph.assemble.result_cache import ResultCache

_AGENT = f"kgraph {__version__}"


def relate_process(
    scan: Scan, options: BuildOptions, scratch: Path, resident: Resident | None = None, kept: Path | None = None
) -> AbstractContextManager[RelateProcess | None]:
    """The process that relates the files; None where that is not asked for. What it is given waits in `scratch`;
    in the file `kept` it leaves what the next build can take."""
    if not options.related:
        return nullcontext()
    wants_child = options.workers > 1 and len(scan.files) >= MIN_FILES_FOR_PROCESS
    lasting = resident.relater if resident else None
    return RelateProcess(scratch if wants_child else None, lasting, kept, takes=not options.force)


def read_history(scan: Scan, cached: Path, options: BuildOptions) -> history.History:
    """The commits that git knows; of what the file `cached` has of them, only what this user wrote there."""
    if not options.uses_history:
        return history.NO_HISTORY
    if options.force or not ownership.is_sealed(cached):
        files.discard(cached)
    commits = history.read(scan.root, scan.repository.revision, cached, scan.git)
    if cached.exists():
        ownership.seal(cached)
    return commits


def assemble_graph(
    run: BuildContext,
    extraction: Extraction,
    relater: RelateProcess | None = None,
    cache: ResultCache | None = None,
    former: PreviousUses | None = None,
    scratch: Path | None = None,
) -> Graph:
    """The graph of what was read; `cache` has the resolution results of earlier builds, `former` the uses of the graph
    before. Tables that are large wait in `scratch` while others are made."""
    from kgraph.assemble.assemble import AssembleInput, KeptTables, assemble
    from kgraph.pipeline.python_process import python_process

    options = run.options
    is_first = former is None and not run.resident  # nothing is known of an earlier build
    if run.resident and run.resident.kept is None:
        run.resident.kept = KeptTables()
    source = AssembleInput(
        extraction.scan.repository,
        extraction.scan.files,
        extraction.facts,
        agent=_AGENT,
        options=options.describe() + semantic_stage.description(extraction.compiled, run.root),
        calls=options.calls,
        external_uses=options.external_uses,
        compiled=extraction.compiled,
        configured=extraction.configured,
        names=extraction.names,
        indexed=extraction.indexed,
        owner=extraction.facts,
        shelf=SpillFolder(scratch, MIN_ROWS_FROM_NOTHING if is_first else MIN_ROWS),
        kept=run.resident.kept if run.resident else None,
    )
    wants_child = is_first and options.calls and options.workers > 1
    with (
        run.progress.stage("assemble", None),
        python_process(extraction.scan.files, scratch if wants_child else None) as beside,
    ):
        on_tables_ready = _submit_to(relater, extraction.history) if relater else None
        graph = assemble(replace(source, beside=beside), cache, on_tables_ready, former)
    run.timer.lap("assemble")
    if relater:
        from kgraph.relate.related_tables import with_relations

        with run.progress.stage("relate", None):
            graph = with_relations(graph, relater.result(), agent=_AGENT)
        run.timer.lap("relate")
    return graph


def _submit_to(relater: RelateProcess, commits: history.History) -> Callable[[Mapping[str, pl.DataFrame]], None]:
    relater.submit_history(commits)

    def submit_tables(tables: Mapping[str, pl.DataFrame]) -> None:
        from kgraph.relate.related_tables import select_needed

        relater.submit_tables(select_needed(tables))

    return submit_tables
