"""The tables of the repository, its folders and its files.

Input: a `FileIndex`, and what a compiler says. Output: the tables `repository`, `activities`, `folders` and `files`,
and the `contains` edges between them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from kgraph.assemble.fact_tables import clean, lists
from kgraph.assemble.file_index import FileIndex
from kgraph.coverage import NOT_PARSED, Aspect, analysed_of
from kgraph.model import Compiled, ExtractResult, FileFacts, Repository, Skipped, SourceFile
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
    folders, edges = _folders(repository, index)
    origin = (repository.origin or None, repository.revision or None)
    rows = zip(index.ids, index.files, index.facts, strict=True)
    file_rows = [_file_row(id_, file, fact, coverage, number) for number, (id_, file, fact) in enumerate(rows)]
    return {
        "repository": make_frame("repository", [("", repository.name, *origin, _BUILD_ID)]),
        "activities": make_frame("activities", [(_BUILD_ID, agent, sorted(options), None, [], None)]),
        "folders": make_frame("folders", folders),
        "files": make_frame("files", file_rows),
        EDGES: make_frame(EDGES, edges),
    }


def _file_row(
    id_: str, file: SourceFile, fact: ExtractResult, coverage: UseCoverage, number: int
) -> tuple[object, ...]:
    compiled = coverage.compiled
    documentation: str | None = None
    lines: int | None
    read_as: str
    match fact:
        case FileFacts():
            read_as, lines, documentation = fact.read_as, fact.lines, clean(fact.doc) or None
            notes = [f"{_at(d.line)}{d.message}" for d in fact.diagnostics[:_MAX_DIAGNOSTICS]]
        case Skipped():
            read_as, lines = "skipped", fact.lines or None
            notes = [_at(fact.line) + fact.reason]
    if compiled:
        notes += compiled.notes.get(file.path, ())
        read_as = "semantic" if file.path in compiled.files and read_as != "skipped" else read_as
    if file.form == "symlink":
        notes, lines = [f"symbolic link to {display_path(file.target)}" if file.target else "symbolic link"], None
    elif file.unparsed and read_as == "listed":
        notes = [*notes, NOT_PARSED + file.unparsed]
    analysed = set(analysed_of(file.language)) if read_as in ("syntax", "semantic") else set()
    if any(note.startswith(NOT_PARSED) for note in notes):
        analysed.clear()  # of a build file its targets alone were read
    if not coverage.resolved:
        analysed.discard(Aspect.USES)
    if number in coverage.indexed:
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
        documentation,
    )


def _at(line: int) -> str:
    return f"line {line}: " if line else ""


def _folders(repository: Repository, index: FileIndex) -> tuple[list[tuple[object, ...]], list[tuple[str, str, str]]]:
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
    return rows, edges
