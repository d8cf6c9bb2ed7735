"""Bring a folder of pages up to date with a graph.

Input: a `GraphSource` and a `Request`. Output: files, of which only those that changed are written; a `WriteReport`.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from kgraph import allocators, gc_control
from kgraph.pages import (
    added_docstrings,
    column_queries,
    document_mentions,
    general_comments,
    git_log,
    keywords,
    list_parts,
    namespace_comments,
    reexports,
    roles,
    source_parts,
    targets,
)
from kgraph.pages.crossref.mentions import Mentions
from kgraph.pages.crossref.mentions import read as read_mentions
from kgraph.pages.drafting import Drafting
from kgraph.pages.examples import Examples
from kgraph.pages.generators import write as generators
from kgraph.pages.output import OutputFolder, WriteReport, combine
from kgraph.pages.page_context import PageContext, PageOptions
from kgraph.pages.page_links import LocalSourceLinks, PageLinks
from kgraph.pages.page_set import PageSet
from kgraph.pages.parallel import map_in_copies, run_beside
from kgraph.pages.platform_units import add_units_by_platform
from kgraph.pages.repository_model import PageFile, RepositoryModel, build_model
from kgraph.pages.request import Form, GraphSource, Request
from kgraph.pages.source_text import SourceTexts
from kgraph.pages.symbols import aliases, notes, selection
from kgraph.pages.symbols.links import SymbolLinks
from kgraph.pages.symbols.page_set import SymbolPages
from kgraph.pages.templates import TEMPLATES, Renderer
from kgraph.pages.topics import ReferenceTargets, Topics
from kgraph.pages.topics import read as read_topics
from kgraph.pages.uses import index_uses
from kgraph.search.ranking import RANKING_SCRIPT
from kgraph.version import __version__

_MANY_FILES = 1_000  # whose texts take longer to read than a process takes to be there
_MIN_INCLUDED_FILES = 20  # with fewer, no file is described as one of the most included


def write(graph: GraphSource, request: Request) -> WriteReport:
    """Bring a folder of pages up to date.

    Raises `InputError` where an option is not what it must be, `ExportError` where the folder cannot be used.
    """
    options = request.options()
    root = request.working_tree(graph.folder)
    folder = OutputFolder(request.output.resolve(), request.suffix)
    sources = SourceTexts(root.resolve() if root else None, options.source)
    fingerprint = _fingerprint(graph, request, root, sources)
    former = folder.former.pages.keys()
    if folder.is_current(fingerprint):
        return WriteReport(folder.folder, len(folder.former.pages), 0, 0)
    with gc_control.gc_paused(), ExitStack() as ending:
        if request.ask:
            queries = column_queries.from_store(graph.store(), graph.base)
        else:
            queries = column_queries.from_columns(graph.tables())
        model = build_model(queries, graph.name, graph.revision)
        add_units_by_platform(model)
        model.has_related = graph.has_related
        texts = run_beside(
            lambda: _select_sources(model, sources, options, request.form),
            is_long=request.form != "markdown" and len(model.files) > _MANY_FILES,
        )
        shown_sources = ending.enter_context(texts)  # they are read while the rest is prepared
        roles.assign_roles(model)
        general_comments.set_aside(model)
        namespace_comments.keep_where_they_stand(model, sources)
        uses = index_uses(queries["uses"], queries["known-functions"], model)
        pages = PageSet.select(model, request)
        links = PageLinks(
            model.files,
            model.folders,
            request.suffix,
            former,
            pages.linked_nodes(),
            _anchors_left_out(options),
        )
        outlines, keyword_parts = _long_lists(model, links, options, request.form)
        history = git_log.read(root, graph.revision, graph.folder / "history.bin", model.files.keys())
        told: dict[str, list[added_docstrings.DocumentedMember]] = {}
        text_of = lambda file: "\n".join(sources.lines(file))  # noqa: E731
        topics = read_topics(model, sources) if request.symbols_with_pages != "none" else Topics()
        names = aliases.read(model, text_of)
        if request.symbols_with_pages != "none":
            told = added_docstrings.apply(model, names, text_of)
        passed_on = reexports.read(model, names, text_of)
        chosen = selection.select(model, uses, request.symbols_with_pages, passed_on.by_file)
        goals = ReferenceTargets(
            topics,
            selection.without_page(model, chosen),
            lambda start, id_, anchor: links.link(start, id_, "docs", anchor),
        )
        symbol_links = SymbolLinks(chosen, request.suffix, pages.linked_nodes(), names, former, goals)
        source_links = request.source_links(root, graph.revision)
        parts: dict[str, tuple[int, ...]] = {}
        if request.form != "markdown":
            shown, parts = shown_sources()
            if not request.source_url:
                in_site = request.form == "html"
                source_links = (
                    LocalSourceLinks(links, shown, parts) if in_site else generators.SectionSourceLinks(links, shown)
                )
        context = PageContext(
            *(model, links, source_links, options, sources, history, uses, symbol_links, graph.tables),
            examples=Examples(model, sources),
            most_included=_most_included(model),
            source_parts=parts,
            outline_parts=outlines,
            keyword_parts=keyword_parts,
            told_members=told,
            notes=notes.list_notes(model) if chosen.entries else {},
            reexports=passed_on,
            targets=targets.read(queries["builds"]),
            documents=document_mentions.read(model, sources, symbol_links),
        )
        pages = replace(
            pages,
            keyword_pages=keywords.list_folder_keywords(model, links, pages.folders),
            symbols=SymbolPages(context, names, queries["uses"], request.symbols_with_pages, pages.is_partial),
            source_parts=parts,
            outline_parts=outlines,
            keyword_parts=keyword_parts,
        )
        mentions = read_mentions(queries["uses"], model.symbols) if request.form == "html" else Mentions()
    del queries  # what the pages need of it is read: memory that many processes would share
    allocators.trim()
    with gc_control.frozen():
        # Of a partial set, the whole may be behind.
        return _write(context, request, folder, pages, mentions, "" if pages.is_partial else fingerprint)


def _write(
    context: PageContext,
    request: Request,
    folder: OutputFolder,
    pages: PageSet,
    mentions: Mentions,
    fingerprint: str,
) -> WriteReport:
    if request.form == "html":
        from kgraph.pages import html_site

        return html_site.write(context, request.templates, folder, pages, mentions, fingerprint)
    is_markdown = request.form == "markdown"
    drafting = Drafting(context, Renderer(context, request.templates), pages, copies=is_markdown)
    names = list(pages.names(context.links))
    if request.form != "markdown":
        return generators.write(context, request.form, drafting.all(), names, folder, fingerprint)
    folder.begin(names)
    if pages.is_partial:
        folder.keep_all()
    if drafting.by_copies:
        folder.note_all(
            map_in_copies(lambda unit: [folder.write(*page) for page in drafting.draft(unit)], drafting.units)
        )
    else:
        folder.put_all(drafting.all())
    return folder.finish(fingerprint)


def _select_sources(
    model: RepositoryModel, sources: SourceTexts, options: PageOptions, form: Form
) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """How many lines of each file's source are shown, and where in a site the parts of long ones begin."""
    shown: dict[str, int] = {}
    parts: dict[str, tuple[int, ...]] = {}
    is_parted = form == "html" and (not options.sections or "source" in options.sections)
    for id_, file in model.files.items():
        content = sources.read(file)
        shown[id_] = content.shown
        if is_parted and content.text and len(firsts := source_parts.first_lines(content.text)) > 1:
            parts[id_] = firsts
    return shown, parts


def _long_lists(
    model: RepositoryModel, links: PageLinks, options: PageOptions, form: Form
) -> tuple[dict[str, tuple[int, ...]], dict[str, int]]:
    """In a site: where the parts of long outlines begin, and how many pages long lists of keywords have, by file."""
    outlines: dict[str, tuple[int, ...]] = {}
    keyword_parts: dict[str, int] = {}
    if form != "html":
        return outlines, keyword_parts
    kinds: dict[str, dict[str, str]] = {}
    has_outline = not options.sections or "analysis" in options.sections
    for id_, file in model.files.items():
        if has_outline and len(firsts := list_parts.outline(file, model.places)) > 1:
            outlines[id_] = firsts
            kinds[id_] = {
                symbol.anchor: list_parts.outline_kind(list_parts.part_of(firsts, number))
                for number, symbol in enumerate(file.symbols)
            }
        if (parts := list_parts.keywords(file, model.places)) > 1:
            keyword_parts[id_] = parts
    links.outlines = kinds
    return outlines, keyword_parts


def _anchors_left_out(options: PageOptions) -> tuple[str, ...]:
    """The beginnings of anchors whose section is not written."""
    anchors = {"analysis": ("sym-",), "dependencies": ("dependencies",), "source": ("original-source", "L")}
    if not options.sections:
        return ()
    return tuple(start for key, starts in anchors.items() if key not in options.sections for start in starts)


def _most_included(model: RepositoryModel) -> frozenset[PageFile]:
    """The hundredth of all files that most others include or import."""
    used = sorted((file for file in model.files.values() if file.users), key=lambda file: (-len(file.users), file.path))
    return frozenset(used[: max(1, len(used) // 100)]) if len(used) >= _MIN_INCLUDED_FILES else frozenset()


def _fingerprint(graph: GraphSource, request: Request, root: Path | None, sources: SourceTexts) -> str:
    """A digest of all that the pages depend on."""
    folders = [TEMPLATES, *([request.templates] if request.templates else [])]
    texts = [path.read_bytes() for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.j2"))]
    texts += [path.read_bytes() for path in (*sorted((TEMPLATES / "static").iterdir()), RANKING_SCRIPT)]
    return combine(
        {
            "version": __version__,
            "graph": graph.fingerprint,
            "request": replace(request, output=Path(), root=None, ask=False),
            "source": request.source_links(root, graph.revision).prefix,
            "templates": b"\0".join(texts),
            "contents": sources.state(graph.tables()["files"]["id"].to_list()),
        }
    )
