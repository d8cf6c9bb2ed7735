"""Who may ask: the check that stands before every answer, and the headers that stand on every one.

A server on one's own machine is reached by every page that one's browser opens. Three doors are kept shut: a name of
somebody else's that leads to this machine (DNS rebinding) by the Host header, scripts of other origins by the Origin
header, and pages that make the browser send expensive queries unread by the Sec-Fetch headers. CORS, where it is asked
for, opens the last two for the origins that were named.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Nothing from elsewhere; scripts and styles from files of ours only, so that a name of the repository runs nothing.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": POLICY,
}


class Guard:
    """An ASGI middleware that refuses foreign requests and adds `HEADERS` to what has none of its own."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = (), origins: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = {"localhost", *(host.lower() for host in hosts)}
        self._origins = {origin.lower() for origin in origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if not self._origins:
                    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            await send(message)

        why = self._refusal(Headers(scope=scope))
        if why:
            await PlainTextResponse(why + "\n", 403)(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)

    def _refusal(self, headers: Headers) -> str:
        host, origin = headers.get("host", ""), headers.get("origin", "").lower()
        if not self._is_ours(host):
            wrong = f"{host[:200] or 'an empty host'} is not a name of this server"
            return f"{wrong}: start it with --allow-host to make it one"
        if origin in self._origins or (origin and "*" in self._origins):
            return ""
        if origin and origin not in (f"http://{host}".lower(), f"https://{host}".lower()):
            return f"pages of {origin[:200]} may not ask this server: start it with --cors to let them"
        # Browsers send this; a link that somebody follows is a navigation.
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate":
            return "pages of other origins may not ask this server: start it with --cors to let them"
        return ""

    def _is_ours(self, host: str) -> bool:
        if set(host) & set("@/?#\\"):
            return False
        try:
            parts = urlsplit(f"//{host}")
            name, _ = (parts.hostname or "").rstrip("."), parts.port  # which raises where that is no number
        except ValueError:
            return False
        if name in self._hosts:
            return True
        try:
            ipaddress.ip_address(name)  # nobody can lead an address elsewhere
        except ValueError:
            return False
        return True
