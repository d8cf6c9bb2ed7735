"""Bring the sources for a generator up to date.

Input: the context of all pages, whose places end in ".md". Output: the pages in the generator's Markdown, its
configuration and an inventory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import tee
from typing import TYPE_CHECKING, Literal

from kgraph.pages import inventory
from kgraph.pages.generators import mkdocs, navigation, sphinx
from kgraph.pages.generators.html_tree import parse
from kgraph.pages.generators.navigation import NavigationEntry
from kgraph.pages.link_check import to_html
from kgraph.pages.mathml import with_formulas
from kgraph.pages.output import OutputFolder, WriteReport
from kgraph.pages.page_links import PageLinks, SourceLinks
from kgraph.pages.parallel import parallel_map

if TYPE_CHECKING:
    from kgraph.pages.page_context import PageContext

Generator = Literal["mkdocs", "sphinx"]
MKDOCS_FOLDER = "docs/"  # MkDocs takes no configuration from the folder of its pages


class SectionSourceLinks(SourceLinks):
    """Links to sources that lead to where a page shows the source of its file."""

    def __init__(self, places: PageLinks, shown: Mapping[str, int]) -> None:
        super().__init__()
        self._places = places
        self._shown = shown

    def link(self, start: str, id_: str, line: int = 0, end: int = 0) -> str:  # noqa: ARG002 - a section is one anchor
        """The link to the section, or to the page where it has none."""
        return self._places.link(start, id_, "docs", "original-source" if self._shown.get(id_) else "")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A page before it is in the generator's Markdown: what is sent to other processes."""

    generator: Generator
    name: str
    text: str
    entries: Sequence[NavigationEntry]  # below it
    is_listed: bool


def write(
    context: PageContext,
    generator: Generator,
    pages: Iterator[tuple[str, str]],
    names: Sequence[str],
    folder: OutputFolder,
    fingerprint: str,
) -> WriteReport:
    """Bring the sources in a folder up to date."""
    below = navigation.group_pages(context)
    root = context.links.page(context.model.root.id, "index")
    listed = {root, *(entry.page for entries in below.values() for entry in entries)}
    prefix = prefix_of(generator)
    rest: dict[str, str | bytes] = {prefix + inventory.NAME: inventory.write(context, context.model.revision[:12])}
    if generator == "mkdocs":
        rest["mkdocs.yml"] = mkdocs.configuration(context.title, root, below)
    else:
        rest["conf.py"] = sphinx.configuration(context.title)
    folder.begin([*(prefix + name for name in names), *rest])
    drafts = (_Draft(generator, name, text, below.get(name, ()), name in listed) for name, text in pages)
    sent, named = tee(drafts)
    texts = parallel_map(convert, sent)
    folder.put_all((prefix + draft.name, text) for text, draft in zip(texts, named, strict=True))
    for name, data in rest.items():
        folder.put(name, data)
    return folder.finish(fingerprint)


def prefix_of(form: str) -> str:
    """The folder of the pages in that of the output."""
    return MKDOCS_FOLDER if form == "mkdocs" else ""


def convert(draft: _Draft) -> str:
    """The text of a page in the generator's Markdown."""
    tree = parse(with_formulas(to_html(draft.text, positions=False)))
    if draft.generator == "mkdocs":
        return mkdocs.front_matter(is_listed=draft.is_listed) + mkdocs.MkDocsDialect(draft.name).page(tree)
    text = sphinx.MystDialect(draft.name).page(tree)
    if draft.entries:
        title, _, rest = text.partition("\n")
        text = f"{title}\n{sphinx.contents(draft.name, draft.entries)}{rest}"
    return sphinx.front_matter(is_listed=draft.is_listed) + text
