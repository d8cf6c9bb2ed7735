"""The index in which a site's pages search: names, public names and words, without a server.

Input: the context of all pages. Output: scripts. `files.js` has all files and folders; `index-xx.js` the symbols of
which a word of the name, or of the first sentence of documentation, begins with the two letters, the topics of
comments for Doxygen, and the lists of what comments note. `search.js` loads those that the words of a question ask for,
and ranks as `search.ranking` does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from operator import itemgetter
from typing import Any

from kgraph.pages.page_context import PageContext, number_of
from kgraph.pages.purpose import brief
from kgraph.pages.symbols.notes import LISTS
from kgraph.pages.symbols.selection import principal_place
from kgraph.search import words
from kgraph.search.ranking import SearchIndex

_LETTERS = 2  # of a word by which the index is split
_MIN_TEXT_WORD = 4  # letters of the words of documentation that are in the index
_MAX_TEXT = 120  # characters of documentation in the index

Row = tuple[Any, ...]
_Order = tuple[str, ...]


def nodes(context: PageContext) -> list[Row]:
    """All that can be found, what is used most first; the rest of the work is without tables."""
    rows = SearchIndex(context.tables()).rows.sort("fan_in", descending=True)
    return rows.select("id", "kind", "name", "full", "fan_in", "is_test", "doc", "public").rows()


def shards(context: PageContext, found: Iterable[Row]) -> Iterator[tuple[str, bytes]]:
    """The names and contents of the scripts, of the `nodes` that were found."""
    links = context.links
    files: list[tuple[_Order, str]] = []
    symbols: list[tuple[_Order, str, set[str]]] = []
    seen: set[tuple[str, str]] = set()
    for id_, kind, name, full, uses, is_test, doc, public in found:
        if kind in ("File", "Folder"):
            if links.has(id_):
                address = links.page(id_, "docs" if kind == "File" else "index")
                files.append(((full, kind), _json([name, full, kind, address, uses, int(is_test), "", ""])))
            continue
        if (full, kind) in seen or not (address := _address(context, id_)):
            continue
        seen.add((full, kind))
        if kind == "Namespace":
            doc = principal_place(context.model.places[id_]).documentation
        text = brief(doc, limit=_MAX_TEXT)[:_MAX_TEXT] if doc else ""
        row = _json([name, full, kind, address, uses, int(is_test), public or "", text])
        keys = {shard(word) for word in words.split(name)} | {shard(name)}
        keys |= {shard(word) for word in words.split(text) if len(word) >= _MIN_TEXT_WORD}
        symbols.append(((name.casefold(), full, kind, address), row, keys))
    symbols += [*_topics(context), *_lists(context)]
    yield "static/files.js", _script("kgraph.files", [row for _, row in sorted(files, key=itemgetter(0))])
    parts: dict[str, list[str]] = defaultdict(list)
    for _, row, keys in sorted(symbols, key=itemgetter(0)):
        for key in keys:
            parts[key].append(row)
    for key in sorted(parts):
        yield f"static/index-{key}.js", _script(f"kgraph.shards[{json.dumps(key)}]", parts[key])


def _topics(context: PageContext) -> Iterator[tuple[_Order, str, set[str]]]:
    """The topics of comments, by their titles, the names by which commands call them, and what is said of them."""
    links = context.symbols
    for name, topic in links.topics.by_name.items() if links.to_index("") else ():
        text = brief(topic.documentation, limit=_MAX_TEXT)[:_MAX_TEXT]
        address = links.topic_page(name)
        row = _json([topic.title, topic.title, "Topic", address, len(topic.members), 0, name, text])
        spoken = [*words.split(topic.title), *words.split(name), name]
        keys = {shard(word) for word in spoken if len(word) >= _LETTERS}
        keys |= {shard(word) for word in words.split(text) if len(word) >= _MIN_TEXT_WORD}
        yield (topic.title.casefold(), topic.title, "Topic", address), row, keys


def _lists(context: PageContext) -> Iterator[tuple[_Order, str, set[str]]]:
    """The pages that list what comments note: what is deprecated, to be done, known bugs."""
    links = context.symbols
    for name, title in LISTS.items() if links.to_index("") else ():
        if noted := context.notes.get(name):
            address, said = links.notes_page(name), number_of(len(noted), "note")
            row = _json([title, title, "List", address, len(noted), 0, "", said])
            yield (title.casefold(), title, "List", address), row, {shard(word) for word in (*words.split(title), name)}


def _address(context: PageContext, id_: str) -> str:
    """The page of a symbol from the top of the site, "" where it has none."""
    if url := context.symbols.link("", id_):
        return url
    places = context.model.places.get(id_)
    if not places or not places[0].name:
        return ""
    place = principal_place(places)
    return context.links.link("", place.file.id, "docs", place.anchor)


def shard(name: str) -> str:
    """The part of the index that a name is in: its first letters, `_` for what is no letter or digit."""
    return _shard(name.lower()[:_LETTERS])


@cache
def _shard(letters: str) -> str:
    return "".join(char if char.isascii() and char.isalnum() else "_" for char in letters.ljust(_LETTERS, "_"))


_encoder = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def _json(row: list[Any]) -> str:
    """A row for a script: name, full name, kind, address, uses, whether it is of a test, public names, text."""
    return _encoder.encode(row).replace("<", "\\u003c")


def _script(variable: str, rows: list[str]) -> bytes:
    return f"{variable}=[{','.join(rows)}];\n".encode()
