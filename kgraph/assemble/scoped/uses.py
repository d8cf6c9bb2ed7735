"""Uses in languages with lexical scopes and declared types: calls, references, inheritance, overrides.

Input: the facts of all files, and the joined symbols. Output: rows for the table `uses`, and which files an import
statement leads to.

A call goes to the declaration that takes so many arguments; where several do, there is no edge. A use of a name that
several files declare goes to the declaration that is nearest to it in the tree; where two are, there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

import polars as pl

from kgraph.assemble.evidence import CONFIDENCE, ScopedEvidence
from kgraph.assemble.fact_tables import clean, family
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.include_resolution import Resolution
from kgraph.assemble.scoped.csharp import CSharpRules
from kgraph.assemble.scoped.java import JavaRules
from kgraph.assemble.scoped.overloads import ArgumentTypes, CallSite, can_override, fit, of_builtin
from kgraph.assemble.scoped.program import (
    CONSTRUCTOR,
    EXPLICIT,
    GENERIC,
    ProgramDeclaration,
    ProgramDefinition,
    add_bases,
)
from kgraph.assemble.scoped.resolver import (
    ExternalName,
    LanguageRules,
    NamespaceRules,
    ResolvedPath,
    ScopedResolver,
    TypeInstance,
    WholeUnit,
)
from kgraph.assemble.suffix_index import shared
from kgraph.assemble.use_tables import RESOLVED, spelled_uses
from kgraph.model import IncludeFact, UseKind

_RULES = (CSharpRules, JavaRules)
Targets = tuple[Sequence[ProgramDeclaration], str]  # declarations, and the evidence
_KINDS = {
    UseKind.CALL.value: "Call",
    UseKind.CONSTRUCT.value: "Call",
    UseKind.READ.value: "Reference",
    UseKind.TYPE.value: "Reference",
    UseKind.BASE.value: "Inheritance",
}
_MAX_OVERLOADS = 200  # functions of one name that a call may be one of
_MAX_TARGETS = 400  # files that one import may lead to


@dataclass(frozen=True, slots=True)
class ScopedUses:
    """Rows of `use_tables.RESOLVED`, and how many calls became what."""

    uses: pl.DataFrame
    call_sites: dict[str, int]


@dataclass
class ScopedProgram:
    """The files of one family of languages, with all that is asked of them."""

    rules: LanguageRules
    index: FileIndex
    symbols: pl.DataFrame
    spelled: pl.DataFrame  # file, owner (a row or -1), kind, path, line, arguments
    resolver: ScopedResolver = field(init=False)

    def __post_init__(self) -> None:
        bases = self.spelled.filter(pl.col("kind") == UseKind.BASE.value)
        add_bases(self.rules.program, bases)
        self.resolver = ScopedResolver(self.rules)

    @cached_property
    def _ids(self) -> list[str]:
        return self.symbols["id"].to_list()

    # --- uses ---------------------------------------------------------------------------------------------------------

    def uses(self) -> ScopedUses:
        """All uses of the files."""
        rows: list[tuple[object, ...]] = []
        sites = {"extracted": 0, "inferred": 0, "unresolved": 0}
        columns = ("kind", "path", "file", "owner", "line", "arguments", "type")
        for kind, path, number, owner, line, arguments, types in self.spelled.select(columns).iter_rows():
            is_call = kind in (UseKind.CALL.value, UseKind.CONSTRUCT.value)
            resolved = self.resolver.find(number, path, called=kind == UseKind.CALL.value)
            call = CallSite(number, arguments, types, path.endswith(GENERIC))
            targets, evidence = self._targets(resolved, kind, call) if resolved else ([], "")
            if is_call:
                inferred = evidence in CONFIDENCE
                sites["unresolved" if not targets else "inferred" if inferred else "extracted"] += 1
            source = self._ids[owner] if owner >= 0 else self.index.ids[number]
            ids = [self._ids[target.row] for target in targets]
            rows += [
                self._row(_KINDS[kind], source, target, number, line, evidence)
                for target in ids
                if target != source or is_call
            ]
        rows += self._overrides()
        return ScopedUses(pl.DataFrame(rows, schema=pl.Schema(RESOLVED), orient="row"), sites)

    def _row(self, kind: str, source: str, target: str, number: int, line: int, evidence: str) -> tuple[object, ...]:
        confidence = CONFIDENCE.get(evidence)
        file = self.index.ids[number]
        return (kind, source, target, file, line, None, confidence, evidence if confidence is not None else None)

    def _targets(self, resolved: ResolvedPath, kind: str, call: CallSite) -> Targets:
        """The declarations that a use leads to, and the evidence."""
        meaning, evidence = resolved.meaning, resolved.evidence
        if not isinstance(meaning, ProgramDefinition):
            return [], ""
        if kind == UseKind.BASE.value and meaning.group != "type":
            return [], ""
        if kind in (UseKind.CALL.value, UseKind.CONSTRUCT.value):
            if kind == UseKind.CALL.value and meaning.group == "type" and self.rules.language.needs_new:
                return [], ""
            return self._called(resolved, meaning, call)
        return self._nearest(self.rules.program.declarations[meaning], call.file), evidence

    def _called(self, resolved: ResolvedPath, meaning: ProgramDefinition, call: CallSite) -> Targets:
        declarations, evidence = self.rules.program.declarations, resolved.evidence
        if meaning.group == "type":
            of = self.resolver.aliased(meaning)
            constructor = self.resolver.constructor(of)
            if constructor is None or self._is_made_otherwise(of, constructor, call.arguments):  # nobody wrote it
                made = [each for each in declarations[of] if "interface" not in each.modifiers]
                return self._nearest(made, call.file), evidence
            meaning = constructor
        if meaning.group == "value":
            return [], ""
        if len(declarations[meaning]) > _MAX_OVERLOADS:
            return [], ""
        several = [each for each in declarations[meaning] if not resolved.only or each.row in resolved.only]
        if evidence == ScopedEvidence.EXTENSION and call.arguments >= 0:
            call = call._replace(arguments=call.arguments + 1, types=f" {call.types}")
        if call.is_generic:
            several = [each for each in several if (each.row, "generic") in self.rules.program.holdings]
        several = [each for each in several if self._is_accessible(each, meaning, call.file)]
        candidates = [each for each in several if self._takes(each, call.arguments)]
        if resolved.receiver is not None and meaning.name.rpartition(self.rules.program.separator)[2] != CONSTRUCTOR:
            candidates += self._inherited_overloads(resolved.receiver, meaning, call.arguments)
        if evidence == ScopedEvidence.EXTENSION and len(candidates) == 1:
            candidates = self._by_types(candidates, call)
        elif len(candidates) > 1:
            candidates = self._by_types(candidates, call)
            evidence = evidence if evidence in CONFIDENCE else ScopedEvidence.OVERLOAD_TYPES
        elif len(several) > 1 and evidence not in CONFIDENCE:
            evidence = ScopedEvidence.OVERLOAD
        return self._nearest(candidates, call.file), evidence

    def _is_accessible(self, declaration: ProgramDeclaration, meaning: ProgramDefinition, file: int) -> bool:
        """Whether a file may use something that is private: its own file, or one with a part of its type."""
        if declaration.access != "private" or declaration.file == file:
            return True
        owner = meaning.name.partition(self.rules.program.separator)[0]
        name = meaning.name
        while (name := name.rpartition(self.rules.program.separator)[0]) and name != owner:
            parts = self.rules.program.declarations.get(ProgramDefinition(meaning.unit, name, "type"), ())
            if any(each.file == file for each in parts):
                return True
        return False

    def _is_made_otherwise(self, of: ProgramDefinition, constructor: ProgramDefinition, arguments: int) -> bool:
        """Whether a type has a constructor that its head says, or that its language gives it."""
        declarations = self.rules.program.declarations
        written = [each for each in declarations[constructor] if "static" not in each.modifiers]
        if any(self._takes(each, arguments) for each in written):
            return False
        of_head = any((each.row, "takes") in self.rules.program.holdings for each in declarations[of])
        return not written or of_head or (arguments <= 0 and declarations[of][0].kind == "Struct")

    def _takes(self, declaration: ProgramDeclaration, arguments: int) -> bool:
        """Whether a function can be called with so many arguments."""
        if declaration.kind == "Constructor" and "static" in declaration.modifiers:
            return False
        if arguments < 0 or declaration.arity < 0:
            return True
        least, _, most = self.rules.program.holdings.get((declaration.row, "takes"), "").partition("-")
        if not least:
            return declaration.arity == arguments
        return int(least) <= arguments <= (int(most) if most else arguments)

    def _inherited_overloads(
        self, receiver: ProgramDefinition, meaning: ProgramDefinition, arguments: int
    ) -> list[ProgramDeclaration]:
        """Those of the bases of a type, which have other parameters than its own."""
        name = meaning.name.rpartition(self.rules.program.separator)[2]
        own = {each.key for each in self.rules.program.declarations[meaning]}
        found: list[ProgramDeclaration] = []
        for cls in self.resolver.order(receiver):
            inherited = self.rules.program.member(cls, name, called=True)
            if inherited is not None and inherited != meaning and inherited.group == "function":
                more = [each for each in self.rules.program.declarations[inherited] if each.key not in own]
                found += [each for each in more if self._takes(each, arguments)]
                own |= {each.key for each in more}
        return found

    def _by_types(self, candidates: list[ProgramDeclaration], call: CallSite) -> list[ProgramDeclaration]:
        """Those of some overloads that the arguments fit; of several, those that they fit best."""
        types = [self._argument(call.file, each) for each in call.types.split(" ")] if call.types else []
        fits = [(each, self._fit(each, types)) for each in candidates]
        fitting = [(each, fit) for each, fit in fits if fit >= 0]
        best = max((fit for _, fit in fitting), default=0)
        return [each for each, fit in fitting if fit == best and (best > 0 or len(fitting) == 1)]

    def _argument(self, file: int, path: str) -> ArgumentTypes:
        """What is known of the type of an argument: simple names that it fits, and whether those are all."""
        if path.startswith("="):
            return of_builtin(path[1:])
        resolved = self.resolver.find(file, path) if path else None
        meaning = resolved.meaning if resolved else None
        if isinstance(meaning, ProgramDefinition) and meaning.group == "value":
            held = self.resolver.value(meaning)
            meaning = held.meaning if held else None
        match meaning:
            case TypeInstance(of):
                order = self.resolver.order(of)
                names = [each.name.rpartition(self.rules.program.separator)[2] for each in order]
                outside = self.resolver.outside_bases(of)
                return ArgumentTypes((*names, *outside, "Object", "object"), is_known=not outside)
            case ExternalName(name) if "(" not in name:
                return of_builtin(name.rpartition(".")[2])
        return ArgumentTypes((), is_known=False)

    def _fit(self, declaration: ProgramDeclaration, types: Sequence[ArgumentTypes]) -> int:
        is_open = self.rules.program.holdings.get((declaration.row, "takes"), "").endswith("-")
        return fit(declaration.key, types, is_open=is_open)

    def _nearest(self, declarations: Sequence[ProgramDeclaration], number: int) -> Sequence[ProgramDeclaration]:
        """The one declaration that is nearest in the tree; none where several are."""
        if len(declarations) == 1:
            return declarations
        own = self.index.files[number].path
        best: list[ProgramDeclaration] = []
        longest = -1
        for each in declarations:
            path = self.index.files[each.file].path
            near = len(own) + 1 if path == own else shared(own, path)
            if near > longest:
                best, longest = [each], near
            elif near == longest:
                best.append(each)
        return best if len(best) == 1 else self._main_part(best)

    def _main_part(self, declarations: Sequence[ProgramDeclaration]) -> Sequence[ProgramDeclaration]:
        """Of the parts of one type the one whose file has its name, or the first."""
        if not declarations or not all("partial" in each.modifiers for each in declarations):
            return []
        name = self.rules.program.definition_of[declarations[0].row].name.rpartition(self.rules.program.separator)[2]
        paths = [(each, PurePosixPath(self.index.files[each.file].path)) for each in declarations]
        return [min(paths, key=lambda each: (each[1].stem != name, str(each[1]), each[0].line))[0]]

    def _overrides(self) -> Iterator[tuple[object, ...]]:
        """Methods that have the name and the parameters of a method of a base."""
        program = self.rules.program
        for cls in [each for each in program.bases if each in program.declarations]:
            order = self.resolver.order(cls)[1:]
            if not order:
                continue
            for name, declaration in self._methods(cls):
                for base in order:
                    if not self._can_be_overridden(base, declaration):
                        continue
                    inherited = program.member(base, name, called=True)
                    if inherited is None or inherited.group != "function":
                        continue
                    same = [each for each in program.declarations[inherited] if can_override(declaration, each)]
                    exact = [each for each in same if each.key == declaration.key] or same
                    if len(exact) == 1:
                        evidence = ScopedEvidence.OVERRIDDEN
                        source, target = self._ids[declaration.row], self._ids[exact[0].row]
                        yield self._row("Override", source, target, declaration.file, declaration.line, evidence)
                        break

    def _can_be_overridden(self, base: ProgramDefinition, own: ProgramDeclaration) -> bool:
        """Whether a method can override one of a base: of a class only where it says so, in some languages."""
        word = self.rules.language.override_word
        is_interface = any("interface" in each.modifiers for each in self.rules.program.declarations[base])
        return not word or word in own.modifiers or is_interface

    def _methods(self, cls: ProgramDefinition) -> Iterable[tuple[str, ProgramDeclaration]]:
        return self._members.get((cls.unit, cls.name), ())

    @cached_property
    def _members(self) -> dict[tuple[str, str], list[tuple[str, ProgramDeclaration]]]:
        members: dict[tuple[str, str], list[tuple[str, ProgramDeclaration]]] = {}
        for definition, declarations in self.rules.program.declarations.items():
            owner, _, name = definition.name.rpartition(self.rules.program.separator)
            if owner and definition.group == "function":
                found = [(name.removesuffix(EXPLICIT), each) for each in declarations if each.kind == "Method"]
                members.setdefault((definition.unit, owner), []).extend(found)
        return members

    # --- imports ------------------------------------------------------------------------------------------------------

    def resolve_import(self, number: int, fact: IncludeFact) -> Resolution:
        """The files that an import statement of a file leads to."""
        meaning = self.rules.module(number, fact.spelling)
        if meaning is None:
            return Resolution("missing")
        files: set[int] = set()
        match meaning:
            case ExternalName():
                return Resolution("external")
            case ProgramDefinition(name=name, group="namespace") if isinstance(self.rules, NamespaceRules):
                files = self.rules.imported_files(self.used_of_namespaces, number, name) - {number}
                if not files:  # nothing of it is known to be used
                    others = self.rules.files_of_namespace(name) - {number}
                    return Resolution("ambiguous" if others else "external", candidates=tuple(sorted(others)))
            case WholeUnit(name):
                files = self._used_of_unit(number, name)
            case ProgramDefinition():
                files = {each.file for each in self.rules.program.declarations[meaning]}
                if len(files) > 1:
                    nearest = self._nearest(self.rules.program.declarations[meaning], number)
                    if not nearest:
                        return Resolution("ambiguous", candidates=tuple(sorted(files)))
                    files = {each.file for each in nearest}
            case TypeInstance(of):
                files = {each.file for each in self.rules.program.declarations[of]}
        targets = sorted(files - {number})[:_MAX_TARGETS]
        return Resolution("repository", tuple(targets)) if targets else Resolution("missing")

    def _used_of_unit(self, number: int, unit: str) -> set[int]:
        """The files of a unit that declare what a file uses of it; all where nothing is known to be used."""
        program = self.rules.program
        names = self._names.get(number, frozenset())
        used = {
            each.file
            for name in names
            for definition in program.groups(unit, name)
            for each in program.declarations[definition]
        }
        return used or set(program.files_of.get(unit, ()))

    @cached_property
    def used_of_namespaces(self) -> dict[int, dict[str, set[int]]]:
        """The files that declare the types and extension methods that each file uses, by their namespace."""
        found: dict[int, dict[str, set[int]]] = {}
        for number, path in self.spelled.select("file", "path").unique(maintain_order=True).iter_rows():
            used = found.setdefault(number, {})
            for definition in self.resolver.named(number, path):
                outer = definition.name.rpartition(".")[0]
                outer = outer.rpartition(".")[0] if definition.group == "function" else outer
                declarations = self.rules.program.declarations[definition]
                if len({each.file for each in declarations}) > 1:
                    declarations = list(self._nearest(declarations, number))
                used.setdefault(outer, set()).update(each.file for each in declarations)
        return found

    @cached_property
    def _names(self) -> dict[int, frozenset[str]]:
        """The names that the paths of each file begin with, or have right behind the first."""
        grouped = self.spelled.group_by("file").agg(pl.col("path").unique())
        return {number: frozenset(_first_names(paths)) for number, paths in grouped.iter_rows()}


def _first_names(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        rest = path.partition("|")[2]
        yield from rest.replace("(", ".").replace("~", ".").replace("[", ".").split(".", 2)[:2]


def scoped_programs(index: FileIndex, symbols: pl.DataFrame, first_rows: Sequence[int]) -> list[ScopedProgram]:
    """The programs of a repository, one for each family of languages that it has files of."""
    programs = []
    for rules in _RULES:
        numbers = [number for number, file in enumerate(index.files) if family(file.language) in rules.families]
        if not numbers:
            continue
        spelled = spelled_uses(index.facts, numbers, first_rows, ("kind", "name", "type")).rename({"name": "path"})
        programs.append(ScopedProgram(rules(index, symbols), index, symbols, spelled))
    return programs


def unit_names(index: FileIndex) -> dict[int, str]:
    """What the qualified names of each file's symbols begin with, by the number of the file."""
    names: dict[int, str] = {}
    for rules in _RULES:
        names |= rules.unit_names(index)
    return {number: clean(name) for number, name in names.items() if name}
