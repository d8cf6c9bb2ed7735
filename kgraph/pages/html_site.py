"""The same pages as a site to browse: HTML, with search, coloured sources and a map of each file's neighbours.

Input: a `PageContext` whose places end in ".html". Output: pages, and a few static files. Each page is the Markdown
page, rendered by the library with which GitHub renders, inside one frame; so both forms say the same. Nothing is
fetched from anywhere else, and the site works from a disk without a server.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kgraph.pages import highlight, inventory, labels, readme, site_search, source_parts, svg
from kgraph.pages.crossref import shown_source
from kgraph.pages.crossref.mentions import Mentions
from kgraph.pages.crossref.shown_source import MAX_PAGE_BYTES, CrossReferences, SourceJob
from kgraph.pages.drafting import Drafting, Unit
from kgraph.pages.link_check import to_html
from kgraph.pages.mathml import with_formulas
from kgraph.pages.output import OutputFolder, PageOutcome, WriteReport, digest
from kgraph.pages.page_set import PageSet
from kgraph.pages.parallel import map_in_copies, parallel_map, run_beside
from kgraph.pages.readme import READABLE, README
from kgraph.pages.repository_model import PageFile, PageFolder
from kgraph.pages.sections.charts import nearest
from kgraph.pages.site_frame import PageFrame, SiteFrame, frame_page
from kgraph.pages.source_text import SOURCE, SourceText
from kgraph.pages.templates import TEMPLATES, Renderer, environment, heading_anchor
from kgraph.search.ranking import RANKING_SCRIPT

if TYPE_CHECKING:
    from jinja2 import Template

    from kgraph.pages.page_context import PageContext

_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_MERMAID = re.compile(r'<pre(?: lang="mermaid"><code|><code class="language-mermaid")>(.*?)</code></pre>', re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_SIDE = 9  # files on each side of a map
_MANY_NODES = 20_000  # in the index of a site
_FRAME_BYTES = 3_000  # of what stands around a page, with room to spare


@dataclass(frozen=True, slots=True)
class Draft:
    """A page before it is HTML, or a page with those that show the rest of its source."""

    names: list[str]
    texts: list[str]  # Markdown
    file: PageFile | None = None  # that they are about
    folder: PageFolder | None = None
    content: SourceText | None = None  # that they show


class HtmlRenderer:
    """Drafts the pages of a site."""

    def __init__(self, context: PageContext, templates: Path | None, pages: PageSet, mentions: Mentions) -> None:
        self._context = context
        self._templates = str(templates or "")
        self._pages = Renderer(context, templates)
        self.drafting = Drafting(context, self._pages, pages)
        self._around = SiteFrame(context)
        self._references = CrossReferences(context, mentions)
        shared = [*sorted((TEMPLATES / "static").iterdir()), Path(_page_template(self._templates).filename or "")]
        self._style = digest(b"".join(path.read_bytes() for path in shared))

    def job(self, draft: Draft) -> RenderJob:
        """All that the pages of a draft are made of."""
        figure, file, content = "", draft.file, draft.content
        if file is not None and (file.users or file.needs) and draft.names[0].endswith("_docs.html"):
            caption = "<figcaption>Who includes or imports it, and what it needs</figcaption>"
            figure = f"<figure>{self._map(file)}{caption}</figure>"
        if file is not None and draft.names[0].endswith("_docs.html"):
            figure += readme.render_document(self._context, file)
        elif draft.folder is not None and README in draft.texts[0]:
            figure = readme.render_readme(self._context, draft.folder)
        job = None
        if file is not None and content is not None:
            job = self._references.job(file, content.text or "", is_current=not content.is_changed)
        return RenderJob(
            draft.texts, figure, job, [self._around.make(name, file) for name in draft.names], self._templates
        )

    def state(self, item: bytes | RenderJob) -> str:
        """A digest of all that the pages of a draft are made of."""
        data = item if isinstance(item, bytes) else repr(item).encode("utf-8", "backslashreplace")
        return digest(self._style.encode() + data)

    def _map(self, file: PageFile) -> str:
        """A file between those that use it and those that it needs."""
        links = self._context.links
        start = links.folder(file.id)
        nodes = {file.id: svg.DiagramBox(file.name, 1, "", file.path, "own")}
        edges: list[tuple[str, str, str]] = []
        shown: dict[int, list[PageFile]] = {}
        sides = {0: file.users, 2: file.needs}
        for level, found in sides.items():
            free = [other for other in nearest(file, found) if other not in shown.get(0, ())]
            shown[level] = free if len(free) <= _SIDE + 1 else free[:_SIDE]  # a box for one more would hold it
        every = [other for side in shown.values() for other in side]
        names = labels.unique_labels({other: labels.label_file(other, 0) for other in (file, *every)})
        for level, neighbours in shown.items():
            for other in neighbours:
                nodes[other.id] = svg.DiagramBox(names[other], level, links.link(start, other.id), other.path)
                edges.append((other.id, file.id, "") if level == 0 else (file.id, other.id, ""))
            more = len(set(sides[level]) - {file} - set(every))
            if more:
                key = f"more {level}"
                nodes[key] = svg.DiagramBox(f"{more:,} more", level, "", "", "more")
                edges.append((key, file.id, "") if level == 0 else (file.id, key, ""))
        return svg.draw(nodes, edges, f"Neighbours of {file.path}")

    def drafts(self, unit: Unit) -> Iterator[Draft]:
        """What the pages of a unit are made of; the parts of a long source are one draft with the page of its file."""
        file = unit if isinstance(unit, PageFile) else None
        folder = unit if isinstance(unit, PageFolder) else None
        for name, text in self.drafting.draft(unit):
            if file is not None and name.endswith("_docs.html") and SOURCE in text:
                source = self._context.contents.read(file)
                names, texts = [name], [text]
                for part in range(1, len(self._context.source_parts.get(file.id, ()))):
                    names.append(self._context.links.page(file.id, source_parts.kind(part)))
                    texts.append(self._pages.source_part(file, source, part))
                yield Draft(names, texts, file, content=source)
            else:
                yield Draft([name], [text], file, folder)


def static_files(context: PageContext, nodes: list[site_search.Row]) -> list[tuple[str, bytes]]:
    """The names and contents of the files that all pages share."""
    return [
        *((f"static/{path.name}", path.read_bytes()) for path in sorted((TEMPLATES / "static").iterdir())),
        ("static/ranking.js", RANKING_SCRIPT.read_bytes()),
        *site_search.shards(context, nodes),
        (inventory.NAME, inventory.write(context, context.model.revision[:12])),
    ]


def _with_anchor(found: re.Match[str]) -> str:
    anchor = heading_anchor(html.unescape(_TAGS.sub("", found[2])).strip())
    return f'<h{found[1]} id="{html.escape(anchor)}">{found[2]}</h{found[1]}>'


@dataclass(frozen=True, slots=True)
class RenderJob:
    """What some pages are made of: what is sent to other processes."""

    texts: list[str]  # Markdown
    figure: str  # of the first
    job: SourceJob | None  # the source of which each shows a part
    frames: list[PageFrame]
    templates: str  # of the user, "" for none


def _encode(item: RenderJob) -> bytes | RenderJob:
    """An item as bytes, of which its digest is made, too; as it is where a name holds bytes that are no UTF-8."""
    try:
        return msgspec.msgpack.encode(item)
    except UnicodeEncodeError:
        return item


_environment = cache(environment)  # which sees that a template has changed


def _page_template(templates: str) -> Template:
    return _environment(Path(templates) if templates else None, "html").get_template("page.html.j2")


def render(encoded: bytes | RenderJob) -> list[str]:
    """Each page, whole."""
    item = msgspec.msgpack.decode(encoded, type=RenderJob) if isinstance(encoded, bytes) else encoded
    template = _page_template(item.templates)
    return [
        frame_page(template, frame, title, body) for frame, (title, body) in zip(item.frames, bodies(item), strict=True)
    ]


def bodies(item: RenderJob) -> list[tuple[str, str]]:
    """The title of each page and its Markdown as HTML, with map, diagrams and source."""
    made = []
    for number, text in enumerate(item.texts):
        page = to_html(text, positions=False)
        title = html.unescape(_TAGS.sub("", page[page.find("<h1") : page.find("</h1>")]))
        page = _MERMAID.sub(
            lambda found: f"<figure>{svg.draw_flowchart(html.unescape(found[1]), 'diagram')}</figure>", page
        )
        page = with_formulas(page)
        page = _HEADING.sub(_with_anchor, page)
        if README in page:
            page = page.replace(README, item.figure, 1)
        elif item.figure and not number:
            first = page.find("<h2")
            # First what it is, then what is around it.
            is_told = READABLE not in item.figure or page.startswith('<h2 id="file-purpose"', first)
            second = page.find("<h2", first + 1) if is_told else first
            at = second if second > 0 else page.find("</h1>") + len("</h1>")
            page = f"{page[:at]}{item.figure}\n{page[at:]}"
        made.append((title, page))
    if item.job is None:
        return made
    rooms = [MAX_PAGE_BYTES - _FRAME_BYTES - len(page.encode("utf-8", "replace")) for _, page in made]
    sources = shown_source.write(item.job, rooms)
    return [(title, page.replace(SOURCE, source, 1)) for (title, page), source in zip(made, sources, strict=True)]


def write(
    context: PageContext,
    templates: Path | None,
    folder: OutputFolder,
    pages: PageSet,
    mentions: Mentions,
    fingerprint: str,
) -> WriteReport:
    """Bring the site in a folder up to date; where `pages` is partial, the others stay as they are."""
    renderer, static = _prepare(context, templates, pages, mentions)
    folder.begin([*pages.names(context.links), *(name for name, _ in static)])
    if pages.is_partial:
        folder.keep_all()
    if renderer.drafting.by_copies:
        folder.note_all(map_in_copies(lambda unit: _write_pages(renderer, folder, unit), renderer.drafting.units))
    else:
        folder.put_all(_render_changed(renderer, folder))
    for name, data in static:
        folder.put(name, data)
    return folder.finish(fingerprint)


def _prepare(
    context: PageContext, templates: Path | None, pages: PageSet, mentions: Mentions
) -> tuple[HtmlRenderer, list[tuple[str, bytes]]]:
    """What drafts the pages, and the files that all share, which are made while it is getting ready."""
    nodes = site_search.nodes(context)
    with run_beside(lambda: static_files(context, nodes), is_long=len(nodes) > _MANY_NODES) as told:
        renderer = HtmlRenderer(context, templates, pages, mentions)
        if renderer.drafting.by_copies:
            highlight.prepare((file.language, file.name) for file in context.model.files.values())
        return renderer, told()


def _is_same(folder: OutputFolder, draft: Draft, state: str) -> bool:
    return all(folder.is_same(name, state) for name in draft.names)


def _write_pages(renderer: HtmlRenderer, folder: OutputFolder, unit: Unit) -> Iterator[PageOutcome]:
    """Draft, render and write the pages of a unit; what was made of the same stays."""
    for draft in renderer.drafts(unit):
        item = renderer.job(draft)
        state = renderer.state(_encode(item))
        if _is_same(folder, draft, state):
            yield from map(folder.keep_page, draft.names)
        else:
            for name, page in zip(draft.names, render(item), strict=True):
                yield folder.write(name, page, state)


def _render_changed(renderer: HtmlRenderer, folder: OutputFolder) -> Iterator[tuple[str, str, str]]:
    """The names, texts and states of all pages that change: they are drafted here, and rendered by other processes."""
    waiting: deque[tuple[Draft, str]] = deque()  # drafts that are being rendered, with their states

    def list_changed() -> Iterator[bytes | RenderJob]:
        for unit in renderer.drafting.units:
            for draft in renderer.drafts(unit):
                item = _encode(renderer.job(draft))
                state = renderer.state(item)
                if _is_same(folder, draft, state):
                    for name in draft.names:
                        folder.keep(name)
                else:
                    waiting.append((draft, state))
                    yield item

    for pages in parallel_map(render, list_changed()):
        draft, state = waiting.popleft()
        for name, page in zip(draft.names, pages, strict=True):
            yield name, page, state
