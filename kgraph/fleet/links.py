"""Links across repositories: where includes, imports and requirements of one lead in another.

Input: what each repository asks for and offers (see `interfaces`). Output: a frame, `LINKS`.

The care is that of assembly: a name that two repositories offer equally leads to neither, and is listed with both.
Where the manifests of the asking repository require a package of one of them, that one is meant. All is joined
set-wise, so that 200 repositories are a join of larger frames. What one repository asks is decided apart from what
others ask, so that some can be joined again alone (see `relinking`).
"""

from __future__ import annotations

import sys
from collections.abc import Collection

import polars as pl

from kgraph.assemble.include_table import is_standard_header
from kgraph.fleet import proto_clients, provisions
from kgraph.fleet.exports import Scan, find_exported
from kgraph.fleet.link_tables import GENERATED, LINKS, USE_LINKS
from kgraph.fleet.private_paths import is_development
from kgraph.fleet.provisions import HEADER
from kgraph.fleet.use_links import use_links

REQUIRED = "a required package"  # the manifests of the one require a package of the other
ONLY = "the only provider"
SEVERAL = "several providers"
_INTERNAL = r"^(.*)/internal(?:[/.]|$)"  # what lies around the innermost folder of that name


def link(scan: Scan, asking: Collection[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The links of some repositories to all, and their uses of symbols of others (`USE_LINKS`), in no order.

    `scan` gives a table of `interfaces.TABLES` over all repositories.
    """
    those = pl.col("repo").is_in(sorted(asking))
    declared = scan("projects").rename({"repo": "to_repo"}).collect()
    offered = scan("provisions").rename({"repo": "to_repo"})
    required = _requirements(scan("requirements").filter(those).collect(), declared)
    requiring = required.select("repo", "to_repo").drop_nulls().unique()

    modules = scan("projects").filter(those, pl.col("ecosystem") == "golang").select("repo", module="package").collect()

    def resolve(keys: pl.DataFrame, of: pl.LazyFrame) -> pl.DataFrame:
        return _resolve_needs(_without_internal(keys, modules), of, requiring)

    needs = scan("needs").filter(those).collect()
    found = resolve(need_keys(needs.with_row_index("need")), offered)
    # What stands behind the name of a package of npm is another file than its entry point.
    is_inner = (pl.col("ecosystem") == "npm") & (pl.col("key") != pl.col("spelling"))
    found = found.with_columns(to_file=pl.when(is_inner).then(_manifest()).otherwise("to_file")).drop("key")
    # A header that a repository has at several places by that name is not one that others get of it.
    found = found.filter((pl.col("kind") != "includes") | pl.col("to").is_not_null() | pl.col("to_repo").is_null())
    named = _resolve_paths(_resolve_names(found, scan), scan).with_columns(scope=pl.lit("runtime"))
    rows = pl.concat([each.select(*LINKS).cast(pl.Schema(LINKS)) for each in (named, required)])
    is_own = is_development() & (pl.col("scope") != "locked")
    rows = rows.with_columns(scope=pl.when(is_own).then(pl.lit("development")).otherwise("scope"))
    return rows, use_links(scan("uses").filter(those).collect(), offered, resolve, scan)


def sort_links(links: pl.DataFrame, uses: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of `LINKS` and `USE_LINKS` in the order in which they are written: equal rows give equal frames."""
    columns = [name for name in LINKS if name != "candidates"]
    order = ["repo", "file", "line", "kind", "spelling", "name", "to_repo", "to"]
    order += [name for name in columns if name not in order]
    links = links.sort(*order, pl.col("candidates").list.join("/"))
    plain = [pl.col(name) for name in USE_LINKS if name != "overloads"]
    return links.rechunk(), uses.sort(*plain, pl.col("overloads").list.join(" ")).rechunk()


def need_table(includes: pl.LazyFrame, externals: pl.LazyFrame, generated: pl.DataFrame) -> pl.DataFrame:
    """A repository's directives that lead out of it, with the ecosystem that they may be offered in; and its
    `generated` files (`proto_clients.made_from`), as needs of what they are made from."""
    is_header = pl.col("form").is_in(["angled", "quoted"])
    asked = includes.filter((pl.col("resolution") == "external") | ((pl.col("resolution") == "missing") & is_header))
    outside = externals.select("ecosystem", target="id")
    needs = (
        asked.select("file", "form", "spelling", "names", "targets", line="start_line")
        .with_columns(target=pl.col("targets").list.first())
        .join(outside, on="target", how="left")
        .with_columns(
            ecosystem=pl.when(is_header).then(pl.lit(HEADER)).otherwise("ecosystem"),
            kind=pl.when(is_header).then(pl.lit("includes")).otherwise(pl.lit("imports")),
        )
        .drop_nulls("ecosystem")
        .collect()
    )
    spelling, ecosystem = pl.col("spelling"), pl.col("ecosystem")
    top = spelling.str.extract(r"^([^./:\\]+)")
    is_standard = (
        ((ecosystem == HEADER) & is_standard_header("spelling"))
        | ((ecosystem == "pypi") & top.is_in(sorted(sys.stdlib_module_names)))
        | ((ecosystem == "golang") & ~spelling.str.extract(r"^([^/]*)").str.contains(".", literal=True))
        | ((ecosystem == "cargo") & top.is_in(["std", "core", "alloc"]))
        | ((ecosystem == "npm") & spelling.str.starts_with("node:"))
    )
    needs = proto_clients.apart(needs.filter(~is_standard))
    made = generated.with_columns(
        line=pl.lit(1, pl.Int64),
        kind=pl.lit(GENERATED),
        names=pl.lit([], pl.List(pl.String)),
        ecosystem=pl.lit(proto_clients.PROTO),
    )
    columns = ("file", "line", "kind", "spelling", "names", "ecosystem")
    return pl.concat([each.select(columns) for each in (needs, made)])


def need_keys(needs: pl.DataFrame) -> pl.DataFrame:
    """Each need with the keys that may offer it; of those that do, the one of the lowest `rank` is meant."""
    spelling, ecosystem = pl.col("spelling"), pl.col("ecosystem")
    package = (
        pl.when(ecosystem == "npm")
        .then(spelling.str.extract(r"^((?:@[^/]+/)?[^/]+)"))
        .when(ecosystem == "cargo")
        .then(spelling.str.extract(r"^([^:]+)"))
        .when(ecosystem == "pypi")
        .then(spelling.str.extract(r"^([^.]+)"))  # of a module that a build makes, the package
        .when(ecosystem.is_in(["maven", "nuget", "composer"]))
        .then(spelling.str.replace(r"[.\\][^.\\]+$", ""))  # a nested type, or a static member
    )
    return pl.concat(
        [
            needs.with_columns(key=proto_clients.module_of(spelling), rank=pl.lit(0)),
            proto_clients.keys(needs, rank=1),
            needs.with_columns(key=package, rank=pl.lit(2)).filter(pl.col("key") != spelling),
        ]
    )


def _without_internal(keys: pl.DataFrame, modules: pl.DataFrame) -> pl.DataFrame:
    """The keys without those of packages below a folder `internal` of Go that the asking repository may not import:
    only what lies beside such a folder may. `modules` are those of the asking repositories."""
    around = pl.when(pl.col("ecosystem") == "golang").then(pl.col("key").str.extract(_INTERNAL))
    inner = keys.select("repo", around=around).drop_nulls().unique()
    outer, own = pl.col("around") + "/", pl.col("module") + "/"
    beside = inner.join(modules, on="repo").filter(own.str.starts_with(outer) | outer.str.starts_with(own))
    hidden = inner.join(beside, on=["repo", "around"], how="anti")
    found = keys.with_columns(around=around).join(hidden, on=["repo", "around"], how="anti", maintain_order="left")
    return found.drop("around")


def _resolve_needs(keys: pl.DataFrame, offered: pl.LazyFrame, required: pl.DataFrame) -> pl.DataFrame:
    """Each need that some other repository offers, once, with the `key` by which it does, and how many `meanings` it
    has there."""
    need = [name for name in keys.columns if name not in ("need", "rank")]
    asked = pl.col("key").is_in(keys["key"].unique().sort().implode())
    pairs = (
        keys.join(offered.filter(asked).collect(), on=["ecosystem", "key"])
        .filter(pl.col("repo") != pl.col("to_repo"))
        .filter(pl.col("rank") == pl.col("rank").min().over("need"))
        .join(required.with_columns(required=True), on=["repo", "to_repo"], how="left")
        .with_columns(pl.col("required").fill_null(value=False))
        .filter(pl.col("required") | ~pl.col("required").any().over("need"))
        .filter(pl.col("weight") == pl.col("weight").max().over("need", "to_repo"))
        .sort("need", "to_repo", "to", "to_file")
    )
    grouped = pairs.group_by("need", maintain_order=True).agg(
        *(pl.col(name).first() for name in need),
        candidates=pl.col("to_repo").unique(maintain_order=True),
        nodes=pl.col("to").unique(maintain_order=True),
        to_file=pl.col("to_file").first(),
        required=pl.col("required").first(),
    )
    is_one = pl.col("candidates").list.len() == 1
    is_known = is_one & (pl.col("nodes").list.len() == 1)
    return grouped.with_columns(
        meanings=pl.col("nodes").list.len(),
        to_repo=pl.when(is_one).then(pl.col("candidates").list.first()),
        to=pl.when(is_known).then(pl.col("nodes").list.first()),
        to_file=pl.when(is_known).then("to_file"),
        evidence=pl.when(~is_one).then(pl.lit(SEVERAL)).when("required").then(pl.lit(REQUIRED)).otherwise(pl.lit(ONLY)),
        candidates=pl.when(~is_one).then("candidates").otherwise(pl.lit([], pl.List(pl.String))),
    ).drop("need", "nodes", "required")


def _resolve_names(found: pl.DataFrame, scan: Scan) -> pl.DataFrame:
    """A row for each name that an import takes out of a module, which leads to what it is there.

    A name that the module itself imports is followed: `from flask import Flask` leads to `flask.app.Flask`.
    """
    rows = found.with_columns(name=pl.col("names")).explode("name", empty_as_null=True).drop("names")
    asked = rows.filter(pl.col("name").is_not_null(), pl.col("to_file").is_not_null())
    meant = find_exported(asked, scan)
    return rows.join(meant, on=["to_repo", "to_file", "name"], how="left", maintain_order="left").with_columns(
        to=pl.coalesce("own", "to"), to_file=pl.coalesce("own_file", "to_file")
    )


def _manifest() -> pl.Expr:
    """The manifest that declares the package of npm that a need leads to, by the id of that; null where the id does not
    say which part of it is the path."""
    is_plain = pl.col("to").str.count_matches("%40") == 1 + pl.col("key").str.count_matches("@")
    path = pl.col("to").str.extract(r"%40((?:[^%]|%[^4]|%4[^0])*)$").str.replace_all("%2F", "/", literal=True)
    return pl.when(is_plain).then("file/" + path)


def path_keys(spelling: pl.Expr) -> pl.Expr:
    """The whole name that a `use` of Rust spells."""
    return spelling.str.replace_all("r#", "", literal=True).str.replace_all("::", ".", literal=True)


def _resolve_paths(found: pl.DataFrame, scan: Scan) -> pl.DataFrame:
    """The same rows; a `use` of Rust leads to the item that it spells, where the crate has one of that name."""
    rows = found.with_columns(key=pl.when(pl.col("ecosystem") == "cargo").then(path_keys(pl.col("spelling"))))
    asked = pl.col("key").is_in(rows["key"].drop_nulls().unique().sort().implode())
    named = scan("whole_names").filter(asked, pl.col("ecosystem") == "cargo")
    items = named.select("key", to_repo="repo", item="to", item_file="to_file").unique().collect()
    one = items.unique(["to_repo", "key"], keep="none")
    there = rows.join(one, on=["to_repo", "key"], how="left", maintain_order="left")
    return there.with_columns(to=pl.coalesce("item", "to"), to_file=pl.coalesce("item_file", "to_file"))


def requirement_table(requirements: pl.LazyFrame, packages: pl.LazyFrame) -> pl.DataFrame:
    """The packages that a repository's manifests require."""
    named = packages.select("ecosystem", package="id", spelling="name")
    required = (
        requirements.select(
            "file",
            "package",
            line="start_line",
            scope=pl.when(pl.col("locked_version").is_not_null()).then(pl.lit("locked")).otherwise("scope"),
        )
        .join(named, on="package")
        .with_columns(package=provisions.canonical("ecosystem", "spelling"))
        .collect()
    )
    return pl.concat([required, provisions.gradle_keys(required)])


def _requirements(required: pl.DataFrame, declared: pl.DataFrame) -> pl.DataFrame:
    """Packages that a manifest requires, and that other repositories are."""
    found = (
        required.join(declared, on=["ecosystem", "package"])
        .filter(pl.col("repo") != pl.col("to_repo"))
        .sort("to_repo", "to")
        .group_by("repo", "file", "line", "spelling", "scope", maintain_order=True)
        .agg(candidates=pl.col("to_repo").unique(maintain_order=True), to=pl.col("to").first())
    )
    is_one = pl.col("candidates").list.len() == 1
    return found.with_columns(
        kind=pl.lit("requires"),
        name=pl.lit(None, pl.String),
        to_file=pl.lit(None, pl.String),
        to_repo=pl.when(is_one).then(pl.col("candidates").list.first()),
        to=pl.when(is_one).then("to"),
        evidence=pl.when(is_one).then(pl.lit("the package of this name")).otherwise(pl.lit(SEVERAL)),
        candidates=pl.when(~is_one).then("candidates").otherwise(pl.lit([], pl.List(pl.String))),
    )
