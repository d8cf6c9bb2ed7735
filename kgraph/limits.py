"""What the operating system lets a process have: whether it is enough for us, and limits that we set to our own.

Libraries in C++ and Rust call abort when a thread cannot be started or memory cannot be had. So it is found out
beforehand whether there is any hope.
"""

from __future__ import annotations

import contextlib
import os
import resource
import threading
from pathlib import Path

from kgraph.errors import ConditionError

MIN_ADDRESS_SPACE = 1_800 << 20  # bytes; with less not even an empty graph can be written
MIN_OPEN_FILES = 128  # the RDF engine insists on 96
_THREADS_PER_CORE = 3  # of the table and the RDF engine, each of which has a pool


def check() -> None:
    """Raise `ConditionError` where the limits of this process are too low to work with."""
    space = soft_limit(resource.RLIMIT_AS)
    if space is not None and space < MIN_ADDRESS_SPACE:
        raise ConditionError(
            f"this process may have {space >> 20:,} MB of address space, and needs {MIN_ADDRESS_SPACE >> 20:,}",
            hint="raise the limit: `ulimit -v unlimited`",
        )
    files, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files != resource.RLIM_INFINITY and files < MIN_OPEN_FILES:
        if hard != resource.RLIM_INFINITY and hard < MIN_OPEN_FILES:
            raise ConditionError(
                f"this process may open {hard} files, and needs {MIN_OPEN_FILES}",
                hint="raise the limit: `ulimit -n 4096`",
            )
        with contextlib.suppress(OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (MIN_OPEN_FILES, hard))
    wanted = 8 + _THREADS_PER_CORE * len(os.sched_getaffinity(0))
    if (found := _threads(wanted)) < wanted:
        raise ConditionError(
            f"the system lets this process start {found} threads, and it needs {wanted}",
            hint="raise the limit of processes, `ulimit -u`, or the container's limit of pids",
        )


def soft_limit(kind: int) -> int | None:
    """The soft limit of a resource such as `resource.RLIMIT_AS`, in the unit of the resource; None for no limit."""
    soft, _ = resource.getrlimit(kind)
    return None if soft == resource.RLIM_INFINITY else soft


def lower_limit(kind: int) -> int | None:
    """The lower one of a resource's soft and hard limits; None where there is neither."""
    return min((limit for limit in resource.getrlimit(kind) if limit != resource.RLIM_INFINITY), default=None)


def no_core_dumps() -> None:
    """Leave no file behind where this process is ended by a signal."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_address_space(size: int) -> None:
    """Let this process map at most `size` bytes, for good. Raises `ValueError` where it may have less already."""
    resource.setrlimit(resource.RLIMIT_AS, (size, size))


def mapped_bytes() -> int:
    """Bytes that this process has mapped; libraries alone map some hundred megabytes. 0 where that is not known."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _threads(wanted: int) -> int:
    """How many threads of so many can be had at once."""
    done = threading.Event()
    started: list[threading.Thread] = []
    try:
        for _ in range(wanted):
            thread = threading.Thread(target=done.wait, daemon=True)
            thread.start()
            started.append(thread)
    except RuntimeError:
        pass
    finally:
        done.set()
        for thread in started:
            thread.join()
    return len(started)
