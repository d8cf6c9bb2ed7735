"""What a build from nothing will cost, said before it begins: nobody should find out after ten minutes.

Input: the files that were found, how many processes read them. Output: seconds and bytes of memory, as an estimate.
What is in a cache of facts costs less.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from kgraph.extract.dispatch import has_reader
from kgraph.model import SourceFile

log = logging.getLogger(__name__)

# Measured on two cores with PyTorch (66 MB that are parsed) and Linux 6.1 (977 MB); see docs/performance.md.
READING, ASSEMBLY = 0.7, 0.28  # seconds of one core per megabyte
MEMORY = 12  # bytes in all processes per byte that is parsed
_START, _MEGABYTE, _GIGABYTE = 300_000_000, 1e6, 1e9
WORTH_SAYING = 60  # seconds


@dataclass(frozen=True, slots=True)
class BuildCost:
    """An estimate; from one repository to another it is wrong by half."""

    files: int  # that are parsed
    bytes: int  # in them
    seconds: float
    memory: int  # bytes

    @classmethod
    def estimate(cls, files: Iterable[SourceFile], workers: int) -> BuildCost:
        """That of a build from nothing in which `workers` processes read."""
        sizes = [f.size for f in files if f.form == "file" and not f.unparsed and has_reader(f.language)]
        total = sum(sizes)
        seconds = total / _MEGABYTE * (READING / workers + ASSEMBLY)
        return cls(len(sizes), total, seconds, _START + MEMORY * total)

    def text(self) -> str:
        """A sentence, and what lessens the cost."""
        minutes = max(1, round(self.seconds / 60))
        files = "1 file" if self.files == 1 else f"{self.files:,} files"
        time = "1 minute" if minutes == 1 else f"{minutes:,} minutes"
        return (
            f"{files} of {self.bytes / _MEGABYTE:,.0f} MB to parse: about {time} and {self.memory / _GIGABYTE:,.1f} GB "
            "of memory where no cache has their facts; --exclude, --no-calls and --no-related lessen it"
        )


def announce(files: Iterable[SourceFile], workers: int) -> None:
    """Say what a build from nothing will cost, if that is worth saying."""
    cost = BuildCost.estimate(files, workers)
    log.log(logging.WARNING if cost.seconds >= WORTH_SAYING else logging.INFO, "%s", cost.text())
