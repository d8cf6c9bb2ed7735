"""Clones of repositories: brought, updated, and put at a revision.

Input: an address of git's and a revision. Output: a working tree. Its contents are a stranger's: no hook, filter,
monitor or submodule of theirs is run or fetched, and an address can only name a transport of git's own, so that
`ext::` starts no program. The user's own settings and credentials hold, but nobody is asked for a password.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from kgraph import files, git
from kgraph.errors import InputError


def check_out(url: str, revision: str, folder: Path, *, update: bool) -> Path:
    """A clone of `url` in `folder` at a revision, the default branch where that is "".

    What is there is taken, and with `update` brought up to date first. Raises `InputError` where git refuses.
    """
    if _origin(folder) != url:
        files.discard(folder)
        files.make_folder(folder.parent)
        begun = folder.with_name(f".{folder.name}.part")  # what a killed process left there is no clone
        files.discard(begun)
        try:
            _git(None, "clone", "--no-checkout", "--no-recurse-submodules", "--quiet", "--", url, str(begun), of=url)
        except InputError:
            files.discard(begun)
            raise
        begun.rename(folder)
    elif update:
        _git(folder, "fetch", "--prune", "--tags", "--force", "--quiet", "origin", of=url)
        _git(folder, "remote", "set-head", "origin", "--auto", of=url)
    commit = _commit(folder, revision, url)
    _git(folder, "checkout", "--force", "--detach", "--quiet", commit, of=url)
    _git(folder, "clean", "-ffdxq", of=url)
    return folder


def _origin(folder: Path) -> str:
    if not (folder / ".git").is_dir():
        return ""
    asked = git.run(folder, "config", "--get", "remote.origin.url", git_dir=folder / ".git")
    return os.fsdecode(asked.out).strip()


def _commit(folder: Path, revision: str, url: str) -> str:
    """The commit that a revision names, as the remote has it: its branch before a local one of the same name."""
    names = [f"refs/remotes/origin/{revision}", f"refs/tags/{revision}", revision] if revision else ["origin/HEAD"]
    for name in names:
        found = git.run(folder, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", git_dir=folder / ".git")
        if found.ok:
            return os.fsdecode(found.out).strip()
    if not revision:
        raise InputError("it has no commits", where=url)
    near = _near(folder, revision)
    hint = f"it has {', '.join(near)}; " if near else ""
    hint += "`kgraph fleet update` brings what is new there"
    raise InputError(f"it has no revision {revision!r}", where=url, hint=hint)


def _near(folder: Path, revision: str) -> list[str]:
    """The branches and tags whose names are most like that of a revision."""
    patterns = ("refs/remotes/origin", "refs/tags")
    asked = git.run(folder, "for-each-ref", "--format=%(refname:lstrip=2)", *patterns, git_dir=folder / ".git")
    names = {os.fsdecode(line).removeprefix("origin/") for line in asked.out.splitlines()} - {"HEAD"}
    return difflib.get_close_matches(revision, sorted(names), n=3)


def _git(folder: Path | None, *args: str, of: str) -> None:
    done = git.bring(folder, *args)
    if not done.ok:
        raise InputError(f"git {args[0]}: {done.message}", where=of)
