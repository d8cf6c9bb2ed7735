"""DOT, for Graphviz.

Input: a source. Output: a digraph of what `drawing` chose; `dot -Tsvg` draws it.

Nodes are called by their ids. All texts are quoted strings with their backslashes doubled, so that none of Graphviz's
escapes (`\\N`, `\\G`) and no HTML label can come from a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from kgraph.export.selection import drawing

if TYPE_CHECKING:
    from kgraph.export.sources import ExportSource

MAX_NODES, MAX_EDGES = 1_000, 5_000

_SHAPES = {
    "folder": "shape=folder",
    "file": "shape=note",
    "external": 'shape=box, style="dashed"',
    "symbol": 'shape=box, style="rounded"',
    "": "shape=ellipse",
}


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> tuple[str, ...]:  # noqa: ARG001  it is sorted anyway
    """Write DOT; say what is not drawn."""
    drawn = drawing(source, max_nodes=MAX_NODES, max_edges=MAX_EDGES)
    lines = [
        f"digraph {_quote(drawn.name)} {{",
        "  rankdir=LR;",
        '  node [fontname="Helvetica", fontsize=10];',
        '  edge [fontname="Helvetica", fontsize=8, color="#5b6472"];',
        *(f"  {_quote(each.id)} [label={_shorten_label(each.label)}, {_SHAPES[each.shape]}];" for each in drawn.nodes),
    ]
    for edge in drawn.edges:
        label = f" [label={_shorten_label(edge.label)}]" if edge.label else ""
        lines.append(f"  {_quote(edge.source)} -> {_quote(edge.target)}{label};")
    out.write("".join(f"{line}\n" for line in (*lines, "}")).encode())
    return drawn.notes


def _shorten_label(text: str) -> str:
    return _quote(text.replace("&", "&amp;"))  # in labels, and only there, Graphviz knows HTML's entities


def _quote(text: str) -> str:
    return '"' + text.replace("\0", "\ufffd").replace("\\", "\\\\").replace('"', '\\"') + '"'
