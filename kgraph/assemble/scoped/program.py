"""The declarations of all files of one language, by the unit that they belong to.

Input: the index of the files and the joined frame of their symbols. Output: a `Program`.

A *unit* is what the names of a language's top level are unique in: a package of Java, a package of Go, which is a
folder, a module of TypeScript, which is a file. A definition is named by its unit and its qualified name in there;
declarations of several files may be one definition, as overloads and partial classes are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import polars as pl

from kgraph.assemble.fact_tables import GROUPS, family
from kgraph.assemble.file_index import FileIndex
from kgraph.model import ExtractResult, FileFacts, Kind
from kgraph.scoped_languages import EXPORT, HIDDEN, ScopedLanguage

CONSTRUCTOR = "<init>"  # what paths call the constructor of a type, whatever its name is

GENERIC = "<"  # behind the name of a function that is called with types
EXPLICIT = "!"  # behind the name of a method that implements one of an interface and is no member of its own type
TYPE_MARK = ":"  # before a name in a path that means a type; in languages whose separator is another one

Group = Literal["type", "namespace", "function", "value"]

_GROUP: dict[str, Group] = {
    "namespace": "namespace",
    "function": "function",
    "type": "type",
    "enum": "type",
    "alias": "type",
}
_GROUP_OF: dict[str, Group] = {kind.value: _GROUP.get(group, "value") for kind, group in GROUPS.items()}


class ProgramDefinition(NamedTuple):
    """What is declared in a unit under a qualified name, by one or several declarations."""

    unit: str
    name: str
    group: Group


class ProgramDeclaration(NamedTuple):
    """One symbol of one file."""

    row: int  # of the frame of symbols
    file: int
    kind: str
    arity: int
    key: str
    modifiers: Sequence[str]
    line: int
    access: str = ""


@dataclass(slots=True)
class Program:
    """All declarations of one family of languages."""

    separator: str
    aliases_are_called: bool = True
    unit_of: dict[int, str] = field(default_factory=dict)  # by file
    files_of: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # by unit
    declarations: dict[ProgramDefinition, list[ProgramDeclaration]] = field(default_factory=dict)
    definition_of: dict[int, ProgramDefinition] = field(default_factory=dict)  # by row
    # Paths with the file that they stand in. Holdings by row and step: "=" what a variable holds, "()" what a function
    # gives, "=[]" and "()[]" what is inside of that, and so on by the steps of paths.
    holdings: dict[tuple[int, str], str] = field(default_factory=dict)
    nameless: set[tuple[int, str]] = field(default_factory=set)  # what of this has no path, and something inside
    imports: dict[int, dict[str, list[str]]] = field(default_factory=dict)  # by file and name; "*" for all of a unit
    # What a unit offers under names of its own choice, by unit and name: paths with the file that they stand in. A path
    # of another unit begins with its spelling. "*" for all that another unit offers, "=" for what stands for the unit.
    exports: dict[str, dict[str, list[tuple[int, str]]]] = field(default_factory=dict)
    bases: dict[ProgramDefinition, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def takes(self, declaration: ProgramDeclaration, arguments: int) -> bool:
        """Whether a function can be called with so many arguments; -1 for an unknown number."""
        if HIDDEN in declaration.modifiers:
            return False
        if arguments < 0 or declaration.arity < 0:
            return True
        least, _, most = self.holdings.get((declaration.row, "takes"), "").partition("-")
        if not least:
            return declaration.arity == arguments
        return int(least) <= arguments <= (int(most) if most else arguments)

    def groups(self, unit: str, name: str) -> list[ProgramDefinition]:
        """The definitions of a qualified name, types first."""
        return [each for group in _GROUPS if (each := ProgramDefinition(unit, name, group)) in self.declarations]

    def find(self, unit: str, name: str, *, called: bool) -> ProgramDefinition | None:
        """The definition of a qualified name; of several, a function where it is called, a type where that is meant."""
        groups = _CALLED if called else _GROUPS
        if TYPE_MARK in name and TYPE_MARK not in self.separator:
            name, groups = name.replace(TYPE_MARK, "").removesuffix("?"), _TYPES
        if name.endswith(GENERIC):
            plain, given = without_types(name)
            definition = ProgramDefinition(unit, plain, "function")
            return definition if self.generic(definition, given) else None
        for group in groups:
            definition = ProgramDefinition(unit, name, group)
            if definition in self.declarations and not (called and self._is_uncallable(definition)):
                return definition
        return None

    def _is_uncallable(self, definition: ProgramDefinition) -> bool:
        """Whether a definition is an alias of a type, in a language where that is none of its constructor."""
        if self.aliases_are_called or definition.group != "type":
            return False
        return all(each.kind == Kind.TYPE_ALIAS for each in self.declarations[definition])

    def generic(self, definition: ProgramDefinition, given: int) -> list[ProgramDeclaration]:
        """The declarations of a function that have so many parameters that are types."""
        declarations = self.declarations.get(definition, ())
        return [each for each in declarations if self.holdings.get((each.row, "generic")) == str(given)]

    def member(self, of: ProgramDefinition, name: str, *, called: bool) -> ProgramDefinition | None:
        """What is declared directly inside of a definition."""
        return self.find(of.unit, f"{of.name}{self.separator}{name}", called=called)


def without_types(name: str) -> tuple[str, int]:
    """The name of a function, and how many types it is given: `Get` and 1 of `Get<`."""
    plain = name.rstrip(GENERIC)
    return plain, len(name) - len(plain)


_TYPES: tuple[Group, ...] = ("type", "namespace")
_GROUPS: tuple[Group, ...] = ("type", "namespace", "value", "function")
_CALLED: tuple[Group, ...] = ("function", "type", "value", "namespace")


def build_program(
    index: FileIndex,
    symbols: pl.DataFrame,
    families: Sequence[str],
    language: ScopedLanguage,
    unit_of: Callable[[int, FileFacts], str],
) -> Program:
    """The program that the files of some families make; `symbols` is the frame of all symbol facts.

    A file that declares nothing is part of it too, for it may import and re-export.
    """
    separator = language.separator
    program = Program(separator, language.aliases_are_called)
    numbers = [number for number, file in enumerate(index.files) if family(file.language) in families]
    for number in numbers:
        _add_file(program, number, index.facts[number], unit_of)
    rows = symbols.filter(pl.col("family").is_in(families)).sort("row")
    first_rows: dict[int, int] = {}
    columns = ("row", "file", "kind", "arity", "key", "modifiers", "start", "access", "name", "scope")
    for row, number, kind, arity, key, modifiers, start, access, name, scope in rows.select(columns).iter_rows():
        first_rows.setdefault(number, row)
        unit = program.unit_of[number]
        declaration = ProgramDeclaration(row, number, kind, arity, key, modifiers or (), start, access)
        is_constructor = kind == Kind.CONSTRUCTOR and scope
        mark = EXPLICIT if modifiers and "explicit" in modifiers else ""
        qualified = f"{scope}{separator}{CONSTRUCTOR if is_constructor else name}{mark}" if scope else name
        definition = ProgramDefinition(unit, qualified, _GROUP_OF[kind])
        program.declarations.setdefault(definition, []).append(declaration)
        program.definition_of[row] = definition
    for number in numbers:
        _add_bindings(program, number, index.facts[number], first_rows.get(number, 0))
    return program


def _add_file(program: Program, number: int, fact: ExtractResult, unit_of: Callable[[int, FileFacts], str]) -> None:
    if isinstance(fact, FileFacts):
        unit = unit_of(number, fact)
        program.unit_of[number] = unit
        program.files_of[unit].append(number)
        program.imports[number] = {}


def _add_bindings(program: Program, number: int, fact: ExtractResult, first: int) -> None:
    if not isinstance(fact, FileFacts):
        return
    imports = program.imports[number]
    for owner, name, path in ((each.owner, each.name, each.path) for each in fact.holdings):
        if owner < 0 and name.startswith(EXPORT):
            exports = program.exports.setdefault(program.unit_of[number], {})
            exports.setdefault(name.removeprefix(EXPORT), []).append((number, path))
        elif owner < 0:
            imports.setdefault(name, []).append(path)
        else:
            program.holdings[first + owner, name] = path
            for at, _ in enumerate(name[1:], 1):
                if name[at] in "[(." and name[0] in "=(":
                    program.nameless.add((first + owner, name[:at]))


def add_bases(program: Program, uses: pl.DataFrame) -> None:
    """Note what types inherit from; `uses` are their uses of bases: file, owner (a row) and path."""
    for number, owner, path in uses.select("file", "owner", "path").iter_rows():
        definition = program.definition_of.get(owner)
        if definition is not None:
            scope, bar, rest = path.partition("|")
            if scope == definition.name:  # a type's members are not in scope where it names its bases
                scope = scope.rpartition(program.separator)[0]
            program.bases[definition].append((number, f"{scope}{bar}{rest}"))
