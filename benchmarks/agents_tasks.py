"""Tasks whose answers are known without kgraph: from Python's own parser, and from later commits.

`draw` takes the same number of tasks of each kind by chance from a checkout:

    definition   where a class or function is defined                         path:line, from `ast`
    importers    which files import a module                                  paths, from `ast` and the folders
    callers      which functions call a function of a module                  path and name of each, from `ast`
    derived      which classes derive from a class, directly or not           names, from `ast`
    change       which file the commit of a later message changed             one of these paths, from git

Only names that one definition has are asked for, so that a name alone tells what is meant.
"""

from __future__ import annotations

import ast
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from locate import queries

KINDS = ("definition", "importers", "callers", "derived", "change")


@dataclass(frozen=True, slots=True)
class Task:
    """One question with its answer; for "change" any of the answers will do."""

    kind: str
    subject: str  # a name, a path, or a message
    unread: frozenset[str]  # files that count neither way
    answer: frozenset[str]  # of a definition each line on which it may be said to begin


class Source:
    """All Python files of a checkout, parsed."""

    def __init__(self, root: Path) -> None:
        self.trees: dict[str, ast.Module] = {}
        self.unread: set[str] = set()  # what Python's parser refuses, of which nothing is known
        for file in sorted(root.rglob("*.py")):
            try:
                self.trees[file.relative_to(root).as_posix()] = ast.parse(file.read_text("utf-8"))
            except (SyntaxError, UnicodeDecodeError):
                self.unread.add(file.relative_to(root).as_posix())
        self.defined: dict[str, list[tuple[str, int, str]]] = defaultdict(list)  # path, line, kind
        self.begins: dict[str, frozenset[str]] = {}
        self.calls: dict[str, set[str]] = defaultdict(set)  # by name: "path name of the function around"
        self.bases: dict[str, set[str]] = defaultdict(set)  # by name of a base: names of classes
        self.named: Counter[str] = Counter()
        for path, tree in self.trees.items():
            self._walk(path, tree, "", "module")

    def _walk(self, path: str, node: ast.AST, around: str, scope: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner, kind = around, scope
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                is_class = isinstance(child, ast.ClassDef)
                kind = "class" if is_class else "function"
                self.defined[child.name].append((path, child.lineno, f"{kind} of {scope}"))
                first = min([child.lineno, *(each.lineno for each in child.decorator_list)])
                self.begins[child.name] = frozenset(f"{path}:{line}" for line in range(first, child.lineno + 1))
                inner = around if is_class else child.name
                if isinstance(child, ast.ClassDef):
                    for base in child.bases:
                        self.bases[getattr(base, "id", getattr(base, "attr", ""))].add(child.name)
            elif isinstance(child, ast.Call):
                self.calls[getattr(child.func, "id", getattr(child.func, "attr", ""))].add(f"{path} {around}".strip())
            elif isinstance(child, ast.Name):
                self.named[child.id] += 1
            elif isinstance(child, ast.Attribute):
                self.named[child.attr] += 1
            elif isinstance(child, ast.arg):
                self.named[child.arg] += 100  # may hide a function of that name
            decorators = getattr(child, "decorator_list", [])
            for each in decorators:  # run by the code around, and call what they name
                if isinstance(each, ast.Name | ast.Attribute):
                    self.calls[getattr(each, "id", getattr(each, "attr", ""))].add(f"{path} {around}".strip())
                self._walk(path, ast.Expr(each), around, scope)
            if decorators:
                child.decorator_list = []  # type: ignore[attr-defined]
            self._walk(path, child, inner, kind)

    def alone(self, *kinds: str) -> list[str]:
        """Names with one definition, of some kinds, that are used."""
        return sorted(
            name
            for name, found in self.defined.items()
            if len(found) == 1 and found[0][2] in kinds and len(name) > 3 and 1 <= self.named[name] < 100
        )

    def importers(self) -> dict[str, set[str]]:
        """By path of a module the files that import it."""
        modules: dict[str, str] = {}
        for path in self.trees:
            dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            for name in {dotted, dotted.removeprefix("src.")}:
                modules[name] = path
        found: dict[str, set[str]] = defaultdict(set)
        for path, tree in self.trees.items():
            package = path.removesuffix(".py").replace("/", ".").removeprefix("src.").split(".")[:-1]
            for node in ast.walk(tree):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    start = package[: len(package) - node.level + 1] if node.level else []
                    module = ".".join([*start, *(node.module or "").split(".")]).strip(".")
                    inner = [f"{module}.{alias.name}" for alias in node.names]
                    names = [*(name for name in inner if name in modules), module]
                for name in names:
                    if name in modules and modules[name] != path:
                        found[modules[name]].add(path)
        return found

    def derived(self, name: str) -> set[str]:
        """All classes derived from one, by name."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for each in self.bases.get(waiting.pop(), set()) - found:
                found.add(each)
                waiting.append(each)
        return found - {name}


def draw(root: Path, commits: str, each: int, seed: int) -> list[Task]:
    """Tasks of a checkout, `each` of every kind, where there are so many; `commits` are those after it."""
    source = Source(root)
    unread = frozenset(source.unread)
    definitions = [
        Task("definition", name, unread, source.begins[name])
        for name in source.alone("class of module", "function of module", "function of class")
    ]
    importers = [
        Task("importers", path, unread, frozenset(users))
        for path, users in sorted(source.importers().items())
        if not path.endswith("__init__.py")
    ]
    callers = [
        Task("callers", name, unread, frozenset(found))
        for name in source.alone("function of module")
        if (found := source.calls[name]) and all(" " in place for place in found)
    ]
    derived = [
        Task("derived", name, unread, frozenset(found))
        for name in source.alone("class of module")
        if (found := source.derived(name)) and all(len(source.defined[each]) == 1 for each in found)
    ]
    changes = [
        Task("change", each.text, unread, each.gold)
        for each in queries(root / ".git", commits, list(source.trees), 200)
    ]
    chance = random.Random(seed)
    pools = (definitions, importers, callers, derived, changes)
    return [task for pool in pools for task in chance.sample(pool, min(each, len(pool)))]
