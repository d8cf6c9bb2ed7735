"""Sources for Material for MkDocs: `mkdocs.yml` and a folder `docs`.

Input: the navigation. Output: the text of the configuration; `MkDocsDialect` writes the pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from kgraph.pages.generators.dialect import Dialect
from kgraph.pages.generators.navigation import NavigationEntry
from kgraph.pages.templates import MARKER
from kgraph.vocab.iri import decode_path

MAX_DEPTH = 30  # of folders in the navigation
MAX_NAVIGATION_SYMBOLS = 1_000  # with more, the navigation leads to the indexes of symbols alone

_SETTINGS = """\
docs_dir: docs
# Every page is where its inventory (objects.inv) says, on a disk and on a server.
use_directory_urls: false
theme:
  name: material
  font: false
  features:
    - content.code.copy
    - navigation.indexes
    - navigation.path
    - navigation.prune
    - navigation.top
    - search.highlight
    - toc.follow
  palette:
    - media: "(prefers-color-scheme)"
      toggle:
        icon: material/brightness-auto
        name: Light
    - media: "(prefers-color-scheme: light)"
      scheme: default
      toggle:
        icon: material/brightness-7
        name: Dark
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      toggle:
        icon: material/brightness-4
        name: As the system has it
plugins:
  - search
markdown_extensions:
  - attr_list
  - sane_lists
  - tables
  - toc:
      permalink: true
  - pymdownx.details
  - pymdownx.highlight:
      use_pygments: true
  - pymdownx.superfences:
      preserve_tabs: true
      custom_fences:
        - name: mermaid
          class: mermaid
          format: !!python/name:pymdownx.superfences.fence_code_format
# Folders such as .github and templates have pages, too.
exclude_docs: |
  !.*
  !/templates/
# Keywords and further parts of long pages are linked from the pages that they belong to.
not_in_nav: |
  *
validation:
  nav:
    omitted_files: ignore
  links:
    not_found: warn
    anchors: warn
    absolute_links: warn
    unrecognized_links: warn
"""

_OWN_ID = re.compile(r"[a-z0-9_]+(?:-[a-z0-9_]+)*")  # what Python-Markdown makes of a title, too


class MkDocsDialect(Dialect):
    """Python-Markdown with the extensions of `mkdocs.yml`."""

    def heading(self, level: int, title: str, anchor: str, *, is_again: bool) -> list[str]:
        """Where Python-Markdown makes another anchor of the title, one of our own stands behind or before it."""
        line = f"{'#' * level} {title}"
        if not anchor or (_OWN_ID.fullmatch(anchor) and not is_again):
            return [line]
        if "_" in anchor:  # would be emphasis
            return [f'<a id="{anchor}"></a>', "", line]
        return [f"{line} {{#{anchor}}}"]

    def destination(self, path: str, anchor: str) -> str:
        """MkDocs turns names of sources into addresses."""
        return f"{path}#{anchor}" if anchor else path

    def fold(self, summary: str, body: list[str]) -> list[str]:
        """A block of `pymdownx.details`."""
        title = summary.replace('"', "&#34;")
        return [f'??? abstract "{title}"', "", *(f"    {line}" if line else "" for line in body)]


def front_matter(*, is_listed: bool) -> str:
    """What stands above a page; one that the navigation does not list is not searched either."""
    search = "" if is_listed else "search:\n  exclude: true\n"
    return f"---\n# {MARKER}\n{search or '{}' + chr(10)}---\n\n"


def configuration(title: str, root: str, below: Mapping[str, Sequence[NavigationEntry]]) -> str:
    """The text of `mkdocs.yml`."""
    symbols = sum(entry.page.rpartition("/")[2].endswith("_sym.md") for entries in below.values() for entry in entries)
    lines = [f"# {MARKER}", "# For settings of your own, write a file that begins with `INHERIT: mkdocs.yml`."]
    lines += [f"site_name: {_text(title)}", _SETTINGS + "nav:", f"  - {_text('Home')}: {_page(root)}"]
    lines += _entries(below, below.get(root, ()), 1, with_symbols=symbols <= MAX_NAVIGATION_SYMBOLS)
    return "\n".join(lines) + "\n"


def _entries(
    below: Mapping[str, Sequence[NavigationEntry]],
    entries: Sequence[NavigationEntry],
    depth: int,
    *,
    with_symbols: bool,
) -> list[str]:
    lines: list[str] = []
    indent = "  " * depth
    for entry in entries:
        if entry.page.endswith("_sym.md") and not with_symbols:
            continue
        inner = below.get(entry.page, ())
        if not inner or depth >= MAX_DEPTH:
            lines.append(f"{indent}- {_text(entry.title)}: {_page(entry.page)}")
            continue
        lines += [f"{indent}- {_text(entry.title)}:", f"{indent}  - {_page(entry.page)}"]
        lines += _entries(below, inner, depth + 1, with_symbols=with_symbols)
    return lines


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=True)


def _page(name: str) -> str:
    return _text(decode_path(name))
