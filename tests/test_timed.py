"""Queries with a time limit give the answers of those without, and end when the time is over."""

from __future__ import annotations

import pickle
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import kgraph
from kgraph.errors import KgraphError, MissingExtraError, QueryError, QueryTimeoutError
from kgraph.query import Rows, Triples

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SECONDS = 60.0  # that no query here needs


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kgraph.KGraph]:
    root = tmp_path_factory.mktemp("timed")
    (root / "a.py").write_text("import b\n\ndef f():\n    return b.g()\n")
    (root / "b.py").write_text("def g():\n    '''Länge \"1\"\\n'''\n    return 1\n")
    with kgraph.build(root) as graph:
        yield graph


def test_no_store_is_made_for_what_needs_none(graph: kgraph.KGraph) -> None:
    rows = graph.query("callers", name="b.g", timeout=SECONDS)
    assert list(rows) == list(graph.query("callers", name="b.g"))
    assert [row for row in rows.dicts() if row["caller"]]
    assert not graph.has_store


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
        "SELECT ?s ?doc ?none { ?s kg:path ?path OPTIONAL { ?s rdfs:comment ?doc } } ORDER BY ?s",
        "symbols-of-file",
    ],
)
def test_rows_are_those_of_a_query_without_a_limit(graph: kgraph.KGraph, query: str) -> None:
    given = {"path": "a.py"} if query == "symbols-of-file" else {}
    timed, plain = graph.execute(query, timeout=SECONDS, **given), graph.execute(query, **given)
    assert isinstance(timed, Rows)
    assert isinstance(plain, Rows)
    assert timed.columns == plain.columns
    assert list(timed) == list(plain) == list(timed)
    assert timed.frame().equals(plain.frame())
    assert timed.notes == plain.notes
    assert repr(timed) == repr(plain)


def test_other_forms(graph: kgraph.KGraph) -> None:
    triples = graph.execute("CONSTRUCT WHERE { ?s ?p ?o }", timeout=SECONDS)
    assert isinstance(triples, Triples)
    assert set(triples) == set(graph.execute("CONSTRUCT WHERE { ?s ?p ?o }")) == set(triples)  # type: ignore[arg-type]
    assert graph.execute('ASK { ?s kg:path "a.py" }', timeout=SECONDS) is True
    assert graph.execute('ASK { ?s kg:path "c.py" }', timeout=SECONDS) is False
    assert len(list(graph.query("SELECT * { ?s ?p ?o }", limit=3, timeout=SECONDS))) == 3


def test_time_is_over(graph: kgraph.KGraph) -> None:
    graph.execute("ASK { ?s ?p ?o }", timeout=SECONDS)  # the process is there
    start = time.monotonic()
    with pytest.raises(QueryTimeoutError, match=r"given up after 0\.5 s\n  hint: ask more narrowly"):
        graph.query(ENDLESS, timeout=0.5)
    assert time.monotonic() - start < 20
    assert graph.execute("ASK { ?s ?p ?o }", timeout=SECONDS) is True  # another process answers


def test_errors_are_those_of_a_query_without_a_limit(graph: kgraph.KGraph) -> None:
    for query, given in (("SELECT ?x { ", {}), ("callers", {"nme": "x"}), ("no-such-query", {})):
        with pytest.raises(QueryError) as plain:
            graph.execute(query, **given)
        with pytest.raises(QueryError) as timed:
            graph.execute(query, timeout=SECONDS, **given)
        assert (str(timed.value), type(timed.value)) == (str(plain.value), type(plain.value))
    for seconds in (0, -1, float("nan"), float("inf")):
        with pytest.raises(QueryError, match="seconds above 0"):
            graph.query("SELECT * { ?s ?p ?o }", timeout=seconds)


def test_several_threads_ask_at_once(graph: kgraph.KGraph) -> None:
    """One that runs out of time takes no other with it."""
    with ThreadPoolExecutor(3) as threads:
        late = threads.submit(graph.query, ENDLESS, timeout=2)
        others = [threads.submit(graph.execute, 'ASK { ?s kg:path "a.py" }', timeout=SECONDS) for _ in range(4)]
        assert [each.result() for each in others] == [True] * 4
        with pytest.raises(QueryTimeoutError):
            late.result()


def test_tables_with_names(graph: kgraph.KGraph) -> None:
    calls = graph.frame("uses", names=True).filter(kind="Call")
    assert calls.select("from_name", "to_name", "file_name").rows() == [("a.f", "b.g", "a.py")]
    assert list(graph.frame("uses", "pandas", names=True).columns) == graph.frame("uses", names=True).columns
    assert "from_name" not in graph.frame("uses").columns
    names = set(graph.to_networkx(nodes={"File", "Function"}, keys="name"))
    assert names == {"a.py", "b.py", "a.f", "b.g"}


def test_the_process_ends_with_the_graph(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    with kgraph.build(tmp_path) as graph:
        assert graph.execute("ASK { ?s ?p ?o }", timeout=SECONDS) is True
        (executor,) = graph._timed._idle
        (process,) = executor._processes
        assert process.is_alive()
    assert not process.is_alive()


def test_errors_can_be_sent_to_another_process() -> None:
    for error in (KgraphError("what", where="w:1", hint="h"), QueryTimeoutError("late"), MissingExtraError("p", "e")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), again.args) == (type(error), str(error), error.args)
