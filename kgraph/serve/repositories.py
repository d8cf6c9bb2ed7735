"""The repositories of a fleet, each as `kgraph serve` shows it, below /repositories/NAME/.

Input: the folder of a fleet's data, and how to serve. Output: addresses for the application of the merged graph. The
workers of a repository start when somebody asks for it, and end when others were asked for since.

    /repositories                list of them
    /repositories/flask/         explorer of one; /sparql, /api/..., /source/... below it
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from kgraph.errors import KgraphError
from kgraph.fleet import Lake
from kgraph.fleet.merged_graph import merge
from kgraph.serve import html
from kgraph.serve.app import ServedSite, application
from kgraph.serve.pool import MAX_STORE_SECONDS, Pool, WorkerLimits
from kgraph.serve.protocol import RefusedError
from kgraph.session import StoreMaker

if TYPE_CHECKING:
    from kgraph.processes import Connection

MAX_OPEN = 3  # repositories whose workers run
_POLL_SECONDS = 2.0


@dataclass(slots=True)
class _OpenSite:
    """A repository whose workers run."""

    application: Starlette
    pools: tuple[Pool, Pool]
    asked: float = 0.0  # when it was, last
    under_way: int = 0  # requests


class RepositorySites:
    """The sites of single repositories of the fleet whose data are at `home`."""

    def __init__(self, home: Path, limits: WorkerLimits) -> None:
        lake = Lake.open(home)
        self.routes: list[BaseRoute] = [
            Route("/repositories", self._list, methods=["GET"]),
            Mount("/repositories/{repository}", app=self._serve),
        ]
        self.links = (("repositories", "/repositories"),)
        self._home = home
        self._limits = replace(limits, workers=1)
        self._open: dict[str, _OpenSite] = {}
        self._opening = asyncio.Lock()
        found = {name: lake.root(name) for name in lake.catalog.names}
        self.roots: Mapping[str, str] = {name: str(root) for name, root in found.items() if root}

    async def _list(self, request: Request) -> Response:  # noqa: ARG002 - it is asked for one thing
        lake = Lake.open(self._home)
        entries = [
            (each.name, each.current.rev, each.current.counts.get("files", 0)) for each in lake.catalog.repositories
        ]
        return html.page(html.repositories(lake.catalog.fleet, entries))

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        site = await self._site(scope["path_params"]["repository"])
        site.asked = time.monotonic()
        site.under_way += 1
        try:
            await site.application(scope, receive, send)
        finally:
            site.under_way -= 1

    async def _site(self, name: str) -> _OpenSite:
        """The site of a repository, whose workers are started if need be."""
        async with self._opening:
            if name not in self._open:
                self._open[name] = await self._start(name)
                await self._let_go()
            return self._open[name]

    async def _start(self, name: str) -> _OpenSite:
        lake = Lake.open(self._home)
        if name not in lake.catalog.names:
            raise HTTPException(404)
        graph = lake.graph(name)
        maker = StoreMaker(graph)
        await asyncio.to_thread(maker.ensure, MAX_STORE_SECONDS)
        ask = Pool("ask", graph, self._limits, lambda: asyncio.to_thread(maker.ensure, MAX_STORE_SECONDS))
        browse = Pool("browse", graph, WorkerLimits(workers=1, queue=200))
        try:
            await asyncio.gather(ask.start(), browse.start())
        except KgraphError as error:
            await asyncio.gather(ask.stop(), browse.stop())
            raise RefusedError(503, f"{name}: {error}") from None
        site = ServedSite(graph, name, lake.catalog[name].current.base, lake.root(name), links=(("all", "/../../"),))
        return _OpenSite(application(site, ask, browse, is_inner=True), (ask, browse), time.monotonic())

    async def _let_go(self) -> None:
        """End the workers of repositories that nobody asks, the one that was asked longest ago first."""
        idle = sorted((site.asked, name) for name, site in self._open.items() if not site.under_way)
        for _, name in idle[: max(0, len(self._open) - MAX_OPEN)]:
            site = self._open.pop(name)
            await asyncio.gather(*(pool.stop() for pool in site.pools))

    async def watch(self) -> None:
        """Merge the fleet again when a build has published another state of it, in a process of its own."""
        token = Lake.token(self._home)
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            if (now := Lake.token(self._home)) not in ("", token):
                token = now
                await asyncio.to_thread(_merge_apart, self._home)

    async def stop(self) -> None:
        """End all workers."""
        sites, self._open = list(self._open.values()), {}
        await asyncio.gather(*(pool.stop() for site in sites for pool in site.pools))


def _merge_apart(home: Path) -> None:
    from kgraph.processes import Process

    process = Process(_merge, str(home), talks=True)
    process.wait()
    process.end()


def _merge(connection: Connection, home: str) -> None:  # noqa: ARG001 - which says that it has come up
    merge(Lake.open(Path(home)))
