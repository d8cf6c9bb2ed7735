"""Who may use a symbol of another repository without importing it by name: through its header, module or package.

Input: a lake, and nodes. Output: links. A file that includes the header, or imports the module or package, that has the
symbol may use it, if its text holds the symbol's name; where the text is not on this machine, it may as well. A header
leads to what it includes of its repository, and a file of the using repository to what that includes; a file that
includes the header in this way alone must hold the symbol's outermost namespace too.
"""

from __future__ import annotations

import re
from collections.abc import Set

import polars as pl

from kgraph.fleet.derived_classes import through_derived_classes
from kgraph.fleet.lake import Lake
from kgraph.fleet.link_tables import HEADER_FORMS
from kgraph.fleet.private_paths import scope_of_files
from kgraph.regular_file import read_blob
from kgraph.symbol_places import ROLES
from kgraph.vocab.iri import decode_path

MAX_TEXT = 4_000_000  # bytes of a file in which the name is looked for
_CPP = "symbol/cpp/"
_SCRIPTS = r"^symbol/(?:javascript|typescript|tsx|vue|svelte)/"
_MEMBERS = ("Method", "Field", "Property")
_CYTHON = r"\.(?:pxd|pxi|pyx)$"
_CYTHON_PART = r"\.(?:pxi|pyx)$"
_INCLUDERS = {"repo": pl.String, "file": pl.String, "line": pl.Int64, "spelling": pl.String, "origin": pl.String}
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
    owned = attach_files(lake, nodes)
    of_headers = owned.filter(pl.col("id").str.starts_with(_CPP)).select("repo", "file").unique()
    headers = _find_includers(lake, of_headers).select("repo", "file")
    files = pl.concat([owned.select("repo", "file"), headers]).unique().lazy().select(to_repo="repo", to_file="file")
    # A package is what its manifest builds, and of npm and Rust whatever lies beside that.
    owners = nodes["repo"].unique().to_list()
    symbols = lake.scan("symbols", owners)
    targets = symbols.filter(pl.col("kind") == "Target", pl.col("modifiers").list.contains("package"))
    built = lake.scan("edges", owners).filter(pl.col("kind") == "builds").select("repo", to="source", to_file="target")
    packages = targets.select("repo", to="id").join(built, on=["repo", "to"]).rename({"repo": "to_repo"})
    by_package = packages.join(files, on=["to_repo", "to_file"], how="semi").select("to_repo", "to").unique()
    # Who uses an item of a crate may use another by its path, and who has a value of a package of npm its members.
    whole = pl.col("to").str.contains(r"(?:%40|%2F)(?:package\.json|Cargo\.toml)$|^symbol/rust/")
    directives = lake.links().filter(pl.col("kind") != "requires").drop_nulls(["to_repo", "to"])
    links = directives.filter(_WHOLE)
    of_scripts = pl.col("id").str.contains(_SCRIPTS) & pl.col("kind").is_in(_MEMBERS)
    members = symbols.filter(pl.col("id").is_in(nodes["id"].unique().to_list()), of_scripts).select(to_repo="repo")
    values = directives.filter(pl.col("to").str.contains(_SCRIPTS))
    found = pl.concat(
        [
            links.join(files, on=["to_repo", "to_file"], how="semi"),
            links.join(by_package, on=["to_repo", "to"], how="semi"),
            links.filter(whole).join(files.select("to_repo").unique(), on="to_repo", how="semi"),
            values.join(members.unique(), on="to_repo", how="semi"),
            _find_by_whole_name(lake, nodes).lazy(),
        ]
    )
    order = ("repo", "file", "line", "kind", "spelling", "name", "to_repo", "to")
    rows = found.unique().sort(*order, nulls_last=True).collect()
    indirect = _through_own_headers(lake, rows)
    derived = through_derived_classes(lake, owned)
    known_files = pl.concat([rows, indirect]).select("repo", "file")
    rows = pl.concat([rows, indirect, derived.join(known_files, on=["repo", "file"], how="anti")])
    if rows.is_empty():
        return rows
    ids = pl.col("id").is_in(nodes["id"].unique().sort().to_list())
    named = symbols.filter(ids).select("repo", "id", "name", "qualified_name").collect()
    named = named.join(nodes, on=["repo", "id"], how="semi")
    name = _any_of(named["name"], r"(?!\w)")
    spaces = named["qualified_name"].str.extract(r"^(\w+)::").drop_nulls()
    space = _any_of(spaces, r"\s*(?:::|[;{])") if spaces.len() == named.height else None
    far = set(indirect.select("repo", "file").iter_rows())
    asking = rows.select("repo", "file").unique().sort("repo", "file")
    blobs = lake.scan("files", asking["repo"].unique().to_list()).select("repo", "blob", file="id")
    asking = asking.join(blobs.collect(), on=["repo", "file"], how="left")
    lines = {(repo, file): set(at) for repo, file, at in known.group_by("repo", "file").agg("line").iter_rows()}
    holds = []
    for repo, file, blob in asking.iter_rows():
        content = _read(lake, repo, file, blob)
        is_there = content is None or _holds(content, name, lines.get((repo, file), frozenset()))
        if content is not None and space and (repo, file) in far:
            is_there = is_there and space.search(content) is not None
        holds.append(is_there)
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


def _find_includers(lake: Lake, files: pl.DataFrame) -> pl.DataFrame:
    """The files of the same repositories that include some (`repo`, `file`), themselves or by way of others, with one
    include that leads there: `repo`, `file`, `line`, `spelling`, and `origin`, the file that it leads to."""
    includes = lake.scan("includes", files["repo"].unique().to_list())
    is_header = pl.col("form").is_in(HEADER_FORMS) | pl.col("file").str.contains(_CYTHON)
    inside = includes.filter(is_header, pl.col("resolution") == "repository")
    columns = ["repo", "file", "line", "spelling", "inner"]
    targets = inside.select("repo", "file", "spelling", line="start_line", inner="targets")
    steps = targets.explode("inner", empty_as_null=False).select(columns).unique().sort(columns).collect()
    # What Cython includes is a part of the file that includes it, and sees what that sees.
    parts = steps.filter(pl.col("file").str.contains(_CYTHON) & pl.col("inner").str.contains(_CYTHON_PART))
    nowhere = pl.lit(None, pl.Int64)
    swapped = parts.select("repo", "spelling", line=nowhere, file="inner", inner="file").select(steps.columns)
    steps = pl.concat([steps, swapped])
    place = ["repo", "file"]
    known = files.select(place)
    wave = known.with_columns(origin="file")
    found = []
    while wave.height:
        new = steps.join(wave.rename({"file": "inner"}), on=["repo", "inner"], how="inner", maintain_order="left")
        new = new.join(known, on=place, how="anti", maintain_order="left").unique(
            place, keep="first", maintain_order=True
        )
        found.append(new.select("repo", "file", "line", "spelling", "origin"))
        known = pl.concat([known, new.select(place)])
        wave = new.select("repo", "file", "origin")
    return pl.concat(found) if found else pl.DataFrame(schema=_INCLUDERS)


def _through_own_headers(lake: Lake, links: pl.DataFrame) -> pl.DataFrame:
    """Links as those of headers, of files of the same repositories that include the files of these."""
    place = ["repo", "file"]
    direct = links.filter(pl.col("kind") == "includes").unique(place, keep="first", maintain_order=True)
    led = _find_includers(lake, direct.select(place)).join(links, on=place, how="anti")
    there = direct.drop("line", "spelling", "scope").rename({"file": "origin"})
    scope = scope_of_files()
    return led.join(there, on=["repo", "origin"]).with_columns(scope=scope).select(links.columns)


def _any_of(words: pl.Series, end: str) -> re.Pattern[bytes]:
    """One of some words, with what follows it."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted({re.escape(word) for word in words}))}){end}".encode())


def _read(lake: Lake, repository: str, file: str, blob: str | None) -> bytes | None:
    """The text of a file; None where it is not on this machine as it was read."""
    root = lake.root(repository)
    path = root / decode_path(file.removeprefix("file/")) if root else None
    return read_blob(str(path), blob, MAX_TEXT) if path and blob else None


def _holds(content: bytes, pattern: re.Pattern[bytes], known: Set[int]) -> bool:
    """Whether a text holds a name on another line than those known."""
    if not known:
        return pattern.search(content) is not None
    starts = (match.start() for match in pattern.finditer(content))
    return any(content.count(b"\n", 0, start) + 1 not in known for start in starts)
