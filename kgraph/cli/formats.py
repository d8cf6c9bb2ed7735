"""The names of the formats that commands offer.

They are literals, since `kgraph.query.formats.FORMATS`, `kgraph.impact.FORMATS`, `kgraph.locate.writers.FORMATS`,
`kgraph.review.FORMATS` and `kgraph.export.WRITERS` take too long to import for a choice. A test compares them.
"""

ROW_FORMATS = ("csv", "tsv", "json", "xml")
GRAPH_FORMATS = (
    *("nt", "ttl", "jsonld", "rdfxml", "nq", "trig", "graphml", "nodelink"),
    *("gexf", "neo4j", "dot", "mermaid", "svg-map", "svg-matrix", "scip", "parquet"),
)
FOLDER_FORMATS = ("neo4j", "parquet")  # those that no stream can take
RUNNER_FORMATS = ("pytest", "ctest", "go", "gradle")  # of tests
LOCATE_FORMATS = ("table", "json", "paths")
AFFECTED_FORMATS = ("table", "json", "paths", *RUNNER_FORMATS)
REVIEW_FORMATS = ("text", "md", "html", "json", "sarif")
