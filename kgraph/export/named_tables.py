"""Symbols with the places where they stand, and uses with the names of who uses what: tables to read, without joins.

Input: a function that reads a table of a graph by its name. Output: frames whose columns hold names and paths beside
the ids.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from kgraph.export.node_names import SUFFIX, with_names

Read = Callable[[str], pl.DataFrame]

_ROLES = ("definition", "declaration")
_PLACE = ("path", "start_line", "end_line", "role")


def symbol_rows(read: Read) -> pl.DataFrame:
    """The symbols, each with one place: its first definition, else its first declaration, by path and line.

    Behind the columns of the table stand `path`, `start_line`, `end_line`, `role` ("definition" or "declaration") and
    `places`, the number of places that it has.
    """
    at = read("edges").filter(pl.col("kind").is_in(_ROLES))
    roles = at.select("source", "target", pl.col("kind").cast(pl.String).alias("role"))
    files = read("files").select(pl.col("id").alias("file"), "path")
    places = read("locations").join(files, on="file", how="left")
    standing = roles.join(places, left_on="target", right_on="id", how="inner").sort(
        pl.col("role") != "definition", "path", "start_line", maintain_order=True
    )
    first = standing.group_by("source", maintain_order=True).agg(
        *(pl.col(name).first() for name in _PLACE), pl.len().alias("places")
    )
    rows = read("symbols").join(first, left_on="id", right_on="source", how="left", maintain_order="left")
    return rows.with_columns(pl.col("places").fill_null(0))


def use_rows(read: Read) -> pl.DataFrame:
    """The uses as `with_names` gives them, the column `file_name` called `path`."""
    return with_names("uses", read).rename({f"file{SUFFIX}": "path"})
