"""The files of a revision, out of git's store: nothing is checked out.

Input: a repository and the name of a commit. Output: what `scan` would give for a clean checkout of it, and the
contents of those files that somebody wants to read. A checkout of a large repository takes longer than all else that a
comparison of two revisions needs, for most contents are known from an earlier build.

A content is what git stores: filters that a checkout would apply are not.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from msgspec.structs import replace

from kgraph import git
from kgraph.errors import InputError
from kgraph.git import GitRepository
from kgraph.language_contents import CONTENT_READ, is_ambiguous
from kgraph.languages import detect_by_name
from kgraph.model import UNREADABLE, SourceFile
from kgraph.scan.entries import content_language, parse_refusal
from kgraph.scan.headers import classify_headers
from kgraph.scan.repository import describe, repository_at
from kgraph.scan.scanner import Choice, Scan
from kgraph.scan.walk import is_of_graph
from kgraph.scratch import scratch_folder

MAX_TARGET = 4096  # bytes in a symbolic link; no system follows a longer one
_SHALLOW = "is this a shallow or partial clone?"


@dataclass(frozen=True, slots=True)
class GitDiffEntry:
    """One line of `git diff --raw -M`."""

    status: str  # "A" added, "D" deleted, "M" modified, "R" renamed, "T" of another type
    path: str  # from the root
    former: str  # the path that it had; the same unless it was renamed
    similarity: int  # per cent, of what was renamed; else 0
    mode_only: bool  # the content is the same


def commit_of(root: Path, revision: str) -> str:
    """The id of the commit that a revision names; "" where it names none."""
    repository = repository_at(root.resolve())
    return _commit(repository, revision) if repository else ""


def _commit(repository: GitRepository, revision: str) -> str:
    if not revision or revision.startswith("-"):
        return ""
    found = repository.run("rev-parse", "--verify", "--quiet", revision + "^{commit}")
    return found.out.decode("ascii", "replace").strip() if found.ok else ""


def top_of(folder: Path) -> Path:
    """The top of the working tree that a folder is in; the folder itself outside git."""
    repository = repository_at(folder.resolve())
    return repository.top if repository else folder


def diff(root: Path, old: str, new: str) -> list[GitDiffEntry]:
    """What differs below `root` between two commits, as `git diff --name-status -M` says it."""
    repository = _repository(root)
    options = ("--raw", "--abbrev=64", "-M", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "-z")
    relative = f"--relative={repository.prefix}" if repository.prefix else "--no-relative"
    said = repository.ask("diff", *options, relative, old, new, *repository.within, hint=_SHALLOW)
    fields = iter(said.split(b"\0")[:-1])
    entries = []
    for head in fields:
        _, _, before, after, status = head.decode("ascii").split()
        former = path = os.fsdecode(next(fields))
        if status[0] in "RC":
            path = os.fsdecode(next(fields))
        entries.append(GitDiffEntry(status[0], path, former, int(status[1:] or 0), before == after))
    return entries


def _repository(root: Path) -> GitRepository:
    repository = repository_at(root.resolve())
    if repository is None:
        raise InputError("no git repository", where=str(root), hint="`git status` must work there")
    return repository


@contextmanager
def scan_revision(
    root: Path, revision: str, *, base: str | None = None, exclude: Sequence[str] = (), vendored: Sequence[str] = ()
) -> Iterator[Scan]:
    """The files of a revision below `root`; contents can be had while the context is open.

    Raises `InputError` where there is no such revision, or git does not have all of it.
    """
    root = root.resolve()
    repository = repository_at(root) if root.is_dir() else None
    commit = _commit(repository, revision) if repository else ""
    if repository is None or not commit:
        raise InputError(
            f"there is no revision {revision!r}", where=str(root), hint="name a commit, a branch or a tag: HEAD~1, main"
        )
    choice = Choice.of(exclude, vendored)
    entries = [
        entry
        for entry in _entries(repository, commit)
        if not choice.excluded.match_file(entry.path) and not is_of_graph(entry.path)
    ]
    of_files = [entry for entry in entries if entry.form == "file"]
    nameless = {entry.blob for entry in of_files if not entry.language and entry.is_readable}
    ambiguous = {entry.blob for entry in of_files if is_ambiguous(entry.path)}
    with scratch_folder() as folder:
        contents = GitBlobContents(repository, folder)
        starts = contents.starts(nameless | ambiguous, ambiguous)
        targets = contents.small(
            {entry.blob for entry in entries if entry.form == "symlink" and entry.size <= MAX_TARGET}
        )
        files = []
        for entry in entries:
            if entry.form == "file" and entry.is_readable:
                language = entry.language
                if not language or is_ambiguous(entry.path):
                    language = content_language(entry.path, starts.get(entry.blob, b""))
                unparsed = parse_refusal(entry.size, choice.explain_unparsed(entry.path))
                files.append(SourceFile(entry.path, entry.size, entry.blob, language, unparsed=unparsed))
            elif entry.form == "symlink":
                files.append(replace(entry, target=os.fsdecode(targets.get(entry.blob, b""))))
            else:
                files.append(entry)
        files.sort(key=lambda file: os.fsencode(file.path))
        described = describe(root, repository, base, commit)
        yield Scan(root, described, tuple(classify_headers(files)), contents, git=repository)


def _entries(repository: GitRepository, commit: str) -> Iterator[SourceFile]:
    """The files of a commit, without the languages that only their contents show."""
    tree = f"{commit}:{repository.prefix.removesuffix('/')}"
    for line in repository.ask("ls-tree", "-r", "-l", "-z", tree, hint=_SHALLOW).split(b"\0")[:-1]:
        head, _, name = line.partition(b"\t")
        mode, _, blob, size = head.decode("ascii").split()
        path = os.fsdecode(name)
        if size == "BAD":
            if detect_by_name(path) or mode == "120000":
                raise _lacks(blob, repository)
            yield SourceFile(path, 0, blob, unparsed=UNREADABLE + "git does not have its content")
        elif mode == "160000":
            yield SourceFile(path, 0, blob, form="submodule")
        elif mode == "120000":
            yield SourceFile(path, int(size), blob, form="symlink")
        else:
            yield SourceFile(path, int(size), blob, detect_by_name(path))


def _lacks(blob: str, repository: GitRepository) -> InputError:
    return InputError(
        f"git does not have the content {blob or 'that it was asked for'}",
        where=str(repository.top),
        hint="a partial clone does not have old contents: `git fetch --refetch`, or check the revision out once",
    )


class GitBlobContents:
    """The contents of a revision's files: those that are asked for are written to a folder, each under its blob id."""

    def __init__(self, repository: GitRepository, folder: str) -> None:
        self._repository = repository
        self._folder = folder

    def place(self, file: SourceFile) -> str:
        """Where the content will be, once it is fetched."""
        return os.path.join(self._folder, file.blob)  # noqa: PTH118

    def fetch(self, paths: Iterable[str]) -> None:
        """Write the contents that belong at these paths."""
        for blob, content in self._read({os.path.basename(path) for path in paths}):  # noqa: PTH119
            with open(os.path.join(self._folder, blob), "wb") as out:  # noqa: PTH118, PTH123
                out.write(content)

    def starts(self, blobs: Collection[str], ambiguous: Collection[str]) -> dict[str, bytes]:
        """The first bytes that tell a language: of those that begin with `#!`, and of the ambiguous ones."""
        return {
            blob: content[:CONTENT_READ]
            for blob, content in self._read(set(blobs))
            if blob in ambiguous or content.startswith(b"#!")
        }

    def small(self, blobs: Collection[str]) -> dict[str, bytes]:
        """Whole contents, of what is known to be small."""
        return dict(self._read(blobs))

    def _read(self, blobs: Collection[str]) -> Iterator[tuple[str, bytes]]:
        if not blobs:
            return
        with tempfile.TemporaryFile() as asked:
            asked.write("".join(f"{blob}\n" for blob in sorted(blobs)).encode("ascii"))
            asked.seek(0)
            with git.pipe(self._repository.git_dir, "cat-file", "--batch", stdin=asked) as stream:
                for _ in blobs:
                    yield self._read_blob(stream)

    def _read_blob(self, stream: IO[bytes]) -> tuple[str, bytes]:
        blob, *rest = stream.readline().decode("ascii", "replace").split() or [""]
        if len(rest) != 2:
            raise _lacks(blob, self._repository)
        size = int(rest[1])
        content = stream.read(size)
        stream.read(1)
        return blob, content
