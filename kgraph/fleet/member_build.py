"""One repository of a fleet: its sources are brought, its graph is built, and what links need of that is made.

Input: a `BuildTask`. Output: a `MemberReport`; whatever goes wrong is one, too.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Literal, TypeVar

from kgraph import files
from kgraph.errors import InputError, KgraphError
from kgraph.fleet import clones, downloads, npm
from kgraph.fleet.interface_store import make_interface
from kgraph.fleet.lake import revision_of
from kgraph.fleet.members import FleetMember, FolderSource, GitSource, NpmSource, PackageSource
from kgraph.processes.executor import ProcessDiedError
from kgraph.processes.start import StartError
from kgraph.store.tables import scan_file

Outcome = TypeVar("Outcome")
OPTIONS: Mapping[str, Any] = {"external_uses": True}  # of builds of a fleet, where its file does not say otherwise
State = Literal["built", "unchanged", "failed"]


@dataclass(frozen=True, slots=True)
class MemberReport:
    """What a build did with one repository."""

    name: str
    state: State
    seconds: float
    error: str = ""  # of a failed one
    manifest: Mapping[str, Any] = field(default_factory=dict)  # of its graph
    version: str = ""  # of a package
    note: str = ""  # what has to be said of how it was built


@dataclass(frozen=True, slots=True)
class BuildTask:
    """All that a process needs to build one repository."""

    member: FleetMember
    home: Path
    update: bool
    jobs: int

    @property
    def sources(self) -> Path:
        return self.home / "sources" / self.member.name

    @property
    def graph(self) -> Path:
        return self.home / "graphs" / self.member.name

    @property
    def history(self) -> Path:
        """What git said, where another machine builds the graph."""
        return self.home / "histories" / f"{self.member.name}.bin"


def build_member(task: BuildTask) -> MemberReport:
    """Bring the sources of a repository and build its graph; in a process of its own."""

    def build(begun: float) -> MemberReport:
        root, version, options = sources(task)
        manifest, changed = _graph(root, task, options)
        return graph_made(task, begun, manifest, version, changed=changed)

    return run_reported(task.member.name, build)


def graph_made(
    task: BuildTask, begun: float, manifest: Mapping[str, Any], version: str, *, changed: bool = True, note: str = ""
) -> MemberReport:
    """The report of a repository whose graph is there; what links need of it is made, so that joins find it.

    `begun` is when its build began, by `time.monotonic`.
    """
    member = task.member
    make_interface(
        task.home,
        member.name,
        revision_of(manifest, version).rev,
        member.package,
        lambda table: scan_file(task.graph / "tables" / f"{table}.parquet"),
    )
    state: State = "built" if changed else "unchanged"
    return MemberReport(member.name, state, monotonic() - begun, "", manifest, version, note)


def run_reported(name: str, function: Callable[[float], Outcome]) -> Outcome | MemberReport:
    """What a function makes of a repository, called with the time of now; where it fails, the report of that."""
    begun = monotonic()
    try:
        return function(begun)
    except KgraphError as error:
        return MemberReport(name, "failed", monotonic() - begun, describe_error(error))
    except Exception as error:  # noqa: BLE001 - one repository must not cost the others
        where = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        return MemberReport(name, "failed", monotonic() - begun, what)


def describe_error(error: KgraphError) -> str:
    """What an error says, with its hint after a semicolon."""
    return "; ".join(line.strip() for line in str(error).splitlines())


def result_of(name: str, future: Future[Outcome]) -> Outcome | MemberReport:
    """What a future has made of a repository; where the process died that made it, the report of that."""
    try:
        return future.result()
    except ProcessDiedError as error:
        return MemberReport(name, "failed", 0.0, f"the process that built it died: {error}")
    except StartError as error:
        return MemberReport(name, "failed", 0.0, f"no process could be started: {error}")


def sources(task: BuildTask) -> tuple[Path, str, dict[str, Any]]:
    """The root to build, the version that it is of, and the options."""
    options = {**OPTIONS, **task.member.options}
    match task.member.source:
        case FolderSource(path, hint):
            if not path.is_dir():
                raise InputError(f"there is no folder {str(path)!r}", where=task.member.place, hint=hint)
            return path, "", options
        case GitSource(url, revision):
            return clones.check_out(url, revision, task.sources, update=task.update), "", options
        case PackageSource(requirement, index):
            return _package(*downloads.unpack_package(requirement, index, task.sources, update=task.update), options)
        case NpmSource(spec, registry):
            return _package(*npm.unpack_package(spec, registry, task.sources, update=task.update), options)


def _package(root: Path, version: str, options: dict[str, Any]) -> tuple[Path, str, dict[str, Any]]:
    """The same of a package that was unpacked."""
    # It may lie in a repository of the user's, which is not its own; and what it holds is meant to be there.
    os.environ["GIT_CEILING_DIRECTORIES"] = str(root.parent)
    return root, version, {**options, "ignore": False, "history": False}


def _graph(root: Path, task: BuildTask, options: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    from kgraph import api

    files.make_folder(task.graph.parent)
    with api.build(root, output=task.graph, jobs=task.jobs, **options) as graph:
        return dict(graph.manifest), graph.built.changed if graph.built else True
