"""The Markdown of all pages of a set, in units that are drafted one without the other.

Input: the context of all pages, a renderer and a `PageSet`. Output: units, and the names and texts of the pages of
each. What needs tables is read before the first page; so copies of this process can draft, which must not use these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kgraph.pages.page_context import PageContext
from kgraph.pages.page_set import PageSet
from kgraph.pages.parallel import may_copy
from kgraph.pages.repository_model import PageFile, PageFolder
from kgraph.pages.symbols.page_set import SymbolDrafter
from kgraph.pages.symbols.selection import SymbolEntry
from kgraph.pages.templates import Renderer

Unit = PageFile | PageFolder | SymbolEntry | None  # None: the index of symbols


class Drafting:
    """Drafts the pages of a set."""

    def __init__(self, context: PageContext, renderer: Renderer, pages: PageSet, *, copies: bool = True) -> None:
        """`copies` says whether the caller can leave the work to copies of this process."""
        self._renderer = renderer
        self._keyword_pages = pages.keyword_pages
        self.units = _units(context, pages)
        self.by_copies = copies and may_copy(self.units)
        self._symbols: SymbolDrafter | None = None
        if pages.symbols is not None and any(isinstance(unit, SymbolEntry) for unit in self.units):
            self._symbols = pages.symbols.drafter(renderer.symbol, spread=not self.by_copies)

    def draft(self, unit: Unit) -> Iterator[tuple[str, str]]:
        """The names and texts of the pages of a unit."""
        if isinstance(unit, PageFile):
            yield from self._renderer.file(unit)
        elif isinstance(unit, PageFolder):
            yield from self._renderer.folder(unit, self._keyword_pages.get(unit.id, []))
        elif self._symbols is not None:
            yield from self._symbols.index() if unit is None else self._symbols.draft(unit)

    def all(self) -> Iterator[tuple[str, str]]:
        """The names and texts of all pages."""
        for unit in self.units:
            yield from self.draft(unit)


def _units(context: PageContext, pages: PageSet) -> Sequence[Unit]:
    units: list[Unit] = [file for id_, file in context.model.files.items() if id_ in pages.files]
    units += [folder for id_, folder in context.model.folders.items() if id_ in pages.folders]
    if pages.symbols is not None and (entries := pages.symbols.entries()):
        units += entries
        if not pages.symbols.is_partial:
            units.append(None)
    return units
