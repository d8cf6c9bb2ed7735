"""Graphs on a SPARQL 1.1 server, asked as a store of our own is.

Input: an `Endpoint`, names of graphs. Output: an engine, and what has to be said of its answers. Whatever a server does
that the standard does not say is stated here or worked around in `virtuoso`, its only exception so far:

- A server that cuts a SELECT and says so is asked for the rest, page by page; where it cuts triples, a note says
  so.
- A server whose time ran out in the middle of an answer gives an error and no rows.
- Where the default graph has no repository and named graphs do, these are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from kgraph.errors import QueryError, QueryTimeoutError
from kgraph.query import tokens, virtuoso
from kgraph.query.diagnostics import diagnose_answer
from kgraph.query.endpoint import Endpoint, EndpointError, Response
from kgraph.query.execution import execute
from kgraph.query.header import Query
from kgraph.query.rows import Answer
from kgraph.query.symbol_names import with_qualified_names

MAX_LISTED = 5  # graphs that a sentence names
MAX_ROWS = 5_000_000  # of an answer that comes in pages
_JSON, _TRIPLES = "application/sparql-results+json", "application/n-triples"
_REPOSITORY = "https://w3id.org/kgraph/ns#Repository"


class RemoteGraph:
    """The graphs of a server that a query reads."""

    def __init__(self, endpoint: Endpoint, graphs: Sequence[str] = ()) -> None:
        """Read the named `graphs`, or what the server reads by default.

        Raises `EndpointError` where the server cannot be asked, `QueryError` where no repository is in what is read.
        """
        self._endpoint = endpoint
        self.where = endpoint.where
        self._graphs = tuple(graphs)
        self._is_virtuoso = False
        self.notes: list[str] = []  # on the last answers
        self.bases = self._repositories()

    @property
    def base(self) -> str:
        """The base of the repository's nodes; "" where several are read."""
        return self.bases[0] if len(self.bases) == 1 else ""

    def query(
        self, query: str, /, *, prefixes: dict[str, str] | None = None
    ) -> QuerySolutions | QueryBoolean | QueryTriples:
        """The answer to a query. Raises `SyntaxError` where the standard does not know it, before anything is sent."""
        Store().query(query, prefixes=prefixes)
        text = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (prefixes or {}).items()) + query
        kind = tokens.form(query)
        if self._is_virtuoso:
            text = virtuoso.rewritten(text)
            if virtuoso.has_own_paths(text):
                self._note("Virtuoso walks a path of this query in its own way: it may give rows twice, or not all")
        if kind in ("CONSTRUCT", "DESCRIBE"):
            return self._triples(text, kind)
        return self._solutions(text)

    def _solutions(self, text: str) -> QuerySolutions | QueryBoolean:
        response = self._ask(text, _JSON)
        content = self._check_json(response)
        if response.headers.get(virtuoso.MAX_ROWS):
            content = self._all_pages(text, content)
        answer = _parse(content, self.where)
        if isinstance(answer, QuerySolutions) and [each.value for each in answer.variables] == [virtuoso.ASK_COLUMN]:
            return _boolean(next(answer, None) is not None)
        return answer

    def _triples(self, text: str, kind: str) -> QueryTriples:
        response = self._ask(text, _TRIPLES)
        self._check_whole(response)
        if self._is_virtuoso and kind == "CONSTRUCT" and (solutions := _solutions_of(text)):
            # Virtuoso says of rows alone that they are not all.
            rows = self._ask(solutions, _JSON)
            if most := rows.headers.get(virtuoso.MAX_ROWS):
                self._note(f"the server cut the answer after {int(most):,} solutions: there may be more triples")
        format_ = RdfFormat.from_media_type(response.headers.get_content_type()) or RdfFormat.N_TRIPLES
        try:
            store = Store()  # without duplicates, as an answer is
            store.bulk_extend(parse(response.content, format_))
        except (SyntaxError, ValueError) as error:
            raise EndpointError(f"the answer is not RDF: {error}", where=self.where) from None
        triples = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        assert isinstance(triples, QueryTriples)  # noqa: S101 - what CONSTRUCT answers
        return triples

    def _all_pages(self, text: str, first: bytes) -> bytes:
        """All rows of an answer that the server cut; where they have no order, they get one."""
        whole = _results(first, self.where)
        rows = whole.results.bindings if whole.results else []
        size = len(rows)
        if size and not _has_order(text):
            keys = " ".join(f"MD5(STR(?{name}))" for name in whole.head.get("vars", ()))
            text = _wrap_query(text, f"ORDER BY {keys}")
            rows.clear()
        while size:
            page = self._ask(_wrap_query(text, f"LIMIT {size} OFFSET {len(rows)}"), _JSON)
            found = _results(self._check_json(page), self.where).results
            if found is None or not found.bindings:
                break
            rows += found.bindings
            if len(rows) > MAX_ROWS:
                raise QueryError(f"more than {MAX_ROWS:,} rows", where=self.where, hint="ask more narrowly")
            if not page.headers.get(virtuoso.MAX_ROWS):
                break
        return msgspec.json.encode(whole)

    def _ask(self, text: str, accept: str) -> Response:
        fields = [("query", text), *(("default-graph-uri", name) for name in self._graphs)]
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        return self._endpoint.send("POST", urlencode(fields).encode(), headers=headers)

    def _check_json(self, response: Response) -> bytes:
        self._check_whole(response)
        content = response.content
        return virtuoso.standard_json(content) if self._is_virtuoso else content

    def _check_whole(self, response: Response) -> None:
        if state := response.headers.get(virtuoso.STATE):
            raise QueryTimeoutError(
                f"the server gave up, and what it answers is not all (state {state})",
                where=self.where,
                hint="ask more narrowly, or raise the server's limit (Virtuoso: MaxQueryExecutionTime)",
            )

    def _note(self, sentence: str) -> None:
        if sentence not in self.notes:
            self.notes.append(sentence)

    # --- what is there ---

    def _repositories(self) -> list[str]:
        """The bases of the repositories that are read; the first request, by which the engine is known."""
        response = self._ask(f"SELECT DISTINCT ?node WHERE {{ ?node a <{_REPOSITORY}> }} ORDER BY ?node", _JSON)
        server = response.headers.get("Server", "")
        self._is_virtuoso = "virtuoso" in server.lower() or "X-SPARQL-default-graph" in response.headers
        found = list(self._names(response))
        if not found and not self._graphs:
            text = f"SELECT DISTINCT ?node WHERE {{ GRAPH ?node {{ ?repository a <{_REPOSITORY}> }} }} ORDER BY ?node"
            if named := list(self._names(self._ask(text, _JSON))):
                self._graphs = tuple(named)
                some = f"{len(named):,} named {'graph' if len(named) == 1 else 'graphs'}"
                self._note(f"the server's default graph has no repository: {some} of it are read")
                return self._repositories()
        if not found:
            what = "these graphs have" if self._graphs else "the server has"
            raise QueryError(
                f"{what} no repository of kgraph",
                where=self.where,
                hint="`kgraph fleet export --endpoint` and `kgraph export -f nq` bring one there",
            )
        return found

    def _names(self, response: Response) -> Iterator[str]:
        answer = _parse(self._check_json(response), self.where)
        if isinstance(answer, QuerySolutions):
            for row in answer:
                yield str(getattr(row[0], "value", ""))


def ask_remote(
    graph: RemoteGraph, query: Query, given: Mapping[str, object], limit: int | None = None
) -> tuple[Answer, tuple[Mapping[str, object], Sequence[str]]]:
    """The answer of a server to a query; the values of its parameters as they were meant, and what the answer may lack.

    Raises `QueryError` where the query is wrong, `EndpointError` where the server does not answer as it must.
    """
    meant, notes = with_qualified_names(graph, query, given)
    answer = execute(graph, query, meant, base=graph.base, limit=limit)
    notes = [*notes, *diagnose_answer(graph, query, meant)]
    return answer, (meant, [*graph.notes, *notes])


class _Bindings(msgspec.Struct):
    bindings: list[msgspec.Raw]


class _Results(msgspec.Struct, omit_defaults=True):
    """An answer as far as pages need it."""

    head: dict[str, Any]
    results: _Bindings | None = None
    boolean: bool | None = None


def _results(content: bytes, where: str) -> _Results:
    try:
        return msgspec.json.decode(content, type=_Results)
    except msgspec.MsgspecError as error:
        raise EndpointError(f"the answer is not a SPARQL result: {error!s:.200}", where=where) from None


def _parse(content: bytes, where: str) -> QuerySolutions | QueryBoolean:
    _results(content, where)  # whole: the engine reads row by row, and would tell of an error in the middle
    answer: QuerySolutions | QueryBoolean = parse_query_results(content, QueryResultsFormat.JSON)
    return answer


def _boolean(is_true: bool) -> QueryBoolean:
    text = '{"head":{},"boolean":' + ("true" if is_true else "false") + "}"
    answer = parse_query_results(text.encode(), QueryResultsFormat.JSON)
    assert isinstance(answer, QueryBoolean)  # noqa: S101 - what it says
    return answer


# --- texts ---


def _has_order(text: str) -> bool:
    depth = 0
    for token in tokens.tokens(text):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.word == "ORDER":
            return True
    return False


def _wrap_query(text: str, modifiers: str) -> str:
    """A query for rows of another: around it, for Virtuoso sorts only ten thousand rows of a query with a LIMIT."""
    start = next(token.offset for token in tokens.tokens(text) if token.word == "SELECT")
    return f"{text[:start]}SELECT * WHERE {{ {{ {text[start:]}\n }} }} {modifiers}"


def _solutions_of(text: str) -> str:
    """The query for the solutions of a CONSTRUCT, a number for each; "" where it has no pattern of its own."""
    all_tokens = list(tokens.tokens(text))
    index = next(index for index, token in enumerate(all_tokens) if token.word == "CONSTRUCT")
    if all_tokens[index + 1].text != "{":
        return ""
    depth = 0
    for token in all_tokens[index + 1 :]:
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0:
            return f"{text[: all_tokens[index].offset]}SELECT (1 AS ?one) {text[token.end :]}"
    return ""
