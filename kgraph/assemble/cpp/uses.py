"""The uses that the C family's text makes likely: calls, expansions of macros, inheritance.

Comes in: spelled uses, the joined frame of symbol facts, and which file includes which. Goes out: rows of
`uses.RESOLVED`. Equal questions are asked once: the calls of a repository are a third as many different ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from kgraph.assemble.cpp import calls as rules
from kgraph.assemble.cpp.calls import Call, Calls
from kgraph.assemble.cpp.names import ANONYMOUS, Names
from kgraph.assemble.uses import RESOLVED

# The precision of each kind of evidence, measured with `benchmarks/truth.py`.
CONFIDENCE: dict[str, float] = {
    rules.OWN: 0.95,
    rules.RECEIVER: 0.95,
    rules.QUALIFIED: 0.95,
    rules.NAMESPACE: 0.95,
    rules.SAME_FILE: 0.95,
    rules.VISIBLE: 0.95,
    rules.UNIQUE: 0.95,
    rules.UNIQUE_MEMBER: 0.9,
    rules.CONSTRUCTED: 0.9,
    rules.MACRO: 0.95,
    "the name of a base": 0.95,
}
BASE = "the name of a base"

_QUESTION = ["file", "scope", "kind", "name", "qualifier", "receiver", "type", "arguments"]


def resolve_uses(
    spelled: pl.DataFrame, facts: pl.DataFrame, file_ids: Sequence[str], include_edges: pl.DataFrame
) -> pl.DataFrame:
    """The calls and the inheritance of the C family; `include_edges` has the columns `file` and `target`."""
    includes: defaultdict[int, list[int]] = defaultdict(list)
    for file, target in include_edges.sort("file", "target").iter_rows():
        includes[file].append(target)
    names = Names(facts, includes)
    return pl.concat([_calls(spelled, facts, file_ids, names), _inheritance(names, facts)])


def _calls(spelled: pl.DataFrame, facts: pl.DataFrame, file_ids: Sequence[str], names: Names) -> pl.DataFrame:
    is_scope = pl.col("group").is_in(["type", "enum", "namespace"])
    scope = pl.when(is_scope).then("within").otherwise("owner")
    scope = scope.str.replace_all(ANONYMOUS, "", literal=True).str.replace(r"(?:^|::)\(anonymous namespace\)$", "")
    owners = facts.select(owner="row", scope=scope, from_="id")
    paths = pl.DataFrame(
        {"file": range(len(file_ids)), "file_id": file_ids}, schema={"file": pl.Int64, "file_id": pl.String}
    )
    asked = (
        spelled.join(owners, on="owner", how="left", maintain_order="left")
        .join(paths, on="file", how="left", maintain_order="left")
        .with_columns(scope=pl.col("scope").fill_null(""), from_=pl.coalesce("from_", "file_id"))
    )
    questions = asked.select(_QUESTION).unique(maintain_order=True)
    resolver = Calls(names)
    answers = [resolver.resolve(Call(*question)) for question in questions.iter_rows()]
    known = questions.with_columns(
        pl.Series("to", [answer.target if answer else None for answer in answers], pl.String),
        pl.Series("use", [answer.kind if answer else None for answer in answers], pl.String),
        pl.Series("evidence", [answer.evidence if answer else None for answer in answers], pl.String),
    ).drop_nulls("to")
    return asked.join(known, on=_QUESTION, how="inner", maintain_order="left").select(
        kind="use",
        **{"from": "from_"},
        to="to",
        file="file_id",
        line="line",
        roles=pl.lit(None, pl.String),
        confidence=pl.col("evidence").replace_strict(CONFIDENCE, return_dtype=pl.Float64),
        evidence="evidence",
    )


def _inheritance(names: Names, facts: pl.DataFrame) -> pl.DataFrame:
    rows = [
        (type_.id, base.id, " ".join(_roles(text)))
        for found in names.types.values()
        for type_ in found
        for text, base in type_.named_bases
    ]
    bases = pl.DataFrame(rows, schema={"from": pl.String, "to": pl.String, "roles": pl.String}, orient="row").unique()
    places = facts.filter(pl.col("definition") & (pl.col("bases").list.len() > 0)).select(
        "file_id", **{"from": "id"}, line="start"
    )
    return (
        bases.join(places, on="from")
        .select(
            kind=pl.lit("Inheritance"),
            **{"from": "from"},
            to="to",
            file="file_id",
            line="line",
            roles=pl.when(pl.col("roles") != "").then("roles"),
            confidence=pl.lit(CONFIDENCE[BASE]),
            evidence=pl.lit(BASE),
        )
        .cast(pl.Schema(RESOLVED))
    )


def _roles(text: str) -> list[str]:
    return sorted({"public", "private", "protected", "virtual"} & set(text.split()))
