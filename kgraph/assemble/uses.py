"""Uses of symbols: the table `uses` with its plain edges.

Comes in: rows of `RESOLVED`, whoever found them. Goes out: two tables.
"""

from __future__ import annotations

import hashlib

import polars as pl

from kgraph.vocab.tables import EDGE_COLUMNS, USE_EDGES, schema

# One row per use that means something: class of the use, ids, a line; roles, joined by a space; the evidence, and how
# sure it is, null where the text or a compiler says it.
RESOLVED = {
    "kind": pl.String(),
    "from": pl.String(),
    "to": pl.String(),
    "file": pl.String(),
    "line": pl.Int64(),
    "roles": pl.String(),
    "confidence": pl.Float64(),
    "evidence": pl.String(),
}


def use_tables(resolved: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table `uses` and its plain edges, both sorted."""
    key = ["kind", "from", "to", "file"]
    rows = (
        resolved.sort(*key, "confidence", descending=[False] * 4 + [True], nulls_last=False, maintain_order=True)
        .group_by(key, maintain_order=True)
        .agg(
            at_lines=pl.col("line").unique().sort(),
            roles=pl.col("roles").drop_nulls().unique().sort(),
            confidence=pl.col("confidence").first(),
            evidence=pl.col("evidence").first(),
        )
        .with_columns(roles=pl.col("roles").list.join(" ").str.split(" ").list.unique().list.sort())
        .with_columns(roles=pl.when(pl.col("roles").list.first() != "").then("roles").otherwise([]))
    )
    texts = rows.select(pl.concat_str(key, separator="\n").alias("text"))["text"]
    ids = ["use/" + hashlib.sha256(text.encode("ascii")).hexdigest()[:16] for text in texts]
    table = rows.with_columns(id=pl.Series(ids, dtype=pl.String)).select(
        pl.col(name).cast(dtype) for name, dtype in schema("uses").items()
    )
    edges = rows.select(
        source="from", kind=pl.col("kind").replace_strict(USE_EDGES, return_dtype=pl.String), target="to"
    ).unique()
    return table.sort("id"), edges.sort(*EDGE_COLUMNS)


def no_uses() -> tuple[pl.DataFrame, pl.DataFrame]:
    """What `use_tables` gives where nobody asked for uses."""
    return use_tables(pl.DataFrame(schema=RESOLVED))
