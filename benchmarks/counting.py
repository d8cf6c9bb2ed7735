"""How many lines of kgraph run: a cost that depends neither on the machine nor on what else it does.

Input: some work. Output: a count of lines of Python.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def lines_of(work: Callable[[], object]) -> int:
    """How many lines of kgraph's Python run while `work` is done."""
    lines = 0

    def line(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return line

    def call(frame: FrameType, _event: str, _argument: object) -> Any:
        return line if "/kgraph/" in frame.f_code.co_filename else None

    previous = sys.gettrace()
    sys.settrace(call)
    try:
        work()
    finally:
        sys.settrace(previous)
    return lines
