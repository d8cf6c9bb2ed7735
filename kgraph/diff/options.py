"""What an earlier build was told, from what its graph says of itself.

Input: a graph's folder and its manifest. Output: the repository's root and the options, so that a build can be had
again without asking for them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from kgraph.errors import GraphError, InputError
from kgraph.model import GRAPH_FOLDER
from kgraph.pipeline import Options
from kgraph.scan import base_of
from kgraph.store import folder


def root_of(graph: Path) -> Path:
    """The repository that a graph's folder lies in; `InputError` where it lies elsewhere, and cannot tell."""
    if graph.name != GRAPH_FOLDER:
        raise InputError(
            "the graph does not lie in its repository", where=str(graph), hint="give the root of the repository instead"
        )
    return graph.parent


def options_of(manifest: Mapping[str, Any], root: Path) -> Options:
    """The options that a graph of the repository at `root` was built with."""
    told = dict(manifest["options"])
    told["history"] = told["history"] or not told["related"]  # it says only whether history was used
    known = {each.name for each in fields(Options)}
    options: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in told.items() if key in known
    }
    base = manifest["repository"]["base"]
    return Options(base=None if base == base_of(root) else base, **options)


def options_there(graph: Path, root: Path) -> Options:
    """The options of the graph in a folder; the usual ones where there is none."""
    try:
        generation = folder.open_current(graph)
    except GraphError:
        return Options()
    try:
        return options_of(generation.manifest, root)
    finally:
        generation.close()
