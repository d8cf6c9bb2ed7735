"""What a process that builds again and again keeps in memory from one build to the next.

Input: options. Output: worker processes that are up, decoded facts by key, rows of symbols and uses, and a process that
relates files and knows how they were related last. All are bounded: facts by their compressed size, and to those that
the last build used, rows by their number, all else (`kept_values`) to one value each.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from kgraph.extract.worker_pool import ExtractionWorkers
from kgraph.kept_values import KeptValues
from kgraph.pipeline.options import BuildOptions
from kgraph.pipeline.relate_process import RelateWorker
from kgraph.scan import Scan

if TYPE_CHECKING:
    from kgraph.assemble.assemble import KeptTables

MAX_KEPT_BYTES = 64 << 20  # compressed; the facts of PyTorch take half of it, and ten times as much once decoded


class Resident:
    """What lasts from build to build; a context manager that ends the processes."""

    def __init__(self, options: BuildOptions) -> None:
        self.workers = ExtractionWorkers(options.workers, options.executor)
        self.relater = RelateWorker(lasts=True)
        self.decoded = DecodedFacts(MAX_KEPT_BYTES)
        self.scan: Scan | None = None  # the last one
        self.kept: KeptTables | None = None  # of the last build, once there is one

    def __enter__(self) -> Resident:
        return self

    def __exit__(self, *error: object) -> None:
        self.relater.end()
        self.workers.__exit__(*error)


class DecodedFacts:
    """What was decoded, by key."""

    def __init__(self, limit: int) -> None:
        self.names = KeptValues(keeps=limit > 0)  # what names the results of files
        self._limit = limit
        self._size = 0
        self._values: dict[str, tuple[Any, int]] = {}

    def get(self, keys: Collection[str]) -> dict[str, Any]:
        """The values of those keys that are kept."""
        return {key: self._values[key][0] for key in keys if key in self._values}

    def put(self, key: str, value: Any, size: int) -> None:
        """Keep a value that takes so many bytes, while there is room."""
        if key not in self._values and self._size + size <= self._limit:
            self._values[key] = (value, size)
            self._size += size

    def keep(self, used: Collection[str]) -> None:
        """Forget all others."""
        for key in self._values.keys() - set(used):
            self._size -= self._values.pop(key)[1]
