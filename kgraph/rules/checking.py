"""Load rules, and check a graph by them.

Input: files of rules or folders of them, and a `RuleSource`. Output: `Check`s, and a `Report`. A rule is a check that
takes a graph and gives violations; each language of rules is a module and a row of `LANGUAGES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from pathlib import Path

from kgraph.errors import InputError
from kgraph.rules import baseline, toml_rules
from kgraph.rules.violations import Check, Report, Rule, RuleSource, Undecided, Violation, fingerprints


def _queries(text: str, where: str) -> list[Check]:
    from kgraph.rules import sparql

    return sparql.parse(text, where)


def _shapes(text: str, where: str) -> list[Check]:
    from kgraph.rules import shapes

    return shapes.parse(text, where)


LANGUAGES: dict[str, Callable[[str, str], list[Check]]] = {".toml": toml_rules.parse, ".rq": _queries, ".ttl": _shapes}


def load(paths: Iterable[str | PathLike[str]]) -> list[Check]:
    """The rules in files and folders; `InputError` where one is wrong, with its line."""
    checks: list[Check] = []
    for path in map(Path, paths):
        for file in _files(path):
            checks += LANGUAGES[file.suffix](_text(file), str(file))
    seen: dict[str, str] = {}
    for rule in (rule for check in checks for rule in check.rules):
        if rule.name in seen:
            raise InputError(f"there is a rule {rule.name!r} already, at {seen[rule.name]}", where=rule.where)
        seen[rule.name] = rule.where
    return checks


def _files(path: Path) -> Sequence[Path]:
    kinds = ", ".join(LANGUAGES)
    if path.is_dir():
        found = sorted(file for file in path.iterdir() if file.suffix in LANGUAGES and file.is_file())
        if not found:
            raise InputError("there are no rules here", where=str(path), hint=f"rules are files that end in {kinds}")
        return found
    if path.suffix not in LANGUAGES:
        raise InputError("not a file of rules", where=str(path), hint=f"rules are files that end in {kinds}")
    return [path]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise InputError("there is no such file", where=str(path)) from None
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(f"not a text in UTF-8 (byte {error.start})", where=str(path)) from error


def check(checks: Iterable[Check], source: RuleSource, baseline_file: Path | None = None) -> Report:
    """Try rules on a graph; `baseline_file` is the file of a baseline."""
    rules: list[Rule] = []
    violations: list[Violation] = []
    notes: list[str] = []
    undecided: list[Undecided] = []
    for each in checks:
        outcome = each.find(source)
        rules += each.rules
        violations += outcome.violations
        notes += dict.fromkeys(outcome.notes)
        undecided += dict.fromkeys(outcome.undecided)
    ordered = tuple(sorted(set(violations), key=lambda v: (v.path, v.node, v.line, v.rule, v.message, v.key)))
    names = fingerprints(ordered)
    excused = baseline.read(baseline_file) if baseline_file else frozenset()
    return Report(tuple(rules), ordered, names, excused, len(excused - set(names)), tuple(notes), tuple(undecided))
