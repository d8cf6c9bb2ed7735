"""Related files: which files belong together, and why.

`history` reads git, `words`, `units` and `signals` measure ties, `ranking` weighs them, `reasons` says them in words;
`relations` does it all for a graph.
"""
