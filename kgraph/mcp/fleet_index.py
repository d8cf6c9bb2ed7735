"""A fleet with what the tools look up again and again: its lake, the merged graph, and the graphs of repositories.

Input: the folder of a fleet's data. Output: indexes of graphs, opened when first asked for; a few stay open.
"""

from __future__ import annotations

from pathlib import Path

from kgraph.escape import unquote
from kgraph.fleet import Lake
from kgraph.fleet.merged_graph import merge
from kgraph.mcp.graph_index import GraphIndex
from kgraph.session import CurrentGraph, open_store_if_there

MAX_OPEN = 4  # graphs of single repositories


class FleetIndex:
    """One state of a fleet, opened for the tools."""

    makes_store = True  # as of `GraphIndex`

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.asked = lake.home  # the graph that was opened last
        self._open: dict[str, tuple[CurrentGraph, GraphIndex]] = {}

    def open_graph(self, repository: str) -> GraphIndex:
        """The index of a repository's graph, or of the merged graph of all: "". Raises `QueryError` for another."""
        name = unquote(repository.strip())
        if name:
            self.lake.require([name])
        path = self.lake.graph(name) if name else merge(self.lake)
        self.asked = path
        current, index = self._open.pop(name, (None, None))
        if current is None:
            current = CurrentGraph(path, open_store_if_there)
        graph = current.graph()
        if index is None or index.graph is not graph:
            index = GraphIndex(graph, lambda inside: self.text_at(name, inside))
        index.makes_store = self.makes_store
        self._open[name] = (current, index)  # as the last that was asked
        for other in [each for each in self._open if each][:-MAX_OPEN]:
            del self._open[other]
        return index

    def text_at(self, repository: str, path: str) -> Path | None:
        """Where a file is on this machine; of the merged graph, whose paths begin with the repository."""
        if not repository:
            repository, _, path = path.partition("/")
            if repository not in self.lake.catalog.names:
                return None
        root = self.lake.root(repository)
        return root / path if root and path else None
