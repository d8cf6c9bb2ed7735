"""Name lookup of the C family: the index of declarations, by name and scope, that calls are resolved with.

Input: `declarations`, a `LookupContext`, and the `IncludeClosure`. Output: `NameIndex`, asked for types, members and
functions. Results are memoized: a repository asks the same few questions again and again.

A scope is a qualified name without its anonymous and inline namespaces, for these are transparent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import partial

import polars as pl

from kgraph.assemble.cpp import specializations, type_text
from kgraph.assemble.cpp.c_library import TYPES_OF_THE_LIBRARY
from kgraph.assemble.cpp.candidates import Candidates
from kgraph.assemble.cpp.declarations import MACRO_STATES
from kgraph.assemble.cpp.entities import Function, Functions, Macro, Type, Types
from kgraph.assemble.cpp.include_closure import FileSet, IncludeClosure
from kgraph.assemble.cpp.lookup_context import Fixture, LookupContext
from kgraph.assemble.cpp.macro_sight import MacroSight
from kgraph.assemble.cpp.members import Members
from kgraph.assemble.cpp.using_directives import EXTERNAL, UsingIndex, inheriting, join_scope, outwards, without_members

_MAX_ALIASES = 12  # aliases of aliases
_LAST = 1 << 62
_NO_FUNCTIONS = Functions()
_NO_SCOPES: Mapping[str, Functions] = {}
_MAX_BASE_STEPS = 4  # from a class to a base that has a type


class NameIndex:
    """The index."""

    def __init__(
        self, declared: pl.DataFrame, lookup: LookupContext, visible: IncludeClosure, macro_sight: MacroSight
    ) -> None:
        self.visible = visible
        self.macro_sight = macro_sight
        self._brought = UsingIndex(lookup.inline, visible)
        self.by_name: defaultdict[str, Functions] = defaultdict(Functions)
        self.functions: defaultdict[str, dict[str, Functions]] = defaultdict(dict)  # by name and scope
        self.types: defaultdict[str, Types] = defaultdict(Types)  # by qualified name
        self.specialized: dict[str, Types] = {}  # by their own scope
        self.types_by_name: defaultdict[str, Types] = defaultdict(Types)
        self.defined_types: set[str] = set()  # names of those that are more than declared
        self.namespaces: set[str] = set()
        self.variables: defaultdict[str, dict[str, list[tuple[str, int, str]]]] = defaultdict(dict)
        self.enumerators: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)  # names of their enumerations
        self.macros: defaultdict[str, Candidates[Macro]] = defaultdict(Candidates)
        self._scopes: dict[str, tuple[str, ...]] = {}
        self._types_found: dict[tuple[str, str], Type | None] = {}  # whatever the file
        self._types_found_in: dict[tuple[str, str, int], Type | None] = {}
        self._endings: dict[tuple[str, str], Types] = {}
        self._specializations: dict[tuple[Type, tuple[str, ...], str, int], Type | None] = {}
        self._types_called_so, self._scopes_called_so = dict[str, Collection[str]](), dict[str, Collection[str]]()
        self._file_matters = False
        self._read(declared)
        self._resolve_usings(lookup)
        self._resolve_bases()
        self._types_found, self._types_found_in, self._endings, self._specializations = {}, {}, {}, {}
        self.fixtures = [fixture for fixture in lookup.fixtures if self._is_fixture(fixture)]
        self._endings = {}
        self.members = Members(self.functions, self.variables)
        # By the identity of what holds them, which therefore is kept with them.
        self._held_names: dict[int, tuple[Mapping[str, object], Collection[str]]] = {}
        self._no_members: dict[str, Functions] = {}
        self._only_members: dict[str, Functions] = {}
        self._functions_ending: dict[tuple[str, str], Functions] = {}

    # --- building -----------------------------------------------------------------------------------------------------

    def _read(self, declared: pl.DataFrame) -> None:
        named = ("id", "group", "name", "scope", "key", "local", "signature", "bases", "arity", "definition", "files")
        columns = (*named, *MACRO_STATES)
        rows = zip(*(declared[name].to_list() for name in columns), strict=True)
        specialized: defaultdict[str, list[Type]] = defaultdict(list)
        for number, row in enumerate(rows):
            id_, group, name, scope, key, local, signature, bases, arity, is_defined, files, conditional, undefined = (
                row
            )
            match group:
                case "function":
                    made = Function(id_, name, scope, signature, key, local, FileSet(files), arity, number)
                    self.by_name[name].append(made)
                    by_scope = self.functions[name]
                    if scope not in by_scope:
                        by_scope[scope] = Functions()
                    by_scope[scope].append(made)
                case "namespace":
                    if not name.startswith("("):
                        self.namespaces.add(f"{scope}::{name}" if scope else name)
                case "variable":
                    self.variables[name].setdefault(scope, []).append((signature, files[0], id_))
                case "enumerator":
                    self.enumerators[name].setdefault(scope, []).append(signature)
                case "macro":
                    self.macros[name].append(Macro.of(id_, local, files, conditional, undefined))
                case _:
                    front = f"{scope}::" if scope else ""
                    parameters = type_text.template_parameters(signature)
                    is_alias, places = group == "alias", FileSet(files)
                    of = (id_, name, scope, front + name, signature, is_alias, local, places, bases, parameters, number)
                    self._add_type(Type(*of), front, specialized)
                    if is_defined:
                        self.defined_types.add(name.partition("<")[0])
        for place, found in self.types.items():
            found.reverse()
            for type_ in (own := specialized.get(place, ())):
                self.specialized.setdefault(type_.within, Types()).append(type_)
            found += own

    def _add_type(self, made: Type, front: str, specialized: dict[str, list[Type]]) -> None:
        """The last of a name comes first, `specialized` ones last."""
        bare = made.name.partition("<")[0]
        found = self.types[front + bare]
        (found if made.name == bare else specialized[front + bare]).append(made)
        self.types_by_name[bare].append(made)

    def _resolve_usings(self, lookup: LookupContext) -> None:
        named: defaultdict[str, set[str]] = defaultdict(set)  # by last name
        for name in (*self.types, *lookup.named):
            named[name.rpartition("::")[2]].add(name)
        usings = without_members(lookup.usings, self.types, self.namespaces)
        self.inheriting = inheriting(lookup.usings)
        self._brought.resolve(usings, named, self.namespaces, self.types_by_name)

    def _resolve_bases(self) -> None:
        for found in list(self.types.values()):
            for type_ in found:
                for text in type_.base_texts:
                    self._resolve_base(type_, text)

    def _resolve_base(self, type_: Type, text: str) -> None:
        name, arguments, _ = type_text.split_type(type_text.base_name(text))
        if name.partition("::")[0] in type_.parameters:
            return
        base = self.find_type(type_.scope, name, type_.files.first)
        if base is not None and base is not type_:
            type_.named_bases.append((text, base))
        for _ in range(_MAX_ALIASES):
            if base is None or not base.is_alias:
                break
            target, arguments, _ = type_text.split_type(type_text.alias_target(base.signature))
            base = self.find_type(base.scope, target, base.files.first)
        if base is not None and base is not type_:
            type_.bases.append((base, arguments))

    def _is_fixture(self, fixture: Fixture) -> bool:
        """Whether what may be a fixture names a class with bases; then it is a base of a class of its own."""
        short = fixture.within.removeprefix(fixture.scope).removeprefix("::")
        made = Type(
            "", short, fixture.scope, fixture.within, "", False, True, FileSet((fixture.file,)), (), number=_LAST
        )
        self._resolve_base(made, fixture.argument)
        if not any(base.base_texts for base, _ in made.bases):
            return False
        for found in (self.types[made.within], self.types_by_name[short]):
            found.append(made)
            found.forget()
        return True

    # --- asking -------------------------------------------------------------------------------------------------------

    def outwards(self, scope: str) -> tuple[str, ...]:
        """`brought.outwards`, remembered."""
        found = self._scopes.get(scope)
        if found is None:
            found = self._scopes[scope] = tuple(outwards(scope))
        return found

    def is_place(self, scope: str, path: str, file: int) -> bool:
        """Whether a path means a type or a namespace in a scope, and not in those around it."""
        return any(
            place in self.namespaces or place in self.types
            for place in self._brought.meanings(scope, path, file, self._scopes_called)
        )

    def means_type(self, scope: str, path: str, file: int) -> bool:
        """The same of types alone."""
        return any(place in self.types for place in self._meanings_of_type(scope, path, file))

    def _meanings_of_type(self, scope: str, path: str, file: int) -> list[str]:
        return self._brought.meanings(scope, path, file, self._types_called)

    def _types_called(self, name: str) -> Collection[str]:
        found = self._types_called_so.get(name)
        if found is None:
            found = self._types_called_so[name] = {type_.place for type_ in self.types_by_name.get(name, ())}
        return found

    def _scopes_called(self, name: str) -> Collection[str]:
        found = self._scopes_called_so.get(name)
        if found is None:
            called = (*self._types_called(name), *self._brought.namespaces_called(name))
            found = self._scopes_called_so[name] = frozenset(called)
        return found

    def holders(self, scope: str, path: str, file: int, held: Mapping[str, object]) -> list[str] | None:
        """The scopes, among those of `held`, in which a path means something that has its last name; None for what lies
        outside."""
        name = path.rpartition("::")[2]
        if name == path:
            if not self._brought.has_usings(scope):
                return [scope] if scope in held else []
            return self._brought.holders(scope, name, file, held)
        places = self._brought.meanings(scope, path, file, lambda _: self._list_qualified_names(name, held))
        if EXTERNAL in places:
            return None
        parts = [place.rpartition("::") for place in places]
        return [within for within, _, short in parts if short == name and within in held]

    def _list_qualified_names(self, name: str, held: Mapping[str, object]) -> Collection[str]:
        """The qualified names of what `held` has of a name."""
        entry = self._held_names.get(id(held))
        if entry is None:
            entry = self._held_names[id(held)] = held, frozenset(join_scope(within, name) for within in held)
        return entry[1]

    def free(self, scope: str, path: str, file: int) -> Functions | None:
        """The functions that a path means in a scope, none that the file cannot see; None for what lies outside."""
        by_scope = self.functions.get(path.rpartition("::")[2], _NO_SCOPES)
        holders = self.holders(scope, path, file, by_scope)
        if holders is None:
            return None
        return _together([self._without_hidden(by_scope[within], file) for within in holders])

    def _without_hidden(self, functions: Functions, file: int) -> Functions:
        if functions.shared is functions:
            return functions
        near = [f for f in functions.near(self.visible(file)) if f.is_local]
        return Functions(sorted([*functions.shared, *near], key=lambda f: f.number)) if near else functions.shared

    def near(self, scope: str, path: str, file: int) -> Functions | None:
        """Those of `free` that the file sees."""
        by_scope = self.functions.get(path.rpartition("::")[2], _NO_SCOPES)
        holders = self.holders(scope, path, file, by_scope)
        if holders is None:
            return None
        sees = self.visible(file)
        return _together([by_scope[within].near(sees) for within in holders])

    def no_members(self, name: str) -> Functions:
        """The functions of that name that are no members of a class."""
        found = self._no_members.get(name)
        if found is None:
            found = Functions(f for f in self.by_name.get(name, ()) if f.scope not in self.types)
            self._no_members[name] = found
        return found

    def only_members(self, name: str) -> Functions:
        """The members of that name, no constructors, of the one class that has such, none where several have."""
        found = self._only_members.get(name)
        if found is None:
            found = Functions(f for f in self.by_name.get(name, ()) if f.scope in self.types and not f.is_constructor)
            self._only_members[name] = found = found if found.is_of_one_scope else Functions()
        return found

    def ending(self, name: str, scope: str) -> Functions:
        """The functions of that name in all scopes that are so called, or end so."""
        key = (name, scope)
        functions = self._functions_ending.get(key)
        if functions is None:
            by_scope = self.functions.get(name, {})
            fit = [of for within, of in by_scope.items() if within == scope or within.endswith("::" + scope)]
            functions = self._functions_ending[key] = Functions(f for of in fit for f in of)
        return functions

    def find_type(self, scope: str, name: str, file: int) -> Type | None:
        """The type that a spelled name means in a scope."""
        key = (scope, name)
        if key in self._types_found:
            return self._types_found[key]
        if (key_in := (scope, name, file)) in self._types_found_in:
            return self._types_found_in[key_in]
        self._file_matters = self._brought.file_matters = False
        type_ = self._find_type(scope, name, file)
        if self._file_matters or self._brought.file_matters:
            self._types_found_in[key_in] = type_
        else:
            self._types_found[key] = type_
        return type_

    def _find_type(self, scope: str, name: str, file: int) -> Type | None:
        if not name or name.startswith("std::") or (short := name.rpartition("::")[2]) not in self.types_by_name:
            return None
        wanted = name.removeprefix("::")
        is_global = wanted is not name
        first = wanted.partition("::")[0]
        for outer in ("",) if is_global else self.outwards(scope):
            if outer and self._has_parameter(outer, first):
                return None  # whatever it is instantiated with
            for place in self._order_by_visibility(outer, wanted, file):
                if place == EXTERNAL:
                    return None
                found = self.types.get(place)
                if found and (one := self._nearest(found, file)):
                    return one
            inherited = self.types.get(outer) if outer and "::" not in wanted else None
            if inherited and (one := self._find_inherited_type(inherited[0], wanted)):
                return one
        # Of a `vector` that is not in scope, std's is meant.
        is_elsewhere = is_global or wanted in TYPES_OF_THE_LIBRARY
        return None if is_elsewhere else self._only(self._ending(short, wanted), file)

    def _has_parameter(self, scope: str, name: str) -> bool:
        types = self.specialized.get(scope, ()) if scope.endswith(">") else self.types.get(scope, ())
        return any(name in type_.parameters for type_ in types)

    def specialization(self, template: Type, arguments: Sequence[str], scope: str, file: int) -> Type | None:
        """The template itself or the specialization of it that arguments spelled in a scope choose; None where it is
        not sure which."""
        if not arguments or not (types := self.types.get(template.place)) or types.plain is types:
            return template
        key = (template, tuple(arguments), scope, file)
        if key not in self._specializations:
            known = specializations.find_visible_specializations(types, self.visible(file))
            find = partial(self._resolve_in_scope, scope, file)
            self._specializations[key] = specializations.choose_specialization(
                template, known, arguments, find, self._finder_in
            )
        return self._specializations[key]

    def _finder_in(self, type_: Type) -> specializations.Find:
        return partial(self._resolve_in_scope, type_.scope, type_.files.first)

    def _resolve_in_scope(self, scope: str, file: int, name: str) -> Type | str | None:
        if any(self._has_parameter(outer, name) for outer in self.outwards(scope) if outer):
            return specializations.PARAMETER
        return self.find_type(scope, name, file)

    def own_type(self, within: str, file: int) -> Type | None:
        """The class of which a scope is the own one."""
        if within.endswith(">"):
            return self._nearest_of(self.specialized.get(within, Types()), file)
        return self.find_type("", within, file)

    def _ending(self, short: str, wanted: str) -> Types:
        key = (short, wanted)
        types = self._endings.get(key)
        if types is None:
            types = self._endings[key] = Types(
                type_
                for type_ in self.types_by_name[short].plain
                if type_.within == wanted or type_.bare.endswith("::" + wanted)
            )
        return types

    def _order_by_visibility(self, scope: str, path: str, file: int) -> list[str]:
        """What a path may mean; what a using brings in comes before a type of the scope that the file does not see."""
        places = self._meanings_of_type(scope, path, file)
        if len(places) < 2 or not (own := self.types.get(places[0])):
            return places
        return places if own.near(self.visible(file)) else [*places[1:], places[0]]

    def _find_inherited_type(self, type_: Type, name: str) -> Type | None:
        """The type of that name that a base has, or one of its bases, down to some steps."""
        seen: set[tuple[Type, int]] = set()

        def of(type_: Type, depth: int) -> Type | None:
            if depth > _MAX_BASE_STEPS or (type_, depth) in seen:
                return None
            seen.add((type_, depth))
            for base, _ in type_.bases:
                if found := self.types.get(f"{base.within}::{name}"):
                    return found[0]
                if one := of(base, depth + 1):
                    return one
            return None

        return of(type_, 0)

    def _nearest(self, types: Types, file: int) -> Type | None:
        return self._nearest_of(types.plain, file)  # the template itself rather than one of its specializations

    def _nearest_of(self, types: Types, file: int) -> Type | None:
        if not types or (len(types) == 1 and not types[0].is_local):
            return types[0] if types else None
        self._file_matters = True
        if here := types.select_file(file):
            return here[0]
        sees = self.visible(file)
        shared = types.shared
        if len(shared) > 1:
            shared = shared.near(sees) or shared
        return shared[0] if shared else next(iter(types.near(sees)), None)

    def _only(self, types: Types, file: int) -> Type | None:
        own = Types()
        if types.shared is not types:
            self._file_matters = True
            own = Types(type_ for type_ in types.select_file(file) if type_.is_local)
        shared = types.shared
        if len(shared.names | own.names) > 1:
            self._file_matters = True
            shared = shared.near(self.visible(file))
        if len(shared.names | own.names) != 1:
            return None
        return min([*shared[:1], *own[:1]], key=lambda type_: type_.number)


def _together(parts: Sequence[Functions]) -> Functions:
    if len(parts) > 1:
        return Functions(f for part in parts for f in part)
    return parts[0] if parts else _NO_FUNCTIONS
