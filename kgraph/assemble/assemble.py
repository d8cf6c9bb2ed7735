"""All facts to one graph: here spellings become edges.

Input: the files of a repository and the facts of each. Output: a `Graph` of sorted column tables. Equal input gives
equal tables, whatever the order or number of workers that read the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from kgraph.assemble.bridge import PythonResolution, PythonSources
from kgraph.assemble.builds.build_graph import evaluate_builds
from kgraph.assemble.builds.build_tables import build_tables
from kgraph.assemble.conditional_uses import with_conditional
from kgraph.assemble.external_uses import external_rows
from kgraph.assemble.fact_tables import FactTables, build_fact_tables
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.file_tables import UseCoverage, file_tables, make_frame
from kgraph.assemble.include_table import include_tables
from kgraph.assemble.kept_symbols import KeptSymbols, Key
from kgraph.assemble.kept_uses import KeptUses, PreviousUses, UseParts, python_files_key
from kgraph.assemble.links import resolve_links
from kgraph.assemble.result_cache import ResultCache
from kgraph.assemble.scip import IndexedUse, resolve_indexed_uses
from kgraph.assemble.scoped.cache import load_programs, unit_names
from kgraph.assemble.semantic import SemanticJoin, join_by_location
from kgraph.assemble.symbols import join_symbols
from kgraph.assemble.test_edges import definitions, find_test_edges
from kgraph.assemble.unimported import needs_edges
from kgraph.assemble.unresolved_calls import count_unresolved_uses
from kgraph.assemble.use_resolution import resolve_all_uses
from kgraph.assemble.use_tables import spread, use_tables, with_taken
from kgraph.build_facts import ConfiguredBuild
from kgraph.kept_values import KeptValues
from kgraph.languages import C_FAMILY
from kgraph.model import Compiled, ExtractResult, Graph, Repository, SourceFile
from kgraph.spilled import SpillFolder
from kgraph.vocab.iri import folder_id
from kgraph.vocab.tables import EDGES, schema, sort_edges, with_columns_by_id

_WAITING = ("symbols", "locations", EDGES)  # tables that are not read while uses are resolved


@dataclass(frozen=True, slots=True)
class AssembleInput:
    """What was read of a repository: `facts[i]` are those of `files[i]`, which are sorted by path."""

    repository: Repository
    files: Sequence[SourceFile]
    facts: Sequence[ExtractResult]
    agent: str  # the version of kgraph
    options: Sequence[str] = ()  # those that change what is in the graph
    calls: bool = True  # whether to resolve uses
    external_uses: bool = False  # whether those of what other packages offer lead to external symbols
    compiled: Compiled | None = None  # what it says of a file replaces what is inferred
    configured: ConfiguredBuild | None = None  # what a build folder reports
    names: Sequence[str] = ()  # of `facts`: equal names, equal facts; "" for no name
    indexed: Sequence[IndexedUse] = ()  # uses that other indexers' indexes hold, by numbers of `files`
    # The list by which the caller holds `facts`, if assembly may take out of it what has become columns.
    owner: MutableSequence[ExtractResult] | None = None
    shelf: SpillFolder = field(
        default_factory=SpillFolder
    )  # where tables that are large may wait while others are made
    kept: KeptTables | None = None  # of the last build of the same process, and for the next one
    beside: PythonResolution | None = None  # who resolves the uses of Python while those of the C family are resolved


@dataclass(frozen=True, slots=True)
class KeptTables:
    """What a process that builds again and again keeps in memory of the last build."""

    symbols: KeptSymbols = field(default_factory=KeptSymbols)
    uses: KeptUses = field(default_factory=KeptUses)
    values: KeptValues = field(default_factory=KeptValues)


def assemble(
    source: AssembleInput,
    cache: ResultCache | None = None,
    on_tables_ready: Callable[[Mapping[str, pl.DataFrame]], None] | None = None,
    former: PreviousUses | None = None,
) -> Graph:
    """The graph of a repository.

    `cache` has the resolution results of earlier builds, and receives those of this one. `on_tables_ready` is called
    with the tables as soon as only uses are lacking; then the edges are in no order, some twice, for those between
    related files follow (see `related_tables.with_relations`). `former` are the uses of the graph before.
    """
    compiled = source.compiled
    kept_values = source.kept.values if source.kept else None
    names = () if source.indexed else source.names
    index = FileIndex.of(source.files, source.facts, names, source.owner, kept_values)
    builds = evaluate_builds(index, source.configured, cache)
    index = index.with_facts(builds.facts)
    facts, joined, semantic = _symbols(index, compiled, source.kept.symbols if source.kept else None)
    beside = source.beside if source.calls else None
    if beside:
        key = "" if semantic else python_files_key(index)
        sources = PythonSources(index.facts, index.ids, joined["facts"], index.modules, key)
        beside.submit(sources, external_uses=source.external_uses, keeps=cache is not None)
        del sources
    programs = load_programs(index, joined["facts"], facts.first_rows, cache, external_uses=source.external_uses)
    includes = include_tables(index, facts, compiled, programs, cache)
    facts = replace(facts, symbols=facts.symbols.clear(), includes=[])  # all are among the joined ones, and resolved
    index.forget(C_FAMILY, "includes")
    coverage = UseCoverage(source.calls, compiled, {use.source.file for use in source.indexed})
    files = file_tables(source.repository, index, source.agent, source.options, coverage)
    links = _link_edges(index, facts, source.repository)
    packages, build_edges = build_tables(builds, index, joined["facts"], facts.first_rows, includes)
    tables = {
        **files,
        **{name: joined[name].cast(schema(name)) for name in ("symbols", "locations")},  # type: ignore[arg-type]
        "includes": includes.includes,
        "externals": includes.externals,
        "packages": packages.packages,
        "requirements": packages.requirements,
        "relations": make_frame("relations", []),  # of the relate stage
        EDGES: pl.concat(
            [
                files[EDGES],
                includes.edges,
                links,
                _make_generated_edges(index),
                joined[EDGES],
                packages.edges,
                build_edges,
            ]
        ),
    }
    if on_tables_ready:
        on_tables_ready(tables)
    symbols = joined["facts"]
    del files, links, packages, build_edges, joined
    waiting = source.shelf.put({name: tables.pop(name) for name in _WAITING})
    kept = source.kept.uses if source.kept else None
    parts = UseParts(index, cache, former, external_uses=source.external_uses, kept=kept, shelf=source.shelf)
    parts.beside = beside
    uses = [resolve_indexed_uses(source.indexed, index.places, facts.first_rows, symbols, index.ids)]
    sites: Mapping[str, int] = {}
    taken = None
    unresolved: Mapping[str, pl.DataFrame] = {}
    if source.calls:
        resolved = resolve_all_uses(index, facts, symbols, includes, semantic, parts)
        taken = resolved.taken
        scoped = [program.uses() for program in programs]
        uses = [*uses, *resolved.uses, *(each.uses for each in scoped)]
        sites = Counter(resolved.call_sites)
        for each in scoped:
            sites.update(each.call_sites)
        # By family: how many calls of something by a name lead nowhere, and how many bases.
        missed = {of: each.missed for program, each in zip(programs, scoped, strict=True) for of in program.families}
        unresolved = count_unresolved_uses(symbols, {**missed, **resolved.missed})
        tables["externals"] = pl.concat([tables["externals"], resolved.externals]).unique("id").sort("id")
        del resolved, scoped
    defined = definitions(symbols)
    del symbols, semantic
    tables["uses"], use_edges = _uses(uses, defined, taken, facts, index)
    del defined, taken
    if source.external_uses:
        rows = external_rows(tables["uses"]["to"].unique().to_list(), set(tables["externals"]["id"]))
        tables["externals"] = pl.concat([tables["externals"], make_frame("externals", rows)]).sort("id")
    made = waiting.with_frames(tables).change("symbols", partial(with_columns_by_id, columns=unresolved))
    edges = pl.concat([made[EDGES], use_edges, needs_edges(made)])
    # Others may follow, and all are sorted then.
    made = made.with_frames({EDGES: edges if on_tables_ready else sort_edges(edges)})
    return Graph(source.repository, made, sites, parts.keys)


def _symbols(
    index: FileIndex, compiled: Compiled | None, kept: KeptSymbols | None
) -> tuple[FactTables, dict[str, pl.DataFrame], SemanticJoin | None]:
    """All facts as columns, and their symbols, as one and as a compiler sees them."""
    modules = index.module_names | unit_names(index)
    keys: list[Key] = []
    rows = None
    if kept and not compiled:
        each = enumerate(zip(index.files, index.names, strict=True))
        keys = [(name, file.language, modules.get(number)) for number, (file, name) in each]
        rows = kept.rows(index.ids, keys)
    facts = build_fact_tables(index.files, index.facts, index.module_symbols, rows)
    index.forget(C_FAMILY, "symbols")
    if compiled:
        semantic = join_by_location(facts.symbols, compiled, index.paths.number)
        return facts, join_symbols(semantic.facts, index.ids, modules, semantic.same_entity), semantic
    joined = join_symbols(facts.symbols, index.ids, modules, last=rows.last if rows else None, moved=facts.moved)
    if kept:
        kept.keep(index.ids, keys, facts.counts, facts.symbols, joined)
    return facts, joined, None


def _uses(
    uses: list[pl.DataFrame],
    defined: pl.DataFrame,
    taken: pl.DataFrame | None,
    facts: FactTables,
    index: FileIndex,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table `uses`, of what was resolved and of what is `taken` over, and its plain edges; the list is emptied."""
    resolved = pl.concat(uses)
    uses.clear()
    each_use = resolved.select("kind", "to", "file", "line")
    each_use = each_use if taken is None else pl.concat([each_use, spread(taken)])
    resolved = pl.concat([resolved, find_test_edges(each_use, defined)])
    del each_use
    table, edges = use_tables(resolved)
    del resolved
    if taken is not None:
        table, taken_edges = with_taken(table, taken)
        edges = pl.concat([edges, taken_edges])
    return with_conditional(table, facts.branches, index.ids), edges


def _make_generated_edges(index: FileIndex) -> pl.DataFrame:
    """Files that a program wrote and that are checked in, with the files that it wrote them from."""
    pairs = index.lay.generated
    return make_frame(EDGES, [(index.ids[made], "generatedFrom", index.ids[source]) for made, source in pairs])


def _link_edges(index: FileIndex, facts: FactTables, repository: Repository) -> pl.DataFrame:
    links = index.kept.get_or_make(
        "links",
        (index.lay, facts.links, repository.origin),
        lambda: sorted(set(resolve_links(index.paths, facts.links, repository.origin))),
    )
    numbers = index.paths.number
    return make_frame(
        EDGES,
        [
            (index.ids[source], "links", index.ids[numbers[target]] if target in numbers else folder_id(target))
            for source, target in links
        ],
    )
