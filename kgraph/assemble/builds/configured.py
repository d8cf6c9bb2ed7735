"""What a build folder reports, joined to the targets that the texts tell.

Input: a `ConfiguredBuild`. Output: sources, needs and tests added to a `BuildRecord`. A target or test that no text
told is made where CMake says that it is declared.
"""

from __future__ import annotations

from kgraph.assemble.builds.globs import FileGlobs
from kgraph.assemble.builds.made import BuildRecord, Key, Site
from kgraph.build_facts import ConfiguredBuild
from kgraph.repository_paths import parent


def join_configured(build: ConfiguredBuild, globs: FileGlobs, record: BuildRecord) -> None:
    """Add what CMake and CTest, or Meson, report."""
    if build.system == "Meson":
        _join_meson(build, globs, record)
        return
    by_name: dict[str, list[Key]] = {}
    cmake = [key for key, target in record.targets.items() if _is_cmake(globs.path(target.site.file))]
    for key in cmake:
        by_name.setdefault(key[1], []).append(key)

    def find(name: str) -> Key:
        own = (build.project, name)
        others = by_name.get(name, ())
        return own if own in record.targets or len(others) != 1 else others[0]

    for told in build.targets:
        key = find(told.name)
        if key not in record.targets:
            number = globs.file("", told.file) if told.file else None
            if number is None:
                continue
            record.target(key, told.name, told.form, Site(number, told.line, told.line))
        target = record.targets[key]
        numbers = (globs.file("", path) for path in told.sources)
        target.sources |= dict.fromkeys(number for number in numbers if number is not None)
    for told in build.targets:
        target_ = record.targets.get(find(told.name))
        if target_ is not None:
            linked = {each.key for each in record.resolve(target_.links)}
            needs = (find(name) for name in told.needs)
            target_.after |= dict.fromkeys(need for need in needs if need not in linked)
    known = {test.name: number for number, test in enumerate(record.tests) if _is_cmake(globs.path(test.site.file))}
    for test in build.tests:
        runs = find(test.target) if test.target else None
        number = known.get(test.name)
        if number is not None:
            if record.tests[number].runs is None:
                record.tests[number] = record.tests[number].running(runs)
        elif (file := globs.file("", test.file) if test.file else None) is not None:
            known[test.name] = len(record.tests)
            record.register(test.name, Site(file, max(test.line, 1), max(test.line, 1)), runs)


def _join_meson(build: ConfiguredBuild, globs: FileGlobs, record: BuildRecord) -> None:
    """Targets are found by the folder that declares them; a test of a name that text knows gets its program."""
    for told in build.targets:
        number = globs.file("", told.file)
        if number is None:
            continue
        # What text does not tell has no line: the build file is where it is declared.
        target = record.target((parent(told.file), told.name), told.name, told.form, Site(number, 1, 1))
        files = (globs.file("", path) for path in told.sources)
        target.sources |= dict.fromkeys(file for file in files if file is not None)
    programs = {test.name: (parent(test.file), test.target) for test in build.tests}
    for number, test in enumerate(record.tests):
        if test.runs is None and test.name in programs and globs.path(test.site.file).endswith("meson.build"):
            record.tests[number] = test.running(programs[test.name])


def _is_cmake(path: str) -> bool:
    return path.endswith(("CMakeLists.txt", ".cmake"))
