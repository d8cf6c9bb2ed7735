"""Builds of a fleet on a cluster, by Dask's `distributed` (`pip install 'kgraph-code[dask]'`).

Input: `BuildTask`s and the address of a scheduler. Output: their `MemberReport`s, as of builds on this machine. This
machine brings the sources and lists them, the workers build, and this machine alone writes graphs. So a repository
whose worker is lost is built again by another one, and nothing is written twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

from kgraph.errors import MissingExtraError
from kgraph.fleet.cluster_connection import ClusterConnection
from kgraph.fleet.member_build import BuildTask, MemberReport, build_member, result_of, run_reported
from kgraph.fleet.shards import build_in_shards
from kgraph.fleet.shipping import (
    LocalBuildOnly,
    PreparedInput,
    RemoteResult,
    ShardedInput,
    build_shipped,
    prepare,
    receive,
)
from kgraph.processes.executor import Executor, as_completed
from kgraph.progress import Progress

LOCAL = "local"  # in place of an address: worker processes of this machine
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
        _connect(scheduler, parallel or at_once) as cluster,
        Executor(at_once) as here,
        progress.stage("repositories", len(tasks)) as ticker,
    ):
        threads = cluster.threads()
        jobs = max(1, threads // len(tasks))
        pool = futures.ThreadPoolExecutor(min(len(tasks), parallel or threads + _AHEAD), "kgraph cluster")
        try:
            waiting = {pool.submit(_build_one, cluster, here, task, jobs): task for task in tasks}
            reports = {}
            for future in as_completed(waiting):
                name = waiting[future].member.name
                reports[name] = result_of(name, future)
                ticker.advance()
        finally:  # whoever interrupts this does not wait for the workers
            cluster.close()
            here.shutdown()
            pool.shutdown(cancel_futures=True)
    return [reports[task.member.name] for task in tasks]


def _build_one(cluster: ClusterConnection, here: Executor, task: BuildTask, jobs: int) -> MemberReport:
    prepared: PreparedInput | LocalBuildOnly | ShardedInput | MemberReport = here.submit(prepare, task).result()
    if isinstance(prepared, ShardedInput):
        whole: MemberReport = here.submit(build_in_shards, task, cluster.address, cluster.threads()).result()
        return whole
    if isinstance(prepared, PreparedInput):
        data = prepared
        returned = run_reported(task.member.name, lambda _: _build_there(cluster, task.member.name, data, jobs))
        if isinstance(returned, MemberReport):
            return returned
        if not returned.is_too_large:
            report: MemberReport = here.submit(receive, task, data, returned).result()
            return report
        prepared = LocalBuildOnly("its graph is too large to be sent back")
    if isinstance(prepared, LocalBuildOnly):
        built: MemberReport = here.submit(build_member, task).result()
        return replace(built, note=f"built here: {prepared.why}")
    return prepared


def _build_there(cluster: ClusterConnection, name: str, prepared: PreparedInput, jobs: int) -> RemoteResult:
    return cluster.run(build_shipped, name, prepared.data, jobs, name=name)


@contextmanager
def _connect(scheduler: str, workers: int) -> Iterator[ClusterConnection]:
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise MissingExtraError("distributed", "dask") from error
    if scheduler != LOCAL:
        yield ClusterConnection(scheduler)
        return
    with distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None
    ) as local:
        yield ClusterConnection(local.scheduler_address)
