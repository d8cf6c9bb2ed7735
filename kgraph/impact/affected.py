"""What a change may break, with a path to each dependent and test.

Input: the tables of a graph, and the changes of files. Output: an `Impact`: what changed, tests and other dependents by
how sure it is that the change reaches them, and notes on what was not read.

All is done on columns; no triple store is made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from kgraph.impact import changed, dependences, tests, use_edges
from kgraph.impact.alike import SharedWords, WordSimilarity, least_certainty
from kgraph.impact.changed import ChangeSet
from kgraph.impact.class_attributes import make_class_attribute_edges
from kgraph.impact.dependences import CODES, NAMES, Dependences, Nodes, Table
from kgraph.impact.diffs import FileEdit
from kgraph.impact.fixtures import FixtureEdges, make_macro_edges
from kgraph.impact.kept_edges import load_edges
from kgraph.impact.made_classes import ConstructedClasses, WeighedReach
from kgraph.impact.program_start import make_program_start_edges
from kgraph.impact.spread import LEAST, Spread, spread
from kgraph.impact.symbol_texts import SymbolTexts, read_test_names
from kgraph.impact.tables_read_once import TablesReadOnce
from kgraph.impact.tests import TestIndex, TestNode
from kgraph.impact.unfollowed import notes_on

DIGITS = 3
BUILDS = 0.95  # how sure it is that a target shows what a file shows that it is built from
LINKS = 0.3  # and one that is linked against such a target, where no call leads to its own files
MAX_DEPENDENTS = 10_000  # that an answer holds; the surest ones


@dataclass(frozen=True, slots=True)
class Step:
    """One edge of a path: what depends on the thing before it, and where that is seen."""

    node: str  # path of a file, or qualified name
    how: str  # what it does with what came before: "calls", "imports", ...
    path: str  # where that is seen; "" where no place shows it
    line: int
    certainty: float  # of this edge alone

    @property
    def at(self) -> str:
        """`path:line`."""
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class ChangedEntity:
    """A symbol that changed, or a file: the code outside of its symbols, or all of it."""

    name: str
    kind: str  # of a symbol; "File"
    path: str
    line: int  # the first changed one; 0 where all of it did
    certainty: float


@dataclass(frozen=True, slots=True)
class ReachedNode:
    """Something that a change reaches."""

    id: str  # of a test, what its runner calls it; else a qualified name or a path
    name: str
    kind: str
    path: str
    line: int
    certainty: float
    start: str  # what changed, where the path begins
    steps: tuple[Step, ...]
    runner: str = ""  # of a test: "pytest", "ctest", "go", "gradle" or "other"
    shared: tuple[str, ...] = ()  # of a test: words that it has in common with what changed, which make it surer
    task: str = ""  # of a test: the task of Gradle, or else the registered test of CTest, that runs it


@dataclass(frozen=True, slots=True)
class Impact:
    """All that a change reaches, the surest first."""

    changed: tuple[ChangedEntity, ...]
    tests: tuple[ReachedNode, ...]
    dependents: tuple[ReachedNode, ...]  # which are no tests
    total_tests: int  # that the graph has
    unknown: tuple[str, ...]  # changed files that the graph does not have
    notes: tuple[str, ...]  # what was not read, and may be affected; what else may mislead
    tests_only: bool = False  # whether other dependents were left out


class ImpactIndex:
    """One graph, made ready for any number of changes."""

    def __init__(self, table: Table, generation: Path | None = None, root: Path | None = None) -> None:
        """Make a graph ready.

        Args:
            table: Reads a table of the graph.
            generation: The folder of the graph, where what is made of it is kept for the next process.
            root: The repository, where the texts of tests are read; None where it is not at hand.
        """
        self._table = TablesReadOnce(table)
        self._generation, self._root = generation, root
        self.nodes = Nodes(self._table)
        self.tests = TestIndex(self.nodes)
        self._steps: dict[int, Step] = {}

    @cached_property
    def graph(self) -> Dependences:
        """All edges."""
        loaded = load_edges(self.nodes, self._generation, self._make_edges)
        self._built  # noqa: B018 - the last that reads a table
        self._table.forget()
        return loaded

    @cached_property
    def _built(self) -> dict[str, list[tuple[int, int]]]:
        return tests.build_edges(self.nodes, self._table)

    @cached_property
    def _programs(self) -> dict[int, str]:
        return tests.find_programs(self.tests, self._built)

    def _make_edges(self) -> Dependences:
        nodes, table, fixtures = self.nodes, self._table, FixtureEdges(self.nodes)
        parts = [
            *use_edges.make_use_edges(nodes, table),
            *dependences.make_file_edges(nodes, table),
            *fixtures.edges(),
            make_macro_edges(nodes),
            tests.module_edges(nodes, self.tests),
        ]
        parts += make_class_attribute_edges(nodes, parts, fixtures)
        parts += make_program_start_edges(nodes, parts, self._built, [test.node for test in self.tests.all])
        return Dependences(nodes, [*parts, *tests.make_inherited_edges(nodes, parts, fixtures.apart())])

    def affected(
        self,
        changes: Sequence[FileEdit],
        *,
        at_least: float = LEAST,
        depth: int | None = None,
        tests_only: bool = False,
    ) -> Impact:
        """What the changes reach.

        Args:
            changes: Of files, as `parse`, `changes_of_paths` and `changes_since` give them.
            at_least: Leave out what is less certain, from 0 to 1.
            depth: Follow at most this many steps.
            tests_only: Leave out what is no test.
        """
        found = changed.find(self.nodes, changes)
        seeds = {node: each.certainty for node, each in found.nodes.items()}
        seeds |= {test: seeds[method] for test, (_, method) in self.nodes.inherited.items() if method in seeds}
        seeds |= {self.nodes.frame.height + file: 1.0 for file in found.files}
        least = max(LEAST, least_certainty(at_least))
        reach = spread(self.graph, seeds, depth, least)
        ranked = self._tests(reach, self._made_classes.weigh(reach, seeds, depth, least), at_least)
        others = () if tests_only else self._dependents(reach, found, at_least)
        return Impact(
            tuple(self._thing(found, node) for node in sorted(found.nodes, key=self._place)),
            tuple(ranked),
            tuple(others),
            len(self.tests.all),
            tuple(found.unknown),
            tuple(notes_on(self.nodes, found)),
            tests_only,
        )

    def find_untested(self, ids: Sequence[str]) -> list[str]:
        """Those of some symbols that no known test depends on."""
        numbers = dict(self.nodes.ids.filter(pl.col("id").is_in(list(ids))).select("id", "node").iter_rows())
        return [id_ for id_ in ids if id_ in numbers and not self._tested[numbers[id_]]]

    @cached_property
    def _tested(self) -> np.ndarray:
        return tests.find_reached_by_tests(self.graph, self.tests, self._built)

    @cached_property
    def _alike(self) -> WordSimilarity:
        names = read_test_names(self.nodes, self.tests.all, self._root, self._generation)
        return WordSimilarity(self.graph, self.tests.all, names, SymbolTexts(self.nodes, self._root))

    # --- what was reached ---

    @cached_property
    def _made_classes(self) -> ConstructedClasses:
        return ConstructedClasses(self.graph, {test.node for test in self.tests.all if test.runner != "ctest"})

    def _tests(self, reach: Spread, weighed: WeighedReach, at_least: float) -> list[ReachedNode]:
        files, by_file = self._find_surest_by_file(reach)
        targets = _Targets(self, by_file)
        rows: list[tuple[float, TestNode, ReachedNode]] = []
        for test in self.tests.all:
            if test.runner == "ctest":
                if (item := targets.make_reached(test, reach, files)) is not None:
                    rows.append((item.certainty, test, item))
                continue
            node = test.node if test.node >= self.nodes.files else int(files[test.node])
            if node >= 0 and np.isfinite(reach.cost[node]):
                surest, factors = weighed.path_to(node)
                item = self.make_reached(surest, node, test, factors)
                rows.append((item.certainty, test, item))
        rows = [row for row in rows if row[0] >= at_least]
        rows.sort(key=lambda row: (-row[0], len(row[2].steps), row[1].path, row[2].line, row[1].name))
        return [item for _, _, item in rows]

    def _find_surest_by_file(self, reach: Spread) -> tuple[np.ndarray, np.ndarray]:
        """Of each file the node that is surest to be reached (-1 for none), and how sure."""
        home = self.nodes.home
        reached = np.flatnonzero(np.isfinite(reach.cost[: len(home)]) & (home >= 0))
        order = reached[np.lexsort((reached, reach.cost[reached], home[reached]))]
        homes, first = np.unique(home[order], return_index=True)
        best = np.full(self.nodes.files, -1, dtype=np.int64)
        best[homes] = order[first]
        sure = np.zeros(self.nodes.files)
        sure[homes] = np.exp(-reach.cost[order[first]])
        return best, sure

    def _dependents(self, reach: Spread, found: ChangeSet, at_least: float) -> list[ReachedNode]:
        tested = {test.node for test in self.tests.all}
        reached = np.flatnonzero(np.isfinite(reach.cost[: self.nodes.frame.height]))
        sure = np.round(reach.certainty(reached), DIGITS)
        order = np.lexsort((reached, -sure))
        items: list[ReachedNode] = []
        for place in order.tolist():
            node = int(reached[place])
            if sure[place] < at_least or len(items) >= MAX_DEPENDENTS:
                break
            if node not in tested and node not in found.nodes:
                items.append(self.make_reached(reach, node))
        return items

    def make_reached(
        self, reach: Spread, node: int, test: TestNode | None = None, factors: Mapping[int, float] | None = None
    ) -> ReachedNode:
        """A node with its path; `factors` are of overrides on it, and make the steps from these less sure."""
        start, steps = self._find_path(reach, node)
        if factors:
            steps = self._less_sure(reach.path(node), steps, factors)
        if start in self.nodes.inherited:  # a seed, for the method that changed
            own, start = start, self.nodes.inherited[start][1]
            at = self.nodes.paths[int(self.nodes.home[own])]
            steps = (Step(self.nodes.name(own), "has the test from", at, int(self.nodes.line[own]), 1.0), *steps)
        home = int(self.nodes.home[node])
        shared = self._alike.find_shared(test, start) if test and steps else SharedWords()
        sure = (float(np.exp(-reach.cost[node])) * math.prod((factors or {}).values())) ** (1.0 - shared.share)
        return ReachedNode(
            test.id if test else self.nodes.name(node),
            test.name if test and test.name else self.nodes.name(node),
            self.nodes.kinds[node] or "File",
            self.nodes.paths[home] if home >= 0 else "",
            int(self.nodes.line[node]),
            round(sure, DIGITS),
            self.nodes.name(start),
            steps,
            test.runner if test else "",
            shared.words,
            (test.task or self._programs.get(home, "")) if test and test.runner != "ctest" else "",
        )

    def _less_sure(self, path: list[int], steps: tuple[Step, ...], factors: Mapping[int, float]) -> tuple[Step, ...]:
        overrides, graph = CODES["may run the override"], self.graph
        found = []
        for edge, step in zip(path, steps, strict=True):
            factor = factors.get(int(graph.dependencies[edge]), 1.0) if graph.codes[edge] == overrides else 1.0
            found.append(step if factor == 1.0 else replace(step, certainty=round(step.certainty * factor, DIGITS)))
        return tuple(found)

    def _find_path(self, reach: Spread, node: int) -> tuple[int, tuple[Step, ...]]:
        """What changed, and the steps from there to a node; those to nodes on the way are made once."""
        dependencies = self.graph.dependencies
        if reach.is_limited:
            path = reach.path(node)
            start = int(dependencies[path[0]]) if path else node
            return start, tuple([self._step(edge, reach) for edge in path])
        known: dict[int, tuple[int, tuple[Step, ...]]] = reach.ways
        behind: list[tuple[int, int]] = []
        while node not in known:
            edge = reach.last.get(node, -1)
            if edge < 0:
                known[node] = (node, ())
            else:
                behind.append((node, edge))
                node = int(dependencies[edge])
        start, steps = known[node]
        for each, edge in reversed(behind):
            steps = (*steps, self._step(edge, reach))
            known[each] = (start, steps)
        return start, steps

    def _step(self, edge: int, reach: Spread) -> Step:
        known = self._steps.get(edge)
        if known is None:
            known = self._steps[edge] = self._make_step(edge)
        sure = round(reach.sure(edge), DIGITS)
        return known if sure == known.certainty else replace(known, certainty=sure)

    def _make_step(self, edge: int) -> Step:
        graph = self.graph
        file = int(graph.files[edge])
        return Step(
            self.nodes.name(int(graph.dependents[edge])),
            NAMES[graph.codes[edge]],
            self.nodes.paths[file] if file >= 0 else "",
            int(graph.lines[edge]),
            round(float(graph.certainty[edge]), DIGITS),
        )

    # --- what changed, and what is not known ---

    def _place(self, node: int) -> tuple[str, int, int]:
        home = int(self.nodes.home[node])
        return self.nodes.paths[home] if home >= 0 else "", int(self.nodes.line[node]), node

    def _thing(self, found: ChangeSet, node: int) -> ChangedEntity:
        each = found.nodes[node]
        kind = self.nodes.kinds[node] or "File"
        return ChangedEntity(self.nodes.name(node), kind, self._place(node)[0], each.line, each.certainty)


class _Targets:
    """How sure it is that what a build makes is affected, from the files that it is made from."""

    def __init__(self, index: ImpactIndex, by_file: np.ndarray) -> None:
        self._index = index
        built = index._built
        self._runs = built["runs"]
        self._sure: dict[int, tuple[float, int, tuple[tuple[int, str], ...]]] = {}  # target: certainty, file, way
        for target, file in built["builds"]:
            if file < index.nodes.files and by_file[file] > 0:
                self._note(target, by_file[file] * BUILDS, file, ((target, "is built from"),))
        waiting = list(self._sure)
        users: dict[int, list[int]] = {}
        for user, used in built["linksAgainst"]:
            users.setdefault(used, []).append(user)
        for _ in range(len(users) + 1):  # each round makes some target surer, or none
            changed_targets = []
            for used in waiting:
                sure, file, way = self._sure[used]
                for user in users.get(used, ()):
                    linked = sure * (LINKS if len(way) == 1 else 1.0)
                    if self._note(user, linked, file, (*way, (user, "links against"))):
                        changed_targets.append(user)
            waiting = changed_targets
            if not waiting:
                break

    def _note(self, target: int, sure: float, file: int, way: tuple[tuple[int, str], ...]) -> bool:
        if target in self._sure and self._sure[target][0] >= sure:
            return False
        self._sure[target] = (sure, file, way)
        return True

    def make_reached(self, test: TestNode, reach: Spread, files: np.ndarray) -> ReachedNode | None:
        """A registered test whose target is affected."""
        nodes = self._index.nodes
        run = [
            (self._sure[target], target) for each, target in self._runs if each == test.node and target in self._sure
        ]
        if not run:
            return None
        (sure, file, way), _ = max(run, key=lambda each: (each[0][0], -each[1]))
        inner = self._index.make_reached(reach, int(files[file]))
        steps = list(inner.steps)
        if int(files[file]) != file:
            path, line = nodes.paths[file], int(nodes.line[int(files[file])])
            steps.append(Step(path, "has in it", path, line, 1.0))
        for node, how in way:
            home = int(nodes.home[node])
            factor = BUILDS if how == "is built from" else LINKS if len(way) > 1 and node == way[1][0] else 1.0
            steps.append(
                Step(nodes.name(node), how, nodes.paths[home] if home >= 0 else "", int(nodes.line[node]), factor)
            )
        home, line = int(nodes.home[test.node]), int(nodes.line[test.node])
        at = nodes.paths[home] if home >= 0 else ""
        steps.append(Step(test.name, "runs", at, line, 1.0))
        return ReachedNode(
            test.name, test.name, "BuildTest", at, line, round(float(sure), DIGITS), inner.start, tuple(steps), "ctest"
        )
