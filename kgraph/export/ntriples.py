"""N-Triples and N-Quads: one statement a line.

Input: a source. Output: its lines; in N-Quads each with the repository's base IRI as the name of its graph.

Neither passes through the engine: the lines are made from the column tables as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from kgraph.export.sources import ExportSource


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> None:
    """Write N-Triples."""
    for chunk in source.ntriples(sort=sort):
        out.write(chunk)


def write_quads(source: ExportSource, out: BinaryIO, *, sort: bool = False, graph: str = "") -> None:
    """Write N-Quads, all in one named graph: the one of that IRI, by default of the base."""
    end = f" <{graph or source.base}> .\n".encode()
    for chunk in source.ntriples(sort=sort):
        # No literal holds a line end as it is, so this stands at the ends of lines only.
        out.write(chunk.replace(b" .\n", end))
