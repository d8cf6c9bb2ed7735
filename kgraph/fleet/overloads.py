"""Uses that name one of several functions or types of a repository: overloads, or variants that builds choose from.

Which of them is meant depends on arguments or on a build; that it is one of them does not. So such a use has all of
them, and leads to none alone.
"""

from __future__ import annotations

import polars as pl

# Functions of one name are overloads or variants, and types of one whole name are variants, such as Kotlin's `expect`
# and `actual`; other symbols of one name are different things.
_SORTS = ("function", "type")
IS_OVERLOADED = pl.any_horizontal(
    pl.col("overloads").list.eval(pl.element().str.contains(f"^symbol/[^/]+/{sort}/")).list.all() for sort in _SORTS
)


def merge_meanings() -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """How the rows (`to`, `to_file`) of a group become one that means one of several symbols: `to` null, `to_file`
    where all of them are in one file, and `overloads`."""
    file = pl.when(pl.col("to_file").n_unique() == 1).then(pl.col("to_file").first())
    none = pl.lit(None, pl.String)
    return none.alias("to"), file.alias("to_file"), pl.col("to").unique().sort().alias("overloads")


def list_meanings(uses: pl.LazyFrame) -> pl.LazyFrame:
    """Uses with a row for each symbol (`to`) that they may mean; `is_one` says of several."""
    alone = uses.drop_nulls("to").with_columns(is_one=pl.lit(value=False))
    several = uses.filter(pl.col("to").is_null()).drop("to").explode("overloads", empty_as_null=False)
    several = several.rename({"overloads": "to"}).with_columns(is_one=pl.lit(value=True))
    columns = [name for name in alone.collect_schema().names() if name != "overloads"]
    return pl.concat([alone.select(columns), several.select(columns)])
