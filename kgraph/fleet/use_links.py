"""Uses across repositories: which symbols of others are called, referenced or derived from, where, and by what.

Input: uses that a build left with the name of an external symbol (its option `external_uses`), and what repositories
offer. Output: a frame, `USE_LINKS`.

The care is that of a directive's: which repository is meant is decided as for an import (see `links`), the name must
lead to one symbol there, and what does not, leads nowhere. Members of an instance are looked up where what is called is
a class.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from kgraph.fleet import provisions
from kgraph.fleet.exports import exported
from kgraph.vocab.tables import USE_EDGES

USE_LINKS = {
    "repo": pl.String(),
    "user": pl.String(),  # id of the symbol, or of the file outside of all, that uses
    "file": pl.String(),
    "line": pl.Int64(),
    "kind": pl.String(),  # "calls", "references", "inherits"
    "spelling": pl.String(),  # the name of the external symbol
    "target": pl.String(),  # its id in the graph of `repo`
    "scope": pl.String(),  # as of links
    "to_repo": pl.String(),
    "to": pl.String(),  # id of the symbol there
    "to_file": pl.String(),
    "evidence": pl.String(),  # by which the repository is meant, as of links
    "confidence": pl.Float64(),  # that this name is meant; null where the text says it
}
# Ecosystems whose names are whole names of symbols, wherever they stand.
_WHOLE = {"golang": "go", "cargo": "rust", "maven": "java", "composer": "php"}
_BY_FILE = ("pypi", "npm")  # those whose names begin with a module or package
_MAX_STEPS = 8  # of a name
_NAMED = ["repo", "ecosystem", "spelling"]
_PREFIX = "external/symbol/"

# Keys that needs may be offered by to the needs that are, as `links` has it.
Resolve = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]


def use_links(
    tables: Mapping[str, pl.LazyFrame], placed: pl.LazyFrame, offered: pl.DataFrame, resolve: Resolve
) -> pl.DataFrame:
    """All uses of symbols of other repositories. `placed` are symbols with their files, `offered` provisions."""
    uses = external_uses(tables["uses"], tables["externals"])
    named = uses.select(_NAMED).unique().sort(_NAMED)
    meant = pl.concat(
        [_by_whole_name(named, placed, resolve), _by_file(named, placed, tables["includes"], offered, resolve)]
    )
    is_private = pl.col("file").str.contains(provisions.PRIVATE_PATH)
    rows = uses.join(meant, on=_NAMED).with_columns(
        scope=pl.when(is_private).then(pl.lit("development")).otherwise(pl.lit("runtime"))
    )
    return rows.explode("line", empty_as_null=False).select(*USE_LINKS).cast(pl.Schema(USE_LINKS)).sort(pl.all())


def external_uses(uses: pl.LazyFrame, externals: pl.LazyFrame) -> pl.DataFrame:
    """The uses of external symbols of an ecosystem, with the lines of each as a list."""
    symbols = externals.filter(pl.col("id").str.starts_with(_PREFIX)).drop_nulls("ecosystem")
    outside = uses.filter(pl.col("to").str.starts_with(_PREFIX), pl.col("kind").is_in(list(USE_EDGES)))
    return (
        outside.select("repo", "file", "confidence", kind="kind", user="from", target="to", line="at_lines")
        .join(symbols.select("repo", "spelling", "ecosystem", target="id"), on=["repo", "target"])
        .with_columns(kind=pl.col("kind").replace_strict(USE_EDGES, return_dtype=pl.String))
        .collect()
    )


def _by_whole_name(named: pl.DataFrame, placed: pl.LazyFrame, resolve: Resolve) -> pl.DataFrame:
    """Names that are whole names of symbols."""
    spelled = pl.col("spelling").str.replace_all("\\", ".", literal=True)
    # A function has no members, so that what is called is a class.
    needs = named.filter(pl.col("ecosystem").is_in(list(_WHOLE))).with_columns(
        key=spelled.str.replace_all("()", "", literal=True)
    )
    families = {family: ecosystem for ecosystem, family in _WHOLE.items()} | {"kotlin": "maven"}
    family = pl.col("id").str.extract(r"^symbol/([^/]+)/")
    key = pl.col("qualified_name").str.replace_all("::", ".", literal=True).str.replace_all("\\", ".", literal=True)
    symbols = placed.with_columns(
        ecosystem=family.replace_strict(families, default=None, return_dtype=pl.String), key=key
    ).drop_nulls("ecosystem")
    offered = (
        symbols.filter(pl.col("key").is_in(needs["key"].unique().sort().implode()))
        .filter(~pl.col("file").str.contains(provisions.PRIVATE_PATH), pl.col("kind") != "Target")
        .select("ecosystem", "key", to_repo="repo", to="id", to_file="file", weight=pl.lit(1, pl.Int64))
        .unique()
        .collect()
    )
    found = resolve(needs.with_row_index("need").with_columns(rank=pl.lit(0)), offered)
    return found.drop_nulls(["to_repo", "to"]).select(*_NAMED, "to_repo", "to", "to_file", "evidence")


def _by_file(
    named: pl.DataFrame, placed: pl.LazyFrame, includes: pl.LazyFrame, offered: pl.DataFrame, resolve: Resolve
) -> pl.DataFrame:
    """Names that begin with a module or package, of which the longest that is offered is meant."""
    needs = named.filter(pl.col("ecosystem").is_in(_BY_FILE)).with_row_index("need")
    spelling = pl.col("spelling")
    keys = [  # the name without so many of its last steps
        needs.filter(spelling.str.count_matches(".", literal=True) >= rank).with_columns(
            key=spelling.str.replace(rf"(?:\.[^.]*){{{rank}}}$", ""), rank=pl.lit(rank)
        )
        for rank in range(_MAX_STEPS)
    ]
    modules = resolve(pl.concat(keys), offered).drop_nulls(["to_repo", "to_file"])
    rest = pl.col("spelling").str.strip_prefix(pl.col("key")).str.strip_chars_start(".")
    asked = modules.with_columns(rest=rest, name=rest.str.extract(r"^(\w+)"))
    is_module = asked.filter(pl.col("rest") == "").drop_nulls("to")
    asked = asked.drop_nulls("name").drop("to")
    symbols = exported(asked, placed, includes)
    found = asked.join(symbols, on=["to_repo", "to_file", "name"])
    found = found.with_columns(inner=pl.col("rest").str.strip_prefix(pl.col("name")))
    columns = [*_NAMED, "to_repo", "to", "to_file", "evidence"]
    direct = found.filter(pl.col("inner") == "").select(*_NAMED, "to_repo", "evidence", to="own", to_file="own_file")
    members = _members(found.filter(pl.col("inner") != ""), placed)
    return pl.concat([each.select(columns) for each in (is_module, direct, members)])


def _members(found: pl.DataFrame, placed: pl.LazyFrame) -> pl.DataFrame:
    """Members of what was found: `inner` is ".name" of a class or module, or "().name" of an instance of a class."""
    owners = placed.filter(pl.col("id").is_in(found["own"].unique().sort().implode()))
    kinds = owners.select("kind", "qualified_name", to_repo="repo", own="id").unique().collect()
    asked = found.join(kinds, on=["to_repo", "own"]).filter(
        (pl.col("kind") == "Class") | ~pl.col("inner").str.contains("(", literal=True)
    )
    qualified = pl.col("qualified_name") + pl.col("inner").str.strip_prefix("()")
    asked = asked.select(*_NAMED, "to_repo", "evidence", "own_file", qualified=qualified)
    members = placed.filter(pl.col("qualified_name").is_in(asked["qualified"].unique().sort().implode()))
    there = members.select(to_repo="repo", to="id", to_file="file", qualified="qualified_name").unique().collect()
    same = asked.join(there, on=["to_repo", "qualified"]).filter(pl.col("to_file") == pl.col("own_file"))
    return same.unique().unique(_NAMED, keep="none")
