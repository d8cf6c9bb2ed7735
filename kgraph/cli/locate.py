"""`kgraph locate`: which files and symbols an issue, a traceback or an error message is about."""

from __future__ import annotations

import sys

import click

from kgraph.cli.common import graph_option, open_graph, output_option, stream
from kgraph.cli.exit_codes import FOUND, OK
from kgraph.cli.formats import LOCATE_FORMATS
from kgraph.cli.output import say

MAX_READ = 4_000_000  # bytes of standard input


@click.command()
@click.argument("text")
@graph_option
@click.option("--root", metavar="DIR", help="The repository. [default: the one around the graph]")
@click.option("-f", "--format", "form", type=click.Choice(LOCATE_FORMATS), default="table", show_default=True)
@click.option(
    "-n", "--limit", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
    help="At most N files and N symbols.",
)  # fmt: skip
@output_option
def locate(text: str, folder: str, root: str | None, form: str, limit: int, output: str) -> int:
    """List the files and symbols that TEXT is about, the likeliest first, with reasons; - reads standard input.

    \b
      kgraph locate "cookies are lost when a response redirects"
      kgraph locate - < issue.md
      pytest 2>&1 | kgraph locate -

    Names, paths, frames of tracebacks, quoted messages and words count. Ends with 1 if nothing is found.
    """
    if text == "-":
        text = sys.stdin.buffer.read(MAX_READ).decode("utf-8", "replace")
    with open_graph(folder) as graph:
        located = graph.locate(text, limit=limit, root=root)
    from kgraph.locate.writers import write

    with stream(output) as out:
        write(located, form, out)
    if form == "paths":
        for note in located.notes:
            say(f"note: {note}", err=True)
    return OK if located.files else FOUND
