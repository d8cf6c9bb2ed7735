"""Related files: which files belong together, and why.

`history` reads git, `term_matrix`, `file_names` and `signals` measure ties, `ranking` weighs them, `reasons` says them
in words; `relations` does it all for a graph.
"""
