"""A request for pages: what a user wants, checked and completed.

Input: options as a user writes them. Output: a `Request`, and what follows from it: options of pages, source links, a
matcher of paths.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_args

from kgraph.errors import InputError
from kgraph.model import GRAPH_FOLDER, Graph, Repository
from kgraph.pages.page_context import PageOptions
from kgraph.pages.page_links import SourceLinks
from kgraph.pages.sections import section_table
from kgraph.pages.symbols.selection import Which
from kgraph.scan.gitignore import PathPatterns
from kgraph.vocab.iri import encode_path

if TYPE_CHECKING:
    import polars as pl
    import pyoxigraph

Form = Literal["markdown", "html", "mkdocs", "sphinx"]
Layout = Literal["reader", "classic"]


class OpenGraph(Protocol):
    """What pages need of an open graph."""

    @property
    def repository(self) -> Repository: ...
    @property
    def base(self) -> str: ...
    @property
    def path(self) -> Path: ...
    @property
    def manifest(self) -> Mapping[str, Any]: ...
    @property
    def tables(self) -> Graph: ...
    @property
    def store(self) -> pyoxigraph.Store: ...


@dataclass(frozen=True, slots=True)
class GraphSource:
    """The graph that pages are made of."""

    name: str
    base: str
    revision: str
    fingerprint: str  # of what is in it
    folder: Path  # where it is at rest
    tables: Callable[[], Mapping[str, pl.DataFrame]]
    store: Callable[[], pyoxigraph.Store]
    has_related: bool = True  # whether related files were asked for when it was built

    @classmethod
    def of(cls, graph: OpenGraph) -> GraphSource:
        """That of an open graph, whose tables and store are read when they are asked for."""
        about, inputs = graph.repository, str(graph.manifest["inputs"])
        return cls(
            about.name,
            graph.base,
            about.revision,
            inputs,
            graph.path,
            lambda: graph.tables.tables,
            lambda: graph.store,
            bool(graph.manifest["options"]["related"]),
        )


SOURCES = ("full", "excerpt", "none")  # how much of a file its page shows


@dataclass(frozen=True, slots=True)
class Request:
    """What a user wants."""

    output: Path
    root: Path | None = None  # the working tree; by default the folder that holds `.kgraph`
    form: Form = "markdown"
    sections: Sequence[str] = ()
    only: Sequence[str] = ()  # patterns as in .gitignore
    source: str = "full"
    source_url: str = ""
    title: str = ""
    layout: Layout = "reader"
    symbols: Which | None = None  # which symbols have pages; by default those with something to say, or none if classic
    compact: bool = False
    show_queries: bool = False
    templates: Path | None = None
    ask: bool = False  # run each query in the store, instead of taking the same answers from the columns

    @property
    def suffix(self) -> str:
        """Of the names of pages."""
        return ".html" if self.form == "html" else ".md"

    @property
    def symbols_with_pages(self) -> Which:
        """Which symbols have pages of their own: the classic set has none unless asked for."""
        return self.symbols or ("none" if self.layout == "classic" else "documented")

    def options(self) -> PageOptions:
        """What the pages are to hold; `InputError` where a section is unknown."""
        if unknown := set(self.sections) - set(section_table.KEYS):
            raise InputError(
                f"there is no section {sorted(unknown)[0]!r}", hint="sections: " + ", ".join(section_table.KEYS)
            )
        return PageOptions(
            tuple(self.sections),
            self.source,
            self.layout,
            self.compact,
            self.show_queries,
            "html" if self.form == "html" else "markdown",
            self.title,
        )

    def working_tree(self, graph_folder: Path) -> Path | None:
        """The root that was given, or that of a graph that rests in `<root>/.kgraph`; None where there is neither."""
        root = self.root or (graph_folder.parent if graph_folder.name == GRAPH_FOLDER else None)
        if root is not None and not root.is_dir():
            raise InputError(
                "is not a folder", where=str(root), hint="--root is the working tree that the graph was built of"
            )
        return root

    def source_links(self, root: Path | None, revision: str) -> SourceLinks:
        """Links to the sources: to a web address, or to the working tree at `root`, where there is one."""
        url = self.source_url
        if url:
            if not url.startswith(("https://", "http://")) or "{path}" not in url or set(url) & set(" <>()\"'\\`"):
                raise InputError(
                    f"--source-url {url!r} is not a web address with {{path}} in it",
                    hint="--source-url 'https://github.com/OWNER/NAME/blob/{revision}/{path}#L{line}'",
                )
            return SourceLinks(url, None, revision)
        if root is None:
            return SourceLinks()
        relative = os.path.relpath(root.resolve(), self.output.resolve())
        return SourceLinks("", "" if relative == "." else encode_path(relative.replace(os.sep, "/")) + "/", revision)

    def path_matcher(self) -> Callable[[str], bool]:
        """Whether the pages of a path are wanted."""
        if not self.only:
            return lambda _: True
        try:
            return PathPatterns(self.only).match_file
        except ValueError as error:
            raise InputError(f"--only: {error}", hint="patterns are written as in .gitignore: 'src/', '*.h'") from error


def make_request(output: str | PathLike[str], *, root: str | PathLike[str] | None = None, **options: Any) -> Request:
    """A request as a user writes it: paths as texts."""
    known = [each.name for each in fields(Request)]
    if unknown := sorted(options.keys() - set(known)):
        raise InputError(f"there is no option {unknown[0]!r} of pages", hint="options: " + ", ".join(known))
    if (source := options.get("source", "full")) not in SOURCES:
        raise InputError(f"there is no choice of sources {source!r}", hint="choices: " + ", ".join(SOURCES))
    for name in ("source_url", "title"):
        if not isinstance(options.get(name, ""), str):
            raise InputError(f"{name} must be a text, not {options[name]!r}")
    if options.get("templates") is not None:
        options["templates"] = Path(options["templates"])
    form = options.get("form", "markdown")
    if form not in get_args(Form):
        raise InputError(f"there is no format {form!r}", hint="formats: " + ", ".join(get_args(Form)))
    if form in ("mkdocs", "sphinx") and options.get("only"):
        raise InputError(
            f"--only does not go with --format {form}: the navigation is one of all pages",
            hint="--format markdown and --format html write pages of some files",
        )
    if (layout := options.get("layout", "reader")) not in ("reader", "classic"):
        raise InputError(f"there is no layout {layout!r}", hint="layouts: reader, classic")
    if (symbols := options.get("symbols")) not in (None, *get_args(Which)):
        raise InputError(f"there is no choice of symbols {symbols!r}", hint="choices: " + ", ".join(get_args(Which)))
    for name in ("sections", "only"):
        options[name] = tuple(options.get(name, ()))
    return Request(Path(output), Path(root) if root is not None else None, **options)
