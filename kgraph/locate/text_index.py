"""What a graph can be searched for: names, paths, words of files, words of symbols.

Input: the tables of a graph, and the words of its files where they could be read. Output: columns and BM25 matrices,
made once for any number of texts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
import polars as pl
from scipy import sparse

from kgraph.languages import CODE
from kgraph.locate.bm25 import Bm25
from kgraph.locate.tree_words import TreeWords
from kgraph.locate.word_matrix import identifiers, part_matrix
from kgraph.relate.file_names import is_test
from kgraph.relate.term_matrix import parts, vocabulary
from kgraph.symbol_places import symbol_places

Table = Callable[[str], pl.DataFrame]

NAME_WEIGHT = 3  # of a word in the name of a symbol, against one in its signature or documentation
PATH_WEIGHT = 3  # of a word in a file's path, against one in its text
_MODULES = ("__init__", "index", "mod")  # files that are called as their folder


def split(words: Mapping[str, int]) -> Counter[str]:
    """The parts of identifiers, each as often as its identifiers occur."""
    names = sorted(words)
    terms, matrix = parts(pl.Series(names, dtype=pl.String))
    counts = np.array([words[name] for name in names], np.float64)
    totals = matrix.T @ counts if len(names) and len(terms) else np.zeros(len(terms))
    return Counter({term: int(total) for term, total in zip(terms.to_list(), totals, strict=True)})


class TextIndex:
    """One graph, made ready to be searched."""

    def __init__(self, table: Table, tree: TreeWords) -> None:
        self.table = table
        self.tree = tree
        self.files = table("files").select("id", "path", "language", "blob", "lines", "documentation")
        self.paths: list[str] = self.files["path"].to_list()
        languages = self.files["language"].to_list()
        self.is_code = np.array([language in CODE for language in languages], bool)
        self.is_test = np.array([is_test(path) for path in self.paths], bool)
        self.symbols = self._symbols()
        self.home = self.symbols["home"].to_numpy()
        self.kinds, self.names = self.symbols["kind"].to_list(), self.symbols["qualified_name"].to_list()
        self.short_names = self.symbols["name"].to_list()
        self.first, self.last = self.symbols["first"].to_numpy(), self.symbols["last"].to_numpy()
        self._by_end: dict[str, list[int]] = defaultdict(list)
        for row, path in enumerate(self.paths):
            self._by_end[path.rpartition("/")[2].lower()].append(row)
        self._by_stem: dict[str, list[int]] = defaultdict(list)
        for row, path in enumerate(self.paths):
            self._by_stem[_stem(path).rpartition("/")[2]].append(row)

    def _symbols(self) -> pl.DataFrame:
        """All symbols that stand somewhere, with file, first and last line."""
        rows = self.files.select(file="id").with_row_index("home")
        places = (
            symbol_places(self.table("edges"), self.table("locations"))
            .join(rows, on="file")
            .select("role", pl.col("home").cast(pl.Int64), id="symbol", first="start_line", last="end_line")
            .sort("role", "home", "first", descending=[True, False, False])  # definitions come first
            .unique("id", keep="first", maintain_order=True)
        )
        symbols = self.table("symbols").select("id", "kind", "name", "qualified_name", "signature", "documentation")
        return symbols.join(places, on="id").sort("home", "first", "id").with_row_index("symbol")

    # --- by name ---

    def find_by_name(self, names: Iterable[str]) -> dict[str, pl.DataFrame]:
        """The symbols of each name, of those names that any symbol has."""
        wanted = sorted(set(names))
        found = self.symbols.filter(pl.col("name").is_in(wanted))
        return {str(key[0]): rows for key, rows in found.partition_by("name", as_dict=True).items()}

    def with_path(self, path: str) -> tuple[list[int], int]:
        """The files whose path shares the most of its end with a path, and how many names they share."""
        asked = [each for each in path.lower().split("/") if each not in ("", ".", "..")]
        if not asked:
            return [], 0
        best: list[int] = []
        most = 0
        for row in self._by_end.get(asked[-1], ()):
            own = self.paths[row].lower().split("/")
            shared = count_shared_suffix(own, asked)
            whole = shared in (len(own), len(asked))
            if not whole and shared < 2:  # "decoder.py" of another project
                continue
            if shared > most:
                best, most = [row], shared
            elif shared == most:
                best.append(row)
        return best, most

    def with_module(self, names: tuple[str, ...]) -> list[int]:
        """The files of a module "a.b.c", whose path without extension ends in all of its names."""
        return [
            row
            for row in self._by_stem.get(names[-1], ())
            if count_shared_suffix(_stem(self.paths[row]).split("/"), names) == len(names)
        ]

    def find_at_line(self, row: int, line: int) -> int:
        """The innermost symbol around a line of a file; -1 for none."""
        start, end = np.searchsorted(self.home, [row, row + 1])
        first = self.first[start:end]
        around = np.flatnonzero((first <= line) & (self.last[start:end] >= line))
        return int(start + around[np.argmax(first[around])]) if len(around) else -1

    # --- by words ---

    @cached_property
    def text(self) -> Bm25:
        """The words of files: of their text, where that was read, else of what the tables have of it."""
        counts: sparse.csr_array
        known = vocabulary(self.tree.words)
        words = known.names.to_frame("word").with_row_index("column")
        held = known.counts.tocoo()
        of_files = (
            pl.DataFrame(
                {"row": held.coords[0].astype(np.int64), "column": held.coords[1].astype(np.uint32), "count": held.data}
            )
            .join(words, on="column")
            .select("row", "word", "count")
        )
        read = {row for row, each in enumerate(self.tree.words) if each is not None}
        described = self._index_tables().filter(~pl.col("row").is_in(sorted(read)))
        frame = pl.concat([of_files, self._index_paths(), described], how="vertical_relaxed")
        terms, counts = part_matrix(frame, len(self.paths))
        return Bm25(terms, counts)

    def _index_paths(self) -> pl.DataFrame:
        paths = pl.DataFrame(
            {"row": np.arange(len(self.paths)), "text": self.paths}, schema={"row": pl.Int64, "text": pl.String}
        )
        return identifiers(paths, PATH_WEIGHT)

    def _index_tables(self) -> pl.DataFrame:
        """What the tables have of each file: documentation, symbols, spellings of includes and imports."""
        documents = self.files.select(row=pl.int_range(pl.len(), dtype=pl.Int64), text="documentation")
        symbols = self.symbols.select(
            row="home", text=pl.concat_str("name", "signature", "documentation", separator=" ", ignore_nulls=True)
        )
        rows = self.files.select(file="id").with_row_index("row")
        includes = self.table("includes").join(rows, on="file").select(pl.col("row").cast(pl.Int64), text="spelling")
        return identifiers(pl.concat([documents, symbols, includes], how="vertical_relaxed"), 1)

    @cached_property
    def described(self) -> Bm25:
        """The words of symbols: of their names, signatures and documentation."""
        number = pl.col("symbol").cast(pl.Int64)
        names = self.symbols.select(row=number, text="name")
        others = [self.symbols.select(row=number, text=column) for column in ("signature", "documentation")]
        frame = pl.concat([identifiers(names, NAME_WEIGHT), identifiers(pl.concat(others), 1)], how="vertical_relaxed")
        terms, counts = part_matrix(frame, self.symbols.height)
        return Bm25(terms, counts)


def _stem(path: str) -> str:
    """A path without extension; that of the folder for a file that stands for it."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0] or name
    return folder if stem in _MODULES and folder else f"{folder}/{stem}".strip("/")


def count_shared_suffix(one: Sequence[str], other: Sequence[str]) -> int:
    """How many names two paths share at their ends."""
    count = 0
    for left, right in zip(reversed(one), reversed(other), strict=False):
        if left != right:
            break
        count += 1
    return count
