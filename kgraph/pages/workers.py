"""Work on many pages, spread over processes.

Comes in: a function of a module and its items. Goes out: its results, in order. Few items are worked on here. Processes
are replaced after some thousand items: the library that parses Markdown as GitHub does gives no memory back.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_FEW = 300  # items that are done sooner than processes are there
_BATCH = 25
_ROUND = 1_500  # items, after which processes are replaced


def spread(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """The results of a function of a module, which can be sent to other processes."""
    jobs = len(os.sched_getaffinity(0))
    waiting = iter(items)
    while some := list(islice(waiting, _ROUND)):
        if len(some) < _FEW:
            yield from map(function, some)
            continue
        from loky import ProcessPoolExecutor

        batches = [(function, some[first : first + _BATCH]) for first in range(0, len(some), _BATCH)]
        results: list[Result] = []
        with warnings.catch_warnings(), ProcessPoolExecutor(jobs) as workers:
            # It replaces a process that grows by itself too, which is as well.
            warnings.filterwarnings("ignore", "A worker was restarted", UserWarning)
            for done in workers.map(_work, batches):
                results += done
        yield from results


def _work(batch: tuple[Callable[[Item], Result], Sequence[Item]]) -> list[Result]:
    function, items = batch
    return [function(item) for item in items]
