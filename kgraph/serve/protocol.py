"""What a request to the SPARQL endpoint asks (SPARQL 1.1 Protocol, sections 2.1 and 2.3).

Input: the pieces of an HTTP request, as bytes. Output: the text of a query, None where there is none (then the service
describes itself), or a `RefusedError` with the status that says why. No SPARQL is read here: the query is a text until
it reaches a worker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"

MAX_FIELDS = 100
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\\ud800-\udfff]*")


class RefusedError(Exception):
    """A request that is not answered; `status` is the HTTP status."""

    def __init__(self, status: int, what: str, **headers: str) -> None:
        super().__init__(what)
        self.status = status
        self.what = what
        self.headers = headers


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A SPARQL server that answers in the place of a graph's own store; its password stays in the environment."""

    url: str
    user: str = ""
    seconds: float = 300.0  # that one request may take
    graphs: tuple[str, ...] = ()  # names of those to read; () for what the server reads by default


@dataclass(frozen=True, slots=True)
class SparqlRequest:
    """A query that a client sent."""

    query: str
    form: str = ""  # the format, where a parameter `format` names it: it stands above the Accept header
    default_graphs: tuple[str, ...] = ()  # names of the graphs to read, which stand above those in the query
    named_graphs: tuple[str, ...] = ()


def parse_request(method: str, query_string: bytes, content_type: str = "", body: bytes = b"") -> SparqlRequest | None:
    """The query that a request sends; None for a GET without one."""
    fields = _fields(query_string, "the URL")
    text: str | None = None
    if method == "POST":
        media, _, parameters = content_type.partition(";")
        _utf8(parameters)
        match media.strip().lower():
            case "application/x-www-form-urlencoded":
                fields = fields + _fields(body, "the form")
            case "application/sparql-query":
                text = _text(body)
            case "application/sparql-update":
                raise _reads_only()
            case "":
                raise RefusedError(415, f"the request has no Content-Type; send {DIRECT}, or {FORM} with a field query")
            case other:
                raise RefusedError(415, f"{other} is not a query; send {DIRECT}, or {FORM} with a field query")
    return _choose_query(fields, text, needed=method == "POST")


def _choose_query(fields: list[tuple[str, str]], text: str | None, *, needed: bool) -> SparqlRequest | None:
    names = [name for name, _ in fields]
    if "update" in names:
        raise _reads_only()
    queries = [value for name, value in fields if name == "query"] + ([] if text is None else [text])
    if len(queries) > 1:
        raise RefusedError(400, "there is more than one query in the request")
    if not queries:
        if needed:
            raise RefusedError(400, "there is no query in the request: the form has no field query")
        return None
    form = next((value for name, value in fields if name == "format"), "")
    return SparqlRequest(queries[0], form, _graphs(fields, "default-graph-uri"), _graphs(fields, "named-graph-uri"))


def _graphs(fields: list[tuple[str, str]], field: str) -> tuple[str, ...]:
    names = tuple(value for name, value in fields if name == field)
    for name in names:
        if not _IRI.fullmatch(name):
            raise RefusedError(400, f"{field}: {name[:100]!r} is not an absolute IRI")
    return names


def _fields(data: bytes, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(data.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError:
        raise RefusedError(400, f"{where} is not in UTF-8") from None
    except ValueError:
        raise RefusedError(400, f"{where} has more than {MAX_FIELDS} fields") from None


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise RefusedError(400, f"the query is not in UTF-8 (byte {error.start})") from None


def _utf8(parameters: str) -> None:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        charset = value.strip().strip('"').lower()
        if name.strip().lower() == "charset" and charset not in ("utf-8", "utf8", "us-ascii"):
            raise RefusedError(415, f"charset {charset[:40]}: queries are sent in UTF-8")


def _reads_only() -> RefusedError:
    return RefusedError(403, "this endpoint only reads: `kgraph build` is what changes a graph")
