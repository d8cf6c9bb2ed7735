"""The extraction stage: each file is read, or taken from the cache; then compilers and other indexers are heard.

Input: a `Scan` and the cache of facts. Output: an `Extraction`. Where files change while they are read, all are listed
and read again, so that the graph is of one state of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.build_facts import ConfiguredBuild
from kgraph.extract import worker_pool
from kgraph.model import Compiled, ExtractResult, with_decoded_symbols
from kgraph.pipeline.cached_extractor import CachedExtractor
from kgraph.pipeline.context import BuildContext
from kgraph.pipeline.facts_cache import FactsCache
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.relate_process import RelateProcess
from kgraph.pipeline.semantic_stage import SemanticStage
from kgraph.relate.history import NO_HISTORY, History
from kgraph.scan import Scan
from kgraph.scip.index import ScipIndex

if TYPE_CHECKING:
    from kgraph.assemble.scip import IndexedUse, JoinReport

_MAX_READINGS = 4  # of files that change while they are read


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read: `facts[i]` are those of the i-th file of `scan`."""

    listed: Scan  # the files as they were listed last
    scan: Scan  # the same as they were read
    facts: list[ExtractResult]
    names: Sequence[str] = ()  # of `facts`: equal names, equal facts; "" for no name
    configured: ConfiguredBuild | None = None  # what CMake reports, where there is a build folder
    compiled: Compiled | None = None  # what libclang says, where there is a compile database
    indexed: Sequence[IndexedUse] = ()
    indexes: Sequence[JoinReport] = ()  # what was taken of each index
    history: History = NO_HISTORY

    def with_indexes(self, indexes: Sequence[ScipIndex]) -> Extraction:
        """The same with the symbols and uses of other indexers' indexes."""
        from kgraph.assemble.scip import join_index

        if not indexes:
            return self
        facts, uses, reports = list(map(with_decoded_symbols, self.facts)), list(self.indexed), list(self.indexes)
        for index in indexes:
            facts, index_uses, report = join_index(self.scan.files, facts, index)
            uses += index_uses
            reports.append(report)
        return replace(self, facts=facts, names=(), indexed=uses, indexes=reports)


def extract(
    run: BuildContext,
    scan: Scan,
    facts_cache: FactsCache,
    *,
    stage: SemanticStage | None = None,
    relater: RelateProcess | None = None,
    scratch: Path | None = None,
) -> Extraction:
    """Read the files of `scan`, from the cache where their facts are known; `relater` is sent their identifiers.

    What the semantic `stage` needs in between is written below `scratch`.
    """
    options = run.options
    decoded = run.resident.decoded if run.resident else None
    with facts_cache as cache:
        with nullcontext(run.resident.workers) if run.resident else _workers(options) as workers:
            for reading in range(_MAX_READINGS):
                force = options.force and not reading
                keys = stage.cache_keys(scan.root) if stage else ()
                extractor = CachedExtractor(scan, cache, workers, force=force, keep=keys, decoded=decoded)
                macros = extractor.macros(run.progress)
                if relater:
                    relater.submit_words(scan.files, extractor.words(run.progress))
                facts = extractor.facts(macros, run.progress, uses=options.calls, references=options.references)
                listed = scan
                if not extractor.changed or scan.contents:
                    break
                scan = run.scan()
                if scan.files == listed.files:
                    break
        names = extractor.names()
        settled, facts = extractor.settle(facts, steady=scan.files == listed.files)
        if stage and stage.database and reading:
            stage = SemanticStage.find(listed, options, run.graph_folder)
        compiled = stage.run(settled, cache.local, options, run.progress, scratch) if stage and stage.database else None
    return Extraction(listed, settled, facts, names, compiled=compiled)


def _workers(options: BuildOptions) -> worker_pool.ExtractionWorkers:
    return worker_pool.ExtractionWorkers(options.workers, options.executor)
