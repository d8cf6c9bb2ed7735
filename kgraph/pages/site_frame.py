"""What stands around the body of a page of the site: where it is, what is on it, and what is beside it.

Input: the name of a page, its title and body. Output: the page, by the template `page.html.j2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgraph.pages.markdown import visible

if TYPE_CHECKING:
    from jinja2 import Template

    from kgraph.pages.page_context import PageContext
    from kgraph.pages.repository_model import PageFile, PageFolder

_HEADING = re.compile(r'<h([23]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_MAX_LISTED = 60  # headings; of a page with more, only the first level is listed
_MIN_LISTED = 3
_INNER = ' class="inner"'


@dataclass(frozen=True, slots=True)
class FrameStep:
    """A link in the frame: what it shows, and where it leads; "" for the page itself."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What stands around one page, apart from its title and contents."""

    name: str
    way: tuple[FrameStep, ...]  # the folders from the top
    last: str  # of the way: the last "word" of the title, the end of the "path" in it, or "" for none
    previous: FrameStep | None
    following: FrameStep | None
    project: str
    symbols: str  # the link to their index, "" without one


class SiteFrame:
    """Tells where the pages of a site are."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        links = context.links
        self._folders = {links.folder(folder.id): folder for folder in context.model.folders.values()}
        self._ways: dict[str, tuple[FrameStep, ...]] = {}

    def make(self, name: str, file: PageFile | None) -> PageFrame:
        """What stands around a page, which is about a file or about none."""
        start, _, page = name.rpartition("/")
        if start not in self._ways:
            self._ways[start] = tuple(self._make_breadcrumbs(start))
        is_symbol = self._is_of_symbols(start)
        is_topic = start == self._context.symbols.topic_index().rpartition("/")[0]
        last = "" if page == "index.html" else "words" if is_topic else "word" if is_symbol else "path"
        previous, following = self._find_neighbours(file)
        symbols = self._context.symbols.to_index(start)
        return PageFrame(name, self._ways[start], last, previous, following, self._context.title, symbols)

    def _is_of_symbols(self, folder: str) -> bool:
        symbols = self._context.symbols.folder
        return folder == symbols or folder.startswith(symbols + "/")

    def _make_breadcrumbs(self, start: str) -> Iterator[FrameStep]:
        context = self._context
        yield FrameStep(context.title, context.links.link(start, "folder/"))
        if self._is_of_symbols(start):
            yield FrameStep("Symbols", context.symbols.to_index(start))
            if start == context.symbols.topic_index().rpartition("/")[0]:
                yield FrameStep("Topics", context.symbols.to_topics(start))
            return
        folder = self._folders.get(start)
        steps: list[FrameStep] = []
        while folder is not None and folder.above is not None:
            steps.append(FrameStep(visible(folder.name), context.links.link(start, folder.id)))
            folder = folder.above
        yield from reversed(steps)

    def _find_neighbours(self, file: PageFile | None) -> tuple[FrameStep | None, FrameStep | None]:
        """The pages of the files before and after one in its folder."""
        if file is None:
            return None, None
        return self._sibling(file, file.place - 1), self._sibling(file, file.place + 1)

    def _sibling(self, file: PageFile, place: int) -> FrameStep | None:
        folder: PageFolder = file.folder
        if not 0 <= place < len(folder.files):
            return None
        other = folder.files[place]
        url = self._context.links.link(self._context.links.folder(file.id), other.id)
        return FrameStep(visible(other.name), url) if url else None


# --- in a worker ----------------------------------------------------------------------------------------------------


def frame_page(template: Template, frame: PageFrame, title: str, body: str) -> str:
    """A page around its body."""
    way = list(frame.way)
    if frame.last == "word":
        way.append(FrameStep(title.rpartition(" ")[2], ""))
    elif frame.last == "words":
        way.append(FrameStep(title.partition(": ")[2] or title, ""))
    elif frame.last:
        way.append(FrameStep(title.partition(": ")[2].rpartition("/")[2] or title, ""))
    return template.render(
        name=frame.name,
        title=title,
        body=body,
        way=way,
        contents=contents(body),
        previous=frame.previous,
        following=frame.following,
        top="../" * frame.name.count("/"),
        project=frame.project,
        symbols=frame.symbols,
    )


def contents(body: str) -> str:
    """The headings of a page as items of a list, none where they are few; their text is HTML already."""
    found = _HEADING.findall(body)
    if len(found) > _MAX_LISTED:
        found = [each for each in found if each[0] == "2"]
    if len(found) < _MIN_LISTED:
        return ""
    return "\n".join(
        f'<li{_INNER if level == "3" else ""}><a href="#{anchor}">{_TAGS.sub("", label).strip()}</a></li>'
        for level, anchor, label in found
    )
