"""Where the names of Python modules without `__init__.py` start: by what project files say, and by how they are
imported.

Input: files with their facts. Output: folders that a project puts on the path, and imports as `ModuleIndex` takes them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from kgraph.assemble.include_resolution import Resolution
from kgraph.assemble.suffix_index import join
from kgraph.model import ExtractResult, FileFacts, SourceFile
from kgraph.repository_paths import ends_with, parent

Imported = tuple[str, str, tuple[str, ...]]  # the folder of a file, the module that it imports, and names from it


def find_declared_roots(files: Sequence[SourceFile], facts: Sequence[ExtractResult]) -> frozenset[str]:
    """The folders that project files name as roots."""
    return frozenset(
        root
        for file, fact in zip(files, facts, strict=True)
        if isinstance(fact, FileFacts)
        for spelled in fact.build.roots
        if (root := join(parent(file.path), spelled))
    )


def find_imported_names(
    files: Sequence[SourceFile], facts: Sequence[ExtractResult], users: Iterable[int]
) -> list[Imported]:
    """What Python files import by absolute names; in order."""
    found: dict[Imported, None] = {}
    for number in users:
        fact = facts[number]
        if isinstance(fact, FileFacts):
            folder = parent(files[number].path)
            for each in fact.includes:
                if each.spelling[:1] not in (".", "") and ("." in each.spelling or each.names):
                    found[folder, each.spelling, each.names] = None
    return list(found)


def roots_by_imports(
    imported: Iterable[Imported],
    folders: Iterable[str] | None,
    find: Callable[[str, str], str | Resolution],
    file: Callable[[str], int | None],
    is_lone: Callable[[str], bool],
) -> dict[str, str]:
    """Of folders, where the names of their modules start as others import them: as most do, else the outermost.

    `folders` are those with modules, None where others may have some. `find` gives the path of a module by the folder
    of an importer and a dotted name, if there is one; `file` the number of its file, None of a folder. `is_lone` says
    whether a folder is in no package and below no root.
    """
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    lone = None if folders is None else {each.rpartition("/")[2] for each in folders if is_lone(each)}
    for folder, spelling, names in imported:
        # The folder that an import tells of is the last of its parts, or the one before.
        if lone is not None and lone.isdisjoint(spelling.rsplit(".", 2)[-2:]):
            continue
        path, inside = find(folder, spelling), spelling.replace(".", "/")
        if not isinstance(path, str) or not ends_with(path, inside):
            continue
        if file(path) is not None:
            of = parent(path)
        elif any(file(f"{path}/{name}") is not None for name in names):
            of = path
        else:
            continue
        root = path[: -len(inside)].rstrip("/")
        if of != root and is_lone(of):
            votes[of][root] += 1
    return {folder: min(count, key=lambda root: (-count[root], len(root), root)) for folder, count in votes.items()}


class NearestRoots:
    """The nearest to a folder of the roots that have a module: found by the folders that they are below, since
    thousands may ask for thousands."""

    def __init__(self, roots: Sequence[str], above: set[str]) -> None:
        """Those that are `above` a package can be imported from anywhere, and so can the root of the repository. A
        lone module can be imported from elsewhere only by those who put its folder on the path: its neighbours."""
        self._roots_below: dict[str, list[str]] = defaultdict(list)
        for root in roots:
            folder = root
            while folder:
                self._roots_below[folder].append(root)
                folder = parent(folder)
        self._far = [root for root in roots if not root or root in above]

    def find_around(self, folder: str) -> list[str]:
        """The roots that share the most leading folders with a folder."""
        while folder:
            if (found := self._roots_below.get(folder)) is not None:
                return found
            folder = parent(folder)
        return self._far
