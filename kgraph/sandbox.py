"""What a part of this process may do: open nothing new.

Input: a block of code. Output: nothing; within the block, files and sockets cannot be opened.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_new_files() -> Iterator[None]:
    """Let no file and no socket be opened within.

    SPARQL lets a query send requests to other machines. Such queries are refused when they are read; but the engine's
    grammar knows spellings that nobody thought of, so the engine is also left without a socket to send them from.
    """
    lowest = os.dup(0)
    os.close(lowest)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
