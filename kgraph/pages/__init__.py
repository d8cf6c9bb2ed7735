"""Documentation pages: a set of them for a repository, every line from its graph.

    graph -> answers   of each query of `queries/pages/`, for all files at once
          -> book      the answers joined, by file and folder
          -> sections  of each page, as Markdown
          -> render    pages, through a template for each kind
          -> output    files; only what changed is written

`check` reads a set that was written, and says what does not resolve. `site` makes the same set as HTML.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kgraph import gc_control
from kgraph.errors import InputError
from kgraph.pages import column_queries as answering
from kgraph.pages import git_log, keywords, roles, sections
from kgraph.pages import repository_model as books
from kgraph.pages import uses as using
from kgraph.pages.output import OutputFolder, Written, combined
from kgraph.pages.page_context import PageContext, PageOptions
from kgraph.pages.page_links import PageLinks, SourceLinks
from kgraph.pages.source_text import SourceTexts
from kgraph.pages.templates import TEMPLATES, Renderer
from kgraph.scan.gitignore import PathPatterns
from kgraph.version import __version__
from kgraph.vocab.iri import encode_path

if TYPE_CHECKING:
    import polars as pl
    import pyoxigraph

__all__ = ["GraphSource", "Request", "Written", "write"]

Form = Literal["markdown", "html"]


@dataclass(frozen=True, slots=True)
class GraphSource:
    """The graph that pages are made of."""

    name: str
    base: str
    revision: str
    state: str  # a name for what is in it
    folder: Path  # where it is at rest
    tables: Callable[[], Mapping[str, pl.DataFrame]]
    store: Callable[[], pyoxigraph.Store]


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
    compact: bool = False
    show_queries: bool = False
    templates: Path | None = None
    ask: bool = False  # ask the store each query, instead of reading the same answers from the columns


def request(output: str | PathLike[str], *, root: str | PathLike[str] | None = None, **options: Any) -> Request:
    """A request as a user writes it: paths as texts."""
    if options.get("templates") is not None:
        options["templates"] = Path(options["templates"])
    form = options.get("form", "markdown")
    if form not in ("markdown", "html"):
        raise InputError(f"there is no format {form!r}", hint="formats: markdown, html")
    for name in ("sections", "only"):
        options[name] = tuple(options.get(name, ()))
    return Request(Path(output), Path(root) if root is not None else None, **options)


def write(graph: GraphSource, request: Request) -> Written:
    """Bring a folder of pages up to date.

    Raises `InputError` where an option is not what it must be, `ExportError` where the folder cannot be used.
    """
    options = _options(request)
    root = request.root or _root_of(graph.folder)
    if root is not None and not root.is_dir():
        raise InputError("is no folder", where=str(root), hint="--root is the working tree that the graph was built of")
    folder = OutputFolder(request.output.resolve(), ".html" if request.form == "html" else ".md")
    contents = SourceTexts(root.resolve() if root else None, options.source)
    state = _State(graph, request, options, root, contents)
    inputs = state.digest()
    if folder.is_current(inputs):
        return Written(folder.folder, len(folder.former.pages), 0, 0)
    return _write(graph, request, options, folder, contents, root, inputs)


def _write(
    graph: GraphSource,
    request: Request,
    options: PageOptions,
    folder: OutputFolder,
    contents: SourceTexts,
    root: Path | None,
    inputs: str,
) -> Written:
    some = bool(request.only)
    with gc_control.paused():
        told = (
            answering.from_store(graph.store(), graph.base) if request.ask else answering.from_columns(graph.tables())
        )
        book = books.assemble(told, graph.name, graph.revision)
        roles.settle(book)
        uses = using.assemble(told["uses"], told["known-functions"], book)
        wanted = _wanted(book, request.only)
        above = _folders_of(book, wanted) if some else set(book.folders)
        desk = _desk(graph, request, options, book, uses, folder, contents, root, wanted | above if some else None)
        parts = keywords.of_folders(book, desk.places, above)
    if some:
        inputs = ""  # the set as a whole may be behind
    names = list(_names(desk, wanted, above, parts))
    with gc_control.frozen():
        if request.form == "html":
            from kgraph.pages import html_site

            return html_site.write(desk, folder, wanted, above, names, parts, request.templates, inputs, keep=some)
        renderer = Renderer(desk, request.templates)
        folder.begin(names)
        if some:
            folder.keep_all()
        folder.put_all(_pages(desk, renderer, wanted, above, parts))
        return folder.finish(inputs)


def _wanted(book: books.RepositoryModel, patterns: Sequence[str]) -> set[str]:
    matched = _matcher(patterns)
    wanted = {file.id for file in book.files.values() if matched(file.path)}
    if patterns and not wanted:
        raise InputError(
            f"--only {' '.join(patterns)} fits no file of the graph", hint="patterns are written as in .gitignore"
        )
    return wanted


def _desk(
    graph: GraphSource,
    request: Request,
    options: PageOptions,
    book: books.RepositoryModel,
    uses: using.UseIndex,
    folder: OutputFolder,
    contents: SourceTexts,
    root: Path | None,
    wanted: set[str] | None,
) -> PageContext:
    suffix = ".html" if request.form == "html" else ".md"
    places = PageLinks(book.files, book.folders, suffix, folder.former.pages.keys(), wanted, _lost(options))
    sources = _sources(request, root, folder.folder, graph.revision)
    if request.form == "html" and not request.source_url:
        from kgraph.pages.html_site import LocalSourceLinks, shown_lines

        sources = LocalSourceLinks(places, shown_lines(list(book.files.values()), contents))
    kept = graph.folder / "history.bin"
    return PageContext(
        book, places, sources, options, contents, git_log.read(root, graph.revision, kept), uses, _hot(book)
    )


def _lost(options: PageOptions) -> tuple[str, ...]:
    """The beginnings of anchors whose section is left out."""
    anchors = {"analysis": ("sym-",), "dependencies": ("dependencies",), "source": ("original-source", "L")}
    if not options.sections:
        return ()
    return tuple(start for key, starts in anchors.items() if key not in options.sections for start in starts)


def _pages(
    desk: PageContext,
    renderer: Renderer,
    wanted: set[str],
    above: set[str],
    parts: dict[str, list[keywords.KeywordPage]],
) -> Iterator[tuple[str, str]]:
    for id_, file in desk.book.files.items():
        if id_ in wanted:
            yield from renderer.file(file)
    for id_, folder in desk.book.folders.items():
        if id_ in above:
            yield from renderer.folder(folder, parts.get(id_, []))


def _names(
    desk: PageContext, wanted: set[str], above: set[str], parts: dict[str, list[keywords.KeywordPage]]
) -> Iterator[str]:
    for id_ in wanted:
        yield desk.places.page(id_, "docs")
        yield desk.places.page(id_, "kw")
    for id_ in above:
        for kind in ("index", "doc", "sub", *keywords.split_kinds(parts.get(id_, []))):
            yield desk.places.page(id_, kind)


def _options(request: Request) -> PageOptions:
    unknown = set(request.sections) - set(sections.KEYS)
    if unknown:
        raise InputError(f"there is no section {sorted(unknown)[0]!r}", hint="sections: " + ", ".join(sections.KEYS))
    return PageOptions(
        tuple(request.sections), request.source, request.compact, request.show_queries, request.form, request.title
    )


def _root_of(folder: Path) -> Path | None:
    """The working tree of a graph that rests in `<root>/.kgraph`."""
    from kgraph.model import GRAPH_FOLDER

    return folder.parent if folder.name == GRAPH_FOLDER else None


def _matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    if not patterns:
        return lambda _: True
    try:
        return PathPatterns(patterns).match_file
    except ValueError as error:
        raise InputError(f"--only: {error}", hint="patterns are written as in .gitignore: 'src/', '*.h'") from error


def _folders_of(book: books.RepositoryModel, wanted: set[str]) -> set[str]:
    found: set[str] = set()
    for id_ in wanted:
        folder: books.PageFolder | None = book.files[id_].folder
        while folder is not None and folder.id not in found:
            found.add(folder.id)
            folder = folder.above
    return found


def _sources(request: Request, root: Path | None, output: Path, revision: str) -> SourceLinks:
    import os

    url = request.source_url
    if url:
        if not url.startswith(("https://", "http://")) or "{path}" not in url or set(url) & set(" <>()\"'\\`"):
            raise InputError(
                f"--source-url {url!r} is no web address with {{path}} in it",
                hint="--source-url 'https://github.com/OWNER/NAME/blob/{revision}/{path}#L{line}'",
            )
        return SourceLinks(url, None, revision)
    if root is None:
        return SourceLinks()
    way = os.path.relpath(root.resolve(), output)
    return SourceLinks("", "" if way == "." else encode_path(way.replace(os.sep, "/")) + "/", revision)


def _hot(book: books.RepositoryModel) -> frozenset[books.PageFile]:
    """The hundredth of all files that most others include or import."""
    used = sorted((file for file in book.files.values() if file.users), key=lambda file: (-len(file.users), file.path))
    return frozenset(used[: max(1, len(used) // 100)]) if len(used) >= 20 else frozenset()


@dataclass(frozen=True, slots=True)
class _State:
    """All that the pages depend on, as one digest."""

    graph: GraphSource
    request: Request
    options: PageOptions
    root: Path | None
    contents: SourceTexts

    def digest(self) -> str:
        files = [_Path(id_) for id_ in self.graph.tables()["files"]["id"].to_list()]
        templates = self.request.templates
        folders = [TEMPLATES, *([templates] if templates else [])]
        texts = [path.read_bytes() for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.j2"))]
        return combined(
            {
                "version": __version__,
                "graph": self.graph.state,
                "request": replace(self.request, output=Path(), root=None, ask=False),
                "source": _sources(self.request, self.root, self.request.output.resolve(), self.graph.revision)._prefix,
                "templates": b"\0".join(texts),
                "contents": self.contents.state(files),  # type: ignore[arg-type]
            }
        )


@dataclass(frozen=True, slots=True)
class _Path:
    id: str
