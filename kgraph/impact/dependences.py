"""What depends on what, as one graph of numbers: a change of the one end may show at the other.

Input: the tables of a graph. Output: arrays of edges, each with its certainty and the place that shows it. The
certainty of a use is that of its evidence (`assemble.evidence`), times how often a dependent of its kind is one that
runs the code, `CERTAINTY`.

A class stands for its instances: what changes in a method reaches the class less surely than who calls the method, and
whoever makes or names the class. A file stands for the code of its module, which runs when it is imported. That
anything in a file changed is a node of its own, behind all others: the tests of a file depend on that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kgraph.impact.inherited_tests import bases_of, find_inherited_tests
from kgraph.languages import C_FAMILY, PYTHON_FAMILY
from kgraph.model import Kind
from kgraph.relate.file_names import is_test
from kgraph.symbol_places import symbol_places

Table = Callable[[str], pl.DataFrame]
Numbers = NDArray[np.int64]

FUNCTIONS = (Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION)
TYPES = (Kind.CLASS, Kind.STRUCT, Kind.UNION)
DATA = (Kind.VARIABLE, Kind.FIELD, Kind.ENUMERATOR)

# By what a dependent does: how often it then runs what changed. Set by hand, guided by which tests of flask execute
# which of its functions, and kept for the others that `docs/how-to/select-tests.md` reports, but for those of
# `__call__`, of operators, of called, inherited methods and of "runs with", which follow what tests of nine execute.
CERTAINTY: dict[str, float] = {
    "calls": 0.99,
    "may call the overload": 0.7,  # of several that the arguments of a call fit, those that the graph does not name
    "refers to": 0.6,
    "refers to the function": 0.3,
    "passes the function": 0.7,  # in the C family, where nothing else names one without a call
    "refers to the function in a test": 0.95,  # which hands it to what runs it, as a rule
    "runs by its name": 0.95,  # a command, a view, a module or a script, of which a literal is the name
    "decorates": 1.0,  # by a member of it: what registers a command, of the command
    "runs one of the group": 0.95,  # who uses a group of commands without a name of one, of each of them
    "may stand for": 0.9,  # what a file defines, of what it imports under the same name
    "is derived from": 0.65,
    "specializes": 0.95,
    "is specialized as": 0.6,
    "expands": 0.97,
    "names the type": 0.5,
    "binds": 1.0,
    "may run the override": 1.0,  # the base's method, and with it whoever calls it
    "calls the decorated": 0.95,
    "calls the decorated when imported": 1.0,
    "can be called, by": 0.6,
    "holds the called, inherited method": 0.2,
    "holds the initializer": 0.6,  # a class, of what runs when one is made: who names a class has one made, as a rule
    "holds the operator": 0.25,  # a class, of a method that the language calls
    "holds the called operator": 0.15,  # where calls of it are known
    "holds the method": 0.5,  # a class, of a method that no known call names
    "holds the uncalled method": 0.2,
    "holds the method of a family": 1.0,  # of several of one prefix that nothing calls by name: `visit_Name`
    "holds the method with known calls": 0.05,
    "holds the called method": 0.4,  # and of one that is called by name
    "holds the inherited method": 0.4,  # and of one that a base outside of the repository may call
    "holds the field": 0.4,
    "makes": 1.0,  # who calls a constructor, of its class
    "makes when imported": 0.1,
    "holds the constructor": 0.8,  # a class of C++, which is made by one of a few
    "holds one of its constructors": 0.2,  # of several, one that known calls name: others are made otherwise
    "holds the destructor": 0.9,
    "makes its base": 0.9,  # a class of C++, of its base's constructors and destructors
    "makes its field": 0.9,  # and of those of a class of which it holds an instance
    "holds one": 0.9,  # a variable, of the class that is made on its line
    "runs at its start": 0.95,  # a program of C or C++, of what makes an object outside of functions
    "links in": 0.9,  # of a library, what somebody needs of it
    "is in the program": 0.98,  # a test, whose file it is built from
    "makes a class by": 0.95,  # a module or function, of a metaclass, or of what a base does with each derived class
    "looks names up by": 0.4,  # a module, of its `__getattr__`
    "defines inside": 0.8,  # a function, of what is defined in its body
    "calls when imported": 1.0,
    "refers to when imported": 0.15,
    "imports": 0.98,
    "includes": 0.98,
    "runs the package of": 0.98,
    "has the test from": 1.0,  # a test of a class, of the method of a base
    "runs with": 0.9,  # a test that a class has from a base, of what attributes of the class hold
    "makes what it runs with, by": 0.9,  # of the constructor of such a class
    "runs with the class of": 0.45,  # and of its other methods
    "is set up by": 0.98,  # a test, of what its class or module does before and after each
    "stands in": 1.0,  # a test, of the code of its module
    "asks for the fixture": 0.98,
    "is marked with the fixture": 0.98,  # as all tests of its class or module are
    "is given the fixture": 0.9,  # which is there for all tests around
    "is configured by": 0.98,  # the tests below a conftest.py
    "is generated from": 1.0,
    "tests the file": 0.15,
    "changed together with": 0.05,
}
NAMES = tuple(CERTAINTY)
COLUMNS = ("dependents", "dependencies", "certainty", "codes", "files", "lines")  # of edges
CODES = {name: number for number, name in enumerate(NAMES)}

# What hands on to one of several things at a time: by kind of edge, what its certainty is multiplied with where none of
# these depends on the change, and where all do; and how many they count for at least. See `spread`.
DISPATCH: dict[str, tuple[float, float, int]] = {
    "decorates": (0.4, 1.0, 3),
    "runs one of the group": (0.4, 1.0, 3),
    "holds the method of a family": (0.5, 1.0, 3),
    "may run the override": (0.7, 1.0, 2),
    "is specialized as": (0.7, 1.0, 2),
}


_UNRUN = r"^(?:if )?(?:\w+\.)?TYPE_CHECKING\b"  # the condition of an import that no program runs


@dataclass(frozen=True, slots=True)
class DependenceEdges:
    """Edges of one kind: the dependent ends, what they depend on, certainties, and where that is seen."""

    name: str
    dependents: Numbers
    dependencies: Numbers
    certainty: NDArray[np.float64]
    files: Numbers  # node of the file; -1 where there is no place
    lines: Numbers


class Nodes:
    """Symbols, files and the rest, by number: the rows of `frame`."""

    def __init__(self, table: Table) -> None:
        files = table("files").select("id", "path", "language", "blob", "read_as", "analysed")
        symbols = table("symbols").select(
            "id", "kind", "name", "qualified_name", "signature", "modifiers", "macro", "bases", "unresolved_calls"
        )
        edges = table("edges")
        contains = edges.filter(pl.col("kind") == "contains").select("source", "target")
        uses = table("uses")
        self.has_uses = uses.height > 0
        bases = bases_of(uses.select("kind", "from", "to"), symbols)
        inherited = find_inherited_tests(symbols, contains, bases, table("includes"))
        symbols = pl.concat([symbols, inherited.rows])
        self.files = files.height  # they come first
        self._directives = table("includes").select("file", "start_line")
        self.frame = pl.concat(
            [files.select("id"), symbols.select("id", "kind", "name", "qualified_name")], how="diagonal"
        ).with_row_index("node", 0)
        self.file_rows, self.symbol_rows = files, symbols
        places = symbol_places(edges, table("locations")).select(
            "role", "file", id="symbol", first="start_line", last="end_line"
        )
        self.places = self.number_nodes(places, "id", "file").sort("file", "first", "last", "id")
        self.contains = self.number_nodes(contains, "source", "target")
        number = dict(self.ids.iter_rows())
        self.inherited = {  # tests that a class has from a base, or a file from an import: the class and the method
            number[test]: (number[cls], number[method])
            for test, cls, method in zip(inherited.rows["id"], inherited.classes, inherited.methods, strict=True)
        }
        self._imported = {
            test: (number[file], line)
            for test, (file, line) in zip(self.inherited, inherited.imported, strict=True)
            if file
        }
        self.bases = {number[cls]: [number[base] for base in found] for cls, found in bases.items()}

    def symbols(self, which: pl.Expr) -> pl.DataFrame:
        """Some rows of the table of symbols, with their numbers as `node`."""
        return self.symbol_rows.with_row_index("node", self.files).filter(which)

    @cached_property
    def ids(self) -> pl.DataFrame:
        return self.frame.select("id", pl.col("node").cast(pl.Int64))

    def number_nodes(self, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """A frame with node numbers instead of ids; rows with an end that is no node are left out."""
        for column in columns:
            ids = self.ids.rename({"id": column, "node": "number"})
            frame = frame.join(ids, on=column, how="inner").drop(column).rename({"number": column})
        return frame

    @property
    def size(self) -> int:
        """How many nodes there are, with one more for each file: that something in it changed, whatever that is."""
        return self.frame.height + self.files

    @cached_property
    def kinds(self) -> list[str | None]:
        """The kind of each node; None for files."""
        return self.frame["kind"].to_list()

    @cached_property
    def names(self) -> list[str | None]:
        """The name of each node, without what it is in; None for files."""
        return self.frame["name"].to_list()

    @cached_property
    def home(self) -> Numbers:
        """The file that defines each symbol, or else declares it; -1 where none does. A file is its own."""
        result = np.full(self.frame.height, -1, dtype=np.int64)
        result[self._homes["id"].to_numpy()] = self._homes["file"].to_numpy()
        result[: self.files] = np.arange(self.files)
        for test, (cls, _) in self.inherited.items():
            result[test] = self._imported[test][0] if test in self._imported else result[cls]
        return result

    @cached_property
    def line(self) -> Numbers:
        """The first line of each symbol where it stands in its home; 0 of files."""
        result = np.zeros(self.frame.height, dtype=np.int64)
        result[self._homes["id"].to_numpy()] = self._homes["first"].to_numpy()
        for test, (cls, _) in self.inherited.items():
            result[test] = self._imported[test][1] if test in self._imported else result[cls]
        return result

    @cached_property
    def _homes(self) -> pl.DataFrame:
        """The place of each symbol that counts: its first definition, or else its first declaration."""
        places = self.places.sort("role", "file", "first", descending=[True, False, False])
        return places.unique("id", keep="first", maintain_order=True)

    @cached_property
    def paths(self) -> list[str]:
        """Paths of the files."""
        return self.file_rows["path"].to_list()

    @cached_property
    def by_path(self) -> dict[str, int]:
        """Files by path."""
        return {path: number for number, path in enumerate(self.paths)}

    def members(self, node: int) -> list[int]:
        """What a node contains."""
        sources, targets = self._contained
        first, last = np.searchsorted(sources, [node, node + 1]).tolist()
        return [int(each) for each in targets[first:last]]

    @cached_property
    def _contained(self) -> tuple[Numbers, Numbers]:
        rows = self.contains.sort("source", "target")
        return rows["source"].to_numpy(), rows["target"].to_numpy()

    @cached_property
    def directives(self) -> dict[int, frozenset[int]]:
        """The lines on which includes and imports begin, by file."""
        rows = self.number_nodes(self._directives, "file").group_by("file").agg("start_line")
        return {file: frozenset(lines) for file, lines in rows.select("file", "start_line").iter_rows()}

    @cached_property
    def is_python(self) -> NDArray[np.bool_]:
        """Which files are Python."""
        return self.file_rows["language"].is_in(list(PYTHON_FAMILY)).fill_null(False).to_numpy()

    @cached_property
    def is_native(self) -> NDArray[np.bool_]:
        """Which files are of the C family."""
        return self.file_rows["language"].is_in(list(C_FAMILY)).fill_null(False).to_numpy()

    def name(self, node: int) -> str:
        """The path of a file, the qualified name of a symbol."""
        if node < self.files or node >= self.frame.height:
            return self.paths[node % self.frame.height]
        return str(self._names[node])

    @cached_property
    def _names(self) -> list[str | None]:
        return self.frame["qualified_name"].to_list()


class Dependences:
    """All edges, sorted by what they depend on."""

    def __init__(self, nodes: Nodes, parts: list[DependenceEdges]) -> None:
        self.nodes = nodes
        codes = np.concatenate([np.full(len(part.lines), CODES[part.name]) for part in parts])
        dependents = np.concatenate([part.dependents for part in parts])
        dependencies = np.concatenate([part.dependencies for part in parts])
        certainty = np.concatenate([part.certainty for part in parts])
        files = np.concatenate([part.files for part in parts])
        lines = np.concatenate([part.lines for part in parts])
        order = np.lexsort((lines, codes, -certainty, dependents, dependencies))
        columns = (dependents, dependencies, certainty, codes, files, lines)
        self._hold({name: column[order] for name, column in zip(COLUMNS, columns, strict=True)})

    @classmethod
    def of_sorted(cls, nodes: Nodes, columns: Mapping[str, NDArray[Any]]) -> Dependences:
        """Edges that are sorted already, by the names of `COLUMNS`."""
        made = cls.__new__(cls)
        made.nodes = nodes
        made._hold(columns)
        return made

    def _hold(self, columns: Mapping[str, NDArray[Any]]) -> None:
        nodes = self.nodes
        self.dependents: Numbers = columns["dependents"]
        self.dependencies: Numbers = columns["dependencies"]
        self.certainty: NDArray[np.float64] = columns["certainty"]
        self.codes: Numbers = columns["codes"]
        self.files: Numbers = columns["files"]
        self.lines: Numbers = columns["lines"]
        self.starts = np.searchsorted(self.dependencies, np.arange(nodes.size + 1))
        self._by_code: dict[int, Numbers] = {}

    def select_kind(self, code: int) -> Numbers:
        """The edges of one kind."""
        if code not in self._by_code:
            self._by_code[code] = np.flatnonzero(self.codes == code)
        return self._by_code[code]


def edges(name: str, frame: pl.DataFrame, certainty: pl.Expr | None = None) -> DependenceEdges:
    """Edges out of a frame with the columns dependent, dependency, file and line (numbers)."""
    factor = CERTAINTY[name]
    sure = frame.select((pl.lit(1.0) if certainty is None else certainty) * factor).to_series()
    if len(sure) != frame.height:
        sure = pl.Series([factor] * frame.height, dtype=pl.Float64)
    numbers = [frame[column].cast(pl.Int64).to_numpy() for column in ("dependent", "dependency", "file", "line")]
    return DependenceEdges(name, numbers[0], numbers[1], sure.cast(pl.Float64).to_numpy(), numbers[2], numbers[3])


def make_file_edges(nodes: Nodes, table: Table) -> list[DependenceEdges]:
    """Who imports and includes files, and what a build makes of them."""
    includes = (
        table("includes")
        .filter(~pl.col("condition").fill_null("").str.contains(_UNRUN))
        .select("file", "targets", "templates", line="start_line")
        .with_columns(dependency=pl.col("targets"))
        .explode("dependency")
        .drop_nulls("dependency")
        .with_columns(dependent="file")
        .select("dependent", "dependency", "file", "line")
    )
    includes = nodes.number_nodes(includes, "dependent", "dependency", "file").filter(
        pl.col("dependent") != pl.col("dependency")
    )
    python = pl.col("file").is_in(np.flatnonzero(nodes.is_python))
    includes = _within_functions(nodes, includes.filter(python), includes.filter(~python))
    generated = table("edges").filter(pl.col("kind") == "generatedFrom").select(dependent="source", dependency="target")
    generated = nodes.number_nodes(generated, "dependent", "dependency").with_columns(
        file=pl.col("dependent"), line=pl.lit(1, pl.Int64)
    )
    return [
        edges("imports", includes.filter(python)),
        edges("includes", includes.filter(~python)),
        edges("is generated from", generated),
        edges("runs the package of", _packages(nodes)),
        edges("changed together with", _find_changed_together(nodes, table)),
    ]


def _within_functions(nodes: Nodes, python: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Imports, those in the body of a function with that function as the dependent: it alone runs them."""
    rows = python.with_row_index("number")
    kinds = nodes.frame.select(
        pl.col("kind").is_in(list(FUNCTIONS)).alias("is_function"), id=pl.col("node").cast(pl.Int64)
    )
    bodies = nodes.places.join(kinds.filter("is_function"), on="id").select("file", "first", "last", "id")
    inside = (
        rows.join(bodies, on="file")
        .filter((pl.col("first") <= pl.col("line")) & (pl.col("line") <= pl.col("last")))
        .sort("number", "first", "id")
        .unique("number", keep="last", maintain_order=True)
        .select("number", "id")
    )
    rows = rows.join(inside, on="number", how="left", maintain_order="left")
    python = rows.with_columns(dependent=pl.coalesce("id", "dependent")).select(python.columns)
    return pl.concat([python, others])


def _packages(nodes: Nodes) -> pl.DataFrame:
    """Modules, and the `__init__.py` of the package that they are in, which runs before them."""
    rows = [
        (number, package, number, 1)
        for path, number in nodes.by_path.items()
        if path.endswith(".py")
        and (package := nodes.by_path.get(f"{path.rpartition('/')[0]}/__init__.py", number)) != number
    ]
    return frame_of(rows)


def _find_changed_together(nodes: Nodes, table: Table) -> pl.DataFrame:
    relations = table("relations").filter(
        pl.col("reasons").list.eval(pl.element().str.starts_with("changed together in ")).list.any()
    )
    rows = nodes.number_nodes(relations.select(dependent="to", dependency="from"), "dependent", "dependency")
    tests = [number for path, number in nodes.by_path.items() if is_test(path)]
    return rows.filter(pl.col("dependent").is_in(tests)).with_columns(
        dependency=pl.col("dependency") + nodes.frame.height, file=pl.lit(-1, pl.Int64), line=pl.lit(0, pl.Int64)
    )


def frame_of(rows: list[tuple[int, int, int, int]]) -> pl.DataFrame:
    """Rows of dependent, dependency, file and line as a frame."""
    columns = ("dependent", "dependency", "file", "line")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Int64), orient="row")
