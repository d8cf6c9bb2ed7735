"""The options of an earlier build, from the manifest of its graph.

Input: a graph's folder and its manifest. Output: the repository's root and the options, so that the graph can be built
again without asking for them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kgraph.errors import GraphError, InputError
from kgraph.model import GRAPH_FOLDER
from kgraph.pipeline.options import BuildOptions
from kgraph.scan import base_of
from kgraph.store import folder


def root_of(graph: Path) -> Path:
    """The repository that holds a graph's folder; `InputError` where the graph lies elsewhere."""
    if graph.name != GRAPH_FOLDER:
        raise InputError(
            "the graph does not lie in its repository", where=str(graph), hint="give the root of the repository instead"
        )
    return graph.parent


def load_recorded_options(manifest: Mapping[str, Any], root: Path) -> BuildOptions:
    """The options that a graph of the repository at `root` was built with."""
    base = manifest["repository"]["base"]
    return BuildOptions.from_record(manifest["options"], None if base == base_of(root) else base)


def load_options(graph: Path, root: Path) -> BuildOptions:
    """The options of the graph in a folder; the default ones where there is none."""
    try:
        generation = folder.open_current(graph)
    except GraphError:
        return BuildOptions()
    try:
        return load_recorded_options(generation.manifest, root)
    finally:
        generation.close()
