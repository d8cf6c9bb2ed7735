"""Answers in the SPARQL standard's formats, written by the engine's own serialisers.

Input: rows, or the bool of an ASK. Output: bytes on a stream. Tables for people are in `table`; triples are written by
`kgraph.export`, as any graph is.
"""

from __future__ import annotations

from typing import BinaryIO

from pyoxigraph import QueryBoolean, QueryResultsFormat, Store

from kgraph.query.rows import Rows

FORMATS: dict[str, QueryResultsFormat] = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}


def write(answer: Rows | bool, form: str, out: BinaryIO) -> None:
    """Write an answer in one of `FORMATS`; rows are streamed."""
    format_ = FORMATS[form]
    if isinstance(answer, Rows):
        answer.solutions().serialize(out, format_)
        return
    # The engine makes its booleans itself, so it is asked for one of the same value.
    boolean = Store().query("ASK {}" if answer else "ASK { FILTER(false) }")
    assert isinstance(boolean, QueryBoolean)  # noqa: S101 - what ASK answers
    boolean.serialize(out, format_)
    out.write(b"\n")
