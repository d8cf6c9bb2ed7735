"""Asking: a query and a store in, an answer out.

The engine is the store's; nothing here opens or changes one. The vocabulary's prefixes need no PREFIX lines. A query
that would leave the graph (SERVICE), change it, or bring the engine down by its size is refused before it is run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, cast

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store

from kgraph.errors import QueryError
from kgraph.query import tokens
from kgraph.query.bounds import too_much
from kgraph.query.dataset import Dataset, find_stated, prepare
from kgraph.query.engine import SparqlEngine
from kgraph.query.federation import asks_elsewhere
from kgraph.query.header import Query
from kgraph.query.parameters import terms
from kgraph.query.rows import Answer, Rows, Triples
from kgraph.suggestions import closest, did_you_mean
from kgraph.vocab import PREFIXES

# Shipped queries that `setwise` answers, which loads libraries that no other query needs; a test compares.
SETWISE = frozenset({"heaviest-includes", "import-cycles", "include-cycles", "pages/dependents", "pages/weights"})
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_EXPECTED = re.compile(r'"([^"\s]+)"')


def execute(
    store: SparqlEngine,
    query: Query,
    given: Mapping[str, object] | None = None,
    *,
    base: str = "",
    limit: int | None = None,
    dataset: Dataset | None = None,
) -> Answer:
    """Ask a query. `base` is the graph's base IRI, for parameters that are short IRIs; `limit` cuts the answer;
    `dataset` names the graphs to read, instead of what the query states."""
    text = bind_parameters(query, given or {}, base=base)
    if dataset is None and query.name in SETWISE:
        from kgraph.query.setwise import rewritten

        twin = rewritten(store, query.name, text)
        if twin != text:  # the answer itself, which any engine has but to sort
            text, store = twin, Store()
    if limit is not None:
        text = tokens.add_limit(text, limit)
    graphs: dict[str, Any] = {}
    # A server has graphs of its own, which FROM may name.
    if isinstance(store, Store) and (dataset := dataset or find_stated(text, query.where, base)):
        text, graphs = prepare(text, dataset, query.where, base)
    match _ask(store, text, query, graphs):
        case QueryBoolean() as answer:
            return bool(answer)
        case QuerySolutions() as solutions:
            return Rows(solutions, lambda: cast(QuerySolutions, _ask(store, text, query, graphs)), base)
        case triples:
            return Triples(triples, lambda: cast(QueryTriples, _ask(store, text, query, graphs)))


def bind_parameters(query: Query, given: Mapping[str, object], *, base: str = "") -> str:
    """The query's text with the values of its parameters in it: a query of its own."""
    _refuse(query)
    values = {name: str(term) for name, term in terms(query, given, base).items()}
    try:
        return tokens.bind(query.text, values)
    except tokens.BindingError as error:
        raise QueryError(str(error), where=f"{query.where}:{tokens.line_of(query.text, error.offset)}") from None


def _ask(
    store: SparqlEngine, text: str, query: Query, graphs: Mapping[str, Any]
) -> QuerySolutions | QueryBoolean | QueryTriples:
    try:
        return store.query(text, prefixes=PREFIXES, **graphs)
    except SyntaxError as error:
        raise _explain(query, str(error)) from None


def _refuse(query: Query) -> None:
    """Refuse what must not reach the engine."""
    if why := too_much(query.text):
        raise QueryError(why, where=query.where, hint="ask in several queries, or give the values in VALUES")
    all_tokens = list(tokens.tokens(query.text))
    form = next((token for token in all_tokens if token.word in tokens.QUERY_FORMS + tokens.UPDATE_FORMS), None)
    if form is None:
        raise QueryError("there is no query in it", where=query.where, hint="write SELECT ... WHERE { ... }")
    if form.word in tokens.UPDATE_FORMS:
        raise QueryError(
            f"{form.word} would change the graph; queries only read it",
            where=f"{query.where}:{tokens.line_of(query.text, form.offset)}",
            hint="`kgraph build` is what changes a graph",
        )
    for token in all_tokens:
        if token.word == "SERVICE":
            raise QueryError(
                "SERVICE would send the query to another machine; queries read this graph only",
                where=f"{query.where}:{tokens.line_of(query.text, token.offset)}",
                hint="export the graph and load it beside the other data",
            )
    if asks_elsewhere(query.text):
        raise QueryError(
            "it speaks of a SERVICE, and may send the query to another machine",
            where=query.where,
            hint="write it more plainly, or without that word",
        )


def _explain(query: Query, message: str) -> QueryError:
    """The engine's complaint, with the line of the query's file."""
    try:
        # The text as it was written: its columns are those that the reader sees.
        Store().query(query.text, prefixes=PREFIXES)
        position = _PLACE.fullmatch(message)
        return QueryError(
            f"a parameter stands where no value can: {_describe_expected(position[3]) if position else message}",
            where=query.where,
        )
    except SyntaxError as error:
        message = str(error)
    position = _PLACE.fullmatch(message)
    if not position:
        return QueryError(message, where=query.where)
    line, column = int(position[1]), int(position[2])
    location = f"{query.where}:{line}"
    near = _near(query.text, line, column)
    if "Prefix not found" in position[3] and (unknown := _unknown_prefix(query.text)):
        close = [f"{prefix}:" for prefix in closest(unknown, PREFIXES, 1)]
        hint = did_you_mean(close) or "these need no PREFIX line: " + ", ".join(PREFIXES)
        return QueryError(f"the prefix {unknown}: is not declared", where=location, hint=hint)
    wanted = _describe_expected(position[3])
    return QueryError(
        f"not SPARQL, {near}" + (f": {wanted}" if wanted else ""),
        where=location,
        hint="https://www.w3.org/TR/sparql11-query/ is the language; `kgraph queries` lists examples",
    )


def _near(text: str, line: int, column: int) -> str:
    lines = text.splitlines()
    rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    if rest:
        return f"before {rest[:30]!r}"
    return "at its end" if line >= len(lines) else "at the end of the line"


def _describe_expected(message: str) -> str:
    """What the engine expected, without its classes of characters: a sentence, or the words that would do."""
    words = re.sub(r"\[[^\]]*\]", "", message.removeprefix("expected").removeprefix(" one of"))
    phrases = {phrase.strip(" |\n") for phrase in re.split(r",|\bor\b", _EXPECTED.sub("", words))} - {""}
    if sentences := sorted(phrase for phrase in phrases if " " in phrase):
        return sentences[0]
    expected = sorted(phrases) + sorted(set(_EXPECTED.findall(words)))
    return "expected " + " or ".join(expected[:6]) if expected else ""


def _unknown_prefix(text: str) -> str:
    all_tokens = list(tokens.tokens(text))
    declared = set(PREFIXES)
    for token, following in pairwise(all_tokens):
        if token.word == "PREFIX":
            declared.add(following.text.partition(":")[0])
    for token in all_tokens:
        prefix, colon, _ = token.text.partition(":")
        if token.kind == "word" and colon and prefix not in declared:
            return prefix
    return ""
