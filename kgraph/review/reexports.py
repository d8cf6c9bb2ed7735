"""What packages of Python passed on at the base and do not now: `from shop.prices import price` in `shop/__init__.py`.

Input: both sides with their texts, and the paths that a change touches. Output: an entry for each name, with the
imports that name it and the uses that led through it. The text says under which name something is imported (`as`) and
what `__all__` lists; the graph says what the name means, and what `*` brings.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from kgraph.relate.file_names import is_test
from kgraph.review.code import lines_of
from kgraph.review.report import RemovedSymbol, SymbolUse
from kgraph.review.side import MAX_USES, ReviewSide
from kgraph.search.reexports import PACKAGES, ImportedName, PythonModule, follow, read_modules

Content = Callable[[str], bytes | None]
KIND = "Re-export"


@dataclass(frozen=True, slots=True)
class PackageText:
    """What the text of a module binds when it is imported."""

    imported: dict[str, tuple[str, int]]  # by name: what it is called where it comes from, and the line
    bound: frozenset[str]  # all names, imported or not
    shown: frozenset[str] | None  # what `__all__` lists; None where there is none, or it is no list of strings
    stars: tuple[int, ...]  # lines of `from ... import *`

    def is_public(self, name: str) -> bool:
        """Whether a name is meant for others."""
        return name in self.shown if self.shown is not None else not name.startswith("_")


def read_package(text: bytes) -> PackageText | None:
    """What a text binds; None where it is not Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    imported: dict[str, tuple[str, int]] = {}
    bound: set[str] = set()
    shown: frozenset[str] | None = None
    stars: list[int] = []
    for node in _statements(tree.body):
        match node:
            case ast.ImportFrom(names=names):
                stars += [node.lineno for each in names if each.name == "*"]
                imported |= {each.asname or each.name: (each.name, node.lineno) for each in names if each.name != "*"}
            case ast.Import(names=names):
                bound |= {each.asname or each.name.partition(".")[0] for each in names}
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.Assign(targets=targets):
                bound |= {each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)}
                if any(isinstance(each, ast.Name) and each.id == "__all__" for each in targets):
                    shown = _strings(node.value)
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                bound.add(name)
                shown = _strings(value) if name == "__all__" else shown
            case ast.AugAssign(target=ast.Name(id="__all__")) if shown is not None:
                more = _strings(node.value)
                shown = shown | more if more is not None else None
    return PackageText(imported, frozenset(bound | imported.keys()), shown, tuple(stars))


def _statements(body: Collection[ast.stmt]) -> Iterator[ast.stmt]:
    """What runs when a module is imported, the branches of `if` and `try` among it, but for type checkers."""
    for node in body:
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from _statements(node.orelse)
        elif isinstance(node, ast.If | ast.Try | ast.With):
            inner = [*node.body, *getattr(node, "orelse", ()), *getattr(node, "finalbody", ())]
            inner += [each for handler in getattr(node, "handlers", ()) for each in handler.body]
            yield from _statements(inner)
        else:
            yield node


def _strings(node: ast.expr | None) -> frozenset[str] | None:
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return None
    found = [each.value for each in node.elts if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return frozenset(found) if len(found) == len(node.elts) else None


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A name that a package passes on."""

    name: str
    symbol: str  # the id of what it means
    line: int


class PackageNames:
    """What the packages of one side pass on."""

    def __init__(self, side: ReviewSide, content: Content) -> None:
        self.side, self._content = side, content

    @cached_property
    def modules(self) -> dict[str, PythonModule]:
        """By path."""
        return {self.side.paths[each.file]: each for each in read_modules(self.side.graph.tables)}

    @cached_property
    def _followed(self) -> dict[str, dict[str, ImportedName]]:
        return follow(self.modules.values())

    def text(self, path: str) -> PackageText | None:
        """What the text of a module says; None where it cannot be read."""
        data = self._content(path)
        return None if data is None else read_package(data)

    def passed_on(self, path: str, text: PackageText) -> Iterator[PassedOn]:
        """What a package passes on of the repository, under its own names."""
        module = self.modules[path]
        means = self._followed.get(module.file, {})
        for name, (former, line) in text.imported.items():
            if former in means:
                yield PassedOn(name, means[former].symbol, line)
        sources = {former for former, _ in text.imported.values()}
        for name, found in means.items() if text.stars else ():
            if name not in text.bound and name not in sources and found.through:
                yield PassedOn(name, found.symbol, text.stars[0])

    def may_pass_on(self, path: str, name: str) -> bool:
        """Whether `*` brings a name to a package, or may, as it leads out of the repository."""
        module = self.modules[path]
        found = self._followed.get(module.file, {}).get(name)
        if found is not None and found.through:
            return True
        rows = self.side.graph["includes"].filter((pl.col("file") == module.file) & pl.col("names").list.contains("*"))
        return bool(rows.filter(pl.col("targets").list.len().fill_null(0) == 0).height)

    def importers(self, path: str, name: str, touched: Collection[str]) -> list[SymbolUse]:
        """The imports of a name from a package."""
        file = self.modules[path].file
        rows = self.side.graph["includes"].filter(
            (pl.col("form") == "from")
            & pl.col("targets").list.contains(file)
            & pl.col("names").list.contains(name)
            & (pl.col("file") != file)
        )
        places = rows.select("file", "start_line").unique().sort("file", "start_line").iter_rows()
        paths = [(self.side.paths[each], line) for each, line in places]
        return [SymbolUse(each, each, line, 1.0, each in touched, name) for each, line in paths]

    def through(self, path: str, name: str, uses: Iterable[SymbolUse]) -> list[SymbolUse]:
        """Those of some uses that stand in files which import a package, on lines which have one of its names."""
        file = self.modules[path].file
        rows = self.side.graph["includes"].filter(pl.col("targets").list.contains(file))
        files = {self.side.paths[each] for each in rows["file"].unique()}
        return [each for each in uses if each.path in files and self._has_word(each.path, each.line, name)]

    def _has_word(self, path: str, line: int, word: str) -> bool:
        text = lines_of(self._content(path) or b"", line, line)
        return re.search(rf"\b{re.escape(word)}\b", text) is not None


def find_removed(
    old: PackageNames,
    new: PackageNames,
    touched: Collection[str],
    renamed: dict[str, str],
    left_of: Callable[[str], list[SymbolUse]],
) -> Iterator[tuple[RemovedSymbol, str]]:
    """The names that packages do not pass on any more, and the ids of what they mean.

    Args:
        old: The base.
        new: The change.
        touched: Paths at the base.
        renamed: Path at the base to path now.
        left_of: The uses of a symbol in untouched files whose lines lead to nothing of its name now.
    """
    for path in sorted(touched):
        if path.rpartition("/")[2] not in PACKAGES or is_test(path) or path not in old.modules:
            continue
        before, path_now = old.text(path), renamed.get(path, path)
        after = new.text(path_now) if path_now in new.modules else None
        if before is None or (after is None and path_now in new.side.languages):
            continue  # of a text that cannot be read nothing is known
        for each in sorted(old.passed_on(path, before), key=lambda item: (item.line, item.name)):
            if after is not None and (each.name in after.bound or new.may_pass_on(path_now, each.name)):
                continue
            kind, _, qualified, _, _ = old.side.row(each.symbol)
            if kind == "Module" and "Module" in new.side.find_kinds(qualified):
                continue  # a module of a package can be imported from it, whatever its text says
            imports = old.importers(path, each.name, touched)
            left = [use for use in imports if not use.touched] + old.through(path, each.name, left_of(each.symbol))
            places = {(use.path, use.line): use for use in [*left, *imports]}
            public = before.is_public(each.name)
            if not public and not left:
                continue
            yield (
                RemovedSymbol(
                    KIND,
                    f"{old.modules[path].qualified}.{each.name}",
                    path,
                    each.line,
                    "",
                    public,
                    len(places),
                    sum(not use.touched for use in places.values()),
                    tuple(places.values())[:MAX_USES],
                    may_be_made=after is not None and "__getattr__" in after.bound,
                ),
                each.symbol,
            )
