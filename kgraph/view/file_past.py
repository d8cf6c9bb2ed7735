"""What git remembers of each file of a graph: how many commits changed it, and who owns it.

Input: the graph's folder, its repository's revision and its files. Output: `FilePast`. A file's owner is who changed
it in the most commits, programs left out. Commits are those of `pipeline.kept_history`; where the graph does not lie in
its repository, or that has no history, nothing is known, and `lacks` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kgraph.errors import KgraphError
from kgraph.model import Graph
from kgraph.pipeline.kept_history import read_history
from kgraph.pipeline.recorded import root_of
from kgraph.relate import authors, history
from kgraph.scan.repository import repository_at
from kgraph.view.index import FilePast, ViewIndex
from kgraph.vocab.iri import file_id

UNKNOWN = "without git's history it is not known how often files changed, and who changed them"


def make_index(tables: Graph, graph: Path, manifest: Mapping[str, Any]) -> ViewIndex:
    """The index of a graph's folder, which reads the past of its files once that is asked for."""
    revision = str((manifest.get("repository") or {}).get("revision") or "")
    return ViewIndex(tables, lambda files: _read(graph, revision, files))


def _read(graph: Path, revision: str, files: pl.Series) -> FilePast:
    try:
        root = root_of(graph)
        repository = repository_at(root) if revision else None
        if repository is None:
            return FilePast(lacks=UNKNOWN)
        commits = read_history(root, revision, graph / "history.bin")
        names, note = authors.read(repository, revision)
    except (KgraphError, OSError) as error:
        return FilePast(lacks=f"the history could not be read: {error}")
    return _past(commits, names, note, files)


def _past(commits: history.History, names: dict[str, str], note: str, files: pl.Series) -> FilePast:
    numbers = {id_: number for number, id_ in enumerate(files.to_list())}
    counts = np.zeros(len(files), dtype=np.int64)
    rows: list[tuple[int, str]] = []
    for commit, paths in history.current_names(commits):
        name = names.get(commit.id)
        is_known = name is not None and not authors.is_bot(name)
        for path in set(paths):
            number = numbers.get(file_id(path.decode("utf-8", "surrogateescape")))
            if number is not None:
                counts[number] += 1
                if is_known and name is not None:
                    rows.append((number, name))
    most = (
        pl.DataFrame(rows, {"file": pl.Int64, "name": pl.String}, orient="row")
        .group_by("file", "name")
        .len()
        .sort("file", -pl.col("len").cast(pl.Int64), "name")
        .unique("file", keep="first", maintain_order=True)
    )
    owners: list[str | None] = [None] * len(files)
    for number, name in most.select("file", "name").iter_rows():
        owners[number] = name
    lacks = [f"the history is not complete: {commits.lacks}"] if commits.lacks else []
    return FilePast(counts, pl.Series("owner", owners, pl.String), "; ".join([*lacks, *([note] if note else [])]))
