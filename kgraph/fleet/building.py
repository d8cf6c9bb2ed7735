"""Builds of a fleet: every repository's graph, the lake of their tables, the links between them.

Input: a `LoadedFleet`. Output: a report for each repository, and the next state of the lake.

A repository is built in a process of its own. What goes wrong with one, a crash or a lack of memory included, costs
that one: its last graph stays in the lake, and the catalog says why it is not newer. What was built stays built, so
that a build that is interrupted goes on where it ended.
"""

from __future__ import annotations

import fcntl
import os
import traceback
from collections.abc import Collection, Iterator, Mapping
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import polars as pl

from kgraph import files
from kgraph.errors import GraphError, InputError, KgraphError
from kgraph.fleet import clones, downloads, links
from kgraph.fleet.fleet_file import LoadedFleet
from kgraph.fleet.lake import TABLE_NAMES, Catalog, CatalogEntry, Lake, kept, revision_of
from kgraph.fleet.members import FleetMember, FolderSource, GitSource, PackageSource, members
from kgraph.processes.executor import DiedError, Executor
from kgraph.processes.start import StartError
from kgraph.progress import NullProgress, Progress

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


@dataclass(frozen=True, slots=True)
class FleetReport:
    """What a build did with a fleet."""

    lake: Lake
    members: tuple[MemberReport, ...]
    seconds: Mapping[str, float]  # by stage: "repositories", "links"

    @property
    def failed(self) -> tuple[MemberReport, ...]:
        """Those that could not be built."""
        return tuple(each for each in self.members if each.state == "failed")


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


def build(
    fleet: LoadedFleet,
    *,
    only: Collection[str] = (),
    update: bool = False,
    parallel: int | None = None,
    progress: Progress | None = None,
) -> FleetReport:
    """Build what is not built, or only the repositories of some names.

    `update` also brings what is new in clones and indexes. `parallel` repositories are built at a time, by default one
    per core. Raises `InputError` where the fleet file is wrong, `GraphError` where another build of the fleet runs.
    """
    all_members = members(fleet)
    unknown = sorted(set(only) - {member.name for member in all_members})
    if unknown:
        known = ", ".join(member.name for member in all_members)
        raise InputError(f"the fleet has no repository {unknown[0]!r}", where=str(fleet.file), hint=f"it has {known}")
    chosen = [member for member in all_members if not only or member.name in only]
    cores = len(os.sched_getaffinity(0))
    at_once = min(parallel or cores, len(chosen))
    with _claimed(fleet.home):
        begun = monotonic()
        tasks = [BuildTask(member, fleet.home, update, max(1, cores // at_once)) for member in chosen]
        reports = _build_all(tasks, at_once, progress or NullProgress())
        built = monotonic()
        lake = _publish(fleet, all_members, reports)
        seconds = {"repositories": built - begun, "links": monotonic() - built}
    return FleetReport(lake, tuple(reports), seconds)


def _build_all(tasks: list[BuildTask], at_once: int, progress: Progress) -> list[MemberReport]:
    reports: dict[str, MemberReport] = {}
    with Executor(at_once) as executor, progress.stage("repositories", len(tasks)) as ticker:
        waiting = {executor.submit(build_member, task): task for task in tasks}
        for future in futures.as_completed(waiting):
            name = waiting[future].member.name
            try:
                reports[name] = future.result()
            except DiedError as error:
                reports[name] = MemberReport(name, "failed", 0.0, f"the process that built it died: {error}")
            except StartError as error:
                reports[name] = MemberReport(name, "failed", 0.0, f"no process could be started: {error}")
            ticker.advance()
    return [reports[task.member.name] for task in tasks]


def build_member(task: BuildTask) -> MemberReport:
    """Bring the sources of a repository and build its graph; in a process of its own."""
    begun = monotonic()
    try:
        root, version, options = _sources(task)
        manifest, changed = _graph(root, task, options)
    except KgraphError as error:
        return MemberReport(task.member.name, "failed", monotonic() - begun, str(error).replace("\n", " "))
    except Exception as error:  # noqa: BLE001 - one repository must not cost the others
        where = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        return MemberReport(task.member.name, "failed", monotonic() - begun, what)
    state: State = "built" if changed else "unchanged"
    return MemberReport(task.member.name, state, monotonic() - begun, "", manifest, version)


def _sources(task: BuildTask) -> tuple[Path, str, dict[str, Any]]:
    """The root to build, the version that it is of, and the options."""
    options = task.member.options
    match task.member.source:
        case FolderSource(path):
            if not path.is_dir():
                raise InputError("the folder is gone", where=str(path))
            return path, "", options
        case GitSource(url, revision):
            return clones.checked_out(url, revision, task.sources, update=task.update), "", options
        case PackageSource(requirement, index):
            root, version = downloads.unpacked(requirement, index, task.sources, update=task.update)
            # It may lie in a repository of the user's, which is not its own; and what it holds is meant to be there.
            os.environ["GIT_CEILING_DIRECTORIES"] = str(root.parent)
            return root, version, {**options, "ignore": False, "history": False}


def _graph(root: Path, task: BuildTask, options: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    from kgraph import api

    files.make_folder(task.graph.parent)
    with api.build(root, output=task.graph, jobs=task.jobs, **options) as graph:
        return dict(graph.manifest), graph.built.changed if graph.built else True


def _publish(fleet: LoadedFleet, all_members: list[FleetMember], reports: list[MemberReport]) -> Lake:
    """Put what was built into the lake, and link all."""
    lake = Lake.at(fleet.home)
    known = {entry.name: entry for entry in lake.catalog.repositories}
    by_name = {report.name: report for report in reports}
    entries = []
    for member in all_members:
        before, report = known.get(member.name), by_name.get(member.name)
        about = {"name": member.name, "group": member.group, "source": str(member.source)}
        if report is not None and report.state != "failed":
            current = revision_of(report.manifest, report.version)
            lake.add(member.name, current.rev, fleet.home / "graphs" / member.name / "tables")
            earlier = kept(before, current, fleet.contents.keep)
            entries.append(CatalogEntry(**about, current=current, earlier=earlier))
        elif before is not None:  # not asked for, or failed: what is there stays
            error = report.error if report else before.error
            entries.append(CatalogEntry(**about, current=before.current, earlier=before.earlier, error=error))
    catalog = Catalog(fleet=fleet.name, generation=lake.catalog.generation, repositories=tuple(entries))
    return lake.publish(catalog, _links(Lake(lake.folder, catalog), all_members))


def _links(lake: Lake, all_members: list[FleetMember]) -> pl.DataFrame:
    # A source distribution is called as its package is.
    packages = {m.name for m in all_members if isinstance(m.source, PackageSource)}
    tables = {name: lake.scan(name) for name in TABLE_NAMES}
    return links.link(tables, sorted(packages.intersection(lake.catalog.names)))


@contextmanager
def _claimed(home: Path) -> Iterator[None]:
    """The right to build the fleet."""
    home.mkdir(parents=True, exist_ok=True)
    ignore = home / ".gitignore"
    if not ignore.exists():
        files.write(ignore, "*\n")
    descriptor = os.open(home / "lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise GraphError("another build of this fleet runs", where=str(home), hint="wait until it is done") from error
    try:
        yield
    finally:
        os.close(descriptor)
