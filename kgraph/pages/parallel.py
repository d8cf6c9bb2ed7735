"""Work on many pages, spread over processes.

Input: a function and its items. Output: its results, in order. Few items are worked on here.

    copied_map      the function knows what this process knows: it is called in copies of it, where there can be copies
    parallel_map    the function is one of a module, whose items are sent; the next are made while the former are
                    worked on

Processes are replaced after some thousand pages: the library that parses Markdown as GitHub does gives no memory back.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
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
_MIN_ITEMS_FOR_COPIES = 150  # each of which gives several pages
_COPIED_BATCH = 16  # items
_BATCHES_OF_A_COPY = 50  # after which it is replaced
_MAX_COPIES = 4  # each comes to hold about as much memory as this process


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
                yield from _collect_results(pending.popleft())
        while pending:
            yield from _collect_results(pending.popleft())


def may_copy(items: Sequence[object]) -> bool:
    """Whether items are many enough for copies of this process, and there can be copies."""
    return len(items) >= _MIN_ITEMS_FOR_COPIES and processes.can_copy()


def map_in_copies(function: Callable[[Item], Iterable[Result]], items: Sequence[Item]) -> Iterator[Result]:
    """All that a function gives for the items, from copies of this process (`may_copy`).

    The function must not use tables: see `processes.copies`.
    """
    batches = [items[start : start + _COPIED_BATCH] for start in range(0, len(items), _COPIED_BATCH)]

    def work(number: int) -> list[Result]:
        return [result for item in batches[number] for result in function(item)]

    jobs = min(len(os.sched_getaffinity(0)), _MAX_COPIES)
    try:
        for results in processes.map_in_copies(work, range(len(batches)), jobs, calls_each=_BATCHES_OF_A_COPY):
            yield from results
    except processes.ProcessDiedError as error:
        raise _explain_death(error) from None


@contextmanager
def run_beside(function: Callable[[], Result], *, is_long: bool) -> Iterator[Callable[[], Result]]:
    """What tells the result of a function, which a copy of this process calls while this one goes on; a function that
    is not long, or that no copy can call, is called when it is asked for."""
    copy: processes.Copy | None = None
    if is_long and processes.can_copy():
        with suppress(processes.StartError):
            copy = processes.Copy(lambda _: function())
    if copy is None:
        yield function
        return

    def told() -> Result:
        try:
            result: Result = copy.result()
        except processes.ProcessDiedError as error:
            raise _explain_death(error) from None
        return result

    try:
        copy.ask(0, None)
        yield told
    finally:
        copy.end()


def _collect_results(future: Future[list[Result]]) -> list[Result]:
    try:
        return future.result()
    except processes.ProcessDiedError as error:
        raise _explain_death(error) from None


def _explain_death(error: processes.ProcessDiedError) -> KgraphError:
    why = f"signal {-error.code}" if error.code < 0 else f"exit code {error.code}"
    return KgraphError(f"a process that worked on pages was ended ({why})", hint="is there enough memory? try again")


def _work(batch: tuple[Callable[[Item], Result], Sequence[Item]]) -> list[Result]:
    function, items = batch
    return [function(item) for item in items]
