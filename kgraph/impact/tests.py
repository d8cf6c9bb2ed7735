"""Which nodes are tests, and what a runner calls them.

Input: nodes. Output: functions that a framework finds by their names, attributes or macros; files of tests, in
languages whose tests are no functions of their own; and the tests that build files register, with their targets.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from kgraph.coverage import PROGRAMMING
from kgraph.impact.dependences import DependenceEdges, Dependences, Nodes, Table, edges, frame_of
from kgraph.impact.fixtures import GIVEN
from kgraph.impact.gradle import GradleBuilds
from kgraph.model import Kind
from kgraph.relate.file_names import bare_name, has_test_name, is_test

Runner = Literal["pytest", "ctest", "go", "gradle", "other"]

_PYTEST_FILE = re.compile(r"(?:test_.*|.*_test|tests)\.py")
_COLLECTED = re.compile(r"(?:test_.*|.*_test)\.py")  # by pytest, unless it is told otherwise
_MARKS = (
    "Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|TestMethod|DataTestMethod|TestCase|TestCaseSource|"
    "Fact|Theory|test"
)
_ATTRIBUTE = re.compile(rf"(?:[@#]\[?|[\[,]\s*)(?:\w+(?:\.|::))*(?:{_MARKS})\b")
_ARGUMENTS = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)')
_TEST_METHOD = re.compile(r"test(?![a-z])")
_CLASSES = frozenset({"Java", "Kotlin", "C#"})  # languages in which a test is a method that has a mark
_CLASS_FILE = re.compile(r".*(?:IT|ITCase|Specs?)")
_MACRO = re.compile(
    r"(?:TEST|TEST_F|TEST_P|TYPED_TEST|TYPED_TEST_P|TEST_CASE|TEST_METHOD|SCENARIO|BOOST_\w*TEST_CASE)\b"
)
_GO = re.compile(r"(?:Test|Fuzz|Example)(?![a-z])")


@dataclass(frozen=True, slots=True)
class TestNode:
    """A test: what it is called by whoever runs it."""

    node: int
    path: str
    name: str  # in its file, parts joined by "."; "" for a whole file
    runner: Runner
    task: str = ""  # that runs it, of Gradle

    @property
    def id(self) -> str:
        """The name on a command line: pytest's node id, the name of a test of CTest, else path and name."""
        if self.runner == "ctest":
            return self.name
        return f"{self.path}::{self.name.replace('.', '::')}" if self.name else self.path


class TestIndex:
    """The tests of a graph."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes

    @cached_property
    def all(self) -> list[TestNode]:
        """All tests, by path and line."""
        functions = self._functions()
        with_functions = {each.path for each in functions}
        found = [*functions, *self._find_registered()]
        languages = self._nodes.file_rows["language"].to_list()
        for number, path in enumerate(self._nodes.paths):
            if path not in with_functions and languages[number] in PROGRAMMING and is_test(path):
                if languages[number] in ("Python", "CMake") and not _PYTEST_FILE.fullmatch(posixpath.basename(path)):
                    continue  # a helper
                named = has_test_name(path) or _CLASS_FILE.fullmatch(bare_name(path)) is not None
                if languages[number] in _CLASSES and not named:
                    continue
                runner: Runner = "pytest" if _COLLECTED.fullmatch(posixpath.basename(path)) else "other"
                found.append(TestNode(number, path, "", runner))  # in Python, of tests that are made by code
        line = self._nodes.line
        return sorted(found, key=lambda each: (each.path, int(line[each.node]), each.name))

    def _functions(self) -> list[TestNode]:
        nodes, found = self._nodes, []
        rows = nodes.symbols(
            pl.col("kind").is_in(["Function", "Method"])
            & (
                pl.col("macro").is_not_null()
                | pl.col("name").str.contains("^(?:test|Test|Fuzz|Example)")
                | pl.col("modifiers").list.eval(pl.element().str.contains(_ATTRIBUTE.pattern)).list.any()
                | pl.col("signature").str.contains(r"^\s*[@\[#]")
            )
        )
        for number, name, qualified, modifiers, macro, signature in rows.select(
            "node", "name", "qualified_name", "modifiers", "macro", "signature"
        ).iter_rows():
            if (home := int(nodes.home[number])) < 0:
                continue
            path = nodes.paths[home]
            base = posixpath.basename(path)
            if macro:
                if _MACRO.match(macro):
                    found.append(TestNode(number, path, name, "other"))
            elif nodes.is_python[home]:
                if name.startswith("test") and _PYTEST_FILE.fullmatch(base) and "<locals>" not in qualified:
                    found.append(TestNode(number, path, self._within(number, name), "pytest"))
            elif base.endswith("_test.go"):
                if _GO.match(name):
                    found.append(TestNode(number, path, name, "go"))
            elif (
                any(_ATTRIBUTE.match(each) for each in modifiers or ())
                or _is_marked(signature or "", name)
                or (_TEST_METHOD.match(name) and self._around.get(number, -1) in self._test_cases)
            ):
                task = self._gradle.task_of(path) if path.endswith((".java", ".kt")) else ""
                own = self._name_of_jvm(number, qualified) if task else qualified
                found.append(TestNode(number, path, own, "gradle" if task else "other", task))
        return found

    def _name_of_jvm(self, number: int, qualified: str) -> str:
        """A method's name with those of its package and classes, of which one in another follows a "$"."""
        classes = []
        while (number := self._around.get(number, -1)) >= 0:
            classes.append(str(self._nodes.names[number]))
        inner = ".".join(classes[::-1])
        return qualified.replace(f"{inner}.", f"{'$'.join(classes[::-1])}.", 1) if len(classes) > 1 else qualified

    @cached_property
    def _gradle(self) -> GradleBuilds:
        return GradleBuilds(self._nodes.paths)

    @cached_property
    def _test_cases(self) -> frozenset[int]:
        """The classes that have a framework's base, as XCTestCase, themselves or by classes of the same repository."""
        rows = self._nodes.symbols((pl.col("kind") == str(Kind.CLASS)) & (pl.col("bases").list.len() > 0))
        bases = {
            number: (name, {re.split(r"[.\\:]", each.partition("<")[0].strip())[-1] for each in spelled})
            for number, name, spelled in rows.select("node", "name", "bases").iter_rows()
        }
        found = {number for number, (_, of) in bases.items() if any(each.endswith("TestCase") for each in of)}
        while True:
            names = {bases[number][0] for number in found}
            more = {number for number, (_, of) in bases.items() if number not in found and of & names}
            if not more:
                return frozenset(found)
            found |= more

    def _within(self, number: int, name: str) -> str:
        """A function's name in its file, with those of the classes around it."""
        parts = [name]
        if number in self._nodes.inherited:
            number, _ = self._nodes.inherited[number]
            parts.append(str(self._nodes.names[number]))
        while (number := self._around.get(number, -1)) >= 0:
            parts.append(str(self._nodes.names[number]))
        return ".".join(parts[::-1])

    @cached_property
    def _around(self) -> dict[int, int]:
        """The class that each member of one is in."""
        nodes = self._nodes
        kinds = nodes.frame.select(pl.col("node").cast(pl.Int64), "kind")
        rows = nodes.contains.join(kinds.rename({"node": "source"}), on="source").filter(
            pl.col("kind") == str(Kind.CLASS)
        )
        return dict(rows.select("target", "source").iter_rows())

    def _find_registered(self) -> list[TestNode]:
        nodes = self._nodes
        rows = nodes.frame.filter(pl.col("kind") == str(Kind.BUILD_TEST)).select("node", "name")
        return [
            TestNode(number, nodes.paths[nodes.home[number]] if nodes.home[number] >= 0 else "", name, "ctest")
            for number, name in rows.iter_rows()
        ]


def _is_marked(signature: str, name: str) -> bool:
    """Whether a declaration has the mark of a framework in front: `@Test void area()`, `[Theory, Category] ...`."""
    head = re.split(rf"\b{re.escape(name)}\b`?\s*\(", signature, maxsplit=1)[0]
    while head != (bare := _ARGUMENTS.sub("", head)):
        head = bare
    return _ATTRIBUTE.search(head) is not None


def make_inherited_edges(nodes: Nodes, parts: list[DependenceEdges], apart: set[int]) -> list[DependenceEdges]:
    """From each test that a class has from a base to the method there.

    Those of `apart` are given other fixtures than the method, and so are not what it is: they have its other edges.
    """
    home, line = nodes.home, nodes.line
    rows = [
        (test, method, int(home[test]), int(line[test]))
        for test, (_, method) in nodes.inherited.items()
        if test not in apart and home[test] >= 0
    ]
    found = [edges("has the test from", frame_of(rows))]
    if not apart:
        return found
    pairs = np.array([(nodes.inherited[test][1], test) for test in sorted(apart)], dtype=np.int64)
    copies = pl.DataFrame({"dependents": pairs[:, 0], "test": pairs[:, 1]})
    for part in parts:
        if part.name in GIVEN:
            continue
        own = pl.DataFrame({"dependents": part.dependents}).with_row_index("row").join(copies, on="dependents")
        rows_of, tests = own["row"].to_numpy(), own["test"].to_numpy()
        columns = [each[rows_of] for each in (part.dependencies, part.certainty, part.files, part.lines)]
        found.append(DependenceEdges(part.name, tests, *columns))
    return found


def module_edges(nodes: Nodes, tests: TestIndex) -> DependenceEdges:
    """From each test to the code of its file, which runs before it."""
    rows = [
        (test.node, int(nodes.home[test.node]), int(nodes.home[test.node]), int(nodes.line[test.node]))
        for test in tests.all
        if test.node >= nodes.files and test.runner != "ctest"
    ]
    return edges("stands in", frame_of(rows))


def build_edges(nodes: Nodes, table: Table) -> dict[str, list[tuple[int, int]]]:
    """Which targets build which files, link against which, and which tests run which; pairs of nodes."""
    rows = table("edges").filter(pl.col("kind").is_in(["builds", "linksAgainst", "runs"]))
    rows = nodes.number_nodes(rows, "source", "target").sort("source", "target")
    found: dict[str, list[tuple[int, int]]] = {"builds": [], "linksAgainst": [], "runs": []}
    for kind, source, target in rows.select("kind", "source", "target").iter_rows():
        found[kind].append((source, target))
    return found


def find_programs(index: TestIndex, built: dict[str, list[tuple[int, int]]]) -> dict[int, str]:
    """By file that a program is built from, the registered test that runs the program."""
    names = {test.node: test.name for test in index.all if test.runner == "ctest"}
    runs = {target: names[test] for test, target in reversed(built["runs"]) if test in names}
    return {file: runs[target] for target, file in reversed(built["builds"]) if target in runs}


def find_reached_by_tests(
    graph: Dependences, index: TestIndex, built: dict[str, list[tuple[int, int]]]
) -> NDArray[np.bool_]:
    """By node, whether any test depends on it, by whatever path and however unsure.

    A test that is a whole file depends on all that stands in it, and one that a build file registers on all that stands
    in the files that its target is built from.
    """
    nodes = graph.nodes
    targets = {target for _, target in built["runs"]}
    files = {file for target, file in built["builds"] if target in targets and file < nodes.files}
    files |= {test.node for test in index.all if test.runner != "ctest" and test.node < nodes.files}
    starts = {test.node for test in index.all if test.runner != "ctest"} | files
    starts |= set(np.flatnonzero(np.isin(nodes.home, sorted(files))).tolist())
    top = nodes.size
    begin = np.array(sorted(starts), dtype=np.int64)
    rows = np.concatenate([graph.dependents, np.full(len(begin), top)])
    columns = np.concatenate([graph.dependencies, begin])
    matrix = csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(top + 1, top + 1))
    found = np.zeros(top + 1, dtype=np.bool_)
    found[breadth_first_order(matrix, top, return_predecessors=False)] = True
    return found[:top]
