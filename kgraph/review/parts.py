"""Parts of a repository: which of them need each other only now, and which files reach themselves only now.

Input: both sides and the touched files. Output: dependencies and cycles that the base does not have. A part is a folder
of at most two steps: `torch/csrc`, `src`. An include that may mean several files counts for none of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl

from kgraph.digraph import Condensation
from kgraph.impact import ReachedNode
from kgraph.review.meaning import TouchedPaths
from kgraph.review.report import NewCycle, PartDependency, PartImpact
from kgraph.rules import RuleSource
from kgraph.rules.edges import dependencies

STEPS = 2  # of a path that make a part
MAX_CYCLES = 20  # that are looked for; each is a search of its own


def part_of(path: str) -> str:
    """The part that a file is in; "." for the files at the root."""
    return "/".join(path.split("/")[:-1][:STEPS]) or "."


def edges_of(source: RuleSource) -> pl.DataFrame:
    """Which file needs which, at which line: the certain includes, imports and needs of a graph."""
    rows = dependencies(source).filter((pl.col("choices") == 0) & ~pl.col("computed"))
    return rows.select("from_path", "to_path", "line").unique(
        ["from_path", "to_path"], keep="first", maintain_order=True
    )


def new_dependencies(old: pl.DataFrame, new: pl.DataFrame, touched: TouchedPaths) -> list[PartDependency]:
    """Parts that touched files need, and that no file of their part needed at the base."""
    known = {
        (part_of(touched.renamed.get(a, a)), part_of(touched.renamed.get(b, b)))
        for a, b in old.select("from_path", "to_path").iter_rows()
    }
    known |= {(part_of(a), part_of(b)) for a, b in old.select("from_path", "to_path").iter_rows()}
    found: dict[tuple[str, str], PartDependency] = {}
    here = new.filter(pl.col("from_path").is_in(list(touched.new))).sort("from_path", "line", "to_path")
    for source, target, line in here.iter_rows():
        pair = (part_of(source), part_of(target))
        if pair[0] != pair[1] and pair not in known:
            found.setdefault(pair, PartDependency(*pair, source, line, target))
    return list(found.values())


def new_cycles(old: pl.DataFrame, new: pl.DataFrame, touched: TouchedPaths) -> list[NewCycle]:
    """Ways from touched files back to themselves that begin with an edge that the base does not have, and that join
    files that did not reach each other both ways at the base."""
    renamed = {now: before for before, now in touched.renamed.items()}
    known = set(old.select("from_path", "to_path").iter_rows())
    here = new.filter(pl.col("from_path").is_in(list(touched.new))).sort("from_path", "line", "to_path")
    fresh = [
        (source, target, line)
        for source, target, line in here.iter_rows()
        if source != target and (renamed.get(source, source), renamed.get(target, target)) not in known
    ]
    if not fresh:
        return []
    now, before = _knots(new), _knots(old)
    following: dict[str, list[str]] = defaultdict(list)
    for source, target in new.select("from_path", "to_path").iter_rows():
        following[source].append(target)
    found, seen = [], set()
    for source, target, line in fresh:
        if now.get(source, -1) != now.get(target, -2):
            continue
        was = before.get(renamed.get(source, source), -1), before.get(renamed.get(target, target), -2)
        if was[0] == was[1]:
            continue
        way = (source, *_find_path(following, target, source))
        if frozenset(way) not in seen:
            seen.add(frozenset(way))
            found.append(NewCycle(source, line, way))
        if len(found) >= MAX_CYCLES:
            break
    return found


def _knots(edges: pl.DataFrame) -> Mapping[str, int]:
    """The strongly connected component of each file."""
    names = sorted({*edges["from_path"], *edges["to_path"]})
    number = {name: place for place, name in enumerate(names)}
    ends = [np.array([number[name] for name in edges[column]], dtype=np.int64) for column in ("from_path", "to_path")]
    return dict(zip(names, Condensation.of(len(names), *ends).component.tolist(), strict=True))


def _find_path(following: Mapping[str, Sequence[str]], start: str, end: str) -> list[str]:
    """The shortest way from one file to another, both included."""
    before, waiting = {start: ""}, deque([start])
    while waiting and end not in before:
        node = waiting.popleft()
        for other in following.get(node, ()):
            if other not in before:
                before[other] = node
                waiting.append(other)
    way, node = [], end
    while node:
        way.append(node)
        node = before[node]
    return way[::-1]


def impacts(dependents: Iterable[ReachedNode]) -> list[PartImpact]:
    """How many dependents are in each part, the most first."""
    count: Counter[str] = Counter()
    files: dict[str, set[str]] = defaultdict(set)
    surest: dict[str, float] = defaultdict(float)
    for each in dependents:
        if each.path:
            part = part_of(each.path)
            count[part] += 1
            files[part].add(each.path)
            surest[part] = max(surest[part], each.certainty)
    return [
        PartImpact(part, number, len(files[part]), surest[part])
        for part, number in sorted(count.items(), key=lambda each: (-each[1], each[0]))
    ]
