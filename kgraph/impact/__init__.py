"""What a change may break: from changed lines to symbols, their dependents, and the tests that reach them.

Input: the tables of a graph, and a change. Output: an `Impact`, with a path of edges to everything in it.
"""

from kgraph.impact.affected import Impact, ImpactIndex, ReachedNode
from kgraph.impact.diffs import FileEdit, changes_of_paths, parse
from kgraph.impact.since import changes_around, changes_since
from kgraph.impact.writers import FORMATS, write

__all__ = [
    "FORMATS",
    "FileEdit",
    "Impact",
    "ImpactIndex",
    "ReachedNode",
    "changes_around",
    "changes_of_paths",
    "changes_since",
    "parse",
    "write",
]
