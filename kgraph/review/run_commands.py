"""How to run the affected tests: a line of shell for each runner that has any.

Input: an impact, and what it was asked for. Output: commands that list the tests again and pass them on.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence

from kgraph.impact import FileEdit, Impact
from kgraph.review.report import ReviewBase, RunCommand

_HANDED = {
    "pytest": "xargs -r -d '\\n' pytest",
    "ctest": "xargs -r -d '\\n' ctest --test-dir build -R",
    "go": "xargs -r -L1 go test",
    "gradle": "xargs -r -L1 gradle",
}
MAX_FILES = 5  # that a command names


def run_commands(impact: Impact, base: ReviewBase, given: Sequence[FileEdit] | None) -> Iterator[RunCommand]:
    """The commands, the runner of most tests first."""
    count = Counter(test.runner for test in impact.tests)
    asked = _quote_arguments(base, given)
    for runner, number in sorted(count.items(), key=lambda each: (-each[1], each[0])):
        if runner in _HANDED:
            yield RunCommand(runner, number, f"{asked} -f {runner} | {_HANDED[runner]}")


def _quote_arguments(base: ReviewBase, given: Sequence[FileEdit] | None) -> str:
    if base.head:  # of which the graph need not be
        return f"git diff -U0 {base.revision[:12]} {base.head[:12]} | kgraph affected --diff -"
    if base.revision:
        return f"kgraph affected --since {base.revision[:12]}"
    if given is not None and len(given) <= MAX_FILES and all(each.whole for each in given):
        return " ".join(["kgraph affected", *(f"--files {shlex.quote(each.path)}" for each in given)])
    return "kgraph affected --diff DIFF"
