"""kgraph: a knowledge graph of a source repository."""

__version__ = "0.1.0"
