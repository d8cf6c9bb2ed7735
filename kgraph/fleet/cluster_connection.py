"""A connection to a scheduler of Dask's `distributed`, made again where it is lost.

Input: the address of a scheduler, functions and what to call them with. Output: what its workers return.
"""

from __future__ import annotations

import threading
import uuid
import warnings
from collections.abc import Callable
from concurrent import futures
from importlib import import_module
from typing import Any, TypeVar

from kgraph.errors import InputError

Answer = TypeVar("Answer")
_CONNECT_SECONDS = 30.0
_MAX_LOSSES = 3  # of the scheduler, with one task
_LOOK_SECONDS = 5.0  # after so long without an answer it is looked whether the connection is still there


class ClusterConnection:
    """A connection to a scheduler. Raises `InputError` where none answers."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._lock = threading.Lock()
        self._closed = False
        self._client = self._connect()

    def _connect(self) -> Any:
        distributed: Any = import_module("distributed")
        try:
            return distributed.Client(self.address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            hint = "`dask scheduler` starts one, and `dask worker ADDRESS` workers for it"
            raise InputError(f"no scheduler answers: {error}", where=self.address, hint=hint) from error

    def threads(self) -> int:
        """How many threads the workers have. Raises `InputError` where there is no worker."""
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except (TimeoutError, futures.TimeoutError) as error:
            hint = f"start some: dask worker {self.address}"
            raise InputError("the scheduler has no workers", where=self.address, hint=hint) from error
        return sum(self._client.nthreads().values())

    def run(self, function: Callable[..., Answer], *arguments: Any, name: str) -> Answer:
        """Have a worker call a function of a module; another one where it is lost, and once more where the scheduler
        is. `name` is notified of what is lost.

        Raises `InputError` where all of that happens again and again, and whatever the function raises.
        """
        for _ in range(_MAX_LOSSES):
            client = self._connection()
            key = f"kgraph-{name}-{uuid.uuid4().hex}"
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
                future = client.submit(function, *arguments, key=key, pure=False)
            try:
                returned: Answer = _answer(future, client)
            except futures.CancelledError as error:  # the scheduler was lost, and with it what it knew
                if self._closed:
                    raise InputError("interrupted", where=name) from error
                continue
            return returned
        raise InputError(f"the scheduler was lost {_MAX_LOSSES} times", where=self.address)

    def _connection(self) -> Any:
        with self._lock:
            if self._client.status == "closed" and not self._closed:
                self._client = self._connect()
            return self._client

    def close(self) -> None:
        """Leave the scheduler, which forgets what it was to do for us."""
        self._closed = True
        self._client.close()


def _answer(future: Any, client: Any) -> Any:
    """What a future returns. Raises `CancelledError` where its client has given up the scheduler: Dask cancels what it
    had asked of one that is lost, but not what is asked while it tries to reach it again."""
    while True:
        try:
            return future.result(timeout=_LOOK_SECONDS)
        except (TimeoutError, futures.TimeoutError):
            if future.done():  # since, or the function itself took too long for something
                return future.result()
            if client.status == "closed":
                raise futures.CancelledError from None
