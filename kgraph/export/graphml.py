"""GraphML, for Gephi, yEd, networkx and the like.

Input: a source. Output: one directed graph, nodes first, as XML 1.0.

Attributes are typed: `long`, `double`, `boolean`, `string`. GraphML knows no lists, so a list is written as its JSON
text. Two nodes may share several edges of different kinds; each edge's kind stands twice, as `kind` for people and
as `key`, by which networkx tells parallel edges apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import polars as pl

from kgraph.export.columns import ROWS, as_json, chunks
from kgraph.export.xml import REPLACED, attribute_type, escape, quote, quote_attribute, unfit_in

if TYPE_CHECKING:
    from kgraph.export.property_graph import PropertyGraph
    from kgraph.export.sources import ExportSource


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> tuple[str, ...]:  # noqa: ARG001  it is sorted anyway
    """Write GraphML; say how many characters it could not carry."""
    graph = source.property_graph()
    keys = {name: f"n{index}" for index, name in enumerate(graph.attributes())}
    out.write(_head(graph, keys).encode())
    replaced = 0
    for frame in graph.nodes:
        replaced += unfit_in(frame)
        for rows in frame.iter_slices(ROWS):
            out.writelines(chunks(rows.select(_node(rows, keys)).to_series()))
    for frame in graph.edges:
        for rows in frame.iter_slices(ROWS):
            out.writelines(chunks(rows.select(_EDGE).to_series()))
    out.write(b"</graph>\n</graphml>\n")
    return (REPLACED.format(replaced),) if replaced else ()


def _head(graph: PropertyGraph, keys: dict[str, str]) -> str:
    declared = [
        _key(keys[name], "node", name, attribute_type(dtype), "a JSON list" if dtype.is_nested() else "")
        for name, dtype in graph.attributes().items()
    ]
    declared += [_key("kind", "edge", "kind", "string"), _key("key", "edge", "key", "string")]
    declared += [_key("name", "graph", "name", "string"), _key("base", "graph", "base", "string")]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        *declared,
        '<graph edgedefault="directed">',
        f'<data key="name">{quote(graph.name)}</data>',
        f'<data key="base">{quote(graph.base)}</data>',
    ]
    return "".join(f"{line}\n" for line in lines)


def _key(key: str, of: str, name: str, dtype: str, about: str = "") -> str:
    key = f'<key id="{key}" for="{of}" attr.name="{quote(name)}" attr.type="{dtype}"'
    return f"{key}><desc>{about}</desc></key>" if about else f"{key}/>"


def _node(rows: pl.DataFrame, keys: dict[str, str]) -> pl.Expr:
    # A null makes its whole element null, which leaves it out.
    data = [
        pl.concat_str(pl.lit(f'<data key="{keys[name]}">'), _text(name, dtype), pl.lit("</data>")).fill_null("")
        for name, dtype in rows.schema.items()
        if name != "id"
    ]
    return pl.concat_str(pl.lit('<node id="'), quote_attribute(pl.col("id")), pl.lit('">'), *data, pl.lit("</node>"))


def _text(name: str, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_nested():
        return escape(as_json(name))
    return escape(pl.col(name)) if dtype == pl.String() else pl.col(name).cast(pl.String())


_KIND = escape(pl.col("kind"))
_EDGE = pl.concat_str(
    pl.lit('<edge source="'),
    quote_attribute(pl.col("source")),
    pl.lit('" target="'),
    quote_attribute(pl.col("target")),
    pl.lit('"><data key="kind">'),
    _KIND,
    pl.lit('</data><data key="key">'),
    _KIND,
    pl.lit("</data></edge>"),
)
