"""The comparison of two sides: which of them are graphs and which revisions, and the graph of each.

Input: two sides as a user names them. Output: a `Comparison`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import polars as pl

from kgraph.diff import patch, writers
from kgraph.diff.changes import Difference
from kgraph.diff.compare import compare
from kgraph.diff.patch import Patch
from kgraph.errors import GraphError, InputError
from kgraph.model import Graph, Repository
from kgraph.pipeline.progress import Progress
from kgraph.pipeline.recorded import load_options
from kgraph.store import folder
from kgraph.store.folder import Generation
from kgraph.vocab.iri import file_id

FORMATS = (*writers.WRITERS, "rdfpatch", "sparql")


@dataclass(frozen=True)
class Comparison:
    """Two graphs side by side."""

    old: Graph
    new: Graph
    difference: Difference

    @cached_property
    def patch(self) -> Patch:
        """The triples that turn the old graph into the new one."""
        return Patch.between(self.old, self.new)

    def write(self, form: str, out: BinaryIO, limit: int | None = None) -> None:
        """Write it in one of `FORMATS`, with at most `limit` lines in each section."""
        if form == "rdfpatch":
            patch.write_patch(self.patch, out)
        elif form == "sparql":
            patch.write_update(self.patch, out)
        else:
            writers.WRITERS[form](self.difference, out, limit)


def between(
    old: str,
    new: str,
    root: Path | None = None,
    graph: Path | None = None,
    related: bool | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare two graphs' folders, or two revisions of the repository at `root` (by default the working folder's).

    What names a graph is one, unless `root` is given. `graph` is the folder of the repository's graph, whose facts and
    options are used. Related files of revisions are compared with `related`, for that takes twice the time.

    Raises `InputError` where a side is neither.
    """
    from kgraph.diff import revisions
    from kgraph.scan import revision

    revised = [root is not None or not _is_graph(side) for side in (old, new)]
    if not any(revised):
        before, after = _open(old), _open(new)
        return Comparison(before, after, compare(before, after, (old, new)))
    where = revisions.RevisionContext.of(root if root is not None else _repository(), graph)
    for side, is_revision in zip((old, new), revised, strict=True):
        if is_revision and not revision.commit_of(where.root, side):
            raise InputError(
                "is neither a graph nor a revision",
                where=side,
                hint=f"`kgraph build` makes graphs; revisions are those of {where.root}, or of --root",
            )
    options = load_options(where.graph, where.root)
    if related is None:  # twice the time: only where the other side has them, or they are asked for
        related = any(_is_related(side) for side, revision in zip((old, new), revised, strict=True) if not revision)
    options = replace(options, related=related)
    before, after = (
        revisions.graph_of(side, where, options, progress) if is_revision else _open(side, beside_revision=True)
        for side, is_revision in zip((old, new), revised, strict=True)
    )
    changes = None
    if all(revised):
        changes = revision.diff(where.root, before.repository.revision, after.repository.revision)
    return Comparison(before, after, compare(before, after, (old, new), changes))


def _is_graph(side: str) -> bool:
    from kgraph.model import GRAPH_FOLDER

    return any((Path(side) / name / "current").is_symlink() for name in (".", GRAPH_FOLDER))


def _is_related(side: str) -> bool:
    generation = _generation(side)
    try:
        return bool(generation.manifest["options"]["related"])
    finally:
        generation.close()


def _repository() -> Path:
    """The repository of the working folder: where its graph is, or the top of git's working tree."""
    from kgraph.scan.revision import top_of

    try:
        return folder.find(Path()).parent
    except GraphError:
        return top_of(Path())


def _open(side: str, *, beside_revision: bool = False) -> Graph:
    """The graph in a folder; beside a revision its files have the ids of what git stores, as far as a checkout made
    other bytes of it (line ends, Git LFS), for git calls them unchanged.
    """
    from kgraph.store import tables

    generation = _generation(side)
    try:
        frames = tables.read_all(generation.tables, generation.checksums)
        converted = generation.manifest["ledger"].get("scan", {}).get("converted", {})
        if beside_revision and converted:
            stored = {file_id(path): blob for path, blob in converted.items()}
            frames["files"] = frames["files"].with_columns(
                blob=pl.col("id").replace_strict(stored, default=pl.col("blob"), return_dtype=pl.String())
            )
        return Graph(Repository(**generation.manifest["repository"]), frames)
    finally:
        generation.close()


def _generation(side: str) -> Generation:
    return folder.open_current(folder.find(Path(side)))
