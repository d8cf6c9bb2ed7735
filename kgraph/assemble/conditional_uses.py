"""Which uses stand in branches alone: the code around them may run without them.

Input: the table `uses`, and the branches of each file. Output: the table with the role `CONDITIONAL`. It is found after
all else, as a use whose file is unchanged is taken over from the graph before, and is one row for many lines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kgraph.model import CONDITIONAL

_KINDS = ("Call", "Reference")
_FILE = 2**32  # more than the lines of a file


def with_conditional(uses: pl.DataFrame, branches: Sequence[tuple[int, bytes]], ids: Sequence[str]) -> pl.DataFrame:
    """The table `uses`, calls and references of which each line stands in a branch with the role.

    Args:
        uses: The table.
        branches: By number of a file, in their order, first and last lines as `FileFacts.branches` has them.
        ids: Of all files, by number.
    """
    if not branches:
        return uses
    # A line of a file is one number, so that one search finds the branches of all.
    bounds = [
        np.frombuffer(packed, dtype=np.uint32).astype(np.int64).reshape(-1, 2) + place * _FILE
        for place, (_, packed) in enumerate(branches)
    ]
    first, last = np.concatenate(bounds).T
    places = pl.DataFrame(
        {"file": [ids[number] for number, _ in branches], "place": range(len(branches))},
        schema={"file": pl.String, "place": pl.Int64},
    )
    lines = (
        uses.select("kind", "file", line="at_lines")
        .with_row_index("row")
        .filter(pl.col("kind").is_in(list(_KINDS)) & pl.col("file").is_in(places["file"].implode()))
        .join(places, on="file")
        .select("row", "place", "line")
        .explode("line")
        .select("row", at=pl.col("place") * _FILE + pl.col("line"))
    )
    at = lines["at"].to_numpy()
    before = np.searchsorted(first, at, side="right") - 1
    inside = (before >= 0) & (at <= last[np.maximum(before, 0)])
    rows = lines.select("row", inside=pl.Series(inside)).group_by("row").agg(pl.col("inside").all()).filter("inside")
    is_conditional = np.zeros(uses.height, dtype=np.bool_)
    is_conditional[rows["row"].to_numpy()] = True
    known = uses["roles"].list.contains(CONDITIONAL).to_numpy()
    return _with_roles(uses, np.flatnonzero(is_conditional & ~known), np.flatnonzero(known & ~is_conditional))


def _with_roles(uses: pl.DataFrame, gaining: NDArray[np.int64], losing: NDArray[np.int64]) -> pl.DataFrame:
    """The table `uses`, some rows of which gain the role, and some lose it; only these are looked at."""
    changed = [
        _map_distinct(uses["roles"].gather(gaining), lambda roles: sorted([*roles, CONDITIONAL])),
        _map_distinct(uses["roles"].gather(losing), lambda roles: [role for role in roles if role != CONDITIONAL]),
    ]
    place = np.arange(uses.height)
    place[gaining] = uses.height + np.arange(len(gaining))
    place[losing] = uses.height + len(gaining) + np.arange(len(losing))
    return uses.with_columns(pl.concat([uses["roles"], *changed]).gather(place))


def _map_distinct(lists: pl.Series, change: Callable[[list[str]], list[str]]) -> pl.Series:
    """Lists of words, changed; they are few different ones."""
    if lists.is_empty():
        return lists
    text = lists.list.join(" ")
    texts = text.unique()
    changed = pl.DataFrame(
        {"text": texts, "roles": [change(each.split()) for each in texts.to_list()]},
        schema={"text": pl.String, "roles": pl.List(pl.String)},
    )
    return text.to_frame("text").join(changed, on="text", how="left", maintain_order="left")["roles"]
