"""Garbage collection under control: what stands in circles goes where it is said to."""

from __future__ import annotations

import gc
import weakref

from kgraph import gc_control


class Circle:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.own = self


def test_circles_of_a_block_are_freed_when_it_ends_though_collection_is_paused() -> None:
    with gc_control.gc_paused():
        before = weakref.ref(Circle())
        with gc_control.gc_collected():
            inside = weakref.ref(Circle())
            kept = Circle()
            assert inside() is not None
        assert inside() is None
        assert before() is not None  # not looked at
        assert kept.own is kept
        assert not gc.isenabled()
    gc.collect()
    assert before() is None
