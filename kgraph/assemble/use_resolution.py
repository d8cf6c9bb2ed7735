"""Uses of symbols (calls, references, inheritance, ...) in the C family, in Python, and through bindings.

Input: the fact tables and the joined symbols. Output: resolved uses, rows of `externals`, and how many call sites
became what; uses of a part of the files may be those of the graph before (see `kept_uses`).
The rules of each language are in `cpp.resolver` and `python.resolver`; `bridge` leads from Python to C++.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import polars as pl

from kgraph.assemble import protobuf
from kgraph.assemble.bridge import PythonSources, resolve_python
from kgraph.assemble.cpp.external_uses import ExternalSites
from kgraph.assemble.cpp.kept_rows import FileCounts, KeptCppFiles, file_states
from kgraph.assemble.cpp.mentions import without_mentions
from kgraph.assemble.cpp.resolver import externals_of, resolve_uses
from kgraph.assemble.fact_tables import CPP, PYTHON, FactTables
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.file_tables import make_frame
from kgraph.assemble.include_table import IncludeTables, find_included_files, likely_included, outward_files
from kgraph.assemble.kept_uses import (
    CPP_PART,
    EMPTY_TABLE,
    PYTHON_PART,
    PartSource,
    UsePart,
    UseParts,
    cpp_key,
    python_files_key,
    python_key,
    python_key_by_files,
)
from kgraph.assemble.named_uses import resolve_named_uses
from kgraph.assemble.result_cache import ResultCache
from kgraph.assemble.semantic import SemanticJoin, make_compiled_uses, without_compiled_files
from kgraph.assemble.unresolved_calls import (
    CallTally,
    count_sites,
    count_unresolved_bases,
    sum_sites,
    sum_unresolved,
)
from kgraph.assemble.use_tables import NO_CALL_SITES, RESOLVED, SpelledUses
from kgraph.languages import C_FAMILY


@dataclass(frozen=True, slots=True)
class ResolvedUses:
    """Uses as frames of `use_tables.RESOLVED`, and as rows of the table that were taken over."""

    uses: list[pl.DataFrame]
    taken: pl.DataFrame
    externals: pl.DataFrame
    call_sites: Mapping[str, int]
    missed: Mapping[str, Mapping[str, int]]  # what leads nowhere, by family of languages and name


class _Visibility(NamedTuple):
    """What the files of the C family see of each other (`file`, `target`), and those that include what is outside; none
    where uses of that are not asked for."""

    included: pl.DataFrame
    likely: pl.DataFrame  # that a file may see where a header was not found
    outward: Collection[int]


def resolve_all_uses(
    index: FileIndex,
    facts: FactTables,
    symbols: pl.DataFrame,
    includes: IncludeTables,
    semantic: SemanticJoin | None,
    parts: UseParts,
) -> ResolvedUses:
    """Resolve the uses of all files; `symbols` are the joined symbol facts.

    Those of files that a compiler parsed are taken from it. `parts` has the results of earlier builds, and the uses of
    the graph before. Those of the C family wait on its shelf while Python's are resolved, where they are many.
    """
    include_edges = includes.edges
    included = find_included_files(index, include_edges)
    outward = outward_files(index, includes) if parts.external_uses else frozenset()
    likely = likely_included(index, includes)
    sight = _Visibility(included, likely, outward)
    key = "" if semantic else cpp_key(index, included, likely)
    c = parts.part(
        CPP_PART,
        f"{key} external" if key and parts.external_uses else key,
        lambda cache: _uses_of_c(index, facts, symbols, sight, semantic, parts.source(CPP_PART, cache)),
    )
    waiting = parts.shelf.put({CPP: pl.concat([pl.DataFrame(schema=RESOLVED), *c.resolved])})
    c = replace(c, resolved=())

    files_key = "" if semantic else python_files_key(index)

    def uses_of_python(cache: ResultCache | None) -> UsePart:
        if parts.beside:
            rows, externals, missed = parts.beside.result(cache)
            return UsePart([rows], externals, {}, missed)
        sources = PythonSources(index.facts, index.ids, symbols, index.modules, files_key, index.kept)
        rows, externals, missed = resolve_python(
            sources, cache, parts.kept.python if parts.kept else None, external_uses=parts.external_uses
        )
        return UsePart([rows], externals, {}, missed)

    known = python_key(index, files_key, symbols, parts.cache)
    key = known or python_key_by_files(index, files_key)
    suffix = " external" if parts.external_uses else ""
    python = parts.part(PYTHON_PART, key and key + suffix, uses_of_python)
    # What the files load is known by now, so that the next build names the part by that.
    if key and not known and (later := python_key(index, files_key, symbols, parts.cache)):
        parts.rename(PYTHON_PART, later + suffix)
    externals = make_frame("externals", [*c.externals, *python.externals])
    protos = [n for n, file in enumerate(index.files) if file.language == protobuf.LANGUAGE]
    named = protobuf.protobuf_uses(index.facts, protos, facts.first_rows, symbols, include_edges)
    by_name = resolve_named_uses(index, facts.first_rows, symbols)
    return ResolvedUses(
        [waiting[CPP], *python.resolved, named, by_name],
        pl.concat([c.table, python.table]),
        externals,
        c.call_sites,
        {CPP: c.missed, PYTHON: python.missed},
    )


def _uses_of_c(
    index: FileIndex,
    facts: FactTables,
    symbols: pl.DataFrame,
    sight: _Visibility,
    semantic: SemanticJoin | None,
    source: PartSource,
) -> UsePart:
    c_family = [n for n, file in enumerate(index.files) if file.language in C_FAMILY]
    if not (c_family or semantic or (symbols["family"] == CPP).any()):
        return UsePart([pl.DataFrame(schema=RESOLVED)], [], NO_CALL_SITES, {})
    outside = ExternalSites(sight.included, sight.outward, semantic.reached if semantic else ())
    tally = CallTally(semantic.reached if semantic else ())

    def watch(part: pl.DataFrame) -> None:
        tally.add(part)
        outside.add(part)

    spelled = SpelledUses(index.facts, c_family, facts.first_rows, watch, lambda: index.forget(C_FAMILY, "uses"))
    kept = None
    if source.cache and source.new_part and not sight.outward:
        states = file_states(index.ids, {number: index.names[number] for number in c_family}, symbols)
        kept = KeptCppFiles(source, states, index.facts, index.ids)
    edges = (sight.included, sight.likely)
    c = resolve_uses(spelled, symbols, index.ids, edges, source.cache, kept)
    c, table = kept.join_rows(c) if kept else (c, None)
    table = EMPTY_TABLE if table is None else table
    c_externals = externals_of(pl.concat([c["to"], table["to"]]))
    compiled = make_compiled_uses(semantic, symbols, index.ids) if semantic else c.clear()
    if semantic:
        c = without_compiled_files(c, semantic, index.ids)
    called = without_mentions(c)
    counts = FileCounts(count_sites(called), tally.count_found(called, symbols, index.ids))
    if kept and source.cache:
        counts = kept.join_counts(counts)
        kept.save(source.cache, counts)
    sites = sum_sites(counts.calls, counts.sites)
    missed = sum_unresolved(counts.calls)
    missed |= count_unresolved_bases(pl.concat([c, compiled]), symbols)
    sites["extracted"] += compiled.filter(kind="Call").height
    resolved = [c, compiled]
    if sight.outward:
        inside = pl.concat(resolved)
        resolved.append(outside.uses(inside, symbols, index.ids))
    return UsePart(resolved, c_externals, sites, missed, table)
