"""An answer as text for people and as JSON.

Input: `LocateResult`, a binary stream.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import BinaryIO

from kgraph.escape import printable
from kgraph.locate.answer import LocateResult, MatchReason


def write(located: LocateResult, form: str, out: BinaryIO) -> None:
    """Write an answer in one of `FORMATS`."""
    for line in FORMATS[form](located):
        out.write(printable(line).encode("utf-8", "replace") + b"\n")


def summary(located: LocateResult) -> str:
    """The answer in a sentence."""
    if not located.files:
        return "Nothing was found"
    first = located.files[0]
    return f"{located.found:,} files have something of the text; the likeliest is {first.path}"


def _reason(reason: MatchReason) -> str:
    return f"{reason.at}: {reason.text}"


def _table(located: LocateResult) -> Iterator[str]:
    yield summary(located)
    if located.files:
        yield ""
        yield "Files"
    for number, file in enumerate(located.files, 1):
        yield f"{number:3}. {file.path}  ({file.score:.2f})"
        for reason in file.reasons:
            yield f"       {_reason(reason)}"
    if located.symbols:
        yield ""
        yield "Symbols"
    for number, symbol in enumerate(located.symbols, 1):
        yield f"{number:3}. {symbol.kind.lower()} {symbol.name}, {symbol.at}  ({symbol.score:.2f})"
        for reason in symbol.reasons:
            yield f"       {_reason(reason)}"
    of = ""
    for each in located.beside:
        if each.of != of:
            of = each.of
            yield ""
            yield f"Beside {of}"
        shown = "; ".join(part for part in (each.at, each.reason) if part)
        yield f"  {each.how} {each.path}" + (f"  ({shown})" if shown else "")
    for note in located.notes:
        yield f"note: {note}"


def _json(located: LocateResult) -> Iterator[str]:
    yield json.dumps(asdict(located), ensure_ascii=True)


def _paths(located: LocateResult) -> Iterator[str]:
    for file in located.files:
        yield file.path


# Names of formats; `cli.formats` has them too, and a test compares.
FORMATS: dict[str, Callable[[LocateResult], Iterator[str]]] = {"table": _table, "json": _json, "paths": _paths}
