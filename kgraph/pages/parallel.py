"""Work on many pages, spread over processes.

Input: a function of a module and its items. Output: its results, in order. Few items are worked on here. Of many, the
next are made while the former are worked on. Processes are replaced after some thousand items: the library that parses
Markdown as GitHub does gives no memory back.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import chain, islice
from typing import TypeVar

from kgraph import processes
from kgraph.errors import KgraphError

Item = TypeVar("Item")
Result = TypeVar("Result")

_MIN_ITEMS_FOR_PROCESSES = 300  # items that are done sooner than processes are there
_BATCH = 25
_MAX_WAITING = 8  # batches for each process, or their results
_BATCHES_TO_REPLACE = 60  # after these, one of the processes is replaced


def parallel_map(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """The results of a function of a module, which can be sent to other processes."""
    waiting = iter(items)
    some = list(islice(waiting, _MIN_ITEMS_FOR_PROCESSES))
    if len(some) < _MIN_ITEMS_FOR_PROCESSES:
        yield from map(function, some)
        return
    jobs = len(os.sched_getaffinity(0))
    waiting = chain(some, waiting)
    batches = iter(lambda: list(islice(waiting, _BATCH)), [])
    pending: deque[Future[list[Result]]] = deque()
    with processes.Executor(jobs) as workers:
        for number, batch in enumerate(batches, 1):
            submit = workers.submit if number % _BATCHES_TO_REPLACE else workers.submit_fresh
            pending.append(submit(_work, (function, batch)))
            if len(pending) > jobs * _MAX_WAITING:
                yield from _done(pending.popleft())
        while pending:
            yield from _done(pending.popleft())


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
