"""A process that reads translation units.

Comes in: units. Goes out: encoded readings. Whatever a unit does to libclang ends this process, and costs that unit
alone.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection, Sequence

import msgspec

from kgraph.extract.pool import let_go, start_worker, take_in_hand
from kgraph.extract.semantic.database import Unit
from kgraph.extract.semantic.precompiled import Group, Precompiled
from kgraph.extract.semantic.session import Session
from kgraph.extract.semantic.stall import StallGuard

_InHand = tuple[int, Unit, Precompiled | None]  # a unit, its number, and the header that spares a part of its parse


def start(marks: str, memory: int, root: str, files: Collection[str]) -> None:
    """Make this process one that reads units, and that may be ended at any time."""
    global _session, _guard
    start_worker(marks, memory)
    # A crash is told as a fact, not by what LLVM writes about it.
    os.dup2(os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC), 2)
    _session, _guard = Session(root, files), StallGuard()


_session: Session | None = None
_guard: StallGuard | None = None


def read_task(task: int, units: Sequence[_InHand], seconds: float, alone: bool) -> list[bytes]:
    """Encoded `Reading`s of units, in their order; `alone`: each as if it were the first."""
    assert _session is not None and _guard is not None  # noqa: S101 - `start` has made them
    found = []
    with _guard.working():
        for index, (number, unit, header) in enumerate(units):
            take_in_hand(task, index, seconds)
            reading = _session.read(unit, number, alone=alone, header=header)
            found.append(zlib.compress(msgspec.msgpack.encode(reading), 1))
    let_go()
    return found


def precompile_task(group: Group, path: str, parent: Precompiled | None, seconds: float) -> Precompiled | None:
    """Make the precompiled header of a group at a path."""
    assert _session is not None and _guard is not None  # noqa: S101 - `start` has made them
    take_in_hand(0, 0, seconds)
    with _guard.working():
        made = _session.precompile(group, path, parent)
    let_go()
    return made
