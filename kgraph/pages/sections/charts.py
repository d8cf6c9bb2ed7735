"""Charts on the page of a file: the files around it, and the inheritance of its classes.

Input: a `PageWriter` and a file. Output: Markdown lines with Mermaid flowcharts, whose boxes are links. A chart has at
most `MAX_BOXES` boxes; how many it leaves out is said in it or below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kgraph.languages import import_verb
from kgraph.pages import labels
from kgraph.pages.markdown import fence
from kgraph.pages.mermaid import flowchart
from kgraph.pages.page_context import PageWriter, enumerate_parts, number_of
from kgraph.pages.repository_model import PageFile, PageSymbol

MAX_BOXES = 15
_SIDE = (MAX_BOXES - 3) // 2  # files on each side of one, with a box for more
_MIN_NEIGHBOURS = 3  # of fewer the lists say as much
_MAX_LISTED = 40  # classes from which others derive
_DERIVED = 12  # of one class

Edge = tuple[str, str, str]


def neighbours(writer: PageWriter, file: PageFile) -> list[str]:
    """Which files include or import one, on the left, and which it does, on the right; a site has a map of its own."""
    if writer.context.options.form == "html" or len(file.users) + len(file.needs) < _MIN_NEIGHBOURS:
        return []
    links, start = writer.context.links, writer.start
    users, needs = nearest(file, file.users), nearest(file, file.needs)
    left = users[:_SIDE]
    right = [other for other in needs if other not in left]
    shown = (file, *left, *right[:_SIDE])
    names = labels.unique_labels({other: labels.label_file(other) for other in shown})
    edges = [(names[other], names[file], "and back" if other in file.needs else "") for other in left]
    if len(users) > len(left):
        edges.append((f"and {number_of(len(users) - len(left), 'more file')}", names[file], ""))
    edges += [(names[file], names[other], "") for other in right[:_SIDE]]
    if len(right) > _SIDE:
        edges.append((names[file], f"and {len(right) - _SIDE:,} more", ""))
    urls = {names[other]: links.link(start, other.id) for other in (*left, *right[:_SIDE])}
    title = f"Files around {file.path}"
    verb = import_verb(file.language)
    return ["", f"### {verb.capitalize()} Graph", "", fence(flowchart(edges, "LR", urls, title), "mermaid")]


def nearest(file: PageFile, others: Iterable[PageFile]) -> list[PageFile]:
    """Other files, those of its own folder first; then as `roles.user_rank` says, and of these whom most use."""
    found = [other for other in others if other is not file]
    return sorted(
        found, key=lambda other: (other.folder is not file.folder, other.user_rank, -len(other.users), other.path)
    )


def inheritance(writer: PageWriter, file: PageFile) -> list[str]:
    """What the classes of a file derive from, and what derives from them; arrows lead to bases."""
    uses, locations = writer.context.uses, writer.context.model.places
    classes = [symbol for symbol in file.symbols if symbol.role == "definition" and symbol.kind in ("Class", "Struct")]
    derived = {
        symbol: [locations[id_][0] for id_ in uses.derived.get(symbol.id, ()) if id_ in locations] for symbol in classes
    }
    derived = {symbol: symbols for symbol, symbols in derived.items() if symbols}
    drawn = [symbol for symbol in classes if symbol.bases or symbol in derived]
    if not drawn:
        return []
    edges: list[tuple[str, str]] = []
    by_name: dict[str, PageSymbol] = {}
    for symbol in drawn:
        bases = [locations[id_][0] for id_ in uses.bases.get(symbol.id, ()) if id_ in locations]
        for each in (symbol, *bases, *derived.get(symbol, ())):
            by_name.setdefault(each.qualified, each)
        # What was resolved is named in full; what was not, as it is spelled.
        named = {base.qualified.replace("::", ".").rpartition(".")[2] for base in bases}
        spelled = [_bare(base) for base in symbol.bases]
        edges += [(symbol.qualified, base.qualified) for base in bases]
        edges += [(symbol.qualified, base) for base in spelled if _last(base) not in named]
        edges += [(other.qualified, symbol.qualified) for other in derived.get(symbol, ())]
    kept, left_out = _fitting(_merge_bases(drawn, edges))
    boxes = dict.fromkeys(name for source, target, _ in kept for name in (source, target))
    shown_as = labels.unique_labels(
        {name: labels.label_symbol(by_name[name]) if name in by_name else [name] for name in boxes}
    )
    kept = [(shown_as[source], shown_as[target], what) for source, target, what in kept]
    urls = {
        shown_as[name]: url
        for name, symbol in by_name.items()
        if name in shown_as and (url := writer.context.symbol_url(writer.start, symbol))
    }
    title = f"Inheritance in {file.path}: arrows lead to bases"
    lines = ["", "### Inheritance", "", fence(flowchart(kept, "BT", urls, title), "mermaid")]
    if left_out:
        lines += ["", f"{number_of(left_out, 'more type')} with bases or derived types: see the outline."]
    for symbol, symbols in list(derived.items())[:_MAX_LISTED]:
        shown = [writer.symbol(other, other.qualified) for other in symbols[:_DERIVED]]
        lines += ["", f"From {writer.symbol(symbol)} derive {enumerate_parts(shown, len(symbols) - len(shown))}."]
    return lines


def _fitting(edges: list[Edge]) -> tuple[list[Edge], int]:
    """The first edges between at most `MAX_BOXES` boxes, all edges between these, and the number of boxes left out."""
    boxes: set[str] = set()
    for source, target, _ in edges:
        if len(boxes | {source, target}) <= MAX_BOXES:
            boxes |= {source, target}
    every = {name for source, target, _ in edges for name in (source, target)}
    return [edge for edge in edges if edge[0] in boxes and edge[1] in boxes], len(every - boxes)


def _last(name: str) -> str:
    """The short name of a base as spelled, without template arguments."""
    return re.split(r"[<\[(]", name, maxsplit=1)[0].replace("::", ".").rpartition(".")[2]


def _merge_bases(classes: list[PageSymbol], edges: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """A base that is spelled as the short name of exactly one class of this file is that class."""
    by_name: dict[str, set[str]] = {}
    for symbol in classes:
        by_name.setdefault(symbol.name, set()).add(symbol.qualified)
    merged = []
    for one, base in edges:
        known = by_name.get(base, set())
        merged.append((one, next(iter(known)) if len(known) == 1 and one not in known else base, ""))
    return merged


def _bare(base: str) -> str:
    """A base without its access: "public Shape" is "Shape"."""
    words = base.split()
    while len(words) > 1 and words[0] in ("public", "protected", "private", "virtual"):
        words.pop(0)
    return " ".join(words)
