"""The packages of Go: which files make one, its import path, and which folder an import path leads to.

Input: a `FileIndex`. Output: a `GoPackages`. The import path of a folder is the path of the nearest module above it and
the way from there; in a vendor folder it is the way from that. What a `replace` puts in the place of a module has that
module's path in its own `go.mod`, so it needs no looking at. A folder may hold the tests of its package as a package
of their own, and programs that are no part of any: those are units too, called after what they are.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict

from kgraph.assemble.file_index import FileIndex
from kgraph.model import FileFacts

_VERSION = re.compile(r"v\d+")
_ALONE = "ignore"  # the constraint of files that are run by themselves
_MIN_FOLDERS = 2  # that tell by which path the files of a repository without modules import each other


class GoPackages:
    """Units by file and by folder; a unit is named by its import path."""

    def __init__(self, index: FileIndex) -> None:
        self.unit_of: dict[int, str] = {}
        self.by_folder: dict[str, str] = {}  # the unit that an import of the folder leads to
        self.names: dict[str, str] = {}  # the name of each unit's package
        self._modules: dict[str, str] = {}  # path of the module by folder
        self._roots: dict[str, str | None] = {}  # the nearest folder with a module
        for number, fact in index.facts_in("Go Module"):
            if fact.build.project:
                self._modules[posixpath.dirname(index.files[number].path)] = fact.build.project.partition("/")[2]
        self._folder_of = {number: posixpath.dirname(index.files[number].path) for number, _ in index.facts_in("Go")}
        self._folders = set(self._folder_of.values())
        self._prefix = self._guess_prefix(index)
        self._by_path: dict[str, list[str]] = defaultdict(list)  # folders of modules
        for folder, path in sorted(self._modules.items()):
            self._by_path[path].append(folder)
        grouped: dict[str, list[int]] = defaultdict(list)
        for number, folder in self._folder_of.items():
            grouped[folder].append(number)
        taken: set[str] = set()
        for folder in sorted(grouped, key=lambda each: (each.count("/"), each)):
            self._add_folder(index, folder, grouped[folder], taken)

    def _add_folder(self, index: FileIndex, folder: str, numbers: list[int], taken: set[str]) -> None:
        facts = {number: fact for number in numbers if isinstance(fact := index.facts[number], FileFacts)}
        tests = {number for number in facts if is_test(index.files[number].path)}
        alone = {number for number, fact in facts.items() if constraint_of(fact) == _ALONE}
        votes = Counter(
            fact.package for number, fact in facts.items() if fact.package and number not in tests | alone
        ) or Counter(fact.package.removesuffix("_test") for fact in facts.values())
        main = min(votes, key=lambda name: (-votes[name], name), default="")
        path = self._import_path(folder) or main
        if path in taken:
            path = f"{path} ({folder})"
        taken.add(path)
        self.by_folder[folder] = path
        for number, fact in facts.items():
            name = fact.package or main
            unit = path if name == main else f"{path}#{name}"
            if number in alone:
                unit = f"{path}#{posixpath.basename(index.files[number].path)}"
            elif number in tests and name == f"{main}_test":
                unit = f"{path}_test"
            self.unit_of[number] = unit
            self.names.setdefault(unit, name)

    def _import_path(self, folder: str) -> str:
        if (vendored := f"/{folder}".rpartition("/vendor/"))[1]:
            return vendored[2]
        root = self._root(folder)
        path = self._prefix if root is None else self._modules[root]
        inside = folder if not root else folder[len(root) + 1 :]
        return f"{path}/{inside}".strip("/") if inside else path

    def _root(self, folder: str) -> str | None:
        """The nearest folder with a module, at or above a folder."""
        passed = []
        at: str | None = folder
        while at is not None and at not in self._modules and at not in self._roots:
            passed.append(at)
            at = posixpath.dirname(at) if at else None
        found = self._roots[at] if at is not None and at in self._roots else at
        self._roots.update(dict.fromkeys(passed, found))
        return found

    def _guess_prefix(self, index: FileIndex) -> str:
        """What the import paths of files outside of modules have in front of folders; "" where nothing tells."""
        folders: dict[str, set[str]] = defaultdict(set)
        spellings = {
            each.spelling
            for number, fact in index.facts_in("Go")
            if self._root(self._folder_of[number]) is None
            for each in fact.includes
        }
        for spelling in spellings:
            prefix, _, inside = spelling.rpartition("/")
            while "." in prefix.partition("/")[0]:
                if inside in self._folders:
                    folders[prefix].add(inside)
                prefix, _, last = prefix.rpartition("/")
                inside = f"{last}/{inside}"
        best = max(folders, key=lambda each: (len(folders[each]), each), default="")
        return best if len(folders.get(best, ())) >= _MIN_FOLDERS else ""

    def find(self, file: int, spelling: str) -> tuple[str, bool]:
        """The unit that an import of a file leads to, "" where the repository has none; and whether it should."""
        here = self._folder_of[file]
        if spelling.startswith(("./", "../")):
            return self.by_folder.get(posixpath.normpath(posixpath.join(here, spelling)), ""), True
        at: str | None = here
        while at is not None:
            vendored = posixpath.join(at, "vendor", spelling)
            if vendored in self.by_folder:
                return self.by_folder[vendored], True
            at = posixpath.dirname(at) if at else None
        root = self._root(here)
        own, own_folder = (self._prefix, "") if root is None else (self._modules[root], root)
        is_own = bool(own) and (spelling == own or spelling.startswith(f"{own}/"))
        for path, folder in ([(own, own_folder)] if is_own else []) + self._modules_around(spelling):
            inside = posixpath.normpath(posixpath.join(folder, spelling[len(path) + 1 :]))
            if (unit := self.by_folder.get("" if inside == "." else inside)) is not None:
                return unit, True
        return "", is_own

    def _modules_around(self, spelling: str) -> list[tuple[str, str]]:
        """The modules whose path an import path begins with, and their folders, the longest path first."""
        found = []
        while spelling:
            found += [(spelling, folder) for folder in self._by_path.get(spelling, ())]
            spelling = spelling.rpartition("/")[0]
        return found


def package_name(spelling: str) -> str:
    """What a package is called, as its import path lets one expect."""
    parts = spelling.split("/")
    last = parts[-2] if len(parts) > 1 and _VERSION.fullmatch(parts[-1]) else parts[-1]
    last = re.sub(r"\.v\d+$", "", last)
    return last.removeprefix("go-").removesuffix("-go").removesuffix(".go").rpartition("-")[2]


def is_test(path: str) -> bool:
    return path.endswith("_test.go")


def constraint_of(fact: FileFacts) -> str:
    """The constraint on the builds that a file is part of."""
    return next((each.path for each in fact.holdings if each.owner < 0 and each.name == "go:build"), "")
