"""Which of the things that happen may change the graph.

Input: paths to which something happened, the last scan. Output: those that a scan would look at: files that it listed,
and others that no rule leaves out. Inside git that is what git tracks, so that of a file that is new to it the index
says when it counts; outside, what `.gitignore` leaves. A graph's own folder and pages that we wrote never count.

It may say yes too often, which costs a scan; never no where a scan would find a change.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from kgraph import git
from kgraph.errors import InputError
from kgraph.model import PAGES_MANIFEST
from kgraph.scan import Scan
from kgraph.scan.generated_pages import list_pages
from kgraph.scan.walk import is_ignored, is_of_graph
from kgraph.store.folder import file_token

_OF_BUILDS = ("compile_commands.json", "CTestTestfile.cmake")  # which a build reads, though git may ignore them
_REPLIES = "/.cmake/api/"
_GIT_STATE = ("HEAD", "index", "logs/HEAD", "config", "shallow", "packed-refs")


class Relevance:
    """What matters to the graph of one folder, as of its last scan."""

    def __init__(self, root: Path, graph: Path, *, ignore: bool = True) -> None:
        self._root = root
        self._graph = os.fspath(graph)
        self._ignore = ignore
        self._files: frozenset[str] = frozenset()
        self._folders: frozenset[str] = frozenset()
        self._tracks = False
        self._git_dir: Path | None = None
        self._state: tuple[str, ...] = ()

    def learn(self, scan: Scan) -> None:
        """Take over what a scan found."""
        self._files = frozenset(file.path for file in scan.files)
        folders = set()
        for path in self._files:
            folder = path.rpartition("/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
        self._folders = frozenset(folders)
        self._tracks = scan.git is not None and self._ignore

    def git_state_changed(self) -> bool:
        """Whether git's index or what is checked out is another one than when this was last asked."""
        if self._git_dir is None:
            try:
                found = git.discover(self._root)
            except InputError:
                return False
            if isinstance(found, git.NoRepository):
                return False
            self._git_dir = found.git_dir
        state = tuple(file_token(self._git_dir / name) for name in _GIT_STATE)
        changed, self._state = state != self._state and bool(self._state), state
        return changed

    def is_git_busy(self) -> bool:
        """Whether git is writing its index, as in the middle of a checkout."""
        return self._git_dir is not None and os.path.lexists(self._git_dir / "index.lock")

    def among(self, paths: Iterable[str]) -> set[str]:
        """Those that may change the graph, relative to the root."""
        found = {self._relative(path) for path in paths}
        matters = {path for path in found if path and self._matters(path)}
        return {path for path in matters if path in self._files or not self._is_page(path)}

    def _relative(self, path: str) -> str:
        if path == self._graph or path.startswith(self._graph + os.sep):
            return ""
        return os.path.relpath(path, self._root)

    def _matters(self, path: str) -> bool:
        if path in self._files:
            return True
        if path == ".":  # what is in it has events of its own
            return False
        if path == ".git" or path.startswith(".git/") or "/.git/" in path or is_of_graph(f"{path}/x"):
            return False
        if path in self._folders:
            return not os.path.isdir(self._root / path)  # noqa: PTH112 - gone, or no folder any more
        if path.endswith(_OF_BUILDS) or _REPLIES in path:
            return True
        if self._tracks:
            return False
        return not (self._ignore and is_ignored(os.fspath(self._root), path))

    def _is_page(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if name == PAGES_MANIFEST:
            return True
        while True:
            manifest = self._root / folder / PAGES_MANIFEST
            if manifest.is_file():
                inner = path[len(folder) + 1 :] if folder else path
                return inner in set(list_pages(os.fspath(manifest)) or ())
            if not folder:
                return False
            folder = folder.rpartition("/")[0]
