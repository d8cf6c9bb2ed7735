"""Which uses stand in branches alone: whoever runs the code around may not run them.

Input: the table `uses`, and the branches of each file. Output: the table with the role `CONDITIONAL`. It is found after
all else, as a use whose file is unchanged is taken over from the graph before, and is one row for many lines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

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
        uses.with_row_index("row")
        .filter(pl.col("kind").is_in(list(_KINDS)))
        .select("row", "file", line="at_lines")
        .join(places, on="file")
        .explode("line")
        .select("row", at=pl.col("place") * _FILE + pl.col("line"))
    )
    at = lines["at"].to_numpy()
    before = np.searchsorted(first, at, side="right") - 1
    inside = (before >= 0) & (at <= last[np.maximum(before, 0)])
    rows = lines.select("row", inside=pl.Series(inside)).group_by("row").agg(pl.col("inside").all()).filter("inside")
    is_conditional = np.zeros(uses.height, dtype=np.bool_)
    is_conditional[rows["row"].to_numpy()] = True
    known = pl.col("roles").list.contains(CONDITIONAL)
    roles = pl.col("roles").list.set_difference([CONDITIONAL]).list.sort()
    uses = uses.with_columns(roles=pl.when(known).then(roles).otherwise(pl.col("roles")))
    with_it = pl.concat_list(pl.col("roles").fill_null([]), pl.lit([CONDITIONAL], pl.List(pl.String))).list.sort()
    return uses.with_columns(roles=pl.when(pl.Series(is_conditional)).then(with_it).otherwise(pl.col("roles")))
