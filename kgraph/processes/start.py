"""One process, and the connection to it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kgraph.errors import ConditionError
from kgraph.processes import child

_KGRAPH = str(Path(child.__file__).parents[1] / "__init__.py")
_MAX_SAID = 2_000  # bytes that are kept of what a process says on standard error

_HINTS = {
    errno.EAGAIN: "the system lets you have no more processes: see `ulimit -u`, or the container's limit of pids",
    errno.ENOMEM: "there is not enough memory: see `ulimit -v`, or the container's limit",
    errno.EMFILE: "the system lets a process have no more open files: see `ulimit -n`",
    errno.ENFILE: "the system has no more open files",
}


class StartError(ConditionError):
    """A process does not start, for a reason that lies in the machine or in its limits."""

    @classmethod
    def of(cls, error: OSError) -> StartError:
        """What the system said, and what to do about it."""
        return cls(f"cannot start a process: {error.strerror or error}", hint=_HINTS.get(error.errno or 0, ""))


class Process:
    """A process that calls a function of a module with the other end of `connection`, and with arguments.

    Returns as soon as the process is made: that it has come up is known by its first message. The arguments are few
    (they must fit into the buffer of a socket). What the process writes on its standard output is lost; what it writes
    on standard error is ours too with `talks`, otherwise the end of it is kept in `said`.

    Raises `StartError`.
    """

    def __init__(self, function: Callable[..., object], *arguments: Any, talks: bool = False) -> None:
        self.said = ""
        self.code: int | None = None  # how it ended, as `subprocess.Popen.returncode`
        self._lifeline = self._errors = -1
        self._lock = threading.Lock()
        try:
            with contextlib.ExitStack() as inherited:
                channel, lifeline = self._connect(inherited, talks=talks)
                self._popen = subprocess.Popen(
                    [_python(), "-P", child.__file__, str(channel), str(lifeline)],
                    pass_fds=(channel, lifeline),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=None if talks else self._errors if self._errors >= 0 else subprocess.DEVNULL,
                    env=_environment(),
                )
        except OSError as error:
            self._close()
            raise StartError.of(error) from error
        try:
            self.connection.send((_KGRAPH, [entry for entry in sys.path if os.path.isabs(entry)]))  # noqa: PTH117
            self.connection.send((function, arguments))
        except OSError as error:  # it has ended already
            self.end()
            raise StartError("a process does not start", hint=self.said) from error

    def _connect(self, inherited: contextlib.ExitStack, *, talks: bool) -> tuple[int, int]:
        """Make our ends, and return those that the process is to have."""
        ends: list[int] = []
        ours, theirs = socket.socketpair()
        self.connection = Connection(_move_above_standard(ours.detach()))
        ends.append(_move_above_standard(theirs.detach()))
        inherited.callback(os.close, ends[0])
        theirs_too, self._lifeline = os.pipe()
        ends.append(_move_above_standard(theirs_too))
        inherited.callback(os.close, ends[1])
        self._lifeline = _move_above_standard(self._lifeline)
        if not talks and hasattr(os, "memfd_create"):  # no file: a full disk must not hinder it
            self._errors = os.memfd_create("kgraph")
        return ends[0], ends[1]

    @property
    def pid(self) -> int:
        return self._popen.pid

    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def kill(self) -> None:
        """Have it end; whoever waits for a message of it hears of that."""
        self._popen.kill()

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait until it has ended by itself; returns how, or None where it takes longer."""
        try:
            code = self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        with self._lock:
            if self.code is None:
                if self._errors >= 0:
                    size = os.fstat(self._errors).st_size
                    last = os.pread(self._errors, _MAX_SAID, max(0, size - _MAX_SAID))
                    self.said = last.decode("utf-8", "replace").strip()
                self._close()
                self.code = code
        return code

    def end(self) -> int:
        """End it if it has not ended, and wait for that; returns how it ended."""
        self._popen.kill()
        code = self.wait()
        assert code is not None  # noqa: S101 - it was given all time
        return code

    def _close(self) -> None:
        if hasattr(self, "connection"):
            self.connection.close()
        for file in (self._lifeline, self._errors):
            if file >= 0:
                os.close(file)
        self._lifeline = self._errors = -1


def _python() -> str:
    if not sys.executable:
        raise StartError("Python does not know where it is", hint="start it by its full path")
    return sys.executable


def _environment() -> dict[str, str]:
    """Ours, but with nothing that lets Python find modules in the current folder."""
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    path = environment.pop("PYTHONPATH", "")
    if absolute := [entry for entry in path.split(os.pathsep) if os.path.isabs(entry)]:  # noqa: PTH117
        environment["PYTHONPATH"] = os.pathsep.join(absolute)
    environment.pop("PYTHONINSPECT", None)
    return environment


def _move_above_standard(file: int) -> int:
    """The same file under a number that is none of a standard stream, should one of these be closed."""
    if file > 2:
        return file
    other = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 3)
    os.close(file)
    return other
