"""Java: packages as units, imports of types, and the packages that everybody sees.

A repository may hold the same package twice: a fork, or sources that tests read. Folders of sources that declare the
same types are kept apart as *worlds*: the files of one see each other, and those of the first world where their own
lacks something, unless they are a copy of it that no build reads.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import polars as pl

from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.android import AndroidBuild
from kgraph.assemble.scoped.meanings import ExternalName, PathMeaning, WholeUnit
from kgraph.assemble.scoped.program import Program, ProgramDefinition, build_program
from kgraph.assemble.suffix_index import count_shared_folders
from kgraph.model import FileFacts, Kind, SymbolFact
from kgraph.repository_paths import parent
from kgraph.scoped_languages import JAVA, ScopedLanguage

_MARK = "#"  # between a package and the number of its world
_MAX_WORLDS = 50  # that a root is looked for a place in
_MAX_COPIED = 0.2  # of the types of a source folder: beyond that it is a copy of what it shares them with
_TYPES = frozenset({Kind.CLASS, Kind.ENUM})
_SCRIPT = ".kts"
# A folder whose sources a build reads, with others of the repository: `moshi/src/main/java16`.
_BUILT = re.compile(r"(?:^|/)src/\w+/(?:java|kotlin)\d*$")


class JavaRules:
    """The rules of Java; a unit is a package, by its name and its world."""

    families: tuple[str, ...] = ("java",)
    languages: tuple[str, ...] = ("Java",)
    implicit_members = True
    language: ScopedLanguage = JAVA

    def __init__(self, index: FileIndex, symbols: pl.DataFrame) -> None:
        self._worlds = _Worlds(index, self.languages)
        self.program: Program = build_program(index, symbols, self.families, self.language, self._worlds.unit)
        self._units = set(self.program.files_of)
        self._packages = self._units | set(_outer_packages(self._units))
        self.templates = AndroidBuild(index).templates

    @classmethod
    def unit_names(cls, index: FileIndex) -> dict[int, str]:
        """The package of each file."""
        return {n: fact.package for language in cls.languages for n, fact in index.facts_in(language)}

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """A package, a type, or a member of one; a type that its package lacks is None."""
        is_partly_here = False
        for mark in self._worlds.visible_worlds(file):
            if spelling + mark in self._units:
                return WholeUnit(spelling + mark)
            package, name = spelling, ""
            while package:
                package, _, last = package.rpartition(".")
                name = f"{last}.{name}" if name else last
                if package + mark in self._units:
                    for definition in self.program.groups(package + mark, name):
                        return definition
                    is_partly_here = is_partly_here or last[:1].isupper()
        return None if is_partly_here else ExternalName(spelling)

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """A package inside of a package; what the first world has of the same package."""
        package, _, world = unit.partition(_MARK)
        inner = f"{package}.{name}{_MARK if world else ''}{world}"
        if inner in self._packages:
            return WholeUnit(inner)
        if world and not self._worlds.is_copy(world):
            return self._first_of(package, name)
        return None

    def _first_of(self, package: str, name: str) -> ProgramDefinition | None:
        return next(iter(self.program.groups(package, name)), None)

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """The first part of a name that is spelled out, `com.example.Stack`, or what java.lang has."""
        for mark in self._worlds.visible_worlds(file):
            if name + mark in self._packages:
                return WholeUnit(name + mark)
        return ExternalName(name) if name[:1].isupper() else None


def _outer_packages(units: Iterable[str]) -> Iterator[str]:
    """The packages that have none but other packages in them, perhaps some twice: `com` of `com.example`."""
    for unit in units:
        package, mark, world = unit.partition(_MARK)
        while "." in package:
            package = package.rpartition(".")[0]
            yield f"{package}{mark}{world}"


class _Worlds:
    """Which world each file is in, by the folder that its package begins in."""

    def __init__(self, index: FileIndex, languages: Sequence[str]) -> None:
        self._root_of: dict[int, str] = {}
        types: dict[str, set[str]] = defaultdict(set)  # by root
        sizes: Counter[str] = Counter()
        self._scripts: dict[int, str] = {}
        for number, fact in index.facts_in(*languages):
            path = index.files[number].path
            if path.endswith(_SCRIPT):
                self._scripts[number] = path
                continue
            root = _root(path, fact.package)
            self._root_of[number] = root
            sizes[root] += 1
            types[root] |= {f"{fact.package}.{s.name}" for s in fact.symbols if not s.scope and _is_whole(s)}
        self._world_of: dict[str, int] = {}
        self._copies: set[int] = set()
        self._divide(types, sizes)

    def _divide(self, types: Mapping[str, set[str]], sizes: Mapping[str, int]) -> None:
        """Put each root into the first world where nothing declares its types; roots with more files come first."""
        declared: list[set[str]] = []
        roots: list[list[str]] = []
        for root in sorted(types, key=lambda root: (-sizes[root], root)):
            known = enumerate(declared[:_MAX_WORLDS])
            free = [world for world, others in known if others.isdisjoint(types[root])]
            # Of those that are not the first, the one with the nearest root.
            world = 0 if 0 in free else max(free, key=lambda n: (_near(root, roots[n]), -n), default=len(declared))
            if world == len(declared):
                declared.append(set())
                roots.append([])
                is_copy = len(types[root] & declared[0]) > _MAX_COPIED * len(types[root])
                if declared[0] and is_copy and not _BUILT.search(root):
                    self._copies.add(world)
            declared[world] |= types[root]
            roots[world].append(root)
            self._world_of[root] = world

    def unit(self, number: int, fact: FileFacts) -> str:
        """The unit of a file."""
        return self._scripts.get(number) or fact.package + self._find_world(number)

    def visible_worlds(self, number: int) -> Sequence[str]:
        """The marks of the worlds that a file sees, its own first."""
        mark = self._find_world(number)
        return (mark,) if not mark or self.is_copy(mark[1:]) else (mark, "")

    def is_copy(self, world: str) -> bool:
        """Whether a world is a copy of the first one."""
        return int(world) in self._copies

    def _find_world(self, number: int) -> str:
        world = self._world_of.get(self._root_of.get(number, ""), 0)
        return f"{_MARK}{world}" if world else ""


def _is_whole(symbol: SymbolFact) -> bool:
    """Whether a symbol is a type that nothing else declares: in Kotlin, each platform may have its `actual` type."""
    is_part = symbol.access == "private" or "actual" in symbol.modifiers
    return symbol.kind in _TYPES and not is_part


def _root(path: str, package: str) -> str:
    """The folder that the folders of a package begin in; the file's own where they are no such folders."""
    folder = parent(path)
    inner = package.replace(".", "/")
    if not inner or folder == inner:
        return "" if inner else folder
    return folder[: -len(inner) - 1] if folder.endswith("/" + inner) else folder


def _near(root: str, others: Sequence[str]) -> int:
    return max(count_shared_folders(root, other) for other in others)
