"""GEXF 1.3, Gephi's own format.

Input: a source. Output: one directed graph, nodes first, as XML 1.0.

A node's `label` is what people call it, and an edge's kind is what Gephi calls its kind, so that parallel edges of
different kinds stay apart. GEXF's lists cannot hold every text, so a list is written as its JSON text, as in GraphML.
No date of writing is given: equal graphs give equal bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from kgraph.export.columns import ROWS, as_json, chunks
from kgraph.export.property_graph import label
from kgraph.export.xml import REPLACED, attribute_type, quote, quote_attribute, unfit_in

if TYPE_CHECKING:
    from kgraph.export.property_graph import PropertyGraph
    from kgraph.export.sources import ExportSource


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> tuple[str, ...]:  # noqa: ARG001  it is sorted anyway
    """Write GEXF; say how many characters it could not carry."""
    graph = source.property_graph()
    keys = {name: str(index) for index, name in enumerate(graph.attributes())}
    out.write(_head(graph, keys).encode())
    replaced = 0
    for frame in graph.nodes:
        replaced += unfit_in(frame)
        for rows in frame.iter_slices(ROWS):
            out.writelines(chunks(rows.select(_node(rows, keys)).to_series()))
    out.write(b"</nodes>\n<edges>\n")
    first = 0
    for frame in graph.edges:
        for rows in frame.iter_slices(ROWS):
            out.writelines(chunks(rows.with_row_index("n", first).select(_EDGE).to_series()))
            first += len(rows)
    out.write(b"</edges>\n</graph>\n</gexf>\n")
    return (REPLACED.format(replaced),) if replaced else ()


def _head(graph: PropertyGraph, keys: dict[str, str]) -> str:
    declared = [
        f'<attribute id="{keys[name]}" title="{quote(name)}" type="{attribute_type(dtype)}"/>'
        for name, dtype in graph.attributes().items()
    ]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        f"<meta><creator>kgraph</creator><description>{quote(graph.name)}: {quote(graph.base)}</description></meta>",
        '<graph defaultedgetype="directed" mode="static">',
        '<attributes class="node" mode="static">',
        *declared,
        "</attributes>",
        '<attributes class="edge" mode="static"><attribute id="k" title="kind" type="string"/></attributes>',
        "<nodes>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _node(rows: pl.DataFrame, keys: dict[str, str]) -> pl.Expr:
    # A null makes its whole element null, which leaves it out.
    values = [
        pl.concat_str(pl.lit(f'<attvalue for="{keys[name]}" value="'), _text(name, dtype), pl.lit('"/>')).fill_null("")
        for name, dtype in rows.schema.items()
        if name != "id"
    ]
    head = (
        pl.lit('<node id="'),
        quote_attribute(pl.col("id")),
        pl.lit('" label="'),
        quote_attribute(label(rows)),
        pl.lit('">'),
    )
    return pl.concat_str(*head, pl.lit("<attvalues>"), *values, pl.lit("</attvalues></node>"))


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_nested():
        return quote_attribute(as_json(name))
    return quote_attribute(pl.col(name)) if dtype == pl.String() else pl.col(name).cast(pl.String())


_KIND = quote_attribute(pl.col("kind"))
_EDGE = pl.concat_str(
    pl.lit('<edge id="'),
    pl.col("n").cast(pl.String()),
    pl.lit('" source="'),
    quote_attribute(pl.col("source")),
    pl.lit('" target="'),
    quote_attribute(pl.col("target")),
    pl.lit('" kind="'),
    _KIND,
    pl.lit('" label="'),
    _KIND,
    pl.lit('"><attvalues><attvalue for="k" value="'),
    _KIND,
    pl.lit('"/></attvalues></edge>'),
)
