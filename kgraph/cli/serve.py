"""`kgraph serve`: the graph over HTTP."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from kgraph.cli.common import DeferredBars, graph_option, options, watch_while
from kgraph.cli.endpoint import refuse_without
from kgraph.cli.output import say

if TYPE_CHECKING:
    from kgraph.serve.server import Settings


# Where a server listens, who may ask, and what a query may cost.
listening_options = options(
    click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at."),
    click.option(
        "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 for a free one."
    ),
    click.option(
        "--cors",
        metavar="ORIGIN",
        multiple=True,
        help="Allow requests from pages of this origin; repeatable, * for all.",
    ),
    click.option(
        "--allow-host", metavar="NAME", multiple=True, help="Another host name that requests may use; repeatable."
    ),
    click.option(
        "--timeout", type=click.IntRange(1, 86400), default=30, show_default=True, help="Maximum seconds per query."
    ),
    click.option(
        "--memory", type=click.IntRange(64), default=2048, show_default=True, help="Maximum memory per query, in MB."
    ),
    click.option(
        "--answer", type=click.IntRange(1), default=200, show_default=True, help="Maximum response size, in MB."
    ),
    click.option(
        "--workers",
        type=click.IntRange(1),
        default=2,
        show_default=True,
        help="Maximum number of long queries that run at once.",
    ),
    click.option(
        "--queue", type=click.IntRange(0), default=64, show_default=True, help="Maximum number of queued queries."
    ),
)
# A SPARQL server that answers in the place of the graph's store.
remote_options = options(
    click.option(
        "--endpoint", metavar="URL", help="A SPARQL 1.1 server that answers queries: http://localhost:8890/sparql."
    ),
    click.option("--user", metavar="NAME", default="", help="User name for it; see `kgraph query --endpoint`."),
    click.option(
        "--named-graph", "graphs", metavar="IRI", multiple=True, help="Of it, read this graph alone; repeatable."
    ),
)


@click.command()
@graph_option
@click.option("--pages", metavar="DIR", help="A folder of pages to show at /pages/.")
@click.option("--root", metavar="DIR", help="The repository, to show sources from. [default: where .kgraph is]")
@listening_options
@remote_options
@click.option("--watch", is_flag=True, help="Keep the graph up to date: build it again when files change.")
@click.pass_context
def serve(
    context: click.Context,
    /,
    folder: str,
    pages: str | None,
    root: str | None,
    watch: bool,
    endpoint: str | None,
    user: str,
    graphs: tuple[str, ...],
    **listening: Any,
) -> None:
    """Serve the graph at http://127.0.0.1:8000/: explorer, sources, SPARQL endpoint. Ctrl-C ends it.

    Only this machine can ask, unless --host says otherwise; anyone who can ask can read the whole graph, and its files.
    The server is read-only. With --endpoint, a SPARQL server answers queries; the explorer is there with -g, too.
    """
    from kgraph.serve.server import serve as serve_graph

    refuse_without(endpoint, user=user, named_graph=graphs)
    settings = settings_of(pages=pages, root=root, endpoint=endpoint, user=user, graphs=graphs, **listening)
    is_given = context.get_parameter_source("folder") is not ParameterSource.DEFAULT
    path = Path(folder) if is_given or endpoint is None else None
    if path is None and (watch or root):
        raise click.UsageError("--watch and --root are for a graph on this machine: give -g, too")
    with watch_while(folder, root) if watch else nullcontext():
        serve_graph(path, settings, say_started, DeferredBars())


def settings_of(
    *,
    pages: str | None = None,
    root: str | None = None,
    endpoint: str | None = None,
    user: str = "",
    graphs: tuple[str, ...] = (),
    **listening: Any,
) -> Settings:
    """How to serve, as the options say; a warning where others can ask."""
    from kgraph.serve.pool import WorkerLimits
    from kgraph.serve.protocol import ServerAddress
    from kgraph.serve.server import Settings, is_local

    timeout, memory, answer = (listening[name] for name in ("timeout", "memory", "answer"))
    limits = WorkerLimits(listening["workers"], 1, listening["queue"], timeout, memory << 20, answer * 1_000_000)
    if not is_local(host := listening["host"]):
        say(f"warning: others on the network can ask {host} for the graph and the files in it", err=True)
    return Settings(
        host,
        listening["port"],
        listening["allow_host"],
        listening["cors"],
        Path(pages) if pages else None,
        Path(root) if root else None,
        limits,
        ServerAddress(endpoint, user, timeout, graphs) if endpoint else None,
    )


def say_started(url: str) -> None:
    """Say where the server is."""
    say(url, f"{url}sparql")
    say("Ctrl-C ends it", err=True)
