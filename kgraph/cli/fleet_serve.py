"""`kgraph fleet merge`, `kgraph fleet mcp`: all repositories as one graph, on disk and for agents."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgraph.cli.common import progress_bars
from kgraph.cli.mcp import question_options
from kgraph.cli.output import say

if TYPE_CHECKING:
    from kgraph.fleet import Lake


def serve_commands(fleet_option: Callable[[Any], Any]) -> Iterator[click.Command]:
    """The commands that make one graph of all; `fleet_option` says which fleet file is meant."""
    for command in (merge, mcp):
        fleet_option(command)
        yield command


@click.command()
def merge(where: str) -> None:
    """Make one graph of all repositories, each a folder at its top, with the links between them as includes and
    imports.

    \b
      kgraph fleet merge
      kgraph view -g .kgraph-fleet/merged -o map.html

    It prints where the graph is. One that is of the same state of the fleet is not made again.
    """
    say(str(merged(lake_of(where))))


@click.command()
@question_options
def mcp(where: str, http: bool, port: int, timeout: float, memory: int, characters: int) -> None:
    """Serve all repositories to agents by the Model Context Protocol.

    \b
      kgraph fleet mcp            what a client starts by itself
      kgraph fleet mcp --http     for several clients: http://127.0.0.1:8765/mcp
    """
    from kgraph.mcp import fleet_server, server
    from kgraph.mcp.workers import QuestionLimits, QuestionWorkers

    logging.getLogger("kgraph").propagate = False  # the protocol's library prints what reaches the root, once more
    lake = lake_of(where)
    merged(lake)
    workers = QuestionWorkers(lake.folder.parent, QuestionLimits(timeout, memory, characters), what="fleet")
    try:
        made = fleet_server.make(lake, workers)
        if http:
            say(f"kgraph of {lake.catalog.fleet} at http://{server.HOST}:{port}/mcp", err=True)
            server.run_http(made, port)
        else:
            server.run_stdio(made)
    finally:
        workers.close()


def lake_of(where: str) -> Lake:
    """The lake of a fleet file."""
    from kgraph import fleet as fleets

    return fleets.Lake.open(fleets.load(Path(where)).home)


def merged(lake: Lake) -> Path:
    """The folder of the merged graph; how large it will be is said before it is made."""
    from kgraph.fleet import merged_graph

    if not merged_graph.is_there(lake):
        size = merged_graph.size_of(lake)
        say(
            f"merging {size.repositories:,} repositories: {size.files:,} files, about {size.triples:,} triples; "
            f"a triple store of them takes some {size.store_bytes / 1e6:,.0f} MB",
            err=True,
        )
    with progress_bars(False) as progress:
        return merged_graph.merge(lake, progress)
