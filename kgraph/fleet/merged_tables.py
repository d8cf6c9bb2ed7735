"""The tables of all repositories as those of one, whose folders at the top are the repositories.

Input: a lake. Output: the tables of a graph, one after the other, each in ranges of rows.

    file/src/flask/app.py  of flask              file/flask/src/flask/app.py
    symbol/python/class/flask.app.Flask          symbol/python/class/flask.app.Flask%40flask
    symbol/python/variable/x%40tests%2Fa.py      symbol/python/variable/x%40flask%2Ftests%2Fa.py
    external/module/pypi/numpy, package/...      the same: what is outside of all is shared

Paths get the repository in front, as ids do, so that no two repositories share a node. A directive that a link leads
into another repository is resolved there, with the file as its target, and a use of a symbol of another repository
leads to that; what a link leaves undecided stays external.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from kgraph.fleet.key_ranges import MAX_ROWS, sort_ranges
from kgraph.fleet.lake import Lake
from kgraph.fleet.link_tables import DIRECTIVES, GENERATED, PROTO_FILE
from kgraph.version import __version__
from kgraph.vocab.iri import encode_segment
from kgraph.vocab.tables import EDGE_COLUMNS, EDGES, TABLES, USE_EDGES, schema, sort_edges

_ROOT = "folder/"
_BUILD = "build"
_IS_USE = pl.col("kind").is_in(list(USE_EDGES.values()))
# What is outside of every repository, or is the fleet itself.
_SHARED = r"^(?:external|package)/|^$"


def merge_tables(lake: Lake, folder: Path, max_rows: int = MAX_ROWS) -> Iterator[tuple[str, Iterator[pl.DataFrame]]]:
    """The tables of the merged graph by name, each in ranges of rows, sorted as in any graph; equal lakes give equal
    tables.

    No more is in memory than the tables of one repository and `max_rows` of all; `folder` is used for what waits.
    """
    links = RepositoryLinks(resolve_directives(lake), resolve_uses(lake))
    for table in TABLES:
        yield table, sort_ranges(_rows_of(lake, table, links), "id", _make_finish(table), folder, max_rows)
    yield EDGES, sort_ranges(_edges(lake, links), "source", sort_edges, folder, max_rows)


@dataclass(frozen=True, slots=True)
class RepositoryLinks:
    """What leads from one repository into another, by ids of the merged graph but for what is said."""

    directives: pl.DataFrame  # see `resolve_directives`
    uses: pl.DataFrame  # see `resolve_uses`

    def map_external_symbols(self, name: str) -> dict[str, str]:
        """What the external symbols of a repository are, by their ids."""
        return dict(self.uses.filter(pl.col("repo") == name).select("target", "to").iter_rows())


def within(node: pl.Expr, repository: str | pl.Expr) -> pl.Expr:
    """Ids of a repository's nodes as those of the merged graph; `repository` is its name as a segment of an IRI.

    As a text, where it is one: with polars 1.37 no expression of another length replaces anything in an empty column.
    """

    def join_id(front: str, behind: str = "") -> str | pl.Expr:
        if isinstance(repository, str):
            return f"{front}{repository}{behind}"
        return pl.concat_str(pl.lit(front), repository, pl.lit(behind))

    def with_end(front: str) -> pl.Expr:
        end = join_id(front)
        return pl.concat_str(node, pl.lit(end) if isinstance(end, str) else end)

    at = "%40"
    in_file = node.str.replace(at, join_id(at, "%2F"), literal=True)
    return (
        pl.when(node.str.contains(_SHARED))
        .then(node)
        .when(node.str.starts_with("symbol/"))
        .then(pl.when(node.str.contains(at, literal=True)).then(in_file).otherwise(with_end(at)))
        .when(node == _ROOT)
        .then(with_end(""))
        .when(node.str.contains("/", literal=True))
        .then(node.str.replace("/", join_id("/", "/"), literal=True))
        .otherwise(with_end("/"))
    )


def repository_of(node: pl.Expr) -> pl.Expr:
    """The repository of a node of the merged graph, as a segment of an IRI; null for what is outside of all."""
    by_path = node.str.extract(r"^(?:file|folder|include|relation|requirement|use)/([^/#]+)")
    return pl.coalesce(by_path, node.str.extract(r"^symbol/.*?%40([^%]+)"))


def resolve_directives(lake: Lake) -> pl.DataFrame:
    """Directives that lead into one file of another repository: `repo`, `file`, `line`, `spelling`, `kind`, and the
    files that it `leads` to; and generated code whose source another repository has. Ids are those of the merged
    graph. What only leads to the source of something that a build makes, as `x.pb.h` of `x.proto`, includes no file.
    """
    segments = {name: encode_segment(name) for name in lake.catalog.names}
    own, other = (pl.col(each).replace(segments) for each in ("repo", "to_repo"))
    is_made = pl.col("to_file").str.ends_with(PROTO_FILE) & ~pl.col("file").str.ends_with(PROTO_FILE)
    return (
        lake.links()
        .filter(pl.col("kind").is_in([*DIRECTIVES, GENERATED]))
        .drop_nulls(["to_repo", "to_file"])
        .filter((pl.col("kind") == GENERATED) | ~is_made)
        .with_columns(file=within(pl.col("file"), own), target=within(pl.col("to_file"), other))
        .group_by("repo", "file", "line", "spelling", "kind")
        .agg(leads=pl.col("target").unique().sort())
        .sort("repo", "file", "line", "spelling", "kind")
        .collect()
    )


def resolve_uses(lake: Lake) -> pl.DataFrame:
    """What external symbols (`target`, as in the graph of `repo`) are in another repository: `to`."""
    segments = {name: encode_segment(name) for name in lake.catalog.names}
    led = lake.use_links().drop_nulls("to").select("repo", "target", "to_repo", "to").unique().collect()
    found = led.with_columns(to=within(pl.col("to"), pl.col("to_repo").replace(segments)))
    return found.select("repo", "target", "to").sort(pl.all())


def _rows_of(lake: Lake, table: str, links: RepositoryLinks) -> Iterator[pl.DataFrame]:
    """The rows of a table, repository by repository, and those of the fleet itself."""
    if table == "repository":
        yield _rows(table, {"id": "", "name": lake.catalog.fleet, "build": _BUILD})
        return
    yield _rows(table)
    for name in lake.catalog.names:
        frame = _select_repository(lake.scan(table, [name]), table, name, links).collect()
        if table == "folders":
            top = ~pl.col("path").str.contains("/", literal=True)
            frame = frame.with_columns(name=pl.when(top).then("path").otherwise("name"))
        yield frame
    if table == "folders":
        yield _rows(table, {"id": _ROOT, "path": ".", "name": lake.catalog.fleet})
    elif table == "activities":
        yield _rows(table, {"id": _BUILD, "agent": f"kgraph {__version__}"})


def _make_finish(table: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """What makes a range of rows ready: each id once, the one of the first repository."""

    def finish(rows: pl.DataFrame) -> pl.DataFrame:
        rows = _with_all_versions(rows) if table == "packages" else rows
        return rows.unique("id", keep="first", maintain_order=True).sort("id")

    return finish


def _rows(table: str, *rows: Mapping[str, str]) -> pl.DataFrame:
    """Rows of a table; what is not given is null, or an empty list."""
    empty: dict[str, Any] = {name: [] if isinstance(dtype, pl.List) else None for name, dtype in schema(table).items()}
    return pl.DataFrame([{**empty, **row} for row in rows], schema=schema(table))


def _select_repository(frame: pl.LazyFrame, table: str, name: str, links: RepositoryLinks) -> pl.LazyFrame:
    """The rows of one repository, as they are in the merged graph."""
    repository, folder = encode_segment(name), pl.lit(name)
    cells = []
    for column in TABLES[table].columns:
        if column.holds in ("id", "node"):
            cells.append(within(pl.col(column.name), repository).alias(column.name))
        elif column.holds == "nodes":
            nodes = pl.col(column.name).list.eval(within(pl.element(), repository))
            cells.append(nodes.alias(column.name))
        elif table in ("files", "folders") and column.name == "path":
            path = pl.col("path")
            inside = pl.when(path == ".").then(folder).otherwise(pl.concat_str(folder, pl.lit("/"), path))
            cells.append(inside.alias("path"))
    frame = frame.with_columns(cells)
    if table == "includes":
        frame = _with_links(frame, links.directives.filter(pl.col("repo") == name))
    elif table == "uses" and (used := links.map_external_symbols(name)):
        frame = frame.with_columns(pl.col("to").replace(used))
    return frame.select(*schema(table))


def _with_links(includes: pl.LazyFrame, links: pl.DataFrame) -> pl.LazyFrame:
    """Directives with what links know of them."""
    outside = pl.col("resolution").is_in(["external", "missing"])
    led = links.lazy().select("file", "spelling", "leads", start_line="line")
    return includes.join(led, on=["file", "start_line", "spelling"], how="left", maintain_order="left").with_columns(
        targets=pl.when(outside & pl.col("leads").is_not_null()).then("leads").otherwise("targets"),
        resolution=pl.when(outside & pl.col("leads").is_not_null()).then(pl.lit("repository")).otherwise("resolution"),
    )


def _with_all_versions(packages: pl.DataFrame) -> pl.DataFrame:
    """Packages that several repositories name, with the versions that any of them locks."""
    locked = packages.group_by("id").agg(pl.col("locked_versions").explode().drop_nulls().unique().sort())
    return packages.drop("locked_versions").join(locked, on="id", how="left").select(*schema("packages"))


def _edges(lake: Lake, links: RepositoryLinks) -> Iterator[pl.DataFrame]:
    """The edges of each repository, and those of the fleet itself."""
    roots = [_ROOT + encode_segment(name) for name in lake.catalog.names]
    tops = [("", "contains", _ROOT), *((_ROOT, "contains", root) for root in roots)]
    yield pl.DataFrame(tops, schema=schema(EDGES), orient="row")
    for name in lake.catalog.names:
        yield _edges_of(lake, name, links)


def _edges_of(lake: Lake, name: str, across: RepositoryLinks) -> pl.DataFrame:
    repository, links = encode_segment(name), across.directives.filter(pl.col("repo") == name)
    inside = lake.scan(EDGES, [name]).filter(pl.col("source") != "")  # which is the fleet here
    own = inside.select(
        source=within(pl.col("source"), repository), kind="kind", target=within(pl.col("target"), repository)
    ).collect()
    if used := across.map_external_symbols(name):
        own = own.with_columns(target=pl.when(_IS_USE).then(pl.col("target").replace(used)).otherwise("target"))
    if links.is_empty():
        return own
    # A file does not lead to what is external any more where each directive that did leads into a repository.
    external = own.filter(pl.col("kind").is_in(DIRECTIVES) & pl.col("target").str.starts_with("external/"))
    asked = external.join(links.select(source="file").unique(), on="source", how="semi")
    includes = _select_repository(lake.scan("includes", [name]), "includes", name, across)
    still = includes.select(source="file", target="targets").explode("target", empty_as_null=False).drop_nulls()
    gone = asked.join(still.unique().collect(), on=["source", "target"], how="anti")
    led = links.select("file", "kind", target="leads").explode("target").rename({"file": "source"})
    return pl.concat([own.join(gone, on=list(EDGE_COLUMNS), how="anti"), led.select(*EDGE_COLUMNS)])
