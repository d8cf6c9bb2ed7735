"""An opened graph: query it, export it, view it, document it.

A `KGraph` reads the generation that was current when it was opened, and goes on reading it while newer ones are built.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache, cached_property
from os import PathLike
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, overload

from kgraph.errors import GraphError, QueryError
from kgraph.model import GRAPH_FOLDER, Graph, Repository
from kgraph.pipeline.build import BuildResult
from kgraph.store import folder

if TYPE_CHECKING:
    import networkx
    import pandas
    import polars
    import pyoxigraph
    import rdflib

    from kgraph.diff import Comparison
    from kgraph.doctor import Finding
    from kgraph.pages import Written
    from kgraph.query import Answer, Rows
    from kgraph.query.related import RelatedFile
    from kgraph.rules import Check, Report
    from kgraph.view.index import ViewIndex
    from kgraph.view.notebook import Neighbourhood, View

StrPath = str | PathLike[str]


class KGraph:
    """A graph at rest, opened for reading. Close it, or use it as a context manager, to let a later build remove it."""

    built: BuildResult | None = None  # what the build did that has just made it

    def __init__(self, generation: folder.Generation) -> None:
        self._generation = generation
        self.path: Path = generation.path.parent
        self.manifest: Mapping[str, Any] = MappingProxyType(generation.manifest)
        try:
            self.repository = Repository(**self.manifest["repository"])
        except (KeyError, TypeError) as error:
            generation.close()
            raise GraphError("is no manifest", where=str(generation.path), hint="build the graph again") from error

    @property
    def base(self) -> str:
        """The IRI that all its nodes' IRIs begin with."""
        return self.repository.base

    @cached_property
    def store(self) -> pyoxigraph.Store:
        """The triples, in an embedded Oxigraph store opened for reading; if damaged, made again from the tables."""
        from kgraph.store.repair import open_store

        return open_store(self._generation)

    def mend(self, damage: str) -> None:
        """Make the store again from the tables, because of some `damage` that was met in it."""
        from kgraph.store.repair import make_again

        self.__dict__.pop("store", None)
        make_again(self._generation, damage)

    @cached_property
    def tables(self) -> Graph:
        """The whole graph as polars column tables, in memory."""
        from kgraph.store.tables import read_all

        return Graph(self.repository, read_all(self._generation.tables, self._generation.checksums))

    # --- asking ---

    def query(self, query: str, /, *, limit: int | None = None, **parameters: object) -> Rows:
        """The rows of a SELECT, at most `limit`: a shipped query by name, a file that ends in .rq, or SPARQL text.

        The prefixes of the vocabulary (`kg:`, `rdfs:`, ...) need no PREFIX lines. Raises `QueryError`, also where
        the query is no SELECT; `execute` takes every form.
        """
        from kgraph.query import Rows

        answer = self.execute(query, limit=limit, **parameters)
        if not isinstance(answer, Rows):
            raise QueryError("this query is no SELECT", hint="use KGraph.execute for ASK and CONSTRUCT")
        return answer

    def execute(self, query: str, /, *, limit: int | None = None, **parameters: object) -> Answer:
        """Execute any query: `Rows` of a SELECT, `Triples` of a CONSTRUCT or DESCRIBE, the bool of an ASK."""
        from kgraph.query import execute, find, parse

        spaced = any(char.isspace() for char in query.strip())
        found = parse(query) if spaced and not query.endswith(".rq") else find(query)
        return execute(self.store, found, parameters, base=self.base, limit=limit)

    def ask(self, query: str, /, *, limit: int | None = None, **parameters: object) -> Answer:
        """The former name of `execute`, until version 0.2."""
        import warnings

        warnings.warn("KGraph.ask is now KGraph.execute", DeprecationWarning, stacklevel=2)
        return self.execute(query, limit=limit, **parameters)

    def related(self, path: StrPath, limit: int = 10) -> list[RelatedFile]:
        """The files that belong with the one at `path`, which is relative to the root, the nearest first.

        Raises `QueryError` where the graph has no such file, or was built without telling what is related.
        """
        from kgraph.query import related

        if not self.manifest["options"]["related"]:
            raise QueryError("this graph does not tell related files", hint="build it without --no-related")
        return related.related(self.store, str(path), limit, base=self.base)

    def doctor(self, path: StrPath | None = None) -> list[Finding]:
        """What makes the graph poorer than it could be, and what to do about it, the gravest first.

        With the `path` of a file, relative to the root: how that file was read. Raises `QueryError` where the graph has
        no such file.
        """
        from kgraph import doctor
        from kgraph.pipeline import semantic_stage

        units, tellers = semantic_stage.load_report(self._generation.path)
        if path is None:
            return doctor.examine(self.manifest, self.frame("files"), self.frame("includes"), units)
        return [doctor.of_file(str(path), self.frame("files"), units, tellers)]

    def check(self, *rules: StrPath | Check, baseline: StrPath | None = None) -> Report:
        """Where the repository breaks the rules: files of rules (.toml, .rq, .ttl), folders of them, or loaded ones.

        What stands in the file `baseline` is known: it is in the report, but not among its `new` violations. Raises
        `InputError` where a rule is wrong.
        """
        from kgraph.rules import RuleSource, check, load

        source = RuleSource(self.repository, cache(self.frame), lambda: self.store)
        checks = [each for rule in rules for each in (load([rule]) if isinstance(rule, str | PathLike) else [rule])]
        return check(checks, source, Path(baseline) if baseline is not None else None)

    def diff(self, new: KGraph) -> Comparison:
        """What differs from this graph to another one; `kgraph.compare` takes folders and git revisions."""
        from kgraph.diff import Comparison
        from kgraph.diff.compare import compare

        return Comparison(
            self.tables, new.tables, compare(self.tables, new.tables, (self.repository.name, new.repository.name))
        )

    # --- handing on ---

    @overload
    def frame(self, table: str, kind: Literal["polars"] = ...) -> polars.DataFrame: ...
    @overload
    def frame(self, table: str, kind: Literal["pandas"]) -> pandas.DataFrame: ...
    def frame(self, table: str, kind: Literal["polars", "pandas"] = "polars") -> polars.DataFrame | pandas.DataFrame:
        """One table: "files", "folders", "symbols", "locations", "includes", "externals", "uses", "relations",
        "edges".

        Node ids are IRIs without the base. Pandas needs the extra `kgraph-code[pandas]`.
        """
        from kgraph.frames import as_kind
        from kgraph.store.tables import read

        return as_kind(read(self._generation.tables, table, self._generation.checksums), kind)

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

    # --- looking ---

    @cached_property
    def index(self) -> ViewIndex:
        """Nodes and edges by number, for `kgraph.view.data` and whatever asks about single nodes."""
        from kgraph.view.index import ViewIndex

        return ViewIndex(self.tables)

    def view(self, *, focus: str = "", depth: int = 1, source_url: str | None = None) -> bytes:
        """A page to open in a browser: map, dependency matrix and tables; HTML in UTF-8 that needs no network.

        With `focus`, the path of a file or folder or the name of a symbol, it starts there, `depth` steps around it.
        Links lead to the source by the template `source_url` ({path}, {line}, {revision}), by default that of the
        origin remote. Raises `QueryError` where there is no such thing to focus on.
        """
        from kgraph.view.write import ViewOptions, view_page

        return view_page(self.index, ViewOptions(focus, depth, source_url=source_url))

    def show(
        self,
        focus: str = "",
        *,
        query: str | None = None,
        depth: int = 1,
        engine: Literal["page", "pyvis"] | None = None,
        source_url: str | None = None,
        height: int = 640,
        **parameters: object,
    ) -> View:
        """The graph to look at: a notebook shows what this returns, elsewhere `.open()` or `.save(path)` it.

        `engine` is the page of `view`, or pyvis (extra `kgraph-code[pyvis]`), which draws up to 500 nodes: those around
        `focus`, or those of a CONSTRUCT `query`. Unless said, it is the page, but pyvis for a query, and where kgraph
        was installed without the page.
        """
        from kgraph.view.notebook import View

        if engine is None:
            from kgraph.view.page import available

            engine = "page" if available() and query is None else "pyvis"
        if engine == "page" and query is None:
            return View(self.view(focus=focus, depth=depth, source_url=source_url), height=height)
        return View(self.pyvis(focus, query=query, depth=depth, **parameters), height=height)

    def pyvis(self, focus: str = "", *, query: str | None = None, depth: int = 1, **parameters: object) -> bytes:
        """A page drawn by pyvis: the nodes around `focus`, the graph of a CONSTRUCT `query`, or the parts of all."""
        from kgraph.query import Triples
        from kgraph.view import data, picture
        from kgraph.view.network import pyvis_page
        from kgraph.view.write import found

        if query is not None:
            answer = self.execute(query, limit=None, **parameters)
            if not isinstance(answer, Triples):
                raise QueryError("this query gives no graph to draw", hint="CONSTRUCT and DESCRIBE do")
            return pyvis_page(picture.of_triples(answer, self.base, self.repository.name))
        if focus:
            near = data.neighbours(self.index, found(self.index, focus), depth=depth, limit=picture.MOST_NODES)
            return pyvis_page(picture.of_neighbourhood(near, f"{self.repository.name}: {focus}"))
        return pyvis_page(picture.of_matrix(data.matrix(self.index), self.repository.name))

    def neighbours(self, name: str, depth: int = 1, *, kinds: Sequence[str] = (), limit: int = 60) -> Neighbourhood:
        """What a file, folder or symbol uses, and what uses it, `depth` steps on: the nearest `limit` nodes.

        `name` is a path, a symbol's name or a node's id. Raises `QueryError` where there is no such thing.
        """
        from kgraph.view.notebook import neighbourhood

        return neighbourhood(self.index, name, depth, tuple(kinds), limit)

    def widget(self, focus: str = "", *, depth: int = 1, height: int = 640) -> Any:
        """The page as a notebook widget, whose `selected` (a node's id) Python can read, observe and set.

        Needs the extra `kgraph-code[jupyter]`.
        """
        from kgraph.view.widget import widget
        from kgraph.view.write import ViewOptions, view_page

        return widget(view_page(self.index, ViewOptions(focus, depth, framed=True)), height=height)

    def _repr_html_(self) -> str:
        from kgraph.view.notebook import summary

        return summary(self.index)

    def pages(self, output: StrPath, *, root: StrPath | None = None, form: str = "markdown", **options: Any) -> Written:
        """Write documentation pages of the whole repository to the folder `output`; only what changed is written.

        `root` is the working tree, by default the folder that holds `.kgraph`. `form` is "markdown" or "html". The
        options are those of `kgraph.pages.Request`: `sections`, `only`, `source`, `source_url`, `title`, `compact`,
        `show_queries`, `templates`, `ask`.

        Raises `InputError` where an option is not what it must be, `ExportError` where the folder cannot be used.
        """
        from kgraph import pages

        source = pages.GraphSource(
            self.repository.name,
            self.base,
            self.repository.revision,
            str(self.manifest["inputs"]),
            self.path,
            lambda: self.tables.tables,
            lambda: self.store,
        )
        return pages.write(source, pages.make_request(output, root=root, form=form, **options))

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
