"""Graphs as files: RDF in six serialisations, property graphs in four, tables in one, drawings, and a SCIP index.

    export.write(WholeGraph(graph), "ttl", "shapes.ttl")

Each format is a module of its own and a row of `writers.WRITERS`.
"""

from kgraph.export.output import open_output
from kgraph.export.sources import ExportSource, QueryAnswer, WholeGraph
from kgraph.export.writers import WRITERS, ExportFormat, write

__all__ = ["WRITERS", "ExportFormat", "ExportSource", "QueryAnswer", "WholeGraph", "open_output", "write"]
