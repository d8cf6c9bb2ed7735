"""Uses in languages with lexical scopes and declared types: calls, references, inheritance, overrides.

Input: the facts of all files, and the joined symbols. Output: rows for the table `uses`, and which files an import
statement leads to.

A call goes to the declaration that takes so many arguments; where several do, there is no edge. A use of a name that
several files declare goes to the declaration that is nearest to it in the tree; where two are, there is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any, NamedTuple

import polars as pl

from kgraph.assemble.evidence import CONFIDENCE, ScopedEvidence
from kgraph.assemble.external_uses import is_result, symbol_id
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.include_resolution import Resolution
from kgraph.assemble.scoped.build_variants import BuildOutputs, may_share_build
from kgraph.assemble.scoped.implementations import MethodSets, StructuralInterfaces
from kgraph.assemble.scoped.meanings import ExternalName, LanguageRules, ResolvedPath, TypeInstance, WholeUnit
from kgraph.assemble.scoped.namespace_rules import NamespaceRules
from kgraph.assemble.scoped.overloads import CallSite, OverridableMethods
from kgraph.assemble.scoped.program import (
    EXPLICIT,
    ProgramDeclaration,
    ProgramDefinition,
    add_bases,
    without_types,
)
from kgraph.assemble.scoped.resolver import ScopedResolver
from kgraph.assemble.scoped.targets import UseTargets
from kgraph.model import UNRESOLVED_BASE, IncludeFact, Kind, UseKind
from kgraph.scoped_languages import HAS_TYPE_OF, MAX_CHOICES, ONE_OF

_KINDS = {
    UseKind.CALL.value: "Call",
    UseKind.CONSTRUCT.value: "Call",
    UseKind.READ.value: "Reference",
    UseKind.TYPE.value: "Reference",
    UseKind.BASE.value: "Inheritance",
}
_MAX_TARGETS = 400  # files that one import may lead to
_LAST_NAME = re.compile(r"^.*[|.]|\W+\d*$")  # what stands around the last name of a path
_MAX_UNUSED = 100  # of them where nothing is known to be used
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class ScopedUses:
    """Rows of `use_tables.RESOLVED`, and how many calls became what."""

    uses: pl.DataFrame
    call_sites: dict[str, int]
    missed: Mapping[str, int]  # how many calls of something by a name may lead to any declaration that has it


class FileUses(NamedTuple):
    """Rows of one file, how many of its call sites were extracted, inferred, and not resolved, and of what names those
    are that may lead anywhere."""

    rows: list[tuple[object, ...]]
    sites: tuple[int, int, int]
    missed: Mapping[str, int]


@dataclass
class ScopedProgram:
    """The files of one family of languages, with all that is asked of them."""

    rules: LanguageRules
    index: FileIndex
    symbols: pl.DataFrame
    spelled: pl.DataFrame  # file, owner (a row or -1), kind, path, line, arguments
    outside: str = ""  # the family of the external symbols that stand for uses of other packages; "": they are not
    resolver: ScopedResolver = field(init=False)
    _aliases: dict[int, dict[str, set[str]]] = field(default_factory=dict)  # names by what they are, by file
    _used: dict[int, dict[str, set[int]]] = field(default_factory=dict)
    _declaring: dict[ProgramDefinition, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bases = self.spelled.filter(pl.col("kind") == UseKind.BASE.value)
        add_bases(self.rules.program, bases)
        self.resolver = getattr(self.rules, "resolver", ScopedResolver)(self.rules)

    @cached_property
    def _ids(self) -> list[str]:
        return self.symbols["id"].to_list()

    @cached_property
    def _targets(self) -> UseTargets:
        return UseTargets(self.rules, self.resolver, self.index, self._ids)

    # --- uses ---------------------------------------------------------------------------------------------------------

    def uses_of_files(self, numbers: Sequence[int]) -> Iterator[FileUses]:
        """The uses in some files, whose numbers are in order, one by one."""
        columns = ("file", "kind", "path", "owner", "line", "arguments", "type")
        wanted = pl.Series(numbers, dtype=pl.Int64).implode()
        spelled = self.spelled.select(columns).filter(pl.col("file").is_in(wanted))  # in the order of files, too
        parts = groupby(spelled.iter_rows(buffer_size=_ROWS_AT_ONCE), itemgetter(0))
        part = next(parts, None)
        for number in numbers:
            if part is None or part[0] != number:
                yield self._uses_of_file(number, ())
                continue
            yield self._uses_of_file(number, part[1])
            part = next(parts, None)

    def release(self) -> None:
        """Free what is known of the program, which is full of reference cycles; it answers nothing afterwards."""
        for part in (self.__dict__.get("_targets"), self.resolver, self.rules, self):
            if part is not None:
                vars(part).clear()

    def uses_of_types(self) -> list[tuple[object, ...]]:
        """What follows from the types of the program: overrides, and bases that are stated outside of types."""
        return [*self._overrides(), *self._find_stated_implementations()]

    def _uses_of_file(self, number: int, spelled: Iterable[tuple[Any, ...]]) -> FileUses:
        rows: list[tuple[object, ...]] = []
        paths: set[str] = set()
        extracted = inferred = unresolved = 0
        missed: Counter[str] = Counter()
        for _, kind, path, owner, line, arguments, types in spelled:
            paths.add(path)
            is_call = kind in (UseKind.CALL.value, UseKind.CONSTRUCT.value)
            named = self.resolver.find(number, path, called=kind == UseKind.CALL.value)
            resolved = self._resolve_held_function(named, is_call)
            if is_call and resolved and isinstance(resolved.meaning, ProgramDefinition):
                kind = UseKind.READ.value if self._is_variable(resolved.meaning) else kind
            call = CallSite(number, arguments, types, without_types(path)[1])
            if resolved and is_call and self._converts(resolved):
                kind, is_call = UseKind.TYPE.value, False
            targets, evidence = self._targets.targets(resolved, kind, call) if resolved else ([], "")
            if is_call:
                is_inferred = bool(targets) and evidence in CONFIDENCE
                extracted += bool(targets) and not is_inferred
                inferred += is_inferred
                unresolved += not targets
                if not targets and not _is_elsewhere(resolved):
                    missed[_LAST_NAME.sub("", path)] += 1
            elif kind == UseKind.BASE.value and not targets and not _is_elsewhere(resolved):
                missed[UNRESOLVED_BASE + _LAST_NAME.sub("", path)] += 1
            source = self._ids[owner] if owner >= 0 else self.index.ids[number]
            if self.outside and not targets and resolved and isinstance(resolved.meaning, ExternalName):
                outside = None if is_result(kind, path) else symbol_id(self.outside, resolved.meaning.name)
                rows += [self._row(_KINDS[kind], source, outside, number, line, resolved.evidence)] if outside else []
            found = [(_KINDS[kind], targets, evidence)]
            if named is not None and named is not resolved:  # whoever calls what a variable holds uses the variable
                found.append(("Reference", *self._targets.targets(named, UseKind.READ.value, call)))
            elif is_call and named is not None:
                found += [
                    ("Call", *self._targets.targets(each, UseKind.CALL.value, call)) for each in self._choices(named)
                ]
            for what, leads_to, why in found:
                rows += [
                    self._row(what, source, target, number, line, why)
                    for target in dict.fromkeys(self._ids[each.row] for each in leads_to)
                    if target != source or is_call
                ]
        for base in self.resolver.find_added_bases(number):
            missed[UNRESOLVED_BASE + base.name.rpartition(self.rules.program.separator)[2]] += 1
        self.resolver.forget(number, paths)
        return FileUses(rows, (extracted, inferred, unresolved), missed)

    def _is_variable(self, definition: ProgramDefinition) -> bool:
        """Whether what is called is a variable, which may hold any function, and no macro."""
        declarations = self.rules.program.declarations[definition]
        return definition.group == "value" and all(each.kind != Kind.MACRO.value for each in declarations)

    def _resolve_held_function(self, resolved: ResolvedPath | None, is_call: bool) -> ResolvedPath | None:
        """The function that a variable holds, where one is called; else what was resolved."""
        meaning = resolved.meaning if resolved is not None else None
        if is_call and isinstance(meaning, ProgramDefinition) and meaning.group == "value":
            program = self.rules.program
            if any((each.row, HAS_TYPE_OF) in program.holdings for each in program.declarations[meaning]):
                return resolved
            held = self.resolver.value(meaning, called=True)
            if held and isinstance(held.meaning, ProgramDefinition) and held.meaning.group in ("function", "type"):
                return held._replace(evidence=ScopedEvidence.HELD_FUNCTION)
        return resolved

    def _choices(self, named: ResolvedPath) -> Iterator[ResolvedPath]:
        """The functions that a variable holds one of, by a condition."""
        program = self.rules.program
        if not isinstance(named.meaning, ProgramDefinition) or named.meaning.group != "value":
            return
        for declaration in program.declarations[named.meaning]:
            for number in range(MAX_CHOICES):
                path = program.holdings.get((declaration.row, f"{ONE_OF}{number}"))
                if path is None:
                    break
                held = self._resolve_held_function(
                    self.resolver.find(declaration.file, path, called=True), is_call=True
                )
                if held and isinstance(held.meaning, ProgramDefinition) and held.meaning.group in ("function", "type"):
                    yield held._replace(evidence=ScopedEvidence.ONE_OF_SEVERAL)

    def _row(self, kind: str, source: str, target: str, number: int, line: int, evidence: str) -> tuple[object, ...]:
        confidence = CONFIDENCE.get(evidence)
        file = self.index.ids[number]
        return (kind, source, target, file, line, None, confidence, evidence if confidence is not None else None)

    def _converts(self, resolved: ResolvedPath) -> bool:
        meaning = resolved.meaning
        is_type = isinstance(meaning, ProgramDefinition) and meaning.group == "type"
        return is_type and self.rules.language.calls_convert

    def _overrides(self) -> Iterator[tuple[object, ...]]:
        """Methods that have the name and the parameters of a method of a base."""
        program = self.rules.program
        if isinstance(self.rules, StructuralInterfaces):
            yield from self._implementations(self.rules.known_interfaces)
            return
        virtual: dict[ProgramDefinition, OverridableMethods] = {}
        generic = {row for row, step in program.holdings if step == "generic"}
        for cls in [each for each in program.bases if each in program.declarations]:
            for name, declaration in self._methods(cls):
                for base in self.resolver.overridable(cls, name, declaration):
                    inherited = program.member(base, name, called=True)
                    if inherited is None or inherited.group != "function":
                        continue
                    if not self._can_be_overridden(base, declaration):
                        continue
                    if inherited not in virtual:
                        virtual[inherited] = OverridableMethods(program.declarations[inherited], generic)
                    overridden = virtual[inherited].find_overridden(declaration)
                    if overridden is not None:
                        evidence = ScopedEvidence.OVERRIDDEN
                        source, target = self._ids[declaration.row], self._ids[overridden.row]
                        yield self._row("Override", source, target, declaration.file, declaration.line, evidence)
                        break

    def _can_be_overridden(self, base: ProgramDefinition, own: ProgramDeclaration) -> bool:
        """Whether a method can override one of a base: of a class only where it says so, in some languages."""
        word = self.rules.language.override_word
        return not word or word in own.modifiers or base in self._interfaces

    @cached_property
    def _interfaces(self) -> set[ProgramDefinition]:
        declarations = self.rules.program.declarations.items()
        return {of for of, several in declarations if any("interface" in each.modifiers for each in several)}

    def _implementations(self, known: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[object, ...]]:
        for kind, source, target in MethodSets(self.rules.program, self.resolver, known).edges():
            if may_share_build(self.rules, source.file, target.file):
                ids = self._ids[source.row], self._ids[target.row]
                yield self._row(kind, *ids, source.file, source.line, ScopedEvidence.METHOD_SET)

    def _find_stated_implementations(self) -> Iterator[tuple[object, ...]]:
        """Inheritance that is stated outside of the type."""
        for each in self.resolver.implementations():
            for own in self._targets.nearest.find(each.type, each.file):
                for base in self._targets.nearest.find(each.base, each.file):
                    source, target = self._ids[own.row], self._ids[base.row]
                    yield self._row("Inheritance", source, target, each.file, each.line, ScopedEvidence.OWN_UNIT)

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
        meaning = self.resolver.resolve_import(number, fact)
        is_elsewhere = meaning is None or isinstance(meaning, ExternalName)
        if is_elsewhere and isinstance(self.rules, BuildOutputs):
            templates = self.rules.templates(number, fact.spelling)
            if templates:
                return Resolution("generated", templates=templates)
        if meaning is None:
            return Resolution("missing")
        files: set[int] = set()
        match meaning:
            case ExternalName():
                return Resolution("external")
            case ProgramDefinition(name=name, group="namespace") if isinstance(self.rules, NamespaceRules):
                files = self.rules.find_imported_files(self.find_used_namespaces, number, name) - {number}
                if not files:  # nothing of it is known to be used
                    others = tuple(each for each in self.rules.files_of_namespace(name) if each != number)
                    return Resolution("ambiguous" if others else "external", candidates=others)
            case WholeUnit(name):
                files = self._find_used_files(number, name, fact.spelling)
            case ProgramDefinition():
                files = set(self._files_of(meaning))
                if len(files) > 1:
                    nearest = self._targets.nearest.find(meaning, number)
                    if not nearest:
                        return Resolution("ambiguous", candidates=self._files_of(meaning))
                    files = {each.file for each in nearest}
            case TypeInstance(of):
                files = set(self._files_of(of))
        targets = sorted(files - {number})[:_MAX_TARGETS]
        if files == {number} and self.rules.language.imports_of_own_file:
            return Resolution("repository")
        return Resolution("repository", tuple(targets)) if targets else Resolution("missing")

    def _find_used_files(self, number: int, unit: str, spelling: str) -> set[int]:
        """The files of a unit that declare what a file uses of it; all where nothing is known to be used.

        No more than an import may lead to, and its own.
        """
        program = self.rules.program
        names = self._names_used_of(number, f"{spelling}|")
        declared = self._names_of_units.get(unit, {})
        few, many = sorted((names, declared.keys()), key=len)
        used = {
            each.file
            for name in few
            if name in many
            for definition in program.groups(unit, name)
            for each in program.declarations[definition]
        }
        files = sorted(used) or program.files_of.get(unit, [])  # which are sorted
        most = 1 + (_MAX_TARGETS if used else _MAX_UNUSED)
        return set(islice((each for each in files if may_share_build(self.rules, number, each)), most))

    def _names_used_of(self, number: int, module: str) -> Set[str]:
        """The names in a file that may be of a module, by what the file calls that."""
        if number not in self._aliases:
            aliases = self._aliases[number] = {}
            for name, paths in self.rules.program.imports[number].items():
                for path in paths:
                    aliases.setdefault(path, set()).add(name)
        names = self._names.get(number, {})
        own = self._aliases[number].get(module)
        if own and "*" not in own:
            return {second for first in own for second in names.get(first, ())}
        return self._all_names.get(number, frozenset())

    @cached_property
    def _names_of_units(self) -> dict[str, dict[str, None]]:
        """The qualified names that each unit declares."""
        declared: dict[str, dict[str, None]] = {}
        for unit, name, _ in self.rules.program.declarations:
            declared.setdefault(unit, {})[name] = None
        return declared

    def _files_of(self, definition: ProgramDefinition) -> tuple[int, ...]:
        """The files that declare something, as many as one import may lead to."""
        if definition not in self._declaring:
            files = {each.file for each in self.rules.program.declarations[definition]}
            self._declaring[definition] = tuple(sorted(files)[: _MAX_TARGETS + 1])
        return self._declaring[definition]

    def find_used_namespaces(self, number: int) -> Mapping[str, set[int]]:
        """The files that declare the types and extension methods that a file uses, by their namespace."""
        if number in self._used:
            return self._used[number]
        used = self._used[number] = {}
        for path in self._paths.get(number, ()):
            for definition in self.resolver.find_named_types(number, path):
                outer = definition.name.rpartition(".")[0]
                outer = outer.rpartition(".")[0] if definition.group == "function" else outer
                files = self._files_of(definition)
                if len(files) > 1:
                    files = tuple(each.file for each in self._targets.nearest.find(definition, number))
                used.setdefault(outer, set()).update(files)
        return used

    @cached_property
    def _paths(self) -> dict[int, list[str]]:
        """The paths of each file, each once."""
        grouped = self.spelled.group_by("file").agg(pl.col("path").unique(maintain_order=True))
        return dict(grouped.iter_rows())

    @cached_property
    def _names(self) -> dict[int, dict[str, set[str]]]:
        """The names that the paths of each file begin with, each with those that stand right behind it."""
        names: dict[int, dict[str, set[str]]] = {}
        for number, paths in self._paths.items():
            own = names[number] = {}
            for first, second in _first_names(paths):
                own.setdefault(first, set()).add(second)
        return names

    @cached_property
    def _all_names(self) -> dict[int, frozenset[str]]:
        return {number: frozenset((*own, *chain(*own.values()))) for number, own in self._names.items()}


def _is_elsewhere(resolved: ResolvedPath | None) -> bool:
    """Whether something is known to be outside of the repository."""
    return resolved is not None and isinstance(resolved.meaning, ExternalName)


def _first_names(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        rest = path.partition("|")[2]
        first, second, *_ = (*rest.replace("(", ".").replace("~", ".").replace("[", ".").split(".", 2), "")
        yield first, second
