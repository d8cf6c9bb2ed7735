"""What files of a repository offer under a name, to those that import them: their own symbols, and what they pass on.

Input: files and names that are asked for. Output: the symbol that each leads to, where it is one. Names are followed
through imports of names and of all (`from m import *`), a few times; Python's modules are in the packages around them,
and where a module has a stub, what the module does not tell is looked up there.
"""

from __future__ import annotations

import polars as pl

_MAX_HOPS = 5  # imports that pass a name on, one after the other
_ASKED = ["to_repo", "to_file", "name"]
_SCRIPTS = r"^symbol/(?:javascript|typescript|tsx|vue|svelte)/"


def exported(asked: pl.DataFrame, placed: pl.LazyFrame, includes: pl.LazyFrame) -> pl.DataFrame:
    """The symbols that names of files lead to: `asked` (`to_repo`, `to_file`, `name`) with `own` and `own_file`, a row
    for each that leads to one."""
    asked = asked.select(_ASKED).unique()
    names = pl.col("name").is_in(asked["name"].unique().sort().implode())
    modules = placed.filter(pl.col("kind") == "Module").select("repo", "file", module="qualified_name").collect()
    tops = _tops(placed.filter(names).collect(), modules)
    passing = _passing(includes, asked["name"].unique().sort())
    found = _followed(asked, tops, passing)
    left = asked.join(found, on=_ASKED, how="anti")
    stubs = _stubs(left, modules)
    in_stubs = _followed(stubs.select("to_repo", "name", to_file="stub").unique(), tops, passing)
    of_stubs = stubs.join(in_stubs.rename({"to_file": "stub"}), on=["to_repo", "stub", "name"])
    found = pl.concat([found, of_stubs.select(found.columns).unique(_ASKED, keep="none")])
    inner = _inner_modules(asked.join(found, on=_ASKED, how="anti"), modules, placed)
    return pl.concat([found, inner.select(found.columns)])


def _tops(named: pl.DataFrame, modules: pl.DataFrame) -> pl.DataFrame:
    """The symbols of some names that stand at the top of a file: `to_repo`, `to_file`, `name`, `own`."""
    in_modules = named.join(modules, on=["repo", "file"]).filter(
        pl.col("kind") != "Module",
        pl.col("qualified_name") == pl.concat_str("module", pl.lit("."), "name"),
    )
    stem = pl.col("file").str.strip_prefix("file/").str.replace(r"\.[^./]+$", "")
    in_scripts = named.filter(
        pl.col("id").str.contains(_SCRIPTS) & (pl.col("qualified_name") == pl.concat_str(stem, pl.lit("."), "name"))
    )
    tops = pl.concat(
        [each.select(to_repo="repo", to_file="file", name="name", own="id") for each in (in_modules, in_scripts)]
    )
    return tops.unique().unique(_ASKED, keep="none")  # of several of one name, none is meant


def _passing(includes: pl.LazyFrame, names: pl.Series) -> pl.DataFrame:
    """What files import of others of their repository: `to_repo`, `to_file`, `name` or "*", `inner_file`."""
    wanted = pl.col("name").is_in(names.implode()) | (pl.col("name") == "*")
    return (
        includes.filter(pl.col("resolution") == "repository")
        .select("names", "targets", to_repo="repo", to_file="file")
        .explode("names", empty_as_null=False)
        .explode("targets", empty_as_null=False)
        .select("to_repo", "to_file", name="names", inner_file="targets")
        .filter(wanted)
        .unique()
        .collect()
    )


def _followed(asked: pl.DataFrame, tops: pl.DataFrame, passing: pl.DataFrame) -> pl.DataFrame:
    """The symbols at the top of the files that are asked for, or of those that these pass names on from."""
    at = asked.with_columns(file="to_file")
    by_name = passing.filter(pl.col("name") != "*").rename({"to_file": "file"})
    by_star = passing.filter(pl.col("name") == "*").drop("name").rename({"to_file": "file"})
    here = tops.rename({"to_file": "file"})
    parts = []
    for _ in range(_MAX_HOPS):
        there = at.join(here, on=["to_repo", "file", "name"])
        parts.append(there.select(*_ASKED, "own", own_file="file").unique().unique(_ASKED, keep="none"))
        at = at.join(there.select(_ASKED).unique(), on=_ASKED, how="anti")
        named = at.join(by_name, on=["to_repo", "file", "name"])
        starred = at.join(named.select(_ASKED).unique(), on=_ASKED, how="anti").join(by_star, on=["to_repo", "file"])
        at = pl.concat([each.select(*_ASKED, file="inner_file") for each in (named, starred)]).unique()
        if at.is_empty():
            break
    return pl.concat(parts)


def _stubs(asked: pl.DataFrame, modules: pl.DataFrame) -> pl.DataFrame:
    """The other files of the modules that are asked: a column `stub`."""
    own = modules.rename({"repo": "to_repo", "file": "to_file"})
    others = modules.select("module", to_repo="repo", stub="file")
    return (
        asked.join(own, on=["to_repo", "to_file"])
        .join(others, on=["to_repo", "module"])
        .filter(pl.col("stub") != pl.col("to_file"))
    )


def _inner_modules(asked: pl.DataFrame, modules: pl.DataFrame, placed: pl.LazyFrame) -> pl.DataFrame:
    """Modules inside of the packages that are asked."""
    own = modules.rename({"repo": "to_repo", "file": "to_file"})
    qualified = pl.concat_str("module", pl.lit("."), "name")
    wanted = asked.join(own, on=["to_repo", "to_file"]).with_columns(qualified_name=qualified)
    there = placed.filter(pl.col("kind") == "Module").select(
        "qualified_name", to_repo="repo", own="id", own_file="file"
    )
    # Of a module and its stub, the module.
    found = wanted.join(there.collect(), on=["to_repo", "qualified_name"])
    return found.sort(pl.col("own_file").str.ends_with(".py"), descending=True, maintain_order=True).unique(
        _ASKED, keep="first", maintain_order=True
    )
