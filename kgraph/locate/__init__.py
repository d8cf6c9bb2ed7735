"""What a text speaks of: from an issue, a traceback or an error to files and symbols, with reasons.

Input: a graph, the working tree where it is at hand, and a text. Output: `LocateResult`. No network, no model; the same
graph and text give the same answer.
"""

from kgraph.locate.answer import LocatedFile, LocatedSymbol, LocateResult, MatchReason, NeighbourFile
from kgraph.locate.messages import PastMessages, load_messages
from kgraph.locate.ranking import Locator
from kgraph.locate.text_index import TextIndex
from kgraph.locate.tree_words import load

__all__ = [
    "LocateResult",
    "LocatedFile",
    "LocatedSymbol",
    "Locator",
    "MatchReason",
    "NeighbourFile",
    "PastMessages",
    "TextIndex",
    "load",
    "load_messages",
]
