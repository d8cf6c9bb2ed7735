"""`kgraph view`: the graph as one page to open."""

from __future__ import annotations

import click

from kgraph.cli.common import graph_option, open_graph, output_option, stream


@click.command()
@output_option
@graph_option
@click.option("--focus", metavar="PATH|SYMBOL", default="", help="Start with what this uses and what uses it.")
@click.option("--depth", type=click.IntRange(1, 10), default=1, show_default=True, help="Steps around the focus.")
@click.option(
    "--source-url",
    metavar="TEMPLATE",
    help="Address of a source line, with {path}, {line}, {revision}; '' for no links. [default: by the origin remote]",
)
def view(output: str, folder: str, focus: str, depth: int, source_url: str | None) -> None:
    """Write a page that shows the graph: map, dependency matrix and tables. It needs no network.

    \b
      kgraph view -o map.html
      kgraph view -o tensor.html --focus c10/core/TensorImpl.h --depth 2
    """
    with open_graph(folder) as graph:
        page = graph.view(focus=focus, depth=depth, source_url=source_url)
    with stream(output) as out:
        out.write(page)
