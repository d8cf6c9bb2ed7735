"""Which symbols have pages of their own, what these are called, and which members stand on which of their parts.

Input: the repository's model and who derives from and uses what. Output: a `SymbolSet`.

A page is written for a class, struct, union, enumeration, module or namespace

- that has documentation, or from which something in another file derives, or, of modules, that passes names on, or
- that is used from another file, or is a module or namespace, and has at least `MIN_MEMBERS` members;

and of what stands in a test, only for what is documented or derived from in another file. With "all", each of them has
a page that has a name and stands in no function. The name of a page depends on the symbol alone, unless another symbol
of the same language differs from it in nothing but upper and lower case or in signs that a file's name cannot hold:
then each of them gets a digest of its id.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kgraph.pages.repository_model import PageSymbol, RepositoryModel
from kgraph.pages.uses import UseIndex

Which = Literal["documented", "all", "none"]

SCOPES = frozenset({"Namespace", "Module"})
TYPES = frozenset({"Class", "Struct", "Union", "Enum", "Concept"})
MIN_MEMBERS = 3  # that make a page worth while without any documentation
PART_BYTES = 60_000  # of the members on one page, as far as that is known before they are written
_MEMBER_BYTES = 700  # of what is said of a member beside its documentation and signature
_MAX_NAME = 120  # characters of a page's name before "_sym"
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")  # no name of a file on Windows
_UNSAFE = re.compile(r"[^A-Za-z0-9_.]+")
# Types of the standard library, of which a repository has its own for compilers without it.
_STANDARD = re.compile(
    r"u?int(?:_least|_fast)?(?:8|16|32|64)_t|u?int(?:ptr|max)_t|s?size_t|ptrdiff_t|wchar_t|bool|off_t"
)
_LOOSE = frozenset({"Function", "Macro", "TypeAlias", "Variable"})
_FUNCTIONS = frozenset({"Function", "Method", "Constructor", "Destructor", "Conversion"})
_RELATES = re.compile(r"(?:^|(?<=\s))[@\\](?:relate[sd]|relate[sd]also|memberof)[ \t]+(?:::)?([\w:]*\w)")
_NEVER_MEMBERS = frozenset({"Heading", "Target", "BuildTest"})


@dataclass(frozen=True, slots=True)
class MemberGroup:
    """All members of one name: overloads stand together."""

    name: str
    symbols: tuple[PageSymbol, ...]  # the places of each, the definition or else the first declaration
    anchor: str
    part: int = 0  # which part of the page it stands on, from 0
    is_related: bool = False  # no member: its comment says that it belongs here, `\\relates`

    @property
    def first(self) -> PageSymbol:
        return self.symbols[0]


@dataclass(slots=True, eq=False)
class SymbolEntry:
    """A symbol that has a page."""

    symbol: PageSymbol  # at the place that counts: its definition, or its first declaration
    page: str  # the name of its page, without the suffix and without the folder of all
    members: list[MemberGroup] = field(default_factory=list)
    inner: list[PageSymbol] = field(default_factory=list)  # types and scopes in it, whether they have pages or not
    parts: int = 1

    @property
    def language(self) -> str:
        return language_of(self.symbol.id)

    @property
    def own_members(self) -> Iterator[MemberGroup]:
        """The members, without what comments only relate to the symbol."""
        return (member for member in self.members if not member.is_related)


@dataclass(slots=True, eq=False)
class SymbolSet:
    """The symbols that have pages."""

    entries: dict[str, SymbolEntry]  # by the id of the symbol, sorted by page
    folder: str  # in which all these pages are, "symbols" unless the repository has such a folder
    candidates: int = 0  # how many there are of the kinds that can have pages
    holders: dict[str, tuple[SymbolEntry, MemberGroup]] = field(default_factory=dict)  # by the id of a member


def language_of(id_: str) -> str:
    """ "cpp" of "symbol/cpp/type/..."."""
    return id_.split("/", 2)[1]


def select(model: RepositoryModel, uses: UseIndex, which: Which, passing: Collection[str] = frozenset()) -> SymbolSet:
    """The symbols that have pages, with what stands on them; `passing` are the ids of files that pass names on."""
    found = SymbolSet({}, _free_folder(model))
    if which == "none":
        return found
    candidates = {
        id_: principal
        for id_, places in model.places.items()
        if places[0].kind in TYPES | SCOPES and _is_nameable(principal := principal_place(places))
    }
    found.candidates = len(candidates)
    children = _children(model, candidates)
    names = _page_names(candidates.values())
    for id_, symbol in candidates.items():
        inside = children.get(id_, ())
        is_package = symbol.kind == "Module" and symbol.file.id in passing and symbol.file.role != "test"
        if which == "all" or is_package or _is_worth_a_page(symbol, inside, model, uses):
            entry = SymbolEntry(symbol, names[id_])
            entry.inner = sorted(
                (each for each in inside if each.kind in TYPES | SCOPES),
                key=lambda each: (each.name.casefold(), each.id),
            )
            entry.members, entry.parts = _split(_group(inside, symbol, model))
            found.entries[id_] = entry
    found.entries = dict(sorted(found.entries.items(), key=lambda item: item[1].page))
    _add_related(found, model)
    for entry in found.entries.values():
        for member in entry.members:
            for symbol in member.symbols:
                if not member.is_related:
                    found.holders[symbol.id] = (entry, member)
    for entry in found.entries.values():
        for member in entry.members:
            for symbol in member.symbols:
                found.holders.setdefault(symbol.id, (entry, member))
    return found


def _add_related(found: SymbolSet, model: RepositoryModel) -> None:
    """Put functions and macros whose comments name a type that they belong to on the page of that type."""
    by_name: dict[str, list[SymbolEntry]] = defaultdict(list)
    for entry in found.entries.values():
        if entry.language == "cpp" and entry.symbol.kind in TYPES:
            by_name[entry.symbol.qualified].append(entry)
    related: dict[str, list[PageSymbol]] = defaultdict(list)
    for id_, places in model.places.items():
        if places[0].kind not in _LOOSE or language_of(id_) != "cpp":
            continue
        said = next((named for place in places if (named := _RELATES.search(place.documentation))), None)
        scope = places[0].qualified.rpartition("::")[0]
        while said is not None:
            name = f"{scope}::{said[1]}" if scope else said[1]
            if len(by_name.get(name, ())) == 1:
                related[by_name[name][0].symbol.id].append(principal_place(places))
            if name in by_name or not scope:
                break
            scope = scope.rpartition("::")[0]
    for id_, symbols in related.items():
        entry = found.entries[id_]
        groups = _group(symbols, entry.symbol, model)
        last = entry.parts - 1
        entry.members += [MemberGroup(each.name, each.symbols, f"r{each.anchor[1:]}", last, True) for each in groups]


def without_page(model: RepositoryModel, found: SymbolSet) -> dict[str, PageSymbol]:
    """The functions, macros and types of C by name that no page of a symbol shows, where a name means one of them."""
    by_name: dict[str, PageSymbol | None] = {}
    for id_, places in model.places.items():
        first = places[0]
        if first.kind not in _LOOSE or first.name != first.qualified or language_of(id_) != "cpp":
            continue
        if id_ in found.entries or id_ in found.holders or first.file.user_rank or _STANDARD.fullmatch(first.name):
            continue
        declared = next((place for place in places if place.role == "declaration"), principal_place(places))
        by_name[first.name] = None if first.name in by_name else declared
    return {name: symbol for name, symbol in by_name.items() if symbol is not None}


def _free_folder(model: RepositoryModel) -> str:
    """A name that no top folder has, on systems that do not tell upper from lower case either."""
    taken = {folder.name.casefold() for folder in model.root.folders}
    name = "symbols"
    while name in taken:
        name += "_"
    return name


def principal_place(places: Sequence[PageSymbol]) -> PageSymbol:
    """Of the places of one symbol the first where it is defined, else the first where it is declared.

    Of a namespace, which many files open, the first outside of tests that has a comment.
    """
    if len(places) == 1:
        return places[0]
    if places[0].kind == "Namespace":
        documented = [place for place in places if place.documentation]
        is_tested_only = all(place.file.role == "test" for place in places)
        found = next((place for place in documented if is_tested_only or place.file.role != "test"), None)
        bare = [place for place in places if not place.documentation]
        product = next((place for place in bare if place.file.role != "test"), None)
        return found or product or (bare or places)[0]
    return next((place for place in places if place.role == "definition"), places[0])


def _is_nameable(symbol: PageSymbol) -> bool:
    return bool(symbol.name) and not re.search(r"<locals>|\(anonymous|\(lambda|\(unnamed", symbol.qualified)


def _children(model: RepositoryModel, parents: Mapping[str, PageSymbol]) -> dict[str, list[PageSymbol]]:
    children: dict[str, list[PageSymbol]] = defaultdict(list)
    for places in model.places.values():
        symbol = principal_place(places)
        above = next((place.parent for place in places if place.parent), "")
        if above in parents and symbol.name and symbol.kind not in _NEVER_MEMBERS:
            children[above].append(symbol)
    return children


def _is_worth_a_page(symbol: PageSymbol, inside: Sequence[PageSymbol], model: RepositoryModel, uses: UseIndex) -> bool:
    derived = any(
        id_ in model.places and model.places[id_][0].file is not symbol.file for id_ in uses.derived.get(symbol.id, ())
    )
    if symbol.documentation or derived:
        return True
    if symbol.file.role == "test" or len(inside) < MIN_MEMBERS:
        return False
    if symbol.kind in SCOPES:
        return sum(each.kind not in SCOPES for each in inside) >= MIN_MEMBERS
    files = {place.file for place in model.places[symbol.id]}
    return any(use.file not in files for each in (symbol, *inside) for use in uses.users(each.id))


def _page_names(symbols: Collection[PageSymbol]) -> dict[str, str]:
    """The name of each page, unique ignoring case."""
    slugs = {symbol.id: f"{language_of(symbol.id)}/{_slug(symbol)}" for symbol in symbols}
    modules = {slugs[symbol.id].casefold() for symbol in symbols if symbol.file.extension != ".pyi"}
    for symbol in symbols:  # a stub says again what a module has
        if symbol.file.extension == ".pyi" and slugs[symbol.id].casefold() in modules:
            slugs[symbol.id] += f"~{_digest(symbol.id)}"
    count = Counter(slug.casefold() for slug in slugs.values())
    return {id_: slug if count[slug.casefold()] == 1 else f"{slug}~{_digest(id_)}" for id_, slug in slugs.items()}


def _slug(symbol: PageSymbol) -> str:
    plain = symbol.qualified.replace("::", ".")
    slug = _UNSAFE.sub("-", plain).strip(".-") or "-"
    if _RESERVED.match(slug):
        slug = f"_{slug}"
    if len(slug) > _MAX_NAME:
        slug = slug[:_MAX_NAME]
        plain = ""
    return slug if slug == plain else f"{slug}~{_digest(symbol.id)}"


def slug(name: str) -> str:
    """A name that is no symbol's as part of a file's name; one that has other signs gets a digest."""
    plain = _UNSAFE.sub("-", name).strip(".-")[:_MAX_NAME]
    return plain if plain == name.casefold() else f"{plain or '-'}~{_digest(name)}"


def _digest(id_: str) -> str:
    return hashlib.sha256(id_.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def _group(inside: Sequence[PageSymbol], outer: PageSymbol, model: RepositoryModel) -> list[MemberGroup]:
    """The members by name, in the order of their text; those of a type as it declares them. A field is no overload of
    a method, and a private function stands with none that is public."""
    by_name: dict[tuple[str, bool, str], list[PageSymbol]] = defaultdict(list)
    has_properties = language_of(outer.id) == "python"  # of which getter and setter are functions of one name

    def order(symbol: PageSymbol) -> tuple[bool, str, int, str]:
        here = (place.line for place in model.places[symbol.id] if place.file is outer.file)
        line = next((line for line in here if outer.line <= line <= outer.end), 0)
        return (not line, "" if line else symbol.file.path, line or symbol.line, symbol.id)

    for symbol in sorted(inside, key=order):
        if symbol.kind not in TYPES | SCOPES:
            is_function = has_properties or symbol.kind in _FUNCTIONS
            by_name[symbol.name, is_function, symbol.access or "public"].append(symbol)
    members = []
    taken: Counter[str] = Counter()
    for (name, _, _), symbols in by_name.items():
        anchor = _UNSAFE.sub("-", name).strip("-") or "operator"
        taken[anchor.casefold()] += 1
        number = taken[anchor.casefold()]
        members.append(MemberGroup(name, tuple(symbols), f"m-{anchor}" + (f"--{number}" if number > 1 else "")))
    return members


def _split(members: list[MemberGroup]) -> tuple[list[MemberGroup], int]:
    """The members with the part of the page on which each stands, and how many parts there are."""
    parted: list[MemberGroup] = []
    part = size = 0
    for member in members:
        own = sum(
            min(len(each.documentation), MAX_SHOWN) * 3 // 2 + len(each.signature) * 2 + _MEMBER_BYTES
            for each in member.symbols
        )
        if size and size + own > PART_BYTES:
            part, size = part + 1, 0
        size += own
        parted.append(MemberGroup(member.name, member.symbols, member.anchor, part))
    return parted, part + 1


MAX_SHOWN = 20_000  # characters of the documentation of one member that its page shows
