"""`kgraph stats` and `kgraph related`: what is in a graph, and which files belong together."""

from __future__ import annotations

import click

from kgraph.cli.common import graph_option, json_option, open_graph, print_json
from kgraph.cli.output import say


@click.command()
@graph_option
@json_option
def stats(folder: str, as_json: bool) -> None:
    """Show what is in the graph, and how much of the repository it covers."""
    with open_graph(folder) as graph:
        manifest, store = dict(graph.manifest), graph.store_state
    if as_json:
        from dataclasses import asdict

        print_json({**manifest, "store": asdict(store)})
        return
    from kgraph.cli import statistics

    for line in statistics.lines(manifest, store):
        say(line, bold=bool(line[:1].strip()))


@click.command()
@click.argument("path")
@click.option("-n", "--limit", type=click.IntRange(min=1), default=10, metavar="N", help="At most N files.")
@graph_option
@json_option
def related(path: str, limit: int, folder: str, as_json: bool) -> None:
    """List the files related to PATH, the nearest first, with reasons.

    PATH is relative to the root of the repository. A reason is about the file beside it: it "implements shape.h", it
    "tests this file", which is the one at PATH.
    """
    with open_graph(folder) as graph:
        related_files = graph.related(path, limit)
    if as_json:
        from dataclasses import asdict

        print_json({"path": path, "related": [asdict(each) for each in related_files]})
        return
    from kgraph.cli import query_list

    for line in query_list.format_related(related_files):
        say(line)
    if not related_files:
        say("no related file found", err=True)
