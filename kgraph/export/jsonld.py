"""JSON-LD, for programs that read JSON.

Input: a source. Output: one JSON array of nodes in expanded form.

Expanded form needs no context, so that any JSON program can read it without a JSON-LD processor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from pyoxigraph import RdfFormat

from kgraph.export.engine import serialize

if TYPE_CHECKING:
    from kgraph.export.sources import ExportSource


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> None:  # noqa: ARG001  it is sorted anyway
    """Write JSON-LD."""
    serialize(source, out, RdfFormat.JSON_LD)
    out.write(b"\n")
