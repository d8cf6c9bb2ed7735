"""What the messages of earlier commits say of files: the words of whoever changed a file before.

Input: git's history up to the revision that a graph is of. Output: the words of each file's messages, for BM25, and
the commits, for reasons. Only commits that changed few files count, each file the less the more files its commit
changed; a message that speaks of fifty files says little of any. Merges and reverts do not count.

    messages/commits.parquet   of each commit its id, the first of its message, and the files that it changed, as they
                               are called at the revision
    messages/seal.json         this user's mark

At most `MAX_COMMITS` commits, the newest, and `MAX_MESSAGE` characters of each are kept. A graph whose revision git
does not have, or that was built without git, has no messages, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from kgraph.git import GitRepository, discover
from kgraph.locate.bm25 import Bm25
from kgraph.locate.evidence import split_identifier
from kgraph.locate.word_matrix import WORD, identifiers, part_matrix
from kgraph.pipeline.kept_history import read_history
from kgraph.relate import history
from kgraph.store import ownership
from kgraph.store.kept_table import KeptTable
from kgraph.vocab.iri import display_git_path

MAX_COMMITS = 20_000
MAX_MESSAGE = 2_000  # characters of one message
MAX_FILES = 30  # of a commit that counts
LENGTH = 0.75  # how much a file with many messages is held against it, BM25's `b`
FOLDER = "messages"
_VERSION = 1
_EMPTY = pl.DataFrame(schema={"commit": pl.String, "message": pl.String, "paths": pl.List(pl.String)})
_TRAILER = re.compile(
    r"(?im)^(?:signed-off-by|co-authored-by|reviewed-by|acked-by|tested-by|git-svn-id|change-id)\b.*$"
)
_IDENTIFIER = re.compile(WORD)


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message with words of a text, as a reason names it."""

    commit: str
    subject: str
    words: tuple[str, ...]


class PastMessages:
    """The messages of the commits that changed files, one entry for each row of the table of files."""

    def __init__(self, commits: pl.DataFrame, paths: Sequence[str], lacks: str = "") -> None:
        """`commits` has the columns commit, message and paths; `lacks` says what is not known, "" for nothing."""
        how = "searched only in part" if commits.height else "not searched"
        self.note = f"the messages of earlier commits were {how}: {lacks}" if lacks else ""
        self._commits = commits.with_row_index("number")
        self._paths = paths

    @classmethod
    def make_empty(cls, paths: Sequence[str], lacks: str = "") -> PastMessages:
        """No messages at all."""
        return cls(_EMPTY, paths, lacks)

    @cached_property
    def _changed(self) -> pl.DataFrame:
        """One row for each commit and file that is still there: number, row, share."""
        rows = pl.DataFrame({"path": self._paths}, schema={"path": pl.String}).with_row_index("row")
        return (
            self._commits.select("number", "paths", share=1 / pl.col("paths").list.len().cast(pl.Float32).sqrt())
            .explode("paths")
            .join(rows, left_on="paths", right_on="path")
            .select(pl.col("number").cast(pl.Int64), pl.col("row").cast(pl.Int64), "share")
            .sort("number", "row")
        )

    @cached_property
    def index(self) -> Bm25:
        """The words of each file's messages."""
        words = identifiers(self._commits.select(row=pl.col("number").cast(pl.Int64), text="message"), 1)
        held = (
            self._changed.join(words.rename({"row": "number"}), on="number")
            .group_by("row", "word")
            .agg((pl.col("count") * pl.col("share")).sum())
            .sort("row", "word")
        )
        return Bm25(*part_matrix(held, len(self._paths)), b=LENGTH)

    def best(self, row: int, terms: Sequence[str]) -> PastMessage | None:
        """The commit that changed a file and whose message has most of some words, the first of which count most."""
        numbers = self._changed.filter(pl.col("row") == row)["number"].to_list()
        found: tuple[float, int, list[str]] = (0.0, -1, [])
        for number in numbers:  # the newest first
            message: str = self._commits["message"][number]
            lower = message.lower()
            if not any(term in lower for term in terms):
                continue
            parts = {part for word in _IDENTIFIER.findall(message) for part in split_identifier(word)}
            words = [term for term in terms if term in parts]
            weight = sum(1 / (1 + terms.index(term)) for term in words)
            if weight > found[0]:
                found = weight, number, words
        if found[1] < 0:
            return None
        commit, message = self._commits["commit"][found[1]], self._commits["message"][found[1]]
        return PastMessage(commit, message.strip().partition("\n")[0], tuple(found[2]))


def load_messages(
    generation: Path, kept_history: Path, root: Path | None, revision: str, paths: Sequence[str]
) -> PastMessages:
    """The messages of the commits up to a revision, kept ones where there are any, else from git, which are then kept.

    Args:
        generation: The folder of the graph's tables.
        kept_history: The file in which the build left the history; nothing is read that no build of this user left.
        root: The repository; None where it is not at hand.
        revision: That the graph is of; "" for none.
        paths: Of all files, in the order of the graph's table.
    """
    table = KeptTable(FOLDER, "commits.parquet", {"messages": _VERSION, "revision": revision})
    if not revision:
        return PastMessages.make_empty(paths, "the graph is of no commit")
    if (kept := table.load(generation)) is not None and kept.schema == _EMPTY.schema:
        return PastMessages(kept, paths)
    if root is None:
        return PastMessages.make_empty(paths, "the graph does not lie in its repository")
    if not ownership.is_sealed(kept_history):
        return PastMessages.make_empty(paths, "the graph was built without history")
    frame, lacks = _read(root, revision, kept_history)
    if not lacks:
        with suppress(OSError):  # a folder that cannot be written: the next process asks git again
            table.save(generation, frame)
    return PastMessages(frame, paths, lacks)


def _read(root: Path, revision: str, kept_history: Path) -> tuple[pl.DataFrame, str]:
    repository = discover(root)
    if not isinstance(repository, GitRepository):
        return _EMPTY, repository.why or "there is no git"
    known = read_history(root, revision, kept_history)
    changed = {
        commit.id: [display_git_path(path) for path in paths]
        for commit, paths in history.current_names(known)
        if not commit.revert and len(paths) <= MAX_FILES
    }
    said = repository.run(
        *("log", "--no-merges", "--no-color", "--no-mailmap", "--encoding=UTF-8", "-z"),
        *(f"--max-count={2 * MAX_COMMITS}", "--format=%H%x02%B", revision),
    )
    if not said.ok:
        return _EMPTY, f"git log: {said.message}"
    rows: list[tuple[str, str, list[str]]] = []
    for entry in said.out.decode("utf-8", "replace").split("\0"):
        commit, _, message = entry.partition("\2")
        if commit in changed and len(rows) < MAX_COMMITS:
            rows.append((commit, _TRAILER.sub("", message[:MAX_MESSAGE]).strip(), changed[commit]))
    return pl.DataFrame(rows, schema=_EMPTY.schema, orient="row"), known.lacks
