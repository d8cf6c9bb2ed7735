"""`kgraph serve --endpoint`: it stands before a SPARQL server, with its own checks, formats and editor."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import graphs
import pytest
from pyoxigraph import NamedNode, Quad

import kgraph
from tests.serving import Reply, Server, serving_with
from tests.test_endpoint import Server as SparqlServer
from tests.test_endpoint import server as sparql_server  # noqa: F401 - a fixture

CSV = {"accept": "text/csv"}
PATHS = "SELECT ?path { ?f a kg:File ; kg:path ?path } ORDER BY ?path"


def paths_of(reply: Reply) -> list[str]:
    return [row["path"]["value"] for row in reply.json["results"]["bindings"]]


@pytest.fixture
def front(sparql_server: SparqlServer) -> Iterator[Server]:  # noqa: F811
    with serving_with("serve", "--endpoint", sparql_server.url, "--timeout", "20") as running:
        yield running


def test_queries_are_answered_by_the_server(front: Server, sparql_server: SparqlServer) -> None:  # noqa: F811
    paths = sorted(graphs.with_builds()["files"]["path"])
    reply = front.query(PATHS, **CSV)
    assert (reply.media, reply.text.splitlines()[0]) == ("text/csv", "path")
    assert reply.headers["cache-control"] == "no-store"  # whose data may change at any time
    assert paths_of(front.query(PATHS)) == paths
    triples = front.query("CONSTRUCT { ?f kg:path ?p } WHERE { ?f a kg:File ; kg:path ?p }", accept="text/turtle")
    assert triples.media == "text/turtle"
    assert triples.text.count("path") >= len(paths)
    assert front.query("ASK { ?f a kg:File }").json["boolean"] is True
    assert front.query("SELECT ?x { ?x kg:nonsense ?y }", **CSV).headers["x-kgraph-note"]
    # What another graph of it holds.
    name = "https://example.org/other"
    sparql_server.store.extend(
        Quad(*quad.triple, NamedNode(name)) for quad in list(graphs.memory_store(graphs.with_builds()))
    )
    asked = urlencode({"query": PATHS, "default-graph-uri": name})
    assert paths_of(front.get(f"/sparql?{asked}")) == paths
    asked = urlencode({"query": PATHS, "default-graph-uri": "urn:none"})
    assert front.get(f"/sparql?{asked}", **CSV).status == 400


def test_nothing_is_sent_that_is_no_query(front: Server, sparql_server: SparqlServer) -> None:  # noqa: F811
    bodies: list[bytes] = []
    sparql_server.behave = lambda _, body: bool(bodies.append(body))
    for text in ("DROP ALL", "SELECT ?a { ?a", "SELECT * { SERVICE <http://elsewhere/> { ?a ?b ?c } }"):
        assert front.query(text).status == 400, text
    named = urlencode({"query": PATHS, "named-graph-uri": "urn:x"})
    assert front.get(f"/sparql?{named}").status == 400
    assert front.ask("POST", "/sparql", "DROP ALL", content_type="application/sparql-update").status >= 400
    assert len(set(bodies)) <= 1  # each worker asks once which repositories there are
    assert not any(b"DROP" in body or b"SERVICE" in body for body in bodies)


def test_what_it_has_without_a_graph(front: Server) -> None:
    assert "start the server with -g" in front.get("/").text
    assert "<textarea" in front.get("/sparql", accept="text/html").text
    assert len(front.get("/api/queries").json) > 30
    bound = front.get("/api/queries/includers?path=include/geo/util.h").json
    assert "include/geo/util.h" in bound["text"]
    for path in ("/api/overview", "/source/x.py", "/api/source?path=x"):
        reply = front.get(path)
        assert reply.status == 404, path
        assert "with -g, too" in reply.text
    described = front.get("/sparql", accept="text/turtle")
    assert (described.status, "describes itself" in described.text) == (404, True)


def test_what_goes_wrong_there_is_told(front: Server, sparql_server: SparqlServer) -> None:  # noqa: F811
    def behave(handler: Any, body: bytes) -> bool:
        return bool(handler.give(500, b"the disk is full", "text/plain"))

    front.query(PATHS)
    sparql_server.behave = behave
    reply = front.query(PATHS)
    assert reply.status == 502
    assert "the disk is full" in reply.text
    sparql_server.behave = None
    assert front.query(PATHS).status == 200


def test_a_graph_beside_it_is_browsed(tmp_path: Path, sparql_server: SparqlServer) -> None:  # noqa: F811
    (tmp_path / "own.py").write_text("def own(): pass\n")
    kgraph.build(tmp_path).close()
    with serving_with("serve", "-g", str(tmp_path), "--endpoint", sparql_server.url) as running:
        assert "own.py" in running.get("/api/children?id=folder%2F").text
        assert "own.py" not in running.query(PATHS, **CSV).text
        assert not (tmp_path / ".kgraph/store").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--endpoint", "http://127.0.0.1:9/sparql"), "cannot be reached"),
        (("--endpoint", "ftp://x"), "is not an address of a server"),
        (("--user", "me"), "--user is for --endpoint"),
        (("--endpoint", "http://127.0.0.1:9/sparql", "--watch"), "give -g, too"),
    ],
)
def test_what_cannot_be_served(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kgraph", "serve", "--port", "0", *words]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False)
    assert ran.returncode == 2
    assert said in ran.stderr
