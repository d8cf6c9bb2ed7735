"""Small diagrams as inline SVG, drawn here so that a page needs nothing from outside.

Input: nodes with links, edges. Output: SVG text. Nodes stand in columns by their level, edges lead from left to right;
every text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape

_ROW, _GAP, _CHAR, _MAX_LABEL = 26, 90, 7.2, 38


@dataclass(frozen=True, slots=True)
class DiagramBox:
    """One box."""

    label: str
    level: int  # column
    url: str = ""
    title: str = ""  # shown when the pointer rests on it
    kind: str = ""  # class for its colour


def draw(nodes: Mapping[str, DiagramBox], edges: Sequence[tuple[str, str, str]], name: str) -> str:
    """The nodes by key, and edges of source, target and label."""
    columns: dict[int, list[str]] = {}
    for key, node in nodes.items():
        columns.setdefault(node.level, []).append(key)
    tallest = max((len(column) for column in columns.values()), default=0)
    boxes: dict[str, tuple[float, float, float]] = {}  # left, middle, width
    left = 8.0
    for level in sorted(columns):
        width = 16 + _CHAR * max(len(_cut(nodes[key].label)) for key in columns[level])
        top = 8 + (tallest - len(columns[level])) * _ROW / 2
        for row, key in enumerate(columns[level]):
            boxes[key] = (left, top + row * _ROW + 11, width)
        left += width + _GAP
    size = (left - _GAP + 8, tallest * _ROW + 12)
    parts = [
        f'<svg class="map" role="group" aria-label="{escape(name)}" viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" '
        f'width="{size[0]:.0f}" height="{size[1]:.0f}">'
    ]
    if edges:  # what a reader hears who does not see it
        told = "; ".join(f"{nodes[source].label} → {nodes[target].label}" for source, target, _ in edges)
        parts.append(f"<desc>{escape(told)}</desc>")
    parts += [_edge(boxes[source], boxes[target], label) for source, target, label in edges]
    parts += [_box(nodes[key], *boxes[key]) for key in nodes]
    return "".join([*parts, "</svg>"])


def _cut(label: str) -> str:
    return label if len(label) <= _MAX_LABEL else "…" + label[1 - _MAX_LABEL :]


def _edge(one: tuple[float, float, float], other: tuple[float, float, float], label: str) -> str:
    x1, y1, x2, y2 = one[0] + one[2], one[1], other[0], other[1]
    if x2 < x1:  # back, or within a column
        x1, x2 = one[0] + one[2] / 2, other[0] + other[2] / 2
    bend = max(30.0, abs(x2 - x1) / 2)
    head = f"M{x2 - 6:.0f} {y2 - 3:.0f}L{x2:.0f} {y2:.0f}L{x2 - 6:.0f} {y2 + 3:.0f}"
    path = f'<path d="M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}{head}"/>'
    if not label:
        return path
    return path + f'<text class="n" x="{(x1 + x2) / 2:.0f}" y="{(y1 + y2) / 2 - 2:.0f}">{escape(label)}</text>'


def _box(node: DiagramBox, left: float, middle: float, width: float) -> str:
    kind = f' class="{node.kind}"' if node.kind else ""
    box = (
        f"<g{kind}><title>{escape(node.title or node.label)}</title>"
        f'<rect x="{left:.0f}" y="{middle - 10:.0f}" width="{width:.0f}" height="20" rx="4"/>'
        f'<text x="{left + 8:.0f}" y="{middle + 4:.0f}">{escape(_cut(node.label))}</text></g>'
    )
    return f'<a href="{escape(node.url)}">{box}</a>' if node.url else box


_NODE = re.compile(r'^  (n\d+)\["(.*)"\]$')
_ARROW = re.compile(r'^  (n\d+) -->(?:\|"(.*)"\|)? (n\d+)$')
_CLICK = re.compile(r'^  click (n\d+) "(.*)"$')
_TITLE = "  accTitle: "
_MERMAID = {"#quot;": '"', "#lt;": "<", "#gt;": ">", "#96;": "`", "#amp;": "&", "#92;": "\\", "#35;": "#"}


def draw_flowchart(text: str, name: str) -> str:
    """One of our own Mermaid flowcharts, drawn."""
    labels: dict[str, str] = {}
    edges: list[tuple[str, str, str]] = []
    urls: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith(_TITLE):
            name = _plain(line.removeprefix(_TITLE))
        elif match := _CLICK.match(line):
            urls[match[1]] = match[2]
        elif match := _NODE.match(line):
            labels[match[1]] = _plain(match[2])
        elif (match := _ARROW.match(line)) and match[1] in labels and match[3] in labels:
            edges.append((match[1], match[3], _plain(match[2] or "")))
    levels = dict.fromkeys(labels, 0)
    for _ in range(min(len(labels), 12)):  # as often as a way can be long; a cycle ends with it
        for source, target, _label in edges:
            if source != target and levels[target] <= levels[source] < 12:
                levels[target] = levels[source] + 1
    order = {level: number for number, level in enumerate(sorted(set(levels.values())))}
    boxes = {key: DiagramBox(label, order[levels[key]], urls.get(key, "")) for key, label in labels.items()}
    return draw(boxes, edges, name)


def _plain(label: str) -> str:
    for entity, char in _MERMAID.items():
        label = label.replace(entity, char)
    return unescape(label)
