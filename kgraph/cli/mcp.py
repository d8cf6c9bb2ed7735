"""`kgraph mcp`: the graph for agents."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from kgraph.cli.common import graph_option, open_graph, options, watch_while
from kgraph.cli.output import say

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

# How questions are taken, and what one may cost.
question_options = options(
    click.option(
        "--http", is_flag=True, help="Serve over streamable HTTP on 127.0.0.1 instead of standard input and output."
    ),
    click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="For --http."),
    click.option(
        "--timeout",
        type=click.FloatRange(0.1, 600),
        default=10.0,
        show_default=True,
        metavar="S",
        help="Maximum seconds per question.",
    ),
    click.option(
        "--memory",
        type=click.IntRange(64),
        default=2048,
        show_default=True,
        metavar="MB",
        help="Maximum memory per question.",
    ),
    click.option(
        "--characters",
        type=click.IntRange(1000),
        default=12_000,
        show_default=True,
        metavar="N",
        help="Maximum answer length.",
    ),
)


@click.command("mcp")
@graph_option
@question_options
@click.option("--watch", is_flag=True, help="Keep the graph up to date: build it again when files change.")
def mcp(folder: str, http: bool, port: int, timeout: float, memory: int, characters: int, watch: bool) -> None:
    """Serve the graph to agents by the Model Context Protocol.

    \b
      kgraph mcp -g pytorch            what a client starts by itself
      kgraph mcp -g pytorch --http     for several clients: http://127.0.0.1:8765/mcp
    """
    from kgraph.mcp import server
    from kgraph.mcp.workers import QuestionLimits, QuestionWorkers

    logging.getLogger("kgraph").propagate = False  # the protocol's library prints what reaches the root, once more
    with open_graph(folder) as graph:
        place, manifest = graph.path, dict(graph.manifest)
    workers = QuestionWorkers(place, QuestionLimits(timeout, memory, characters))
    try:
        made = server.make(place, manifest, workers)
        with watch_while(str(place), None) if watch else nullcontext():
            run(made, manifest["repository"]["name"], port if http else None)
    finally:
        workers.close()


def run(made: MCPServer[Any], name: str, port: int | None) -> None:
    """Run a server of something by that name until it is ended: over HTTP, without a port over standard streams."""
    from kgraph.mcp import server

    if port is not None:
        say(f"kgraph of {name} at http://{server.HOST}:{port}/mcp", err=True)
        server.run_http(made, port)
    else:
        server.run_stdio(made)
