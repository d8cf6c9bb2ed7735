"""`KGraph.symbols` and `KGraph.uses`: names and paths beside ids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import kgraph


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kgraph.KGraph]:
    root = tmp_path_factory.mktemp("tables")
    (root / "lib").mkdir()
    (root / "a.h").write_text("int twice(int n);\nstruct Ahead;\n")
    (root / "lib/b.cpp").write_text('#include "../a.h"\n\nint twice(int n) { return n + n; }\n')
    (root / "lib/c.cpp").write_text('#include "../a.h"\nint four() {\n  return twice(2);\n}\n')
    with kgraph.build(root, cache="") as graph:
        yield graph


def test_symbols_have_the_place_of_their_definition(graph: kgraph.KGraph) -> None:
    (row,) = graph.symbols("twice").to_dicts()
    assert (row["path"], row["start_line"], row["role"], row["places"]) == ("lib/b.cpp", 3, "definition", 2)
    (ahead,) = graph.symbols("Ahead").to_dicts()
    assert (ahead["path"], ahead["role"], ahead["places"]) == ("a.h", "declaration", 1)


def test_symbols_are_those_of_the_table(graph: kgraph.KGraph) -> None:
    table = graph.frame("symbols")
    assert graph.symbols().select(table.columns).equals(table)


def test_symbols_are_filtered(graph: kgraph.KGraph) -> None:
    assert sorted(graph.symbols(kind="Function")["name"]) == ["four", "twice"]
    assert sorted(graph.symbols(path="lib/")["name"]) == ["four", "twice"]
    assert graph.symbols(path="lib/c.cpp")["name"].to_list() == ["four"]
    assert graph.symbols("nothing").is_empty()


def test_uses_have_names_and_paths(graph: kgraph.KGraph) -> None:
    (row,) = graph.uses("twice").to_dicts()
    assert (row["from_name"], row["to_name"], row["path"], row["at_lines"]) == ("four", "twice", "lib/c.cpp", [3])
    assert graph.uses(by="four", kind="Call", path="lib/").height == 1
    assert graph.uses("twice", path="other/").is_empty()
    assert graph.uses().height == graph.frame("uses").height


def test_pandas(graph: kgraph.KGraph) -> None:
    pytest.importorskip("pandas")
    assert graph.symbols("twice", library="pandas")["path"].tolist() == ["lib/b.cpp"]
    assert graph.uses("twice", library="pandas")["from_name"].tolist() == ["four"]
