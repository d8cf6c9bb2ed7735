"""Whether every link of a set of pages leads somewhere.

Input: a folder of pages. Output: what does not resolve, each with `file:line`. Pages are parsed by cmark-gfm, the
library with which GitHub renders them, and their links are read from what it makes of them: a link that a reader does
not see is none, and a bracket that became one is found.

A link to a page must name an anchor that it has; one to a source a file that there is, with that many lines. Links
to the web are counted, not followed.
"""

from __future__ import annotations

import html
import os
import posixpath
import re
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from sys import intern

from kgraph.errors import InputError
from kgraph.model import PAGES_MANIFEST
from kgraph.pages.output import Manifest
from kgraph.pages.parallel import parallel_map
from kgraph.vocab.iri import decode_path

# An id counts inside a tag alone: sources show text such as `<node id="` with its quotes.
_TAG = re.compile(
    r'<(?:a|img|script|link|iframe)\b[^>]*?\s(?:href|src)="([^"]*)"|<h[1-6]\b[^>]*>(.*?)</h[1-6]>'
    r'|<[a-z][^<>]*?\sid="([^"]*)"',
    re.DOTALL,
)
_ID = re.compile(r'<[a-z][^<>]*?\sid="([^"]*)"')
_HREF = re.compile(r'\shref="([^"]*)"')
_POSITION = re.compile(r'data-sourcepos="(\d+):')
_INSIDE = re.compile(r"<[^>]*>")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB = ("http://", "https://", "mailto:")
_LINE = re.compile(r"L(\d+)(?:-L(\d+))?")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not resolve."""

    where: str  # file:line
    what: str


@dataclass(slots=True)
class LinkReport:
    """What a check found."""

    pages: int = 0
    links: int = 0
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Page:
    """The anchors of a page, each of its links with the line where it stands first, and how many links it has."""

    anchors: tuple[str, ...]
    links: tuple[tuple[str, int], ...]
    count: int


def check(folder: str | Path) -> LinkReport:
    """Check the pages that the manifest of a folder lists.

    Raises `InputError` where the folder holds no pages of ours.
    """
    top = Path(folder).resolve()
    manifest = Manifest.read(top)
    if manifest is None or not manifest.pages:
        raise InputError(
            f"holds no pages of kgraph: it has no {PAGES_MANIFEST}",
            where=str(folder),
            hint="`kgraph pages -o DIR` writes some",
        )
    checked = LinkReport()
    pages: dict[str, frozenset[str]] = {}
    anchors = _Places()
    names = [name for name in sorted(manifest.pages) if name.endswith((".md", ".html"))]
    for number, (name, page) in enumerate(
        zip(names, parallel_map(_read_page, ((str(top), name) for name in names)), strict=True)
    ):
        if isinstance(page, str):
            checked.problems.append(Problem(format_name(name), f"the page cannot be read: {page}"))
            continue
        pages[name] = frozenset(map(intern, page.anchors))
        checked.links += page.count
        folder = posixpath.dirname(name)
        for link, line in page.links:
            anchors.add(_target(folder, name, link), number, line)
    checked.pages = len(pages)
    targets = _Targets(top, pages, frozenset(manifest.pages))
    wrong = {number: what for target, number in anchors.numbers.items() if (what := targets.problem(target))}
    checked.problems += (
        Problem(f"{format_name(names[page])}:{line}", wrong[number])
        for number, page, line in anchors.occurrences()
        if number in wrong
    )
    checked.problems.sort(key=lambda problem: _order(problem.where))
    return checked


def _order(where: str) -> tuple[str, int]:
    name, _, line = where.rpartition(":")
    return (name, int(line)) if line.isdecimal() else (where, 0)


class _Places:
    """Which links lead where: a repository has millions of links to some hundred thousand targets."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._occurrences = array("I")

    def add(self, target: str, page: int, line: int) -> None:
        """A link to a target, on a line of a page."""
        self._occurrences.extend((self.numbers.setdefault(target, len(self.numbers)), page, line))

    def occurrences(self) -> Iterator[tuple[int, int, int]]:
        """Target, page and line of each link."""
        every = self._occurrences
        return zip(every[::3], every[1::3], every[2::3], strict=True)


def _target(folder: str, page: str, link: str) -> str:
    """A link as one from the top of the pages."""
    if _SCHEME.match(link) or link.startswith("/"):
        return link
    path, hash_, anchor = link.partition("#")
    name = posixpath.normpath(posixpath.join(folder, path)) if path else page
    return name + hash_ + anchor


def _read_page(place: tuple[str, str]) -> Page | str:
    """What is on a page, or why it cannot be read."""
    top, name = place
    try:
        with open(os.path.join(top, decode_path(name)), encoding="utf-8") as stream:  # noqa: PTH118, PTH123 - keeps bytes
            text = stream.read()
    except (OSError, UnicodeDecodeError) as error:
        return str(error)
    return read(text, is_html=name.endswith(".html"))


def format_name(name: str) -> str:
    """The name of a page for people."""
    return os.fsencode(decode_path(name)).decode("utf-8", "backslashreplace")


def read(text: str, *, is_html: bool = False) -> Page:
    """The anchors and links of one page."""
    rendered = text if is_html else to_html(text)
    anchors: set[str] = set()
    links: dict[str, int] = {}
    headings: dict[str, int] = {}
    count = 0
    for match in _TAG.finditer(rendered):
        link, heading, anchor = match.groups()
        if link is not None:
            count += 1
            links.setdefault(link, match.start())
        elif anchor is not None:
            anchors.add(anchor)
        else:
            _heading(heading, headings, anchors)
            anchors.update(_ID.findall(match[0]))
            for inner in _HREF.findall(heading):
                count += 1
                links.setdefault(inner, match.start())
    placed = tuple((html.unescape(link), _line(rendered, at, is_html)) for link, at in links.items())
    return Page(tuple(sorted(anchors)), placed, count)


def to_html(text: str, *, positions: bool = True) -> str:
    """A page as GitHub's library renders it, with the line of each block if asked for."""
    from cmarkgfm import cmark, github_flavored_markdown_to_html

    options: int = cmark.Options.CMARK_OPT_UNSAFE | (cmark.Options.CMARK_OPT_SOURCEPOS if positions else 0)
    rendered: str = github_flavored_markdown_to_html(text, options)
    return rendered


def _heading(content: str, seen: dict[str, int], anchors: set[str]) -> None:
    """The anchor that GitHub gives a heading; one that stands again gets a number."""
    words = html.unescape(_INSIDE.sub("", content)).strip().lower()
    anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
    again = seen.get(anchor, 0)
    seen[anchor] = again + 1
    anchors.add(f"{anchor}-{again}" if again else anchor)


def _line(rendered: str, at: int, is_html: bool) -> int:
    if is_html:
        return rendered.count("\n", 0, at) + 1
    start = rendered.rfind("data-sourcepos=", 0, at + 200 if rendered[at : at + 2] == "<h" else at)
    match = _POSITION.match(rendered, start) if start >= 0 else None
    return int(match[1]) if match else 1


class _Targets:
    """What links may lead to."""

    def __init__(self, top: Path, pages: Mapping[str, frozenset[str]], written: frozenset[str]) -> None:
        self._top = os.fspath(top)
        self._pages = pages
        self._written = written
        self._lines: dict[str, int] = {}

    def problem(self, target: str) -> str:
        """What is wrong with a target, "" where it resolves."""
        if target.startswith(_WEB):
            return ""
        if _SCHEME.match(target) or target.startswith("/"):
            return f"the link {target!r} is neither relative nor one to the web"
        name, _, anchor = target.partition("#")
        if name in self._pages:
            return "" if not anchor or anchor in self._pages[name] else f"{format_name(name)} has no anchor {anchor!r}"
        if name in self._written and not name.endswith((".md", ".html")):
            return ""
        return self._source(name, anchor)

    def _source(self, name: str, anchor: str) -> str:
        path = os.path.normpath(os.path.join(self._top, decode_path(name)))  # noqa: PTH118
        if path not in self._lines:
            self._lines[path] = _count_lines(path)
        lines = self._lines[path]
        if lines < 0:
            return f"there is no {format_name(name)}"
        if match := _LINE.fullmatch(anchor):
            if max(int(number) for number in match.groups() if number) > lines:
                return f"{format_name(name)} has {lines:,} lines, and the link leads to {anchor}"
        elif anchor:
            return f"{format_name(name)} is not a page, and the link leads to {anchor!r} in it"
        return ""


def _count_lines(path: str) -> int:
    """How many lines a file has; -1 where there is none."""
    from kgraph.extract.text import as_utf8, count_lines

    try:
        if os.path.isdir(path):  # noqa: PTH112
            return 0
        if os.path.islink(path):  # noqa: PTH114 - a link that leads nowhere is a file of the repository too
            return 1
        with open(path, "rb") as stream:  # noqa: PTH123
            return count_lines(as_utf8(stream.read()))
    except OSError:
        return -1
