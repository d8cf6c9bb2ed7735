"""Which of several formats a client wants (RFC 9110, section 12.5.1).

Input: an Accept header, and what can be offered. Output: the offer that the client likes best, or None where it takes
none of them. Offers stand in our own order of preference, which decides between those that the client likes equally.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_RANGE = re.compile(r"([!#$%&'*+.^_`|~\w-]+)/([!#$%&'*+.^_`|~\w-]+)", re.ASCII)
_QUALITY = re.compile(r"q\s*=\s*([01](?:\.\d{0,3})?)", re.ASCII | re.IGNORECASE)
_PARTS = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')


@dataclass(frozen=True, slots=True)
class Offer:
    """One format under one media type; several media types may name the same format."""

    media: str  # as in the Content-Type header
    form: str  # a name of `kgraph.query.formats.FORMATS` or `kgraph.export.WRITERS`, or "html"


ROWS = (
    Offer("application/sparql-results+json", "json"),
    Offer("application/json", "json"),
    Offer("application/sparql-results+xml", "xml"),
    Offer("application/xml", "xml"),
    Offer("text/xml", "xml"),
    Offer("text/csv", "csv"),
    Offer("text/tab-separated-values", "tsv"),
)
TRIPLES = (
    Offer("text/turtle", "ttl"),
    Offer("application/n-triples", "nt"),
    Offer("application/ld+json", "jsonld"),
    Offer("application/json", "jsonld"),
    Offer("application/rdf+xml", "rdfxml"),
    Offer("application/xml", "rdfxml"),
    Offer("text/xml", "rdfxml"),
)
PAGE = Offer("text/html", "html")


def choose(accept: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer that an Accept header asks for; without a header the first."""
    ranges = list(_ranges(accept))
    if not ranges:
        return offers[0]
    best = max(offers, key=lambda offer: _quality(offer.media, ranges))  # the first of equals
    return best if _quality(best.media, ranges) > 0 else None


def find_named(form: str, offers: Sequence[Offer]) -> Offer | None:
    """The offer of that format."""
    return next((offer for offer in offers if offer.form == form), None)


def _ranges(accept: str) -> Iterable[tuple[str, str, float]]:
    for part in _PARTS.findall(accept):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        if match := _RANGE.fullmatch(kind):
            quality = next((_QUALITY.fullmatch(each) for each in parameters if _QUALITY.fullmatch(each)), None)
            yield match[1].lower(), match[2].lower(), min(1.0, float(quality[1])) if quality else 1.0


def _quality(media: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    """How much the client likes a media type: what its most exact range says."""
    kind, _, subtype = media.partition("/")
    exactness, liked = -1, 0.0
    for range_kind, range_subtype, quality in ranges:
        if range_kind not in (kind, "*") or range_subtype not in (subtype, "*"):
            continue
        exact = (range_kind != "*") + (range_subtype != "*")
        if exact > exactness or (exact == exactness and quality > liked):
            exactness, liked = exact, quality
    return liked
