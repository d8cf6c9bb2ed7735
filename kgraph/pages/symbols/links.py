"""Links to the pages of symbols, and what a name in a comment or a signature means.

Input: a `SymbolSet`, the imported names of a repository. Output: relative links; "" where there is no page. A name is
looked up in the scopes around the symbol in whose text it stands, from the inside out, as its language does; it means
something only where exactly one symbol with a page, or all overloads of one, fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache

from kgraph.pages.page_links import steps
from kgraph.pages.repository_model import PageFile, PageSymbol
from kgraph.pages.symbols.aliases import PythonNames
from kgraph.pages.symbols.selection import SymbolEntry, SymbolSet, language_of, slug
from kgraph.pages.topics import NamedSection, ReferenceTargets, Topic, Topics

_SUFFIX = "_sym"


class SymbolLinks:
    """The names of the pages of symbols, and links to them."""

    def __init__(
        self,
        symbols: SymbolSet,
        suffix: str,
        wanted: Collection[str] | None = None,
        names: PythonNames | None = None,
        previous: Collection[str] = (),
        targets: ReferenceTargets | None = None,
    ) -> None:
        """`wanted` are the ids of files whose symbols get pages, None for all; `previous` pages that there are."""
        self.symbols = symbols
        self._suffix = suffix
        self._wanted = wanted
        self._previous = previous
        self._names = names or PythonNames()
        self._targets = targets or ReferenceTargets()
        self._by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
        stubs_last = sorted(symbols.entries.items(), key=lambda item: item[1].symbol.file.extension == ".pyi")
        for id_, entry in stubs_last:
            is_stub = entry.symbol.file.extension == ".pyi"
            members = ((each.first.qualified, each.first.id) for each in entry.own_members)
            named = [(entry.symbol.qualified, id_), *members]
            for name, found in named:
                if not (is_stub and (entry.language, name) in self._by_name):  # it says again what a module has
                    self._by_name[entry.language, name].append(found)
        self._files: dict[str, PageFile] = {}  # in whose texts names were looked up
        self._short: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        self._find = lru_cache(maxsize=1 << 15)(self._resolve_name)

    def public_names(self, id_: str) -> list[str]:
        """The names under which packages of Python show a symbol, beside its own."""
        return self._names.of_symbol.get(id_, [])

    @property
    def topics(self) -> Topics:
        """The topics that comments define."""
        return self._targets.topics

    @property
    def folder(self) -> str:
        """The folder of all pages of symbols."""
        return self.symbols.folder

    def page(self, entry: SymbolEntry, part: int = 0) -> str:
        """The page of a symbol; part 0 is the first."""
        return f"{self.folder}/{entry.page}{_SUFFIX}{f'-{part + 1}' if part else ''}{self._suffix}"

    def index(self, kind: str = "index", language: str = "") -> str:
        """A page of the index."""
        return f"{self.folder}/{f'{language}/' if language else ''}{kind}{self._suffix}"

    def part(self, start: str, entry: SymbolEntry, part: int) -> str:
        """The link to a part of a page."""
        return relative(start, self.page(entry, part)) if self.has(entry.symbol.id) else ""

    def page_of_derived(self, entry: SymbolEntry, part: int = 0) -> str:
        """A page of the types that derive from one, where they are too many for its own page."""
        return f"{self.folder}/{entry.page}{_SUFFIX}-derived{f'-{part + 1}' if part else ''}{self._suffix}"

    def link_derived(self, start: str, entry: SymbolEntry) -> str:
        """The link to that page."""
        return relative(start, self.page_of_derived(entry)) if self.has(entry.symbol.id) else ""

    def to_index(self, start: str) -> str:
        """The link to the index of all symbols, "" where there is none."""
        if self.symbols.entries and (self._wanted is None or self.index() in self._previous):
            return relative(start, self.index())
        return ""

    def is_written(self, entry: SymbolEntry) -> bool:
        """Whether the run writes the page."""
        return self._wanted is None or entry.symbol.file.id in self._wanted

    def has(self, id_: str) -> bool:
        """Whether there is a page to link to."""
        entry = self.symbols.entries.get(id_)
        if entry is None or self._wanted is None:
            return entry is not None
        return self.is_written(entry) or self.page(entry) in self._previous

    def link(self, start: str, id_: str) -> str:
        """The link from a page in the folder `start` to a symbol's page, or to the place of a member on one."""
        if self.has(id_):
            return relative(start, self.page(self.symbols.entries[id_]))
        entry, member = self.symbols.holders.get(id_, (None, None))
        if entry is None or member is None or not self.has(entry.symbol.id):
            return ""
        return f"{relative(start, self.page(entry, member.part))}#{member.anchor}"

    def find_name(self, name: str, inside: PageSymbol) -> str:
        """The id of what a name means in the text of a symbol, "" where that is not known."""
        self._files[inside.file.id] = inside.file
        return self._find(name, language_of(inside.id), inside.qualified, inside.file.id)

    def link_name(self, start: str, name: str, inside: PageSymbol) -> str:
        """The link to what a name means in the text of a symbol."""
        id_ = self.find_name(name, inside)
        if id_:
            return self.link(start, id_) if id_ != inside.id else ""
        return self._link_topic(start, name) if language_of(inside.id) == "cpp" else ""

    def spoken(self, start: str, name: str) -> str:
        """The link to what a name means in a document, which stands in no symbol."""
        id_ = (
            self._only("cpp", name.replace(".", "::")) or self._only("python", name) or self._names.public.get(name, "")
        )
        return (self.link(start, id_) if id_ else "") or self._link_topic(start, name)

    def title_of(self, name: str) -> str:
        """The title of a topic, or of a page or section of a document."""
        topic: Topic | NamedSection | None = self.topics.by_name.get(name) or self.topics.places.get(name)
        return topic.title if topic is not None else ""

    def _link_topic(self, start: str, name: str) -> str:
        if name in self.topics.by_name and self.to_topics(start):
            return relative(start, self.topic_page(name))
        if place := self.topics.places.get(name):
            return self._targets.to_file(start, place.file.id, "")
        symbol = self._targets.loose.get(name)
        return self._targets.to_file(start, symbol.file.id, symbol.anchor) if symbol is not None else ""

    def topic_page(self, name: str) -> str:
        """The page of a topic."""
        return f"{self.folder}/topics/{slug(name)}_topic{self._suffix}"

    def topic_index(self) -> str:
        """The page of all topics."""
        return f"{self.folder}/topics/index{self._suffix}"

    def notes_page(self, name: str) -> str:
        """The page that lists what comments note: what is deprecated, to be done."""
        return f"{self.folder}/{name}{self._suffix}"

    def to_topics(self, start: str) -> str:
        """The link to the index of topics, "" where there is none."""
        return relative(start, self.topic_index()) if self.topics.by_name and self.to_index(start) else ""

    def _resolve_name(self, name: str, language: str, inside: str, file: str) -> str:
        if language == "rust":
            name = name.removeprefix("crate::").removeprefix("self::").removeprefix("super::")
        sign = "::" if "::" in name or language in ("cpp", "rust") else "."
        scope = inside
        while scope:
            if id_ := self._only(language, f"{scope}{sign}{name}"):
                return id_
            scope = scope.rpartition(sign)[0]
        if language != "python":
            shown = self._names.by_file.get(f"{file}\t{name}", "") or self._names.public.get(name, "")
            return (
                shown
                or (self._only(language, name) if sign in name else "")
                or self._find_imported(language, name, file)
            )
        first, _, rest = name.partition(".")
        imported = self._names.by_file.get(f"{file}\t{first}", "")
        if imported and not rest:
            return imported
        if imported in self.symbols.entries:
            return self._only(language, f"{self.symbols.entries[imported].symbol.qualified}.{rest}")
        return (self._only(language, name) or self._names.public.get(name, "")) if rest else ""

    def _find_imported(self, language: str, name: str, file: str) -> str:
        """The one type of this name, or member of such a type, that a file declares which the given one imports."""
        found = [
            meant
            for holder, meant in self._index_by_short_name().get((language, name.replace("::", ".")), ())
            if self.symbols.entries[holder].symbol.file in self._files[file].needs
        ]
        return found[0] if len(found) == 1 else ""

    def _index_by_short_name(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """The types with pages and their members, as `Type` and `Type.member`: the id of the type, and of either."""
        if not self._short and self.symbols.entries:
            for id_, entry in self.symbols.entries.items():
                short = entry.symbol.name
                self._short[entry.language, short].append((id_, id_))
                for member in entry.own_members:
                    if member.first.name != short:
                        self._short[entry.language, f"{short}.{member.first.name}"].append((id_, member.first.id))
        return self._short

    def _only(self, language: str, name: str) -> str:
        found = self._by_name.get((language, name), ())
        return found[0] if len(found) == 1 else ""


def relative(start: str, goal: str) -> str:
    """The link from a folder to a page."""
    folder, _, name = goal.rpartition("/")
    return steps(start, folder) + name
