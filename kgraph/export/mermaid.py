"""Mermaid, for drawings in Markdown.

Input: a source. Output: a flowchart of what `drawing` chose, which GitHub and others draw in a fence of the language
`mermaid`.

Mermaid itself refuses more than 500 arrows or 50,000 characters. Nodes are called n0, n1, ..., so that no id is a
word of the language; in labels everything but letters, digits and a few signs is written by its number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

from kgraph.export.selection import drawing

if TYPE_CHECKING:
    from kgraph.export.sources import ExportSource

MAX_NODES, MAX_EDGES = 150, 500

# Opening and closing of a label, which make its shape.
_SHAPES = {
    "folder": ("[[", "]]"),
    "file": ("[", "]"),
    "external": ("([", "])"),
    "symbol": ("(", ")"),
    "": ("{{", "}}"),
}
_UNSAFE = re.compile(r"[^\w ./,:+*()~=@!?…-]")


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> tuple[str, ...]:  # noqa: ARG001  it is sorted anyway
    """Write a Mermaid flowchart; say what is not drawn."""
    drawn = drawing(source, max_nodes=MAX_NODES, max_edges=MAX_EDGES)
    names = {node.id: f"n{index}" for index, node in enumerate(drawn.nodes)}
    lines = ["flowchart LR"]
    for node in drawn.nodes:
        opening, closing = _SHAPES[node.shape]
        lines.append(f'  {names[node.id]}{opening}"{_escape(node.label)}"{closing}')
    for edge in drawn.edges:
        label = f'|"{_escape(edge.label)}"|' if edge.label else ""
        lines.append(f"  {names[edge.source]} -->{label} {names[edge.target]}")
    out.write("".join(f"{line}\n" for line in lines).encode())
    return drawn.notes


def _escape(text: str) -> str:
    # `_` and `*` mean something only in labels between backticks, which are written by their number.
    return _UNSAFE.sub(lambda match: f"#{ord(match[0])};", text) or " "
