"""The template context: the repository's model, link builders and formatting helpers that every section uses.

Input: the model, page links, options. Output: Markdown for a file, a symbol, a line, a table; links start from the page
that holds them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kgraph.coverage import PROGRAMMING, Aspect
from kgraph.pages.document_mentions import DocumentMentions
from kgraph.pages.examples import Examples
from kgraph.pages.markdown import Markdown, cell, code, link, text
from kgraph.pages.page_links import PageLinks, SourceLinks
from kgraph.pages.reexports import Reexports
from kgraph.pages.repository_model import PageFile, PageFolder, PageSymbol, RepositoryModel
from kgraph.pages.symbols.links import SymbolLinks, relative
from kgraph.pages.targets import BuildTargets

if TYPE_CHECKING:
    import polars as pl

    from kgraph.pages.added_docstrings import DocumentedMember
    from kgraph.pages.git_log import FileHistory
    from kgraph.pages.source_text import SourceTexts
    from kgraph.pages.topics import Topic
    from kgraph.pages.uses import FileUses, UseIndex

KIND_NAMES: dict[str, tuple[str, str]] = {
    # kind: one, several
    "Namespace": ("namespace", "namespaces"),
    "Module": ("module", "modules"),
    "Class": ("class", "classes"),
    "Struct": ("struct", "structs"),
    "Union": ("union", "unions"),
    "Concept": ("concept", "concepts"),
    "Enum": ("enumeration", "enumerations"),
    "Enumerator": ("enumerator", "enumerators"),
    "TypeAlias": ("type alias", "type aliases"),
    "Function": ("function", "functions"),
    "Constructor": ("constructor", "constructors"),
    "Destructor": ("destructor", "destructors"),
    "Conversion": ("conversion operator", "conversion operators"),
    "Method": ("method", "methods"),
    "Field": ("field", "fields"),
    "Variable": ("variable", "variables"),
    "Macro": ("macro", "macros"),
    "Property": ("property", "properties"),
    "Heading": ("heading", "headings"),
    "Target": ("target", "targets"),
    "BuildTest": ("build test", "build tests"),
}


# What comments note of symbols, by list: a symbol, and the words, in the order of names.
Noted = Mapping[str, Sequence[tuple[PageSymbol, str]]]


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What the pages are to hold."""

    sections: tuple[str, ...] = ()  # keys of those to write; () is all
    source: str = "full"  # "full", "excerpt" or "none"
    layout: str = "reader"  # or "classic"
    compact: bool = False  # leave out a section that has nothing to say
    show_queries: bool = False
    form: str = "markdown"  # or "html"
    title: str = ""  # name of the project, by default the repository's


@dataclass(slots=True, eq=False)
class FileConcepts:
    """The namespaces of a file, and the types in it that others may use."""

    spaces: dict[str, int] = field(default_factory=dict)  # how often each is opened
    types: list[tuple[int, PageSymbol]] = field(default_factory=list)  # with how many files use it
    including: dict[str, int] = field(default_factory=dict)  # of those whose uses are not all known: who includes them


@dataclass(slots=True, eq=False)
class PageContext:
    """The context of every page."""

    model: RepositoryModel
    links: PageLinks
    sources: SourceLinks
    options: PageOptions
    contents: SourceTexts
    history: FileHistory
    uses: UseIndex
    symbols: SymbolLinks
    tables: Callable[[], Mapping[str, pl.DataFrame]]  # of the graph
    examples: Examples
    most_included: frozenset[PageFile] = frozenset()  # the hundredth of the files that most others include
    # The first lines of the parts of a source that is too long for one page of a site, by file.
    source_parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    outline_parts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # of long outlines: the first symbols
    told_members: Mapping[str, Sequence[DocumentedMember]] = field(
        default_factory=dict
    )  # by the type that inherits them
    notes: Noted = field(default_factory=dict)
    reexports: Reexports = field(default_factory=Reexports)
    targets: BuildTargets = field(default_factory=BuildTargets)
    documents: DocumentMentions = field(default_factory=DocumentMentions)
    keyword_parts: Mapping[str, int] = field(default_factory=dict)  # how many pages there are, where several
    concepts: dict[PageFile, FileConcepts] = field(default_factory=dict, init=False)  # once a page asked
    _unanalysed: dict[str, list[PageFile]] | None = field(default=None, init=False)

    @property
    def title(self) -> str:
        """What the project is called."""
        return self.options.title or self.model.name

    def find_unanalysed(self, name: str) -> list[PageFile]:
        """The files of which it is not known what they declare, by their name without its extension."""
        if self._unanalysed is None:
            self._unanalysed = {}
            for file in self.model.files.values():
                if file.language in PROGRAMMING and Aspect.DECLARATIONS not in file.analysed:
                    self._unanalysed.setdefault(file.name.partition(".")[0], []).append(file)
        return self._unanalysed.get(name, [])

    def symbol_url(self, start: str, symbol: PageSymbol) -> str:
        """The page of a symbol, or else its place in the outline of its file."""
        return self.symbols.link(start, symbol.id) or self.links.link(start, symbol.file.id, "docs", symbol.anchor)


@dataclass(slots=True, eq=False)
class PageWriter:
    """Writes Markdown for one page: links start in its folder."""

    context: PageContext
    start: str  # the page's folder
    _users: dict[str, list[FileUses]] = field(default_factory=dict, init=False)  # by file: several sections ask

    def users(self, file: PageFile) -> list[FileUses]:
        """The other files that use what a file declares, with what each uses; the product comes first,
        then tests, and of these who uses most."""
        if file.id not in self._users:
            found = self.context.uses.group_by_file(file.symbols, self.context.model.places)
            self._users[file.id] = sorted(
                found.items(), key=lambda item: (item[0].user_rank, -len(item[1]), item[0].path)
            )
        return self._users[file.id]

    def file(self, file: PageFile, label: str = "", kind: str = "docs", anchor: str = "") -> Markdown:
        """A link to a file's page."""
        return link(code(label or file.path), self.context.links.link(self.start, file.id, kind, anchor))

    def folder(self, folder: PageFolder, label: str = "", kind: str = "index") -> Markdown:
        """A link to a folder's page."""
        name = folder.path if folder.id != "folder/" else self.context.model.name
        return link(code(label or name), self.context.links.link(self.start, folder.id, kind))

    def node(self, id_: str) -> Markdown:
        """A file, folder, or something external, by its id."""
        if id_ in self.context.model.files:
            return self.file(self.context.model.files[id_])
        if id_ in self.context.model.folders:
            return self.folder(self.context.model.folders[id_])
        return code(unquote(id_.rpartition("/")[2]))

    def source(self, file: PageFile, label: str, line: int = 0, end: int = 0) -> Markdown:
        """A link to the lines of a file; the label is Markdown."""
        if line > (file.lines or 0):  # a module without a line starts in line 1
            line = end = 0
        return link(label, self.context.sources.link(self.start, file.id, line, end))

    def line(self, file: PageFile, line: int, end: int = 0) -> Markdown:
        """ "line 3" or "lines 3–7", linked to the source."""
        label = f"lines {line}–{end}" if end > line else f"line {line}"
        return self.source(file, label, line, end)

    def lines(self, file: PageFile, numbers: Iterable[int], limit: int = 8) -> Markdown:
        """ "lines 3, 7 and 9", each linked to the source."""
        unique = sorted(set(numbers))
        shown = [self.source(file, str(number), number) for number in unique[:limit]]
        words = enumerate_parts(shown, len(unique) - len(shown))
        return Markdown(f"{'line' if len(unique) == 1 else 'lines'} {words}")

    def symbol(self, symbol: PageSymbol, label: str = "") -> Markdown:
        """A link to where a symbol stands in an outline."""
        return self.file(symbol.file, label or symbol.name or symbol.qualified, anchor=symbol.anchor)

    def symbol_page(self, id_: str, label: Markdown) -> Markdown:
        """A link to a symbol's own page, or to its place on that of what it is in; the label alone without one."""
        return link(label, self.context.symbols.link(self.start, id_))

    def topic(self, topic: Topic) -> Markdown:
        """A link to the page of a topic, by its title."""
        return link(text(topic.title), relative(self.start, self.context.symbols.topic_page(topic.name)))

    def topics_of(self, id_: str) -> Markdown:
        """The topics that a symbol is part of, "" of none."""
        links = self.context.symbols
        found = links.topics.of_symbol.get(id_, ()) if links.to_topics(self.start) else ()
        return enumerate_parts([self.topic(each) for each in found])

    def place(self, symbol: PageSymbol) -> Markdown:
        """ "shape.h:12", linked to the outline of that file."""
        short = symbol.file.name if symbol.file.folder.id else symbol.file.path
        return self.file(symbol.file, f"{short}:{symbol.line}", anchor=symbol.anchor)


def enumerate_parts(parts: Sequence[str], more: int = 0) -> Markdown:
    """ "a, b and c", or "a, b and 7 more"."""
    shown = list(parts)
    if more > 0:
        shown.append(f"{more:,} more")
    if len(shown) < 2:
        return Markdown("".join(shown))
    return Markdown(", ".join(shown[:-1]) + " and " + shown[-1])


def number_of(count: int, one: str, several: str = "") -> Markdown:
    """ "1 file", "1,234 files"."""
    return Markdown(f"{count:,} {one if count == 1 else several or plural(one)}")


def plural(noun: str) -> str:
    """ "files", "enum classes"."""
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table; what is no Markdown is escaped. A head that ends in ":" is that of a column of numbers."""
    lines = ["| " + " | ".join(head.rstrip(":") for head in heads) + " |"]
    lines.append("|" + "|".join(" ---: " if head.endswith(":") else " --- " for head in heads) + "|")
    return lines + ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]


def _cell(value: object) -> str:
    if isinstance(value, Markdown):
        return cell(value)
    if isinstance(value, int):
        return f"{value:,}"
    return cell(text(str(value))) if value else ""


def kinds(symbols: Iterable[PageSymbol]) -> list[tuple[str, int]]:
    """How many symbols of which kind, in the order of `KIND_NAMES`; each counts once."""
    found = Counter(kind for kind, _ in {(symbol.kind, symbol.id) for symbol in symbols})
    return _sort_counts(found)


def _sort_counts(found: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(kind, found[kind]) for kind in [*KIND_NAMES, *sorted(found.keys() - KIND_NAMES.keys())] if kind in found]


_WORDS = re.compile(r"\b(interface|protocol|trait|actor|record|enum class|object)\b")


def kind_of(symbol: PageSymbol) -> str:
    """What a symbol is, as its language calls it: "interface" rather than "class"."""
    if symbol.kind in ("Class", "Struct", "Enum"):
        head = symbol.signature.partition(symbol.name)[0] if symbol.name else ""
        if found := _WORDS.search(head):
            return found[1]
        if symbol.kind == "Class" and "interface" in symbol.modifiers:
            return "interface"
    if symbol.kind == "Namespace" and symbol.file.language == "Rust":
        return "module"
    return KIND_NAMES.get(symbol.kind, (symbol.kind.lower(), ""))[0]


def count_kinds(symbols: Iterable[PageSymbol], least: int = 0) -> Markdown:
    """ "2 functions and 1 variable"."""
    found = {(symbol.kind, symbol.id): kind_of(symbol) for symbol in symbols}
    return _count(found, least)


def count_defined_kinds(files: Iterable[PageFile]) -> Markdown:
    """The same of all that some files define."""
    found: dict[tuple[str, str], str] = {}
    for file in files:
        found.update(_definitions(file))
    return _count(found)


def _definitions(file: PageFile) -> Mapping[tuple[str, str], str]:
    """The kind and id of each symbol that a file defines, and what it is: the pages of all folders above it count
    them."""
    if file.definitions is None:
        defined = (symbol for symbol in file.symbols if symbol.role == "definition")
        file.definitions = {(symbol.kind, symbol.id): kind_of(symbol) for symbol in defined}
    return file.definitions


def _count(found: Mapping[tuple[str, str], str], least: int = 0) -> Markdown:
    """How many there are of each, by what they are called; `found` says that by kind and id."""
    order = {kind: number for number, kind in enumerate(KIND_NAMES)}
    counts = Counter((order.get(kind, len(order)), kind, name) for (kind, _), name in found.items())
    several = dict(KIND_NAMES.values())
    parts = [number_of(counts[each], each[2], several.get(each[2], "")) for each in sorted(counts)]
    return enumerate_parts(parts[: least or None], 0)


def size(count: int) -> Markdown:
    """ "1,420 bytes (1.39 KB)"."""
    shown, unit = float(count), "bytes"
    for larger in ("KB", "MB", "GB"):
        if shown < 1024 and unit != "bytes":
            break
        shown, unit = shown / 1024, larger
    return Markdown(f"{count:,} byte{'' if count == 1 else 's'} ({shown:.2f} {unit})")
