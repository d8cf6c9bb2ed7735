"""An impact as text for people, as JSON, and as what runners of tests are given.

Input: an `Impact`, a binary stream. The formats for runners hold tests alone, one argument or more on a line; what they
leave out, and all notes, are for the caller to print elsewhere.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import BinaryIO

from kgraph.escape import log_line, quote
from kgraph.impact.affected import Impact, ReachedNode
from kgraph.wording import count_noun

MAX_ARGUMENTS = 60_000  # characters of names on one line, of which `xargs` takes 128 KiB
TABLE_ROWS = 40  # of tests, and of dependents, that the table shows by default


def write(impact: Impact, form: str, out: BinaryIO, limit: int | None = None) -> None:
    """Write an impact in one of `FORMATS`; `limit` is how many tests, and how many dependents, are written."""
    for line in FORMATS[form](impact, limit):
        out.write(log_line(line).encode("utf-8", "replace") + b"\n")


def summary(impact: Impact) -> str:
    """A sentence on how much is affected."""
    files = {each.path for each in impact.dependents}
    tests = f"{len(impact.tests):,} of {count_noun(impact.total_tests, 'test')}" if impact.tests else "no test"
    known = "" if impact.tests else " is known to be affected"
    reached = f"; {count_noun(len(impact.dependents), 'dependent')} in {count_noun(len(files), 'file')}"
    return f"{count_noun(len(impact.changed), 'thing')} changed: {tests}{known}{'' if impact.tests_only else reached}"


def step_lines(item: ReachedNode) -> list[str]:
    """The path to something, a sentence for each step, from what changed outwards."""
    before, lines = item.start, []
    for step in item.steps:
        at = f"{step.at}: " if step.path else ""
        lines.append(f"{at}{step.node} {step.how} {before}")
        before = step.node
    return lines


def _table(impact: Impact, limit: int | None) -> Iterator[str]:
    most = TABLE_ROWS if limit is None else limit
    yield summary(impact)
    yield ""
    yield "Changed"
    for thing in impact.changed[:most]:
        place = f"{thing.path}:{thing.line}" if thing.line else f"{thing.path} as a whole"
        unsure = "" if thing.certainty == 1 else f" (perhaps: {thing.certainty:.2f})"
        yield f"  {thing.kind.lower()} {thing.name}, {place}{unsure}"
    yield from _more(len(impact.changed), most)
    for title, items in (("Tests", impact.tests), ("Dependents", impact.dependents)):
        if not items:
            continue
        yield ""
        yield title
        for item in items[:most]:
            shared = f" (shares {', '.join(map(quote, item.shared))})" if item.shared else ""
            yield f"  {item.certainty:.2f}  {item.id}{shared}"
            for line in step_lines(item):
                yield f"          {line}"
        yield from _more(len(items), most)
    for note in impact.notes:
        yield f"note: {note}"


def _more(total: int, most: int) -> Iterator[str]:
    if total > most:
        yield f"  … and {total - most:,} more"


def _json(impact: Impact, limit: int | None) -> Iterator[str]:
    value = asdict(impact)
    for name in ("tests", "dependents"):
        value[f"{name}_found"] = len(value[name])
        value[name] = value[name][:limit]
    yield json.dumps(value, ensure_ascii=True)


def _paths(impact: Impact, limit: int | None) -> Iterator[str]:
    items = sorted((*impact.tests, *impact.dependents), key=lambda each: -each.certainty)
    yield from [path for path in dict.fromkeys(each.path for each in items) if path][:limit]


def _select_tests(impact: Impact, runner: str, limit: int | None) -> Sequence[ReachedNode]:
    return [each for each in impact.tests if each.runner == runner][:limit]


def _pytest(impact: Impact, limit: int | None) -> Iterator[str]:
    for test in _select_tests(impact, "pytest", limit):
        yield test.id


def _ctest(impact: Impact, limit: int | None) -> Iterator[str]:
    if names := [re.escape(test.id) for test in _select_tests(impact, "ctest", limit)]:
        yield f"^({'|'.join(names)})$"


def _go(impact: Impact, limit: int | None) -> Iterator[str]:
    packages: dict[str, list[str]] = defaultdict(list)
    for test in _select_tests(impact, "go", limit):
        packages[posixpath.dirname(test.path)].append(re.escape(test.name))
    for folder, names in packages.items():
        for part in _parts(names):
            yield f"-run ^({'|'.join(part)})$ ./{folder}"


def _gradle(impact: Impact, limit: int | None) -> Iterator[str]:
    tasks: dict[str, list[str]] = defaultdict(list)
    for test in _select_tests(impact, "gradle", limit):
        tasks[test.task].append(f"--tests {_quote_for_xargs(test.name)}")
    for task, names in tasks.items():
        for part in _parts(names):
            yield f"{task} {' '.join(part)}"


def _quote_for_xargs(name: str) -> str:
    """A name as `xargs` reads it: Kotlin has names with spaces."""
    if not re.search(r"[\s'\"\\]", name):
        return name
    return "".join(f"'{piece}'" if '"' in piece else f'"{piece}"' for piece in re.findall(r"[^\"]+|\"+", name))


def _parts(names: Sequence[str]) -> Iterator[list[str]]:
    """Names that fit on the line of one command."""
    part: list[str] = []
    for name in names:
        if part and sum(len(each) + 1 for each in part) + len(name) > MAX_ARGUMENTS:
            yield part
            part = []
        part.append(name)
    if part:
        yield part


# Names of formats; `cli.formats` has them too, and a test compares.
FORMATS: dict[str, Callable[[Impact, int | None], Iterator[str]]] = {
    "table": _table,
    "json": _json,
    "paths": _paths,
    "pytest": _pytest,
    "ctest": _ctest,
    "go": _go,
    "gradle": _gradle,
}
RUNNERS = ("pytest", "ctest", "go", "gradle")


def left_out(impact: Impact, form: str) -> str:
    """What a format for a runner does not hold; "" where that is nothing."""
    within = {test.id for test in impact.tests if test.runner == form == "ctest"}
    others = [test for test in impact.tests if test.runner != form and test.task not in within]
    if form not in RUNNERS or not others:
        return ""
    more = " and others" if len(others) > 1 else ""
    verb = "tests are" if len(others) > 1 else "test is"
    return f"{len(others):,} affected {verb} not run by {form}: {quote(others[0].id)}{more}"
