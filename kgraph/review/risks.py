"""Signals of risk, each with what it stands on; none is weighed against another, and there is no score.

Input: the other parts of a review. Output: sentences with places, in a fixed order. The bounds are named here: what is
below them is not worth a reader's time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgraph.escape import quote
from kgraph.review.report import (
    CodeChange,
    DirectiveChange,
    NewCycle,
    RemovedSymbol,
    ReviewRisk,
    SignatureChange,
    SymbolUse,
)
from kgraph.rules import Report

MIN_CALLERS = 20  # functions that call a changed one
MIN_CHURN = 10  # commits of a file in a year
MIN_CHURN_SHARE = 0.95  # of the files of that year that were changed less often
MAX_OF_KIND = 3  # signals of one kind


@dataclass(frozen=True, slots=True)
class RiskEvidence:
    """What signals are drawn from."""

    removed: Sequence[RemovedSymbol]
    signatures: Sequence[SignatureChange]
    code: Sequence[CodeChange]
    directives: Sequence[DirectiveChange]
    cycles: Sequence[NewCycle]
    rules: Report | None
    untested: Sequence[tuple[str, str, int]]  # name, path and line of changed functions that no known test reaches
    functions: int  # changed functions that were looked at for that
    churn: Sequence[tuple[str, int, float]]  # path, commits within a year, share of files changed less often


def signals(evidence: RiskEvidence) -> list[ReviewRisk]:
    """All signals."""
    return [
        *_find_removed(evidence),
        *_signatures(evidence),
        *_structure(evidence),
        *_calls(evidence),
        *_churn(evidence),
    ]


def _find_removed(evidence: RiskEvidence) -> Iterator[ReviewRisk]:
    left = [each for each in evidence.removed if each.left]
    for each in left[:MAX_OF_KIND]:
        what = f"{_public(each.public)}{each.kind.lower()} {quote(each.name)}"
        gone = f"is now called {quote(each.now)}" if each.now else "is gone"
        yield ReviewRisk(
            "removed-api",
            f"{what} {gone}, and {_places(each.left)} in untouched files {_verb(each.left, 'used')} it",
            _format_places([use for use in each.uses if not use.touched]),
        )
    yield from _more("removed-api", left, "symbols that are gone were used in untouched files")


def _signatures(evidence: RiskEvidence) -> Iterator[ReviewRisk]:
    used = sorted(
        (each for each in evidence.signatures if each.untouched and not each.keeps_calls),
        key=lambda each: -each.untouched,
    )
    for each in used[:MAX_OF_KIND]:
        yield ReviewRisk(
            "signature",
            f"{_public(each.public)}{each.kind.lower()} {quote(each.name)} is declared otherwise, and "
            f"{_places(each.untouched)} in untouched files {_verb(each.untouched, 'use')} it",
            _format_places([use for use in each.uses if not use.touched]),
        )
    yield from _more("signature", used, "symbols that are declared otherwise are used in untouched files")


def _structure(evidence: RiskEvidence) -> Iterator[ReviewRisk]:
    broken = [each for each in evidence.directives if each.what == "broken"]
    if broken:
        yield ReviewRisk(
            "broken-include",
            f"{len(broken):,} includes or imports of untouched files lead nowhere now",
            tuple(f"{each.path}:{each.line}" for each in broken[:MAX_OF_KIND]),
        )
    for cycle in evidence.cycles[:MAX_OF_KIND]:
        yield ReviewRisk("cycle", f"a new cycle of {len(cycle.files) - 1:,} files", (f"{cycle.path}:{cycle.line}",))
    yield from _more("cycle", evidence.cycles, "new cycles of files")
    if evidence.rules is not None and evidence.rules.new:
        new = evidence.rules.new
        yield ReviewRisk(
            "violation", f"{len(new):,} new violations of rules" if len(new) > 1 else "a new violation of a rule",
            tuple(f"{each.path}:{each.line}" for each in new[:MAX_OF_KIND] if each.path),
        )  # fmt: skip


def _calls(evidence: RiskEvidence) -> Iterator[ReviewRisk]:
    called = [each for each in evidence.code if each.callers >= MIN_CALLERS]
    for each in called[:MAX_OF_KIND]:
        yield ReviewRisk(
            "fan-in", f"{quote(each.name)} has other code, and {each.callers:,} functions call it",
            (f"{each.path}:{each.line}",),
        )  # fmt: skip
    yield from _more("fan-in", called, f"changed functions have {MIN_CALLERS} callers or more")
    if evidence.untested:
        yield ReviewRisk(
            "untested",
            f"no known test reaches {len(evidence.untested):,} of {evidence.functions:,} changed functions",
            tuple(f"{path}:{line}" for _, path, line in evidence.untested[:MAX_OF_KIND]),
        )


def _churn(evidence: RiskEvidence) -> Iterator[ReviewRisk]:
    often = [row for row in evidence.churn if row[1] >= MIN_CHURN and row[2] >= MIN_CHURN_SHARE]
    for path, commits, share in often[:MAX_OF_KIND]:
        yield ReviewRisk(
            "churn",
            f"{quote(path)} was changed by {commits:,} commits within the last year of history, more than "
            f"{int(share * 100)} % of the files changed in it",
        )
    yield from _more("churn", often, f"touched files were changed by {MIN_CHURN} commits or more in that year")


def _more(kind: str, found: Sequence[object], text: str) -> Iterator[ReviewRisk]:
    if len(found) > MAX_OF_KIND:
        yield ReviewRisk(kind, f"{len(found):,} {text}, the first {MAX_OF_KIND} of which stand above")  # type: ignore[arg-type]


def _public(public: bool) -> str:
    return "public " if public else ""


def _places(number: int) -> str:
    return f"{number:,} places" if number != 1 else "1 place"


def _verb(number: int, verb: str) -> str:
    return f"{verb}s" if number == 1 and verb == "use" else verb


def _format_places(uses: Sequence[SymbolUse]) -> tuple[str, ...]:
    return tuple(f"{use.path}:{use.line}" for use in uses)
