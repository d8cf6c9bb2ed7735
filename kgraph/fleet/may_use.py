"""Who may use a symbol of another repository without importing it by name: through its header, module or package.

Input: a lake, and nodes. Output: links. A file that includes the header, or imports the module or package, that has the
symbol may use it, if its text holds the symbol's name; where the text is not on this machine, it may as well.
"""

from __future__ import annotations

import re
from collections.abc import Set

import polars as pl

from kgraph.fleet.lake import Lake
from kgraph.regular_file import read_blob
from kgraph.symbol_places import ROLES
from kgraph.vocab.iri import decode_path

MAX_TEXT = 4_000_000  # bytes of a file in which the name is looked for
# Of an import of a name, what it leads to is all that is asked of; that may be a file with more in it.
_WHOLE = pl.col("name").is_null() | (pl.col("name") == "*") | pl.col("to").str.starts_with("file/")


def attach_files(lake: Lake, nodes: pl.DataFrame) -> pl.DataFrame:
    """The files in which symbols (`repo`, `id`) are defined or declared: with a column `file`."""
    repositories = nodes["repo"].unique().to_list()
    # Lists of ids are looked for while the tables are read; a join would first read all of their rows.
    ids = nodes["id"].unique().sort().to_list()
    of_nodes = pl.col("kind").is_in(ROLES) & pl.col("source").is_in(ids)
    edges = lake.scan("edges", repositories).filter(of_nodes)
    places = edges.select("repo", id="source", location="target").collect()
    locations = lake.scan("locations", repositories).filter(pl.col("id").is_in(places["location"].unique().to_list()))
    at = locations.select("repo", "file", location="id").collect()
    found = places.join(nodes, on=["repo", "id"], how="semi").join(at, on=["repo", "location"])
    return found.select("repo", "id", "file").unique().sort("repo", "id", "file")


def may_use(lake: Lake, nodes: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Links through which files of other repositories may use symbols (`repo`, `id`).

    `known` are the lines (`repo`, `file`, `line`) on which they are known to be used, or imported: a file that has the
    names nowhere else is left out.
    """
    files = attach_files(lake, nodes).lazy().select(to_repo="repo", to_file="file").unique()
    # A package is what its manifest builds, and of npm and Rust whatever lies beside that.
    owners = nodes["repo"].unique().to_list()
    symbols = lake.scan("symbols", owners)
    targets = symbols.filter(pl.col("kind") == "Target", pl.col("modifiers").list.contains("package"))
    built = lake.scan("edges", owners).filter(pl.col("kind") == "builds").select("repo", to="source", to_file="target")
    packages = targets.select("repo", to="id").join(built, on=["repo", "to"]).rename({"repo": "to_repo"})
    by_package = packages.join(files, on=["to_repo", "to_file"], how="semi").select("to_repo", "to").unique()
    whole = pl.col("to").str.contains(r"(?:%40|%2F)(?:package\.json|Cargo\.toml)$")
    links = lake.links().filter(_WHOLE, pl.col("kind") != "requires").drop_nulls(["to_repo", "to"])
    found = pl.concat(
        [
            links.join(files, on=["to_repo", "to_file"], how="semi"),
            links.join(by_package, on=["to_repo", "to"], how="semi"),
            links.filter(whole).join(files.select("to_repo").unique(), on="to_repo", how="semi"),
            _find_by_whole_name(lake, nodes).lazy(),
        ]
    )
    order = ("repo", "file", "line", "kind", "spelling", "name", "to_repo", "to")
    rows = found.unique().sort(*order, nulls_last=True).collect()
    if rows.is_empty():
        return rows
    ids = pl.col("id").is_in(nodes["id"].unique().sort().to_list())
    names = (
        symbols.filter(ids)
        .select("repo", "id", "name")
        .collect()
        .join(nodes, on=["repo", "id"], how="semi")
        .select("name")
        .unique()
    )
    words = "|".join(sorted(re.escape(name) for name in names["name"]))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)".encode())
    asking = rows.select("repo", "file").unique().sort("repo", "file")
    blobs = lake.scan("files", asking["repo"].unique().to_list()).select("repo", "blob", file="id")
    asking = asking.join(blobs.collect(), on=["repo", "file"], how="left")
    lines = {(repo, file): set(at) for repo, file, at in known.group_by("repo", "file").agg("line").iter_rows()}
    holds = [
        _holds(lake, repo, file, blob, pattern, lines.get((repo, file), frozenset()))
        for repo, file, blob in asking.iter_rows()
    ]
    holding = asking.filter(pl.Series(holds, dtype=pl.Boolean))
    return rows.join(holding, on=["repo", "file"], how="semi", maintain_order="left")


def _find_by_whole_name(lake: Lake, nodes: pl.DataFrame) -> pl.DataFrame:
    """Links that spell the whole name of a type or namespace that nodes stand in: `using Autofac;`,
    `import okio.Buffer`. Modules of other languages are files, or packages."""
    nodes = nodes.filter(pl.col("id").str.contains(r"^symbol/(?:c|java|kotlin|php)/"))
    ids = pl.col("id").is_in(nodes["id"].unique().sort().to_list())
    named = lake.scan("symbols", nodes["repo"].unique().to_list()).filter(ids).select("repo", "id", "qualified_name")
    names = named.collect().join(nodes, on=["repo", "id"], how="semi").select("repo", "qualified_name").unique()
    around = [(repo, name[: at.start()]) for repo, name in names.iter_rows() for at in re.finditer(r"[.\\]|::", name)]
    spaces = pl.LazyFrame(around, {"to_repo": pl.String(), "spelling": pl.String()}, orient="row").unique()
    imports = lake.links().filter(_WHOLE, pl.col("kind") == "imports").drop_nulls("to_repo")
    return imports.join(spaces, on=["to_repo", "spelling"], how="semi").collect()


def _holds(
    lake: Lake, repository: str, file: str, blob: str | None, pattern: re.Pattern[bytes], known: Set[int]
) -> bool:
    """Whether the text of a file holds a name on another line than those known; yes, where it is not on this machine
    as it was read."""
    root = lake.root(repository)
    path = root / decode_path(file.removeprefix("file/")) if root else None
    content = read_blob(str(path), blob, MAX_TEXT) if path and blob else None
    if content is None or not known:
        return content is None or pattern.search(content) is not None
    starts = (match.start() for match in pattern.finditer(content))
    return any(content.count(b"\n", 0, start) + 1 not in known for start in starts)
