"""The state of a fleet that is current, held open by a worker.

Input: the folder of a fleet's data. Output: its `FleetIndex`; another one as soon as a build has published another
state of the fleet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from kgraph.fleet import Lake
from kgraph.mcp.answer import ToolAnswer
from kgraph.mcp.fleet_index import FleetIndex
from kgraph.mcp.fleet_tools import TOOLS


class CurrentFleet:
    """The index of the fleet that is current."""

    def __init__(self, home: Path) -> None:
        self.tools: Mapping[str, Callable[..., ToolAnswer]] = TOOLS
        self._home = home
        self._token = ""
        self._index: FleetIndex | None = None

    def prepare(self) -> None:
        """Open the merged graph; libraries are loaded and their threads started."""
        self.index().open_graph("").graph.frame("folders")

    def index(self) -> FleetIndex:
        """The `FleetIndex` of the state that is current now."""
        token = Lake.token(self._home)
        if self._index is None or token != self._token:
            self._index, self._token = FleetIndex(Lake.open(self._home)), token
        return self._index

    @property
    def asked(self) -> Path:
        """The graph that the last question was about."""
        return self._index.asked if self._index else self._home
