"""The tools that start from a file: its card, what it includes, what belongs with it.

Input: a `GraphIndex` and arguments. Output: a `ToolAnswer`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from kgraph.coverage import Aspect, describe_use_by_path, names_paths_note
from kgraph.errors import QueryError
from kgraph.escape import quote, statement
from kgraph.mcp.answer import Item, ToolAnswer, as_far, shorten
from kgraph.mcp.graph_index import GraphIndex, IndexedFile
from kgraph.mcp.symbol_tools import users_of_definitions
from kgraph.mcp.use_graph import distances
from kgraph.wording import count_noun

MAX_SYMBOLS = 30
MAX_NEIGHBOURS = 10


def file_card(index: GraphIndex, path: str) -> ToolAnswer:
    """What one file is: size, outline, what it needs and who needs it, what belongs with it."""
    file = index.file(path)
    needs, users = index.needs.get(file.path, []), index.needed_by.get(file.path, [])
    behind = len(distances(index.needed_by, {file.path: 0})) - 1
    used = users_of_definitions(index, file, users)
    outline, symbols = _outline(index, file)
    items = [
        *outline,
        *(_describe_need(index, file.path, other) for other in needs[:MAX_NEIGHBOURS]),
        *(_needing(index, file.path, other) for other in users[:MAX_NEIGHBOURS]),
        *(Item(f"used by {item.line}", {**item.data, "what": "used by"}) for item in used[:MAX_NEIGHBOURS]),
    ]
    if index.graph.manifest["options"]["related"]:
        items += [
            Item(
                f"related: {quote(each.path)} ({_reasons(each.reasons)})",
                {"what": "related", "file": each.path, "reasons": list(each.reasons)},
            )
            for each in index.graph.related(file.path, 5)
        ]
    total = len(items) - len(outline) + symbols
    total += sum(max(0, len(each) - MAX_NEIGHBOURS) for each in (needs, users, used))
    said = [f"{quote(file.path)}: {file.language or 'unknown language'}"]
    said.append(f"{count_noun(file.lines, 'line')}" if file.lines is not None else f"{count_noun(file.size, 'byte')}")
    said += [
        f"read as {file.read_as}",
        count_noun(symbols, "symbol") + " outside of classes",
        f"needs {count_noun(len(needs), 'file')}",
    ]
    notes = [
        index.unread_in(Aspect.DECLARATIONS, [file.path]),
        index.unread_in(Aspect.IMPORTS, [file.path]),
        index.unread_users(Aspect.IMPORTS, [file.path]),
    ]
    if not any(notes[1:]):
        notes += [names_paths_note(file.language), describe_use_by_path(file.language)]
    if used:
        said.append(f"{count_noun(len(used), 'file')} {'uses' if len(used) == 1 else 'use'} what it declares")
    else:
        said.append(f"needed by {count_noun(len(users), 'file')} directly, {behind:,} in all{as_far(notes)}")
    doc = " ".join(file.documentation.split())
    facts: dict[str, Any] = {
        "path": file.path,
        "language": file.language,
        "lines": file.lines,
        "bytes": file.size,
        "read_as": file.read_as,
        "diagnostics": list(file.diagnostics[:5]),
        "documentation": shorten(doc, 400),
        "symbols": symbols,
        "needs": len(needs),
        "needed_by": len(users),
        "needed_by_in_all": behind,
    }
    summary = ", ".join(said) + (f". It says: {statement(shorten(doc, 300))}" if doc else "")
    return ToolAnswer(
        summary,
        items,
        total=total,
        facts=facts,
        coverage=index.coverage([file.path]),
        notes=list(dict.fromkeys(notes)),
        more="`includes`, `who_uses`, `run_named_query` symbols-of-file list the rest",
    )


def _outline(index: GraphIndex, file: IndexedFile) -> tuple[list[Item], int]:
    """The longest of the file's symbols outside of any class or function, in order of line; and how many there are."""
    edges = index.graph.frame("edges").filter((pl.col("source") == file.id) & (pl.col("kind") == "contains"))
    symbols = {
        each.id: each for each in index.symbol_rows(index.symbols.filter(pl.col("id").is_in(edges["target"].to_list())))
    }
    here = [location for location in index.places(symbols) if location.path == file.path]
    longest = sorted(here, key=lambda location: (location.start - location.end, location.start))[:MAX_SYMBOLS]
    items = []
    for location in sorted(longest, key=lambda location: (location.start, location.end)):
        symbol = symbols[location.symbol]
        signature = quote(shorten(symbol.signature or symbol.qualified_name, 160))
        what = "declares" if location.role == "declaration" else "defines"
        data = {"what": what, "at": str(location), "symbol": symbol.qualified_name, "kind": symbol.kind}
        items.append(Item(f"{what} {quote(str(location))}: {symbol.kind} {signature}", data))
    return items, len(here)


def _describe_need(index: GraphIndex, path: str, other: str) -> Item:
    what = "includes" if (path, other) in index.directives else "uses"
    return _neighbour(what, other, index.format_place(path, other))


def _needing(index: GraphIndex, path: str, other: str) -> Item:
    what = "included by" if (other, path) in index.directives else "used by"
    return _neighbour(what, other, index.format_place(other, path))


def _neighbour(what: str, other: str, at: str) -> Item:
    return Item(f"{what} {quote(other)} ({quote(at)})", {"what": what, "file": other, "at": at})


def includes(
    index: GraphIndex, path: str, direction: str = "of", transitive: bool = False, limit: int = 50
) -> ToolAnswer:
    """The files that a file includes or imports, or that include or import it; and those of one package that use each
    other without that."""
    file = index.file(path)
    if direction not in ("of", "by"):
        raise QueryError(f"direction is 'of' or 'by', not {direction!r}")
    graph = index.needs if direction == "of" else index.needed_by
    far = distances(graph, {file.path: 0})
    del far[file.path]
    reached = sorted(far, key=lambda other: (far[other][0], other))
    direct = [other for other in reached if far[other][0] == 1]
    listed = reached if transitive else direct
    items = []
    for other in listed[:limit]:
        distance, previous = far[other]
        at = index.format_place(previous, other) if direction == "of" else index.format_place(other, previous)
        text = f"{quote(other)} ({quote(at)}" if direction == "of" else f"{quote(at)} ({quote(previous)}"
        text += f", {distance} steps away)" if distance > 1 else ")"
        items.append(Item(text, {"file": other, "at": at, "steps": distance}))
    outside = _outside(index, file) if direction == "of" else []
    outside += [
        Item(f"{quote(other)} (linked)", {"file": other, "resolution": "linked"})
        for other in (index.find_linked(file) if direction == "of" else ())
        if other not in direct
    ]
    if direction == "of" and len(items) < limit:
        items += outside[: limit - len(items)]
    lacking = index.unread_users if direction == "by" else index.unread_behind if transitive else index.unread_in
    unread = lacking(Aspect.IMPORTS, [file.path])
    unread = unread or (names_paths_note if direction == "of" else describe_use_by_path)(file.language)
    pairs = [(file.path, each) if direction == "of" else (each, file.path) for each in direct]
    if all(pair in index.directives for pair in pairs):
        verb = "includes or imports" if direction == "of" else "is included or imported by"
    else:
        verb = "includes, imports or uses" if direction == "of" else "is included, imported or used by"
    reach = f"{count_noun(len(direct), 'file')} of the repository directly, {len(reached):,} in all{as_far([unread])}"
    summary = f"{quote(file.path)} {verb} {reach}"
    if direction == "of":
        links = sum(item.data["resolution"] == "linked" for item in outside)
        summary += f"; and {count_noun(len(outside) - links, 'directive')} that lead elsewhere"
        summary += f", {count_noun(links, 'link')}" if links else ""
    facts = {"path": file.path, "direction": direction, "direct": len(direct), "in_all": len(reached)}
    return ToolAnswer(
        summary,
        items,
        total=len(listed) + len(outside),
        facts=facts,
        coverage=index.coverage([file.path, *listed[:limit]]),
        notes=[unread],
    )


def _outside(index: GraphIndex, file: IndexedFile) -> list[Item]:
    """Directives that lead out of the repository, or nowhere."""
    rows = index.graph.frame("includes").filter((pl.col("file") == file.id) & (pl.col("resolution") != "repository"))
    items = []
    for line, spelling, resolution in (
        rows.sort("start_line").select("start_line", "spelling", "resolution").iter_rows()
    ):
        at = f"{file.path}:{line}"
        items.append(
            Item(
                f"{quote(spelling)} ({quote(at)}, {resolution})",
                {"spelling": spelling, "at": at, "resolution": resolution},
            )
        )
    return items


def related(index: GraphIndex, path: str, limit: int = 10) -> ToolAnswer:
    """The files that belong with a file, the nearest first, and why."""
    file = index.file(path)
    related_files = index.graph.related(file.path, limit)
    items = [
        Item(
            f"{quote(each.path)} ({each.score:.2f}): {_reasons(each.reasons)}",
            {"file": each.path, "rank": each.rank, "score": each.score, "reasons": list(each.reasons)},
        )
        for each in related_files
    ]
    number = count_noun(len(related_files), "file")
    summary = f"{number} that belong with {quote(file.path)}, the nearest first; at most ten are known"
    unread = index.unread_relations(file.path)
    return ToolAnswer(summary, items, facts={"path": file.path}, coverage=index.coverage([file.path]), notes=unread)


def _reasons(reasons: Sequence[str]) -> str:
    return "; ".join(map(quote, reasons))
