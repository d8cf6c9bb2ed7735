"""The names of the formats that commands offer.

They are literals, since `kgraph.query.formats.FORMATS` and `kgraph.export.WRITERS` take too long to import for a
choice. A test compares them.
"""

ROW_FORMATS = ("csv", "tsv", "json", "xml")
GRAPH_FORMATS = (
    *("nt", "ttl", "jsonld", "rdfxml", "nq", "trig", "graphml", "nodelink"),
    *("gexf", "neo4j", "dot", "mermaid", "svg-map", "svg-matrix", "scip", "parquet"),
)
FOLDER_FORMATS = ("neo4j", "parquet")  # those that no stream can take
