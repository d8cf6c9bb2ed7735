"""Inheritance and overrides of the C family: which class derives from which, which method overrides which.

Input: the index of types, declarations, and the joined frame of symbol facts. Output: rows of `uses.RESOLVED`. Methods
are matched set-wise: there are tens of thousands, and few classes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container

import polars as pl

from kgraph.assemble.cpp import type_text
from kgraph.assemble.cpp.entities import Type
from kgraph.assemble.cpp.members import levels
from kgraph.assemble.cpp.name_index import NameIndex
from kgraph.assemble.evidence import CppEvidence
from kgraph.assemble.use_tables import RESOLVED

_VIRTUAL = r"\bvirtual\b|\boverride\b"
_METHOD = r"^[-+]\s*\("  # of Objective-C: each may be overridden
_OVERRIDES = r"\)[^()]*\b(?:override|final)\b"

_MAX_ARGUMENT = 1_000  # characters of a template argument: what grows on the way to a base has no end

Bases = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]


def bases(names: NameIndex) -> Bases:
    """The bases of each class by ids (`from`, `to`, `roles`); the scopes of all its bases, nearest first (`scope`,
    `rank`, `base`); and for those that are templates the `arguments` of their `parameters`."""
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
    below = _find_below_templates(names)
    given = [
        (scope, base, [*values], [*values.values()])
        for scope, types in names.types.items()
        if types[0].id and types[0] in below
        for base, values in _template_arguments(types[0], below).items()
        if values
    ]
    text = pl.String
    ranked = pl.DataFrame(above, schema=_ABOVE, orient="row")
    lists = {"parameters": pl.List(text), "arguments": pl.List(text)}
    arguments = pl.DataFrame(given, schema={"scope": text, "base": text, **lists}, orient="row")
    return (
        pl.DataFrame(named, schema={"from": text, "to": text, "roles": text}, orient="row").unique().sort("from", "to"),
        ranked,
        arguments.join(ranked, on=["scope", "base"], maintain_order="left").select(*_ABOVE, *lists),
    )


def _find_below_templates(names: NameIndex) -> set[Type]:
    """The classes of whose bases, directly or not, one is a template that is given arguments."""
    derived: defaultdict[Type, list[Type]] = defaultdict(list)
    pending: list[Type] = []
    for types in names.types.values():
        for type_ in types:
            for base, given in type_.bases:
                derived[base].append(type_)
                if given and base.parameters:
                    pending.append(type_)
    found = set(pending)
    while pending:
        for type_ in derived.get(pending.pop(), ()):
            if type_ not in found:
                found.add(type_)
                pending.append(type_)
    return found


def _template_arguments(class_: Type, below: Container[Type]) -> dict[str, dict[str, str]]:
    """The values of the template parameters of each base of a class, by the scope of the base; `below` are the classes
    that have such bases."""
    found: dict[str, dict[str, str]] = {}
    pending: list[tuple[Type, dict[str, str]]] = [(class_, {})]
    for derived, values in pending:  # which grows
        for base, given in derived.bases:
            if base.within not in found:
                told = zip(base.parameters, (type_text.substitute(each, values) for each in given), strict=False)
                found[base.within] = {name: each for name, each in told if name and len(each) <= _MAX_ARGUMENT}
                if base in below:
                    pending.append((base, found[base.within]))
    return found


_ABOVE = {"scope": pl.String(), "rank": pl.Int64(), "base": pl.String()}


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


def overrides(
    above: pl.DataFrame, given: pl.DataFrame, declared: pl.DataFrame, facts: pl.DataFrame, confidence: float
) -> pl.DataFrame:
    """Methods with the nearest virtual one of a base that has the same name and parameters. `above` and `given` are the
    last two frames of `bases`."""
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
                _of_templates(methods, given, virtual).with_columns(by=pl.lit(0)),
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


def _of_templates(methods: pl.DataFrame, given: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Methods with others of a base that is a template, whose parameters are the same for the arguments given to it;
    columns as of `_nearest`."""
    pairs = methods.join(given, on="scope").join(others, on=["base", "name", "arity"], suffix="_of_base")
    pairs = pairs.filter(pl.col("key") != pl.col("key_of_base"))
    keys = pairs.select("key", "key_of_base", "parameters", "arguments").iter_rows()
    is_same = [key == type_text.substitute(of_base, dict(zip(*told, strict=True))) for key, of_base, *told in keys]
    return pairs.filter(pl.Series(is_same, dtype=pl.Boolean)).select("order", "id", "rank", "to", "other_order")


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
