"""The export formats: one table of what they are called and which module writes them.

Input: an `ExportSource`, which is a whole graph or the triples of a query's answer. Output: a file, standard output or,
for tables, a folder, each of them whole or not at all. The command line's choices and its help read the table.

Writers get an open stream and never see a path, but for the formats that are a folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from kgraph.errors import ExportError
from kgraph.export import (
    dot,
    gexf,
    graphml,
    jsonld,
    mermaid,
    neo4j,
    nodelink,
    ntriples,
    parquet,
    rdfxml,
    scip,
    turtle,
)
from kgraph.export.output import open_folder, open_output
from kgraph.export.sources import ExportSource, WholeGraph

Notes = tuple[str, ...]  # sentences on what the format could not carry


class StreamWriter(Protocol):
    """Writes a source to a stream; says what the format could not carry."""

    def __call__(self, source: ExportSource, out: BinaryIO, *, sort: bool = False) -> Notes | None: ...


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One format: how it is called, recognised and described, and what writes it."""

    suffix: str
    media_type: str
    description: str
    stream: StreamWriter | None = None
    folder: Callable[[ExportSource, Path], None] | None = None  # instead of a stream
    ours: Callable[[Path], bool] = lambda _: False  # whether a folder may be replaced


def _draw_map(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> Notes | None:
    """A map whose circles are what the source says."""
    from kgraph.export import svg_map, svg_targets  # with numpy, which nobody else here needs

    if isinstance(source, WholeGraph) and source.by == "target":
        return svg_targets.write_target_map(source, out)
    return svg_map.write(source, out, sort=sort)


def _draw_matrix(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> Notes | None:
    """A matrix whose parts are what the source says."""
    from kgraph.export import svg_matrix, svg_targets

    if isinstance(source, WholeGraph) and source.by == "target":
        return svg_targets.write_target_matrix(source, out)
    return svg_matrix.write(source, out, sort=sort)


WRITERS: dict[str, ExportFormat] = {
    "nt": ExportFormat(".nt", "application/n-triples", "N-Triples, the fastest", ntriples.write),
    "ttl": ExportFormat(".ttl", "text/turtle", "Turtle, the most readable", turtle.write),
    "jsonld": ExportFormat(".jsonld", "application/ld+json", "JSON-LD, expanded", jsonld.write),
    "rdfxml": ExportFormat(".rdf", "application/rdf+xml", "RDF/XML", rdfxml.write),
    "nq": ExportFormat(".nq", "application/n-quads", "N-Quads, the base IRI naming the graph", ntriples.write_quads),
    "trig": ExportFormat(".trig", "application/trig", "TriG, the base IRI naming the graph", turtle.write_trig),
    "graphml": ExportFormat(".graphml", "application/graphml+xml", "GraphML for Gephi, yEd, networkx", graphml.write),
    "nodelink": ExportFormat(".json", "application/json", "node-link JSON for networkx, D3", nodelink.write),
    "gexf": ExportFormat(".gexf", "application/gexf+xml", "GEXF for Gephi", gexf.write),
    "neo4j": ExportFormat(
        "",
        "text/csv",
        "a folder of CSV files for neo4j-admin database import",
        folder=neo4j.write,
        ours=neo4j.is_export,
    ),
    "dot": ExportFormat(".dot", "text/vnd.graphviz", "DOT for Graphviz, up to a thousand nodes", dot.write),
    "mermaid": ExportFormat(".mmd", "text/vnd.mermaid", "Mermaid for Markdown, up to 150 nodes", mermaid.write),
    "svg-map": ExportFormat(
        ".svg",
        "image/svg+xml",
        "a picture of the folders or targets, for documents",
        _draw_map,
    ),
    "svg-matrix": ExportFormat(
        ".svg",
        "image/svg+xml",
        "a picture of what needs what, for documents",
        _draw_matrix,
    ),
    "scip": ExportFormat(".scip", "application/vnd.scip", "a SCIP index for code browsers", scip.write),
    "parquet": ExportFormat(
        "",
        "application/vnd.apache.parquet",
        "a folder of column tables for polars, pandas, DuckDB",
        folder=parquet.write,
        ours=parquet.is_export,
    ),
}


def write(source: ExportSource, form: str, target: str | Path | BinaryIO, *, sort: bool = False) -> Notes:
    """Write a source to a path, to standard output ("-") or to an open binary stream.

    Returns what the format could not carry, if anything, in sentences.

    With `sort`, N-Triples and N-Quads are sorted by their bytes and free of duplicates, so that two exports can be
    compared line by line. The other formats always come in an order that depends on the graph alone.
    """
    writer = WRITERS.get(form)
    if writer is None:
        raise ExportError(f"unknown format {form!r}", hint=f"one of {', '.join(WRITERS)}")
    if writer.stream is not None:
        if not isinstance(target, str | Path):
            return writer.stream(source, target, sort=sort) or ()
        with open_output(target) as out:
            return writer.stream(source, out, sort=sort) or ()
    if writer.folder is not None:
        if not isinstance(target, str | Path):
            raise ExportError(f"{form} is a folder of files, which a stream cannot take")
        with open_folder(target, writer.ours) as folder:
            writer.folder(source, folder)
    return ()
