"""What paths can mean in languages with lexical scopes, and what the rules of such a language are."""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

from kgraph.assemble.scoped.program import Program, ProgramDefinition
from kgraph.scoped_languages import ScopedLanguage


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
    hands: tuple[int, str] | None = None  # the same of what it hands to a function that is its argument


class AnonymousPart(NamedTuple):
    """Something whose type has no name: what a declaration holds or gives, and steps from there, as in `holdings`."""

    row: int
    file: int
    steps: str


class DeclaredBase(NamedTuple):
    """A statement that a type has a base, such as `impl Trait for Type` of Rust."""

    type: ProgramDefinition
    base: ProgramDefinition
    file: int
    line: int


PathMeaning = WholeUnit | ProgramDefinition | TypeInstance | ExternalName | AnonymousPart


class ResolvedPath(NamedTuple):
    """What a path means, the evidence for it, and of which type it was found a member."""

    meaning: PathMeaning
    evidence: str
    receiver: ProgramDefinition | None = None
    only: frozenset[int] = frozenset()  # the rows of its declarations that can be meant; empty for all


class LanguageRules(Protocol):
    """What the languages of a program do each in their own way."""

    program: Program
    language: ScopedLanguage
    implicit_members: bool  # whether a bare name may be a member of the type around it

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """What an import of a file leads to; None where it should be in the repository, and is not."""

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """What a unit has of that name beside its own declarations: a unit inside, what it exports of others."""

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """What a name means that no scope binds and nothing imports."""


@runtime_checkable
class OpenTypes(Protocol):
    """Rules of a language in which a program may add members to types that others declare."""

    def is_of_others(self, definition: ProgramDefinition) -> bool:
        """Whether all that the repository declares of a type or namespace is such an addition."""


@runtime_checkable
class SourceSets(Protocol):
    """Rules of a language in which files are compiled in sets, of which not each sees each."""

    def sees(self, file: int, other: int) -> bool:
        """Whether a file can see what another one declares."""
