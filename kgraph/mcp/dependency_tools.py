"""The tools that walk: from one file or symbol to another, and to all that a change may touch.

Input: a `GraphIndex` and arguments. Output: a `ToolAnswer`.

Searches are breadth first over lists in order of path, so that of several shortest paths the same one is always given.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kgraph.coverage import Aspect, describe_use_by_path, note_unfollowed
from kgraph.escape import quote
from kgraph.mcp.answer import Item, ToolAnswer, as_far
from kgraph.mcp.graph_index import GraphIndex, IndexedFile
from kgraph.mcp.path_mentions import mentions
from kgraph.mcp.target_tools import impact_of_targets
from kgraph.mcp.use_graph import OVERRIDE, VERBS, UseStep, distances, shortest
from kgraph.model import Kind
from kgraph.relate.file_names import is_test
from kgraph.wording import count_noun

COMPILED = frozenset({".c", ".cc", ".cpp", ".cxx", ".cu", ".m", ".mm"})


@dataclass(frozen=True, slots=True)
class _End:
    """A file or symbol that a question names: what it is called, the files in which it stands, and its ids."""

    name: str
    file: IndexedFile | None
    files: Sequence[str]
    ids: Sequence[str]  # of a symbol with its constructors; of a file with what it defines

    @property
    def shown(self) -> str:
        return quote(self.name)

    @property
    def as_file(self) -> str:
        return self.shown if self.file else f"the file of {self.shown}"


def _end(index: GraphIndex, target: str) -> _End:
    if file := index.file_or_none(target):
        return _End(file.path, file, [file.path], index.use_graph.list_defined(file.id))
    symbols = index.find_symbols(target)
    ids = [symbol.id for symbol in symbols]
    files = list(dict.fromkeys(place.path for place in index.places(ids)))
    return _End(symbols[0].qualified_name, None, files, [*ids, *index.constructors(ids)])


def path_between(index: GraphIndex, source: str, target: str) -> ToolAnswer:
    """The shortest way from one file or symbol to another: by calls between two symbols, else by what files include,
    import and use, in either direction."""
    one, other = _end(index, source), _end(index, target)
    facts = {"from": one.name, "to": other.name}
    are_symbols = one.file is None and other.file is None
    if are_symbols and (answer := _find_use_path(index, one, other, "", facts)):
        return answer
    if shared := sorted(set(one.files) & set(other.files)):
        known = "; no call or reference from the one to the other is known" if are_symbols else ""
        return ToolAnswer(
            f"{one.shown} and {other.shown} stand in the same file, {quote(shared[0])}{known}",
            facts=facts,
            coverage=index.coverage(shared),
        )
    for first, last, words in ((one, other, ""), (other, one, "not that way, but ")):
        if path_found := shortest(index.needs, first.files, last.files):
            return _file_way(index, path_found, f"{words}{first.as_file} reaches {last.as_file}", facts)
        if answer := _find_use_path(index, first, last, words, facts):
            return answer
    notes = [index.unread_behind(aspect, (*one.files, *other.files)) for aspect in (Aspect.IMPORTS, Aspect.USES)]
    notes += [describe_use_by_path(index.files[path].language) for path in (*one.files, *other.files)]
    return ToolAnswer(
        f"no way by calls, references, includes and imports is known between {one.shown} and {other.shown}"
        f"{as_far(notes)}",
        facts=facts,
        coverage=index.coverage((*one.files, *other.files)),
        notes=list(dict.fromkeys(notes)),
    )


def _file_way(index: GraphIndex, path_found: Sequence[str], words: str, facts: dict[str, str]) -> ToolAnswer:
    items = []
    for path, following in pairwise(path_found):
        at = index.format_place(path, following)
        items.append(Item(f"{quote(at)} needs {quote(following)}", {"at": at, "file": path, "needs": following}))
    return ToolAnswer(
        f"{words} in {count_noun(len(items), 'step')}",
        items,
        facts={**facts, "steps": len(items)},
        coverage=index.coverage(path_found),
    )


def _find_use_path(index: GraphIndex, one: _End, other: _End, words: str, facts: dict[str, str]) -> ToolAnswer | None:
    """The shortest chain of uses, if there is one."""
    if not len(index.uses):
        return None
    steps = index.use_graph.find_path(one.ids, other.ids)
    if not steps:
        return None
    names = index.names_of({node for step in steps for node in (step.user, step.used)})
    items = [_step_item(index, step, names) for step in steps]
    called = all(step.kind == "Call" for step in steps) and one.file is None and other.file is None
    verb = "calls" if called else "reaches"
    how = "" if called else ", by what symbols use"
    summary = f"{words}{one.shown} {verb} {other.shown} in {count_noun(len(items), 'step')}{how}"
    coverage = index.coverage(index.paths[step.file] for step in steps if step.file in index.paths)
    return ToolAnswer(summary, items, facts={**facts, "steps": len(items)}, coverage=coverage)


def _step_item(index: GraphIndex, step: UseStep, names: dict[str, str]) -> Item:
    user, used = names.get(step.user, step.user), names.get(step.used, step.used)
    if step.kind == OVERRIDE:
        text = f"a call of {quote(user)} may run {quote(used)}, which overrides or implements it"
        return Item(text, {"at": "", "caller": user, "callee": used, "how": "may run"})
    at = place(index, step)
    verb = "stands for" if step.kind == "Binding" else VERBS.get(step.kind, "refers to")
    return Item(
        f"{quote(at)} {quote(user)} {verb} {quote(used)}", {"at": at, "caller": user, "callee": used, "how": verb}
    )


def place(index: GraphIndex, step: UseStep) -> str:
    """`file:line` of a step."""
    return f"{index.paths.get(step.file, step.file)}:{step.line}"


# --- what a change may touch ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Touched:
    """A file that a change may touch, and why."""

    path: str
    steps: int
    item: Item


def impact_of(index: GraphIndex, target: str, limit: int = 30) -> ToolAnswer:
    """What a change of a file or symbol may touch: all that depend on it, the nearest first; of a symbol first what
    uses it."""
    end = _end(index, target)
    if end.file is None and {symbol.kind for symbol in index.find_symbols(target)} <= {str(Kind.TARGET)}:
        return impact_of_targets(index, end.name, index.find_symbols(target), limit)
    # Who includes or imports a file stands for who uses what it defines.
    is_led_to = end.file is not None and index.is_stated(end.name)
    by_use = _find_touched_by_use(index, end) if len(index.uses) and not is_led_to else []
    by_need = _find_touched_by_need(index, dict.fromkeys(end.files, 0) | {each.path: each.steps for each in by_use})
    merged = {each.path: each for each in (by_need if end.file else by_use)}
    for each in by_use if end.file else by_need:
        merged.setdefault(each.path, each)
    touched = list(merged.values())
    if end.file:
        touched.sort(key=lambda each: (each.steps, each.path))
    tests = [each.path for each in touched if is_test(each.path)]
    compiled = sum(1 for each in touched if posixpath.splitext(each.path)[1] in COMPILED)
    folders = Counter(each.path.partition("/")[0] if "/" in each.path else "." for each in touched).most_common(6)
    notes = [index.unread_users(aspect, end.files) for aspect in (Aspect.IMPORTS, Aspect.USES)]
    notes.append(note_unfollowed(index.unresolved_calls(end.ids)))
    if not any(notes):
        notes += dict.fromkeys(describe_use_by_path(index.files[path].language) for path in end.files)
    items = [each.item for each in touched[:limit]]
    said = [
        f"a change of {end.shown} may touch {count_noun(len(touched), 'file')}",
        f"{sum(1 for each in touched if each.steps == 1):,} directly",
        f"{count_noun(len(tests), 'test')} among them",
        f"{compiled:,} to compile again{as_far(notes)}",
    ]
    summary = ", ".join(said)
    if folders:
        summary += ": " + ", ".join(f"{quote(folder)} {number:,}" for folder, number in folders)
    facts: dict[str, Any] = {"target": end.name}
    if end.file is None:
        summary += f"; {end.shown} stands in {', '.join(map(quote, end.files[:3]))}"
        summary += " and more" if len(end.files) > 3 else ""
        users = _users(index, end)
        facts |= users
        if users:
            summary += (
                f"; {count_noun(users['used_by'], 'symbol')} of {users['used_by_in_all']:,} that use it do so directly"
            )
    elif not touched:
        named, note = mentions(index, end.file)
        items = named[:limit]
        notes.append(note)
        summary += (
            f"; {count_noun(len(named), 'file')} {'names' if len(named) == 1 else 'name'} its path" if named else ""
        )
    return ToolAnswer(
        summary,
        items,
        total=max(len(touched), len(items)),
        facts={
            **facts,
            "files": len(touched),
            "direct": sum(1 for each in touched if each.steps == 1),
            "tests": len(tests),
            "compiled_again": compiled,
            "by_folder": dict(folders),
            "nearest_tests": tests[:5],
        },
        coverage=index.coverage(end.files),
        notes=notes,
    )


def _find_touched_by_use(index: GraphIndex, end: _End) -> list[_Touched]:
    """Files in which something uses the target, directly or through other symbols, the nearest first."""
    own = set(end.files) if end.file else set()
    used = index.use_graph.files_behind(end.ids)
    names = index.names_of({node for _, step in used.values() for node in (step.user, step.used)})
    found = []
    for file, (steps, step) in used.items():
        path = index.paths.get(file, "")
        if path and path not in own:
            item = _step_item(index, step, names)
            far = f" ({steps} steps away)" if steps > 1 else ""
            data = {"at": item.data["at"], "file": path, "uses": item.data["callee"], "steps": steps}
            found.append(_Touched(path, steps, Item(item.line + far, data)))
    return sorted(found, key=lambda each: (each.steps, each.path))


def _find_touched_by_need(index: GraphIndex, starts: Mapping[str, int]) -> list[_Touched]:
    """Files that include, import or need some files, which are so many steps away, directly or through others."""
    found = []
    for path, (steps, before) in distances(index.needed_by, starts).items():
        if path not in starts:
            at = index.format_place(path, before)
            text = f"{quote(at)} needs {quote(before)}" + (f" ({steps} steps away)" if steps > 1 else "")
            found.append(_Touched(path, steps, Item(text, {"at": at, "file": path, "needs": before, "steps": steps})))
    return sorted(found, key=lambda each: (each.steps, each.path))


def _users(index: GraphIndex, end: _End) -> dict[str, int]:
    """How many symbols use a symbol, directly and through others, where the graph tells."""
    if not len(index.uses):
        return {}
    far = distances(index.use_graph.users, dict.fromkeys(end.ids, 0))
    return {"used_by": sum(step == 1 for step, _ in far.values()), "used_by_in_all": len(far) - len(end.ids)}
