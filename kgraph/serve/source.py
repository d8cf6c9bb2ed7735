"""The lines of a file: as JSON for the explorer, as a page for people.

Input: a file's path or id, and the folder of the repository. Output: lines of the file as it is in the working tree
now, and whether that is what the graph tells of: its git blob id says so.

Only files of the graph are read, and no symbolic link is followed on the way to one, so that nothing outside of the
repository can be asked for. What a link in the repository says is shown as git has it: the path it leads to.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

import msgspec

from kgraph.extract.text import as_utf8, is_binary, with_unix_line_ends
from kgraph.pages.crossref import users
from kgraph.pages.crossref.linked_lines import Piece, link_lines
from kgraph.regular_file import blob_id, hash_name_of
from kgraph.serve import html
from kgraph.serve.cross_references import SourceReferences
from kgraph.serve.cross_references import read as read_references
from kgraph.serve.protocol import RefusedError
from kgraph.vocab.iri import decode_path, encode_path

if TYPE_CHECKING:
    from kgraph.graph import KGraph

MAX_BYTES = 20_000_000  # of a file
MAX_LINES = 5_000  # in one answer of JSON
MAX_COLOURED_BYTES = 1_000_000  # bytes; larger files are shown plain

_FIND = """# A file by its id or its path.
# param path: path, src/shape.h (optional)
SELECT ?id ?path ?blob ?language WHERE {
  ?file kg:path ?path ; kg:blob ?blob . OPTIONAL { ?file kg:language ?language }
  FILTER(%s)
  BIND(STR(?file) AS ?id)
}
"""
_SYMBOLS = """
SELECT ?id ?line ?kind ?name WHERE {
  ?location kg:inFile ?file ; kg:startLine ?line .
  ?symbol kg:declaration|kg:definition ?location ; kg:qualifiedName ?name ; a ?class .
  FILTER(?class != kg:Symbol)
  BIND(STRAFTER(STR(?class), "#") AS ?kind)
  BIND(STR(?symbol) AS ?id)
} ORDER BY ?line ?name ?kind ?id
"""


@dataclass(frozen=True, slots=True)
class _File:
    id: str
    path: str  # to show
    language: str
    content: bytes
    changed: bool  # since the graph was built

    @property
    def lines(self) -> list[str]:
        lines = with_unix_line_ends(self.content).decode("utf-8", "replace").split("\n")
        return lines[:-1] if lines[-1] == "" else lines


def lines(graph: KGraph, asked: Mapping[str, Any], out: Any) -> dict[str, Any]:
    """Some lines of a file, as JSON: {path, id, from, to, total, changed, lines}."""
    values: Mapping[str, str] = asked["values"]
    if unknown := values.keys() - {"path", "id", "from", "to"}:
        raise RefusedError(400, f"there is no field {min(unknown)[:40]!r}; there are: path, id, from, to")
    first, last = (_line(name, values[name]) if name in values else None for name in ("from", "to"))
    file = _file(graph, asked["roots"], values)
    if is_binary(file.content):
        raise RefusedError(415, f"{file.path} is not text")
    file_lines = file.lines
    first = first or 1
    last = min(last or len(file_lines), len(file_lines), first + MAX_LINES - 1)
    answer = {
        "path": file.path,
        "id": file.id,
        "from": first,
        "to": last,
        "total": len(file_lines),
        "changed": file.changed,
        "lines": file_lines[first - 1 : last],
    }
    out.write(msgspec.json.encode(answer))
    return {"media": "application/json"}


def page(graph: KGraph, asked: Mapping[str, Any], out: Any) -> dict[str, Any]:
    """A whole file as a page, coloured, with an anchor per line and a list of its symbols."""
    shown = unquote_to_bytes(asked["path"]).decode("utf-8", "backslashreplace")
    file = _file(graph, asked["roots"], {"id": asked["path"], "path": shown})
    symbols = graph.query(_SYMBOLS.replace("?file", f"<{graph.base}{file.id}>"))
    text = "".join(_page(graph, file, list(symbols.dicts()), plain=asked["plain"]))
    out.write(html.prefix_links(text, asked["prefix"]).encode("utf-8", "replace"))
    return {"media": "text/html; charset=utf-8"}


def _line(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 10 and int(text)):
        raise RefusedError(400, f"{name} must be a line, counted from 1, not {text[:40]!r}")
    return int(text)


def _normal(encoded: str) -> str:
    """A path as it stands in a URL, in the encoding of our ids."""
    return encode_path(os.fsdecode(unquote_to_bytes(encoded)))


# --- finding and reading ----------------------------------------------------------------------------------------------


def _file(graph: KGraph, roots: Mapping[str, str], values: Mapping[str, str]) -> _File:
    """A file of the graph; `roots` are folders by what paths of the graph begin with, "" for all."""
    if not roots:
        raise RefusedError(404, "where the repository is, is not known: start `kgraph serve` with --root")
    if not {"id", "path"} & values.keys():
        raise RefusedError(400, "the field 'path' is missing")
    row = None
    if "id" in values:
        wanted = _normal(values["id"].removeprefix(graph.base).removeprefix("file/"))
        row = next(graph.query(_FIND % f"?file = <{graph.base}file/{wanted}>").dicts(), None)
    if row is None and "path" in values:
        row = next(graph.query(_FIND % "BOUND(?path)", path=values["path"]).dicts(), None)
    if row is None:
        raise RefusedError(404, f"the graph has no file {values.get('path') or values['id']!r}")
    node, path, blob = str(row["id"]).removeprefix(graph.base), str(row["path"]), str(row["blob"])
    inside = decode_path(node.removeprefix("file/"))
    top, _, below = inside.partition("/")
    if "" in roots:
        content = _content(roots[""], inside, path)
    elif top in roots:
        content = _content(roots[top], below, path)
    else:
        raise RefusedError(404, f"where the files of {top} are, is not known")
    changed = blob_id(content, hash_name_of(blob)) != blob
    return _File(node, path, str(row["language"] or ""), as_utf8(content), changed)


def _content(root: str, path: str, shown: str) -> bytes:
    *folders, name = path.split("/")
    if {"", ".", ".."} & {*folders, name}:
        raise RefusedError(404, f"{shown} is not a path in the repository")
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        status = os.stat(name, dir_fd=at, follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            return os.fsencode(os.readlink(name, dir_fd=at))
        if not stat.S_ISREG(status.st_mode):
            raise RefusedError(404, f"{shown} is not a regular file")
        if status.st_size > MAX_BYTES:
            raise RefusedError(413, f"{shown} has {status.st_size:,} bytes, and {MAX_BYTES:,} are shown at most")
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    except OSError as error:
        raise RefusedError(404, f"{shown} cannot be read any more: {error.strerror}") from None
    finally:
        os.close(at)
    with os.fdopen(file, "rb") as stream:
        return stream.read(MAX_BYTES + 1)


# --- a page -----------------------------------------------------------------------------------------------------------


def _page(graph: KGraph, file: _File, symbols: list[dict[str, Any]], *, plain: bool) -> Iterator[str]:
    yield "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n"
    yield '<meta name=viewport content="width=device-width">\n'
    yield f"<title>{escape(file.path)} · {escape(graph.repository.name)}</title>\n"
    yield '<link rel=stylesheet href="/static/serve.css"><link rel=stylesheet href="/static/code.css">\n'
    yield '<script type=module src="/static/source.js"></script>\n'
    yield f"<header><a href='/'>{escape(graph.repository.name)}</a> <h1>{escape(file.path)}</h1>"
    yield f" <a href='/#select={quote(file.id, safe='')}'>in the explorer</a></header>\n"
    if file.changed:
        yield "<p role=status class=note>The file has changed since the graph was built: lines may be others.</p>\n"
    if is_binary(file.content):
        yield f"<p>{len(file.content):,} bytes that are not text.</p>\n"
        return
    found = SourceReferences() if plain or file.changed else read_references(graph, file.id)
    coloured = not plain and len(file.content) <= MAX_COLOURED_BYTES
    if not plain and not coloured:
        yield "<p class=note>The file is large, and so shown without colours.</p>\n"
    yield "<div class=columns>\n"
    if symbols:
        yield "<nav aria-label=Symbols><h2>Symbols</h2><ol>\n"
        for symbol in symbols:
            name, line = escape(str(symbol["name"])), symbol["line"]
            node = quote(str(symbol["id"]).removeprefix(graph.base), safe="")
            explored = f'<a href="/#focus={node}&amp;select={node}" title="in the explorer">{symbol["kind"]}</a>'
            yield f'<li><a href="#L{line}">{name}</a> <small>{explored} {line}</small></li>\n'
        yield "</ol></nav>\n"
    yield "<main><table class=code><tbody>\n"
    lines = link_lines(_colour_lines(file, coloured=coloured), found.lines)
    for number, line in enumerate(lines, 1):
        margin = f"<td class=m>{line.margin}</td>" if found.users else ""
        yield f'<tr id=L{number}>{margin}<td class=n><a href="#L{number}">{number}</a></td><td>{line.html}</td></tr>\n'
    yield f"</tbody></table>{users.section(found.users)}</main></div>\n"
    if found.cards:
        yield f"<template id=cards>{''.join(found.cards)}</template>\n"
        yield '<script src="/static/cards.js" defer></script>\n'


def _colour_lines(file: _File, *, coloured: bool) -> list[list[Piece]]:
    """The pieces of each line."""
    lines = file.lines
    if coloured:
        from kgraph.pages.highlight import pygments_class, split_lines

        found = split_lines(file.language, file.path.rpartition("/")[2], "\n".join(lines), pygments_class)
        if len(found) >= len(lines):
            return found[: len(lines)]  # a line is a line of the file, whatever a lexer makes of it
    return [[("", line, True)] for line in lines]


def styles() -> str:
    """The style sheet of the colours, for light and dark."""
    from pygments.formatters import HtmlFormatter

    light = HtmlFormatter(style="default").get_style_defs(".code")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".code")
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
