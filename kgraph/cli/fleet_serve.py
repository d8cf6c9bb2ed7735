"""`kgraph fleet merge`, `mcp` and `serve`: all repositories as one graph, on disk, for agents, and over HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgraph.cli.common import DeferredBars, progress_bars
from kgraph.cli.endpoint import refuse_without
from kgraph.cli.mcp import question_options, run
from kgraph.cli.output import say
from kgraph.cli.serve import listening_options, remote_options, say_started, settings_of

if TYPE_CHECKING:
    from kgraph.fleet import Lake

ASKED = "kgraph.fleet.lake"  # the lake that a command asks, in click's context


def serve_commands(fleet_option: Callable[[Any], Any]) -> Iterator[click.Command]:
    """The commands that make one graph of all; `fleet_option` says which fleet file is meant."""
    for command in (merge, mcp, serve):
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
    say(str(merge_graphs(lake_of(where))))


@click.command()
@question_options
def mcp(where: str, http: bool, port: int, timeout: float, memory: int, characters: int) -> None:
    """Serve all repositories to agents by the Model Context Protocol.

    \b
      kgraph fleet mcp            what a client starts by itself
      kgraph fleet mcp --http     for several clients: http://127.0.0.1:8765/mcp
    """
    from kgraph.mcp import fleet_server
    from kgraph.mcp.workers import QuestionLimits, QuestionWorkers

    logging.getLogger("kgraph").propagate = False  # the protocol's library prints what reaches the root, once more
    lake = lake_of(where)
    merge_graphs(lake)
    workers = QuestionWorkers(lake.home, QuestionLimits(timeout, memory, characters), what="fleet")
    try:
        made = fleet_server.make(lake, workers)
        run(made, lake.catalog.fleet, port if http else None)
    finally:
        workers.close()


@click.command()
@listening_options
@remote_options
def serve(where: str, endpoint: str | None, user: str, graphs: tuple[str, ...], **listening: Any) -> None:
    """Serve all repositories at http://127.0.0.1:8000/: a map of all, SPARQL, and each by itself. Ctrl-C ends it.

    The map and SPARQL are of all repositories as one graph (see `kgraph fleet merge`), in which each is a folder at the
    top; /repositories/NAME/ is what `kgraph serve` shows of one. With --endpoint, a SPARQL server answers queries over
    all in the place of a triple store here.
    """
    from kgraph.serve.repositories import RepositorySites
    from kgraph.serve.server import serve as serve_graph

    refuse_without(endpoint, user=user, named_graph=graphs)
    settings = settings_of(endpoint=endpoint, user=user, graphs=graphs, **listening)
    lake = lake_of(where)
    path = merge_graphs(lake)
    sites = RepositorySites(lake.home, settings.limits)
    serve_graph(path, settings, say_started, DeferredBars(), sites)


def lake_of(where: str) -> Lake:
    """The lake of a fleet file."""
    from kgraph import fleet as fleets

    lake = fleets.Lake.open(fleets.load(Path(where)).home)
    if (context := click.get_current_context(silent=True)) is not None:
        context.meta[ASKED] = lake
    return lake


def say_missing(lake: Lake) -> None:
    """Say which repositories no answer has, or only as an earlier build left them."""
    from kgraph.fleet import unread

    for note in unread.repositories(lake):
        say(f"note: {note}", err=True)


def merge_graphs(lake: Lake) -> Path:
    """The folder of the merged graph; how large it will be is said before it is made."""
    from kgraph.fleet import merged_graph

    say_missing(lake)
    if not merged_graph.is_there(lake):
        size = merged_graph.size_of(lake)
        say(
            f"merging {size.repositories:,} repositories: {size.files:,} files, about {size.triples:,} triples; "
            f"a triple store of them takes some {size.store_bytes / 1e6:,.0f} MB",
            err=True,
        )
    with progress_bars(False) as progress:
        return merged_graph.merge(lake, progress)
