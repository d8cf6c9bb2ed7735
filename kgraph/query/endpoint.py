"""A SPARQL server over HTTP: requests, credentials, time limits, and errors that name no secret.

Input: an address, who asks, seconds. Output: what the server answered. The standard's library sends the requests: it
has both kinds of passwords that such servers ask for (Virtuoso takes Digest alone), `.netrc` and proxies, and shows the
headers by which a server says that it cut an answer, which rdflib's stores keep to themselves.

A password or token is sent to the server whose address was given and to no other: redirects are not followed.
"""

from __future__ import annotations

import http.client
import netrc
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, NoReturn

from kgraph.errors import KgraphError, QueryError, QueryTimeoutError
from kgraph.version import __version__

SECONDS = 300.0  # that an answer may take by default
MAX_ANSWER = 2 << 30  # bytes
USER, PASSWORD, TOKEN = "KGRAPH_ENDPOINT_USER", "KGRAPH_ENDPOINT_PASSWORD", "KGRAPH_ENDPOINT_TOKEN"

_STEP = 1 << 20
_MAX_MESSAGE = 300  # characters of a server's own words
_TAG = re.compile(r"<[^>]*>")


class EndpointError(KgraphError):
    """A server cannot be reached, or does not do what it was asked for."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks; never shown."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    @classmethod
    def find(cls, url: str, user: str = "", environment: Mapping[str, str] = os.environ) -> Credentials:
        """Those of the environment (`KGRAPH_ENDPOINT_TOKEN`, `_USER`, `_PASSWORD`), else of `.netrc`.

        `user` overrides the name. Raises `EndpointError` where a user has no password.
        """
        if token := environment.get(TOKEN, ""):
            return cls(token=token)
        user = user or environment.get(USER, "")
        if user and (password := environment.get(PASSWORD)) is not None:
            return cls(user, password)
        host = urllib.parse.urlsplit(url).hostname or ""
        try:
            known = netrc.netrc(environment.get("NETRC") or None).authenticators(host)
        except FileNotFoundError:
            known = None
        except (OSError, netrc.NetrcParseError) as error:
            what = error.msg if isinstance(error, netrc.NetrcParseError) else error.strerror
            raise EndpointError(f"cannot be read: {what}", where=".netrc") from None
        if known and user in ("", known[0]):
            return cls(known[0], known[2] or "")
        if user:
            raise EndpointError(
                f"there is no password of {user!r}", where=host, hint=f"set {PASSWORD}, or add the machine to ~/.netrc"
            )
        return cls()


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered."""

    status: int
    headers: Message
    content: bytes


class Endpoint:
    """A server's address; requests go one after the other."""

    def __init__(self, url: str, credentials: Credentials | None = None, seconds: float = SECONDS) -> None:
        """Raises `EndpointError` where the address is none of the web, or holds a password."""
        parts = _split(url)
        self.url = url
        self.where = urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))  # for messages
        self._seconds = seconds
        self._credentials = credentials if credentials is not None else Credentials.find(url)
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        if self._credentials.user:
            known.add_password(None, self.where, self._credentials.user, self._credentials.password)
        self._opener = urllib.request.build_opener(_NoRedirect, _DigestAgain(known), _Basic(known))

    def send(
        self,
        method: str,
        content: bytes | None = None,
        *,
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accepted: frozenset[int] = frozenset(),
    ) -> Response:
        """The answer to one request; a status of 400 or more is an error, unless it is `accepted`.

        Raises `EndpointError`, `QueryError` where the server says that the query is wrong, `QueryTimeoutError` where
        there is no whole answer in time.
        """
        url = self.url
        if parameters:
            url += ("&" if "?" in url else "?") + urllib.parse.urlencode(parameters)
        request = urllib.request.Request(url, content, dict(headers or {}), method=method)  # noqa: S310 - as checked
        request.add_header("User-Agent", f"kgraph/{__version__}")
        if self._credentials.token:
            request.add_unredirected_header("Authorization", f"Bearer {self._credentials.token}")
        until = time.monotonic() + self._seconds
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                return Response(answer.status, answer.headers, self._read(answer, until))
        except urllib.error.HTTPError as error:
            with error:
                if error.code in accepted:
                    return Response(error.code, error.headers, b"")
                self._refuse(error)
        except TimeoutError:
            self._too_late()
        except http.client.HTTPException as error:
            raise EndpointError(f"the answer is not whole: {error!r:.100}", where=self.where) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, TimeoutError):
                self._too_late()
            why = getattr(reason, "strerror", None) or str(reason)
            raise EndpointError(f"cannot be reached: {why}", where=self.where, hint="is the server running?") from None

    def _read(self, answer: http.client.HTTPResponse, until: float) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while piece := answer.read(_STEP):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_ANSWER:
                raise EndpointError(
                    f"answers with more than {MAX_ANSWER >> 30} GB", where=self.where, hint="ask more narrowly"
                )
            if time.monotonic() > until:
                self._too_late()
        length = answer.headers.get("Content-Length")
        if length and length.isdecimal() and size < int(length):
            raise EndpointError(f"the answer is not whole: {size:,} of {int(length):,} bytes came", where=self.where)
        return b"".join(pieces)

    def _too_late(self) -> NoReturn:
        raise QueryTimeoutError(
            f"no whole answer after {self._seconds:g} s",
            where=self.where,
            hint="ask more narrowly, or give it --timeout",
        )

    def _refuse(self, error: urllib.error.HTTPError) -> NoReturn:
        """Say why a request was refused: in the server's words, which hold nothing of the request's headers."""
        said = _first_words(error)
        match error.code:
            case 301 | 302 | 303 | 307 | 308:
                target = urllib.parse.urlsplit(error.headers.get("Location", ""))
                to = urllib.parse.urlunsplit((target.scheme, target.netloc.rpartition("@")[2], target.path, "", ""))
                raise EndpointError(
                    f"the server leads to {to}", where=self.where, hint="give that address, if you trust it"
                )
            case 401 if not (self._credentials.user or self._credentials.token):
                raise EndpointError(
                    "the server asks who you are",
                    where=self.where,
                    hint=f"set {USER} and {PASSWORD}, or {TOKEN}, or add the machine to ~/.netrc",
                )
            case 401 | 403:
                raise EndpointError(f"the server refuses it to this user{said}", where=self.where)
            case 404 | 405:
                hint = "is this the address of its SPARQL endpoint?"
                raise EndpointError(f"the server answers {error.code}{said}", where=self.where, hint=hint)
            case 408 | 504:
                raise QueryTimeoutError(f"the server gave up{said}", where=self.where, hint="ask more narrowly")
            case 400:
                raise QueryError(f"the server does not take it{said}", where=self.where)
        raise EndpointError(f"the server answers {error.code}{said}", where=self.where)


def _split(url: str) -> urllib.parse.SplitResult:
    hint = "such as http://localhost:8890/sparql"
    try:
        parts = urllib.parse.urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_address = False
    if not is_address or any(not char.isprintable() or char == " " for char in url):
        raise EndpointError("is not an address of a server", where="--endpoint", hint=hint)
    if "@" in parts.netloc:
        raise EndpointError(
            "the address holds a user or a password, which others may see",
            where="--endpoint",
            hint=f"set {USER} and {PASSWORD}, or add the machine to ~/.netrc",
        )
    return parts


def _first_words(error: urllib.error.HTTPError) -> str:
    try:
        text = error.read(1 << 16).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return ""
    lines = [line.strip() for line in _TAG.sub(" ", text).splitlines() if line.strip()]
    words = lines[0][:_MAX_MESSAGE] if lines else ""
    return f": {words}" if words else ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _asks_for(scheme: str, headers: Any) -> bool:
    """Whether a server asks for a password in one way; asked for another, the library's handlers break."""
    challenges = headers.get_all("WWW-Authenticate") or ()
    return any(challenge.split(None, 1)[0].lower() == scheme for challenge in challenges if challenge.strip())


def _answer_again(challenge: Any, again: Callable[[], Any]) -> Any:
    """The answer to a request that is sent again; the challenge is closed, but where it stays the answer."""
    try:
        answer = again()
    except BaseException:
        challenge.close()
        raise
    if answer is not None:
        challenge.close()
    return answer


class _Basic(urllib.request.HTTPBasicAuthHandler):
    def http_error_401(self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any) -> Any:
        if not _asks_for("basic", headers):
            return None
        again = super().http_error_401
        return _answer_again(fp, lambda: again(req, fp, code, msg, headers))


class _DigestAgain(urllib.request.HTTPDigestAuthHandler):
    """Answers a challenge before it is put again: a server may close the connection on a large body that it refuses."""

    def __init__(self, known: urllib.request.HTTPPasswordMgr) -> None:
        super().__init__(known)
        self._challenge: dict[str, str] | None = None

    def http_error_401(self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any) -> Any:
        if not _asks_for("digest", headers):
            return None
        again = super().http_error_401
        return _answer_again(fp, lambda: again(req, fp, code, msg, headers))

    def get_authorization(self, req: urllib.request.Request, chal: Mapping[str, str]) -> str | None:
        self._challenge = dict(chal)
        return super().get_authorization(req, chal)

    def http_request(self, req: urllib.request.Request) -> urllib.request.Request:
        if self._challenge and not req.has_header(self.auth_header):
            answer = self.get_authorization(req, self._challenge)
            if answer:
                req.add_unredirected_header(self.auth_header, f"Digest {answer}")
        return req

    https_request = http_request
