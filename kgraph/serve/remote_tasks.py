"""What workers do that stand before a SPARQL server: the tasks of `tasks` that need no graph on this machine.

Input: the server as it was asked before, what was asked, a stream that takes the answer. Output: as of `tasks`.

A query is checked here before it is sent, as one for our own engine is: updates and SERVICE are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kgraph.query import bind_parameters as bound_text
from kgraph.query import diagnose_answer, execute, load_shipped, names, tokens, with_qualified_names
from kgraph.query.endpoint import Credentials, Endpoint
from kgraph.query.header import Query
from kgraph.query.remote import RemoteGraph
from kgraph.serve.negotiation import ROWS, TRIPLES
from kgraph.serve.protocol import RefusedError, ServerAddress
from kgraph.serve.tasks import JSON, Reply, Task, json_answer, offer_of, queries, refresh, with_charset, write_answer

MAX_KEPT = 50  # choices of graphs that were asked for


class QueriedServer:
    """A SPARQL server, and the graphs of it that were asked for."""

    def __init__(self, address: ServerAddress) -> None:
        """Raises `EndpointError` where the address is none, or a user has no password."""
        self._address = address
        checked = Endpoint(address.url, Credentials())
        self._endpoint = Endpoint(address.url, Credentials.find(checked.where, address.user), address.seconds)
        self._kept: dict[tuple[str, ...], tuple[RemoteGraph, list[str]]] = {}

    @property
    def where(self) -> str:
        """Its address, for messages."""
        return self._endpoint.where

    def graph(self, graphs: tuple[str, ...] = ()) -> RemoteGraph:
        """The graphs of some names, by default those that the server was started with, ready for a question.

        Raises `EndpointError` where the server cannot be asked, `QueryError` where it has no repository.
        """
        graphs = graphs or self._address.graphs
        if graphs not in self._kept:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            remote = RemoteGraph(self._endpoint, graphs)
            self._kept[graphs] = (remote, list(remote.notes))
        remote, notes = self._kept[graphs]
        remote.notes = list(notes)  # those on an answer are of that answer alone
        return remote


class CurrentServer:
    """A server in the place of a graph: there is always the one that it was."""

    generation = ""

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._server: QueriedServer | None = None

    def graph(self) -> QueriedServer:
        """The server, whose credentials are looked for when it is first asked."""
        if self._server is None:
            self._server = QueriedServer(self._address)
        return self._server


def sparql(server: QueriedServer, asked: Mapping[str, Any], out: Any) -> Reply:
    """The answer of the server to a query, in the format that fits best."""
    if asked["named_graphs"]:
        raise RefusedError(400, "named-graph-uri is not passed on: name the graphs in the query, with GRAPH")
    query = Query("", asked["query"])
    triples = tokens.form(query.text) in ("CONSTRUCT", "DESCRIBE")
    offer = offer_of(asked["accept"], asked["form"], TRIPLES if triples else ROWS)
    graph = server.graph(tuple(asked["default_graphs"]))
    answer = execute(graph, query, base=graph.base)
    write_answer(answer, offer, server.where, graph.base, out)
    notes = [ascii(note)[1:-1] for note in (*graph.notes, *diagnose_answer(graph, query, {}))]
    headers = {"X-Kgraph-Note": "; ".join(notes)} if notes else {}
    return {"media": with_charset(offer.media), "headers": headers}


def bind_query(server: QueriedServer, asked: Mapping[str, Any], out: Any) -> Reply:
    """The text of a shipped query with values in the place of its parameters."""
    if asked["name"] not in names():
        raise RefusedError(404, f"there is no query {asked['name']!r}")
    graph, query = server.graph(), load_shipped(asked["name"])
    values, notes = with_qualified_names(graph, query, asked["values"])
    text = bound_text(query, values, base=graph.base)
    json_answer({"name": query.name, "text": text, "notes": [*notes, *diagnose_answer(graph, query, values)]}, out)
    return {"media": JSON}


def describe(server: QueriedServer, asked: Mapping[str, Any], out: Any) -> Reply:  # noqa: ARG001
    """Nothing: a server describes itself."""
    raise RefusedError(404, f"a query is missing; this stands before {server.where}, which describes itself")


TASKS: dict[str, Task] = {
    "sparql": sparql,
    "bound": bind_query,
    "describe": describe,
    "queries": queries,
    "refresh": refresh,
}
