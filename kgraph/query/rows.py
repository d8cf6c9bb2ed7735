"""The answers to a query: rows of a SELECT, triples of a CONSTRUCT or DESCRIBE. (That of an ASK is a bool.)

Both are streams that start again each time they are read: nothing holds a million rows unless the caller does. Reading
again asks the engine again, which costs time but, on a graph that does not change, gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TYPE_CHECKING, cast, overload
from typing import Literal as Choice

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from kgraph.query.parameters import Term
from kgraph.vocab import PREFIXES

if TYPE_CHECKING:
    import pandas
    import polars

Value = str | int | float | bool | Decimal | None

_XSD = PREFIXES["xsd"]
_INTEGERS = {_XSD + sign + "Integer" for sign in ("nonNegative", "positive", "nonPositive", "negative")}
_INTEGERS |= {_XSD + size for size in ("integer", "int", "long", "short", "byte")}
_INTEGERS |= {_XSD + "unsigned" + size for size in ("Long", "Int", "Short", "Byte")}
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class _Noted:
    """An answer with notes on it, which cost a question each and so are made when they are asked for."""

    find_notes: Callable[[], Iterable[str]] = tuple

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what was not analysed and may change the answer, and on names that were taken for others."""
        return tuple(self.find_notes())


class Rows(_Noted):
    """The answer of a SELECT. Iterating gives rows: tuples of RDF terms, or None where a column has no value."""

    def __init__(self, first: QuerySolutions, again: Callable[[], QuerySolutions], base: str = "") -> None:
        self._first: QuerySolutions | None = first
        self._again = again
        self._base = base  # of the graph, for showing its nodes by their names
        self.columns: tuple[str, ...] = tuple(variable.value for variable in first.variables)

    def solutions(self) -> QuerySolutions:
        """The engine's own stream of the answer, from the first row."""
        first, self._first = self._first, None
        return self._again() if first is None else first

    def __iter__(self) -> Iterator[tuple[Term | None, ...]]:
        for solution in self.solutions():
            yield tuple(cast("Iterator[Term | None]", iter(solution)))

    def values(self) -> Iterator[tuple[Value, ...]]:
        """The rows as plain Python values."""
        for row in self:
            yield tuple(map(value, row))

    def dicts(self) -> Iterator[dict[str, Value]]:
        """The rows as dictionaries of plain Python values by column."""
        for row in self.values():
            yield dict(zip(self.columns, row, strict=True))

    def lists(self) -> dict[str, list[Value]]:
        """The columns as lists of plain Python values: what a data frame is made from."""
        lists: dict[str, list[Value]] = {column: [] for column in self.columns}
        for row in self.values():
            for column, cell in zip(self.columns, row, strict=True):
                lists[column].append(cell)
        return lists

    @overload
    def frame(self, kind: Choice["polars"] = ...) -> polars.DataFrame: ...
    @overload
    def frame(self, kind: Choice["pandas"]) -> pandas.DataFrame: ...
    def frame(self, kind: Choice["polars", "pandas"] = "polars") -> polars.DataFrame | pandas.DataFrame:
        """The rows as a data frame; pandas needs the extra `kgraph-code[pandas]`."""
        from kgraph.frames import rows_to_frame

        return rows_to_frame(self.columns, self.values(), kind)

    def _repr_html_(self) -> str:
        from kgraph.query.table import html_table

        return html_table(self, self._base, self.notes)

    def __repr__(self) -> str:
        return f"<Rows of {', '.join(self.columns)}>"


class Triples(_Noted):
    """The answer of a CONSTRUCT or DESCRIBE. Iterating gives its triples, none twice."""

    def __init__(self, first: Iterator[Triple], again: Callable[[], Iterator[Triple]]) -> None:
        self._first: Iterator[Triple] | None = first
        self._again = again

    def stream(self) -> Iterator[Triple]:
        """The answer as a stream, from the first triple."""
        first, self._first = self._first, None
        return self._again() if first is None else first

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.stream())

    def __repr__(self) -> str:
        return "<Triples>"


Answer = Rows | Triples | bool


def value(term: Term | None) -> Value:
    """A term as a plain Python value; what Python has no plain value for is a text."""
    match term:
        case None:
            return None
        case NamedNode():
            return term.value
        case Literal():
            return _literal(term.value, term.datatype.value)
        case BlankNode():
            return f"_:{term.value}"
        case _:
            return str(term)


def _literal(text: str, datatype: str) -> Value:
    if not datatype.startswith(_XSD):
        return text
    try:
        if datatype in _INTEGERS:
            return int(text)
        if datatype == _XSD + "boolean":
            return _BOOLEANS.get(text, text)
        if datatype == _XSD + "decimal":
            return Decimal(text)
        if datatype in (_XSD + "double", _XSD + "float"):
            return float(text)
    except (ValueError, InvalidOperation):
        pass  # an ill-typed literal is legal RDF
    return text
