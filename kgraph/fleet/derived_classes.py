"""Who may use a member of a class by way of classes derived from it, which inherit the member.

Input: a lake, and symbols. Output: rows as of `LINKS`: one for each file of other repositories that derives a class
from the member's class, or uses such a class; of several such lines the first.
"""

from __future__ import annotations

import polars as pl

from kgraph.fleet.lake import Lake
from kgraph.fleet.link_tables import LINKS
from kgraph.fleet.private_paths import scope_of_files

EVIDENCE = "a derived class"
_CLASSES = ("Class", "Struct", "Interface")
_OWNER = r"^(.+?)(?:\.|::)[^.:]+$"  # of a member's whole name
_NODE = ["repo", "id"]


def through_derived_classes(lake: Lake, places: pl.DataFrame) -> pl.DataFrame:
    """The rows; of symbols and their files (`repo`, `id`, `file`), those that are members of a class are looked at."""
    members = _find_owners(lake, places)
    found = [_through_one(lake, *of_one) for of_one in members.group_by("repo", maintain_order=True)]
    return pl.concat(found) if found else pl.DataFrame(schema=LINKS)


def _through_one(lake: Lake, key: tuple[object, ...], members: pl.DataFrame) -> pl.DataFrame:
    """The rows of members of one repository."""
    derived = _with_constructors(lake, _find_derived(lake, members.select(_NODE)))
    there = derived.lazy().select(to_repo="repo", to="id")
    repositories = derived["repo"].unique().to_list()
    across = lake.use_links().join(there, on=["to_repo", "to"], how="semi")
    of_own = there.rename({"to_repo": "repo"})
    within = lake.scan_uses(derived["id"].to_list(), repositories).join(of_own, on=["repo", "to"], how="semi")
    symbols = lake.scan("symbols", repositories).select("repo", "id", spelling="qualified_name")
    names = symbols.join(derived.lazy(), on=_NODE, how="semi").select("spelling", to="id").unique("to")
    columns = ["repo", "file", "line", "kind", "to"]
    used = pl.concat([across.select(columns), within.select(columns)]).join(names, on="to").drop("to").collect()
    bases = _inheriting(lake, members.select(_NODE)).select("repo", "file", "line", "kind", "spelling")
    rows = pl.concat([used.select(bases.columns), bases]).filter(pl.col("repo") != key[0]).sort(bases.columns)
    first = rows.unique(["repo", "file"], keep="first", maintain_order=True)
    scope = scope_of_files()
    found = first.with_columns(
        name=pl.lit(None, pl.String),
        scope=scope,
        to_repo=pl.lit(key[0], pl.String),
        to=pl.lit(members["member"][0], pl.String),
        to_file=pl.lit(members["file"][0], pl.String),
        evidence=pl.lit(EVIDENCE),
        candidates=pl.lit([], LINKS["candidates"]),
    )
    return found.select(*LINKS).cast(pl.Schema(LINKS))


def _find_owners(lake: Lake, places: pl.DataFrame) -> pl.DataFrame:
    """The classes that symbols are members of: `repo`, `id`, and the `member` with its `file`."""
    nodes = places.select(_NODE).unique()
    symbols = lake.scan("symbols", nodes["repo"].unique().to_list()).select("repo", "id", "kind", "qualified_name")
    ids = pl.col("id").is_in(nodes["id"].unique().sort().implode())
    named = symbols.filter(ids).collect().join(nodes, on=_NODE, how="semi")
    owner = pl.col("qualified_name").str.extract(_OWNER)
    named = named.select("repo", member="id", owner=owner).drop_nulls()
    classes = symbols.filter(
        pl.col("kind").is_in(_CLASSES), pl.col("qualified_name").is_in(named["owner"].unique().sort().implode())
    ).collect()
    found = named.join(classes, left_on=["repo", "owner"], right_on=["repo", "qualified_name"])
    found = found.join(places.rename({"id": "member"}), on=["repo", "member"])
    return found.select("repo", "id", "member", "file").unique().sort("repo", "member", "file", "id")


def _with_constructors(lake: Lake, classes: pl.DataFrame) -> pl.DataFrame:
    """Classes and their constructors, which calls lead to: `repo`, `id`."""
    symbols = lake.scan("symbols", classes["repo"].unique().to_list()).select("repo", "id", "kind", "qualified_name")
    names = symbols.join(classes.lazy(), on=_NODE, how="semi").select("repo", owner="qualified_name").unique()
    owner = pl.col("qualified_name").str.extract(_OWNER)
    made = symbols.filter(pl.col("kind") == "Constructor").with_columns(owner=owner)
    return pl.concat([classes, made.join(names, on=["repo", "owner"], how="semi").select(_NODE).collect()]).unique()


def _inheriting(lake: Lake, classes: pl.DataFrame) -> pl.DataFrame:
    """Uses as bases in other repositories: rows of `USE_LINKS`."""
    those = lake.use_links().filter(pl.col("kind") == "inherits")
    return those.join(classes.lazy().select(to_repo="repo", to="id"), on=["to_repo", "to"], how="semi").collect()


def _find_derived(lake: Lake, classes: pl.DataFrame) -> pl.DataFrame:
    """The classes derived from some, or from those: `repo`, `id`."""
    known, wave = classes.unique(), classes.unique()
    while wave.height:
        ids = pl.col("to").is_in(wave["id"].unique().sort().implode())
        within = lake.scan("uses", wave["repo"].unique().to_list()).filter(ids, pl.col("kind") == "Inheritance")
        inside = within.join(wave.lazy(), left_on=["repo", "to"], right_on=_NODE, how="semi").select("repo", id="from")
        across = _inheriting(lake, wave).select("repo", id="user")
        wave = pl.concat([inside.collect(), across]).unique().join(known, on=_NODE, how="anti")
        known = pl.concat([known, wave])
    return known.join(classes, on=_NODE, how="anti")
