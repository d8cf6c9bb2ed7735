"""Pictures on the pages of symbols: small flowcharts whose boxes are links.

Input: a `SymbolWriter` and a symbol. Output: Markdown lines with a Mermaid diagram, which a site draws as SVG. A
picture has at most `MAX_BOXES` boxes; what it leaves out is one box more, with its number, and stands in the list
beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgraph.pages import labels
from kgraph.pages.markdown import fence
from kgraph.pages.mermaid import flowchart
from kgraph.pages.symbols.facts import name_of_external

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgraph.pages.repository_model import PageSymbol
    from kgraph.pages.symbols.selection import SymbolEntry
    from kgraph.pages.symbols.writer import SymbolWriter

MAX_BOXES = 15
_MAX_CALLS = (MAX_BOXES - 3) // 2  # on each side: the function itself stands between, and a box for more on each side
_MIN_CALLS = 4  # callers and callees: of fewer the list says as much
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
    names = _labels(writer, [own, *(each for pair in edges for each in pair)], with_owner=False)
    drawn = [(names[one], names[base], "") for one, base in edges]
    if len(derived) > len(shown):
        drawn.append((f"and {len(derived) - len(shown):,} more derived types", names[own], ""))
    if left_out:
        drawn.append((names[own], f"and {left_out:,} more bases", ""))
    urls = {name: url for id_, name in names.items() if id_ != own and (url := _url(writer, id_))}
    chart = flowchart(drawn, "BT", urls, f"Inheritance of {entry.symbol.qualified}: arrows lead to bases")
    return ["", fence(chart, "mermaid")]


def calls(writer: SymbolWriter, symbols: Sequence[PageSymbol]) -> list[str]:
    """What calls a function or its overloads, on the left, and what they call, on the right; likely ones say so.

    None where there are too few to draw, or nothing on one of the sides.
    """
    facts, own = writer.facts, list(dict.fromkeys(symbol.id for symbol in symbols))
    calling = [found for each in own for found in facts.calling.get(each, ())]
    called = [found for each in own for found in facts.callees.get(each, ())]
    sure = {id_ for id_, is_sure in (*calling, *called) if is_sure}
    callers = [id_ for id_ in dict.fromkeys(id_ for id_, _ in calling) if id_ not in own]
    callees = [id_ for id_ in dict.fromkeys(id_ for id_, _ in called) if id_ not in own]
    if not callers or not callees or len(callers) + len(callees) < _MIN_CALLS:
        return []
    more_callers = sum(facts.calling_counts.get(each, 0) for each in own) - len(calling)
    more_callees = sum(facts.callee_counts.get(each, 0) for each in own) - len(called)
    left, right = callers[:_MAX_CALLS], [id_ for id_ in callees if id_ not in callers[:_MAX_CALLS]]
    names = _labels(writer, [own[0], *left, *right[:_MAX_CALLS]], with_owner=True)
    name = names[own[0]]
    said = {id_: "" if id_ in sure else "likely" for id_ in names}
    drawn = [(names[id_], name, "and back" if id_ in callees else said[id_]) for id_ in left]
    if more := more_callers + len(callers) - len(left):
        drawn.append((f"and {more:,} more that call it", name, ""))
    drawn += [(name, names[id_], said[id_]) for id_ in right[:_MAX_CALLS]]
    if more := more_callees + max(0, len(right) - _MAX_CALLS):
        drawn.append((name, f"and {more:,} more that it calls", ""))
    urls = {label: url for id_, label in names.items() if id_ != own[0] and (url := _url(writer, id_))}
    title = f"Calls around {symbols[0].qualified}"
    return ["", fence(flowchart(drawn, "LR", urls, title), "mermaid")]


def _labels(writer: SymbolWriter, ids: Sequence[str], *, with_owner: bool) -> dict[str, str]:
    """A label for each symbol or file, none twice."""
    places, files = writer.context.model.places, writer.context.model.files
    candidates: dict[str, list[str]] = {}
    for id_ in dict.fromkeys(ids):
        if id_ in places:
            candidates[id_] = labels.label_symbol(places[id_][0], with_owner=with_owner)
        else:
            candidates[id_] = [files[id_].path if id_ in files else name_of_external(id_) or id_]
    return labels.unique_labels(candidates)


def _url(writer: SymbolWriter, id_: str) -> str:
    """The page of a symbol, or its place on that of its file; that of a file; "" for what is outside."""
    start, model = writer.writer.start, writer.context.model
    if id_ in model.files:
        return writer.context.links.link(start, id_)
    if id_ not in model.places:
        return ""
    return writer.context.symbol_url(start, model.places[id_][0])
