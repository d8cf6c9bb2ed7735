"""The version of kgraph: told to the packager, the command line and every graph."""

__version__ = "0.1.0"
