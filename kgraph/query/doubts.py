"""Values of parameters that name nothing in the graph: why an answer may be empty.

Comes in: a query, the values given, a store. Goes out: a sentence for each path or symbol that the graph does not have,
with what may have been meant. Asked beside the query: its answer is what the standard says, empty or not.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, QuerySolutions, Store

from kgraph.query.head import Query
from kgraph.query.parameters import terms
from kgraph.query.rows import value
from kgraph.vocab import PREFIXES

MOST = 3  # suggestions
_RELATIONS = re.compile(r"\bkg:(?:related|Relation|rank|score|reason)\b")


def doubts(store: Store, query: Query, given: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each given path or symbol that the graph does not have, and for relations that nobody built."""
    if _RELATIONS.search(query.text) and not _any(store, "?x kg:related ?y"):
        yield "this graph does not tell related files; build it without --no-related"
    bound = terms(query, given)
    for parameter in query.parameters:
        term = bound.get(parameter.name)
        if parameter.name not in given or not isinstance(term, Literal):
            continue
        if parameter.type == "path" and not _any(store, f"?x kg:path {term}"):
            yield _sentence("path", term.value, _paths_like(store, term.value))
        elif parameter.type == "symbol" and not _any(store, f"?x rdfs:label|kg:qualifiedName {term}"):
            yield _sentence("symbol", term.value, _symbols_like(store, term.value))


def _sentence(what: str, name: str, close: list[str]) -> str:
    return f"the graph has no {what} {name!r}" + (f"; did you mean {' or '.join(close)}?" if close else "")


def _paths_like(store: Store, path: str) -> list[str]:
    """Paths of that very name, else of a name that is spelled like it; the nearest first."""
    name = posixpath.basename(path)
    paths = _texts(store, "?x kg:path ?text")
    by_name: dict[str, list[str]] = {}
    for known in paths:
        by_name.setdefault(posixpath.basename(known), []).append(known)
    names = [name] if name in by_name else difflib.get_close_matches(name, by_name, MOST, 0.75)
    return _nearest(path, [known for close in names for known in by_name[close]])


def _symbols_like(store: Store, name: str) -> list[str]:
    """Qualified names that end in the same short name; the nearest first."""
    last = re.split(r"::|\.", name)[-1]
    return _nearest(name, _texts(store, f"?x rdfs:label {Literal(last)} ; kg:qualifiedName ?text"))


def _nearest(name: str, found: list[str]) -> list[str]:
    return sorted(found, key=lambda known: (-difflib.SequenceMatcher(None, name, known).ratio(), known))[:MOST]


def _any(store: Store, pattern: str) -> bool:
    return bool(store.query(f"ASK {{ {pattern} }}", prefixes=PREFIXES))


def _texts(store: Store, pattern: str) -> list[str]:
    answer = store.query(f"SELECT DISTINCT ?text {{ {pattern} }} ORDER BY ?text", prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
    return [str(value(solution["text"])) for solution in answer]
