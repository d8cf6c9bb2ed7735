"""Pictures on the pages of symbols: small flowcharts whose boxes are links.

Input: a `SymbolWriter` and a symbol. Output: Markdown lines with a Mermaid diagram, which a site draws as SVG. A
picture has at most `MAX_BOXES` boxes; what it leaves out is one box more, with its number, and stands in the list
beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.pages.markdown import fence
from kgraph.pages.mermaid import flowchart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgraph.pages.symbols.selection import SymbolEntry
    from kgraph.pages.symbols.writer import SymbolWriter

MAX_BOXES = 15
_MAX_DERIVED = 8


def inheritance(writer: SymbolWriter, entry: SymbolEntry, derived: Sequence[str]) -> list[str]:
    """What a type derives from, directly and indirectly, and what derives from it; arrows lead to bases.

    None where it would show less than the list does: two boxes.
    """
    bases, places = writer.context.uses.bases, writer.context.model.places
    own = entry.symbol.id
    shown = [each for each in derived if each != own][:_MAX_DERIVED]
    edges = [(each, own) for each in shown]
    seen, waiting = {own, *shown}, [own]
    left_out = 0
    while waiting:
        one = waiting.pop(0)
        for base in dict.fromkeys(bases.get(one, ())):
            if base not in places:
                continue
            if base not in seen:
                if len(seen) >= MAX_BOXES - 2:
                    left_out += 1
                    continue
                seen.add(base)
                waiting.append(base)
            edges.append((one, base))
    if len(seen) < 3:
        return []
    names = _names(writer, [own, *(each for pair in edges for each in pair)])
    drawn = [(names[one], names[base], "") for one, base in edges]
    if len(derived) > len(shown):
        drawn.append((f"and {len(derived) - len(shown):,} more derived types", names[own], ""))
    if left_out:
        drawn.append((names[own], f"and {left_out:,} more bases", ""))
    urls = {name: url for id_, name in names.items() if id_ != own and (url := _url(writer, id_))}
    chart = flowchart(drawn, "BT", urls, f"Inheritance of {entry.symbol.qualified}: arrows lead to bases")
    return ["", fence(chart, "mermaid")]


def _url(writer: SymbolWriter, id_: str) -> str:
    """The page of a symbol, or its place on that of its file."""
    start, place = writer.writer.start, writer.context.model.places[id_][0]
    return writer.links.link(start, id_) or writer.context.links.link(start, place.file.id, "docs", place.anchor)


def _names(writer: SymbolWriter, ids: Sequence[str]) -> dict[str, str]:
    """A label for each symbol: its last name, or the whole one where two would have the same."""
    places = writer.context.model.places
    by_label: dict[str, set[str]] = {}
    for id_ in ids:
        by_label.setdefault(places[id_][0].name, set()).add(id_)
    return {
        id_: places[id_][0].name if len(by_label[places[id_][0].name]) == 1 else places[id_][0].qualified for id_ in ids
    }
