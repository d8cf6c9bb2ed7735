"""What the names in a file mean, and who uses what it defines: the links of a source page.

Input: the open graph and a file's id. Output: `SourceReferences`, asked of the triple store for this file alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import polars as pl

from kgraph.pages.crossref import cards, mentions, users
from kgraph.pages.crossref.linked_lines import DefinedName, LineReferences, NameUse
from kgraph.pages.crossref.shown_source import CALLED, MIN_CONFIDENCE, UNNAMED
from kgraph.pages.page_context import KIND_NAMES

if TYPE_CHECKING:
    from kgraph.graph import KGraph

_ROLES = ("declaration", "definition")
_MAX_FILES = 10  # that use one symbol, on the page
MAX_USERS_BYTES = 150_000  # of the lists of users on the page of one file
_USES = """
SELECT ?kind ?used ?line ?confidence ?evidence WHERE {
  ?use kg:inFile ?file ; a ?class ; kg:to ?to ; kg:line ?line .
  FILTER(?class != kg:Use)
  OPTIONAL { ?use kg:confidence ?confidence } OPTIONAL { ?use kg:evidence ?evidence }
  BIND(STRAFTER(STR(?class), "#") AS ?kind) BIND(STR(?to) AS ?used)
}
"""
# The engine follows a pattern from its first triple: two of these begin in the file's uses, two in what it defines.
_SYMBOLS = """
SELECT DISTINCT ?symbol ?kind ?name ?qualified ?signature ?documentation ?path ?place ?line ?end WHERE {
  %s
  ?s kg:%s ?location .
  ?location kg:inFile ?in ; kg:startLine ?line ; kg:endLine ?end . ?in kg:path ?path .
  ?s a ?class ; kg:qualifiedName ?qualified ; rdfs:label ?name .
  FILTER(?class NOT IN (kg:Symbol, kg:Namespace))
  OPTIONAL { ?s kg:signature ?signature } OPTIONAL { ?s kg:documentation ?documentation }
  BIND(STRAFTER(STR(?class), "#") AS ?kind) BIND(STR(?s) AS ?symbol) BIND(STR(?in) AS ?place)
} ORDER BY ?symbol ?path ?line
"""
_STARTS = (
    "?use kg:inFile ?file ; kg:to ?s .",
    "?here kg:inFile ?file . ?s kg:declaration ?here .",
    "?here kg:inFile ?file . ?s kg:definition ?here .",
)
_USERS = """
SELECT ?symbol ?path ?place (COUNT(DISTINCT ?line) AS ?lines) (MIN(?line) AS ?first) WHERE {
  ?here kg:inFile ?file . ?s kg:%s ?here . ?use kg:to ?s ; kg:inFile ?in ; kg:line ?line ; a ?class .
  FILTER(?class IN (kg:Call, kg:Reference, kg:Inheritance, kg:Expansion, kg:TypeUse, kg:Specialization))
  ?in kg:path ?path .
  BIND(STR(?s) AS ?symbol) BIND(STR(?in) AS ?place)
} GROUP BY ?symbol ?path ?place ORDER BY ?symbol ?path
"""
_INCLUDES = """
SELECT ?line ?spelling ?place WHERE {
  ?include kg:inFile ?file ; kg:spelling ?spelling ; kg:startLine ?line ; kg:target ?target . ?target kg:path ?path .
  BIND(STR(?target) AS ?place)
} ORDER BY ?line ?place
"""


@dataclass(slots=True)
class SourceReferences:
    """The links of a page."""

    lines: LineReferences = field(default_factory=LineReferences)
    cards: list[str] = field(default_factory=list)
    users: str = ""  # items of the list of users


def read(graph: KGraph, file: str) -> SourceReferences:
    """The references of a file, by its id."""
    base = graph.base
    node = f"<{base}{file}>"

    def ask(query: str) -> Iterator[dict[str, Any]]:
        return graph.query(query.replace("?file", node)).dicts()

    symbols: dict[str, list[dict[str, Any]]] = defaultdict(list)  # the places of each, definitions last
    for role in _ROLES:
        rows = (row for start in _STARTS for row in ask(_SYMBOLS % (start, role)))
        for row in {(row["symbol"], row["place"], row["line"]): row for row in rows}.values():
            place = str(row["place"]).removeprefix(base)
            symbols[str(row["symbol"]).removeprefix(base)].append({**row, "place": place})
    user_rows = {(row["symbol"], row["place"]): row for role in _ROLES for row in ask(_USERS % role)}
    found = SourceReferences()
    uses = _uses(ask(_USES), base, file, symbols, found)
    defined = _find_defined(user_rows.values(), base, file, symbols, found)
    found.lines = LineReferences(uses, defined, _find_included(ask(_INCLUDES), base))
    return found


def _find_included(rows: Iterable[dict[str, Any]], base: str) -> dict[int, tuple[str, str]]:
    """Includes and imports that mean one file of the repository."""
    targets: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in rows:
        targets[row["line"], row["spelling"]].add(str(row["place"]).removeprefix(base))
    return {
        line: (spelling, _address(places.pop())) for (line, spelling), places in targets.items() if len(places) == 1
    }


def _address(place: str) -> str:
    return f"/source/{place.removeprefix('file/')}"


def _url(place: str, line: int) -> str:
    return f"{_address(place)}#L{line}"


def _uses(
    rows: Iterable[dict[str, Any]],
    base: str,
    file: str,
    symbols: Mapping[str, list[dict[str, Any]]],
    found: SourceReferences,
) -> dict[int, list[NameUse]]:
    columns = {"kind": pl.String, "used": pl.String, "line": pl.Int64, "confidence": pl.Float64, "evidence": pl.String}
    frame = pl.DataFrame(
        [
            (
                row["kind"],
                str(row["used"]).removeprefix(base),
                row["line"],
                _decimal(row["confidence"]),
                row["evidence"],
            )
            for row in rows
        ],
        schema=columns,
        orient="row",
    ).with_columns(file=pl.lit(file))
    named = pl.DataFrame(
        [(id_, places[0]["kind"], places[0]["name"], places[0]["qualified"]) for id_, places in symbols.items()],
        schema=dict.fromkeys(("symbol", "kind", "name", "qualified"), pl.String),
        orient="row",
    )
    uses: dict[int, list[NameUse]] = defaultdict(list)
    seen: dict[tuple[tuple[str, ...], float | None], int] = {}
    for line, name, ids, confidence, evidence in mentions.read(frame, named).by_file.get(file, ()):
        key = (tuple(ids), confidence)
        if key not in seen:
            seen[key] = len(found.cards)
            described = [_describe(id_, symbols[id_]) for id_ in ids]
            found.cards.append(cards.card(described, cards.certainty(confidence, evidence or "")))
        principal = symbols[ids[0]][-1]
        is_guess = confidence is not None and confidence < MIN_CONFIDENCE
        uses[line].append(NameUse(name, _url(principal["place"], principal["line"]), seen[key], is_guess))
    return uses


def _decimal(value: Any) -> float | None:
    return None if value is None else float(value)


def _describe(id_: str, places: list[dict[str, Any]]) -> tuple[str, str]:
    symbol = places[-1]
    what = cards.description(str(symbol["signature"] or symbol["qualified"]), str(symbol["documentation"] or ""))
    kind = KIND_NAMES.get(symbol["kind"], (str(symbol["kind"]).lower(), ""))[0]
    place = f"{symbol['path']}:{symbol['line']}"
    where = f'<a href="{escape(_url(symbol["place"], symbol["line"]))}">{escape(place)}</a>'
    return what, f'{escape(kind)} in {where}, <a href="{escape(_explorer_link(id_))}">in the explorer</a>'


def _explorer_link(id_: str) -> str:
    node = quote(id_, safe="")
    return f"/#focus={node}&select={node}"


def _find_defined(
    rows: Iterable[dict[str, Any]],
    base: str,
    file: str,
    symbols: Mapping[str, list[dict[str, Any]]],
    found: SourceReferences,
) -> dict[int, list[DefinedName]]:
    by_symbol: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_symbol[str(row["symbol"]).removeprefix(base)].append({**row, "place": str(row["place"]).removeprefix(base)})
    defined: dict[int, list[DefinedName]] = defaultdict(list)
    items: list[str] = []
    size = 0
    here = [(place, id_) for id_, places in symbols.items() for place in places if place["place"] == file]
    for place, id_ in sorted(here, key=lambda item: (item[0]["line"], item[1])):
        name = str(place["name"])
        if place["kind"] in UNNAMED or not name.isidentifier():
            continue
        files = sorted(by_symbol.get(id_, ()), key=lambda user: (user["place"] != file, user["path"]))
        count = sum(user["lines"] for user in files)
        to_users = _explorer_link(id_) if files else ""
        if files and size < MAX_USERS_BYTES:  # the explorer lists the users of the others
            to_users = f"#u-{len(items)}"
            shown = [
                users.UserFile(
                    str(user["path"]),
                    _url(user["place"], user["first"]),
                    [(user["first"], _url(user["place"], user["first"]))],
                    user["lines"] > 1,
                )
                for user in files[:_MAX_FILES]
            ]
            items.append(
                users.item(
                    users.UsedSymbol(to_users[1:], name, f"#L{place['line']}", count, len(files)),
                    shown,
                    _explorer_link(id_),
                )
            )
            size += len(items[-1])
        defined[place["line"]].append(
            DefinedName(name, place["end"], _explorer_link(id_), place["kind"] in CALLED, count, to_users)
        )
    found.users = "".join(items)
    return defined
