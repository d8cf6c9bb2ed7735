"""Processes that go on from one build of this process to the next: those that read files, or build members of a fleet.

To start one and end it takes as long as a build of three files takes without it. What such a process does follows from
what it is given, and from its environment, so that what was built before makes no difference. Commands that run in a
process of their own, and tests of `ExtractionWorkers` and `Executor`, start theirs as always.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from kgraph import processes
from kgraph.extract.worker_pool import ExtractionWorkers
from kgraph.pipeline import extraction
from kgraph.pipeline.options import BuildOptions

_readers: list[processes.Executor] = []  # that wait for a build
_builders: list[processes.Executor] = []  # that wait for a fleet
_CHANGING = ("PYTEST_CURRENT_TEST",)  # what is another in each test, and nothing to kgraph


class KeptReaders(ExtractionWorkers):
    """The same, but its processes go on where a build ended well."""

    def _here(self, count: int) -> processes.Executor:
        if self._local is None and _readers:
            self._local = _readers.pop()
            self._local.count = count
        return super()._here(count)

    def __exit__(self, kind: type[BaseException] | None, *others: object) -> None:
        if self._local and kind is None and not self._local.lacks:
            _readers.append(self._local)
            self._local = None
        super().__exit__(kind, *others)


def readers(options: BuildOptions) -> ExtractionWorkers:
    """Stands in for `kgraph.pipeline.extraction._workers`."""
    return KeptReaders(options.workers, options.executor)


def keep_readers() -> None:
    """Have this process, which builds members of fleets, go on with those that read files, too."""
    extraction._workers = readers


@contextmanager
def builders(count: int) -> Iterator[processes.Executor]:
    """Stands in for `kgraph.fleet.building.Executor`; a test with another environment has processes of its own."""
    if not _is_unchanged():
        with processes.Executor(count) as executor:
            yield executor
        return
    executor = _builders.pop() if _builders else processes.Executor(count, keep_readers)
    executor.count = count
    try:
        yield executor
    except BaseException:
        executor.shutdown()
        raise
    if executor.lacks:
        executor.shutdown()
    else:
        _builders.append(executor)


def begin() -> None:
    """Remember the environment of this process, which those that are kept have."""
    global _environment
    _environment = _own_environment()


def end() -> None:
    """End the processes that wait."""
    for waiting in (_readers, _builders):
        while waiting:
            waiting.pop().shutdown()


def _own_environment() -> tuple[str, dict[str, str]]:
    return os.getcwd(), {name: value for name, value in os.environ.items() if name not in _CHANGING}  # noqa: PTH109


def _is_unchanged() -> bool:
    return _own_environment() == _environment


_environment = ("", {"": ""})
