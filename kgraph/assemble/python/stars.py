"""Star imports (`from m import *`): which of a module's may bring a name.

Input: the files of Python modules, and where modules are. Output: for a file and a name, the modules to look in, in the
order of their imports.

A module with a thousand star imports is asked for a thousand names: what all of them export is listed once, with the
import through which each definition comes. Whether it is depends on the files alone, and never on what is asked, or a
build that asks for less would give other answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from kgraph.assemble.python.modules import ModuleIndex

_MAX_SEARCHED_STARS = 8  # star imports of one file, each of which may be looked into
_MAX_NAMES_PER_STAR = 1_000  # names that are listed for one import, on average: where there are more, none are listed


class Module(NamedTuple):
    """A module or package: its path without a suffix, and its file, which a namespace package lacks."""

    path: str
    file: int | None


class ModuleNames(Protocol):
    """What is asked of a file here; see `resolver.PythonFile`."""

    @property
    def number(self) -> int: ...

    @property
    def bindings(self) -> Mapping[tuple[str, str], list[str]]: ...

    @property
    def kinds(self) -> Mapping[str, str]: ...

    def find_bound(self, owner: str, name: str) -> list[str]: ...


@dataclass(slots=True)
class _Importer:
    """A file with star imports."""

    modules: Sequence[Module]
    brings: dict[str, list[Module]] | None = None  # by name, once that is listed


@dataclass(slots=True)
class _Exports:
    """What a module exports of its own."""

    names: frozenset[str] = frozenset()
    is_explicit: bool = False  # by `__all__`: then nothing else comes through it
    stars: Sequence[Module] = field(default_factory=list)


class StarImports:
    """The star imports of all files."""

    def __init__(self, files: Mapping[int, ModuleNames], modules: ModuleIndex) -> None:
        self._files = files
        self._modules = modules
        self._importers: dict[int, _Importer] = {}
        self._exports: dict[Module, _Exports] = {}

    def that_may_bring(self, name: str, file: int) -> Iterable[Module]:
        """The modules that a file imports all names of, those left out that do not export the name."""
        importer = self._importers.get(file)
        if importer is None:
            importer = self._importers[file] = _Importer(self._find_star_modules(file))
            count = len(importer.modules)
            if count > _MAX_SEARCHED_STARS:
                importer.brings = self._list_names(importer.modules, count * _MAX_NAMES_PER_STAR)
        found = importer.modules if importer.brings is None else importer.brings.get(name, ())
        return (module for module in found if self._exports_name(module, name))

    def _exports_name(self, module: Module, name: str) -> bool:
        exports = self._find_exports(module)
        return name in exports.names if exports.is_explicit else not name.startswith("_")

    def _list_names(self, modules: Sequence[Module], most: int) -> dict[str, list[Module]] | None:
        """What modules bring, by name; None where that takes more steps than `most`.

        A definition is brought by the first import that leads to it, and by the one that it takes the fewest steps
        from: who follows those, each by a list like this, does not go round in a ring.
        """
        through: dict[str, set[int]] = {}  # numbers of modules
        for nearest in (False, True):
            waiting = deque(enumerate(modules))
            seen: set[Module] = set()
            left = most
            while waiting:
                number, module = waiting.popleft()
                if module in seen:
                    continue
                seen.add(module)
                exports = self._find_exports(module)
                left -= 1 + len(exports.names) + len(exports.stars)
                if left < 0:
                    return None
                for name in exports.names:
                    through.setdefault(name, set()).add(number)
                if not exports.is_explicit:
                    inner = [(number, each) for each in exports.stars]
                    (waiting.extend if nearest else waiting.extendleft)(inner)
        return {name: [modules[number] for number in sorted(numbers)] for name, numbers in through.items()}

    def _find_exports(self, module: Module) -> _Exports:
        exports = self._exports.get(module)
        if exports is None:
            exports = self._exports[module] = self._compute_exports(module)
        return exports

    def _compute_exports(self, module: Module) -> _Exports:
        names = set(self._modules.submodules(module.path))
        try:
            file = None if module.file is None else self._files[module.file]
        except KeyError:  # it could not be read
            file = None
        if file is None:
            return _Exports(frozenset(_public(names)))
        # A path is what the list is made from, where it is made by a program: then it is not known.
        for listed in file.find_bound("", "__all__"):
            if ":" not in listed:
                return _Exports(frozenset(listed.split(" ")), is_explicit=True)
        names.update(name for name in file.kinds if "." not in name)
        names.update(name for owner, name in file.bindings if not owner and name.isidentifier())
        return _Exports(frozenset(_public(names)), stars=self._find_star_modules(file.number))

    def _find_star_modules(self, number: int) -> list[Module]:
        folder, paths = self._modules.folder_of(number), self._files[number].find_bound("", "*")
        located = (self._modules.locate(folder, path.partition(":")[0]) for path in paths)
        return list(dict.fromkeys(Module(*each) for each in located if each is not None))


def _public(names: Iterable[str]) -> Iterable[str]:
    return (name for name in names if not name.startswith("_"))
