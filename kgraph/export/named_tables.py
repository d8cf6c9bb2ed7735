"""Symbols with the places where they stand, and uses with the names of who uses what: tables to read, without joins.

Input: a function that reads a table of a graph by its name. Output: frames whose columns hold names and paths beside
the ids.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from kgraph.export.node_names import SUFFIX, with_names
from kgraph.symbol_places import symbol_places

Read = Callable[[str], pl.DataFrame]

_PLACE = ("path", "start_line", "end_line", "role")


def symbol_rows(read: Read) -> pl.DataFrame:
    """The symbols, each with one place: its first definition, else its first declaration, by path and line.

    Behind the columns of the table stand `path`, `start_line`, `end_line`, `role` ("definition" or "declaration") and
    `places`, the number of places that it has.
    """
    files = read("files").select(pl.col("id").alias("file"), "path")
    places = symbol_places(read("edges"), read("locations")).with_columns(pl.col("role").cast(pl.String))
    standing = places.join(files, on="file", how="left").sort(
        pl.col("role") != "definition", "path", "start_line", maintain_order=True
    )
    first = standing.group_by("symbol", maintain_order=True).agg(
        *(pl.col(name).first() for name in _PLACE), pl.len().alias("places")
    )
    rows = read("symbols").join(first, left_on="id", right_on="symbol", how="left", maintain_order="left")
    return rows.with_columns(pl.col("places").fill_null(0))


def use_rows(read: Read) -> pl.DataFrame:
    """The uses as `with_names` gives them, the column `file_name` called `path`."""
    return with_names("uses", read).rename({f"file{SUFFIX}": "path"})
