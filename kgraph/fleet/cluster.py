"""Builds of a fleet on a cluster, by Dask's `distributed` (`pip install 'kgraph-code[dask]'`).

Input: `BuildTask`s and the address of a scheduler. Output: their `MemberReport`s, as of builds on this machine. This
machine brings the sources and lists them, the workers build, and this machine alone writes graphs. So a repository
whose worker is lost is built again by another one, and nothing is written twice.
"""

from __future__ import annotations

import threading
import uuid
import warnings
from collections.abc import Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

from kgraph.errors import InputError, MissingExtraError
from kgraph.fleet.member_build import BuildTask, MemberReport, build_member, reported, result_of
from kgraph.fleet.shipping import BuiltHere, Prepared, Returned, build_shipped, prepare, receive
from kgraph.processes.executor import Executor
from kgraph.progress import Progress

LOCAL = "local"  # in place of an address: worker processes of this machine
_CONNECT_SECONDS = 30.0
_MAX_LOSSES = 3  # of the scheduler, with one repository
_AHEAD = 1  # repositories that are brought or unpacked here while the workers build others


def build_on_cluster(
    tasks: Sequence[BuildTask], scheduler: str, at_once: int, progress: Progress, *, parallel: int | None = None
) -> list[MemberReport]:
    """Build repositories by the workers of a scheduler ("tcp://host:8786"), or of a cluster on this machine ("local").

    `at_once` processes of this machine bring and unpack; `parallel` repositories are under way at a time, by default
    one more than the workers have threads.

    Raises `MissingExtraError` without Dask, `InputError` where no scheduler answers or it has no workers.
    """
    with (
        _connected(scheduler, parallel or at_once) as cluster,
        Executor(at_once) as here,
        progress.stage("repositories", len(tasks)) as ticker,
    ):
        threads = cluster.threads()
        jobs = max(1, threads // len(tasks))
        pool = futures.ThreadPoolExecutor(min(len(tasks), parallel or threads + _AHEAD), "kgraph cluster")
        try:
            waiting = {pool.submit(_build_one, cluster, here, task, jobs): task for task in tasks}
            reports = {}
            for future in futures.as_completed(waiting):
                name = waiting[future].member.name
                reports[name] = result_of(name, future)
                ticker.advance()
        finally:  # whoever interrupts this does not wait for the workers
            cluster.close()
            here.shutdown()
            pool.shutdown(cancel_futures=True)
    return [reports[task.member.name] for task in tasks]


def _build_one(cluster: _Cluster, here: Executor, task: BuildTask, jobs: int) -> MemberReport:
    prepared: Prepared | BuiltHere | MemberReport = here.submit(prepare, task).result()
    if isinstance(prepared, Prepared):
        data = prepared
        returned = reported(task.member.name, lambda _: cluster.build(task.member.name, data, jobs))
        if isinstance(returned, MemberReport):
            return returned
        if not returned.is_too_large:
            report: MemberReport = here.submit(receive, task, data, returned).result()
            return report
        prepared = BuiltHere("its graph is too large to be sent back")
    if isinstance(prepared, BuiltHere):
        built: MemberReport = here.submit(build_member, task).result()
        return replace(built, note=f"built here: {prepared.why}")
    return prepared


class _Cluster:
    """A connection to a scheduler, made again where it is lost."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._closed = False
        self._client = self._connect()

    def _connect(self) -> Any:
        distributed: Any = import_module("distributed")
        try:
            return distributed.Client(self._address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            hint = "`dask scheduler` starts one, and `dask worker ADDRESS` workers for it"
            raise InputError(f"no scheduler answers: {error}", where=self._address, hint=hint) from error

    def threads(self) -> int:
        """How many threads the workers have. Raises `InputError` where there is no worker."""
        try:
            self._client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        except (TimeoutError, futures.TimeoutError) as error:
            hint = f"start some: dask worker {self._address}"
            raise InputError("the scheduler has no workers", where=self._address, hint=hint) from error
        return sum(self._client.nthreads().values())

    def build(self, name: str, prepared: Prepared, jobs: int) -> Returned:
        """Have a worker build a repository; another one where it is lost, and once more where the scheduler is.

        Raises `InputError` where all of that happens again and again.
        """
        for _ in range(_MAX_LOSSES):
            client = self._connection()
            key = f"kgraph-{name}-{uuid.uuid4().hex}"
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
                future = client.submit(build_shipped, name, prepared.data, jobs, key=key, pure=False)
            try:
                returned: Returned = future.result()
            except futures.CancelledError as error:  # the scheduler was lost, and with it what it knew
                if self._closed:
                    raise InputError("interrupted", where=name) from error
                continue
            return returned
        raise InputError(f"the scheduler was lost {_MAX_LOSSES} times", where=self._address)

    def _connection(self) -> Any:
        with self._lock:
            if self._client.status == "closed" and not self._closed:
                self._client = self._connect()
            return self._client

    def close(self) -> None:
        """Leave the scheduler, which forgets what it was to do for us."""
        self._closed = True
        self._client.close()


@contextmanager
def _connected(scheduler: str, workers: int) -> Iterator[_Cluster]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise MissingExtraError("distributed", "dask") from error
    if scheduler != LOCAL:
        yield _Cluster(scheduler)
        return
    with distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
    ) as local:
        yield _Cluster(local.scheduler_address)
