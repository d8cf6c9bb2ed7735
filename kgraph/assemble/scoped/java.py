"""Java: packages as units, imports of types, and the packages that everybody sees."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.program import Program, build_program
from kgraph.assemble.scoped.resolver import ExternalName, PathMeaning, WholeUnit
from kgraph.model import ExtractResult, FileFacts
from kgraph.scoped_languages import JAVA


class JavaRules:
    """The rules of Java; a unit is a package, by its name."""

    families = ("java",)
    implicit_members = True
    language = JAVA

    def __init__(self, facts: Sequence[ExtractResult], symbols: pl.DataFrame) -> None:
        self.program: Program = build_program(facts, symbols, self.families, JAVA, _package)
        self._units = set(self.program.files_of)
        self._parents = {unit.rpartition(".")[0] for unit in self._units}

    @staticmethod
    def unit_names(index: FileIndex) -> dict[int, str]:
        """The package of each file."""
        return {n: fact.package for n, fact in index.facts_in("Java")}

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """A package, a type, or a member of one; a type that its package lacks is None."""
        if spelling in self._units:
            return WholeUnit(spelling)
        package, name = spelling, ""
        while package:
            package, _, last = package.rpartition(".")
            name = f"{last}.{name}" if name else last
            if package in self._units:
                for group in self.program.groups(package, name):
                    return group
                if last[:1].isupper():
                    return None  # such as one that a build makes
        return ExternalName(spelling)

    def in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """A package inside of a package."""
        inner = f"{unit}.{name}"
        return WholeUnit(inner) if inner in self._units else None

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """The first part of a name that is spelled out, `com.example.Stack`, or what java.lang has."""
        if name in self._units:
            return WholeUnit(name)
        return ExternalName(name) if name[:1].isupper() else None


def _package(_: int, fact: FileFacts) -> str:
    return fact.package
