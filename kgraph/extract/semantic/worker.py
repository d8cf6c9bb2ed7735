"""A process that reads translation units.

Input: units. Output: encoded readings. Whatever a unit does to libclang ends this process, and costs that unit alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from kgraph.extract.encoded import pack
from kgraph.extract.semantic.database import Unit
from kgraph.extract.semantic.irregular import Overlay
from kgraph.extract.semantic.precompiled import HeaderGroup, Precompiled
from kgraph.extract.semantic.session import Session
from kgraph.extract.semantic.stall import StallGuard
from kgraph.extract.work import allow, start_worker

InHand = tuple[int, Unit, Precompiled | None]  # a unit, its number, and the header that spares a part of its parse


def start(memory: int, root: str, files: Collection[str], overlay: Overlay | None) -> None:
    """Make this process one that reads units, and that may be ended at any time."""
    global _session, _guard
    start_worker(memory)
    _session, _guard = Session(root, files, overlay), StallGuard()


_session: Session | None = None
_guard: StallGuard | None = None


def read_task(units: Sequence[InHand], seconds: float, alone: bool) -> Iterator[bytes]:
    """Encoded `Reading`s of units, in their order; `alone`: each as if it were the first."""
    assert _session is not None and _guard is not None  # noqa: S101 - `start` has made them
    for number, unit, header in units:
        allow(seconds)
        with _guard.working():
            reading = pack(_session.read(unit, number, alone=alone, header=header))
        allow(0)
        yield reading


def precompile_task(group: HeaderGroup, path: str, parent: Precompiled | None, seconds: float) -> Precompiled | None:
    """Make the precompiled header of a group at a path."""
    assert _session is not None and _guard is not None  # noqa: S101 - `start` has made them
    allow(seconds)
    with _guard.working():
        made = _session.precompile(group, path, parent)
    allow(0)
    return made
