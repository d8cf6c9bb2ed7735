"""The tools that walk: from one file to another, and to all that a change may touch.

Input: a `GraphIndex` and arguments. Output: a `ToolAnswer`.

Searches are breadth first over lists in order of path, so that of several shortest ways the same one is always told.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from kgraph.coverage import Aspect
from kgraph.escape import quoted
from kgraph.mcp.answer import Item, ToolAnswer, as_far, count
from kgraph.mcp.graph_index import GraphIndex
from kgraph.relate.file_names import is_test

COMPILED = frozenset({".c", ".cc", ".cpp", ".cxx", ".cu", ".m", ".mm"})


def distances(graph: Mapping[str, Sequence[str]], starts: Iterable[str]) -> dict[str, tuple[int, str]]:
    """How many steps away each file is that can be reached, and the file before it; starts are 0 steps away."""
    distance_by_path = dict.fromkeys(starts, (0, ""))
    wave = list(distance_by_path)
    step = 0
    while wave:
        step += 1
        following: list[str] = []
        for path in wave:
            for other in graph.get(path, ()):
                if other not in distance_by_path:
                    distance_by_path[other] = (step, path)
                    following.append(other)
        wave = following
    return distance_by_path


def path_between(index: GraphIndex, source: str, target: str) -> ToolAnswer:
    """The shortest way from one file or symbol to another: by calls between two symbols, else by what files include,
    import and use, in either direction."""
    if called := _calls_between(index, source, target):
        return called
    starts, source_name = _files_of(index, source)
    ends, target_name = _files_of(index, target)
    facts = {"from": source_name, "to": target_name}
    if shared := sorted(set(starts) & set(ends)):
        return ToolAnswer(
            f"{quoted(source_name)} and {quoted(target_name)} stand in the same file, {quoted(shared[0])}",
            facts=facts,
            coverage=index.coverage(shared),
        )
    for one, other, words in (
        (starts, ends, f"{quoted(source_name)} reaches {quoted(target_name)}"),
        (ends, starts, f"not that way, but {quoted(target_name)} reaches {quoted(source_name)}"),
    ):
        if path_found := _way(index, one, other):
            items = []
            for path, following in pairwise(path_found):
                at = index.at(path, following)
                items.append(
                    Item(f"{quoted(at)} needs {quoted(following)}", {"at": at, "file": path, "needs": following})
                )
            steps = count(len(items), "step")
            return ToolAnswer(
                f"{words} in {steps}", items, facts={**facts, "steps": len(items)}, coverage=index.coverage(path_found)
            )
    notes = [index.unread_behind(aspect, (*starts, *ends)) for aspect in (Aspect.IMPORTS, Aspect.USES)]
    between = f"{quoted(source_name)} and {quoted(target_name)}"
    return ToolAnswer(
        f"no way by includes and imports between {between}{as_far(notes)}",
        facts=facts,
        coverage=index.coverage((*starts, *ends)),
        notes=notes,
    )


def _calls_between(index: GraphIndex, source: str, target: str) -> ToolAnswer | None:
    """The shortest chain of calls, if both are symbols and there is one."""
    if not len(index.uses) or index.file_or_none(source) or index.file_or_none(target):
        return None
    ones, others = index.named(source), index.named(target)
    chain = _shortest(index.callees, [each.id for each in ones], [each.id for each in others])
    if len(chain) < 2:
        return None
    names = index.names_of(chain)
    items = []
    for caller, callee in pairwise(chain):
        at, one, other = index.called_at(caller, callee), names.get(caller, caller), names.get(callee, callee)
        items.append(
            Item(f"{quoted(at)} {quoted(one)} calls {quoted(other)}", {"at": at, "caller": one, "callee": other})
        )
    facts = {"from": ones[0].qualified_name, "to": others[0].qualified_name, "steps": len(items)}
    names_of = f"{quoted(ones[0].qualified_name)} calls {quoted(others[0].qualified_name)}"
    summary = f"{names_of} in {count(len(items), 'step')}"
    coverage = index.coverage(item.data["at"].rpartition(":")[0] for item in items)
    return ToolAnswer(summary, items, facts=facts, coverage=coverage)


def _way(index: GraphIndex, starts: Sequence[str], ends: Collection[str]) -> list[str]:
    return _shortest(index.needs, starts, ends)


def _shortest(graph: Mapping[str, Sequence[str]], starts: Sequence[str], ends: Collection[str]) -> list[str]:
    far = distances(graph, starts)
    reached = [(far[end][0], end) for end in ends if end in far]
    if not reached:
        return []
    chain = [min(reached)[1]]
    while previous := far[chain[-1]][1]:
        chain.append(previous)
    return chain[::-1]


def _files_of(index: GraphIndex, target: str) -> tuple[list[str], str]:
    """The file that is meant, or those in which the symbol stands that is meant; and what to call it."""
    if file := index.file_or_none(target):
        return [file.path], file.path
    symbols = index.named(target)
    places = index.places([symbol.id for symbol in symbols])
    return list(dict.fromkeys(place.path for place in places)), symbols[0].qualified_name


def impact_of(index: GraphIndex, target: str, limit: int = 30) -> ToolAnswer:
    """What a change of a file or symbol may touch: all that depend on it, the nearest first."""
    starts, name = _files_of(index, target)
    far = distances(index.needed_by, starts)
    touched = sorted((path for path in far if far[path][0]), key=lambda path: (far[path][0], path))
    direct = sum(1 for path in touched if far[path][0] == 1)
    tests = [path for path in touched if is_test(path)]
    compiled = sum(1 for path in touched if posixpath.splitext(path)[1] in COMPILED)
    folders = Counter(path.partition("/")[0] if "/" in path else "." for path in touched).most_common(6)
    items = []
    for path in touched[:limit]:
        steps, before = far[path]
        at = index.at(path, before)
        items.append(
            Item(
                f"{quoted(at)} needs {quoted(before)}" + (f" ({steps} steps away)" if steps > 1 else ""),
                {"at": at, "file": path, "needs": before, "steps": steps},
            )
        )
    notes = [index.unread_users(aspect, starts) for aspect in (Aspect.IMPORTS, Aspect.USES)]
    said = [
        f"a change of {quoted(name)} may touch {count(len(touched), 'file')}",
        f"{direct:,} directly",
        f"{count(len(tests), 'test')} among them",
    ]
    said.append(f"{compiled:,} to compile again{as_far(notes)}")
    summary = ", ".join(said) + (
        ": " + ", ".join(f"{quoted(folder)} {number:,}" for folder, number in folders) if folders else ""
    )
    if name not in starts:
        summary += (
            f"; {quoted(name)} stands in {', '.join(map(quoted, starts[:3]))}{' and more' if len(starts) > 3 else ''}"
        )
    called = {} if name in starts else _callers(index, name)
    if called:
        summary += f"; {called['calls_it']:,} symbols call it, {called['call_it_in_all']:,} through others too"
    facts = {
        "target": name,
        **called,
        "files": len(touched),
        "direct": direct,
        "tests": len(tests),
        "compiled_again": compiled,
        "by_folder": dict(folders),
        "nearest_tests": tests[:5],
    }
    return ToolAnswer(summary, items, total=len(touched), facts=facts, coverage=index.coverage(starts), notes=notes)


def _callers(reader: GraphIndex, name: str) -> dict[str, int]:
    """How many symbols call a symbol, directly and through others, where the graph tells."""
    if not len(reader.uses):
        return {}
    ids = [symbol.id for symbol in reader.named(name)]
    far = distances(reader.callers, ids)
    return {"calls_it": sum(step == 1 for step, _ in far.values()), "call_it_in_all": len(far) - len(ids)}
