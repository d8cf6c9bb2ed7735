"""The index of all symbols that have pages: one page for each language, split by first letters where it is long.

Input: `SymbolLinks`. Output: names, titles and bodies of pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kgraph.pages.markdown import Markdown, code, link, prose, text
from kgraph.pages.page_context import kind_of, number_of
from kgraph.pages.purpose import brief
from kgraph.pages.symbols.links import SymbolLinks, relative
from kgraph.pages.symbols.selection import MIN_MEMBERS, SymbolEntry

PART = 800  # symbols on one page of the index

Page = tuple[str, Markdown, str]  # name, title, body

# By the word that stands for a language in ids, in which there are no signs; C is of one kind with C++.
_LANGUAGES = {
    **{"cpp": "C and C++", "c": "C#", "f": "F#", "php": "PHP", "javascript": "JavaScript", "typescript": "TypeScript"},
    **{"tsx": "TSX", "objc": "Objective-C", "cuda": "CUDA", "hcl": "HCL", "cmake": "CMake"},
}
_CHOICE = (
    "A class, struct, union, enumeration, module or namespace has a page if it is documented, if another file derives "
    f"from it, if it is a module that passes names of others on, or if it has at least {MIN_MEMBERS} members and is "
    "used elsewhere; one of a test, only if it is documented or another file derives from it. `kgraph pages --symbols "
    "all` writes a page for each of them."
)


def names(links: SymbolLinks) -> Iterator[str]:
    """The names of all pages of the index."""
    yield links.index()
    for language, entries in _group_by_language(links).items():
        yield links.index("index", language)
        if len(entries) > PART:
            yield from (links.index(kind, language) for kind, _, _ in _parts(entries))


def group_pages(links: SymbolLinks) -> dict[str, list[tuple[str, str]]]:
    """The titles and names of the pages directly below each page of the index."""
    languages = _group_by_language(links)
    found = {links.index(): [(_name(language), links.index("index", language)) for language in languages]}
    for language, entries in languages.items():
        if len(entries) <= PART:
            found[links.index("index", language)] = _titles(links, entries)
            continue
        parts = _parts(entries)
        found[links.index("index", language)] = [(title, links.index(kind, language)) for kind, title, _ in parts]
        found |= {links.index(kind, language): _titles(links, inside) for kind, _, inside in parts}
    return found


def _titles(links: SymbolLinks, entries: list[SymbolEntry]) -> list[tuple[str, str]]:
    return [(entry.symbol.qualified, links.page(entry)) for entry in entries]


def pages(links: SymbolLinks, of_all: bool, others: Sequence[str]) -> Iterator[Page]:
    """All pages of the index; the first has `others` as further lines."""
    languages = _group_by_language(links)
    count, candidates = len(links.symbols.entries), links.symbols.candidates
    lines = [f"{number_of(count, 'symbol')} of {candidates:,} {'has a page' if count == 1 else 'have pages'}.", ""]
    lines += [] if of_all else [_CHOICE, ""]
    for language, entries in languages.items():
        url = relative(links.folder, links.index("index", language))
        lines.append(f"- **{link(text(_name(language)), url)}**: {number_of(len(entries), 'symbol')}")
    if topics := links.to_topics(links.folder):
        lines.append(f"- **{link('Topics', topics)}**: {number_of(len(links.topics.by_name), 'topic')}")
    lines += others
    yield links.index(), Markdown("Symbols"), "\n".join(lines)
    for language, entries in languages.items():
        yield from _make_pages(links, language, entries)


def _group_by_language(links: SymbolLinks) -> dict[str, list[SymbolEntry]]:
    found: dict[str, list[SymbolEntry]] = defaultdict(list)
    for entry in links.symbols.entries.values():
        found[entry.language].append(entry)
    return {
        language: sorted(entries, key=lambda each: (each.symbol.name.casefold(), each.symbol.qualified, each.page))
        for language, entries in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    }


def _name(language: str) -> str:
    return _LANGUAGES.get(language, language.capitalize())


def _parts(entries: list[SymbolEntry]) -> list[tuple[str, str, list[SymbolEntry]]]:
    """The parts of a long index: kind of page, title, entries."""
    by_letter: dict[str, list[SymbolEntry]] = defaultdict(list)
    for entry in entries:
        first = entry.symbol.name[:1].lower()
        by_letter[first if first.isascii() and first.isalpha() else "0"].append(entry)
    parts = []
    for letter, found in sorted(by_letter.items()):
        for number, start in enumerate(range(0, len(found), PART), 1):
            title = letter.upper() if letter != "0" else "others"
            title += f", part {number}" if len(found) > PART else ""
            kind = f"sub-{letter}" + (f"-{number}" if number > 1 else "")
            parts.append((kind, title, found[start : start + PART]))
    return parts


def _make_pages(links: SymbolLinks, language: str, entries: list[SymbolEntry]) -> Iterator[Page]:
    name = links.index("index", language)
    title = Markdown(f"Symbols of {text(_name(language))}")
    start = name.rpartition("/")[0]
    if len(entries) <= PART:
        yield name, title, "\n".join(_entries(links, start, entries))
        return
    parts = _parts(entries)
    lines = [
        f"- **{link(text(heading), relative(start, links.index(kind, language)))}**: "
        f"{number_of(len(found), 'symbol')}, {code(found[0].symbol.name)} to {code(found[-1].symbol.name)}"
        for kind, heading, found in parts
    ]
    yield name, title, "\n".join(lines)
    for kind, heading, found in parts:
        yield (
            links.index(kind, language),
            Markdown(f"{title}: {heading}"),
            "\n".join(_entries(links, start, found)),
        )


def _entries(links: SymbolLinks, start: str, entries: list[SymbolEntry]) -> Iterator[str]:
    for entry in entries:
        symbol = entry.symbol
        said = f" — {prose(brief(symbol.documentation, limit=80))}" if symbol.documentation else ""
        scope = symbol.qualified.removesuffix(symbol.name).rstrip(":.")
        where = f", in {code(scope)}" if scope else ""
        yield f"- **{link(code(symbol.name), relative(start, links.page(entry)))}**, {kind_of(symbol)}{where}{said}"
