"""Kotlin and Java, which see each other: companions, extensions, receivers of lambdas, accessors as properties.

Both make one program, whose units are packages; a script is a unit by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property

import polars as pl

from kgraph.assemble.evidence import EXTENSIONS, ScopedEvidence
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.extensions_in_scope import COMMON_OF_KOTLIN, is_of_unknown_type
from kgraph.assemble.scoped.java import JavaRules
from kgraph.assemble.scoped.kotlin_extensions import VisibleExtensions
from kgraph.assemble.scoped.meanings import ExternalName, PathMeaning, ResolvedPath, TypeInstance, WholeUnit
from kgraph.assemble.scoped.namespace_rules import NamespaceRules
from kgraph.assemble.scoped.program import ProgramDeclaration, ProgramDefinition
from kgraph.assemble.scoped.resolver import MAX_STARS, ScopedResolver, steps_of
from kgraph.assemble.scoped.source_sets import sees
from kgraph.model import FileFacts
from kgraph.scoped_languages import HANDED, JVM_NAME, KOTLIN, LAST_TYPE, RECEIVER, words

_FACADE = "Kt"  # behind the name of a file, that of the class that Java sees its functions in
_SPELLED_OUT = re.compile(r"([^|]*)\|(([a-z]\w*)(?:\.[a-z]\w*)*\.[A-Z]\w*[a-z]\w*)")  # `okhttp3.Call`
_ACCESSOR = re.compile(r"(?:get|set)([A-Z])(\w*)")
_HANDED = frozenset(f"(){number}" for number in range(RECEIVER, HANDED + 9))
_NO_FUNCTIONS = words(
    "Array Boolean Byte Char CharSequence Class Double Float Int KClass List Long Map Set Short String"
)
_ANY = 1_000  # how far everything is from what extends anything
# Types that have operators of their own, which go before extensions of those names.
_NUMBERS = frozenset({"Boolean", "Byte", "Char", "Double", "Float", "Int", "Long", "Short"})
_OF_NUMBERS = frozenset(
    {
        *("and", "compareTo", "div", "equals", "inv", "minus", "not", "or", "plus", "rangeTo", "rem", "shl", "shr"),
        *("times", "toByte", "toChar", "toDouble", "toFloat", "toInt", "toLong", "toShort", "toString", "ushr", "xor"),
    }
)
# What types of the standard library are, too.
_COLLECTION = ("Collection", "Iterable")
_IS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("List", "Set"), _COLLECTION),
    "MutableList": ("List", "MutableCollection", *_COLLECTION),
    "ArrayList": ("MutableList", "List", "MutableCollection", *_COLLECTION),
    "MutableSet": ("Set", "MutableCollection", *_COLLECTION),
    "Collection": ("Iterable",),
    "String": ("CharSequence",),
    "MutableMap": ("Map",),
    "HashMap": ("MutableMap", "Map"),
}


class KotlinResolver(ScopedResolver):
    """Looks up paths of Kotlin and Java."""

    _rules: KotlinRules

    def __init__(self, rules: KotlinRules) -> None:
        super().__init__(rules)
        self._places_with_companions: dict[ProgramDefinition, list[int]] = {}  # in the order of a type, from its end

    def _follow(self, file: int, path: str, called: bool) -> ResolvedPath | None:
        found = super()._follow(file, path, called)
        spelled = _SPELLED_OUT.match(path) if found is None else None
        if spelled is None or self.look_up(file, spelled[1], spelled[3], called=False) is not None:
            return found
        of = self._rules.module(file, spelled[2])  # a type of another repository, with the package in front
        start = ResolvedPath(of, ScopedEvidence.IMPORTED_NAME) if isinstance(of, ExternalName) else None
        return self._go_on(file, start, steps_of(path[spelled.end() :]), called) if start is not None else None

    def look_up(self, file: int, scope: str, name: str, *, called: bool) -> ResolvedPath | None:
        outer, mark, number = scope.partition("@")
        for path in self._program.imports[file].get(f"@{number}", ()) if mark else ():
            receiver = self.find(file, path)
            if receiver is None:
                continue
            if name == "this":
                return receiver
            found = self.attribute(receiver.meaning, name, called=called)
            found = self._rules.extension(self, file, receiver.meaning, name, found)
            if found is not None and not isinstance(found.meaning, ExternalName):
                is_extension = found.evidence in EXTENSIONS
                return found if is_extension else found._replace(evidence=ScopedEvidence.OWN_TYPE)
        around = self._enclosing_type(file, outer) if outer else None
        if name == "this":
            return ResolvedPath(TypeInstance(around), ScopedEvidence.OWN_TYPE) if around else None
        found = super().look_up(file, outer, name, called=called)
        if found is not None and found.evidence == ScopedEvidence.OWN_UNIT:
            found = self._prefer_own_module(file, name, found, called=called)
        if found is not None and called:
            found = self._resolve_companion_invoke(file, found)
        return self._without_receiver(file, outer, name, found, called=called) if found is not None else None

    def _prefer_own_module(self, file: int, name: str, found: ResolvedPath, *, called: bool) -> ResolvedPath:
        """What an import of all brings from the module of a file, rather than what only other modules have in its
        package: those may be of another build."""
        stars = self._program.imports[file].get("*", ())[:MAX_STARS]
        if not stars or not isinstance(found.meaning, ProgramDefinition) or self._is_beside(file, found.meaning):
            return found
        for path in stars:
            starred = self.resolve_import_path(file, f"{path}.{name}", called=called)
            meaning = starred.meaning if starred is not None else None
            if starred and isinstance(meaning, ProgramDefinition) and self._is_beside(file, meaning):
                return starred
        return found

    def _is_beside(self, file: int, definition: ProgramDefinition) -> bool:
        """Whether a module has a file and a declaration, by the folder that its folder of sources is in."""
        module_of = self._rules.module_of
        declarations = self._program.declarations.get(definition, ())
        return any(module_of(each.file) == module_of(file) for each in declarations)

    def _resolve_companion_invoke(self, file: int, found: ResolvedPath) -> ResolvedPath:
        """The function `invoke` of the companion of a type that a call in a file makes no instance of."""
        companion = self._rules.companion(found.meaning) if isinstance(found.meaning, ProgramDefinition) else None
        invoke = self._program.member(companion, "invoke", called=True) if companion else None
        if invoke is None or not isinstance(found.meaning, ProgramDefinition):
            return found
        types = self._program.declarations[found.meaning]
        made = self.constructor(found.meaning)
        makes = [each for each in self._program.declarations[made] if each.access != "private"] if made else types
        is_whole = not any({"abstract", "sealed", "interface"} & {*each.modifiers} for each in types)
        is_made = is_whole and (bool(makes) or any(each.file == file for each in types))
        return found if is_made else ResolvedPath(invoke, ScopedEvidence.RECEIVER_TYPE)

    def _without_receiver(
        self, file: int, scope: str, name: str, found: ResolvedPath, *, called: bool
    ) -> ResolvedPath | None:
        """What a bare name means where it may be an extension of the types around it."""
        meaning = found.meaning
        if not isinstance(meaning, ProgramDefinition) or meaning.group not in ("function", "value"):
            return found
        rows = [each.row for each in self._program.declarations[meaning]]
        plain = frozenset(row for row in rows if (row, "this") not in self._program.holdings)
        if len(plain) == len(rows):
            return found
        for each in self._scopes(scope):
            cls = self._program.find(self._program.unit_of[file], each, called=False)
            if cls is not None and cls.group == "type":
                extended = self._rules.extension(self, file, TypeInstance(cls), name, None)
                if extended is not None:
                    return extended
        if plain or not called:
            return found._replace(only=plain) if plain else None
        return self._rules.extension_in_scope(file, None, name)  # of the receiver of a lambda around it

    # --- what functions hand to those that are their last arguments -------------------------------------------------

    def _resolve_call(self, meaning: PathMeaning, step: str, only: frozenset[int] = frozenset()) -> ResolvedPath | None:
        if step in _HANDED and isinstance(meaning, ProgramDefinition) and meaning.group == "type":
            made = self.constructor(meaning)
            return super()._resolve_call(made, step, only) if made is not None else None
        return super()._resolve_call(meaning, step, only)

    def _find_held(
        self, of: ProgramDefinition, step: str, only: frozenset[int] = frozenset(), *, called: bool = False
    ) -> ResolvedPath | None:
        is_one = of.group == "function" and len(only) == 1 and (next(iter(only)), step) in self._program.holdings
        if step not in _HANDED or is_one:
            return super()._find_held(of, step, only, called=called)
        handed = [
            self._resolve_lambda_argument(each, step)
            for each in self._program.declarations[of]
            if (not only or each.row in only) and self._takes_function(each)
        ]
        return handed[0] if len({each.meaning if each else None for each in handed}) == 1 else None

    def _resolve_lambda_argument(self, declaration: ProgramDeclaration, step: str) -> ResolvedPath | None:
        """What a declaration hands to the function that is its last argument."""
        if path := self._program.holdings.get((declaration.row, step)):
            return self.find(declaration.file, path)
        alias = self._last_type(declaration)
        if isinstance(alias, ProgramDefinition):
            return self._memo.answer((step, alias, frozenset()), self._find_held, alias, step)
        return None

    def _takes_function(self, declaration: ProgramDeclaration) -> bool:
        """Whether the last argument of a function may be a lambda, as far as its declared type tells."""
        last = self._last_type(declaration)
        if isinstance(last, ExternalName):
            return _external_type(last.name) not in _NO_FUNCTIONS
        if isinstance(last, ProgramDefinition):
            declared = self._program.declarations[last]
            return any(each.kind == "TypeAlias" or "interface" in each.modifiers for each in declared)
        return last is not None

    def _last_type(self, declaration: ProgramDeclaration) -> PathMeaning | None:
        path = self._program.holdings.get((declaration.row, f"(){LAST_TYPE}"))
        found = self.find(declaration.file, path) if path else None
        return found.meaning if found is not None else None

    # --- members ------------------------------------------------------------------------------------------------------

    def attribute(self, of: PathMeaning, name: str, *, called: bool) -> ResolvedPath | None:
        if isinstance(of, ProgramDefinition) and of.group == "function":  # an accessor, seen as a property
            return self.inside(self._resolve_call(of, "()"), name, called=called)
        if isinstance(of, ProgramDefinition) and of.group == "type" and name == "INSTANCE":
            return ResolvedPath(TypeInstance(of), ScopedEvidence.RECEIVER_TYPE)
        return super().attribute(of, name, called=called)

    def _find_in_type(
        self, receiver: ProgramDefinition, order: Sequence[ProgramDefinition], name: str, called: bool
    ) -> ResolvedPath | None:
        for each in (name, *_accessors(name, called)):
            for cls in self._filter_search_order(receiver, order, each):
                for of in (cls, *(self.order(companion) if (companion := self._rules.companion(cls)) else ())):
                    found = self._program.member(of, each, called=called or each != name)
                    if found is not None and (each == name or self._is_seen_otherwise(found)):
                        evidence = ScopedEvidence.RECEIVER_TYPE if of == receiver else ScopedEvidence.BASE_TYPE
                        return ResolvedPath(found, evidence, receiver)
        return None

    def _filter_search_order(
        self, receiver: ProgramDefinition, order: Sequence[ProgramDefinition], name: str
    ) -> Sequence[ProgramDefinition]:
        """Of the order of a type, or a part of it, those that may have a member of that name, or a companion."""
        having = self._having(receiver, order, name)
        if len(having) == len(order):
            return having
        if (places := self._places_with_companions.get(receiver)) is None:
            whole = self.order(receiver)
            places = [at - len(whole) for at, cls in enumerate(whole) if self._rules.companion(cls)]  # from the end
            self._places_with_companions[receiver] = places
        if not places:
            return having
        named = {*having, *(order[at] for at in places if at >= -len(order))}
        return [cls for cls in order if cls in named]

    def _is_seen_otherwise(self, found: ProgramDefinition) -> bool:
        """Whether a property of Kotlin is meant by the name of its accessor, or the other way around."""
        in_kotlin = all(each.file in self._rules.kotlin for each in self._program.declarations[found])
        return in_kotlin == (found.group == "value")

    def overridable(self, cls: ProgramDefinition, name: str, method: ProgramDeclaration) -> Sequence[ProgramDefinition]:
        is_new = method.file in self._rules.kotlin and "override" not in method.modifiers
        return () if is_new else super().overridable(cls, name, method)


class KotlinRules(JavaRules, NamespaceRules):
    """The rules of Kotlin, and of Java beside it."""

    families = ("java", "kotlin")
    languages = ("Java", "Kotlin")
    language = KOTLIN
    resolver = KotlinResolver
    extends_values = True

    def __init__(self, index: FileIndex, symbols: pl.DataFrame) -> None:
        super().__init__(index, symbols)
        declarations = self.program.declarations
        self._paths = [file.path for file in index.files]
        self.kotlin = frozenset(number for number, _ in index.facts_in("Kotlin"))
        self._facades = {
            (self.program.unit_of[number], name)
            for number, fact in index.facts_in("Kotlin")
            if (name := _facade(index.files[number].path, fact))
        }
        self._companions = {
            (each.unit, each.name.rpartition(".")[0]): each
            for each, found in declarations.items()
            if each.group == "type" and any("companion" in one.modifiers for one in found)
        }
        self._sees = cache(lambda file, other: sees(self._paths[file], self._paths[other]))
        self._extensions = VisibleExtensions(self.program, self.module)

    def module_of(self, file: int) -> str:
        """The folder of the module that a file belongs to: `core` of `core/src/main/java/p/A.java`."""
        folder, source, _ = f"/{self._paths[file]}".rpartition("/src/")
        return folder if source else ""

    def sees(self, file: int, other: int) -> bool:
        """Whether a file can see what another one declares, as far as their source sets tell."""
        return self._sees(file, other)

    def companion(self, cls: ProgramDefinition) -> ProgramDefinition | None:
        """The companion object of a type."""
        return self._companions.get((cls.unit, cls.name))

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        found = super().module(file, spelling)
        package, _, name = spelling.rpartition(".")
        if found is None or isinstance(found, ExternalName):
            for mark in self._worlds.visible_worlds(file):
                if self._is_facade(package + mark, name):
                    return WholeUnit(package + mark)
        return found

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        return WholeUnit(unit) if self._is_facade(unit, name) else super().resolve_in_unit(unit, name)

    def _is_facade(self, unit: str, name: str) -> bool:
        """Whether Java has the functions of a file of Kotlin under a name."""
        return (unit, name) in self._facades

    # --- extensions ---------------------------------------------------------------------------------------------------

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
        """The extension that a name behind something means; members of its type go before."""
        if file not in self.kotlin or (member is not None and not isinstance(member.meaning, ExternalName)):
            return member
        candidates = [each for each in self._extensions.candidates(file, name) if each in self.program.declarations]
        if not candidates:
            return member
        if isinstance(of, ProgramDefinition) and of.group != "type":
            held = resolver.value(of) if of.group == "value" else resolver._resolve_call(of, "()")
            if held is None:  # nothing is known of it, and its type may have such a member
                return member
            of = held.meaning
        if isinstance(of, ProgramDefinition):
            of = TypeInstance(self.companion(of) or of)
        if not isinstance(of, TypeInstance | ExternalName):
            return member
        types = self._types_of(resolver, of)
        if name in _OF_NUMBERS and isinstance(of, ExternalName) and _NUMBERS & {*types}:
            return member
        for each in candidates:
            far = {
                one.row: distance
                for one in self.program.declarations[each]
                if (distance := self._distance(resolver, of, types, one)) >= 0
            }
            if far:
                best = min(far.values())
                rows = frozenset(row for row, distance in far.items() if distance == best)
                return ResolvedPath(each, ScopedEvidence.EXTENSION, only=rows)
        return member

    def extension_in_scope(self, file: int, of: PathMeaning | None, name: str) -> ResolvedPath | None:
        is_named = name in self.program.imports[file]
        is_foreign = isinstance(of, ExternalName) and (is_named or is_of_unknown_type(of))
        if file not in self.kotlin or not (of is None or is_foreign) or (not is_named and name in COMMON_OF_KOTLIN):
            return None
        candidates = {each for each in self._extensions.candidates(file, name) if each.group == "function"}
        extending = {each: rows for each in candidates if (rows := self._extending(each))}
        if len(extending) != 1 or (not is_named and of is None and name in self._own_methods):
            return None
        [(method, rows)] = extending.items()
        is_other = is_named and method.unit == self.program.unit_of[file]  # than the one that is imported
        return None if is_other else ResolvedPath(method, ScopedEvidence.EXTENSION_IN_SCOPE, only=rows)

    def _extending(self, of: ProgramDefinition) -> frozenset[int]:
        """The rows of the declarations of a function that extend a type."""
        rows = [each.row for each in self.program.declarations.get(of, ())]
        return frozenset(row for row in rows if (row, "this") in self.program.holdings)

    @cached_property
    def _own_methods(self) -> frozenset[str]:
        """Names of methods that types of the repository have."""
        functions = (each for each in self.program.declarations if each.group == "function" and "." in each.name)
        return frozenset(each.name.rpartition(".")[2] for each in functions if not self._extending(each))

    def _types_of(self, resolver: ScopedResolver, of: TypeInstance | ExternalName) -> list[str]:
        """The simple names of what something is of other places, the nearest first."""
        names = [_external_type(of.name)] if isinstance(of, ExternalName) else resolver.outside_bases(of.of)
        return [each for name in names if name for each in (name, *_IS.get(name, ()))]

    def _distance(
        self, resolver: ScopedResolver, of: TypeInstance | ExternalName, types: Sequence[str], to: ProgramDeclaration
    ) -> int:
        """How far something is from what an extension extends; -1 where it is no such thing."""
        path = self.program.holdings.get((to.row, "this"))
        found = resolver.find(to.file, path) if path else None
        match found.meaning if found else None:
            case TypeInstance(extended) if isinstance(of, TypeInstance):
                order = resolver.order(of.of)
                return order.index(extended) if extended in order else -1
            case ExternalName(name):
                wanted = _external_type(name)
                is_any = wanted == "Any" and (isinstance(of, TypeInstance) or bool(types))
                return types.index(wanted) if wanted in types else _ANY if is_any else -1
        return -1


def _facade(path: str, fact: FileFacts) -> str:
    """The class that Java sees the functions of a file of Kotlin in; "" where that is none."""
    name = path.rpartition("/")[2]
    named = (each.path for each in fact.holdings if each.name == JVM_NAME)
    return next(named, name.removesuffix(".kt") + _FACADE if name.endswith(".kt") else "")


def _external_type(name: str) -> str:
    """The simple name of a type that is not of the repository; "" where it is no type: a result, a member."""
    last = name.rpartition(".")[2]
    return last if last[:1].isupper() and "(" not in name else ""


def _accessors(name: str, called: bool) -> Iterator[str]:
    """What the other language calls a property or its accessor."""
    if called and (match := _ACCESSOR.fullmatch(name)):
        yield match[1].lower() + match[2]
    elif not called and name[:1].islower():
        yield name if name[:2] == "is" else f"get{name[0].upper()}{name[1:]}"
