"""Calls that lead nowhere, by the names of what they call: what an answer about callers may lack.

Input: how many there are by family of languages and name, the spelled calls of the C family, and symbols. Output: the
table `symbols` with the number of calls that may mean each function.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kgraph.assemble.fact_tables import CPP
from kgraph.model import Kind, UseKind

_CALLED = [Kind.FUNCTION.value, Kind.METHOD.value]
_NO_CALLS = [UseKind.READ.value, UseKind.USING.value, UseKind.ALIAS.value]
_STANDARD = r"^(?:const )?std::"  # what begins the type of a receiver that is none of the repository


def missed_in_c(spelled: pl.DataFrame, resolved: pl.DataFrame, symbols: pl.DataFrame) -> dict[str, int]:
    """How many calls of each name in C and C++ lead nowhere: those that are spelled, without those that lead there.

    `spelled` and `resolved` are frames of `use_tables`, `symbols` is the joined frame of symbol facts.
    """
    is_call = ~pl.col("kind").is_in(_NO_CALLS) & ~pl.col("type").str.contains(_STANDARD).fill_null(value=False)
    sites = spelled.filter(is_call & (pl.col("qualifier") != "std")).group_by("name").agg(sites=pl.len())
    names = symbols.filter(pl.col("family") == CPP).select(to="id", name="name").unique("to")
    calls = resolved.filter(pl.col("kind").is_in(["Call", "Expansion"])).select("to", "file", "line").unique()
    found = calls.join(names, on="to").group_by("name").agg(found=pl.len())
    left = sites.join(found, on="name", how="left").with_columns(left=pl.col("sites") - pl.col("found").fill_null(0))
    return dict(left.filter(pl.col("left") > 0).select("name", "left").iter_rows())


def with_unresolved_calls(
    table: pl.DataFrame, symbols: pl.DataFrame, missed: Mapping[str, Mapping[str, int]]
) -> pl.DataFrame:
    """The table `symbols` with the counts; `missed` has them by family and name."""
    rows = [(family, name, count) for family, counts in missed.items() for name, count in counts.items() if count]
    schema = {"family": pl.String(), "name": pl.String(), "unresolved_calls": pl.Int64()}
    counted = pl.DataFrame(rows, schema=schema, orient="row")
    called = symbols.filter(pl.col("kind").is_in(_CALLED)).select("id", "family", "name")
    found = called.join(counted, on=["family", "name"]).group_by("id").agg(pl.col("unresolved_calls").max())
    joined = table.drop("unresolved_calls").join(found, on="id", how="left", maintain_order="left")
    return joined.select(table.columns)
