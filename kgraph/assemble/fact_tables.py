"""Fact tables: the facts of all files as columns, the form in which they can be joined.

Input: files with their facts. Output: one frame of symbols, and plain rows of includes and links. A file is named by
its number, its place in the sorted list of files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import repeat
from operator import attrgetter
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kgraph.assemble.kept_symbols import KeptRows
from kgraph.assemble.macro_includes import HeaderMacro
from kgraph.languages import C_FAMILY, PYTHON_FAMILY
from kgraph.model import ExtractResult, FileFacts, IncludeFact, Kind, LinkFact, SourceFile, SymbolFact, symbols_of

# Which symbols can be one entity although they are declared with different keywords: `class X;` and `struct X {}`, a
# method that out of its class looks like a function. The group is part of a symbol's id, its kind is not.
GROUPS: dict[Kind, str] = {
    Kind.NAMESPACE: "namespace",
    Kind.CLASS: "type",
    Kind.STRUCT: "type",
    Kind.UNION: "type",
    Kind.ENUM: "enum",
    Kind.ENUMERATOR: "enumerator",
    Kind.FUNCTION: "function",
    Kind.METHOD: "function",
    Kind.CONSTRUCTOR: "function",
    Kind.DESTRUCTOR: "function",
    Kind.CONVERSION: "function",
    Kind.FIELD: "variable",
    Kind.VARIABLE: "variable",
    Kind.PROPERTY: "property",
    Kind.TYPE_ALIAS: "alias",
    Kind.MACRO: "macro",
    Kind.CONCEPT: "concept",
    Kind.MODULE: "module",
    Kind.HEADING: "heading",
    Kind.TARGET: "target",
    Kind.BUILD_TEST: "test",
}

_GROUPS_BY_VALUE = {kind.value: group for kind, group in GROUPS.items()}

CPP = "cpp"  # the family of all C-like languages: a header does not say which of them includes it
SEPARATORS = {CPP: "::", "php": "::", "ruby": "::", "rust": "::"} | dict.fromkeys(
    ("markdown", "restructuredtext", "html", "jupyter-notebook"), "/"
)
MODULE_SEPARATORS = SEPARATORS | {"php": "\\"}  # between the name of a module and what it declares
PYTHON = "python"  # the family of what Python imports and runs
SEPARATOR = "."  # of all other languages
_ROWS_AT_ONCE = 200_000  # of symbols, whose columns are lists of Python before they are a frame
_FAMILY = re.compile(r"[^a-z0-9]+")

# What no XML 1.0 document may hold (and RDF/XML and GraphML are such), and lone surrogates, which are no Unicode.
_SEPARATOR = "\x1f"
_UNPRINTABLE_CLASS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FactTables:
    """All facts, by kind of fact."""

    symbols: pl.DataFrame
    first_rows: list[int] = field(default_factory=list)  # by file: the row of its first own symbol
    counts: dict[int, int] = field(default_factory=dict)  # how many rows a file has, by number, in their order
    includes: list[tuple[int, IncludeFact]] = field(default_factory=list)
    links: list[tuple[int, LinkFact]] = field(default_factory=list)
    branches: list[tuple[int, bytes]] = field(default_factory=list)
    moved: NDArray[np.int64] | None = None  # for each symbol its row in the last build, or -1, if rows are kept of that


def clean(text: str) -> str:
    """A text without the characters that some RDF format cannot carry; each becomes U+FFFD."""
    return _UNPRINTABLE.sub("\ufffd", text) if _UNPRINTABLE.search(text) else text


def texts(name: str, values: Sequence[str]) -> pl.Series:
    """A column of clean texts, an empty one null."""
    try:
        column = pl.Series(name, values, pl.String)
    except UnicodeEncodeError:  # of a name of a file that is no UTF-8
        column = pl.Series(name, list(map(clean, values)), pl.String)
    column = column.str.replace_all(_UNPRINTABLE_CLASS, "\ufffd")
    return column.set(column == "", None)


def lists(name: str, values: Iterable[Sequence[str]]) -> pl.Series:
    """A column of lists of clean texts.

    They are joined first and split by polars, which takes a tenth of the time of a million Python lists; no clean text
    holds the separator.
    """
    joined = pl.Series(name, [_SEPARATOR.join(map(clean, value)) if value else None for value in values], pl.String)
    if joined.null_count() == len(joined):
        return pl.Series(name, [[]], pl.List(pl.String())).new_from_index(0, len(joined))
    return joined.str.split(_SEPARATOR).fill_null([])


@cache
def family(language: str) -> str:
    """The part of a symbol's id that names its language: "cpp", "python", "restructuredtext".

    A notebook's code is Python; its headings are the notebook's own.
    """
    return CPP if language in C_FAMILY else _FAMILY.sub("-", language.lower()).strip("-") or "text"


def join_answers(facts: pl.DataFrame, answers: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """The facts with the other columns of `answers`, null where there is none; no key is there twice.

    A left join would copy all columns of the facts, which are gigabytes in a large repository.
    """
    found = facts.select(on).join(answers, on=on, how="left", maintain_order="left")
    return facts.hstack(found.drop(on))


def build_fact_tables(
    files: Sequence[SourceFile],
    facts: Sequence[ExtractResult],
    wholes: Mapping[int, SymbolFact] | None = None,
    kept: KeptRows | None = None,
) -> FactTables:
    """Lay the facts of all files side by side; `facts[i]` are those of `files[i]`.

    `wholes` are symbols that a whole file is, by its number: they stand before the file's own and hold them. Rows that
    are `kept` of the last build are taken from it.
    """
    rows = _SymbolRows(kept)
    includes: list[tuple[int, IncludeFact]] = []
    links: list[tuple[int, LinkFact]] = []
    branches: list[tuple[int, bytes]] = []
    first_rows = [0] * len(files)
    for number, (file, fact) in enumerate(zip(files, facts, strict=True)):
        if not isinstance(fact, FileFacts):
            continue
        first_rows[number] = rows.add(number, file.language, wholes.get(number) if wholes else None, fact)
        includes.extend([(number, include) for include in fact.includes])
        links.extend([(number, link) for link in fact.links])
        if fact.branches:
            branches.append((number, fact.branches))
    frame, moved = rows.frame()
    return FactTables(frame, first_rows, rows.counts, includes, links, branches, moved)


class _SymbolRows:
    """The frame of all symbols, some files at a time."""

    def __init__(self, kept: KeptRows | None) -> None:
        self.counts: dict[int, int] = {}
        self._kept = kept
        self._frames: list[pl.DataFrame] = []
        self._new = _SymbolColumns(0)
        self._taken = (0, 0)  # rows of the last build that are not among the frames yet: the first, and behind the last

    def add(self, number: int, language: str, whole: SymbolFact | None, fact: FileFacts) -> int:
        """Add the symbols of a file, and the one that holds them, if there is one; returns the row of the first."""
        if self._kept is None or number not in self._kept.at:
            self._put_taken()
            begin = self._new.end
            first = self._new.add(number, language, whole, symbols_of(fact))
            self.counts[number] = self._new.end - begin
            if len(self._new.symbols) >= _ROWS_AT_ONCE:
                self._put_new()
            return first
        start, count = self._kept.at[number]
        self._put_new()
        if start != self._taken[1]:
            self._put_taken()
            self._taken = start, start
        self._taken = self._taken[0], start + count
        self.counts[number] = count
        begin = self._new.start
        self._new.start += count
        return begin + 1 if whole else begin

    def _put_new(self) -> None:
        if self._new.symbols:
            self._frames.append(self._new.frame())
            self._new = _SymbolColumns(self._new.end)

    def _put_taken(self) -> None:
        first, behind = self._taken
        if self._kept is not None and first < behind:
            self._frames.append(self._kept.last.spelled[first:behind])
        self._taken = 0, 0

    def frame(self) -> tuple[pl.DataFrame, NDArray[np.int64] | None]:
        """The symbols as columns, and `FactTables.moved`."""
        self._put_taken()
        self._put_new()
        frame = _concatenate_columns(self._frames or [self._new.frame()])
        if self._kept is None:
            return frame, None
        moved = self._kept.map_rows(self.counts)
        return _renumber(frame, moved, self.counts), moved


def _renumber(frame: pl.DataFrame, moved: NDArray[np.int64], counts: Mapping[int, int]) -> pl.DataFrame:
    """The symbols, some of which were `moved` from rows of the last build, by numbers of this one."""
    row = np.arange(frame.height)
    numbers, each = (np.array(list(values), dtype=np.int64) for values in (counts, counts.values()))
    shift = np.where(moved < 0, 0, row - moved)
    return frame.with_columns(
        row=pl.Series(row, dtype=pl.Int64),
        file=pl.Series(np.repeat(numbers, each), dtype=pl.Int64),
        parent=pl.col("parent") + pl.Series(shift, dtype=pl.Int64),
    )


def _concatenate_columns(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """The rows of all frames in one piece, column by column, so that not all are there twice at once.

    What is in several pieces would be copied whole whenever a column is added to it.
    """
    if len(frames) == 1:
        return frames[0].rechunk()
    columns = []
    for name in frames[0].columns:
        columns.append(pl.concat([frame.get_column(name) for frame in frames], rechunk=True))
        frames = [frame.drop(name) for frame in frames]
    return pl.DataFrame(columns)


class _SymbolColumns:
    """Symbols of successive files, the first of which is row `start` of all."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.symbols: list[SymbolFact] = []
        self._numbers: list[int] = []  # of their files
        self._parents: list[int | None] = []  # rows
        self._families: list[str] = []

    @property
    def end(self) -> int:
        """The row behind the last one."""
        return self.start + len(self.symbols)

    def add(self, number: int, language: str, whole: SymbolFact | None, symbols: Sequence[SymbolFact]) -> int:
        """Add the symbols of a file, and the one that holds them, if there is one; returns the row of the first."""
        before, outer = len(self.symbols), None
        if whole:
            outer = self.end
            self.symbols.append(whole)
            self._parents.append(None)
        first = self.end
        self.symbols.extend(symbols)
        self._parents.extend([first + s.parent if s.parent >= 0 else outer for s in symbols])
        self._numbers.extend([number] * (len(self.symbols) - before))
        self._families.extend(_families(language, self.symbols[before:]))
        return first

    def frame(self) -> pl.DataFrame:
        """The symbols as columns."""
        column: dict[str, list[Any]] = {
            name: list(map(attrgetter(name), self.symbols)) for name in SymbolFact.__struct_fields__
        }
        kinds = pl.Series("kind", [kind._value_ for kind in column["kind"]], pl.String)
        text, integer, flag = pl.String, pl.Int64, pl.Boolean
        return pl.DataFrame(
            [
                pl.Series("row", range(self.start, self.end), integer),
                pl.Series("file", self._numbers, integer),
                pl.Series("family", self._families, text),
                kinds,
                kinds.replace_strict(_GROUPS_BY_VALUE, return_dtype=text).alias("group"),
                *(texts(name, column[name]).fill_null("") for name in ("name", "scope", "qualifier", "key")),
                pl.Series("parent", self._parents, integer),
                *(pl.Series(name, column[name], integer) for name in ("arity", "start", "end")),
                *(pl.Series(name, column[name], flag) for name in ("definition", "local")),
                *(texts(name, column[name]) for name in ("access", "signature", "macro")),
                texts("documentation", column["doc"]),
                *(lists(name, column[name]) for name in ("bases", "modifiers")),
            ]
        )


def _families(language: str, symbols: Sequence[SymbolFact]) -> Iterable[str]:
    own = family(language)
    if language not in PYTHON_FAMILY:
        return repeat(own, len(symbols))
    return [own if symbol.kind is Kind.HEADING else PYTHON for symbol in symbols]


def header_macros(tables: FactTables) -> dict[str, list[HeaderMacro]]:
    """The definitions of macros as header names, by name: TH_GENERIC_FILE as `"TH/generic/THTensor.cpp"`."""
    defined = (
        tables.symbols.filter(pl.col("kind") == Kind.MACRO.value)
        .select("name", "file", "start", value=pl.col("signature").str.extract(r"""^#define \w+ ("[^"]+"|<[^<>]+>)$"""))
        .drop_nulls()
        .sort("name", "file", "start")
    )
    macros: dict[str, list[HeaderMacro]] = {}
    for name, file, line, value in defined.iter_rows():
        macros.setdefault(name, []).append(HeaderMacro(file, line, value))
    return macros
