"""`kgraph check`: whether a repository keeps its rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgraph.cli.common import graph_option, open_graph, output_option, progress_bars, stream
from kgraph.cli.exit_codes import FOUND, OK, interruptible
from kgraph.cli.output import say

if TYPE_CHECKING:
    from kgraph.rules import Report

# The names of `kgraph.rules.WRITERS` and `Severity`, which cost too much to import for a choice; a test compares.
FORMATS = ("text", "github", "json", "sarif", "junit")
UNDECIDED = ("fail", "warn", "ignore")
SEVERITIES = ("error", "warning", "note")


@click.command()
@click.argument("rules", nargs=-1, required=True, metavar="RULES...")
@graph_option
@click.option("--build", "build", is_flag=True, help="Update the graph first; -g is then the repository.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
@output_option
@click.option("--baseline", type=click.Path(), metavar="FILE", help="Known violations: only others fail.")
@click.option("--write-baseline", is_flag=True, help="Write all that is found to the baseline's FILE.")
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="error",
    show_default=True,
    help="Lowest severity that makes the exit code 1.",
)
@click.option(
    "--undecided",
    type=click.Choice(UNDECIDED),
    default="fail",
    show_default=True,
    help="What a rule does that is not decided, since files that it is about were not analysed: make the exit code 1, "
    "be reported, or not even that.",
)
@click.option("--list", "listed", is_flag=True, help="List the rules, and check nothing.")
def check(
    rules: tuple[str, ...],
    folder: str,
    build: bool,
    form: str,
    output: str,
    baseline: str | None,
    write_baseline: bool,
    fail_on: str,
    undecided: str,
    listed: bool,
) -> int:
    """Check architecture rules. RULES are files or folders of .toml, .rq (SPARQL) and .ttl (SHACL).

    Exit code 0: no new violation; 1: there are some, or a rule is not decided; 2: a rule is wrong.
    """
    from kgraph.rules import WRITERS, load

    checks = load(rules)
    if listed:
        for rule in (rule for each in checks for rule in each.rules):
            say(f"{rule.name}  {rule.severity}  {rule.where}")
            if rule.sentence:
                say(f"    {rule.sentence}")
        return OK
    if write_baseline and not baseline:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    if build:
        _build(folder)
    with open_graph(folder) as graph:
        known = None if write_baseline or baseline is None else Path(baseline)
        report = interruptible(lambda: graph.check(*checks, baseline=known))
        if undecided == "ignore":
            report = replace(report, undecided=())
        if write_baseline and baseline:
            from kgraph.rules.baseline import text

            with stream(baseline) as out:
                out.write(text(report.violations, report.fingerprints).encode())
        else:
            with stream(output) as out:
                WRITERS[form](report, graph.repository, out)
    if write_baseline:
        say_notes(report)
        say(f"{_count(len(report.violations))} written to {baseline}", err=True)
        return OK
    return conclusion(report, fail_on=fail_on, undecided=undecided, baseline=baseline)


def say_notes(report: Report) -> None:
    """Say what there is to know beside the violations."""
    for note in report.notes:
        say(f"note: {note}", err=True)


def conclusion(report: Report, *, fail_on: str, undecided: str, baseline: str | None) -> int:
    """Say how many rules are broken; the exit code."""
    say_notes(report)
    excused = len(report.violations) - len(report.new)
    say(
        f"{_count(len(report.new))} of {len(report.rules)} {'rule' if len(report.rules) == 1 else 'rules'}"
        + (f", {excused} more known from {baseline}" if excused else "")
        + (f"; {_describe_undecided(report)}" if report.undecided else "")
        + (f"; {report.gone} known there are gone: write it again" if report.gone else ""),
        err=True,
    )
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    severities = {rule.name: rule.severity for rule in report.rules}
    if undecided == "fail" and any(severities[each.rule] in failing for each in report.undecided):
        return FOUND
    return FOUND if any(severities[each.rule] in failing for each in report.new) else OK


def _describe_undecided(report: Report) -> str:
    number = len({each.rule for each in report.undecided})
    return f"{number:,} {'rule is' if number == 1 else 'rules are'} not decided"


def _count(number: int) -> str:
    return "no violation" if number == 0 else f"{number:,} violation{'s' if number > 1 else ''}"


def _build(folder: str) -> None:
    from kgraph import api

    with progress_bars(quiet=False) as progress:
        api.rebuild(folder, progress=progress).close()
