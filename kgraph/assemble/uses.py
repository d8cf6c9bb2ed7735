"""Uses of symbols: from spellings to edges and their particulars.

Comes in: the facts of all files and the joined frame of their symbols. Goes out: the table `uses` with its plain edges.

`spelled_uses` lays the spelled uses of all files side by side; resolvers of the language families answer with rows of
`RESOLVED`; `use_tables` makes the tables of them, whoever found them.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Sequence

import polars as pl

from kgraph.model import Extracted, FileFacts, UseKind
from kgraph.vocab.tables import EDGE_COLUMNS, USE_EDGES, schema

# One row per use that means something: class of the use, ids, a line; roles, joined by a space; the evidence, and how
# sure it is, null where the text or a compiler says it.
RESOLVED = {
    "kind": pl.String(),
    "from": pl.String(),
    "to": pl.String(),
    "file": pl.String(),
    "line": pl.Int64(),
    "roles": pl.String(),
    "confidence": pl.Float64(),
    "evidence": pl.String(),
}

SPELLED = ("kind", "name", "qualifier", "receiver", "type")


def spelled_uses(facts: Sequence[Extracted], wanted: Iterable[int], first_rows: Sequence[int]) -> pl.DataFrame:
    """The uses of the files numbered `wanted`: file, owner, line, arguments and spellings.

    An owner is a row of the symbol facts, or -1; `first_rows[n]` is that of file n's first own symbol.
    """
    chosen = [(n, fact.uses) for n in wanted if isinstance(fact := facts[n], FileFacts) and fact.uses.kinds]
    counts = [len(uses.kinds) for _, uses in chosen]
    numbers = {"line": array("I"), "owner": array("i"), "arguments": array("h")}
    for _, uses in chosen:
        numbers["line"].frombytes(uses.lines)
        numbers["owner"].frombytes(uses.owners)
        numbers["arguments"].frombytes(uses.arguments)
    files = pl.Series("file", [n for n, _ in chosen], pl.Int64)
    starts = pl.Series("first", [first_rows[n] for n, _ in chosen], pl.Int64)
    repeated = pl.DataFrame({"file": files, "first": starts, "count": pl.Series(counts, dtype=pl.UInt32)})
    repeated = repeated.select(
        pl.col("file", "first").repeat_by("count").explode(empty_as_null=False, keep_nulls=False)
    )
    texts = {
        name: pl.Series(
            name,
            ["\n".join(uses.kinds) if name == "kind" else getattr(uses, name + "s") for _, uses in chosen],
            pl.String,
        )
        .str.split("\n")
        .explode(empty_as_null=False, keep_nulls=False)
        for name in SPELLED
    }
    frame = pl.DataFrame(
        {
            "file": repeated["file"],
            "first": repeated["first"],
            **{name: pl.Series(name, values, pl.Int64) for name, values in numbers.items()},
            **texts,
        }
    )
    owner = pl.when(pl.col("owner") >= 0).then(pl.col("owner") + pl.col("first")).otherwise(-1)
    return frame.with_columns(owner=owner).drop("first")


def use_tables(resolved: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table `uses` and its plain edges, both sorted."""
    key = ["kind", "from", "to", "file"]
    rows = (
        resolved.sort(*key, "confidence", descending=[False] * 4 + [True], nulls_last=False, maintain_order=True)
        .group_by(key, maintain_order=True)
        .agg(
            at_lines=pl.col("line").unique().sort(),
            roles=pl.col("roles").drop_nulls().unique().sort(),
            confidence=pl.col("confidence").first(),
            evidence=pl.col("evidence").first(),
        )
        .with_columns(roles=pl.col("roles").list.join(" ").str.split(" ").list.unique().list.sort())
        .with_columns(roles=pl.when(pl.col("roles").list.first() != "").then("roles").otherwise([]))
    )
    texts = rows.select(pl.concat_str(key, separator="\n").alias("text"))["text"]
    ids = ["use/" + hashlib.sha256(text.encode("ascii")).hexdigest()[:16] for text in texts]
    table = rows.with_columns(id=pl.Series(ids, dtype=pl.String)).select(
        pl.col(name).cast(dtype) for name, dtype in schema("uses").items()
    )
    edges = rows.select(
        source="from", kind=pl.col("kind").replace_strict(USE_EDGES, return_dtype=pl.String), target="to"
    ).unique()
    return table.sort("id"), edges.sort(*EDGE_COLUMNS)


def no_uses() -> tuple[pl.DataFrame, pl.DataFrame]:
    """What `use_tables` gives where nobody asked for uses."""
    return use_tables(pl.DataFrame(schema=RESOLVED))


def call_sites(spelled: pl.DataFrame, resolved: pl.DataFrame) -> dict[str, int]:
    """How many places that call something were extracted, inferred, and not resolved."""
    sites = spelled.filter(pl.col("kind") != UseKind.READ).height
    found = resolved.filter(pl.col("kind").is_in(["Call", "Expansion"]))
    inferred = found["confidence"].count()
    extracted = found.height - inferred
    return {"extracted": extracted, "inferred": inferred, "unresolved": max(0, sites - found.height)}
