"""The navigation of a set of pages: folders with their files, then symbols by language.

Input: the context of all pages. Output: for each page that has others below it, those, as a generator shows them. A
page of keywords, or a further part of a long page, is linked from the page that it belongs to, and not listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kgraph.pages.page_context import PageContext
from kgraph.pages.repository_model import PageFolder
from kgraph.pages.symbols import index_pages, notes
from kgraph.vocab.iri import display_path

ABOUT = "About this folder"
SYMBOLS = "Symbols"
TOPICS = "Topics"


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A page in the navigation."""

    title: str
    page: str  # its name, percent-encoded


def group_pages(context: PageContext) -> dict[str, list[NavigationEntry]]:
    """The pages directly below each page, by its name; the index of the root folder is above all of them."""
    found: dict[str, list[NavigationEntry]] = {}
    for folder in context.model.folders.values():
        found[context.links.page(folder.id, "index")] = list(_list_entries(context, folder))
    if context.symbols.symbols.entries:
        index = context.symbols.index()
        found[context.links.page(context.model.root.id, "index")].append(NavigationEntry(SYMBOLS, index))
        for page, entries in index_pages.group_pages(context.symbols).items():
            found[page] = [NavigationEntry(title, name) for title, name in entries]
        if topics := context.symbols.topics.by_name:
            all_topics = context.symbols.topic_index()
            found[index].append(NavigationEntry(TOPICS, all_topics))
            found[all_topics] = [
                NavigationEntry(topic.title, context.symbols.topic_page(name)) for name, topic in topics.items()
            ]
        lists = [(title, name) for name, title in notes.LISTS.items() if name in context.notes]
        found[index] += [NavigationEntry(title, context.symbols.notes_page(name)) for title, name in lists]
    return found


def _list_entries(context: PageContext, folder: PageFolder) -> Iterator[NavigationEntry]:
    links = context.links
    yield NavigationEntry(ABOUT, links.page(folder.id, "doc"))
    for inner in sorted(folder.folders, key=lambda each: (each.name.casefold(), each.id)):
        yield NavigationEntry(display_path(inner.name), links.page(inner.id, "index"))
    for file in sorted(folder.files, key=lambda each: (each.name.casefold(), each.id)):
        yield NavigationEntry(display_path(file.name), links.page(file.id, "docs"))
