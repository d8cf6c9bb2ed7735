"""The tools that start from a name: where a symbol is, and who uses it.

Input: a `GraphIndex` and arguments. Output: a `ToolAnswer`.

Who uses a symbol is decided by the strongest evidence that the graph has, and says which: a call, an inheritance or the
like with how sure it is; an import of that very name; or an include or import of a file that declares it, which means
"may use", if the text of that file holds the name. Where there is none of these, the files that hold the name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

import polars as pl

from kgraph.coverage import Aspect, describe_use_by_path
from kgraph.errors import QueryError
from kgraph.escape import quote, statement, unquote
from kgraph.languages import C_FAMILY, PYTHON_FAMILY
from kgraph.mcp.answer import Item, ToolAnswer, as_far, shorten
from kgraph.mcp.dependency_tools import place
from kgraph.mcp.graph_index import MAX_LOCATIONS, GraphIndex, IndexedFile, IndexedSymbol, SymbolLocation
from kgraph.mcp.path_mentions import mentions
from kgraph.mcp.use_graph import VERBS
from kgraph.query.hints import note_unresolved, note_unresolved_bases
from kgraph.search.ranking import EXACT
from kgraph.wording import count_noun

_HOW = {
    3: "of a name that begins or ends so",
    **dict.fromkeys((4, 5, 6, 7), "of a name that holds the text or its words"),
    8: "whose documentation holds the words",
    9: "whose names or documentation hold some of the words, but none all",
}


def find_symbol(index: GraphIndex, name: str, kind: str = "", limit: int = 20) -> ToolAnswer:
    """Symbols by qualified, public or short name, by parts and words of names, or by documentation; the best first."""
    wanted = unquote(name.strip()).removeprefix("::").removesuffix("()")
    if not wanted:
        raise QueryError("the name is empty", hint="give a name, or a part of one")
    of_kind = _is_kind(index, kind) if kind else pl.lit(value=True)
    ranked = index.searched.find(wanted, of=pl.col("id").str.starts_with("symbol/") & of_kind, overloads=True)
    best = int(str(ranked["tier"].min())) if len(ranked) else -1
    # Who gives a qualified name means that; a short name may be that of many.
    closest = ranked.filter(pl.col("tier") <= (best if best < EXACT else EXACT)) if 0 <= best <= EXACT else ranked
    symbols = index.symbols_of(closest["id"].head(limit).to_list())
    locations = _group_by_symbol(index.places([symbol.id for symbol in symbols]))
    items = [_symbol_item(symbol, locations[symbol.id]) for symbol in symbols]
    what = f"{kind} " if kind else ""
    said = "like " + repr(name) if best < 0 else "of that name" if best <= EXACT else _HOW[best]
    return ToolAnswer(
        f"{count_noun(len(closest), f'{what}symbol')} {said}"
        + ("; macros may make names that are not seen" if not symbols and _has_macros(index) else ""),
        items,
        total=len(closest),
        coverage=index.coverage(place.path for each in locations.values() for place in each),
        notes=[index.whole_coverage.note(Aspect.DECLARATIONS)],
    )


def _has_macros(index: GraphIndex) -> bool:
    return any(file.language in C_FAMILY for file in index.files.values())


def _is_kind(reader: GraphIndex, kind: str) -> pl.Expr:
    known: list[str] = reader.symbols["kind"].unique().sort().to_list()
    for each in known:
        if each.lower() == kind.strip().lower():
            return pl.col("kind").eq(each)
    raise QueryError(f"no symbol is of the kind {kind!r}", hint="kinds are " + ", ".join(known))


def _group_by_symbol(places: Sequence[SymbolLocation]) -> defaultdict[str, list[SymbolLocation]]:
    found: defaultdict[str, list[SymbolLocation]] = defaultdict(list)
    for each in places:
        found[each.symbol].append(each)
    return found


def _symbol_item(symbol: IndexedSymbol, locations: Sequence[SymbolLocation]) -> Item:
    defined = [str(place) for place in locations if place.role == "definition"]
    declared = [str(place) for place in locations if place.role == "declaration"]
    doc = symbol.documentation.strip().partition("\n")[0]
    text = [f"{quote(symbol.qualified_name)} ({symbol.kind})"]
    for what, where in (("defined", defined), ("declared", declared)):
        if where:
            text.append(f"{what} {', '.join(map(quote, where[:MAX_LOCATIONS]))}" + _count_rest(where))
    if symbol.signature:
        text.append(quote(shorten(symbol.signature, 200)))
    if doc:
        text.append(f"it says {statement(shorten(doc, 120))}")
    data = {
        "symbol": symbol.qualified_name,
        "kind": symbol.kind,
        "signature": symbol.signature,
        "documentation": doc,
        "defined": defined[:MAX_LOCATIONS],
        "declared": declared[:MAX_LOCATIONS],
        "places": len(locations),
    }
    return Item("; ".join(text), data)


def _count_rest(places: Sequence[str]) -> str:
    return f" and {len(places) - MAX_LOCATIONS:,} more" if len(places) > MAX_LOCATIONS else ""


_MAX_READ = 3_000  # files in which a name is looked for that no use and no import leads to
# Languages whose files use what files of the others declare.
_FAMILIES = (
    C_FAMILY,
    frozenset({"Java", "Kotlin"}),
    frozenset({"JavaScript", "Svelte", "TSX", "TypeScript", "Vue"}),
    PYTHON_FAMILY,
)


def who_uses(index: GraphIndex, target: str, limit: int = 50) -> ToolAnswer:
    """The places that use a file or a symbol."""
    if file := index.file_or_none(target):
        return _file_users(index, file, limit)
    return _symbol_users(index, index.find_symbols(target), limit)


def _file_users(index: GraphIndex, file: IndexedFile, limit: int) -> ToolAnswer:
    users = index.needed_by.get(file.path, [])
    items = [_directive(index, path, file.path) for path in users]
    stated = [path for path in users if (path, file.path) in index.directives]
    generated = [path for path in users if (path, file.path) in index.generated]
    verb = "includes or imports" if len(stated) == 1 else "include or import"
    summary = f"{count_noun(len(stated), 'file')} {verb} {quote(file.path)}"
    others = len(users) - len(stated) - len(generated)
    used = users_of_definitions(index, file, users)
    items += used
    others += len(used)
    linking = [path for path in index.linking(file) if path not in users]
    items += [Item(f"{quote(path)} links to it", {"at": path, "file": path, "how": "links to it"}) for path in linking]
    named, note = mentions(index, file) if not items else ([], "")
    items += named
    for number, one, many in (
        (others, "uses what it declares without that", "use what it declares without that"),
        (len(generated), "is generated from it", "are generated from it"),
        (len(linking), "links to it", "link to it"),
        (len(named), "names its path", "name its path"),
    ):
        summary += f", {number:,} {one if number == 1 else many}" if number else ""
    notes = [index.unread_users(aspect, [file.path]) for aspect in (Aspect.IMPORTS, Aspect.USES)]
    notes = notes if any(notes) else [describe_use_by_path(file.language)]
    return ToolAnswer(
        f"{summary}{as_far(notes)}",
        items[:limit],
        total=len(items),
        facts={"what": "file", "path": file.path},
        coverage=index.coverage([file.path, *islice(users, limit)]),
        notes=[*notes, note],
    )


def users_of_definitions(index: GraphIndex, file: IndexedFile, known: Sequence[str]) -> list[Item]:
    """Files that use what a file defines, to which no directive leads: others see it by way of headers, or bound.

    Without those that are known, and without any where a directive leads to the file.
    """
    if not len(index.uses) or index.is_stated(file.path):
        return []
    behind = index.use_graph.files_behind(index.use_graph.list_defined(file.id), nearest=True)
    names = index.names_of({step.used for _, step in behind.values()})
    items = []
    for node, (_, step) in sorted(behind.items(), key=lambda found: index.paths.get(found[0], "")):
        path = index.paths.get(node, "")
        if path and path != file.path and path not in known:
            used = names.get(step.used, step.used)
            data = {"at": place(index, step), "file": path, "how": "uses what it declares", "uses": used}
            items.append(Item(f"{quote(data['at'])} uses {quote(used)}", data))
    return items


def _symbol_users(index: GraphIndex, symbols: Sequence[IndexedSymbol], limit: int) -> ToolAnswer:
    name = symbols[0].qualified_name
    homes = list(dict.fromkeys(place.path for place in index.places([symbol.id for symbol in symbols])))
    ids = [symbol.id for symbol in symbols]
    items = _uses(index, [*ids, *index.constructors(ids)])
    used = len(items)
    others = _other_uses(index, symbols) if len(index.uses) else []
    items += others
    imports = _importers(index, symbols[0].name, homes)
    for path, line in imports:
        items.append(
            Item(f"{quote(f'{path}:{line}')} imports the name", {"at": f"{path}:{line}", "how": "imports the name"})
        )
    taken = {item.data["at"].rpartition(":")[0] for item in items}
    including = {user for home in homes for user in index.needed_by.get(home, []) if (user, home) in index.directives}
    may = sorted(including - taken - set(homes))
    may = [user for user in may if index.holds_word(user, symbols[0].name)]
    for user in may:
        home = next(home for home in homes if (user, home) in index.directives)
        at, verb = index.format_place(user, home), "includes" if index.files[home].language in C_FAMILY else "imports"
        items.append(
            Item(f"{quote(at)} may use it: {verb} {quote(home)}", {"at": at, "how": f"may use it: {verb} {home}"})
        )
    notes = [index.unread_users(Aspect.USES, homes)]
    if unresolved := index.count_unresolved("calls", ids):
        notes.append(note_unresolved(unresolved, symbols[0].name, name))
    if unresolved := index.count_unresolved("bases", ids):
        notes.append(note_unresolved_bases(unresolved, symbols[0].name, name))
    if not items:
        may, note = _namers(index, symbols[0].name, homes)
        how = "may use it: its name occurs there"
        items = [Item(f"{quote(each)} {how}", {"at": each, "how": how}) for each in may]
        notes += [note]
    alike = f" ({len(symbols)} symbols of that name)" if len(symbols) > 1 else ""
    summary = f"{quote(name)}{alike}: {count_noun(used, 'use')}, "
    summary += f"{count_noun(len(others), 'use')} by another name, " if others else ""
    summary += f"{count_noun(len(imports), 'import')} of the name, "
    summary += f"{count_noun(len(may), 'more file')} that may use it{as_far(notes)}"
    if not len(index.uses):
        summary += "; this graph holds no calls, so users are found by imports and includes"
    return ToolAnswer(
        summary,
        items[:limit],
        total=len(items),
        facts={"what": "symbol", "symbol": name, "stands_in": homes[:MAX_LOCATIONS], "uses": used},
        coverage=index.coverage((*homes, *(item.data["at"].rpartition(":")[0] for item in items[:limit]))),
        notes=notes,
    )


def _namers(index: GraphIndex, name: str, homes: Sequence[str]) -> tuple[list[str], str]:
    """The files that hold a word, of those in the languages of the files that declare it; a note where not all were
    read."""
    languages = {index.files[home].language for home in homes if home in index.files}
    kin = {each for family in _FAMILIES if family & languages for each in family} | languages
    paths = [path for path, file in index.files.items() if file.language in kin and path not in homes]
    if not index.has_texts:
        return [], "its name was not looked for in other files: this graph stands outside of its repository"
    found = [path for path in sorted(paths)[:_MAX_READ] if index.holds_word(path, name, unread=False)]
    note = f"its name was looked for in {_MAX_READ:,} of {len(paths):,} files" if len(paths) > _MAX_READ else ""
    return found, note


def _other_uses(index: GraphIndex, symbols: Sequence[IndexedSymbol]) -> list[Item]:
    """Uses of names that stand for the symbols: those bound for Python, and methods that they override or implement,
    whose callers may run them."""
    ids = [symbol.id for symbol in symbols]
    graph = index.use_graph
    items = []
    for nodes, why in (
        (graph.bound_names(ids), "which is bound to it"),
        (graph.overridden(ids), "which it overrides or implements"),
    ):
        names = index.names_of(nodes)
        for node in nodes:
            other = names.get(node, node)
            items += _uses(index, [node], f"{quote(other)}, {why}", skip=("Override", "Binding"))
    return items


def _uses(index: GraphIndex, ids: Sequence[str], what: str = "it", skip: Sequence[str] = ()) -> list[Item]:
    """Where symbols are used, what is certain first; `what` is what the lines call them."""
    rows = index.uses.filter(pl.col("to").is_in(list(ids)) & ~pl.col("kind").is_in(list(skip)))
    names = index.names_of(set(rows["from"]))
    inherit = {(user, file, lines[0]) for kind, user, _, file, lines, *_ in rows.iter_rows() if kind == "Inheritance"}
    items = []
    for kind, user, _, file, lines, confidence, evidence in rows.iter_rows():
        if kind == "Reference" and (user, file, lines[0]) in inherit:
            continue  # the name of a base is mentioned where it is inherited from
        at = f"{index.paths.get(file, file)}:{lines[0]}"
        who, verb = names.get(user, user), VERBS.get(kind, "refers to")
        place_of = f"{quote(at)} {quote(who)}"
        line = f"{place_of} {verb} {what}" if verb != "has the type" else f"{place_of} has {what} as its type"
        if kind == "Binding":
            line = f"{quote(at)} binds the name {quote(who)} to {what}"
        more = (
            f", also on {', '.join(map(str, lines[1:6]))}" + (", ..." if len(lines) > 6 else "")
            if len(lines) > 1
            else ""
        )
        sure = f" (inferred, {confidence:.2f}: {evidence})" if confidence is not None else ""
        data = {"at": at, "lines": list(lines[:20]), "by": who, "how": kind}
        if what != "it":
            data["uses"] = what
        if confidence is not None:
            data |= {"confidence": confidence, "evidence": evidence}
        items.append(Item(f"{line}{more}{sure}", data))
    return list({item.line: item for item in items}.values())


def _importers(index: GraphIndex, name: str, homes: Sequence[str]) -> list[tuple[str, int]]:
    """Where a name is imported from one of the files: `from home import name`, `import home.Name`."""
    ids = [index.files[home].id for home in homes if home in index.files]
    rows = (
        index.graph.frame("includes")
        .filter(
            pl.col("names").list.contains(name)
            | pl.any_horizontal(pl.col("spelling").str.ends_with(f"{front}{name}") for front in (".", "::", "\\"))
        )
        .select("file", "start_line", pl.col("targets").alias("target"))
        .explode("target", empty_as_null=False)
        .filter(pl.col("target").is_in(ids))
    )
    return sorted({(index.paths[file], line) for file, line, _ in rows.iter_rows() if file in index.paths})


def _directive(reader: GraphIndex, path: str, target: str) -> Item:
    at = reader.format_place(path, target)
    data = {"at": at, "file": path, "language": reader.files[path].language}
    if (path, target) in reader.directives:
        return Item(quote(at), data)
    if (path, target) in reader.generated:
        return Item(f"{quote(at)} is generated from it", {**data, "how": "is generated from it"})
    return Item(f"{quote(at)} uses what it declares", {**data, "how": "uses what it declares"})
