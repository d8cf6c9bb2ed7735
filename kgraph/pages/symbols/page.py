"""The page of one symbol: signature, documentation, relations, members, users.

Input: a `SymbolEntry` and a `SymbolWriter`. Output: the title, a line of facts and the sections of each part. What was
inferred is marked as likely; where uses were not analysed, the page says so instead of being silent.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass

from kgraph.coverage import Aspect
from kgraph.languages import PYTHON_FAMILY
from kgraph.pages import roles, unread
from kgraph.pages.markdown import Markdown, code, link, quote
from kgraph.pages.page_context import PageContext, enumerate_parts, kind_of, number_of
from kgraph.pages.purpose import file_comment_of
from kgraph.pages.repository_model import PageSymbol
from kgraph.pages.sections import documents, passed_on
from kgraph.pages.sections.opening import shorten
from kgraph.pages.sections.outline import traits
from kgraph.pages.symbols import headers, members, pictures
from kgraph.pages.symbols.facts import MIN_CONFIDENCE, UseSite, name_of_external
from kgraph.pages.symbols.links import relative
from kgraph.pages.symbols.notes import is_deprecated
from kgraph.pages.symbols.selection import SCOPES, SymbolEntry
from kgraph.pages.symbols.writer import SymbolWriter

MAX_DERIVED = 200  # types on the page itself; with more of them, they stand on a page of their own
DERIVED_PART = 500  # types on each of these pages
_CERTAINTY = (
    "Some of these uses were inferred from names and types. Those without a mark are stated by the text or the "
    f"compiler, or have a measured confidence of at least {MIN_CONFIDENCE}; the others are marked *likely*."
)
_MAX_EXPORTING = 4  # files that pass a symbol on
_MAX_COMMENT = 4_000  # characters of a file's comment on the page of a type


@dataclass(frozen=True, slots=True)
class SymbolSection:
    """A section of a symbol's page."""

    title: str
    body: Markdown


def title(symbol: PageSymbol) -> Markdown:
    """ "Class `torch.nn.Linear`"."""
    return Markdown(f"{kind_of(symbol).capitalize()} {code(symbol.qualified)}")


def facts_line(writer: SymbolWriter, entry: SymbolEntry) -> Markdown:
    """One line about a symbol."""
    symbol = entry.symbol
    pages = writer.writer
    places = writer.context.model.places[symbol.id]
    where = pages.file(symbol.file, f"{symbol.file.path}:{symbol.line}", anchor=symbol.anchor)
    said = "Declared" if symbol.role == "declaration" else "Defined"
    files = {place.file for place in places}
    if symbol.kind == "Namespace" and len(files) > 1:
        parts = [f"{said} in {number_of(len(files), 'file')}"]
    else:
        parts = [f"{said} in {where}"]
    count = sum(len(member.symbols) for member in entry.own_members)
    if count or entry.inner:
        parts.append(number_of(count + len(entry.inner), "member"))
    if symbol.kind == "Module" and symbol.file.users:
        parts.append(f"imported by {number_of(len(symbol.file.users), 'file')}")
    files_and_tests = writer.facts.user_counts.get(symbol.id)
    if files_and_tests and symbol.kind not in SCOPES:  # few name a scope itself
        parts.append(f"used in {number_of(files_and_tests[0], 'other file')}")
    if is_deprecated(symbol):
        parts.append("**deprecated**")
    if len(files) == 1 and (change := writer.context.history.last.get(symbol.file.id)):
        parts.append(f"its file was last changed on {change.day}")
    return Markdown("; ".join(parts) + ".")


def first_part(writer: SymbolWriter, entry: SymbolEntry) -> list[SymbolSection]:
    """The sections of the first page of a symbol."""
    opening = list(_opening(writer, entry))
    sections = [SymbolSection("Description", Markdown("\n\n".join(opening)))] if opening else []
    for heading, lines in (
        ("Inheritance", _inheritance(writer, entry)),
        ("Members", members.contents(writer, entry)),
        ("Re-exports", _passed_on(writer, entry)),
        *members.inner(writer, entry),
        *members.own(writer, entry, 0),
        ("Inherited members", members.list_inherited(writer, entry)),
        ("Members documented here and declared elsewhere", members.list_documented(writer, entry)),
        ("Used by", _users(writer, entry)),
        ("In documents", documents.list_symbol_mentions(writer.writer, entry.symbol.id)),
        ("Pages", _pages(writer, entry)),
    ):
        if lines:
            sections.append(SymbolSection(heading, Markdown("\n".join(lines).strip("\n"))))
    return sections


def further_part(writer: SymbolWriter, entry: SymbolEntry, part: int) -> list[SymbolSection]:
    """The sections of another page of a symbol, which has more members than one page holds."""
    return [
        SymbolSection(heading, Markdown("\n".join(lines).strip("\n")))
        for heading, lines in (*members.own(writer, entry, part), ("Pages", _pages(writer, entry)))
        if lines
    ]


def _opening(writer: SymbolWriter, entry: SymbolEntry) -> Iterator[Markdown]:
    symbol = entry.symbol
    if symbol.kind not in SCOPES and symbol.signature:
        yield writer.signatures([symbol])
    if included := headers.sentence(writer, entry):
        yield included
    reexports = writer.context.reexports
    if names := reexports.public.get(symbol.id):
        yield Markdown(f"Also importable as {enumerate_parts([code(name) for name in names])}.")
    if files := reexports.by_symbol.get(symbol.id):
        shown = [writer.writer.file(writer.context.model.files[file]) for file in files[:_MAX_EXPORTING]]
        yield Markdown(f"Also exported by {enumerate_parts(shown, len(files) - len(shown))}.")
    if bound := writer.facts.bound_as.get(symbol.id):
        yield Markdown(f"Bound to Python as {enumerate_parts([writer.link_rated(*each) for each in bound])}.")
    if behind := writer.facts.behind.get(symbol.id):
        yield Markdown(f"In C++: {enumerate_parts([writer.link_rated(*each) for each in behind])}.")
    found = [each for each in traits(symbol) if each.startswith("`@")]
    if found:
        yield Markdown(f"Decorated with {enumerate_parts(found)}.")
    if documented := writer.documentation(symbol):
        yield documented
        if symbol.kind == "Namespace" and len({place.file for place in writer.context.model.places[symbol.id]}) > 1:
            yield Markdown(f"This is the comment in {writer.writer.place(symbol)}.")
    elif said := file_comment_of(symbol):
        yield quote(shorten(said, _MAX_COMMENT))
        yield Markdown(f"This is the comment at the top of {writer.writer.file(symbol.file)}, which is named like it.")
    elif not found:
        yield Markdown("*It has no documentation.*")


def _passed_on(writer: SymbolWriter, entry: SymbolEntry) -> list[str]:
    """What a package passes on of other files, for many all that it is."""
    symbol = entry.symbol
    is_file = symbol.kind == "Module" and symbol.file.symbols[0] is symbol
    return passed_on.list_names(writer.writer, symbol.file) if is_file else []


def list_derived_ids(context: PageContext, id_: str) -> list[str]:
    """The types that derive from one, in the order of their names."""
    places = context.model.places
    found = {each for each in context.uses.derived.get(id_, ()) if each in places}
    return sorted(found, key=lambda each: (places[each][0].file.user_rank, places[each][0].qualified, each))


def _inheritance(writer: SymbolWriter, entry: SymbolEntry) -> list[str]:
    symbol = entry.symbol
    places = writer.context.model.places
    lines = []
    known = list(dict.fromkeys(writer.context.uses.bases.get(symbol.id, ())))
    resolved = {_short(places[id_][0].name if id_ in places else name_of_external(id_)) for id_ in known}
    bases = [writer.symbol(id_) for id_ in known]
    bases += [_render_unresolved(symbol, _bare(base)) for base in symbol.bases if _short(_bare(base)) not in resolved]
    if bases:
        lines.append(f"- **Derives from** {enumerate_parts(bases)}")
    derived = list_derived_ids(writer.context, symbol.id)
    if derived and len(derived) <= MAX_DERIVED:
        lines.append(f"- **Base of** {enumerate_parts([writer.symbol(id_) for id_ in derived])}")
    elif derived:
        url = writer.links.link_derived(writer.writer.start, entry)
        lines.append(f"- **Base of** {link(number_of(len(derived), 'type'), url)}")
    if (symbol.kind in ("Class", "Struct")) and not derived and not bases:
        return []
    return [*lines, *pictures.inheritance(writer, entry, derived)] if lines else lines


def _render_unresolved(symbol: PageSymbol, base: str) -> Markdown:
    """A base that is no symbol of the repository: one of Python itself, one of a package, or nobody knows."""
    first = re.split(r"[<(\[.:]", base, maxsplit=1)[0]
    if symbol.file.language in PYTHON_FAMILY and isinstance(found := getattr(builtins, base, None), type):
        if issubclass(found, BaseException):
            return link(code(base), f"https://docs.python.org/3/library/exceptions.html#{base}")
        return Markdown(f"{code(base)} of Python")
    for include in symbol.file.includes:
        if include.resolution == "external" and (first in include.names or include.spelling.split(".")[0] == first):
            return Markdown(f"{code(base)} of {code(include.spelling)}, outside the repository")
    return Markdown(f"{code(base)} (not resolved)")


def _bare(base: str) -> str:
    words = [word for word in base.split() if word not in ("public", "protected", "private", "virtual")]
    return " ".join(words)


def _short(name: str) -> str:
    return re.split(r"[<(\[]", name, maxsplit=1)[0].replace("::", ".").rpartition(".")[2]


def _users(writer: SymbolWriter, entry: SymbolEntry) -> list[str]:
    symbol = entry.symbol
    lacking = unread.sentence(writer.context.model, symbol.file, [(Aspect.USES, "of")])
    sites = writer.facts.users.get(symbol.id, ())
    if not sites:
        return [lacking] if lacking else []
    count, tests = writer.facts.user_counts[symbol.id]
    lines = []
    for rank, heading in ((0, ""), (roles.TEST_RANK, "Tests"), (roles.BESIDE_RANK, "Benchmarks, examples, documents")):
        shown = [f"- {_use(writer, site)}" for site in sites if site.file.user_rank == rank]
        if shown:
            lines += ["", f"**{heading}**", "", *shown] if heading else shown
    if count > len(sites):
        rest = f"{count - len(sites):,} more files use it, {tests:,} of all {count:,} being tests."
        lines += ["", rest]
    if not all(site.is_stated for site in sites):
        lines += ["", _CERTAINTY]
    return [*lines, "", lacking] if lacking else lines


def _use(writer: SymbolWriter, site: UseSite) -> Markdown:
    """What a file uses first of a type, with the line."""
    place = writer.writer.source(site.file, code(f"{site.file.path}:{site.line}"), site.line)
    line = code(writer.facts.line_of(site))
    return Markdown(f"{place}{': ' + line if line else ''}{writer.uncertainty_mark(site.is_sure)}")


def _pages(writer: SymbolWriter, entry: SymbolEntry) -> list[str]:
    symbol = entry.symbol
    lines = []
    if entry.parts > 1:
        start = writer.writer.start
        parts = [link(f"part {part + 1}", writer.links.part(start, entry, part)) for part in range(entry.parts)]
        lines.append(f"- **Members**: {enumerate_parts(parts)}")
    if symbol.parent and symbol.parent in writer.context.model.places:
        lines.append(f"- **Declared in** {writer.symbol(symbol.parent)}")
    files = dict.fromkeys(place.file for place in writer.context.model.places[symbol.id])
    shown = [writer.writer.file(file) for file in list(files)[:20]]
    lines.append(f"- **{'File' if len(files) == 1 else 'Files'}**: {enumerate_parts(shown, len(files) - len(shown))}")
    if topics := writer.writer.topics_of(symbol.id):
        lines.append(f"- **Topic**: {topics}")
    index = writer.links.to_index(writer.writer.start)
    return [*lines, f"- **Index**: {link('all symbols', index)}"] if index else lines


def render_derived(writer: SymbolWriter, entry: SymbolEntry, part: int, parts: int) -> list[str]:
    """The types that derive from one with very many, as far as they stand on one part."""
    start = writer.writer.start
    others = [
        link(f"part {each + 1}", relative(start, writer.links.page_of_derived(entry, each)))
        for each in range(parts)
        if each != part
    ]
    derived = list_derived_ids(writer.context, entry.symbol.id)
    around = f"; see also {enumerate_parts(others)}" if others else ""
    lines = [f"{number_of(len(derived), 'type')} derive from {writer.symbol(entry.symbol.id)}{around}.", ""]
    for id_ in derived[part * DERIVED_PART : (part + 1) * DERIVED_PART]:
        place = writer.context.model.places[id_][0]
        lines.append(f"- {writer.symbol(id_)} — {writer.writer.place(place)}")
    return lines
