"""Sources for Sphinx with MyST: `conf.py` and the pages beside it.

Input: the navigation. Output: the text of the configuration, and of the tables of contents of pages;
`MystDialect` writes the pages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kgraph.pages.generators.dialect import Dialect
from kgraph.pages.generators.navigation import NavigationEntry
from kgraph.pages.inventory import NAME as INVENTORY
from kgraph.pages.page_links import steps
from kgraph.pages.templates import MARKER
from kgraph.vocab.iri import decode_path

_DOCUTILS_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")  # docutils makes no other anchors of titles
_UNTITLED = re.compile(r"[<>\\\x00]|^\s|\s$|^$")

_SETTINGS = f'''\
import importlib.util
import zlib
from pathlib import Path

extensions = ["myst_parser"]
myst_fence_as_directive = []
if importlib.util.find_spec("sphinxcontrib.mermaid"):  # without it, diagrams are shown as text
    extensions.append("sphinxcontrib.mermaid")
    myst_fence_as_directive.append("mermaid")
source_suffix = {{".md": "markdown"}}
root_doc = "index"
smartquotes = False
# Links to an anchor of a page: page:../src/shape.h_docs#sym-area
myst_url_schemes = {{"http": None, "https": None, "mailto": None, "page": "{{{{path}}}}.html#{{{{fragment}}}}"}}
# Sources that a lexer of Pygments does not take for its language are shown without colours.
suppress_warnings = ["misc.highlighting_failure"]
html_copy_source = False


def add_symbols(app, exception):
    """Put the symbols that the pages document into the inventory that Sphinx writes of them."""
    written = Path(app.outdir, "{INVENTORY}")
    if exception is not None or not written.is_file():
        return
    ours = Path(app.confdir, "{INVENTORY}").read_bytes().split(b"\\n", 4)[4]
    *head, theirs = written.read_bytes().split(b"\\n", 4)
    lines = zlib.decompress(ours) + zlib.decompress(theirs)
    written.write_bytes(b"\\n".join([*head, zlib.compress(lines, 9)]))


def setup(app):
    app.connect("build-finished", add_symbols)
    return {{"parallel_read_safe": True, "parallel_write_safe": True}}
'''


class MystDialect(Dialect):
    """MyST without any of its optional extensions."""

    def heading(self, level: int, title: str, anchor: str, *, is_again: bool) -> list[str]:
        """Where the title makes another anchor, one of our own stands before it."""
        line = f"{'#' * level} {title}"
        if not anchor or level == 1 or (_DOCUTILS_ID.fullmatch(anchor) and not is_again):
            return [line]
        return [f'<a id="{anchor}"></a>', "", line]

    def destination(self, path: str, anchor: str) -> str:
        """A page is a document of Sphinx, which it checks; an anchor in it a URL of the scheme of `conf.py`."""
        if not anchor and "%" not in path:  # of an encoded path, MyST decodes one part and leaves another
            return path
        page = path or self.name.rpartition("/")[2]
        return f"page:{page.removesuffix('.md')}#{anchor}"

    def fold(self, summary: str, body: list[str]) -> list[str]:
        """HTML around Markdown."""
        return [f"<details><summary>{summary}</summary>", "", *body, "", "</details>"]


def front_matter(*, is_listed: bool) -> str:
    """What stands above a page; one that no table of contents lists is not searched either."""
    return f"---\n# {MARKER}\n{'{}' if is_listed else 'orphan: true' + chr(10) + 'nosearch: true'}\n---\n\n"


def contents(page: str, entries: Sequence[NavigationEntry]) -> str:
    """The hidden table of contents below the title of a page, from which Sphinx makes the navigation."""
    start = page.rpartition("/")[0]
    lines = ["", "```{toctree}", ":hidden:", ":maxdepth: 1", ""]
    for entry in entries:
        folder, _, name = entry.page.rpartition("/")
        target = decode_path(steps(start, folder) + name.removesuffix(".md"))
        lines.append(target if _UNTITLED.search(entry.title) else f"{entry.title} <{target}>")
    return "\n".join([*lines, "```", ""])


def configuration(title: str) -> str:
    """The text of `conf.py`."""
    own = "# For settings of your own, write another conf.py, import all from this one, and give its folder with -c."
    return f"# {MARKER}\n{own}\nproject = {title!a}\n{_SETTINGS}"
