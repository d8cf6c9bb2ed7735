"""Which symbol a name means: the one home of that rule, for queries and for agents' tools.

Input: a store, or the table of symbols, and a name as somebody types it. Output: a qualified name. That of a symbol
means itself; a short name, or an end of a qualified one, means the symbol that it fits, if it is the only one. What
stands in code goes before headings and keys of data files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal, QuerySolutions

from kgraph.errors import QueryError
from kgraph.escape import quoted, unquoted
from kgraph.model import Kind
from kgraph.query.engine import SparqlEngine
from kgraph.query.header import Parameter, Query
from kgraph.query.rows import value
from kgraph.vocab import PREFIXES

if TYPE_CHECKING:
    import polars as pl

MAX_CANDIDATES = 8  # that an error names


def normalized(name: str) -> str:
    """A name without quotes, leading `::` and trailing `()`."""
    return unquoted(name.strip()).removeprefix("::").removesuffix("()")


def qualified_name(store: SparqlEngine, name: str) -> str:
    """The qualified name that a name means; "" where the graph has no such symbol.

    Raises `QueryError`, which lists the candidates, where it may mean several.
    """
    return _meant(name, _fitting(store, normalized(name)))


def qualified_name_in(symbols: pl.DataFrame, name: str) -> str:
    """The same by the table of symbols."""
    import polars as pl

    wanted = normalized(name)
    last = _last(wanted)
    column = pl.col("qualified_name")
    ends = (column == wanted) | column.str.ends_with(f"::{wanted}") | column.str.ends_with(f".{wanted}")
    found = symbols.filter((column == wanted) | (pl.col("name") == wanted) | ((pl.col("name") == last) & ends))
    rows = found.select("qualified_name", "id", "kind").iter_rows()
    return _meant(name, [(qualified, _is_code(f"/{node}", kind)) for qualified, node, kind in rows])


def _meant(name: str, fitting: list[tuple[str, bool]]) -> str:
    wanted = normalized(name)
    for names in ({each for each, is_code in fitting if is_code}, {each for each, _ in fitting}):
        if wanted in names:
            return wanted
        # A class and its constructors are no two things.
        names = {each for each in names if not any(_is_constructor(each, other) for other in names)}
        if len(names) > 1:
            candidates = sorted(names, key=lambda each: (len(each), each))
            some = ", ".join(map(quoted, candidates[:MAX_CANDIDATES]))
            some += ", ..." if len(names) > MAX_CANDIDATES else ""
            raise QueryError(f"{name!r} may be any of {len(names):,} symbols: {some}", hint="give the qualified name")
        if names:
            return names.pop()
    return ""


def with_qualified_names(
    store: SparqlEngine, query: Query, given: Mapping[str, object]
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


def _fitting(store: SparqlEngine, wanted: str) -> list[tuple[str, bool]]:
    """The qualified names that are `wanted`, or of which it is the short name or an end; and whether each is code's."""
    last = _last(wanted)
    found: list[tuple[str, bool]] = []
    patterns = [f"?x kg:qualifiedName {Literal(wanted)}"]
    patterns += [f"?x rdfs:label {Literal(label)}" for label in dict.fromkeys((wanted, last))]
    for pattern in patterns:
        answer = store.query(
            f"SELECT ?x ?name ?kind {{ {pattern} ; kg:qualifiedName ?name ; a ?kind }}", prefixes=PREFIXES
        )
        assert isinstance(answer, QuerySolutions)  # noqa: S101 - what SELECT answers
        for row in answer:
            name, kind = str(value(row["name"])), str(value(row["kind"])).rpartition("#")[2]
            if kind == "Symbol":
                continue
            if name == wanted or name.endswith((f"::{wanted}", f".{wanted}")) or pattern == patterns[1]:
                found.append((name, _is_code(str(value(row["x"])), kind)))
    return found


def _last(name: str) -> str:
    return re.split(r"::|\.", name)[-1]


def _is_constructor(name: str, of: str) -> bool:
    """Whether a name is that of a constructor of a class."""
    last = _last(of)
    return name in (f"{of}::{last}", f"{of}.{last}")


def _is_code(node: str, kind: str) -> bool:
    """Whether a symbol is code's: no heading, no target and no key of a data file."""
    return kind not in (Kind.HEADING, Kind.TARGET) and (kind != Kind.PROPERTY or "/symbol/python/" in node)
