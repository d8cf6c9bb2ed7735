"""Rust: modules as units, `use`, and the methods that `impl` blocks give to types wherever those are declared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

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
from kgraph.assemble.scoped.program import Program, ProgramDeclaration, ProgramDefinition, build_program
from kgraph.assemble.scoped.resolver import ScopedResolver
from kgraph.assemble.scoped.rust_macros import find_own_macro
from kgraph.assemble.scoped.rust_modules import display_name, module_tree
from kgraph.assemble.scoped.rust_traits import TraitScopes
from kgraph.assemble.suffix_index import count_shared_folders
from kgraph.model import IncludeFact
from kgraph.scoped_languages import RUST, UNTYPED, VALUE_MARKS, words

_MACRO = "macro "  # in front of the name of a macro, which is one step of a path
_MAX_OPEN = 60  # modules that re-export from modules that ...
_MAX_VARIANTS = 100  # of a function in one file
_MAX_GLOBS = 64  # imports of all that a module has, in one module
_MAX_ALTERNATIVES = 8  # of a function for different systems


# Types that need no import.
_PRELUDE = words("Box Err None Ok Option Result Some String Vec")
# Methods of traits that Box, Rc and Arc implement themselves.
_POINTER_METHODS = words(
    "as_mut as_ref borrow borrow_mut cause clone cmp description eq finish flush fmt hash into ne next next_back "
    "partial_cmp poll read source to_string write"
)


class RustResolver(ScopedResolver):
    """Names are looked up in the module around, never in those around that."""

    def __init__(self, rules: RustRules) -> None:
        super().__init__(rules)
        self._rust = rules
        self._implemented: list[DeclaredBase] = []
        self._given: dict[int, list[ProgramDefinition]] = {}  # traits of types of other crates, by file
        self._traits: dict[int, ProgramDefinition | None] = {}  # of members, by row; None where it is elsewhere
        self._blanket: set[ProgramDefinition] = set()  # traits that are implemented for whatever has their bounds
        self._place_members()
        self._note_traits()
        self._memo = CycleSafeMemo(_MAX_OPEN)  # now that all members are known
        self._above.clear()
        self._places.clear()
        self.__dict__.pop("_owners", None)
        self._trait_scopes = TraitScopes(self._program, self, self._blanket)

    # --- impl blocks ------------------------------------------------------------------------------------------------

    def _place_members(self) -> None:
        """Make the members of each `impl` members of its type."""
        program = self._program
        for (row, step), path in list(program.holdings.items()):
            if step == "trait":
                trait = self._type(self._file_of[row], path)
                self._traits[row] = trait
            elif step == "impl" and (of := self._type(self._file_of[row], path)) is not None:
                own = program.definition_of[row]
                placed = own._replace(unit=of.unit, name=f"{of.name}::{own.name.rpartition('::')[2]}")
                if placed != own:
                    moved = [each for each in program.declarations[own] if each.row == row]
                    program.declarations[own] = [each for each in program.declarations[own] if each.row != row]
                    if not program.declarations[own]:
                        del program.declarations[own]
                    program.declarations.setdefault(placed, []).extend(moved)
                    program.definition_of[row] = placed

    def _note_traits(self) -> None:
        for file, names in self._program.imports.items():
            for name, traits in names.items():
                if name.startswith("all ") and (of_all := self._type(file, traits[0])) is not None:
                    self._blanket.add(of_all)
                    self._given.setdefault(file, []).append(of_all)
                if not name.startswith("impl "):
                    continue
                line = name.removeprefix("impl ")
                of = self._type(file, names.get(f"for {line}", [""])[0])
                trait = self._type(file, traits[0])
                if of is not None:
                    self._program.bases[of].append((file, traits[0]))
                if of is not None and trait is not None:
                    self._implemented.append(DeclaredBase(of, trait, file, int(line)))
                elif trait is not None:
                    self._given.setdefault(file, []).append(trait)

    def _type(self, file: int, path: str) -> ProgramDefinition | None:
        found = self.find(file, path) if path else None
        meaning = found.meaning if found is not None else None
        if isinstance(meaning, ProgramDefinition) and meaning.group == "type":
            return self.resolve_alias(meaning)
        return None

    @property
    def _file_of(self) -> dict[int, int]:
        return self._rust.file_of

    def implementations(self) -> Iterator[DeclaredBase]:
        yield from self._implemented

    def find_added_bases(self, file: int) -> Sequence[ProgramDefinition]:
        return self._given.get(file, ())

    def overridable(self, cls: ProgramDefinition, name: str, method: ProgramDeclaration) -> Sequence[ProgramDefinition]:
        trait = self._traits.get(method.row)
        return (trait,) if trait is not None else ()

    def alternatives(self, declarations: Sequence[ProgramDeclaration]) -> Sequence[ProgramDeclaration]:
        if len(declarations) > _MAX_VARIANTS:
            return ()
        own = [each for each in declarations if each.row not in self._traits] or declarations
        is_one = len({each.key for each in own}) == 1
        files = {each.file for each in own}
        if is_one and (len(files) == 1 or own[0].row not in self._traits) and len(files) <= _MAX_ALTERNATIVES:
            return own
        return ()

    def resolve_import(self, file: int, fact: IncludeFact) -> PathMeaning | None:
        spelling = fact.spelling.removesuffix("::*").replace("r#", "")
        spelled = spelling.replace("::", ".")
        known = self._program.imports[file].get(f"use {fact.line} {fact.spelling}")
        path = known[0] if known else f"|extern {spelled[1:]}" if spelled[:1] == "." else f"|{spelled}"
        found = self.find(file, path)
        if f"mod {path.replace('|self.', '::').removeprefix('::')}" in self._program.imports[file]:
            return found.meaning if found is not None else None
        while found is None and "." in path.partition("|")[2]:  # what a macro makes, of a module that is known
            path = path.rpartition(".")[0]
            found = self.find(file, path)
            if found is not None and not isinstance(found.meaning, WholeUnit):
                return None
        return found.meaning if found is not None else None

    # --- names ------------------------------------------------------------------------------------------------------

    def _follow(self, file: int, path: str, called: bool) -> ResolvedPath | None:
        receiver, _, name = path.rpartition(".")
        scope, _, value = receiver.partition("|")
        found = super()._follow(file, path, called) if value != UNTYPED else None
        is_elsewhere = found is None or isinstance(found.meaning, ExternalName)
        if not (called and is_elsewhere) or (value != UNTYPED and VALUE_MARKS.isdisjoint(value)):
            return found
        if not self._trait_scopes.may_have(name):
            return found
        is_foreign = found is not None and "(" not in value
        is_own = found is None and value != UNTYPED and self._is_own_type(file, receiver)
        if found is not None and isinstance(found.meaning, ExternalName) and _is_of_no_crate(found.meaning.name):
            is_foreign, is_own = False, True
        unit, module = self._program.unit_of[file], self._module(file, scope)
        method = self._trait_scopes.method(unit, module, name, is_foreign=is_foreign, is_own=is_own)
        return ResolvedPath(method, ScopedEvidence.TRAIT_IN_SCOPE) if method is not None else found

    def _is_own_type(self, file: int, path: str) -> bool:
        """Whether a path is something of a type of the repository, be it one that only macros make."""
        found = self.find(file, path)
        if found is None and re.fullmatch(r"[^|]*\|@\.\w+", path):  # a field of something that no file declares
            return self.find(file, path.rpartition(".")[0]) is None
        if found is not None and isinstance(found.meaning, ProgramDefinition) and found.meaning.group == "value":
            declarations = self._program.declarations[found.meaning]
            found = self.value(found.meaning)
            if found is None:
                return any((each.row, "=") in self._program.holdings for each in declarations)
        return found is not None and isinstance(found.meaning, TypeInstance)

    def look_up(self, file: int, scope: str, name: str, *, called: bool) -> ResolvedPath | None:
        unit, module = self._program.unit_of[file], self._module(file, scope)
        if name.startswith(_MACRO):
            return self._find_macro(file, scope, name.removeprefix(_MACRO))
        if "::" in name:  # declared inside of a function
            found = self._program.find(unit, name, called=called)
            return ResolvedPath(found, ScopedEvidence.OWN_UNIT) if found is not None else None
        if ProgramDefinition(unit, scope, "function") in self._program.declarations:
            found = self._program.find(unit, f"{scope}::{name}", called=called)
            return ResolvedPath(found, ScopedEvidence.OWN_UNIT) if found is not None else None
        if name.startswith("extern "):
            crate = name.removeprefix("extern ")
            return ResolvedPath(self._crate(unit, crate) or ExternalName(crate), ScopedEvidence.OWN_UNIT)
        if name == "Self":
            of = self._enclosing_type(file, scope)
            return ResolvedPath(of, ScopedEvidence.OWN_TYPE) if of is not None else None
        if name == "crate":
            return ResolvedPath(WholeUnit(unit.partition("::")[0]), ScopedEvidence.OWN_UNIT)
        found_inside = self._find_below_module(unit, module, name, called)
        if found_inside is not None:
            return found_inside
        package = self._rust.tree.package_of(unit)
        if package is not None and package.is_2015:
            inside = self._find_below_module(unit.partition("::")[0], "", name, called)
            if inside is not None:
                return inside
        return ResolvedPath(self._crate(unit, name) or ExternalName(name), ScopedEvidence.IMPORTED_NAME)

    def _module(self, file: int, scope: str) -> str:
        """The module of a file that a scope of it is in."""
        return self._innermost(self._program.unit_of[file], scope)

    def _innermost(self, unit: str, scope: str) -> str:
        """The innermost module around a scope of a unit; "" for the unit itself."""
        for around in self._scopes(scope):
            if ProgramDefinition(unit, around, "namespace") in self._program.declarations:
                return around
        return ""

    def _crate(self, unit: str, name: str) -> PathMeaning | None:
        """The library crate of the repository that a name means in a crate."""
        if name == "self":
            return WholeUnit(unit.partition("::")[0])
        package = self._rust.tree.package_of(unit)
        known = self._rust.tree.libraries.get(package.renamed.get(name, name) if package is not None else name, ())
        if len(known) > 1 and package is not None:
            nearest = max(count_shared_folders(package.folder, each.folder) for each in known)
            known = [each for each in known if count_shared_folders(package.folder, each.folder) == nearest]
        return WholeUnit(known[0].library) if len(known) == 1 else None

    def _find_macro(self, file: int, scope: str, path: str) -> ResolvedPath:
        """A macro as it is spelled, with the crate or module in front perhaps; of another crate if that is."""
        unit, module = self._program.unit_of[file], self._module(file, scope)
        *around, name = path.split("::")
        above = self.find(file, f"{scope}|{'.'.join(around)}") if any(around) and "$" not in path else None
        if above is not None and isinstance(above.meaning, ExternalName):
            return above._replace(meaning=ExternalName(f"{above.meaning.name}.{name}"))
        here = f"{unit}::{module}" if module else unit
        if (own := find_own_macro(self._program, self._rust.macros.get(name, ()), here, name)) is not None:
            return ResolvedPath(own, ScopedEvidence.OWN_UNIT)
        imported = self._find_below_module(unit, module, name, called=False) if not around else None
        if imported is not None and isinstance(imported.meaning, ExternalName):
            return imported
        return ResolvedPath(ExternalName(name), ScopedEvidence.OWN_UNIT)

    def _find_below_module(self, unit: str, module: str, name: str, called: bool) -> ResolvedPath | None:
        question = ("in", unit, module, name, called)
        return self._memo.answer(question, self._find_in_module, unit, module, name, called)

    def _find_in_module(self, unit: str, module: str, name: str, called: bool) -> ResolvedPath | None:
        program = self._program
        if name == "self":
            inner = ProgramDefinition(unit, module, "namespace") if module else WholeUnit(unit)
            return ResolvedPath(inner, ScopedEvidence.OWN_UNIT)
        if name == "super":
            outer = self._innermost(unit, module.rpartition("::")[0])  # a module may stand in a function
            above = ProgramDefinition(unit, outer, "namespace") if outer else WholeUnit(unit)
            return ResolvedPath(above if module else WholeUnit(unit.rpartition("::")[0]), ScopedEvidence.OWN_UNIT)
        qualified = f"{module}::{name}" if module else name
        found = program.find(unit, qualified, called=called)
        child = self._rust.tree.children.get((unit, module, name))
        if child is not None and (found is None or found.group == "namespace" or not called):
            return ResolvedPath(WholeUnit(child), ScopedEvidence.OWN_UNIT)
        if found is not None:
            return ResolvedPath(found, ScopedEvidence.OWN_UNIT)
        files = program.files_of.get(unit, ())
        for file in files:
            for path in program.imports[file].get(qualified, ()):
                imported = self.find(file, path, called=called)
                if imported is not None:
                    return imported._replace(evidence=ScopedEvidence.IMPORTED_NAME)
        outside: ResolvedPath | None = None  # what a module of the repository imports of another crate by that name
        for file in files:
            for path in program.imports[file].get(f"{module}::*" if module else "*", ())[:_MAX_GLOBS]:
                of = self.find(file, path)
                inside = self.inside(of, name, called=called)
                if inside is not None and not isinstance(inside.meaning, ExternalName):
                    return inside._replace(evidence=ScopedEvidence.IMPORTED_NAME)
                if of is not None and not isinstance(of.meaning, ExternalName):
                    outside = outside or inside
        return outside

    def attribute(self, of: PathMeaning, name: str, *, called: bool) -> ResolvedPath | None:
        match of:
            case WholeUnit(unit):
                return self._find_below_module(unit, "", name, called)
            case ProgramDefinition(unit, module, "namespace"):
                return self._find_below_module(unit, module, name, called)
            case TypeInstance(pointer=True) if name in _POINTER_METHODS:
                return None
            case ProgramDefinition(group="type") | TypeInstance() if name.isdigit():
                return self._find_tuple_field(of.of if isinstance(of, TypeInstance) else of, name)
            case ProgramDefinition(group="value"):
                if name.isdigit() and (numbered := self._find_tuple_field(of, name)) is not None:
                    return numbered
                if (inner := self._program.member(of, name, called=called)) is not None:
                    return ResolvedPath(inner, ScopedEvidence.OWN_UNIT)
        found = super().attribute(of, name, called=called)
        if found is None and isinstance(of, ProgramDefinition) and of.group == "type":
            other = self.resolve_alias(of)
            aliased = ResolvedPath(other, ScopedEvidence.OWN_UNIT) if other != of else None
            return self.inside(aliased, name, called=called)
        return found

    def _find_tuple_field(self, of: ProgramDefinition, name: str) -> ResolvedPath | None:
        """A field without a name."""
        return self._find_held(of, f".{name}")

    def _enclosing_type(self, file: int, scope: str) -> ProgramDefinition | None:
        for around in self._scopes(scope):
            for path in self._program.imports[file].get(f"Self {around}", ()):
                return self._type(file, path)
        return super()._enclosing_type(file, scope)

    def _resolve_call(self, meaning: PathMeaning, *arguments: Any) -> ResolvedPath | None:
        if isinstance(meaning, ProgramDefinition) and meaning.group == "value":
            held = self.value(meaning)
            is_variant = self._program.declarations[meaning][0].kind == "Enumerator"
            return held if is_variant else None
        return super()._resolve_call(meaning, *arguments)

    def _element(self, meaning: PathMeaning, *arguments: Any) -> ResolvedPath | None:
        found = super()._element(meaning, *arguments)
        if found is None and isinstance(meaning, TypeInstance):  # of an iterator
            item = self._program.member(meaning.of, "Item", called=False)
            return self._instance(item) if item is not None else None
        return found

    def _instance(self, meaning: PathMeaning) -> ResolvedPath | None:
        match meaning:
            case ProgramDefinition(group="value"):  # a variant with fields
                return self._resolve_call(meaning)
            case ProgramDefinition(group="type"):
                other = self.resolve_alias(meaning)
                held = self._memo.answer(("alias", other), self._find_held, other, "=")
                if held is not None and isinstance(held.meaning, ExternalName):
                    return held
        return super()._instance(meaning)


class RustRules:
    """The rules of Rust; a unit is a module that is a file, by its path."""

    families = ("rust",)
    implicit_members = False
    language = RUST
    resolver = RustResolver

    def __init__(self, index: FileIndex, symbols: pl.DataFrame) -> None:
        self.tree = module_tree(index)
        units = self.tree.unit_of
        self.program: Program = build_program(index, symbols, self.families, RUST, lambda file, _: units[file])
        self.file_of: dict[int, int] = {}
        self.macros: dict[str, list[ProgramDefinition]] = {}
        for definition, declarations in list(self.program.declarations.items()):
            for each in declarations:
                self.file_of[each.row] = each.file
            if declarations[0].kind == "Macro":
                # A name beside the others: where `x` is asked for, no macro is meant.
                del self.program.declarations[definition]
                macro = definition._replace(name=f"{definition.name}!")
                self.program.declarations[macro] = declarations
                self.macros.setdefault(definition.name.rpartition("::")[2], []).append(macro)
        for file, names in self.program.imports.items():
            for name in names:
                if name.startswith("mod "):  # the symbol of `mod x;` is no module: the file is
                    statement = ProgramDefinition(units[file], name.removeprefix("mod "), "namespace")
                    self.program.declarations.pop(statement, None)

    @staticmethod
    def unit_names(index: FileIndex) -> dict[int, str]:
        """The path of the module that each file is."""
        return {n: display_name(unit) for n, unit in module_tree(index).unit_of.items()}

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """Nothing: what a `use` leads to depends on the module that it stands in."""
        return None

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """Nothing: modules are looked up by the resolver."""
        return None

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """Nothing: the names of other crates are looked up by the resolver."""
        return None


def _is_of_no_crate(name: str) -> bool:
    """Whether a name is that of a type that is neither imported from a crate nor known everywhere: a macro makes it."""
    first = name.partition(".")[0]
    return first[:1].isupper() and first not in _PRELUDE
