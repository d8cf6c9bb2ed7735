"""`kgraph mcp`: the graph for agents."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import click

from kgraph.cli.common import graph_option, open_graph, watched
from kgraph.cli.output import say

_QUESTION_OPTIONS = (
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


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how questions are taken, and what one may cost."""
    for option in reversed(_QUESTION_OPTIONS):
        command = option(command)
    return command


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
        with watched(str(place), None) if watch else nullcontext():
            if http:
                say(f"kgraph of {manifest['repository']['name']} at http://{server.HOST}:{port}/mcp", err=True)
                server.run_http(made, port)
            else:
                server.run_stdio(made)
    finally:
        workers.close()
