"""All pages of symbols of one run.

Input: the context of all pages, the uses, a request. Output: names and texts of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from kgraph.pages.documentation.render import rendered
from kgraph.pages.markdown import Markdown
from kgraph.pages.page_context import PageContext, PageWriter
from kgraph.pages.parallel import parallel_map
from kgraph.pages.symbols import facts, index_pages, page
from kgraph.pages.symbols.aliases import PythonNames
from kgraph.pages.symbols.links import SymbolLinks
from kgraph.pages.symbols.selection import MAX_SHOWN, SymbolEntry, Which
from kgraph.pages.symbols.writer import Rendered, SymbolWriter

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
        for entry in self._entries():
            for part in range(entry.parts):
                yield self.links.page(entry, part)
            for part in range(self._derived_parts(entry)):
                yield self.links.derived_page(entry, part)
        if self.links.symbols.entries and not self.is_partial:
            yield from index_pages.names(self.links)

    def pages(self, render: Render) -> Iterator[tuple[str, str]]:
        """The name and the Markdown of each page."""
        entries = list(self._entries())
        if not entries:
            return
        known = facts.read(self.uses, self.context.model, self.links.symbols, self.context.contents)
        documents = _documents(entries)
        public_names = self.names_of_python.of_symbol
        written: dict[tuple[str, str, str], Markdown] = {}
        for entry in entries:
            name = self.links.page(entry)
            start = name.rpartition("/")[0]
            writer = SymbolWriter(
                *(self.context, self.links, known, documents, public_names), PageWriter(self.context, start), written
            )
            head, line = page.title(entry.symbol), page.facts_line(writer, entry)
            for part in range(entry.parts):
                sections = page.further_part(writer, entry, part) if part else page.first_part(writer, entry)
                shown = Markdown(f"{head}, part {part + 1}") if part else head
                yield self.links.page(entry, part), render("symbol", start, title=shown, facts=line, sections=sections)
            for part in range(self._derived_parts(entry)):
                body = Markdown("\n".join(page.derived_lines(writer, entry, part, self._derived_parts(entry))))
                shown = Markdown(f"{head}: derived types{f', part {part + 1}' if part else ''}")
                text = render("symbols_index", start, title=shown, body=body)
                yield self.links.derived_page(entry, part), text
        if not self.is_partial:
            for name, head, lines in index_pages.pages(self.links, self.which == "all"):
                start = name.rpartition("/")[0]
                yield name, render("symbols_index", start, title=head, body=Markdown(lines))

    def _entries(self) -> Iterator[SymbolEntry]:
        return (entry for entry in self.links.symbols.entries.values() if self.links.is_written(entry))

    def _derived_parts(self, entry: SymbolEntry) -> int:
        """How many pages list the types that derive from one: none where its own page does."""
        if len(self.context.uses.derived.get(entry.symbol.id, ())) <= page.MAX_DERIVED:
            return 0
        count = len(page.derived_ids(self.context, entry.symbol.id))
        return -(-count // page.DERIVED_PART) if count > page.MAX_DERIVED else 0


def _documents(entries: list[SymbolEntry]) -> Rendered:
    """The documentation of all that the pages show, each text rendered once, spread over processes."""
    texts: dict[tuple[str, str], None] = {}
    for entry in entries:
        for symbol in (entry.symbol, *(each for member in entry.members for each in member.symbols)):
            if symbol.documentation:
                texts[symbol.file.language, symbol.documentation[:MAX_SHOWN]] = None
    return dict(zip(texts, parallel_map(rendered, texts), strict=True))
