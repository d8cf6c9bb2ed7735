"""Turtle and TriG, for people to read.

Input: a source. Output: Turtle with the vocabulary's prefixes and the repository's IRIs relative to its base:
`<file/src/a.h> a kg:File`. In TriG all of it stands in one graph, which is named by the base IRI.

A base reads better than a prefix here: in a prefixed name each "/" of a path would need a backslash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import RdfFormat

from kgraph.export.engine import Filter, serialize
from kgraph.vocab import PREFIXES

if TYPE_CHECKING:
    from kgraph.export.sources import ExportSource


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> None:  # noqa: ARG001  it is sorted anyway
    """Write Turtle."""
    out.write(_head(source))
    serialize(source, _Body(out), RdfFormat.TURTLE, base=True)


def write_trig(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> None:  # noqa: ARG001
    """Write TriG, all in one named graph."""
    out.write(_head(source))
    out.write(f"<{source.base}> {{\n".encode())
    serialize(source, _Body(out), RdfFormat.TURTLE, base=True)
    out.write(b"}\n")


def _head(source: ExportSource) -> bytes:
    lines = [f"@base <{source.base}> .", *(f"@prefix {prefix}: <{iri}> ." for prefix, iri in sorted(PREFIXES.items()))]
    return "".join(f"{line}\n" for line in [*lines, ""]).encode()


class _Body(Filter):
    """Leaves out the engine's directives, which are the first lines; no other line begins with "@"."""

    _in_head = True

    def _pass(self, data: bytes, *, last: bool = False) -> bytes:
        while self._in_head and data:
            line, end, rest = data.partition(b"\n")
            if not line.startswith(b"@"):
                self._in_head = False
            elif end or last:
                data = rest
            else:
                return data
        self._out.write(data)
        return b""
