"""Ends a worker that waits for what never comes.

A source can include a pipe, and libclang waits for its content as long as nobody writes: no processor time passes, so
no limit on it is ever reached. A thread beside libclang, which runs without the interpreter's lock, sees to that.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator

MAX_IDLE_SECONDS = 10.0  # without any processor time, while a unit is in hand
SIGNAL = signal.SIGVTALRM  # by whose name the parent knows why the worker ended
REASON = "waited too long for a file: is it a pipe?"


class StallGuard:
    """Ends this process where it stands still while it should be `working`."""

    def __init__(self, seconds: float = MAX_IDLE_SECONDS) -> None:
        self._seconds = seconds
        self._working = threading.Event()
        signal.signal(SIGNAL, signal.SIG_DFL)
        threading.Thread(target=self._watch, daemon=True).start()

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Meanwhile the process must work."""
        self._working.set()
        try:
            yield
        finally:
            self._working.clear()

    def _watch(self) -> None:
        step = self._seconds / 10
        while True:
            self._working.wait()
            idle, last_time = 0.0, time.process_time()
            while self._working.is_set() and idle < self._seconds:
                time.sleep(step)
                now = time.process_time()
                idle = idle + step if now - last_time < step / 100 else 0.0
                last_time = now
            if self._working.is_set():
                os.kill(os.getpid(), SIGNAL)
