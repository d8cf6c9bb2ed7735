"""What pictures for documents share: the folders of a graph, and text, circles and frames of SVG.

Input: a source. Output: its folders by number, and pieces of SVG 1.1 that need no script, font or style sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from kgraph.errors import ExportError
from kgraph.export.sources import ExportSource, WholeGraph
from kgraph.export.xml import quote
from kgraph.layout import Tree
from kgraph.model import Graph
from kgraph.vocab.tables import EDGES

_FONT = 'font-family="Helvetica, Arial, sans-serif"'


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders and files of a graph, by number; a folder's parent has a smaller number."""

    tree: Tree
    paths: list[str]
    languages: list[str]  # of each file


def whole(source: ExportSource) -> Graph:
    """The graph of a source, which must be a whole one."""
    if not isinstance(source, WholeGraph):
        raise ExportError("a query's answer has no folders to draw", hint="export it as dot or mermaid")
    return source.graph


def folders_of(graph: Graph) -> Folders:
    """The folders of a graph."""
    folders = graph["folders"].sort("id")  # a parent's id is the beginning of its children's
    number = {node: at for at, node in enumerate(folders["id"])}
    contained = graph[EDGES].filter(pl.col("kind") == "contains").select("target", "source")
    above = dict(contained.filter(pl.col("target").str.starts_with("folder/")).iter_rows())
    home = dict(contained.filter(pl.col("target").str.starts_with("file/")).iter_rows())
    files = graph["files"]
    tree = Tree(
        [number.get(above.get(node, ""), -1) for node in folders["id"]],
        np.array([number[home[node]] for node in files["id"]], dtype=np.int64),
    )
    return Folders(tree, folders["path"].to_list(), files["language"].fill_null("").to_list())


def head(width: float, height: float, title: str) -> str:
    """The beginning of a picture, on white."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img">\n<title>{quote(title)}</title>\n'
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>'
    )


def circle(x: float, y: float, radius: float, style: str, title: str) -> str:
    """A circle that tells its title when pointed at."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {style}><title>{quote(title)}</title></circle>'


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text looks; with a halo it can be read on top of other things."""

    size: float
    anchor: str = "start"
    bold: bool = False
    fill: str = "#222222"
    halo: bool = False

    def attributes(self) -> str:
        """The attributes of a `text` element."""
        attributes = f'{_FONT} font-size="{self.size:.1f}" fill="{self.fill}"'
        if self.anchor != "start":
            attributes += f' text-anchor="{self.anchor}"'
        if self.bold:
            attributes += ' font-weight="bold"'
        if self.halo:
            attributes += ' stroke="#ffffff" stroke-opacity="0.85" stroke-width="2.5" paint-order="stroke"'
        return attributes


def text(x: float, y: float, label: str, style: TextStyle) -> str:
    """A line of text."""
    return f'<text x="{x:.1f}" y="{y:.1f}" {style.attributes()}>{quote(label)}</text>'
