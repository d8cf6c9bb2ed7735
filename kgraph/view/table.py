"""The tables of a view: nodes and edges page by page, in an order that the reader chooses.

Comes in: an `Index`, a kind, a place and an order. Goes out: an object for JSON.

    {"kind", "kinds": [...], "columns": ["path", ...], "rows": [[...], ...], "ids": [id of each row's node, or null],
     "total", "offset", "sort": "-lines"}

`kind` is "files", "folders", "symbols", "externals" or a kind of edge. `sort` is a column's name, with "-" in front for
the other direction; "" is the order of the graph.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from kgraph.errors import QueryError
from kgraph.view.index import Index

MOST_ROWS = 100

_NODES = {
    "files": ("path", "language", "lines", "size", "read_as"),
    "folders": ("path",),
    "symbols": ("qualified_name", "kind", "signature"),
    "externals": ("spelling", "kind"),
}


def table(
    index: Index, kind: str = "files", *, offset: int = 0, limit: int = MOST_ROWS, sort: str = ""
) -> dict[str, Any]:
    """A page of one table. Raises `QueryError` where there is no such table or column."""
    kinds = [*_NODES, *index.edges]
    if kind not in kinds:
        raise QueryError(f"there is no table {kind!r}", hint="tables: " + ", ".join(kinds))
    frame = _frames(index, kind)
    columns = [name for name in frame.columns if name != "id"]
    if sort:
        by = sort.removeprefix("-")
        if by not in columns:
            raise QueryError(f"the table {kind!r} has no column {by!r}", hint="columns: " + ", ".join(columns))
        frame = frame.sort(by, descending=sort.startswith("-"), nulls_last=True, maintain_order=True)
    page = frame[max(0, offset) : max(0, offset) + max(0, limit)]
    return {
        "kind": kind,
        "kinds": kinds,
        "columns": columns,
        "rows": [list(row) for row in page.select(columns).iter_rows()],
        "ids": page["id"].to_list(),
        "total": frame.height,
        "offset": offset,
        "sort": sort,
    }


def _frames(index: Index, kind: str) -> pl.DataFrame:
    if kind in _NODES:
        frame: pl.DataFrame = getattr(index, kind)
        return frame.select(*_NODES[kind], "id")
    edges = index.edges[kind]
    shown = index.shown
    columns: dict[str, pl.Series] = {"from": shown[edges.source], "to": shown[edges.target]}
    if edges.lines.any():
        columns["line"] = pl.Series(np.where(edges.lines > 0, edges.lines, 0))
    return pl.DataFrame({**columns, "id": index.ids[edges.source]})
