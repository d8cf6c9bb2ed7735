"""What the libraries under kgraph say and do on their own account, and a process that must not end without a word.

Input: a command to run. Output: its exit code.

Libraries in C++ and Rust print traces of their own to descriptor 2, and end the process where memory lacks. What they
print goes to a file that a report of a bug includes. Under a low limit of the address space the command runs in a child
process, so that its death is reported as what it is: too little memory. The child ends with its parent.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import BinaryIO

import click

from kgraph.limits import soft_limit

LOW_ADDRESS_SPACE = 4 << 30  # bytes: a build of a small repository needs half of it, though it uses little of that
_MAX_SAID_BYTES = 20_000
_CRASHES = frozenset({signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP})


def low_limit() -> int:
    """The limit of the address space in bytes where it is low, 0 where it is not."""
    soft = soft_limit(resource.RLIMIT_AS)
    return soft if soft is not None and soft < LOW_ADDRESS_SPACE else 0


def report_low_limit() -> None:
    """Say that a low limit stands in the way, and what to do."""
    click.echo(f"too little memory: the address space is limited to {low_limit() >> 20:,} MB", err=True)
    click.echo("  hint: raise the limit, `ulimit -v unlimited`, or leave more with -j 1", err=True)


def supervise(work: Callable[[], int], wrong_use: int) -> int:
    """The exit code of `work`, which a child process does where the limit is low."""
    if not low_limit():
        return work()
    from kgraph.processes import end_with_parent

    theirs, lifeline = os.pipe()  # which closes with us, whatever ends us
    child = os.fork()
    if child == 0:
        warnings.simplefilter("ignore")
        code = 1
        try:
            os.close(lifeline)
            end_with_parent(theirs)
            code = work()
        finally:
            os._exit(code)  # at once: threads that could not be started cannot be waited for, either

    os.close(theirs)

    def forward(number: int, _: FrameType | None) -> None:
        os.kill(child, number)

    for passed_on in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(passed_on, forward)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to the child, too
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        return os.waitstatus_to_exitcode(status)
    number = os.WTERMSIG(status)
    if number in _CRASHES:
        report_low_limit()
        return wrong_use
    return 128 + number


_said: BinaryIO | None = None


@contextmanager
def caught() -> Iterator[None]:
    """While this lasts, only Python writes to standard error; what libraries print is kept for `said`."""
    global _said
    try:
        file = tempfile.TemporaryFile() if sys.stderr.fileno() == 2 else None  # noqa: SIM115
    except (OSError, ValueError, AttributeError):  # a stream of a test, or no place for a file
        file = None
    if file is None:
        yield
        return
    real = os.dup(2)
    stderr = sys.stderr
    with file, open(real, "w", encoding=stderr.encoding, errors=stderr.errors, buffering=1) as stream:  # noqa: PTH123
        _said = file
        stderr.flush()
        os.dup2(file.fileno(), 2)
        sys.stderr = stream
        try:
            yield
        finally:
            stream.flush()
            os.dup2(real, 2)
            sys.stderr = stderr
            _said = None


def read_output() -> str:
    """The end of what libraries printed."""
    if _said is None:
        return ""
    end = os.fstat(_said.fileno()).st_size
    _said.seek(max(0, end - _MAX_SAID_BYTES))
    return _said.read().decode("utf-8", "replace")
