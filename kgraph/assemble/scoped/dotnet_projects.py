"""Usings that MSBuild's project files have for all C# files of a project.

Input: the index of the files. Output: `ProjectUsings`. Besides `*.csproj` that are `Directory.Build.props` and
`Directory.Build.targets`, the nearest one around, and what these import by a path that is known from their text.
Conditions are not evaluated: what some configuration uses is used, as it is with `#if`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import join, normpath

from kgraph.assemble.file_index import FileIndex
from kgraph.build_facts import ProjectItem
from kgraph.repository_paths import parent

PROJECT = ".csproj"
_BEFORE, _BEHIND = "Directory.Build.props", "Directory.Build.targets"
_MAX_FILES = 50  # that one project is made of
_OWN_FOLDER = re.compile(r"\$\(MSBuildThisFileDirectory\)/?", re.IGNORECASE)
# The path to the file of that name around the project, as a nearer one of that name imports it.
_ABOVE = re.compile(r".*GetPathOfFileAbove\(\s*['\"]?([\w.-]+)['\"]?.*", re.IGNORECASE)


class ProjectUsings:
    """What each project says; a project is the folder of its file."""

    def __init__(self, index: FileIndex) -> None:
        self._items: dict[str, tuple[ProjectItem, ...]] = {
            index.files[number].path: fact.build.items for number, fact in index.facts_in("XML")
        }

    def find_usings(self, folder: str) -> dict[str, list[str]]:
        """The usings that all files in a folder have, by their alias, "*" where they have none."""
        usings: dict[tuple[str, str], None] = {}
        projects = [path for path in self._items if path.endswith(PROJECT) and parent(path) == folder]
        for item in self._find_statements(
            [self._find_in_ancestors(folder, _BEFORE), *sorted(projects), self._find_in_ancestors(folder, _BEHIND)]
        ):
            if item.form == "using":
                usings[item.alias or "*", item.name] = None
            else:
                usings.pop(("*", item.name), None)
        found: dict[str, list[str]] = {}
        for alias, name in usings:
            found.setdefault(alias, []).append(name)
        return found

    def _find_statements(self, paths: list[str]) -> Iterator[ProjectItem]:
        """The statements about usings in files and in what they import, where these stand."""
        known: set[str] = set()
        pending: list[str | ProjectItem] = [path for path in reversed(paths) if path]
        while pending:
            at = pending.pop()
            if isinstance(at, ProjectItem):
                yield at
            elif at not in known and len(known) < _MAX_FILES:
                known.add(at)
                items = reversed(self._items.get(at, ()))
                pending += [self._resolve_import(at, each.name) if each.form == "import" else each for each in items]

    def _resolve_import(self, path: str, spelling: str) -> str:
        """The path of what a file imports; "" where its text does not say."""
        folder = parent(path)
        if above := _ABOVE.fullmatch(spelling):
            return self._find_in_ancestors(parent(folder), above[1]) if folder else ""
        spelling = _OWN_FOLDER.sub("", spelling, count=1)
        return "" if "$" in spelling else normpath(join(folder, spelling))

    def _find_in_ancestors(self, folder: str, name: str) -> str:
        """The nearest file of a name in a folder or around it."""
        while True:
            path = join(folder, name)
            if path in self._items:
                return path
            if not folder:
                return ""
            folder = parent(folder)
