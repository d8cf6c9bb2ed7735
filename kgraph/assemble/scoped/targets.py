"""The declarations that a use leads to: the nearest one of several, and of overloads the one that its arguments fit.

Input: what the path of a use means, how it is used, and what is known of its arguments. Output: declarations, and the
evidence for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, cached_property

from kgraph.assemble.evidence import CONFIDENCE, EXTENSIONS, ScopedEvidence
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.argument_types import (
    DELEGATES,
    NOTHING_KNOWN,
    ArgumentTypes,
    likely_bases,
    types_of_builtin,
    types_of_result,
)
from kgraph.assemble.scoped.build_variants import BuildVariants, filter_by_build
from kgraph.assemble.scoped.labels import filter_by_labels
from kgraph.assemble.scoped.meanings import (
    ExternalName,
    LanguageRules,
    OpenTypes,
    ResolvedPath,
    SourceSets,
    TypeInstance,
)
from kgraph.assemble.scoped.namespace_rules import NamespaceRules
from kgraph.assemble.scoped.nearest import NearestDeclarations
from kgraph.assemble.scoped.overloads import CallSite, fit, prefer_exact_arity
from kgraph.assemble.scoped.program import CONSTRUCTOR, GENERIC, ProgramDeclaration, ProgramDefinition
from kgraph.assemble.scoped.resolver import ScopedResolver
from kgraph.model import Kind, UseKind
from kgraph.scoped_languages import CSHARP, LAMBDA, PARAMETER_NAMES, SPACE_INSIDE

Targets = tuple[Sequence[ProgramDeclaration], str]  # declarations, and the evidence
_NAMED = re.compile(r"(?:(\w+):)?(.*)", re.DOTALL)  # an argument, before which the name of its parameter may stand
_MAX_OVERLOADS = 200  # functions of one name that a call may be one of


class UseTargets:
    """Finds the declarations that uses in the files of a program lead to."""

    def __init__(self, rules: LanguageRules, resolver: ScopedResolver, index: FileIndex, ids: Sequence[str]) -> None:
        """`ids` are those of symbols by row."""
        self.rules = rules
        self.resolver = resolver
        self.nearest = NearestDeclarations(rules.program, index, ids)
        self._is_of_others = rules.is_of_others if isinstance(rules, OpenTypes) else lambda _: False
        self._sees = rules.sees if isinstance(rules, SourceSets) else None
        self._types_of_instance = cache(self._instance_types)
        self._overloads_above = cache(self._find_in_bases)
        self._files_of_type = cache(self._files_with)
        self._has_head = cache(self._is_constructed_by_head)
        self._is_partly_private = cache(self._has_private)

    def targets(self, resolved: ResolvedPath, kind: str, call: CallSite) -> Targets:
        """The declarations that a use leads to, and the evidence."""
        found, evidence = self._find_targets(resolved, kind, call)
        if self._sees is not None:
            found = [each for each in found if self._sees(call.file, each.file)]
        return found, evidence

    def _find_targets(self, resolved: ResolvedPath, kind: str, call: CallSite) -> Targets:
        meaning, evidence = resolved.meaning, resolved.evidence
        if not isinstance(meaning, ProgramDefinition):
            return [], ""
        if kind == UseKind.BASE.value and meaning.group != "type":
            return [], ""
        if kind != UseKind.BASE.value and meaning.group in ("type", "namespace") and self._is_of_others(meaning):
            return [], ""
        declarations = self.rules.program.declarations[meaning]
        if evidence == ScopedEvidence.TRAIT_IN_SCOPE and not self._takes_with_self(declarations, call.arguments):
            return [], ""
        if several := self.resolver.alternatives(declarations):
            return several, evidence
        if kind in (UseKind.CALL.value, UseKind.CONSTRUCT.value):
            if kind == UseKind.CALL.value and meaning.group == "type" and self.rules.language.needs_new:
                return [], ""
            return self._find_call_targets(resolved, meaning, call)
        if isinstance(self.rules, BuildVariants):
            return filter_by_build(self.rules, declarations, call.file, evidence)
        if len(declarations) > 1 and (resolved.only or self._is_partly_private(meaning)):
            meant = [each for each in declarations if not resolved.only or each.row in resolved.only]
            seen = [each for each in meant[:_MAX_OVERLOADS] if self._is_accessible(each, meaning, call.file)]
            return self.nearest.among(seen, call.file), evidence
        return self.nearest.find(meaning, call.file), evidence

    def _find_call_targets(self, resolved: ResolvedPath, meaning: ProgramDefinition, call: CallSite) -> Targets:
        declarations, evidence = self.rules.program.declarations, resolved.evidence
        if meaning.group == "type":
            of = self.resolver.resolve_alias(meaning)
            constructor = self.resolver.constructor(of)
            if constructor is not None and len(declarations[constructor]) > _MAX_OVERLOADS:
                return [], ""
            if constructor is None or self._is_made_otherwise(of, constructor, call.arguments):  # nobody wrote it
                return self.nearest.find_instantiable(of, call.file), evidence
            meaning = constructor
        if meaning.group == "value":
            return [], ""
        several = declarations[meaning]
        if self.rules.language is CSHARP and "." not in meaning.name:  # a function of statements outside of types
            several = [each for each in several if each.file == call.file]
        if isinstance(self.rules, BuildVariants):
            return filter_by_build(self.rules, several, call.file, evidence)
        if len(several) > _MAX_OVERLOADS:
            return [], ""
        if not self.rules.language.has_overloads:
            return self.nearest.find(meaning, call.file), evidence
        several = [each for each in several if not resolved.only or each.row in resolved.only]
        if evidence in EXTENSIONS and call.arguments >= 0:
            call = call._replace(arguments=call.arguments + 1, types=f" {call.types}")
        if call.given:
            several = [each for each in several if each in self.rules.program.generic(meaning, call.given)]
        several = [each for each in several if self._is_accessible(each, meaning, call.file)]
        candidates = [each for each in several if self._takes(each, call.arguments)]
        if self.rules.language.has_labels:
            return self._filter_by_labels(candidates, call, resolved)
        if resolved.receiver is not None and meaning.name.rpartition(self.rules.program.separator)[2] != CONSTRUCTOR:
            candidates += self._find_inherited_overloads(resolved.receiver, meaning, call.arguments)
        if f"={LAMBDA}" in call.types:
            candidates = [each for each in candidates if self._takes_functions(each, call.types.split(" "))]
        if not candidates and (extended := self._find_extension_targets(resolved, meaning, call)) is not None:
            return extended
        if evidence in EXTENSIONS and len(candidates) == 1:
            candidates = self._filter_by_argument_types(candidates, call)
        elif len({each.key for each in candidates}) > 1:
            candidates = self._filter_by_argument_types(candidates, call)
            evidence = evidence if evidence in CONFIDENCE else ScopedEvidence.OVERLOAD_TYPES
        elif len({each.key for each in several}) > 1 and evidence not in CONFIDENCE:
            evidence = ScopedEvidence.OVERLOAD
        return self.nearest.among(candidates, call.file), evidence

    def _takes_functions(self, declaration: ProgramDeclaration, types: Sequence[str]) -> bool:
        """Whether a function takes those arguments that are functions without a name."""
        callbacks = self.resolver.callbacks
        return all(
            callbacks.takes_function(declaration, at) for at, each in enumerate(types) if each.startswith(f"={LAMBDA}")
        )

    def _find_extension_targets(
        self, resolved: ResolvedPath, meaning: ProgramDefinition, call: CallSite
    ) -> Targets | None:
        """An extension method that is called where no member of that name takes as many arguments."""
        rules = self.rules
        if not isinstance(rules, NamespaceRules) or resolved.receiver is None:
            return None
        name = f"{meaning.name.rpartition(rules.program.separator)[2]}{GENERIC * call.given}"
        found = rules.extension(self.resolver, call.file, TypeInstance(resolved.receiver), name, None)
        if found is None or not isinstance(found.meaning, ProgramDefinition) or found.meaning.group != "function":
            return None
        return self._find_call_targets(found, found.meaning, call) if found.meaning != meaning else None

    def _filter_by_labels(
        self, candidates: list[ProgramDeclaration], call: CallSite, resolved: ResolvedPath
    ) -> Targets:
        """Those that take the arguments by their labels; else the type itself where an instance of it is made."""
        holdings = self.rules.program.holdings
        unit = self.rules.program.unit_of
        outside = [each for each in candidates if unit[each.file] == unit[call.file] or each.access == "public"]
        candidates = outside if len(candidates) > 1 and outside else candidates
        fitting = filter_by_labels(
            candidates, call.types, holdings, lambda path: self._argument(call.file, path), self._has_member
        )
        meaning, evidence = resolved.meaning, resolved.evidence
        if self._is_of_elsewhere(candidates) and all(each[0] in "_{" for each in call.types.split()):
            return [], ""
        if not fitting and isinstance(meaning, ProgramDefinition) and meaning.group == "type":
            return self.nearest.find(self.resolver.resolve_alias(meaning), call.file), evidence
        if len(candidates) > 1 and evidence not in CONFIDENCE:
            evidence = ScopedEvidence.OVERLOAD_LABELS
        return self.nearest.among(fitting, call.file), evidence

    def _is_of_elsewhere(self, functions: Sequence[ProgramDeclaration]) -> bool:
        """Whether functions are initialisers that extensions add to a type of another package, which has more."""
        if not functions or any(each.kind != "Constructor" for each in functions):
            return False
        program = self.rules.program
        of = program.definition_of[functions[0].row]
        owner = ProgramDefinition(of.unit, of.name.rpartition(program.separator)[0], "type")
        return not program.declarations.get(owner)

    def _has_member(self, function: ProgramDeclaration, of: str, name: str) -> bool:
        """Whether a type, as the parameter of a function names it, has a member."""
        found = self.resolver.find(function.file, f"|{of}.{name}")
        return found is not None and isinstance(found.meaning, ProgramDefinition)

    def _is_accessible(self, declaration: ProgramDeclaration, meaning: ProgramDefinition, file: int) -> bool:
        """Whether a file may use something: what is private its own file, or one with a part of its type."""
        if self._sees is not None and not self._sees(file, declaration.file):
            return False
        if declaration.access != "private" or declaration.file == file:
            return True
        # Parts of a type of C# stand in several files, in no namespace too.
        owner = "" if self.rules.language is CSHARP else meaning.name.partition(self.rules.program.separator)[0]
        name = meaning.name
        while (name := name.rpartition(self.rules.program.separator)[0]) and name != owner:
            if file in self._files_of_type(meaning.unit, name):
                return True
        return False

    def _files_with(self, unit: str, name: str) -> frozenset[int]:
        """The files that have a part of a type."""
        parts = self.rules.program.declarations.get(ProgramDefinition(unit, name, "type"), ())
        return frozenset(each.file for each in parts)

    def _has_private(self, definition: ProgramDefinition) -> bool:
        return any(each.access == "private" for each in self.rules.program.declarations[definition])

    def _is_constructed_by_head(self, of: ProgramDefinition) -> bool:
        """Whether the head of a type has the parameters of a constructor."""
        program = self.rules.program
        return any((each.row, "takes") in program.holdings for each in program.declarations[of])

    def _is_made_otherwise(self, of: ProgramDefinition, constructor: ProgramDefinition, arguments: int) -> bool:
        """Whether a type has a constructor that its head says, or that its language gives it."""
        declarations = self.rules.program.declarations
        written = [each for each in declarations[constructor] if "static" not in each.modifiers]
        if any(self._takes(each, arguments) for each in written):
            return False
        return not written or self._has_head(of) or (arguments <= 0 and declarations[of][0].kind == "Struct")

    def _takes(self, declaration: ProgramDeclaration, arguments: int) -> bool:
        """Whether a function can be called with so many arguments."""
        if declaration.kind == "Constructor" and "static" in declaration.modifiers:
            return False
        return self.rules.program.takes(declaration, arguments)

    @staticmethod
    def _takes_with_self(methods: Sequence[ProgramDeclaration], arguments: int) -> bool:
        """Whether a method of Rust, whose parameters include `self`, can be called with so many arguments."""
        return arguments < 0 or any(each.arity in (-1, arguments + 1) for each in methods)

    def _find_inherited_overloads(
        self, receiver: ProgramDefinition, meaning: ProgramDefinition, arguments: int
    ) -> list[ProgramDeclaration]:
        """Those of the bases of a type, which have other parameters than its own."""
        return [each for each in self._overloads_above(receiver, meaning) if self._takes(each, arguments)]

    def _find_in_bases(self, receiver: ProgramDefinition, meaning: ProgramDefinition) -> list[ProgramDeclaration]:
        name = meaning.name.rpartition(self.rules.program.separator)[2]
        own = {each.key for each in self.rules.program.declarations[meaning]}
        found: list[ProgramDeclaration] = []
        for inherited in self.resolver.members(receiver, name, called=True):
            if inherited != meaning and inherited.group == "function":
                more = [each for each in self.rules.program.declarations[inherited] if each.key not in own]
                found += more
                own |= {each.key for each in more}
            if len(found) > _MAX_OVERLOADS:
                break
        return found

    def _filter_by_argument_types(
        self, candidates: list[ProgramDeclaration], call: CallSite
    ) -> list[ProgramDeclaration]:
        """Those of some overloads that the arguments fit; of several, those that they fit best."""
        given = [_NAMED.match(each) for each in call.types.split(" ")] if call.types else []
        names = [each[1] or "" for each in given if each]
        types = [self._argument(call.file, each[2].replace(SPACE_INSIDE, " ")) for each in given if each]
        fits = [(each, self._fit(each, types, names)) for each in candidates]
        fitting = [(each, fit) for each, fit in fits if fit >= 0]
        best = max((fit for _, fit in fitting), default=0)
        fitting_best = prefer_exact_arity([each for each, fit in fitting if fit == best], call.arguments)
        if len(fitting_best) > 1 and len(types) == call.arguments and all(each.names for each in types):
            closed = [each for each in fitting_best if not self._is_open(each)]
            fitting_best = closed if len(closed) == 1 else fitting_best
        return fitting_best if best > 0 or len(fitting_best) == 1 else []

    @cached_property
    def _delegates(self) -> ArgumentTypes:
        """What takes a function without a name: delegates of .NET and functional interfaces of Java, and delegates and
        interfaces of the repository, each as well as others."""
        declared = self.rules.program.declarations.items()
        own = {of.name.rpartition(".")[2] for of, several in declared if several and self._takes_lambdas(several[0])}
        return ArgumentTypes(dict.fromkeys(DELEGATES | own, 0), is_known=False)

    def _takes_lambdas(self, of: ProgramDeclaration) -> bool:
        is_interface = "interface" in of.modifiers and self.rules.language is not CSHARP
        return of.kind == Kind.TYPE_ALIAS or is_interface

    def _argument(self, file: int, path: str) -> ArgumentTypes:
        """What is known of the type of an argument: simple names that it fits, and whether those are all."""
        if path.startswith(f"={LAMBDA}"):
            count = path.removeprefix(f"={LAMBDA}")
            return self._delegates._replace(parameters=int(count) if count else -1)
        if path.startswith("="):
            return types_of_builtin(path[1:])
        resolved = self.resolver.find(file, path) if path else None
        meaning = resolved.meaning if resolved else None
        if isinstance(meaning, ProgramDefinition) and meaning.group == "value":
            held = self.resolver.value(meaning)
            meaning = held.meaning if held else None
        match meaning:
            case TypeInstance(of):
                return self._types_of_instance(of)
            case ExternalName(name) if "(" not in name:
                return types_of_builtin(name.rpartition(".")[2])
            case ExternalName(name) if name.endswith("()"):
                return types_of_result(name)
        return NOTHING_KNOWN

    def _instance_types(self, of: ProgramDefinition) -> ArgumentTypes:
        names = [each.name.rpartition(self.rules.program.separator)[2] for each in self.resolver.order(of)]
        outside = self.resolver.outside_bases(of)
        named_like = [each for base in outside for each in likely_bases(base)]
        return ArgumentTypes.of((*names, *outside, *named_like, "Object", "object", "Any"), is_known=not outside)

    def _fit(self, declaration: ProgramDeclaration, types: Sequence[ArgumentTypes], names: Sequence[str]) -> int:
        """How well the arguments of a call fit a function, of which some are given by the names of its parameters."""
        if any(names):
            holdings = self.rules.program.holdings
            listed = holdings.get((declaration.row, PARAMETER_NAMES), "").split()
            needed = int(holdings.get((declaration.row, "takes"), "0").partition("-")[0])
            first = names.index(next(filter(None, names)))  # the place of the first name
            given = {*listed[:first], *filter(None, names)}
            if listed and not {*listed[:needed]} <= given <= {*listed}:
                return -1
            placed = {listed.index(name): of for name, of in zip(names, types, strict=True) if name and listed}
            places = range(max([first, *(at + 1 for at in placed)]))
            types = [types[at] if at < first else placed.get(at, NOTHING_KNOWN) for at in places]
        return fit(declaration.key, types, is_open=self._is_open(declaration))

    def _is_open(self, declaration: ProgramDeclaration) -> bool:
        """Whether the last parameter of a function takes all further arguments."""
        return self.rules.program.holdings.get((declaration.row, "takes"), "").endswith("-")
