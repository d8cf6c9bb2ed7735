"""What git remembers of each file and folder: its last change, how many there were, and whose they were.

Input: the working tree and the revision that the graph was built of. Output: facts by id. Git is asked once for
all files, by the reader that relating files uses, and what it said is kept beside the graph. Authors are listed by
name; commits of programs count, but nobody knows a part through them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from kgraph.git import GitRepository, discover
from kgraph.relate import authors, history
from kgraph.scratch import scratch_folder
from kgraph.store import ownership
from kgraph.vocab.iri import file_id

_MAX_AUTHORS = 5  # that a page names
_MAX_LATELY = 3
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class FileCommit:
    """One commit that changed a file."""

    commit: str
    day: str  # "2021-03-04", in UTC


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who changed a file or a folder."""

    name: str
    commits: int
    last: str  # day of the last of them, in UTC


@dataclass(frozen=True, slots=True)
class Authors:
    """Who changed a file, or the files of a folder and below."""

    commits: int  # that changed it, those of programs included
    people: int
    most: tuple[Author, ...]  # those with the most commits
    lately: tuple[Author, ...] = ()  # those with the most commits in the last year of the whole history


@dataclass(frozen=True, slots=True)
class FileHistory:
    """The history of all files."""

    last: Mapping[str, FileCommit] = field(default_factory=dict)  # by file id
    counts: Mapping[str, int] = field(default_factory=dict)
    lacks: str = ""  # what this clone does not have
    authors: Mapping[str, Authors] = field(default_factory=dict)  # by the id of a file or folder
    authors_lack: str = ""  # why they are not known


def read(root: Path | None, revision: str, kept: Path, wanted: Collection[str]) -> FileHistory:
    """The history of the files at `root` up to `revision`; `kept` is the file that remembers it, `wanted` are the ids
    of the files."""
    if root is None or not revision:
        return FileHistory(lacks="no git, or no commit yet", authors_lack="no git, or no commit yet")
    try:
        found = _history(root, revision, kept)
    except OSError:  # the graph's folder cannot be written
        lacks = "what git said could not be kept beside the graph"
        return FileHistory(lacks=lacks, authors_lack=lacks)
    repository = discover(root.resolve())
    known, unknown = authors.read(repository, revision) if isinstance(repository, GitRepository) else ({}, "no git")
    return _read_history(found, wanted, known, unknown)


def _history(root: Path, revision: str, cached: Path) -> history.History:
    """Of what is kept only what this user's builds put there; for a graph of others nothing is kept."""
    if not ownership.is_sealed(cached):
        with scratch_folder() as folder:
            return history.read(root, revision, Path(folder) / cached.name)
    found = history.read(root, revision, cached)
    if not ownership.is_sealed(cached):  # git was asked for newer commits
        ownership.seal(cached)
    return found


def _read_history(
    commits: history.History, wanted: Collection[str], known: Mapping[str, str], unknown: str
) -> FileHistory:
    last: dict[str, FileCommit] = {}
    counts: Counter[str] = Counter()
    rows: list[tuple[int, int, str]] = []  # a commit, its time, a file
    signed: list[str | None] = []  # by commit
    ids: dict[bytes, str | None] = {}
    for commit, paths in history.current_names(commits):
        change = FileCommit(commit.id, _day(commit.time))
        for path in set(paths):
            if path not in ids:
                id_ = file_id(path.decode("utf-8", "surrogateescape"))
                ids[path] = id_ if id_ in wanted else None
            if (file := ids[path]) is not None:
                counts[file] += 1
                last.setdefault(file, change)
                rows.append((len(signed), commit.time, file))
        signed.append(known.get(commit.id))
    return FileHistory(last, counts, commits.lacks, _authors(rows, signed), unknown)


def _authors(rows: list[tuple[int, int, str]], signed: list[str | None]) -> dict[str, Authors]:
    """Who changed each file and folder; a commit that changed several files of a folder is one of it."""
    changes = pl.DataFrame(rows, {"commit": pl.UInt32, "time": pl.Int64, "id": pl.String}, orient="row")
    names = pl.Series("name", signed, pl.String)
    files = changes["id"].unique()
    within = pl.DataFrame(
        [(file, node) for file in files for node in (file, *_folders_of(file))],
        {"id": pl.String, "node": pl.String},
        orient="row",
    )
    touched = changes.join(within, on="id").select("node", "commit", "time").unique()
    touched = touched.with_columns(name=names.gather(touched["commit"]))
    totals = dict(touched.group_by("node").agg(pl.len()).iter_rows())
    bots = [name for name in names.unique().drop_nulls() if authors.is_bot(name)]
    by_people = touched.drop_nulls("name").filter(~pl.col("name").is_in(bots))
    is_late = pl.col("time") > pl.lit(changes["time"].max()) - _YEAR
    lately = {node: most for node, _, most in _rank_authors(by_people.filter(is_late), _MAX_LATELY)}
    return {
        node: Authors(totals[node], count, most, lately.get(node, ()))
        for node, count, most in _rank_authors(by_people, _MAX_AUTHORS)
    }


def _rank_authors(touched: pl.DataFrame, limit: int) -> Iterator[tuple[str, int, tuple[Author, ...]]]:
    """Each file and folder, how many people changed it, and those of them with the most commits."""
    people = touched.group_by("node", "name").agg(commits=pl.len(), last=pl.col("time").max())
    ranked = (
        people.sort("node", -pl.col("commits").cast(pl.Int64), -pl.col("last"), "name")
        .group_by("node", maintain_order=True)
        .agg(people=pl.len(), most=pl.struct("name", "commits", "last").head(limit))
    )
    for node, count, most in ranked.iter_rows():
        yield node, count, tuple(Author(each["name"], each["commits"], _day(each["last"])) for each in most)


def _folders_of(file: str) -> Iterator[str]:
    """The ids of the folders around a file, the innermost first."""
    path = file.removeprefix("file/")
    while "/" in path:
        path = path.rpartition("/")[0]
        yield f"folder/{path}"
    yield "folder/"


def _day(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d")
