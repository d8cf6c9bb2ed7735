"""Tables with what people call the nodes that their columns hold.

Input: a table, and how to read the others. Output: the table in which each column of ids is followed by one of names:
of a file or folder its path, of a symbol its qualified name, of what lies outside its spelling, of what has none of
these its id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import polars as pl

from kgraph.export.property_graph import label
from kgraph.frames import as_kind
from kgraph.store.folder import Generation
from kgraph.store.tables import read
from kgraph.vocab.tables import EDGES, TABLES

if TYPE_CHECKING:
    import pandas

SUFFIX = "_name"
_NAMED = ("repository", "folders", "files", "symbols", "externals", "packages")  # whose rows have such a name


def read_frame(
    generation: Generation, table: str, kind: Literal["polars", "pandas"], *, names: bool
) -> pl.DataFrame | pandas.DataFrame:
    """A table of a generation as a frame of a library, with `names` beside ids."""

    def one(name: str) -> pl.DataFrame:
        return read(generation.tables, name, generation.checksums)

    return as_kind(with_names(table, one) if names else one(table), kind)


def with_names(table: str, read: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    """The table of a name; a column `from` of ids is followed by `from_name`, and one of lists by one of lists."""
    frame = read(table)
    held = {"source": "node", "target": "node"} if table == EDGES else _find_names(table)
    names = pl.concat([rows.select("id", label(rows).alias("name")) for rows in map(read, _NAMED)]).unique("id")
    columns = []
    for column in frame.iter_columns():
        columns.append(column)
        if held.get(column.name) in ("node", "nodes"):
            columns.append(_name_nodes(column, names).alias(column.name + SUFFIX))
    return pl.DataFrame(columns)


def _find_names(table: str) -> dict[str, str]:
    return {column.name: column.holds for column in TABLES[table].columns}


def _name_nodes(ids: pl.Series, names: pl.DataFrame) -> pl.Series:
    rows = pl.DataFrame({"id": ids}).with_row_index("row")
    is_list = ids.dtype == pl.List(pl.String())
    if is_list:
        rows = rows.filter(pl.col("id").list.len() > 0).explode("id")
    named = rows.join(names, on="id", how="left", maintain_order="left").select("row", pl.coalesce("name", "id"))
    if not is_list:
        return named["name"]
    lists = named.group_by("row", maintain_order=True).agg("name")
    whole = pl.DataFrame({"ids": ids}).with_row_index("row").join(lists, on="row", how="left", maintain_order="left")
    return whole.select(pl.when(pl.col("ids").is_not_null()).then(pl.col("name").fill_null([])))["name"]
