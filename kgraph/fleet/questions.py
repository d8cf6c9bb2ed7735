"""Questions about a whole fleet, answered from the lake.

Input: a `Lake`. Output: frames, sorted, so that equal lakes give equal answers.
"""

from __future__ import annotations

from collections.abc import Set

import polars as pl

from kgraph.errors import QueryError
from kgraph.fleet.lake import Lake
from kgraph.fleet.link_tables import KINDS, NEEDS
from kgraph.fleet.may_use import may_use
from kgraph.fleet.overloads import list_meanings
from kgraph.fleet.package_uses import find_packages, spelling_of_packages
from kgraph.fleet.specifiers import accepting
from kgraph.fleet.spelled_uses import find_spelled, is_spelled, is_whole

NAMED, OVERLOAD, MAY, SPELLED = "named", "an overload", "may use", "not found there"
_MAX_NAMES = 5  # in a hint
_SPACES = ("Module", "Namespace", "Package")
_SEPARATORS = (".", "::", "\\")


def dependencies(lake: Lake) -> pl.DataFrame:
    """Which repository needs which: `repo`, `to_repo`, and how often in each way: `includes`, `imports`, `requires`,
    `generatedFrom` (generated code whose source the other has); `development` counts what only its tests,
    documentation and examples need, and what a lock file pins."""
    needs = pl.col("scope").is_in(NEEDS)
    counts = [(needs & (pl.col("kind") == kind)).sum().alias(kind) for kind in KINDS]
    found = lake.links().drop_nulls("to_repo").group_by("repo", "to_repo")
    return found.agg(*counts, development=(~needs).sum()).sort("repo", "to_repo").collect()


def users(lake: Lake, name: str, repository: str = "", nodes: pl.DataFrame | None = None) -> pl.DataFrame:
    """Who uses something of another repository: a repository, the path of a file, or the name of a symbol.

    `repository` says whose file or symbol is meant; without it, `repository/path` does, and else that of any. `nodes`
    are those of `find_nodes`, where they are known.

    Columns: `repo`, `path`, `line`, `kind`, `spelling`, `name`, `scope`, `to_repo`, `to_path`, `evidence`, and `use`:
    whether the directive or use names it; names it or an overload of it; leads to what a symbol stands in, so that the
    file, whose text holds the name on a line that is no known use, may use it; or spells the name, which was not found
    in `to_repo`, or in any repository where that is null. Of a whole repository, directives and requirements are
    listed.
    Raises `QueryError` where nothing in the fleet has that name.
    """
    found = lake.links().drop_nulls("to_repo")
    if name in lake.catalog.names and not repository:
        return _format_links(lake, found.filter(pl.col("to_repo") == name).collect(), NAMED)
    if nodes is None:
        nodes = nodes_named(lake, name, repository)
    inner = pl.concat([nodes, _find_inner(lake, nodes)]).unique().select(to_repo="repo", to="id").lazy()
    by_node = found.join(inner, on=["to_repo", "to"], how="semi")
    by_file = found.join(nodes.select(to_repo="repo", to_file="id").lazy(), on=["to_repo", "to_file"], how="semi")
    packages = find_packages(lake, nodes)
    of_package = spelling_of_packages(found.filter(pl.col("kind") == "imports"), packages)
    direct = pl.concat([by_node, by_file, of_package]).collect()
    directives = pl.concat([direct, _find_by_name(lake, nodes)]).unique()
    uses = list_meanings(lake.use_links().with_columns(name=pl.lit(None, pl.String)))
    on_node = uses.join(inner, on=["to_repo", "to"], how="semi")
    on_file = uses.join(nodes.select(to_repo="repo", to_file="id").lazy(), on=["to_repo", "to_file"], how="semi")
    used = pl.concat([on_node, on_file, spelling_of_packages(uses, packages)]).unique().collect()
    overloads = used.filter("is_one").select(_SHOWN).unique()
    named = pl.concat([directives.select(_SHOWN), used.filter(~pl.col("is_one")).select(_SHOWN)])
    wanted = pl.concat([named, overloads])
    possible = may_use(lake, nodes, wanted.select("repo", "file", "line").unique())
    spelled = find_spelled(lake, name, nodes["repo"])
    if repository:
        spelled = spelled.filter(pl.col("to_repo") == repository)
    possible = possible.join(directives, on=directives.columns, how="anti", nulls_equal=True)
    parts = [
        _format_links(lake, named, NAMED),
        _format_links(lake, overloads, OVERLOAD),
        _format_links(lake, possible, MAY),
        _format_links(lake, spelled, SPELLED),
    ]
    return pl.concat(parts).sort(*_SORTED, nulls_last=True)


def _find_inner(lake: Lake, nodes: pl.DataFrame) -> pl.DataFrame:
    """What modules, packages and namespaces among some nodes contain: `repo`, `id`."""
    symbols = lake.scan("symbols", nodes["repo"].unique().to_list()).select("repo", "id", "kind", "qualified_name")
    ids = pl.col("id").is_in(nodes["id"].unique().sort().implode())
    spaces = symbols.filter(ids & pl.col("kind").is_in(_SPACES)).collect().join(nodes, on=["repo", "id"], how="semi")
    inner = [
        symbols.filter(
            pl.col("repo") == repo,
            pl.any_horizontal(pl.col("qualified_name").str.starts_with(path + mark) for mark in _SEPARATORS),
        ).select("repo", "id")
        for repo, path in spaces.select("repo", "qualified_name").unique().sort("repo", "qualified_name").iter_rows()
    ]
    return pl.concat([nodes.lazy().clear(), *inner]).collect()


def _find_by_name(lake: Lake, nodes: pl.DataFrame) -> pl.DataFrame:
    """The links that spell the whole name of nodes, of which their repository has several of that name."""
    ids = pl.col("id").is_in(nodes["id"].unique().sort().implode())
    named = lake.scan("symbols", nodes["repo"].unique().to_list()).filter(ids).select("repo", "id", "qualified_name")
    whole = named.join(nodes.lazy(), on=["repo", "id"], how="semi").select(to_repo="repo", spelling="qualified_name")
    several = lake.links().filter(pl.col("to").is_null())
    return several.join(whole.unique(), on=["to_repo", "spelling"], how="semi").collect()


_SHOWN = ("repo", "file", "line", "kind", "spelling", "name", "scope", "to_repo", "to_file", "evidence")
_SORTED = ("repo", "path", "line", "kind", "spelling", "name")


def _format_links(lake: Lake, links: pl.DataFrame, use: str) -> pl.DataFrame:
    """Links as people read them."""
    there = pl.concat([links["repo"], links["to_repo"]]).drop_nulls().unique().to_list()
    paths = lake.scan("files", there).select("repo", "path", file="id").collect().lazy()
    shown = (
        links.lazy()
        .join(paths, on=["repo", "file"], how="left")
        .join(paths.select(to_repo="repo", to_path="path", to_file="file"), on=["to_repo", "to_file"], how="left")
    )
    columns = ("repo", "path", "line", "kind", "spelling", "name", "scope", "to_repo", "to_path", "evidence")
    return shown.unique(columns).select(*columns, use=pl.lit(use, pl.String)).sort(*_SORTED, nulls_last=True).collect()


def find_nodes(lake: Lake, name: str, repository: str = "") -> pl.DataFrame | None:
    """What a name means: `nodes_named`; None where it is that of a repository."""
    return None if name in lake.catalog.names and not repository else nodes_named(lake, name, repository)


def nodes_named(lake: Lake, name: str, repository: str = "") -> pl.DataFrame:
    """The files of that path, and the symbols of that whole name or its end, with their `repo` and `id`; none where
    uses spell the name, and lead nowhere.

    Raises `QueryError` where there are none, and nothing is called so.
    """
    first_step, _, inside = name.partition("/")
    if not repository and inside and first_step in lake.catalog.names:
        whole = lake.scan("files", [first_step]).filter(pl.col("path") == inside).select("repo", "id").collect()
        if whole.height:
            return whole
    lake.require([repository] if repository else [])
    among = [repository] if repository else None
    files = lake.scan("files", among).filter(pl.col("path") == name).select("repo", "id")
    qualified = pl.col("qualified_name")
    all_symbols = lake.scan("symbols", among).select("repo", "id", "kind", "qualified_name", "modifiers")
    ends = qualified.str.ends_with("." + name) | qualified.str.ends_with("::" + name)
    so_named = pl.concat([files, all_symbols.filter((qualified == name) | ends).select("repo", "id")])
    found = so_named.unique().sort("repo", "id").collect()
    if found.is_empty() and "." in name:
        found = _find_by_spelled_path(lake, name, repository)
    if found.is_empty() and "::" in name:  # behind an inline namespace: `fmt::format` is `fmt::v12::format`
        found = _behind_inline(all_symbols, name)
    if found.is_empty():  # a name that a package passes on, as others use it: `tokio::spawn`
        used = _find_by_spelling(lake, name)
        found = used.filter(pl.col("repo") == repository) if repository else used
    if found.is_empty() and is_spelled(lake, name, repository):
        return found
    mark = "::" if "::" in name else "."
    first, _, last = name.rpartition(mark)
    if found.is_empty() and first:  # a name that a package offers of what stands in a module inside: `flask.Flask`
        offered = qualified.str.starts_with(first + mark) & qualified.str.ends_with(mark + last)
        found = all_symbols.filter(offered).select("repo", "id").sort("repo", "id").collect()
    owner, _, rest = name.partition(".")
    if found.is_empty() and not repository and rest and owner in lake.catalog.names:  # as Go says it: `pflag.FlagSet`
        return nodes_named(lake, rest, owner)
    if found.is_empty():
        where = f"of {repository}" if repository else "in the fleet"
        hint = "give the name of a repository, the path of a file, or the name of a symbol"
        if missing := lake.catalog.missing:
            hint += f"; not built yet: {', '.join(missing[:_MAX_NAMES])}"
        raise QueryError(f"nothing {where} is called {name!r}", hint=hint)
    return found


def _find_by_spelling(lake: Lake, name: str) -> pl.DataFrame:
    """The symbols to which uses and imports of names lead that spell so: `repo`, `id`."""
    spelled = pl.col("spelling").str.replace_all("()", "", literal=True) == name.replace("::", ".")
    uses = list_meanings(lake.use_links().filter(spelled)).select(repo="to_repo", id="to")
    first, _, last = name.rpartition(".")
    imports = lake.links().filter(pl.col("spelling") == first, pl.col("name") == last, ~is_whole(pl.col("to")))
    ids = pl.concat([uses, imports.select(repo="to_repo", id="to")])
    return ids.drop_nulls().unique().sort("repo", "id").collect()


def _find_by_spelled_path(lake: Lake, name: str, repository: str) -> pl.DataFrame:
    """The files that includes and imports spell so, or else those whose path ends so: `repo`, `id`."""
    links = lake.links().filter(pl.col("spelling") == name, pl.col("name").is_null(), pl.col("kind") == "includes")
    spelled = links.select(repo="to_repo", id="to_file").drop_nulls().unique().sort("repo", "id").collect()
    if repository:
        spelled = spelled.filter(pl.col("repo") == repository)
    if spelled.height:
        return spelled
    files = lake.scan("files", [repository] if repository else None)
    return files.filter(pl.col("path").str.ends_with(f"/{name}")).select("repo", "id").sort("repo", "id").collect()


def _behind_inline(symbols: pl.LazyFrame, name: str) -> pl.DataFrame:
    """The symbols of a path that leaves out inline namespaces: `repo`, `id`."""
    first, last = name.partition("::")[0], name.rpartition("::")[2]
    qualified = pl.col("qualified_name")
    near = symbols.filter(qualified.str.starts_with(f"{first}::") & qualified.str.ends_with(f"::{last}")).collect()
    is_inline = (pl.col("kind") == "Namespace") & pl.col("modifiers").list.contains("inline")
    spaces = symbols.filter(is_inline).select("repo", "qualified_name").unique().collect()
    inline = {(repo, space) for repo, space in spaces.iter_rows()}
    rows = [
        (repo, id_)
        for repo, id_, path in near.select("repo", "id", "qualified_name").iter_rows()
        if _short(repo, path, inline) == name
    ]
    return pl.DataFrame(rows, {"repo": pl.String(), "id": pl.String()}, orient="row").unique().sort("repo", "id")


def _short(repository: str, path: str, inline: Set[tuple[str, str]]) -> str:
    """A path without the inline namespaces in it."""
    steps = path.split("::")
    kept = [each for at, each in enumerate(steps, 1) if (repository, "::".join(steps[:at])) not in inline]
    return "::".join(kept)


def impact(lake: Lake, name: str, repository: str = "", nodes: pl.DataFrame | None = None) -> pl.DataFrame:
    """Which repositories may have to change with a repository, a file or a symbol: `repo`, `distance` in steps,
    `through` the one before, and the `specifiers` by which they require that, none where no manifest says. `version` is
    the one of `through` in the fleet, where it is a package of an index, and `accepted` says whether a specifier takes
    that; null where this is not known. One that is not accepted is not used before its specifier changes.

    With a file or symbol, those that use it are one step away; `repository` and `nodes` are as of `users`. What only
    the tests, documentation or examples of a repository need is left out.

    Raises `QueryError` where nothing in the fleet has that name.
    """
    needed_by: dict[str, list[str]] = {}
    for each, needed in _needs(lake):
        needed_by.setdefault(needed, []).append(each)
    if name in lake.catalog.names and not repository:
        direct = [(each, name) for each in needed_by.get(name, ())]
    else:
        used = users(lake, name, repository, nodes).filter(pl.col("scope").is_in(NEEDS))
        to_repo = pl.col("to_repo").fill_null("")  # where no repository has what is used
        direct = list(used.select("repo", to_repo).unique().sort("repo", "to_repo").iter_rows())
    steps: dict[str, tuple[int, str]] = {}
    for each, previous in sorted(direct):
        steps.setdefault(each, (1, previous))
    origins = {previous for _, previous in direct}
    wave = list(steps)
    while wave:
        following = []
        for previous in wave:
            for each in needed_by.get(previous, ()):
                if each not in steps and each not in origins:
                    steps[each] = (steps[previous][0] + 1, previous)
                    following.append(each)
        wave = following
    distances = [(each, *step) for each, step in steps.items()]
    reached = pl.DataFrame(
        distances, schema={"repo": pl.String, "distance": pl.Int64, "through": pl.String}, orient="row"
    )
    rows = reached.join(_specifiers(lake), on=["repo", "through"], how="left").sort("distance", "repo")
    return accepting(rows, {entry.name: entry.current.version for entry in lake.catalog.repositories})


def _specifiers(lake: Lake) -> pl.DataFrame:
    required = lake.links().filter(pl.col("kind") == "requires", pl.col("scope").is_in(NEEDS)).drop_nulls("to_repo")
    named = lake.scan("packages").select("repo", "ecosystem", package="id", spelling="name")
    spelled = lake.scan("requirements").select("repo", "file", "package", "specifier", line="start_line")
    spelled = spelled.join(named, on=["repo", "package"]).drop("package").unique()
    return (
        required.join(spelled, on=["repo", "file", "line", "spelling"])
        .group_by("repo", through="to_repo")
        .agg(specifiers=pl.col("specifier").drop_nulls().unique().sort(), ecosystem=pl.col("ecosystem").first())
        .collect()
    )


def cycles(lake: Lake) -> list[tuple[str, ...]]:
    """The groups of repositories that need each other in a ring, tests and documentation aside."""
    import networkx as nx  # which takes as long to load as most questions to answer

    found = nx.strongly_connected_components(nx.DiGraph(_needs(lake)))
    return sorted(tuple(sorted(each)) for each in found if len(each) > 1)


def duplicates(lake: Lake, smallest: int = 200) -> pl.DataFrame:
    """Files of equal content in several repositories: `blob`, `size`, and lists of `repos` and `paths` ("repo/path").

    Files of fewer than `smallest` bytes are left out: empty ones and licences of a line are equal by chance.
    """
    return (
        lake.scan("files")
        .filter(pl.col("size") >= smallest)
        .group_by("blob")
        .agg(
            size=pl.col("size").first(),
            repos=pl.col("repo").unique().sort(),
            paths=(pl.col("repo") + "/" + pl.col("path")).sort(),
        )
        .filter(pl.col("repos").list.len() > 1)
        .sort(["size", "blob"], descending=[True, False])
        .collect()
    )


def find_undecided(lake: Lake) -> pl.DataFrame:
    """What several repositories offer equally, so that it leads to none: `spelling`, `kind`, `candidates`, and how many
    directives of how many `repos` spell it."""
    return (
        lake.links()
        .filter(pl.col("to_repo").is_null())
        .group_by("kind", "spelling", "candidates")
        .agg(directives=pl.len(), repos=pl.col("repo").n_unique())
        .sort(["directives", "spelling"], descending=[True, False])
        .collect()
    )


def _needs(lake: Lake) -> list[tuple[str, str]]:
    """Which repository itself needs which other, sorted."""
    needed = lake.links().filter(pl.col("scope").is_in(NEEDS)).drop_nulls("to_repo")
    return needed.select("repo", "to_repo").unique().sort("repo", "to_repo").collect().rows()
