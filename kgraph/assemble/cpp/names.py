"""What the C family of a repository declares, by name and scope: the index that calls are resolved with.

Comes in: the frame of joined symbol facts, and which file includes which. Goes out: `Names`, asked for types,
members and functions. Each answer is kept: a repository asks the same few questions again and again.

A scope is a qualified name without its anonymous and inline namespaces, for these are transparent.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from kgraph.assemble.cpp import types
from kgraph.assemble.cpp.brought import OUTSIDE, Brought, Inline, Using, joined, outwards
from kgraph.assemble.facts import CPP

_NAMELESS = "(anonymous namespace)"
ANONYMOUS = _NAMELESS + "::"
_VIRTUAL = re.compile(r"\bvirtual\b|\boverride\b")
_OVERRIDES = re.compile(r"\)[^()]*\b(?:override|final)\b")
_FIRST_ARGUMENT = re.compile(r"\w+\(\s*((?:::)?\w+(?:::\w+)*)\s*[,)]")
_DEEPEST = 12  # aliases of aliases, bases of bases


@dataclass(slots=True, eq=False)
class Function:
    """One function symbol."""

    id: str
    name: str
    scope: str
    signature: str
    key: str
    is_local: bool
    files: frozenset[int]  # that declare it
    arity: int
    _range: tuple[int, int] | None = None
    _returns: str | None = None

    @property
    def is_constructor(self) -> bool:
        """Whether it has the name of the scope that it stands in."""
        return self.scope.partition("<")[0].rpartition("::")[2] == self.name

    @property
    def range(self) -> tuple[int, int]:
        """The least and greatest number of arguments."""
        if self._range is None:
            if self.arity >= 0 and "=" not in self.signature and "..." not in self.key:
                self._range = (self.arity, self.arity)
            else:
                self._range = types.parameters_of(self.signature, self.name) or (0, 1000)
        return self._range

    def takes(self, count: int) -> bool:
        """Whether it may be called with so many arguments; -1 is unknown."""
        least, most = self.range
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

    id: str
    name: str
    scope: str  # that it stands in
    within: str  # its own scope
    signature: str
    is_alias: bool
    is_local: bool
    files: frozenset[int]
    base_texts: Sequence[str]
    parameters: tuple[str, ...] = ()
    bases: list[tuple[Type, tuple[str, ...]]] = field(default_factory=list)  # resolved, with their arguments
    named_bases: list[tuple[str, Type]] = field(default_factory=list)  # as spelled, and what is named, maybe an alias


class Names:
    """The index."""

    def __init__(
        self, facts: pl.DataFrame, includes: Mapping[int, Sequence[int]], usings: Sequence[Using] = ()
    ) -> None:
        """The scopes of `usings` are as facts spell them."""
        self._includes = includes
        self._visible: dict[int, frozenset[int]] = {}
        facts = facts.filter(pl.col("family") == CPP)
        inline = facts.filter((pl.col("group") == "namespace") & pl.col("modifiers").list.contains("inline"))
        outer = inline["owner"].str.replace_all(ANONYMOUS, "", literal=True)
        self._inline = Inline(set(map(joined, outer, inline["name"])))
        self._brought = Brought(self._inline, self.visible)
        self.functions: defaultdict[tuple[str, str], list[Function]] = defaultdict(list)  # by scope and name
        self.by_name: defaultdict[str, list[Function]] = defaultdict(list)
        self.types: defaultdict[str, list[Type]] = defaultdict(list)  # by qualified name
        self.types_by_name: defaultdict[str, list[Type]] = defaultdict(list)
        self.namespaces: set[str] = set()
        self.namespaces_by_name: defaultdict[str, set[str]] = defaultdict(set)
        self.variables: defaultdict[tuple[str, str], list[tuple[str, frozenset[int]]]] = defaultdict(list)
        self.macros: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)  # id, file
        self._types_found: dict[tuple[str, str, int], Type | None] = {}
        self._read(facts)
        self._resolve_usings(usings)
        self._resolve_bases()
        self._types_found.clear()
        self.fixtures: dict[str, str] = {}  # scopes, by the qualified names of functions as facts spell them
        self._read_fixtures(facts)
        self._members: dict[tuple[int, str], tuple[list[Function], Type | None]] = {}

    # --- building -----------------------------------------------------------------------------------------------------

    def _read(self, facts: pl.DataFrame) -> None:
        plain = facts.with_columns(
            scope_=self.scopes(facts["owner"]),
            # In front, the declaration that has the default arguments: that in the class, or one without a body.
            rank=pl.when(pl.col("access").is_not_null() & (pl.col("qualifier") == ""))
            .then(0)
            .when((pl.col("group") == "function") & pl.col("definition"))
            .then(2)
            .otherwise(1),
        ).sort("id", "rank", "row")
        one = plain.group_by("id", maintain_order=True).agg(
            pl.col("group", "kind", "name", "scope_", "key", "local").first(),
            # Of an alias that is declared in several ways, nobody knows which counts.
            pl.when((pl.col("group") != "alias") | (pl.col("signature").drop_nulls().n_unique() == 1))
            .then(pl.col("signature").drop_nulls().first())
            .first()
            .fill_null("")
            .alias("signature"),
            pl.col("bases").filter(pl.col("bases").list.len() > 0).first().fill_null([]),
            pl.col("arity").max(),
            pl.col("file").unique().sort(),
        )
        columns = ("id", "group", "name", "scope_", "key", "local", "signature", "bases", "arity", "file")
        wanted = one.filter(
            pl.col("group").is_in(["function", "type", "enum", "alias", "namespace", "variable", "macro"])
        )
        for id_, group, name, scope, key, local, signature, bases, arity, files in wanted.select(columns).iter_rows():
            within = f"{scope}::{name}" if scope else name
            match group:
                case "function":
                    made = Function(id_, name, scope, signature, key, local, frozenset(files), arity)
                    self.functions[scope, name].append(made)
                    self.by_name[name].append(made)
                case "namespace":
                    if not name.startswith("("):
                        within = self._inline.transparent(within)
                        self.namespaces.add(within)
                        self.namespaces_by_name[name].add(within)
                case "variable":
                    self.variables[scope, name].append((signature, frozenset(files)))
                case "macro":
                    self.macros[name].extend((id_, file) for file in files)
                case _:
                    is_alias = group == "alias"
                    parameters = types.template_parameters(signature)
                    type_ = Type(
                        id_, name, scope, within, signature, is_alias, local, frozenset(files), bases, parameters
                    )
                    bare = name.partition("<")[0]
                    key_ = f"{scope}::{bare}" if scope else bare
                    if name == bare:
                        self.types[key_].insert(0, type_)
                    else:
                        self.types[key_].append(type_)
                    self.types_by_name[bare].append(type_)

    def _resolve_usings(self, usings: Sequence[Using]) -> None:
        def known(name: str) -> bool:
            scope, _, short = name.rpartition("::")
            return name in self.types or (scope, short) in self.functions or (scope, short) in self.variables

        scopes = {scope: self.scope(scope) for scope in {using.scope for using in usings}}
        outside_classes = [
            using._replace(scope=scopes[using.scope]) for using in usings if scopes[using.scope] not in self.types
        ]
        self._brought.resolve(outside_classes, known, self.namespaces, self.types_by_name)

    def _resolve_bases(self) -> None:
        for found in list(self.types.values()):
            for type_ in found:
                for text in type_.base_texts:
                    self._resolve_base(type_, text)

    def _resolve_base(self, type_: Type, text: str) -> None:
        name, arguments, _ = types.split_type(base_name(text))
        base = self.find_type(type_.scope, name, min(type_.files))
        if base is not None and base is not type_:
            type_.named_bases.append((text, base))
        for _ in range(_DEEPEST):
            if base is None or not base.is_alias:
                break
            target, arguments, _ = types.split_type(types.alias_target(base.signature))
            base = self.find_type(base.scope, target, min(base.files))
        if base is not None and base is not type_:
            type_.bases.append((base, arguments))

    def _read_fixtures(self, facts: pl.DataFrame) -> None:
        """The body of `TEST_F(Fixture, Name) {` is that of a method of a class that derives from the fixture.

        Which argument that is, if any, only the macro knows: it is the first if that names a class with bases.
        """
        made = facts.filter((pl.col("group") == "function") & pl.col("macro").is_not_null())
        for name, owner, file in made.select("name", "owner", "file").unique(maintain_order=True).iter_rows():
            argument = _FIRST_ARGUMENT.match(name)
            if argument is None:
                continue
            scope, short = self.scope(owner), f"({argument[1].replace('::', '.')})"
            within = joined(scope, short)
            if not any(file in known.files for known in self.types.get(within, ())):
                type_ = Type("", short, scope, within, "", False, True, frozenset((file,)), ())
                self._resolve_base(type_, argument[1])
                if not any(base.base_texts for base, _ in type_.bases):
                    continue
                self.types[within].append(type_)
                self.types_by_name[short].append(type_)
            self.fixtures[joined(owner, name)] = within

    # --- asking -------------------------------------------------------------------------------------------------------

    def scope(self, name: str) -> str:
        """A scope as facts spell it, without anonymous and inline namespaces."""
        name = name.replace(ANONYMOUS, "")
        return self._inline.transparent("" if name == _NAMELESS else name.removesuffix("::" + _NAMELESS))

    def scopes(self, names: pl.Series) -> pl.Series:
        """Scopes as facts spell them, without anonymous and inline namespaces."""
        different = names.unique().drop_nulls()
        return names.replace_strict(different, [self.scope(name) for name in different], return_dtype=pl.String)

    def meanings(self, scope: str, path: str, file: int) -> list[str]:
        """See `Brought.meanings`."""
        return self._brought.meanings(scope, path, file)

    def free(self, scope: str, name: str, file: int) -> list[Function] | None:
        """The functions that a name means in a scope, none that the file cannot see; None for what lies outside."""
        found: list[Function] = []
        for place in self._brought.meanings(scope, name, file):
            if place == OUTSIDE:
                return None
            within, _, short = place.rpartition("::")
            found += self.functions.get((within, short), ())
        return [f for f in found if not f.is_local or not self.visible(file).isdisjoint(f.files)]

    def visible(self, file: int) -> frozenset[int]:
        """The files that a file sees: itself and all that it includes."""
        found = self._visible.get(file)
        if found is None:
            seen, waiting = {file}, [file]
            while waiting:
                for other in self._includes.get(waiting.pop(), ()):
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
            found = self._visible[file] = frozenset(seen)
        return found

    def find_type(self, scope: str, name: str, file: int) -> Type | None:
        """The type that a spelled name means in a scope."""
        key = (scope, name, file)
        if key in self._types_found:
            return self._types_found[key]
        found = self._types_found[key] = self._find_type(scope, name, file)
        return found

    def _find_type(self, scope: str, name: str, file: int) -> Type | None:
        if not name or name.startswith("std::"):
            return None
        short = name.rpartition("::")[2]
        if short not in self.types_by_name:
            return None
        wanted = name.removeprefix("::")
        for outer in outwards(scope):
            for place in self._seen_first(self._brought.meanings(outer, wanted, file), file):
                if place == OUTSIDE:
                    return None
                found = self.types.get(place)
                if found and (one := self._nearest(found, file)):
                    return one
            inherited = self.types.get(outer) if outer and "::" not in wanted else None
            if inherited and (one := self._inherited_type(inherited[0], wanted, file, 0)):
                return one
        ending = [
            type_
            for type_ in self.types_by_name[short]
            if (not type_.is_local or file in type_.files)
            and "<" not in type_.name
            and (type_.within == wanted or type_.within.partition("<")[0].endswith("::" + wanted))
        ]
        return self._only(ending, file)

    def _seen_first(self, places: list[str], file: int) -> list[str]:
        """What a using brings in comes before a type of the scope that the file does not see."""
        if len(places) < 2 or not (own := self.types.get(places[0])):
            return places
        sees = self.visible(file)
        return places if any(not sees.isdisjoint(t.files) for t in own) else [*places[1:], places[0]]

    def _inherited_type(self, type_: Type, name: str, file: int, depth: int) -> Type | None:
        if depth > 4:
            return None
        for base, _ in type_.bases:
            found = self.types.get(f"{base.within}::{name}")
            if found:
                return found[0]
            if one := self._inherited_type(base, name, file, depth + 1):
                return one
        return None

    def _nearest(self, found: Sequence[Type], file: int) -> Type | None:
        # The template itself rather than one of its specializations.
        found = [type_ for type_ in found if "<" not in type_.name]
        here = [type_ for type_ in found if file in type_.files]
        if here:
            return here[0]
        shared = [type_ for type_ in found if not type_.is_local]
        if len(shared) > 1:
            sees = self.visible(file)
            shared = [type_ for type_ in shared if not sees.isdisjoint(type_.files)] or shared
        return shared[0] if shared else next((t for t in found if not self.visible(file).isdisjoint(t.files)), None)

    def _only(self, found: Sequence[Type], file: int) -> Type | None:
        if len({type_.within.partition("<")[0] for type_ in found}) > 1:
            sees = self.visible(file)
            found = [type_ for type_ in found if not sees.isdisjoint(type_.files)]
        names = {type_.within.partition("<")[0] for type_ in found}
        return found[0] if len(names) == 1 else None

    def members(self, type_: Type, name: str) -> tuple[list[Function], Type | None]:
        """The functions of that name in a class, or in the nearest of its bases, and the class that has them."""
        key = (id(type_), name)
        if key in self._members:
            return self._members[key]
        level, seen = [type_], {type_.within}
        found: tuple[list[Function], Type | None] = ([], None)
        for _ in range(_DEEPEST):
            holders = [one for one in level if (one.within, name) in self.functions]
            if holders:
                if len(holders) == 1:
                    found = (self.functions[holders[0].within, name], holders[0])
                break
            level = [base for one in level for base, _ in one.bases if base.within not in seen]
            seen.update(one.within for one in level)
            if not level:
                break
        self._members[key] = found
        return found

    def overridden(self, type_: Type, method: Function) -> Function | None:
        """The nearest virtual method of the bases that a method of the class overrides."""
        says_so = _OVERRIDES.search(method.signature) is not None
        level, seen = [base for base, _ in type_.bases], {type_.within}
        for _ in range(_DEEPEST):
            for base in level:
                for other in self.functions.get((base.within, method.name), ()):
                    same = other.key == method.key or (says_so and other.arity == method.arity)
                    if same and (says_so or _VIRTUAL.search(other.signature)):
                        return other
            seen.update(base.within for base in level)
            level = [base for one in level for base, _ in one.bases if base.within not in seen]
        return None

    def is_constant(self, type_: Type, name: str) -> bool:
        """Whether a data member is declared `const`, or a pointer to such."""
        found = self.field_type(type_, name)
        signatures = self.variables[found[1].within, name] if found else ()
        return any(re.match(r"\s*(?:static\s+|mutable\s+)*const\b", signature) for signature, _ in signatures)

    def field_type(self, type_: Type, name: str) -> tuple[str, Type] | None:
        """The type of a data member of a class or of one of its bases, and the class that has it."""
        level, seen = [type_], {type_.within}
        for _ in range(_DEEPEST):
            for one in level:
                if found := self.variables.get((one.within, name)):
                    return types.variable_type(found[0][0], name), one
            level = [base for one in level for base, _ in one.bases if base.within not in seen]
            seen.update(one.within for one in level)
            if not level:
                return None
        return None


def base_name(text: str) -> str:
    """A base clause without its access: `public virtual A<B>` as `A<B>`."""
    words = text.split()
    while words and words[0] in ("public", "private", "protected", "virtual"):
        words = words[1:]
    return types.plain(" ".join(words))
