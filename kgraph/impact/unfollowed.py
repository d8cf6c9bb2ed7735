"""What may be affected by a change and is not listed, since it was not read or leads nowhere.

Input: the nodes of a graph, and what changed. Output: sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from kgraph.coverage import Aspect, Coverage, note, note_unfollowed, users_of
from kgraph.impact.changed import ChangeSet
from kgraph.impact.dependences import Nodes

_SHOWN = 5  # paths that a note names


def notes_on(nodes: Nodes, found: ChangeSet) -> Iterator[str]:
    """The sentences on a change."""
    if found.unknown:
        yield f"not in the graph, so nothing is known of what depends on them: {_list_paths(found.unknown)}"
    if found.other:
        yield (
            f"the graph was built from other contents than the change is of: {_list_paths(found.other)}; "
            "lines may be off: build it again"
        )
    files = nodes.file_rows
    here = files[sorted(set(found.files))] if found.files else files.clear()
    unread = here.filter(pl.col("read_as").is_in(["listed", "skipped"]))
    if unread.height:
        yield f"not parsed, so symbols in them are not known: {_list_paths(unread['path'].to_list())}"
    languages = users_of([each for each in here["language"].to_list() if each])
    whole = Coverage.of_table(files)
    for aspect in (Aspect.USES, Aspect.IMPORTS):
        if gaps := whole.gaps(aspect, languages):
            yield note(aspect, gaps, "evidence")
    if not nodes.has_uses:
        yield "the graph holds no calls or references: dependents are those by imports and includes alone"
    elif found.nodes:
        changed = nodes.symbols(pl.col("unresolved_calls") > 0).filter(pl.col("node").is_in(list(found.nodes)))
        if changed.height:
            yield note_unfollowed(dict(changed.select("name", "unresolved_calls").iter_rows()))
        yield "calls that only show when the program runs (by name, by reflection, from outside) are not followed"


def _list_paths(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN:,} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more
