"""The public face: build a graph, open one, ask it, hand it on.

    import kgraph

    graph = kgraph.build("pytorch")
    for row in graph.query("includers", path="c10/util/Exception.h").dicts():
        print(row["file"])
    graph.frame("files")

A `KGraph` reads the generation that was current when it was opened, and goes on reading it while newer ones are built.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from functools import cached_property
from os import PathLike
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, overload

from kgraph.errors import QueryError
from kgraph.model import GRAPH_FOLDER, Graph, Repository
from kgraph.pipeline import Built, Options, Progress
from kgraph.pipeline import build as build_graph
from kgraph.store import folder

if TYPE_CHECKING:
    import networkx
    import pandas
    import polars
    import pyoxigraph
    import rdflib

    from kgraph.query import Answer, Rows
    from kgraph.query.related import Related

StrPath = str | PathLike[str]


def build(
    root: StrPath,
    *,
    output: StrPath | None = None,
    base: str | None = None,
    exclude: Sequence[str] = (),
    vendored: Sequence[str] = (),
    jobs: int | None = None,
    force: bool = False,
    related: bool = True,
    history: bool = True,
    calls: bool = True,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> KGraph:
    """Read the repository at `root`, leave its graph in `output` (by default `<root>/.kgraph`), and open it.

    `base` is the base IRI of its nodes, by default made from the origin remote. `exclude` and `vendored` are
    patterns as in `.gitignore`: excluded files are left out, vendored ones are listed but not parsed. `jobs` is the
    number of worker processes, by default one per core; `executor` reads files elsewhere instead. With `force`
    nothing is taken from an earlier build. Without `related` no files are told that belong together, which saves a
    third of the time; without `history` they are told from their contents and names alone. Without `calls` nobody
    finds out who calls, inherits and uses what.

    Raises `InputError` where the root or an option is not what it must be, `GraphError` where the output cannot be
    used.
    """
    options = Options(base, tuple(exclude), tuple(vendored), jobs, force, executor, related, history, calls)
    built = build_graph(Path(root), Path(output) if output is not None else None, options, progress)
    graph = open(built.folder)
    graph.built = built
    return graph


def open(path: StrPath = ".") -> KGraph:  # noqa: A001 - called as kgraph.open
    """Open the graph at `path`: its folder, the repository that holds it, or any folder below.

    Raises `GraphError` where there is none.
    """
    return KGraph(folder.open_current(folder.find(Path(path))))


class KGraph:
    """A graph at rest, opened for reading. Close it, or use it as a context manager, to let a later build remove it."""

    built: Built | None = None  # what the build did that has just made it

    def __init__(self, generation: folder.Generation) -> None:
        self._generation = generation
        self.path: Path = generation.path.parent
        self.manifest: Mapping[str, Any] = MappingProxyType(generation.manifest)
        self.repository = Repository(**self.manifest["repository"])

    @property
    def base(self) -> str:
        """The IRI that all its nodes' IRIs begin with."""
        return self.repository.base

    @cached_property
    def store(self) -> pyoxigraph.Store:
        """The triples, in an embedded Oxigraph store opened for reading."""
        from kgraph.store.rdf import open_store

        return open_store(self._generation.store)

    @cached_property
    def tables(self) -> Graph:
        """The whole graph as polars column tables, in memory."""
        from kgraph.store.tables import read_all

        return Graph(self.repository, read_all(self._generation.tables))

    # --- asking ---

    def query(self, query: str, /, *, limit: int | None = None, **parameters: object) -> Rows:
        """The rows of a SELECT, at most `limit`: a shipped query by name, a file that ends in .rq, or SPARQL text.

        The prefixes of the vocabulary (`kg:`, `rdfs:`, ...) need no PREFIX lines. Raises `QueryError`, also where
        the query is no SELECT; `ask` answers every form.
        """
        from kgraph.query import Rows

        answer = self.ask(query, limit=limit, **parameters)
        if not isinstance(answer, Rows):
            raise QueryError("this query is no SELECT", hint="use KGraph.ask for ASK and CONSTRUCT")
        return answer

    def ask(self, query: str, /, *, limit: int | None = None, **parameters: object) -> Answer:
        """The answer of any query: `Rows` of a SELECT, `Triples` of a CONSTRUCT or DESCRIBE, the bool of an ASK."""
        from kgraph.query import find, parse, run

        spaced = any(char.isspace() for char in query.strip())
        found = parse(query) if spaced and not query.endswith(".rq") else find(query)
        return run(self.store, found, parameters, base=self.base, limit=limit)

    def related(self, path: StrPath, limit: int = 10) -> list[Related]:
        """The files that belong with the one at `path`, which is relative to the root, the nearest first.

        Raises `QueryError` where the graph has no such file, or was built without telling what is related.
        """
        from kgraph.query import related

        if not self.manifest["options"]["related"]:
            raise QueryError("this graph does not tell related files", hint="build it without --no-related")
        return related.related(self.store, str(path), limit, base=self.base)

    # --- handing on ---

    @overload
    def frame(self, table: str, kind: Literal["polars"] = ...) -> polars.DataFrame: ...
    @overload
    def frame(self, table: str, kind: Literal["pandas"]) -> pandas.DataFrame: ...
    def frame(self, table: str, kind: Literal["polars", "pandas"] = "polars") -> polars.DataFrame | pandas.DataFrame:
        """One table: "files", "folders", "symbols", "locations", "includes", "externals", "uses", "relations",
        "edges".

        Node ids are IRIs without the base. Pandas needs the extra `kgraph[pandas]`.
        """
        from kgraph.frames import as_kind
        from kgraph.store.tables import read

        return as_kind(read(self._generation.tables, table), kind)

    def to_networkx(
        self, *, nodes: Collection[str] | None = None, edges: Collection[str] | None = None, external: bool = True
    ) -> networkx.MultiDiGraph:
        """The graph, or the part with the given classes of nodes ("File", "Symbol", "Function", ...) and kinds of
        edges.

        Nodes are ids with the columns as attributes; an edge's key is its kind.
        """
        from kgraph.export.convert import to_networkx

        return to_networkx(self.tables, nodes=nodes, edges=edges, external=external)

    def to_rdflib(self) -> rdflib.Graph:
        """All triples in an rdflib graph: about 1.4 kB of memory a triple, so rather for parts of a large
        repository."""
        from kgraph.export import WholeGraph
        from kgraph.export.convert import to_rdflib

        return to_rdflib(WholeGraph(self.tables))

    def export(
        self, form: str, target: StrPath | BinaryIO, *, sort: bool = False, root: StrPath | None = None
    ) -> tuple[str, ...]:
        """Write the whole graph in one of the formats of `kgraph.export.WRITERS`; "-" is standard output.

        SCIP finds columns in the repository's files: at `root`, by default the folder that holds the graph's. Returns
        what the format could not carry, in sentences.
        """
        from kgraph.export import WholeGraph, write

        around = self.path.parent if self.path.name == GRAPH_FOLDER else None
        source = WholeGraph(self.tables, Path(root) if root is not None else around)
        return write(source, form, Path(target) if isinstance(target, PathLike) else target, sort=sort)

    # --- closing ---

    def close(self) -> None:
        """Let go of the store and of the files."""
        self.__dict__.pop("store", None)
        self._generation.close()

    def __enter__(self) -> KGraph:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = self.manifest["counts"]
        return (
            f"<KGraph of {self.repository.name}: {counts['files']:,} files, {counts['symbols']:,} symbols, "
            f"{counts['triples']:,} triples>"
        )
