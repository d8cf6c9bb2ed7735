"""The tools over a fleet: what is where, who uses what across repositories, and the tools of one graph by name.

Input: a `FleetIndex` and arguments. Output: a `ToolAnswer` whose notes say what was not read, and whose places are
`repository/path:line`.

Across repositories, links are what is known: includes, imports and requirements. Calls are followed inside of one
repository only, which every answer about users says.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_type_hints

import msgspec
import polars as pl

from kgraph.errors import QueryError
from kgraph.escape import quote, unquote
from kgraph.fleet import questions, unread
from kgraph.fleet.link_tables import KINDS, NEEDS
from kgraph.fleet.merged_tables import repository_of
from kgraph.mcp.answer import Item, ToolAnswer, as_far
from kgraph.mcp.fleet_index import FleetIndex
from kgraph.mcp.tools import TOOLS as ALL_TOOLS_OF_GRAPH
from kgraph.vocab.iri import encode_segment
from kgraph.wording import count_noun

MAX_ITEMS = 200  # of one answer
# A review compares with another commit, and the graphs of a fleet do not lie in their repositories.
TOOLS_OF_GRAPH = {name: tool for name, tool in ALL_TOOLS_OF_GRAPH.items() if name != "review"}
LINKS_END = (
    "links between repositories end at what an import, include or requirement names; calls are followed inside of one "
    "repository: ask_graph with who_uses"
)


def repositories(index: FleetIndex) -> ToolAnswer:
    """All repositories, with what each needs and who needs it."""
    pairs = questions.dependencies(index.lake)
    needs = pairs.filter(pl.sum_horizontal(KINDS) > 0)
    users, needed = Counter(needs["to_repo"]), Counter(needs["repo"])
    items = []
    for entry in index.lake.catalog.repositories:
        counts, name = entry.current.counts, entry.name
        text = f"{quote(name)} at {quote(entry.current.rev)}: {count_noun(counts.get('files', 0), 'file')}"
        text += f", {count_noun(counts.get('symbols', 0), 'symbol')}, needs {needed[name]:,}, needed by {users[name]:,}"
        data = {
            "repository": name,
            "group": entry.group,
            "revision": entry.current.rev,
            "files": counts.get("files", 0),
            "symbols": counts.get("symbols", 0),
            "needs": needed[name],
            "needed_by": users[name],
        }
        items.append(Item(text, data))
    coverage = index.open_graph("").coverage()
    return ToolAnswer(
        f"{count_noun(len(items), 'repository', 'repositories')}, {count_noun(needs.height, 'pair')} of which one "
        "needs the other",
        items,
        coverage=coverage,
        notes=unread.notes(index.lake),
    )


def search(index: FleetIndex, text: str, repository: str = "", limit: int = 20) -> ToolAnswer:
    """Files, folders, symbols and externals by name, parts and words of names, or documentation; the best first."""
    wanted = unquote(text.strip())
    if not wanted:
        raise QueryError("the text is empty", hint="give a name, or a part of one")
    graph = index.open_graph("")
    of = pl.lit(value=True)
    if repository:
        index.lake.require([repository])
        of = repository_of(pl.col("id")).eq(encode_segment(repository)).fill_null(value=False)
    found = graph.searched.find(wanted, of=of, overloads=True)
    shown = found.head(limit)
    places = {place.symbol: str(place) for place in reversed(graph.places(shown["id"].to_list()))}
    items = []
    for node, kind, full in shown.select("id", "kind", "full").iter_rows():
        at = places.get(node, full if kind in ("File", "Folder") else "")
        data = {"name": full, "kind": kind, "at": at}
        items.append(Item(f"{quote(full)} ({kind})" + (f" at {quote(at)}" if at and at != full else ""), data))
    where = f" of {quote(repository)}" if repository else ""
    return ToolAnswer(
        f"{count_noun(found.height, 'node')}{where} like {quote(text)}",
        items,
        total=found.height,
        coverage=graph.coverage(at.rpartition(":")[0] for at in places.values()),
        notes=unread.repositories(index.lake),
    )


def users_across(index: FleetIndex, target: str, repository: str = "", limit: int = 50) -> ToolAnswer:
    """Where other repositories use a repository, a file or a symbol; `repository` says whose."""
    name = unquote(target.strip())
    lake = index.lake
    nodes = questions.find_nodes(lake, name, repository)
    rows = questions.users(lake, name, repository, nodes)
    owners, notes = _about(index, name, nodes)
    if rows.is_empty():
        notes = [unread.nobody(lake, name, nodes), *notes]
    needed = rows.filter(pl.col("scope").is_in(NEEDS))["repo"].n_unique()
    items = [_link_item(row) for row in rows.head(limit).to_dicts()]
    by_repository = Counter(rows["repo"].to_list())
    said = f"{quote(target)} of {', '.join(map(quote, owners))}: " if owners else ""
    others = count_noun(len(by_repository), "other repository", "other repositories")
    summary = f"{said}{count_noun(rows.height, 'use')} in {others}"
    summary += f", of which {needed:,} {'needs' if needed == 1 else 'need'} it to run or build{as_far(notes)}"
    facts = {"owners": owners, "by_repository": dict(by_repository.most_common())}
    return ToolAnswer(
        summary,
        items,
        total=rows.height,
        facts=facts,
        coverage=index.open_graph("").coverage(),
        notes=[*notes, LINKS_END],
    )


def _about(index: FleetIndex, name: str, nodes: pl.DataFrame | None) -> tuple[list[str], list[str]]:
    """Whose the thing of a name is (`questions.meant`), and what an answer about its users may lack."""
    lake = index.lake
    if nodes is None:
        return [name], unread.notes(lake, None, [name])
    owners = sorted(nodes["repo"].unique().to_list())
    return owners, unread.notes(lake, unread.languages_of(lake, nodes), owners)


_HOW_FAR = {
    questions.MAY: "; the file holds the name, and may use it",
    questions.OVERLOAD: "; it may mean another overload",
}


def _link_item(row: Mapping[str, Any]) -> Item:
    at = f"{row['repo']}/{row['path']}:{row['line']}"
    name = f"{row['spelling']}: {row['name']}" if row["name"] else row["spelling"]
    to = (row["to_repo"] or "") + (f"/{row['to_path']}" if row["to_path"] else "")
    scope = "" if row["scope"] in ("", "runtime", None) else f", {row['scope']}"
    may = _HOW_FAR.get(row["use"], "")
    where = f"which is in {quote(to)} ({row['evidence']}{scope}{may})"
    if row["use"] == questions.SPELLED:
        where = f"which was not found in {quote(to) if to else 'any repository'} ({row['scope']})"
    text = f"{quote(at)} {row['kind']} {quote(name)}, {where}"
    names = ("kind", "spelling", "name", "scope", "evidence", "use")
    return Item(text, {"at": at, "repository": row["repo"], "to": to, **{each: row[each] for each in names}})


def dependencies(index: FleetIndex, repository: str = "", limit: int = 50) -> ToolAnswer:
    """Which repository needs which, and how often; of one, in both directions. Cycles are facts."""
    rows = questions.dependencies(index.lake)
    if repository:
        index.lake.require([repository])
        rows = rows.filter((pl.col("repo") == repository) | (pl.col("to_repo") == repository))
    items = []
    for row in rows.head(limit).to_dicts():
        ways = (*KINDS, "development")
        times = ", ".join(f"{way} {row[way]:,}" for way in ways if row[way])
        items.append(Item(f"{quote(row['repo'])} needs {quote(row['to_repo'])}: {times}", row))
    cycles = [list(ring) for ring in questions.cycles(index.lake) if not repository or repository in ring]
    return ToolAnswer(
        f"{count_noun(rows.height, 'pair')} of repositories, {count_noun(len(cycles), 'cycle')}",
        items,
        total=rows.height,
        facts={"cycles": cycles},
        coverage=index.open_graph("").coverage(),
        notes=unread.notes(index.lake, None, [repository] if repository else ()),
    )


def impact(index: FleetIndex, target: str, repository: str = "", limit: int = 50) -> ToolAnswer:
    """Which repositories may have to change with a repository, a file or a symbol."""
    name = unquote(target.strip())
    nodes = questions.find_nodes(index.lake, name, repository)
    rows = questions.impact(index.lake, name, repository, nodes)
    _, notes = _about(index, name, nodes)
    items = []
    for row in rows.head(limit).to_dicts():
        versions = f", which it requires as {', '.join(map(quote, row['specifiers']))}" if row["specifiers"] else ""
        if row["accepted"] is False:
            versions += f", which leaves out the version in the fleet, {quote(row['version'])}"
        steps = count_noun(row["distance"], "step")
        through = f"through {quote(row['through'])}" if row["through"] else "by name: no repository of the fleet has it"
        items.append(Item(f"{quote(row['repo'])}, {steps} away, {through}{versions}", row))
    what = "repository may have" if rows.height == 1 else "repositories may have"
    return ToolAnswer(
        f"{rows.height:,} {what} to change with {quote(target)}{as_far(notes)}",
        items,
        total=rows.height,
        coverage=index.open_graph("").coverage(),
        notes=[*notes, "what only tests, documentation and examples need is left out"],
    )


def duplicates(index: FleetIndex, repository: str = "", limit: int = 50) -> ToolAnswer:
    """Files of equal content in several repositories, the largest first."""
    rows = questions.duplicates(index.lake)
    if repository:
        index.lake.require([repository])
        rows = rows.filter(pl.col("repos").list.contains(repository))
    items = [
        Item(f"{row['size']:,} bytes: {', '.join(map(quote, row['paths']))}", row)
        for row in rows.head(limit).to_dicts()
    ]
    return ToolAnswer(
        f"{count_noun(rows.height, 'file')} of equal content in several repositories",
        items,
        total=rows.height,
        coverage=index.open_graph("").coverage(),
        notes=[*unread.repositories(index.lake), "files of fewer than 200 bytes are left out"],
    )


def ask_graph(
    index: FleetIndex, tool: str = "", repository: str = "", arguments: Mapping[str, Any] | None = None
) -> ToolAnswer:
    """What a tool of `kgraph mcp` answers about one repository, or about all as one graph; without a tool, the list."""
    name = tool.strip()
    if not name:
        return _list()
    function = TOOLS_OF_GRAPH.get(name)
    if function is None:
        raise QueryError(f"there is no tool {name!r}", hint=f"tools: {', '.join(TOOLS_OF_GRAPH)}")
    return function(index.open_graph(repository), **_check_arguments(name, function, arguments or {}))


def _check_arguments(tool: str, function: Callable[..., ToolAnswer], given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a tool, of the types that it declares. Raises `QueryError`."""
    declared = dict(list(inspect.signature(function).parameters.items())[1:])
    hint = f"it takes {', '.join(declared)}"
    for name in given:
        if name not in declared:
            raise QueryError(f"{tool} has no argument {name!r}", hint=hint)
    for name, parameter in declared.items():
        if parameter.default is inspect.Parameter.empty and name not in given:
            raise QueryError(f"{tool} needs {name}", hint=hint)
    types = {**get_type_hints(function), "limit": Annotated[int, msgspec.Meta(ge=1, le=MAX_ITEMS)]}
    try:
        return {name: msgspec.convert(value, types[name]) for name, value in given.items()}
    except msgspec.ValidationError as error:
        raise QueryError(f"{tool}: {error}", hint=hint) from None


def _list() -> ToolAnswer:
    items = []
    for name, function in TOOLS_OF_GRAPH.items():
        parameters = list(inspect.signature(function).parameters.values())[1:]
        wanted = [each.name if each.default is inspect.Parameter.empty else f"[{each.name}]" for each in parameters]
        sentence = (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")
        data = {"tool": name, "arguments": wanted, "sentence": sentence}
        items.append(Item(f"{name} {' '.join(wanted)}: {sentence}", data))
    return ToolAnswer(f"{count_noun(len(items), 'tool')} of one graph", items)


TOOLS: dict[str, Callable[..., ToolAnswer]] = {
    "repositories": repositories,
    "search": search,
    "users_across": users_across,
    "dependencies": dependencies,
    "impact": impact,
    "duplicates": duplicates,
    "ask_graph": ask_graph,
}
