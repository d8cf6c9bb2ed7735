"""What the parts of `rules` hand to each other: rules, what they read, and what they find.

Output: small frozen values. A violation has a key beside its message: what it is known by in a baseline, in which no
line number stands, so that an edit above it does not make it a new one.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl
    import pyoxigraph

    from kgraph.model import Repository


class Severity(StrEnum):
    """How bad it is to break a rule."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as its file states it."""

    name: str
    severity: Severity
    sentence: str  # what should be so
    where: str  # file and line that state it


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a rule is broken."""

    rule: str
    node: str  # id of the file: "file/src/a.h"; "" where no file is to blame
    path: str  # the same for people
    line: int  # from 1; 0 where none is to blame
    message: str
    key: str  # what is wrong, the same wherever it moves within the file


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why a rule is not decided: what it depends on was not analysed in some files."""

    rule: str
    reason: str  # "imports of Java (212 files) were not analysed"
    files: int
    examples: tuple[str, ...] = ()  # paths of some of them

    def __str__(self) -> str:
        some = f", such as {', '.join(self.examples)}" if self.examples else ""
        return f"not decided: {self.reason}{some}"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What a check found, and what its user should know: a pattern that matches nothing, ..."""

    violations: Sequence[Violation]
    notes: Sequence[str] = ()
    undecided: Sequence[Undecided] = ()


@dataclass(frozen=True, slots=True)
class RuleSource:
    """The graph to be checked; its parts are read when they are asked for."""

    repository: Repository
    frame: Callable[[str], pl.DataFrame]
    store: Callable[[], pyoxigraph.Store]


class Check(Protocol):
    """One or more rules that are tried together."""

    @property
    def rules(self) -> tuple[Rule, ...]: ...

    def find(self, source: RuleSource) -> RuleResult: ...


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of all checks, sorted by place."""

    rules: tuple[Rule, ...]
    violations: tuple[Violation, ...]
    fingerprints: tuple[str, ...]  # of the violations, in their order
    known: frozenset[str]  # fingerprints that a baseline excuses
    gone: int  # entries of the baseline that are no violations any more
    notes: tuple[str, ...]
    undecided: tuple[Undecided, ...] = ()  # in the order of the rules

    def severity(self, violation: Violation) -> Severity:
        """That of its rule."""
        return next(rule.severity for rule in self.rules if rule.name == violation.rule)

    def is_known(self, index: int) -> bool:
        """Whether the baseline excuses the violation of this number."""
        return self.fingerprints[index] in self.known

    @property
    def new(self) -> tuple[Violation, ...]:
        """The violations that no baseline excuses."""
        return tuple(each for index, each in enumerate(self.violations) if not self.is_known(index))


def fingerprints(violations: Iterable[Violation]) -> tuple[str, ...]:
    """A name for each violation that an edit elsewhere does not change; equal ones of a file are numbered."""
    seen: Counter[str] = Counter()
    names = []
    for each in violations:
        text = "\0".join((each.rule, each.node, each.key))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        seen[digest] += 1
        names.append(f"{digest}:{seen[digest]}")
    return tuple(names)
