"""A report as SARIF 2.1.0, which code hosts and editors show beside the code.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

Input: a report. Output: one JSON document. Violations that a baseline knows are in it, marked unchanged and suppressed,
so that viewers may count them.
"""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from kgraph.escape import json_line
from kgraph.model import Repository
from kgraph.rules.violations import Report, Rule, Undecided, Violation
from kgraph.version import __version__

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"


def write(report: Report, repository: Repository, out: BinaryIO) -> None:
    """Write the report as one run."""
    numbers = {rule.name: number for number, rule in enumerate(report.rules)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "kgraph",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in report.rules],
            }
        },
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "warning", "message": {"text": _valid(note)}} for note in report.notes
                ],
            }
        ],
        "results": [
            *(_result(each, numbers[each.rule], report, index) for index, each in enumerate(report.violations)),
            *(_open(each, numbers[each.rule]) for each in report.undecided),
        ],
    }
    if repository.origin and repository.revision:
        run["versionControlProvenance"] = [{"repositoryUri": repository.origin, "revisionId": repository.revision}]
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    out.write(json_line(json.dumps(document, indent=1, ensure_ascii=True)).encode() + b"\n")


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": {"text": _valid(rule.sentence or rule.name)},
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": {"statedAt": _valid(rule.where)},
    }


def _result(violation: Violation, number: int, report: Report, index: int) -> dict[str, Any]:
    is_known = report.is_known(index)
    result: dict[str, Any] = {
        "ruleId": violation.rule,
        "ruleIndex": number,
        "level": report.rules[number].severity.value,
        "message": {"text": _valid(violation.message)},
        "partialFingerprints": {"kgraph/v1": report.fingerprints[index]},
        "baselineState": "unchanged" if is_known else "new",
    }
    if is_known:
        result["suppressions"] = [{"kind": "external", "justification": "in the baseline"}]
    if violation.node:
        # A file's id is its path, percent-encoded: a relative URI as it is.
        place: dict[str, Any] = {"artifactLocation": {"uri": violation.node.removeprefix("file/"), "uriBaseId": _ROOT}}
        if violation.line:
            place["region"] = {"startLine": violation.line}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _open(undecided: Undecided, number: int) -> dict[str, Any]:
    """A rule that is not decided: "open", as the standard calls it where there is not enough to decide on."""
    return {
        "ruleId": undecided.rule,
        "ruleIndex": number,
        "kind": "open",
        "level": "none",
        "message": {"text": _valid(str(undecided))},
    }


def _valid(text: str) -> str:
    """Without lone surrogates, which JSON may not hold."""
    return text.encode("utf-8", "replace").decode()
