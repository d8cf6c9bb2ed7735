"""The tables of the repository, its folders and its files.

Input: a `FileIndex`, and what a compiler says. Output: the tables `repository`, `activities`, `folders` and `files`,
and the `contains` edges between them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from kgraph.assemble.fact_tables import clean, lists
from kgraph.assemble.file_index import FileIndex
from kgraph.coverage import NOT_PARSED, Aspect, aspects_of
from kgraph.model import Compiled, Diagnostic, ExtractResult, FileFacts, Repository, Skipped, SourceFile
from kgraph.repository_paths import parent
from kgraph.vocab.iri import display_path, folder_id
from kgraph.vocab.tables import EDGES, schema

_BUILD_ID = "build"
_MAX_DIAGNOSTICS = 5


def make_frame(table: str, rows: Iterable[tuple[object, ...]]) -> pl.DataFrame:
    """The rows of a table of the vocabulary, sorted by id; edges are in no order."""
    types = schema(table)
    columns = list(zip(*rows, strict=True))
    if not columns:
        return pl.DataFrame(schema=types)
    # Column by column: a tenth of the time that it takes to read so many rows.
    frame = pl.DataFrame(
        [
            lists(name, values) if isinstance(types[name], pl.List) else pl.Series(name, values, types[name])
            for name, values in zip(types, columns, strict=True)
        ]
    )
    return frame if table == EDGES else frame.sort("id")


@dataclass(frozen=True, slots=True)
class UseCoverage:
    """In which files uses were looked for."""

    resolved: bool = True  # whether the build resolves what readers and compilers report
    compiled: Compiled | None = None  # what a compiler said
    indexed: Collection[int] = frozenset()  # numbers of the files whose uses another indexer's index reports


def file_tables(
    repository: Repository, index: FileIndex, agent: str, options: Sequence[str], coverage: UseCoverage
) -> dict[str, pl.DataFrame]:
    """The four tables, and the `edges` that place files and folders."""
    folders, edges = index.kept.get_or_make(
        "folders", (index.lay, index.submodules, repository.name), lambda: _folders(repository, index)
    )
    origin = (repository.origin or None, repository.revision or None)
    each = zip(index.ids, index.files, index.facts, strict=True)
    read = {id_: _Read.of(number, file, fact, coverage) for number, (id_, file, fact) in enumerate(each)}
    file_rows = index.kept.each("files", read, lambda id_: _file_row(id_, read[id_]))
    return {
        "repository": make_frame("repository", [("", repository.name, *origin, _BUILD_ID)]),
        "activities": make_frame("activities", [(_BUILD_ID, agent, sorted(options), None, [], None)]),
        "folders": folders,
        "files": make_frame("files", file_rows.values()),
        EDGES: edges,
    }


class _Read(NamedTuple):
    """All that the row of a file says."""

    file: SourceFile
    read_as: str
    lines: int | None
    documentation: str
    notes: Sequence[Diagnostic]  # in front of those of the compiler
    compiler_notes: Sequence[str]
    is_resolved: bool
    is_indexed: bool

    @classmethod
    def of(cls, number: int, file: SourceFile, fact: ExtractResult, coverage: UseCoverage) -> _Read:
        compiled = coverage.compiled
        documentation = ""
        notes: Sequence[Diagnostic]
        read_as: str
        lines: int | None
        match fact:
            case FileFacts():
                read_as, lines, documentation, notes = fact.read_as, fact.lines, fact.doc, fact.diagnostics
            case Skipped():
                read_as, lines, notes = "skipped", fact.lines or None, (Diagnostic(fact.line, fact.reason),)
        compiler_notes = tuple(compiled.notes.get(file.path, ())) if compiled else ()
        if compiled and file.path in compiled.files and read_as != "skipped":
            read_as = "semantic"
        is_indexed = number in coverage.indexed
        return cls(file, read_as, lines, documentation, notes, compiler_notes, coverage.resolved, is_indexed)


def _file_row(id_: str, read: _Read) -> tuple[object, ...]:
    file, read_as, lines = read.file, read.read_as, read.lines
    notes = [f"{_format_line(note.line)}{note.message}" for note in read.notes[:_MAX_DIAGNOSTICS]] + [
        *read.compiler_notes
    ]
    if file.form == "symlink":
        notes, lines = [f"symbolic link to {display_path(file.target)}" if file.target else "symbolic link"], None
    elif file.unparsed and read_as == "listed":
        notes = [*notes, NOT_PARSED + file.unparsed]
    analysed = set(aspects_of(file.language)) if read_as in ("syntax", "semantic") else set()
    if any(note.startswith(NOT_PARSED) for note in notes):
        analysed.clear()  # of a build file its targets alone were read
    if not read.is_resolved:
        analysed.discard(Aspect.USES)
    if read.is_indexed:
        analysed |= {Aspect.DECLARATIONS, Aspect.USES}
    return (
        id_,
        clean(display_path(file.path)),
        clean(display_path(posixpath.basename(file.path))),
        file.language or None,
        file.size,
        lines,
        file.blob,
        read_as,
        sorted(analysed),
        sorted({clean(note) for note in notes}),
        clean(read.documentation) or None,
    )


def _format_line(line: int) -> str:
    return f"line {line}: " if line else ""


def _folders(repository: Repository, index: FileIndex) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table, and the edges that place files and folders."""
    commits = {file.path: file.blob for file in index.submodules}
    folders = {"", *commits}
    edges = [("", "contains", folder_id(""))]
    for path in [*(file.path for file in index.files), *commits]:
        folder = parent(path)
        while folder not in folders:
            folders.add(folder)
            folder = parent(folder)
    edges += [(folder_id(parent(folder)), "contains", folder_id(folder)) for folder in folders if folder]
    files = zip(index.files, index.ids, strict=True)
    edges += [(folder_id(parent(file.path)), "contains", id_) for file, id_ in files]
    rows: list[tuple[object, ...]] = [
        (
            folder_id(folder),
            clean(display_path(folder)) or ".",
            clean(display_path(posixpath.basename(folder))) or repository.name,
            commits.get(folder),
        )
        for folder in folders
    ]
    return make_frame("folders", rows), make_frame(EDGES, edges)
