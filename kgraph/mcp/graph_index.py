"""A graph with what the tools look up again and again: files by path, what depends on what, places of symbols.

Input: an open graph. Output: answers to small questions, from columns that are read when first needed.

Columns rather than SPARQL where a tool walks the graph: a search along includes takes microseconds a step here. A name
that the graph does not have is an error that says what may have been meant.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from kgraph.coverage import Aspect, Coverage, languages_used_by, note, users_of
from kgraph.errors import QueryError
from kgraph.escape import printable, quote, unquote
from kgraph.extract.text import as_utf8
from kgraph.first_uses import first_uses
from kgraph.mcp.use_graph import UseGraph, external_name
from kgraph.model import GRAPH_FOLDER
from kgraph.query.symbol_names import find_qualified_name_in, normalize
from kgraph.regular_file import read_blob
from kgraph.search.ranking import SEARCHED, SearchIndex
from kgraph.symbol_places import symbol_places
from kgraph.vocab.iri import decode_path

if TYPE_CHECKING:
    from kgraph.graph import KGraph

MAX_SEARCHED = 4_000_000  # bytes of a file in which a word is looked for
MAX_LOCATIONS = 5  # of one symbol, of one role
_LINES = re.compile(r":\d+(-\d+)?$")


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """What is known of a file."""

    id: str
    path: str
    language: str
    lines: int | None
    size: int
    read_as: str
    diagnostics: tuple[str, ...]
    documentation: str
    analysed: tuple[str, ...]
    blob: str


@dataclass(frozen=True, slots=True)
class IndexedSymbol:
    """What is known of a symbol, without its places."""

    id: str
    kind: str
    name: str
    qualified_name: str
    signature: str
    documentation: str


@dataclass(frozen=True, slots=True)
class SymbolLocation:
    """Where a symbol stands."""

    symbol: str
    role: str  # "definition" or "declaration"
    path: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.path}:{self.start}" + (f"-{self.end}" if self.end > self.start else "")


class GraphIndex:
    """One graph, opened for the tools."""

    makes_store = True  # where a question needs the triple store and there is none; else `StoreMissingError`

    def __init__(self, graph: KGraph, text_at: Callable[[str], Path | None] | None = None) -> None:
        """`text_at` says where the file of a path is; by default below the folder that holds the graph's `.kgraph`."""
        self.graph = graph
        self._text_at = text_at or (self._path_beside if graph.path.name == GRAPH_FOLDER else None)

    # --- files ---

    @cached_property
    def files(self) -> dict[str, IndexedFile]:
        """All files by path."""
        columns = (
            *("id", "path", "language", "lines", "size", "read_as", "diagnostics", "documentation", "analysed"),
            "blob",
        )
        rows = self.graph.frame("files").select(columns).iter_rows()
        return {
            path: IndexedFile(
                node, path, language or "", lines, size, read_as, tuple(said or ()), doc or "", tuple(seen), blob
            )
            for node, path, language, lines, size, read_as, said, doc, seen, blob in rows
        }

    @cached_property
    def paths(self) -> dict[str, str]:
        """Paths of all files by id."""
        return {file.id: path for path, file in self.files.items()}

    def file(self, path: str) -> IndexedFile:
        """The file at a path; `path:line` will do."""
        found = self.file_or_none(path)
        if found is None:
            folder = unquote(path.strip()).removeprefix("./").rstrip("/")
            if (inside := sorted(each for each in self.files if each.startswith(f"{folder}/"))) and folder:
                some = ", ".join(map(quote, inside[:MAX_LOCATIONS])) + (", ..." if len(inside) > MAX_LOCATIONS else "")
                raise QueryError(f"{path!r:.300} is a folder, not a file", hint=f"give a file of it: {some}")
            raise QueryError(self._doubt("path", path), hint="a path is relative to the root of the repository")
        return found

    def file_or_none(self, path: str) -> IndexedFile | None:
        """The file at a path, if there is one."""
        for name in dict.fromkeys((path, unquote(path.strip()))):
            clean = name.strip().removeprefix("./")
            for each in (name, clean, _LINES.sub("", clean)):
                if file := self.files.get(each) or self.files.get(self._shown.get(each, "")):
                    return file
        return None

    @cached_property
    def _shown(self) -> dict[str, str]:
        """Paths that are not shown as they are, by how they are."""
        return {shown: path for path in self.files if (shown := printable(path)) != path}

    # --- what depends on what ---

    @cached_property
    def directives(self) -> dict[tuple[str, str], int]:
        """The first line on which a file includes or imports another, by their paths."""
        includes = self.graph.frame("includes").select("file", "start_line", pl.col("targets").alias("target"))
        rows = (
            includes.explode("target", empty_as_null=False)
            .drop_nulls()
            .group_by("file", "target")
            .agg(pl.col("start_line").min())
        )
        paths = self.paths
        return {
            (paths[file], paths[target]): line
            for file, target, line in rows.iter_rows()
            if file in paths and target in paths
        }

    @cached_property
    def needs(self) -> dict[str, list[str]]:
        """The files that a file includes, imports, or uses without that, in order of path."""
        return self._neighbours(0, 1)

    @cached_property
    def needed_by(self) -> dict[str, list[str]]:
        """The files that include or import a file, or use it without that, in order of path."""
        return self._neighbours(1, 0)

    def _neighbours(self, one: int, other: int) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for pair in sorted({*self.directives, *self.unimported, *self.generated}):
            if pair[0] != pair[1]:
                found[pair[one]].append(pair[other])
        return found

    @cached_property
    def unimported(self) -> dict[tuple[str, str], int]:
        """The first line on which a file uses another that it neither includes nor imports, by their paths."""
        rows = first_uses(self.graph.frame("edges"), self.graph.frame("locations"), self.graph.frame("uses"))
        paths = self.paths
        return {(paths[file], paths[home]): line for file, home, line in rows.iter_rows()}

    def is_stated(self, path: str) -> bool:
        """Whether a directive leads to a file: who includes or imports it, then, is who uses it."""
        return any((user, path) in self.directives for user in self.needed_by.get(path, ()))

    @cached_property
    def generated(self) -> frozenset[tuple[str, str]]:
        """Files that a program wrote, each with the file that it wrote it from, by their paths."""
        return frozenset(self._pairs("generatedFrom"))

    def linking(self, file: IndexedFile) -> list[str]:
        """The paths of the files that link to a file, such as documents and workflows."""
        return sorted(source for source, target in self._pairs("links") if target == file.path)

    def find_linked(self, file: IndexedFile) -> list[str]:
        """The paths of the files that a file links to."""
        return sorted(target for source, target in self._pairs("links") if source == file.path)

    def _pairs(self, kind: str) -> list[tuple[str, str]]:
        edges = self.graph.frame("edges").filter(pl.col("kind") == kind).select("source", "target")
        paths = self.paths
        return [(paths[one], paths[other]) for one, other in edges.iter_rows() if one in paths and other in paths]

    def format_place(self, path: str, target: str) -> str:
        """`file:line` of the directive by which a file includes or imports another, or of its first use of it."""
        line = self.directives.get((path, target)) or self.unimported.get((path, target))
        return f"{path}:{line}" if line else path

    # --- symbols ---

    @cached_property
    def symbols(self) -> pl.DataFrame:
        """All symbols, with what the tools tell of them."""
        columns = ("id", "kind", "name", "qualified_name", "signature", "documentation")
        return self.graph.frame("symbols").select(columns)

    @cached_property
    def _places(self) -> pl.DataFrame:
        return symbol_places(self.graph.frame("edges"), self.graph.frame("locations"))

    def symbol_rows(self, rows: pl.DataFrame) -> list[IndexedSymbol]:
        """Rows of `symbols` as values."""
        return [IndexedSymbol(*(value or "" for value in row)) for row in rows.select(self.symbols.columns).iter_rows()]

    @cached_property
    def searched(self) -> SearchIndex:
        """The names by which symbols are found."""
        return SearchIndex({name: self.graph.frame(name) for name in SEARCHED})

    def count_unresolved(self, what: Literal["calls", "bases"], ids: Sequence[str]) -> int:
        """How many calls, or bases, lead nowhere by the name of these symbols."""
        symbols = self.graph.frame("symbols")
        found = symbols.filter(pl.col("id").is_in(ids))[f"unresolved_{what}"].max()
        return int(found) if isinstance(found, int) else 0

    def unresolved_calls(self, ids: Sequence[str]) -> dict[str, int]:
        """By the names of these symbols, how many calls lead nowhere."""
        symbols = self.graph.frame("symbols").filter(pl.col("id").is_in(ids), pl.col("unresolved_calls") > 0)
        return dict(symbols.select("name", "unresolved_calls").iter_rows())

    def symbols_of(self, ids: Sequence[str]) -> list[IndexedSymbol]:
        """The symbols with these ids, in this order."""
        order = pl.DataFrame({"id": ids}, schema={"id": pl.String})
        return self.symbol_rows(order.join(self.symbols, on="id", how="left", maintain_order="left"))

    def find_symbols(self, name: str) -> list[IndexedSymbol]:
        """The symbols that a name means (see `query.symbol_names`)."""
        meant = find_qualified_name_in(self.symbols, name)
        if not meant:
            names, bound = self.use_graph.bound_to(normalize(name))
            if len(names) == 1:  # a name of Python that stands for what C or C++ defines
                return self.symbols_of(bound)
            if any(path.startswith(f"{normalize(name).rstrip('/')}/") for path in self.files):
                self.file(name)  # which says what is in the folder
            unread = self.whole_coverage.note(Aspect.DECLARATIONS)
            hint = "find_symbol looks for parts of names too" + (f"; {unread}" if unread else "")
            doubt = self._doubt("path" if "/" in name else "symbol", normalize(name))
            raise QueryError(doubt.replace("has no path", "has no file or symbol"), hint=hint)
        return self.symbol_rows(self.symbols.filter(pl.col("qualified_name") == meant))

    def places(self, ids: Collection[str]) -> list[SymbolLocation]:
        """Where symbols stand, definitions first."""
        rows = self._places.filter(pl.col("symbol").is_in(list(ids))).sort(
            "role", "file", "start_line", descending=[True, False, False]
        )
        columns = ("symbol", "role", "file", "start_line", "end_line")
        return [
            SymbolLocation(symbol, role, self.paths.get(file, file), start, end)
            for symbol, role, file, start, end in rows.select(columns).iter_rows()
        ]

    # --- uses: who calls, inherits and expands what ---

    @cached_property
    def uses(self) -> pl.DataFrame:
        """Every use with its paths and lines, what is certain first; without rows where the build recorded none."""
        rows = self.graph.frame("uses").select("kind", "from", "to", "file", "at_lines", "confidence", "evidence")
        return rows.sort(pl.col("confidence").fill_null(1), "file", "at_lines", descending=[True, False, False])

    @cached_property
    def use_graph(self) -> UseGraph:
        """Who uses what, in both directions."""
        return UseGraph(self.uses, self._places)

    def constructors(self, ids: Collection[str]) -> list[str]:
        """The ids of the constructors of types, whose users use the types."""
        made = self.symbols.filter(pl.col("kind") == "Constructor").select(target="id")
        contained = self.graph.frame("edges").filter(pl.col("kind") == "contains", pl.col("source").is_in(list(ids)))
        return contained.join(made, on="target", how="semi")["target"].to_list()

    def names_of(self, ids: Collection[str]) -> dict[str, str]:
        """What nodes are called: qualified names of symbols, paths of files, names of what no file declares."""
        rows = self.symbols.filter(pl.col("id").is_in(list(ids))).select("id", "qualified_name")
        named = {node: self.paths.get(node) or external_name(node) for node in ids}
        return {node: name for node, name in named.items() if name} | dict(rows.iter_rows())

    # --- trust ---

    def coverage(self, paths: Iterable[str] = ()) -> str:
        """How the files behind an answer were read: those that were not parsed, and the whole repository."""
        unread = [file for path in dict.fromkeys(paths) if (file := self.files.get(path)) and file.read_as in _UNPARSED]
        lines = [
            f"{quote(file.path)} was {'skipped' if file.read_as == 'skipped' else 'listed, not parsed'}"
            for file in unread
        ]
        if len(lines) > 3:
            lines = [*lines[:3], f"so were {len(lines) - 3:,} more"]
        counts = Counter(file.read_as for file in self.files.values())
        parsed = counts.total() - sum(counts[way] for way in _UNPARSED)
        general = f"{parsed:,} of {counts.total():,} files were parsed"
        if counts["semantic"]:
            general += f" ({counts['semantic']:,} by a compiler)"
        general += f", {counts['listed']:,} listed, {counts['skipped']:,} skipped"
        return "; ".join((*lines, general))

    @cached_property
    def whole_coverage(self) -> Coverage:
        """What was analysed of all files."""
        return Coverage.of_files((file.language, file.analysed) for file in self.files.values())

    def unread_in(self, aspect: Aspect, paths: Iterable[str]) -> str:
        """A sentence on those of the files in which an aspect was not analysed; "" where there are none."""
        files = (self.files[path] for path in dict.fromkeys(paths) if path in self.files)
        return Coverage.of_files((file.language, file.analysed) for file in files).note(aspect)

    def unread_users(self, aspect: Aspect, paths: Iterable[str]) -> str:
        """A sentence on files that may import or use what the given ones declare, and were not analysed."""
        return self.whole_coverage.note(aspect, users_of(self._languages(paths)))

    def unread_behind(self, aspect: Aspect, paths: Iterable[str]) -> str:
        """A sentence on files that the given ones may reach, and that were not analysed."""
        return self.whole_coverage.note(aspect, languages_used_by(frozenset(self._languages(paths))))

    def unread_relations(self, path: str) -> list[str]:
        """Sentences on what was not analysed and might relate a file to others."""
        languages = users_of(self._languages([path]))
        gaps = ((aspect, self.whole_coverage.gaps(aspect, languages)) for aspect in (Aspect.IMPORTS, Aspect.USES))
        return [note(aspect, found, "evidence") for aspect, found in gaps if found]

    def _languages(self, paths: Iterable[str]) -> set[str]:
        return {file.language for path in paths if (file := self.files.get(path)) and file.language}

    @property
    def has_texts(self) -> bool:
        """Whether the files of the repository can be read: a graph outside of it does not know where they are."""
        return self._text_at is not None

    def _path_beside(self, path: str) -> Path:
        return self.graph.path.parent / path

    def holds_word(self, path: str, word: str, *, unread: bool = True) -> bool:
        """Whether a file holds a word; `unread` where its text cannot be had, or is not the one that was read."""
        content = self._content(path)
        if content is None:
            return unread
        return re.search(rb"(?<!\w)" + re.escape(word.encode()) + rb"(?!\w)", content) is not None

    def line_of(self, path: str, pattern: re.Pattern[bytes]) -> int:
        """The first line of a file on which a pattern is found; 0 where it is not, or the text cannot be had."""
        content = self._content(path)
        match = pattern.search(content) if content is not None else None
        return content.count(b"\n", 0, match.start()) + 1 if content is not None and match else 0

    def _content(self, path: str) -> bytes | None:
        """The text of a file, as it was read."""
        file = self.files[path]
        at = self._text_at(decode_path(file.id.removeprefix("file/"))) if self._text_at else None
        content = read_blob(str(at), file.blob, MAX_SEARCHED) if at is not None else None
        return None if content is None else as_utf8(content)

    def _doubt(self, what: str, name: str) -> str:
        from kgraph.query.diagnostics import unknown_path, unknown_symbol
        from kgraph.query.parameters import term

        known = term("path" if what == "path" else "symbol", name)
        value = getattr(known, "value", name)
        if what == "symbol":
            if not len(self.symbols.filter((pl.col("name") == value) | (pl.col("qualified_name") == value))):
                return unknown_symbol(value, self.symbols)
        else:
            paths = [*self.files, *self.graph.frame("folders")["path"]]
            if value not in paths:
                return unknown_path(value, paths)
        return f"the graph has no {what} {name!r}"


_UNPARSED = ("listed", "skipped")
