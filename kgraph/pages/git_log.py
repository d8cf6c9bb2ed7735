"""What git remembers of each file: its last change, and how many there were.

Input: the working tree and the revision that the graph was built of. Output: facts by file id. Git is asked once for
all files, by the reader that relating files uses, and what it said is kept beside the graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kgraph.relate import history
from kgraph.scratch import scratch_folder
from kgraph.store import ownership
from kgraph.vocab.iri import file_id


@dataclass(frozen=True, slots=True)
class FileChange:
    """One commit that changed a file."""

    commit: str
    day: str  # "2021-03-04", in UTC


@dataclass(frozen=True, slots=True)
class FileHistory:
    """The history of all files."""

    last: Mapping[str, FileChange] = field(default_factory=dict)  # by file id
    counts: Mapping[str, int] = field(default_factory=dict)
    lacks: str = ""  # what this clone does not have


def read(root: Path | None, revision: str, kept: Path) -> FileHistory:
    """The history of the files at `root` up to `revision`; `kept` is the file that remembers it."""
    if root is None or not revision:
        return FileHistory(lacks="no git, or no commit yet")
    try:
        found = _history(root, revision, kept)
    except OSError:  # the graph's folder cannot be written
        return FileHistory(lacks="what git said could not be kept beside the graph")
    return _past(found)


def _history(root: Path, revision: str, kept: Path) -> history.History:
    """Of what is kept only what this user's builds put there; for a graph of others nothing is kept."""
    if not ownership.is_sealed(kept):
        with scratch_folder() as folder:
            return history.read(root, revision, Path(folder) / kept.name)
    found = history.read(root, revision, kept)
    if not ownership.is_sealed(kept):  # git was asked for newer commits
        ownership.seal(kept)
    return found


def _past(found: history.History) -> FileHistory:
    last: dict[bytes, FileChange] = {}
    counts: Counter[bytes] = Counter()
    for commit, paths in history.current_names(found):
        change = FileChange(commit.id, datetime.fromtimestamp(commit.time, UTC).strftime("%Y-%m-%d"))
        for path in set(paths):
            counts[path] += 1
            last.setdefault(path, change)
    ids = {path: file_id(path.decode("utf-8", "surrogateescape")) for path in last}
    return FileHistory(
        {ids[path]: change for path, change in last.items()},
        {ids[path]: count for path, count in counts.items()},
        found.lacks,
    )
