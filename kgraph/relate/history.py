"""What git remembers: which files changed together, under the names that they have today.

Input: a working tree. Output: the commits without merges, each with the files that it changed. Git is asked once; what
it said is kept in a file beside the graph, and a later build asks for the newer commits alone.

A clone may lack much: a shallow one its older commits, a partial one its blobs. What is there is used, and what is
lacking is reported. Nothing is fetched: reading a repository must not wait for a network.
"""

from __future__ import annotations

import os
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from pathlib import Path

import msgspec

from kgraph import files
from kgraph.compression import decompress
from kgraph.git import MAX_LOG_SECONDS, TIMED_OUT, GitRepository, discover

_VERSION = 1  # of the file; counts up whenever commits are read otherwise
_MAX_KEPT_BYTES = 1_000_000_000  # a million commits are some 300 MB
_REVERT = re.compile(rb"revert\b|back(?:ed)?[ -]?out\b", re.IGNORECASE)
_WHOLE = "-M60%"  # renamed files may have changed a bit: needs their contents
_EXACT = "-M100%"  # renamed files must not have changed: needs no contents
_COMMIT = re.compile(rb"(?:\A|\0)\x01(?=[0-9a-f]{40})")
_FORMAT = "--format=%x01%H %ct %P%x02%s"


class Commit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One commit; a merge has no paths, for what it brings was changed by others."""

    id: str
    time: int  # of the committer, seconds since 1970
    parents: tuple[str, ...]
    revert: bool
    paths: bytes  # of the files that it changed, as they were called then; between them "\0"
    renames: bytes = b""  # old path, new path, old path, ...; between them "\0"


@dataclass(frozen=True, slots=True)
class History:
    """All commits up to one revision, children before parents, and what of the history this clone does not have."""

    revision: str = ""
    commits: tuple[Commit, ...] = ()
    lacks: str = ""  # "" where nothing is lacking


NO_HISTORY = History(lacks="disabled")


class _CachedHistory(msgspec.Struct, array_like=True):
    """What the file beside the graph holds."""

    version: int
    revision: str
    prefix: str
    state: str
    exact: bool
    lacks: str
    commits: tuple[Commit, ...] = ()


@dataclass(slots=True)
class _Answer:
    commits: list[Commit] = field(default_factory=list)
    error: str = ""


def read(
    root: Path,
    revision: str,
    cache_file: Path,
    known_repository: GitRepository | None = None,
    *,
    most: int | None = None,
) -> History:
    """The history of the working tree at `root` up to `revision`; `cache_file` is the file that remembers it.

    A caller that knows the repository gives it as `known_repository`, one that cannot wait for a whole history how many
    commits it wants at `most`, the newest, where nothing is remembered.

    Where `root` is a folder inside the working tree, only what is below it counts.
    """
    if not revision:
        return History(lacks="no git, or no commit yet")
    repository = known_repository or discover(root.resolve())
    if not isinstance(repository, GitRepository):
        return History(lacks=repository.why or "no git")
    prefix, state = repository.prefix, clone_state(repository)
    cached = _load(cache_file)
    if cached and (cached.version, cached.prefix, cached.state) == (_VERSION, prefix, state):
        if cached.revision == revision:
            return History(revision, cached.commits, cached.lacks)
        if not cached.lacks.startswith("git log") and _is_ancestor(repository, cached.revision, revision):
            newer = _log(repository, f"{cached.revision}..{revision}", exact=cached.exact)
            if not newer.error:
                commits = {commit.id: commit for commit in (*newer.commits, *cached.commits)}
                commits_ = _sort_commits(commits.values())
                return _store(
                    cache_file, _CachedHistory(_VERSION, revision, prefix, state, cached.exact, cached.lacks, commits_)
                )
    exact = "partial" in state
    # A clone that lacks contents lacks the oldest ones, as a rule: asked from these on, git says so at once.
    answer = _log(repository, revision, exact=exact, most=most, oldest_first=not exact)
    if answer.error and not exact:
        exact = True
        answer = _log(repository, revision, exact=True, most=most)
    boundary = _boundary(repository) if "shallow" in state else frozenset()
    commits_ = _sort_commits(commit for commit in answer.commits if commit.id not in boundary)
    lacks = []
    if most is not None and len(answer.commits) >= most:
        lacks.append(
            f"the newest {most:,} commits alone were asked for, as no build of this graph left its history here"
        )
    if "shallow" in state:
        lacks.append("a shallow clone: older commits are not here")
    if answer.error:
        lacks.insert(0, f"git log: {answer.error}")
    elif exact:
        lacks.append("contents of old files are not here: what was renamed and changed at once is not followed")
    return _store(cache_file, _CachedHistory(_VERSION, revision, prefix, state, exact, "; ".join(lacks), commits_))


def clone_state(repository: GitRepository) -> str:
    """What kind of clone it is: "", "shallow", "partial" or "shallow partial"."""
    shallow = repository.run("rev-parse", "--is-shallow-repository").out.strip() == b"true"
    partial = any(name.endswith((".partialclone", ".promisor")) for name in repository.config())
    return " ".join(word for word, holds in (("shallow", shallow), ("partial", partial)) if holds)


def current_names(history: History) -> Iterator[tuple[Commit, list[bytes]]]:
    """Each commit that changed files, newest first, with the paths that these files have today.

    A name that was used again by parallel branches means what it meant last.
    """
    now: dict[bytes, bytes] = {}
    for commit in history.commits:
        renames = commit.renames.split(b"\0") if commit.renames else []
        for old, new in zip(renames[::2], renames[1::2], strict=True):
            now.setdefault(old, now.get(new, new))
        if commit.paths:
            yield commit, [now.get(path, path) for path in commit.paths.split(b"\0")]


# --- git ------------------------------------------------------------------------------------------------------------


def _is_ancestor(repository: GitRepository, old: str, new: str) -> bool:
    return repository.run("merge-base", "--is-ancestor", old, new).ok


def _boundary(repository: GitRepository) -> frozenset[str]:
    """The commits at which a shallow clone is cut: they look as if they had made every file."""
    path = os.fsdecode(repository.run("rev-parse", "--git-path", "shallow").out.removesuffix(b"\n"))
    try:
        return frozenset((repository.git_dir / path).read_text("ascii").split())
    except (OSError, ValueError):
        return frozenset()


def _log(
    repository: GitRepository, revisions: str, *, exact: bool, most: int | None = None, oldest_first: bool = False
) -> _Answer:
    """The commits that git reports before it ends, or before it meets something that it does not have."""
    relative = f"--relative={repository.prefix}" if repository.prefix else "--no-relative"
    done = repository.run(
        *("log", "--no-color", "--no-ext-diff", "--no-textconv", "--no-mailmap", "--encoding=UTF-8", "-z"),
        *([f"--max-count={most}"] if most is not None else []),
        *(["--reverse"] if oldest_first else []),
        *("--name-status", relative, "-l1000", _EXACT if exact else _WHOLE, _FORMAT, revisions, *repository.within),
        seconds=MAX_LOG_SECONDS,
    )
    parts = _COMMIT.split(done.out)[1:]
    if done.code == TIMED_OUT:
        parts = parts[:-1]  # the last may be cut off
    return _Answer([_commit(part) for part in parts], "" if done.ok else done.message)


def _commit(part: bytes) -> Commit:
    """One commit from `<id> <time> <parents>STX<subject>NUL LF M NUL path NUL R060 NUL old NUL new NUL`."""
    head, _, rest = part.partition(b"\0")
    known, _, subject = head.partition(b"\2")
    id_, time, *parents = known.decode("ascii").split()
    fields = iter(rest.lstrip(b"\n").split(b"\0"))
    paths: list[bytes] = []
    renames: list[bytes] = []
    added: dict[bytes, list[bytes]] = {}
    removed: dict[bytes, list[bytes]] = {}
    for status in fields:
        if not status:
            continue
        path = next(fields, b"")
        match status[:1]:
            case b"R" | b"C":
                new = next(fields, b"")
                if status[:1] == b"R":
                    renames += (path, new)
                path = new
            case b"A":
                added.setdefault(path.rpartition(b"/")[2], []).append(path)
            case b"D":
                removed.setdefault(path.rpartition(b"/")[2], []).append(path)
        if path:
            paths.append(path)
    # What went here and came there under the same name has moved, even if its contents cannot be compared.
    for name in sorted(removed.keys() & added.keys()):
        if len(removed[name]) == len(added[name]) == 1:
            renames += (removed[name][0], added[name][0])
            paths.remove(removed[name][0])
    revert = _REVERT.match(subject) is not None
    return Commit(id_, int(time), tuple(parents), revert, b"\0".join(paths), b"\0".join(renames))


def _sort_commits(commits: Iterable[Commit]) -> tuple[Commit, ...]:
    """Children before parents, newest first: by the commits alone, for git's own order depends on where it starts."""
    commit_by_id = {commit.id: commit for commit in commits}
    children = Counter(parent for commit in commit_by_id.values() for parent in commit.parents)
    ready = [(-commit.time, commit.id) for commit in commit_by_id.values() if not children[commit.id]]
    heapify(ready)
    ordered: list[Commit] = []
    while ready:
        commit = commit_by_id[heappop(ready)[1]]
        ordered.append(commit)
        for parent in commit.parents:
            children[parent] -= 1
            if not children[parent] and parent in commit_by_id:
                heappush(ready, (-commit_by_id[parent].time, parent))
    return tuple(ordered)


# --- what is kept ---------------------------------------------------------------------------------------------------


def _load(cache_file: Path) -> _CachedHistory | None:
    try:
        if not files.is_regular(cache_file):
            return None
        return msgspec.msgpack.decode(decompress(cache_file.read_bytes(), _MAX_KEPT_BYTES), type=_CachedHistory)
    except (OSError, ValueError, RecursionError):
        return None


def _store(path: Path, cached: _CachedHistory) -> History:
    files.put(path, zlib.compress(msgspec.msgpack.encode(cached), 1))
    return History(cached.revision, cached.commits, cached.lacks)


def account(history: History) -> Mapping[str, object]:
    """The entry of the manifest's ledger."""
    return {
        "commits": sum(bool(commit.paths) for commit in history.commits),
        **({"lacks": history.lacks} if history.lacks else {}),
    }
