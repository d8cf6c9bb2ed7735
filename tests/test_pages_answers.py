"""Each twin of a pages' query gives the query's own answer."""

from __future__ import annotations

from functools import cache

import graphs
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from kgraph.digraph import Condensation
from kgraph.pages import column_queries
from kgraph.query import names
from tests.project import built

# The graph of all tests has no targets.
TARGETS: dict[str, str | bytes] = {
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.10)\nproject(p)\nenable_testing()\nfind_package(Threads)\n"
    "add_library(core core.cpp core.h)\ntarget_link_libraries(core PUBLIC Threads::Threads)\n"
    "add_executable(app app.cpp)\ntarget_link_libraries(app PRIVATE core)\nadd_test(NAME runs COMMAND app)\n"
    "add_custom_target(docs)\nadd_dependencies(app docs)\n",
    "core.cpp": '#include "core.h"\n',
    "core.h": "#pragma once\n",
    "app.cpp": "int main() {}\n",
}


@cache
def asked() -> dict[str, pl.DataFrame]:
    graph = built(TARGETS)
    targets = column_queries.from_store(graph.store, graph.base)["builds"]
    return {**column_queries.from_store(graphs.memory_store(graphs.small()), graphs.BASE), "builds": targets}


@cache
def read() -> dict[str, pl.DataFrame]:
    targets = column_queries.from_columns(built(TARGETS).tables.tables)["builds"]
    return {**column_queries.from_columns(graphs.small().tables), "builds": targets}


def test_each_query_has_its_twin() -> None:
    assert {f"pages/{name}" for name in column_queries.TWINS} == {name for name in names() if name.startswith("pages/")}


@pytest.mark.parametrize("name", column_queries.TWINS)
def test_a_twin_gives_what_its_query_gives(name: str) -> None:
    assert read()[name].columns == column_queries.columns(name)
    assert len(read()[name]) > 0
    assert_frame_equal(asked()[name], read()[name])


def condensed(size: int, edges: list[tuple[int, int]]) -> Condensation:
    pairs = np.array(edges, dtype=np.int64).reshape(-1, 2)
    return Condensation.of(size, pairs[:, 0], pairs[:, 1])


def test_reach_counts_each_node_once_and_never_the_node_itself() -> None:
    # 0 -> 1 -> 3, 0 -> 2 -> 3, a cycle 3 -> 4 -> 5 -> 3, a loop at 6
    graph = condensed(7, [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 5), (5, 3), (6, 6), (0, 1)])
    ones, weights = np.ones(7, dtype=np.int64), 10 ** np.arange(7)
    count, weight = graph.reach(ones, weights)
    assert count.tolist() == [5, 3, 3, 2, 2, 2, 0]
    assert weight.tolist() == [111110, 111000, 111000, 110000, 101000, 11000, 0]
    assert graph.reverse().reach(ones)[0].tolist() == [0, 1, 1, 5, 5, 5, 0]
    assert graph.depth().tolist() == [2, 1, 1, 0, 0, 0, 0]
    assert graph.reverse().depth().tolist() == [0, 1, 1, 2, 2, 2, 0]
    assert graph.find_cyclic().tolist() == [False, False, False, True, True, True, False]


def test_an_empty_graph_has_no_reach() -> None:
    graph = condensed(0, [])
    assert graph.reach(np.zeros(0, dtype=np.int64))[0].tolist() == []
    assert graph.depth().tolist() == []


@pytest.mark.parametrize("seed", range(20))
def test_reach_is_that_of_networkx(seed: int) -> None:
    import networkx as nx

    random = np.random.default_rng(seed)
    size = int(random.integers(1, 60))
    pairs = random.integers(0, size, (int(random.integers(0, 120)), 2))
    theirs = nx.DiGraph()
    theirs.add_nodes_from(range(size))
    theirs.add_edges_from(map(tuple, pairs.tolist()))
    ours = Condensation.of(size, pairs[:, 0], pairs[:, 1]).reach(np.ones(size, dtype=np.int64))[0]
    assert ours.tolist() == [len(nx.descendants(theirs, node) - {node}) for node in range(size)]
