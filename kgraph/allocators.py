"""Freed memory given back to the system, by the two allocators that a build has: polars', and that of the C library.

Both keep what was freed for later, which counts as this process's own. polars has its jemalloc give freed pages back
after half a second and more; glibc keeps all that lies between blocks that are in use. A build of PyTorch from nothing
takes 1.32 GB where polars' gives back at once, in place of 1.46 after half a second, and as long; one after an edit
takes a tenth longer, which is why that is left as it is.
"""

from __future__ import annotations

import ctypes
import os
from functools import cache

# Milliseconds until freed pages are given back, in two steps. It is read when jemalloc is loaded; names begin so in
# libraries of Rust, as polars is one.
_VARIABLE, _AT_ONCE = "_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0"


def give_back_at_once() -> None:
    """Have polars' allocator give back what is freed; before polars is imported, and unless the user has it set."""
    os.environ.setdefault(_VARIABLE, _AT_ONCE)


def trim() -> None:
    """Have the C library give back what is freed; to be called where much was."""
    if (malloc_trim := _malloc_trim()) is not None:
        malloc_trim(0)


@cache
def _malloc_trim() -> ctypes._FuncPointer | None:
    """glibc's `malloc_trim`; None with another C library."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None
