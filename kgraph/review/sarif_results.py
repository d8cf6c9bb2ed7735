"""The findings of a review as violations of rules, so that they are written as those of `kgraph check` are.

Input: a `Review`. Output: a `Report` with its violations, and more for what is gone and used, declared otherwise and
used, broken includes and new cycles. Their levels are warnings and notes: what a project forbids is for its rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kgraph.review.report import Review
from kgraph.rules import Report, Rule, Severity, Violation
from kgraph.rules.violations import fingerprints
from kgraph.vocab.iri import file_id

_WHERE = "kgraph review"
RULES = (
    Rule("review.removed-api", Severity.WARNING, "What is used in untouched files is not removed or renamed.", _WHERE),
    Rule("review.signature", Severity.NOTE, "What is used in untouched files is not declared otherwise.", _WHERE),
    Rule("review.broken-include", Severity.WARNING, "Includes of untouched files go on leading somewhere.", _WHERE),
    Rule("review.cycle", Severity.WARNING, "No file comes to depend on itself through others.", _WHERE),
)  # fmt: skip


def report_of(review: Review) -> Report:
    """The report, with the findings of the review behind the violations of rules."""
    given = review.rules or Report((), (), (), frozenset(), 0, ())
    found = tuple(dict.fromkeys(_findings(review)))
    return replace(
        given,
        rules=(*given.rules, *RULES),
        violations=(*given.violations, *found),
        fingerprints=(*given.fingerprints, *fingerprints(found)),
        notes=(*given.notes, *(note for note in review.unknown if note not in given.notes)),
    )


def _findings(review: Review) -> Iterator[Violation]:
    for gone in review.removed:
        for use in gone.uses[: gone.left]:
            now = f"is now called {gone.now}" if gone.now else "is gone"
            yield _violation("removed-api", use.path, use.line, f"{gone.kind.lower()} {gone.name}, used here, {now}")
    for changed in review.signatures:
        if changed.untouched:
            said = f"{changed.name} is declared otherwise, and used at {changed.untouched:,} places in untouched files"
            yield _violation("signature", changed.path, changed.line, said, changed.name)
    for each in review.directives:
        if each.what == "broken":
            yield _violation("broken-include", each.path, each.line, f"{each.spelling} leads nowhere now")
    for cycle in review.cycles:
        way = " → ".join(cycle.files)
        yield _violation("cycle", cycle.path, cycle.line, f"a new cycle: {way}", way)


def _violation(rule: str, path: str, line: int, message: str, key: str = "") -> Violation:
    return Violation(f"review.{rule}", file_id(path), path, line, message, key or message)
