"""A build in two places: files are listed where they lie, and read where their contents were brought.

Input: what the one place listed (`pipeline.list_elsewhere`). Output: what the other builds from. The repository, its
history and the fingerprint are those of the place where the files lie, so that the other needs neither git nor the
folder, and its graph is the one that a build of the folder itself would give.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kgraph.model import SourceFile
from kgraph.relate.history import History
from kgraph.scan import Scan


@dataclass(frozen=True, slots=True)
class Listing:
    """All that a build takes from a repository but the contents of its files."""

    scan: Scan
    history: History
    fingerprint: str

    def relocate(self, contents: Path) -> Listing:
        """The same where each content stands in a folder under its blob id."""
        there = BlobFolder(os.fspath(contents))
        return replace(self, scan=replace(self.scan, root=contents, contents=there, git=None))


@dataclass(frozen=True, slots=True)
class BlobFolder:
    """Contents that stand in a folder, each under its blob id."""

    folder: str

    def place(self, file: SourceFile) -> str:
        """Where the content of a file stands."""
        return os.path.join(self.folder, file.blob)  # noqa: PTH118

    def fetch(self, paths: Iterable[str]) -> None:
        """All of them are there."""
