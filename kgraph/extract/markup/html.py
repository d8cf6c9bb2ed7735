"""HTML, as a file of its own or inside Markdown: its headings and links.

Input: HTML text. Output: headings with level and line, links as spelled; of templates, which others they name. Scripts
are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from kgraph.extract.text import flatten, link
from kgraph.model import IncludeFact, LinkFact

_LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "iframe": "src", "source": "src"}
# What a template of Django or Jinja takes of another one; what stands in a comment of theirs does not count.
_TAG = re.compile(
    r"\{#.*?#\}|\{%-?\s*comment\b.*?\{%-?\s*endcomment\b"
    r"|\{%[-+]?\s*(?:extends|include|import|from)\s+(?P<quote>[\"'])(?P<path>[\w./@+ -]{1,200})(?P=quote)",
    re.DOTALL,
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


class HtmlReader(HTMLParser):
    """Collects the headings and links of all that it is fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.headings: list[tuple[int, str, int]] = []  # level, text, line
        self.links: list[LinkFact] = []
        self._first_line = 1
        self._anchor: tuple[str, int, list[str]] | None = None  # target, line, text so far
        self._heading: tuple[int, int, list[str]] | None = None  # level, line, text so far

    def read(self, html: str, first_line: int = 1) -> None:
        """Read a whole text, whose first line has this number; what is left open at its end is closed."""
        self.reset()
        self._first_line = first_line
        html = _without_open_comment(html)
        last = html.rfind(">") + 1  # no tag closes behind; the library would look for that from each "<" on
        try:
            self.feed(html[:last])
            self.close()
            if not self.cdata_elem:
                self.handle_data(unescape(html[last:]))
        except (AssertionError, ValueError, RecursionError):  # the library gives up on some damaged declarations
            pass
        self._close_anchor()
        self._close_heading()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self._first_line + self.getpos()[0] - 1
        if tag in _HEADINGS:
            self._close_heading()
            self._heading = (_HEADINGS[tag], line, [])
        elif tag in _LINKS:
            values = dict(attrs)
            target = values.get(_LINKS[tag]) or ""
            if tag == "a":
                self._close_anchor()
                self._anchor = (target, line, [])
            else:
                self.links += link(target, line, values.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close_anchor()
        elif tag in _HEADINGS:
            self._close_heading()

    def handle_data(self, data: str) -> None:
        if self._anchor:
            self._anchor[2].append(data)
        if self._heading:
            self._heading[2].append(data)

    def _close_anchor(self) -> None:
        if self._anchor:
            target, line, text = self._anchor
            self.links += link(target, line, "".join(text))
            self._anchor = None

    def _close_heading(self) -> None:
        if self._heading:
            level, line, text = self._heading
            self.headings.append((level, "".join(text), line))
            self._heading = None


def named_templates(text: str) -> Iterator[IncludeFact]:
    """The templates that a template extends, includes or imports from."""
    line, counted = 1, 0
    for match in _TAG.finditer(text):
        if match["path"]:
            line += text.count("\n", counted, match.start())
            counted = match.start()
            yield IncludeFact(flatten(match["path"], 200), line, "template")


def _without_open_comment(html: str) -> str:
    """A comment that is never closed goes on to the end; the library would look for its end again and again."""
    start = html.find("<!--")
    while start >= 0:
        end = html.find("-->", start + 4)
        if end < 0:
            return html[:start]
        start = html.find("<!--", end)
    return html
