"""From a folder to its graph at rest: the one place that knows the order of the stages.

Input: a root folder and options. Output: a new generation in the graph's folder, or the one that is there when nothing
changed.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph import compiler, files, gc_control, limits
from kgraph.conditions import condition_of
from kgraph.errors import GraphError, KgraphError
from kgraph.extract import readers, work, worker_pool
from kgraph.extract.semantic.database import Database
from kgraph.model import Compiled, Extracted, Graph
from kgraph.previous import ANSWERS, FACTS, HISTORY, PreviousBuild, ResolutionCache, graph_folder
from kgraph.reading import CachedExtractor, Clock, Described, Progress, Quiet, describe
from kgraph.relate import history
from kgraph.relating import WORTH_A_PROCESS, Beside
from kgraph.scan import Scan, scan
from kgraph.scan.hash_cache import HashCache
from kgraph.scip.index import Index, read_index
from kgraph.scip.index import digest as index_digest
from kgraph.store import folder, ownership
from kgraph.store.cache import Cache
from kgraph.version import __version__
from kgraph.vocab import SCHEMA_VERSION

if TYPE_CHECKING:
    import polars as pl

    from kgraph.assemble.result_cache import ResultCache
    from kgraph.assemble.scip import Account, IndexedUse

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What a build may be told."""

    base: str | None = None  # base IRI; by default made from the origin remote
    exclude: tuple[str, ...] = ()  # patterns as in .gitignore: files to leave out
    vendored: tuple[str, ...] = ()  # files to list, but not to parse
    ignore: bool = True  # leave out what `.gitignore` names, and in git what is not tracked
    jobs: int | None = None  # worker processes; by default one per core that we may use
    force: bool = False  # read and load everything anew
    executor: Executor | None = field(default=None, compare=False)  # where to read files, instead of local processes
    related: bool = True  # tell which files belong together
    history: bool = True  # let git's history say so too
    calls: bool = True  # find out who calls, inherits and uses what
    compile_commands: Path | None = None  # a compile database, or its folder; by default one in the usual places
    compiler: bool = True  # let the compiler say what a compile database lets it
    scip: tuple[Path, ...] = ()  # indexes that other indexers made, whose facts to add

    def described(self) -> list[str]:
        """The options that change what is in the graph."""
        return (
            [f"exclude {p}" for p in self.exclude]
            + [f"vendored {p}" for p in self.vendored]
            + ["no ignore"] * (not self.ignore)
            + ["no related files"] * (not self.related)
            + ["no history"] * (self.related and not self.history)
            + ["no calls"] * (not self.calls)
            + [f"scip {path.name}" for path in self.scip]
        )


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    folder: Path  # of the graph
    manifest: Mapping[str, Any]
    timings: Mapping[str, float]  # seconds by stage; "tables": since the start, until the columns were on disk
    changed: bool  # False where the graph that was there still held


def build(root: Path, output: Path | None, options: Options, progress: Progress | None = None) -> Built:
    """Read the repository at `root` and leave its graph in `output`, by default `<root>/.kgraph`.

    Where something goes wrong with what is taken from an earlier build, the build is done once more from nothing.

    Raises `InputError` where the root cannot be read, `GraphError` where the graph's folder cannot be used.
    """
    limits.check()
    progress = Described(progress or Quiet())
    clock = Clock()
    root = root.resolve()
    where = graph_folder(root, output)
    previous = PreviousBuild(root, where, force=options.force)
    try:
        return _built(root, where, options, previous, progress, clock)
    except BaseException as error:
        if not previous.is_used or not _is_healed(error):
            raise
        reason = describe(error)
        traceback.clear_frames(error.__traceback__)  # they hold the graph that was begun
    finally:
        previous.close()
    log.warning("%s: built again from nothing, since taking from an earlier build failed %s", where, reason)
    previous.forget()
    return _built(root, where, replace(options, force=True), previous, progress, clock)


def _is_healed(error: BaseException) -> bool:
    """Whether a build from nothing may do better: not where the user, or the system, stands in the way."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, KgraphError | KeyboardInterrupt | SystemExit | GeneratorExit):
        return False
    return condition_of(error) is None


def _built(
    root: Path, where: Path, options: Options, previous: PreviousBuild, progress: Progress, clock: Clock
) -> Built:
    with progress.stage("scan", None):
        hashes = previous.hashes()
        found = scanned(root, options, hashes)
    database = compiler.find_database(found, options.compile_commands) if options.compiler else None
    clock.lap("scan")
    inputs = inputs_digest(found, options, compiler.inputs(database, where))
    generation = previous.generation
    if generation and generation.manifest.get("inputs") == inputs and not _read_in_part(generation):
        folder.tidy(where)
        previous.keep_hashes(hashes)
        return Built(where, generation.manifest, clock.total(), changed=False)
    indexes = [read_index(path, found.root) for path in options.scip]
    # While files are read, git works, and the previous graph is fetched.
    with folder.building(where) as new, gc_control.paused(), ThreadPoolExecutor(2) as threads:
        previous.claim()
        with relating(found, options) as related:
            past = threads.submit(_history, found, new.folder, options)
            before = threads.submit(_previous_tables, generation, found)
            first = found
            listed, found, facts, told = read(
                first, previous.cache(FACTS), options, progress, database, related, new.path
            )
            if found.repository.revision != first.repository.revision:  # git, too, went on meanwhile
                past = threads.submit(_history, found, new.folder, options)
            clock.lap("extract")
            facts, indexed, accounts = _join_indexes(found, facts, indexes)
            reading = Reading(facts, past.result(), told, indexed, accounts)
            clock.lap("history")
            with previous.cache(ANSWERS) as cache:
                kept = ResolutionCache(cache, force=options.force)
                graph = assembled(found, reading, options, progress, clock, related, kept)
                kept.tidy()
        manifest = _write(found, reading, graph, options, new, generation, before.result(), progress, clock)
        if told:
            compiler.keep(told, new.path, where)
        if told or listed is not first:
            inputs = inputs_digest(listed, options, compiler.inputs(database, where))
        previous.keep_hashes(hashes)
        new.publish({**manifest, "inputs": inputs}, generation.seal if generation else None)
        previous.close()  # so that it is removed with the end of this build
        return Built(where, manifest, clock.total(), changed=True)


def scanned(root: Path, options: Options, hashes: HashCache | None = None) -> Scan:
    """The files that a build with these options reads."""
    return scan(
        root,
        base=options.base,
        exclude=options.exclude,
        vendored=options.vendored,
        ignore=options.ignore,
        hashes=hashes,
    )


def _previous_tables(previous: folder.Generation | None, found: Scan) -> Mapping[str, pl.DataFrame] | None:
    """The tables of which only what changed need be stored; None where there are none, or all of them change."""
    from kgraph.store import tables

    if not previous or previous.manifest["repository"]["base"] != found.repository.base:
        return None
    try:
        return tables.read_all(previous.tables, previous.checksums)
    except GraphError as error:
        log.warning("%s: all triples are stored anew: %s", error.where, error.what)
        return None


def _read_in_part(previous: folder.Generation) -> bool:
    """Whether files could not be read for a reason that may be gone now."""
    ledger = previous.manifest["ledger"]
    failed = ledger.get("compiler", {}).get("failed", {})
    return any(skipped.get("passing") for skipped in ledger["skipped"]) or work.CHANGED in failed


def inputs_digest(found: Scan, options: Options, compiled: str = "") -> str:
    """A name for all that a graph depends on: equal inputs, equal graph."""
    digest = hashlib.sha256()
    asks_git = options.related and options.history and found.repository.revision
    clone = history.clone_state(found.git) if asks_git and found.git else ""
    versions = (__version__, SCHEMA_VERSION, readers(), worker_pool.WORDS_VERSION)
    left_out = found.omissions.described()
    for part in (*versions, found.repository, options.described(), clone, compiled, left_out):
        digest.update(repr(part).encode("utf-8", "surrogateescape"))
    for path in options.scip:
        digest.update(index_digest(path).encode())
    for file in found.files:
        digest.update(repr(file).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _workers(options: Options) -> int:
    return options.jobs or len(os.sched_getaffinity(0))


def relating(found: Scan, options: Options) -> AbstractContextManager[Beside | None]:
    """Who relates the files, if that is asked for."""
    if not options.related:
        return nullcontext()
    return Beside(beside=_workers(options) > 1 and len(found.files) >= WORTH_A_PROCESS)


def _history(found: Scan, where: Path, options: Options) -> history.History:
    if not (options.related and options.history):
        return history.History(lacks="not asked for")
    if options.force:
        files.discard(where / HISTORY)
    return read_history(found, where / HISTORY)


def read_history(found: Scan, kept: Path) -> history.History:
    """What git remembers; of what `kept` has of it, only what this user put there."""
    if not ownership.is_sealed(kept):
        files.discard(kept)
    past = history.read(found.root, found.repository.revision, kept, found.git)
    if kept.exists():
        ownership.seal(kept)
    return past


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read: `facts[i]` are those of the i-th file."""

    facts: Sequence[Extracted]
    past: history.History
    compiled: Compiled | None = None  # what a compiler says, where there is a compile database
    indexed: Sequence[IndexedUse] = ()
    indexes: Sequence[Account] = ()  # what was taken of each index


def _join_indexes(
    found: Scan, facts: list[Extracted], indexes: Sequence[Index]
) -> tuple[list[Extracted], list[IndexedUse], list[Account]]:
    """The facts with the symbols that other indexers know, and the uses that they tell."""
    from kgraph.assemble.scip import join_index

    uses: list[IndexedUse] = []
    accounts: list[Account] = []
    for index in indexes:
        facts, told, account = join_index(found.files, facts, index)
        uses += told
        accounts.append(account)
    return facts, uses, accounts


_MAX_READINGS = 4  # of files that change while they are read


def read(
    found: Scan,
    facts_cache: Cache,
    options: Options,
    progress: Progress,
    database: Database | None = None,
    related: Beside | None = None,
    scratch: Path | None = None,
) -> tuple[Scan, Scan, list[Extracted], Compiled | None]:
    """The files as they were listed last and as they were read, the facts of each, and what a compiler says of all.

    Facts are from the cache where they are known. Where files are not as they were listed, all are listed and read
    again, so that the graph is of one state of them. The words are told to who relates files.
    """
    workers = _workers(options)
    with facts_cache as cache:
        with worker_pool.Workers(workers, options.executor) as pooled:
            for reading in range(_MAX_READINGS):
                force = options.force and not reading
                reader = CachedExtractor(found, cache, pooled, force=force, keep=compiler.keys(database, found))
                macros = reader.macros(progress)
                if related:
                    related.words(found.files, reader.words(progress))
                facts = reader.facts(macros, progress, uses=options.calls)
                listed = found
                if not reader.unlike or found.contents:
                    break
                found = scanned(found.root, options)
                if found.files == listed.files:
                    break
        settled, facts = reader.settled(facts, steady=found.files == listed.files)
        if database and reading:
            database = compiler.find_database(listed, options.compile_commands)
        if database is None:
            return listed, settled, facts, None
        with progress.stage("compile", len(database.units)) as ticker:
            told = compiler.read(
                database, settled, cache, workers, ticker.advance, force=options.force, scratch=scratch
            )
        return listed, settled, facts, told


# --- assembling and writing -----------------------------------------------------------------------------------------


def assembled(
    found: Scan,
    reading: Reading,
    options: Options,
    progress: Progress,
    clock: Clock,
    related: Beside | None = None,
    kept: ResultCache | None = None,
) -> Graph:
    """All that was read, as one graph; `kept` has answers of previous builds."""
    from kgraph.assemble import assemble

    agent = f"kgraph {__version__}"
    with progress.stage("assemble", None):
        described = options.described() + compiler.described(reading.compiled, found.root)
        graph = assemble(
            found.repository,
            found.files,
            reading.facts,
            agent=agent,
            options=described,
            calls=options.calls,
            compiled=reading.compiled,
            indexed=reading.indexed,
            kept=kept,
            on_structure=_relate(related, reading.past) if related else None,
        )
    clock.lap("assemble")
    if related:
        from kgraph.relate.related_tables import with_relations

        with progress.stage("relate", None):
            graph = with_relations(graph, related.relations(), agent=agent)
        clock.lap("relate")
    return graph


def _relate(related: Beside, past: history.History) -> Callable[[Mapping[str, pl.DataFrame]], None]:
    related.history(past)

    def tell(tables: Mapping[str, pl.DataFrame]) -> None:
        from kgraph.relate.related_tables import needed

        related.tables(needed(tables))

    return tell


def _write(
    found: Scan,
    reading: Reading,
    graph: Graph,
    options: Options,
    new: folder.Building,
    previous: folder.Generation | None,
    before: Mapping[str, pl.DataFrame] | None,
    progress: Progress,
    clock: Clock,
) -> dict[str, Any]:
    # The columns are compressed while the triples of what changed are found, or the first of them loaded.
    with ThreadPoolExecutor(1) as beside, progress.stage("store", None):
        written = beside.submit(_write_tables, new.tables, graph, clock)
        triples = _store(graph, new, previous, before)
        checksums = written.result()
    clock.lap("store")
    return {**_manifest(graph, reading, found, options, triples), "checksums": checksums}


def _write_tables(path: Path, graph: Graph, clock: Clock) -> dict[str, str]:
    from kgraph.store import tables

    checksums = tables.write(path, graph.tables)
    clock.moment("tables")
    return checksums


# More changed rows than this are loaded faster than they are changed one by one.
_MOST_CHANGED_ROWS = 30_000


def _store(
    graph: Graph, new: folder.Building, previous: folder.Generation | None, before: Mapping[str, pl.DataFrame] | None
) -> int:
    """Write the triples, as a change of the previous store where little changed; returns how many there are."""
    from kgraph.store import load, rdf, triple_delta

    base = graph.repository.base
    changed = triple_delta.changed_lines(before, graph.tables, base, _MOST_CHANGED_ROWS) if before else None
    if previous and changed:
        removed, added = changed
        try:
            rdf.copy_and_change(previous.store, new.store, removed, added)
        except GraphError:  # not to be read: it is not needed
            shutil.rmtree(new.store, ignore_errors=True)
        else:
            return int(previous.manifest["counts"]["triples"]) - len(removed) + len(added)
    return load.load(new.store, graph.tables, base)


def _manifest(graph: Graph, reading: Reading, found: Scan, options: Options, triples: int) -> dict[str, Any]:
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
        "options": {
            "exclude": list(options.exclude),
            "vendored": list(options.vendored),
            "ignore": options.ignore,
            "related": options.related,
            "history": options.related and options.history,
            "calls": options.calls,
        },
        "counts": {**counts(graph), "triples": triples},
        "ledger": {
            **ledger(graph, found.files, reading.facts),
            "scan": found.omissions.described(),
            **({"history": history.account(reading.past)} if options.related else {}),
            **({"compiler": compiler.account(reading.compiled)} if reading.compiled else {}),
            **({"indexes": [asdict(account) for account in reading.indexes]} if reading.indexes else {}),
        },
    }
