"""`kgraph diff`: what differs between two graphs, or two revisions."""

from __future__ import annotations

from pathlib import Path

import click

from kgraph.cli.common import output_option, progress_bars, stream
from kgraph.cli.exit_codes import FOUND, OK
from kgraph.cli.output import say

# The names of `kgraph.diff.FORMATS`, which cost too much to import for a choice; a test compares.
FORMATS = ("text", "json", "md", "html", "rdfpatch", "sparql")


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--root", metavar="DIR", help="The repository whose revisions OLD and NEW are. [default: this one]")
@click.option("-g", "--graph", "graph", metavar="DIR", help="The repository's graph. [default: ROOT/.kgraph]")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="rdfpatch and sparql turn the one graph into the other.",
)
@click.option("-n", "--limit", type=click.IntRange(min=0), metavar="N", help="At most N lines in each section.")
@click.option("--related", is_flag=True, default=None, help="Compare related files, too.")
@click.option("--exit-code", is_flag=True, help="End with 1 if anything differs.")
@output_option
def diff(
    old: str,
    new: str,
    root: str | None,
    graph: str | None,
    form: str,
    limit: int | None,
    related: bool | None,
    exit_code: bool,
    output: str,
) -> int:
    """Compare OLD and NEW: folders of graphs, or git revisions.

    \b
      kgraph diff HEAD~20 HEAD
      kgraph diff main my-branch -f md
      kgraph diff yesterday/.kgraph today/.kgraph -f rdfpatch

    Revisions are read from git: nothing is checked out.
    """
    from kgraph.diff import compare_graphs

    with progress_bars(quiet=False) as progress:
        compared = compare_graphs(
            old,
            new,
            Path(root) if root is not None else None,
            Path(graph) if graph is not None else None,
            related=related,
            progress=progress,
        )
    with stream(output) as out:
        compared.write(form, out, limit)
    for note in compared.notes:
        say(f"note: {note}", err=True)
    return FOUND if exit_code and compared.difference else OK
