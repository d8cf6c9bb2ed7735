"""Python's garbage collector, paused where it cannot find anything."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from kgraph import allocators


@contextmanager
def frozen() -> Iterator[None]:
    """What there is stays, and collections need not look at it; what is made from now on they look at."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def gc_paused() -> Iterator[None]:
    """No garbage collection: among millions of new objects it finds none, and takes more time than making them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def gc_collected() -> Iterator[None]:
    """The reference cycles that the block leaves behind are freed when it ends, though collection be paused; what there
    was before is not looked at."""
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()
        allocators.trim()
