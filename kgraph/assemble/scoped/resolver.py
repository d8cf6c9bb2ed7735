"""Name resolution by lexical scopes and declared types: what a path means, followed through the files of a program.

Input: a `Program`, the rules of its language, and paths as `extract.scoped.scopes` describes them. Output: for each
path, and the file that has it, the definition that it means and by what evidence; or its name outside the repository.

What a path means depends on the files alone, and never on what was asked before it (see `assemble.memo`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from kgraph.assemble.evidence import ScopedEvidence
from kgraph.assemble.memo import CycleSafeMemo
from kgraph.assemble.python.resolver import c3_merge
from kgraph.assemble.scoped.program import CONSTRUCTOR, Program, ProgramDeclaration, ProgramDefinition
from kgraph.model import IncludeFact
from kgraph.scoped_languages import ScopedLanguage

_STEP = re.compile(r"\(\)\d*|\[\w*\]|[@~^!&]|[^.()\[\]@~^!&]+")
_MAX_STEPS = 60  # names that lead to names that lead ...
_MAX_STARS = 64  # imports of all that a unit has, in one file
_MAX_FILES = 4  # that may hold one definition, as files for several systems do


class WholeUnit(NamedTuple):
    """A package, a module or a namespace as a whole."""

    name: str


class TypeInstance(NamedTuple):
    """Something of a type; with `above`, seen as `super` sees it."""

    of: ProgramDefinition
    above: bool = False
    pointer: bool = False  # behind a pointer that has methods of its own


class ExternalName(NamedTuple):
    """What is not in the repository, by its dotted name."""

    name: str
    element: tuple[int, str] | None = None  # file and path of what is declared to be inside of it
    gives_element: bool = False  # whether calling it gives that


class NamelessPart(NamedTuple):
    """Something whose type has no name: what a declaration holds or gives, and steps from there, as in `holdings`."""

    row: int
    file: int
    steps: str


class StatedBase(NamedTuple):
    """A statement that a type has a base, such as `impl Trait for Type` of Rust."""

    type: ProgramDefinition
    base: ProgramDefinition
    file: int
    line: int


PathMeaning = WholeUnit | ProgramDefinition | TypeInstance | ExternalName | NamelessPart


class ResolvedPath(NamedTuple):
    """What a path means, the evidence for it, and of which type it was found a member."""

    meaning: PathMeaning
    evidence: str
    receiver: ProgramDefinition | None = None


class LanguageRules(Protocol):
    """What the languages of a program do each in their own way."""

    program: Program
    language: ScopedLanguage
    implicit_members: bool  # whether a bare name may be a member of the type around it

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """What an import of a file leads to; None where it should be in the repository, and is not."""

    def in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """What a unit has of that name beside its own declarations: a unit inside, what it exports of others."""

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """What a name means that no scope binds and nothing imports."""


class ScopedResolver:
    """Looks up paths; every answer is kept, for the same paths are asked a hundred times."""

    def __init__(self, rules: LanguageRules) -> None:
        self._rules = rules
        self._program = rules.program
        self._memo = CycleSafeMemo(_MAX_STEPS)

    # --- paths ------------------------------------------------------------------------------------------------------

    def find(self, file: int, path: str, *, called: bool = False) -> ResolvedPath | None:
        """What a path of a file means; None where that cannot be known. `called`: it is a function rather."""
        return self._memo.answer((file, path, called), self._follow, file, path, called)

    def _follow(self, file: int, path: str, called: bool) -> ResolvedPath | None:
        if path[0] == "=":
            return ResolvedPath(ExternalName(path[1:]), ScopedEvidence.OWN_UNIT)
        scope, _, rest = path.partition("|")
        steps = _STEP.findall(rest)
        if not steps:
            return None
        first = steps[0]
        is_called = called if len(steps) == 1 else steps[1] == "()"
        if first in ("@", "^"):
            found = self._enclosing_type(file, scope)
            start = ResolvedPath(TypeInstance(found, above=first == "^"), ScopedEvidence.OWN_TYPE) if found else None
        else:
            start = self.look_up(file, scope, first, called=is_called)
        return self._standing(self._go_on(start, steps[1:], called), called)

    def _standing(self, resolved: ResolvedPath | None, called: bool) -> ResolvedPath | None:
        """What stands for a whole unit, such as `module.exports = f`; else what is at hand."""
        for _ in range(_MAX_FILES):
            if resolved is None or not isinstance(resolved.meaning, WholeUnit):
                break
            stands = self._exported(resolved.meaning.name, "=", called)
            if stands is None:
                break
            resolved = stands
        return resolved

    def imported(self, file: int, path: str, *, called: bool = False) -> ResolvedPath | None:
        """What the path of an import means: the spelling of a module, "|" and steps from there."""
        return self._memo.answer(("import", file, path, called), self._follow_import, file, path, called)

    def _follow_import(self, file: int, path: str, called: bool) -> ResolvedPath | None:
        spelling, _, rest = path.partition("|")
        module = self._rules.module(file, spelling)
        start = ResolvedPath(module, ScopedEvidence.IMPORTED_NAME) if module is not None else None
        return self._go_on(start, _STEP.findall(rest), called)

    def _go_on(self, start: ResolvedPath | None, steps: Sequence[str], called: bool) -> ResolvedPath | None:
        resolved = start
        origin: ProgramDefinition | None = None  # the function whose result is at hand
        for at, step in enumerate(steps):
            if step in ("()", "~"):
                resolved = self._standing(resolved, called=step == "()")
            if resolved is None:
                return None
            meaning = resolved.meaning
            match step[0]:
                case "(":
                    origin = meaning if isinstance(meaning, ProgramDefinition) else None
                    resolved = self._called(meaning, step)
                case "[" | "!":
                    resolved = self._element(meaning, origin, step) or (resolved if step == "!" else None)
                case "~":
                    resolved = self._instance(meaning)
                case "&":
                    if isinstance(meaning, TypeInstance):
                        resolved = resolved._replace(meaning=meaning._replace(pointer=True))
                case _:
                    is_called = called if at == len(steps) - 1 else steps[at + 1] == "()"
                    resolved = self.attribute(meaning, step, called=is_called)
        return resolved

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
        for path in imports.get(name, ()):
            if (imported := self.imported(file, path, called=called)) is not None:
                return imported
        if (own := self._in_unit(unit, name, called)) is not None:
            return ResolvedPath(own, ScopedEvidence.OWN_UNIT)
        for path in imports.get("*", ())[:_MAX_STARS]:
            starred = self.imported(file, f"{path}.{name}", called=called)
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

    def _in_unit(self, unit: str, name: str, called: bool) -> PathMeaning | None:
        found = self._program.find(unit, name, called=called)
        return found if found is not None else self._rules.in_unit(unit, name)

    def _offered(self, unit: str, name: str, called: bool) -> ResolvedPath | None:
        """What a unit has for others under a name."""
        exported = self._exported(unit, name, called)
        if exported is not None:
            return exported
        own = self._in_unit(unit, name, called)
        if own is not None:
            return ResolvedPath(own, ScopedEvidence.IMPORTED_NAME)
        exports = self._program.exports.get(unit, {})
        for file, path in exports.get("*", ()):
            starred = self.imported(file, f"{path}{name}", called=called)
            if starred is not None and not isinstance(starred.meaning, ExternalName):
                return starred
        whole = self._exported(unit, "=", called) if "=" in exports else None
        return self.attribute(whole.meaning, name, called=called) if whole is not None else None

    def _exported(self, unit: str, name: str, called: bool) -> ResolvedPath | None:
        for file, path in self._program.exports.get(unit, {}).get(name, ()):
            find = self.find if path.startswith("|") else self.imported
            found = find(file, path, called=called)
            if found is not None:
                return found._replace(evidence=ScopedEvidence.IMPORTED_NAME)
        return None

    # --- what is in what --------------------------------------------------------------------------------------------

    def attribute(self, of: PathMeaning, name: str, *, called: bool) -> ResolvedPath | None:
        """What `of.name` is."""
        match of:
            case WholeUnit(unit):
                return self._memo.answer(("offered", unit, name, called), self._offered, unit, name, called)
            case ProgramDefinition(group="type"):
                return self._in_type(of, self.order(of), name, called)
            case TypeInstance(of=cls, above=above):
                order = self.order(cls)
                if not above:
                    return self._in_type(cls, order, name, called)
                inherited = self._in_type(cls, order[1:], name, called)
                return inherited._replace(receiver=order[1]) if inherited is not None else None
            case ProgramDefinition(group="value"):
                inner = self._program.member(of, name, called=called)
                if inner is not None:
                    return ResolvedPath(inner, ScopedEvidence.RECEIVER_TYPE)
                held = self.value(of)
                return self.attribute(held.meaning, name, called=called) if held is not None else None
            case ProgramDefinition():
                inner = self._program.member(of, name, called=called)
                if inner is not None:
                    return ResolvedPath(inner, ScopedEvidence.OWN_UNIT)
                return self._memo.answer(("().", of, name), self._held, of, f"().{name}")
            case NamelessPart():
                return self._part(of, f".{name}")
            case ExternalName(outer, element, _):
                language = self._rules.language
                gives = element is not None and name in language.element_methods
                kept = element if gives or name in language.keeping_methods else None
                return ResolvedPath(ExternalName(f"{outer}.{name}", kept, gives), ScopedEvidence.IMPORTED_NAME)

    def _in_type(
        self, receiver: ProgramDefinition, order: Sequence[ProgramDefinition], name: str, called: bool
    ) -> ResolvedPath | None:
        for cls in order:
            found = self._program.member(cls, name, called=called)
            if found is not None:
                evidence = ScopedEvidence.RECEIVER_TYPE if cls == receiver else ScopedEvidence.BASE_TYPE
                return ResolvedPath(found, evidence, receiver)
        return None

    def value(self, of: ProgramDefinition) -> ResolvedPath | None:
        """What a variable or field holds."""
        return self._memo.answer(("=", of), self._held, of, "=")

    def _held(self, of: ProgramDefinition, step: str) -> ResolvedPath | None:
        """What all declarations of a variable hold, or of a function give; None where they differ."""
        program, answers = self._program, []
        for declaration in program.declarations[of]:
            path = program.holdings.get((declaration.row, step))
            element = program.holdings.get((declaration.row, f"{step}[]"))
            found = self.find(declaration.file, path) if path else None
            if found is not None and isinstance(found.meaning, ExternalName) and element:
                found = found._replace(meaning=found.meaning._replace(element=(declaration.file, element)))
            if found is None and (declaration.row, step) in program.nameless:
                found = ResolvedPath(
                    NamelessPart(declaration.row, declaration.file, step), ScopedEvidence.RECEIVER_TYPE
                )
            answers.append(found)
        meanings = {each.meaning if each else None for each in answers}
        return answers[0] if len(meanings) == 1 else None

    def _part(self, of: NamelessPart, step: str) -> ResolvedPath | None:
        """What a step gives of something whose type has no name."""
        steps = f"{of.steps}{step}"
        if path := self._program.holdings.get((of.row, steps)):
            return self.find(of.file, path)
        if (of.row, steps) in self._program.nameless:
            return ResolvedPath(NamelessPart(of.row, of.file, steps), ScopedEvidence.RECEIVER_TYPE)
        return None

    def _part_of_type(self, of: ProgramDefinition, step: str) -> ResolvedPath | None:
        """What a step gives of an instance of a type that names one without a name: `type Stacks []Stack`."""
        declarations = self._program.declarations[of]
        answers = [self._part(NamelessPart(each.row, each.file, "="), step) for each in declarations]
        return answers[0] if len({each.meaning if each else None for each in answers}) == 1 else None

    def _called(self, meaning: PathMeaning, step: str) -> ResolvedPath | None:
        """What calling something gives; the step says which of several results."""
        match meaning:
            case ProgramDefinition(group="type"):
                return ResolvedPath(TypeInstance(meaning), ScopedEvidence.RECEIVER_TYPE)
            case ProgramDefinition(group="function"):
                found = self._memo.answer((step, meaning), self._held, meaning, step)
                return found._replace(evidence=ScopedEvidence.RECEIVER_TYPE) if found is not None else None
            case ProgramDefinition(group="value"):
                held = self.value(meaning)
                if held is not None and not isinstance(held.meaning, ExternalName):
                    return self._called(held.meaning, step)
                return self._memo.answer((step, meaning), self._held, meaning, step)
            case TypeInstance(of):
                part = self._part_of_type(of, step)
                return part if part is not None else self._memo.answer((step, of), self._held, of, step)
            case NamelessPart():
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
            case NamelessPart():
                return self._part(meaning, step)
            case TypeInstance(of) if (inner := self._part_of_type(of, step)) is not None:
                return inner
            case ProgramDefinition(group="function" | "type") if self._rules.language.indexes_make_instances:
                return ResolvedPath(meaning, ScopedEvidence.OWN_UNIT)
            case ProgramDefinition(group="value") if (held := self.value(meaning)) is not None:
                if isinstance(held.meaning, NamelessPart | TypeInstance):
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
                return ResolvedPath(TypeInstance(self.aliased(meaning)), ScopedEvidence.RECEIVER_TYPE)
            case ProgramDefinition(group="function"):  # that makes instances, as in JavaScript
                return ResolvedPath(TypeInstance(meaning), ScopedEvidence.RECEIVER_TYPE)
            case ProgramDefinition(group="value"):
                held = self.value(meaning)
                return self._instance(held.meaning) if held is not None else None
            case ExternalName():
                return ResolvedPath(meaning, ScopedEvidence.RECEIVER_TYPE)
        return None

    def aliased(self, of: ProgramDefinition) -> ProgramDefinition:
        """The type that an alias of types stands for; itself where it is none."""
        found = self._memo.answer(("alias", of), self._held, of, "=")
        meaning = found.meaning if found is not None else None
        return meaning if isinstance(meaning, ProgramDefinition) and meaning.group == "type" else of

    # --- types ------------------------------------------------------------------------------------------------------

    def bases(self, cls: ProgramDefinition) -> list[ProgramDefinition]:
        """The types of the repository that a type names as its bases, in their order."""
        found = (self.find(file, path) for file, path in self._program.bases.get(cls, ()))
        types = (self.aliased(each.meaning) for each in found if each and isinstance(each.meaning, ProgramDefinition))
        return [each for each in dict.fromkeys(types) if each.group == "type" and each != cls]

    def order(self, cls: ProgramDefinition) -> tuple[ProgramDefinition, ...]:
        """The types that a member is looked up in: itself, then its bases by C3."""
        return self._memo.answer(("order", cls), self._ordered, cls) or (cls,)

    def _ordered(self, cls: ProgramDefinition) -> tuple[ProgramDefinition, ...]:
        bases = self.bases(cls)
        if self._rules.language.bases_by_depth:
            return self._by_depth(cls)
        return (cls, *c3_merge([*(self.order(base) for base in bases), tuple(bases)]))

    def _by_depth(self, cls: ProgramDefinition) -> tuple[ProgramDefinition, ...]:
        found = {cls: None}
        level = [cls]
        while level:
            level = [base for each in dict.fromkeys(level) for base in self.bases(each) if base not in found]
            found |= dict.fromkeys(level)
        return tuple(found)

    def constructor(self, cls: ProgramDefinition) -> ProgramDefinition | None:
        """The constructors that a type declares."""
        return self._program.member(cls, CONSTRUCTOR, called=True)

    def imported_by(self, file: int, fact: IncludeFact) -> PathMeaning | None:
        """What an import statement of a file leads to; None where it should be in the repository, and is not."""
        return self._rules.module(file, fact.spelling)

    def alternatives(self, declarations: Sequence[ProgramDeclaration]) -> Sequence[ProgramDeclaration]:
        """Of the declarations of one definition those that a use leads to, all of them; () where only one can be meant.

        Such are the variants of a function for different systems.
        """
        return ()

    def overridable(self, cls: ProgramDefinition, method: ProgramDeclaration) -> Sequence[ProgramDefinition]:
        """The types whose method of the same name a method of a type can override, the nearest first."""
        return self.order(cls)[1:]

    def implementations(self) -> Iterator[StatedBase]:
        """Which types have which bases by statements outside of both."""
        yield from ()

    def is_partial(self, definition: ProgramDefinition) -> bool:
        """Whether declarations of several files make a definition."""
        files = {each.file for each in self._program.declarations[definition]}
        return 1 < len(files) <= _MAX_FILES
