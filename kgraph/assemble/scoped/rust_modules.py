"""The module tree of Rust's crates: which module each file is.

Input: the index of the files, with the facts of manifests and of Rust files. Output: a `ModuleTree`.

A unit is a module that is a file of its own, named by its path: `regex_syntax::ast::parse`. A crate begins at a file
that the manifest names, or that Cargo finds by its place; `mod x;` leads on. A file that is a module of several crates
is one unit, of the first. A file that no statement leads to is the module that its place says: `mod x;` may stand in
a macro (`cfg_rt! { mod x; }`); where no module is around it, it is a crate of its own.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from kgraph.assemble.builds.crate_modules import module_statements
from kgraph.assemble.file_index import FileIndex

_FOUND = (
    *("src/main.rs", "src/bin/*.rs", "src/bin/*/main.rs", "tests/*.rs", "tests/*/main.rs", "examples/*.rs"),
    *("examples/*/main.rs", "benches/*.rs", "benches/*/main.rs", "build.rs"),
)
_FOLDERS = {"bin": "src/bin", "test": "tests", "example": "examples", "bench": "benches"}


class CargoPackage(NamedTuple):
    """One package, by its manifest."""

    folder: str
    library: str  # the unit of its library crate; "" where it has none
    renamed: dict[str, str]  # names of dependencies, and the packages that they are
    is_2015: bool  # whether paths of imports begin at the root of the crate


class CrateRoot(NamedTuple):
    """The file that a crate begins at."""

    name: str
    path: str
    folder: str  # of its package


@dataclass(slots=True)
class ModuleTree:
    """Units of files."""

    unit_of: dict[int, str] = field(default_factory=dict)
    children: dict[tuple[str, str, str], str] = field(default_factory=dict)  # unit, module inside of it, name: unit
    packages: dict[str, CargoPackage] = field(default_factory=dict)  # by the unit of a crate's root
    libraries: dict[str, list[CargoPackage]] = field(default_factory=lambda: defaultdict(list))  # by name of the crate

    def package_of(self, unit: str) -> CargoPackage | None:
        """The package that a unit belongs to."""
        return self.packages.get(unit.partition("::")[0])


def display_name(unit: str) -> str:
    """The path of a module as Rust spells it."""
    return re.sub(r"@[^:]*", "", unit, count=1)


def module_tree(index: FileIndex) -> ModuleTree:
    """The modules of all Rust files."""
    tree = ModuleTree()
    numbers = {file.path: n for n, file in enumerate(index.files) if file.language == "Rust"}
    stated = module_statements(index)
    submodules = {n: [_split_statement(*each) for each in stated.get(n, ())] for n in numbers.values()}
    manifests = {
        posixpath.dirname(index.files[n].path): fact.holdings
        for n, fact in index.facts_in("TOML")
        if fact.holdings and posixpath.basename(index.files[n].path) == "Cargo.toml"
    }
    walk = _Walk(tree, numbers, submodules)
    for folder in sorted(manifests):
        facts: dict[str, list[str]] = defaultdict(list)
        for fact in manifests[folder]:
            facts[fact.name].append(fact.path)
        walk.package(folder, facts)
    rest = sorted(numbers, key=lambda path: (posixpath.basename(path) not in ("lib.rs", "main.rs", "mod.rs"), path))
    for path in sorted(numbers, key=lambda path: (path.count("/") - path.endswith("/mod.rs"), path)):
        if numbers[path] not in tree.unit_of:
            walk.declare_by_place(path)
    for path in rest:
        if numbers[path] not in tree.unit_of:
            folder, file = posixpath.split(path)
            stem = posixpath.basename(folder.removesuffix("/src")) if file in ("lib.rs", "main.rs", "mod.rs") else file
            walk.crate(CrateRoot(stem.removesuffix(".rs"), path, folder))
    return tree


def _split_statement(qualified: str, attribute: str) -> tuple[str, str, str]:
    """A statement `mod x;`: the module around, the name, and the path of the attribute."""
    around, _, name = qualified.rpartition("::")
    return around, name, attribute


class _Walk:
    """Goes from the roots of crates along `mod x;`."""

    def __init__(
        self, tree: ModuleTree, numbers: dict[str, int], submodules: dict[int, list[tuple[str, str, str]]]
    ) -> None:
        self._tree = tree
        self._numbers = numbers
        self._submodules = submodules
        self._walked: set[int] = set()
        self._taken: set[str] = set()  # units of roots
        self._folders: dict[str, list[str]] = defaultdict(list)  # paths by folder
        for path in numbers:
            self._folders[posixpath.dirname(path)].append(path)
        self._inside: dict[str, list[str]] = defaultdict(list)  # folders by the folder around
        for folder in self._folders:
            self._inside[posixpath.dirname(folder)].append(folder)

    def package(self, folder: str, facts: dict[str, list[str]]) -> None:
        """All crates of a package."""
        name = next(iter(facts.get("package", ())), "").replace("-", "_")
        if not name:
            return
        renamed = {
            key.removeprefix("rename ").replace("-", "_"): values[0].replace("-", "_")
            for key, values in facts.items()
            if key.startswith("rename ")
        }
        library = posixpath.normpath(posixpath.join(folder, next(iter(facts.get("lib.path", ())), "src/lib.rs")))
        called = next(iter(facts.get("lib.name", ())), name).replace("-", "_")
        unit = self.crate(CrateRoot(called, library, folder)) if library in self._numbers else ""
        package = CargoPackage(folder, unit, renamed, not any(facts.get("edition", ())))
        if unit:
            self._tree.libraries[called].append(package)
            self._tree.packages[unit] = package
        for root in self._roots(folder, facts, name):
            number = self._numbers.get(root.path)
            if number is not None and number not in self._tree.unit_of:
                self._tree.packages[self.crate(root)] = package

    def _roots(self, folder: str, facts: dict[str, list[str]], name: str) -> Iterator[CrateRoot]:
        """The files of executables, tests, examples and benchmarks, those of the manifest first."""
        for table, place in _FOLDERS.items():
            for fact in facts.get(table, ()):
                own, _, path = fact.partition("\t")
                paths = (path,) if path else (f"{place}/{own}.rs", f"{place}/{own}/main.rs")
                for each in paths:
                    yield CrateRoot(own.replace("-", "_"), posixpath.normpath(posixpath.join(folder, each)), folder)
        if build := next(iter(facts.get("build", ())), ""):
            yield CrateRoot("build", posixpath.normpath(posixpath.join(folder, build)), folder)
        for pattern in _FOUND:
            for path in self._matching(posixpath.join(folder, pattern)):
                stem = path.removesuffix("/main.rs").rpartition("/")[2].removesuffix(".rs")
                own = name if pattern == "src/main.rs" else stem.replace("-", "_")
                yield CrateRoot(own, path, folder)

    def _matching(self, pattern: str) -> list[str]:
        above, file = posixpath.split(pattern)
        if "*" not in above:
            return sorted(path for path in self._folders.get(above, ()) if fnmatchcase(posixpath.basename(path), file))
        places = self._inside.get(above.removesuffix("/*"), ())
        return sorted(f"{each}/{file}" for each in places if f"{each}/{file}" in self._numbers)

    def crate(self, root: CrateRoot) -> str:
        """A crate from its root on; gives the unit of that."""
        unit = f"{root.name}@{root.path}" if root.name in self._taken else root.name
        self._taken.add(unit)
        self._tree.unit_of.setdefault(self._numbers[root.path], unit)
        self._go_on(root.path, unit, posixpath.dirname(root.path))
        return unit

    def declare_by_place(self, path: str) -> bool:
        """Make a file the module that its place says, where a module stands there that may declare it in a macro."""
        folder, file = posixpath.split(path)
        name = file.removesuffix(".rs")
        if name == "mod":
            folder, name = posixpath.split(folder)
        around = [f"{folder}/{each}.rs" for each in ("mod", "lib", "main")] + [f"{folder}.rs"]
        unit = next(
            (
                self._tree.unit_of[n]
                for each in around
                if (n := self._numbers.get(each)) is not None and each != path and n in self._tree.unit_of
            ),
            "",
        )
        if not unit or (unit, "", name) in self._tree.children:
            return False
        child = f"{unit}::{name}"
        self._tree.unit_of[self._numbers[path]] = child
        self._tree.children[unit, "", name] = child
        self._go_on(path, child, posixpath.dirname(path) if file == "mod.rs" else path[:-3])
        return True

    def _go_on(self, start: str, unit: str, start_folder: str) -> None:
        """Follow the statements `mod x;` of a file."""
        pending = [(start, unit, start_folder)]
        while pending:
            path, unit_of_file, folder = pending.pop()
            for around, name, attribute in self._submodules[self._numbers[path]]:
                inner = posixpath.join(folder, *around.split("::")) if around else folder
                place = self._place(path, inner, around, name, attribute)
                if place is None:
                    continue
                number = self._numbers[place]
                child = f"{unit_of_file}::{around}::{name}" if around else f"{unit_of_file}::{name}"
                known = self._tree.unit_of.setdefault(number, child)
                self._tree.children.setdefault((unit_of_file, around, name), known)
                if known == child and number not in self._walked:
                    self._walked.add(number)
                    has_folder = posixpath.basename(place) == "mod.rs" or attribute
                    pending.append((place, child, posixpath.dirname(place) if has_folder else place[:-3]))

    def _place(self, path: str, folder: str, around: str, name: str, attribute: str) -> str | None:
        """The file of `mod name;`, in a file of that path whose modules are in that folder."""
        name = name.removeprefix("r#")
        if attribute:
            start = folder if around else posixpath.dirname(path)
            places = [posixpath.normpath(posixpath.join(start, attribute))]
        else:
            places = [f"{folder}/{name}.rs".lstrip("/"), f"{folder}/{name}/mod.rs".lstrip("/")]
        return next((place for place in places if place in self._numbers), None)
