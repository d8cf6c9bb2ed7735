"""What a text speaks of: from an issue, a traceback or an error to files and symbols, with reasons.

Input: a graph, the working tree where it is at hand, and a text. Output: `Located`. No network, no model; the same
graph and text give the same answer.
"""

from kgraph.locate.answer import Beside, Located, LocatedFile, LocatedSymbol, MatchReason
from kgraph.locate.messages import PastMessages, load_messages
from kgraph.locate.ranking import Locator
from kgraph.locate.text_index import TextIndex
from kgraph.locate.tree_words import load

__all__ = [
    "Beside",
    "Located",
    "LocatedFile",
    "LocatedSymbol",
    "Locator",
    "MatchReason",
    "PastMessages",
    "TextIndex",
    "load",
    "load_messages",
]
