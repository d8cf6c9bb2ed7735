"""`kgraph serve`: what it answers, what it refuses, and that nothing that is asked brings it down."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.query import Result

import kgraph
from kgraph.query import names
from kgraph.session import CurrentGraph, StoreMaker
from tests.serving import Reply, Server, alive, serving, until

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
FILES = "SELECT ?path WHERE { ?file a kg:File ; kg:path ?path } ORDER BY ?path"
TRIPLES = "CONSTRUCT { ?file kg:path ?path } WHERE { ?file a kg:File ; kg:path ?path }"
# Each of these would run for longer than anybody waits: the rows of four independent patterns.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . FILTER(?a != ?l) }"
ODD = "odd/<script>alert(1)</script> & 'x' \"y\" #1 100%.py"
NOT_UTF8 = "odd/\udcff.txt"

TREE = {
    "src/shape.h": b"#pragma once\n#include <vector>\n\nclass Shape {\n public:\n  int area();\n};\n",
    "src/shape.cpp": b'#include "shape.h"\n\nint Shape::area() { return 1 < 2; }\n',
    ODD: b"def f():\n    return '<b>'\n",
    NOT_UTF8: b"one\ntwo\r\nthree",
    "odd/data.bin": b"\0\1\2",
    "README.md": b"# Shapes\n",
}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("serve") / "shapes"
    for path, content in TREE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    (root / "link.md").symlink_to("/etc/hostname")
    kgraph.build(root, jobs=1).close()
    return root


@pytest.fixture(scope="module")
def server(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    pages = tmp_path_factory.mktemp("pages")
    (pages / "index.html").write_text("<h1>pages</h1>")
    (pages / "page.md").write_text("# é")
    (pages.parent / "secret.txt").write_text("secret")
    with serving(repository, "--pages", str(pages), "--timeout", "60") as running:
        yield running


@pytest.fixture(scope="module")
def strict(repository: Path) -> Iterator[Server]:
    """A server that is quickly at its limits."""
    limits = ("--timeout", "3", "--memory", "500", "--answer", "1", "--workers", "2", "--queue", "2")
    with serving(repository, *limits) as running:
        yield running


class TestQueries:
    """Section 2.1 of SPARQL 1.1 Protocol: the three ways to send a query, and what a request must not be."""

    def test_get(self, server: Server) -> None:
        reply = server.query(FILES)
        assert (reply.status, reply.media) == (200, "application/sparql-results+json")
        paths = [row["path"]["value"] for row in reply.json["results"]["bindings"]]
        assert "src/shape.h" in paths
        assert len(paths) == len(TREE) + 1

    def test_post_form(self, server: Server) -> None:
        body = urlencode({"query": FILES})
        assert server.ask("POST", "/sparql", body, content_type=FORM).body == server.query(FILES).body
        with_charset = f"{FORM}; charset=UTF-8"
        assert server.ask("POST", "/sparql", body, content_type=with_charset).body == server.query(FILES).body

    def test_post_direct(self, server: Server) -> None:
        for media in (DIRECT, f"{DIRECT}; charset=utf-8", DIRECT.upper()):
            assert server.ask("POST", "/sparql", FILES, content_type=media).body == server.query(FILES).body

    @pytest.mark.parametrize(
        ("method", "path", "content_type", "body", "status"),
        [
            # bad_query_method; bad_multiple_queries; bad_query_wrong_media_type; bad_query_missing_form_type;
            # bad_query_missing_direct_type; bad_query_non_utf8; bad_query_syntax: as W3C's test suite calls them
            ("PUT", "/sparql?query=ASK%20%7B%7D", "", "", 405),
            ("DELETE", "/sparql", "", "", 405),
            ("PATCH", "/sparql", DIRECT, "ASK {}", 405),
            ("GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", "", "", 400),
            ("POST", "/sparql", FORM, "query=ASK%20%7B%7D&query=ASK%20%7B%7D", 400),
            ("POST", "/sparql?query=ASK%20%7B%7D", DIRECT, "ASK {}", 400),
            ("POST", "/sparql?query=ASK%20%7B%7D", FORM, "query=ASK%20%7B%7D", 400),
            ("POST", "/sparql", "text/plain", "ASK {}", 415),
            ("POST", "/sparql", "multipart/form-data; boundary=x", "ASK {}", 415),
            ("POST", "/sparql", "application/json", '{"query": "ASK {}"}', 415),
            ("POST", "/sparql", "", "query=ASK%20%7B%7D", 415),
            ("POST", "/sparql", "", "ASK {}", 415),
            ("POST", "/sparql", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
            ("POST", "/sparql", DIRECT, "ASK {} # é".encode("latin-1"), 400),
            ("GET", "/sparql?query=ASK%20%7B%20%22%FF%22%20%7D", "", "", 400),
            ("GET", "/sparql?query=%ED%A0%80", "", "", 400),
            ("POST", "/sparql", FORM, "query=%FF", 400),
            ("GET", "/sparql?query=ASK%20%7B", "", "", 400),
            ("GET", "/sparql?query=", "", "", 400),
            ("POST", "/sparql", DIRECT, "", 400),
            ("POST", "/sparql", FORM, "", 400),
            ("POST", "/sparql", FORM, "Query=ASK%20%7B%7D", 400),
            ("POST", "/sparql", FORM, "&".join(f"x{n}=1" for n in range(200)), 400),
            # datasets of one's own: what is no name, and FROM with another than the graph's
            ("GET", "/sparql?query=ASK%20%7B%7D&default-graph-uri=example", "", "", 400),
            ("POST", "/sparql?named-graph-uri=http%3A%2F%2Fexample.org%2F%3Cx%3E", DIRECT, "ASK {}", 400),
            ("POST", "/sparql", DIRECT, "ASK FROM <file:///etc/passwd> {}", 400),
            ("POST", "/sparql", DIRECT, "SELECT * FROM NAMED <http://example.org/> { GRAPH ?g { ?s ?p ?o } }", 400),
            # what would change the graph, or leave it
            ("POST", "/sparql", "application/sparql-update", "CLEAR ALL", 403),
            ("POST", "/sparql", FORM, "update=CLEAR%20ALL", 403),
            ("GET", "/sparql?update=CLEAR%20ALL", "", "", 403),
            ("POST", "/sparql", DIRECT, "INSERT DATA { <a:a> <a:b> <a:c> }", 400),
            ("POST", "/sparql", DIRECT, "LOAD <file:///etc/passwd>", 400),
            ("POST", "/sparql", DIRECT, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400),
            ("POST", "/sparql", DIRECT, "SELECT * " + "{" * 20_000 + "}" * 20_000, 400),
        ],
    )
    def test_bad_requests(
        self, server: Server, method: str, path: str, content_type: str, body: str | bytes, status: int
    ) -> None:
        headers = {"content_type": content_type} if content_type else {}
        reply = server.ask(method, path, body, **headers)
        assert reply.status == status, reply.text
        assert reply.media == "text/plain"
        assert reply.text.strip()

    def test_what_is_wrong_is_said(self, server: Server) -> None:
        assert "query:2" in server.query("SELECT *\nWHER { }").text
        assert server.ask("PUT", "/sparql").headers["allow"] == "GET, HEAD, OPTIONS, POST"

    def test_too_much(self, server: Server) -> None:
        assert server.ask("POST", "/sparql", "#" * 1_000_001, content_type=DIRECT).status == 413
        assert server.get("/sparql?query=" + "x" * 120_000).status == 414
        connection = server.connect()
        connection.putrequest("POST", "/sparql")
        connection.putheader("Content-Type", DIRECT)
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        for _ in range(11):
            connection.send(b"186a0\r\n" + b"#" * 100_000 + b"\r\n")
        connection.send(b"0\r\n\r\n")
        assert connection.getresponse().status == 413
        connection.close()

    def test_compressed_requests(self, server: Server) -> None:
        reply = server.ask("POST", "/sparql", "ASK {}", content_type=DIRECT, content_encoding="gzip")
        assert reply.status == 415

    def test_head_and_options(self, server: Server) -> None:
        path = "/sparql?" + urlencode({"query": FILES})
        head, full = server.ask("HEAD", path), server.get(path)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == str(len(full.body))
        options = server.ask("OPTIONS", "/sparql")
        assert (options.status, options.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")

    def test_the_service_describes_itself(self, server: Server) -> None:
        graph = rdflib.Graph().parse(data=server.get("/sparql").body, format="turtle")
        sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
        (service,) = graph.subjects(rdflib.RDF.type, sd.Service)
        assert str(graph.value(service, sd.endpoint)) == server.url + "sparql"
        assert (service, sd.supportedLanguage, sd.SPARQL11Query) in graph
        (triples,) = graph.objects(None, rdflib.VOID.triples)
        (count,) = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").json["results"]["bindings"]
        assert str(triples) == count["n"]["value"]
        xml = server.get("/sparql", accept="application/rdf+xml")
        assert isomorphic(rdflib.Graph().parse(data=xml.body, format="xml"), graph)


class TestFormats:
    """Answers are in the format that the client likes best, and are what that format's readers understand."""

    @pytest.mark.parametrize(
        ("accept", "media"),
        [
            ("", "application/sparql-results+json"),
            ("*/*", "application/sparql-results+json"),
            ("application/sparql-results+json", "application/sparql-results+json"),
            ("application/json", "application/json"),
            ("application/sparql-results+xml", "application/sparql-results+xml"),
            ("application/xml", "application/xml"),
            ("text/csv", "text/csv"),
            ("text/tab-separated-values", "text/tab-separated-values"),
            ("text/*", "text/xml"),
            ("text/csv;q=0.5, text/tab-separated-values;q=0.9", "text/tab-separated-values"),
            ("text/turtle, */*;q=0.1", "application/sparql-results+json"),
            ("application/sparql-results+json;q=0, */*", "application/json"),
            ("TEXT/CSV ; Q=1.0 ; charset=utf-8", "text/csv"),
            ("nonsense", "application/sparql-results+json"),
        ],
    )
    def test_rows(self, server: Server, accept: str, media: str) -> None:
        for query in (FILES, "ASK { ?s ?p ?o }"):
            reply = server.query(query, **({"accept": accept} if accept else {}))
            assert (reply.status, reply.media) == (200, media)
            assert reply.headers["vary"] == "Accept"
            assert int(reply.headers["content-length"]) == len(reply.body)

    @pytest.mark.filterwarnings("ignore:(Dataset|ConjunctiveGraph):DeprecationWarning")  # by rdflib's own readers
    @pytest.mark.parametrize(
        ("accept", "media", "form"),
        [
            ("*/*", "text/turtle", "turtle"),
            ("text/turtle", "text/turtle", "turtle"),
            ("application/n-triples", "application/n-triples", "nt"),
            ("application/ld+json", "application/ld+json", "json-ld"),
            ("application/rdf+xml", "application/rdf+xml", "xml"),
            ("application/sparql-results+json, application/rdf+xml;q=0.1", "application/rdf+xml", "xml"),
        ],
    )
    def test_triples(self, server: Server, accept: str, media: str, form: str) -> None:
        for query in (TRIPLES, "DESCRIBE ?file { ?file kg:path 'src/shape.h' }"):
            reply = server.query(query, accept=accept)
            assert (reply.status, reply.media) == (200, media)
            assert len(rdflib.Graph().parse(data=reply.body, format=form)) >= 4

    @pytest.mark.parametrize(
        ("query", "accept"),
        [(FILES, "text/turtle"), ("ASK {}", "application/rdf+xml"), (TRIPLES, "text/csv"), (FILES, "image/png")],
    )
    def test_what_nobody_has(self, server: Server, query: str, accept: str) -> None:
        reply = server.query(query, accept=accept)
        assert reply.status == 406
        assert "answered as" in reply.text

    def test_all_formats_say_the_same(self, server: Server) -> None:
        query = 'SELECT ?path ("a\\tb\\n\\"é\\"" AS ?odd) ?nothing { ?file a kg:File ; kg:path ?path } ORDER BY ?path'
        found = {
            form: server.get("/sparql?" + urlencode({"query": query, "format": form}))
            for form in ("json", "xml", "csv", "tsv")
        }
        bindings = found["json"].json["results"]["bindings"]
        paths = [row["path"]["value"] for row in bindings]
        assert {row["odd"]["value"] for row in bindings} == {'a\tb\n"é"'}
        for form in ("json", "xml", "tsv"):
            rows = list(Result.parse(io.BytesIO(found[form].body), format=form))
            assert [str(row[0]) for row in rows] == paths
            assert [str(row[1]) for row in rows] == ['a\tb\n"é"'] * len(paths)
        table = list(csv.reader(io.StringIO(found["csv"].text, newline="")))
        assert table == [["path", "odd", "nothing"], *([path, 'a\tb\n"é"', ""] for path in paths)]

    def test_a_named_format(self, server: Server) -> None:
        reply = server.get("/sparql?" + urlencode({"query": TRIPLES, "format": "nt"}), accept="text/html")
        assert reply.media == "application/n-triples"
        assert server.get("/sparql?" + urlencode({"query": TRIPLES, "format": "csv"})).status == 400
        assert server.get("/sparql?" + urlencode({"query": TRIPLES, "format": ""})).media == "text/turtle"

    def test_browsers_get_the_editor(self, server: Server) -> None:
        browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        reply = server.get("/sparql", accept=browser)
        assert reply.media == "text/html"
        assert "<textarea" in reply.text
        hostile = server.query("</textarea><script>alert(1)</script>", accept=browser)
        assert "<script>" not in hostile.text
        assert "&lt;script&gt;" in hostile.text


class TestGuard:
    @pytest.mark.parametrize(
        "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "x@127.0.0.1", "localhost:<b>", ""]
    )
    def test_other_names(self, server: Server, host: str) -> None:
        for path in ("/", "/sparql", "/api/overview", "/source/README.md", "/static/serve.css", "/nowhere"):
            assert server.get(path, host=host).status == 403

    @pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:80", "localhost."])
    def test_our_names(self, server: Server, host: str) -> None:
        assert server.get("/sparql", host=host).status == 200

    def test_other_origins(self, server: Server) -> None:
        ours = server.url.rstrip("/")
        assert server.query("ASK {}", origin=ours).status == 200
        for origin in ("http://evil.example", "null", f"http://127.0.0.1:{server.port + 1}", ours + "0"):
            reply = server.ask("POST", "/sparql", "ASK {}", content_type=DIRECT, origin=origin)
            assert reply.status == 403
            assert "access-control-allow-origin" not in reply.headers
        assert server.query("ASK {}", sec_fetch_site="cross-site", sec_fetch_mode="no-cors").status == 403
        assert server.query("ASK {}", sec_fetch_site="cross-site", sec_fetch_mode="navigate").status == 200
        assert server.query("ASK {}", sec_fetch_site="same-origin", sec_fetch_mode="cors").status == 200

    def test_origins_that_were_named(self, repository: Path) -> None:
        with serving(repository, "--cors", "https://friend.example", "--allow-host", "graph.example") as server:
            reply = server.query("ASK {}", origin="https://friend.example", sec_fetch_site="cross-site")
            assert reply.status == 200
            assert reply.headers["access-control-allow-origin"] == "https://friend.example"
            asked = {"origin": "https://friend.example", "access_control_request_method": "POST"}
            allowed = server.ask("OPTIONS", "/sparql", **asked, access_control_request_headers="content-type")
            assert allowed.status == 200
            assert allowed.headers["access-control-allow-origin"] == "https://friend.example"
            assert server.query("ASK {}", origin="https://foe.example").status == 403
            assert server.query("ASK {}", host="graph.example").status == 200

    def test_headers(self, server: Server) -> None:
        for path in ("/", "/sparql", "/api/queries", "/api/nothing", "/pages/", "/source/README.md"):
            headers = server.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert "server" not in headers
            assert "default-src 'none'" in headers["content-security-policy"] + server.get(path).text


class TestExplorer:
    def test_views(self, server: Server) -> None:
        assert server.get("/api/overview").json["counts"]["files"] == len(TREE) + 1
        node = server.get("/api/node?id=file/src/shape.h").json
        assert node["path"] == "src/shape.h"
        assert {row["other"]["path"] for row in node["edges"]["rows"]} >= {"src/shape.cpp"}
        found = server.get("/api/search?q=shape&limit=3").json
        assert len(found["rows"]) == 3
        assert found["rows"][0]["match"] == "exact"
        near = server.get("/api/neighbours?id=file/src/shape.cpp&depth=1&kinds=includes&limit=5").json
        assert {each["id"] for each in near["nodes"]} == {"file/src/shape.cpp", "file/src/shape.h"}
        assert server.get("/api/children?id=folder/src").json["total"] == 2
        assert server.get("/api/table?kind=files&offset=1&limit=2&sort=-lines").json["total"] == len(TREE) + 1
        assert server.get("/api/matrix?folder=folder/").json["folder"] == "folder/"

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/api/nothing", 404),
            ("/api/node", 400),
            ("/api/node?id=file/nowhere.h", 404),
            ("/api/matrix?folder=folder/nowhere", 404),
            ("/api/node?id=file/src/shape.h&limit=-1", 400),
            ("/api/node?id=file/src/shape.h&limit=1e3", 400),
            ("/api/node?id=file/src/shape.h&limit=100000", 400),
            ("/api/node?id=a&id=b", 400),
            ("/api/search?q=%FF", 400),
            ("/api/table?kind=nothing", 400),
            ("/api/overview?colour=red", 400),
            ("/api/queries/nothing", 404),
            ("/api/queries/includers", 400),
            ("/api/queries/includers?paht=x", 400),
        ],
    )
    def test_bad_questions(self, server: Server, path: str, status: int) -> None:
        reply = server.get(path)
        assert (reply.status, reply.media) == (status, "application/json"), reply.text
        assert reply.json["error"]

    def test_only_reading(self, server: Server) -> None:
        for path in ("/", "/api/overview", "/api/queries", "/source/README.md"):
            assert server.ask("POST", path, "{}").status == 405
            assert server.ask("OPTIONS", path).status == 204
            assert server.ask("HEAD", path).body == b""

    def test_shipped_queries(self, server: Server) -> None:
        described = server.get("/api/queries").json
        assert [each["name"] for each in described] == list(names())
        text = server.get("/api/queries/includers?" + urlencode({"path": "src/shape.h"})).json["text"]
        rows = server.query(text).json["results"]["bindings"]
        assert [row["file"]["value"] for row in rows] == ["src/shape.cpp"]

    def test_conditional_requests(self, server: Server) -> None:
        for path in ("/api/overview", "/sparql", "/sparql?" + urlencode({"query": FILES})):
            first = server.get(path)
            again = server.get(path, if_none_match=f'"other", {first.headers["etag"]}')
            assert (again.status, again.body) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
            assert server.get(path, if_none_match='"other"').status == 200
        other = server.get("/sparql?" + urlencode({"query": FILES}), accept="text/csv")
        assert other.headers["etag"] != server.query(FILES).headers["etag"]
        assert "etag" not in server.query("SELECT (NOW() AS ?now) {}").headers

    def test_pages(self, server: Server) -> None:
        assert server.get("/pages/").text == "<h1>pages</h1>"
        markdown = server.get("/pages/page.md")
        assert (markdown.text, markdown.headers["content-type"]) == ("# é", "text/plain; charset=utf-8")
        for path in (
            "/pages/../secret.txt",
            "/pages/%2e%2e/secret.txt",
            "/pages/..%2fsecret.txt",
            "/pages//etc/passwd",
        ):
            assert server.get(path).status == 404

    def test_the_start(self, server: Server) -> None:
        start = server.get("/")
        assert "shapes" in start.text
        if "etag" in start.headers:
            assert server.get("/", if_none_match=start.headers["etag"]).status == 304
        assert server.get("/favicon.ico").status == 204


class TestSources:
    def test_lines(self, server: Server) -> None:
        reply = server.get("/api/source?path=src/shape.h&from=4&to=5").json
        assert reply["lines"] == ["class Shape {", " public:"]
        assert (reply["from"], reply["to"], reply["total"], reply["changed"]) == (4, 5, 7, False)
        assert server.get("/api/source?path=src/shape.h").json["to"] == 7
        assert server.get("/api/source?path=src/shape.h&from=8").json["lines"] == []
        odd = server.get("/api/source?" + urlencode({"path": ODD})).json
        assert odd["lines"] == ["def f():", "    return '<b>'"]
        shown = server.get("/api/source?" + urlencode({"path": r"odd/\xff.txt"})).json
        raw = server.get("/api/source?id=" + quote("file/odd/%FF.txt")).json
        assert raw == shown
        assert raw["lines"] == ["one", "two", "three"]

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/api/source", 400),
            ("/api/source?path=nowhere.h", 404),
            ("/api/source?path=/etc/passwd", 404),
            ("/api/source?path=../shapes/src/shape.h", 404),
            ("/api/source?path=src/../src/shape.h", 404),
            ("/api/source?path=.kgraph/manifest.json", 404),
            ("/api/source?path=src", 404),
            ("/api/source?id=file/../../etc/passwd", 404),
            ("/api/source?id=file/%3E%20%7D%20UNION%20%7B", 404),
            ("/api/source?path=odd/data.bin", 415),
            ("/api/source?path=src/shape.h&from=0", 400),
            ("/api/source?path=src/shape.h&to=x", 400),
        ],
    )
    def test_what_is_not_shown(self, server: Server, path: str, status: int) -> None:
        reply = server.get(path)
        assert reply.status == status, reply.text
        assert reply.json["error"]

    def test_a_link_is_what_git_has(self, server: Server) -> None:
        assert server.get("/api/source?path=link.md").json["lines"] == ["/etc/hostname"]

    def test_a_folder_that_became_a_link_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "root/inside").mkdir(parents=True)
        (tmp_path / "outside").mkdir()
        for place in ("root/inside", "outside"):
            (tmp_path / place / "a.txt").write_text(place)
        kgraph.build(tmp_path / "root", jobs=1).close()
        with serving(tmp_path / "root") as server:
            assert server.get("/api/source?path=inside/a.txt").json["lines"] == ["root/inside"]
            (tmp_path / "root/inside/a.txt").write_text("changed")
            assert server.get("/api/source?path=inside/a.txt").json["changed"]
            assert "has changed" in server.get("/source/inside/a.txt").text
            (tmp_path / "root/inside/a.txt").unlink()
            (tmp_path / "root/inside").rmdir()
            (tmp_path / "root/inside").symlink_to(tmp_path / "outside")
            assert server.get("/api/source?path=inside/a.txt").status == 404

    def test_a_page(self, server: Server) -> None:
        text = server.get("/source/src/shape.h").text
        assert "<tr id=L4>" in text
        assert 'href="#L4">Shape</a>' in text
        assert "/#select=file%2Fsrc%2Fshape.h" in text
        assert text.count("<tr ") == 7
        plain = server.get("/source/src/shape.h?plain").text
        assert "<td>class Shape {</td>" in plain

    @pytest.mark.parametrize("path", [ODD, NOT_UTF8, r"odd/\xff.txt", "odd/data.bin", "link.md"])
    def test_odd_names(self, server: Server, path: str) -> None:
        reply = server.get("/source/" + quote(os.fsencode(path)))
        assert reply.status == 200
        assert "<script>alert" not in reply.text
        assert "<b>" not in reply.text

    def test_no_repository(self, repository: Path, tmp_path: Path) -> None:
        kgraph.build(repository, output=tmp_path / "apart", jobs=1).close()
        with serving(tmp_path / "apart") as server:
            assert server.get("/source/README.md").status == 404
            assert "--root" in server.get("/api/source?path=README.md").json["error"]
        with serving(tmp_path / "apart", "--root", str(repository)) as server:
            assert server.get("/source/README.md").status == 200


class TestLimits:
    def test_a_query_that_never_ends_is_ended(self, strict: Server) -> None:
        before = set(strict.workers())
        with ThreadPoolExecutor(3) as pool:
            endless = pool.submit(strict.query, ENDLESS)
            others = [strict.query(FILES).status for _ in range(5)]
            reply = endless.result()
        assert reply.status == 503
        assert "longer than 3 s" in reply.text or "memory" in reply.text
        assert others == [200] * 5
        until(lambda: len(strict.workers()) == len(before))
        assert strict.query(FILES).status == 200
        assert set(strict.workers()) != before

    def test_a_query_that_takes_all_memory_is_ended(self, strict: Server) -> None:
        text = "x" * 5000
        query = f'SELECT (GROUP_CONCAT("{text}") AS ?t) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}'
        reply = strict.ask("POST", "/sparql", query, content_type=DIRECT)
        assert reply.status == 503
        assert "memory" in reply.text
        assert strict.query(FILES).status == 200

    def test_an_answer_that_is_too_large(self, strict: Server) -> None:
        text = "x" * 100_000
        for query in (
            f'SELECT ?s ("{text}" AS ?t) {{ ?s ?p ?o }}',
            f'CONSTRUCT {{ ?s ?p "{text[:10_000]}" }} {{ ?s ?p ?o }}',
        ):
            for _ in range(10):  # a machine may be too busy for the first
                reply = strict.ask("POST", "/sparql", query, content_type=DIRECT)
                assert reply.status == 503
                if "took longer" not in reply.text:
                    break
            assert reply.text == "the answer is larger than 1 MB: ask for less, or LIMIT it\n"

    def test_what_would_bring_the_engine_down_is_refused(self, server: Server) -> None:
        reply = server.ask("POST", "/sparql", f"SELECT (1{'+1' * 30_000} AS ?x) {{}}", content_type=DIRECT)
        assert reply.status == 400
        assert "more than 3,000" in reply.text
        assert server.query(FILES).status == 200

    def test_too_many_at_once_are_told_to_wait(self, strict: Server) -> None:
        with ThreadPoolExecutor(8) as pool:
            replies: list[Reply] = list(pool.map(strict.query, [ENDLESS] * 8))
        assert {reply.status for reply in replies} == {503}
        told = [reply for reply in replies if "retry-after" in reply.headers]
        assert 3 <= len(told) < 8
        assert strict.query(FILES).status == 200
        assert strict.get("/api/overview").status == 200

    def test_endless_queries_keep_short_ones_from_nothing(self, server: Server) -> None:
        """All from one address, and no two of them alike; each would run for a minute."""
        with ThreadPoolExecutor(8) as pool:
            connections = [server.connect() for _ in range(8)]
            for number, connection in enumerate(connections):
                body = f"{ENDLESS} # {number}"
                pool.submit(connection.request, "POST", "/sparql", body, {"Content-Type": DIRECT})
            pool.shutdown()
            for _ in range(5):
                assert server.query(FILES).status == 200
            unanswered = 0
            for connection in connections:
                assert connection.sock
                connection.sock.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    connection.sock.recv(1)
                    unanswered -= 1
                unanswered += 1
                connection.close()
            assert unanswered >= 2  # they ran all the while

    def test_half_requests_keep_nobody_out(self, server: Server) -> None:
        half = f"GET / HTTP/1.1\r\nHost: {server.host}\r\nX-Slow: ".encode()
        with contextlib.ExitStack() as open_ones:
            for _ in range(1100):
                connection = socket.create_connection((server.host, server.port))
                open_ones.callback(connection.close)
                with contextlib.suppress(OSError):
                    connection.sendall(half)
            for _ in range(5):
                assert server.query(FILES).status == 200

    def test_browsing_goes_on_meanwhile(self, strict: Server) -> None:
        with ThreadPoolExecutor(4) as pool:
            endless = [pool.submit(strict.query, ENDLESS) for _ in range(4)]
            assert strict.get("/api/search?q=shape").status == 200
            assert not all(each.done() for each in endless)
        until(lambda: strict.query(FILES).status == 200)

    def test_who_goes_away_ends_the_query(self, server: Server) -> None:
        before = set(server.workers())
        connection = server.connect()
        connection.request("POST", "/sparql", ENDLESS, {"Content-Type": DIRECT})
        assert server.query("ASK {}").status == 200  # the other was there first
        connection.close()
        until(lambda: len(set(server.workers()) - before) == 1)
        assert server.query(FILES).status == 200

    def test_no_query_reaches_another_machine(self, server: Server) -> None:
        """Also where SERVICE is spelled so that only the engine sees it."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            listening.settimeout(0.2)
            address = f"<http://127.0.0.1:{listening.getsockname()[1]}/>"
            for query in (
                f"SELECT * {{ SERVICE {address} {{ ?s ?p ?o }} }}",
                f"SELECT * {{ FILTER(2<3)SERVICE#>\n{address} {{ ?s ?p ?o }} }}",
                f'SELECT * {{ ?a ?b "x"@en.SERVICE {address} {{ ?s ?p ?o }} }}',
                f"SELECT * {{ FILTER(2<3)SERVICE#>\nSILENT {address} {{ ?s ?p ?o }} }}",
                f"BASE <http://x/> SELECT * {{ BIND(<?v#> AS ?x) SERVICE {address} {{ ?s ?p ?o }} }}",
            ):
                server.ask("POST", "/sparql", query, content_type=DIRECT)
            with pytest.raises(TimeoutError):
                listening.accept()
        assert server.query(FILES).status == 200

    def test_malformed_requests(self, server: Server) -> None:
        for data in (
            b"\0\1\2\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET /" + b"x" * 300_000,
            b"POST /sparql HTTP/1.1\r\n",
        ):
            with socket.create_connection((server.host, server.port)) as connection:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(30)
                assert connection.recv(100)[:12] in (b"HTTP/1.1 400", b"HTTP/1.1 403", b"")
        assert server.query("ASK {}").status == 200


class TestTripleStore:
    def test_it_is_made_when_the_server_starts_and_after_each_build(self, tmp_path: Path) -> None:
        root = tmp_path / "root"
        root.mkdir()
        (root / "a.txt").write_text("a")
        kgraph.build(root, jobs=1).close()
        assert not (root / ".kgraph/store").exists()
        with serving(root) as server:
            assert (root / ".kgraph/store/seal.json").exists()
            assert server.query(FILES).status == 200
            (root / "b.txt").write_text("b")
            kgraph.build(root, jobs=1).close()
            until(lambda: (root / ".kgraph/store/seal.json").exists())
            assert len(server.query(FILES).json["results"]["bindings"]) == 2

    def test_questions_are_answered_by_the_graph_before_while_it_takes_long(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("a")
        kgraph.build(tmp_path, jobs=1, store=True).close()
        graph = tmp_path / ".kgraph"
        current = CurrentGraph(graph, needs_store=True)
        before = current.graph()
        (tmp_path / "b.txt").write_text("b")
        kgraph.build(tmp_path, jobs=1).close()
        assert current.graph() is before
        assert CurrentGraph(graph).graph().manifest["counts"]["files"] == 2
        assert StoreMaker(graph).ensure()
        assert current.graph() is not before
        assert current.graph().manifest["counts"]["files"] == 2

    def test_what_cannot_be_made_is_tried_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "a.txt").write_text("a")
        kgraph.build(tmp_path, jobs=1).close()
        (tmp_path / ".kgraph/tables/files.parquet").write_bytes(b"no table")
        maker = StoreMaker(tmp_path / ".kgraph")
        assert not maker.ensure()
        started: list[object] = []
        monkeypatch.setattr("kgraph.session.Process", lambda *arguments: started.append(arguments))
        assert not maker.ensure()
        assert started == []


class TestRebuild:
    def test_answers_are_of_one_generation_and_soon_of_the_new_one(self, tmp_path: Path) -> None:
        root = tmp_path / "root"
        root.mkdir()
        (root / "a.txt").write_text("a")
        kgraph.build(root, jobs=1).close()
        with serving(root) as server:
            seen: dict[str, set[bytes]] = {}
            stop = threading.Event()

            def ask() -> None:
                while not stop.is_set():
                    for path in ("/sparql?" + urlencode({"query": FILES}), "/api/table?kind=files"):
                        reply = server.get(path)
                        assert reply.status == 200, reply.text
                        seen.setdefault(path[:5] + reply.headers["x-kgraph-generation"], set()).add(reply.body)

            with ThreadPoolExecutor(2) as pool:
                asking = [pool.submit(ask) for _ in range(2)]
                try:
                    for number in range(3):
                        (root / f"b{number}.txt").write_text("b")
                        kgraph.build(root, jobs=1).close()
                        reply = server.query(FILES)  # no later than this
                        assert len(reply.json["results"]["bindings"]) == number + 2
                        assert server.get("/api/overview").json["counts"]["files"] == number + 2
                finally:
                    stop.set()
                for each in asking:
                    each.result()
            assert {len(bodies) for bodies in seen.values()} == {1}
            # Whoever has nothing to do lets go of generations that are gone.
            (root / "last.txt").write_text("c")
            kgraph.build(root, jobs=1).close()
            current = (root / ".kgraph/current").readlink().name
            held = lambda: [  # noqa: E731
                name
                for pid in server.workers()
                for file in Path(f"/proc/{pid}/fd").iterdir()
                if (name := os.path.realpath(file)) and "/graph-" in name and current not in name
            ]
            until(lambda: held() == [])

    def test_a_graph_that_is_gone(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("a")
        kgraph.build(tmp_path, jobs=1).close()
        with serving(tmp_path) as server:
            (tmp_path / ".kgraph").rename(tmp_path / "moved")
            reply = server.query(FILES)
            assert reply.status == 503
            assert "kgraph build" in reply.text
            (tmp_path / "moved").rename(tmp_path / ".kgraph")
            assert server.query(FILES).status == 200


class TestStartAndStop:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_ends_it_in_order(self, repository: Path, number: int) -> None:
        with serving(repository) as server:
            workers = server.workers()
            assert len(workers) == 5
            assert server.query("ASK {}").status == 200
            assert server.stop(number) == 0
            assert not any(map(alive, workers))
            assert server.process.stderr
            assert server.process.stderr.read() == "Ctrl-C ends it\n"

    def test_it_can_be_stopped_while_it_starts(self, repository: Path) -> None:
        command = [sys.executable, "-m", "kgraph", "serve", "-g", str(repository), "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        until(lambda: children.read_text().split())
        workers = [int(pid) for pid in children.read_text().split()]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert process.communicate()[0] == b""
        assert not any(map(alive, workers))

    def test_a_running_query_has_a_moment(self, repository: Path) -> None:
        with serving(repository) as server, ThreadPoolExecutor(2) as pool:
            workers = server.workers()
            endless = pool.submit(server.query, ENDLESS)
            _wait_for_work(workers)
            assert server.stop() == 0
            assert endless.result().status == 503
            assert not any(map(alive, workers))

    def test_no_worker_outlives_a_server_that_is_killed(self, repository: Path) -> None:
        with serving(repository) as server, ThreadPoolExecutor(1) as pool:
            workers = server.workers()
            endless = pool.submit(server.query, ENDLESS)
            _wait_for_work(workers)
            server.process.kill()
            until(lambda: not any(map(alive, workers)))
            with pytest.raises((OSError, Exception)):
                endless.result()

    def test_a_hostile_folder_to_start_in(
        self, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("json", "polars", "kgraph"):
            (tmp_path / f"{name}.py").write_text("raise SystemExit('not me')")
        monkeypatch.chdir(tmp_path)
        with serving(repository, PYTHONSAFEPATH="1") as server:
            assert server.query("ASK {}").status == 200

    def test_what_cannot_be_served(self, repository: Path, tmp_path: Path) -> None:
        def ended(*options: str) -> str:
            command = [sys.executable, "-m", "kgraph", "serve", *options]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            assert (done.returncode, done.stdout) == (2, "")
            return done.stderr

        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            assert "--port 0" in ended("-g", str(repository), "--port", port)
        assert "kgraph build" in ended("-g", str(tmp_path), "--port", "0")
        assert "not a folder" in ended("-g", str(repository), "--port", "0", "--pages", str(tmp_path / "no"))
        assert "cannot listen" in ended("-g", str(repository), "--host", "192.0.2.1")

    def test_other_hosts_are_warned_of(self, repository: Path) -> None:
        with serving(repository, "--host", "0.0.0.0") as server:
            assert server.query("ASK {}").status == 200
            server.stop()
            assert server.process.stderr
            assert "warning: others on the network" in server.process.stderr.read()


def _wait_for_work(pids: list[int]) -> None:
    """Wait until one of the processes has worked for a while, all others being idle."""

    def ticks(pid: int) -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    for _ in range(200):
        before = [ticks(pid) for pid in pids]
        time.sleep(0.3)
        if sum(ticks(pid) > then + 2 for pid, then in zip(pids, before, strict=True)) == 1:
            return
    pytest.fail("none of them works")


def test_json_is_what_json_readers_read(server: Server) -> None:
    assert json.loads(server.query("ASK {}").body) == {"head": {}, "boolean": True}
