"""Sorting more rows than memory should hold: by way of the disk, a range of keys at a time.

Input: frames, one after the other, and a folder to use. Output: the rows of all in the order of a key column, in frames
of about `MAX_ROWS`. This is an external sort by sampled ranges (as in sample sort): each frame is sorted and written,
with a sample of its keys; the sample says where to cut; each range is then read from all files and sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

from kgraph import files
from kgraph.store.tables import scan_file

MAX_ROWS = 500_000  # in memory at a time, of all frames; one frame that is given may have more
_SAMPLE = 500  # of so many rows one
_ROW_GROUP = 50_000  # rows that are read or passed over together


def sort_ranges(
    frames: Iterable[pl.DataFrame],
    key: str,
    finish: Callable[[pl.DataFrame], pl.DataFrame],
    folder: Path,
    max_rows: int = MAX_ROWS,
) -> Iterator[pl.DataFrame]:
    """The rows of all `frames`, range by range of the texts in the column `key`, each made ready by `finish`.

    `finish` is given all rows of its range in the order of the frames, and sorts them. Rows of one key are never in two
    ranges. What is small enough stands in memory, and is one range.
    """
    waiting: list[pl.DataFrame] = []
    parts: list[Path] = []
    samples: list[pl.Series] = []
    rows = 0
    for frame in frames:
        waiting.append(frame)
        rows += frame.height
        if rows > max_rows:
            while waiting:
                part = waiting.pop(0).sort(key, maintain_order=True)
                parts.append(folder / f"part-{len(parts):06}.parquet")
                part.write_parquet(parts[-1], compression="lz4", row_group_size=_ROW_GROUP)
                samples.append(part[key].gather_every(_SAMPLE))
    if not parts:
        yield finish(pl.concat(waiting))
        return
    steps = pl.concat(samples).sort()
    cuts = steps.gather_every(max(1, max_rows // _SAMPLE)).unique(maintain_order=True).to_list()[1:]
    for low, high in zip([None, *cuts], [*cuts, None], strict=True):
        if found := _range(parts, key, low, high):
            yield finish(pl.concat(found))
    for path in parts:
        files.discard(path)


def _range(parts: Iterable[Path], key: str, low: str | None, high: str | None) -> list[pl.DataFrame]:
    """The rows of each part with a key from `low` on and before `high`."""
    inside = pl.lit(value=True)
    if low is not None:
        inside &= pl.col(key) >= low
    if high is not None:
        inside &= pl.col(key) < high
    found = (scan_file(path).filter(inside).collect() for path in parts)
    return [frame for frame in found if frame.height]
