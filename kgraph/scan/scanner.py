"""From a root folder to the list of its files.

Input: a root folder, patterns of files to leave out. Output: a `Scan`. A file that is tracked but cannot be read stays
in the list with the reason; what is left out is reported, and by which rule.

We ask the `git` command for the index instead of a library: it alone knows sparse and split indexes as the user's git
does. What the files hold we see for ourselves, see `git_index` and `entries`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from kgraph import git
from kgraph.errors import InputError
from kgraph.git import GitRepository
from kgraph.model import Repository, SourceFile
from kgraph.scan.entries import NOT_THERE, Entry, EntryReader
from kgraph.scan.generated_pages import pages_among
from kgraph.scan.git_index import GitIndex, IndexComparison
from kgraph.scan.gitignore import PathPatterns
from kgraph.scan.hash_cache import HashCache
from kgraph.scan.headers import classify_headers
from kgraph.scan.omissions import Omissions
from kgraph.scan.repository import describe, head_of
from kgraph.scan.walk import FolderWalk, is_graph, is_of_bare, is_of_graph, is_worktree_of


class ContentSource(Protocol):
    """Where contents are that do not stand in the working tree."""

    def place(self, file: SourceFile) -> str:
        """Where the content of a file can be opened, once it is fetched."""

    def fetch(self, paths: Iterable[str]) -> None:
        """Write contents to their paths."""


@dataclass(frozen=True, slots=True)
class Scan:
    """All files of a repository, sorted by path, and the repository that they are of."""

    root: Path
    repository: Repository
    files: tuple[SourceFile, ...]
    contents: ContentSource | None = None  # None: the files in the working tree
    omissions: Omissions = field(default_factory=Omissions)
    git: GitRepository | None = field(default=None, compare=False)  # that was asked; None where there is none

    def place(self, file: SourceFile) -> str:
        """Where the content of a file can be opened."""
        return self.contents.place(file) if self.contents else os.path.join(self.root, file.path)  # noqa: PTH118

    def fetch(self, paths: Iterable[str]) -> None:
        """Ensure that the files at these paths can be opened."""
        if self.contents:
            self.contents.fetch(paths)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files to list, and which of them to parse: patterns in the syntax of `.gitignore`."""

    excluded: PathPatterns
    vendored: PathPatterns

    @classmethod
    def of(cls, exclude: Sequence[str], vendored: Sequence[str]) -> Choice:
        """Raises `InputError` where a pattern cannot be read."""
        return cls(_patterns(exclude, "--exclude"), _patterns(vendored, "--vendored"))

    def explain_unparsed(self, path: str) -> str:
        """Why a file should not be parsed."""
        return "vendored" if self.vendored.match_file(path) else ""


def _patterns(patterns: Sequence[str], option: str) -> PathPatterns:
    try:
        return PathPatterns(patterns)
    except ValueError as error:
        raise InputError(
            f"{option}: {error}", hint="patterns are written as in .gitignore: 'third_party/', '*.pb.h'"
        ) from error


def scan(
    root: Path,
    *,
    base: str | None = None,
    exclude: Sequence[str] = (),
    vendored: Sequence[str] = (),
    ignore: bool = True,
    hashes: HashCache | None = None,
) -> Scan:
    """List the files below `root`.

    `exclude` and `vendored` are patterns in the syntax of `.gitignore`: excluded files are left out, vendored ones are
    listed but not parsed. Without `ignore` all files are listed, whether git tracks them or `.gitignore` names them.
    `hashes` remembers the ids of files from one scan to the next.

    Raises `InputError` where `root` is no readable folder, or git refuses to list it.
    """
    root = root.resolve()
    if not root.is_dir():
        raise InputError("not a folder", where=str(root), hint="give the root folder of a repository")
    choice = Choice.of(exclude, vendored)
    omissions = Omissions()
    repository, index = _index(root, omissions)
    entries = index.entries() if index and ignore else list(_walk(root, repository, omissions, ignore=ignore).entries())
    entries = _choose(root, entries, choice, omissions)
    hashes = hashes or HashCache()
    hash_name = "sha256" if repository and repository.sha256 else "sha1"
    hashes.use(hash_name)
    reader = EntryReader(os.fspath(root), hash_name, hashes)
    files = [reader.source_file(entry, choice.explain_unparsed(entry.path)) for entry in entries]
    if index is None:  # it was there a moment ago, and nobody says that it should be
        files = [file for file in files if file.unparsed != NOT_THERE]
    described = describe(root, repository, base, head_of(repository) if repository else "")
    if repository and index:
        described = replace(described, dirty=_is_dirty(repository, index, described.revision, files, reader, omissions))
    files.sort(key=lambda file: os.fsencode(file.path))
    return Scan(root, described, tuple(classify_headers(files)), omissions=omissions, git=repository)


def _index(root: Path, omissions: Omissions) -> tuple[GitRepository | None, GitIndex | None]:
    """Git's index of a folder; none where there is no git, or git tracks nothing there."""
    repository = git.discover(root)
    if isinstance(repository, git.NoRepository):
        omissions.git = repository.why
        return None, None
    index = GitIndex(repository)
    omissions.outside += index.outside
    if not index.by_path:  # a folder that its git ignores, or one before the first `git add`: as good as no git
        return None, None
    for path in index.submodules():
        omissions.submodules += 1
        if not os.path.lexists(root / path / ".git"):
            omissions.absent_submodules.append(path)
    return repository, index


def _walk(root: Path, repository: GitRepository | None, omissions: Omissions, *, ignore: bool) -> FolderWalk:
    """A walk that leaves other working trees of the same repository alone: they have the same files once more."""
    if repository is None:
        return FolderWalk(os.fspath(root), omissions, ignore=ignore)
    git_dir = os.fspath(repository.git_dir)
    return FolderWalk(
        os.fspath(root),
        omissions,
        ignore=ignore,
        is_skipped=lambda path: is_worktree_of(os.path.join(root, path), git_dir),  # noqa: PTH118
    )


def _folders_with(name: str, entries: Iterable[Entry]) -> Iterator[str]:
    """The folders in which a file of that name lies, but for the root."""
    return (entry.path.removesuffix(f"/{name}") for entry in entries if entry.path.endswith(f"/{name}"))


def _choose(root: Path, entries: list[Entry], choice: Choice, omissions: Omissions) -> list[Entry]:
    """Without what is not asked for, what we wrote ourselves (a graph, though git may track it, and pages), and what
    belongs to a bare repository."""
    own = pages_among(os.fspath(root), (entry.path for entry in entries))
    bare = {folder for folder in _folders_with("HEAD", entries) if git.is_git_folder(root / folder)}
    graphs = {folder for folder in _folders_with("current", entries) if is_graph(os.path.join(root, folder))}  # noqa: PTH118
    omissions.repositories += sorted({f"{folder}/" for folder in bare}.difference(omissions.repositories))
    chosen = []
    for entry in entries:
        pattern = choice.excluded.deciding(entry.path)
        if pattern and not pattern.negated:
            omissions.ignored[f"--exclude {pattern.text}"] += 1
        elif entry.path not in own and not is_of_graph(entry.path, graphs) and not is_of_bare(entry.path, bare):
            chosen.append(entry)
    return chosen


def _is_dirty(
    repository: GitRepository,
    index: GitIndex,
    revision: str,
    files: Sequence[SourceFile],
    reader: EntryReader,
    omissions: Omissions,
) -> bool:
    """Whether what is listed differs from the revision; before the first commit there is none."""
    comparison = IndexComparison(repository, index, reader.states)
    changed = comparison.has_changed(files)
    omissions.converted.update(comparison.converted)
    return bool(revision) and (changed or index.differs_from(revision))
