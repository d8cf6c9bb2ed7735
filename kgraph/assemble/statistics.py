"""Statistics and coverage of a graph: how much there is of everything, and how much of the repository it covers.

Input: a graph and the facts it was made of. Output: plain values for the manifest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from kgraph.assemble.fact_tables import clean
from kgraph.coverage import NOT_PARSED, Aspect, Coverage, no_grammar
from kgraph.model import ExtractResult, FileFacts, Graph, Skipped, SourceFile
from kgraph.vocab.iri import display_path
from kgraph.vocab.tables import EDGES, TABLES


def counts(tables: Mapping[str, pl.LazyFrame]) -> dict[str, Any]:
    """Rows by table, edges by kind, symbols by kind, files by language."""
    nodes = tuple(name for name in TABLES if name not in ("repository", "activities"))
    rows = pl.collect_all([tables[name].select(pl.len()) for name in nodes])
    return {
        **{name: counted.item() for name, counted in zip(nodes, rows, strict=True)},
        "edges": _count_by(tables[EDGES], "kind"),
        "uses_by_kind": _count_by(tables["uses"], "kind"),
        "symbols_by_kind": _count_by(tables["symbols"], "kind"),
        "files_by_language": _count_by(tables["files"], "language"),
    }


def ledger(graph: Graph, files: Sequence[SourceFile], facts: Sequence[ExtractResult]) -> dict[str, Any]:
    """How files were read, which were skipped and why, and how includes and imports were resolved."""
    skipped = [
        {"path": clean(display_path(file.path)), "reason": clean(fact.reason), "line": fact.line}
        | ({"passing": True} if fact.passing else {})
        for file, fact in zip(files, facts, strict=True)
        if isinstance(fact, Skipped)
    ]
    is_import = pl.col("form").is_in(["import", "from"])
    includes = graph["includes"].lazy()
    return {
        "read_as": _count_by(graph["files"].lazy(), "read_as"),
        "skipped": skipped,
        "diagnostics": sum(
            isinstance(fact, FileFacts) and fact.read_as != "listed" and bool(fact.diagnostics) for fact in facts
        ),
        "includes": _count_by(includes.filter(~is_import), "resolution"),
        "imports": _count_by(includes.filter(is_import), "resolution"),
        "calls": dict(graph.call_sites),
        "analysed": _count_analysed(graph["files"]),
        "without_grammar": _without_grammar(files, facts),
    }


def _count_analysed(files: pl.DataFrame) -> dict[str, dict[str, int]]:
    """By programming language: its files, and in how many of them each aspect was analysed."""
    return {
        language: {"files": total} | {str(aspect): analysed.get(aspect, 0) for aspect in Aspect}
        for language, total, analysed in Coverage.of_table(files).count_by_language()
    }


def _without_grammar(files: Sequence[SourceFile], facts: Sequence[ExtractResult]) -> dict[str, int]:
    """Files by language that were only listed because their grammar is not installed, most first."""
    counted = Counter(
        file.language
        for file, fact in zip(files, facts, strict=True)
        if isinstance(fact, FileFacts)
        and any(each.message == NOT_PARSED + no_grammar(file.language) for each in fact.diagnostics[:1])
    )
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _count_by(frame: pl.LazyFrame, column: str) -> Mapping[str, int]:
    """How many rows have each value of a column, most first."""
    counted = [row for row in frame.group_by(column).len().collect().iter_rows() if row[0] is not None]
    return dict(sorted(counted, key=lambda row: (-row[1], row[0])))
