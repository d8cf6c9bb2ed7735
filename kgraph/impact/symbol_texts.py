"""The names in the texts of symbols, read from the working tree; those of tests are kept in the generation.

Input: nodes, and where the repository is. Output: names. The text of a test says what it is about where no call does:
a template with `{% for %}`, an option `--help`, the key of a setting. A file that has other contents than the graph was
built from is not read, and names of tests are kept only where all their files were read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl

from kgraph.code_digest import code_digest
from kgraph.impact.dependences import Nodes, Numbers
from kgraph.impact.tests import TestNode
from kgraph.regular_file import read_blob
from kgraph.store.kept_table import KeptTable
from kgraph.vocab.iri import decode_path

FOLDER = "test-names"
MAX_FILE = 4_000_000  # bytes; a larger file is data
MAX_NAMES = 2000  # of one text, the first ones: a whole file may be one test
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}")
_SCHEMA = {"test": pl.Int64, "name": pl.String}


class SymbolTexts:
    """Reads the texts of symbols; the file that was read last is at hand."""

    def __init__(self, nodes: Nodes, root: Path | None) -> None:
        self._nodes, self._root = nodes, root
        self._file = -1
        self._lines: list[str] | None = None

    def find_names(self, symbols: Iterable[int]) -> Mapping[int, list[str] | None]:
        """The names in the text of each symbol or file, each once; None where it cannot be read."""
        home = self._nodes.home
        wanted = sorted(set(symbols), key=lambda symbol: (int(home[symbol]), symbol))
        places = self._nodes.places.filter(pl.col("id").is_in(wanted)).select("id", "file", "first", "last")
        lines: dict[tuple[int, int], tuple[int, int]] = {}
        for symbol, file, first, last in places.iter_rows():
            lines.setdefault((symbol, file), (first, last))
        found: dict[int, list[str] | None] = {}
        for symbol in wanted:
            file = int(home[symbol])
            text = self._read(file) if file >= 0 else None
            if text is not None:
                first, last = lines.get((symbol, file), (1, len(text)))
                names = dict.fromkeys(_NAME.findall("\n".join(text[first - 1 : last])))
                found[symbol] = list(names)[:MAX_NAMES]
            else:
                found[symbol] = None
        return found

    def _read(self, file: int) -> list[str] | None:
        if file != self._file:
            blob = self._nodes.file_rows["blob"][file]
            content = None
            if self._root is not None and blob:
                path = decode_path(self._nodes.file_rows["id"][file].removeprefix("file/"))
                content = read_blob(str(self._root / path), blob, MAX_FILE)
            self._file = file
            self._lines = None if content is None else content.decode("utf-8", "replace").split("\n")
        return self._lines


class TestNames:
    """The tests in whose texts a name is."""

    __test__ = False  # no test, whatever pytest thinks of its name

    def __init__(self, held: pl.DataFrame) -> None:
        """`held` has the columns `test` and `name`, each pair once."""
        rows = held.sort("name", "test")
        counts = rows.group_by("name", maintain_order=True).len()
        ends = np.cumsum(counts["len"].to_numpy())
        self._tests: Numbers = rows["test"].to_numpy()
        self._known: dict[str, frozenset[int]] = {}
        starts = (ends - counts["len"].to_numpy()).tolist()
        self._slices = dict(zip(counts["name"].to_list(), zip(starts, ends.tolist(), strict=True), strict=True))
        self._names = counts.select("name", lower=pl.col("name").str.to_lowercase())

    def find_tests(self, name: str) -> frozenset[int]:
        """Tests by node."""
        if name not in self._known:
            first, last = self._slices.get(name, (0, 0))
            self._known[name] = frozenset(self._tests[first:last].tolist())
        return self._known[name]

    def find_containing(self, text: str) -> list[str]:
        """The names that contain a text in lower case."""
        return self._names.filter(pl.col("lower").str.contains(text, literal=True))["name"].to_list()


def read_test_names(nodes: Nodes, tests: Iterable[TestNode], root: Path | None, generation: Path | None) -> TestNames:
    """The names in the texts of tests, kept ones where there are any; those of a test of CTest are none."""
    about: dict[str, int | str] = {"code": code_digest(("kgraph.impact",))[:16], "nodes": nodes.frame.height}
    table = KeptTable(FOLDER, "names.parquet", about)
    kept = table.load(generation) if generation is not None else None
    if kept is not None and kept.schema == _SCHEMA:
        return TestNames(kept)
    # A test that a class has from a base has its text there.
    own = {test.node: nodes.inherited.get(test.node, (0, test.node))[1] for test in tests if test.runner != "ctest"}
    found = SymbolTexts(nodes, root).find_names(own.values()) if root is not None else {}
    rows = [(test, name) for test, symbol in own.items() for name in found.get(symbol) or ()]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    if generation is not None and found and None not in found.values():
        with suppress(OSError):  # a folder that cannot be written: the next process reads the files again
            table.save(generation, frame)
    return TestNames(frame)
