"""Rules that are not decided: what they depend on was not analysed.

Input: a rule, and the files in which it needs some kind of fact. Output: why the rule is not decided; nothing where all
of it was analysed. That no violation was found says nothing of files that were not analysed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

import polars as pl
import pyoxigraph

from kgraph.build_systems import build_gaps
from kgraph.coverage import BUILD, BY_PATH, NAMING, PROGRAMMING, Aspect, Coverage, Gap, not_analysed, users_of
from kgraph.query.dependencies import build_files, dependency_gaps, target_bearing
from kgraph.query.header import Query
from kgraph.rules.violations import Undecided
from kgraph.vocab import expand

MAX_EXAMPLES = 3


def lacking(
    rule: str, aspect: Aspect, files: pl.DataFrame, languages: Collection[str] | None = None
) -> list[Undecided]:
    """Why a rule on an aspect of `files` (with path, language and analysed) is not decided; at most one reason.

    `languages`: those that matter, by default all. Build files never do: they take part in no rule, but in one that is
    about them alone (see `unable`).
    """
    coverage = Coverage.of_table(files)
    gaps = [gap for gap in coverage.gaps(aspect, languages) if gap.language not in BUILD]
    if not gaps:
        return []
    unread = files.filter(
        pl.col("language").is_in([gap.language for gap in gaps]) & ~pl.col("analysed").list.contains(aspect.value)
    )
    return [_make_undecided(rule, aspect, gaps, unread["path"].sort().head(MAX_EXAMPLES).to_list())]


def unable(rule: str, files: pl.DataFrame, targets: Collection[str]) -> list[Undecided]:
    """Why a rule on what `files` include or import is not decided where none of them could be seen to break it: builds,
    workflows and data name others by paths, which are not read.

    `targets`: the languages of the files that must not be reached; empty where a spelling may be any.
    """
    able = users_of(targets) | BY_PATH if targets else PROGRAMMING
    read = pl.col("analysed").list.contains(Aspect.IMPORTS.value)
    unread = files.filter(~read & pl.col("language").is_in(sorted(NAMING)))
    if unread.is_empty() or files.filter(read & pl.col("language").is_in(sorted(able))).height:
        return []
    numbers = Counter(unread["language"].to_list())
    gaps = [Gap(language, number, number) for language, number in sorted(numbers.items(), key=lambda n: (-n[1], n[0]))]
    return [_make_undecided(rule, Aspect.IMPORTS, gaps, unread["path"].sort().head(MAX_EXAMPLES).to_list())]


def check_query(rule: str, query: Query, store: pyoxigraph.Store) -> Iterator[Undecided]:
    """Why a rule that a query states is not decided."""
    for dependency, found in dependency_gaps(store, query, {}):
        gaps = [gap for gap in found if gap.language not in BUILD]
        if gaps:
            yield _make_undecided(rule, dependency.aspect, gaps, [])
    if target_bearing(query):
        for reason, count in build_gaps(build_files(store)):
            yield Undecided(rule, reason, count, ())


def check_shapes(rule: str, shapes: str, store: pyoxigraph.Store) -> Iterator[Undecided]:
    """Why a rule that shapes state is not decided: it depends on what they mention."""
    terms = re.sub(rf"<{re.escape(expand('kg:'))}(\w+)>", r"kg:\1", shapes)
    yield from check_query(rule, Query("", terms), store)


def _make_undecided(rule: str, aspect: Aspect, gaps: Collection[Gap], examples: Collection[str]) -> Undecided:
    return Undecided(rule, not_analysed(aspect, gaps), sum(gap.files for gap in gaps), tuple(examples))
