"""The dependency matrix as SVG, a picture for documents.

Input: a whole graph. Output: a row and a column for each part of the repository, users first and foundations last, so
that what goes against the layers stands below the diagonal, in red.

Parts and their order are `kgraph.layout`'s, as in the view.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
import polars as pl

from kgraph.export.sources import ExportSource
from kgraph.export.svg import Folders, TextStyle, folders_of, head, text, whole
from kgraph.export.xml import quote
from kgraph.layout import Ints, Tree, group_of, layers, parts
from kgraph.model import Graph
from kgraph.vocab.tables import EDGES

PARTS = 28  # rows, about


def write(source: ExportSource, out: BinaryIO, *, sort: bool = False) -> tuple[str, ...]:  # noqa: ARG001
    """Write the dependency matrix."""
    graph = whole(source)
    found = folders_of(graph)
    labels, weights = _matrix(graph, found)
    write_matrix(source.name, labels, weights, "includes and imports between parts", out)
    return ()


def write_matrix(name: str, labels: Sequence[str], weights: Ints, what: str, out: BinaryIO) -> None:
    """Write a matrix of weights, rows needing columns; `what` says what is counted."""
    cell = 22.0
    left = 24 + 6.2 * max((len(label) for label in labels), default=0)
    top = 60 + 4.6 * max((len(label) for label in labels), default=0)
    side = cell * len(labels)
    width, height = max(left + side + 24 + top * 0.6, 620.0), top + side + 70
    against = int(np.tril(weights, -1).sum())
    lines = [head(width, height, f"Dependencies of {name}")]
    lines.append(text(24, 26, f"{name}: what needs what", TextStyle(16, bold=True)))
    lines += _matrix_cells(labels, weights, left, top, cell)
    said = f"A row needs a column. {weights.sum():,} {what}"
    lines.append(text(24, top + side + 30, f"{said}; {against:,} go against the order, in red.", TextStyle(12)))
    if not labels:
        lines.append(text(24, top + 10, "No part of this repository includes or imports another.", TextStyle(12)))
    out.write("".join(f"{line}\n" for line in (*lines, "</svg>")).encode())


def _matrix(graph: Graph, folders: Folders) -> tuple[list[str], Ints]:
    """The parts of the repository in layers, and how many files of one include or import files of another."""
    number = pl.DataFrame({"id": graph["files"]["id"], "at": pl.Series(range(len(graph["files"])), dtype=pl.Int64)})
    pairs = graph[EDGES].filter(pl.col("kind").is_in(["includes", "imports"]))
    pairs = pairs.join(number, left_on="source", right_on="id").join(
        number, left_on="target", right_on="id", suffix="_to"
    )
    source, target = pairs["at"].to_numpy(), pairs["at_to"].to_numpy()
    # Files that take part count for the size of a folder: documents and data need a matrix of nothing.
    tree = Tree(folders.tree.parent, folders.tree.file_folder, np.unique(np.concatenate([source, target])))
    chosen = parts(tree, tree.parent.index(-1), PARTS)
    groups = group_of(tree, chosen)
    rows, columns = groups[source], groups[target]
    size = len(chosen)
    weights = np.bincount(rows * size + columns, minlength=size * size).reshape(size, size)
    np.fill_diagonal(weights, 0)
    taking_part = np.flatnonzero(weights.sum(axis=0) + weights.sum(axis=1))
    order = [int(taking_part[at]) for at in layers(weights[np.ix_(taking_part, taking_part)])]
    labels = [_label(folders, *chosen[at]) for at in order]
    return labels, np.asarray(weights[np.ix_(order, order)], dtype=np.int64)


def _label(found: Folders, folder: int, rest: bool) -> str:
    path = found.paths[folder]
    if not rest or not found.tree.children[folder]:
        return path
    return "(others)" if found.tree.parent[folder] < 0 else f"{path}/…"


def _matrix_cells(labels: Sequence[str], weights: Ints, left: float, top: float, cell: float) -> Iterator[str]:
    most = math.log1p(weights.max(initial=1))
    for at, label in enumerate(labels):
        place = cell * (at + 0.5) + 4
        yield text(left - 8, top + place, label, TextStyle(11, anchor="end"))
        x, y = left + place - 1, top - 7
        yield f'<g transform="rotate(-45 {x:.1f} {y:.1f})">{text(x, y, label, TextStyle(11))}</g>'
    side = cell * len(labels)
    yield f'<rect x="{left:.1f}" y="{top:.1f}" width="{side:.1f}" height="{side:.1f}" fill="#f6f7f9" stroke="#8b95a5"/>'
    for row, column in np.argwhere(weights):
        count = int(weights[row, column])
        share = 0.18 + 0.82 * math.log1p(count) / most
        fill = "#c0392b" if row > column else "#2d5b8a"
        x, y = left + cell * column, top + cell * row
        title = f"{labels[row]} needs {labels[column]}: {count:,}"
        yield (
            f'<rect x="{x + 1:.1f}" y="{y + 1:.1f}" width="{cell - 2:.1f}" height="{cell - 2:.1f}" fill="{fill}" '
            f'fill-opacity="{share:.2f}"><title>{quote(title)}</title></rect>'
        )
        colour = "#ffffff" if share > 0.55 else "#222222"
        yield text(x + cell / 2, y + cell / 2 + 3, _brief(count), TextStyle(8, anchor="middle", fill=colour))
    for at in range(len(labels)):
        x, y = left + cell * at, top + cell * at
        yield f'<rect x="{x:.1f}" y="{y:.1f}" width="{cell:.1f}" height="{cell:.1f}" fill="#c9d0da"/>'


def _brief(count: int) -> str:
    return str(count) if count < 1000 else f"{count / 1000:.1f}k"
