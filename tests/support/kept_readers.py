"""Processes that read files, kept from one build of this process to the next.

A build starts one and ends it, which takes as much time as a build of three files without it. What such a process does
with a file follows from the file alone, so that it makes no difference to a build what was read before. Commands that
run in a process of their own, and tests of `ExtractionWorkers`, start theirs as always.
"""

from __future__ import annotations

from kgraph import processes
from kgraph.extract.worker_pool import ExtractionWorkers
from kgraph.pipeline.options import BuildOptions

_idle: list[processes.Executor] = []


class KeptReaders(ExtractionWorkers):
    """The same, but its processes go on where a build ended well."""

    def _here(self, count: int) -> processes.Executor:
        if self._local is None and _idle:
            self._local = _idle.pop()
            self._local.count = count
        return super()._here(count)

    def __exit__(self, kind: type[BaseException] | None, *others: object) -> None:
        if self._local and kind is None and not self._local.lacks:
            _idle.append(self._local)
            self._local = None
        super().__exit__(kind, *others)


def workers(options: BuildOptions) -> ExtractionWorkers:
    """Stands in for `kgraph.pipeline.extraction._workers`."""
    return KeptReaders(options.workers, options.executor)


def end() -> None:
    """End the processes that wait for a build."""
    while _idle:
        _idle.pop().shutdown()
