"""Import resolution of Python: which files an import means, without an interpreter's search path.

Input: import statements as spelled. Output: a `Resolution` for each, with a target per imported submodule. Search roots
are found by evidence: the folder above every topmost package, the root of the repository, the folder of a script that
is in no package, and for packages without `__init__.py` the folders around an importer, with their `src`. A stub
(`.pyi`) stands for a module that has no source.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property

from kgraph.assemble.generated import MODULE_SOURCES, module_sources
from kgraph.assemble.include_resolution import Resolution
from kgraph.assemble.python.extension_modules import NOTHING_BUILT, BuiltModules, find_built_modules
from kgraph.assemble.python.roots import Imported, NearestRoots, roots_by_imports
from kgraph.assemble.suffix_index import PathSuffixIndex, join, searchable
from kgraph.model import IncludeFact
from kgraph.repository_paths import ends_with, parent

_EXTERNAL = Resolution("external")
_MISSING = Resolution("missing")
# By what is found first: of Cython, `.pyx` is the module and `.pxd` what others may know of it, as `.pyi` is.
STUB = ".pyi"
_ENDS = (".py", ".pyx", STUB, ".pxd")
_SUFFIXES = tuple(suffix for end in _ENDS for suffix in (end, f"/__init__{end}"))
_CIMPORTED = tuple(suffix for end in (".pxd", *_ENDS[:3]) for suffix in (end, f"/__init__{end}"))
_PACKAGES = tuple(f"/__init__{end}" for end in _ENDS)
_SOURCE_FOLDERS = ("src", "lib", "python")  # below a project
_PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "conftest.py", "pytest.ini", "tox.ini"})
_MAX_SEARCHED_ROOTS = 8  # roots, each of which may be looked into
_PARTS = 3  # of a name that modules are looked up by
_MODULES = (*_ENDS, ".pxi", *(f"{end}.in" for end in _ENDS), *MODULE_SOURCES)  # ends of all paths that are looked at


class ModuleIndex:
    """The Python modules of a repository, and what they are called."""

    def __init__(
        self,
        paths: PathSuffixIndex,
        users: Sequence[int] = (),
        declared: frozenset[str] = frozenset(),
        imported: Sequence[Imported] = (),
    ) -> None:
        """`users` are the numbers of all files that may import some, in order: notebooks are no modules. `declared` and
        `imported` are what `roots` finds."""
        self.users = users
        self._declared = declared
        self._imported = imported
        self._paths = paths
        self._packages = {parent(p) for p in paths.places if p.endswith(_PACKAGES)}
        self._with_python = {parent(p) for p in paths.places if p.endswith(_ENDS)}
        # Of all modules and packages; none where links may give a folder other names.
        self._stems = None if paths.has_linked_folders else {p[: -len(s)] for p in paths.places for s in _ending(p)}
        self._root_of: dict[str, str] = {}
        self._folder_of = [parent(p) for p in paths.places]
        # Folders with a file that makes them a project, or that pytest imports from.
        self._projects = {parent(p) for p in paths.places if p.rpartition("/")[2] in _PROJECT_FILES}
        self._names = {part for folder in self._with_python for part in folder.split("/")[-2:]}  # that may begin one
        # By folder and spelling, or the first part of one: many files of a folder import the same.
        self._modules_found: dict[tuple[str, str], str | Resolution] = {}
        self._located: dict[tuple[str, str], tuple[str, int | None] | None] = {}
        self._nearest: dict[str, NearestRoots] = {}  # by dotted name
        self._several: dict[tuple[str, int], Resolution] = {}
        self._templates_of: dict[tuple[str, bool], tuple[int, ...]] = {}
        self._alike: dict[int, dict[str, set[str]]] = {}  # modules by how many of their last parts, and these
        self._inside: dict[str, set[str]] = defaultdict(set)  # names of submodules, by folder
        # Folders from which absolute names start, by the first part of those names: above packages, and of lone
        # modules.
        self._above: dict[str, set[str]] = defaultdict(set)
        self._beside: dict[str, set[str]] = defaultdict(set)
        for path in paths.places:
            if path.endswith(_ENDS):
                folder = parent(path)
                root = self.root(folder)
                is_above = folder in self._packages or root != folder or root in declared
                roots = self._above if is_above else self._beside
                roots[_make_dotted_name(path, root).partition(".")[0]].add(root)
                if folder not in self._packages and root != folder:  # as a script, it is a lone module
                    self._beside[path.rpartition("/")[2].partition(".")[0]].add(folder)

    def root(self, folder: str) -> str:
        """The folder that the names of a folder's modules start from: above its topmost package, or itself."""
        if folder not in self._root_of:
            top = folder
            while top in self._packages:
                top = parent(top)
            self._root_of[folder] = self._source_folder(top)
        return self._root_of[folder]

    def _source_folder(self, folder: str) -> str:
        """The source folder of a project that a folder stands in, by names that can be imported; else the folder."""
        at, inside = folder, ""
        while at:
            if at in self._declared or (
                at.rpartition("/")[2] in _SOURCE_FOLDERS and (parent(at) in self._projects or at == "src")
            ):
                is_package = folder in self._with_python or folder != at
                return at if is_package and inside.replace("/", "").isidentifier() else folder
            inside = f"{at.rpartition('/')[2]}/{inside}"
            at = parent(at)
        return folder

    def name(self, path: str) -> str:
        """The dotted name of a module: "torch.nn.modules.conv" for torch/nn/modules/conv.py."""
        path = searchable(path)
        return _make_dotted_name(path, self._root_of_names(parent(path)))

    def _root_of_names(self, folder: str) -> str:
        """`root`, but of what others import from further out, as they do; so of what is below."""
        root = self.root(folder)
        at, inside = folder, ""
        while root == folder and at and self._roots_by_imports:
            if at in self._roots_by_imports:
                return self._roots_by_imports[at]
            inside = at.rpartition("/")[2] + inside
            if not inside.isidentifier():
                break
            at = parent(at)
        return root

    @cached_property
    def _roots_by_imports(self) -> dict[str, str]:
        folders = None if self._stems is None else self._with_python  # links may give a folder other names
        return roots_by_imports(self._imported, folders, self._find, self._file, lambda each: self.root(each) == each)

    def resolve(self, number: int, fact: IncludeFact, built: BuiltModules = NOTHING_BUILT) -> Resolution:
        """The meaning of one import statement of file `number`; `built` are extension modules by their packages."""
        found = self._find(self._folder_of[number], fact.spelling)
        return self._with_names(found, fact, built.get(found, ())) if isinstance(found, str) else found

    def locate(self, folder: str, spelling: str) -> tuple[str, int | None] | None:
        """The path of the module that the files of a folder mean, without its suffix, and its file, if it is one; None
        where it is not in the repository, or could be several."""
        place = (folder, spelling)
        if place not in self._located:
            found = self._find(*place)
            self._located[place] = (found, self._file(found)) if isinstance(found, str) else None
        return self._located[place]

    def within(self, module: str, name: str) -> tuple[str, int | None] | None:
        """The same of a package's submodule, by the package's path."""
        path = f"{module}/{name}" if module else name
        file = self._file(path)
        return (path, file) if file is not None or path in self._with_python else None

    def submodules(self, module: str) -> Iterable[str]:
        """The names of a package's submodules, by the package's path."""
        if not self._inside:
            for path in self._paths.places:
                if path.endswith(_ENDS):
                    self._inside[parent(path)].add(path.rpartition("/")[2].rpartition(".")[0])
            for folder in self._with_python - {""}:
                self._inside[parent(folder)].add(folder.rpartition("/")[2])
        return self._inside.get(module, ())

    def path_of(self, number: int) -> str:
        """The path of the module that a file is, without its suffix; of a notebook, which is none, its own."""
        path = self._paths.places[number]
        if path.endswith(".ipynb"):
            return path
        stem = path.rpartition(".")[0]
        return parent(path) if stem.rpartition("/")[2] == "__init__" else stem

    def absolute(self, folder: str, spelling: str) -> str:
        """The dotted name that a relative import in a folder spells; "" where it leaves the repository."""
        dotted = spelling.lstrip(".")
        start = join(folder, "../" * (len(spelling) - len(dotted) - 1))
        return "" if start is None else ".".join(filter(None, (self.dotted_name(start) if start else "", dotted)))

    def dotted_name(self, module: str) -> str:
        """The dotted name of a module, by its path without a suffix."""
        return self.name(module + ".py")

    @cached_property
    def kept_paths(self) -> list[str]:
        """The paths of all files as texts that can be written."""
        return [path if path.isprintable() else f"\0{path!a}" for path in self._paths.paths]

    def folder_of(self, number: int) -> str:
        """The folder of a file: absolute names mean the same to all files of one."""
        return self._folder_of[number]

    def conftests(self, number: int) -> Iterator[int]:
        """The files of pytest whose fixtures the tests of a file see, the nearest first."""
        folder = self._folder_of[number]
        while True:
            found = self._paths.find(f"{folder}/conftest.py" if folder else "conftest.py")
            if found is not None and found != number:
                yield found
            if not folder:
                return
            folder = parent(folder)

    def find_declaration_file(self, number: int) -> int | None:
        """The `.pxd` file that declares what a module of Cython, or one that it may compile, defines."""
        stem, _, end = self._paths.places[number].rpartition(".")
        return self._paths.find(f"{stem}.pxd") if end in ("pyx", "py") else None

    def find_included(self, number: int, spelling: str) -> int | None:
        """The `.pxi` file that a file includes by a path from its own folder."""
        path = join(self._folder_of[number], spelling)
        return self._paths.find(path) if path else None

    def layout(self, numbers: Iterable[int]) -> str:
        """All that the answers to files of these numbers depend on."""
        roots = (*sorted(self._declared), "", *map(str, sorted(self._roots_by_imports.items())))
        return "\0".join([*self._looked_at, "", *map(self._paths.places.__getitem__, numbers), "", *roots])

    @cached_property
    def _looked_at(self) -> list[str]:
        places, file = self._paths.places, self._paths.file
        some = [n for n, p in enumerate(places) if p.endswith(_MODULES) or p.rpartition("/")[2] in _PROJECT_FILES]
        return [f"{places[n]}>{places[file(n)]}" if file(n) != n else places[n] for n in some]

    def _find(self, folder: str, spelling: str) -> str | Resolution:
        """The path of a module without its suffix, or why there is none."""
        key = (folder, spelling)
        if key not in self._modules_found:
            dotted = spelling.lstrip(".")
            dots = len(spelling) - len(dotted)
            self._modules_found[key] = self._relative(folder, dotted, dots) if dots else self._absolute(folder, dotted)
        return self._modules_found[key]

    def _relative(self, folder: str, dotted: str, dots: int) -> str | Resolution:
        start = join(folder, "../" * (dots - 1))
        found = None if start is None else self._module(start, dotted)
        return _MISSING if found is None else found

    def _absolute(self, folder: str, dotted: str) -> str | Resolution:
        top = dotted.partition(".")[0]
        own = self.root(folder)
        module = self._module(own, dotted)
        if module is None and own != folder and folder not in self._packages:  # a script sees what stands beside it
            module = self._module(folder, dotted)
        if module is None and top not in sys.stdlib_module_names:
            # A name of the standard library is the repository's only where the importer's own root has it.
            nearest = self._nearest.get(dotted)
            if nearest is None:
                nearest = self._nearest[dotted] = NearestRoots(
                    self._roots_with(top, dotted), self._above.get(top, set())
                )
            roots = nearest.find_around(folder)
            if len(roots) > 1:
                return self._ambiguous(dotted, roots)
            module = self._module(roots[0], dotted) if roots else None
            if module is None and top in self._names:
                around = self._roots_around(folder, dotted)
                if len(around) > 1:
                    return self._ambiguous(dotted, around)
                module = _strip_root(around[0], dotted.replace(".", "/")) if around else None
        if module is not None:
            return module
        # The first part alone is here: a module that the build makes, or a wrong name.
        is_partly_here = _strip_root(own, top) in self._packages or (
            top not in sys.stdlib_module_names and (top in self._above or top in self._packages)
        )
        return _MISSING if is_partly_here else _EXTERNAL

    def _roots_around(self, folder: str, dotted: str) -> list[str]:
        """The nearest of the folders around an importer, or their source folders, that have a package without
        `__init__.py` of that name.

        What is named by one part alone may well be a folder that is no package: it counts if the importer stands in it,
        or where a project begins.
        """
        path = dotted.replace(".", "/")
        at = folder
        while True:
            roots = []
            for root in (at, *(_strip_root(at, name) for name in _SOURCE_FOLDERS)):
                place = _strip_root(root, path)
                if root in self._packages or place in self._packages:
                    continue  # no names start inside of a package, and those above one are known
                if self._file(place) is not None or place in self._with_python:
                    is_sure = "." in dotted or root != at or at in self._projects
                    if is_sure or f"{folder}/".startswith(f"{place}/"):
                        roots.append(root)
            if roots or not at:
                return roots
            at = parent(at)

    def _roots_with(self, top: str, dotted: str) -> list[str]:
        """The roots of names that begin with `top` which have a module of that name."""
        roots = {"", *self._above.get(top, ()), *self._beside.get(top, ())}
        if len(roots) > _MAX_SEARCHED_ROOTS:
            path = dotted.replace(".", "/")
            ends = (each for each in self._ending_alike(path) if ends_with(each, path))
            roots &= {each[: -len(path)].rstrip("/") for each in ends}
        return sorted(root for root in roots if self._module(root, dotted) is not None)

    def _ending_alike(self, path: str) -> Iterable[str]:
        """The paths of modules and packages whose last parts are the same as those of a path."""
        parts = path.split("/")[-_PARTS:]
        alike = self._alike.get(len(parts))
        if alike is None:
            alike = self._alike[len(parts)] = defaultdict(set)
            for each in {*self._with_python, *(_stem(place) for place in self._paths.places)}:
                alike["/".join(each.rsplit("/", len(parts))[-len(parts) :])].add(each)
        return alike.get("/".join(parts), ())

    def _ambiguous(self, dotted: str, roots: Sequence[str]) -> Resolution:
        """What several equally near roots have; one value for all that ask."""
        key = (dotted, id(roots))
        if key not in self._several:
            files = {self._file(_strip_root(root, dotted.replace(".", "/"))) for root in roots} - {None}
            candidates = tuple(sorted(n for n in files if n is not None))
            self._several[key] = Resolution("ambiguous", candidates=candidates)
        return self._several[key]

    def _module(self, root: str, dotted: str) -> str | None:
        """The path of a module or package below `root`, without its suffix."""
        path = _strip_root(root, dotted.replace(".", "/"))
        # A folder without __init__.py is a namespace package (PEP 420): it is imported, though it is no file.
        known = path in self._with_python or self._file(path) is not None or self._templates(path)
        return path if known else None

    def _templates(self, module: str, *, in_package: bool = True) -> tuple[int, ...]:
        """The files that a build makes a module from: `version.py.in`, `x.proto` of `x_pb2`, `_x.c`."""
        in_package = in_package and parent(module) in self._packages
        templates = self._templates_of.get((module, in_package))
        if templates is None:
            sources = (
                *(f"{module}{end}.in" for end in (".py", "/__init__.py", ".pyi", "/__init__.pyi")),
                *module_sources(module, in_package=in_package),
            )
            numbers = dict.fromkeys(self._paths.find(source) for source in sources)
            templates = self._templates_of[module, in_package] = tuple(
                number for number in numbers if number is not None
            )
        return templates

    def _file(self, path: str, suffixes: Sequence[str] = _SUFFIXES) -> int | None:
        if self._stems is not None and path not in self._stems and path and path[0] != "/" and "//" not in path:
            return None
        for suffix in suffixes:
            if (number := self._paths.find(path + suffix if path else suffix.lstrip("/"))) is not None:
                return number
        return None

    def _with_names(self, module: str, fact: IncludeFact, built: Collection[str]) -> Resolution:
        """`from package import name` means the submodule where there is one, else the package itself."""
        suffixes = _CIMPORTED if is_cimport(fact) else _SUFFIXES
        own = self._file(module, suffixes)
        targets = set()
        for name in fact.names:
            submodule = self._file(f"{module}/{name}" if module else name, suffixes)
            if submodule is not None and submodule != own:
                targets.add(submodule)
            elif own is not None and name not in built:
                targets.add(own)
        if not fact.names and own is not None:
            targets.add(own)
        made = [self._templates(_strip_root(module, name), in_package=own is None) for name in fact.names]
        if made and all(made) and targets <= {own}:  # `from . import x_pb2`
            return Resolution("generated", templates=tuple(sorted({each for several in made for each in several})))
        if targets:
            return Resolution("repository", tuple(sorted(targets)))
        # A folder whose module the build makes, or a namespace package that has none of the names.
        templates = self._templates(module)
        is_made = templates or (fact.names and set(fact.names) <= set(built))
        return Resolution("generated", templates=templates) if is_made else _MISSING


def is_cimport(fact: IncludeFact) -> bool:
    """Whether an import is Cython's `cimport`, which reads the `.pxd` file of a module."""
    return fact.condition.endswith("cimport")


def _make_dotted_name(path: str, root: str) -> str:
    """The dotted name of a module below a root; "__init__" of a package whose folder is the root."""
    name = path[len(root) + 1 if root else 0 :].rpartition(".")[0].removesuffix("/__init__")
    return name.replace("/", ".")


def _ending(path: str) -> tuple[str, ...]:
    """The suffixes of a module that a path ends with: of a package, both."""
    return tuple(suffix for suffix in _SUFFIXES if path.endswith(suffix)) if path.endswith(_ENDS) else ()


def _strip_root(root: str, path: str) -> str:
    """A path below a root."""
    return f"{root}/{path}" if root and path else root or path


def _stem(path: str) -> str:
    """The path of a module without its suffix, and of a package that of its folder."""
    for suffix in (*_SUFFIXES[1::2], *_SUFFIXES[::2]):
        for end in (suffix, suffix + ".in"):
            if path.endswith(end):
                return path.removesuffix(end)
    return ""


def resolve_imports(imports: Sequence[tuple[int, IncludeFact]], modules: ModuleIndex) -> list[Resolution]:
    """The meaning of each import statement; `imports` pairs the number of the importing file with the statement."""
    paths = ((modules.path_of(number), number, fact) for number, fact in imports)
    built = find_built_modules((path, fact) for path, number, fact in paths if path == modules.folder_of(number))
    resolution_of: dict[tuple[str, str, str, bool, tuple[str, ...]], Resolution] = {}
    resolutions = []
    for number, fact in imports:
        key = (modules.folder_of(number), fact.spelling, fact.form, is_cimport(fact), fact.names)
        if key not in resolution_of:
            resolution_of[key] = modules.resolve(number, fact, built)
        resolutions.append(resolution_of[key])
    return resolutions
