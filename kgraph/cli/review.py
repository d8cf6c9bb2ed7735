"""`kgraph review`: one report on a change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgraph.cli.common import graph_option, open_graph, output_option, progress_bars, read_diff, stream
from kgraph.cli.exit_codes import FOUND, OK, interruptible
from kgraph.cli.formats import REVIEW_FORMATS
from kgraph.cli.output import say

if TYPE_CHECKING:
    from kgraph.review import Review

FAILURES = ("violations", "undecided", "removed-api", "used-removed-api", "cycles", "broken-includes", "unbuilt-base")


@click.command()
@click.option("--since", metavar="REV", default="", help="The base; the change is the one since its merge base with the commit here. [default: the origin's default branch, or else main or master]")  # fmt: skip  # noqa: E501
@click.option("--to", metavar="REV", default="", help="The end of the change, instead of the working tree.")
@click.option("--files", multiple=True, metavar="FILE", help="A file, all of which changed; may be given again.")
@click.option("--diff", "patch", metavar="FILE", help="A unified diff; - reads standard input.")
@click.option("--root", metavar="DIR", help="The repository. [default: the one around the graph]")
@graph_option
@click.option("--build", "build", is_flag=True, help="Update the graph first; -g is then the repository.")
@click.option("--rules", multiple=True, metavar="RULES", help="Files or folders of rules, as for check. [default: rules.toml at the root, if it is there]")  # fmt: skip  # noqa: E501
@click.option("--baseline", type=click.Path(), metavar="FILE", help="Known violations, as for check.")
@click.option("-f", "--format", "form", type=click.Choice(REVIEW_FORMATS), default="text", show_default=True, help="md: a comment of at most 60 lines.")  # fmt: skip  # noqa: E501
@click.option("--at-least", type=click.FloatRange(0, 1), default=0.0, metavar="C", help="Leave out dependents and tests that are less certain.")  # fmt: skip  # noqa: E501
@click.option("-n", "--limit", type=click.IntRange(min=0), metavar="N", help="At most N lines in each section.")
@click.option("--fail-on", multiple=True, type=click.Choice(FAILURES), help="End with 1 if there is any; may be given again.")  # fmt: skip  # noqa: E501
@output_option
def review(
    since: str,
    to: str,
    files: tuple[str, ...],
    patch: str | None,
    root: str | None,
    folder: str,
    build: bool,
    rules: tuple[str, ...],
    baseline: str | None,
    form: str,
    at_least: float,
    limit: int | None,
    fail_on: tuple[str, ...],
    output: str,
) -> int:
    """Report on a change: what it means, what it may break, new violations, and what is not known.

    \b
      kgraph review --since main
      kgraph review -f md -o comment.md --fail-on violations
      kgraph review --since v1.0 --to v1.1
      git diff | kgraph review --diff -

    Build the graph after the change, or give --build. The base is read from git: nothing is checked out.
    """
    if sum((bool(since or to), bool(files), patch is not None)) > 1:
        raise click.UsageError("give one of --since, --files and --diff")
    if build:
        _build(folder)
    with open_graph(folder) as graph:
        from kgraph import impact as impacts
        from kgraph.review import ReviewRequest, write

        changes = (
            impacts.parse(read_diff(patch)) if patch is not None else impacts.changes_of_paths(files) if files else None
        )
        request = ReviewRequest(
            since,
            to,
            changes,
            rules=[Path(rule) for rule in rules] or None,
            baseline=Path(baseline) if baseline is not None else None,
            at_least=at_least,
            root=Path(root) if root is not None else None,
        )
        with progress_bars(quiet=False) as progress:
            found = interruptible(lambda: graph.review(request, progress=progress))
    with stream(output) as out:
        write(found, form, out, 20 if limit is None and form == "text" else limit)
    failing = _failing(found, fail_on)
    for each in failing:
        say(f"fails for {each}", err=True)
    return FOUND if failing else OK


def _failing(found: Review, fail_on: tuple[str, ...]) -> list[str]:
    """Those of the conditions that hold. What was not compared is no pass: without a base each fails."""
    holds = {
        "violations": found.rules is not None and bool(found.rules.new),
        "undecided": found.rules is not None and bool(found.rules.undecided),
        "removed-api": bool(found.removed_api),
        "used-removed-api": any(each.left for each in found.removed),
        "cycles": bool(found.cycles),
        "broken-includes": any(each.what == "broken" for each in found.directives),
        "unbuilt-base": not found.base.built,
    }
    return [each for each in FAILURES if each in fail_on and (holds[each] or not found.base.built)]


def _build(folder: str) -> None:
    from kgraph import api

    with progress_bars(quiet=False) as progress:
        api.rebuild(folder, progress=progress).close()
