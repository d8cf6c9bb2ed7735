"""Targets that manifests and makefiles declare: `TargetFact`s with their sources and what they need.

Input: the facts of all such files. Output: targets in a `BuildRecord`. Sources are globs from the folder of the file;
needs are names of targets of the same file, folders (`path:`), targets of other files (`manifest:`), Gradle projects
(`gradle:`) or packages of the repository.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping, Sequence

from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildRecord, Key, MadeTarget, Site
from kgraph.assemble.suffix_index import join
from kgraph.build_facts import BuildFacts, TargetFact
from kgraph.languages import CODE, detect_by_name
from kgraph.repository_paths import parent

_GRADLE = ("build.gradle", "build.gradle.kts")
_GO_TESTS = "_test.go"


def manifest_targets(builds: Mapping[int, BuildFacts], globs: FileGlobs, record: BuildRecord) -> None:
    """Make the targets of all declarative build files."""
    by_project: dict[str, Key] = {}
    by_folder: dict[str, Key] = {}  # the first target of a folder's manifest, and that of the manifest by its path
    waiting: list[tuple[MadeTarget, TargetFact, str]] = []
    for number, build in builds.items():
        path = globs.path(number)
        folder = parent(path)
        first: Key | None = None
        for fact in build.targets:
            for name, sources in _name_targets(fact, path, globs):
                if fact.root and fact.form == "executable" and first is not None:
                    sources = sources[:1]  # the modules are those of the library beside it
                key: Key = (path, f"{fact.form}/{name}" if fact.form in ("executable", "script") else name)
                if key in record.targets:
                    key = (path, f"{fact.form}/{name}")
                target = record.target(key, name, fact.form, Site(number, fact.line, fact.line))
                target.sources |= dict.fromkeys(sources)
                first = first or key
                waiting.append((target, fact, folder))
        if first is not None:
            by_project.setdefault(build.project, first)
            by_folder.setdefault(folder, first)
            by_folder[path] = first
    for target, fact, folder in waiting:
        needs = target.links if fact.links else target.after
        for need in fact.needs:
            key_ = _resolve_need(need, folder, target.key[0], by_project, by_folder)
            key_ = key_ or (target.key[0], need)
            if key_ != target.key:
                needs[key_] = None


def _name_targets(fact: TargetFact, path: str, globs: FileGlobs) -> Iterator[tuple[str, list[int]]]:
    """The names of a target with the files of each: a target called `*` is one for each file that matches."""
    folder = parent(path)
    root = globs.file(folder, fact.root) if fact.root else None
    if fact.root and root is None:
        return
    found = [n for pattern in fact.sources for n in _matching(folder, pattern, fact.exclude, globs)]
    if fact.name == "*":
        for number in found:
            place, _, file = globs.path(number).rpartition("/")
            yield (place.rpartition("/")[2] if file == "main.rs" else file.rpartition(".")[0] or file), [number]
    elif fact.name or path:
        own = fact.name or (posixpath.basename(folder) if fact.form == "project" and path.endswith(_GRADLE) else "")
        own = own or (posixpath.basename(path).rpartition(".")[0] if not path.endswith(_GRADLE) else "root")
        if fact.form != "executable" or found or not fact.sources:
            yield own, found


def _matching(folder: str, pattern: str, exclude: Sequence[str], globs: FileGlobs) -> list[int]:
    """The files of a pattern; of one that ends as a folder, all code below that."""
    if not pattern.endswith("/"):
        return globs.matching(folder, pattern, exclude)
    below = globs.matching(folder, f"{pattern.removeprefix('./')}**/*", exclude)
    return [number for number in below if detect_by_name(globs.path(number)) in CODE]


def _resolve_need(
    need: str, folder: str, path: str, by_project: Mapping[str, Key], by_folder: Mapping[str, Key]
) -> Key | None:
    kind, colon, rest = need.partition(":")
    if colon and kind == "path":
        place = join(folder, rest)
        if rest == ".":
            return by_folder.get(path)
        return None if place is None else by_folder.get(place)
    if colon and kind == "manifest":
        file, _, name = rest.partition("#")
        place = join(folder, file)
        return None if place is None else (place, name)
    if colon and kind == "gradle":
        # A project's path begins at the root of its build, which is a folder above it.
        wanted = rest.strip(":").replace(":", "/")
        while True:
            found = by_folder.get(f"{folder}/{wanted}" if folder else wanted)
            if found or not folder:
                return found
            folder = parent(folder)
    return by_project.get(need)


def go_packages(
    modules: Mapping[str, tuple[int, str]], files: Sequence[int], mains: Collection[int], globs: FileGlobs
) -> Iterator[tuple[int, str, str, list[int]]]:
    """The packages of Go modules: number of the `go.mod`, import path, form, files.

    `modules` are the number and the name of each module's manifest, by its folder; `mains` are the files that define a
    function `main`.
    """
    by_folder: dict[str, list[int]] = {}
    for number in files:
        by_folder.setdefault(parent(globs.path(number)), []).append(number)
    for place, numbers in by_folder.items():
        folder = place
        while folder and folder not in modules:
            folder = parent(folder)
        if folder not in modules:
            continue
        manifest, module = modules[folder]
        inside = place[len(folder) :].strip("/")
        name = f"{module}/{inside}" if inside else module
        code = [number for number in numbers if not globs.path(number).endswith(_GO_TESTS)]
        tests = [number for number in numbers if globs.path(number).endswith(_GO_TESTS)]
        if code:
            is_command = any(number in mains for number in code)
            yield manifest, name, "executable" if is_command else "package", code
        if tests:
            yield manifest, f"{name}.test", "test", tests
