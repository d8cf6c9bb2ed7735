"""Which symbol a name means: the one home of that rule, for queries and for agents' tools.

Input: a store and a name as somebody types it. Output: a qualified name. That of a symbol means itself; a short name,
or an end of a qualified one, means the symbol that it fits, if it is the only one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import Literal, QuerySolutions, Store

from kgraph.errors import QueryError
from kgraph.escape import quoted, unquoted
from kgraph.model import Kind
from kgraph.query.header import Parameter, Query
from kgraph.query.rows import value
from kgraph.vocab import PREFIXES

MAX_CANDIDATES = 8  # that an error names
# Headings and targets, which a code symbol of the same name goes before.
_NO_CODE = frozenset({Kind.HEADING, Kind.TARGET})


def normalized(name: str) -> str:
    """A name without quotes, leading `::` and trailing `()`."""
    return unquoted(name.strip()).removeprefix("::").removesuffix("()")


def qualified_name(store: Store, name: str) -> str:
    """The qualified name that a name means; "" where the graph has no such symbol.

    Raises `QueryError`, which lists the candidates, where it may mean several.
    """
    wanted = normalized(name)
    if store.query(f"ASK {{ ?x kg:qualifiedName {Literal(wanted)} }}", prefixes=PREFIXES):
        return wanted
    found = _of_short_name(store, wanted)
    names = {each for each, kind in found if kind not in _NO_CODE} or {each for each, _ in found}
    if len(names) > 1:
        candidates = sorted(names, key=lambda each: (len(each), each))
        some = ", ".join(map(quoted, candidates[:MAX_CANDIDATES])) + (", ..." if len(names) > MAX_CANDIDATES else "")
        raise QueryError(f"{name!r} may be any of {len(names):,} symbols: {some}", hint="give the qualified name")
    return next(iter(names), "")


def with_qualified_names(
    store: Store, query: Query, given: Mapping[str, object]
) -> tuple[dict[str, object], list[str]]:
    """The values of a query's parameters with short names of symbols replaced by the qualified ones that they mean, and
    a sentence for each that was."""
    values, notes = dict(given), []
    for parameter in query.parameters:
        name = given.get(parameter.name)
        if isinstance(name, str) and _wants_qualified_name(query, parameter):
            meant = qualified_name(store, name)
            if meant and meant != name.strip().removeprefix("::"):
                values[parameter.name] = meant
                notes.append(f"{quoted(name)} is taken for {quoted(meant)}, the only symbol of that name")
    return values, notes


def _wants_qualified_name(query: Query, parameter: Parameter) -> bool:
    matched_by_label = re.search(rf"\brdfs:label\b[^.;}}]*\?{re.escape(parameter.name)}\b", query.text)
    return parameter.type == "symbol" and not matched_by_label


def _of_short_name(store: Store, wanted: str) -> list[tuple[str, str]]:
    """Qualified names, and kinds, of the symbols whose short name or end of a name it is."""
    last = re.split(r"::|\.", wanted)[-1]
    found: list[tuple[str, str]] = []
    for label in dict.fromkeys((wanted, last)):
        answer = store.query(
            f"SELECT DISTINCT ?name ?kind {{ ?x rdfs:label {Literal(label)} ; kg:qualifiedName ?name ; a ?kind }}",
            prefixes=PREFIXES,
        )
        assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
        for row in answer:
            name, kind = str(value(row["name"])), str(value(row["kind"])).rpartition("#")[2]
            if kind != "Symbol" and (label == wanted or name.endswith((f"::{wanted}", f".{wanted}"))):
                found.append((name, kind))
    return found
