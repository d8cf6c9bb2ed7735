"""The uses that the C family's text makes likely: calls, expansions of macros, inheritance.

Comes in: spelled uses, the joined frame of symbol facts, and which file includes which. Goes out: rows of
`uses.RESOLVED`. Equal questions are asked once: the calls of a repository are a third as many different ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from kgraph.assemble.cpp import calls as rules
from kgraph.assemble.cpp.brought import Using
from kgraph.assemble.cpp.calls import Call, Callee, Calls
from kgraph.assemble.cpp.names import Names
from kgraph.assemble.facts import CPP
from kgraph.assemble.telling import TELLING, Row, row
from kgraph.assemble.uses import RESOLVED
from kgraph.model import UseKind
from kgraph.vocab.iri import external_id

BASE = "the name of a base"
OVERRIDE = "the name and parameters of a virtual method of a base"

# The precision of each kind of evidence, measured with `benchmarks/truth.py` on the projects that the README names.
CONFIDENCE: dict[str, float] = {
    rules.OWN: 0.999,
    rules.RECEIVER: 0.993,
    rules.QUALIFIED: 0.996,
    rules.NAMESPACE: 0.997,
    rules.SAME_FILE: 0.999,
    rules.VISIBLE: 0.99,
    rules.UNIQUE: 0.966,
    rules.UNIQUE_MEMBER: 0.967,
    rules.CONSTRUCTED: 0.996,
    rules.MACRO: 0.999,
    BASE: 0.987,
    OVERRIDE: 0.983,
}

_ROLES = {UseKind.LAUNCH.value: "launch", UseKind.READ.value: "address"}
_QUESTION = ["file", "scope", "kind", "name", "qualifier", "receiver", "type", "arguments", "in_const"]


def resolve_uses(
    spelled: pl.DataFrame, facts: pl.DataFrame, file_ids: Sequence[str], include_edges: pl.DataFrame
) -> tuple[pl.DataFrame, list[Row]]:
    """The uses of the C family, and rows of `externals`; `include_edges` has the columns `file` and `target`."""
    includes: defaultdict[int, list[int]] = defaultdict(list)
    for file, target in include_edges.sort("file", "target").iter_rows():
        includes[file].append(target)
    is_using = pl.col("kind").is_in([UseKind.USING, UseKind.ALIAS])
    names = Names(facts, includes, _usings(spelled.filter(is_using), facts))
    calls = _calls(spelled.filter(~is_using), facts, file_ids, names)
    parts = (calls, _inheritance(names, facts), _overrides(names, facts), _telling_types(facts))
    found = pl.concat([part.cast(pl.Schema(RESOLVED)) for part in parts])
    outside = set(found.filter(pl.col("to").str.starts_with("external/"))["to"])
    return found, [row("cpp", name) for name in TELLING["cpp"] if _external(name) in outside]


def _external(name: str) -> str:
    return external_id("symbol/cpp", name)


# The scope that a use stands in, by the symbol around it.
_SCOPE = pl.when(pl.col("group").is_in(["type", "enum", "namespace"])).then("within").otherwise("owner")


def _usings(spelled: pl.DataFrame, facts: pl.DataFrame) -> list[Using]:
    scopes = facts.select(owner="row", scope=_SCOPE)
    placed = spelled.join(scopes, on="owner", how="left", maintain_order="left")
    columns = placed.with_columns(pl.col("scope").fill_null("")).select(Using._fields)
    return [Using(*row) for row in columns.unique().iter_rows()]


def _calls(spelled: pl.DataFrame, facts: pl.DataFrame, file_ids: Sequence[str], names: Names) -> pl.DataFrame:
    in_const = (pl.col("group") == "function") & pl.col("key").str.ends_with(" const")
    in_fixture = pl.col("within").replace_strict(names.fixtures, default=None, return_dtype=pl.String)
    owners = facts.select(owner="row", scope=_SCOPE, from_="id", in_const=in_const, fixture=in_fixture)
    owners = owners.with_columns(scope=pl.coalesce("fixture", names.scopes(owners["scope"]))).drop("fixture")
    paths = pl.DataFrame(
        {"file": range(len(file_ids)), "file_id": file_ids}, schema={"file": pl.Int64, "file_id": pl.String}
    )
    asked = (
        spelled.join(owners, on="owner", how="left", maintain_order="left")
        .join(paths, on="file", how="left", maintain_order="left")
        .with_columns(
            scope=pl.col("scope").fill_null(""),
            from_=pl.coalesce("from_", "file_id"),
            in_const=pl.col("in_const").fill_null(value=False),
        )
    )
    questions = asked.select(_QUESTION).unique(maintain_order=True)
    resolver = Calls(names)
    answers = [_answer(resolver, names, Call(*question)) for question in questions.iter_rows()]
    known = questions.with_columns(
        pl.Series("to", [answer.target if answer else None for answer in answers], pl.String),
        pl.Series("use", [answer.kind if answer else None for answer in answers], pl.String),
        pl.Series("evidence", [answer.evidence or None if answer else None for answer in answers], pl.String),
    ).drop_nulls("to")
    launches = asked.filter(pl.col("kind") == UseKind.LAUNCH.value).select(
        kind=pl.lit("Call"),
        **{"from": "from_"},
        to=pl.lit(_external("<<<>>>")),
        file="file_id",
        line="line",
        roles=pl.lit(None, pl.String),
        confidence=pl.lit(None, pl.Float64),
        evidence=pl.lit(None, pl.String),
    )
    found = asked.join(known, on=_QUESTION, how="inner", maintain_order="left").select(
        kind="use",
        **{"from": "from_"},
        to="to",
        file="file_id",
        line="line",
        roles=pl.col("kind").replace_strict(_ROLES, default=None, return_dtype=pl.String),
        confidence=pl.col("evidence").replace_strict(CONFIDENCE, default=None, return_dtype=pl.Float64),
        evidence="evidence",
    )
    return pl.concat([found, launches])


def _answer(resolver: Calls, names: Names, call: Call) -> Callee | None:
    """What a call means in the repository, else the telling function outside of it."""
    if (found := resolver.resolve(call)) or call.kind == UseKind.READ:
        return found
    if call.receiver or call.qualifier not in ("", "::", "std", "::std"):
        return None
    known = TELLING["cpp"]
    in_std = call.qualifier.endswith("std")
    if in_std and (name := f"std::{call.name}") in known:
        return Callee(_external(name), "Call", "")
    if call.name not in known or (in_std and known[call.name].category in ("network", "process")):
        return None
    own = any(function.scope not in names.types for function in names.by_name.get(call.name, ()))
    return None if own else Callee(_external(call.name), "Call", "")


# Types of the standard library that tell of threads and atomics, where a variable is declared with them.
_TYPES = (
    r"\bstd::(?:atomic|thread|jthread|mutex|recursive_mutex|shared_mutex|timed_mutex|condition_variable|future|promise)"
    r"\b"
)


def _telling_types(facts: pl.DataFrame) -> pl.DataFrame:
    """Variables and fields declared with a telling type."""
    is_variable = (pl.col("family") == CPP) & (pl.col("group") == "variable")
    return (
        facts.filter(is_variable & pl.col("signature").str.contains(_TYPES))
        .with_columns(type=pl.col("signature").str.extract(f"({_TYPES})"))
        .select(
            kind=pl.lit("TypeUse"),
            **{"from": "id"},
            to=pl.col("type").replace_strict(
                {name: _external(name) for name in TELLING["cpp"]}, return_dtype=pl.String
            ),
            file="file_id",
            line="start",
            roles=pl.lit(None, pl.String),
            confidence=pl.lit(None, pl.Float64),
            evidence=pl.lit(None, pl.String),
        )
    )


def _overrides(names: Names, facts: pl.DataFrame) -> pl.DataFrame:
    """Methods with the nearest virtual one of a base that has the same name and parameters."""
    pairs = [
        (method.id, base.id)
        for (scope, name), methods in names.functions.items()
        if (found := names.types.get(scope)) and found[0].bases and name[0] != "~"
        for method in methods
        if (base := names.overridden(found[0], method)) is not None
    ]
    rows = pl.DataFrame(pairs, schema={"from": pl.String, "to": pl.String}, orient="row")
    places = (
        facts.filter(pl.col("group") == "function")
        .sort("id", pl.col("qualifier") != "", "row")
        .unique("id", keep="first", maintain_order=True)
    )
    return rows.join(places.select("file_id", **{"from": "id"}, line="start"), on="from").select(
        kind=pl.lit("Override"),
        **{"from": "from"},
        to="to",
        file="file_id",
        line="line",
        roles=pl.lit(None, pl.String),
        confidence=pl.lit(CONFIDENCE[OVERRIDE]),
        evidence=pl.lit(OVERRIDE),
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
