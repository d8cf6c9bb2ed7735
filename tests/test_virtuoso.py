"""Virtuoso answers as our own engine does: every shipped query, pages, triples, loading."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import graphs
import pytest
from pyoxigraph import Store
from support import virtuoso
from support.virtuoso import Virtuoso

from kgraph import fleet as fleets
from kgraph.errors import QueryTimeoutError
from kgraph.export import WholeGraph
from kgraph.export.graph_store import GraphStore
from kgraph.fleet import quads
from kgraph.query import Rows, Triples, execute, load_shipped, names, parse
from kgraph.query.endpoint import Credentials, Endpoint, EndpointError
from kgraph.query.remote import RemoteGraph, ask_remote
from kgraph.query.virtuoso import has_own_paths, rewritten
from tests.serving import serving_with

GRAPH = "https://example.org/shapes"
DBA = Credentials("dba", "dba")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    with virtuoso.running(tmp_path_factory.mktemp("virtuoso")) as found:
        yield found


@cache
def own() -> Store:
    return graphs.memory_store(graphs.with_builds())


@pytest.fixture(scope="module")
def remote(server: Virtuoso) -> RemoteGraph:
    store = GraphStore(Endpoint(server.graph_store, DBA), "https://example.org/graphs")
    store.open()
    assert store.replace(GRAPH, WholeGraph(graphs.with_builds()).ntriples()) > 500
    return RemoteGraph(Endpoint(server.query, Credentials()), [GRAPH])


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("name", names())
def test_a_shipped_query_answers_as_our_engine_does(remote: RemoteGraph, name: str, optional: bool) -> None:
    query = load_shipped(name)
    given = {each.name: each.example for each in query.parameters if optional or each.need == "required"}
    ours = execute(own(), query, given, base=remote.base)
    theirs, (_, notes) = ask_remote(remote, query, given)
    assert not [note for note in notes if "its own way" in note or "cut" in note]
    if isinstance(ours, Rows):
        assert isinstance(theirs, Rows)
        assert theirs.columns == ours.columns
        assert list(theirs) == list(ours)
    else:
        assert isinstance(ours, Triples)
        assert isinstance(theirs, Triples)
        assert set(map(str, theirs)) == set(map(str, ours))


@pytest.mark.parametrize("name", names())
def test_its_text_alone_does_so_too(remote: RemoteGraph, name: str) -> None:
    query = load_shipped(name)
    given = {each.name: each.example for each in query.parameters if each.need == "required"}
    unnamed = parse(query.text)  # no query of this name is answered set-wise
    assert not has_own_paths(rewritten(query.text))
    ours, theirs = (execute(engine, unnamed, given, base=remote.base) for engine in (own(), remote))
    assert not isinstance(ours, bool)
    assert not isinstance(theirs, bool)
    assert sorted(map(str, theirs)) == sorted(map(str, ours))


def test_what_the_server_cuts_comes_in_pages(remote: RemoteGraph) -> None:
    for order in ("", " ORDER BY ?s ?p ?o"):
        query = parse("SELECT ?s ?p ?o WHERE { ?s ?p ?o }" + order)
        answer, (_, notes) = ask_remote(remote, query, {})
        ours = execute(own(), query)
        assert isinstance(answer, Rows)
        assert isinstance(ours, Rows)
        rows = list(answer)
        assert len(rows) > virtuoso.MAX_ROWS
        assert set(rows) == set(ours)
        assert len(rows) == len(set(rows))
        assert not notes


def test_a_limit_above_what_the_server_gives_is_kept(remote: RemoteGraph) -> None:
    answer, _ = ask_remote(remote, parse("SELECT ?s ?p ?o WHERE { ?s ?p ?o }"), {}, virtuoso.MAX_ROWS + 7)
    assert isinstance(answer, Rows)
    assert len(list(answer)) == virtuoso.MAX_ROWS + 7


def test_triples_that_are_cut_are_told(remote: RemoteGraph) -> None:
    cut, (_, notes) = ask_remote(remote, parse("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"), {})
    assert isinstance(cut, Triples)
    assert any(f"cut the answer after {virtuoso.MAX_ROWS} solutions" in note for note in notes)


def test_our_server_stands_before_it(server: Virtuoso, remote: RemoteGraph) -> None:
    assert remote.bases
    with serving_with("serve", "--endpoint", server.query, "--named-graph", GRAPH) as front:
        rows = front.query("SELECT ?s ?p ?o WHERE { ?s ?p ?o }").json["results"]["bindings"]
        assert len(rows) == len(list(own()))  # which come in pages
        assert front.query("ASK { ?x a kg:File }").json["boolean"] is True
        ring = 'SELECT ?b WHERE { ?a kg:path "include/geo/util.h" . ?a kg:includes+ ?b . }'
        assert len(front.query(ring).json["results"]["bindings"]) == len(list(own_rows(ring)))
        cut = front.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", accept="text/turtle")
        assert "cut the answer" in cut.headers["x-kgraph-note"]
        assert "x-kgraph-note" not in front.query("ASK { ?x a kg:File }").headers  # it is of that answer alone


def own_rows(text: str) -> Rows:
    answer = execute(own(), parse(text))
    assert isinstance(answer, Rows)
    return answer


def test_yes_and_no(remote: RemoteGraph) -> None:
    assert ask_remote(remote, parse("ASK { ?x a kg:File }"), {})[0] is True
    assert ask_remote(remote, parse('ASK { ?x kg:path "nowhere" }'), {})[0] is False


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?path ?count WHERE { ?x kg:path ?path ; kg:lines ?count } ORDER BY DESC(?count) ?path",
        "SELECT ?x ?path WHERE { ?x kg:path ?path } ORDER BY DESC(?x)",
        "SELECT ?path WHERE { ?x kg:path ?path ; kg:size ?size } ORDER BY ?size ?path LIMIT 7 OFFSET 2",
        "SELECT (STRLEN(?path) AS ?n) (COUNT(*) AS ?m) WHERE { ?x kg:path ?path } GROUP BY ?path ORDER BY ?n ?m",
        'SELECT ?b WHERE { ?a kg:path "include/geo/util.h" . ?a kg:includes+ ?b . } ORDER BY ?b',  # in a circle
        "SELECT ?a WHERE { ?a kg:includes* <file/include/geo/util.h> } ORDER BY ?a",
        "SELECT ?a ?b WHERE { ?a (kg:includes|kg:imports)* ?b . ?a a kg:File . ?b a kg:File } ORDER BY ?a ?b",
    ],
)
def test_orders_and_paths_are_those_of_the_standard(remote: RemoteGraph, text: str) -> None:
    query = parse(text.replace("<file/", f"<{remote.base}file/"))
    ours, theirs = execute(own(), query), execute(remote, query)
    assert isinstance(ours, Rows)
    assert isinstance(theirs, Rows)
    rows = list(ours)
    assert rows
    assert list(theirs) == rows


def test_a_path_that_is_not_understood_is_told(remote: RemoteGraph) -> None:
    text = "SELECT ?a ?b WHERE { ?a a kg:File ; kg:includes+ ?b }"
    assert any("its own way" in note for note in ask_remote(remote, parse(text), {})[1][1])


def test_a_time_limit(server: Virtuoso) -> None:
    remote = RemoteGraph(Endpoint(server.query, Credentials(), seconds=1), [GRAPH])
    text = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?c . ?f ?g ?c . ?h ?i ?c . ?j ?k ?c }"
    with pytest.raises(QueryTimeoutError, match="no whole answer after 1 s"):
        remote.query(text)


def test_a_password_that_is_wrong(server: Virtuoso) -> None:
    store = GraphStore(Endpoint(server.graph_store, Credentials("dba", "hunter2")), "https://example.org/graphs")
    with pytest.raises(EndpointError, match="refuses it to this user") as raised:
        store.open()
    assert "hunter2" not in str(raised.value)
    with pytest.raises(EndpointError, match="asks who you are"):
        GraphStore(Endpoint(server.graph_store, Credentials()), "https://example.org/graphs").open()


# --- a fleet ---


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> fleets.Lake:
    folder = tmp_path_factory.mktemp("fleet")
    for path, text in {
        "base/pyproject.toml": '[project]\nname = "base"\nversion = "1.0"\n',
        "base/base/__init__.py": "class Area:\n    pass\n",
        "app/pyproject.toml": '[project]\nname = "app"\nversion = "1.0"\ndependencies = ["base"]\n',
        "app/app/__init__.py": "from base import Area\n\n\ndef run():\n    return Area()\n",
        "fleet.toml": '[[repository]]\npath = "base"\n[[repository]]\npath = "app"\n',
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return fleets.build(fleets.load(folder)).lake


def test_a_fleet_is_loaded_once_and_what_is_old_is_removed(
    server: Virtuoso, lake: fleets.Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Endpoint(server.graph_store, DBA)
    first = quads.load(lake, store)
    assert len(first.sent) == 3
    assert first.kept == 0
    bases = [entry.current.base for entry in lake.catalog.repositories]
    graph_names = [name for name, _ in first.sent]
    read = RemoteGraph(Endpoint(server.query, Credentials()), graph_names)
    assert read.bases == sorted(bases)
    across = parse("SELECT ?path WHERE { ?x kg:path ?path ; kg:imports ?y . ?y kg:path 'base/__init__.py' }")
    answer, _ = ask_remote(read, across, {})
    assert isinstance(answer, Rows)
    assert list(answer.values()) == [("app/__init__.py",)]
    again = quads.load(lake, store)
    assert [name for name, _ in again.sent] == [quads.links_name(lake.catalog.fleet)]
    assert again.kept == 2
    monkeypatch.setattr(quads, "graph_name", lambda base, rev: f"{base}revision/later")
    later = quads.load(lake, store, prune=True)
    assert set(later.old) == set(graph_names[:2])
    assert later.removed
    with pytest.raises(Exception, match="no repository"):
        RemoteGraph(Endpoint(server.query, Credentials()), graph_names[:2])


def test_the_recipe_of_the_bulk_loader(server: Virtuoso, lake: fleets.Lake) -> None:
    folder = server.folder / "load"
    folder.mkdir()
    with (folder / "fleet.nq").open("wb") as out:
        quads.write(lake, out)
    statements = "ld_dir('load', '*.nq', 'urn:x-unused'); rdf_loader_run(); checkpoint;"
    server.run_sql(statements + " select ll_file, ll_state, ll_error from DB.DBA.LOAD_LIST;")
    entry = lake.catalog.repositories[0]
    read = RemoteGraph(Endpoint(server.query, Credentials()), [quads.graph_name(entry.current.base, entry.current.rev)])
    assert read.bases == [entry.current.base]


def test_the_commands(server: Virtuoso, lake: fleets.Lake, remote: RemoteGraph) -> None:
    def run(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kgraph", *args],
            capture_output=True,
            text=True,
            env=os.environ | environment,
            timeout=120,
            check=False,
        )

    fleet_file = str(lake.folder.parent.parent / "fleet.toml")
    options = ("fleet", "export", "-F", fleet_file, "--endpoint", server.graph_store, "--user", "dba")
    loaded = run(*options, KGRAPH_ENDPOINT_PASSWORD="dba")
    assert loaded.returncode == 0, loaded.stderr
    refused = run(*options, KGRAPH_ENDPOINT_PASSWORD="hunter2")
    assert refused.returncode == 2
    assert "refuses it to this user" in refused.stderr
    assert "hunter2" not in refused.stderr
    asked = ("query", "--endpoint", server.query, "--named-graph", GRAPH)
    rows = run(*asked, "includers", "-p", "path=include/geo/shape.h", "-f", "csv")
    assert rows.returncode == 0, rows.stderr
    assert "src/shape.cpp" in rows.stdout
    triples = run(*asked, "file-neighbours", "-p", "path=include/geo/shape.h")
    assert "@base <https://w3id.org/kgraph/local/shapes/>" in triples.stdout
    assert run(*asked, "-e", "ASK { ?x a kg:File }").stdout == "true\n"
    unknown = run(*asked, "callers", "-p", "name=geo::nothing")
    assert "note: the graph has no symbol 'geo::nothing'" in unknown.stderr
