"""From a folder to its graph at rest: the one place that knows the order of the stages.

Input: a root folder and options. Output: a new generation in the graph's folder, or the one that is there where its
fingerprint says that nothing changed.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph import files, gc_control, limits
from kgraph.conditions import condition_of
from kgraph.errors import KgraphError
from kgraph.extract.build_folder import find_configured
from kgraph.pipeline import cost
from kgraph.pipeline.context import BuildContext
from kgraph.pipeline.fingerprint import build_fingerprint
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.packs import begin_from
from kgraph.pipeline.previous import HISTORY, RELATED, PreviousBuild, graph_folder
from kgraph.pipeline.progress import AnnotatingProgress, StageTimer, describe_error
from kgraph.pipeline.semantic_stage import SemanticStage
from kgraph.progress import NullProgress, Progress
from kgraph.scan import Scan
from kgraph.store import base, folder, making

if TYPE_CHECKING:
    from kgraph.pipeline.listing import Listing
    from kgraph.pipeline.resident import Resident
    from kgraph.relate.history import History

log = logging.getLogger(__name__)

_WAITING = "waiting"  # the folder of what a build keeps on disk for a while


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did."""

    folder: Path  # of the graph
    manifest: Mapping[str, Any]
    timings: Mapping[str, float]  # seconds by stage; "tables": since the start, until the columns were on disk
    changed: bool  # False where the graph that was there still held


def build(
    root: Path,
    output: Path | None,
    options: BuildOptions,
    progress: Progress | None = None,
    resident: Resident | None = None,
    listing: Listing | None = None,
) -> BuildResult:
    """Build the graph of the repository at `root` in the folder `output`, by default `<root>/.kgraph`.

    A process that builds again and again gives what it keeps in between, `resident`. Where the files were listed
    elsewhere, `listing` is what that place reported, and nothing of `root` itself is looked at.

    Where something goes wrong with what is taken from an earlier build, the graph is built once more from nothing.

    Raises `InputError` where the root cannot be read, `GraphError` where the graph's folder cannot be used.
    """
    limits.check()
    progress = AnnotatingProgress(progress or NullProgress())
    root = root.resolve()
    run = BuildContext(root, graph_folder(root, output), options, progress, StageTimer(), resident, listing)
    if not options.force:
        begin_from(root, run.graph_folder, options.packs)
    previous = PreviousBuild(root, run.graph_folder, force=options.force)
    try:
        return _with_store(run, _build(run, previous))
    except BaseException as error:
        if not previous.is_used or not _may_heal(error):
            raise
        reason = describe_error(error)
        traceback.clear_frames(error.__traceback__)  # they hold the graph that was begun
    finally:
        previous.close()
    log.warning("%s: built again from nothing, since taking from an earlier build failed %s", run.graph_folder, reason)
    previous.forget()
    return _with_store(run, _build(replace(run, options=replace(options, force=True)), previous))


def _with_store(run: BuildContext, built: BuildResult) -> BuildResult:
    """The same, and the triple store, if that is asked for and there is none."""
    if not run.options.store:
        return built
    with folder.open_current(run.graph_folder) as generation:
        if not making.is_there(generation):
            making.make(generation, progress=run.progress)
            run.timer.lap("store")
    return replace(built, timings=run.timer.total())


def _may_heal(error: BaseException) -> bool:
    """Whether a build from nothing may do better: not where the user, or the system, stands in the way."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, KgraphError | KeyboardInterrupt | SystemExit | GeneratorExit):
        return False
    return condition_of(error) is None


def _build(run: BuildContext, previous: PreviousBuild) -> BuildResult:
    """Scan, extract, assemble, relate, write, publish."""
    options = run.options
    with run.progress.stage("scan", None):
        hashes = previous.hashes()
        scan = run.scan(hashes)
    if run.resident:
        run.resident.scan = scan
    stage = SemanticStage.find(scan, options, run.graph_folder)
    run.timer.lap("scan")
    configured = find_configured(scan.root, options.compile_commands)
    state = f"{stage.fingerprint()}{configured or ''}"
    fingerprint = run.listing.fingerprint if run.listing else build_fingerprint(scan, options, state)
    if previous.is_current(fingerprint):
        folder.tidy(run.graph_folder)
        if previous.generation:
            making.tidy_if_idle(previous.generation.path)
        previous.keep_hashes(hashes)
        return BuildResult(run.graph_folder, previous.manifest, run.timer.total(), changed=False)

    # What follows is loaded here: to find that nothing changed takes a fraction of the time that it takes to load.
    from kgraph.pipeline.assembly import assemble_graph, relate_process
    from kgraph.pipeline.extraction import extract
    from kgraph.pipeline.storing import store_graph
    from kgraph.scip.index import read_index

    if not previous.generation:
        cost.announce(scan.files, options.workers)
    indexes = [read_index(path, scan.root) for path in options.scip]
    with folder.building(run.graph_folder) as new, gc_control.gc_paused(), ThreadPoolExecutor(1) as threads:
        previous.claim()
        waiting = new.path / _WAITING
        with relate_process(scan, options, waiting, run.resident, new.folder / RELATED) as relater:
            # While files are read, git works.
            commits = threads.submit(_history, run, scan, new.folder / HISTORY)
            facts = previous.facts(options)
            extraction = extract(run, scan, facts, stage=stage, relater=relater, scratch=new.path)
            facts.save_keys(new.path)
            if extraction.scan.repository.revision != scan.repository.revision:  # git, too, went on meanwhile
                commits = threads.submit(_history, run, extraction.scan, new.folder / HISTORY)
            run.timer.lap("extract")
            extraction = replace(extraction.with_indexes(indexes), configured=configured, history=commits.result())
            run.timer.lap("history")
            with previous.resolution_cache() as cache:
                graph = assemble_graph(run, extraction, relater, cache, previous.load_previous_uses(), waiting)
        manifest = store_graph(run, graph, extraction, new)
        files.discard(waiting)

        if extraction.compiled:
            stage.save_report(extraction.compiled, new.path)
        if extraction.compiled or extraction.listed is not scan:
            fingerprint = build_fingerprint(extraction.listed, options, f"{stage.fingerprint()}{configured or ''}")
        previous.keep_hashes(hashes)
        if previous.generation:
            base.keep(previous.generation, new, manifest)
        new.publish({**manifest, "inputs": fingerprint})
        previous.close()  # so that the end of this build can remove it
        return BuildResult(run.graph_folder, manifest, run.timer.total(), changed=True)


def _history(run: BuildContext, scan: Scan, cached: Path) -> History:
    from kgraph.pipeline.assembly import read_history

    return run.listing.history if run.listing else read_history(scan, cached, run.options)
