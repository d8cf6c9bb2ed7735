"""`kgraph view`: the graph as one page to open."""

from __future__ import annotations

import sys

import click

from kgraph.cli.common import graph_option, open_graph, output_option, param_option, parameter_values, stream


@click.command()
@output_option
@graph_option
@click.option("--focus", metavar="PATH|SYMBOL", default="", help="Start with the neighbourhood of this file or symbol.")
@click.option("--depth", type=click.IntRange(1, 10), default=1, show_default=True, help="Steps around the focus.")
@click.option("--engine", type=click.Choice(("page", "pyvis")), default="page", show_default=True, help="What draws.")
@click.option("--query", "query", metavar="NAME|FILE.rq", help="With pyvis: draw the graph of this CONSTRUCT query.")
@param_option
@click.option(
    "--source-url",
    metavar="TEMPLATE",
    help="Address of a source line, with {path}, {line}, {revision}; '' for no links. [default: by the origin remote]",
)
def view(
    output: str,
    folder: str,
    focus: str,
    depth: int,
    engine: str,
    query: str | None,
    params: tuple[str, ...],
    source_url: str | None,
) -> None:
    """Write a page that shows the graph: map, dependency matrix and tables. It needs no network.

    \b
      kgraph view -o map.html
      kgraph view -o tensor.html --focus c10/core/TensorImpl.h --depth 2
      kgraph view -o util.html --engine pyvis --query folder-graph --param path=c10/util
    """
    if output == "-" and sys.stdout.isatty():
        raise click.UsageError("a page is nothing to read on a terminal: add -o map.html")
    if query is None and params:
        raise click.UsageError("--param is for --query")
    if query is not None and (engine != "pyvis" or focus):
        raise click.UsageError("--query is for --engine pyvis, and excludes --focus")
    with open_graph(folder) as graph:
        if engine == "page":
            page = graph.view(focus=focus, depth=depth, source_url=source_url)
        else:
            values: dict[str, object] = {}
            if query is not None:
                from kgraph.query import find

                values.update(parameter_values(params, find(query)))
            page = graph.pyvis(focus, query=query, depth=depth, **values)
    with stream(output) as out:
        out.write(page)
