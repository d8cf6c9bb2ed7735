"""Several repositories as one: what a fleet file lists is built, laid side by side in a lake of tables, and linked.

Input: a fleet file. Output: graphs, the lake, and answers about all of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kgraph.fleet.building import FleetReport, build
    from kgraph.fleet.fleet_file import LoadedFleet, load
    from kgraph.fleet.lake import Lake
    from kgraph.fleet.member_build import MemberReport
    from kgraph.fleet.merged_graph import merge
    from kgraph.fleet.state_changes import FleetChanges, changes

__all__ = ["FleetChanges", "FleetReport", "Lake", "LoadedFleet", "MemberReport", "build", "changes", "load", "merge"]

# Loaded when asked for: a question needs a tenth of what a build does.
_WHERE = {
    "building": ("FleetReport", "build"),
    "fleet_file": ("LoadedFleet", "load"),
    "lake": ("Lake",),
    "member_build": ("MemberReport",),
    "merged_graph": ("merge",),
    "state_changes": ("FleetChanges", "changes"),
}


def __getattr__(name: str) -> Any:
    for module, names in _WHERE.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
