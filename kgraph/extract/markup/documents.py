"""Documents: Markdown, reStructuredText and HTML.

Input: the bytes of a document. Output: its headings as symbols, its links, and its first paragraph as `doc`.

Markdown is read by markdown-it-py, which follows CommonMark; tables are enabled, because links stand in them. Headings
inside of quotes and list items are not taken for sections: what follows the quote is not below them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kgraph.extract.markup.html import HtmlReader, named_templates
from kgraph.extract.markup.outline import LONG_PARAGRAPH, Outline
from kgraph.extract.text import clean, count_lines, flatten, link, with_unix_line_ends
from kgraph.model import FileFacts, LinkFact, Skipped

_ATTRIBUTES = re.compile(r"\s*\{:?\s*[#.][^{}]*\}\s*$")  # `# Title {#name}`, of Doxygen, Pandoc and kramdown
_CONTENTS = re.compile(r"\s*(?:\[TOC\]|\[\[_?TOC_?\]\]|[@\\]tableofcontents)\s*$", re.IGNORECASE)
_FRONT_MATTER = re.compile(
    r"---[ \t]*\n(?=\s*[#\w\"'-]+[^\n]*:|\s*#|---).*?^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)


def extract_markdown(content: bytes) -> FileFacts | Skipped:
    """The headings and links of a Markdown document."""
    lines = count_lines(content)
    text = _text(content)
    if front := _FRONT_MATTER.match(text):
        text = "\n" * front[0].count("\n") + text[front.end() :]
    try:
        tokens = _markdown().parse(text)
    except RecursionError:
        return Skipped("nested too deeply for markdown-it-py", lines=lines)
    outline = Outline()
    links: list[LinkFact] = []
    doc = ""
    headings: list[tuple[int, str]] = []
    line = 1
    for index, token in enumerate(tokens):
        if token.map:
            line = min(token.map[0] + 1, lines)
        if token.type == "inline":
            links += _inline_links(token.children or (), line, lines)
            opening = tokens[index - 1]
            if opening.type == "heading_open" and opening.level == 0:
                headings.append((int(opening.tag[1:]), _ATTRIBUTES.sub("", _plain(token.children or ()))))
                outline.add(*headings[-1], line)
            elif (
                opening.type == "paragraph_open"
                and opening.level == 0
                and not doc
                and _is_about_all(headings)
                and not _CONTENTS.match(token.content)
            ):
                doc = flatten(_plain(token.children or ()), LONG_PARAGRAPH) if _says_something(token) else ""
        elif token.type == "html_block":
            html = HtmlReader()
            html.read(token.content, line)
            links += html.links
            for level, name, at in html.headings if token.level == 0 else ():
                outline.add(level, name, min(at, lines))
    return FileFacts(lines, "syntax", doc=doc, symbols=outline.symbols(lines), links=tuple(links))


def extract_restructuredtext(content: bytes) -> FileFacts | Skipped:
    """The headings and links of a reStructuredText document."""
    from kgraph.extract.markup import rst  # docutils takes long to load, and most repositories do without

    return rst.extract(_text(content), count_lines(content))


def extract_html(content: bytes) -> FileFacts | Skipped:
    """The headings and links of an HTML page."""
    lines = count_lines(content)
    html = HtmlReader()
    text = _text(content)
    html.read(text)
    outline = Outline()
    for level, name, line in html.headings:
        outline.add(level, name, line)
    return FileFacts(
        lines,
        "syntax",
        symbols=outline.symbols(lines),
        includes=tuple(named_templates(text)) if "{%" in text else (),
        links=tuple(html.links),
    )


def _text(content: bytes) -> str:
    return clean(with_unix_line_ends(content).decode("utf-8-sig", "replace"))


class _Markdown(MarkdownIt):
    """Leaves link targets as they are spelled."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802, ARG002 - markdown-it's name
        return True


@cache
def _markdown() -> MarkdownIt:
    return _Markdown("commonmark").enable("table")


def _plain(children: Sequence[Token]) -> str:
    """The text of inline tokens, without images and tags."""
    pieces = []
    for token in children:
        if token.type in ("text", "code_inline"):
            pieces.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
    return "".join(pieces)


_OPENING_SECTION = re.compile(
    r"[\W\d]*(?:about|abstract|background|description|general|goals?|intro\w*|motivation|overview|purpose|summary|"
    r"what(?: is|'s)?|why)\b",
    re.IGNORECASE,
)
_MIN_WORDS = 3  # beside its links, of a paragraph that says something


def _is_about_all(headings: list[tuple[int, str]]) -> bool:
    """Whether a paragraph below these headings is about the whole document: below its title, or an introduction."""
    return len(headings) < 2 or (len(headings) == 2 and _OPENING_SECTION.match(headings[1][1]) is not None)


def _says_something(paragraph: Token) -> bool:
    """Whether a paragraph is more than links: "Documentation: https://..." and rows of badges say nothing."""
    depth, spoken = 0, []
    for token in paragraph.children or ():
        depth += token.nesting if token.type in ("link_open", "link_close") else 0
        if depth == 0 and token.type in ("text", "code_inline"):
            spoken.append(re.sub(r"https?://\S+", "", token.content))
    return len(re.findall(r"[^\W\d_]{2,}", " ".join(spoken))) >= _MIN_WORDS or not any(
        token.type in ("link_open", "image", "html_inline") or "://" in token.content
        for token in paragraph.children or ()
    )


def _inline_links(children: Sequence[Token], first_line: int, last_line: int) -> list[LinkFact]:
    links: list[LinkFact] = []
    line = first_line
    for index, token in enumerate(children):
        match token.type:
            case "softbreak" | "hardbreak":
                line = min(line + 1, last_line)
            case "link_open":
                inside = index + 1
                while inside < len(children) and children[inside].type != "link_close":
                    inside += 1
                links += link(str(token.attrs.get("href", "")), line, _plain(children[index + 1 : inside]))
            case "image":
                links += link(str(token.attrs.get("src", "")), line, token.content)
            case "html_inline":
                html = HtmlReader()
                html.read(token.content, line)
                links += html.links
                line = min(line + token.content.count("\n"), last_line)
    return links
