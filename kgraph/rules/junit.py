"""A report as JUnit XML, which continuous integration shows as tests.

Input: a report. Output: one XML document: a test per rule that holds, and one per violation of one that does not. Those
that a baseline knows are skipped tests, and so is a rule that is not decided. Warnings and notes are no failures: they
pass, and say so.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from kgraph.escape import xml_line
from kgraph.model import Repository
from kgraph.rules.violations import Report, Rule, Severity, Undecided, Violation

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report, repository: Repository, out: BinaryIO) -> None:
    """Write the report as one suite per rule."""
    by_rule: dict[str, list[tuple[int, Violation]]] = defaultdict(list)
    for index, each in enumerate(report.violations):
        by_rule[each.rule].append((index, each))
    suites = []
    total = failed = 0
    for rule in report.rules:
        cases = [_case(rule, each, known=report.is_known(index)) for index, each in by_rule[rule.name]]
        cases += [_render_undecided(rule, each) for each in report.undecided if each.rule == rule.name]
        cases = cases or [f"  <testcase classname={_attribute(rule.name)} name={_attribute(_sentence(rule))}/>\n"]
        failures = sum("<failure" in case for case in cases)
        skipped = sum("<skipped" in case for case in cases)
        suites.append(
            f' <testsuite name={_attribute(rule.name)} tests="{len(cases)}" failures="{failures}" errors="0"'
            f' skipped="{skipped}">\n{"".join(cases)} </testsuite>\n'
        )
        total += len(cases)
        failed += failures
    head = f'<testsuites name={_attribute("kgraph check " + repository.name)} tests="{total}" failures="{failed}">\n'
    out.write(('<?xml version="1.0" encoding="UTF-8"?>\n' + head + "".join(suites) + "</testsuites>\n").encode())


def _case(rule: Rule, violation: Violation, *, known: bool) -> str:
    place = f"{violation.path}:{violation.line}" if violation.line else violation.path
    text = f"{place}: {violation.message}" if place else violation.message
    if known:
        inside = '<skipped message="in the baseline"/>'
    elif rule.severity is Severity.ERROR:
        inside = (
            f"<failure type={_attribute(rule.name)} message={_attribute(violation.message)}>{_text(text)}</failure>"
        )
    else:
        inside = f"<system-out>{_text(f'{rule.severity}: {text}')}</system-out>"
    file = f" file={_attribute(violation.path)}" if violation.path else ""
    line = f' line="{violation.line}"' if violation.line else ""
    names = f"classname={_attribute(rule.name)} name={_attribute(text)}"
    return f"  <testcase {names}{file}{line}>{inside}</testcase>\n"


def _render_undecided(rule: Rule, undecided: Undecided) -> str:
    names = f"classname={_attribute(rule.name)} name={_attribute(_sentence(rule))}"
    return f"  <testcase {names}><skipped message={_attribute(str(undecided))}/></testcase>\n"


def _sentence(rule: Rule) -> str:
    return rule.sentence or rule.name


def _text(text: str) -> str:
    return xml_line(escape(_NO_XML.sub("\ufffd", text)))


def _attribute(text: str) -> str:
    return xml_line(quoteattr(_NO_XML.sub("\ufffd", text)))
