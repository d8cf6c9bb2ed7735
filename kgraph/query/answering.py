"""A question to an open graph: which query is meant, which store answers it, and what is said beside the answer.

Input: a graph and a query as a person gives it. Output: an answer with its notes.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping

from kgraph.coverage import Coverage
from kgraph.errors import QueryWarning
from kgraph.query.diagnostics import diagnose_answer
from kgraph.query.execution import execute
from kgraph.query.header import Query, parse
from kgraph.query.library import find
from kgraph.query.rows import Answer
from kgraph.query.slices import QueriedGraph, store_for
from kgraph.query.symbol_names import with_qualified_names
from kgraph.query.unknown_terms import unknown_terms


def find_query(spec: str) -> Query:
    """The query that is given by a shipped name, a file that ends in `.rq`, or SPARQL text."""
    spaced = any(char.isspace() for char in spec.strip())
    return parse(spec) if spaced and not spec.endswith(".rq") else find(spec)


def find_query_with_warning(spec: str) -> Query:
    """The same for code that asks: names that the vocabulary does not have are a `QueryWarning` where the call stands.

    An ASK answers with a bool, which has no notes.
    """
    query = find_query(spec)
    for sentence in unknown_terms(query.text):
        warnings.warn(sentence, QueryWarning, stacklevel=_caller_level())
    return query


def _caller_level() -> int:
    """The `stacklevel` of the first frame outside of this package, for a warning of the function that calls this."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "kgraph":
        level, frame = level + 1, frame.f_back
    return level


def answer_query(
    graph: QueriedGraph,
    query: Query,
    given: Mapping[str, object],
    limit: int | None,
    whole: Coverage,
    *,
    make: bool = True,
) -> Answer:
    """The answer to a query; `whole` is what was analysed of all files.

    Where the query needs the triple store and there is none, that is made, or with `make` False `StoreMissingError` is
    raised.
    """
    store = store_for(graph, query, given, make=make)
    meant, notes = with_qualified_names(store, query, given)
    answer = execute(store, query, meant, base=graph.base, limit=limit)
    if not isinstance(answer, bool):
        answer.find_notes = lambda: (*notes, *diagnose_answer(store, query, meant, whole))
    return answer
