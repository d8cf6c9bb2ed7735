"""The manifest and the lock file of Composer, PHP's package manager.

Input: the text of `composer.json` or `composer.lock`. Output: `BuildFacts`.
"""

from __future__ import annotations

import json
import re

from kgraph.build_facts import BuildFacts, PackageFact, Scope, TargetFact
from kgraph.extract.manifests.key_lines import KeyLines, mapping, path_of, string

_SCOPES: dict[str, Scope] = {"require": "runtime", "require-dev": "development"}
_PACKAGE = re.compile(r"[^/\s]+/[^/\s]+")  # others are PHP itself, its extensions and libraries


def composer_json(text: str) -> BuildFacts:
    """Requirements, and the package with the folders that its classes are loaded from."""
    data = json.loads(text)
    lines = KeyLines(text)
    packages = [
        PackageFact("composer", name, lines.key(name, table), version if isinstance(version, str) else "", scope)
        for table, scope in _SCOPES.items()
        for name, version in mapping(data, table).items()
        if _PACKAGE.fullmatch(name)
    ]
    name = string(data, "name")
    folders = {
        each.removeprefix("./").strip("/").removeprefix(".")
        for table in ("psr-4", "psr-0")
        for value in mapping(data, "autoload", table).values()
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, str)
    }
    sources = sorted(f"{folder}/**/*.php" if folder else "**/*.php" for folder in folders)
    targets = (TargetFact(name, "package", lines.key("name", ""), tuple(sources)),) if name else ()
    return BuildFacts(tuple(packages), targets, project=f"composer/{name}" if name else "")


def composer_lock(text: str) -> BuildFacts:
    """The versions that packages are pinned to."""
    data = json.loads(text)
    lines = KeyLines(text)
    packages = []
    for table in ("packages", "packages-dev"):
        listed = path_of(data, (table,))
        for each in listed if isinstance(listed, list) else ():
            name, version = string(each, "name"), string(each, "version")
            if name and version:
                packages.append(PackageFact("composer", name, lines.string(name), locked=version.removeprefix("v")))
    return BuildFacts(tuple(packages))
