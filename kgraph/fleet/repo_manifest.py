"""Manifests of Google's `repo`: which projects a workspace has.

Input: an XML file. Output: its projects, with paths from the root of the workspace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from kgraph.errors import InputError

_MAX_INCLUDED = 100  # manifests that include each other
_MAX_BYTES = 16 << 20  # of one manifest; that of Android has a tenth of a megabyte


def workspace_of(manifest: Path) -> Path:
    """Where the projects of a manifest are: beside the `.repo` that it lies in, else beside itself."""
    for folder in manifest.absolute().parents:
        if folder.name == ".repo":
            return folder.parent
    return manifest.absolute().parent


@dataclass(frozen=True, slots=True)
class Project:
    """A project of a manifest."""

    name: str
    path: str
    is_default: bool  # `repo sync` brings it where nobody says which groups are wanted


def projects(manifest: Path, place: str) -> list[Project]:
    """All projects, in order, each path once; those of included manifests stand where they are included.

    `place` is where the manifest is named. Raises `InputError` where it cannot be read.
    """
    found: list[Project] = []
    _read(manifest, place, found, [])
    return list({project.path: project for project in found}.values())


def _resolve_included(name: str, manifest: Path) -> Path:
    """The manifest of a name, which counts from the folder of the manifests of the workspace."""
    folder = workspace_of(manifest) / ".repo" / "manifests"
    return folder / name if (folder / name).is_file() else manifest.parent / name


def _read(manifest: Path, place: str, found: list[Project], around: list[Path]) -> None:
    if manifest in around or len(around) > _MAX_INCLUDED:
        raise InputError("manifests include each other in a cycle", where=str(manifest))
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = attributes.get("name", "")
        path = attributes.get("path", name)
        where = f"{manifest}:{parser.CurrentLineNumber}"
        if tag == "include" and name:
            _read(_resolve_included(name, manifest), where, found, [*around, manifest])
        elif tag == "project":
            if not path or path.startswith("/") or ".." in path.split("/"):
                raise InputError(f"the path of a project leaves the workspace: {path!r}", where=where)
            groups = re.split(r"[,\s]+", attributes.get("groups", ""))
            found.append(Project(name, path, "notdefault" not in groups))
        elif tag == "remove-project":
            only = attributes.get("path")
            found[:] = [
                each for each in found if (name and each.name != name) or (only is not None and each.path != only)
            ]

    def entity(*_: object) -> None:
        raise InputError("a manifest declares no entities", where=f"{manifest}:{parser.CurrentLineNumber}")

    parser.StartElementHandler, parser.EntityDeclHandler = start, entity
    try:
        data = manifest.read_bytes()
        if len(data) > _MAX_BYTES:
            raise InputError(f"larger than {_MAX_BYTES >> 20} MB", where=str(manifest))
        parser.Parse(data, True)
    except OSError as error:
        raise InputError(f"{manifest}: {error.strerror or error}", where=place) from error
    except expat.ExpatError as error:
        raise InputError(f"no XML: {error}", where=f"{manifest}:{error.lineno}") from error
