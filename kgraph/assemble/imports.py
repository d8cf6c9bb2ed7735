"""Which files a Python import means, without an interpreter's search path.

Comes in: import statements as spelled. Goes out: a `Resolution` for each, with a target per imported submodule.
Search roots are found by evidence: the folder above every topmost package, the root of the repository, and the
folder of a script that is in no package. A stub (`.pyi`) stands for a module that has no source.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from kgraph.assemble.includes import Resolution
from kgraph.assemble.paths import Paths, join, parent, searchable, shared
from kgraph.model import IncludeFact

_EXTERNAL = Resolution("external")
_MISSING = Resolution("missing")
_SUFFIXES = (".py", "/__init__.py", ".pyi", "/__init__.pyi")
_MODULES = (".py", ".pyi", ".py.in", ".pyi.in")  # the ends of all paths that are looked at


class Modules:
    """The Python modules of a repository, and what they are called."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._packages = {parent(p) for p in paths.places if p.endswith(("/__init__.py", "/__init__.pyi"))}
        self._with_python = {parent(p) for p in paths.places if p.endswith((".py", ".pyi"))}
        self._root_of: dict[str, str] = {}
        self._folder_of = [parent(p) for p in paths.places]
        # By folder and spelling, or the first part of one: many files of a folder import the same.
        self._found: dict[tuple[str, str], str | Resolution] = {}
        self._located: dict[tuple[str, str], tuple[str, int | None] | None] = {}
        self._searched: dict[tuple[str, str], list[list[str]]] = {}
        # Folders from which absolute names start, by the first part of those names: above packages, and of lone
        # modules.
        self._above: dict[str, set[str]] = defaultdict(set)
        self._beside: dict[str, set[str]] = defaultdict(set)
        for path in paths.places:
            if path.endswith((".py", ".pyi")):
                folder = parent(path)
                roots = self._above if folder in self._packages else self._beside
                roots[self.name(path).partition(".")[0]].add(self.root(folder))

    def root(self, folder: str) -> str:
        """The folder that the names of a folder's modules start from: above its topmost package, or itself."""
        if folder not in self._root_of:
            top = folder
            while top in self._packages:
                top = parent(top)
            self._root_of[folder] = top
        return self._root_of[folder]

    def name(self, path: str) -> str:
        """The dotted name of a module: "torch.nn.modules.conv" for torch/nn/modules/conv.py."""
        path = searchable(path)
        root = self.root(parent(path))
        relative = path[len(root) + 1 :] if root else path
        name = relative.rpartition(".")[0].removesuffix("/__init__")
        if name == "__init__":  # a package whose folder is the root of the repository
            return "__init__"
        return name.replace("/", ".")

    def resolve(self, number: int, fact: IncludeFact) -> Resolution:
        """The meaning of one import statement of file `number`."""
        found = self._find(self._folder_of[number], fact.spelling)
        return self._with_names(found, fact) if isinstance(found, str) else found

    def locate(self, number: int, spelling: str) -> tuple[str, int | None] | None:
        """The path of the module that file `number` means, without its suffix, and its file, if it is one.

        None where it is not in the repository, or could be several.
        """
        place = (self._folder_of[number], spelling)
        if place not in self._located:
            found = self._find(*place)
            self._located[place] = (found, self._file(found)) if isinstance(found, str) else None
        return self._located[place]

    def within(self, module: str, name: str) -> tuple[str, int | None] | None:
        """The same of a package's submodule, by the package's path."""
        path = f"{module}/{name}" if module else name
        file = self._file(path)
        return (path, file) if file is not None or path in self._with_python else None

    def path_of(self, number: int) -> str:
        """The path of the module that a file is, without its suffix."""
        path = self._paths.places[number]
        stem = path.rpartition(".")[0]
        return parent(path) if stem.rpartition("/")[2] == "__init__" else stem

    def absolute(self, number: int, spelling: str) -> str:
        """The dotted name that a relative import of file `number` spells; "" where it leaves the repository."""
        dotted = spelling.lstrip(".")
        start = join(self.folder_of(number), "../" * (len(spelling) - len(dotted) - 1))
        return "" if start is None else ".".join(filter(None, (self.dotted(start) if start else "", dotted)))

    def dotted(self, module: str) -> str:
        """The dotted name of a module, by its path without a suffix."""
        return self.name(module + ".py")

    def folder_of(self, number: int) -> str:
        """The folder of a file: absolute names mean the same to all files of one."""
        return self._folder_of[number]

    def layout(self, numbers: Iterable[int]) -> str:
        """All that the answers to files of these numbers depend on."""
        places = self._paths.places
        modules = (
            f"{path}>{places[self._paths.file(number)]}" if self._paths.file(number) != number else path
            for number, path in enumerate(places)
            if path.endswith(_MODULES)
        )
        return "\0".join([*modules, "", *(places[number] for number in numbers)])

    def _find(self, folder: str, spelling: str) -> str | Resolution:
        """The path of a module without its suffix, or why there is none."""
        place = (folder, spelling)
        if place not in self._found:
            dotted = spelling.lstrip(".")
            dots = len(spelling) - len(dotted)
            self._found[place] = self._relative(folder, dotted, dots) if dots else self._absolute(folder, dotted)
        return self._found[place]

    def _relative(self, folder: str, dotted: str, dots: int) -> str | Resolution:
        start = join(folder, "../" * (dots - 1))
        found = None if start is None else self._module(start, dotted)
        return _MISSING if found is None else found

    def _absolute(self, folder: str, dotted: str) -> str | Resolution:
        top = dotted.partition(".")[0]
        partly = False
        for roots in self._search(folder, top):
            found = {root: module for root in roots if (module := self._module(root, dotted)) is not None}
            if len(found) == 1:
                return next(iter(found.values()))
            if found:
                files = {self._file(module) for module in found.values()} - {None}
                return Resolution("ambiguous", candidates=tuple(sorted(n for n in files if n is not None)))
            # The first part alone is here: a module that the build makes, or a wrong name.
            partly = partly or any("/".join(filter(None, (root, top))) in self._packages for root in roots)
        return _MISSING if partly else _EXTERNAL

    def _search(self, folder: str, top: str) -> list[list[str]]:
        """The roots to look in, nearest first; those of one list are equally near."""
        place = (folder, top)
        if place not in self._searched:
            self._searched[place] = list(self._roots(folder, top))
        return self._searched[place]

    def _roots(self, folder: str, top: str) -> Iterator[list[str]]:
        own = self.root(folder)
        yield [own]
        if top in sys.stdlib_module_names:
            return  # a name of the standard library is the repository's only where the importer's own root has it
        # A lone module can be imported from elsewhere only by those who put its folder on the path: its neighbours.
        beside = {root for root in self._beside.get(top, ()) if shared(root, folder) > 0}
        others = (self._above.get(top, set()) | beside | {""}) - {own}
        by_nearness: dict[int, list[str]] = defaultdict(list)
        for root in sorted(others):
            by_nearness[shared(root, folder)].append(root)
        yield from (by_nearness[nearness] for nearness in sorted(by_nearness, reverse=True))

    def _module(self, root: str, dotted: str) -> str | None:
        """The path of a module or package below `root`, without its suffix."""
        path = "/".join(part for part in (root, dotted.replace(".", "/")) if part)
        # A folder without __init__.py is a namespace package (PEP 420): it is imported, though it is no file.
        known = path in self._with_python or self._file(path) is not None or self._templates(path)
        return path if known else None

    def _templates(self, module: str) -> tuple[int, ...]:
        """The files that a build makes a module from: `version.py.in`."""
        numbers = (self._paths.find(module + suffix + ".in") for suffix in _SUFFIXES)
        return tuple(number for number in numbers if number is not None)

    def _file(self, path: str) -> int | None:
        for suffix in _SUFFIXES:
            if (number := self._paths.find(path + suffix if path else suffix.lstrip("/"))) is not None:
                return number
        return None

    def _with_names(self, module: str, fact: IncludeFact) -> Resolution:
        """`from package import name` means the submodule where there is one, else the package itself."""
        own = self._file(module)
        targets = set()
        for name in fact.names:
            submodule = self._file(f"{module}/{name}" if module else name)
            if submodule is not None and submodule != own:
                targets.add(submodule)
            elif own is not None:
                targets.add(own)
        if not fact.names and own is not None:
            targets.add(own)
        if targets:
            return Resolution("repository", tuple(sorted(targets)))
        # A folder whose module the build makes, or a namespace package that has none of the names.
        templates = self._templates(module)
        return Resolution("generated", templates=templates) if templates else _MISSING


def resolve_imports(imports: Sequence[tuple[int, IncludeFact]], modules: Modules) -> list[Resolution]:
    """The meaning of each import statement; `imports` pairs the number of the importing file with the statement."""
    known: dict[tuple[str, str, str, tuple[str, ...]], Resolution] = {}
    resolutions = []
    for number, fact in imports:
        place = (modules.folder_of(number), fact.spelling, fact.form, fact.names)
        if place not in known:
            known[place] = modules.resolve(number, fact)
        resolutions.append(known[place])
    return resolutions
