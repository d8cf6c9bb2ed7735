"""Specs rewritten from the graph: expectations that fail are replaced by the edges that the graph has.

Code, and expectations that hold, are kept as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from support import specs
from support.spec_graph import SpecGraph


def rewritten(spec: specs.Spec, graph: SpecGraph, tier: str) -> str:
    """The text of a spec with failing expectations replaced.

    A failing expectation without a tier is restricted to the other tier, if the spec runs in two.
    """
    kept: dict[int, str] = {}  # what becomes of a line that states something, by its index
    added: dict[int, list[str]] = {}  # by index of the line of code
    stated = [each for each in spec.of(tier) if not each.absent and not specs.fault(each, graph, tier)]
    wanted = {(edge.file, edge.line, edge.verb): 0 for edge in specs.unstated(spec, graph, tier)}
    for each in spec.of(tier):
        if specs.fault(each, graph, tier):
            wanted[each.file, each.line, each.verb] = each.column
            other = [one for one in spec.tiers if one != tier]
            front = spec.lines[each.at].removesuffix(each.text)
            kept[each.at] = f"{front}[{other[0]}] {each.text}" if other and not each.tier else ""
    for (file, line, verb), column in wanted.items():
        for edge in graph.edges:
            if (edge.file, edge.verb) == (file, verb) and edge.line in (0, line):
                if any(each.matches(edge, tier) for each in stated):
                    continue
                number, at_column = specs.place(spec, edge, column)
                at = spec.files[file][number - 1]
                text = specs.statement(edge, "semantic" if tier == "semantic" else "")
                added.setdefault(at, []).append(_comment(spec.markers[file], at_column, text))
    return "".join(f"{line}\n" for line in _merged(spec, kept, added))


def _merged(spec: specs.Spec, kept: dict[int, str], added: dict[int, list[str]]) -> Iterator[str]:
    """The lines, with added expectations behind the existing ones of the same line of code."""
    stated = {each.at for each in spec.expectations}
    waiting: list[str] = []
    for at, line in enumerate(spec.lines):
        if at not in stated:
            yield from _distinct(waiting)
            waiting = added.get(at, [])
        if at not in kept:
            yield line
        elif kept[at]:
            yield kept[at]
    yield from _distinct(waiting)


def _distinct(lines: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(lines)


def _comment(marker: str, column: int, text: str) -> str:
    if column < len(marker):
        return f"{marker}< {text}"
    return f"{marker}{' ' * (column - len(marker))}^ {text}"
