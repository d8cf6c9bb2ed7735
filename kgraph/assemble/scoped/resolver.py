"""Name resolution by lexical scopes and declared types: what a path means, followed through the files of a program.

Input: a `Program`, the rules of its language, and paths as `extract.scoped.scopes` describes them. Output: for each
path, and the file that has it, the definition that it means and by what evidence; or its name outside the repository.

What a path means depends on the files alone, and never on what was asked before it (see `assemble.memo`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from kgraph.assemble.evidence import EXTENSIONS, ScopedEvidence
from kgraph.assemble.python.c3 import c3_merge
from kgraph.assemble.scoped.holdings import ValueResolver
from kgraph.assemble.scoped.meanings import (
    AnonymousPart,
    DeclaredBase,
    ExternalName,
    LanguageRules,
    PathMeaning,
    ResolvedPath,
    TypeInstance,
    WholeUnit,
)
from kgraph.assemble.scoped.namespace_rules import NamespaceRules
from kgraph.assemble.scoped.program import (
    CONSTRUCTOR,
    GENERIC,
    TYPE_MARK,
    ProgramDeclaration,
    ProgramDefinition,
    without_types,
)
from kgraph.assemble.scoped.stars import StarExports
from kgraph.model import IncludeFact
from kgraph.scoped_languages import ALTERNATIVE, INSIDE

_STEP = re.compile(r"\(\)\d*(?:#\d+)?|\[\w*\]|[@~^!&]|[^.()\[\]@~^!&]+")
MAX_STARS = 64  # imports of all that a unit has, in one file
_MAX_STANDING = 4  # units of which each stands for the next
_MAX_DEPTH = 60  # of types in types whose members they have
_MAX_SEARCHED_TYPES = 16  # in which a member is simply looked up


def steps_of(path: str) -> list[str]:
    """The steps of a path without its scope."""
    return _STEP.findall(path)


class ScopedResolver(ValueResolver):
    """Looks up paths; every answer is kept, for the same paths are asked a hundred times."""

    def __init__(self, rules: LanguageRules) -> None:
        super().__init__(rules)
        self._above: dict[ProgramDefinition, tuple[ProgramDefinition, ...]] = {}  # orders without the type itself
        self._places: dict[ProgramDefinition, dict[tuple[str, str], int]] = {}  # in the order of a type

    # --- paths ------------------------------------------------------------------------------------------------------

    def find(self, file: int, path: str, *, called: bool = False) -> ResolvedPath | None:
        """What a path of a file means; None where that cannot be known. `called`: it is a function rather."""
        return self._memo.answer((file, path, called), self._follow, file, path, called)

    def forget(self, file: int, paths: Iterable[str]) -> None:
        """Forget what some paths of a file mean, all of whose uses are known; asked again, they are looked up again."""
        self._memo.drop((file, path, called) for path in paths for called in (False, True))

    def _follow(self, file: int, path: str, called: bool) -> ResolvedPath | None:
        if path[0] == "=":
            return ResolvedPath(ExternalName(path[1:]), ScopedEvidence.OWN_UNIT)
        if ALTERNATIVE in path:
            return self._find_only_one(file, path.split(ALTERNATIVE), called)
        outer, _, inner = path.partition(INSIDE)
        if inner:
            holder = self.find(file, outer, called=called)
            if holder is None or not isinstance(holder.meaning, ExternalName):
                return holder
            return holder._replace(meaning=holder.meaning._replace(element=(file, inner)))
        scope, _, rest = path.partition("|")
        steps = steps_of(rest)
        if not steps:
            return None
        first = steps[0]
        is_called = called if len(steps) == 1 else steps[1].startswith("()")
        if first in ("@", "^"):
            found = self._enclosing_type(file, scope)
            start = ResolvedPath(TypeInstance(found, above=first == "^"), ScopedEvidence.OWN_TYPE) if found else None
        else:
            start = self.look_up(file, scope, first, called=is_called)
        return self._resolve_whole_unit(self._go_on(file, start, steps[1:], called), called)

    def _find_only_one(self, file: int, paths: Sequence[str], called: bool) -> ResolvedPath | None:
        """What several values are of which something is one; those of other packages may be that, too."""
        several = [self.find(file, each, called=called) for each in paths]
        own = {each.meaning: each for each in several if each and not isinstance(each.meaning, ExternalName)}
        return next(iter(own.values())) if len(own) == 1 else None

    def _resolve_whole_unit(self, resolved: ResolvedPath | None, called: bool) -> ResolvedPath | None:
        """What stands for a whole unit, such as `module.exports = f`; else what is at hand."""
        for _ in range(_MAX_STANDING):
            if resolved is None or not isinstance(resolved.meaning, WholeUnit):
                break
            stands = self._find_exported(resolved.meaning.name, "=", called)
            if stands is None:
                break
            resolved = stands
        return resolved

    def resolve_import_path(self, file: int, path: str, *, called: bool = False) -> ResolvedPath | None:
        """What the path of an import means: the spelling of a module, "|" and steps from there."""
        return self._memo.answer(("import", file, path, called), self._follow_import, file, path, called)

    def _follow_import(self, file: int, path: str, called: bool) -> ResolvedPath | None:
        spelling, _, rest = path.partition("|")
        module = self._rules.module(file, spelling)
        start = ResolvedPath(module, ScopedEvidence.IMPORTED_NAME) if module is not None else None
        return self._go_on(file, start, steps_of(rest), called, is_import=True)

    def _go_on(
        self, file: int, start: ResolvedPath | None, steps: Sequence[str], called: bool, *, is_import: bool = False
    ) -> ResolvedPath | None:
        resolved = start
        origin: ProgramDefinition | None = None  # the function whose result is at hand
        rules = self._rules
        in_scope = rules.extension_in_scope if isinstance(rules, NamespaceRules) and not is_import else None
        for at, step in enumerate(steps):
            if step in ("()", "~"):
                resolved = self._resolve_whole_unit(resolved, called=step == "()")
            is_called = called if at == len(steps) - 1 else steps[at + 1].startswith("()")
            if resolved is None:
                if in_scope is None:
                    return None
                resolved = in_scope(file, None, step) if is_called else None
                continue
            meaning = resolved.meaning
            match step[0]:
                case "(":
                    origin = meaning if isinstance(meaning, ProgramDefinition) else None
                    if isinstance(rules, NamespaceRules):
                        resolved = rules.extension_taking(self, file, resolved, step) or resolved
                    resolved = self.call_result(resolved, step, given=without_types(steps[at - 1])[1] if at else 0)
                case "[" | "!":
                    resolved = self._element(meaning, origin, step) or (resolved if step == "!" else None)
                case "~":
                    resolved = self._instance(meaning)
                case "&":
                    if isinstance(meaning, TypeInstance):
                        resolved = resolved._replace(meaning=meaning._replace(pointer=True))
                case _:
                    resolved = self.attribute(meaning, step, called=is_called)
                    if isinstance(rules, NamespaceRules) and (is_called or rules.extends_values):
                        resolved = rules.extension(self, file, meaning, step, resolved, called=is_called)
                    if in_scope and is_called and (not resolved or isinstance(resolved.meaning, ExternalName)):
                        resolved = in_scope(file, meaning, step) or resolved
        return resolved

    def find_named_types(self, file: int, path: str) -> Iterator[ProgramDefinition]:
        """The type that a path begins with, and the extension method that it ends with."""
        scope, _, rest = path.partition("|")
        steps = steps_of(rest)
        for at in range(len(steps)):
            if not (steps[at][0].isalpha() or steps[at][0] in f"_{TYPE_MARK}"):
                break
            found = self.find(file, f"{scope}|{'.'.join(steps[: at + 1])}")
            meaning = found.meaning if found else None
            if isinstance(meaning, ProgramDefinition) and meaning.group == "type":
                yield meaning
            if not (isinstance(meaning, ProgramDefinition) and meaning.group == "namespace"):
                break
        found = self.find(file, path, called=True) if len(steps) > 1 else None
        if found is not None and found.evidence in EXTENSIONS:
            assert isinstance(found.meaning, ProgramDefinition)  # noqa: S101 - as `extension` makes it
            yield found.meaning

    # --- names ------------------------------------------------------------------------------------------------------

    def look_up(self, file: int, scope: str, name: str, *, called: bool) -> ResolvedPath | None:
        """What a name means inside of a type or namespace of a file."""
        program, unit = self._program, self._program.unit_of[file]
        for around in self._scopes(scope):
            holder = program.find(unit, around, called=False)
            if holder is None:  # a scope that has no name of its own
                inner = program.find(unit, f"{around}{program.separator}{name}", called=called)
                if inner is not None:
                    return ResolvedPath(inner, ScopedEvidence.OWN_UNIT)
            if holder is None:
                continue
            if holder.group == "type":
                is_seen = self._rules.implicit_members
                found = self.attribute(TypeInstance(holder), name, called=called) if is_seen else None
                if found is not None:
                    return found._replace(evidence=ScopedEvidence.OWN_TYPE)
            elif (inner := program.member(holder, name, called=called)) is not None:
                return ResolvedPath(inner, ScopedEvidence.OWN_UNIT)
        imports = program.imports[file]
        for path in imports.get(name.removeprefix(TYPE_MARK).removesuffix("?"), ()):
            if (imported := self.resolve_import_path(file, path, called=called)) is not None:
                return imported
        if (own := self._find_in_unit(unit, name, called)) is not None:
            return ResolvedPath(own, ScopedEvidence.OWN_UNIT)
        for path in imports.get("*", ())[:MAX_STARS]:
            starred = self.resolve_import_path(file, f"{path}.{name}", called=called)
            if starred is not None and not isinstance(starred.meaning, ExternalName):
                return starred
        implicit = self._rules.implicit(file, name)
        return ResolvedPath(implicit, ScopedEvidence.OWN_UNIT) if implicit is not None else None

    def _scopes(self, scope: str) -> Iterator[str]:
        """Qualified names from the innermost to the outermost scope."""
        separator = self._program.separator
        while scope:
            yield scope
            scope = scope.rpartition(separator)[0]

    def _enclosing_type(self, file: int, scope: str) -> ProgramDefinition | None:
        unit = self._program.unit_of[file]
        for around in self._scopes(scope):
            found = self._program.find(unit, around, called=False)
            if found is not None and found.group == "type":
                return found
        return None

    def _find_in_unit(self, unit: str, name: str, called: bool) -> PathMeaning | None:
        found = self._program.find(unit, name, called=called)
        return found if found is not None else self._rules.resolve_in_unit(unit, name)

    def _find_offered(self, unit: str, name: str, called: bool) -> ResolvedPath | None:
        """What a unit has for others under a name."""
        exported = self._find_exported(unit, name, called)
        if exported is not None:
            return exported
        own = self._find_in_unit(unit, name, called)
        if own is not None:
            return ResolvedPath(own, ScopedEvidence.IMPORTED_NAME)
        exports = self._program.exports.get(unit, {})
        for file, path in self._stars.that_may_bring(unit, name) if "*" in exports else ():
            starred = self.resolve_import_path(file, f"{path}{name}", called=called)
            if starred is not None and not isinstance(starred.meaning, ExternalName):
                return starred
        whole = self._find_exported(unit, "=", called) if "=" in exports else None
        return self.attribute(whole.meaning, name, called=called) if whole is not None else None

    def _find_exported(self, unit: str, name: str, called: bool) -> ResolvedPath | None:
        for file, path in self._program.exports.get(unit, {}).get(name, ()):
            find = self.find if path.startswith("|") else self.resolve_import_path
            found = find(file, path, called=called)
            if found is not None:
                return found._replace(evidence=ScopedEvidence.IMPORTED_NAME)
        return None

    # --- what is in what --------------------------------------------------------------------------------------------

    def attribute(self, of: PathMeaning, name: str, *, called: bool) -> ResolvedPath | None:
        """What `of.name` is."""
        match of:
            case WholeUnit(unit):
                return self._memo.answer(("offered", unit, name, called), self._find_offered, unit, name, called)
            case ProgramDefinition(group="type"):
                return self._find_in_type(of, self.order(of), name, called)
            case TypeInstance(of=cls, above=above):
                if not above:
                    return self._find_in_type(cls, self.order(cls), name, called)
                inherited = self._find_in_type(cls, self._order_above(cls), name, called)
                return inherited._replace(receiver=self._order_above(cls)[0]) if inherited is not None else None
            case ProgramDefinition(group="value"):
                inner = self._program.member(of, name, called=called)
                if inner is not None:
                    return ResolvedPath(inner, ScopedEvidence.RECEIVER_TYPE)
                return self.inside(self.value(of), name, called=called)
            case ProgramDefinition():
                inner = self._program.member(of, name, called=called)
                if inner is not None:
                    return ResolvedPath(inner, ScopedEvidence.OWN_UNIT)
                return self._memo.answer(("().", of, name), self._find_held, of, f"().{name}")
            case AnonymousPart():
                return self._part(of, f".{name}")
            case ExternalName(outer, element):
                language = self._rules.language
                if outer[-1:] == "?" and name == "Value":
                    return ResolvedPath(ExternalName(outer[:-1]), ScopedEvidence.RECEIVER_TYPE)
                if element is not None and (name in language.element_fields or outer in language.keyed_by_names):
                    return self.find(*element)
                hands = element if name in language.element_functions else None
                if element is not None and name in language.same_methods:
                    return ResolvedPath(of._replace(hands=hands), ScopedEvidence.IMPORTED_NAME)
                gives = element is not None and name in language.element_methods
                kept = element if gives or name in language.keeping_methods else None
                return ResolvedPath(ExternalName(f"{outer}.{name}", kept, gives, hands), ScopedEvidence.IMPORTED_NAME)

    def _find_in_type(
        self, receiver: ProgramDefinition, order: Sequence[ProgramDefinition], name: str, called: bool
    ) -> ResolvedPath | None:
        for cls in self._having(receiver, order, name):
            found = self._program.member(cls, name, called=called)
            if found is not None:
                evidence = ScopedEvidence.RECEIVER_TYPE if cls == receiver else ScopedEvidence.BASE_TYPE
                return ResolvedPath(found, evidence, receiver)
        return None

    def members(self, of: ProgramDefinition, name: str, *, called: bool) -> Iterator[ProgramDefinition]:
        """What a type and its bases have of a name, in the order in which they are looked up."""
        for cls in self._having(of, self.order(of), name):
            if (found := self._program.member(cls, name, called=called)) is not None:
                yield found

    def _having(
        self, of: ProgramDefinition, order: Sequence[ProgramDefinition], name: str
    ) -> Sequence[ProgramDefinition]:
        """Of the order of a type, or a part of it, those that may have a member of that name, in their order.

        A type may have a thousand bases, and be asked for a thousand names: then who has a name is looked up first.
        """
        if len(order) <= _MAX_SEARCHED_TYPES:
            return order
        named = self._owners.get(name.replace(TYPE_MARK, "").removesuffix("?").rstrip(GENERIC), ())
        if len(named) >= len(order):
            return order
        if (places := self._places.get(of)) is None:
            places = self._places[of] = {(cls.unit, cls.name): at for at, cls in enumerate(self.order(of))}
        first = len(places) - len(order)  # where the part begins
        return [order[at - first] for at in sorted(places.get(each, -1) for each in named) if at >= first]

    @cached_property
    def _stars(self) -> StarExports:
        def unit_of(file: int, spelling: str) -> str | None:
            meaning = self._rules.module(file, spelling)
            return meaning.name if isinstance(meaning, WholeUnit) else None

        return StarExports(self._program, unit_of)

    @cached_property
    def _owners(self) -> dict[str, set[tuple[str, str]]]:
        """Units and qualified names of what has a member of a name of its own."""
        owners: dict[str, set[tuple[str, str]]] = {}
        for unit, name, _ in self._program.declarations:
            outer, _, short = name.rpartition(self._program.separator)
            if outer:
                owners.setdefault(short, set()).add((unit, outer))
        return owners

    # --- types ------------------------------------------------------------------------------------------------------

    def bases(self, cls: ProgramDefinition) -> list[ProgramDefinition]:
        """The types of the repository that a type names as its bases, in their order."""
        found = (self.find(file, path) for file, path in self._program.bases.get(cls, ()))
        types = (
            self.resolve_alias(each.meaning) for each in found if each and isinstance(each.meaning, ProgramDefinition)
        )
        return [each for each in dict.fromkeys(types) if each.group == "type" and each != cls]

    def outside_bases(self, cls: ProgramDefinition) -> list[str]:
        """The simple names of the bases of a type, and of theirs, that are not of the repository."""
        paths = [base for each in self.order(cls) for base in self._program.bases.get(each, ())]
        found = [self.find(file, path) for file, path in paths]
        names = [each.meaning.name for each in found if each and isinstance(each.meaning, ExternalName)]
        return [name.rpartition(".")[2].removeprefix(TYPE_MARK) for name in names]

    def order(self, cls: ProgramDefinition) -> tuple[ProgramDefinition, ...]:
        """The types that a member is looked up in: itself, then its bases by C3."""
        return self._memo.answer(("order", cls), self._order_types, cls) or (cls,)

    def _order_above(self, cls: ProgramDefinition) -> tuple[ProgramDefinition, ...]:
        if cls not in self._above:
            self._above[cls] = self.order(cls)[1:]
        return self._above[cls]

    def _order_types(self, cls: ProgramDefinition) -> tuple[ProgramDefinition, ...]:
        bases = self.bases(cls)
        if self._rules.language.bases_by_depth:
            return self._order_by_depth(cls)
        return (cls, *c3_merge([*(self.order(base) for base in bases), tuple(bases)]))

    def _order_by_depth(self, cls: ProgramDefinition) -> tuple[ProgramDefinition, ...]:
        """The types in a type, without those that are deeper than anybody puts them."""
        found = {cls: None}
        level = [cls]
        for _ in range(_MAX_DEPTH):
            level = [base for each in dict.fromkeys(level) for base in self.bases(each) if base not in found]
            found |= dict.fromkeys(level)
        return tuple(found)

    def constructor(self, cls: ProgramDefinition) -> ProgramDefinition | None:
        """The constructors that a type declares."""
        return self._program.member(cls, CONSTRUCTOR, called=True)

    def resolve_import(self, file: int, fact: IncludeFact) -> PathMeaning | None:
        """What an import statement of a file leads to; None where it should be in the repository, and is not."""
        return self._rules.module(file, fact.spelling)

    def alternatives(self, declarations: Sequence[ProgramDeclaration]) -> Sequence[ProgramDeclaration]:
        """Of the declarations of one definition those that a use leads to, all of them; () where only one can be meant.

        Such are the variants of a function for different systems.
        """
        return ()

    def overridable(self, cls: ProgramDefinition, name: str, method: ProgramDeclaration) -> Sequence[ProgramDefinition]:
        """The types whose method of that name a method of a type can override, the nearest first."""
        return self._having(cls, self._order_above(cls), name)

    def implementations(self) -> Iterator[DeclaredBase]:
        """Which types have which bases by statements outside of both."""
        yield from ()

    def find_added_bases(self, file: int) -> Sequence[ProgramDefinition]:
        """The bases that a file gives to types that the repository does not declare, each as often as it does."""
        return ()
