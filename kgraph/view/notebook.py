"""What users of the library hold when they look at a graph: a view to show, save or open, and a neighbourhood.

Input: a `ViewIndex` and what to look at. Output: objects that notebooks display by themselves (`_repr_html_`).
"""

from __future__ import annotations

import html
import tempfile
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgraph import files
from kgraph.view import data, picture, svg
from kgraph.view.index import ROOT, ViewIndex
from kgraph.view.write import find_node

if TYPE_CHECKING:
    import polars


class View:
    """A page: a notebook shows it in a frame, `save` writes it, `open` hands it to the browser."""

    def __init__(self, page: bytes, *, height: int = 640) -> None:
        self.html = page
        self.height = height

    def save(self, path: str | Path) -> Path:
        """Write the page to a file."""
        target = Path(path)
        files.write(target, self.html)
        return target

    def open(self) -> Path:
        """Write the page to a temporary file and open it in the browser."""
        with tempfile.NamedTemporaryFile("wb", suffix=".html", prefix="kgraph-", delete=False) as out:
            out.write(self.html)
        webbrowser.open(Path(out.name).as_uri())
        return Path(out.name)

    def _repr_html_(self) -> str:
        # Scripts run, but in a frame that has no part of the notebook: neither its cookies nor its kernel.
        page = html.escape(self.html.decode("utf-8"))
        style = f"width:100%;height:{self.height}px;border:1px solid #8888;border-radius:6px"
        return f'<iframe sandbox="allow-scripts allow-popups" title="kgraph" style="{style}" srcdoc="{page}"></iframe>'

    def __repr__(self) -> str:
        return f"<View, {len(self.html):,} bytes of HTML>"


class Neighbourhood:
    """What a node uses and what uses it: nodes and edges as rows; a notebook draws it."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        self.centre: str = answer["centre"]
        self.nodes: list[dict[str, Any]] = answer["nodes"]
        self.omitted: int = answer["omitted"]
        self._answer = answer

    @property
    def edges(self) -> list[dict[str, Any]]:
        """The edges, with the ids of their ends."""
        return [
            {**edge, "source": self.nodes[edge["source"]]["id"], "target": self.nodes[edge["target"]]["id"]}
            for edge in self._answer["edges"]
        ]

    def frame(self) -> polars.DataFrame:
        """The nodes as a data frame: id, class, kind, label, path, line, step (negative for users)."""
        import polars as pl

        return pl.DataFrame(self.nodes, infer_schema_length=None)

    def _repr_html_(self) -> str:
        return svg.svg(picture.draw_neighbourhood(self._answer, self.centre))

    def __repr__(self) -> str:
        more = f", {self.omitted:,} left out" if self.omitted else ""
        return f"<Neighbourhood of {self.centre}: {len(self.nodes):,} nodes, {len(self.edges):,} edges{more}>"


def neighbourhood(index: ViewIndex, name: str, depth: int, kinds: tuple[str, ...], limit: int) -> Neighbourhood:
    """The neighbourhood of what a path, a symbol's name or an id means."""
    return Neighbourhood(data.neighbours(index, find_node(index, name), depth=depth, kinds=kinds, limit=limit))


def summary(index: ViewIndex) -> str:
    """A graph in short: what it counts, and its dependency matrix."""
    counts = data.overview_counts(index)
    edges = ", ".join(f"{number:,} {kind}" for kind, number in counts["edges"].items())
    repository = index.repository
    revision = f" at {repository.revision[:10]}" if repository.revision else ""
    head = f"<strong>{html.escape(repository.name)}</strong>{html.escape(revision)}: " + (
        f"{counts['files']:,} files, {counts['folders']:,} folders, {counts['symbols']:,} symbols; {edges}"
    )
    return f"<div><p>{head}</p>{svg.matrix_table(data.matrix(index, ROOT))}</div>"
