"""What variables hold and functions give, by what their declarations say.

Input: the holdings of a `Program`, and what follows paths. Output: meanings of what is called, taken or looked into.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property

from kgraph.assemble.evidence import EXTENSIONS, ScopedEvidence
from kgraph.assemble.memo import CycleSafeMemo
from kgraph.assemble.scoped.handed import CallbackArguments
from kgraph.assemble.scoped.meanings import (
    AnonymousPart,
    ExternalName,
    LanguageRules,
    PathMeaning,
    ResolvedPath,
    TypeInstance,
)
from kgraph.assemble.scoped.overloads import prefer_exact_arity
from kgraph.assemble.scoped.program import ProgramDeclaration, ProgramDefinition
from kgraph.assemble.scoped.type_arguments import find_returned_parameter, resolve_type_parameter
from kgraph.model import Kind
from kgraph.scoped_languages import ARGUMENT, COUNT, CSHARP, MOST_HANDED, OWN_RECEIVER

_MAX_ALIASES = 8  # one of another
INDEXER = "this[]"  # the name of what is between brackets, where a type declares that
_MAX_STEPS = 60  # names that lead to names that lead ...


class ValueResolver(ABC):
    """Looks up what is held and given."""

    def __init__(self, rules: LanguageRules) -> None:
        self._rules = rules
        self._program = rules.program
        self._memo = CycleSafeMemo(_MAX_STEPS)

    @abstractmethod
    def find(self, file: int, path: str, *, called: bool = False) -> ResolvedPath | None:
        """What a path of a file means; None where that cannot be known. `called`: it is a function rather."""

    @abstractmethod
    def attribute(self, of: PathMeaning, name: str, *, called: bool) -> ResolvedPath | None:
        """What `of.name` is."""

    @abstractmethod
    def members(self, of: ProgramDefinition, name: str, *, called: bool) -> Iterator[ProgramDefinition]:
        """What a type and its bases have of a name, in the order in which they are looked up."""

    def inside(self, of: ResolvedPath | None, name: str, *, called: bool) -> ResolvedPath | None:
        """What `name` is in what something holds or gives, which may be that itself."""
        if of is None:
            return None
        question = (".", of.meaning, name, called)
        return self._memo.answer(question, lambda: self.attribute(of.meaning, name, called=called))

    def value(self, of: ProgramDefinition, *, called: bool = False) -> ResolvedPath | None:
        """What a variable or field holds; where that is `called`, a function rather."""
        if called:
            return self._memo.answer(("=()", of), lambda: self._find_held(of, "=", called=True))
        return self._memo.answer(("=", of), self._find_held, of, "=")

    def _find_held(
        self, of: ProgramDefinition, step: str, only: frozenset[int] = frozenset(), *, called: bool = False
    ) -> ResolvedPath | None:
        """What all declarations of a variable hold, or of a function give; None where they differ. `only` are the rows
        of those that can be meant, where that is known."""
        program, answers = self._program, []
        for declaration in program.declarations[of]:
            if only and declaration.row not in only:
                continue
            path = program.holdings.get((declaration.row, step))
            element = program.holdings.get((declaration.row, f"{step}[]"))
            found = self.find(declaration.file, path, called=called) if path else None
            if element and found is not None and isinstance(found.meaning, TypeInstance):
                found = self._outside(found.meaning.of) or found
            if found is not None and isinstance(found.meaning, ExternalName) and element:
                found = found._replace(meaning=found.meaning._replace(element=(declaration.file, element)))
            if found is None and (declaration.row, step) in program.nameless:
                found = ResolvedPath(
                    AnonymousPart(declaration.row, declaration.file, step), ScopedEvidence.RECEIVER_TYPE
                )
            answers.append(found)
        meanings = {each.meaning if each else None for each in answers}
        return answers[0] if len(meanings) == 1 else None

    def _outside(self, of: ProgramDefinition) -> ResolvedPath | None:
        """The type of another package that an alias of types stands for."""
        alias = self.resolve_alias(of)
        found = self._memo.answer(("alias", alias), self._find_held, alias, "=")
        return found if found is not None and isinstance(found.meaning, ExternalName) else None

    def _part(self, of: AnonymousPart, step: str) -> ResolvedPath | None:
        """What a step gives of something whose type has no name."""
        steps = f"{of.steps}{step}"
        if path := self._program.holdings.get((of.row, steps)):
            return self.find(of.file, path)
        if (of.row, steps) in self._program.nameless:
            return ResolvedPath(AnonymousPart(of.row, of.file, steps), ScopedEvidence.RECEIVER_TYPE)
        return None

    def _part_of_type(self, of: ProgramDefinition, step: str) -> ResolvedPath | None:
        """What a step gives of an instance of a type that names one without a name: `type Stacks []Stack`."""
        declarations = self._program.declarations[of]
        if len(declarations) > 1:
            return self._memo.answer(("part", of, step), self._part_of_all, declarations, step)
        return self._part_of_all(declarations, step)

    def _part_of_all(self, declarations: Sequence[ProgramDeclaration], step: str) -> ResolvedPath | None:
        answers = [self._part(AnonymousPart(each.row, each.file, "="), step) for each in declarations]
        return answers[0] if len({each.meaning if each else None for each in answers}) == 1 else None

    def call_result(self, callee: ResolvedPath, step: str, *, given: int = 0) -> ResolvedPath | None:
        """What a call gives; the step is "()", or the place of one of several results, with "#" and the number of
        arguments behind it where that tells overloads apart. `given`: how many types it is called with."""
        step, _, count = step.partition(COUNT)
        if count:
            callee = self._taking(callee, int(count), given)
            if (place := int(step[2:] or 0) - ARGUMENT) >= 0:
                return self.callbacks.resolve_parameter(callee, *divmod(place, MOST_HANDED), int(count))
        own = (self._own_receiver(callee) or self._resolve_type_parameter(callee)) if step == "()" else None
        return own if own is not None else self._resolve_call(callee.meaning, step, callee.only)

    @cached_property
    def callbacks(self) -> CallbackArguments:
        """What is known of functions that are arguments."""
        return CallbackArguments(self._program, self.find, marks_types=self._rules.language is CSHARP)

    def _taking(self, callee: ResolvedPath, arguments: int, given: int) -> ResolvedPath:
        """Of the overloads of what is called those that take so many arguments, which bases may have; else all."""
        meaning, program = callee.meaning, self._program
        if not isinstance(meaning, ProgramDefinition) or meaning.group != "function":
            return callee
        arguments += callee.evidence in EXTENSIONS
        name = meaning.name.rpartition(program.separator)[2]
        inherited = self.members(callee.receiver, name, called=True) if callee.receiver is not None else ()
        for of in (meaning, *inherited):
            if of.group != "function":
                continue
            declared = program.generic(of, given) if given else program.declarations[of]
            meant = [each for each in declared if not callee.only or of != meaning or each.row in callee.only]
            taking = prefer_exact_arity([each for each in meant if program.takes(each, arguments)], arguments)
            if taking:
                is_all = len(taking) == len(program.declarations[of])
                rows = frozenset() if is_all else frozenset(each.row for each in taking)
                return callee._replace(meaning=of, only=rows)
        return callee

    def _own_receiver(self, method: ResolvedPath) -> ResolvedPath | None:
        """An instance of what a method was called on, where it is declared to give that: `static` of PHP."""
        if method.receiver is None or not isinstance(method.meaning, ProgramDefinition):
            return None
        holdings = self._program.holdings
        if any((each.row, OWN_RECEIVER) not in holdings for each in self._program.declarations[method.meaning]):
            return None
        return ResolvedPath(TypeInstance(method.receiver), ScopedEvidence.RECEIVER_TYPE)

    def _resolve_type_parameter(self, method: ResolvedPath) -> ResolvedPath | None:
        """What a method gives that is declared to give a type parameter, in the type that it is called on."""
        of = method.meaning
        if method.receiver is None or not isinstance(of, ProgramDefinition) or of.group != "function":
            return None
        if not (parameter := find_returned_parameter(self._program, of)):
            return None
        owner = ProgramDefinition(of.unit, of.name.rpartition(self._program.separator)[0], "type")
        place = resolve_type_parameter(self._program, self.find, method.receiver, owner, parameter)
        given = self.find(*place) if place is not None else None
        return self._instance(given.meaning) if given is not None else None

    def _resolve_call(self, meaning: PathMeaning, step: str, only: frozenset[int] = frozenset()) -> ResolvedPath | None:
        """What calling something gives; the step says which of several results, and `only` which declarations can be
        meant."""
        match meaning:
            case ProgramDefinition(group="type"):
                is_made = not self._rules.language.needs_new
                return ResolvedPath(TypeInstance(meaning), ScopedEvidence.RECEIVER_TYPE) if is_made else None
            case ProgramDefinition(group="function"):
                found = self._memo.answer((step, meaning, only), self._find_held, meaning, step, only)
                return found._replace(evidence=ScopedEvidence.RECEIVER_TYPE) if found is not None else None
            case ProgramDefinition(group="value"):
                first = self._program.declarations[meaning][0]
                carries_values = first.kind == Kind.ENUMERATOR and (first.row, step) in self._program.holdings
                held = self.value(meaning) if not carries_values else None
                if held is not None and not isinstance(held.meaning, ExternalName):
                    return self._memo.answer(("called", held.meaning, step), self._resolve_call, held.meaning, step)
                return self._memo.answer((step, meaning), self._find_held, meaning, step)
            case TypeInstance(of):
                part = self._part_of_type(of, step)
                return part if part is not None else self._memo.answer((step, of), self._find_held, of, step)
            case AnonymousPart():
                return self._part(meaning, step)
            case ExternalName(_, (file, path), True):
                return self.find(file, path)
            case ExternalName(name, element):
                return ResolvedPath(ExternalName(f"{name}{step}", element), ScopedEvidence.RECEIVER_TYPE)
        return None

    def _element(self, meaning: PathMeaning, origin: ProgramDefinition | None, step: str) -> ResolvedPath | None:
        """What is inside of something: of a collection, a promise, an option."""
        match meaning:
            case ExternalName(_, (file, inner_path), _):
                return self.find(file, inner_path)
            case AnonymousPart():
                return self._part(meaning, step)
            case TypeInstance(of) if (inner := self._part_of_type(of, step)) is not None:
                return inner
            case TypeInstance() if step == "[]" and (indexer := self.attribute(meaning, INDEXER, called=False)):
                return self.value(indexer.meaning) if isinstance(indexer.meaning, ProgramDefinition) else None
            case ProgramDefinition(group="function" | "type") if self._rules.language.indexes_make_instances:
                return ResolvedPath(meaning, ScopedEvidence.OWN_UNIT)
            case ProgramDefinition(group="value") if (held := self.value(meaning)) is not None:
                if isinstance(held.meaning, AnonymousPart | TypeInstance):
                    return self._element(held.meaning, None, step)
        holder, key = (meaning, "=[]") if isinstance(meaning, ProgramDefinition) else (origin, "()[]")
        if not isinstance(holder, ProgramDefinition) or step not in ("[]", "!"):
            return None
        for declaration in self._program.declarations[holder]:
            if path := self._program.holdings.get((declaration.row, key)):
                return self.find(declaration.file, path)
        return None

    def _instance(self, meaning: PathMeaning) -> ResolvedPath | None:
        match meaning:
            case ProgramDefinition(group="type"):
                return ResolvedPath(TypeInstance(self.resolve_alias(meaning)), ScopedEvidence.RECEIVER_TYPE)
            case ProgramDefinition(group="function"):  # that makes instances, as in JavaScript
                return ResolvedPath(TypeInstance(meaning), ScopedEvidence.RECEIVER_TYPE)
            case ProgramDefinition(group="value"):
                held = self.value(meaning)
                if held is None:
                    return None
                return self._memo.answer(("instance", held.meaning), self._instance, held.meaning)
            case ExternalName():
                return ResolvedPath(meaning, ScopedEvidence.RECEIVER_TYPE)
        return None

    def resolve_alias(self, of: ProgramDefinition) -> ProgramDefinition:
        """The type that an alias of types stands for, which may be one of another alias; itself where it is none."""
        for _ in range(_MAX_ALIASES):
            found = self._memo.answer(("alias", of), self._find_held, of, "=")
            meaning = found.meaning if found is not None else None
            if not isinstance(meaning, ProgramDefinition) or meaning.group != "type" or meaning == of:
                break
            of = meaning
        return of
