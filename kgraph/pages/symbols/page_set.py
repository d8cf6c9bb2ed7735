"""All pages of symbols of one run.

Input: the context of all pages, the uses, a request. Output: names and texts of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from kgraph.pages.documentation.render import render
from kgraph.pages.examples import Examples
from kgraph.pages.markdown import Markdown
from kgraph.pages.page_context import PageContext, PageWriter
from kgraph.pages.parallel import parallel_map
from kgraph.pages.repository_model import PageSymbol
from kgraph.pages.symbols import facts, index_pages, notes, page, topic_pages
from kgraph.pages.symbols.aliases import PythonNames
from kgraph.pages.symbols.facts import SymbolFacts
from kgraph.pages.symbols.links import SymbolLinks
from kgraph.pages.symbols.selection import MAX_SHOWN, SymbolEntry, Which
from kgraph.pages.symbols.writer import SymbolWriter

Render = Callable[..., str]  # (template, start, **values) -> text


@dataclass(slots=True, eq=False)
class SymbolPages:
    """What pages of symbols are written from."""

    context: PageContext
    names_of_python: PythonNames
    uses: pl.DataFrame
    which: Which
    is_partial: bool  # the index is left as it is

    @property
    def links(self) -> SymbolLinks:
        """The names of the pages."""
        return self.context.symbols

    def names(self) -> Iterator[str]:
        """The name of each page."""
        for entry in self.entries():
            for part in range(entry.parts):
                yield self.links.page(entry, part)
            for part in range(self.count_derived_parts(entry)):
                yield self.links.page_of_derived(entry, part)
        if self.links.symbols.entries and not self.is_partial:
            yield from index_pages.names(self.links)
            writer = PageWriter(self.context, self.links.folder)
            yield from topic_pages.names(writer)
            yield from notes.names(writer)

    def drafter(self, render: Render, *, spread: bool) -> SymbolDrafter:
        """What drafts the pages. With `spread`, documentation is rendered now, by several processes; otherwise, where
        several draft already, when a page shows it."""
        entries = self.entries()
        known = facts.read(self.uses, self.context.model, self.links.symbols, self.context.contents)
        documents = Documentation(entries, self.context.examples)
        if spread:
            documents.render_all()
        return SymbolDrafter(self, render, known, documents)

    def entries(self) -> list[SymbolEntry]:
        """The symbols whose pages are written."""
        return [entry for entry in self.links.symbols.entries.values() if self.links.is_written(entry)]

    def count_derived_parts(self, entry: SymbolEntry) -> int:
        """How many pages list the types that derive from one: none where its own page does."""
        if len(self.context.uses.derived.get(entry.symbol.id, ())) <= page.MAX_DERIVED:
            return 0
        count = len(page.list_derived_ids(self.context, entry.symbol.id))
        return -(-count // page.DERIVED_PART) if count > page.MAX_DERIVED else 0


@dataclass(slots=True, eq=False)
class SymbolDrafter:
    """Drafts the pages, each by itself."""

    pages: SymbolPages
    render: Render
    known: SymbolFacts
    documents: Documentation
    _written: dict[tuple[str, str, str], Markdown] = field(default_factory=dict, init=False)

    def draft(self, entry: SymbolEntry) -> Iterator[tuple[str, str]]:
        """The name and the Markdown of each page of a symbol."""
        pages, render = self.pages, self.render
        context, links = pages.context, pages.links
        name = links.page(entry)
        start = name.rpartition("/")[0]
        writer = SymbolWriter(
            *(context, links, self.known, self.documents, pages.names_of_python.of_symbol),
            *(PageWriter(context, start), self._written),
        )
        head, line = page.title(entry.symbol), page.facts_line(writer, entry)
        for part in range(entry.parts):
            sections = page.further_part(writer, entry, part) if part else page.first_part(writer, entry)
            shown = Markdown(f"{head}, part {part + 1}") if part else head
            yield links.page(entry, part), render("symbol", start, title=shown, facts=line, sections=sections)
        parts = pages.count_derived_parts(entry)
        for part in range(parts):
            body = Markdown("\n".join(page.render_derived(writer, entry, part, parts)))
            shown = Markdown(f"{head}: derived types{f', part {part + 1}' if part else ''}")
            text = render("symbols_index", start, title=shown, body=body)
            yield links.page_of_derived(entry, part), text

    def index(self) -> Iterator[tuple[str, str]]:
        """The name and the Markdown of each page of the index."""
        top = PageWriter(self.pages.context, self.pages.links.folder)
        of_symbols = index_pages.pages(self.pages.links, self.pages.which == "all", notes.lines(top))
        for name, head, lines in (*of_symbols, *notes.pages(top)):
            start = name.rpartition("/")[0]
            yield name, self.render("symbols_index", start, title=head, body=Markdown(lines))
        start = self.pages.links.topic_index().rpartition("/")[0]
        for name, head, lines in topic_pages.pages(PageWriter(self.pages.context, start)):
            yield name, self.render("symbols_index", start, title=head, body=Markdown(lines))


class Documentation:
    """The documentation of all that the pages show, each text rendered once."""

    def __init__(self, entries: list[SymbolEntry], examples: Examples) -> None:
        self._examples = examples
        self._texts: dict[tuple[str, str], Markdown | None] = {}
        for entry in entries:
            for symbol in (entry.symbol, *(each for member in entry.members for each in member.symbols)):
                if symbol.documentation:
                    self._texts[self._key(symbol)] = None

    def _key(self, symbol: PageSymbol) -> tuple[str, str]:
        return symbol.file.language, self._examples.insert_examples(symbol.documentation, symbol.file)[:MAX_SHOWN]

    def render_all(self) -> None:
        """Render all texts, spread over processes."""
        self._texts = dict(zip(self._texts, parallel_map(render, self._texts), strict=True))

    def find(self, symbol: PageSymbol) -> Markdown:
        """That of a symbol; empty where no page shows it."""
        key = self._key(symbol)
        if key not in self._texts:
            return Markdown("")
        found = self._texts[key]
        if found is None:
            found = self._texts[key] = render(key)
        return found
