"""Rows as a table for people: aligned text in a pipe, a drawn table on a terminal.

Input: rows, and the graph's base IRI. Output: lines of text. IRIs are shortened here: nodes of the repository to paths,
names and spellings, others to prefixed names. Programs read `csv`, `json` and the like, where nothing is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from html import escape
from itertools import chain, islice
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode

from kgraph.escape import log_line, printable
from kgraph.query.parameters import Term
from kgraph.vocab import PREFIXES
from kgraph.vocab.iri import readable_id

PAGE = 50  # rows that a notebook shows
SAMPLE = 1000  # rows whose widths are looked at; later ones are printed as they come

_NUMERIC = {PREFIXES["xsd"] + name for name in ("integer", "decimal", "double", "float")}


class Solutions(Protocol):
    """Rows of terms below names of columns, as `query.Rows` has them."""

    @property
    def columns(self) -> Sequence[str]: ...
    def __iter__(self) -> Iterator[Sequence[Term | None]]: ...


def short(term: Term | None, base: str) -> str:
    """A term as people read it."""
    match term:
        case None:
            return ""
        case NamedNode():
            return printable(_short_iri(term.value, base))
        case Literal():
            return printable(term.value)
        case BlankNode():
            return f"_:{term.value}"
        case _:
            return printable(str(term))


def _short_iri(iri: str, base: str) -> str:
    if base and iri.startswith(base):
        return readable_id(iri[len(base) :])
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w-]+", local := iri[len(namespace) :]):
            return f"{prefix}:{local}"
    return iri


def width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def lines(rows: Solutions, base: str, *, hide: Collection[str] = ()) -> Iterator[str]:
    """The rows as aligned text, header first, without the columns `hide`."""
    titles, numeric, sample, rest = _prepare(rows, base, hide)
    yield from align(titles, sample, rest, right=numeric)


def align(
    titles: Sequence[str], sample: Sequence[Sequence[str]], rest: Iterator[Sequence[str]], *, right: Sequence[bool]
) -> Iterator[str]:
    """Cells in columns as wide as those of the sample."""
    widths = [max(map(width, cells)) for cells in zip(titles, *sample, strict=True)]
    for cells in chain((titles,), sample, rest):
        padded = []
        for cell, size, is_right in zip(cells, widths, right, strict=True):
            fill = " " * (size - width(cell))
            padded.append(fill + cell if is_right else cell + fill)
        yield log_line("  ".join(padded).rstrip())


def show(rows: Solutions, base: str, *, hide: Collection[str] = ()) -> bool:
    """Draw the rows on the terminal; longer answers than a sample are printed as aligned text. False if none came."""
    titles, numeric, sample, rest = _prepare(rows, base, hide)
    if (further := next(rest, None)) is not None:
        for line in align(titles, sample, chain((further,), rest), right=numeric):
            print(line)
        return True
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title, is_numeric in zip(titles, numeric, strict=True):
        table.add_column(Text(title), justify="right" if is_numeric else "left", overflow="fold")
    for cells in sample:
        table.add_row(*map(Text, cells))
    Console(highlight=False).print(table)
    return bool(sample)


def html_table(rows: Solutions, base: str, notes: Sequence[str] = ()) -> str:
    """The first rows as an HTML table, for notebooks, and the notes; that there are more is stated."""
    titles, numeric, sample, _ = _prepare(rows, base, (), PAGE + 1)
    styles = ['style="text-align:right"' if right else 'style="text-align:left"' for right in numeric]
    head = "".join(f"<th {style}>{escape(title)}</th>" for title, style in zip(titles, styles, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td {style}>{escape(cell)}</td>" for cell, style in zip(cells, styles, strict=True))
        + "</tr>"
        for cells in sample[:PAGE]
    )
    more = f"<p>The first {PAGE} rows; there are more.</p>" if len(sample) > PAGE else ""
    more += "".join(f"<p>{escape(f'Note: {note}.')}</p>" for note in notes)
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</div>"


def _prepare(
    rows: Solutions, base: str, hide: Collection[str], size: int = SAMPLE
) -> tuple[list[str], list[bool], list[list[str]], Iterator[list[str]]]:
    """Titles, which columns are numbers, a sample of cells, and the other rows."""
    shown_columns = [index for index, column in enumerate(rows.columns) if column not in hide] or list(
        range(len(rows.columns))
    )
    stream = iter(rows)
    first = list(islice(stream, size))
    numeric = [bool(first) and all(_is_number(row[index]) for row in first) for index in shown_columns]
    sample = [[short(row[index], base) for index in shown_columns] for row in first]
    rest = ([short(row[index], base) for index in shown_columns] for row in stream)
    return [rows.columns[index] for index in shown_columns], numeric, sample, rest


def _is_number(term: Term | None) -> bool:
    return term is None or (isinstance(term, Literal) and term.datatype.value in _NUMERIC)
