"""Calls and bases that lead nowhere, by the names of what they mean: what an answer about callers or implementers may
lack.

Input: how many there are by family of languages and name, the spelled calls and bases of the C family, and symbols.
Output: how many calls may mean each function, and how many bases each type; counts of each file of the C family, so
that those of files that did not change can be taken over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from kgraph.assemble.cpp.mentions import KINDS as MENTIONS
from kgraph.assemble.evidence import CppEvidence
from kgraph.assemble.fact_tables import CPP
from kgraph.assemble.use_tables import NO_CALLS
from kgraph.model import UNRESOLVED_BASE, Kind

_CALLED = [Kind.FUNCTION.value, Kind.METHOD.value]
_BASES = [Kind.CLASS.value, Kind.STRUCT.value, Kind.TYPE_ALIAS.value]
_ACCESS = r"\b(?:public|protected|private|virtual)\b"
_STANDARD = r"^(?:const )?std::"  # what begins the type of a receiver that is none of the repository


_SPELLED = {"file": pl.Int64, "name": pl.String, "all": pl.Int64, "sites": pl.Int64}
_IS_CALL = pl.col("kind").is_in(["Call", "Expansion"])


class CallTally:
    """The calls that C and C++ spell, counted part by part, but for those in the files numbered `without`."""

    def __init__(self, without: Iterable[int] = ()) -> None:
        self._without = list(without)
        self._calls = [pl.DataFrame(schema=_SPELLED)]

    def add(self, spelled: pl.DataFrame) -> None:
        """Count the calls of a frame of `make_spelled_uses`, with arguments or without."""
        is_call = ~pl.col("kind").is_in([*NO_CALLS, *MENTIONS])
        calls = spelled.filter(is_call & ~pl.col("file").is_in(self._without))
        is_standard = pl.col("type").str.contains(_STANDARD).fill_null(value=False) | (pl.col("qualifier") == "std")
        counted = calls.with_columns(is_standard=is_standard).group_by("file", "name", maintain_order=True)
        self._calls.append(
            counted.agg(
                pl.len().cast(pl.Int64).alias("all"), (~pl.col("is_standard")).sum().cast(pl.Int64).alias("sites")
            )
        )

    @property
    def calls(self) -> pl.DataFrame:
        """How many there are, by file and name: `all`, and `sites` that may be none of the standard library's."""
        self._calls = [pl.concat(self._calls)]
        return self._calls[0]

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self.calls["all"].sum())

    def count_found(self, resolved: pl.DataFrame, symbols: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
        """The same by id of the file, and how many of the `sites` are `found` to lead somewhere.

        `resolved` is a frame of `use_tables`, `symbols` is the joined frame of symbol facts, `ids` are those of files.
        """
        names = symbols.filter(pl.col("family") == CPP).select(to="id", name="name").unique("to")
        is_other = pl.col("evidence").ne_missing(pl.lit(CppEvidence.DECLARED_OBJECT))  # which is not among the sites
        calls = resolved.filter(_IS_CALL & is_other).select("to", "file", "line").unique()
        found = calls.join(names, on="to").group_by("file", "name").agg(found=pl.len().cast(pl.Int64))
        spelled = self.calls.with_columns(file=pl.Series(ids, dtype=pl.String).gather(self.calls["file"]))
        counted = spelled.join(found, on=["file", "name"], how="full", coalesce=True)
        numbers = (pl.col(name).fill_null(0) for name in ("all", "sites", "found"))
        return counted.select("file", "name", *numbers).sort("file", "name")


def count_sites(resolved: pl.DataFrame) -> pl.DataFrame:
    """How many sites of each file were `found` to call something, of how many of these that was `inferred`,
    and how many are `declared` objects, which are not spelled as calls."""
    declared = pl.col("evidence").eq_missing(pl.lit(CppEvidence.DECLARED_OBJECT))  # of which few call anything
    counts = {"found": pl.len(), "inferred": pl.col("confidence").count(), "declared": declared.sum()}
    each = resolved.filter(_IS_CALL).group_by("file")
    return each.agg(count.cast(pl.Int64).alias(name) for name, count in counts.items()).sort("file")


def sum_sites(calls: pl.DataFrame, sites: pl.DataFrame) -> dict[str, int]:
    """How many places that call something were extracted, inferred, and not resolved."""
    found, inferred, declared = (int(sites[name].sum()) for name in ("found", "inferred", "declared"))
    spelled = int(calls["all"].sum()) + declared
    return {"extracted": found - inferred, "inferred": inferred, "unresolved": max(0, spelled - found)}


def sum_unresolved(calls: pl.DataFrame) -> dict[str, int]:
    """How many calls of each name lead nowhere: those that are spelled, without those that lead there."""
    left = calls.group_by("name").agg(left=pl.col("sites").sum() - pl.col("found").sum())
    return dict(left.filter(pl.col("left") > 0).iter_rows())


def count_unresolved_bases(resolved: pl.DataFrame, symbols: pl.DataFrame) -> dict[str, int]:
    """How many classes of C++ name a base that leads nowhere, by its name, with `UNRESOLVED_BASE` in front.

    `resolved` is a frame of `use_tables`, `symbols` is the joined frame of symbol facts.
    """
    c_family = symbols.filter(pl.col("family") == CPP)
    bases = c_family.filter(pl.col("bases").list.len() > 0).select(pl.col("bases").alias("name"), **{"from": "id"})
    if bases.is_empty():
        return {}
    bases = (
        bases.explode("name", empty_as_null=False)
        .unique()
        .with_columns(pl.col("name").str.replace_all(_ACCESS, "").str.strip_chars())
    )
    path = pl.col("name").str.replace(r"<.*>", "")
    spelled = bases.filter(~pl.col("name").str.contains(_STANDARD)).with_columns(name=path.str.extract(r"(\w+)\W*$"))
    names = c_family.select(to="id", name="name").unique("to")
    edges = resolved.filter(pl.col("kind") == "Inheritance").select("from", "to").unique()
    found = edges.join(names, on="to").select("from", "name")
    # A base may be an alias of what it leads to: where as many were found as are named, none is left.
    is_all = pl.col("named") <= pl.col("found").fill_null(0)
    counted = (
        spelled.group_by("from")
        .agg(named=pl.len())
        .join(edges.group_by("from").agg(found=pl.len().cast(pl.Int64)), on="from", how="left")
    )
    left = spelled.join(found, on=["from", "name"], how="anti").join(counted.filter(is_all), on="from", how="anti")
    rows = left.drop_nulls().group_by("name").len().iter_rows()
    return {UNRESOLVED_BASE + name: count for name, count in rows}


def count_unresolved_uses(symbols: pl.DataFrame, missed: Mapping[str, Mapping[str, int]]) -> dict[str, pl.DataFrame]:
    """By column of the table `symbols`, the counts by `id`; `symbols` is the joined frame of symbol facts, and
    `count_unresolved` has what leads nowhere by family and name, bases with `UNRESOLVED_BASE` in front."""
    rows = [(family, name, count) for family, counts in missed.items() for name, count in counts.items() if count]
    counted = pl.DataFrame(rows, schema={"family": pl.String(), "name": pl.String(), "count": pl.Int64()}, orient="row")
    is_base = pl.col("name").str.starts_with(UNRESOLVED_BASE)
    of_bases = counted.filter(is_base).with_columns(pl.col("name").str.strip_prefix(UNRESOLVED_BASE))
    meant = symbols.select("id", "family", "name", "kind")
    return {
        "unresolved_bases": _counts(meant.filter(pl.col("kind").is_in(_BASES)), of_bases, "unresolved_bases"),
        "unresolved_calls": _counts(
            meant.filter(pl.col("kind").is_in(_CALLED)), counted.filter(~is_base), "unresolved_calls"
        ),
    }


def _counts(symbols: pl.DataFrame, counted: pl.DataFrame, column: str) -> pl.DataFrame:
    if counted.is_empty():
        return pl.DataFrame(schema={"id": pl.String, column: pl.Int64})
    meant = symbols.join(counted, on=["family", "name"])
    return meant.group_by("id").agg(pl.col("count").max().alias(column))
