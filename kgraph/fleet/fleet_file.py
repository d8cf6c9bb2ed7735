"""The fleet file: which repositories belong to a fleet.

Input: a TOML file. Output: a `FleetFile`. What is not listed here is refused with its line: a repository that is
silently left out would make every answer about the fleet wrong.

    name = "science"

    [options]                       # of `kgraph build`, for all repositories
    history = false

    [[repository]]
    path = "libraries/*"            # each folder that it matches, by its name
    group = "library"

    [[repository]]
    url = "https://github.com/pallets/flask"
    revision = "3.0.0"              # a branch, tag or commit
    options = { exclude = ["docs/"] }

    [[manifest]]                    # of Google's `repo`, whose projects are checked out beside it
    path = "workspace/.repo/manifests/default.xml"

    [[packages]]                    # source distributions of an index, or of a folder
    names = ["numpy==1.26.4", "scipy"]
    index = "https://pypi.org/simple"

    [[npm]]                         # packages of a registry, or of a folder of tarballs
    names = ["express@4.21.2", "react@^18", "@types/node"]
    registry = "https://registry.npmjs.org"
"""

from __future__ import annotations

import glob
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from kgraph import toml_lines
from kgraph.errors import InputError
from kgraph.pipeline.options import BuildOptions

HOME = ".kgraph-fleet"  # the folder of a fleet's data, beside its file
FLEET_FILE = "fleet.toml"
NAME = r"^[A-Za-z0-9_][\w.-]*$"  # of repositories and groups: they become names of folders
PYPI = "https://pypi.org/simple"
NPM = "https://registry.npmjs.org"

_Name = Annotated[str, msgspec.Meta(pattern=NAME, max_length=100)]
_OPTIONS = {name: default for name, default, option in BuildOptions.table() if option.is_recorded or name == "compiler"}


class RepositoryEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A repository: a folder, a pattern of folders, or an address of git's."""

    path: str = ""
    url: str = ""
    revision: str = ""  # "" for the working tree of a path, and for the default branch of an address
    name: _Name | None = None
    group: _Name | None = None
    options: dict[str, Any] = {}


class ManifestEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A manifest of Google's `repo`."""

    path: Annotated[str, msgspec.Meta(min_length=1)]
    root: str = ""  # where the projects are checked out; by default the folder that holds `.repo`, else the manifest
    group: _Name | None = None
    options: dict[str, Any] = {}


class PackagesEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Source distributions of Python packages."""

    names: Annotated[list[str], msgspec.Meta(min_length=1)]  # "numpy", "numpy==1.26.4"
    index: str = PYPI  # of PEP 503 or 691; or a folder that holds the files
    group: _Name | None = None
    options: dict[str, Any] = {}


class NpmEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Packages of npm."""

    names: Annotated[list[str], msgspec.Meta(min_length=1)]  # "express", "ms@2.1.3", "react@^18", "@types/node@latest"
    registry: str = NPM  # an address, or a folder that holds tarballs
    group: _Name | None = None
    options: dict[str, Any] = {}


_ENTRIES: dict[str, type[msgspec.Struct]] = {
    "repository": RepositoryEntry,
    "manifest": ManifestEntry,
    "packages": PackagesEntry,
    "npm": NpmEntry,
}


class FleetFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that a fleet file says."""

    name: _Name | None = None
    options: dict[str, Any] = {}
    keep: Annotated[int, msgspec.Meta(ge=1)] = 1  # revisions of each repository that stay in the lake
    repository: list[RepositoryEntry] = []
    manifest: list[ManifestEntry] = []
    packages: list[PackagesEntry] = []
    npm: list[NpmEntry] = []


@dataclass(frozen=True, slots=True)
class LoadedFleet:
    """A fleet file, and where it stands."""

    file: Path
    contents: FleetFile
    places: dict[str, list[str]]  # of the entries of each array: "fleet.toml:7"

    @property
    def name(self) -> str:
        """What the fleet is called; by default as the folder of its file."""
        return self.contents.name or self.file.parent.name

    @property
    def folder(self) -> Path:
        """What relative paths are relative to."""
        return self.file.parent

    @property
    def home(self) -> Path:
        """Where the fleet's data are."""
        return self.folder / HOME


def load(path: Path) -> LoadedFleet:
    """Read a fleet file, or the one of a folder. Raises `InputError` with file and line."""
    file = (path / FLEET_FILE if path.is_dir() else path).absolute()
    where = str(path / FLEET_FILE if path.is_dir() else path)
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError as error:
        hint = 'write one: a line [[repository]], and below it path = "..."'
        raise InputError("there is no such fleet file", where=where, hint=hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", where=where) from error
    parsed = toml_lines.load(text, where)
    lines = {array: toml_lines.lines(text, array) for array in _ENTRIES}
    try:
        contents = msgspec.convert(parsed, FleetFile)
    except msgspec.ValidationError as error:
        raise _explain(str(error), lines, where) from error
    places = {array: [f"{where}:{each['']}" for each in lines[array]] for array in _ENTRIES}
    if not any(getattr(contents, array) for array in _ENTRIES):
        raise InputError("it lists no repository", where=where, hint="add a [[repository]] with a path or a url")
    _check_options(contents.options, where)
    for array in _ENTRIES:
        for entry, place in zip(getattr(contents, array), places[array], strict=True):
            _check_options(entry.options, place)
    for entry, place in zip(contents.repository, places["repository"], strict=True):
        if bool(entry.path) == bool(entry.url):
            raise InputError("a repository has a path or a url, and not both", where=place)
        if entry.name and glob.has_magic(entry.path):
            raise InputError("a pattern of folders cannot have one name", where=place, hint="leave out the name")
    return LoadedFleet(file, contents, places)


def build_options(*layers: dict[str, Any]) -> dict[str, Any]:
    """The options of a build, of which later layers are the more particular."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer
    return {name: tuple(value) if isinstance(value, list) else value for name, value in merged.items()}


def _check_options(options: dict[str, Any], where: str) -> None:
    for name, value in options.items():
        if name not in _OPTIONS:
            raise InputError(f"there is no option {name!r}", where=where, hint=f"options: {', '.join(_OPTIONS)}")
        is_list = isinstance(_OPTIONS[name], tuple)
        fits = (
            isinstance(value, list) and all(isinstance(each, str) for each in value)
            if is_list
            else (isinstance(value, bool))
        )
        if not fits:
            wanted: Literal["a list of patterns", "true or false"] = (
                "a list of patterns" if is_list else "true or false"
            )
            raise InputError(f"the option {name} is {wanted}", where=where)


def _explain(message: str, lines: dict[str, list[dict[str, int]]], where: str) -> InputError:
    """The library's complaint with the line that it is about."""
    what, _, at = message.partition(" - at ")
    entry = re.match(r"`\$\.(\w+)\[(\d+)\](?:\.(\w+))?", at)
    unknown = re.search(r"unknown field `(\w+)`", what)
    place = where
    known: type[msgspec.Struct] = FleetFile
    if entry and entry[1] in lines and int(entry[2]) < len(lines[entry[1]]):
        own = lines[entry[1]][int(entry[2])]
        key = unknown[1] if unknown else entry[3] or ""
        place = f"{where}:{own.get(key, own[''])}"
        known = _ENTRIES[entry[1]]
    if unknown:
        hint = f"it has {', '.join(known.__struct_encode_fields__)}"
        return InputError(f"there is no key {unknown[1]!r}", where=place, hint=hint)
    if "matching regex" in what:
        what = "a name has letters, digits, . - and _, and begins with a letter, a digit or _"
    return InputError(f"{what[:1].lower()}{what[1:]}", where=place)
