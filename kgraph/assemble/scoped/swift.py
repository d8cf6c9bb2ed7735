"""Swift: the targets of packages as units, extensions in any of them, and conformances that they state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, cached_property

import polars as pl

from kgraph.assemble.evidence import ScopedEvidence
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.memo import CycleSafeMemo
from kgraph.assemble.scoped.meanings import (
    DeclaredBase,
    ExternalName,
    PathMeaning,
    ResolvedPath,
    TypeInstance,
    WholeUnit,
)
from kgraph.assemble.scoped.namespace_rules import NamespaceRules
from kgraph.assemble.scoped.program import Program, ProgramDefinition, build_program
from kgraph.assemble.scoped.resolver import ScopedResolver
from kgraph.assemble.scoped.swift_library import names_of
from kgraph.assemble.suffix_index import join
from kgraph.model import Kind
from kgraph.repository_paths import parent
from kgraph.scoped_languages import SWIFT

_DOCUMENTATION = ".docc/"  # a catalogue of documentation, whose code no target is built of
_MAX_STEPS = 60  # names that lead to names
_MAX_IMPORTS = 64  # modules that a file sees extensions of


class SwiftResolver(ScopedResolver):
    """Looks up names, and notes what extensions state of their types."""

    _rules: SwiftRules

    def __init__(self, rules: SwiftRules) -> None:
        super().__init__(rules)
        self._stated: list[DeclaredBase] = []
        self._given: dict[int, list[ProgramDefinition]] = {}  # protocols of types of other packages, by file
        program = self._program
        for file, imports in program.imports.items():
            for name, paths in imports.items():
                if name.startswith("conforms "):
                    _, line, _, of = name.split(" ", 3)
                    extended, base = self._type(file, f"|{of}"), self._type(file, paths[0])
                    if extended is not None:
                        program.bases[extended].append((file, paths[0]))
                    if base is not None and (extended is None or not program.declarations[extended]):
                        self._given.setdefault(file, []).append(base)
                    elif extended is not None and base is not None:
                        self._stated.append(DeclaredBase(extended, base, file, int(line)))
        self._memo = CycleSafeMemo(_MAX_STEPS)  # now that all bases are known

    def _type(self, file: int, path: str) -> ProgramDefinition | None:
        found = self.find(file, path) if path[-1:] != "|" else None
        meaning = found.meaning if found is not None else None
        return meaning if isinstance(meaning, ProgramDefinition) and meaning.group == "type" else None

    def look_up(self, file: int, scope: str, name: str, *, called: bool) -> ResolvedPath | None:
        """What a name means; in an extension it may be a member of a type of another target."""
        found = super().look_up(file, scope, name, called=called)
        if (found is None or isinstance(found.meaning, ExternalName)) and scope:
            extended = self._enclosing_type(file, scope)
            if extended is None:
                return found
            if extended.unit != self._program.unit_of[file]:
                inside = self.attribute(TypeInstance(extended), name, called=called)
                if inside is not None:
                    return inside
            return self._rules.extension(self, file, TypeInstance(extended), name, found)
        return found

    def _instance(self, meaning: PathMeaning) -> ResolvedPath | None:
        return self._mark_external(super()._instance(meaning))

    def _resolve_call(self, meaning: PathMeaning, step: str, only: frozenset[int] = frozenset()) -> ResolvedPath | None:
        return self._mark_external(super()._resolve_call(meaning, step, only))

    def _mark_external(self, found: ResolvedPath | None) -> ResolvedPath | None:
        """An instance of a type of another package, which has more than what extensions add to it."""
        if found is None or not isinstance(found.meaning, TypeInstance):
            return found
        of = found.meaning.of
        return found if self._program.declarations.get(of) else found._replace(meaning=ExternalName(of.name))

    def _enclosing_type(self, file: int, scope: str) -> ProgramDefinition | None:
        own = super()._enclosing_type(file, scope)
        if own is not None or not scope:
            return own
        units = (path.removesuffix("|") for path in self._program.imports[file].get("*", ()))
        around = [(unit, outer) for unit in units for outer in self._scopes(scope)]
        types = (ProgramDefinition(unit, outer, "type") for unit, outer in around)
        return next((each for each in types if each in self._program.declarations), None)

    def implementations(self) -> Iterator[DeclaredBase]:
        """Which types conform to which protocols by their extensions."""
        yield from self._stated

    def find_added_bases(self, file: int) -> Sequence[ProgramDefinition]:
        return self._given.get(file, ())


class SwiftRules(NamespaceRules):
    """The rules of Swift; a unit is a target, or all that is in none."""

    families = ("swift",)
    implicit_members = True
    language = SWIFT
    resolver = SwiftResolver
    extends_values = True

    def __init__(self, index: FileIndex, symbols: pl.DataFrame) -> None:
        self._targets = self.unit_names(index)
        self.program: Program = build_program(
            index, symbols, self.families, SWIFT, lambda number, _: self._targets.get(number, "")
        )
        self._place_extensions()

    @staticmethod
    def unit_names(index: FileIndex) -> dict[int, str]:
        """The target that each file belongs to."""
        roots: dict[str, str] = {}
        paths = {n: index.files[n].path for n, _ in index.facts_in("Swift")}
        folders = {folder for path in paths.values() for folder in _ancestors(path)}
        for number, fact in index.facts_in("Swift"):
            for target in fact.build.targets:
                places = (join(parent(paths[number]), source) for source in target.sources if source.endswith("/"))
                roots |= {root: target.name for root in places if root in folders and root not in roots}
        compiled = {n: path for n, path in paths.items() if _DOCUMENTATION not in path}
        return {n: roots[found] for n, path in compiled.items() if (found := _first(path, roots)) is not None}

    def _place_extensions(self) -> None:
        """Make members of types of other targets, which extensions add, members of those types."""
        program = self.program
        functions = {each.name for each in program.declarations if each.group in ("function", "value")}
        for own, declarations in list(program.declarations.items()):
            outer = own.name.partition(".")[0]
            if outer == own.name or ProgramDefinition(own.unit, outer, "type") in program.declarations:
                continue
            imports = program.imports[declarations[0].file].get("*", ())
            units = [path.removesuffix("|") for path in imports]
            unit = next((u for u in units if ProgramDefinition(u, outer, "type") in program.declarations), None)
            if unit is not None:
                placed = own._replace(unit=unit)
                program.declarations.setdefault(placed, []).extend(program.declarations.pop(own))
                for each in declarations:
                    program.definition_of[each.row] = placed
            else:  # a type of another package, which has in this target what is added to it
                for at, letter in enumerate(own.name):
                    if letter == "." and own.name[:at] not in functions:
                        program.declarations.setdefault(ProgramDefinition(own.unit, own.name[:at], "type"), [])

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """A target, or what is declared in one."""
        if spelling in self.program.files_of:
            return WholeUnit(spelling)
        unit, _, name = spelling.partition(".")
        if name and unit in self.program.files_of:
            return next(iter(self.program.groups(unit, name)), None)
        return ExternalName(spelling)

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """A target has its own declarations alone."""

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """A target that is spelled out, or what another module has."""
        if name in self.program.files_of and name:
            return WholeUnit(name)
        return ExternalName(name) if name[:1].isupper() else None

    # --- extensions of types of other packages ------------------------------------------------------------------------

    def extension(
        self,
        resolver: ScopedResolver,
        file: int,
        of: PathMeaning,
        name: str,
        member: ResolvedPath | None,
        *,
        called: bool = True,
    ) -> ResolvedPath | None:
        """What an extension of a type of another package adds to something; members of its type go before."""
        if member is not None and not isinstance(member.meaning, ExternalName):
            return member
        if isinstance(of, ProgramDefinition) and of.group == "value":
            held = resolver.value(of)
            of = held.meaning if held is not None else of
        match of:
            case TypeInstance(cls):
                own = [] if self.program.declarations.get(cls) else [cls.name]
                names = [*own, *self._aliases[0].get(cls, ()), *resolver.outside_bases(cls)]
            case ExternalName(spelled):
                names = [spelled, _type_of(spelled)]
            case _:
                return member
        units = [self.program.unit_of[file], *self._find_imported_targets(file)]
        names = [*names_of(filter(None, names))]
        for each in [*names, *(alias for outside in names for alias in self._aliases[1].get(outside, ()))]:
            for unit in units:
                extended = ProgramDefinition(unit, each, "type")
                if extended in self.program.declarations:
                    found = self.program.member(extended, name, called=True)
                    if found is not None:
                        return ResolvedPath(found, ScopedEvidence.EXTENSION)
        return member

    @cached_property
    def _aliases(self) -> tuple[dict[ProgramDefinition, list[str]], dict[str, list[str]]]:
        """The types of other packages that each alias stands for, of which `#if` may choose one, by their names; and by
        these names those of the aliases."""
        declared = self.program.declarations
        own = {each.name for each in declared if each.group == "type"}
        named: dict[ProgramDefinition, list[str]] = {}
        aliases: dict[str, list[str]] = {}
        for of in [each for each in declared if each.group == "type"]:
            for each in declared[of]:
                path = self.program.holdings.get((each.row, "="), "") if each.kind == Kind.TYPE_ALIAS.value else ""
                if path[1:].isidentifier() and path[1:] not in own:
                    named.setdefault(of, []).append(path[1:])
                    aliases.setdefault(path[1:], []).append(of.name)
        return named, aliases

    def _find_imported_targets(self, file: int) -> list[str]:
        """The targets that a file imports."""
        return [path.removesuffix("|") for path in self.program.imports[file].get("*", ())[:_MAX_IMPORTS]]


def _type_of(spelled: str) -> str:
    """The simple name of the type of something from another package: `String`, or `String()`, which makes one."""
    last = spelled.removesuffix("()").rpartition(".")[2]
    return last if last[:1].isupper() and "(" not in last else ""


def _first(path: str, roots: dict[str, str]) -> str | None:
    """The innermost of some folders that a file is in."""
    return next((folder for folder in _ancestors(path) if folder in roots), None)


def _ancestors(path: str) -> list[str]:
    return _folders(parent(path))


@cache
def _folders(folder: str) -> list[str]:
    """A folder and those that it is in, the innermost first."""
    parts = folder.split("/")
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
