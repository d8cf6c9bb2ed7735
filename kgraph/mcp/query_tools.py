"""The tools that ask in SPARQL: the shipped queries by name, and any text.

Input: a `GraphIndex` and arguments. Output: a `ToolAnswer` whose items are rows, or triples as lines of N-Triples.

An answer is read up to its limit and one further, so that an endless one costs no more than that; what the engine
computes before its first row is bounded by the worker's time and memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import Any

from kgraph.escape import quote
from kgraph.mcp.answer import Item, ToolAnswer
from kgraph.mcp.graph_index import GraphIndex
from kgraph.query import Query, Rows, diagnose_answer, execute, load_shipped, names, parse, with_qualified_names
from kgraph.query.slices import store_for
from kgraph.query.table import short
from kgraph.sandbox import no_new_files
from kgraph.wording import count_noun


def run_named_query(
    index: GraphIndex, name: str = "", parameters: Mapping[str, object] | None = None, limit: int = 50
) -> ToolAnswer:
    """The rows of a shipped query; without a name, the list of them."""
    if not name.strip():
        return _list()
    return _run_query(index, load_shipped(name.strip()), parameters or {}, limit)


def sparql(index: GraphIndex, query: str, limit: int = 50) -> ToolAnswer:
    """The answer to any SPARQL query that only reads."""
    return _run_query(index, parse(query, where="query"), {}, limit)


def _run_query(graph_index: GraphIndex, query: Query, given: Mapping[str, object], limit: int) -> ToolAnswer:
    graph = graph_index.graph
    base, store = graph.base, store_for(graph, query, given, make=graph_index.makes_store)
    # A text of somebody's own gets no socket to send requests from.
    with nullcontext() if query.name else no_new_files():
        given, notes = with_qualified_names(store, query, given)
        answer = execute(store, query, given, base=base, limit=limit + 1)
        rows = list(islice(answer, limit + 1)) if isinstance(answer, Rows) else []
        triples = [] if isinstance(answer, Rows | bool) else list(islice(answer, limit + 1))
    notes += diagnose_answer(store, query, given, graph_index.whole_coverage)
    coverage = graph_index.coverage()
    if isinstance(answer, bool):
        return ToolAnswer("true" if answer else "false", facts={"boolean": answer}, coverage=coverage, notes=notes)
    if not isinstance(answer, Rows):
        lines = [f"{triple} ." for triple in triples]
        items = [Item(line, {"triple": line}) for line in lines[:limit]]
        return _tool_answer(items, len(lines), "triple", notes, coverage)
    hidden = set(given) & set(answer.columns) if len(given) < len(answer.columns) else set()
    listed = [index for index, column in enumerate(answer.columns) if column not in hidden]
    items = []
    for row, values in zip(rows[:limit], _values(rows[:limit]), strict=True):
        cells = [quote(short(row[index], base)) for index in listed]
        items.append(Item("  ".join(cells), {answer.columns[index]: values[index] for index in listed}))
    told = _tool_answer(items, len(rows), "row", notes, coverage)
    columns = "  ".join(answer.columns[index] for index in listed)
    return replace(told, summary=f"{told.summary}: {columns}")


def _tool_answer(items: list[Item], found: int, noun: str, notes: Sequence[str], coverage: str) -> ToolAnswer:
    more = found > len(items)
    summary = f"the first {count_noun(len(items), noun)} of more" if more else count_noun(found, noun)
    return ToolAnswer(summary, items, endless=more, coverage=coverage, notes=notes)


def _values(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    from kgraph.query import value

    found = [[value(term) for term in row] for row in rows]
    return [[float(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in found]


def _list() -> ToolAnswer:
    items = []
    for query in map(load_shipped, names()):
        wanted = " ".join(each.name if each.need == "required" else f"[{each.name}]" for each in query.parameters)
        data = {"name": query.name, "sentence": query.sentence, "parameters": wanted}
        items.append(Item(f"{query.name} {wanted}".rstrip() + f": {query.sentence}", data))
    return ToolAnswer(f"{count_noun(len(items), 'shipped query', 'shipped queries')}", items)
