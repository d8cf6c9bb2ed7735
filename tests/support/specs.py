"""Specs: several files in one text, with expectations in comments below the lines that they are about.

    // A call resolves to the overload with as many parameters as there are arguments.
    //- lib.h
    void run(int);
    //   ^ declares Function run(int)
    void run(int, int);
    //- user.cpp
    #include "lib.h"
    //< includes lib.h
    void go() { run(1, 2); }
    //          ^ calls run(int,int) by a function of an enclosing namespace
    //          ^ !calls run(int)

A line `//- PATH` begins a file; `//- LINK -> TARGET` makes a symbolic link. The text above the first file states the
rule in a sentence, followed by settings:

    //: exact VERB ...              every edge of these verbs in the files must be stated
    //: text only: REASON           do not run the spec in the semantic tier
    //: known-wrong: REASON         the text tier is known to fail; `known-wrong semantic` is the same of the other tier
    //: flags FLAG ...              compiler flags
    //: references                  also find what is mentioned, in the text tier

`#` may replace `//` everywhere. Lines with expectations are removed before the files are read, so they cannot change
what is read.

An expectation follows the line of code that it is about. Its `^` points at the column; `//<` points at the start of
the line. It reads

    [TIER] !VERB TARGET  if CONDITION | as ROLES  from SOURCE  by EVIDENCE

where only verb and target are required. `!` states that there is no such edge, and `*` is any target. `[text]` and
`[semantic]` restrict an expectation to one tier. Evidence is checked in the text tier only, since the compiler infers
nothing. A target is named in full or without its parameters, and a file-local one without its file. The kind precedes
the name of what is defined or declared, and the outcome precedes the target of an include that is not in the
repository (`includes missing gone.h`). The reason for a skipped file may be shortened to its beginning. Edges of a file
as a whole (`links`, `needs`, `readAs`, `analysed`, `skipped`, `notes`) may be stated at any of its lines, and edges of
a build's target at the line that makes it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from support.spec_graph import COMPILED, VERBS, Edge, SpecGraph

TIERS = ("text", "semantic")
_FILE = re.compile(r"(//|#)- (\S.*)")
_SETTING = re.compile(r"(?://|#): (exact|text only|known-wrong(?: semantic)?|flags|references)(?::? (.*))?")
_EXPECTATION = re.compile(r"\s*(//|#)(?:<|\s*\^) (.*)")
_STATEMENT = re.compile(
    r"(?:\[(?P<tier>\w+)\] )?(?P<absent>!)?(?P<verb>\w+) (?P<target>.+?)"
    r"(?: (?:if|as) (?P<detail>.+?))?(?: from (?P<source>.+?))?(?: by (?P<evidence>.+))?"
)


class SpecError(Exception):
    """A spec that is malformed, or that checks nothing."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One statement of a spec."""

    at: int  # index of its line in the spec
    column: int  # index of the character of the code that it points at
    file: str
    line: int  # of the file, from 1
    text: str  # the statement as it stands there
    tier: str  # "" for both
    absent: bool
    verb: str
    target: str
    detail: str
    source: str
    evidence: str

    def matches(self, edge: Edge, tier: str) -> bool:
        return (
            (edge.file, edge.verb) == (self.file, self.verb)
            and edge.line in (0, self.line)
            and (self.target == "*" or self.target in edge.names)
            and self.detail in ("", edge.detail)
            and (not self.source or self.source in edge.sources)
            and (tier != "text" or self.evidence in ("", edge.evidence))
        )


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec as read."""

    lines: Sequence[str]
    rule: str
    files: dict[str, list[int]]  # of each file, the indexes of its lines
    links: dict[str, str]
    markers: dict[str, str]  # of each file, what its comments begin with
    expectations: Sequence[Expectation]
    settings: dict[str, str]

    @property
    def tiers(self) -> tuple[str, ...]:
        compiles = "text only" not in self.settings and any(Path(file).suffix in COMPILED for file in self.files)
        return TIERS if compiles else TIERS[:1]

    @property
    def exact(self) -> tuple[str, ...]:
        return tuple(self.settings.get("exact", "").split())

    def known_wrong(self, tier: str) -> str:
        """Why the graph is known to say otherwise in a tier; "" where it does not."""
        return self.settings.get("known-wrong" if tier == "text" else f"known-wrong {tier}", "")

    def of(self, tier: str) -> list[Expectation]:
        return [each for each in self.expectations if each.tier in ("", tier)]

    def write(self, root: Path) -> None:
        """The files, below a folder."""
        for path, numbers in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text("".join(self.lines[number] + "\n" for number in numbers))
        for path, target in self.links.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).symlink_to(target)


def parse(text: str) -> Spec:
    """A spec; `SpecError` where it is none."""
    lines = text.splitlines()
    spec = Spec(lines, "", {}, {}, {}, [], {})
    rule: list[str] = []
    expectations: list[Expectation] = []
    file = ""
    for at, line in enumerate(lines):
        if header := _FILE.fullmatch(line):
            file, _, target = header[2].partition(" -> ")
            spec.markers[file] = header[1]
            if file in spec.files or file in spec.links:
                raise SpecError(f"line {at + 1}: {file} begins twice")
            if target:
                spec.links[file] = target
            else:
                spec.files[file] = []
        elif not file:
            if setting := _SETTING.fullmatch(line):
                spec.settings[setting[1]] = setting[2] or ""
            else:
                rule.append(line.lstrip("/# "))
        elif expectation := _EXPECTATION.fullmatch(line):
            if not spec.files.get(file):
                raise SpecError(f"line {at + 1}: no line of code precedes it")
            numbers = spec.files[file]
            expectations.append(_expectation(at, expectation[2], file, len(numbers), line, lines[numbers[-1]]))
        else:
            spec.files.setdefault(file, []).append(at)
    made = replace(spec, rule=" ".join(rule).strip(), expectations=expectations)
    if not made.rule.endswith("."):
        raise SpecError("a sentence above the first file must state the rule")
    if not expectations and not made.exact:
        raise SpecError("no expectations")
    if wrong := set(made.exact) - set(VERBS):
        raise SpecError(f"no such verb: {', '.join(sorted(wrong))}; there are {', '.join(VERBS)}")
    return made


def _expectation(at: int, text: str, file: str, line: int, comment: str, code: str) -> Expectation:
    match = _STATEMENT.fullmatch(text)
    if not match:
        raise SpecError(f"line {at + 1}: {text!r} is not an expectation")
    if match["verb"] not in VERBS:
        raise SpecError(f"line {at + 1}: no such verb: {match['verb']}; there are {', '.join(VERBS)}")
    if match["tier"] not in (None, *TIERS):
        raise SpecError(f"line {at + 1}: no such tier: {match['tier']}; there are {', '.join(TIERS)}")
    front = comment[: len(comment) - len(text)]
    column = front.index("^") if "^" in front else len(code) - len(code.lstrip())
    if not code[column : column + 1].strip():
        raise SpecError(f"line {at + 1}: column {column + 1} of the line above is empty")
    parts = {name: value or "" for name, value in match.groupdict().items()}
    return Expectation(at, column, file, line, text, **{**parts, "absent": bool(parts["absent"])})  # type: ignore[arg-type]


# --- checking -------------------------------------------------------------------------------------------------------


def problems(spec: Spec, graph: SpecGraph, tier: str) -> list[str]:
    """Where the graph differs from the spec, with file, line, column and the edges that it has instead."""
    wrong = [
        _shown(spec, each.file, each.line, each.column, each.text, why, graph, tier)
        for each in spec.of(tier)
        if (why := fault(each, graph, tier))
    ]
    lacking = [
        _shown(spec, edge.file, *place(spec, edge), statement(edge), "is not stated", graph, tier)
        for edge in unstated(spec, graph, tier)
    ]
    return wrong + lacking


def fault(each: Expectation, graph: SpecGraph, tier: str) -> str:
    """Why an expectation does not hold; "" where it does."""
    is_there = any(each.matches(edge, tier) for edge in graph.edges)
    if not each.absent:
        return "" if is_there else "is not in the graph"
    if is_there:
        return "is in the graph"
    outcome, _, rest = each.target.partition(" ")
    known = (
        each.target in graph.names
        or each.target == "*"
        or each.verb in ("defines", "declares")  # absent is what has such a name
        or (outcome in ("missing", "external", "ambiguous", "generated") and rest)
    )
    return "" if known else "names nothing that is in the graph"


def unstated(spec: Spec, graph: SpecGraph, tier: str) -> list[Edge]:
    """The edges of the `exact` verbs that no expectation states; empty files have no line to state them at."""
    stated = [each for each in spec.of(tier) if not each.absent]
    wanted = [edge for edge in graph.edges if edge.verb in spec.exact and spec.files.get(edge.file)]
    return [edge for edge in wanted if not any(each.matches(edge, tier) for each in stated)]


def _shown(spec: Spec, file: str, line: int, column: int, text: str, why: str, graph: SpecGraph, tier: str) -> str:
    number = spec.files[file][line - 1]
    margin = f"{number + 1:>5} | "
    verb = text.split("] ")[-1].lstrip("!").split()[0]
    instead = [f"    + {statement(e)}" for e in graph.edges if (e.file, e.verb) == (file, verb) and e.line in (0, line)]
    return "\n".join(
        [
            f"{file}:{line}:{column + 1}, in the {tier} tier: {why}",
            margin + spec.lines[number],
            " " * (len(margin) + column) + f"^ {text}",
            *(["the graph has there:", *instead] if instead else ["the graph has no such edge there"]),
        ]
    )


def statement(edge: Edge, tier: str = "") -> str:
    """An edge as a spec states it."""
    parts = [f"[{tier}] " if tier else "", f"{edge.verb} {edge.target}"]
    if edge.detail:
        parts.append(f" {'if' if edge.verb in ('includes', 'imports') else 'as'} {edge.detail}")
    if edge.verb == "binds":
        parts.append(f" from {edge.source}")
    if edge.evidence:
        parts.append(f" by {edge.evidence}")
    return "".join(parts)


def place(spec: Spec, edge: Edge, otherwise: int = 0) -> tuple[int, int]:
    """The line and column where an edge is stated: where the last name of its target is spelled.

    An edge of a file as a whole is stated at the first line that spells the name.
    """
    if edge.verb in ("links", "includes", "imports"):
        name = edge.target.rstrip("/").rpartition("/")[2]
    else:
        name = re.split(r"\W+", edge.target.partition("(")[0].partition("@")[0])[-1]
    spelled = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if name else None
    numbers = spec.files[edge.file]
    lines = [edge.line] if edge.line else range(1, len(numbers) + 1)
    for line in lines if spelled else ():
        if found := spelled.search(spec.lines[numbers[line - 1]]):
            return line, found.start()
    code = spec.lines[numbers[lines[0] - 1]]
    column = otherwise if code[otherwise : otherwise + 1].strip() else len(code) - len(code.lstrip())
    return lines[0], column
