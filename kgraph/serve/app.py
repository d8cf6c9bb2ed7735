"""The addresses of the server.

Input: two pools of workers, and what the server was started with. Output: an ASGI application. Queries that people
write go to the workers of one pool, the explorer's questions to those of the other, so that a query that never ends
keeps no client from browsing. Nothing of a graph is read here: an answer is a file that a worker has filled, and
headers.

    /                 the explorer                 /sparql           SPARQL 1.1 protocol; an editor for browsers
    /api/...          its questions, as JSON       /source/PATH      a file with its lines
    /pages/...        pages that `kgraph pages` wrote
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kgraph.serve import html
from kgraph.serve.negotiation import PAGE, ROWS, TRIPLES, choose
from kgraph.serve.origin_check import POLICY, Guard
from kgraph.serve.pool import FailedError, Pool, WorkerAnswer
from kgraph.serve.protocol import RefusedError, parse_request
from kgraph.store import folder
from kgraph.turns import QueueFullError
from kgraph.view import page as bundle

MAX_BODY_BYTES = 1_000_000  # bytes of a request
MAX_URL_LENGTH = 100_000
RETRY_SECONDS = 5
MAX_UNSENT = 2_000_000_000  # bytes of answers that clients have yet to read; they lie on the disk
MAX_SMALL_BYTES = 1_000_000  # bytes of an answer that is sent all the same
_CHUNK = 1 << 18
_CARDS_SCRIPT = Path(__file__).parents[1] / "pages" / "templates" / "static" / "cards.js"  # that of sites
_GENERATION = "X-Kgraph-Generation"
_NOTE = "X-Kgraph-Note"  # what a query's answer lacks
# A query that asks for these has another answer each time.
_VOLATILE = re.compile(r"\b(?:now|rand|uuid|struuid|bnode)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ServedSite:
    """What the server shows."""

    graph: Path  # the graph's folder
    name: str  # of the repository
    base: str
    root: Path | None  # of the repository, to read sources from
    pages: Path | None = None  # pages to show beside the graph
    hosts: tuple[str, ...] = ()  # more names of this server
    origins: tuple[str, ...] = ()  # whose pages may ask
    roots: Mapping[str, str] = field(default_factory=dict)  # in place of `root`: of repositories, by their names
    links: tuple[tuple[str, str], ...] = ()  # more that the explorer leads to: names and paths
    is_remote: bool = False  # queries are answered by a SPARQL server, whose data may change at any time
    has_explorer: bool = True  # there is a graph to browse


def application(
    site: ServedSite, ask: Pool, browse: Pool, more: Sequence[BaseRoute] = (), *, is_inner: bool = False
) -> Starlette:
    """The server as an ASGI application; the pools are started and stopped by the caller.

    `more` are addresses beside its own. An inner one is mounted in another, which says who may ask.
    """
    handlers = _Handlers(site, ask, browse)
    get = ["GET", "OPTIONS"]
    routes: list[BaseRoute] = [
        Route("/", handlers.explorer, methods=get),
        Route("/sparql", handlers.sparql, methods=[*get, "POST"]),
        Route("/api/source", handlers.source_lines, methods=get),
        Route("/api/queries", handlers.queries, methods=get),
        Route("/api/queries/{name:path}", handlers.bind_query, methods=get),
        Route("/api/{view}", handlers.view, methods=get),
        Route("/source/{path:path}", handlers.source_page, methods=get),
        Route("/favicon.ico", lambda _: Response(status_code=204, headers={"Cache-Control": "max-age=86400"})),
        Route("/static/code.css", handlers.code_styles, methods=get),
        Route("/static/cards.js", handlers.cards_script, methods=get),
        Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
        *more,
    ]
    if bundle.BUNDLE.is_dir():
        routes.append(Mount("/app", StaticFiles(directory=bundle.BUNDLE)))
    if site.pages:
        routes.append(Mount("/pages", _Pages(directory=site.pages, html=True)))
    middleware = [Middleware(Guard, hosts=site.hosts, origins=site.origins)]
    if site.origins:
        cors = Middleware(
            CORSMiddleware,
            allow_origins=list(site.origins),
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["Accept", "Content-Type", "If-None-Match"],
            expose_headers=["ETag", _GENERATION, _NOTE, "Retry-After"],
        )
        middleware.append(cors)
    return Starlette(
        routes=routes,
        middleware=[] if is_inner else middleware,
        exception_handlers={RefusedError: _respond_refused, HTTPException: _respond_missing},  # type: ignore[dict-item]
    )


class _Pages(StaticFiles):
    """Pages of others: with styles of their own inside; Markdown is shown, not saved."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers["Content-Security-Policy"] = POLICY.replace("style-src", "style-src 'unsafe-inline'")
        if response.headers.get("content-type", "").startswith("text/markdown"):
            response.headers["content-type"] = "text/plain; charset=utf-8"
        return response


class _Handlers:
    def __init__(self, site: ServedSite, ask: Pool, browse: Pool) -> None:
        self._site = site
        self._ask = ask
        self._browse = browse
        self._unsent = 0

    # --- the SPARQL endpoint ---

    async def sparql(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _allow("GET, HEAD, POST, OPTIONS")
        body = await _body(request) if request.method == "POST" else b""
        question = parse_request(request.method, _query_string(request), _content_type(request), body)
        accept = _accept(request)
        values: dict[str, Any] = {"accept": accept}
        if request.method != "POST" and not (question and question.form):
            offers = (*TRIPLES, *ROWS, PAGE) if question else (*TRIPLES, PAGE)
            if choose(accept, offers) is PAGE:
                return html.page(html.editor(self._site.name, question.query if question else ""), _prefix(request))
        if question is None:
            values |= {"form": "", "endpoint": f"{_origin(request)}/sparql"}
            return await self._answer(request, self._browse, "describe", values)
        values |= {"query": question.query, "form": question.form}
        values |= {"default_graphs": question.default_graphs, "named_graphs": question.named_graphs}
        settled = request.method != "POST" and not self._site.is_remote and not _VOLATILE.search(question.query)
        return await self._answer(request, self._ask, "sparql", values, settled=settled, hurried=True)

    # --- the explorer ---

    async def explorer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _allow()
        site = self._site
        if not bundle.available() or not site.has_explorer:
            return html.page(html.index(site.name, pages=bool(site.pages), graph=site.has_explorer), _prefix(request))
        links = (("SPARQL", "/sparql"), *((("pages", "/pages/"),) if site.pages else ()), *site.links)
        text, tag = _explorer(site.name, _origin(request), links)
        # The page's own policy names the hashes of its script and style, and both policies hold.
        headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Security-Policy": "frame-ancestors 'none'"}
        if tag in _tags(request):
            return Response(status_code=304, headers=headers)
        return HTMLResponse(text, headers=headers)

    async def view(self, request: Request) -> Response:
        from kgraph.serve.browse import VIEWS

        name = request.path_params["view"]
        if name not in VIEWS:
            raise HTTPException(404)
        if request.method == "OPTIONS":
            return _allow()
        values = {"view": name, "values": _fields(request)}
        return await self._answer(request, self._browse, "view", values)

    async def queries(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _allow()
        return await self._answer(request, self._browse, "queries", {})

    async def bind_query(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _allow()
        values = {"name": request.path_params["name"], "values": _fields(request)}
        return await self._answer(request, self._browse, "bound", values)

    # --- sources ---

    @property
    def _roots(self) -> dict[str, str]:
        return {"": str(self._site.root)} if self._site.root else dict(self._site.roots)

    async def source_lines(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _allow()
        values = {"roots": self._roots, "values": _fields(request)}
        return await self._answer(request, self._browse, "source", values, settled=False)

    async def source_page(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _allow()
        raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
        prefix = _prefix(request)
        inside = raw.partition(b"?")[0][len(prefix.encode()) :]
        path = inside.partition(b"/source/")[2].decode("ascii", "replace")
        values = {"roots": self._roots, "path": path, "plain": "plain" in _fields(request), "prefix": prefix}
        return await self._answer(request, self._browse, "page", values, settled=False)

    async def code_styles(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _allow()
        from kgraph.serve.source import styles

        return Response(styles(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    async def cards_script(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return _allow()
        return FileResponse(_CARDS_SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    # --- answers of workers ---

    async def _answer(
        self,
        request: Request,
        pool: Pool,
        task: str,
        values: Mapping[str, Any],
        *,
        settled: bool = True,  # the answer is the same as long as the generation is
        hurried: bool = False,  # whoever goes away no longer wants the answer, which may be long in the making
    ) -> Response:
        key = hashlib.sha256(json.dumps([task, values], sort_keys=True).encode()).hexdigest()[:16]
        vary = {"Vary": "Accept"} if "accept" in values else {}
        if settled and (mark := folder.generation_token(self._site.graph)):
            tag = f'W/"{mark}-{key}"'
            if tag in _tags(request):
                return Response(status_code=304, headers={"ETag": tag, "Cache-Control": "no-cache", **vary})
        try:
            answer = await _unless_gone(request, pool, task, values, hurried=hurried)
        except QueueFullError:
            what = "too many questions wait for an answer; try again"
            raise RefusedError(503, what, **{"Retry-After": str(RETRY_SECONDS)}) from None
        except FailedError as error:
            raise RefusedError(error.status, str(error)) from None
        if answer is None:
            return Response(status_code=499)  # nobody reads it
        if answer.status != 200:
            with answer.body as body:
                raise RefusedError(answer.status, body.read().decode("utf-8", "replace").strip())
        if answer.size > MAX_SMALL_BYTES and self._unsent + answer.size > MAX_UNSENT:
            answer.body.close()
            what = "others have yet to read their answers; try again"
            raise RefusedError(503, what, **{"Retry-After": str(RETRY_SECONDS)})
        headers = {"Content-Length": str(answer.size), _GENERATION: answer.mark, **vary, **answer.headers}
        headers["Cache-Control"] = "no-cache" if settled else "no-store"
        if settled:
            headers["ETag"] = f'W/"{answer.mark}-{key}"'
        if request.method == "HEAD":
            answer.body.close()
            return Response(headers=headers, media_type=answer.media)
        return StreamingResponse(self._chunks(answer), headers=headers, media_type=answer.media)

    async def _chunks(self, answer: WorkerAnswer) -> AsyncIterator[bytes]:
        self._unsent += answer.size
        try:
            with answer.body as body:
                while chunk := body.read(_CHUNK):  # of a file that was just written: it is in memory
                    yield chunk
        finally:
            self._unsent -= answer.size


@lru_cache(maxsize=8)
def _explorer(name: str, origin: str, links: tuple[tuple[str, str], ...]) -> tuple[bytes, str]:
    """The explorer's page and its tag; it asks the server that sent it, at `origin`, and leads to `links` there."""
    absolute = [[title, f"{origin}{path}"] for title, path in links]
    told = {"server": True, "source_url": f"{origin}/source/{{path}}#L{{line}}", "links": absolute}
    text = bundle.page(name, told, connect="'self'")
    return text, f'"{hashlib.sha256(text).hexdigest()[:16]}"'


async def _unless_gone(
    request: Request, pool: Pool, task: str, values: Mapping[str, Any], *, hurried: bool
) -> WorkerAnswer | None:
    """The answer, or None if who asked goes away before it is there."""
    client = request.client.host if request.client else ""
    asking = asyncio.ensure_future(pool.ask(task, values, client))
    gone = asyncio.ensure_future(_respond_gone(request))
    try:
        await asyncio.wait((asking, gone), return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        asking.cancel()
        raise
    finally:
        gone.cancel()
    if asking.done():
        return asking.result()
    if hurried:
        asking.cancel()  # which ends the worker
    asking.add_done_callback(_let_go)
    return None


def _let_go(asking: asyncio.Future[WorkerAnswer]) -> None:
    if not asking.cancelled() and asking.exception() is None:
        asking.result().body.close()


async def _respond_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


# --- where it is served ---


def _prefix(request: Request) -> str:
    """What stands before the paths of this application, as it stands in URLs: "" or "/repositories/flask"."""
    return quote(str(request.scope.get("root_path", "")))


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}{_prefix(request)}"


# --- reading requests -------------------------------------------------------------------------------------------------


def _query_string(request: Request) -> bytes:
    found: bytes = request.scope["query_string"]
    if len(found) > MAX_URL_LENGTH:
        raise RefusedError(414, f"the URL is longer than {MAX_URL_LENGTH:,} bytes: send the query with POST")
    return found


def _fields(request: Request) -> dict[str, str]:
    """The fields of the URL, each given once."""
    try:
        found = parse_qsl(_query_string(request).decode(), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise RefusedError(400, "the URL is not in UTF-8, or has too many fields") from None
    fields = dict(found)
    if len(fields) < len(found):
        raise RefusedError(400, "a field is given twice")
    return fields


def _content_type(request: Request) -> str:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "the request is compressed, which is not understood here")
    return request.headers.get("content-type", "")


def _accept(request: Request) -> str:
    return ",".join(request.headers.getlist("accept"))


def _tags(request: Request) -> set[str]:
    return {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}


async def _body(request: Request) -> bytes:
    body, size = bytearray(), 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size <= MAX_BODY_BYTES:
                body += chunk
            elif size > 10 * MAX_BODY_BYTES:
                break
    except ClientDisconnect:  # or it was too slow, of which `httpd` has informed it
        raise RefusedError(499, "the request did not come to its end") from None
    if size > MAX_BODY_BYTES:  # said at the end: most clients do not listen before
        raise RefusedError(413, f"the request has more than {MAX_BODY_BYTES:,} bytes", Connection="close")
    return bytes(body)


def _allow(methods: str = "GET, HEAD, OPTIONS") -> Response:
    return Response(status_code=204, headers={"Allow": methods})


# --- saying no --------------------------------------------------------------------------------------------------------


async def _respond_refused(request: Request, error: RefusedError) -> Response:
    headers = {**error.headers, "Cache-Control": "no-store"}
    if request.url.path.removeprefix(request.scope.get("root_path", "")).startswith("/api/"):
        return Response(json.dumps({"error": error.what}), error.status, headers, "application/json")
    return PlainTextResponse(error.what + "\n", error.status, headers)


async def _respond_missing(request: Request, error: HTTPException) -> Response:
    what = {404: "there is nothing at this address", 405: "not that way"}.get(error.status_code, error.detail)
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = ", ".join(sorted(headers["Allow"].split(", ")))  # it comes from a set
    return await _respond_refused(request, RefusedError(error.status_code, what, **headers))
