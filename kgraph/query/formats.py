"""Answers in the SPARQL standard's formats, written by the engine's own serialisers.

Input: rows, or the bool of an ASK. Output: bytes on a stream. Tables for people are in `table`; triples are written by
`kgraph.export`, as any graph is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import BinaryIO, cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, Store

from kgraph.query.rows import Rows

FORMATS: dict[str, QueryResultsFormat] = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}


class _WithNotes:
    """A stream for one JSON object, to which it adds a member."""

    def __init__(self, out: BinaryIO, notes: Sequence[str]) -> None:
        self._out = out
        self._start = b'{"notes":' + json.dumps(list(notes)).encode() + b","

    def write(self, data: bytes) -> int:
        if self._start and data:
            assert data.startswith(b"{")  # noqa: S101 - how the engine begins
            self._out.write(self._start + data[1:])
            self._start = b""
        else:
            self._out.write(data)
        return len(data)

    def flush(self) -> None:
        self._out.flush()


def write(answer: Rows | bool, form: str, out: BinaryIO, notes: Sequence[str] = ()) -> None:
    """Write an answer in one of `FORMATS`; rows are streamed.

    JSON has the notes in a member "notes" of its own, which stands first and which the standard lets readers ignore.
    """
    format_ = FORMATS[form]
    if form == "json" and notes:
        out = cast("BinaryIO", _WithNotes(out, notes))
    if isinstance(answer, Rows):
        answer.solutions().serialize(out, format_)
        return
    # The engine makes its booleans itself, so it is asked for one of the same value.
    boolean = Store().query("ASK {}" if answer else "ASK { FILTER(false) }")
    assert isinstance(boolean, QueryBoolean)  # noqa: S101 - what ASK answers
    boolean.serialize(out, format_)
    out.write(b"\n")
