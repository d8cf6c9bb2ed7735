"""PHP: full names of namespaces, global functions and constants, Composer's autoload roots, and traits.

A unit is a namespace. A file with several of them is of the global one, and its symbols stand in their namespaces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from json import loads
from posixpath import join, normpath

import polars as pl

from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.meanings import ExternalName, PathMeaning, WholeUnit
from kgraph.assemble.scoped.namespace_rules import NamespaceRules
from kgraph.assemble.scoped.program import Group, Program, ProgramDefinition, build_program
from kgraph.assemble.scoped.resolver import ScopedResolver
from kgraph.model import FileFacts
from kgraph.repository_paths import parent
from kgraph.scoped_languages import PHP

_MANIFEST = "composer.json"
_MAX_LISTED = 101  # files of one namespace
_ALL: tuple[Group, ...] = ("type", "function", "value")


class PhpResolver(ScopedResolver):
    """Looks up members in the traits that a class uses before it does in its parent."""

    def bases(self, cls: ProgramDefinition) -> list[ProgramDefinition]:
        """The types of the repository that a type names as its bases, traits first."""
        declarations = self._program.declarations
        return sorted(super().bases(cls), key=lambda base: "trait" not in declarations[base][0].modifiers)


class PhpRules(NamespaceRules):
    """The rules of PHP."""

    families = ("php",)
    implicit_members = False
    language = PHP
    resolver = PhpResolver

    def __init__(self, index: FileIndex, symbols: pl.DataFrame) -> None:
        self._paths = [file.path for file in index.files]
        self._numbers = {path: number for number, path in enumerate(self._paths)}
        self.program: Program = build_program(index, symbols, self.families, PHP, lambda _, fact: fact.package)
        self._roots = dict(_autoload_roots(index))
        self._folders = {parent(self._paths[number]) for number in self.program.unit_of}
        units = {definition.unit for definition in self.program.declarations}
        self._spaces = {
            space[:at] for space in units for at in range(1, len(space) + 1) if space[at : at + 1] in ("", "\\")
        }

    @staticmethod
    def unit_names(index: FileIndex) -> dict[int, str]:
        """The namespace of each file."""
        return {n: fact.package for n, fact in index.facts_in("PHP")}

    def module(self, file: int, spelling: str) -> PathMeaning | None:
        """A file, a type, function or constant, or a namespace; None for what should be in the repository."""
        if "/" in spelling or "." in spelling:
            return self._file(file, spelling)
        found = self._find(spelling, _ALL)
        if found is not None:
            return found
        if spelling in self._spaces:
            return ProgramDefinition("", spelling, "namespace")
        return None if self._is_here(spelling) else ExternalName(spelling)

    def _file(self, file: int, spelling: str) -> PathMeaning | None:
        for folder in (parent(self._paths[file]), *(() if spelling.startswith(".") else ("",))):
            path = normpath(join(folder, spelling))
            if path in self._numbers:
                self.program.files_of.setdefault(f"/{path}", [self._numbers[path]])
                return WholeUnit(f"/{path}")
        return ExternalName(spelling) if "vendor/" in spelling or spelling.startswith("/") else None

    def _is_here(self, name: str) -> bool:
        """Whether the repository should declare a name: it has its namespace, or the folder that autoload looks in."""
        space = name.rpartition("\\")[0]
        if not space or space in self._spaces:
            return bool(space)
        prefix = max((each for each in self._roots if f"{name}\\".startswith(each)), key=len, default="")
        rest = space[len(prefix) :].replace("\\", "/")
        return any(rest and normpath(join(root, rest)) in self._folders for root in self._roots.get(prefix, ()))

    def resolve_in_unit(self, unit: str, name: str) -> PathMeaning | None:
        """Nothing: names are full."""

    def implicit(self, file: int, name: str) -> PathMeaning | None:
        """What a full name means; see `extract.scoped.php_names`."""
        if name[:1] == ":":
            return self._find(name[2:], ("type",)) or ExternalName(name[2:])
        kind, _, full = name.partition(" ")
        groups: tuple[Group, ...] = ("function",) if kind == "function" else ("value",)
        found = self._find(full.removeprefix("\\"), groups)
        if found is None and full[:1] != "\\" and "\\" in full:
            found = self._find(full.rpartition("\\")[2], groups)
        return found

    def _find(self, full: str, groups: tuple[Group, ...]) -> ProgramDefinition | None:
        space, _, name = full.rpartition("\\")
        for group in groups:
            for found in (
                ProgramDefinition(space, name, group),
                ProgramDefinition("", f"{space}::{name}" if space else name, group),
            ):
                if found in self.program.declarations:
                    return found
        return None

    def find_imported_files(self, used: Callable[[int], Mapping[str, set[int]]], file: int, namespace: str) -> set[int]:
        """The files that declare what a file uses of a namespace that it imports."""
        paths = self.program.imports[file].get(f"{namespace}\\", ())
        found = [self.implicit(file, path) for path in paths]
        definitions = [each for each in found if isinstance(each, ProgramDefinition)]
        return {each.file for definition in definitions for each in self.program.declarations[definition]}

    def files_of_namespace(self, namespace: str) -> Sequence[int]:
        """The files of a namespace, and of those inside."""
        return self._files_inside.get(namespace, ())

    @cached_property
    def _files_inside(self) -> dict[str, list[int]]:
        """The first files of each namespace and of those inside, as many as are worth listing."""
        inside: dict[str, set[int]] = defaultdict(set)
        for unit, files in self.program.files_of.items():
            at = unit
            while at:
                inside[at].update(files)
                at = at.rpartition("\\")[0]
        return {name: sorted(files)[:_MAX_LISTED] for name, files in inside.items()}


def _autoload_roots(index: FileIndex) -> Iterator[tuple[str, list[str]]]:
    """The folders of each prefix of names, as the `composer.json` files say."""
    roots: dict[str, list[str]] = {}
    for number, fact in enumerate(index.facts):
        path = index.files[number].path
        if path.rpartition("/")[2] != _MANIFEST or not isinstance(fact, FileFacts):
            continue
        for each in fact.holdings:
            setting = loads(each.path) if each.name in ("autoload", "autoload-dev") else None
            prefixes = setting.get("psr-4") if isinstance(setting, dict) else None
            for prefix, folders in prefixes.items() if isinstance(prefixes, dict) else ():
                named = folders if isinstance(folders, list) else [folders]
                inside = [normpath(join(parent(path), each)) for each in named if isinstance(each, str)]
                roots.setdefault(prefix, []).extend(inside)
    yield from roots.items()
