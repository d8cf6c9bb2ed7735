"""The documents as a site beside kgraph's pages of kgraph: python .ci/site.py FOLDER

Input: the Markdown documents of the repository, and the pages that `kgraph pages --format html` wrote to `FOLDER/code`.
Output: an HTML page for each document in FOLDER, which mirrors the repository; `README.md` is `index.html`. Markdown is
rendered by the library with which GitHub renders. A link to a document leads to its page, one to a picture to a copy,
and one to any other file or folder of the repository to kgraph's page of it.

Ends with 1 where a link leads nowhere.
"""

from __future__ import annotations

import html
import os
import posixpath
import re
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, unquote

import jinja2

from kgraph.extract.markup.outline import anchor
from kgraph.pages.link_check import to_html

ROOT = Path(__file__).parent.parent
CODE = "code"  # where kgraph's own pages are
DOCUMENTS = (
    *("README.md", "kgraph/README.md", "kgraph/vocab/ontology/README.md", "notebooks/COOKBOOK.md"),
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "kgraph/docs").rglob("*.md")),
)
DOCS = "kgraph/docs"
NAVIGATION = (
    ("kgraph", "README.md"),
    ("Guide", f"{DOCS}/guide/README.md"),
    ("How-to", f"{DOCS}/how-to/README.md"),
    ("Reference", f"{DOCS}/reference/README.md"),
    ("Accuracy", f"{DOCS}/accuracy.md"),
    ("Performance", f"{DOCS}/performance.md"),
    ("Architecture", "kgraph/README.md"),
    ("Contributing", f"{DOCS}/contributing/README.md"),
    ("Changelog", f"{DOCS}/changelog.md"),
)
_PICTURES = (".webp", ".png", ".svg", ".jpg")
_TAGS = re.compile(r"<[^>]*>")
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_LINK = re.compile(r'(<(?:a|img) [^>]*?(?:href|src)=")([^"]*)(")')

FRAME = jinja2.Environment(autoescape=True).from_string("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}{% if title != "kgraph" %} · kgraph{% endif %}</title>
<link rel="stylesheet" href="{{ top }}code/static/style.css">
<style>
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; }
nav [aria-current] { font-weight: 600; color: inherit; }
img { max-width: 100%; }
</style>
</head>
<body>
<header><nav>
{% for name, target, current in navigation -%}
<a href="{{ target }}"{% if current %} aria-current="page"{% endif %}>{{ name }}</a>
{% endfor %}</nav></header>
<main>
{{ body | safe }}
</main>
</body>
</html>
""")


def place(document: str) -> str:
    """Where a document's page is in the site: `kgraph/README.md` -> `kgraph/index.html`."""
    folder, name = posixpath.split(document)
    return posixpath.join(folder, "index.html" if name == "README.md" else name.removesuffix(".md") + ".html")


def relative(target: str, page: str) -> str:
    """The link from a page to another place of the site."""
    return quote(posixpath.relpath(target, posixpath.dirname(page) or "."))


class Site:
    """Writes pages, and remembers the links that lead nowhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lost: list[str] = []
        self.links: list[tuple[str, str, str]] = []  # document, page in the site, anchor

    def write(self) -> None:
        """Write all pages and the pictures that they show, then look at all links."""
        for document in DOCUMENTS:
            target = self.folder / place(document)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.page(document), "utf-8")
        for document, page, fragment in self.links:
            written = self.folder / page
            if not written.is_file() or (fragment and f'id="{fragment}"' not in written.read_text("utf-8")):
                self.lost.append(f"{document}: {page}{'#' if fragment else ''}{fragment}")

    def page(self, document: str) -> str:
        """A document as a page."""
        page = place(document)
        seen: Counter[str] = Counter()
        titles: list[str] = []

        def heading(found: re.Match[str]) -> str:
            title = html.unescape(_TAGS.sub("", found[2])).strip()
            titles.append(title)
            slug = anchor(title)
            again, seen[slug] = seen[slug], seen[slug] + 1
            return f'<h{found[1]} id="{html.escape(slug)}{f"-{again}" if again else ""}">{found[2]}</h{found[1]}>'

        def link(found: re.Match[str]) -> str:
            return found[1] + html.escape(self.target(document, html.unescape(found[2]))) + found[3]

        body = to_html((ROOT / document).read_text("utf-8"), positions=False)
        body = _LINK.sub(link, _HEADING.sub(heading, body))
        navigation = [(name, relative(place(target), page), target == document) for name, target in NAVIGATION]
        navigation.append(("Code", relative(f"{CODE}/index.html", page), False))
        top = relative("x", page).removesuffix("x")
        return FRAME.render(title=titles[0], body=body, navigation=navigation, top=top)

    def target(self, document: str, link: str) -> str:
        """Where a link of a document leads in the site."""
        if "://" in link or link.startswith("mailto:"):
            return link
        path, _, fragment = link.partition("#")
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(document), unquote(path))) if path else document
        goal = "" if goal == "." else goal
        if goal in DOCUMENTS:
            wanted = place(goal)
        elif goal.endswith(_PICTURES):
            wanted, fragment = goal, ""
            (self.folder / goal).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / goal, self.folder / goal)
        elif (ROOT / goal).is_dir():
            wanted = posixpath.join(CODE, goal, "index.html")
        else:
            wanted = f"{CODE}/{goal}_docs.html"
        self.links.append((document, wanted, fragment))
        return relative(wanted, place(document)) + (f"#{fragment}" if fragment else "")


def main(arguments: Sequence[str]) -> int:
    """Write the site, and say what its links miss."""
    site = Site(Path(arguments[0]))
    site.write()
    for each in site.lost:
        print(f"leads nowhere: {each}", file=sys.stderr)
    print(f"{len(DOCUMENTS)} documents, {len(site.links):,} links: {os.fspath(site.folder / 'index.html')}")
    return int(bool(site.lost))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
