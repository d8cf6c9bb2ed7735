"""Texts in columns to counts of words, for BM25.

Input: a frame with numbered texts. Output: identifiers with counts, and a matrix of the parts that they are made of.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import sparse

from kgraph.relate.term_matrix import parts

WORD = r"[A-Za-z0-9_]{2,80}"


def identifiers(frame: pl.DataFrame, weight: int) -> pl.DataFrame:
    """The identifiers in a column `text`: one row each, with `count`."""
    return (
        frame.lazy()
        .drop_nulls("text")
        .select("row", word=pl.col("text").str.extract_all(WORD))
        .explode("word")
        .drop_nulls("word")
        .group_by("row", "word")
        .agg(count=(pl.len() * weight).cast(pl.Float32))
        .sort("row", "word")
        .collect()
    )


def part_matrix(frame: pl.DataFrame, rows: int) -> tuple[pl.Series, sparse.csr_array]:
    """Row x part of identifiers, from identifiers."""
    names = frame["word"].unique().sort()
    columns = frame.join(names.to_frame("word").with_row_index("column"), on="word", how="left", maintain_order="left")
    counts = sparse.csr_array(
        (
            columns["count"].to_numpy().astype(np.float32),
            (columns["row"].to_numpy().astype(np.int64), columns["column"].to_numpy().astype(np.int64)),
        ),
        shape=(rows, len(names)),
    )
    terms, matrix = parts(names)
    return terms, (counts @ matrix).tocsr()
