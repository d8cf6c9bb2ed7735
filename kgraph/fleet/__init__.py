"""Several repositories as one: what a fleet file lists is built, laid side by side in a lake of tables, and linked.

Input: a fleet file. Output: graphs, the lake, and answers about all of them.
"""

from kgraph.fleet.building import FleetReport, build
from kgraph.fleet.changes import FleetChanges, changes
from kgraph.fleet.fleet_file import LoadedFleet, load
from kgraph.fleet.lake import Lake
from kgraph.fleet.member_build import MemberReport
from kgraph.fleet.merged_graph import merge

__all__ = ["FleetChanges", "FleetReport", "Lake", "LoadedFleet", "MemberReport", "build", "changes", "load", "merge"]
