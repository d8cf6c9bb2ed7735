"""Inheritance and overrides of the C family: which class derives from which, which method overrides which.

Input: the index of types, declarations, and the joined frame of symbol facts. Output: rows of `uses.RESOLVED`. Methods
are matched set-wise: there are tens of thousands, and few classes.
"""

from __future__ import annotations

import polars as pl

from kgraph.assemble.cpp.members import levels
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.evidence import CppEvidence
from kgraph.assemble.use_tables import RESOLVED

_VIRTUAL = r"\bvirtual\b|\boverride\b"
_METHOD = r"^[-+]\s*\("  # of Objective-C: each may be overridden
_OVERRIDES = r"\)[^()]*\b(?:override|final)\b"

Bases = tuple[pl.DataFrame, pl.DataFrame]


def bases(names: NameIndex) -> Bases:
    """The bases of each class by ids (`from`, `to`, `roles`), and the scopes of all its bases, nearest first (`scope`,
    `rank`, `base`)."""
    named = [
        (type_.id, base.id, " ".join(_roles(text)))
        for types in names.types.values()
        for type_ in types
        if type_.id
        for text, base in type_.named_bases
    ]
    above = [
        (scope, rank, base)
        for scope, types in names.types.items()
        if types[0].id and types[0].bases
        for rank, base in enumerate(
            dict.fromkeys(ancestor.within for level in list(levels(types[0]))[1:] for ancestor in level),
        )
    ]
    text = pl.String
    return (
        pl.DataFrame(named, schema={"from": text, "to": text, "roles": text}, orient="row").unique().sort("from", "to"),
        pl.DataFrame(above, schema={"scope": text, "rank": pl.Int64, "base": text}, orient="row"),
    )


def _roles(text: str) -> list[str]:
    return sorted({"public", "private", "protected", "virtual"} & set(text.split()))


def inheritance(named: pl.DataFrame, facts: pl.DataFrame, confidence: float) -> pl.DataFrame:
    """Classes with the bases that are named where they are defined."""
    places = facts.filter(pl.col("bases").list.len() > 0).select("file_id", **{"from": "id"}, line="start")
    return (
        named.join(places, on="from", maintain_order="left")
        .select(
            kind=pl.lit("Inheritance"),
            **{"from": "from"},
            to="to",
            file="file_id",
            line="line",
            roles=pl.when(pl.col("roles") != "").then("roles"),
            confidence=pl.lit(confidence),
            evidence=pl.lit(CppEvidence.BASE_NAME),
        )
        .cast(pl.Schema(RESOLVED))
    )


def overrides(above: pl.DataFrame, declared: pl.DataFrame, facts: pl.DataFrame, confidence: float) -> pl.DataFrame:
    """Methods with the nearest virtual one of a base that has the same name and parameters."""
    if above.is_empty():
        return pl.DataFrame(schema=RESOLVED)
    methods = (
        declared.filter((pl.col("group") == "function") & ~pl.col("name").str.starts_with("~"))
        .select("scope", "name", "key", "arity", "id", "signature")
        .with_row_index("order")
    )
    says_so = pl.col("signature").str.contains(_OVERRIDES)
    others = methods.join(above.select(scope="base").unique(), on="scope", how="semi").select(
        "name", "key", "arity", base="scope", to="id", other="signature", other_order="order"
    )
    virtual = others.filter(pl.col("other").str.contains(f"{_VIRTUAL}|{_METHOD}"))
    sure = methods.filter(says_so)
    pairs = (
        pl.concat(
            [
                _nearest(sure, above, others, "key").with_columns(by=pl.lit(0)),
                _nearest(sure, above, others, "arity").with_columns(by=pl.lit(1)),
                _nearest(methods, above, virtual, "key").with_columns(by=pl.lit(0)),
            ]
        )
        .sort("order", "by", "rank", "other_order")  # parameters that are spelled alike say more than their number
        .unique("order", keep="first", maintain_order=True)
        .select("to", **{"from": "id"})
    )
    method_locations = (
        facts.filter(pl.col("group") == "function")
        .select("id", "qualifier", "row", "file_id", "start")
        .join(pairs, left_on="id", right_on="from", how="semi")
        .sort("id", pl.col("qualifier") != "", "row")
        .unique("id", keep="first", maintain_order=True)
    )
    return pairs.join(method_locations, left_on="from", right_on="id", maintain_order="left").select(
        kind=pl.lit("Override"),
        **{"from": "from"},
        to="to",
        file="file_id",
        line="start",
        roles=pl.lit(None, pl.String),
        confidence=pl.lit(confidence),
        evidence=pl.lit(CppEvidence.OVERRIDDEN_METHOD),
    )


def _nearest(methods: pl.DataFrame, above: pl.DataFrame, others: pl.DataFrame, same: str) -> pl.DataFrame:
    """Methods with the nearest other of a base that has the same name and `same`: `order`, `id`, `rank`, `to`,
    `other_order`.

    A class may have thousands of bases, and a name thousands of overloads, or of classes that have it. What is asked
    is looked up once for all methods alike, in its bases or in the classes that have it, whichever are fewer.
    """
    if above.is_empty() or others.is_empty():
        parts = (methods.select("order", "id"), above.select("rank"), others.select("to", "other_order"))
        return pl.concat([part.clear() for part in parts], how="horizontal")
    by = ["name", same]
    firsts = others.sort("other_order").unique(["base", *by], keep="first", maintain_order=True)
    asked = (
        methods.select("scope", *by)
        .unique()
        .join(above.group_by("scope").agg(bases=pl.len()), on="scope")
        .join(firsts.group_by(by).agg(holders=pl.len()), on=by)
    )
    through_bases = asked.filter(pl.col("bases") <= pl.col("holders")).join(above, on="scope")
    through_holders = asked.filter(pl.col("bases") > pl.col("holders")).join(firsts, on=by)
    columns = ("scope", *by, "rank", "to", "other_order")
    matches = pl.concat(
        [
            through_bases.join(firsts, on=["base", *by]).select(columns),
            through_holders.join(above, on=["scope", "base"]).select(columns),
        ]
    )
    nearest = matches.sort("rank", "other_order").unique(["scope", *by], keep="first", maintain_order=True)
    return methods.join(nearest, on=["scope", *by]).select("order", "id", "rank", "to", "other_order")
