"""The file that `kgraph view` writes: what it carries, and where it starts.

Input: a graph's index and what to show. Output: the bytes of one page. It carries the file graph, the matrices of the
largest folders, the names that its search ranks, and, where it is asked to start at a node, that node's neighbourhood
with details. Symbols are 209,000 nodes in a repository like PyTorch: the search finds those that are used most and
leads to their files; their own details, beyond the neighbourhood, are a server's work, not a file's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from kgraph.errors import QueryError
from kgraph.suggestions import did_you_mean
from kgraph.view import data
from kgraph.view.index import ROOT, ViewIndex
from kgraph.view.page import page
from kgraph.view.source_links import source_address
from kgraph.vocab.iri import encode_path

MAX_MATRICES = 150
MAX_SEARCHED_SYMBOLS = 20_000  # that a page finds without a server: those that are used most
MAX_SEARCHED_TEXT = 200  # characters of the documentation of each that its search reads
MIN_FILES = 12  # of a folder that gets a matrix of its own


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """What to show first, and where links to the source lead."""

    focus: str = ""  # a path, a symbol's name or a node's id; "" for the map of all
    depth: int = 1
    limit: int = data.MAX_NEIGHBOURS  # of a neighbourhood's nodes
    framed: bool = False  # in a notebook's widget, which hears of the selection
    source_url: str | None = None  # template with {path}, {line}, {revision}; None: by the origin remote; "": no links


def view_page(index: ViewIndex, look: ViewOptions) -> bytes:
    """The page of a graph."""
    return page(index.repository.name, page_data(index, look))


def page_data(index: ViewIndex, look: ViewOptions) -> dict[str, Any]:
    """What the page carries."""
    centre = find_node(index, look.focus) if look.focus else ""
    overview = data.overview(index)
    answers: dict[str, Any] = {
        "overview": overview,
        "matrices": _matrices(index),
        "searched": search_data(index, overview["level"]),
        "source_url": source_address(index.repository, look.source_url),
        "framed": look.framed,
    }
    if centre and index.class_of(index.number(centre)) == "Folder":
        above = [index.ids[each] for each in index.parents(index.number(centre))]
        answers["start"] = {"select": centre, "open": [*above, centre]}
    elif centre:
        answer = data.neighbours(index, centre, depth=look.depth, limit=look.limit)
        answers["neighbours"] = answer
        symbols = [each["id"] for each in answer["nodes"] if each["class"] == "Symbol"]
        answers["nodes"] = {node: data.node(index, node, limit=200) for node in symbols}
        answers["start"] = {"focus": centre, "select": centre, "depth": str(look.depth)}
    return answers


def search_data(index: ViewIndex, level: str, most: int = MAX_SEARCHED_SYMBOLS) -> dict[str, Any]:
    """What the page's search ranks, as `search/ranking.js` describes rows; `omitted` symbols are used least.

    Each row ends with the place of its path in `paths`, its line, and how many overloads it stands for. It leads to a
    node of the page: a symbol to its file or, where the page shows folders alone, to its folder.
    """
    rows = index.searched.rows.sort(pl.col("is_test"), -pl.col("fan_in"), "id")
    rows = rows.with_columns(count=pl.len().over("full", "kind")).unique(
        ["full", "kind"], keep="first", maintain_order=True
    )
    is_symbol = pl.col("id").str.starts_with("symbol/")
    symbols = rows.filter(is_symbol)
    rows = pl.concat([rows.filter(is_symbol.not_()), symbols.head(most)])
    nodes: dict[str, int] = {}
    paths: dict[str, int] = {}
    found = []
    wanted = rows.select("id", "name", "full", "kind", "fan_in", "is_test", "public", "doc", "count")
    for id_, name, full, kind, uses, is_test, public, doc, count in wanted.iter_rows():
        number = index.numbers[id_]
        card = data.card(index, number)
        home = int(index.home[number])
        node = index.ids[home] if home >= 0 else id_
        if level == "folders" and node.startswith("file/"):
            node = index.ids[index.parents(index.number(node))[-1]]
        at = paths.setdefault(card["path"] or "", len(paths))
        text = " ".join((doc or "").split())[:MAX_SEARCHED_TEXT]
        found.append(
            [
                *(name, full, kind, nodes.setdefault(node, len(nodes)), uses, int(is_test), public or "", text),
                *(at, card["line"] or 0, count),
            ]
        )
    return {"rows": found, "nodes": list(nodes), "paths": list(paths), "omitted": max(symbols.height - most, 0)}


def _matrices(index: ViewIndex) -> dict[str, Any]:
    """The matrix of the repository, and of its largest folders that have folders in them."""
    sizes = index.files_below
    has_folders = set(index.parent_folders[index.files.height :].tolist())
    folders = [at for at in range(len(sizes)) if at in has_folders and sizes[at] >= MIN_FILES]
    largest = sorted(folders, key=lambda at: (-sizes[at], at))[:MAX_MATRICES]
    chosen = [ROOT, *(index.folders["id"][at] for at in largest if index.folders["id"][at] != ROOT)]
    return {folder: data.matrix(index, folder) for folder in chosen}


def find_node(index: ViewIndex, name: str) -> str:
    """The id of the node that a reader means by a path, a symbol's name or an id.

    Raises `QueryError` where there is none, or where several have the name.
    """
    text = name.removeprefix(index.repository.base).removeprefix("./").rstrip("/") or "."
    for node in (text, f"file/{encode_path(text)}", f"folder/{encode_path(text)}", ROOT if text == "." else ""):
        if node in index.numbers:
            return node
    rows = [row for row in data.search(index, text, limit=200)["rows"] if row["match"] == "exact"]
    if not rows:
        near = [row["path"] or row["label"] for row in data.search(index, text, limit=3)["rows"]]
        hint = did_you_mean(near) or "give a path from the root, or a symbol's name"
        raise QueryError(f"the graph has no file, folder or symbol {name!r}", hint=hint)
    if symbols := [row for row in rows if row["class"] == "Symbol" and row["label"] == text]:
        return str(symbols[0]["id"])  # overloads have one name; any of them shows the others
    names = list(
        dict.fromkeys(row["label"] if row["class"] == "Symbol" else row["path"] or row["label"] for row in rows)
    )
    # A class and its constructors are no two things.
    if any(not each.startswith((f"{names[0]}::", f"{names[0]}.")) for each in names[1:]):
        more = ", ..." if len(names) > 5 else ""
        raise QueryError(f"{name!r} names {len(names)} things", hint=f"one of {', '.join(names[:5])}{more}")
    return str(rows[0]["id"])
