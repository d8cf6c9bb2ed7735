"""Packages of npm: chosen in a registry or a folder of tarballs, downloaded, checked and unpacked.

Input: "name", "name@1.2.3", "name@tag" or "name@^1.2", and a registry's address, or a folder of tarballs as `npm pack`
writes them. Output: a folder of sources. Which version is meant is for `npm_versions` to say. Nothing of a package is
run; see `downloads` for what holds of all archives.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import tarfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kgraph.errors import InputError
from kgraph.fleet import downloads, npm_versions
from kgraph.fleet.downloads import Distribution
from kgraph.fleet.npm_versions import LATEST

_ACCEPT = "application/vnd.npm.install-v1+json, application/json;q=0.8"  # the short form, as `npm install` asks for it
_SPEC = re.compile(r"((?:@[a-z0-9~-][\w.~-]*/)?[A-Za-z0-9~-][\w.~-]*)(?:@(.+))?")
_MAX_MANIFEST = 4 << 20  # bytes of a package.json


def parse(text: str) -> tuple[str, str]:
    """The name of a package, and the version, tag or range that is wanted: "latest" where none is given.

    Raises `InputError` for what is none of these, such as an address.
    """
    match = _SPEC.fullmatch(text)
    hint = 'such as "express", "ms@2.1.3", "react@^18" or "@types/node@latest"'
    if not match:
        raise InputError(f"{text!r} names no package of npm", hint=hint)
    wanted = match[2] or LATEST
    if not (npm_versions.is_range(wanted) or npm_versions.is_tag(wanted)):
        raise InputError(f"{text!r}: {wanted!r} is neither a version nor a tag or a range of versions", hint=hint)
    return match[1], wanted


def unpack_package(spec: str, registry: str, folder: Path, *, update: bool) -> tuple[Path, str]:
    """The sources of a package in `folder`, and their version.

    What is there is taken if it is what is wanted, unless `update`. Raises `InputError` where there is none, or it is
    not what it must be.
    """
    name, wanted = parse(spec)
    there = downloads.version_there(folder, registry)
    if not npm_versions.is_tag(wanted) and not npm_versions.satisfies(there, wanted):
        there = ""

    def choose() -> Distribution:
        return (
            _find_in_registry(name, wanted, registry)
            if registry.startswith("http")
            else _find_in_folder(name, wanted, registry)
        )

    return downloads.download_chosen(folder, registry, there, choose, update=update)


def _find_in_registry(name: str, wanted: str, registry: str) -> Distribution:
    address = f"{registry.rstrip('/')}/{urllib.parse.quote(name, safe='@')}"
    data, _, _ = downloads.page(address, _ACCEPT)
    try:
        about = json.loads(data)
        tags, versions = about["dist-tags"], about["versions"]
        deprecated = {version for version, each in versions.items() if each.get("deprecated")}
        version = npm_versions.choose(wanted, versions, tags, deprecated)
        if version is None or version not in versions:
            known = ", ".join([*tags, *npm_versions.sort_versions(versions)[:5]])
            raise InputError(f"there is no version {wanted!r} of {name}", where=registry, hint=f"it has {known}")
        dist = versions[version]["dist"]
        place = urllib.parse.urljoin(address, dist["tarball"])
        return Distribution(version, place.rpartition("/")[2], place, _digest(dist))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"no answer of a registry: {error!r}", where=address) from error


def _digest(dist: dict[str, Any]) -> str:
    """What a registry says of the bytes: the strongest that we know of."""
    found = dict(each.split("-", 1) for each in str(dist.get("integrity", "")).split() if "-" in each)
    for algorithm in ("sha512", "sha384", "sha256"):
        if algorithm in found:
            try:
                digest = base64.b64decode(found[algorithm].partition("?")[0], validate=True)
            except binascii.Error as error:
                raise ValueError(f"its integrity is none: {error}") from None
            if len(digest) != hashlib.new(algorithm).digest_size:
                raise ValueError("its integrity is none")
            return f"{algorithm}-{digest.hex()}"
    return f"sha1-{dist['shasum']}" if dist.get("shasum") else ""


def _find_in_folder(name: str, wanted: str, folder: str) -> Distribution:
    """The version that is wanted of a folder; without one the newest, and one before a release only where there is no
    other."""
    known = {version: path for found, version, path in _tarballs(Path(folder)) if found == name}
    if npm_versions.is_tag(wanted) and wanted != LATEST:
        raise InputError(f"{name}@{wanted}: a folder has no tags", where=folder, hint=f"give a version: {name}@1.2.3")
    version = npm_versions.choose("*" if wanted == LATEST else wanted, known, {}, ())
    if version is None and wanted == LATEST:
        version = next(iter(npm_versions.sort_versions(known)), None)
    if version is None:
        hint = f"it has {', '.join(npm_versions.sort_versions(known)[:5])}" if known else ""
        raise InputError(f"there is no tarball of {name}@{wanted}", where=folder, hint=hint)
    return Distribution(version, known[version].name, str(known[version]))


def _tarballs(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Name and version of each tarball, as the manifest in it has them: names of files do not tell scopes apart."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.name.endswith((".tgz", ".tar.gz")))
    except OSError as error:
        raise InputError(f"the folder cannot be read: {error.strerror or error}", where=str(folder)) from error
    for path in paths:
        try:
            with tarfile.open(path, "r:gz") as tar:
                manifest = next(
                    each for each in tar if each.isfile() and re.fullmatch(r"[^/]+/package\.json", each.name)
                )
                content = tar.extractfile(manifest)
                about = json.loads(content.read(_MAX_MANIFEST) if content else b"")
            yield str(about["name"]), str(about["version"]), path
        except (tarfile.TarError, EOFError, OSError, StopIteration, ValueError, KeyError, TypeError):
            continue  # no package of npm
