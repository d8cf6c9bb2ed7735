"""A SPARQL server is asked: any that keeps to the standard, whoever it lets in, and whatever goes wrong on the way."""

from __future__ import annotations

import base64
import json
import threading
import time
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import graphs
import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize

from kgraph.errors import QueryError, QueryTimeoutError
from kgraph.export.graph_store import GraphStore, split_lines
from kgraph.query import Rows, Triples, execute, load_shipped, names, parse
from kgraph.query.endpoint import PASSWORD, TOKEN, USER, Credentials, Endpoint, EndpointError
from kgraph.query.remote import RemoteGraph, ask_remote

NOBODY = Credentials()


class Server(ThreadingHTTPServer):
    """SPARQL over a store of the engine's, at /sparql, and its graphs at /data; `behave` may answer instead."""

    def __init__(self) -> None:
        super().__init__(("localhost", 0), Handler)
        self.store = Store()
        self.behave: Any = None
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://localhost:{self.server_port}/sparql"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def respond(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        if self.server.behave and self.server.behave(self, body):
            return
        path, _, query = self.path.partition("?")
        if path == "/data":
            self.graph_store(NamedNode(urllib.parse.parse_qs(query)["graph"][0]), body)
            return
        fields = urllib.parse.parse_qs(body.decode())
        graphs_asked = [NamedNode(name) for name in fields.get("default-graph-uri", ())] or [DefaultGraph()]
        answer = self.server.store.query(fields["query"][0], default_graph=graphs_asked)
        if isinstance(answer, QueryTriples):
            self.give(200, serialize(answer, format=RdfFormat.N_TRIPLES) or b"", "application/n-triples")
        else:
            self.give(200, answer.serialize(format=QueryResultsFormat.JSON) or b"")

    do_GET = do_POST = do_PUT = do_DELETE = respond  # noqa: N815 - the library's names

    def graph_store(self, name: NamedNode, body: bytes) -> None:
        store = self.server.store
        if self.command == "GET":
            if not store.contains_named_graph(name):
                self.give(404, b"none")
                return
            triples = (quad.triple for quad in store.quads_for_pattern(None, None, None, name))
            self.give(200, serialize(triples, format=RdfFormat.N_TRIPLES) or b"", "application/n-triples")
            return
        if self.command in ("PUT", "DELETE"):
            store.remove_graph(name)
        if self.command != "DELETE":
            store.add_graph(name)
            store.load(body, RdfFormat.N_TRIPLES, to_graph=name)
        self.give(204, b"")

    def give(self, status: int, body: bytes, kind: str = "application/sparql-results+json", **headers: str) -> bool:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        return True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        made.store.bulk_extend(graphs.memory_store(graphs.with_builds()))
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def remote(server: Server, **options: Any) -> RemoteGraph:
    return RemoteGraph(Endpoint(server.url, NOBODY), **options)


def test_a_server_of_the_standard_answers_as_our_own_store_does(server: Server) -> None:
    graph = remote(server)
    own = graphs.memory_store(graphs.with_builds())
    for name in names():
        query = load_shipped(name)
        given = {each.name: each.example for each in query.parameters if each.need == "required"}
        ours, (theirs, _) = execute(own, query, given, base=graph.base), ask_remote(graph, query, given)
        if isinstance(ours, Rows):
            assert isinstance(theirs, Rows)
            assert list(theirs) == list(ours), name
        else:
            assert isinstance(ours, Triples)
            assert isinstance(theirs, Triples)
            assert set(map(str, theirs)) == set(map(str, ours)), name


def test_named_graphs_are_read_where_the_default_graph_is_empty(server: Server) -> None:
    quads = [Quad(*quad.triple, NamedNode("urn:shapes")) for quad in server.store]
    server.store.clear()
    server.store.bulk_extend(quads)
    graph = remote(server)
    answer, (_, notes) = ask_remote(graph, load_shipped("most-included"), {})
    assert isinstance(answer, Rows)
    assert list(answer)
    assert notes[0] == "the server's default graph has no repository: 1 named graph of it are read"
    with pytest.raises(QueryError, match="these graphs have no repository"):
        remote(server, graphs=["urn:other"])
    server.store.clear()
    with pytest.raises(QueryError, match="the server has no repository"):
        remote(server)


def test_what_is_wrong_in_a_query_is_told_before_anything_is_sent(server: Server) -> None:
    graph = remote(server)
    sent = len(server.asked)
    with pytest.raises(QueryError, match="query:1: not SPARQL"):
        execute(graph, parse("SELECT ?a { ?a"))
    with pytest.raises(QueryError, match="SERVICE"):
        execute(graph, parse("SELECT * { SERVICE <http://elsewhere/> { ?a ?b ?c } }"))
    with pytest.raises(QueryError, match="would change the graph"):
        execute(graph, parse("CLEAR ALL"))
    assert len(server.asked) == sent


def test_a_password_is_sent_when_it_is_asked_for(server: Server) -> None:
    right = "Basic " + base64.b64encode(b"ada:secret").decode()

    def behave(handler: Handler, body: bytes) -> bool:
        if handler.headers.get("Authorization") == right:
            return False
        return handler.give(401, b"who?", WWW_Authenticate='Basic realm="r"')

    server.behave = behave
    assert RemoteGraph(Endpoint(server.url, Credentials("ada", "secret"))).bases
    with pytest.raises(EndpointError, match="refuses it to this user") as raised:
        RemoteGraph(Endpoint(server.url, Credentials("ada", "other-secret")))
    assert "other-secret" not in f"{raised.value!r}{raised.value}"
    with pytest.raises(EndpointError, match="asks who you are"):
        remote(server)


def test_a_token_goes_to_no_other_server(server: Server) -> None:
    assert RemoteGraph(Endpoint(server.url, Credentials(token="t0ken"))).bases
    assert {headers.get("Authorization") for _, _, headers in server.asked} == {"Bearer t0ken"}
    server.behave = lambda handler, _: handler.give(302, b"", Location="http://user:pw@localhost:1/x?secret=1")
    with pytest.raises(EndpointError, match=r"the server leads to http://localhost:1/x\n"):
        RemoteGraph(Endpoint(server.url, Credentials(token="t0ken")))


def test_an_unknown_way_to_ask_for_a_password(server: Server) -> None:
    server.behave = lambda handler, _: handler.give(401, b"", WWW_Authenticate="Negotiate")
    with pytest.raises(EndpointError, match="refuses it to this user"):
        RemoteGraph(Endpoint(server.url, Credentials("ada", "secret")))


def test_where_credentials_come_from(tmp_path: Path) -> None:
    url = "https://graphs.example.org:8443/sparql"
    file = tmp_path / "netrc"
    file.write_text("machine graphs.example.org login ada password from-netrc\n")
    file.chmod(0o600)
    known = {"NETRC": str(file)}
    none = {"NETRC": str(tmp_path / "nothing")}
    assert Credentials.find(url, "", none) == NOBODY
    assert Credentials.find(url, "", known) == Credentials("ada", "from-netrc")
    assert Credentials.find(url, "ada", known) == Credentials("ada", "from-netrc")
    assert Credentials.find("https://other.example.org/", "", known) == NOBODY
    assert Credentials.find(url, "", known | {USER: "eve", PASSWORD: "x"}) == Credentials("eve", "x")
    assert Credentials.find(url, "bob", known | {USER: "eve", PASSWORD: "x"}) == Credentials("bob", "x")
    assert Credentials.find(url, "bob", known | {TOKEN: "t"}) == Credentials(token="t")
    assert "from-netrc" not in repr(Credentials.find(url, "", known))
    with pytest.raises(EndpointError, match="no password of 'bob'"):
        Credentials.find(url, "bob", known)
    file.write_text("machine graphs.example.org login\n nonsense p\n")
    with pytest.raises(EndpointError, match=r"\.netrc: cannot be read") as raised:
        Credentials.find(url, "", known)
    assert "from-netrc" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["", "localhost:8890/sparql", "file:///etc/passwd", "http://", "http://a b/", "http://a:x/", "ftp://a/"]
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(EndpointError, match="is not an address of a server"):
        Endpoint(url, NOBODY)


def test_no_password_in_an_address() -> None:
    with pytest.raises(EndpointError, match="holds a user or a password") as raised:
        Endpoint("http://ada:secret@localhost/sparql", NOBODY)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, b"<html><p>Line 3: unknown function</p></html>", "the server does not take it: Line 3: unknown function"),
        (404, b"", "the server answers 404"),
        (408, b"", "the server gave up"),
        (500, b"out of memory\nand more", "the server answers 500: out of memory"),
        (200, b"<html>hello</html>", "the answer is not a SPARQL result"),
        (200, b'{"head": {"vars": ["node"]}, "results": {"bindings": [', "the answer is not a SPARQL result"),
    ],
)
def test_what_a_server_says_is_told(server: Server, status: int, body: bytes, said: str) -> None:
    server.behave = lambda handler, _: handler.give(status, body)
    with pytest.raises((EndpointError, QueryError), match=said):
        remote(server)


def test_an_answer_that_breaks_off_is_none(server: Server) -> None:
    def behave(handler: Handler, body: bytes) -> bool:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"head": {"vars": []}, "results": {"bindings": []}}')
        return True

    server.behave = behave
    with pytest.raises(EndpointError, match="the answer is not whole"):
        remote(server)


def test_nobody_there() -> None:
    with pytest.raises(EndpointError, match=r"http://localhost:1/sparql: cannot be reached"):
        RemoteGraph(Endpoint("http://localhost:1/sparql", NOBODY))


def test_a_server_that_is_silent_or_trickles_costs_the_time_allowed(server: Server) -> None:
    def trickle(handler: Handler, body: bytes) -> bool:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            time.sleep(0.1)
            handler.wfile.write(b" " * (1 << 20))
        return True

    for behave in (trickle, lambda handler, body: time.sleep(3) or True):
        server.behave = behave
        begun = time.monotonic()
        with pytest.raises(QueryTimeoutError, match=r"no whole answer after 0.5 s"):
            RemoteGraph(Endpoint(server.url, NOBODY, seconds=0.5))
        assert time.monotonic() - begun < 2.5


def test_rows_that_a_server_cut_come_in_pages(server: Server) -> None:
    own = list(execute(server.store, parse("SELECT ?s ?p ?o { ?s ?p ?o }")))  # type: ignore[arg-type]

    def cut(handler: Handler, body: bytes) -> bool:
        text = urllib.parse.parse_qs(body.decode())["query"][0]
        answer = server.store.query(text).serialize(format=QueryResultsFormat.JSON)  # type: ignore[union-attr]
        whole = json.loads(answer or b"")
        rows = whole.get("results", {}).get("bindings", [])
        headers = {"X_SPARQL_MaxRows": "100"} if len(rows) >= 100 else {}
        if headers:
            del rows[100:]
        return handler.give(200, json.dumps(whole).encode(), **headers)

    server.behave = cut
    answer, (_, notes) = ask_remote(remote(server), parse("SELECT ?s ?p ?o { ?s ?p ?o }"), {})
    assert isinstance(answer, Rows)
    rows = list(answer)
    assert len(rows) == len(own) > 300
    assert set(rows) == set(own)
    assert notes == []


def test_rows_without_an_end_in_time_are_no_answer(server: Server) -> None:
    graph = remote(server)
    server.behave = lambda handler, _: handler.give(
        200, b'{"head": {"vars": ["a"]}, "results": {"bindings": []}}', X_SQL_State="S1TAT"
    )
    with pytest.raises(QueryTimeoutError, match="what it answers is not all"):
        graph.query("SELECT ?a { ?a ?b ?c }")


# --- the graph store ---


def test_a_graph_that_breaks_off_is_removed(server: Server) -> None:
    endpoint = Endpoint(server.url.replace("sparql", "data"), NOBODY)
    store = GraphStore(endpoint, "urn:graphs")
    store.open()
    assert store.replace("urn:one", [b"<urn:a> <urn:b> <urn:c> .\n", b"<urn:a> <urn:b> <urn:d> .\n"]) == 2

    def chunks() -> Iterator[bytes]:
        yield b"<urn:a> <urn:b> <urn:c> .\n" * 1000
        raise KeyboardInterrupt

    for name in ("urn:two", "urn:one"):
        with pytest.raises(KeyboardInterrupt):
            store.replace(name, chunks())
        assert not server.store.contains_named_graph(NamedNode(name))
    store.replace("urn:three", [])
    again = GraphStore(endpoint, "urn:graphs")
    again.open()
    assert again.names == {"urn:three"}
    again.remove("urn:three")
    assert not server.store.contains_named_graph(NamedNode("urn:three"))


def test_an_address_that_is_no_graph_store(server: Server) -> None:
    server.behave = lambda handler, _: handler.give(200, b"<html>hello</html>", "text/html")
    with pytest.raises(EndpointError, match="no graph of a store"):
        GraphStore(Endpoint(server.url, NOBODY), "urn:graphs").open()


def test_pieces_are_whole_lines() -> None:
    lines = [b"a" * size + b"\n" for size in (3, 50, 9, 1, 0, 30)]
    for size in (1, 10, 1000):
        for chunks in ([b"".join(lines)], lines, []):
            found = list(split_lines(chunks, size))
            assert b"".join(found) == b"".join(chunks)
            assert all(piece.endswith(b"\n") for piece in found)
            assert all(len(piece) <= size or piece.count(b"\n") == 1 for piece in found)
