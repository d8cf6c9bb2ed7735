"""The version of kgraph: read by the packager, the command line and every graph."""

__version__ = "0.1.0"
