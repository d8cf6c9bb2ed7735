"""The current generation of a graph, held open by a process that answers many questions.

Input: a graph's folder. Output: the `KGraph` that is current now; another one as soon as a build has published it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kgraph import api
from kgraph.errors import GraphError
from kgraph.graph import KGraph
from kgraph.store import folder

_MAX_ATTEMPTS = 100  # a build may publish between any two lines


class CurrentGraph:
    """The current generation of the graph in a folder; `prepare` is called with each that is opened."""

    def __init__(self, graph_folder: Path, prepare: Callable[[KGraph], object] = lambda _: None) -> None:
        self.generation = ""  # the token of the one that is open, see `folder.generation_token`
        self._folder = graph_folder
        self._prepare = prepare
        self._graph: KGraph | None = None

    def graph(self) -> KGraph:
        """The graph as it is now. Raises `GraphError` where there is none any more."""
        for _ in range(_MAX_ATTEMPTS):
            token = folder.generation_token(self._folder)
            if self._graph is not None and token and token == self.generation:
                return self._graph
            if self._graph is not None:
                self._graph.close()
                self._graph = None
            graph = api.open(self._folder)
            if folder.generation_token(self._folder) == token:
                self._prepare(graph)
                self._graph, self.generation = graph, token
                return graph
            graph.close()
        raise GraphError("the graph changes all the time", where=str(self._folder))
