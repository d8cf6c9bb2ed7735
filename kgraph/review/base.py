"""What a change is compared with: the revision, and the graph of it.

Input: a repository and the name of a revision, or none. Output: a commit, which is the merge base with what was named,
so that what others did there meanwhile is no part of the change; and the graph of a commit, made without a checkout.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kgraph.diff import revisions
from kgraph.errors import GraphError, InputError
from kgraph.git import GitRepository
from kgraph.impact import FileEdit, parse
from kgraph.impact.diffs import GIT_FORM
from kgraph.model import Graph
from kgraph.pipeline.options import BuildOptions
from kgraph.progress import Progress
from kgraph.review.report import ReviewBase
from kgraph.scan.repository import repository_at
from kgraph.scan.revision import commit_of

_DEFAULTS = ("origin/main", "origin/master", "main", "master")
_DIFF = ("diff", "--full-index", *GIT_FORM)


def repository_of(root: Path) -> GitRepository:
    """The repository around a folder; `InputError` where there is none."""
    repository = repository_at(root)
    if repository is None:
        raise InputError("no git repository", where=str(root), hint="give a change by --diff or --files")
    return repository


def find_base(root: Path, since: str, to: str) -> ReviewBase:
    """The commit that a change begins at.

    Args:
        root: The repository.
        since: A revision; "" for the default branch of the origin, or else main or master.
        to: A revision; "" for the working tree.

    Raises:
        InputError: There is no such revision, or no default branch.
    """
    repository = repository_of(root)
    name = since or _default_branch(root, repository)
    commit, head = commit_of(root, name), commit_of(root, to or "HEAD")
    for asked, found in ((name, commit), (to or "HEAD", head)):
        if not found:
            raise InputError(
                f"there is no revision {asked!r}",
                where=str(root),
                hint="name a commit, a branch or a tag: HEAD~1, main",
            )
    said = repository.run("merge-base", commit, head)
    merge_base = said.out.decode("ascii", "replace").strip() if said.ok else ""
    return ReviewBase(
        name, merge_base or commit, bool(merge_base) and merge_base != commit, head if to else "", built=False
    )


def _default_branch(root: Path, repository: GitRepository) -> str:
    said = repository.run("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    default = said.out.decode("utf-8", "replace").strip() if said.ok else ""
    for name in (default, *_DEFAULTS):
        if name and commit_of(root, name):
            return name
    raise InputError("there is no default branch to compare with", where=str(root), hint="name the base: --since REV")


def changes_between(root: Path, old: str, new: str) -> list[FileEdit]:
    """How two commits differ below `root`."""
    repository = repository_of(root)
    relative = f"--relative={repository.prefix}" if repository.prefix else "--no-relative"
    said = repository.ask(*_DIFF, relative, old, new, *repository.within, hint="is this a shallow or partial clone?")
    return sorted(parse(said), key=lambda each: each.path)


def graph_of(
    revision: str, root: Path, graph: Path, options: BuildOptions, progress: Progress | None, *, build: bool
) -> Graph:
    """The graph of a commit without related files; `GraphError` where it is not there and is not to be built."""
    context = revisions.RevisionContext.of(root, graph)
    wanted = replace(options, related=False)
    if not build and not revisions.is_kept(revision, context, wanted):
        raise GraphError("the graph of the base is not built", hint="run `kgraph review` once on the command line")
    return revisions.graph_of(revision, context, wanted, progress)
