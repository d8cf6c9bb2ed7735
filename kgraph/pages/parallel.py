"""Work on many pages, spread over processes.

Input: a function of a module and its items. Output: its results, in order. Few items are worked on here. Processes are
replaced after some thousand items: the library that parses Markdown as GitHub does gives no memory back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

from kgraph import processes
from kgraph.errors import KgraphError

Item = TypeVar("Item")
Result = TypeVar("Result")

_MIN_ITEMS_FOR_PROCESSES = 300  # items that are done sooner than processes are there
_BATCH = 25
_ROUND = 1_500  # items, after which processes are replaced


def parallel_map(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """The results of a function of a module, which can be sent to other processes."""
    jobs = len(os.sched_getaffinity(0))
    waiting = iter(items)
    while some := list(islice(waiting, _ROUND)):
        if len(some) < _MIN_ITEMS_FOR_PROCESSES:
            yield from map(function, some)
            continue
        batches = [(function, some[first : first + _BATCH]) for first in range(0, len(some), _BATCH)]
        with processes.Executor(jobs) as workers:
            results = [_done(future) for future in [workers.submit(_work, batch) for batch in batches]]
        for some_results in results:
            yield from some_results


def _done(future: Future[list[Result]]) -> list[Result]:
    try:
        return future.result()
    except processes.DiedError as error:
        why = f"signal {-error.code}" if error.code < 0 else f"exit code {error.code}"
        raise KgraphError(
            f"a process that worked on pages was ended ({why})", hint="is there enough memory? try again"
        ) from None


def _work(batch: tuple[Callable[[Item], Result], Sequence[Item]]) -> list[Result]:
    function, items = batch
    return [function(item) for item in items]
