"""The SPARQL 1.1 Protocol as W3C's test suite asks for it: its 27 tests of reading, with the graph that we have.

https://github.com/w3c/rdf-tests/tree/main/sparql/sparql11/protocol: the names of the tests are theirs. Where they load
graphs of one triple each, these name the graph of a repository, under its base IRI, and files of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, Store

import kgraph
from kgraph.errors import QueryError
from kgraph.query import Rows, execute, parse
from kgraph.query.dataset import Dataset
from tests.serving import Server, serving

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
BASE = "http://example.org/data/"
NOWHERE = "http://example.org/data0.rdf"
FILES = [f"<{BASE}file/data{number}.rdf>" for number in (1, 2, 3)]
IN_DEFAULT = f"ASK {{ {FILES[0]} a ?type . {FILES[1]} a ?type . }}"
IN_NAMED = f"ASK {{ GRAPH ?g1 {{ {FILES[0]} a ?type }} GRAPH ?g2 {{ {FILES[1]} a ?type }} }}"
IN_BOTH = f"ASK {{\n  {FILES[2]} a ?type\n GRAPH ?g1 {{ {FILES[0]} a ?type }}\n GRAPH ?g2 {{ {FILES[1]} a ?type }}\n}}"
FROM_BOTH = IN_NAMED.replace("ASK", f"ASK FROM <{NOWHERE}>")
ROWS, RDF = "application/sparql-results+json", "text/turtle"

Fields = list[tuple[str, str]]
DEFAULT, NAMED = [("default-graph-uri", BASE)] * 2, [("named-graph-uri", BASE)] * 2
UNKNOWN = [("default-graph-uri", NOWHERE)]
CONFLICT = "PREFIX a: <http://a/> WITH <http://a/b> DELETE { ?x a:b 1 } INSERT { ?x a:b 2 } WHERE { ?x a:b 1 }"

# name, method, fields of the URL, Content-Type, body -> status, what the answer is
TESTS: list[tuple[str, str, Fields, str, str | bytes, int, Any]] = [
    ("query_post_form", "POST", UNKNOWN, FORM, "query=ASK%20%7B%7D", 200, True),
    ("query_dataset_default_graphs_get", "GET", [("query", IN_DEFAULT), *DEFAULT], "", "", 200, True),
    ("query_dataset_default_graphs_post", "POST", DEFAULT, DIRECT, IN_DEFAULT, 200, True),
    ("query_dataset_named_graphs_post", "POST", NAMED, DIRECT, IN_NAMED, 200, True),
    ("query_dataset_named_graphs_get", "GET", [("query", IN_NAMED), *NAMED], "", "", 200, True),
    ("query_dataset_full", "POST", [*DEFAULT[:1], *NAMED], DIRECT, IN_BOTH, 200, True),
    ("query_multiple_dataset", "POST", NAMED, DIRECT, FROM_BOTH, 200, True),
    ("query_get", "GET", [("query", "ASK {}"), *UNKNOWN], "", "", 200, True),
    ("query_content_type_select", "POST", UNKNOWN, DIRECT, "SELECT (1 AS ?value) {}", 200, ROWS),
    ("query_content_type_ask", "POST", UNKNOWN, DIRECT, "ASK {}", 200, ROWS),
    ("query_content_type_describe", "POST", UNKNOWN, DIRECT, "DESCRIBE <http://example.org/>", 200, RDF),
    ("query_content_type_construct", "POST", UNKNOWN, DIRECT, "CONSTRUCT { <x:s> <x:p> 1 } WHERE {}", 200, RDF),
    ("query_post_direct", "POST", [], DIRECT, "ASK {}", 200, True),
    ("bad_query_method", "PUT", [("query", "ASK {}"), *UNKNOWN], FORM, "", 405, None),
    ("bad_multiple_queries", "GET", [("query", "ASK {}"), ("query", "SELECT * {}")], "", "", 400, None),
    ("bad_query_wrong_media_type", "POST", [], "text/plain", "ASK {}", 415, None),
    ("bad_query_missing_form_type", "POST", [], "", "query=ASK%20%7B%7D", 415, None),
    ("bad_query_missing_direct_type", "POST", [], "", "ASK {}", 415, None),
    ("bad_query_non_utf8", "POST", [], f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), 415, None),
    ("bad_query_syntax", "GET", [("query", "ASK {")], "", "", 400, None),
    ("bad_update_get", "GET", [("update", "CLEAR ALL")], "", "", 403, None),
    ("bad_multiple_updates", "POST", [], FORM, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", 403, None),
    ("bad_update_wrong_media_type", "POST", [], "text/plain", "CLEAR NAMED", 415, None),
    ("bad_update_missing_form_type", "POST", [], "", "update=CLEAR%20NAMED", 415, None),
    ("bad_update_non_utf8", "POST", [], f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16"), 415, None),
    ("bad_update_syntax", "POST", [], FORM, "update=CLEAR%20XYZ", 403, None),
    ("bad_update_dataset_conflict", "POST", [("using-named-graph-uri", "http://a/b")], UPDATE, CONFLICT, 403, None),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("protocol")
    for number in (1, 2, 3):
        (root / f"data{number}.rdf").write_text("<x/>\n")
    kgraph.build(root, jobs=1, base=BASE).close()
    with serving(root, "--timeout", "60") as running:
        yield running


def test_there_are_27() -> None:
    assert len({test[0] for test in TESTS}) == 27


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test[0])
def test_the_suite(server: Server, test: tuple[str, str, Fields, str, str | bytes, int, Any]) -> None:
    _, method, fields, content_type, body, status, told = test
    path = "/sparql" + (f"?{urlencode(fields)}" if fields else "")
    headers = {"content_type": content_type} if content_type else {}
    reply = server.ask(method, path, body or None, **headers)
    assert reply.status == status, reply.text
    if told is True:
        assert reply.json["boolean"] is True
    elif told:
        assert reply.media == told


def test_its_own_address_leads_there(server: Server) -> None:
    reply = server.get("/sparql/?query=ASK%20%7B%7D")
    assert (reply.status, reply.headers["location"]) == (307, server.url + "sparql?query=ASK%20%7B%7D")


def test_the_description_tells_the_name(server: Server) -> None:
    graph = rdflib.Graph().parse(data=server.get("/sparql").body, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    assert [str(name) for name in graph.objects(None, sd.name)] == [BASE]


def test_a_graph_that_is_not_there_is_empty_and_told(server: Server) -> None:
    asked = [("query", "ASK { ?s ?p ?o }")]
    reply = server.get("/sparql?" + urlencode([*asked, *UNKNOWN, ("named-graph-uri", "http://example.org/é")]))
    assert reply.json["boolean"] is False
    assert NOWHERE in reply.headers["x-kgraph-note"]
    assert "x-kgraph-note" not in server.get("/sparql?" + urlencode([*asked, *DEFAULT])).headers
    for name in ("", "relative", "http://example.org/a b", "http://example.org/<x>", "a:\x00"):
        reply = server.get("/sparql?" + urlencode([*asked, ("default-graph-uri", name)]))
        assert reply.status == 400
        assert "not an absolute IRI" in reply.text


# What a dataset means


def _store(*named: str) -> Store:
    store = Store()
    for name in ("", *named):
        graph = [NamedNode(name)] if name else []
        store.add(Quad(NamedNode("x:s"), NamedNode("x:p"), Literal(name or "ours"), *graph))
    return store


OURS, OTHER = Dataset(named=("x:base",)), Dataset(named=("x:base", "x:g"))
WHOLE = Dataset(("x:base",), ("x:base",))


@pytest.mark.parametrize(
    ("dataset", "pattern", "rows"),
    [
        (OURS, "GRAPH ?g { ?s ?p ?o }", [("x:base", "ours")]),
        (OURS, "GRAPH <x:base> { ?s ?p ?o } GRAPH ?g {}", [("x:base", "ours")]),
        (OURS, "GRAPH <x:other> { ?s ?p ?o }", []),
        (OURS, "GRAPH <x:g> { ?s ?p ?o }", []),
        (OURS, "?s ?p ?o", []),
        (OURS, "GRAPH ?g { ?s ?p ?o } FILTER(?o = 'ours' && STRLEN(STR(?g)) = 6)", [("x:base", "ours")]),
        (OURS, "GRAPH ?g { GRAPH ?h { ?s ?p ?o } }", [("x:base", "ours")]),
        (OURS, "VALUES ?g { <x:other> } GRAPH ?g { ?s ?p ?o }", []),
        (OURS, "{ SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?o LIMIT 9 }", [("x:base", "ours")]),
        (OURS, "{ GRAPH ?g { ?s ?p ?o } } UNION { BIND(1 AS ?o) }", [("x:base", "ours"), (None, 1)]),
        (OTHER, "GRAPH ?g { ?s ?p ?o }", [("x:base", "ours"), ("x:g", "x:g")]),
        (OTHER, "GRAPH <x:g> { ?s ?p ?o }", [(None, "x:g")]),
        (WHOLE, "?s ?p ?o GRAPH ?g { ?s ?p ?o }", [("x:base", "ours")]),
        (WHOLE, "?s ?p ?o", [(None, "ours")]),
        (Dataset(("x:base", "x:g")), "?s ?p ?o", [(None, "ours"), (None, "x:g")]),
        (Dataset(("x:g",)), "?s ?p ?o", [(None, "x:g")]),
        (Dataset(("x:base",)), "GRAPH ?g { ?s ?p ?o }", []),
        (Dataset(("x:g",), ("x:base",)), "?s ?p ?o", [(None, "x:g")]),
    ],
)
def test_what_is_read(dataset: Dataset, pattern: str, rows: list[Any]) -> None:
    answer = execute(_store("x:g"), parse(f"SELECT ?g ?o {{ {pattern} }}"), base="x:base", dataset=dataset)
    assert isinstance(answer, Rows)
    found = list(answer.values())
    if "GRAPH <x:base>" in pattern:
        assert len(found) == len(rows)
    assert sorted(found, key=str) == sorted(rows, key=str)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o GRAPH ?g { ?a ?b ?c } }",
        "SELECT * { GRAPH ?g { ?a ?b ?c } OPTIONAL { ?s ?p ?o } }",
        "SELECT * { GRAPH ?g { ?a ?b ?c } FILTER NOT EXISTS { ?s ?p ?o } }",
        "SELECT * { GRAPH ?g { ?a ?b ?c } FILTER(EXISTS { ?s ?p ?o }) }",
        "SELECT * { (1 2) ?p ?o GRAPH ?g { ?a ?b ?c } }",
        "SELECT * { [] ?p ?o GRAPH ?g { ?a ?b ?c } }",
        "DESCRIBE ?a { GRAPH ?g { ?a ?b ?c } }",
        "CONSTRUCT { ?a ?b ?c } WHERE { GRAPH ?g { ?a ?b ?c } ?a ?b ?c }",
    ],
)
def test_what_cannot_be_read_is_said(query: str) -> None:
    with pytest.raises(QueryError, match="outside of GRAPH"):
        execute(_store(), parse(query), base="x:base", dataset=OURS)


def test_from_may_name_the_graph() -> None:
    for text, expected in (
        ("ASK FROM <x:base> { ?s ?p ?o }", True),
        ("ASK FROM NAMED <x:base> { ?s ?p ?o }", False),
        ("ASK FROM NAMED <x:base> { GRAPH ?g { ?s ?p ?o } }", True),
        ("ASK FROM <x:base> FROM NAMED <x:base> { ?s ?p ?o GRAPH <x:base> { ?s ?p ?o } }", True),
    ):
        assert execute(_store(), parse(text), base="x:base") is expected, text
    for text in ("ASK FROM <x:other> {}", "ASK\nFROM <file:///etc/passwd> {}", "ASK FROM kg:x {}", "ASK FROM"):
        with pytest.raises(QueryError, match="not its name"):
            execute(_store(), parse(text), base="x:base")
