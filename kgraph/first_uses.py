"""Where a file first uses another one that it neither includes nor imports.

Input: the tables of edges, locations and uses. Output: a row for each edge `needs`: source, target, line.
"""

from __future__ import annotations

import polars as pl

from kgraph.vocab.tables import NAMING_USES


def first_uses(edges: pl.DataFrame, locations: pl.DataFrame, uses: pl.DataFrame) -> pl.DataFrame:
    """The rows, in no order."""
    needs = edges.filter(pl.col("kind") == "needs").select("source", "target")
    used = uses.filter(pl.col("kind").is_in(list(NAMING_USES))).select(
        source="file", symbol="to", line=pl.col("at_lines").list.min()
    )
    used = used.join(needs.select("source").unique(), on="source", how="semi")
    defined = edges.filter(pl.col("kind") == "definition").select(symbol="source", location="target")
    homes = locations.select(location="id", target="file")
    return (
        used.join(defined, on="symbol")
        .join(homes, on="location")
        .join(needs, on=["source", "target"], how="semi")
        .group_by("source", "target")
        .agg(pl.col("line").min())
    )
