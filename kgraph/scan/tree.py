"""The files of a revision, out of git's store: nothing is checked out.

Comes in: a repository and the name of a commit. Goes out: what `scan` would give for a clean checkout of it, and the
contents of those files that somebody wants to read. A checkout of a large repository takes longer than all else
that a comparison of two revisions needs, for most contents are known from an earlier build.

A content is what git stores: filters that a checkout would apply are not.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from kgraph.errors import InputError
from kgraph.languages import by_name, by_shebang
from kgraph.model import SourceFile
from kgraph.scan import _SHEBANG_READ, Scan, _Git, _matcher, _repository, _run_git, _settle_headers, too_much_to_parse


@dataclass(frozen=True, slots=True)
class Change:
    """One line of `git diff --raw -M`."""

    status: str  # "A" added, "D" deleted, "M" modified, "R" renamed, "T" of another type
    path: str  # from the root
    former: str  # the path that it had; the same unless it was renamed
    similarity: int  # per cent, of what was renamed; else 0
    mode_only: bool  # the content is the same


def commit_of(root: Path, revision: str) -> str:
    """The id of the commit that a revision names; "" where it names none."""
    if not revision or revision.startswith("-"):
        return ""
    try:
        found = _run_git(root, "rev-parse", "--verify", "--quiet", revision + "^{commit}")
    except (FileNotFoundError, ValueError):  # no git; a null character in the name
        return ""
    return found.stdout.decode("ascii", "replace").strip() if found.returncode == 0 else ""


def top_of(folder: Path) -> Path:
    """The top of the working tree that a folder is in; the folder itself outside git."""
    try:
        found = _run_git(folder, "rev-parse", "--show-toplevel")
    except FileNotFoundError:  # no git
        return folder
    return Path(os.fsdecode(found.stdout.removesuffix(b"\n"))) if found.returncode == 0 else folder


def diff(root: Path, old: str, new: str) -> list[Change]:
    """What differs below `root` between two commits, as `git diff --name-status -M` says it."""
    options = ("--raw", "--abbrev=64", "-M", "--no-ext-diff", "--ignore-submodules=none", "--relative", "-z")
    fields = iter(_ask(root, "diff", *options, old, new, "--").split(b"\0")[:-1])
    found = []
    for head in fields:
        _, _, before, after, status = head.decode("ascii").split()
        former = path = os.fsdecode(next(fields))
        if status[0] in "RC":
            path = os.fsdecode(next(fields))
        found.append(Change(status[0], path, former, int(status[1:] or 0), before == after))
    return found


@contextmanager
def scan_revision(
    root: Path, revision: str, *, base: str | None = None, exclude: Sequence[str] = (), vendored: Sequence[str] = ()
) -> Iterator[Scan]:
    """The files of a revision below `root`; contents can be had while the context is open.

    Raises `InputError` where there is no such revision, or git does not have all of it.
    """
    root = root.resolve()
    git = _Git.at(root) if root.is_dir() else None
    commit = commit_of(root, revision) if git else ""
    if git is None or not commit:
        raise InputError(
            f"there is no revision {revision!r}", where=str(root), hint="name a commit, a branch or a tag: HEAD~1, main"
        )
    # Without a head the working tree is not looked at, which says nothing of this revision.
    repository = replace(_repository(root, replace(git, head=""), base), revision=commit)
    excluded, is_vendored = _matcher(exclude, "--exclude"), _matcher(vendored, "--vendored")
    entries = [entry for entry in _entries(root, commit) if not excluded.match_file(entry.path)]
    nameless = [entry.blob for entry in entries if entry.form == "file" and not entry.language]
    with tempfile.TemporaryDirectory(prefix="kgraph-") as folder:
        contents = Contents(root, folder)
        shebangs = contents.first_lines(nameless)
        files = []
        for entry in entries:
            if entry.form == "file":
                language = entry.language or by_shebang(shebangs.get(entry.blob, b""))
                unparsed = too_much_to_parse(
                    entry.path, entry.size, "vendored" if is_vendored.match_file(entry.path) else ""
                )
                files.append(SourceFile(entry.path, entry.size, entry.blob, language, unparsed=unparsed))
            else:
                files.append(entry)
        files.sort(key=lambda file: os.fsencode(file.path))
        yield Scan(root, repository, tuple(_settle_headers(files)), contents)


def _entries(root: Path, commit: str) -> Iterator[SourceFile]:
    """The files of a commit, without the languages that only their contents tell."""
    for line in _ask(root, "ls-tree", "-r", "-l", "-z", commit).split(b"\0")[:-1]:
        head, _, name = line.partition(b"\t")
        mode, _, blob, size = head.decode("ascii").split()
        path = os.fsdecode(name)
        if size == "BAD":
            raise _lacks(blob, root)
        if mode == "160000":
            yield SourceFile(path, 0, blob, form="submodule")
        elif mode == "120000":
            yield SourceFile(path, int(size), blob, form="symlink")
        else:
            yield SourceFile(path, int(size), blob, by_name(path))


def _environment() -> dict[str, str]:
    # A partial clone would fetch what it lacks, file by file: no protocol is allowed.
    return {**os.environ, "LC_ALL": "C", "GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"}


def _ask(root: Path, *args: str) -> bytes:
    command = ["git", "--no-optional-locks", "-c", "core.fsmonitor=false", *args]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False, env=_environment())
    if done.returncode:
        what = os.fsdecode(done.stderr).strip().partition("\n")[0].removeprefix("fatal: ")
        raise InputError(f"git {args[0]}: {what}", where=str(root), hint="is this a shallow or partial clone?")
    return done.stdout


def _lacks(blob: str, root: Path) -> InputError:
    return InputError(
        f"git does not have the content {blob or 'that it was asked for'}",
        where=str(root),
        hint="a partial clone lacks old contents: `git fetch --refetch`, or check the revision out once",
    )


class Contents:
    """The contents of a revision's files: those that are asked for are written to a folder, each under its blob id."""

    def __init__(self, root: Path, folder: str) -> None:
        self._root = root
        self._folder = folder

    def place(self, file: SourceFile) -> str:
        """Where the content will be, once it is fetched."""
        return os.path.join(self._folder, file.blob)  # noqa: PTH118

    def fetch(self, places: Iterable[str]) -> None:
        """Write the contents of places."""
        for blob, content in self._read({os.path.basename(place) for place in places}):  # noqa: PTH119
            with open(os.path.join(self._folder, blob), "wb") as out:  # noqa: PTH118, PTH123
                out.write(content)

    def first_lines(self, blobs: Collection[str]) -> dict[str, bytes]:
        """The first lines of those that begin with `#!`."""
        return {
            blob: content[:_SHEBANG_READ].partition(b"\n")[0]
            for blob, content in self._read(set(blobs))
            if content.startswith(b"#!")
        }

    def _read(self, blobs: Collection[str]) -> Iterator[tuple[str, bytes]]:
        if not blobs:
            return
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{blob}\n" for blob in sorted(blobs)).encode("ascii"))
            asked.seek(0)
            command = ["git", "cat-file", "--batch"]
            with subprocess.Popen(
                command,
                cwd=self._root,
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            ) as git:
                assert git.stdout  # noqa: S101 - it is a pipe
                try:
                    for _ in blobs:
                        yield self._one(git.stdout)
                finally:
                    git.kill()

    def _one(self, stream: IO[bytes]) -> tuple[str, bytes]:
        blob, *rest = stream.readline().decode("ascii", "replace").split() or [""]
        if len(rest) != 2:
            raise _lacks(blob, self._root)
        size = int(rest[1])
        content = stream.read(size)
        stream.read(1)
        return blob, content
