"""Meson's functions that make targets and tests.

Input: the name of a function and its values. Output: targets and tests in a `BuildRecord`, and what the function gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildRecord, Key, MadeTarget, Site
from kgraph.assemble.builds.meson_values import (
    SOURCE,
    ExternalValue,
    NeededTargets,
    RepositoryFile,
    UnknownValue,
    Value,
    flat,
    join_needs,
)

PACKAGES = "package:meson"  # the first part of keys of dependencies that are not of the repository

FORMS = {
    "executable": "executable",
    "library": "library",
    "static_library": "library",
    "shared_library": "library",
    "shared_module": "library",
    "both_libraries": "library",
    "build_target": "library",
    "extension_module": "library",
    "jar": "library",
    "custom_target": "custom",
    "run_target": "custom",
    "alias_target": "custom",
}
_SOURCES = ("sources", "objects", "extra_files", "link_depends", "depend_files", "input", "vala_header", "resources")
_LINKS = ("link_with", "link_whole", "dependencies")


@dataclass(frozen=True, slots=True)
class CallArguments:
    """The values that a function is given, and where it is called."""

    positional: Sequence[Value]
    named: Mapping[str, Value]
    folder: str
    site: Site


class MesonTargets:
    """The targets of all projects; their keys are the folder and the name."""

    def __init__(self, globs: FileGlobs, record: BuildRecord) -> None:
        self._globs = globs
        self._record = record
        self._noted: set[tuple[Site, str]] = set()

    def make(self, function: str, given: CallArguments) -> Value:
        """Make a target; what the function gives can be linked, or is what a custom target makes."""
        form = FORMS[function]
        name: Value = given.positional[0] if given.positional else given.named.get("name", UnknownValue("no name"))
        if function == "custom_target" and not given.positional:
            name = next(flat(given.named.get("output", name)), name)
        if isinstance(name, ExternalValue):
            name = UnknownValue("a value of the build")
        if not isinstance(name, str):
            spelled = name.spelled if isinstance(name, UnknownValue) else "a value that is not text"
            self._note(given.site, "the name of a target", spelled)
            return ExternalValue()
        target = self._record.target((given.folder, name), name, form, given.site)
        if form == "custom" and function == "alias_target":
            self._needs(target, given.positional[1:], given, "after")
        elif form == "custom":
            for each in ("input", "depend_files", "depends"):
                self._sources(target, given.named.get(each, ()), given)
        else:
            self._sources(target, tuple(given.positional[1:]), given)
            for each in _SOURCES:
                self._sources(target, given.named.get(each, ()), given)
            for each in _LINKS:
                self._needs(target, (given.named.get(each, ()),), given, "links")
            for number in (n for each in self._find_needs(given.named.get("dependencies", ())) for n in each.files):
                target.sources[number] = None
        return NeededTargets((target.key,), is_generated=form == "custom")

    def dependency(self, given: CallArguments) -> NeededTargets:
        """What `declare_dependency` gives to who depends on it."""
        needs = [each for name in _LINKS for each in self._find_needs(given.named.get(name, ()))]
        own = [self.file(given.folder, each) for each in flat(given.named.get("sources", ()))]
        files = tuple(number for number in own if number is not None)
        generated = [each for each in self._find_needs(given.named.get("sources", ())) if each.is_generated]
        linked = join_needs([*needs, *generated])
        return NeededTargets(linked.links, tuple(dict.fromkeys((*linked.files, *files))))

    def test(self, given: CallArguments) -> None:
        """Register a test, and the target that it runs: its program, else the only one among its arguments."""
        name = given.positional[0] if given.positional else UnknownValue("no name")
        if not isinstance(name, str):
            spelled = name.spelled if isinstance(name, UnknownValue) else "a value that is not text"
            self._note(given.site, "the name of a test", spelled)
            return
        runs: Key | None = None
        for values in (tuple(given.positional[1:2]), given.named.get("args", ())):
            found = [link for each in self._find_needs(values) for link in each.links]
            if runs is None and len(set(found)) == 1:
                runs = found[0]
        self._record.register(name, given.site, runs)

    def file(self, folder: str, value: Value) -> int | None:
        """The number of the file that a value names."""
        if isinstance(value, RepositoryFile):
            return value.number
        if not isinstance(value, str) or value.startswith("/"):
            return None
        return self._globs.file("", value[1:]) if value.startswith(SOURCE) else self._globs.file(folder, value)

    def _sources(self, target: MadeTarget, values: Value, given: CallArguments) -> None:
        for each in flat(values):
            if isinstance(each, NeededTargets):
                needs = target.after if each.is_generated or target.form == "custom" else target.links
                needs |= dict.fromkeys(link for link in each.links if link != target.key)
                target.sources |= dict.fromkeys(each.files)
            elif isinstance(each, UnknownValue):
                self._note(given.site, f"a source of {target.name}", each.spelled)
            elif (number := self.file(given.folder, each)) is not None:
                target.sources[number] = None

    def _needs(self, target: MadeTarget, values: Sequence[Value], given: CallArguments, kind: str) -> None:
        for each in flat(tuple(values)):
            if isinstance(each, NeededTargets):
                needs = target.after if each.is_generated or kind == "after" else target.links
                needs |= dict.fromkeys(link for link in each.links if link != target.key)
            elif isinstance(each, UnknownValue):
                self._note(given.site, f"what {target.name} is linked against", each.spelled)

    def _note(self, site: Site, what: str, spelled: str) -> None:
        """Report what is not known, once for all targets that one statement makes."""
        if (site, spelled) not in self._noted:
            self._noted.add((site, spelled))
            self._record.note(site.file, site.line, f"{what} depends on {spelled}, which is not known")

    @staticmethod
    def _find_needs(values: Value) -> list[NeededTargets]:
        return [each for each in flat(values) if isinstance(each, NeededTargets)]
