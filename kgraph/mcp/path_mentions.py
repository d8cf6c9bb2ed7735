"""Files whose text names the path of another: builds, workflows, scripts and programs that no edge leads from.

Input: a `GraphIndex` and a file of it. Output: an `Item` for each file that names it, with the line; and a note where
not all could be looked at. That a file is named says no more than that it may be used.
"""

from __future__ import annotations

import posixpath
import re

from kgraph.coverage import BUILD, Aspect, aspects_of
from kgraph.escape import quote
from kgraph.mcp.answer import Item
from kgraph.mcp.graph_index import GraphIndex, IndexedFile

MAX_READ = 3_000  # files that are looked at


def mentions(index: GraphIndex, file: IndexedFile) -> tuple[list[Item], str]:
    """The files that name the path, those that build or configure first; and a note where some were not looked at."""
    if not index.has_texts:
        return [], "its path was not looked for in other files: this graph stands outside of its repository"
    name = posixpath.basename(file.path)
    alike = sum(1 for path in index.files if posixpath.basename(path) == name)
    end = name if alike == 1 else "/".join(file.path.split("/")[-2:])
    pattern = re.compile(rb"(?<![\w-])" + re.escape(end.encode("utf-8", "surrogateescape")) + rb"(?![\w-]|\.\w)")
    paths = sorted(index.files, key=lambda path: (_rank(index.files[path]), path))
    paths = [path for path in paths if path != file.path]
    found = []
    for path in paths[:MAX_READ]:
        if line := index.line_of(path, pattern):
            at = f"{path}:{line}"
            found.append(Item(f"{quote(at)} names its path, and may use it", {"at": at, "how": "names its path"}))
    left = len(paths) - MAX_READ
    return found, f"its path was looked for in {MAX_READ:,} of {len(paths):,} files" if left > 0 else ""


def _rank(file: IndexedFile) -> int:
    """Files that say how others are built and run go first, then data, then code."""
    if file.language in BUILD:
        return 0
    return 2 if Aspect.IMPORTS in aspects_of(file.language) else 1
