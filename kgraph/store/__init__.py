"""The graph at rest: a folder that readers can trust at every moment.

`folder` keeps the generations of a graph and swaps them, `tables` holds the columns, `rdf` the triples, `cache` the
facts.
"""
