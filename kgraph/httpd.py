"""An HTTP server that slow and greedy clients cannot hold: uvicorn with the limits that it lacks.

Input: an ASGI application and `ConnectionLimits`. Output: a `Server` to be run; `kgraph serve` and `kgraph mcp` are
two.

A connection has so many seconds for the head of a request, for its body, and for every piece of an answer to be read;
between requests it is closed soon. So many connections are kept at once. When another comes, one that waits for its
client gives way: of the address that has the most of them, the one that has waited longest. So whoever opens a thousand
connections and says nothing loses them, and keeps nobody out, on a machine where all clients have one address too.
"""

from __future__ import annotations

import asyncio
import errno
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from kgraph.limits import soft_limit

MAX_CONNECTIONS = 512
MAX_HEAD = 1 << 18  # bytes
# asyncio accepts as many connections in one go before any of them can be closed again.
BACKLOG = 100
# File handles that are not for clients: libraries, stores, workers.
RESERVED_HANDLES = 128 + BACKLOG
_REPORT_SECONDS = 60  # between two lines about the same trouble
_SHORT_OF = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """How long a client is waited for, in seconds, and how many may be there."""

    head: float = 10  # from the first byte, or from the connection, to the end of the head
    body: float = 30  # for the whole body
    unread: float = 20  # for a piece of an answer: 256 kB at most
    idle: int = 5  # between two requests
    connections: int = 0  # at once; 0: what the file handles allow, at most `MAX_CONNECTIONS`


def max_connections() -> int:
    """How many connections the file handles of this process allow: each may hold one more, that of its answer."""
    soft = soft_limit(resource.RLIMIT_NOFILE)
    if soft is None:
        return MAX_CONNECTIONS
    return max(8, min(MAX_CONNECTIONS, (soft - RESERVED_HANDLES) // 2))


def config(application: Any, limits: ConnectionLimits | None = None, **options: Any) -> uvicorn.Config:
    """The configuration of a `Server`; `options` are uvicorn's."""
    limits = limits or ConnectionLimits()
    connections = _Connections(limits.connections or max_connections())
    return uvicorn.Config(
        application,
        http=partial(_Connection, limits=limits, connections=connections),  # type: ignore[arg-type]
        ws="none",
        log_level="error",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=limits.idle,
        h11_max_incomplete_event_size=MAX_HEAD,
        **options,
    )


class Server(uvicorn.Server):
    """A server that says in a line that it lacks file handles, and goes on."""

    async def startup(self, sockets: Any = None) -> None:
        asyncio.get_running_loop().set_exception_handler(_HandleWarnings())
        await super().startup(sockets)


class _HandleWarnings:
    """What the event loop has to say: of a lack of handles a line a minute, since asyncio says it for every client."""

    def __init__(self) -> None:
        self._last_report = -float(_REPORT_SECONDS)

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _SHORT_OF:
            loop.default_exception_handler(context)
        elif time.monotonic() - self._last_report >= _REPORT_SECONDS:
            self._last_report = time.monotonic()
            print(f"clients have to wait: {error.strerror}; see `ulimit -n`", file=sys.stderr)


class _Connections:
    """All connections of a server."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._all: set[_Connection] = set()

    def add(self, connection: _Connection) -> None:
        """Another connection: one that waits for its client gives way to it where there are too many."""
        self._all.add(connection)
        if len(self._all) <= self._most:
            return
        clients = Counter(each.address for each in self._all)
        waiting = [each for each in self._all if each is not connection and each.waits_since is not None]
        if waiting:
            # Who has not asked yet gives way before who does not read an answer.
            next_to_go = min(waiting, key=lambda each: (each.is_unread, -clients[each.address], each.waits_since or 0))
            self._all.discard(next_to_go)
            next_to_go.end()
        else:
            self._all.discard(connection)
            connection.end(b"503 Service Unavailable", b"Retry-After: 5\r\n")

    def remove(self, connection: _Connection) -> None:
        self._all.discard(connection)


class _Connection(H11Protocol):
    """A connection with limits on how long it waits for its client."""

    def __init__(self, *arguments: Any, limits: ConnectionLimits, connections: _Connections, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._limits = limits
        self._others = connections
        self._state: Any = None  # of the client, as h11 sees it, while it is waited for
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self.address = ""
        self.waits_since: float | None = None  # None while the client waits for us
        self.is_unread = False

    # --- what the transport tells ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # Everything that the client has not read yet counts, so that `pause_writing` is called for every piece.
        transport.set_write_buffer_limits(high=0)
        self.address = self.client[0] if self.client else ""
        self._look()
        self._others.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._reading = self._stop(self._reading)
        self._writing = self._stop(self._writing)
        self._others.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.is_unread = True
        self._writing = self._stop(self._writing)
        self._writing = self.loop.call_later(self._limits.unread, self.end)
        self._look()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.is_unread = False
        self._writing = self._stop(self._writing)
        self._look()

    # --- whom one waits for ---

    def _look(self) -> None:
        """See whether the client is to say something, and since when."""
        state: Any = self.conn.their_state
        if state not in (h11.IDLE, h11.SEND_BODY) or self.transport.is_closing():
            state = None
        now = self.loop.time()
        if state is not self._state:
            self._state = state
            self._reading = self._stop(self._reading)
            self.waits_since = None
        if state is None and not self.is_unread:
            self.waits_since = None
        elif self.waits_since is None:
            self.waits_since = now
        # After an answer, and up to the first byte, it is uvicorn that counts: `Limits.idle`.
        if state is not None and self._reading is None and self.timeout_keep_alive_task is None:
            seconds = self._limits.head if state is h11.IDLE else self._limits.body
            self._reading = self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        self._reading = None
        said_something = self._state is h11.SEND_BODY or bool(self.conn.trailing_data[0])
        self.end(b"408 Request Timeout" if said_something else b"")

    def end(self, status: bytes = b"", headers: bytes = b"") -> None:
        """Close the connection; with a last word, unless an answer is under way."""
        if self.transport.is_closing() and not self.is_unread:
            return
        if status and not (self.cycle and self.cycle.response_started and not self.cycle.response_complete):
            self.transport.write(b"HTTP/1.1 " + status + b"\r\n" + headers + b"Content-Length: 0\r\n")
            self.transport.write(b"Connection: close\r\n\r\n")
        # What is still to be sent is not waited for.
        self.transport.abort() if self.is_unread else self.transport.close()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> asyncio.TimerHandle | None:
        if timer is not None:
            timer.cancel()
        return None
