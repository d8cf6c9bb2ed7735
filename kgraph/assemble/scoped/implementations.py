"""Interfaces that types implement by having their methods, without a word of it: those of Go.

Input: a `Program` whose methods have "signature" holdings (see `extract.scoped.go_types`), and its resolver. Output:
pairs of a type and an interface with their methods. A type implements an interface where its methods, those of what it
embeds included, have the names and signatures of all of the interface's, or where a variable without a name says so:
`var _ Interface = &Type{}`. Of what an interface embeds from elsewhere, the methods need not be known where a type
embeds the same. Where a signature is not known, a type is taken to implement nothing else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple, Protocol, runtime_checkable

from kgraph.assemble.scoped.meanings import ExternalName, TypeInstance
from kgraph.assemble.scoped.program import Program, ProgramDeclaration, ProgramDefinition
from kgraph.assemble.scoped.resolver import ScopedResolver


@runtime_checkable
class StructuralInterfaces(Protocol):
    """Rules of a language in which types implement interfaces by having their methods."""

    known_interfaces: Mapping[str, Mapping[str, str]]  # of the standard library: signatures by name of the method


_MAX_IMPLEMENTATIONS = 1_000  # of one interface
_MAX_CANDIDATES = 10_000  # types that have the rarest method of one interface
_NAME = re.compile(r"\{([^{}]+)\}")
_EMBEDDED = "embeds "  # in front of what the repository has not: the name of a method that stands for all of it


class TypeMethod(NamedTuple):
    """A method of a type's method set; without a declaration where it is one of the standard library."""

    unit: str  # "" where its name is exported, and so the same in all packages
    signature: str
    declarations: tuple[ProgramDeclaration, ...]


class Implementation(NamedTuple):
    """A type that implements an interface; the methods of both by name."""

    of: ProgramDefinition
    interface: ProgramDefinition
    methods: Mapping[str, tuple[TypeMethod, TypeMethod]]


_Key = tuple[str, str, str]


def _key(name: str, method: TypeMethod) -> _Key:
    return (name, method.signature, method.unit)


class MethodSets:
    """The method sets of the types of a program."""

    def __init__(self, program: Program, resolver: ScopedResolver, known: Mapping[str, Mapping[str, str]]) -> None:
        self._program = program
        self._resolver = resolver
        self._known = known
        self._own: dict[ProgramDefinition, dict[str, TypeMethod]] = defaultdict(dict)
        for definition, declarations in program.declarations.items():
            owner, _, name = definition.name.rpartition(program.separator)
            if definition.group == "function" and owner and declarations[0].kind == "Method":
                of = program.find(definition.unit, owner, called=False)
                if of is not None and of.group == "type":
                    self._own[of][name] = TypeMethod(
                        "" if name[:1].isupper() else of.unit, self._signature(declarations), tuple(declarations)
                    )

    def implementations(self) -> Iterator[Implementation]:
        """All pairs of a type and an interface that it implements, in the order of the declarations."""
        declarations = self._program.declarations
        sets = {
            of: self._methods(of)
            for of in declarations
            if of.group == "type" and self._resolver.resolve_alias(of) == of
        }
        having: dict[_Key, set[ProgramDefinition]] = defaultdict(set)
        places = {of: at for at, of in enumerate(sets)}
        seen: set[tuple[ProgramDefinition, ProgramDefinition]] = set()
        for of, methods in sets.items():
            if methods and not self._is_interface(of):
                for name, method in methods.items():
                    having[_key(name, method)].add(of)
        for interface in sets:
            wanted = self._find_interface_methods(interface) if self._is_interface(interface) else None
            if not wanted:
                continue
            keys = {name: _key(name, method) for name, method in wanted.items()}
            rarest, *others = sorted((having.get(key, set()) for key in keys.values()), key=len)
            if len(rarest) > _MAX_CANDIDATES:
                continue
            for of in sorted(rarest.intersection(*others), key=places.__getitem__)[:_MAX_IMPLEMENTATIONS]:
                seen.add((of, interface))
                yield Implementation(of, interface, {name: (sets[of][name], wanted[name]) for name in wanted})
        for of, interface in dict.fromkeys(self._find_assertions()):
            if (of, interface) not in seen:
                own, wanted = sets.get(of, {}), sets.get(interface, {})
                yield Implementation(of, interface, {name: (own[name], wanted[name]) for name in wanted if name in own})

    def _find_assertions(self) -> Iterator[tuple[ProgramDefinition, ProgramDefinition]]:
        """Types and interfaces that variables without a name say they implement."""
        for file, imports in self._program.imports.items():
            for name, paths in imports.items():
                if name.startswith("for "):
                    of, interface = self._type(file, paths[0]), self._type(file, imports[f"impl {name[4:]}"][0])
                    if of is not None and interface is not None and self._is_interface(interface) and of != interface:
                        yield of, interface

    def _type(self, file: int, path: str) -> ProgramDefinition | None:
        resolved = self._resolver.find(file, path)
        match resolved.meaning if resolved is not None else None:
            case ProgramDefinition(group="type") as of:
                return self._resolver.resolve_alias(of)
            case TypeInstance(of):
                return of
        return None

    def edges(self) -> Iterator[tuple[str, ProgramDeclaration, ProgramDeclaration]]:
        """Who implements what, as edges: "Inheritance" of types, "Override" of methods."""
        declared = self._program.declarations
        for each in self.implementations():
            pairs = [("Inheritance", declared[each.of], declared[each.interface])]
            pairs += [("Override", [*own.declarations], [*other.declarations]) for own, other in each.methods.values()]
            for kind, sources, targets in pairs:
                for source in sources:
                    yield from ((kind, source, target) for target in targets if target != source)

    def _is_interface(self, of: ProgramDefinition) -> bool:
        return "interface" in self._program.declarations[of][0].modifiers

    def _methods(self, of: ProgramDefinition) -> dict[str, TypeMethod]:
        found: dict[str, TypeMethod] = {}
        order = self._resolver.order(of)
        for cls in order:
            for name, method in self._own.get(cls, {}).items():
                found.setdefault(name, method)
        if not self._is_interface(of):
            for cls in sorted(self._embedding.keys() & set(order), key=order.index):
                for name, method in self._embedding[cls].items():
                    found.setdefault(name, method)
        return found

    @cached_property
    def _embedding(self) -> dict[ProgramDefinition, dict[str, TypeMethod]]:
        """What types themselves embed from outside of the repository: the methods of it by name."""
        found: dict[ProgramDefinition, dict[str, TypeMethod]] = {}
        for cls, bases in self._program.bases.items():
            methods = [self._outside_methods(file, path) for file, path in bases]
            if any(methods):
                found[cls] = {name: each[name] for each in reversed(methods) for name in each}
        return found

    def _outside_methods(self, file: int, path: str) -> dict[str, TypeMethod]:
        """The methods of what is embedded from outside of the repository: where they are not known, one that only what
        embeds the same has; none where the path leads to the repository or nowhere."""
        resolved = self._resolver.find(file, path)
        meaning = resolved.meaning if resolved is not None else None
        if isinstance(meaning, ProgramDefinition):
            return {}
        name = meaning.name if isinstance(meaning, ExternalName) else path.removeprefix("|")
        if name in self._known:
            return {method: TypeMethod("", signature, ()) for method, signature in self._known[name].items()}
        return {f"{_EMBEDDED}{name}": TypeMethod("", _EMBEDDED, ())} if isinstance(meaning, ExternalName) else {}

    def _find_interface_methods(self, interface: ProgramDefinition) -> dict[str, TypeMethod] | None:
        """The methods of an interface; None where not all are known."""
        wanted = self._methods(interface)
        order = dict.fromkeys(self._resolver.order(interface))
        for cls in order:
            if "constraint" in self._program.declarations[cls][0].modifiers or not self._is_interface(cls):
                return None
            for file, path in self._program.bases.get(cls, ()):
                resolved = self._resolver.find(file, path)
                meaning = resolved.meaning if resolved is not None else None
                if isinstance(meaning, ProgramDefinition):
                    if meaning.group == "type" and self._resolver.resolve_alias(meaning) not in order:  # too deep
                        return None
                    continue
                outside = self._outside_methods(file, path)
                if not outside:
                    return None
                for name, method in outside.items():
                    wanted.setdefault(name, method)
        return wanted if all(each.signature for each in wanted.values()) else None

    def _signature(self, declarations: list[ProgramDeclaration]) -> str:
        """The signature that all declarations of a method have, each name in full; "" where they differ."""
        texts = {self._spell_signature(each) for each in declarations}
        return texts.pop() if len(texts) == 1 else ""

    def _spell_signature(self, declaration: ProgramDeclaration) -> str:
        text = self._program.holdings.get((declaration.row, "signature"), "")
        names = {path: self._name(declaration.file, path) for path in _NAME.findall(text)}
        return _NAME.sub(lambda match: names[match[1]], text) if all(names.values()) else ""

    def _name(self, file: int, path: str) -> str:
        resolved = self._resolver.find(file, path)
        if resolved is not None and isinstance(resolved.meaning, ExternalName):
            return resolved.meaning.name
        of = self._type(file, path)
        return f"{of.unit}.{of.name}" if of is not None else ""
