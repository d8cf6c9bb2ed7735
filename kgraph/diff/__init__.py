"""Two graphs, or two revisions of a repository: what differs.

Input: two sides, each a graph's folder or a git revision. Output: a `Difference` for people and programs (`writers`),
or a `Patch` of triples that turns the one graph into the other (`patch`).
"""

from kgraph.diff.changes import Difference
from kgraph.diff.comparison import FORMATS, Comparison, compare_graphs
from kgraph.diff.patch import Patch

__all__ = ["FORMATS", "Comparison", "Difference", "Patch", "compare_graphs"]
