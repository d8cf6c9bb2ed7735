"""The tables of a view: nodes and edges page by page, in an order that the reader chooses.

Input: a `ViewIndex`, a kind, a place and an order. Output: an object for JSON.

    {"kind", "kinds": [...], "columns": ["path", ...], "rows": [[...], ...], "ids": [id of each row's node, or null],
     "total", "offset", "sort": "-lines"}

`kind` is "files", "folders", "symbols", "externals" or a kind of edge. `sort` is a column's name, with "-" in front for
the other direction; "" is the order of the graph.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl

from kgraph.errors import QueryError
from kgraph.view.index import Ints, ViewIndex

MAX_ROWS = 100

_NODES = {
    "files": ("path", "language", "lines", "used by", "needs", "commits", "owner", "rebuilds", "size", "read_as"),
    "folders": ("path",),
    "symbols": ("qualified_name", "kind", "signature"),
    "externals": ("spelling", "kind"),
}


def table(
    index: ViewIndex, kind: str = "files", *, offset: int = 0, limit: int = MAX_ROWS, sort: str = ""
) -> dict[str, Any]:
    """A page of one table. Raises `QueryError` where there is no such table or column."""
    kinds = [*_NODES, *index.edges]
    if kind not in kinds:
        raise QueryError(f"there is no table {kind!r}", hint="tables: " + ", ".join(kinds))
    columns = _columns(index, kind)
    by = sort.removeprefix("-")
    if sort and by not in columns:
        raise QueryError(f"the table {kind!r} has no column {by!r}", hint="columns: " + ", ".join(columns))
    total = getattr(index, kind).height if kind in _NODES else len(index.edges[kind].source)
    places = np.arange(max(0, offset), max(0, min(total, max(0, offset) + limit)))
    if sort:
        places = _order(index, kind, sort)[places]
    page = _rows(index, kind, places)
    return {
        "kind": kind,
        "kinds": kinds,
        "columns": columns,
        "rows": [list(row) for row in page.select(columns).iter_rows()],
        "ids": page["id"].to_list(),
        "total": total,
        "offset": offset,
        "sort": sort,
    }


def _columns(index: ViewIndex, kind: str) -> list[str]:
    if kind in _NODES:
        absent = {"commits", "owner"} if index.past.commits is None else set()
        absent |= set() if index.rebuilds.any() else {"rebuilds"}
        return [name for name in _NODES[kind] if name not in absent]
    return ["from", "to", "line"] if index.edges[kind].lines.any() else ["from", "to"]


def _rows(index: ViewIndex, kind: str, numbers: Ints) -> pl.DataFrame:
    """Some rows of a table, each with the id of its node."""
    if kind in _NODES:
        frame: pl.DataFrame = getattr(index, kind)
        if kind == "files":
            users, needs = index.fans
            past = index.past
            frame = frame.with_columns(
                pl.Series("used by", users),
                pl.Series("needs", needs),
                pl.lit(None, pl.Int64).alias("commits") if past.commits is None else pl.Series("commits", past.commits),
                pl.lit(None, pl.String).alias("owner") if past.owners is None else past.owners.alias("owner"),
                pl.Series("rebuilds", index.rebuilds),
            )
        return frame.select(*_columns(index, kind), "id")[numbers]
    edges, shown = index.edges[kind], index.shown
    source, target = edges.source[numbers], edges.target[numbers]
    columns = {
        "from": shown[source],
        "to": shown[target],
        "line": pl.Series(edges.lines[numbers]),
        "id": index.ids[source],
    }
    return pl.DataFrame(columns)


def _order(index: ViewIndex, kind: str, sort: str) -> Ints:
    """The places of a table's rows in an order, found once."""
    orders = _orders.setdefault(index, {})
    if (kind, sort) not in orders:
        total = getattr(index, kind).height if kind in _NODES else len(index.edges[kind].source)
        column = _rows(index, kind, np.arange(total)).select(sort.removeprefix("-")).with_row_index("place")
        ranked = column.sort(
            sort.removeprefix("-"), descending=sort.startswith("-"), nulls_last=True, maintain_order=True
        )
        orders[kind, sort] = ranked["place"].cast(pl.Int64).to_numpy()
    return orders[kind, sort]


_orders: WeakKeyDictionary[ViewIndex, dict[tuple[str, str], Ints]] = WeakKeyDictionary()
