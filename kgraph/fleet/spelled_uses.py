"""Uses that spell a name which leads to no symbol of the fleet: of compiled code, of what is made when a program runs,
of a package that is in none of the repositories.

Input: a lake and a name. Output: rows as of links, whose `to_file` is null; `to_repo` is the repository whose package,
module or header the same file imports by the beginning of that name, where there is one.
"""

from __future__ import annotations

import polars as pl

from kgraph.fleet.lake import Lake
from kgraph.fleet.link_tables import DIRECTIVES, HEADER_FORMS, LINKS
from kgraph.fleet.private_paths import scope_of_files

_PREFIX = "external/symbol/"
_MODULE = "symbol/python/module/"
_WHOLE = r"^(?:file|symbol/[^/]+/target)/"
_PLACE = ["repo", "file", "line", "kind", "target"]


def is_spelled(lake: Lake, name: str, repository: str = "") -> bool:
    """Whether anything in the fleet uses what it calls by a name, and that is not in the same repository; but is in
    `repository`, if that is given."""
    if repository:
        return repository in find_spelled(lake, name, pl.Series([], dtype=pl.String))["to_repo"]
    return _find_externals(lake, name).height > 0 or _find_directives(lake, name).height > 0


def find_spelled(lake: Lake, name: str, owners: pl.Series) -> pl.DataFrame:
    """The uses: `repo`, `file`, `line`, `kind`, `spelling`, `name` (null), `scope`, `to_repo`, `to_file` (null) and
    `evidence`. Those of `owners`, the repositories that have something of that name, are left out."""
    outside = _find_externals(lake, name)
    scanned = lake.scan_uses(outside["target"].to_list(), outside["repo"].unique().to_list())
    uses = scanned.rename({"to": "target"}).unique().collect()
    ids = pl.col("target").is_in(outside["target"].unique().sort().implode())
    known = lake.use_links().filter(ids).select(_PLACE).collect()
    uses = uses.join(outside, on=["repo", "target"]).join(known, on=_PLACE, how="anti")
    links = lake.links().filter(pl.col("kind").is_in(list(DIRECTIVES))).drop_nulls("to_repo")
    links = links.filter(_begins(pl.lit(name.replace("::", ".")), pl.col("spelling")))
    imported = links.select("repo", "file", "to_repo", "evidence", length=pl.col("spelling").str.len_chars()).collect()
    nearest = imported.sort("length", "to_repo", "evidence", descending=[True, False, False])
    nearest = nearest.unique(["repo", "file"], keep="first", maintain_order=True)
    places = ["repo", "file", "line", "kind", "spelling", "name"]
    found = pl.concat(
        [
            uses.join(nearest, on=["repo", "file"], how="left").with_columns(name=pl.lit(None, LINKS["name"])),
            _find_directives(lake, name),
        ],
        how="diagonal",
    ).select(*places, "to_repo", "evidence")
    owners = pl.concat([owners, found["to_repo"]]).drop_nulls().unique().sort()
    found = found.filter(~pl.col("repo").is_in(owners.implode()))
    return found.select(
        *places,
        scope=scope_of_files(),
        to_repo="to_repo",
        to_file=pl.lit(None, LINKS["to_file"]),
        evidence="evidence",
    )


def is_whole(to: pl.Expr) -> pl.Expr:
    """Whether what an import of a name leads to is but the file, module or package."""
    is_of_name = pl.concat_str(pl.lit(_MODULE), pl.col("name"), pl.lit("%40"))
    return to.is_null() | to.str.contains(_WHOLE) | (to.str.starts_with(_MODULE) & ~to.str.starts_with(is_of_name))


def _find_directives(lake: Lake, name: str) -> pl.DataFrame:
    """Includes of a header and imports of a module or package that no repository provides, and imports of a name that
    was not found in its module: `repo`, `file`, `line`, `kind`, `spelling`, `name`, `to_repo`, `evidence`."""
    first, _, last = name.rpartition(".")
    is_header = pl.col("form").is_in(HEADER_FORMS)
    spelling = pl.col("spelling")
    is_inside = spelling.str.starts_with(name + ".") | spelling.str.starts_with(name + "::")
    is_so_called = (spelling == name) | (is_inside & ~is_header)
    is_outside = pl.col("resolution").is_in(["external", "missing"])
    directives = lake.scan("includes").filter(is_outside)
    whole = directives.filter(is_so_called).with_columns(name=pl.lit(None, pl.String))
    named = directives.filter(~is_header, spelling == first).explode("names", empty_as_null=False)
    named = named.filter(pl.col("names") == last).with_columns(name="names")
    kind = pl.when(is_header).then(pl.lit("includes")).otherwise(pl.lit("imports"))
    columns = [*("repo", "file"), pl.col("start_line").alias("line"), kind.alias("kind"), "spelling", "name"]
    spelled = pl.concat([whole.select(columns), named.select(columns)]).unique().collect()
    place = ["repo", "file", "line", "kind", "spelling"]
    links = lake.links().join(spelled.lazy(), on=place, how="semi").collect()
    # Where an import of a name leads to no more than its module, the name was not found there.
    unfound = links.filter(is_whole(pl.col("to"))).drop_nulls(["name", "to_repo"])
    unfound = unfound.select(*place, "name", "to_repo", "evidence").unique([*place, "name"])
    # Where a `use` of Rust leads to no more than its crate, what it names was not found there.
    of_crate = links.filter(is_whole(pl.col("to")), pl.col("name").is_null(), spelling.str.contains("::", literal=True))
    unfound = pl.concat([unfound, of_crate.filter("::" in name).select(unfound.columns).unique()])
    leading = links.join(unfound, on=[*place, "name"], how="anti", nulls_equal=True)
    alone = spelled.filter(pl.col("name").is_null()).join(leading, on=place, how="anti")
    names = spelled.drop_nulls("name").join(leading, on=[*place, "name"], how="anti")
    return pl.concat([alone, names]).join(unfound, on=[*place, "name"], how="left", nulls_equal=True)


def _begins(name: pl.Expr, spelling: pl.Expr) -> pl.Expr:
    return name.str.starts_with(spelling.str.replace_all("::", ".", literal=True) + ".") | (name == spelling)


def _find_externals(lake: Lake, name: str) -> pl.DataFrame:
    """What repositories call so and do not have: `repo`, `target` (its id), `spelling`."""
    spelled = pl.col("spelling").str.replace_all("::", ".", literal=True)
    is_so_called = spelled.str.replace_all("()", "", literal=True) == name.replace("::", ".")
    found = lake.scan("externals").filter(is_so_called, pl.col("id").str.starts_with(_PREFIX))
    return found.select("repo", "spelling", target="id").sort("repo", "target").collect()
