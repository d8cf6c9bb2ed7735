"""The shipped queries, listed for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kgraph.query import TYPES, Parameter, Query
from kgraph.query.related import RelatedFile


def lines(queries: Sequence[Query]) -> Iterator[str]:
    """A line per query with its required parameters, and its sentence below."""
    for query in queries:
        yield " ".join((query.name, *(_brief(parameter) for parameter in query.parameters)))
        yield f"    {query.sentence}"


def details(query: Query) -> Iterator[str]:
    """Everything about one query, its text too."""
    yield f"{query.name}: {query.sentence}"
    if query.parameters:
        yield ""
        yield "Parameters"
        size = max(len(parameter.name) for parameter in query.parameters)
        for parameter in query.parameters:
            need = {
                "required": f"for example {parameter.example}",
                "optional": f"optional, for example {parameter.example}",
                "default": f"{parameter.example} if not given",
            }[parameter.need]
            yield f"  {parameter.name:<{size}}  {TYPES[parameter.type]}; {need}"
    if query.columns:
        yield ""
        yield "Columns"
        size = max(len(column.name) for column in query.columns)
        for column in query.columns:
            yield f"  {column.name:<{size}}  {column.meaning}"
    yield ""
    yield from query.text.rstrip().splitlines()


def as_json(query: Query) -> dict[str, Any]:
    """What a program may want to know of a query."""
    return {**query.describe(), "text": query.text}


def _brief(parameter: Parameter) -> str:
    text = f"{parameter.name}={parameter.type}"
    return text if parameter.need == "required" else f"[{text}]"


def format_related(found: Sequence[RelatedFile]) -> Iterator[str]:
    """A line per file with its score, and its reasons below."""
    for each in found:
        yield f"{each.rank:>2}  {each.score:.2f}  {each.path}"
        yield f"          {'; '.join(each.reasons)}"
