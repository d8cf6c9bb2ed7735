"""What comments note of symbols: that one is deprecated, what is to be done, known bugs; and lists of each.

Input: the model's symbols with their comments, decorators and attributes. Output: notes, and names, titles and bodies
of the pages that list them, as Doxygen has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgraph.pages.markdown import Markdown, code, link, prose, text
from kgraph.pages.page_context import Noted, PageWriter, number_of
from kgraph.pages.purpose import brief
from kgraph.pages.repository_model import PageSymbol, RepositoryModel
from kgraph.pages.symbols.links import relative
from kgraph.pages.symbols.selection import principal_place
from kgraph.relate.file_names import may_be_vendored

LISTS = {"deprecated": "Deprecated", "todo": "To-do", "bug": "Bugs"}
_MAX_LISTED = 1_500  # symbols on one page
_COMMAND = re.compile(
    r"(?:^|(?<=\s))(?:[@\\](?P<command>deprecated|todo|bug)\b:?|\.\.[ \t]+(?P<directive>deprecated|todo)::)[ \t]*"
    r"(?P<said>.*?)(?=\n[ \t]*\n|\n[ \t]*[@\\][a-zA-Z]{2}|\Z)",
    re.DOTALL,
)
_DIRECTIVE_TEXT = re.compile(r"\A[ \t]*\n((?:[ \t]+\S[^\n]*\n?)+)")
_DECORATOR = re.compile(r"@(?:[\w.]+\.)?[dD]eprecated\b(?:\(\s*(?:message\s*=\s*)?[\"'](?P<said>[^\"']*))?")
_ATTRIBUTE = re.compile(r"\[\[(?:[\w:]+::)?deprecated\b(?:\(\s*\"(?P<said>[^\"]*)\"\s*\))?[^\]]*\]\]")


def notes(symbol: PageSymbol) -> Iterator[tuple[str, str]]:
    """What is noted of a symbol: the list that it belongs to, and the words, which may be none."""
    said_by_comment = False
    if "deprecated" in symbol.documentation or "todo" in symbol.documentation or "bug" in symbol.documentation:
        for found in _COMMAND.finditer(symbol.documentation):
            name = found["command"] or found["directive"]
            said = " ".join(found["said"].split())
            if found["directive"] == "deprecated":
                version, _, rest = said.partition(" ")
                said = f"Since version {version}. {rest}".strip() if version[:1].isdigit() else said
            said_by_comment |= name == "deprecated"
            yield name, said
    if said_by_comment:
        return
    marks = (_DECORATOR.match(modifier) for modifier in symbol.modifiers)
    if marked := next(filter(None, marks), None) or _ATTRIBUTE.search(symbol.signature):
        yield "deprecated", marked["said"] or ""


def is_deprecated(symbol: PageSymbol) -> bool:
    """Whether a comment, a decorator or an attribute says so."""
    return any(name == "deprecated" for name, _ in notes(symbol))


def list_notes(model: RepositoryModel) -> Noted:
    """All that is noted outside of what others wrote."""
    found: dict[str, list[tuple[PageSymbol, str]]] = {}
    for places in model.places.values():
        symbol = principal_place(places)
        if may_be_vendored(symbol.file.path):
            continue
        for name, said in notes(symbol):
            found.setdefault(name, []).append((symbol, said))
    for each in found.values():
        each.sort(key=lambda item: (item[0].qualified.casefold(), item[0].id))
    return found


def names(writer: PageWriter) -> Iterator[str]:
    """The names of the lists that have pages."""
    links, found = writer.context.symbols, writer.context.notes
    yield from (links.notes_page(name) for name in LISTS if name in found)


def lines(writer: PageWriter) -> list[str]:
    """The lists, for the index of symbols."""
    links, found = writer.context.symbols, writer.context.notes
    return [
        f"- **{link(text(title), relative(writer.start, url))}**: {number_of(len(found[name]), 'note')}"
        for name, title, url in ((each, title, links.notes_page(each)) for each, title in LISTS.items())
        if name in found
    ]


def pages(writer: PageWriter) -> Iterator[tuple[str, Markdown, str]]:
    """The pages: name, title, body."""
    found = writer.context.notes
    for name, title in LISTS.items():
        if name not in found:
            continue
        body = [f"{number_of(len(found[name]), 'note')} in comments, decorators and attributes.", ""]
        for symbol, said in found[name][:_MAX_LISTED]:
            label = code(symbol.qualified or symbol.name)
            shown = link(label, writer.context.symbol_url(writer.start, symbol))
            words = prose(brief(said, limit=200)) if said else ""
            body.append(f"- {shown}{words and ' — '}{words}")
        if len(found[name]) > _MAX_LISTED:
            body.append(f"- and {len(found[name]) - _MAX_LISTED:,} more")
        yield writer.context.symbols.notes_page(name), Markdown(title), "\n".join(body)
