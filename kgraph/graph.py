"""An opened graph: query it, export it, view it, document it.

A `KGraph` reads the generation that was current when it was opened, and goes on reading it while newer ones are built.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache, cached_property
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, overload

from kgraph.change_answers import ChangeAnswers
from kgraph.errors import GraphError, QueryError
from kgraph.model import Graph, Repository
from kgraph.store import folder, making
from kgraph.table_answers import TableAnswers

if TYPE_CHECKING:
    import networkx
    import pandas
    import polars
    import pyoxigraph
    import rdflib

    from kgraph.diff import Comparison
    from kgraph.doctor import Finding
    from kgraph.pages import WriteReport
    from kgraph.pipeline.build import BuildResult
    from kgraph.progress import Progress
    from kgraph.query import Answer, Rows
    from kgraph.query.related import RelatedFile
    from kgraph.query.timed import TimedQueries
    from kgraph.rules import Check, Report
    from kgraph.view.index import ViewIndex
    from kgraph.view.notebook import Neighbourhood, View

StrPath = str | PathLike[str]


class KGraph(ChangeAnswers, TableAnswers):
    """A graph at rest, opened for reading. Close it, or use it as a context manager, to let a later build remove it."""

    built: BuildResult | None = None  # what the build did that has just made it

    def __init__(self, generation: folder.Generation, progress: Progress | None = None) -> None:
        self._generation = generation
        self._progress = progress
        self.path: Path = generation.path.parent
        self.manifest: Mapping[str, Any] = MappingProxyType(generation.manifest)
        try:
            self.repository = Repository(**self.manifest["repository"])
        except (KeyError, TypeError) as error:
            generation.close()
            raise GraphError("is not a manifest", where=str(generation.path), hint="build the graph again") from error

    @property
    def base(self) -> str:
        """The IRI that the IRIs of all its nodes begin with."""
        return self.repository.base

    @cached_property
    def store(self) -> pyoxigraph.Store:
        """The triples, in an embedded Oxigraph store opened for reading.

        It is made from the tables if there is none, which takes a second for about 200,000 triples, and again if it is
        damaged. In a folder that cannot be written it is a temporary one.

        Raises:
            GraphError: It cannot be made: the tables are damaged, or the folder of a large graph cannot be written.
        """
        return making.open_store(self._generation, self._progress)

    @property
    def store_state(self) -> making.StoreState:
        """Whether there is a triple store, its size, and what it was made from; it is not made for this."""
        return making.StoreState.of(self._generation)

    @property
    def has_store(self) -> bool:
        """Whether there is a triple store; else what needs one makes it."""
        return making.is_there(self._generation)

    def mend(self, damage: str) -> None:
        """Make the store again from the tables, because of some `damage` that was found in it."""
        self.__dict__.pop("store", None)
        making.make(self._generation, damage, self._progress)

    @cached_property
    def tables(self) -> Graph:
        """The whole graph as polars column tables, in memory."""
        from kgraph.store.tables import read_all

        return Graph(self.repository, read_all(self._generation.tables, self._generation.checksums))

    # --- asking ---

    def query(
        self, query: str, /, *, limit: int | None = None, timeout: float | None = None, **parameters: object
    ) -> Rows:
        """Run a SELECT query.

        The prefixes of the vocabulary (`kg:`, `rdfs:`, ...) need no PREFIX lines.

        Args:
            query: A shipped query by name, a file that ends in `.rq`, or SPARQL text.
            limit: Return at most this many rows.
            timeout: Give up after this many seconds. The query then runs in a process of its own, which the first one
                starts in about a second, and its whole answer is in memory; without a limit rows are found as they are
                read. To start the process and to make the triple store is not part of that time.
            parameters: Values of the query's parameters.

        Raises:
            QueryError: The query is wrong, or no SELECT; `execute` takes every form.
            QueryTimeoutError: It took longer than `timeout`.
        """
        from kgraph.query import Rows

        answer = self.execute(query, limit=limit, timeout=timeout, **parameters)
        if not isinstance(answer, Rows):
            raise QueryError("this query is not a SELECT", hint="use KGraph.execute for ASK and CONSTRUCT")
        return answer

    def execute(
        self, query: str, /, *, limit: int | None = None, timeout: float | None = None, **parameters: object
    ) -> Answer:
        """Execute any query, given as to `query`, with the same arguments.

        A short name of a symbol stands for the qualified one, where the graph has a single symbol of that name. The
        `notes` of the answer say so, and which files were not analysed that might change it. A name in `kg:` that the
        vocabulary does not have is a note too, and a `QueryWarning`.

        Returns:
            `Rows` of a SELECT, `Triples` of a CONSTRUCT or DESCRIBE, the bool of an ASK.

        Raises:
            QueryError: The query or a parameter is wrong.
            QueryTimeoutError: It took longer than `timeout`.
        """
        from kgraph.coverage import Coverage
        from kgraph.query.answering import answer_query, find_query_with_warning

        meant = find_query_with_warning(query)
        if timeout is not None:
            return self._timed.ask((meant, parameters, limit), timeout, lambda: self.store)
        return answer_query(self, meant, parameters, limit, Coverage.of_manifest(self.manifest))

    @cached_property
    def _timed(self) -> TimedQueries:
        from kgraph.query.timed import TimedQueries

        return TimedQueries(self._generation, self)

    def ask(self, query: str, /, *, limit: int | None = None, **parameters: object) -> Answer:
        """The former name of `execute`, until version 0.2."""
        import warnings

        warnings.warn("KGraph.ask is now KGraph.execute", DeprecationWarning, stacklevel=2)
        return self.execute(query, limit=limit, timeout=None, **parameters)

    def related(self, path: StrPath, limit: int = 10) -> list[RelatedFile]:
        """List the files related to the one at `path`, the nearest first, with reasons.

        Args:
            path: The path of a file, relative to the root.
            limit: Return at most this many.

        Raises:
            QueryError: The graph has no such file, or was built without related files.
        """
        from kgraph.query import related

        if not self.manifest["options"]["related"]:
            raise QueryError("this graph has no related files", hint="build it without --no-related")
        return related.find_related(self.frame, str(path), limit)

    def doctor(self, path: StrPath | None = None) -> list[Finding]:
        """Diagnose what makes the graph poorer than it could be, and what to do about it, the gravest first.

        Args:
            path: The path of a file, relative to the root: report how that file was read, and nothing else.

        Raises:
            QueryError: The graph has no such file.
        """
        from kgraph import doctor
        from kgraph.pipeline import semantic_stage

        units, deciding = semantic_stage.load_report(self._generation.path)
        if path is None:
            return doctor.examine(self.manifest, self.frame("files"), self.frame("includes"), units)
        return [doctor.diagnose_file(str(path), self.frame("files"), units, deciding)]

    def check(self, *rules: StrPath | Check, baseline: StrPath | None = None) -> Report:
        """Check architecture rules.

        Args:
            rules: Files of rules (`.toml`, `.rq`, `.ttl`), folders of them, or loaded ones.
            baseline: A file of known violations: they are in the report, but not among its `new` ones.

        Raises:
            InputError: A rule is wrong.
        """
        from kgraph.rules import RuleSource, check, load

        source = RuleSource(self.repository, cache(self.frame), lambda: self.store)
        checks = [each for rule in rules for each in (load([rule]) if isinstance(rule, str | PathLike) else [rule])]
        return check(checks, source, Path(baseline) if baseline is not None else None)

    def diff(self, new: KGraph) -> Comparison:
        """Compare this graph with a newer one; `kgraph.compare` takes folders and git revisions."""
        from kgraph.diff import Comparison
        from kgraph.diff.compare import compare

        names = (self.repository.name, new.repository.name)
        return Comparison(self.tables, new.tables, compare(self.tables, new.tables, names))

    # --- handing on ---

    @overload
    def frame(self, table: str, kind: Literal["polars"] = ..., *, names: bool = ...) -> polars.DataFrame: ...
    @overload
    def frame(self, table: str, kind: Literal["pandas"], *, names: bool = ...) -> pandas.DataFrame: ...
    def frame(
        self, table: str, kind: Literal["polars", "pandas"] = "polars", *, names: bool = False
    ) -> polars.DataFrame | pandas.DataFrame:
        """Return a table as a data frame. Node ids are IRIs without the base.

        Args:
            table: "files", "folders", "symbols", "locations", "includes", "externals", "uses", "packages",
                "requirements", "relations" or "edges".
            kind: "polars", or "pandas", which needs the extra `kgraph-code[pandas]`.
            names: Put behind each column of ids, such as `from`, one of paths and qualified names, `from_name`.
        """
        from kgraph.export.node_names import read_frame

        return read_frame(self._generation, table, kind, names=names)

    def to_networkx(
        self, *, nodes: Collection[str] | None = None, edges: Collection[str] | None = None, external: bool = True,
        keys: Literal["id", "name"] = "id",
    ) -> networkx.MultiDiGraph:  # fmt: skip
        """Return the graph, or a part of it, as a networkx graph.

        Nodes are ids with the columns as attributes; the key of an edge is its kind.

        Args:
            nodes: Classes of nodes to keep: "File", "Symbol", "Function", ...
            edges: Kinds of edges to keep: "includes", "calls", ...
            external: Keep headers, modules and symbols from outside the repository.
            keys: Call nodes by "id", or by "name": path, qualified name or spelling; the id is then an attribute.
        """
        from kgraph.export.convert import to_networkx

        return to_networkx(self.tables, nodes=nodes, edges=edges, external=external, keys=keys)

    def to_rdflib(self) -> rdflib.Graph:
        """Return all triples as an rdflib graph, which takes about 1.4 kB of memory a triple."""
        from kgraph.export import WholeGraph
        from kgraph.export.convert import to_rdflib

        return to_rdflib(WholeGraph(self.tables))

    def export(
        self, form: str, target: StrPath | BinaryIO, *, sort: bool = False,
        root: StrPath | None = None, by: Literal["folder", "target"] = "folder",
    ) -> tuple[str, ...]:  # fmt: skip
        """Export the whole graph.

        Args:
            form: One of the formats of `kgraph.export.WRITERS`.
            target: A path, a stream, or "-" for standard output.
            sort: Write the lines of N-Triples and N-Quads in order.
            root: Where the repository is, for SCIP, which finds columns in its files; by default around the graph.
            by: What the parts of the pictures svg-map and svg-matrix are.

        Returns:
            What the format could not carry, in sentences.
        """
        from kgraph.export import WholeGraph, write

        source = WholeGraph(self.tables, Path(root) if root is not None else self._around, by)
        return write(source, form, Path(target) if isinstance(target, PathLike) else target, sort=sort)

    # --- looking ---

    @cached_property
    def index(self) -> ViewIndex:
        """Nodes and edges by number, for `kgraph.view.data` and for other questions about single nodes."""
        from kgraph.view.file_past import make_index

        return make_index(self.tables, self.path, self.manifest)

    def view(self, *, focus: str = "", depth: int = 1, source_url: str | None = None) -> bytes:
        """Render a page to open in a browser: map, dependency matrix and tables.

        Args:
            focus: The path of a file or folder, or the name of a symbol, to start at.
            depth: Steps around the focus.
            source_url: A template for links ({path}, {line}, {revision}), by default that of the origin remote.

        Returns:
            HTML in UTF-8 that needs no network.

        Raises:
            QueryError: There is no such thing to focus on.
        """
        from kgraph.view.write import ViewOptions, view_page

        return view_page(self.index, ViewOptions(focus, depth, source_url=source_url))

    def show(
        self, focus: str = "", *, query: str | None = None, depth: int = 1,
        engine: Literal["page", "pyvis"] | None = None, source_url: str | None = None, height: int = 640,
        **parameters: object,
    ) -> View:  # fmt: skip
        """Show the graph: a notebook displays what this returns; elsewhere `.open()` or `.save(path)` it.

        Args:
            focus: The path of a file or folder, or the name of a symbol, to start at.
            query: A CONSTRUCT query whose graph is drawn.
            depth: Steps around the focus.
            engine: "page" (see `view`) or "pyvis" (extra `kgraph-code[pyvis]`), which draws up to 500 nodes. By default
                the page, but pyvis for a query, and where kgraph was installed without the page.
            source_url: A template for links to the source ({path}, {line}, {revision}).
            height: The height of the frame, in pixels.
            parameters: Values of the query's parameters.
        """
        from kgraph.view.notebook import View

        if engine is None:
            from kgraph.view.page import available

            engine = "page" if available() and query is None else "pyvis"
        if engine == "page" and query is None:
            return View(self.view(focus=focus, depth=depth, source_url=source_url), height=height)
        return View(self.pyvis(focus, query=query, depth=depth, **parameters), height=height)

    def pyvis(self, focus: str = "", *, query: str | None = None, depth: int = 1, **parameters: object) -> bytes:
        """Render a page by pyvis: the nodes around `focus`, those of a CONSTRUCT `query`, or the folders."""
        from kgraph.view.network import page_of

        drawn = self.execute(query, limit=None, timeout=None, **parameters) if query is not None else None
        return page_of(self, focus, depth, drawn)

    def neighbours(self, name: str, depth: int = 1, *, kinds: Sequence[str] = (), limit: int = 60) -> Neighbourhood:
        """Find what a file, folder or symbol uses, and what uses it.

        Args:
            name: A path, the name of a symbol, or the id of a node.
            depth: Steps to go on.
            kinds: Kinds of edges to follow, by default all but `related`, and `contains` only of symbols and folders.
            limit: Keep at most this many nodes, the nearest first.

        Raises:
            QueryError: There is no such thing.
        """
        from kgraph.view.notebook import neighbourhood

        return neighbourhood(self.index, name, depth, tuple(kinds), limit)

    def widget(self, focus: str = "", *, depth: int = 1, height: int = 640) -> Any:
        """Return the page as a notebook widget (extra `kgraph-code[jupyter]`), whose `selected` node Python can set."""
        from kgraph.view.widget import widget
        from kgraph.view.write import ViewOptions, view_page

        return widget(view_page(self.index, ViewOptions(focus, depth, framed=True)), height=height)

    def _repr_html_(self) -> str:
        from kgraph.view.notebook import summary

        return summary(self.index)

    def pages(
        self, output: StrPath, *, root: StrPath | None = None, form: str = "markdown", **options: Any
    ) -> WriteReport:
        """Write documentation pages of the whole repository; only what changed is written.

        Args:
            output, root: The folder of the pages; the working tree, by default the folder that holds `.kgraph`.
            form: "markdown", "html", "mkdocs" or "sphinx".
            options: Those of `kgraph.pages.Request`, such as `layout`, `symbols`, `only`, `source_url`, `templates`.

        Raises:
            InputError: An option is not what it must be.
            ExportError: The folder cannot be used.
        """
        from kgraph import pages

        return pages.write(pages.GraphSource.of(self), pages.make_request(output, root=root, form=form, **options))

    # --- closing ---

    def close(self) -> None:
        """Close the store and the files, so that a later build can remove this generation."""
        self.__dict__.pop("store", None)
        self._generation.close()

    def __enter__(self) -> KGraph:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        counts = (f"{self.manifest['counts'][name]:,} {name}" for name in ("files", "symbols", "triples"))
        return f"<KGraph of {self.repository.name}: {', '.join(counts)}>"
