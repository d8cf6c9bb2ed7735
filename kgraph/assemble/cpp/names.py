"""What the C family of a repository declares, by name and scope: the index that calls are resolved with.

Comes in: declarations (see `declared`), what else tells where names are looked up (see `lookup`), and which file sees
which. Goes out: `Names`, asked for types, members and functions. Each answer is kept: a repository asks the same few
questions again and again.

A scope is a qualified name without its anonymous and inline namespaces, for these are transparent.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from kgraph.assemble.cpp import types
from kgraph.assemble.cpp.brought import OUTSIDE, Brought, outwards
from kgraph.assemble.cpp.lookup import Fixture, Lookup
from kgraph.assemble.cpp.visible import Visible, bits

_DEEPEST = 12  # aliases of aliases, bases of bases
_CONSTANT = re.compile(r"\s*(?:static\s+|mutable\s+)*const\b")


@dataclass(slots=True, eq=False)
class Function:
    """One function symbol."""

    id: str
    name: str
    scope: str
    signature: str
    key: str
    is_local: bool
    files: Sequence[int]  # that declare it, in order
    arity: int
    _range: tuple[int, int] | None = None
    _returns: str | None = None
    _bits: int = 0

    @property
    def bits(self) -> int:
        """The files that declare it, as `Visible` has them."""
        if not self._bits:
            self._bits = bits(self.files)
        return self._bits

    @property
    def is_constructor(self) -> bool:
        """Whether it has the name of the scope that it stands in."""
        return self.scope.partition("<")[0].rpartition("::")[2] == self.name

    def takes(self, count: int) -> bool:
        """Whether it may be called with so many arguments; -1 is unknown."""
        if self._range is None:
            if self.arity >= 0 and "=" not in self.signature and "..." not in self.key:
                self._range = (self.arity, self.arity)
            else:
                self._range = types.parameters_of(self.signature, self.name) or (0, 1000)
        least, most = self._range
        return count < 0 or least <= count <= most

    @property
    def returns(self) -> str:
        """Its type, "" where it is not known."""
        if self._returns is None:
            self._returns = types.return_type(self.signature, self.name)
        return self._returns


@dataclass(slots=True, eq=False)
class Type:
    """One class, enum or alias."""

    id: str  # "" for one that nobody declares, see `Lookup.fixtures`
    name: str
    scope: str  # that it stands in
    within: str  # its own scope
    signature: str
    is_alias: bool
    is_local: bool
    files: Sequence[int]  # that declare it, in order
    base_texts: Sequence[str]
    parameters: tuple[str, ...] = ()
    bases: list[tuple[Type, tuple[str, ...]]] = field(default_factory=list)  # resolved, with their arguments
    named_bases: list[tuple[str, Type]] = field(default_factory=list)  # as spelled, and what is named, maybe an alias
    bits: int = 0  # `files`, as `Visible` has them


class Names:
    """The index."""

    def __init__(self, declared: pl.DataFrame, lookup: Lookup, visible: Visible) -> None:
        self.visible = visible
        self._brought = Brought(lookup.inline, visible)
        self.by_name: defaultdict[str, list[Function]] = defaultdict(list)
        self.functions: defaultdict[str, dict[str, list[Function]]] = defaultdict(dict)  # by name and scope
        self.types: defaultdict[str, list[Type]] = defaultdict(list)  # by qualified name
        self.types_by_name: defaultdict[str, list[Type]] = defaultdict(list)
        self.namespaces: set[str] = set()
        self.variables: defaultdict[str, dict[str, list[tuple[str, int]]]] = defaultdict(dict)  # signature, first file
        self.macros: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)  # id, bits of files
        self._scopes: dict[str, tuple[str, ...]] = {}
        self._types_found: dict[tuple[str, str], Type | None] = {}  # whatever the file
        self._types_found_in: dict[tuple[str, str, int], Type | None] = {}
        self._file_matters = False
        self._read(declared)
        self._resolve_usings(lookup)
        self._resolve_bases()
        self._types_found, self._types_found_in = {}, {}
        self.fixtures = [fixture for fixture in lookup.fixtures if self._is_fixture(fixture)]
        self._members: dict[tuple[Type, str], tuple[list[Function], Type | None]] = {}
        self._fields: dict[tuple[Type, str], tuple[str, Type] | None] = {}
        self._no_members: dict[str, list[Function]] = {}
        self._only_members: dict[str, list[Function]] = {}

    # --- building -----------------------------------------------------------------------------------------------------

    def _read(self, declared: pl.DataFrame) -> None:
        columns = ("id", "group", "name", "scope", "key", "local", "signature", "bases", "arity", "files")
        rows = zip(*(declared[name].to_list() for name in columns), strict=True)
        for id_, group, name, scope, key, local, signature, bases, arity, files in rows:
            match group:
                case "function":
                    made = Function(id_, name, scope, signature, key, local, files, arity)
                    self.by_name[name].append(made)
                    self.functions[name].setdefault(scope, []).append(made)
                case "namespace":
                    if not name.startswith("("):
                        self.namespaces.add(f"{scope}::{name}" if scope else name)
                case "variable":
                    self.variables[name].setdefault(scope, []).append((signature, files[0]))
                case "macro":
                    self.macros[name].append((id_, bits(files)))
                case _:
                    self._add_type(id_, group, name, scope, local, signature, bases, files)

    def _add_type(
        self,
        id_: str,
        group: str,
        name: str,
        scope: str,
        local: bool,
        signature: str,
        bases: Sequence[str],
        files: Sequence[int],
    ) -> None:
        front = f"{scope}::" if scope else ""
        parameters = types.template_parameters(signature)
        made = Type(id_, name, scope, front + name, signature, group == "alias", local, files, bases, parameters)
        made.bits = bits(files)
        bare = name.partition("<")[0]
        if name == bare:
            self.types[front + bare].insert(0, made)
        else:
            self.types[front + bare].append(made)
        self.types_by_name[bare].append(made)

    def _resolve_usings(self, lookup: Lookup) -> None:
        def is_known(name: str) -> bool:
            return name in self.types or name in lookup.named

        usings = [using for using in lookup.usings if using.scope not in self.types]
        self._brought.resolve(usings, is_known, self.namespaces, self.types_by_name)

    def _resolve_bases(self) -> None:
        for found in list(self.types.values()):
            for type_ in found:
                for text in type_.base_texts:
                    self._resolve_base(type_, text)

    def _resolve_base(self, type_: Type, text: str) -> None:
        name, arguments, _ = types.split_type(base_name(text))
        base = self.find_type(type_.scope, name, type_.files[0])
        if base is not None and base is not type_:
            type_.named_bases.append((text, base))
        for _ in range(_DEEPEST):
            if base is None or not base.is_alias:
                break
            target, arguments, _ = types.split_type(types.alias_target(base.signature))
            base = self.find_type(base.scope, target, base.files[0])
        if base is not None and base is not type_:
            type_.bases.append((base, arguments))

    def _is_fixture(self, fixture: Fixture) -> bool:
        """Whether what may be a fixture names a class with bases; then it is a base of a class of its own."""
        short = fixture.within.removeprefix(fixture.scope).removeprefix("::")
        made = Type("", short, fixture.scope, fixture.within, "", False, True, (fixture.file,), ())
        made.bits = bits(made.files)
        self._resolve_base(made, fixture.argument)
        if not any(base.base_texts for base, _ in made.bases):
            return False
        self.types[made.within].append(made)
        self.types_by_name[short].append(made)
        return True

    # --- asking -------------------------------------------------------------------------------------------------------

    def outwards(self, scope: str) -> tuple[str, ...]:
        """`brought.outwards`, remembered."""
        found = self._scopes.get(scope)
        if found is None:
            found = self._scopes[scope] = tuple(outwards(scope))
        return found

    def meanings(self, scope: str, path: str, file: int) -> list[str]:
        """See `Brought.meanings`."""
        return self._brought.meanings(scope, path, file)

    def free(self, scope: str, path: str, file: int) -> list[Function] | None:
        """The functions that a path means in a scope, none that the file cannot see; None for what lies outside."""
        places = self._brought.meanings(scope, path, file)
        if OUTSIDE in places:
            return None
        name = path.rpartition("::")[2]
        by_scope = self.functions.get(name)
        if by_scope is None:
            return []
        found: list[Function] = []
        for place in places:
            within, _, short = place.rpartition("::")
            if short == name and within in by_scope:
                found += by_scope[within]
        sees = self.visible(file)
        return [f for f in found if not f.is_local or sees & f.bits]

    def no_members(self, name: str) -> list[Function]:
        """The functions of that name that are no members of a class."""
        found = self._no_members.get(name)
        if found is None:
            found = [f for f in self.by_name.get(name, ()) if f.scope not in self.types]
            self._no_members[name] = found
        return found

    def only_members(self, name: str) -> list[Function]:
        """The members of that name, no constructors, of the one class that has such, none where several have."""
        found = self._only_members.get(name)
        if found is None:
            found = [f for f in self.by_name.get(name, ()) if f.scope in self.types and not f.is_constructor]
            if len({f.scope for f in found}) != 1:
                found = []
            self._only_members[name] = found
        return found

    def find_type(self, scope: str, name: str, file: int) -> Type | None:
        """The type that a spelled name means in a scope."""
        key = (scope, name)
        if key in self._types_found:
            return self._types_found[key]
        key_in = (scope, name, file)
        if key_in in self._types_found_in:
            return self._types_found_in[key_in]
        self._file_matters = self._brought.file_matters = False
        found = self._find_type(scope, name, file)
        if self._file_matters or self._brought.file_matters:
            self._types_found_in[key_in] = found
        else:
            self._types_found[key] = found
        return found

    def _find_type(self, scope: str, name: str, file: int) -> Type | None:
        if not name or name.startswith("std::"):
            return None
        short = name.rpartition("::")[2]
        if short not in self.types_by_name:
            return None
        wanted = name.removeprefix("::")
        for outer in self.outwards(scope):
            for place in self._seen_first(outer, wanted, file):
                if place == OUTSIDE:
                    return None
                found = self.types.get(place)
                if found and (one := self._nearest(found, file)):
                    return one
            inherited = self.types.get(outer) if outer and "::" not in wanted else None
            if inherited and (one := self._inherited_type(inherited[0], wanted, 0)):
                return one
        ending = [
            type_
            for type_ in self.types_by_name[short]
            if "<" not in type_.name
            and (type_.within == wanted or type_.within.partition("<")[0].endswith("::" + wanted))
        ]
        return self._only(ending, file)

    def _seen_first(self, scope: str, path: str, file: int) -> list[str]:
        """What a path may mean; what a using brings in comes before a type of the scope that the file does not see."""
        places = self._brought.meanings(scope, path, file)
        if len(places) < 2 or not (own := self.types.get(places[0])):
            return places
        sees = self.visible(file)
        return places if any(sees & type_.bits for type_ in own) else [*places[1:], places[0]]

    def _inherited_type(self, type_: Type, name: str, depth: int) -> Type | None:
        if depth > 4:
            return None
        for base, _ in type_.bases:
            found = self.types.get(f"{base.within}::{name}")
            if found:
                return found[0]
            if one := self._inherited_type(base, name, depth + 1):
                return one
        return None

    def _nearest(self, found: Sequence[Type], file: int) -> Type | None:
        # The template itself rather than one of its specializations.
        found = [type_ for type_ in found if "<" not in type_.name]
        if not found or (len(found) == 1 and not found[0].is_local):
            return found[0] if found else None
        self._file_matters = True
        here = [type_ for type_ in found if file in type_.files]
        if here:
            return here[0]
        sees = self.visible(file)
        shared = [type_ for type_ in found if not type_.is_local]
        if len(shared) > 1:
            shared = [type_ for type_ in shared if sees & type_.bits] or shared
        return shared[0] if shared else next((type_ for type_ in found if sees & type_.bits), None)

    def _only(self, found: Sequence[Type], file: int) -> Type | None:
        if any(type_.is_local for type_ in found):
            self._file_matters = True
            found = [type_ for type_ in found if not type_.is_local or file in type_.files]
        if len({type_.within.partition("<")[0] for type_ in found}) > 1:
            self._file_matters = True
            sees = self.visible(file)
            found = [type_ for type_ in found if sees & type_.bits]
        names = {type_.within.partition("<")[0] for type_ in found}
        return found[0] if len(names) == 1 else None

    def members(self, type_: Type, name: str) -> tuple[list[Function], Type | None]:
        """The functions of that name in a class, or in the nearest of its bases, and the class that has them."""
        key = (type_, name)
        found = self._members.get(key)
        if found is None:
            found = self._members[key] = self._find_members(type_, name)
        return found

    def _find_members(self, type_: Type, name: str) -> tuple[list[Function], Type | None]:
        by_scope = self.functions.get(name)
        if by_scope is None:
            return [], None
        if own := by_scope.get(type_.within):
            return own, type_
        for level in levels(type_) if type_.bases else ():
            holders = [one for one in level if one.within in by_scope]
            if holders:
                return (by_scope[holders[0].within], holders[0]) if len(holders) == 1 else ([], None)
        return [], None

    def field_type(self, type_: Type, name: str) -> tuple[str, Type] | None:
        """The type of a data member of a class or of one of its bases, and the class that has it."""
        key = (type_, name)
        if key not in self._fields:
            self._fields[key] = self._find_field(type_, name)
        return self._fields[key]

    def _find_field(self, type_: Type, name: str) -> tuple[str, Type] | None:
        by_scope = self.variables.get(name)
        if by_scope is None:
            return None
        for level in levels(type_):
            for one in level:
                if found := by_scope.get(one.within):
                    return types.variable_type(found[0][0], name), one
        return None

    def is_constant(self, type_: Type, name: str) -> bool:
        """Whether a data member is declared `const`, or a pointer to such."""
        found = self.field_type(type_, name)
        return found is not None and any(_CONSTANT.match(text) for text, _ in self.variables[name][found[1].within])


def levels(type_: Type) -> Iterator[list[Type]]:
    """A class, its bases, theirs, and so on, each name once."""
    level, seen = [type_], {type_.within}
    for _ in range(_DEEPEST):
        if not level:
            break
        yield level
        level = [base for one in level for base, _ in one.bases if base.within not in seen]
        seen.update(one.within for one in level)


def base_name(text: str) -> str:
    """A base clause without its access: `public virtual A<B>` as `A<B>`."""
    words = text.split()
    while words and words[0] in ("public", "private", "protected", "virtual"):
        words = words[1:]
    return types.plain(" ".join(words))
