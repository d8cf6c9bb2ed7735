"""A pull request in, one report out: what changed by meaning, what it may break, and what is not known.

Input: the graph of the changed files, that of their base, a change and git's history. Output: a `Review`, which
`writers` set as text, Markdown, HTML, JSON and SARIF.
"""

from kgraph.review.report import Review
from kgraph.review.review import ReviewRequest, ReviewSource, review
from kgraph.review.writers import FORMATS, write

__all__ = ["FORMATS", "Review", "ReviewRequest", "ReviewSource", "review", "write"]
