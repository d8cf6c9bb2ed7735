"""CMake's commands that make targets and tests.

Input: a command's name and values, with where it stands. Output: targets and tests in a `BuildRecord`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kgraph.assemble.builds.cmake_values import (
    BINARY,
    SOURCE,
    UNKNOWN,
    find_undecided_generator,
    unknown_names,
    without_generators,
)
from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildRecord, Key, MadeTarget, Site

_MAKERS = {
    "add_library": "library",
    "add_executable": "executable",
    "add_custom_target": "custom",
    "cuda_add_library": "library",
    "cuda_add_executable": "executable",
    "hip_add_library": "library",
    "hip_add_executable": "executable",
    "pybind11_add_module": "library",
    "python_add_library": "library",
    "qt_add_executable": "executable",
    "qt_add_library": "library",
    "qt5_add_executable": "executable",
    "qt6_add_executable": "executable",
    "qt6_add_library": "library",
}
_DISCOVERING = frozenset(
    {
        "gtest_discover_tests",
        "gtest_add_tests",
        "catch_discover_tests",
        "doctest_discover_tests",
        "boost_discover_tests",
    }
)
_SCOPES = frozenset({"PUBLIC", "PRIVATE", "INTERFACE"})
_NO_SOURCES = frozenset(
    {
        *("STATIC", "SHARED", "MODULE", "OBJECT", "INTERFACE", "UNKNOWN", "GLOBAL", "EXCLUDE_FROM_ALL", "WIN32", "ALL"),
        *("MACOSX_BUNDLE", "PUBLIC", "PRIVATE", "FILE_SET", "BASE_DIRS", "FILES", "TYPE", "HEADERS", "CXX_MODULES"),
        *("THIN_LTO", "NO_EXTRAS", "SYSTEM", "OPT_SIZE", "MANUAL_FINALIZATION", "BEFORE", "AFTER"),
    }
)
_NO_LIBRARIES = frozenset(
    {
        *("PUBLIC", "PRIVATE", "INTERFACE", "LINK_PUBLIC", "LINK_PRIVATE", "LINK_INTERFACE_LIBRARIES", "debug"),
        *("optimized", "general"),
    }
)


_OF_TARGETS = {*_MAKERS, *_DISCOVERING, "target_sources", "target_link_libraries", "add_dependencies", "add_test"}


def is_of_targets(name: str) -> bool:
    """Whether a command says something of targets or tests."""
    return name in _OF_TARGETS


Finder = Callable[[str, str], Key | None]


class CMakeTargets:
    """The targets of all projects; names are looked up in their own project first."""

    def __init__(self, globs: FileGlobs, record: BuildRecord) -> None:
        self.project = ""  # the folder of the project that is evaluated
        self._globs = globs
        self._record = record
        self._waiting: list[tuple[str, str, str, Site, list[str]]] = []  # project, what, target, site, names

    def command(self, name: str, values: Sequence[str], folder: str, site: Site) -> None:
        """Note what a command says of targets, in the source folder `folder`."""
        if not values:
            return
        first, rest = values[0], list(values[1:])
        if form := _MAKERS.get(name):
            self._make(form, first, rest, folder, site)
        elif name in ("target_sources", "target_link_libraries"):
            what = f"sources {folder}" if name == "target_sources" else "links"
            # Several names in front of a keyword are what a variable may have.
            behind = next((at for at, value in enumerate(values) if at and value in _SCOPES), 1)
            for each in values[:behind]:
                if UNKNOWN not in each:
                    self._waiting.append((self.project, what, each, site, list(values[behind:])))
        elif name == "add_dependencies":
            self._waiting.append((self.project, "after", first, site, rest))
        elif name == "add_test":
            self._waiting.append((self.project, "test", "", site, list(values)))
        elif name in _DISCOVERING:
            target = rest[0] if first == "TARGET" and rest else first
            self._waiting.append((self.project, "test", "", site, [target, target]))

    def _make(self, form: str, name: str, rest: list[str], folder: str, site: Site) -> None:
        if UNKNOWN in name:
            self._record.note(
                site.file, site.line, f"the name of a target depends on {unknown_names(name)}, which is not known"
            )
            return
        key: Key = (self.project, name)
        if rest[:1] == ["ALIAS"]:
            self._record.aliases[key] = (self.project, rest[1] if len(rest) > 1 else "")
            return
        if "IMPORTED" in rest:
            return
        if form == "custom":
            self._custom(key, name, rest, folder, site)
            return
        target = self._record.target(key, name, form, site)
        self._sources(target, [each for each in rest if each not in _NO_SOURCES], folder, site)

    def _custom(self, key: Key, name: str, rest: list[str], folder: str, site: Site) -> None:
        """A custom target: what stands behind DEPENDS and SOURCES is of it, its commands are not."""
        target = self._record.target(key, name, "custom", site)
        what = ""
        for value in rest:
            if value in ("DEPENDS", "SOURCES"):
                what = value
            elif value in ("COMMAND", "WORKING_DIRECTORY", "COMMENT", "BYPRODUCTS", "VERBATIM", "JOB_POOL", "ALL"):
                what = ""
            elif what and UNKNOWN not in value and not value.startswith(BINARY):
                number = self._file(folder, value)
                if number is not None:
                    target.sources[number] = None
                elif what == "DEPENDS":
                    target.after[self.project, value] = None

    def _sources(self, target: MadeTarget, values: Sequence[str], folder: str, site: Site) -> None:
        for value in values:
            if value.startswith("$<TARGET_OBJECTS:"):
                target.links[self.project, value.removeprefix("$<TARGET_OBJECTS:").rstrip(">")] = None
                continue
            if (generator := find_undecided_generator(value)) and not value.startswith(BINARY):
                why = f"a source of {target.name} depends on {generator}, which is not evaluated"
                self._record.note(site.file, site.line, why)
            for item in without_generators(value):
                if UNKNOWN in item:
                    why = f"a source of {target.name} depends on {unknown_names(item)}, which is not known"
                    self._record.note(site.file, site.line, why)
                elif (number := self._file(folder, item)) is not None:
                    target.sources[number] = None

    def _file(self, folder: str, spelled: str) -> int | None:
        if spelled.startswith(SOURCE):
            return self._globs.file("", spelled[1:])
        return None if spelled.startswith(("/", BINARY)) else self._globs.file(folder, spelled)

    def finish(self) -> None:
        """Look up the names that commands gave of targets, wherever these are made."""
        everywhere: dict[str, list[Key]] = {}
        for key in (*self._record.targets, *self._record.aliases):
            everywhere.setdefault(key[1], []).append(key)

        def find(project: str, name: str) -> Key | None:
            own = (project, name)
            if own in self._record.targets or own in self._record.aliases:
                return own
            others = everywhere.get(name, ())
            return others[0] if len(others) == 1 else None

        def find_own(project: str, name: str) -> Key | None:
            """One of the same project or of one around it: no other can be given sources."""
            found = find(project, name)
            return found if found and f"{project}/".startswith(f"{found[0]}/" if found[0] else "") else None

        for project, what, name, site, values in self._waiting:
            if what == "test":
                self._test(project, values, site, find)
                continue
            found = find_own(project, name) if what.startswith("sources ") else find(project, name)
            for target in self._record.resolve([found]) if found else ():
                if what.startswith("sources "):
                    self.project = project
                    wanted = [value for value in values if value not in _NO_SOURCES]
                    self._sources(target, wanted, what.partition(" ")[2], site)
                    continue
                needs = target.links if what == "links" else target.after
                for each in _libraries(values):
                    needs[find(project, each) or (project, each)] = None

    def _test(self, project: str, values: list[str], site: Site, find: Finder) -> None:
        if values[0] == "NAME":
            name = values[1] if len(values) > 1 else ""
            command = values[values.index("COMMAND") + 1 :][:1] if "COMMAND" in values else []
        else:
            name, command = values[0], values[1:2]
        if not name or UNKNOWN in name:
            self._record.note(
                site.file, site.line, f"the name of a test depends on {unknown_names(name)}, which is not known"
            )
            return
        runs = None
        for each in command:
            runs = find(project, each.removeprefix("$<TARGET_FILE:").rstrip(">"))
        self._record.register(name, site, runs)


def _libraries(values: Sequence[str]) -> Iterator[str]:
    for value in values:
        for item in without_generators(value):
            if item not in _NO_LIBRARIES and not item.startswith(("-", "/", SOURCE, BINARY)) and UNKNOWN not in item:
                yield item
