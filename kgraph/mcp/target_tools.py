"""What a change of a build target may touch: the targets that are linked with it, and the tests that run them.

Input: a `GraphIndex` and the symbols that a name means. Output: a `ToolAnswer`, whose items are targets and tests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from kgraph.escape import quote
from kgraph.mcp.answer import Item, ToolAnswer
from kgraph.mcp.graph_index import GraphIndex, IndexedSymbol
from kgraph.mcp.use_graph import distances
from kgraph.wording import count_noun

_VERBS = {"linksAgainst": "is linked with", "runs": "runs"}


def impact_of_targets(index: GraphIndex, name: str, symbols: Sequence[IndexedSymbol], limit: int) -> ToolAnswer:
    """All that is linked with a target or runs it, the nearest first."""
    ids = [symbol.id for symbol in symbols]
    rows = index.graph.frame("edges").filter(pl.col("kind").is_in(list(_VERBS))).select("source", "target", "kind")
    users: defaultdict[str, list[str]] = defaultdict(list)
    verbs: dict[tuple[str, str], str] = {}
    for source, target, kind in rows.sort("source", "target", "kind").iter_rows():
        users[target].append(source)
        verbs[source, target] = _VERBS[kind]
    found = {id_: step for id_, step in distances(users, dict.fromkeys(ids, 0)).items() if id_ not in ids}
    names = index.names_of({*found, *(before for _, before in found.values())})
    at = {place.symbol: f"{place.path}:{place.start}" for place in reversed(index.places([*found, *ids]))}
    items, tests, direct = [], 0, 0
    for id_, (steps, before) in sorted(found.items(), key=lambda each: (each[1][0], each[0])):
        verb = verbs[id_, before]
        tests, direct = tests + (verb == _VERBS["runs"]), direct + (steps == 1)
        far = f" ({steps} steps away)" if steps > 1 else ""
        text = f"{quote(at.get(id_, ''))} {quote(names.get(id_, id_))} {verb} {quote(names.get(before, before))}{far}"
        data = {"at": at.get(id_, ""), "target": names.get(id_, id_), "how": verb, "of": names.get(before, before)}
        items.append(Item(text, {**data, "steps": steps}))
    files = [place.path for place in index.places(ids)]
    none = (
        "no build file that was read links anything with it or runs it: what a build decides as it runs, and what a "
        "script or a workflow starts, is not known"
    )
    return ToolAnswer(
        f"a change of the build target {quote(name)} may touch {count_noun(len(items) - tests, 'target')}"
        f" and {count_noun(tests, 'test')} that build files register, {direct:,} directly",
        items[:limit],
        total=len(items),
        facts={"target": name, "targets": len(items) - tests, "tests": tests, "direct": direct},
        coverage=index.coverage(files),
        notes=() if items else (none,),
    )
