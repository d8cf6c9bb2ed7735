"""A graph's columns as numbered nodes and sorted edges, made once, so that each answer of `data` is a few look-ups.

Input: the column tables. Output: a `ViewIndex`. Nodes are numbered files first, then externals, folders, symbols, each
class in the order of its ids; edges of a kind are sorted by source, and by target once more, so that those of one node
are a slice.

Columns rather than SPARQL, because an explorer asks many small things about nodes that it has just received: half
a second to read the tables, then well under a millisecond for an edge list, with no engine to wait for. PyTorch's index
takes about 150 MB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from kgraph.coverage import Coverage
from kgraph.digraph import Condensation
from kgraph.errors import QueryError
from kgraph.languages import UNITS
from kgraph.model import Graph, Repository
from kgraph.platforms import count_units
from kgraph.search.ranking import SEARCHED, SearchIndex
from kgraph.symbol_places import symbol_places
from kgraph.vocab.tables import EDGES

Ints = npt.NDArray[np.int64]

ROOT = "folder/"
# Kinds of edges that tell where things stand, in the order in which a legend shows kinds.
STRUCTURE = ("contains", "definition", "declaration")
KNOWN_KINDS = (
    *("includes", "imports", "needs", "calls", "references", "inherits", "tests", "binds", "links", "related"),
)
# What a dependency matrix counts, and what a neighbourhood follows by default.
DEPENDENCIES = ("includes", "imports", "needs")


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of one kind, by source; `lines` are those of the source file where they are written, 0 for nowhere."""

    source: Ints
    target: Ints
    lines: Ints
    by_target: Ints  # positions, sorted by target

    def out_of(self, node: int) -> slice:
        """Positions of the edges from a node."""
        return _slice(self.source, node)

    def find_incoming(self, node: int) -> Ints:
        """Positions of the edges to a node."""
        low, high = np.searchsorted(self.target, [node, node + 1], sorter=self.by_target)
        return self.by_target[low:high]


def _slice(values: Ints, value: int) -> slice:
    low, high = np.searchsorted(values, [value, value + 1])
    return slice(int(low), int(high))


@dataclass(frozen=True, slots=True)
class FilePast:
    """What is known of the past of files, by their numbers; nothing without a history."""

    commits: Ints | None = None  # that changed each
    owners: pl.Series | None = None  # who changed each in the most commits, null for nobody
    lacks: str = ""  # what is not known, in words


class ViewIndex:
    """The nodes and edges of one graph, ready to be asked about one at a time."""

    def __init__(self, graph: Graph, past: Callable[[pl.Series], FilePast] | None = None) -> None:
        """`past` reads the past of the files with some ids, once it is asked for."""
        self._read_past = past
        self.repository: Repository = graph.repository
        self._tables = {name: graph[name] for name in SEARCHED}
        self.files, self.externals = graph["files"], graph["externals"]
        self.folders, self.symbols = graph["folders"], graph["symbols"]
        self.first = dict(
            zip(
                ("File", "External", "Folder", "Symbol"),
                np.cumsum([0, self.files.height, self.externals.height, self.folders.height]).tolist(),
                strict=True,
            )
        )
        self.ids = pl.concat([frame["id"] for frame in (self.files, self.externals, self.folders, self.symbols)])
        self._numbers = pl.DataFrame({"id": self.ids, "number": pl.Series(range(len(self.ids)), dtype=pl.Int64)})
        # As the graph has them: with what is no edge between nodes of the index, such as those to locations.
        self.edge_counts: dict[str, int] = dict(graph[EDGES].group_by("kind").len().sort("kind").iter_rows())
        numbered = self._number(graph[EDGES], "source", "target")
        lines = self._include_lines(graph["includes"])
        self._conditions = self._conditions_of(graph["includes"])
        self.edges: dict[str, Edges] = {}
        # Kinds to definitions and declarations end at locations, which are no nodes here, and so fall out.
        found = {str(kind): part for (kind,), part in numbered.partition_by("kind", as_dict=True).items()}
        for kind in sorted(found, key=place):
            part = found[kind].join(lines, on=["source", "target"], how="left")
            self.edges[kind] = _edges(part, directed_lines=kind in DEPENDENCIES)
        self._set_places(graph)
        self.relations = graph["relations"].sort("from", "rank", "to")

    def _number(self, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The frame with ids replaced by numbers, without the rows whose ids are no nodes of the index."""
        for column in columns:
            numbers = self._numbers.rename({"id": column})
            frame = frame.join(numbers, on=column, how="inner").drop(column).rename({"number": column})
        return frame

    def _include_lines(self, includes: pl.DataFrame) -> pl.DataFrame:
        """The first line on which a file includes or imports another."""
        rows = includes.select(source="file", target="targets", line="start_line")
        rows = rows.explode("target", empty_as_null=False, keep_nulls=False)
        return self._number(rows, "source", "target").group_by("source", "target").agg(pl.col("line").min())

    def _conditions_of(self, includes: pl.DataFrame) -> dict[tuple[int, int], list[str]]:
        """The conditions of each edge of includes that has none without a condition, by source and target."""
        rows = includes.select("condition", source="file", target="targets")
        rows = rows.explode("target", empty_as_null=False, keep_nulls=False)
        is_free = pl.col("condition").is_null().any()
        by_edge = rows.group_by("source", "target").agg(pl.col("condition"), is_free=is_free).filter(~pl.col("is_free"))
        found = self._number(by_edge, "source", "target").select("source", "target", "condition")
        return {(source, target): said for source, target, said in found.iter_rows()}

    def _set_places(self, graph: Graph) -> None:
        """Where each symbol stands: (symbol, is it the definition, file, lines), definitions first."""
        places = symbol_places(graph[EDGES], graph["locations"])
        places = places.select(
            "file", "start_line", "end_line", source="symbol", defines=pl.col("role") == "definition"
        )
        places = self._number(places, "source", "file")
        places = places.sort("source", pl.col("defines").not_(), "file", "start_line", "end_line")
        self._place_of = places["source"].to_numpy()
        self._places = {name: places[name].to_numpy() for name in ("defines", "file", "start_line", "end_line")}

    def warm(self) -> None:
        """Make now what the first answers would otherwise wait for."""
        for name in ("numbers", "home", "degree", "parent_folders", "shown"):
            getattr(self, name)
        self.searched.rows  # noqa: B018 - made now

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each node by its id."""
        return dict(zip(self.ids.to_list(), range(len(self.ids)), strict=True))

    def number(self, node: str) -> int:
        """The number of the node with this id, whether the base IRI is in front of it or not."""
        found = self.numbers.get(node.removeprefix(self.repository.base))
        if found is None:
            raise QueryError(f"the graph has no node {node!r}", hint="search for its name")
        return found

    def class_of(self, number: int) -> str:
        """ "File", "External", "Folder" or "Symbol"."""
        if number >= self.first["Symbol"]:
            return "Symbol"
        if number >= self.first["Folder"]:
            return "Folder"
        return "External" if number >= self.first["External"] else "File"

    def row(self, number: int) -> dict[str, Any]:
        """The row of its table."""
        of = self.class_of(number)
        frame = {"File": self.files, "External": self.externals, "Folder": self.folders, "Symbol": self.symbols}[of]
        return frame.row(number - self.first[of], named=True)

    def places(self, number: int) -> list[tuple[bool, int, int, int]]:
        """Where a symbol stands: whether it is the definition, the file's number, first and last line."""
        at = _slice(self._place_of, number)
        columns = (self._places[name][at].tolist() for name in ("defines", "file", "start_line", "end_line"))
        return list(zip(*columns, strict=True))

    @cached_property
    def coverage(self) -> Coverage:
        """What was analysed of all files."""
        return Coverage.of_table(self.files)

    @cached_property
    def home(self) -> Ints:
        """The file that each node stands in: a file itself, of a symbol the first of its places; -1 for none."""
        home = np.full(len(self.ids), -1, dtype=np.int64)
        home[: self.first["External"]] = np.arange(self.first["External"])
        symbols, at = np.unique(self._place_of, return_index=True)
        home[symbols] = self._places["file"][at]
        return home

    @cached_property
    def degree(self) -> Ints:
        """How many dependencies each node takes part in, for telling the weighty from the others."""
        degree = np.zeros(len(self.ids), dtype=np.int64)
        for kind, edges in self.edges.items():
            if kind not in ("contains", "related"):
                np.add.at(degree, edges.source, 1)
                np.add.at(degree, edges.target, 1)
        return degree

    @cached_property
    def fans(self) -> tuple[Ints, Ints]:
        """How many files include or import each file, and how many it includes or imports: two arrays, by file."""
        files = self.files.height
        found = [self.edges[kind] for kind in DEPENDENCIES if kind in self.edges]
        none = np.zeros(0, dtype=np.int64)
        source = np.concatenate([none, *(edges.source for edges in found)])
        target = np.concatenate([none, *(edges.target for edges in found)])
        keep = (source < files) & (target < files) & (source != target)
        pairs = np.unique(source[keep] * files + target[keep])
        return np.bincount(pairs % files, minlength=files), np.bincount(pairs // files, minlength=files)

    @cached_property
    def past(self) -> FilePast:
        """What is known of the past of files."""
        return self._read_past(self.files["id"]) if self._read_past is not None else FilePast()

    @cached_property
    def rebuilds(self) -> Ints:
        """How many units are compiled again if a file changes: those that include it, directly or through others, and
        itself; on the platform where they are most, as far as conditions of includes say that."""
        files = self.files.height
        is_unit = self.files["path"].str.contains(UNITS).cast(pl.Int64).to_numpy()
        edges = self.edges.get("includes")
        if edges is None:
            return is_unit
        keep = (edges.source < files) & (edges.target < files)
        source, target = edges.source[keep], edges.target[keep]
        if found := count_units((source, target), self._conditions, is_unit):
            most: Ints = is_unit + np.maximum.reduce(list(found.values()))
            return most
        return is_unit + Condensation.of(files, target, source).reach(is_unit)[0]

    @cached_property
    def shown(self) -> pl.Series:
        """What each node is called where there is no more room than for a text."""
        columns = (self.files["path"], self.externals["spelling"], self.folders["path"], self.symbols["qualified_name"])
        return pl.concat(columns)

    @cached_property
    def searched(self) -> SearchIndex:
        """The names by which nodes are found."""
        return SearchIndex(self._tables)

    @cached_property
    def parent_folders(self) -> Ints:
        """For each file, then for each folder, the place of its folder in `folders`; -1 for the root."""
        order = {path: at for at, path in enumerate(self.folders["id"].to_list())}
        return np.array([order[_parent(each)] if each != ROOT else -1 for each in (*self.files["id"], *order)])

    @cached_property
    def files_below(self) -> list[int]:
        """How many files lie in each folder and below it."""
        files = self.files.height
        own = np.bincount(self.parent_folders[:files], minlength=self.folders.height)
        return sum_up(own, self.parent_folders[files:].tolist())

    def parents(self, number: int) -> list[int]:
        """What a file or folder lies in, the root first; of a symbol its file too, and then its scopes."""
        chain: list[int] = []
        if self.class_of(number) == "Symbol":
            contains, home = self.edges["contains"], int(self.home[number])
            at, seen = number, {number}
            while above := sorted(set(contains.source[contains.find_incoming(at)].tolist()) - seen):
                at = above[-1]  # symbols have the largest numbers
                if self.class_of(at) != "Symbol":
                    break
                seen.add(at)
                chain.insert(0, at)
            if home < 0:
                return chain
            chain.insert(0, home)
            number = home
        if self.class_of(number) == "External":
            return chain
        at = number if number < self.first["External"] else number - self.first["Folder"] + self.files.height
        while (folder := int(self.parent_folders[at])) >= 0:
            chain.insert(0, folder + self.first["Folder"])
            at = folder + self.files.height
        return chain


def _parent(node: str) -> str:
    """The id of the folder that a file or folder lies in."""
    return ROOT + node.partition("/")[2].rpartition("/")[0]


def sum_up(own: Ints, parents: list[int]) -> list[int]:
    """The numbers of folders with those of all folders below added."""
    below: list[int] = own.tolist()
    # A folder's id is longer than its parent's, so that parents come first in the order of ids.
    for child in range(len(below) - 1, -1, -1):
        if parents[child] >= 0:
            below[parents[child]] += below[child]
    return below


def place(kind: str) -> tuple[int, str]:
    """Where a kind of edge stands among the others: those that we know first, in the order of a legend."""
    return (KNOWN_KINDS.index(kind) if kind in KNOWN_KINDS else len(KNOWN_KINDS), kind)


def _edges(frame: pl.DataFrame, *, directed_lines: bool) -> Edges:
    frame = frame.sort("source", "target")
    source, target = frame["source"].to_numpy(), frame["target"].to_numpy()
    line = frame["line"].fill_null(0).to_numpy() if directed_lines else np.zeros(len(source), dtype=np.int64)
    return Edges(source, target, line, np.argsort(target, kind="stable"))
