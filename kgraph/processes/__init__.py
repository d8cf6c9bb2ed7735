"""The processes of ours: the one place that starts Python.

Input: functions of modules, and what to call them with. Output: what they return, or how the process ended.

A process that kgraph starts
- imports nothing from the current folder: that is somebody's repository, and a `struct.py` in it would run as ours;
- does not import the caller's `__main__` again, so that `kgraph.build` works at the top level of a script or a
  notebook;
- ends when we end, however we end (`child`);
- leaves nothing behind: it needs no temporary folder, no semaphore and no other process that watches it.

Where what a function works with is large, copies of this process call it (`copies`).
"""

from __future__ import annotations

from multiprocessing.connection import Connection

from kgraph.processes.child import end_with_parent
from kgraph.processes.copies import Copy, can_copy, map_in_copies
from kgraph.processes.executor import Executor, ProcessDiedError
from kgraph.processes.start import Process, StartError

__all__ = [
    "Connection",
    "Copy",
    "Executor",
    "Process",
    "ProcessDiedError",
    "StartError",
    "can_copy",
    "end_with_parent",
    "map_in_copies",
]
