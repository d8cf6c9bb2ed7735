"""The inventory of a set of pages, with which other documents link to its symbols.

Input: the context of all pages. Output: an `objects.inv` of version 2, which Sphinx's intersphinx and the autorefs of
MkDocs read. A symbol of Python, C, C++ or JavaScript has the role that Sphinx's domain of the language gives it; any
other symbol, and each heading, is a label; files and folders are documents under their paths.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from kgraph.pages.page_context import PageContext
from kgraph.pages.repository_model import PageSymbol
from kgraph.pages.symbols.selection import language_of, principal_place
from kgraph.vocab.iri import display_path

NAME = "objects.inv"

_PYTHON = {
    "Module": "module",
    "Class": "class",
    "Enum": "class",
    "Function": "function",
    "Method": "method",
    "Constructor": "method",
    "Property": "property",
    "Field": "attribute",
    "Enumerator": "attribute",
    "Variable": "data",
    "TypeAlias": "data",
}
_C = {
    "Struct": "struct",
    "Union": "union",
    "Enum": "enum",
    "Enumerator": "enumerator",
    "Function": "function",
    "Field": "member",
    "Variable": "var",
    "TypeAlias": "type",
}
_CPP = {
    "Class": "class",
    "Struct": "class",
    "Union": "union",
    "Concept": "concept",
    "Enum": "enum",
    "Enumerator": "enumerator",
    "Function": "function",
    "Method": "function",
    "Constructor": "function",
    "Destructor": "function",
    "Conversion": "function",
    "Field": "member",
    "Variable": "member",
    "TypeAlias": "type",
}
_JAVASCRIPT = {
    "Module": "module",
    "Class": "class",
    "Function": "function",
    "Method": "method",
    "Constructor": "method",
    "Property": "attribute",
    "Field": "attribute",
    "Variable": "data",
}
_DOMAINS = {"python": ("py", _PYTHON), "javascript": ("js", _JAVASCRIPT), "typescript": ("js", _JAVASCRIPT)}
_UNNAMED = re.compile(r"[(<](?:anonymous|unnamed|lambda|locals)|\s|^$")
_PUBLIC, _SHOWN, _HIDDEN = "1", "0", "-1"  # priorities in a search of Sphinx


@dataclass(frozen=True, slots=True)
class InventoryEntry:
    """What documents can link to."""

    name: str
    role: str  # "py:class"
    address: str  # from the top of the pages
    priority: str = _HIDDEN
    title: str = "-"  # what a link shows, "-" for the name


def entries(context: PageContext) -> Iterator[InventoryEntry]:
    """All that has a page or an anchor, each name and role once, sorted."""
    found: dict[tuple[str, str], InventoryEntry] = {}
    for entry in (*_symbols(context), *_places(context)):
        found.setdefault((entry.name, entry.role), entry)
    for key in sorted(found):
        yield found[key]


def write(context: PageContext, version: str) -> bytes:
    """The file: addresses of pages end as those of a site do."""
    lines = "".join(
        f"{entry.name} {entry.role} {entry.priority} {entry.address} {entry.title}\n" for entry in entries(context)
    )
    head = (
        "# Sphinx inventory version 2\n"
        f"# Project: {_flatten(context.title)}\n"
        f"# Version: {_flatten(version)}\n"
        "# The remainder of this file is compressed using zlib.\n"
    )
    return head.encode("utf-8", "backslashreplace") + zlib.compress(lines.encode("utf-8", "backslashreplace"), 9)


def _flatten(text: str) -> str:
    return " ".join(text.split())


def _symbols(context: PageContext) -> Iterator[InventoryEntry]:
    for id_, places in context.model.places.items():
        symbol = principal_place(places)
        address = _site(context.symbol_url("", symbol))
        if not address or not symbol.name:
            continue
        if symbol.kind == "Heading":
            name = f"{display_path(symbol.file.path)}#{symbol.anchor.removeprefix('sym-')}".lower()
            if not _UNNAMED.search(name):
                yield InventoryEntry(name, "std:label", address, title=_flatten(symbol.name) or "-")
            continue
        if _UNNAMED.search(symbol.qualified):
            continue
        role = role_of(symbol)
        if role == "std:label":  # labels are looked up in lower case
            yield InventoryEntry(symbol.qualified.lower(), role, address, title=_flatten(symbol.qualified))
            continue
        yield InventoryEntry(symbol.qualified, role, address, _PUBLIC)
        for public in context.symbols.public_names(id_):
            yield InventoryEntry(public, role, address, _PUBLIC)


def _places(context: PageContext) -> Iterator[InventoryEntry]:
    links = context.links
    for id_, path, kind in (
        *((file.id, file.path, "docs") for file in context.model.files.values()),
        *((folder.id, folder.path, "index") for folder in context.model.folders.values()),
    ):
        name = display_path(path)
        if links.has(id_) and name != "." and not re.search(r"\s", name):
            yield InventoryEntry(name, "std:doc", _site(links.page(id_, kind)))


def _site(address: str) -> str:
    """The address in a site that was made of a page."""
    path, hash_, anchor = address.partition("#")
    return (path.removesuffix(".md") + ".html" if path.endswith(".md") else path) + hash_ + anchor


def role_of(symbol: PageSymbol) -> str:
    """ "py:class": the domain of Sphinx and the type in it, "std:label" where Sphinx has none."""
    if symbol.kind == "Macro":
        return "c:macro"
    language = language_of(symbol.id)
    if language == "cpp":
        domain, types = ("c", _C) if symbol.file.language == "C" else ("cpp", _CPP)
    elif language in _DOMAINS:
        domain, types = _DOMAINS[language]
    else:
        return "std:label"
    return f"{domain}:{types[symbol.kind]}" if symbol.kind in types else "std:label"
