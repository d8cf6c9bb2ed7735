"""What a process of ours does first; `start` runs this file as a script.

    python -P child.py CHANNEL LIFELINE

Comes in, over the channel: where modules are, then a function and its arguments. It is called with the channel.

The lifeline is a pipe that nobody writes to. Its other end is the parent's alone, and closes when the parent ends:
that ends this process too, whatever it does.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":  # before anything else is imported
    sys.path[:] = [entry for entry in sys.path if entry.startswith("/")]

import fcntl
import importlib.util
import os
import select
import signal
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any


def main(channel: int, lifeline: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    end_with_parent(lifeline)
    connection = Connection(channel)
    _find_modules(*connection.recv())
    function, arguments = connection.recv()
    function(connection, *arguments)


def end_with_parent(lifeline: int) -> None:
    """End this process as soon as nobody can write to a pipe any more, of which `lifeline` is the end to read from."""
    if sys.platform == "linux":
        # The kernel ends us, even inside of a C call. (Not PR_SET_PDEATHSIG: that is sent when the thread ends that
        # started us, and threads come and go.)
        signal.signal(signal.SIGIO, signal.SIG_DFL)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
        ended = select.poll()
        ended.register(lifeline, select.POLLIN)
        if ended.poll(0):  # before we asked for the signal
            os._exit(1)
    else:
        threading.Thread(target=_wait_for_parent, args=(lifeline,), daemon=True).start()


def _wait_for_parent(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(1)


def _find_modules(kgraph: str, path: Sequence[str]) -> None:
    """Import this very kgraph, and let other modules be found where the parent finds them."""
    sys.path += [entry for entry in path if entry not in sys.path]
    spec: Any = importlib.util.spec_from_file_location("kgraph", kgraph)
    sys.modules["kgraph"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["kgraph"])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
