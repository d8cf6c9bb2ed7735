"""A huge repository on a cluster: all workers read shards of its files, and this machine puts the graph together.

Input: a `BuildTask` and the address of a scheduler. Output: a `MemberReport`, and the graph that a build here gives.

A shard is a chunk of the build's own jobs (see `extract.worker_pool`), sent with the contents of its files by their
blob ids and no path; what comes back are facts. Workers hold files to the limits of time and memory that hold here, in
processes of their own, so that a file that crashes its reader costs itself. A shard that no worker could read, for
example since it has another kgraph, is read here, and the report says so.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from concurrent import futures
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import zstandard

from kgraph import api, files
from kgraph.errors import GraphError
from kgraph.extract.work import MAX_HELD, Job, JobResult, Task
from kgraph.extract.worker_pool import ExtractionWorkers
from kgraph.fleet.cluster_connection import ClusterConnection
from kgraph.fleet.member_build import BuildTask, MemberReport, graph_made, run_reported, sources
from kgraph.fleet.shipping import versions
from kgraph.regular_file import blob_id, read_small
from kgraph.scratch import scratch_folder
from kgraph.version import __version__

_AHEAD = 2  # shards under way for each thread of a worker, so that none waits for the next
_LEVEL = 1
_idle: list[ExtractionWorkers] = []  # of one process each, which end with this process


@dataclass(frozen=True, slots=True)
class _Shard:
    """Jobs whose paths are numbers, and the contents under these."""

    versions: tuple[str, ...]  # of the kgraph that sends it
    jobs: tuple[Job, ...]
    contents: tuple[bytes, ...]
    task: Task


# --- here -------------------------------------------------------------------------------------------------------------


def build_in_shards(task: BuildTask, scheduler: str, threads: int) -> MemberReport:
    """Build a repository whose files the workers of a scheduler read, which have so many `threads`."""

    def build(begun: float) -> MemberReport:
        root, version, options = sources(task)
        files.make_folder(task.graph.parent)
        cluster = ClusterConnection(scheduler)
        executor = ShardExecutor(cluster, threads)
        try:
            with api.build(root, output=task.graph, jobs=task.jobs, executor=executor, **options) as graph:
                manifest, changed = dict(graph.manifest), graph.built.changed if graph.built else True
        finally:
            cluster.close()
            executor.shutdown(cancel_futures=True)
        return graph_made(task, begun, manifest, version, changed=changed, note=executor.read_here())

    return run_reported(task.member.name, build)


class ShardExecutor(futures.Executor):
    """An executor for `ExtractionWorkers`: the workers of a cluster do its jobs."""

    def __init__(self, cluster: ClusterConnection, threads: int) -> None:
        self._cluster = cluster
        self._pool = futures.ThreadPoolExecutor(_AHEAD * threads, "kgraph shards")
        self._failures: list[str] = []

    def submit(self, _: Callable[..., Any], /, *arguments: Any, **__: Any) -> futures.Future[Any]:
        """Have jobs done: `arguments` are these and their task. The function that does them here is of no interest."""
        jobs, task = arguments
        return self._pool.submit(self._read, jobs, task)

    def _read(self, jobs: Sequence[Job], task: Task) -> list[JobResult | None]:
        contents = [_content(job) for job in jobs]
        sent = [number for number, content in enumerate(contents) if content is not None]
        results: list[JobResult | None] = [None] * len(jobs)  # what is not sent is read here
        shard = _Shard(
            versions(),
            tuple(replace(jobs[number], key=str(number), path="") for number in sent),
            tuple(content for content in contents if content is not None),
            task,
        )
        data = zstandard.ZstdCompressor(level=_LEVEL).compress(pickle.dumps(shard, protocol=5))
        try:
            found = self._cluster.run(read_shard, data, name="shard")
        except Exception as error:
            self._failures.append(f"{error}".replace("\n", " "))
            raise
        for number, result in zip(sent, found, strict=True):
            results[number] = result
        return results

    def read_here(self) -> str:
        """What to say of shards that were read here after all; "" where there were none."""
        count = len(self._failures)
        return f"{count:,} shards of its files were read here: {self._failures[0]}" if count else ""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._pool.shutdown(wait, cancel_futures=cancel_futures)


def _content(job: Job) -> bytes | None:
    """The content of a job's file as it was listed; None where it is another one, too large, or cannot be read."""
    if job.size > MAX_HELD:
        return None
    try:
        content = read_small(job.path, job.size)
    except OSError:
        return None
    hashed = blob_id(content, "sha256" if len(job.blob) == 64 else "sha1")
    return content if hashed == job.blob else None


# --- there ------------------------------------------------------------------------------------------------------------


def read_shard(data: bytes) -> list[JobResult | None]:
    """The outcome of each job of a shard; None of one that should be tried again elsewhere."""
    shard: _Shard = pickle.loads(zstandard.ZstdDecompressor().decompress(data))  # noqa: S301 - who sends work decides
    if shard.versions != versions():
        raise GraphError(
            f"a worker has kgraph {__version__}, or readers of other versions than who sent the work",
            hint=f"install kgraph {shard.versions[0]} with the same packages on all machines",
        )
    try:
        workers = _idle.pop()
    except IndexError:
        workers = ExtractionWorkers(1)
    found: dict[str, JobResult] = {}
    with scratch_folder() as folder:
        jobs = []
        for job, content in zip(shard.jobs, shard.contents, strict=True):
            path = Path(folder, job.key)
            path.write_bytes(content)
            jobs.append(replace(job, path=str(path)))
        for job, result in workers.read(jobs, shard.task):
            found[job.key] = result
    _idle.append(workers)
    # What is not settled by the content may be settled on another machine.
    settled = {key: result for key, result in found.items() if result.lasting}
    return [settled.get(job.key) for job in shard.jobs]
