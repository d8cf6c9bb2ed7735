"""Where symbols stand: the one home of the join of symbols with the places of their declarations and definitions.

Input: the tables of edges and locations. Output: a row for each place of each symbol.
"""

from __future__ import annotations

import polars as pl

ROLES = ("definition", "declaration")  # the kinds of edges that lead from a symbol to where it stands


def symbol_places(edges: pl.DataFrame, locations: pl.DataFrame) -> pl.DataFrame:
    """The places, in the order of the edges: `symbol`, `role` (one of `ROLES`), `location` (an id), `file` (an id),
    `start_line`, `end_line`."""
    standing = edges.filter(pl.col("kind").is_in(ROLES)).select(symbol="source", role="kind", location="target")
    places = locations.select("file", "start_line", "end_line", location="id")
    return standing.join(places, on="location", maintain_order="left")
