"""The same pages as a site to browse: HTML, with search, coloured sources and a map of each file's neighbours.

Input: a `PageContext` whose places end in ".html". Output: pages, and a few static files. Each page is the Markdown
page, rendered by the library with which GitHub renders, inside one frame; so both forms say the same. Nothing is
fetched from anywhere else, and the site works from a disk without a server.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kgraph.pages import inventory, site_search, svg
from kgraph.pages.highlight import highlight
from kgraph.pages.link_check import to_html
from kgraph.pages.mathml import with_formulas
from kgraph.pages.output import OutputFolder, Written, digest
from kgraph.pages.page_links import PageLinks, SourceLinks
from kgraph.pages.page_set import PageSet
from kgraph.pages.parallel import parallel_map
from kgraph.pages.repository_model import PageFile
from kgraph.pages.source_text import SOURCE, SourceText, SourceTexts
from kgraph.pages.templates import TEMPLATES, Renderer, environment, heading_anchor
from kgraph.search.ranking import RANKING_SCRIPT

if TYPE_CHECKING:
    from kgraph.pages.page_context import PageContext

_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_MERMAID = re.compile(r'<pre(?: lang="mermaid"><code|><code class="language-mermaid")>(.*?)</code></pre>', re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_SIDE = 9  # files on each side of a map
_BATCH_PAGES = 2_000  # held in memory at once


class LocalSourceLinks(SourceLinks):
    """Links to sources that lead into the site: each line of a shown source has an anchor."""

    def __init__(self, places: PageLinks, shown: dict[str, int]) -> None:
        super().__init__()
        self._places = places
        self._shown = shown

    def link(self, start: str, id_: str, line: int = 0, end: int = 0) -> str:  # noqa: ARG002 - lines are one anchor
        """The link to a line, or to the page where the line is not shown."""
        anchor = f"L{line}" if 0 < line <= self._shown.get(id_, 0) else "original-source" if not line else ""
        return self._places.link(start, id_, "docs", anchor if self._shown.get(id_) else "")


class HtmlRenderer:
    """Renders pages as HTML."""

    def __init__(self, context: PageContext, templates: Path | None) -> None:
        self._context = context
        self._pages = Renderer(context, templates)
        self._frame = environment(templates, "html").get_template("page.html.j2")
        self._style = digest(b"".join(path.read_bytes() for path in sorted((TEMPLATES / "static").iterdir())))

    def state(self, name: str, text: str, content: SourceText | None) -> str:
        """A digest of all that a page is made of."""
        source = content.text or "" if content else ""
        return digest("\0".join([self._style, name, text, source]).encode("utf-8", "backslashreplace"))

    def item(self, name: str, text: str, file: PageFile | None, content: SourceText | None) -> Item:
        """All that the body of a page is made of."""
        figure = ""
        if file is not None and name.endswith("_docs.html"):
            caption = "<figcaption>Who includes or imports it, and what it needs</figcaption>"
            figure = f"<figure>{self._map(file)}{caption}</figure>"
        source = (file.language, file.name, content.text or "") if file is not None and content is not None else None
        return text, figure, source

    def frame(self, name: str, title: str, body: str) -> str:
        """A page around its body."""
        folder = name.rpartition("/")[0]
        return self._frame.render(
            title=title,
            body=body,
            top="../" * (folder.count("/") + 1 if folder else 0),
            project=self._context.title,
            symbols=self._context.symbols.to_index(folder),
        )

    def _map(self, file: PageFile) -> str:
        """A file between those that use it and those that it needs."""
        links = self._context.links
        start = links.folder(file.id)
        nodes = {file.id: svg.DiagramBox(file.name, 1, "", file.path, "own")}
        edges: list[tuple[str, str, str]] = []
        for level, found in ((0, file.users), (2, file.needs)):
            ranked = sorted(found, key=lambda other: (other.folder is not file.folder, -len(other.users), other.path))
            neighbours = [other for other in ranked if other.id not in nodes][:_SIDE]
            for other in neighbours:
                nodes[other.id] = svg.DiagramBox(other.name, level, links.link(start, other.id), other.path)
                edges.append((other.id, file.id, "") if level == 0 else (file.id, other.id, ""))
            if len(ranked) > len(neighbours):
                key = f"more {level}"
                nodes[key] = svg.DiagramBox(f"{len(ranked) - len(neighbours):,} more", level, "", "", "more")
                edges.append((key, file.id, "") if level == 0 else (file.id, key, ""))
        return svg.draw(nodes, edges, f"Neighbours of {file.path}")

    def pages(self, pages: PageSet) -> Iterator[tuple[str, str, PageFile | None, SourceText | None]]:
        """Name and Markdown of each page, the file that it is about, and the source that it shows."""
        for id_, file in self._context.model.files.items():
            if id_ in pages.files:
                source = self._context.contents.read(file)
                for name, text in self._pages.file(file):
                    shows = name.endswith("_docs.html") and SOURCE in text
                    yield name, text, file, source if shows else None
        for id_, folder in self._context.model.folders.items():
            if id_ in pages.folders:
                for name, text in self._pages.folder(folder, pages.keyword_pages.get(id_, [])):
                    yield name, text, None, None
        if pages.symbols is not None:
            for name, text in pages.symbols.pages(self._pages.symbol):
                yield name, text, None, None

    # --- search -----------------------------------------------------------------------------------------------------

    def static(self) -> Iterator[tuple[str, bytes]]:
        """The files that all pages share."""
        for path in sorted((TEMPLATES / "static").iterdir()):
            yield f"static/{path.name}", path.read_bytes()
        yield "static/ranking.js", RANKING_SCRIPT.read_bytes()
        yield from site_search.shards(self._context)
        yield inventory.NAME, inventory.write(self._context, self._context.model.revision[:12])


def _with_anchor(found: re.Match[str]) -> str:
    anchor = heading_anchor(html.unescape(_TAGS.sub("", found[2])).strip())
    return f'<h{found[1]} id="{html.escape(anchor)}">{found[2]}</h{found[1]}>'


# Markdown of a page, its map, and language, name and text of its source: what is sent to other processes.
Item = tuple[str, str, tuple[str, str, str] | None]


def body(item: Item) -> tuple[str, str]:
    """The title of a page and its Markdown as HTML, with map, diagrams and coloured source."""
    text, figure, source = item
    rendered = to_html(text, positions=False)
    title = html.unescape(_TAGS.sub("", rendered[rendered.find("<h1") : rendered.find("</h1>")]))
    rendered = _MERMAID.sub(lambda found: svg.of_flowchart(html.unescape(found[1]), "diagram"), rendered)
    rendered = with_formulas(rendered)
    rendered = _HEADING.sub(_with_anchor, rendered)
    if figure:
        rendered = rendered.replace("</h1>", "</h1>\n" + figure, 1)
    if source is not None:
        rendered = rendered.replace(SOURCE, f'<pre class="source"><code>{highlight(source)}</code></pre>', 1)
    return title, rendered


def write(
    context: PageContext, templates: Path | None, folder: OutputFolder, pages: PageSet, fingerprint: str
) -> Written:
    """Bring the site in a folder up to date; where `pages` is partial, the others stay as they are."""
    renderer = HtmlRenderer(context, templates)
    static = list(renderer.static())
    folder.begin([*pages.names(context.links), *(name for name, _ in static)])
    if pages.is_partial:
        folder.keep_all()
    drafts = renderer.pages(pages)
    while batch := list(islice(drafts, _BATCH_PAGES)):
        changed = []
        for name, text, file, content in batch:
            state = renderer.state(name, text, content)
            if folder.is_same(name, state):
                folder.keep(name)
            else:
                changed.append((name, state, renderer.item(name, text, file, content)))
        bodies = parallel_map(body, [item for *_, item in changed])
        for (name, state, _), (title, rendered) in zip(changed, bodies, strict=True):
            folder.put(name, renderer.frame(name, title, rendered), state)
    for name, data in static:
        folder.put(name, data)
    return folder.finish(fingerprint)


def shown_lines(files: list[PageFile], contents: SourceTexts) -> dict[str, int]:
    """How many lines of each file's source its page shows."""
    return {file.id: contents.read(file).shown for file in files}
