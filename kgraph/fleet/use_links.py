"""Uses across repositories: which symbols of others are called, referenced or derived from, where, and by what.

Input: uses that a build left with the name of an external symbol (its option `external_uses`), and what repositories
offer. Output: a frame, `USE_LINKS`.

The care is that of a directive's: which repository is meant is decided as for an import (see `links`), the name must
lead to one symbol there, and what does not, leads nowhere. Members of an instance are looked up where what is called is
a class.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from kgraph.fleet import header_uses, rust_names
from kgraph.fleet.exports import Scan, find_exported
from kgraph.fleet.link_tables import USE_LINKS
from kgraph.fleet.overloads import IS_OVERLOADED, merge_meanings
from kgraph.fleet.private_paths import is_private, scope_of_files
from kgraph.fleet.provisions import HEADER
from kgraph.vocab.tables import USE_EDGES

# Ecosystems whose names are whole names of symbols, wherever they stand.
_WHOLE = {"golang": "go", "cargo": "rust", "maven": "java", "composer": "php", "gem": "ruby"}
_BY_NAMESPACE = {"nuget": "c"}  # those that spell types alone, of namespaces that their file uses
_BY_FILE = ("pypi", "npm")  # those whose names begin with a module or package
_OFFERED = ["to_repo", "ecosystem", "key"]
_MAX_STEPS = 8  # of a name
_NAMED = ["repo", "ecosystem", "spelling"]
_MEANT = ("to_repo", "to", "to_file", "evidence", "overloads")
_HIDING = ("go", "java", "kotlin")  # whose private symbols no other repository sees
_PREFIX = "external/symbol/"
_IN_COMPANION = r"\.Companion\."

# Keys that needs may be offered by to the needs that are, as `links` has it.
Resolve = Callable[[pl.DataFrame, pl.LazyFrame], pl.DataFrame]


def use_links(uses: pl.DataFrame, offered: pl.LazyFrame, resolve: Resolve, scan: Scan) -> pl.DataFrame:
    """Those of some uses that lead to symbols of other repositories.

    `uses` are of `external_uses`, `offered` provisions with `to_repo`.
    """
    named = uses.select(_NAMED).unique().sort(_NAMED)
    meant = pl.concat([_resolve_whole_names(named, resolve, scan), _resolve_in_files(named, offered, resolve, scan)])
    through = _through_headers(uses.filter(pl.col("ecosystem") == HEADER), offered, resolve, scan)
    of_types = uses.filter(pl.col("ecosystem").is_in(list(_BY_NAMESPACE)))
    found = [uses.join(meant, on=_NAMED), through, _resolve_in_namespaces(of_types, resolve, scan)]
    rows = pl.concat([each.select(*uses.columns, *_MEANT) for each in found]).with_columns(scope=scope_of_files())
    return rows.explode("line", empty_as_null=False).select(*USE_LINKS).cast(pl.Schema(USE_LINKS))


def _through_headers(uses: pl.DataFrame, offered: pl.LazyFrame, resolve: Resolve, scan: Scan) -> pl.DataFrame:
    """Uses in C and C++ with what they mean."""
    sights = scan("sights").join(uses.lazy().select("repo").unique(), on="repo", how="semi").collect()
    seeing = uses.join(sights, on=["repo", "file"])
    headers = scan("headers").join(sights.lazy().select("repo", "sight").unique(), on=["repo", "sight"], how="semi")
    spelled = headers.collect()
    known = resolve(header_uses.header_keys(spelled), offered)
    asked = seeing.select("repo", "sight", "spelling").unique()
    meant = header_uses.through_headers(asked, spelled, known, scan)
    return seeing.join(meant, on=["repo", "sight", "spelling"])


def external_uses(uses: pl.LazyFrame, externals: pl.LazyFrame) -> pl.DataFrame:
    """The uses of external symbols of an ecosystem, or behind headers, with the lines of each as a list."""
    is_declared = pl.col("id").str.starts_with(header_uses.EXTERNAL) & pl.col("category").is_null()
    ecosystem = pl.when(is_declared).then(pl.lit(HEADER)).otherwise("ecosystem")
    symbols = externals.filter(pl.col("id").str.starts_with(_PREFIX)).with_columns(ecosystem=ecosystem)
    symbols = symbols.drop_nulls("ecosystem")
    outside = uses.filter(pl.col("to").str.starts_with(_PREFIX), pl.col("kind").is_in(list(USE_EDGES)))
    return (
        outside.select("repo", "file", "confidence", kind="kind", user="from", target="to", line="at_lines")
        .join(symbols.select("repo", "spelling", "ecosystem", target="id"), on=["repo", "target"])
        .with_columns(kind=pl.col("kind").replace_strict(USE_EDGES, return_dtype=pl.String))
        .collect()
    )


def whole_names(placed: pl.DataFrame, includes: pl.LazyFrame) -> pl.DataFrame:
    """A repository's symbols by their whole names, in languages whose uses spell these: as `PROVISIONS`."""
    families = {family: ecosystem for ecosystem, family in (_WHOLE | _BY_NAMESPACE).items()} | {"kotlin": "maven"}
    family = pl.col("id").str.extract(r"^symbol/([^/]+)/")
    key = pl.col("qualified_name").str.replace_all("::", ".", literal=True).str.replace_all("\\", ".", literal=True)
    is_hidden = (pl.col("access") == "private") & family.is_in(_HIDING)
    own = placed.filter(~is_hidden.fill_null(value=False)).select("id", "file", "kind", key=key, family=family)
    passed_on = rust_names.find_passed_on(placed, includes).with_columns(family=pl.lit("rust"))
    macros = rust_names.find_macros(own.filter(pl.col("family") == "rust"))
    # What a companion of Kotlin has is called by the name of its class.
    companions = own.filter(pl.col("family") == "kotlin", pl.col("key").str.contains(_IN_COMPANION))
    companions = companions.with_columns(key=pl.col("key").str.replace(_IN_COMPANION, "."))
    named = (
        pl.concat([own, *(each.select(own.columns) for each in (passed_on, macros, companions))])
        .with_columns(ecosystem=pl.col("family").replace_strict(families, default=None, return_dtype=pl.String))
        .drop_nulls("ecosystem")
        .filter(~is_private(), pl.col("kind") != "Target")
    )
    # Of an item and a module of one name, as `spawn` of `mod spawn; pub use spawn::spawn;`, the item is used.
    is_module = (pl.col("kind") == "Namespace") & (pl.col("family") == "rust")
    items = named.filter(~is_module).select("ecosystem", "key")
    named = pl.concat(
        [named.filter(~is_module), named.filter(is_module).join(items, on=["ecosystem", "key"], how="anti")]
    )
    return named.select("ecosystem", "key", to="id", to_file="file", weight=pl.lit(1, pl.Int64)).unique()


def whole_keys(named: pl.DataFrame) -> pl.DataFrame:
    """The uses of `whole_names`, with the `key` of each."""
    spelled = pl.col("spelling").str.replace_all("\\", ".", literal=True)
    # A function has no members, so that what is called is a class.
    key = spelled.str.replace_all("()", "", literal=True)
    return named.filter(pl.col("ecosystem").is_in(list(_WHOLE))).with_columns(key=key)


def file_keys(named: pl.DataFrame) -> pl.DataFrame:
    """The uses whose names begin with a module or package, a row for each `key` that may be that: of those that are
    offered the one of the lowest `rank` is meant, which leaves out so many of the last steps."""
    needs = named.filter(pl.col("ecosystem").is_in(_BY_FILE)).with_row_index("need")
    spelling = pl.col("spelling")
    keys = [
        needs.filter(spelling.str.count_matches(".", literal=True) >= rank).with_columns(
            key=spelling.str.replace(rf"(?:\.[^.]*){{{rank}}}$", ""), rank=pl.lit(rank)
        )
        for rank in range(_MAX_STEPS)
    ]
    return pl.concat(keys)


def _resolve_whole_names(named: pl.DataFrame, resolve: Resolve, scan: Scan) -> pl.DataFrame:
    """Names that are whole names of symbols."""
    needs = whole_keys(named).with_row_index("need").with_columns(rank=pl.lit(0))
    return _find_meanings(needs, _NAMED, resolve, scan)


def _resolve_in_namespaces(uses: pl.DataFrame, resolve: Resolve, scan: Scan) -> pl.DataFrame:
    """Uses of types, and of their members, that a namespace has which their file uses; with what they mean."""
    place = [*_NAMED, "file"]
    those = pl.col("ecosystem").is_in(list(_BY_NAMESPACE)), pl.col("repo").is_in(uses["repo"].unique().implode())
    spaces = scan("needs").filter(*those).select("repo", "file", "ecosystem", space="spelling").unique().collect()
    named = uses.select(place).unique().sort(place).with_row_index("need")
    key = pl.concat_str("space", pl.lit("."), pl.col("spelling").str.replace_all("()", "", literal=True))
    needs = named.join(spaces, on=["repo", "file", "ecosystem"]).with_columns(key=key, rank=pl.lit(0)).drop("space")
    return uses.join(_find_meanings(needs, place, resolve, scan), on=place)


def _find_meanings(needs: pl.DataFrame, place: list[str], resolve: Resolve, scan: Scan) -> pl.DataFrame:
    """What needs mean whose keys are whole names: the columns of `place`, and `_MEANT`."""
    asked = pl.col("key").is_in(needs["key"].unique().sort().implode())
    offered = scan("whole_names").filter(asked).rename({"repo": "to_repo"})
    found = resolve(needs, offered).drop_nulls("to_repo")
    one = found.drop_nulls("to").with_columns(overloads=pl.lit([], pl.List(pl.String)))
    several = found.filter(pl.col("to").is_null()).drop("to", "to_file")
    same = several.join(offered.select("to_repo", "ecosystem", "key", "to", "to_file").collect(), on=_OFFERED)
    each = same.group_by(*place, "to_repo", "evidence", "meanings").agg(*merge_meanings())
    each = each.filter(IS_OVERLOADED, pl.col("overloads").list.len() == pl.col("meanings"))
    return pl.concat([part.select(*place, *_MEANT) for part in (one, each)])


def _resolve_in_files(named: pl.DataFrame, offered: pl.LazyFrame, resolve: Resolve, scan: Scan) -> pl.DataFrame:
    """Names that begin with a module or package, of which the longest that is offered is meant."""
    modules = resolve(file_keys(named), offered).drop_nulls(["to_repo", "to_file"])
    rest = pl.col("spelling").str.strip_prefix(pl.col("key")).str.strip_chars_start(".")
    asked = modules.with_columns(rest=rest, name=rest.str.extract(r"^(\w+)"))
    is_module = asked.filter(pl.col("rest") == "").drop_nulls("to")
    asked = asked.drop_nulls("name").drop("to")
    symbols = find_exported(asked, scan)
    found = asked.join(symbols, on=["to_repo", "to_file", "name"])
    found = found.with_columns(inner=pl.col("rest").str.strip_prefix(pl.col("name")))
    columns = [*_NAMED, *(name for name in _MEANT if name != "overloads")]
    direct = found.filter(pl.col("inner") == "").select(*_NAMED, "to_repo", "evidence", to="own", to_file="own_file")
    members = _members(found.filter(pl.col("inner") != ""), scan("symbols"))
    parts = pl.concat([each.select(columns) for each in (is_module, direct, members)])
    return parts.with_columns(overloads=pl.lit([], pl.List(pl.String))).select(*_NAMED, *_MEANT)


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
