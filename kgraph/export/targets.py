"""The targets of a graph as groups of files, for pictures of what is built of what.

Input: a graph. Output: `TargetGroups`: targets with their files, and how much each needs each other: links, and
includes and imports between their files.

Targets list sources, and headers seldom: a header that no target lists goes with the targets of the source beside it
that has its name, else with the only target that has files in its folder.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import polars as pl

from kgraph.model import Graph, Kind
from kgraph.repository_paths import parent
from kgraph.vocab.tables import EDGES


@dataclass(frozen=True, slots=True)
class TargetGroup:
    """A target, and the files that are counted with it, by id."""

    id: str
    name: str
    form: str
    folder: str  # of the build file that makes it
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetGroups:
    """The targets that have files, without those that only generate some; the largest first."""

    targets: tuple[TargetGroup, ...]
    links: frozenset[tuple[int, int]]
    needs: Counter[tuple[int, int]]  # includes and imports from the files of one target to those of another
    shared: int  # includes and imports whose file belongs to several targets, none of which is linked


def target_groups(graph: Graph) -> TargetGroups:
    """The targets of a graph."""
    symbols = graph["symbols"].filter(pl.col("kind") == Kind.TARGET.value)
    # What generates files names those that it reads, which are sources of others.
    generating = set(symbols.filter(pl.col("modifiers").list.contains("custom"))["id"])
    edges = graph[EDGES]
    paths = dict(graph["files"].select("id", "path").iter_rows())
    built: defaultdict[str, set[str]] = defaultdict(set)
    for target, file in _pairs(edges, "builds"):
        if target not in generating:
            built[target].add(file)
    of_file = _with_headers(paths, built)
    whole: defaultdict[str, set[str]] = defaultdict(set)
    for file, targets in of_file.items():
        for target in targets:
            whole[target].add(file)
    homes = dict(graph["locations"].select("id", "file").iter_rows())
    declared = {source: homes.get(place, "") for source, place in _pairs(edges, "definition") if source in whole}
    found = sorted(
        (
            TargetGroup(
                id_,
                name,
                ", ".join(forms or ()),
                parent(paths.get(declared.get(id_, ""), "")),
                tuple(sorted(whole[id_])),
            )
            for id_, name, forms in symbols.select("id", "qualified_name", "modifiers").iter_rows()
            if id_ in whole
        ),
        key=lambda each: (-len(each.files), each.name, each.id),
    )
    number = {each.id: at for at, each in enumerate(found)}
    links = frozenset((number[a], number[b]) for a, b in _pairs(edges, "linksAgainst") if a in number and b in number)
    numbers = {
        file: sorted(number[target] for target in targets if target in number) for file, targets in of_file.items()
    }
    needs, shared = _needs(edges, numbers, links)
    return TargetGroups(tuple(found), links, needs, shared)


def _pairs(edges: pl.DataFrame, kind: str) -> list[tuple[str, str]]:
    return edges.filter(pl.col("kind") == kind).select("source", "target").rows()


def _with_headers(paths: dict[str, str], built: dict[str, set[str]]) -> dict[str, set[str]]:
    """The targets of each file that has some, by the ids of both."""
    of_file: defaultdict[str, set[str]] = defaultdict(set)
    for target, files in built.items():
        for file in files:
            of_file[file].add(target)
    by_stem: defaultdict[str, set[str]] = defaultdict(set)
    by_folder: defaultdict[str, set[str]] = defaultdict(set)
    for file, targets in of_file.items():
        path = paths.get(file, "")
        by_stem[path.rpartition(".")[0]] |= targets
        by_folder[parent(path)] |= targets
    found = {file: set(targets) for file, targets in of_file.items()}
    for file, path in paths.items():
        if file not in found and path.endswith((".h", ".hh", ".hpp", ".hxx", ".cuh", ".inl")):
            beside = by_stem.get(path.rpartition(".")[0]) or by_folder.get(parent(path), set())
            if path.rpartition(".")[0] in by_stem or len(beside) == 1:
                found[file] = set(beside)
    return found


def _needs(
    edges: pl.DataFrame, targets: dict[str, list[int]], links: frozenset[tuple[int, int]]
) -> tuple[Counter[tuple[int, int]], int]:
    """Includes and imports between targets: to a file of several of them, only where one of these is linked."""
    needs: Counter[tuple[int, int]] = Counter()
    shared = 0
    for source, target in (
        edges.filter(pl.col("kind").is_in(["includes", "imports"])).select("source", "target").iter_rows()
    ):
        users, used = targets.get(source, ()), targets.get(target, ())
        if not users or not used or not set(users).isdisjoint(used):
            continue
        for user in users:
            linked = [each for each in used if (user, each) in links]
            chosen = linked or (used if len(used) == 1 else [])
            shared += not chosen
            for each in chosen:
                needs[user, each] += 1
    return needs, shared
