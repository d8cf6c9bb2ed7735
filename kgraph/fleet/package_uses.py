"""Who uses a package of npm or Cargo, whatever of it: each import and use whose spelling begins with its name.

Input: a lake, and nodes. Output: the packages among the nodes, and which rows spell a name of theirs.
"""

from __future__ import annotations

import polars as pl

from kgraph.fleet.lake import Lake
from kgraph.fleet.provisions import canonical

_ECOSYSTEMS = {"package.json": "npm", "Cargo.toml": "cargo"}
# What stands behind the name of a package: of a file or member in imports of npm, a path of Rust, a name in a use.
_BEHIND = r"^(?:[/.]|::|$)"


def find_packages(lake: Lake, nodes: pl.DataFrame) -> pl.DataFrame:
    """The packages among nodes (`repo`, `id`): `to_repo`, `package` as imports spell it."""
    symbols = lake.scan("symbols", nodes["repo"].unique().to_list())
    ids = pl.col("id").is_in(nodes["id"].unique().sort().to_list())
    manifest = pl.col("id").str.extract(r"(?:%40|%2F)(package\.json|Cargo\.toml)$")
    targets = symbols.filter(ids, pl.col("kind") == "Target").with_columns(
        ecosystem=manifest.replace_strict(_ECOSYSTEMS, default=None, return_dtype=pl.String)
    )
    named = targets.drop_nulls("ecosystem").join(nodes.lazy(), on=["repo", "id"], how="semi")
    return (
        named.select(to_repo="repo", package=canonical("ecosystem", "qualified_name")).unique().sort(pl.all()).collect()
    )


def spelling_of_packages(rows: pl.LazyFrame, packages: pl.DataFrame) -> pl.LazyFrame:
    """Of rows of `LINKS` or `USE_LINKS`, those that spell a name of packages."""
    spelling = pl.col("spelling")
    found = [
        rows.filter(
            pl.col("to_repo") == repo,
            spelling.str.starts_with(name) & spelling.str.strip_prefix(name).str.contains(_BEHIND),
        )
        for repo, name in packages.iter_rows()
    ]
    return pl.concat(found) if found else rows.filter(pl.lit(value=False))
