"""Rows as frames of polars or pandas.

Input: the rows of an answer, or a column table. Output: a frame that belongs to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, cast, overload

from kgraph.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas
    import polars as pl


@overload
def rows_to_frame(
    columns: Sequence[str], rows: Iterable[Sequence[object]], kind: Literal["polars"] = "polars"
) -> pl.DataFrame: ...
@overload
def rows_to_frame(
    columns: Sequence[str], rows: Iterable[Sequence[object]], kind: Literal["pandas"]
) -> pandas.DataFrame: ...
def rows_to_frame(
    columns: Sequence[str], rows: Iterable[Sequence[object]], kind: Literal["polars", "pandas"] = "polars"
) -> pl.DataFrame | pandas.DataFrame:
    """The rows of an answer as a frame; what is unbound (None) is null.

    A column of integers, floats, truth values, dates or texts keeps its type. One that mixes them, which SPARQL allows,
    becomes text.
    """
    import polars as pl  # a third of the time in which `kgraph stats` starts, which has no frame

    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    series = [_series(name, column) for name, column in zip(columns, values, strict=True)]
    return as_kind(pl.DataFrame(series), kind)


@overload
def as_kind(frame: pl.DataFrame, kind: Literal["polars"]) -> pl.DataFrame: ...
@overload
def as_kind(frame: pl.DataFrame, kind: Literal["pandas"]) -> pandas.DataFrame: ...
@overload
def as_kind(frame: pl.DataFrame, kind: Literal["polars", "pandas"]) -> pl.DataFrame | pandas.DataFrame: ...
def as_kind(frame: pl.DataFrame, kind: Literal["polars", "pandas"]) -> pl.DataFrame | pandas.DataFrame:
    """A frame as one of the given library; lists become Python lists in pandas, which is an extra."""
    if kind == "polars":
        return frame
    try:
        import pandas
    except ImportError:
        raise MissingExtraError("pandas", "pandas") from None
    # Nullable types, so that a null does not turn a column of integers into floats.
    return pandas.DataFrame(frame.to_dict(as_series=False), columns=frame.columns).convert_dtypes()


def _series(name: str, values: Sequence[object]) -> pl.Series:
    import polars as pl

    types = {type(value) for value in values} - {type(None)}
    if not types:
        return pl.Series(name, values, dtype=pl.String())
    if types == {int, float}:
        return pl.Series(name, [None if value is None else float(cast(float, value)) for value in values])
    if len(types) == 1:
        try:
            return pl.Series(name, values, strict=True)
        except (OverflowError, TypeError, pl.exceptions.PolarsError):
            pass  # an integer beyond 128 bits, or an object that no column holds
    return pl.Series(name, [None if value is None else str(value) for value in values], dtype=pl.String())
