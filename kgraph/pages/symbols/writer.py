"""What writes the pages of symbols: links, documentation and signatures as Markdown, for one page.

Input: the context of all pages and what is known of symbols. Output: a `SymbolWriter`, whose links start in the folder
of its page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kgraph.pages.documentation.commands import find_copied, has_text
from kgraph.pages.documentation.inline import with_copies, with_references
from kgraph.pages.markdown import Markdown, code, link, prose
from kgraph.pages.page_context import PageContext, PageWriter
from kgraph.pages.purpose import brief
from kgraph.pages.repository_model import PageSymbol
from kgraph.pages.sections.outline import cut
from kgraph.pages.symbols import overloads, signature
from kgraph.pages.symbols.facts import SymbolFacts, UseSite, name_of_external
from kgraph.pages.symbols.links import SymbolLinks

_MAX_COPYING = 4  # texts that copy each other
_MAX_ABOVE = 12  # members in whose documentation that of one which overrides them is looked for


class RenderedDocumentation(Protocol):
    """Documentation as Markdown."""

    def find(self, symbol: PageSymbol, /) -> Markdown:
        """That of a symbol; empty where no page shows it."""


@dataclass(slots=True, eq=False)
class SymbolWriter:
    """Writes one page of a symbol."""

    context: PageContext
    links: SymbolLinks
    facts: SymbolFacts
    rendered: RenderedDocumentation
    public_names: Mapping[str, Sequence[str]]
    writer: PageWriter
    written: dict[
        tuple[str, str, str], Markdown
    ]  # links by folder, symbol and label: all pages of a language share them

    def symbol(self, id_: str, label: str = "") -> Markdown:
        """A link to a symbol's page, or to the page of its file; a file by its path; what is external by its name."""
        key = (self.writer.start, id_, label)
        if key not in self.written:
            self.written[key] = self._symbol(id_, label)
        return self.written[key]

    def _symbol(self, id_: str, label: str) -> Markdown:
        places = self.context.model.places.get(id_)
        if not places:
            return self.writer.node(id_) if id_.startswith("file/") else code(name_of_external(id_) or id_)
        shown = label or places[0].qualified or places[0].name
        if url := self.links.link(self.writer.start, id_):
            return link(code(shown), url)
        return self.writer.symbol(places[0], shown)

    def documentation(self, symbol: PageSymbol, copying: int = 0) -> Markdown:
        """The documentation of a symbol with its references as links, and with what it copies of others."""
        if not symbol.documentation:
            return Markdown("")
        value = self.rendered.find(symbol)
        if copying < _MAX_COPYING:
            value = Markdown(with_copies(value, lambda name: self._render_copied(name, symbol, copying + 1)))
        own = signature.parameters(symbol.signature, symbol.name)
        named = lambda name: "" if name in own else self.links.link_name(self.writer.start, name, symbol)  # noqa: E731
        return with_references(value, named, self.links.title_of)

    def _render_copied(self, name: str, symbol: PageSymbol, copying: int) -> str:
        """The documentation that a name means in the text of a symbol."""
        meant = self._find_documented(name, symbol)
        return self.documentation(meant, copying) if meant is not None else ""

    def _find_documented(self, name: str, symbol: PageSymbol) -> PageSymbol | None:
        """What a name means in the text of a symbol, if it is another one with documentation."""
        found = self.links.find_name(name.replace("#", "::"), symbol)
        _, holder = self.links.symbols.holders.get(found, (None, None))
        documented = holder.symbols if holder else self.context.model.places.get(found, ())
        return next((each for each in documented if each.documentation and each.id != symbol.id), None)

    def find_overridden(self, ids: Sequence[str]) -> PageSymbol | None:
        """The nearest member with documentation that those with some ids override, directly or not."""
        seen = list(ids)
        for id_ in seen:
            for base in self.facts.overrides.get(id_, ()):
                places = self.context.model.places.get(base, ())
                documented = next((place for place in places if has_text(place.documentation)), None)
                if documented is not None:
                    return documented
                if base not in seen and len(seen) < _MAX_ABOVE:
                    seen.append(base)
        return None

    def brief(self, symbol: PageSymbol) -> Markdown:
        """The first sentence about a symbol: of its own documentation, or of what that copies or overrides."""
        said: PageSymbol | None = symbol
        if name := find_copied(symbol.documentation):
            said = self._find_documented(name, symbol)
        elif not has_text(symbol.documentation):
            said = self.find_overridden([symbol.id])
        return prose(brief(said.documentation, limit=100)) if said is not None else Markdown("")

    def signatures(self, symbols: Sequence[PageSymbol]) -> Markdown:
        """The signatures of a symbol's overloads."""
        shown: dict[tuple[str, str], None] = {}
        for each in symbols:
            declared = overloads.signatures(each, self.context.model.places[each.id], self.context.contents)
            shown |= dict.fromkeys((spelled, each.name) for spelled in declared or [each.signature or each.name])
        return signature.block(list(shown), lambda name: self.links.link_name(self.writer.start, name, symbols[0]))

    def within_line(self, symbol: PageSymbol) -> Markdown:
        """The signature of a symbol within a line."""
        shown = cut(symbol.signature or symbol.name, 300)
        find = lambda name: self.links.link_name(self.writer.start, name, symbol)  # noqa: E731
        return signature.within_line(shown, symbol.name, find)

    def link_rated(self, id_: str, is_sure: bool) -> Markdown:
        """A link to a symbol, marked as likely where it is not sure."""
        return Markdown(self.symbol(id_) + self.uncertainty_mark(is_sure))

    def uncertainty_mark(self, is_sure: bool) -> str:
        """What stands behind a use that is not sure."""
        return "" if is_sure else " (*likely*)"

    def site(self, site: UseSite) -> Markdown:
        """ "`f` in `path:12`: `code`", each a link."""
        short = self.writer.source(site.file, code(f"{site.file.path}:{site.line}"), site.line)
        line = code(self.facts.line_of(site))
        user = f"{self.symbol(site.user)} in " if site.user.startswith("symbol/") else ""
        return Markdown(f"{user}{short}{': ' + line if line else ''}{self.uncertainty_mark(site.is_sure)}")
