"""The tools about changes and issues: what a change may break, what a text is about.

Input: a `GraphIndex` and arguments. Output: a `ToolAnswer`.
"""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.errors import QueryError
from kgraph.escape import quote
from kgraph.impact import ReachedNode, changes_of_paths, parse
from kgraph.impact.writers import summary
from kgraph.locate import MatchReason
from kgraph.locate.writers import summary as located_summary
from kgraph.mcp.answer import Item, ToolAnswer, as_far
from kgraph.mcp.dependency_tools import impact_of
from kgraph.mcp.graph_index import GraphIndex
from kgraph.review.sections import UNKNOWN, SourceName, sections
from kgraph.review.sections import summary as review_summary

MAX_FILES_TO_BUILD = 2_000  # of a graph whose base is built while a client waits
NEAREST = 5  # steps of a path that a line shows; the data have all


def affected(
    index: GraphIndex,
    target: str = "",
    since: str = "",
    files: Sequence[str] = (),
    diff: str = "",
    limit: int = 30,
) -> ToolAnswer:
    """What a change may break: of a target the files that need it; of a change the tests that it reaches."""
    if sum(map(bool, (target, since, files, diff))) != 1:
        raise QueryError("give one of target, since, files and diff", hint='since="HEAD" is what is not committed yet')
    if target:
        return impact_of(index, target, limit)
    known = [index.file(path).path for path in files]
    changes = since or (changes_of_paths(known) if known else parse(diff.encode("utf-8", "surrogateescape")))
    impact = index.graph.affected(changes)
    half = max(1, limit // 2) if impact.dependents and impact.tests else limit
    chosen = [*impact.tests[: limit - min(half, len(impact.dependents))]]
    chosen += impact.dependents[: limit - len(chosen)]
    changed = [thing.path for thing in impact.changed]
    return ToolAnswer(
        summary(impact) + as_far(impact.notes),
        [_item(each) for each in chosen],
        total=len(impact.tests) + len(impact.dependents),
        facts={
            "tests": len(impact.tests),
            "tests_in_all": impact.total_tests,
            "dependents": len(impact.dependents),
            "changed": [f"{thing.name} ({thing.path}:{thing.line})" for thing in impact.changed[:limit]],
            "unknown": list(impact.unknown),
        },
        coverage=index.coverage(changed),
        notes=impact.notes,
    )


def review(index: GraphIndex, since: str = "", to: str = "", limit: int = 30) -> ToolAnswer:
    """A report on a change: what it means, what it may break, new violations, and what is not known."""
    small = index.graph.manifest["counts"]["files"] <= MAX_FILES_TO_BUILD
    found = index.graph.review(since, to=to, build=small)
    shown = list(sections(found))
    share = max(1, limit // max(1, len(shown)))
    items = [
        Item(f"{section.title}: {_spoken(line)}", {"section": section.title, "text": _spoken(line)})
        for section in shown
        if section.title != UNKNOWN
        for line in list(section.lines)[:share]
    ]
    return ToolAnswer(
        f"{review_summary(found)}{as_far(found.unknown)}",
        items,
        total=sum(len(section.lines) for section in shown if section.title != UNKNOWN),
        facts={
            "base": found.base.name,
            "base_revision": found.base.revision,
            "base_built": found.base.built,
            "sections": {section.title: section.summary for section in shown},
        },
        coverage=index.coverage([each.path for each in found.files]),
        notes=found.unknown,
        more="`kgraph review -f json` has all",
    )


def _spoken(line: Sequence[str]) -> str:
    """A line of a review with the names of the repository in quotes, where they are no plain words."""
    return "".join(quote(each) if isinstance(each, SourceName) else each for each in line)


def locate(index: GraphIndex, text: str, limit: int = 10) -> ToolAnswer:
    """The files and symbols that a text is about, and what stands beside the first files."""
    found = index.graph.locate(text, limit=limit)
    items = [
        Item(
            f"{each.score:.2f} {quote(each.path)}: {_reasons(each.reasons)}",
            {"path": each.path, "score": each.score, "reasons": _reason_data(each.reasons)},
        )
        for each in found.files
    ]
    items += [
        Item(
            f"{each.score:.2f} {each.kind.lower()} {quote(each.name)}: {_reasons(each.reasons)}",
            {"name": each.name, "kind": each.kind, "at": each.at, "score": each.score,
             "reasons": _reason_data(each.reasons)},
        )
        for each in found.symbols[: max(1, limit // 2)]
    ]  # fmt: skip
    items += [
        Item(
            f"beside: {quote(each.of)} {each.how} {quote(each.path)} {each.at and quote(each.at)}".rstrip(),
            {"path": each.path, "of": each.of, "how": each.how, "at": each.at, "reason": each.reason},
        )
        for each in found.beside
    ]
    paths = [each.path for each in found.files]
    return ToolAnswer(
        located_summary(found),
        items,
        facts={"files": found.found, "likeliest": paths},
        coverage=index.coverage(paths),
        notes=found.notes,
    )


def _reasons(reasons: Sequence[MatchReason]) -> str:
    return "; ".join(f"{quote(each.at)} {each.text}" for each in reasons[:NEAREST])


def _reason_data(reasons: Sequence[MatchReason]) -> list[dict[str, str]]:
    return [{"why": each.text, "at": each.at} for each in reasons[:NEAREST]]


def _item(item: ReachedNode) -> Item:
    before, said = item.start, []
    for step in item.steps:
        said.append(f"{quote(step.at)} {quote(step.node)} {step.how} {quote(before)}")
        before = step.node
    cut = f" … {len(said) - NEAREST} steps … " if len(said) > NEAREST else ""
    way = "; ".join(said) if not cut else "; ".join(said[:2]) + cut + "; ".join(said[2 - NEAREST :])
    at = f"{item.path}:{item.line}" if item.line else item.path
    test = "test " if item.runner else ""
    steps = [{"node": each.node, "how": each.how, "at": each.at, "certainty": each.certainty} for each in item.steps]
    return Item(
        f"{item.certainty:.2f} {test}{quote(item.id)}: {way}",
        {"id": item.id, "at": at, "certainty": item.certainty, "is_test": bool(item.runner), "from": item.start,
         "steps": steps},
    )  # fmt: skip
