"""All files below a folder that its `.gitignore` files leave, as git would list them.

Input: a folder. Output: paths, and what was left out by which rule. A bare repository that lies in the tree is no
source: what git keeps in it is left out, and reported.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from kgraph import git
from kgraph.model import GRAPH_FOLDER
from kgraph.regular_file import read_small
from kgraph.scan.entries import Entry
from kgraph.scan.gitignore import IgnoreFile
from kgraph.scan.omissions import Omissions

MAX_COUNTED = 100_000  # ignored files that are counted; the rest is "more"
MAX_IGNORE_BYTES = 4 << 20
_MAX_LINK_BYTES = 10_000
_TOLD_ENDS = 40  # characters of a path that is longer than the system allows
_IGNORE = ".gitignore"
_OWN = frozenset({".git", GRAPH_FOLDER})
_GENERATION = re.compile(r"graph-\d{6,}")
# What git keeps in its own folder (gitrepository-layout); anything else beside it is a file like others.
_OF_GIT = frozenset(
    {"HEAD", "FETCH_HEAD", "ORIG_HEAD", "MERGE_HEAD", "branches", "commondir", "config", "config.worktree"}
    | {"description", "gc.log", "hooks", "index", "info", "lfs", "logs", "modules", "objects", "packed-refs", "refs"}
    | {"rr-cache", "shallow", "worktrees"}
)


@dataclass(frozen=True, slots=True)
class _Rules:
    """One `.gitignore`, and what is above it."""

    folder: str
    file: IgnoreFile
    above: _Rules | None


class FolderWalk:
    """A walk through one folder."""

    def __init__(
        self, root: str, omissions: Omissions, *, ignore: bool = True, is_skipped: Callable[[str], bool] | None = None
    ) -> None:
        """With `ignore` false the rules of `.gitignore` do not count; `is_skipped` names folders to leave alone."""
        self._root = root
        self._omissions = omissions
        self._ignore = ignore
        self._is_skipped = is_skipped
        self._left = MAX_COUNTED

    def entries(self) -> Iterator[Entry]:
        """The files, in no order that matters."""
        pending: list[tuple[str, _Rules | None]] = [("", None)]
        while pending:
            folder, rules = pending.pop()
            found = self._list_folder(folder)
            if self._ignore:
                rules = self._with_rules_of(folder, rules, found)
            for name, is_folder in self._filter_children(folder, found):
                path = f"{folder}/{name}" if folder else name
                rule = _ignoring(path, is_folder=is_folder, rules=rules)
                if rule:
                    self._count(path, rule, is_folder=is_folder)
                elif not is_folder:
                    yield Entry(path)
                elif self._is_skipped and self._is_skipped(path):
                    self._omissions.repositories.append(f"{path}/")
                else:
                    pending.append((path, rules))

    def _list_folder(self, folder: str) -> list[tuple[str, bool]]:
        """Names in a folder, and whether each is a folder itself; reported where they cannot be had."""
        try:
            with os.scandir(os.path.join(self._root, folder)) as found:  # noqa: PTH118
                return sorted((item.name, item.is_dir(follow_symlinks=False)) for item in found)
        except FileNotFoundError:  # gone in between
            return []
        except OSError as error:
            self._omissions.unlisted.append(_explain_unlisted(folder, error))
            return []

    def _filter_children(self, folder: str, children: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
        """Without what git and kgraph keep there."""
        names = {name for name, _ in children}
        full = os.path.join(self._root, folder)  # noqa: PTH118
        if folder and {"HEAD", "objects", "refs"} <= names and git.is_git_folder(full):
            self._omissions.repositories.append(f"{folder}/")
            return [item for item in children if item[0] not in _OF_GIT]
        if folder and "current" in names and is_graph(full):
            return []
        return [item for item in children if item[0] != ".git" and item != (GRAPH_FOLDER, True)]

    def _with_rules_of(self, folder: str, rules: _Rules | None, children: list[tuple[str, bool]]) -> _Rules | None:
        if (_IGNORE, False) not in children:
            return rules
        path = f"{folder}/{_IGNORE}" if folder else _IGNORE
        try:
            content = read_small(os.path.join(self._root, path), MAX_IGNORE_BYTES)  # noqa: PTH118
        except OSError as error:
            self._omissions.patterns.append(f"{path}: {error.strerror}")
            return rules
        file = IgnoreFile(os.fsdecode(content))
        if file.left_out:
            self._omissions.patterns.append(f"{path}: {file.left_out:,} patterns were left out, for there are too many")
        return _Rules(folder, file, rules)

    def _count(self, path: str, rule: str, *, is_folder: bool) -> None:
        """Count the files that a rule takes; those of folders too, as far as that is quick."""
        if not is_folder:
            self._omissions.ignored[rule] += 1
            return
        pending = [path]
        while pending and self._left > 0:
            folder = pending.pop()
            try:
                with os.scandir(os.path.join(self._root, folder)) as found:  # noqa: PTH118
                    items = sorted((item.name, item.is_dir(follow_symlinks=False)) for item in found)
            except OSError:
                continue
            self._left -= len(items)
            self._omissions.ignored[rule] += sum(not is_inner for _, is_inner in items)
            pending += [f"{folder}/{name}" for name, is_inner in items if is_inner and name not in _OWN]
        self._omissions.more_ignored |= bool(pending)


def _explain_unlisted(folder: str, error: OSError) -> str:
    """What is too deep for a path is shown by its two ends: no compiler or editor opens what lies there either."""
    if error.errno != errno.ENAMETOOLONG:
        return f"{folder or '.'}: {error.strerror}"
    start, end = folder[:_TOLD_ENDS], folder[-_TOLD_ENDS:]
    return f"{start}[...]{end}: a path of {len(os.fsencode(folder)):,} bytes is longer than this system allows"


def _ignoring(path: str, *, is_folder: bool, rules: _Rules | None) -> str:
    """The rule that a path is ignored by, with where it stands; "" where it is not. The deepest file decides."""
    while rules:
        relative = path[len(rules.folder) + 1 :] if rules.folder else path
        pattern = rules.file.deciding(relative, is_folder=is_folder)
        if pattern:
            where = f"{rules.folder}/{_IGNORE}" if rules.folder else _IGNORE
            return "" if pattern.negated else f"{where}:{pattern.line}: {pattern.text.strip()}"
        rules = rules.above
    return ""


def is_ignored(root: str, path: str) -> bool:
    """Whether a walk of `root` would leave out what is, or was, at `path`, by the `.gitignore` files above it."""
    walk = FolderWalk(root, Omissions())
    rules: _Rules | None = None
    folder = ""
    for name in path.split("/"):
        with_rules = [(_IGNORE, False)] if os.path.isfile(os.path.join(root, folder, _IGNORE)) else []  # noqa: PTH113, PTH118
        rules = walk._with_rules_of(folder, rules, with_rules)
        folder = f"{folder}/{name}" if folder else name
        is_folder = folder != path or os.path.isdir(os.path.join(root, folder))  # noqa: PTH112, PTH118
        if _ignoring(folder, is_folder=is_folder, rules=rules):
            return True
    return False


def is_of_bare(path: str, repositories: Collection[str]) -> bool:
    """Whether a path is of what git keeps in one of the bare repositories, which are paths of folders."""
    folder = path if repositories else ""
    while folder:
        folder, _, name = folder.rpartition("/")
        if name in _OF_GIT and folder in repositories:
            return True
    return False


def is_worktree_of(folder: str, git_dir: str) -> bool:
    """Whether a folder is another working tree of the repository that is kept at `git_dir`."""
    parent, name = os.path.split(os.path.dirname(git_dir))  # noqa: PTH120
    repository_folder = parent if name == "worktrees" else git_dir
    try:
        content = read_small(os.path.join(folder, ".git"), _MAX_LINK_BYTES)  # noqa: PTH118
    except OSError:
        return False
    target = os.path.join(folder, os.fsdecode(content).removeprefix("gitdir:").strip())  # noqa: PTH118
    return os.path.realpath(os.path.dirname(target)) == os.path.realpath(os.path.join(repository_folder, "worktrees"))  # noqa: PTH118, PTH120


def is_graph(folder: str) -> bool:
    """Whether a folder is one of our graphs."""
    try:
        return _GENERATION.fullmatch(os.readlink(os.path.join(folder, "current"))) is not None  # noqa: PTH115, PTH118
    except OSError:
        return False


def is_of_graph(path: str, graphs: Collection[str] = ()) -> bool:
    """Whether a file lies in a graph's folder: one that is called so, or one of `graphs`, which are paths."""
    folder = path.rpartition("/")[0] if graphs or GRAPH_FOLDER in path else ""
    while folder:
        if folder in graphs:
            return True
        folder, _, name = folder.rpartition("/")
        if name == GRAPH_FOLDER:
            return True
    return False
