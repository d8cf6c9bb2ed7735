"""Starting and stopping.

Input: a graph's folder and `Settings`. Output: nothing; `serve` returns when it is told to stop by SIGINT or SIGTERM.
Requests that are being answered then get a moment; after that no process is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from kgraph import api, httpd
from kgraph.errors import InputError
from kgraph.model import GRAPH_FOLDER
from kgraph.progress import Progress
from kgraph.serve.app import ServedSite, application
from kgraph.serve.pool import Pool, WorkerLimits
from kgraph.session import StoreMaker
from kgraph.store import folder

GRACE_SECONDS = 3
MAX_STORE_SECONDS = 10  # for which questions wait for the store of a new generation; then the old one answers
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


def serve(
    path: Path,
    settings: Settings,
    started: Callable[[str], None] | None = None,
    progress: Progress | None = None,
) -> None:
    """Serve the graph at `path` until told to stop; `started` is called with the address, once it answers.

    Before that the triple store is made if there is none; `progress` shows how far that is.

    Raises `GraphError` where there is no graph, `InputError` where it cannot listen or a folder is missing.
    """
    site = _site(path, settings)
    listening = _listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    with contextlib.closing(listening), _handlers_kept():
        StoreMaker(site.graph, progress).ensure()
        asyncio.run(_serve(site, settings, listening, lambda: started(url) if started else None))


async def _serve(site: ServedSite, settings: Settings, listening: socket.socket, started: Callable[[], None]) -> None:
    maker = StoreMaker(site.graph)
    ask = Pool("ask", site.graph, settings.limits, lambda: asyncio.to_thread(maker.ensure, MAX_STORE_SECONDS))
    browse = Pool("browse", site.graph, BROWSING)
    config = httpd.config(application(site, ask, browse), lifespan="off", timeout_graceful_shutdown=GRACE_SECONDS + 2)
    server = _Server(config, started, (ask, browse))
    try:
        if not await _unless_told_to_stop(asyncio.gather(ask.start(), browse.start())):
            return
        watching = asyncio.create_task(_watch(site.graph, ask, browse))
        await server.serve(sockets=[listening])
        watching.cancel()
    finally:
        await asyncio.gather(ask.stop(), browse.stop())


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


def _site(path: Path, settings: Settings) -> ServedSite:
    with api.open(path) as graph:
        root = settings.root or (graph.path.parent if graph.path.name == GRAPH_FOLDER else None)
        name, base, where = graph.repository.name, graph.base, graph.path
    for given, option in ((settings.root, "--root"), (settings.pages, "--pages")):
        if given and not given.is_dir():
            raise InputError("is not a folder", where=str(given), hint=f"give {option} a folder that exists")
    hosts = (*settings.hosts, settings.host)
    if not is_local(settings.host):
        hosts = (*hosts, socket.gethostname())
    return ServedSite(where, name, base, root, settings.pages, hosts, settings.origins)


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
