"""No tree costs the square of its size behind the readers: operations are counted, for the shapes that once did.

Counted are the lines of kgraph's Python that run while a tree twice as large is assembled, related and written as
pages, and the steps that queries and rules take through circles. What costs time inside of polars or scipy alone is
not seen here; `benchmarks/growth.py` measures it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from benchmarks.counting import lines_of
from benchmarks.shapes import SHAPES
from benchmarks.shapes.scoped import TREES as SCOPED_TREES
from kgraph import digraph, languages
from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.assemble.scoped import holdings
from kgraph.extract import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.extract.identifiers import words
from kgraph.model import Graph, Repository, SourceFile
from kgraph.pages import column_queries, folders, keywords, page_links, repository_model
from kgraph.query import execute as query
from kgraph.query import load_shipped, setwise
from kgraph.query.execution import SETWISE
from kgraph.relate.relations import relate
from kgraph.rules import graph_paths
from kgraph.scan import scan
from kgraph.store import load

MAX_GROWTH = 2.35  # times the lines for twice the files
REPOSITORY = Repository("r", "https://example.org/r/")

# Of which one file may have so many: overloads of one name, imports of all that another one has.
SCOPED_WITH_LIMITS = [
    *("csharp global usings", "csharp overloads called", "csharp usings in one", "java constructors called"),
    *("java overloads called", "java star imports in one", "java star imports that nobody uses"),
    *("kotlin star imports", "rust glob imports in one", "swift overloads by labels"),
]
ASSEMBLED = [
    *("folders deep", "same base names ambiguous", "same base names included", "includes of one folder"),
    *("include dotdot", "include ring calls", "include chain calls", "deep folder includes"),
    *("overloads across files", "overloads by arity", "static functions of one name", "mains", "macros of one name"),
    *("types of one last name", "scopes of one last name", "same qualified name", "members of one name", "diamonds"),
    *("wide bases", "chain of bases", "usings", "usings of one", "using directives", "using directives in files"),
    *("namespace aliases", "type alias chain", "type alias chain asked", "specializations", "macro uses"),
    *("python diamonds", "python wide bases", "pybind", "star imports in one", "star imports in vain"),
    *("star imports through a hub", "star imports of told names", "python roots", "python lone modules"),
    *(name for name in SCOPED_TREES if name not in SCOPED_WITH_LIMITS),
]
# Where a way is followed for some steps and no further: what grows until then is no matter of size.
FOLLOWED = ["alias assignments used", "import chain of one used", *SCOPED_WITH_LIMITS]
# What is matched set-wise: rows are counted, for polars does it all in a few lines.
JOINED = [
    *("override of one name", "overrides of many bases", "override chains", "same qualified name", "wide bases"),
    *("members of one name", "macros of one name", "overloads across files", "pybind of one name", "usings"),
]


def tree(name: str, n: int) -> tuple[list[SourceFile], list[Any], list[Any]]:
    made = SHAPES["tree: " + name].make(n)
    paths = sorted(made)
    files = [SourceFile(path, len(made[path]), "0" * 40, languages.detect_by_name(path) or "") for path in paths]
    macros = attribute_macros(define for path in paths for define in harvest(made[path]))
    facts = [extract(made[file.path], file.language, macros) for file in files]
    return files, facts, [words(made[path]) for path in paths]


def assembled(files: Sequence[SourceFile], facts: Sequence[Any]) -> Graph:
    return assemble(AssembleInput(REPOSITORY, files, facts, agent="test"))


def grows(cost: Callable[[int], int], n: int) -> None:
    """Whether twice as much takes not much more than twice the operations. Where the first step is too large, the next
    one is looked at: what has a limit grows faster until it reaches that."""
    costs = [cost(n), cost(2 * n)]
    if costs[1] > MAX_GROWTH * costs[0]:
        costs.append(cost(4 * n))
    assert costs[-1] <= MAX_GROWTH * costs[-2], costs


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chains of names are followed so far that small trees reach the limit, from which on each name costs the same."""
    monkeypatch.setattr(holdings, "_MAX_STEPS", 10)


@pytest.mark.usefixtures("few_steps")
@pytest.mark.parametrize("name", ASSEMBLED)
def test_assembling(name: str) -> None:
    def cost(n: int) -> int:
        files, facts, _ = tree(name, n)
        return lines_of(lambda: assembled(files, facts))

    cost(2)  # what is done once
    grows(cost, 40)


@pytest.mark.parametrize("name", JOINED)
def test_joins_give_what_is_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many rows come out of joins: what a set-wise step holds in memory, whatever it keeps of that."""
    join = pl.DataFrame.join

    def cost(n: int) -> int:
        files, facts, _ = tree(name, n)
        rows: list[int] = []

        def noted(*given: Any, **options: Any) -> pl.DataFrame:
            frame = join(*given, **options)
            rows.append(frame.height)
            return frame

        with monkeypatch.context() as patched:
            patched.setattr(pl.DataFrame, "join", noted)
            assembled(files, facts)
        return sum(rows)

    grows(cost, 40)


@pytest.mark.parametrize("name", FOLLOWED)
def test_following(name: str) -> None:
    def cost(n: int) -> int:
        files, facts, _ = tree(name, n)
        return lines_of(lambda: assembled(files, facts))

    grows(cost, 120)


@pytest.mark.parametrize("name", ["folders deep", "folders wide", "same base names"])
def test_scanning(name: str, tmp_path: Path) -> None:
    def cost(n: int) -> int:
        root = tmp_path / str(n)
        for path, content in SHAPES["tree: " + name].make(n).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        return lines_of(lambda: scan(root))

    cost(2)
    grows(cost, 100)


@pytest.mark.parametrize("name", ["folders deep", "deep folder includes", "same base names", "identical files"])
def test_relating(name: str) -> None:
    def cost(n: int) -> int:
        files, facts, found = tree(name, n)
        graph = assembled(files, facts)
        return lines_of(lambda: relate(graph, files, found, None, agent="test"))

    cost(2)
    grows(cost, 40)


@pytest.mark.parametrize("name", ["folders deep", "folders wide", "include ring"])
def test_pages(name: str) -> None:
    def cost(n: int) -> int:
        files, facts, _ = tree(name, n)
        tables = assembled(files, facts).tables

        def write() -> None:
            told = repository_model.build_model(column_queries.from_columns(tables), "r", "")
            at = page_links.PageLinks(told.files, told.folders, ".md")
            keywords.list_folder_keywords(told, at, set(told.folders))
            for folder in told.folders.values():
                folders.contents(folder)
                folder.list_files()

        return lines_of(write)

    cost(2)
    grows(cost, 40)


def test_nothing_tells_of_all_that_is_deep_below() -> None:
    files, facts, _ = tree("folders deep", 100)
    told = repository_model.build_model(column_queries.from_columns(assembled(files, facts).tables), "r", "")
    assert told.root.total.files == 100
    assert told.root.is_deep
    assert len(told.root.list_files()) == repository_model.MAX_LEVELS


class TestCircles:
    """Rings of includes."""

    @staticmethod
    def ring(n: int, tmp_path: Path) -> Store:
        files, facts, _ = tree("include ring", n)
        graph = assembled(files, facts)
        load.load(tmp_path / str(n), graph.tables, graph.repository.base)
        return Store.read_only(str(tmp_path / str(n)))

    @pytest.mark.parametrize("name", setwise.TWINS)
    def test_a_twin_gives_the_answer_of_its_query(self, name: str, tmp_path: Path) -> None:
        store = self.ring(7, tmp_path)
        text = load_shipped(name).text
        assert setwise.rewritten(store, name, text) != text
        answer, own = (
            list(map(tuple, store.query(each, prefixes=setwise.PREFIXES)))
            for each in (setwise.rewritten(store, name, text), text)
        )
        assert answer == own
        assert bool(own) == (name != "import-cycles")

    def test_a_query_of_another_text_is_left_alone(self, tmp_path: Path) -> None:
        text = "SELECT * WHERE { ?a ?b ?c }"
        assert setwise.rewritten(Store(), "include-cycles", text) == text

    def test_they_are_known_without_being_loaded(self) -> None:
        assert setwise.TWINS.keys() == SETWISE

    def test_the_answer_grows_as_the_ring(self, tmp_path: Path) -> None:
        def cost(n: int) -> int:
            store = self.ring(n, tmp_path)
            rows: list[Any] = []
            count = lines_of(lambda: rows.extend(query(store, load_shipped("include-cycles"))))  # type: ignore[arg-type]
            assert len(rows) == n
            return count

        cost(2)
        grows(cost, 100)

    def test_one_walk_finds_the_cycle_of_a_ring(self, monkeypatch: pytest.MonkeyPatch) -> None:
        walks: list[int] = []
        shortest = graph_paths._shortest_cycle
        monkeypatch.setattr(graph_paths, "_shortest_cycle", lambda *given: walks.append(1) or shortest(*given))
        names = pl.Series([f"f{n:04}" for n in range(500)])
        found = graph_paths.Chains(names, pl.concat([names[1:], names[:1]])).cycles()
        assert found.found == [names.to_list()]
        assert (found.passed, len(walks)) == (0, 1)

    def test_a_knot_that_is_too_large_is_searched_in_part(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(graph_paths, "_MAX_STEPS", 100)
        pairs = [(f"{a:02}", f"{b:02}") for a in range(20) for b in range(20) if a != b]
        frame = pl.DataFrame(pairs, schema=["a", "b"], orient="row")
        found = graph_paths.Chains(frame["a"], frame["b"]).cycles()
        assert len(found.found) == 1
        assert found.passed == 19


def test_what_a_chain_reaches_is_counted_without_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    sets: list[int] = []
    weighed = digraph._sum_weights
    monkeypatch.setattr(digraph, "_sum_weights", lambda rows, weights: sets.append(rows.size) or weighed(rows, weights))
    numbers = np.arange(1_000)
    (found,) = digraph.Condensation.of(1_000, numbers[:-1], numbers[1:]).reach(numbers)
    assert found.tolist() == [sum(range(n + 1, 1_000)) for n in numbers]
    assert not sets


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(*2 * [st.integers(0, n - 1)])))))
def test_what_is_reached_is_what_a_walk_finds(graph: tuple[int, list[tuple[int, int]]]) -> None:
    size, edges = graph
    sources, targets = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    weights = np.arange(size) ** 2
    (found,) = digraph.Condensation.of(size, sources, targets).reach(weights)
    for node in range(size):
        seen, waiting = {node}, [node]
        while waiting:
            at = waiting.pop()
            waiting += (new := {b for a, b in edges if a == at} - seen)
            seen |= new
        assert found[node] == sum(n**2 for n in seen - {node})


def test_ways_of_all_that_reach_one_are_told_in_part() -> None:
    def cost(n: int) -> int:
        names = pl.Series([f"f{each:04}" for each in range(n)])
        ways = graph_paths.Chains(names[:-1], names[1:])
        told: list[Any] = []
        steps = lines_of(lambda: told.extend(ways.shortest(set(names), {names[-1]}, skip=set())))
        assert len(told) == n - 1
        return steps + sum(len(way.names) for way in told)

    grows(cost, 100)
