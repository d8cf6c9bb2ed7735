"""`kgraph serve`: the graph over HTTP."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import click

from kgraph.cli.common import LateBars, graph_option, watched
from kgraph.cli.output import say


@click.command()
@graph_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 for a free one."
)
@click.option("--pages", metavar="DIR", help="A folder of pages to show at /pages/.")
@click.option("--root", metavar="DIR", help="The repository, to show sources from. [default: where .kgraph is]")
@click.option(
    "--cors", metavar="ORIGIN", multiple=True, help="Allow requests from pages of this origin; repeatable, * for all."
)
@click.option(
    "--allow-host", metavar="NAME", multiple=True, help="Another host name that requests may use; repeatable."
)
@click.option(
    "--timeout", type=click.IntRange(1, 86400), default=30, show_default=True, help="Maximum seconds per query."
)
@click.option(
    "--memory", type=click.IntRange(64), default=2048, show_default=True, help="Maximum memory per query, in MB."
)
@click.option("--answer", type=click.IntRange(1), default=200, show_default=True, help="Maximum response size, in MB.")
@click.option(
    "--workers",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Maximum number of long queries that run at once.",
)
@click.option(
    "--queue", type=click.IntRange(0), default=64, show_default=True, help="Maximum number of queued queries."
)
@click.option("--watch", is_flag=True, help="Keep the graph up to date: build it again when files change.")
def serve(
    folder: str,
    host: str,
    port: int,
    pages: str | None,
    root: str | None,
    cors: tuple[str, ...],
    allow_host: tuple[str, ...],
    timeout: int,
    memory: int,
    answer: int,
    workers: int,
    queue: int,
    watch: bool,
) -> None:
    """Serve the graph at http://127.0.0.1:8000/: explorer, sources, SPARQL endpoint. Ctrl-C ends it.

    Only this machine can ask, unless --host says otherwise; anyone who can ask can read the whole graph, and its files.
    The server is read-only.
    """
    from kgraph.serve.pool import WorkerLimits
    from kgraph.serve.server import Settings, is_local
    from kgraph.serve.server import serve as serve_graph

    limits = WorkerLimits(workers, 1, queue, timeout, memory << 20, answer * 1_000_000)
    settings = Settings(
        host, port, allow_host, cors, Path(pages) if pages else None, Path(root) if root else None, limits
    )
    if not is_local(host):
        say(f"warning: others on the network can ask {host} for the graph and the files in it", err=True)

    def started(url: str) -> None:
        say(url, f"{url}sparql")
        say("Ctrl-C ends it", err=True)

    with watched(folder, root) if watch else nullcontext():
        serve_graph(Path(folder), settings, started, LateBars())
