"""`kgraph affected`: what a change may break, and which tests to run."""

from __future__ import annotations

from pathlib import Path

import click

from kgraph.cli.common import graph_option, open_graph, output_option, read_diff, stream
from kgraph.cli.exit_codes import FOUND, OK
from kgraph.cli.formats import AFFECTED_FORMATS, RUNNER_FORMATS
from kgraph.cli.output import say


@click.command()
@click.option("--since", metavar="REV", help="The change from a git revision to the working tree.")
@click.option("--files", multiple=True, metavar="FILE", help="A file, all of which changed; may be given again.")
@click.option("--diff", "patch", metavar="FILE", help="A unified diff; - reads standard input.")
@click.option("--root", metavar="DIR", help="The repository, for --since. [default: the one around the graph]")
@graph_option
@click.option(
    "-f", "--format", "form", type=click.Choice(AFFECTED_FORMATS), default="table", show_default=True,
    help="paths: files, a line each; pytest, ctest, go, gradle: arguments of that runner.",
)  # fmt: skip
@click.option(
    "--at-least", type=click.FloatRange(0, 1), default=0.0, metavar="C", help="Leave out what is less certain."
)
@click.option("--depth", type=click.IntRange(min=0), metavar="N", help="At most N steps from what changed.")
@click.option("--tests-only", is_flag=True, help="List tests, and no other dependents.")
@click.option("-n", "--limit", type=click.IntRange(min=0), metavar="N", help="At most N tests and N dependents.")
@click.option("--exit-code", is_flag=True, help="End with 1 if any test is affected.")
@output_option
def affected(
    since: str | None,
    files: tuple[str, ...],
    patch: str | None,
    root: str | None,
    folder: str,
    form: str,
    at_least: float,
    depth: int | None,
    tests_only: bool,
    limit: int | None,
    exit_code: bool,
    output: str,
) -> int:
    """List what a change may break: tests and other dependents, the surest first, with the way there.

    \b
      kgraph affected --since main
      kgraph affected --since HEAD~1 -f pytest --at-least 0.3 | xargs -r pytest
      git diff -U0 | kgraph affected --diff -
      kgraph affected --files src/shape.h --tests-only

    Build the graph after the change. What was not read, and so may be affected too, is said in notes.
    """
    if sum((since is not None, bool(files), patch is not None)) != 1:
        raise click.UsageError("give one of --since, --files and --diff")
    with open_graph(folder) as graph:
        from kgraph import impact as impacts

        if since is not None:
            top = Path(root) if root is not None else None
            changes = impacts.changes_around(graph.path, graph.manifest, since, top)
        else:
            changes = impacts.parse(read_diff(patch)) if patch is not None else impacts.changes_of_paths(files)
        only = tests_only or form in RUNNER_FORMATS
        impact = graph.affected(changes, at_least=at_least, depth=depth, tests_only=only)
    from kgraph.impact.writers import left_out, write

    with stream(output) as out:
        write(impact, form, out, limit)
    if form not in ("table", "json"):
        for note in impact.notes:
            say(f"note: {note}", err=True)
    if more := left_out(impact, form):
        say(f"note: {more}", err=True)
    if form != "table" and not impact.tests:
        say("note: no test is known to be affected", err=True)
    return FOUND if exit_code and impact.tests else OK
