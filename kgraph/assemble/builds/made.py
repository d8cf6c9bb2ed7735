"""What builds make: targets and tests, collected while build files are evaluated.

Input: calls of `BuildRecord`. Output: its lists. Targets are found by a key of their build system: the project and name
in CMake, the package and name in Bazel.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a target is declared: the outermost statement that makes it."""

    file: int  # its number
    line: int
    end: int  # last line


@dataclass(slots=True)
class MadeTarget:
    """A target, with the files that it is built of, by number, and what it needs, by key."""

    key: Key
    name: str
    form: str  # "library", "executable", "test", ...
    site: Site
    sources: dict[int, None] = field(default_factory=dict)
    links: dict[Key, None] = field(default_factory=dict)
    after: dict[Key, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MadeTest:
    """A test that is registered, and the target that it runs."""

    name: str
    site: Site
    runs: Key | None

    def running(self, target: Key | None) -> MadeTest:
        """The same test, of a target."""
        return replace(self, runs=target)


@dataclass(frozen=True, slots=True)
class BuildNote:
    """What could not be evaluated, and is therefore not in the graph."""

    file: int
    line: int
    message: str


class BuildRecord:
    """All targets, tests and notes, in the order in which they are met."""

    def __init__(self) -> None:
        self.targets: dict[Key, MadeTarget] = {}
        self.aliases: dict[Key, Key] = {}
        self.tests: list[MadeTest] = []
        self.notes: dict[BuildNote, None] = {}

    def target(self, key: Key, name: str, form: str, site: Site) -> MadeTarget:
        """The target of a key, which is made where there is none."""
        return self.targets.setdefault(key, MadeTarget(key, name, form, site))

    def register(self, name: str, site: Site, runs: Key | None) -> None:
        """Note a test."""
        self.tests.append(MadeTest(name, site, runs))

    def note(self, file: int, line: int, message: str) -> None:
        """Report what was not evaluated."""
        self.notes[BuildNote(file, line, message)] = None

    def resolve(self, keys: Iterable[Key]) -> list[MadeTarget]:
        """The targets of keys, through aliases; those that are not of the repository are left out."""
        found: dict[Key, MadeTarget] = {}
        for key in keys:
            for _ in range(5):  # an alias of an alias, and no more: aliases may go round in a ring
                key = self.aliases.get(key, key)
            if (target := self.targets.get(key)) is not None:
                found[target.key] = target
        return list(found.values())
