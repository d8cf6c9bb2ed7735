"""Which build system a file belongs to, by its name, and whether targets of that system are read.

Input: a path. Output: a `BuildSystem`, or None. What answers say of build files that were not read, or read in part, is
here too: that no target is known of a file means little where a build file was not understood.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kgraph.coverage import Bearing

MAX_EXAMPLES = 2
_OF_ENTRIES = frozenset({"npm", "Python packaging"})


@dataclass(frozen=True, slots=True)
class BuildSystem:
    """A build system, and whether the targets of its files are read."""

    name: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class BuildFile:
    """A build file of a graph: how it was read, and the remarks on it."""

    path: str
    read_as: Literal["syntax", "semantic", "listed", "skipped"] | str
    remarks: Sequence[str] = ()


# By name, the first row that fits.
_SYSTEMS: tuple[tuple[re.Pattern[str], BuildSystem], ...] = tuple(
    (re.compile(pattern), BuildSystem(name, is_read))
    for pattern, name, is_read in (
        (r"CMakeLists\.txt|.+\.cmake", "CMake", True),
        (r"meson\.build", "Meson", True),
        (r".+\.BUILD|.+\.BUILD\.bazel|BUILD\.(?!bazel).+\.bazel", "Bazel overlays", False),  # of other repositories
        (r"BUILD|BUILD\.bazel|.+\.bzl", "Bazel", True),
        (r"BUCK|BUCK\..+|TARGETS", "Buck", True),
        (r"Makefile\.am|.+\.am|configure\.(?:ac|in)", "Automake", False),
        (r"Kbuild|Kbuild\..+", "Kbuild", False),
        (r"Android\.mk", "Android's Make", False),
        (r"(?:GNU)?[Mm]akefile(?:\..+)?|.+\.(?:mk|mak)", "Make", True),
        (r"Cargo\.toml", "Cargo", True),
        (r"go\.mod", "Go", True),
        (r"package\.json", "npm", True),
        (r"composer\.json", "Composer", True),
        (r"pyproject\.toml|setup\.cfg", "Python packaging", True),
        (r"pom\.xml", "Maven", True),
        (r"build\.gradle(?:\.kts)?", "Gradle", True),
        (r".+\.(?:cs|fs|vb)proj", "MSBuild", True),
        (r".+\.(?:vcxproj|vcproj|sln)", "Visual Studio", False),
        (r".+\.gni?", "GN", False),
        (r"SConstruct|SConscript|.+\.scons", "SCons", False),
        (r"wscript", "Waf", False),
        (r"(?!(?:.+[-_.])?(?:proguard|consumer)).+\.(?:pro|pri)", "qmake", False),  # ProGuard's rules are no targets
        (r".+\.qbs", "Qbs", False),
        (r".+\.gypi?", "GYP", False),
        (r".+\.ninja", "Ninja", False),
        (r"xmake\.lua", "xmake", False),
        (r"premake[45]\.lua", "Premake", False),
        (r"build\.zig", "Zig", False),
        (r"Package\.swift", "Swift Package Manager", True),
        (r"project\.pbxproj", "Xcode", False),
        (r"build\.sbt", "sbt", False),
        (r"build\.xml", "Ant", False),
        (r"mix\.exs", "Mix", False),
        (r".+\.cabal", "Cabal", False),
        (r"Jam(?:file|root)(?:\..+)?", "Boost.Build", False),
        (r"(?:Android|Blueprints)\.bp", "Soong", False),
        (r"dune", "Dune", False),
        (r".+\.gemspec", "RubyGems", True),
        (r"Rakefile|.+\.rake", "Rake", False),
        (r".+\.rockspec", "LuaRocks", False),
        (r"Podfile|.+\.podspec", "CocoaPods", False),
        (r"rebar\.config", "Rebar", False),
        (r"deps\.edn|project\.clj", "Clojure", False),
        (r"pubspec\.yaml", "Dart", False),
        (r"Build\.PL|Makefile\.PL", "Perl", False),
        (r"[Jj]ustfile|Taskfile\.ya?ml", "task runners", False),
    )
)


def build_system_of(path: str) -> BuildSystem | None:
    """The build system that a file of this path belongs to; None where it is no build file."""
    name = path.rpartition("/")[2]
    return next((system for pattern, system in _SYSTEMS if pattern.fullmatch(name)), None)


def build_notes(files: Iterable[BuildFile], bearing: Bearing = "facts") -> list[str]:
    """A sentence for each of the `build_gaps`, with what follows for an answer."""
    files = list(files)
    reasons = [reason for reason, _ in build_gaps(files)]
    named = Counter(name for file in files if (name := _names_entries(file)))
    if named:
        reasons.append(
            f"targets of {_list_systems(named)} have the files that manifests name, not those that these import"
        )
    return [f"{reason}: {_CONSEQUENCES[bearing]}" for reason in reasons]


def _names_entries(file: BuildFile) -> str:
    """The build system of a file whose targets are packages, of which a manifest names where they begin."""
    system = build_system_of(file.path)
    return system.name if system is not None and system.name in _OF_ENTRIES and file.read_as != "skipped" else ""


def build_gaps(files: Iterable[BuildFile]) -> list[tuple[str, int]]:
    """What build files leave open, and in how many of them: those that were not read, and those read in part."""
    unread: Counter[str] = Counter()
    in_part: list[BuildFile] = []
    for file in files:
        system = build_system_of(file.path)
        if system is None:
            continue
        if not system.is_read or file.read_as in ("listed", "skipped"):
            unread[system.name] += 1
        elif file.remarks:
            in_part.append(file)
    gaps = []
    if unread:
        gaps.append((f"targets of {_list_systems(unread)} were not analysed", unread.total()))
    if in_part:
        in_part.sort(key=lambda file: file.path)
        examples = "; ".join(f"{file.path}, {file.remarks[0]}" for file in in_part[:MAX_EXAMPLES])
        more = len(in_part) - MAX_EXAMPLES
        examples += f"; and {more:,} more" if more > 0 else ""
        verb = "was" if len(in_part) == 1 else "were"
        what = f"{len(in_part):,} build {'file' if len(in_part) == 1 else 'files'} {verb} evaluated in part"
        gaps.append((f"{what} ({examples})", len(in_part)))
    return gaps


_CONSEQUENCES: dict[Bearing, str] = {
    "facts": "there may be targets, sources and dependencies that are not listed",
    "absence": "what is listed may belong to their targets",
    "evidence": "what would follow from them is not listed",
}


def _list_systems(systems: Counter[str]) -> str:
    named = [f"{name} ({_files(count)})" for name, count in systems.most_common()]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _files(count: int) -> str:
    return f"{count:,} {'file' if count == 1 else 'files'}"
