"""Manifests of Google's `repo`: which projects a workspace has.

Input: an XML file. Output: the paths of its projects, from the root of the workspace.
"""

from __future__ import annotations

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


def project_paths(manifest: Path, place: str) -> list[str]:
    """The paths of all projects, in order; those of included manifests stand where they are included.

    `place` is where the manifest is named. Raises `InputError` where it cannot be read.
    """
    paths: dict[str, str] = {}  # by name of the project and path, for one project may stand in several
    _read(manifest, place, paths, [])
    return list(dict.fromkeys(paths.values()))


def _read(manifest: Path, place: str, paths: dict[str, str], around: list[Path]) -> None:
    if manifest in around or len(around) > _MAX_INCLUDED:
        raise InputError("manifests include each other in a cycle", where=str(manifest))
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        name = attributes.get("name", "")
        path = attributes.get("path", name)
        where = f"{manifest}:{parser.CurrentLineNumber}"
        if tag == "include" and name:
            _read(manifest.parent / name, where, paths, [*around, manifest])
        elif tag == "project":
            if not path or path.startswith("/") or ".." in path.split("/"):
                raise InputError(f"the path of a project leaves the workspace: {path!r}", where=where)
            paths[f"{name}\0{path}"] = path
        elif tag == "remove-project":
            for key in [key for key in paths if key.partition("\0")[0] == name]:
                del paths[key]

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
