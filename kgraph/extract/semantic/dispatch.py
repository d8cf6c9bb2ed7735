"""Hands units of a compile database to the processes that read them.

Input: units. Output: a reading of each, or how it ended its process. A unit whose process dies is read once more by one
that has done nothing else; the other processes go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from queue import SimpleQueue

import msgspec

from kgraph import processes
from kgraph.extract.encoded import unpack
from kgraph.extract.semantic.session import Reading
from kgraph.extract.semantic.worker import InHand, read_task

_UNITS_PER_TASK = 8

_reading_decoder = msgspec.msgpack.Decoder(Reading)
_Back = tuple[Sequence[InHand], bool, Future[list[bytes]]]


def read_units(
    local: processes.Executor, units: Sequence[InHand], seconds: float, *, alone: bool
) -> Iterator[tuple[InHand, Reading | Exception]]:
    """Each unit with its reading, or with the reason why there is none, as it is done; `alone`: see `Session.read`.

    Raises `StartError`.
    """
    back: SimpleQueue[_Back] = SimpleQueue()
    waiting = 0

    def hand(submit: Callable[..., Future[list[bytes]]], units: Sequence[InHand], *, by_itself: bool) -> None:
        nonlocal waiting
        future = submit(read_task, units, seconds, alone or by_itself)
        future.add_done_callback(lambda future: back.put((units, by_itself, future)))
        waiting += 1

    for first in range(0, len(units), _UNITS_PER_TASK):
        hand(local.submit, units[first : first + _UNITS_PER_TASK], by_itself=False)
    while waiting:
        task, by_itself, future = back.get()
        waiting -= 1
        found, error = _result(future)
        for each, data in zip(task, found, strict=False):
            yield each, unpack(data, _reading_decoder)
        rest = task[len(found) :]
        if rest and by_itself:
            yield rest[0], error or RuntimeError("nothing came of it")
        elif rest:
            if rest[1:]:
                hand(local.submit_first, rest[1:], by_itself=False)
            number, unit, _ = rest[0]
            hand(local.submit_fresh, [(number, unit, None)], by_itself=True)


def _result(future: Future[list[bytes]]) -> tuple[list[bytes], Exception | None]:
    """What a task gave until it was done or went wrong. Raises `StartError`."""
    try:
        return future.result(), None
    except processes.StartError:
        raise
    except Exception as error:  # noqa: BLE001 - the unit that it was about is reported as failed
        return getattr(error, "items", []), error
