"""What another place needs to build the graph of a folder that it does not have.

Input: a root folder, its graph's folder, options. Output: a `Listing`, or the manifest of the graph that is current.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kgraph import files, limits
from kgraph.extract.build_folder import find_configured
from kgraph.pipeline.assembly import read_history
from kgraph.pipeline.context import scan_files
from kgraph.pipeline.fingerprint import build_fingerprint
from kgraph.pipeline.listing import Listing
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.previous import PreviousBuild, graph_folder
from kgraph.pipeline.semantic_stage import SemanticStage
from kgraph.store import folder


class NotPortableError(Exception):
    """The graph depends on more of the machine than the repository's files; the message says on what."""


def list_for_elsewhere(
    root: Path, graph: Path, history: Path, options: BuildOptions, *, anew: bool = False
) -> Listing | Mapping[str, Any]:
    """What another place needs to build the graph of `root`; the manifest of the graph in the folder `graph` where that
    is current.

    What git says of the history is kept in the file `history`. `anew` takes no earlier scan's word for what the files
    hold.

    Raises `NotPortableError` where a compile database or a configured build folder has a part in the graph:
    they name files of this machine. Raises `GraphError` where another build writes that graph.
    """
    limits.check()
    root, graph = root.resolve(), graph_folder(root, graph)
    previous = PreviousBuild(root, graph, force=False)
    try:
        hashes = None if anew else previous.hashes()
        scan = scan_files(root, options, hashes)
        if SemanticStage.find(scan, options, graph).database:
            raise NotPortableError("its compile database names files of this machine")
        if find_configured(scan.root, options.compile_commands):
            raise NotPortableError("its build folder was configured on this machine")
        fingerprint = build_fingerprint(scan, options)
        if hashes is not None and previous.generation:
            with folder.claim(graph):
                previous.keep_hashes(hashes)
        if previous.is_current(fingerprint):
            return dict(previous.manifest)
        files.make_folder(history.parent)
        return Listing(scan, read_history(scan, history, options), fingerprint)
    finally:
        previous.close()
