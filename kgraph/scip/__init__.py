"""SCIP, the format in which indexers hand on definitions and references: https://github.com/sourcegraph/scip.

`schema` has its messages, `names` its names of symbols. Nothing here knows a graph.
"""
