"""The members of a fleet: one for each repository that its file means.

Input: a `LoadedFleet`. Output: `FleetMember`s with names of their own. Nothing is fetched here; folders are looked at.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from kgraph import git
from kgraph.errors import InputError
from kgraph.fleet import npm, repo_manifest
from kgraph.fleet.fleet_file import (
    LoadedFleet,
    ManifestEntry,
    NpmEntry,
    PackagesEntry,
    RepositoryEntry,
    build_options,
)

_ABSENT = "paths are relative to the fleet file; a repository that is no more is taken out of it"
_NOT_CHECKED_OUT = 'run `repo sync`, or say with root = "..." where the projects of the manifest are'


@dataclass(frozen=True, slots=True)
class FolderSource:
    """A working tree that is read as it is."""

    path: Path
    hint: str = field(default=_ABSENT, compare=False)  # where it is not there

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class GitSource:
    """A repository that is cloned."""

    url: str
    revision: str  # a branch, tag or commit; "" for the default branch

    def __str__(self) -> str:
        return f"{self.url}@{self.revision}" if self.revision else self.url


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A source distribution of an index."""

    requirement: str  # "numpy==1.26.4"
    index: str  # an address, or the path of a folder

    def __str__(self) -> str:
        return f"{self.requirement} of {self.index}"


@dataclass(frozen=True, slots=True)
class NpmSource:
    """A package of npm."""

    spec: str  # "express@4.21.2"
    registry: str  # an address, or the path of a folder

    def __str__(self) -> str:
        return f"{self.spec} of {self.registry}"


Source = FolderSource | GitSource | PackageSource | NpmSource


@dataclass(frozen=True, slots=True)
class FleetMember:
    """One repository of a fleet."""

    name: str
    group: str
    source: Source
    options: dict[str, Any]  # of `kgraph.build`
    place: str  # of the entry that it is of

    @property
    def package(self) -> str | None:
        """Its name as a Python package, where it came from an index of these: it is called so, whatever its manifests
        say."""
        return self.name if isinstance(self.source, PackageSource) else None


def members(fleet: LoadedFleet) -> list[FleetMember]:
    """All members, by name. Raises `InputError` where an entry means nothing, or two have the same name."""
    found: dict[str, FleetMember] = {}
    for member in _all(fleet):
        other = found.setdefault(member.name.lower(), member)
        if other is not member and other.source != member.source:
            raise InputError(
                f"two repositories are called {member.name!r}: {other.source} and {member.source}",
                where=member.place,
                hint="give one of them another name",
            )
    return sorted(found.values(), key=lambda member: member.name)


def _all(fleet: LoadedFleet) -> Iterator[FleetMember]:
    contents = fleet.contents
    for entry, place in zip(contents.repository, fleet.places["repository"], strict=True):
        options = build_options(contents.options, entry.options)
        for name, source in _expand_entry(entry, fleet.folder, place):
            yield FleetMember(name, entry.group or "", source, options, place)
    for manifest, place in zip(contents.manifest, fleet.places["manifest"], strict=True):
        options = build_options(contents.options, manifest.options)
        for name, path in _expand_manifest(manifest, fleet.folder, place):
            source_of_project = FolderSource(path, _NOT_CHECKED_OUT)
            yield FleetMember(name, manifest.group or "", source_of_project, options, place)
    for packages, place in zip(contents.packages, fleet.places["packages"], strict=True):
        options = build_options(contents.options, packages.options)
        for name, package in _expand_packages(packages, fleet.folder, place):
            yield FleetMember(name, packages.group or "", package, options, place)
    for entry_of_npm, place in zip(contents.npm, fleet.places["npm"], strict=True):
        options = build_options(contents.options, entry_of_npm.options)
        for name, source_of_npm in _expand_npm(entry_of_npm, fleet.folder, place):
            yield FleetMember(name, entry_of_npm.group or "", source_of_npm, options, place)


def _expand_entry(entry: RepositoryEntry, folder: Path, place: str) -> Iterator[tuple[str, FolderSource | GitSource]]:
    if entry.url:
        name = entry.name or _make_name(
            re.sub(r"(/|\.git)+$", "", entry.url).rpartition("/")[2].rpartition(":")[2], place
        )
        yield name, GitSource(entry.url, entry.revision)
        return
    for path, called in _folders(entry.path, folder, place):
        is_cloned = bool(entry.revision) or git.is_git_folder(path)
        source = GitSource(str(path), entry.revision) if is_cloned else FolderSource(path)
        yield entry.name or _make_name(called, place), source


def _folders(pattern: str, folder: Path, place: str) -> list[tuple[Path, str]]:
    """The folders of a pattern, and what each is called: by the last step of the pattern that has wildcards."""
    whole = str(folder / Path(pattern).expanduser())
    if not glob.has_magic(pattern):  # one that is not there fails by itself when it is built
        path = Path(whole).resolve()
        return [(path, _folder_name(path))]
    found = sorted(glob.glob(whole))  # noqa: PTH207 - the pattern may be absolute
    folders = [Path(path) for path in found if Path(path).is_dir()]
    if not folders:
        raise InputError(f"no folder matches {pattern!r}", where=place, hint="paths are relative to the fleet file")
    after = next(number for number, step in enumerate(reversed(Path(whole).parts)) if glob.has_magic(step))
    return [(path.resolve(), _folder_name(path.parents[after - 1] if after else path)) for path in folders]


def _folder_name(path: Path) -> str:
    """`flask` of `flask`, `flask.git` and `flask/.git`."""
    return (path.parent if path.name == ".git" else path).name.removesuffix(".git")


def _make_name(name: str, place: str) -> str:
    """The name of a folder as one of a repository."""
    clean = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.")[:100]
    if not clean:
        raise InputError(f"a repository cannot be called {name!r}", where=place, hint="give it a name")
    return clean


def _expand_manifest(entry: ManifestEntry, folder: Path, place: str) -> Iterator[tuple[str, Path]]:
    file = folder / Path(entry.path).expanduser()
    root = folder / entry.root if entry.root else repo_manifest.workspace_of(file)
    for project in repo_manifest.projects(file, place):
        path = (root / project.path).resolve()
        if project.is_default or path.is_dir():  # one that is not there fails by itself when it is built
            yield _make_name(project.path.replace("/", "."), place), path


def _expand_packages(entry: PackagesEntry, folder: Path, place: str) -> Iterator[tuple[str, PackageSource]]:
    index = _index(entry.index, folder)
    for text in entry.names:
        try:
            requirement = Requirement(text)
        except InvalidRequirement as error:
            raise InputError(f"{text!r} names no package: {error}", where=place) from error
        if requirement.url or requirement.marker:
            raise InputError(f"{text!r}: an address or a marker has no place here", where=place)
        yield canonicalize_name(requirement.name), PackageSource(str(requirement), index)


def _expand_npm(entry: NpmEntry, folder: Path, place: str) -> Iterator[tuple[str, NpmSource]]:
    for spec in entry.names:
        try:
            name, _ = npm.parse(spec)
        except InputError as error:
            raise InputError(error.what, where=place, hint=error.hint) from None
        yield _make_name(name, place), NpmSource(spec, _index(entry.registry, folder))


def _index(index: str, folder: Path) -> str:
    """An address, or the path of a folder."""
    return index if re.match(r"https?://", index) else str((folder / Path(index).expanduser()).resolve())
