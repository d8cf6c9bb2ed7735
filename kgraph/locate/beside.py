"""What stands one step away from a few files: calls, imports and includes in both directions, and related files.

Input: an index and rows of its files. Output: `NeighbourFile`, with the place that shows each, the best matches first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from numpy.typing import NDArray

from kgraph.languages import import_verb
from kgraph.locate.answer import NeighbourFile
from kgraph.locate.text_index import TextIndex

MAX_BESIDE = 5  # of each file: dependencies, dependents, related files
_USES = {"Call": ("calls", "is called by"), "Inheritance": ("is derived from", "is the base of")}


def find_neighbours(index: TextIndex, rows: Sequence[int], scores: NDArray[Any]) -> Iterator[NeighbourFile]:
    """What stands beside each of some files; of the others those first that fit the text better."""
    edges = pl.concat([_imports(index, rows), _uses(index, rows)]).sort("at", "line")
    for row in rows:
        for column, other in (("from", "to"), ("to", "from")):
            yield from _steps(index, row, edges.filter(pl.col(column) == row), other, scores)
        yield from _find_related(index, row)


def _steps(
    index: TextIndex, row: int, edges: pl.DataFrame, other: str, scores: NDArray[Any]
) -> Iterator[NeighbourFile]:
    grouped = edges.group_by(other, "how", "back").agg(pl.len().alias("places"), pl.first("at", "line"))
    found = sorted(
        grouped.iter_rows(named=True),
        key=lambda each: (-round(scores[each[other]], 9), index.paths[each[other]], each["how"]),
    )
    for each in found[:MAX_BESIDE]:
        count = f"{each['places']:,} places" if each["places"] > 1 else "1 place"
        yield NeighbourFile(
            index.paths[each[other]],
            index.paths[row],
            each["how"] if other == "to" else each["back"],
            f"{index.paths[each['at']]}:{each['line']}",
            count,
        )


def _imports(index: TextIndex, rows: Sequence[int]) -> pl.DataFrame:
    """Include directives and import statements from or to some files."""
    numbers = _numbers(index)
    frame = (
        index.table("includes")
        .select("file", "targets", line="start_line")
        .explode("targets")
        .drop_nulls("targets")
        .join(numbers.rename({"id": "file", "row": "from"}), on="file")
        .join(numbers.rename({"id": "targets", "row": "to"}), on="targets")
    )
    includes = [language for language in set(index.files["language"]) if import_verb(language or "") == "include"]
    directives = index.files["language"].is_in(includes).fill_null(value=False)
    frame = frame.with_columns(included=directives.gather(frame["from"]))
    included = pl.col("included")
    return frame.filter(_touches(rows)).select(
        "from",
        "to",
        how=pl.when(included).then(pl.lit("includes")).otherwise(pl.lit("imports")),
        back=pl.when(included).then(pl.lit("is included by")).otherwise(pl.lit("is imported by")),
        at=pl.col("from"),
        line=pl.col("line").cast(pl.Int64),
    )


def _uses(index: TextIndex, rows: Sequence[int]) -> pl.DataFrame:
    """Calls and base classes from or to symbols of some files."""
    numbers = _numbers(index)
    homes = index.symbols.select("id", row=pl.col("home").cast(pl.Int64))
    frame = (
        index.table("uses")
        .filter(pl.col("kind").is_in(list(_USES)))
        .select("kind", "file", "to", line=pl.col("at_lines").list.first().cast(pl.Int64))
        .join(numbers.rename({"id": "file", "row": "from"}), on="file")
        .join(homes.rename({"id": "to", "row": "used"}), on="to")
        .select("kind", "from", pl.col("used").alias("to"), "line")
    )
    return frame.filter(_touches(rows)).select(
        "from",
        "to",
        how=pl.col("kind").replace_strict({kind: how for kind, (how, _) in _USES.items()}, return_dtype=pl.String),
        back=pl.col("kind").replace_strict({kind: back for kind, (_, back) in _USES.items()}, return_dtype=pl.String),
        at=pl.col("from"),
        line=pl.col("line"),
    )


def _numbers(index: TextIndex) -> pl.DataFrame:
    return index.files.select("id").with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))


def _touches(rows: Sequence[int]) -> pl.Expr:
    chosen = list(rows)
    return (pl.col("from").is_in(chosen) | pl.col("to").is_in(chosen)) & (pl.col("from") != pl.col("to"))


def _find_related(index: TextIndex, row: int) -> Iterator[NeighbourFile]:
    numbers = _numbers(index)
    found = (
        index.table("relations")
        .filter(pl.col("from") == index.files["id"][row])
        .join(numbers.rename({"id": "to"}), on="to")
        .sort("rank", "row")
        .head(MAX_BESIDE)
    )
    for other, reasons in found.select("row", "reasons").iter_rows():
        yield NeighbourFile(index.paths[other], index.paths[row], "is related to", "", reasons[0] if reasons else "")
