"""One repository of a fleet, built where its folder is not: what is sent there, and what comes back.

Input: a `BuildTask`. Output: bytes: for the other place what git and the scan reported with the contents of the files
by their blob ids, and for this one a pack of the graph. No path of this machine is sent, and nothing is read there but
what was sent. Both places must have the same kgraph; what differs is refused, so that the graph is the one that a build
here would have given.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
import zstandard

from kgraph import api, files
from kgraph.errors import GraphError
from kgraph.extract.versions import WORDS_VERSION, code, readers
from kgraph.fleet.member_build import BuildTask, MemberReport, graph_made, result_of, run_reported, sources
from kgraph.pipeline import packs
from kgraph.pipeline.build import build
from kgraph.pipeline.list_elsewhere import NotPortableError, list_for_elsewhere
from kgraph.pipeline.listing import Listing
from kgraph.pipeline.options import BuildOptions
from kgraph.processes.executor import Executor
from kgraph.regular_file import blob_id, read_small
from kgraph.scratch import scratch_folder
from kgraph.store.pack_file import ENDING
from kgraph.version import __version__
from kgraph.vocab import SCHEMA_VERSION

MAX_BYTES = 1 << 30  # of what is sent, and of what comes back, compressed: both stand in the scheduler's memory
HUGE_BYTES = 64 << 20  # of files, not compressed, from which on a repository is read in shards
_PART_BYTES = 16 << 20  # of contents in one part
_MAX_LISTINGS = 3  # of files that change while they are read
_LEVEL = 3
_BLOB = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_parts_decoder = msgspec.msgpack.Decoder(list[tuple[str, bytes]])


@dataclass(frozen=True, slots=True)
class BuildInput:
    """What the other place builds from."""

    name: str  # of the repository
    versions: tuple[str, ...]  # of the kgraph that sends it
    options: dict[str, Any]  # of `BuildOptions`
    listing: Listing
    parts: tuple[bytes, ...]  # contents by blob id, compressed


@dataclass(frozen=True, slots=True)
class PreparedInput:
    """A shipment that can be sent."""

    data: bytes
    fingerprint: str  # that its graph must have
    version: str  # of a package


@dataclass(frozen=True, slots=True)
class LocalBuildOnly:
    """Not to be sent: this machine builds it, for a reason that the report tells."""

    why: str


@dataclass(frozen=True, slots=True)
class RemoteResult:
    """What the other place made of a shipment: a pack, or the report of why there is none."""

    pack: bytes = b""
    seconds: float = 0.0
    failed: MemberReport | None = None
    is_too_large: bool = False


class ShardedInput:
    """More than one worker should read: its files are read in shards by all of them; see `shards`."""


class _ChangedError(Exception):
    """A file is not as it was listed."""


def versions() -> tuple[str, ...]:
    """All that decides what this kgraph makes of the same files."""
    return (__version__, str(SCHEMA_VERSION), readers(), str(WORDS_VERSION), code())


# --- here -------------------------------------------------------------------------------------------------------------


def prepare(task: BuildTask) -> PreparedInput | LocalBuildOnly | ShardedInput | MemberReport:
    """Bring the sources of a repository and put them up for sending; a report where its graph is current, or where that
    fails."""
    return run_reported(task.member.name, lambda begun: _prepare(task, begun))


def _prepare(task: BuildTask, begun: float) -> PreparedInput | LocalBuildOnly | ShardedInput | MemberReport:
    name = task.member.name
    root, version, options = sources(task)
    for listings in range(_MAX_LISTINGS):
        try:
            listed = list_for_elsewhere(root, task.graph, task.history, BuildOptions(**options), anew=listings > 0)
        except NotPortableError as error:
            return LocalBuildOnly(str(error))
        if not isinstance(listed, Listing):
            return graph_made(task, begun, listed, version, changed=False)
        if sum(file.size for file in listed.scan.files if file.is_readable) > HUGE_BYTES:
            return ShardedInput()
        parts, size = [], 0
        try:
            for part in _parts(root, listed):
                parts.append(part)
                size += len(part)
                if size > MAX_BYTES:
                    return LocalBuildOnly(f"its files have more than {MAX_BYTES >> 30} GB, compressed")
        except _ChangedError:
            continue
        sent = replace(listed, scan=replace(listed.scan, root=Path(), git=None))
        data = pickle.dumps(BuildInput(name, versions(), options, sent, tuple(parts)), protocol=5)
        return PreparedInput(data, listed.fingerprint, version)
    return LocalBuildOnly("its files change while they are read")


def _parts(root: Path, listed: Listing) -> Iterator[bytes]:
    """The contents of all files that can be read, each once, in compressed parts of bounded size."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    sent: set[str] = set()
    part: list[tuple[str, bytes]] = []
    size = 0
    for file in listed.scan.files:
        if not file.is_readable or file.blob in sent:
            continue
        sent.add(file.blob)
        try:
            content = read_small(str(root / file.path), file.size)
        except OSError as error:
            raise _ChangedError from error
        if blob_id(content, "sha1" if len(file.blob) == 40 else "sha256") != file.blob:
            raise _ChangedError
        part.append((file.blob, content))
        size += len(content)
        if size >= _PART_BYTES:
            yield compressor.compress(msgspec.msgpack.encode(part))
            part, size = [], 0
    if part:
        yield compressor.compress(msgspec.msgpack.encode(part))


def receive(task: BuildTask, prepared: PreparedInput, returned: RemoteResult) -> MemberReport:
    """Make what came back the graph of a repository."""
    return run_reported(task.member.name, lambda begun: _receive(task, prepared, returned, begun))


def _receive(task: BuildTask, prepared: PreparedInput, returned: RemoteResult, begun: float) -> MemberReport:
    name = task.member.name
    if returned.failed:
        return returned.failed
    files.make_folder(task.graph.parent)
    pack = task.graph.with_name(f".{name}{ENDING}")
    try:
        files.write(pack, returned.pack)
        packs.unpack(pack, task.graph)
    finally:
        files.discard(pack)
    with api.open(task.graph) as graph:
        manifest = dict(graph.manifest)
    if manifest["inputs"] != prepared.fingerprint:
        raise GraphError("what came back is of other files than were sent", where=name)
    return graph_made(task, begun - returned.seconds, manifest, prepared.version)


# --- there ------------------------------------------------------------------------------------------------------------


_idle: list[Executor] = []  # of one process each, which have what a build imports and end with this process


def build_shipped(name: str, data: bytes, jobs: int) -> RemoteResult:
    """Build what was sent, in a process beside this one: whatever ends that costs this repository.

    (It is no child of `multiprocessing`, so that a daemon, as a worker of Dask's with a nanny is one, may have it.)
    """
    try:
        executor = _idle.pop()
    except IndexError:
        executor = Executor(1)
    future: Future[RemoteResult] = executor.submit(build_alone, name, data, jobs)
    outcome = result_of(name, future)
    if isinstance(outcome, MemberReport):
        executor.shutdown()
        return RemoteResult(failed=outcome)
    _idle.append(executor)
    return outcome


def build_alone(name: str, data: bytes, jobs: int) -> RemoteResult:
    """Build what was sent in this process."""
    outcome = run_reported(name, lambda begun: _build(data, jobs, begun))
    return RemoteResult(failed=outcome) if isinstance(outcome, MemberReport) else outcome


def _build(data: bytes, jobs: int, begun: float) -> RemoteResult:
    shipment: BuildInput = pickle.loads(data)  # noqa: S301 - who sends work to this process decides what it does
    if shipment.versions != versions():
        raise GraphError(
            f"this worker has kgraph {__version__}, or readers of other versions than who sent the work",
            hint=f"install kgraph {shipment.versions[0]} with the same packages on all machines",
        )
    with scratch_folder() as folder:
        contents, graph, pack = Path(folder, "contents"), Path(folder, "graph"), Path(folder, f"graph{ENDING}")
        contents.mkdir()
        for part in shipment.parts:
            _unpack(part, contents)
        options = replace(BuildOptions(**shipment.options), jobs=jobs, compiler=False)
        build(contents, graph, options, listing=shipment.listing.relocate(contents))
        if packs.pack(graph, pack, options).size > MAX_BYTES:
            return RemoteResult(is_too_large=True)
        return RemoteResult(pack.read_bytes(), monotonic() - begun)


def _unpack(part: bytes, folder: Path) -> None:
    for blob, content in _parts_decoder.decode(zstandard.ZstdDecompressor().decompress(part)):
        if not _BLOB.fullmatch(blob):
            raise ValueError(f"no blob id: {blob!r}")
        (folder / blob).write_bytes(content)
