"""Links across repositories: where includes, imports and requirements of one lead in another.

Input: the tables of all repositories, and what they offer (see `provisions`). Output: a frame, `LINKS`.

The care is that of assembly: a name that two repositories offer equally leads to neither, and is listed with both.
Where the manifests of the asking repository require a package of one of them, that one is meant. All is joined
set-wise, so that 200 repositories are a join of larger frames.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

import polars as pl

from kgraph.assemble.standard_headers import STANDARD_HEADERS, SYSTEM_FOLDERS
from kgraph.fleet import provisions
from kgraph.fleet.exports import exported
from kgraph.fleet.provisions import HEADER
from kgraph.fleet.use_links import use_links

LINKS = {
    "repo": pl.String(),
    "file": pl.String(),  # id of the file that asks
    "line": pl.Int64(),
    "kind": pl.String(),  # "includes", "imports", "requires"
    "spelling": pl.String(),  # as in the directive, or the name of the package
    "name": pl.String(),  # what is imported of it; null for the whole
    # "runtime", "optional", "build"; "development" of what only its tests, documentation, examples or developers need;
    # "locked" of a lock file, which pins what others require
    "scope": pl.String(),
    "to_repo": pl.String(),  # null where several repositories offer it equally
    "to": pl.String(),  # id of a node there; null where the repository is known and the node is not
    "to_file": pl.String(),  # the file that it is, or stands in
    "evidence": pl.String(),
    "candidates": pl.List(pl.String()),  # the repositories that offer it, where there are several
}
REQUIRED = "a required package"  # the manifests of the one require a package of the other
ONLY = "the only provider"
SEVERAL = "several providers"
DIRECTIVES = ("includes", "imports")  # kinds of links that stand in sources
NEEDS = ("runtime", "optional", "build")  # the scopes of what a repository itself needs
_NEED = ["repo", "file", "line", "kind", "spelling"]


def link(tables: Mapping[str, pl.LazyFrame], packages: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All links, and all uses of symbols of others (`USE_LINKS`).

    `tables` are those of `Lake.scan` by name; `packages` are the repositories that came from an index of Python
    packages, each called as its package is.
    """
    placed = provisions.places(
        tables["symbols"].select("repo", "id", "kind", "name", "qualified_name", "modifiers"),
        tables["edges"],
        tables["locations"],
    )
    placed = placed.collect().lazy()  # which is asked for several times
    files = tables["files"].select("repo", "id", "path", "name")
    declared = _with_packages(provisions.projects(placed, tables["edges"]), packages)
    offered = provisions.provisions(files, placed, declared)
    required = _requirements(tables["requirements"], tables["packages"], declared)
    needs = _needs(tables["includes"], tables["externals"])
    requiring = required.select("repo", "to_repo").drop_nulls().unique()
    found = _resolved(_keys(needs.with_row_index("need")), offered, requiring).drop("key")
    # A header that a repository has at several places by that name is not one that others get of it.
    found = found.filter((pl.col("kind") != "includes") | pl.col("to").is_not_null() | pl.col("to_repo").is_null())
    named = _named(found, placed, tables["includes"]).with_columns(scope=pl.lit("runtime"))
    rows = pl.concat([each.select(*LINKS).cast(pl.Schema(LINKS)) for each in (named, required)])
    is_private = pl.col("file").str.contains(provisions.PRIVATE_PATH) & (pl.col("scope") != "locked")
    scope = pl.when(is_private).then(pl.lit("development")).otherwise("scope")
    rows = rows.with_columns(scope=scope).sort("repo", "file", "line", "kind", "spelling", "name", "to_repo", "to")

    def resolve(keys: pl.DataFrame, of: pl.DataFrame) -> pl.DataFrame:
        return _resolved(keys, of, requiring)

    return rows, use_links(tables, placed, offered, resolve)


def _with_packages(declared: pl.DataFrame, packages: Sequence[str]) -> pl.DataFrame:
    own = pl.DataFrame(
        [("pypi", name, name, None, None) for name in packages],
        schema=provisions.PROJECTS,
        orient="row",
    )
    known = declared.filter(pl.col("ecosystem") == "pypi")
    return pl.concat([declared, own.join(known, on=["ecosystem", "package", "to_repo"], how="anti")])


def _needs(includes: pl.LazyFrame, externals: pl.LazyFrame) -> pl.DataFrame:
    """Directives that lead out of their repository, with the ecosystem and the keys that they may be offered by."""
    is_header = pl.col("form").is_in(["angled", "quoted"])
    asked = includes.filter((pl.col("resolution") == "external") | ((pl.col("resolution") == "missing") & is_header))
    outside = externals.select("repo", "ecosystem", target="id")
    needs = (
        asked.select("repo", "file", "form", "spelling", "names", "targets", line="start_line")
        .with_columns(target=pl.col("targets").list.first())
        .join(outside, on=["repo", "target"], how="left")
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
        ((ecosystem == HEADER) & (spelling.is_in(sorted(STANDARD_HEADERS)) | top.is_in(sorted(SYSTEM_FOLDERS))))
        | ((ecosystem == "pypi") & top.is_in(sorted(sys.stdlib_module_names)))
        | ((ecosystem == "golang") & ~spelling.str.extract(r"^([^/]*)").str.contains(".", literal=True))
        | ((ecosystem == "cargo") & top.is_in(["std", "core", "alloc"]))
        | ((ecosystem == "npm") & spelling.str.starts_with("node:"))
    )
    return needs.filter(~is_standard).select(*_NEED, "names", "ecosystem")


def _keys(needs: pl.DataFrame) -> pl.DataFrame:
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
            needs.with_columns(key=spelling, rank=pl.lit(0)),
            needs.with_columns(key=package, rank=pl.lit(1)).filter(pl.col("key") != spelling),
        ]
    )


def _resolved(keys: pl.DataFrame, offered: pl.DataFrame, required: pl.DataFrame) -> pl.DataFrame:
    """Each need that some other repository offers, once, with the `key` by which it does."""
    need = [name for name in keys.columns if name not in ("need", "rank")]
    pairs = (
        keys.join(offered, on=["ecosystem", "key"])
        .filter(pl.col("repo") != pl.col("to_repo"))
        .filter(pl.col("rank") == pl.col("rank").min().over("need"))
        .join(required.with_columns(required=True), on=["repo", "to_repo"], how="left")
        .with_columns(pl.col("required").fill_null(value=False))
        .filter(pl.col("required") | ~pl.col("required").any().over("need"))
        .filter(pl.col("weight") == pl.col("weight").max().over("need", "to_repo"))
        .sort("need", "to_repo", "to")
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
        to_repo=pl.when(is_one).then(pl.col("candidates").list.first()),
        to=pl.when(is_known).then(pl.col("nodes").list.first()),
        to_file=pl.when(is_known).then("to_file"),
        evidence=pl.when(~is_one).then(pl.lit(SEVERAL)).when("required").then(pl.lit(REQUIRED)).otherwise(pl.lit(ONLY)),
        candidates=pl.when(~is_one).then("candidates").otherwise(pl.lit([], pl.List(pl.String))),
    ).drop("need", "nodes", "required")


def _named(found: pl.DataFrame, placed: pl.LazyFrame, includes: pl.LazyFrame) -> pl.DataFrame:
    """A row for each name that an import takes out of a module, which leads to what it is there.

    A name that the module itself imports is followed: `from flask import Flask` leads to `flask.app.Flask`.
    """
    rows = found.with_columns(name=pl.col("names")).explode("name", empty_as_null=True).drop("names")
    asked = rows.filter(pl.col("name").is_not_null(), pl.col("to_file").is_not_null())
    meant = exported(asked, placed, includes)
    return rows.join(meant, on=["to_repo", "to_file", "name"], how="left", maintain_order="left").with_columns(
        to=pl.coalesce("own", "to"), to_file=pl.coalesce("own_file", "to_file")
    )


def _requirements(requirements: pl.LazyFrame, packages: pl.LazyFrame, declared: pl.DataFrame) -> pl.DataFrame:
    """Packages that a manifest requires, and that other repositories are."""
    named = packages.select("repo", "ecosystem", package="id", spelling="name")
    spelled = (
        requirements.select(
            "repo",
            "file",
            "package",
            line="start_line",
            scope=pl.when(pl.col("locked_version").is_not_null()).then(pl.lit("locked")).otherwise("scope"),
        )
        .join(named, on=["repo", "package"])
        .drop("package")
        .collect()
    )
    found = (
        spelled.with_columns(package=provisions.canonical("ecosystem", "spelling"))
        .join(declared, on=["ecosystem", "package"])
        .filter(pl.col("repo") != pl.col("to_repo"))
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
