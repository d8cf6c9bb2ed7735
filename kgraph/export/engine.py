"""The RDF formats, by the engine: N-Triples in, any serialisation out, a few megabytes at a time.

Input: a source. Output: bytes, into a stream.

Triples are piped sorted, so that all that is said of a subject stands together, and equal graphs give equal bytes. The
engine writes its prefixes in an order that changes from run to run; so its head of the document is cut off and each
format writes its own.
"""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

import pyoxigraph as ox

from kgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

    from kgraph.export.sources import ExportSource


def triples(source: ExportSource) -> Iterator[ox.Triple]:
    """The source's triples, sorted by their N-Triples lines."""
    for chunk in source.ntriples(sort=True):
        yield from ox.parse(chunk, ox.RdfFormat.N_TRIPLES)


def serialize(source: ExportSource, out: BinaryIO | Filter, form: ox.RdfFormat, *, base: bool = False) -> None:
    """Write a source's triples in one of the engine's formats."""
    stream = cast("BinaryIO", out)  # a filter lacks what only text streams need
    ox.serialize(triples(source), stream, form, prefixes=PREFIXES, base_iri=source.base if base else None)
    if isinstance(out, Filter):
        out.finish()


class Filter(io.RawIOBase, ABC):
    """A stream that changes what passes through it to another one."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._held = b""

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        data = bytes(data)
        self._held = self._pass(self._held + data)
        return len(data)

    def finish(self) -> None:
        """Write what was held back."""
        self._held = self._pass(self._held, last=True)

    @abstractmethod
    def _pass(self, data: bytes, *, last: bool = False) -> bytes:
        """Write `data` as it should be, and return what must wait for more; nothing may, if it is the last."""
