"""Node-link JSON, for networkx and for pages that draw with D3.

Input: a source. Output: what `networkx.node_link_graph` reads: `directed`, `multigraph`, `graph`, `nodes`, `edges`.

The list of edges is called "edges", networkx's own name for it since 3.6; with 3.4 and 3.5 say
`node_link_graph(data, edges="edges")`; D3's examples call it "links". Attributes that a node lacks are left out, a
property with several values is a list. A line for each node and edge, so that line tools can read it as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from kgraph.export.columns import ROWS, as_json, chunks

if TYPE_CHECKING:
    from kgraph.export.sources import ExportSource


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> None:  # noqa: ARG001  it is sorted anyway
    """Write node-link JSON."""
    graph = source.property_graph()
    head = json.dumps({"name": graph.name, "base": graph.base}, ensure_ascii=False)
    out.write(f'{{"directed": true, "multigraph": true, "graph": {head},\n"nodes": [\n'.encode())
    _write_list(out, graph.nodes)
    out.write(b'],\n"edges": [\n')
    _write_list(out, [frame.with_columns(pl.col("kind").alias("key")) for frame in graph.edges])
    out.write(b"]}\n")


def _write_list(out: BinaryIO, frames: Iterable[pl.DataFrame]) -> None:
    comma = b""
    for frame in frames:
        for rows in frame.iter_slices(ROWS):
            for chunk in chunks(rows.select(_object(rows)).to_series(), ",\n"):
                out.write(comma + chunk.removesuffix(b"\n"))
                comma = b",\n"
    out.write(b"\n")


def _object(rows: pl.DataFrame) -> pl.Expr:
    # The first column has a value in every row, so a comma can stand before each of the others.
    name, *others = rows.columns
    pairs = [
        pl.concat_str(pl.lit(f", {json.dumps(other, ensure_ascii=False)}: "), as_json(other)).fill_null("")
        for other in others
    ]
    return pl.concat_str(pl.lit(f'{{"{name}": '), as_json(name), *pairs, pl.lit("}"))
