"""What stands around the body of a page of the site: where it is, what is on it, and what is beside it.

Input: the name of a page and its body. Output: the values of the template `page.html.j2`.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgraph.pages.markdown import visible

if TYPE_CHECKING:
    from kgraph.pages.page_context import PageContext
    from kgraph.pages.repository_model import PageFile, PageFolder

_HEADING = re.compile(r'<h([23]) id="([^"]+)">(.*?)</h\1>', re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_MAX_LISTED = 60  # headings; of a page with more, only the first level is listed
_MIN_LISTED = 3


@dataclass(frozen=True, slots=True)
class FrameStep:
    """A link in the frame: what it shows, and where it leads; "" for the page itself."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A heading in the contents of a page."""

    level: int  # 2 or 3
    anchor: str
    label: str


class SiteFrame:
    """Tells where the pages of a site are."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        links = context.links
        self._folders = {links.folder(folder.id): folder for folder in context.model.folders.values()}

    def way(self, name: str, title: str) -> list[FrameStep]:
        """The folders from the top to a page, and the page itself."""
        context, (start, _, page) = self._context, name.rpartition("/")
        symbols = context.symbols.folder
        top = FrameStep(context.title, context.links.link(start, "folder/"))
        if start == symbols or start.startswith(symbols + "/"):
            index = FrameStep("Symbols", context.symbols.to_index(start))
            return [top, index, FrameStep(title.rpartition(" ")[2], "")] if page != "index.html" else [top, index]
        folder = self._folders.get(start)
        steps: list[FrameStep] = []
        while folder is not None and folder.above is not None:
            steps.append(FrameStep(visible(folder.name), context.links.link(start, folder.id)))
            folder = folder.above
        own = title.partition(": ")[2].rpartition("/")[2] or title
        is_of_folder = page == "index.html"
        return [top, *reversed(steps), *([] if is_of_folder else [FrameStep(own, "")])]

    def contents(self, body: str) -> list[Listed]:
        """The headings of a page, none where they are few."""
        found = [
            Listed(int(level), html.unescape(anchor), html.unescape(_TAGS.sub("", label)).strip())
            for level, anchor, label in _HEADING.findall(body)
        ]
        if len(found) > _MAX_LISTED:
            found = [each for each in found if each.level == 2]
        return found if len(found) >= _MIN_LISTED else []

    def beside(self, file: PageFile | None) -> tuple[FrameStep | None, FrameStep | None]:
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
