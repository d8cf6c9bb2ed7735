"""The comparison of two sides: which of them are graphs and which revisions, and the graph of each.

Input: two sides as a user names them. Output: a `Comparison`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import polars as pl

from kgraph.coverage import PROGRAMMING, Aspect, Coverage, Gap, not_analysed
from kgraph.diff import patch, writers
from kgraph.diff.changes import Difference
from kgraph.diff.compare import compare
from kgraph.diff.patch import Patch
from kgraph.errors import GraphError, InputError
from kgraph.model import Graph, Repository
from kgraph.pipeline.recorded import load_options
from kgraph.progress import Progress
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

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what the comparison could not see: what was analysed in one of the graphs alone, or in none."""
        columns = pl.col("path", "language", "analysed")
        both = self.old["files"].select(columns).join(self.new["files"].select(columns), on="path", suffix="_new")
        found = []
        for aspect in Aspect:
            before, after = (pl.col(name).list.contains(aspect.value) for name in ("analysed", "analysed_new"))
            one_sided = both.filter(before != after)["language_new"].drop_nulls().value_counts(sort=True, name="files")
            gaps = [Gap(language, files, files) for language, files in one_sided.iter_rows() if language in PROGRAMMING]
            if gaps:
                what = not_analysed(aspect, gaps).removesuffix(" were not analysed")
                found.append(f"{what} were analysed in one of the two graphs alone: they may differ for that")
        whole = Coverage.of_table(self.new["files"])
        return (*found, *filter(None, (whole.note(aspect) for aspect in Aspect)))

    def write(self, form: str, out: BinaryIO, limit: int | None = None) -> None:
        """Write it in one of `FORMATS`, with at most `limit` lines in each section."""
        if form == "rdfpatch":
            patch.write_patch(self.patch, out)
        elif form == "sparql":
            patch.write_update(self.patch, out)
        else:
            writers.WRITERS[form](self.difference, out, limit)


def compare_graphs(
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
        old_graph, new_graph = _open(old), _open(new)
        return Comparison(old_graph, new_graph, compare(old_graph, new_graph, (old, new)))
    repository = revisions.RevisionContext.of(root if root is not None else _repository(), graph)
    for side, is_revision in zip((old, new), revised, strict=True):
        if is_revision and not revision.commit_of(repository.root, side):
            raise InputError(
                "is neither a graph nor a revision",
                where=side,
                hint=f"`kgraph build` makes graphs; revisions are those of {repository.root}, or of --root",
            )
    options = load_options(repository.graph, repository.root)
    if related is None:  # twice the time: only where the other side has them, or they are asked for
        related = any(_is_related(side) for side, revision in zip((old, new), revised, strict=True) if not revision)
    options = replace(options, related=related)
    old_graph, new_graph = (
        revisions.graph_of(side, repository, options, progress) if is_revision else _open(side, beside_revision=True)
        for side, is_revision in zip((old, new), revised, strict=True)
    )
    changes = None
    if all(revised):
        changes = revision.diff(repository.root, old_graph.repository.revision, new_graph.repository.revision)
    return Comparison(old_graph, new_graph, compare(old_graph, new_graph, (old, new), changes))


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
