"""Uses that spell a name which leads to no symbol of the fleet: of compiled code, of what is made when a program runs,
of a package that is in none of the repositories.

Input: a lake and a name. Output: rows as of links, whose `to_file` is null; `to_repo` is the repository whose package,
module or header the same file imports by the beginning of that name, where there is one.
"""

from __future__ import annotations

import polars as pl

from kgraph.fleet.lake import Lake
from kgraph.fleet.link_tables import DIRECTIVES, LINKS
from kgraph.fleet.private_paths import is_development
from kgraph.vocab.tables import USE_EDGES

_PREFIX = "external/symbol/"
_PLACE = ["repo", "file", "line", "kind", "target"]


def is_spelled(lake: Lake, name: str) -> bool:
    """Whether anything in the fleet uses what it calls by a name, and that is not in the same repository."""
    return _find_externals(lake, name).height > 0


def find_spelled(lake: Lake, name: str, owners: pl.Series) -> pl.DataFrame:
    """The uses: `repo`, `file`, `line`, `kind`, `spelling`, `name` (null), `scope`, `to_repo`, `to_file` (null) and
    `evidence`. Those of `owners`, the repositories that have something of that name, are left out."""
    outside = _find_externals(lake, name)
    ids = outside["target"].unique().sort().implode()
    those = pl.col("to").is_in(ids) & pl.col("kind").is_in(list(USE_EDGES))
    uses = (
        lake.scan("uses", outside["repo"].unique().to_list())
        .filter(those)
        .select("repo", "file", "kind", line="at_lines", target="to")
        .with_columns(kind=pl.col("kind").replace_strict(USE_EDGES, return_dtype=pl.String))
        .explode("line", empty_as_null=False)
        .unique()
        .collect()
    )
    known = lake.use_links().filter(pl.col("target").is_in(ids)).select(_PLACE).collect()
    uses = uses.join(outside, on=["repo", "target"]).join(known, on=_PLACE, how="anti")
    links = lake.links().filter(pl.col("kind").is_in(list(DIRECTIVES))).drop_nulls("to_repo")
    links = links.filter(_begins(pl.lit(name.replace("::", ".")), pl.col("spelling")))
    imported = links.select("repo", "file", "to_repo", "evidence", length=pl.col("spelling").str.len_chars()).collect()
    nearest = imported.sort("length", "to_repo", "evidence", descending=[True, False, False])
    nearest = nearest.unique(["repo", "file"], keep="first", maintain_order=True)
    found = uses.join(nearest, on=["repo", "file"], how="left")
    owners = pl.concat([owners, found["to_repo"]]).drop_nulls().unique().sort()
    found = found.filter(~pl.col("repo").is_in(owners.implode()))
    return found.select(
        *("repo", "file", "line", "kind", "spelling"),
        name=pl.lit(None, LINKS["name"]),
        scope=pl.when(is_development()).then(pl.lit("development")).otherwise(pl.lit("runtime")),
        to_repo="to_repo",
        to_file=pl.lit(None, LINKS["to_file"]),
        evidence="evidence",
    )


def _begins(name: pl.Expr, spelling: pl.Expr) -> pl.Expr:
    return name.str.starts_with(spelling.str.replace_all("::", ".", literal=True) + ".") | (name == spelling)


def _find_externals(lake: Lake, name: str) -> pl.DataFrame:
    """What repositories call so and do not have: `repo`, `target` (its id), `spelling`."""
    spelled = pl.col("spelling").str.replace_all("::", ".", literal=True)
    is_so_called = spelled.str.replace_all("()", "", literal=True) == name.replace("::", ".")
    found = lake.scan("externals").filter(is_so_called, pl.col("id").str.starts_with(_PREFIX))
    return found.select("repo", "spelling", target="id").sort("repo", "target").collect()
