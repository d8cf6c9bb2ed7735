"""Starting and stopping.

Input: a graph's folder and `Settings`. Output: nothing; `serve` returns when it is stopped by SIGINT or SIGTERM.
Requests that are being answered then get a moment; after that no process is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import uvicorn
from starlette.routing import BaseRoute

from kgraph import api, httpd
from kgraph.errors import InputError
from kgraph.model import GRAPH_FOLDER
from kgraph.progress import Progress
from kgraph.serve.app import ServedSite, application
from kgraph.serve.pool import MAX_STORE_SECONDS, Pool, WorkerLimits
from kgraph.serve.protocol import ServerAddress
from kgraph.serve.remote_tasks import QueriedServer
from kgraph.session import StoreMaker
from kgraph.store import folder

GRACE_SECONDS = 3
_POLL_SECONDS = 1.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# What the explorer asks is ours, and is over in milliseconds. Each of its workers holds an index of the graph.
BROWSING = WorkerLimits(workers=2, queue=200)


@dataclass(frozen=True, slots=True)
class Settings:
    """How to serve."""

    host: str = "127.0.0.1"
    port: int = 8000  # 0: whichever is free
    hosts: tuple[str, ...] = ()  # more names by which the server is asked
    origins: tuple[str, ...] = ()  # whose pages may ask (CORS)
    pages: Path | None = None
    root: Path | None = None  # the repository; by default the folder that holds the graph's `.kgraph`
    limits: WorkerLimits = field(default_factory=WorkerLimits)  # of queries
    server: ServerAddress | None = None  # that answers queries in the place of the graph's own store


class Inner(Protocol):
    """What is served beside a graph, with workers of its own."""

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Its addresses."""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """What leads to it: names and paths."""

    @property
    def roots(self) -> Mapping[str, str]:
        """The folders of repositories, by their names."""

    async def watch(self) -> None:
        """Keep up with what changes, for as long as the server runs."""

    async def stop(self) -> None:
        """End its workers."""


def serve(
    path: Path | None,
    settings: Settings,
    started: Callable[[str], None] | None = None,
    progress: Progress | None = None,
    inner: Inner | None = None,
) -> None:
    """Serve the graph at `path` until stopped; `started` is called with the address, once it answers.

    Before that the triple store is made if there is none, unless a SPARQL server answers; `progress` shows how far that
    is. Without a path, there is that server alone.

    Raises `GraphError` where there is no graph, `InputError` where it cannot listen or a folder is missing,
    `EndpointError` where the SPARQL server cannot be asked, `QueryError` where that has no repository.
    """
    site = _site(path, settings, inner)
    listening = _listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    with contextlib.closing(listening), _handlers_kept():
        if not settings.server:
            StoreMaker(site.graph, progress).ensure()
        asyncio.run(_serve(site, settings, listening, lambda: started(url) if started else None, inner))


async def _serve(
    site: ServedSite, settings: Settings, listening: socket.socket, started: Callable[[], None], inner: Inner | None
) -> None:
    maker = StoreMaker(site.graph)
    prepare = None if settings.server else lambda: asyncio.to_thread(maker.ensure, MAX_STORE_SECONDS)
    ask = Pool("ask", site.graph, settings.limits, prepare, settings.server)
    browse = Pool("browse", site.graph, BROWSING, server=None if site.has_explorer else settings.server)
    more = inner.routes if inner else ()
    config = httpd.config(
        application(site, ask, browse, more), lifespan="off", timeout_graceful_shutdown=GRACE_SECONDS + 2
    )
    server = _Server(config, started, (ask, browse))
    try:
        if not await _unless_told_to_stop(asyncio.gather(ask.start(), browse.start())):
            return
        watching = [asyncio.create_task(_watch(site.graph, ask, browse))] if site.has_explorer else []
        watching += [asyncio.create_task(inner.watch())] if inner else []
        await server.serve(sockets=[listening])
        for task in watching:
            task.cancel()
    finally:
        await asyncio.gather(ask.stop(), browse.stop(), *([inner.stop()] if inner else []))


class _Server(httpd.Server):
    """A server that says when it has started, and at its end lets running tasks go on for a moment only."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], pools: tuple[Pool, ...]) -> None:
        super().__init__(config)
        self._tell = started
        self._pools = pools

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        ending = asyncio.create_task(self._end_pools())
        await super().shutdown(sockets)
        ending.cancel()

    async def _end_pools(self) -> None:
        await asyncio.sleep(GRACE_SECONDS)
        for pool in self._pools:
            await pool.stop()


async def _watch(graph: Path, *pools: Pool) -> None:
    """Have workers open a new generation before they are asked, and let go of the old one."""
    mark = folder.generation_token(graph)
    while True:
        await asyncio.sleep(_POLL_SECONDS)
        if (now := folder.generation_token(graph)) not in ("", mark):
            mark = now
            for pool in pools:
                await pool.refresh()


def _site(path: Path | None, settings: Settings, inner: Inner | None) -> ServedSite:
    for given, option in ((settings.root, "--root"), (settings.pages, "--pages")):
        if given and not given.is_dir():
            raise InputError("is not a folder", where=str(given), hint=f"give {option} a folder that exists")
    hosts = (*settings.hosts, settings.host)
    if not is_local(settings.host):
        hosts = (*hosts, socket.gethostname())
    if settings.server:
        server = QueriedServer(settings.server)
        server.graph()  # whether it can be asked
    if path is None:
        assert settings.server is not None  # noqa: S101 - there is one of both
        name, base, root, where = server.where, server.graph().base, settings.root, Path(os.devnull)
    else:
        with api.open(path) as graph:
            root = settings.root or (graph.path.parent if graph.path.name == GRAPH_FOLDER else None)
            name, base, where = graph.repository.name, graph.base, graph.path
    site = ServedSite(where, name, base, root, settings.pages, hosts, settings.origins)
    site = replace(site, is_remote=settings.server is not None, has_explorer=path is not None)
    return replace(site, root=None, roots=inner.roots, links=inner.links) if inner else site


def is_local(host: str) -> bool:
    """Whether only this machine can ask a server that listens at `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        hint = "--port 0 takes a free one" if error.errno == errno.EADDRINUSE else "see --host and --port"
        what = "the port is taken" if error.errno == errno.EADDRINUSE else f"cannot listen: {error.strerror or error}"
        raise InputError(what, where=f"{host}:{port}", hint=hint) from None


async def _unless_told_to_stop(starting: asyncio.Future[Any]) -> bool:
    """Whether the start came to its end. Later signals are uvicorn's to handle: it stops in order, and then raises them
    again, which does nothing here."""
    if _is_main_thread():
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, starting.cancel)
    try:
        await starting
    except asyncio.CancelledError:
        return False
    return True


@contextlib.contextmanager
def _handlers_kept() -> Iterator[None]:
    """What handles signals afterwards is what did before."""
    former = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        if _is_main_thread():
            for number, handler in former.items():
                signal.signal(number, handler)


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
