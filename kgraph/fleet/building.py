"""Builds of a fleet: every repository's graph, the lake of their tables, the links between them.

Input: a `LoadedFleet`. Output: a report for each repository, and the next state of the lake.

A repository is built in a process of its own. What goes wrong with one, a crash or a lack of memory included, costs
that one: its last graph stays in the lake, and the catalog says why it is not newer. What was built stays built, so
that a build that is interrupted goes on where it ended.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from kgraph import files
from kgraph.errors import GraphError, InputError
from kgraph.fleet import relinking
from kgraph.fleet.cluster import build_on_cluster
from kgraph.fleet.fleet_file import LoadedFleet
from kgraph.fleet.lake import Catalog, CatalogEntry, Lake, revision_of, select_kept
from kgraph.fleet.member_build import BuildTask, MemberReport, build_member, result_of
from kgraph.fleet.members import FleetMember, members
from kgraph.processes.executor import Executor, as_completed
from kgraph.progress import NullProgress, Progress


@dataclass(frozen=True, slots=True)
class FleetReport:
    """What a build did with a fleet."""

    lake: Lake
    members: tuple[MemberReport, ...]
    seconds: Mapping[str, float]  # by stage: "repositories", "links"
    gone: tuple[str, ...] = ()  # repositories of the state before that the fleet file means no more

    @property
    def failed(self) -> tuple[MemberReport, ...]:
        """Those that could not be built."""
        return tuple(each for each in self.members if each.state == "failed")


def build(
    fleet: LoadedFleet,
    *,
    only: Collection[str] = (),
    update: bool = False,
    parallel: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> FleetReport:
    """Build what is not built, or only the repositories of some names.

    `update` also brings what is new in clones and indexes. `parallel` repositories are built at a time, by default one
    per core. With the address of a Dask `scheduler`, its workers build; "local" starts some on this machine.

    Raises `InputError` where the fleet file is wrong or no scheduler answers, `GraphError` where another build of the
    fleet runs, `MissingExtraError` where Dask is asked for and not installed.
    """
    all_members = members(fleet)
    unknown = sorted(set(only) - {member.name for member in all_members})
    if unknown:
        known = ", ".join(member.name for member in all_members)
        raise InputError(f"the fleet has no repository {unknown[0]!r}", where=str(fleet.file), hint=f"it has {known}")
    chosen = [member for member in all_members if not only or member.name in only]
    cores = len(os.sched_getaffinity(0))
    at_once = min(parallel or cores, len(chosen))
    with _claim(fleet.home):
        begun = monotonic()
        tasks = [BuildTask(member, fleet.home, update, max(1, cores // at_once)) for member in chosen]
        progress = progress or NullProgress()
        if scheduler is None:
            reports = _build_all(tasks, at_once, progress)
        else:
            reports = build_on_cluster(tasks, scheduler, at_once, progress, parallel=parallel)
        built = monotonic()
        before = Lake.open_or_empty(fleet.home).catalog.names
        lake = _publish(fleet, all_members, reports)
        seconds = {"repositories": built - begun, "links": monotonic() - built}
    gone = sorted(set(before) - {member.name for member in all_members})
    return FleetReport(lake, tuple(reports), seconds, tuple(gone))


def _build_all(tasks: list[BuildTask], at_once: int, progress: Progress) -> list[MemberReport]:
    reports: dict[str, MemberReport] = {}
    with Executor(at_once) as executor, progress.stage("repositories", len(tasks)) as ticker:
        waiting = {executor.submit(build_member, task): task for task in tasks}
        for future in as_completed(waiting):
            name = waiting[future].member.name
            reports[name] = result_of(name, future)
            ticker.advance()
    return [reports[task.member.name] for task in tasks]


def _publish(fleet: LoadedFleet, all_members: list[FleetMember], reports: list[MemberReport]) -> Lake:
    """Put what was built into the lake, and link all."""
    lake = Lake.open_or_empty(fleet.home)
    known = {entry.name: entry for entry in lake.catalog.repositories}
    by_name = {report.name: report for report in reports}
    entries = []
    for member in all_members:
        before, report = known.get(member.name), by_name.get(member.name)
        about = {"name": member.name, "group": member.group, "source": str(member.source)}
        if report is not None and report.state != "failed":
            current = revision_of(report.manifest, report.version)
            lake.add(member.name, current.rev, fleet.home / "graphs" / member.name / "tables")
            earlier = select_kept(before, current, fleet.contents.keep)
            entries.append(CatalogEntry(**about, current=current, earlier=earlier))
        elif before is not None:  # not asked for, or failed: what is there stays
            error = report.error if report else before.error
            entries.append(CatalogEntry(**about, current=before.current, earlier=before.earlier, error=error))
    there = {entry.name for entry in entries}
    missing = tuple(member.name for member in all_members if member.name not in there)
    failures = lake.catalog.failures | {report.name: report.error for report in reports if report.error}
    catalog = Catalog(
        fleet=fleet.name,
        generation=lake.catalog.generation,
        repositories=tuple(entries),
        missing=missing,
        failures={name: failures[name] for name in missing if name in failures},
    )
    packages = there.intersection(member.package for member in all_members if member.package)
    relinked = relinking.relink(Lake(lake.folder, catalog), packages)
    published = lake.publish(catalog, relinked.links, relinked.uses, keep=fleet.contents.keep)
    relinking.remember(published, relinked)
    return published


@contextmanager
def _claim(home: Path) -> Iterator[None]:
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
