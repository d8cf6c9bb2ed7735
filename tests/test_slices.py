"""The part of a graph that a shipped query asks about gives the answer of the whole store."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import graphs
import polars as pl
import pytest
from pyoxigraph import Store

import kgraph
from kgraph.errors import QueryError
from kgraph.query import Query, Rows, diagnose_answer, execute, load_shipped, parse, with_qualified_names
from kgraph.query import slices as parts
from tests.test_pipeline import FILES
from tests.test_scan import write

NAMES = sorted({*parts.AROUND, *parts.BY_PROPERTY})


@cache
def whole() -> Store:
    return graphs.memory_store(graphs.with_builds())


def values(query: Query) -> list[dict[str, object]]:
    """What to ask a query with: everything of the graph that a parameter may mean, and what the graph does not have.

    Short names are those that several symbols have, and one that a single symbol has: any other is asked as the full
    name that it stands for.
    """
    tables = graphs.with_builds().tables
    symbols = tables["symbols"]
    named = symbols.filter(pl.col("name") != pl.col("qualified_name"))
    shared = symbols.group_by("name").agg(pl.col("qualified_name").n_unique()).filter(pl.col("qualified_name") > 1)
    short = [*shared["name"].sort(), *named.filter(~pl.col("name").is_in(shared["name"].implode()))["name"].sort()[:1]]
    of_type = {
        "symbol": [*symbols["qualified_name"].unique().sort(), *short, "::main()", "nowhere"],
        "path": [*tables["files"]["path"], *tables["folders"]["path"], "./src/shape.cpp", "src/shap.cpp", "none"],
        "text": [*tables["externals"]["spelling"].unique().sort(), "none"],
    }
    required = [each for each in query.parameters if each.need == "required"]
    if not required:
        return [{}]
    first, *others = required
    rest = {each.name: each.example for each in others}
    return [{first.name: value, **rest} for value in of_type[first.type]]


def answer(store: Store, query: Query, given: dict[str, object]) -> object:
    """All that is answered, and said beside it."""
    try:
        meant, notes = with_qualified_names(store, query, given)
        found = execute(store, query, meant, base=graphs.BASE)
    except QueryError as error:
        return str(error)
    rows = [tuple(map(str, row)) for row in found] if isinstance(found, Rows) else sorted(map(str, found))  # type: ignore[arg-type]
    return rows, notes, list(diagnose_answer(store, query, meant))


@pytest.mark.parametrize("name", NAMES)
def test_a_part_gives_the_answer_of_the_whole(name: str) -> None:
    query = load_shipped(name)
    answered = 0
    for given in values(query):
        part = parts.slice_store(graphs.with_builds().tables.__getitem__, query, given, graphs.BASE)
        assert part is not None
        expected = answer(whole(), query, given)
        assert answer(part, query, given) == expected, given
        answered += bool(expected[0])
    assert answered or name in ("import-cycles", "package-users")


def test_a_part_is_less_than_the_whole() -> None:
    for name in ("callers", "includers"):
        query = load_shipped(name)
        given = {each.name: each.example for each in query.parameters}
        part = parts.slice_store(graphs.with_builds().tables.__getitem__, query, given, graphs.BASE)
        assert part is not None
        assert len(part) < len(whole()) / 2


def test_what_is_no_part_is_asked_of_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, FILES)
    with kgraph.build(tmp_path, jobs=1) as graph:
        assert parts.slice_store(graph.frame, load_shipped("symbol-kinds"), {}, graph.base) is None
        text = load_shipped("callers").text
        assert parts.slice_store(graph.frame, parse(text), {"name": "f"}, graph.base) is None
        with pytest.raises(parts.StoreMissingError):
            parts.store_for(graph, load_shipped("symbol-kinds"), {}, make=False)
        monkeypatch.setattr(parts, "MAX_TRIPLES", 50)
        assert parts.slice_store(graph.frame, load_shipped("most-included"), {}, graph.base) is None
        assert not graph.has_store
        assert [row["file"] for row in graph.query("most-included").dicts()][:2] == [
            "include/shape.h",
            "lib/inner/mod.py",
        ]
        assert graph.has_store


def test_a_query_about_one_thing_makes_no_store(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    with kgraph.build(tmp_path, jobs=1) as graph:
        rows = graph.query("includers", path="include/shape.h")
        assert [row["file"] for row in rows.dicts()] == ["src/shape.cpp"]
        (note, *_) = graph.query("includers", path="include/shape.hh").notes
        assert "has no path 'include/shape.hh'" in note
        assert "include/shape.h" in note
        assert not graph.has_store
        assert list(graph.query("SELECT ?x { ?x a kg:File } LIMIT 1").values())
        assert graph.has_store
