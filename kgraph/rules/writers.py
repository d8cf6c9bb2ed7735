"""A report as text, GitHub's annotations, JSON, SARIF or JUnit XML.

Input: a report, and what it is about. Output: bytes on a stream. Each format is a function and a row of `WRITERS`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, BinaryIO

from kgraph.escape import github_data, github_property, json_line, log_line
from kgraph.model import Repository
from kgraph.rules import junit, sarif
from kgraph.rules.violations import Report, Severity

Writer = Callable[[Report, Repository, BinaryIO], None]


def text(report: Report, repository: Repository, out: BinaryIO) -> None:  # noqa: ARG001
    """A line per new violation, in the form that editors know: `file:line: severity: message [rule]`; then one for each
    reason for which a rule is not decided."""
    severities = {rule.name: rule.severity for rule in report.rules}
    for each in report.new:
        place = each.path + (f":{each.line}" if each.line else "") if each.path else "(repository)"
        line = log_line(f"{place}: {severities[each.rule]}: {each.message} [{each.rule}]")
        out.write(line.encode("utf-8", "replace") + b"\n")
    for undecided in report.undecided:
        out.write(log_line(f"(repository): {undecided} [{undecided.rule}]").encode("utf-8", "replace") + b"\n")


def github(report: Report, repository: Repository, out: BinaryIO) -> None:  # noqa: ARG001
    """A workflow command per new violation, which GitHub shows beside the line, and a warning per undecided rule."""
    levels = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
    severities = {rule.name: rule.severity for rule in report.rules}
    for each in report.new:
        properties = {"file": each.path, "line": str(each.line or ""), "title": each.rule}
        told = ",".join(f"{name}={github_property(value)}" for name, value in properties.items() if value)
        line = f"::{levels[severities[each.rule]]} {told}::{github_data(each.message)}\n"
        out.write(line.encode("utf-8", "replace"))
    for undecided in report.undecided:
        line = f"::warning title={github_property(undecided.rule)}::{github_data(str(undecided))}\n"
        out.write(line.encode("utf-8", "replace"))


def as_json(report: Report, repository: Repository, out: BinaryIO) -> None:
    """All there is to know, for programs."""
    severities = {rule.name: rule.severity for rule in report.rules}
    value: dict[str, Any] = {
        "repository": repository.name,
        "revision": repository.revision,
        "rules": [
            {"name": rule.name, "severity": rule.severity, "sentence": rule.sentence, "where": rule.where}
            for rule in report.rules
        ],
        "violations": [
            {
                "rule": each.rule,
                "severity": severities[each.rule],
                "file": each.path or None,
                "line": each.line or None,
                "message": each.message,
                "fingerprint": report.fingerprints[index],
                "known": report.is_known(index),
            }
            for index, each in enumerate(report.violations)
        ],
        "undecided": [
            {"rule": each.rule, "reason": each.reason, "files": each.files, "examples": each.examples}
            for each in report.undecided
        ],
        "gone": report.gone,
        "notes": report.notes,
    }
    out.write(json_line(json.dumps(value, indent=1, ensure_ascii=True)).encode() + b"\n")


WRITERS: dict[str, Writer] = {
    "text": text,
    "github": github,
    "json": as_json,
    "sarif": sarif.write,
    "junit": junit.write,
}
