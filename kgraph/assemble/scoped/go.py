"""Go: packages as units, imports of packages, variants for several builds, and interfaces by their methods."""

from __future__ import annotations

import polars as pl

from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.go_builds import can_meet, file_constraint
from kgraph.assemble.scoped.go_packages import GoPackages, constraint_of, is_test, package_name
from kgraph.assemble.scoped.meanings import ExternalName, PathMeaning, WholeUnit
from kgraph.assemble.scoped.program import Program, build_program
from kgraph.model import FileFacts
from kgraph.scoped_languages import GO, GO_INTERFACES


class GoRules:
    """The rules of Go; a unit is a package, by its import path."""

    families = ("go",)
    implicit_members = False
    language = GO
    known_interfaces = GO_INTERFACES

    def __init__(self, index: FileIndex, symbols: pl.DataFrame) -> None:
        self._packages = GoPackages(index)
        self.program: Program = build_program(index, symbols, self.families, GO, self._unit)
        self._constraints = {
            number: file_constraint(index.files[number].path, constraint_of(fact))
            for number, fact in index.facts_in("Go")
        }
        for unit, numbers in self.program.files_of.items():  # no import leads to a test
            self.program.files_of[unit] = [each for each in numbers if not is_test(index.files[each].path)]
        for number, imports in self.program.imports.items():
            for path in imports.pop("", ()):
                imports.setdefault(self._local_name(number, path.removesuffix("|")), []).append(path)

    def _unit(self, number: int, _: FileFacts) -> str:
        return self._packages.unit_of[number]

    def _local_name(self, file: int, spelling: str) -> str:
        unit, _ = self._packages.find(file, spelling)
        return self._packages.names.get(unit) or package_name(spelling)

    @staticmethod
    def unit_names(index: FileIndex) -> dict[int, str]:
        """The import path of each file's package."""
        return GoPackages(index).unit_of

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """A package; one of the module of the file that is not there is None."""
        unit, is_own = self._packages.find(file, spelling)
        if unit:
            return WholeUnit(unit)
        return None if is_own else ExternalName(spelling)

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """Nothing: no package is inside of another one."""
        return None

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """Nothing: what Go has built in is not in a repository."""
        return None

    def constraint(self, file: int) -> str:
        """The constraint on the builds that a file is part of; "" where it is part of all."""
        return self._constraints.get(file, "")

    def share_build(self, file: int, other: int) -> bool:
        """Whether two files can be part of one build."""
        return can_meet(self.constraint(file), self.constraint(other))
