"""Column tables to N-Triples lines, set-wise.

Input: tables as `tables` describes them. Output: a polars series of lines per column, without line ends. No Python loop
sees a row: two and a half million triples take a few seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from kgraph.formatting import contiguous, template
from kgraph.vocab import expand
from kgraph.vocab.iri import KG
from kgraph.vocab.tables import DECIMAL_DIGITS, EDGES, TABLES, Column, Holds

RDF_TYPE = expand("rdf:type")
XSD_INTEGER = expand("xsd:integer")
XSD_DECIMAL = expand("xsd:decimal")

# Literals are escaped as canonical N-Triples asks, so that a triple has one line, whoever writes it.
_ESCAPES = {chr(code): f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0xFFFE, 0xFFFF)} | {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def escape(text: pl.Expr) -> pl.Expr:
    """A text as the inside of an N-Triples literal."""
    return text.str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))


def _term(value: pl.Expr, holds: Holds, base: str) -> pl.Expr:
    match holds:
        case "id" | "node" | "nodes":
            return template("<" + _brace(base) + "{}>", value)
        case "class":
            return template("<" + _brace(KG) + "{}>", value)
        case "integer" | "integers":
            return template('"{}"^^<' + XSD_INTEGER + ">", value)
        case "decimal":  # as the engine writes it: a whole number without its ".0"
            number = value.cast(pl.Decimal(None, DECIMAL_DIGITS)).cast(pl.String)
            return template('"{}"^^<' + XSD_DECIMAL + ">", number.str.strip_chars_end("0").str.strip_suffix("."))
        case "text" | "texts":
            return template('"{}"', escape(value))


def _brace(text: str) -> str:
    if "{" in text or "}" in text:
        raise ValueError(f"not an IRI: {text!r}")
    return text


def _column_lines(frame: pl.DataFrame, column: Column, base: str) -> pl.Series:
    values = frame.get_column(column.name)
    is_list = column.holds in ("texts", "integers", "nodes")
    if values.null_count() == len(values) or (is_list and not values.list.len().max()):  # as many columns are
        return pl.Series("line", [], pl.String)
    rows = frame.select("id", pl.col(column.name).alias("value"))
    if is_list:
        rows = rows.explode("value", empty_as_null=False, keep_nulls=False).unique(maintain_order=True)
    rows = contiguous(rows.filter(pl.col("value").is_not_null()))
    if rows.is_empty():
        return pl.Series("line", [], pl.String)
    line = pl.concat_str(
        _term(pl.col("id"), "id", base),
        pl.lit(f" <{expand(column.property)}> "),
        _term(pl.col("value"), column.holds, base),
        pl.lit(" ."),
    )
    return rows.select(line.alias("line"))["line"]


def _edge_lines(edges: pl.DataFrame, base: str) -> pl.Series:
    line = pl.concat_str(
        _term(pl.col("source"), "node", base),
        pl.lit(" "),
        _term(pl.col("kind"), "class", base),
        pl.lit(" "),
        _term(pl.col("target"), "node", base),
        pl.lit(" ."),
    )
    return edges.select(line.alias("line"))["line"]


def table_lines(table: str, frame: pl.DataFrame, base: str) -> Iterator[pl.Series]:
    """The N-Triples lines of one table's rows, one series per property; empty series are left out."""
    if frame.is_empty():
        return iter(())
    frame = contiguous(frame)
    if table == EDGES:
        parts: Iterator[pl.Series] = iter((_edge_lines(frame, base),))
    else:
        parts = _node_lines(table, frame, base)
    return (part for part in parts if len(part))


def _node_lines(table: str, frame: pl.DataFrame, base: str) -> Iterator[pl.Series]:
    for name in () if TABLES[table].implied else TABLES[table].of:
        line = template("{} <" + RDF_TYPE + "> <" + expand(name) + "> .", _term(pl.col("id"), "id", base))
        yield frame.select(line.alias("line"))["line"]
    for column in TABLES[table].columns:
        if column.property:
            yield _column_lines(frame, column, base)


def lines(tables: Mapping[str, pl.DataFrame], base: str) -> Iterator[pl.Series]:
    """The N-Triples lines of a whole graph, table by table. No line stands twice."""
    for table, frame in tables.items():
        yield from table_lines(table, frame, base)


def count(tables: Mapping[str, pl.DataFrame | pl.LazyFrame]) -> int:
    """How many lines `lines` gives, without writing one; of lazy frames a column is read at a time."""
    return sum(_count(table, frame) for table, frame in tables.items())


def _count(table: str, frame: pl.DataFrame | pl.LazyFrame) -> int:
    rows = frame.select(pl.len()).collect().item() if isinstance(frame, pl.LazyFrame) else frame.height
    if table == EDGES or not rows:
        return rows
    found = 0 if TABLES[table].implied else rows * len(TABLES[table].of)
    for column in TABLES[table].columns:
        if column.property:
            chosen = frame.select(column.name).collect() if isinstance(frame, pl.LazyFrame) else frame
            values = chosen.get_column(column.name)
            if column.holds in ("texts", "integers", "nodes"):
                found += _values_in_lists(values)
            else:
                found += len(values) - values.null_count()
    return found


def _values_in_lists(values: pl.Series) -> int:
    """How many values the lists have, those of a list that are alike counted once, without nulls."""
    lengths = values.list.len()
    longest = lengths.max()
    if not longest:
        return 0
    # Most lists have one value at most: these are counted without a look at which are alike.
    ones = values.filter(lengths == 1).list.first()
    found = len(ones) - ones.null_count()
    if longest != 1:
        found += int(values.filter(lengths > 1).list.unique().list.drop_nulls().list.len().sum() or 0)
    return found
