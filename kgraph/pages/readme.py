"""The README of a folder on its page of the site, rendered.

Input: the text of a README in Markdown or reStructuredText. Output: HTML. It is a stranger's text: raw HTML is left
out, a picture is its description, and a link leads to a page of the site or to the web, or is none. Of a long one the
first sections are shown.
"""

from __future__ import annotations

import html
import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kgraph.pages import topics
from kgraph.pages.documentation import render
from kgraph.pages.documentation.inline import with_references
from kgraph.pages.mathml import with_formulas
from kgraph.pages.topics import DOXYGEN
from kgraph.vocab.iri import encode_path

if TYPE_CHECKING:
    from kgraph.pages.page_context import PageContext
    from kgraph.pages.repository_model import PageFile, PageFolder

_LANGUAGES = ("Markdown", "reStructuredText")
READABLE = '<article class="readme" aria-label="The document"'  # how a document on its own page begins
README = "<!-- kgraph:readme -->"  # where a page of the site gets it
_MAX_BYTES = 2_000_000  # of a README that is read
_MAX_SHOWN = 60_000  # characters that are rendered, in whole sections
_TITLE = re.compile(r"#{1,6}\s")
_UNDERLINE = re.compile(r"([=\-~^\"'*+#`])\1{2,}\s*$")
_HEADING = re.compile(r"<(/?)h([1-6])>")
_LINK = re.compile(r'<a href="([^"]*)"(?: title="[^"]*")?>(.*?)</a>', re.DOTALL)
_IMAGE = re.compile(r'<img src="[^"]*" alt="([^"]*)"(?: title="[^"]*")? />')
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BADGES = re.compile(r"<p>(?:\s|<br />|</?a(?: [^<>]*)?>|<img [^<>]*>)+</p>\n?")  # a paragraph of pictures alone
_BADGE = re.compile(r'src="[^"]*(?:shields\.io|badge|/workflows/|codecov\.io|\.svg)', re.IGNORECASE)
_ALERT = re.compile(
    r"(?<=<blockquote>\n)<p>\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\](?:</p>\s*<p>|\s*(?:<br ?/?>)?\s*)"
)
_PLACE_NAME = re.compile(r"[ \t]*\{#[\w.:-]+\}[ \t]*$|^[ \t]*(?:@tableofcontents|\[TOC\])[ \t]*$", re.MULTILINE)
_DOXYGEN_SIGNS = re.compile(r"[@\\](?:ref|tableofcontents)\b|\{#|\[TOC\]")
_REFERENCE = re.compile(
    r"\[(?P<label>[^\[\]]+)\]\([@\\]ref\s+(?P<goal>[^\s()]+)\)"
    r"|(?<![\w`])[@\\]ref\s+(?P<name>[\w:#.-]*\w(?:\(\))?)(?:\s+\"(?P<title>[^\"]+)\")?"
)
# Raw HTML from the beginning of a line to an empty line, but for what is no running text.
_BLOCK = re.compile(
    r"^ {0,3}<(?:p|div|h[1-6]|center|a|picture|em|strong)\b(?:(?!\n[ \t]*\n)(?!<(?:table|svg|pre)\b).)*",
    re.MULTILINE | re.DOTALL,
)
_ANCHOR = re.compile(r"<a\b[^<>]*?href=[\"'](https?://[^\"'<>\s()]+)[\"'][^<>]*>([^<>\[\]\n]+)</a>")
_STRONG = re.compile(r"<(?:b|strong)>\s*([^<>*]*?)\s*</(?:b|strong)>")
_EMPHASIS = re.compile(r"<(?:i|em)>\s*([^<>*]*?)\s*</(?:i|em)>")
_HTML_TITLE = re.compile(r"<h([1-6])\b[^<>]*>(.*?)</h\1>", re.DOTALL)
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*>?")
_NOTHING = frozenset({"", "**", "*", "****", "·", "|", "•", "#"})
_RULES = re.compile(r"(?:<hr />\s*){2,}")
_FENCED = re.compile(r"(^(?:```|~~~).*?^(?:```|~~~)[^\n]*$)", re.MULTILINE | re.DOTALL)
_PAGE = "kgraph-page:"  # before the address of a page of the site
_WEB = ("http://", "https://", "mailto:")


def find_rendered_readme(folder: PageFolder) -> PageFile | None:
    """The README of a folder, if it is one that can be rendered."""
    found = folder.readme
    return found if found and found.language in _LANGUAGES and found.size <= _MAX_BYTES else None


def render_readme(context: PageContext, folder: PageFolder) -> str:
    """The README as HTML, "" where there is none whose text is known."""
    file = find_rendered_readme(folder)
    text = context.contents.read(file).text if file else None
    if not file or not text:
        return ""
    opening, rest = opening_sections(text, file.language)
    shown = _render_rst(opening) if file.language == "reStructuredText" else _render_markdown(opening)
    shown = _HEADING.sub(lambda found: f"<{found[1]}h{min(6, int(found[2]) + 2)}>", shown)
    shown = _LINK.sub(lambda found: _link(context, folder, html.unescape(found[1]), found[2]), shown)
    page = html.escape(context.links.link(context.links.folder(folder.id), file.id, "docs", "original-source"))
    if not shown:
        shown = f'<p>See <a href="{page}">{html.escape(file.name)}</a>.</p>\n'
    elif rest:
        shown += f'<p>It goes on for {rest:,} lines: <a href="{page}">{html.escape(file.name)}</a>.</p>\n'
    return f'<article class="readme">\n{shown}</article>'


def render_document(context: PageContext, file: PageFile) -> str:
    """The text of a document as HTML for its own page, "" of what is none; of a long one the first sections."""
    if file.role != "documentation" or file.size > _MAX_BYTES or file.language not in (*_LANGUAGES, DOXYGEN):
        return ""
    text = context.contents.read(file).text
    if not text or not text.strip():
        return ""
    opening, rest = opening_sections(text, file.language)
    start = context.links.folder(file.id)
    if file.language == DOXYGEN:
        shown = _render_doxygen(context, start, opening)
    else:
        shown = (
            _render_rst(opening)
            if file.language == "reStructuredText"
            else _render_markdown(_for_doxygen(context, start, opening))
        )
        shown = _LINK.sub(lambda found: _link(context, file.folder, html.unescape(found[1]), found[2]), shown)
    if not (shown := _HEADING.sub(lambda found: f"<{found[1]}h{min(6, int(found[2]) + 2)}>", shown)):
        return ""
    more = f"<p>It goes on for {rest:,} lines, which its source below shows.</p>\n" if rest else ""
    return f"{READABLE}>\n{shown}{more}</article>\n"


def _render_doxygen(context: PageContext, start: str, text: str) -> str:
    """A document of Doxygen's own, in a comment: its commands are those of comments in C++."""
    said = topics.spoken_text(text)
    find = lambda name: context.symbols.spoken(start, name)  # noqa: E731
    shown = with_references(render.render(("C++", said)), find, context.symbols.title_of)
    from cmarkgfm import github_flavored_markdown_to_html

    return with_formulas(github_flavored_markdown_to_html(shown, 0))


def _for_doxygen(context: PageContext, start: str, text: str) -> str:
    """Markdown in which `@ref` is a link, without the names of headings, `{#intro}`, and without `[TOC]`."""
    if not _DOXYGEN_SIGNS.search(text):
        return text
    symbols = context.symbols

    def link(found: re.Match[str]) -> str:
        name = found["goal"] or found["name"]
        label = found["label"] or found["title"] or symbols.title_of(name)
        url = symbols.spoken(start, name.removesuffix("()").lstrip("#"))
        shown = label or f"`{name}`"
        return f"[{shown}]({_PAGE}{url})" if url else shown

    parts = _FENCED.split(text)  # what stands between fences is code
    parts[::2] = [_REFERENCE.sub(link, _PLACE_NAME.sub("", part)) for part in parts[::2]]
    return "".join(parts)


def opening_sections(text: str, language: str) -> tuple[str, int]:
    """The first whole sections of a README, and how many lines are left out; one short enough is shown whole."""
    if len(text) <= _MAX_SHOWN:
        return text, 0
    lines = text.split("\n")
    size = at = 0
    is_fenced = False
    for number, line in enumerate(lines):
        is_fenced ^= line.lstrip().startswith("```")
        following = lines[number + 1] if number + 1 < len(lines) else ""
        is_title = _UNDERLINE.match(following) and line.strip() if language != "Markdown" else _TITLE.match(line)
        if number and is_title and not is_fenced:
            at = number
        size += len(line) + 1
        if size > _MAX_SHOWN:
            break
    return "\n".join(lines[:at]), len(lines) - at


def _render_rst(text: str) -> str:
    from kgraph.pages import readme_rst

    return readme_rst.to_html(text)


def _render_markdown(text: str) -> str:
    from cmarkgfm import github_flavored_markdown_to_html

    parts = _FENCED.split(text)
    parts[::2] = [_BLOCK.sub(_as_markdown, part) for part in parts[::2]]
    shown = github_flavored_markdown_to_html("".join(parts), 0)  # safe: without raw HTML
    shown = _COMMENT.sub("", shown)
    shown = _BADGES.sub(lambda found: "" if _BADGE.search(found[0]) else found[0], shown)
    shown = _ALERT.sub(lambda found: f"<p><strong>{found[1].capitalize()}</strong></p>\n<p>", shown)
    shown = _IMAGE.sub(lambda found: f"<em>{found[1]}</em>" if found[1] else "", shown)
    return _RULES.sub("<hr />\n", shown).removeprefix("<hr />\n")


def _as_markdown(found: re.Match[str]) -> str:
    """What a block of raw HTML, such as a centred title, says; pictures and the tags themselves are left out."""
    said = _ANCHOR.sub(r"[\2](\1)", found[0])
    said = _EMPHASIS.sub(r"*\1*", _STRONG.sub(r"**\1**", said))
    said = _HTML_TITLE.sub(lambda each: f"\n\n{'#' * int(each[1])} {' '.join(each[2].split())}\n\n", said)
    lines = [line.strip() for line in _ANY_TAG.sub("", said).split("\n")]
    lines = ["" if line in _NOTHING else line for line in lines]
    return "\n".join([*lines, ""]) if any(lines) else "\n"


def _link(context: PageContext, folder: PageFolder, address: str, label: str) -> str:
    if address.startswith(_PAGE):
        return f'<a href="{html.escape(address.removeprefix(_PAGE))}">{label}</a>'
    url = address if address.lower().startswith(_WEB) else _page(context, folder, address)
    return f'<a href="{html.escape(url)}">{label}</a>' if url else label


def _page(context: PageContext, folder: PageFolder, address: str) -> str:
    """The page of what a relative link names, "" where it names nothing of the repository."""
    path = unquote(address.partition("#")[0].partition("?")[0])
    if not path or ":" in path:
        return ""
    base = "" if folder.id == "folder/" or path.startswith("/") else folder.path
    goal = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
    start = context.links.folder(folder.id)
    for id_ in (f"file/{encode_path(goal)}", f"folder/{encode_path(goal)}"):
        if id_ in context.model.files or id_ in context.model.folders:
            return context.links.link(start, id_)
    return ""
