"""All that the pages tell, by file and folder: the answers, joined.

Input: the answers to the pages' queries. Output: a `RepositoryModel` of plain objects that refer to each other;
sections read them and compute nothing that needs more than one file's neighbours.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
import polars as pl

from kgraph.coverage import Coverage
from kgraph.digraph import Condensation
from kgraph.formatting import template
from kgraph.pages.column_queries import Answers

MAX_LEVELS = 32  # of folders, of which a folder's pages tell; people's trees have a dozen


@dataclass(slots=True, eq=False)
class PageSymbol:
    """One symbol at one place: a declaration or a definition."""

    file: PageFile
    line: int
    end: int
    role: str
    kind: str
    name: str
    qualified: str
    signature: str
    access: str
    documentation: str
    macro: str
    id: str
    parent: str
    anchor: str
    modifiers: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    above: PageSymbol | None = None  # what it stands in
    depth: int = 0
    is_general: bool = False  # its documentation is said of several, and so of none what it is for


@dataclass(slots=True, eq=False)
class Include:
    """One include directive or import."""

    id: str
    line: int
    spelling: str
    form: str
    resolution: str
    condition: str
    targets: list[str] = field(default_factory=list)  # ids of files or of what is external
    candidates: list[str] = field(default_factory=list)
    templates: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class RelatedPage:
    """A file that belongs with another."""

    file: PageFile
    rank: int
    score: float
    reasons: tuple[str, ...]


@dataclass(slots=True)
class Total:
    """How much there is in a folder and all below."""

    files: int = 0
    lines: int = 0
    size: int = 0


@dataclass(slots=True, eq=False)
class PageFolder:
    """A folder of the repository."""

    id: str
    path: str
    name: str
    submodule: str
    above: PageFolder | None = None
    folders: list[PageFolder] = field(default_factory=list)
    files: list[PageFile] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)  # ids of documents that link to it
    needs: Counter[PageFolder] = field(default_factory=Counter)  # pairs of files, by the folder that is needed
    users: Counter[PageFolder] = field(default_factory=Counter)
    layer: int = 0  # 0: needs no other folder
    cycle: tuple[PageFolder, ...] = ()  # the folders that need each other, itself among them
    total: Total = field(default_factory=Total)
    levels: int = 0  # of folders below
    comment: tuple[str, PageFile] | None = None  # what Doxygen's \dir says of it, and where

    @property
    def is_deep(self) -> bool:
        """Whether `below` leaves something out."""
        return self.levels > MAX_LEVELS

    @property
    def readme(self) -> PageFile | None:
        """Its README."""
        return next((file for file in self.files if file.name.lower().startswith("readme")), None)

    def list_files(self) -> list[PageFile]:
        """The files of the subtree, of a deep one those of its upper levels, lest each page list them all."""
        return [file for folder in self.subtree() for file in folder.files]

    def subtree(self) -> list[PageFolder]:
        """The folder and those below, each before what is in it; of a deep tree the upper levels."""
        folders, waiting = [], [(self, 0)]
        while waiting:  # a tree may be deeper than Python's stack
            folder, level = waiting.pop()
            folders.append(folder)
            if level < MAX_LEVELS:
                waiting += [(inner, level + 1) for inner in reversed(folder.folders)]
        return folders

    def holds(self, other: PageFolder) -> bool:
        """Whether a folder is in it, or it itself."""
        return other is self or self.id == "folder/" or other.id.startswith(self.id + "/")


@dataclass(slots=True, eq=False)
class PageFile:
    """A file of the repository."""

    id: str
    path: str
    name: str
    folder: PageFolder
    language: str
    size: int
    lines: int | None
    blob: str
    read_as: str
    analysed: tuple[str, ...]  # aspects of it that were looked for
    documentation: str
    place: int  # among the files of its folder
    remarks: list[str] = field(default_factory=list)
    symbols: list[PageSymbol] = field(default_factory=list)  # in the order of the text
    includes: list[Include] = field(default_factory=list)
    users: dict[PageFile, int] = field(default_factory=dict)  # who includes or imports it, with the first line
    needs: dict[PageFile, int] = field(default_factory=dict)
    related: list[RelatedPage] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)  # ids of documents that link to it
    brings: tuple[int, int] = (0, 0)  # files and lines that come in with it
    dependents: tuple[int, int] = (0, 0)  # files that depend on it, and how many of them are compiled
    units_by_platform: tuple[int, ...] = ()  # that depend on it by `PLATFORMS`, where these differ
    depth: int = 0  # longest way down along includes
    cycle: tuple[PageFile, ...] = ()
    user_rank: int = 0  # where it stands among users of something: 0 with the product, 1 a test, 2 beside it
    role: str = ""
    evidence: str = ""
    shared_comment: tuple[str, int] = ("", 0)  # a paragraph at its top that stands in many files, and in how many
    definitions: dict[tuple[str, str], str] | None = None  # what each is called, by kind and id, once a page asked

    @property
    def extension(self) -> str:
        """ ".cpp"; "" where there is none."""
        at = self.name.rfind(".")
        return self.name[at:] if 0 < at < len(self.name) - 1 else ""


@dataclass(eq=False)
class RepositoryModel:
    """A whole repository."""

    name: str
    revision: str
    files: dict[str, PageFile]  # by id, sorted by path
    folders: dict[str, PageFolder]  # by id, sorted by path
    places: dict[str, list[PageSymbol]]  # where each symbol stands, by its id
    layers: int = 0  # how many layers folders have
    has_related: bool = True  # whether related files were asked for
    symbols: pl.DataFrame = field(default_factory=pl.DataFrame)  # the answer, with a column `anchor`
    unread: dict[tuple[Any, ...], str] = field(default_factory=dict)  # sentences of `unread`, by what they depend on

    @cached_property
    def coverage(self) -> Coverage:
        """What was analysed of all files."""
        return Coverage.of_files((file.language, file.analysed) for file in self.files.values())

    @property
    def root(self) -> PageFolder:
        return self.folders["folder/"]


def build_model(answers: Answers, name: str, revision: str) -> RepositoryModel:
    """Join the answers."""
    folders = _folders(answers["folders"], name)
    files = _files(answers, folders)
    symbols = add_anchors(answers["symbols"])
    model = RepositoryModel(
        name, revision, files, folders, _symbols(symbols, answers["traits"], files), symbols=symbols
    )
    _includes(answers, files)
    _add_related(model, answers["related"])
    for target, document in answers["links"].select("target", "document").iter_rows():
        if document == target or document not in files:
            continue
        if target in files:
            files[target].documents.append(document)
        elif target in folders:
            folders[target].documents.append(document)
    _reach(model)
    return model


def _folders(answer: pl.DataFrame, name: str) -> dict[str, PageFolder]:
    folders = {"folder/": PageFolder("folder/", ".", name, "")}
    for id_, path, submodule in answer.sort("folder").select("folder", "path", "submodule").iter_rows():
        if id_ == "folder/":
            continue
        folders[id_] = PageFolder(id_, path, path.rpartition("/")[2], submodule or "")
    for id_, folder in folders.items():
        if id_ != "folder/":
            folder.above = folders[id_.rpartition("/")[0] if "/" in id_.removeprefix("folder/") else "folder/"]
            folder.above.folders.append(folder)
    return folders


def _files(answers: Answers, folders: dict[str, PageFolder]) -> dict[str, PageFile]:
    files: dict[str, PageFile] = {}
    wanted = ("file", "path", "language", "size", "lines", "blob", "readAs", "analysed", "documentation")
    for id_, path, language, size, lines, blob, read_as, analysed, doc in (
        answers["files"].sort("file").select(wanted).iter_rows()
    ):
        parent = id_.removeprefix("file/").rpartition("/")[0]
        folder = folders["folder/" + parent]
        name = path.rpartition("/")[2]
        files[id_] = file = PageFile(
            *(id_, path, name, folder, language or "", size, lines, blob, read_as, tuple((analysed or "").split())),
            *(doc or "", len(folder.files)),
        )
        folder.files.append(file)
        folder.total.files += 1
        folder.total.lines += lines or 0
        folder.total.size += size
    _sum_up(folders)
    for id_, remark in answers["remarks"].select("file", "remark").iter_rows():
        files[id_].remarks.append(remark)
    for column, target in (("brings", "weights"), ("dependents", "dependents")):
        for id_, *counts in answers[target].drop("path").iter_rows():
            setattr(files[id_], column, tuple(counts))
    return files


def _sum_up(folders: dict[str, PageFolder]) -> None:
    """Add what is in folders to what is in those above."""
    for folder in reversed(folders.values()):  # sorted: a folder stands before what is in it
        if above := folder.above:
            above.total.files += folder.total.files
            above.total.lines += folder.total.lines
            above.total.size += folder.total.size
            above.levels = max(above.levels, folder.levels + 1)


def add_anchors(symbols: pl.DataFrame) -> pl.DataFrame:
    """The symbols in the order of the text, a parent before its members, with an anchor that no other of the file has.

    An anchor is made from the qualified name, so that it stays when lines move.
    """
    slug = pl.col("qualified").str.replace_all(r"[^A-Za-z0-9_]+", ".").str.strip_chars(".").str.head(80)
    ordered = symbols.unique(["file", "symbol", "role", "line", "end"], keep="first", maintain_order=True).sort(
        "file", "line", -pl.col("end"), pl.col("qualified").str.len_chars(), "qualified", "symbol", "role"
    )
    count = pl.int_range(1, pl.len() + 1).over("file", "slug")
    return ordered.with_columns(slug=slug).with_columns(
        anchor=pl.when(count > 1).then(template("sym-{}--{}", "slug", count)).otherwise(template("sym-{}", "slug"))
    )


# Kinds that hold what stands between their first and last line.
_HOLDERS = frozenset({"Namespace", "Class", "Struct", "Union", "Enum", "Module", "Heading", "Function", "Method"})


def _symbols(symbols: pl.DataFrame, traits: pl.DataFrame, files: dict[str, PageFile]) -> dict[str, list[PageSymbol]]:
    modifiers: dict[str, list[str]] = defaultdict(list)
    bases: dict[str, list[str]] = defaultdict(list)
    for id_, trait, value in traits.select("symbol", "trait", "value").unique(maintain_order=True).iter_rows():
        (modifiers if trait == "modifier" else bases)[id_].append(value)
    locations: dict[str, list[PageSymbol]] = defaultdict(list)
    wanted = (
        *("file", "line", "end", "role", "kind", "name", "qualified", "signature", "access"),
        *("documentation", "macro"),
    )
    stack: list[PageSymbol] = []
    last: PageFile | None = None
    for row in symbols.select(*wanted, "symbol", "parent", "anchor").iter_rows():
        file = files[row[0]]
        values: list[Any] = [value if value is not None else "" for value in row[1:]]
        symbol = PageSymbol(file, *values)
        symbol.modifiers = tuple(modifiers.get(symbol.id, ()))
        symbol.bases = tuple(bases.get(symbol.id, ()))
        if file is not last:
            stack, last = [], file
        while stack and not _holds(stack[-1], symbol):
            stack.pop()
        if stack:
            symbol.above = stack[-1]
            symbol.depth = stack[-1].depth + 1
        stack.append(symbol)
        file.symbols.append(symbol)
        locations[symbol.id].append(symbol)
    return locations


def _holds(outer: PageSymbol, inner: PageSymbol) -> bool:
    if not (outer.line <= inner.line and inner.end <= outer.end):
        return False
    if inner.parent == outer.id:
        return True
    same = outer.line == inner.line and outer.end == inner.end
    return outer.kind in _HOLDERS and not same


def _includes(answers: Answers, files: dict[str, PageFile]) -> None:
    by_id: dict[str, Include] = {}
    wanted = ("file", "include", "line", "spelling", "form", "resolution", "condition", "role", "other")
    for file, id_, line, spelling, form, resolution, condition, role, other in (
        answers["includes"].sort("file", "line", "include", "role", "other").select(wanted).iter_rows()
    ):
        if id_ not in by_id:
            by_id[id_] = Include(id_, line, spelling, form, resolution, condition or "")
            files[file].includes.append(by_id[id_])
        include = by_id[id_]
        if role == "target":
            include.targets.append(other)
            if other in files:
                files[file].needs.setdefault(files[other], line)
                files[other].users.setdefault(files[file], line)
        elif role:
            (include.candidates if role == "candidate" else include.templates).append(other)
    for id_, name in answers["imported-names"].select("include", "name").iter_rows():
        by_id[id_].names.append(name)


def _add_related(model: RepositoryModel, answer: pl.DataFrame) -> None:
    rows: dict[tuple[str, int, str, float], list[str]] = defaultdict(list)
    for file, rank, other, score, reason in answer.select("file", "rank", "other", "score", "reason").iter_rows():
        rows[file, rank, other, score].append(reason)
    for (file, rank, other, score), reasons in sorted(rows.items()):
        model.files[file].related.append(RelatedPage(model.files[other], rank, score, rank_reasons(reasons)))


def rank_reasons(reasons: list[str]) -> tuple[str, ...]:
    """The reasons of one relation, the most telling first."""
    if len(reasons) == 1:
        return (reasons[0],)
    order = _order_of_reasons()
    return tuple(sorted(reasons, key=lambda reason: (order.get(reason.split(" ", 1)[0], len(order)), reason)))


@cache
def _order_of_reasons() -> dict[str, int]:
    from kgraph.vocab.terms import REASONS

    return {word: number for number, word in enumerate(REASONS)}


def _reach(model: RepositoryModel) -> None:
    """Depth and cycles of files, layers and cycles of folders."""
    files = list(model.files.values())
    number = {file: index for index, file in enumerate(files)}
    pairs = [(number[file], number[other]) for file in files for other in file.needs]
    graph = _condense(len(files), pairs)
    for file, depth in zip(files, graph.depth().tolist(), strict=True):
        file.depth = depth
    for members in _cycles(graph):
        cycle = tuple(files[index] for index in members)
        for file in cycle:
            file.cycle = cycle
    for file in files:
        for other in file.needs:
            if other.folder is not file.folder:
                file.folder.needs[other.folder] += 1
                other.folder.users[file.folder] += 1
    folders = list(model.folders.values())
    place = {folder: index for index, folder in enumerate(folders)}
    layering = _condense(len(folders), [(place[one], place[other]) for one in folders for other in one.needs])
    for folder, depth in zip(folders, layering.depth().tolist(), strict=True):
        folder.layer = depth
    for members in _cycles(layering):
        group = tuple(folders[index] for index in members)
        for folder in group:
            folder.cycle = group
    model.layers = 1 + max((folder.layer for folder in folders), default=0)


def _condense(size: int, pairs: list[tuple[int, int]]) -> Condensation:
    array: Any = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return Condensation.of(size, array[:, 0], array[:, 1])


def _cycles(graph: Condensation) -> list[list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for node in np.flatnonzero(graph.find_cyclic()).tolist():
        groups[int(graph.component[node])].append(node)
    return list(groups.values())
