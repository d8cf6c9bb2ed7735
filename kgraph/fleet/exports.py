"""What files of a repository offer under a name, to those that import them: their own symbols, and what they pass on.

Input: files and names that are asked for. Output: the symbol that each leads to, where it is one. Names are followed
through imports of names and of all (`from m import *`), a few times; Python's modules are in the packages around them,
and where a module has a stub, what the module does not tell, nor any that it passes on from, is looked up there.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

# A table of the interfaces of all repositories by its name, with the column `repo`; see `interfaces.TABLES`.
Scan = Callable[[str], pl.LazyFrame]

DEFAULT = "default"  # the name of what a module of JavaScript exports by default
_MAX_HOPS = 5  # imports that pass a name on, one after the other
_ASKED = ["to_repo", "to_file", "name"]
_SCRIPTS = r"^symbol/(?:javascript|typescript|tsx|vue|svelte)/"


def find_exported(asked: pl.DataFrame, scan: Scan) -> pl.DataFrame:
    """The symbols that names of files lead to: `asked` (`to_repo`, `to_file`, `name`) with `own` and `own_file`, a row
    for each that leads to one."""
    asked = asked.select(_ASKED).unique()
    names = asked["name"].unique().sort().implode()
    named = pl.col("name").is_in(names)
    modules = scan("modules").collect()
    tops = scan("tops").filter(named).select("name", "own", to_repo="repo", to_file="file").collect()
    passing = scan("passing").filter(named | (pl.col("name") == "*"))
    passed_on = passing.select("name", "inner_file", to_repo="repo", to_file="file").collect()
    found, visited = _follow_reexports(asked.with_columns(file="to_file"), tops, passed_on)
    left = visited.join(found, on=_ASKED, how="anti").join(_stubs(modules), on=["to_repo", "file"])
    in_stubs, _ = _follow_reexports(left.select(*_ASKED, file="stub").unique(), tops, passed_on)
    found = pl.concat([found, in_stubs.unique(_ASKED, keep="none")])
    inner = _inner_modules(asked.join(found, on=_ASKED, how="anti"), modules)
    return pl.concat([found, inner.select(found.columns)])


def module_table(placed: pl.DataFrame) -> pl.DataFrame:
    """The modules of a repository: `file`, `module` (its name) and `id`."""
    return placed.filter(pl.col("kind") == "Module").select("file", "id", module="qualified_name").unique()


def top_table(placed: pl.DataFrame, modules: pl.DataFrame) -> pl.DataFrame:
    """The symbols of a repository that stand at the top of a file: `file`, `name`, `own`."""
    in_modules = placed.join(modules.select("file", "module"), on="file").filter(
        pl.col("kind") != "Module",
        pl.col("qualified_name") == pl.concat_str("module", pl.lit("."), "name"),
    )
    stem = pl.col("file").str.strip_prefix("file/").str.replace(r"\.[^./]+$", "")
    in_scripts = placed.filter(
        pl.col("id").str.contains(_SCRIPTS) & (pl.col("qualified_name") == pl.concat_str(stem, pl.lit("."), "name"))
    )
    defaults = in_scripts.filter(pl.col("modifiers").list.contains(DEFAULT)).with_columns(name=pl.lit(DEFAULT))
    found = pl.concat([each.select("file", "name", own="id") for each in (in_modules, in_scripts, defaults)])
    return found.unique().unique(["file", "name"], keep="none")  # of several of one name, none is meant


def passing_table(includes: pl.LazyFrame, tops: pl.DataFrame) -> pl.DataFrame:
    """What files import of others of their repository: `file`, `name` or "*", `inner_file`.

    What another file exports by default is passed on by its own name, too: `export { default as read } from "./read"`.
    """
    found = (
        includes.filter(pl.col("resolution") == "repository", pl.col("names").list.len() > 0)
        .select("names", "targets", "file")
        .explode("names", empty_as_null=False)
        .explode("targets", empty_as_null=False)
        .select("file", name="names", inner_file="targets")
        .unique()
        .collect()
    )
    by_default = tops.filter(pl.col("name") == DEFAULT).select("own", inner_file="file")
    names = tops.filter(pl.col("name") != DEFAULT).join(
        by_default, left_on=["own", "file"], right_on=["own", "inner_file"]
    )
    whole = found.filter(pl.col("name") == DEFAULT).drop("name")
    own = whole.join(names.select("name", inner_file="file"), on="inner_file")
    return pl.concat([found, own.select(found.columns)]).unique()


def _follow_reexports(at: pl.DataFrame, tops: pl.DataFrame, passing: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The symbols at the top of files (`file`), or of those that these pass names on from; and all files visited."""
    by_name = passing.filter(pl.col("name") != "*").rename({"to_file": "file"})
    by_star = passing.filter(pl.col("name") == "*").drop("name").rename({"to_file": "file"})
    here = tops.rename({"to_file": "file"})
    parts, visited = [], at
    for _ in range(_MAX_HOPS):
        there = at.join(here, on=["to_repo", "file", "name"])
        parts.append(there.select(*_ASKED, "own", own_file="file").unique().unique(_ASKED, keep="none"))
        at = at.join(there.select(_ASKED).unique(), on=_ASKED, how="anti")
        named = at.join(by_name, on=["to_repo", "file", "name"])
        starred = at.join(named.select(_ASKED).unique(), on=_ASKED, how="anti").join(by_star, on=["to_repo", "file"])
        at = pl.concat([each.select(*_ASKED, file="inner_file") for each in (named, starred)]).unique()
        at = at.join(visited, on=at.columns, how="anti")
        if at.is_empty():
            break
        visited = pl.concat([visited, at])
    return pl.concat(parts), visited


def _stubs(modules: pl.DataFrame) -> pl.DataFrame:
    """The other files of modules that are several: `to_repo`, `file`, `stub`."""
    own = modules.select("module", "file", to_repo="repo")
    pairs = own.join(own.rename({"file": "stub"}), on=["to_repo", "module"])
    return pairs.filter(pl.col("stub") != pl.col("file")).select("to_repo", "file", "stub").unique()


def _inner_modules(asked: pl.DataFrame, modules: pl.DataFrame) -> pl.DataFrame:
    """Modules inside of the packages that are asked."""
    own = modules.select("module", to_repo="repo", to_file="file")
    there = modules.select(to_repo="repo", own="id", own_file="file", inner="module")
    inner = pl.concat_str("module", pl.lit("."), "name")
    found = asked.join(own, on=["to_repo", "to_file"]).with_columns(inner=inner).join(there, on=["to_repo", "inner"])
    # Of a module and its stub, the module.
    return found.sort(~pl.col("own_file").str.ends_with(".py"), "own_file").unique(
        _ASKED, keep="first", maintain_order=True
    )
