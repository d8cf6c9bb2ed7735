"""What every stage of one build is given.

Input: a root folder and options. Output: a `BuildContext`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.progress import StageTimer
from kgraph.progress import Progress
from kgraph.scan import Scan, scan
from kgraph.scan.hash_cache import HashCache

if TYPE_CHECKING:
    from kgraph.pipeline.listing import Listing
    from kgraph.pipeline.resident import Resident


@dataclass(frozen=True, slots=True)
class BuildContext:
    """One build: what of, where to, how, and who receives its progress."""

    root: Path
    graph_folder: Path
    options: BuildOptions
    progress: Progress
    timer: StageTimer
    resident: Resident | None = None  # what this process keeps from build to build
    listing: Listing | None = None  # of files that were listed elsewhere

    def scan(self, hashes: HashCache | None = None) -> Scan:
        """List the files that the options select."""
        if self.listing:
            return self.listing.scan
        return scan_files(self.root, self.options, hashes)


def scan_files(root: Path, options: BuildOptions, hashes: HashCache | None = None) -> Scan:
    """List the files that a build of `root` with these options reads."""
    return scan(
        root,
        base=options.base,
        exclude=options.exclude,
        vendored=options.vendored,
        ignore=options.ignore,
        hashes=hashes,
    )
